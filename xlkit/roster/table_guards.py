"""What a table of a roster workbook watches: validations, colours, and the counter above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlkit.cells import Box, address
from xlkit.roster.book_tables import FIRST, Column, RosterTable, word
from xlkit.roster.measures import least_of, length_of
from xlkit.roster.row_checks import Place, without_blanks
from xlkit.rules.live import Mark
from xlkit.template import styles
from xlkit.template.book import Style

#: Source: Excel; XlsxWriter refuses longer ones.
_MAX_TITLE, _MAX_MESSAGE = 32, 255
_WIDE = 10**13
_BAD = (Mark.WRONG, Mark.MISSING)


def validations(table: RosterTable, language: str) -> Iterator[tuple[Box, Mapping[str, Any]]]:
    """The data validation of each typed column."""
    for column in table.columns:
        if column.shown:
            continue
        place = table.place(column.name)
        options = dict(_offer(column, place, language))
        options["input_title"] = column.label[:_MAX_TITLE]
        options["input_message"] = column.hint[:_MAX_MESSAGE]
        if "error_message" in options:
            options["error_title"] = word("wrong_title", language)
        yield (
            Box(FIRST, place.number, table.last, place.number),
            {"ignore_blank": column.offers is None, **options},
        )


def _offer(column: Column, place: Place, language: str) -> Iterator[tuple[str, Any]]:
    cell = address(FIRST, place.number)
    if column.offers is not None:
        yield from {"validate": "list", "source": f"={column.offers}"}.items()
        if column.required:
            sheet = word("units_sheet", language)
            yield "error_message", word("member_unit_error", language, sheet=sheet)
        else:
            yield "show_error", False
    elif column.name == "emails":
        signs = f'LEN({cell})-LEN(SUBSTITUTE({cell},"@",""))>0'
        dot = f'ISNUMBER(FIND(".",{cell},FIND("@",{cell})))'
        yield from {"validate": "custom", "value": f"=AND({signs},{dot})"}.items()
        yield "error_message", word("email_error", language)
    elif column.is_number:
        least = least_of(column.field)
        yield from {"validate": "decimal", "criteria": "between", "maximum": _WIDE}.items()
        yield "minimum", -_WIDE if least is None else float(least)
        shown = word("number_error", language, label=column.label, least=str(least or 0))
        yield "error_message", shown
    elif column.required and column.name != "name":
        yield from _code(column, place, cell, language)
    else:
        yield "validate", "any"


def _code(column: Column, place: Place, cell: str, language: str) -> Iterator[tuple[str, Any]]:
    length = length_of(column.field)
    wanted = [
        f"LEN({cell})=LEN({without_blanks(cell)})",
        f"SUMPRODUCT(--EXACT({place.all()},{cell}))<2",
    ]
    if length is not None:
        wanted.append(f"LEN({cell})={length}")
    yield from {"validate": "custom", "value": f"=AND({','.join(wanted)})"}.items()
    how_long = "" if length is None else word("key_error_length", language, length=str(length))
    yield "error_message", word("key_error", language, label=column.label, length=how_long)


def paints(table: RosterTable, check: Place) -> Iterator[tuple[Box, str, Style]]:
    """Colours: required cells that are missing, codes that stand twice, and the check's words."""
    shown = f"${address(FIRST, check.number)}"
    for column in table.columns:
        if not column.required:
            continue
        place = table.place(column.name)
        cell = f"${address(FIRST, place.number)}"
        box = Box(FIRST, place.number, table.last, place.number)
        yield box, f"AND(LEN({shown})>0,LEN(TRIM({cell}))=0)", styles.MISSING
        twice = f"SUMPRODUCT(--EXACT({place.all()},{cell}))>1"
        if column.name == "name":
            yield box, f"AND(LEN({cell})>0,{twice})", styles.MISSING
        elif column.offers is None:
            yield box, f"AND(LEN({cell})>0,{twice})", styles.WRONG
    box = Box(FIRST, check.number, table.last, check.number)
    for mark in (Mark.SOUND, Mark.WRONG, Mark.MISSING):
        yield box, f'LEFT({shown},1)="{mark}"', styles.CHECK_COLOURS[mark]


def counter(check: Place, said: Sequence[str], language: str) -> tuple[str, str]:
    """The formula of the line above a table, and what it shows of those words."""
    count = {
        mark: f'SUMPRODUCT(--(LEFT({check.all()},1)="{mark}"))'
        for mark in (*_BAD, Mark.SOUND, Mark.EXPLAIN)
    }
    bad = "+".join(count[mark] for mark in _BAD)
    rows = "+".join(count.values())
    look = count[Mark.EXPLAIN]
    texts = {
        key: word(f"counter_{key}", language) for key in ("empty", "rows", "sound", "bad", "look")
    }
    formula = (
        f'=IF({rows}=0,"{texts["empty"]}",IF({bad}=0,"{Mark.SOUND}","{Mark.WRONG}")'
        f'&"{texts["rows"]}"&({rows})&IF({bad}=0,"{texts["sound"]}","{texts["bad"]}"&({bad}))'
        f'&IF({look}>0,"{texts["look"]}"&{look},""))'
    )
    wrong = sum(text.startswith(_BAD) for text in said)
    looked = sum(text.startswith(Mark.EXPLAIN) for text in said)
    filled = sum(map(bool, said))
    if not filled:
        return formula, texts["empty"]
    value = f"{Mark.WRONG if wrong else Mark.SOUND}{texts['rows']}{filled}"
    value += f"{texts['bad']}{wrong}" if wrong else texts["sound"]
    return formula, value + (f"{texts['look']}{looked}" if looked else "")
