"""Runs for tests: published answers, changed as a test wants, written, read and judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from xlkit.correction.correct import corrections
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.submission.cast import cast
from xlkit.submission.read import FormShelf, Reader
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.notes import Column
from xlkit.template.writer import render
from xlkit.validation.review import Review, judged

DATA = Path(__file__).resolve().parents[2] / "sample_workbooks" / "answers"
ECONOMY = "ezhou-economy-informatization-2024"
SCIENCE = "ezhou-science-technology-2024"
ZUNHUA = "zunhua-industry-informatization-2022"

Change = Callable[[dict[str, Any]], None]


def sample(name: str) -> dict[str, Any]:
    """A published return, free to be changed."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@cache
def the_form(name: str) -> Form:
    return load_checked(name)


@cache
def returned(
    name: str = ECONOMY, *, unit: tuple[str, str] | None = None, change: Change | None = None
) -> bytes:
    """The workbook of a published return; `unit` is code and name, `change` edits the answers."""
    given = sample(name)
    if change is not None:
        change(given["answers"])
    code, called = unit if unit is not None else (given["unit"]["code"], given["unit"]["name"])
    return filled(the_form(given["form"]), given["answers"], (code, called), given["year"])


def filled(form: Form, answers: Mapping[str, Any], unit: tuple[str, str], year: int) -> bytes:
    """The workbook of a unit with those answers."""
    identity = Identity(form.form, form.version, unit=unit[0], unit_name=unit[1], year=year)
    return render(form, identity, place_answers(form, answers, Content())).data


@cache
def published() -> Review:
    """The three published returns in one run."""
    return run({f"{name}.xlsx": returned(name) for name in (ECONOMY, SCIENCE, ZUNHUA)})


def run(files: Mapping[str, bytes], *forms: Form) -> Review:
    """The files read and judged together."""
    shelf = forms or (the_form("department-performance"), the_form("project-performance"))
    reader = Reader(FormShelf(shelf))
    return judged([cast(reader.read_bytes(data, name)) for name, data in files.items()])


Writes = Callable[[dict[str, str]], str]
"""What a department writes of a finding; it knows its code, rule, block, row and field."""


def explained(data: bytes, writes: Writes, *forms: Form) -> bytes:
    """The return's correction workbook, come back with what the department wrote on its list."""
    (made,) = corrections(run({"came.xlsx": data}, *forms))
    assert made is not None
    book = load_workbook(BytesIO(made.workbook().data))
    for sheet in book:
        for row in range(1, sheet.max_row + 1):
            key = str(sheet.cell(row, Column.MARK).value or "")
            if key.startswith("["):
                names = ("code", "rule", "block", "member", "row", "field")
                text = writes(dict(zip(names, json.loads(key), strict=True)))
                cell = sheet.cell(row, Column.EXPLANATION)
                cell.value, cell.data_type = text or None, "s" if text else "n"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def without_goal(answers: dict[str, Any]) -> None:
    """Leaves a required text empty: an error."""
    answers["narrative"]["annual_goal"] = ""


def unreadable_amount(answers: dict[str, Any]) -> None:
    """Writes words where an amount belongs: an error, and nothing to add up."""
    answers["funding"][0]["current"] = "约一千万"


def by_hand(name: str, item: str, field: str, section: str = "") -> Decimal:
    """A published amount of the funding matrix."""
    rows = sample(name)["answers"]["funding"]
    row = next(r for r in rows if r["item"] == item and section in ("", r["section"]))
    return Decimal(row[field] or "0")
