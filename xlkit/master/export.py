"""A master as Parquet files, for programs that go on with the data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from xlkit.files import write_whole
from xlkit.findings import Explanation, Severity, Waiver
from xlkit.master.model import Column, Entry, Kind, ListedFinding, Master, Table
from xlkit.master.tables import EXPLANATION
from xlkit.values.numbers import places

#: Source: Apache Parquet and Arrow, decimals of 128 bits: 38 digits.
_MOST_DIGITS = 38
_CAME = ("unit", "unit_name", "file", "sha256", "form")
_OWN = frozenset({"_unit", "_unit_name"})


def write_parquet(master: Master, folder: Path) -> list[Path]:
    """Writes the master's tables into the folder and gives the files in the order written.

    One `<form>.<block path>.parquet` per block, then findings, sources and units, and the
    roll where there is one. Amounts and
    percent points are exact decimals, or texts where 38 digits do not hold them. A value
    that could not be read is null in its column and stands as written in `<column>.written`.
    Every row of a block says where it was read: `_file`, `_sha256`, `_sheet`, `_row`, `_unit`,
    `_unit_name`; `_explanation` is what was written of its figures. The metadata of a block's
    file says form, version, year, block and the kinds of its columns, under `xlkit` as JSON.

    Raises:
        OutputError: the folder cannot be written.
    """
    blocks = {name: (frame, said) for name, frame, said in _block_frames(master)}
    frames = {name: frame for name, (frame, _) in blocks.items()}
    frames |= {"findings": _findings(master), "sources": _sources(master), "units": _units(master)}
    if master.roll:
        frames["roll"] = _roll(master)
    written = []
    for name, frame in frames.items():
        buffer = BytesIO()
        frame.write_parquet(buffer, metadata=blocks[name][1] if name in blocks else None)
        written.append(folder / f"{name}.parquet")
        write_whole(written[-1], buffer.getvalue())
    return written


def _block_frames(master: Master) -> Iterator[tuple[str, pl.DataFrame, dict[str, str]]]:
    """Name, rows, and what is said of them in the file's metadata under `xlkit`."""
    several = len({part.form for part in master.parts}) < len(master.parts)
    for part in master.parts:
        form = f"{part.form}.v{part.version}" if several else part.form
        for table in part.tables:
            said = {"form": part.form, "version": part.version, "year": part.year}
            kinds = {column.name: column.kind.value for column in table.columns}
            text = json.dumps({**said, "path": table.path, "kinds": kinds}, sort_keys=True)
            yield f"{form}.{table.path}", _block(master, table), {"xlkit": text}


def _block(master: Master, table: Table) -> pl.DataFrame:
    entries = [master.entries[row.origin.entry] for row in table.rows]
    series = [
        _texts("_unit", [entry.unit for entry in entries]),
        _texts("_unit_name", [entry.unit_name for entry in entries]),
        _texts("_file", [entry.file for entry in entries]),
        _texts("_sha256", [entry.sha256 for entry in entries]),
        _texts("_sheet", [row.origin.sheet for row in table.rows]),
        pl.Series("_row", [row.origin.row for row in table.rows], pl.Int32),
    ]
    for place, column in enumerate(table.columns):
        if column.name not in _OWN:
            series += _column(column, [row.values[place] for row in table.rows])
    if all(column.name != EXPLANATION for column in table.columns):
        series.append(_texts(EXPLANATION, [None] * len(table.rows)))
    return pl.DataFrame(series)


def _column(column: Column, values: Sequence[Any]) -> list[pl.Series]:
    """The column with its type, and what was written where values could not be read."""
    if column.kind is Kind.TEXT:
        return [_texts(column.name, values)]
    written = [value if isinstance(value, str) else None for value in values]
    read = [None if isinstance(value, str) else value for value in values]
    found = [_typed(column, read)]
    if any(text is not None for text in written):
        found.append(_texts(f"{column.name}.written", written))
    return found


def _typed(column: Column, values: Sequence[Any]) -> pl.Series:
    if column.kind is Kind.DATE:
        return pl.Series(column.name, values, pl.Date)
    if column.kind is Kind.INTEGER:
        fits = all(value is None or abs(value) < 2**63 for value in values)
        return pl.Series(column.name, values, pl.Int64) if fits else _texts(column.name, values)
    scale = max((places(value) for value in values if value is not None), default=0)
    scale = max(scale, column.decimals)
    whole = max((_digits(value) for value in values if value is not None), default=1)
    if whole + scale > _MOST_DIGITS:
        return _texts(column.name, [None if value is None else f"{value:f}" for value in values])
    return pl.Series(column.name, values, pl.Decimal(_MOST_DIGITS, scale))


def _digits(value: Decimal) -> int:
    """Digits before the point."""
    return max(value.adjusted() + 1, 1)


def _texts(name: str, values: Sequence[Any]) -> pl.Series:
    return pl.Series(name, [None if value is None else str(value) for value in values], pl.String)


def _came(entry: Entry) -> tuple[str, ...]:
    """Whose a file is, and which: the columns of `_CAME`."""
    return entry.unit, entry.unit_name, entry.file, entry.sha256, entry.form


def _findings(master: Master) -> pl.DataFrame:
    """A row per finding, worst first; cells are a list.

    `explanation_lack` says why an explanation does not count; null where it does. The columns
    `waived_…` say who lets it stand; null where nobody does.
    """
    schema: dict[str, Any] = dict.fromkeys(
        (*_CAME, "severity", "code", "title", "place"), pl.String
    )
    schema |= {"cells": pl.List(pl.String), "block": pl.String, "field": pl.String}
    schema |= {"row": pl.String, "instance": pl.Int32}
    schema |= dict.fromkeys(("value", "expected", "message", "hint"), pl.String)
    schema |= {"open": pl.Boolean, "explanation": pl.String, "explanation_lack": pl.String}
    schema |= dict.fromkeys(("waived_by", "waived_why"), pl.String)
    schema |= dict.fromkeys(("waived_until", "waived_at"), pl.Date)
    rows = [(*_came(master.entries[one.entry]), *_finding(one)) for one in master.findings]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _finding(one: ListedFinding) -> tuple[Any, ...]:
    found = one.finding
    return (
        found.severity.value, found.code, one.title, found.where, list(found.cells),
        found.block, found.field, found.row, found.instance,
        found.value, found.expected, one.message, one.hint,
        found.is_open, *_explanation(found.explanation), *_waiver(found.waiver),
    )  # fmt: skip


def _explanation(written: Explanation | None) -> tuple[str | None, str | None]:
    if written is None:
        return None, None
    return written.text, written.lack.value if written.lack is not None else None


def _waiver(waiver: Waiver | None) -> tuple[str | date | None, ...]:
    if waiver is None:
        return None, None, None, None
    at = waiver.at.date() if isinstance(waiver.at, datetime) else waiver.at
    return waiver.by, waiver.why, waiver.until, at


def _roll(master: Master) -> pl.DataFrame:
    """A row per unit that was asked; times are as the roll has them."""
    schema: dict[str, Any] = dict.fromkeys(("unit", "name", "parent", "state"), pl.String)
    schema |= {"due": pl.Date, "received": pl.String, "is_late": pl.Boolean}
    schema |= {"returns": pl.Int32, "waived": pl.Int32, "note": pl.String, "is_merged": pl.Boolean}
    rows = [
        [
            line.received.isoformat() if name == "received" and line.received else value
            for name, value in asdict(line).items()
        ]
        for line in master.roll
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _sources(master: Master) -> pl.DataFrame:
    """A row per row of every block: where it was read."""
    names = ("form", "block", "label", "unit", "unit_name", "file", "sha256", "sheet", "cells")
    schema: dict[str, Any] = {**dict.fromkeys(names, pl.String), "row": pl.Int32}
    rows = []
    for part in master.parts:
        for table in part.tables:
            for row in table.rows:
                entry, origin = master.entries[row.origin.entry], row.origin
                rows.append(
                    (
                        part.form,
                        table.path,
                        row.label,
                        entry.unit,
                        entry.unit_name,
                        entry.file,
                        entry.sha256,
                        origin.sheet,
                        origin.cells,
                        origin.row,
                    )
                )
    return pl.DataFrame(rows, schema=schema, orient="row")


def _units(master: Master) -> pl.DataFrame:
    """A row per file that came in, with what became of it."""
    names = (*_CAME, "state", "verdict")
    levels = [f"{level.value}s" for level in Severity]
    counts = ("year", "rows", *levels, "open_warnings", "explained_warnings", "waived")
    schema: dict[str, Any] = {**dict.fromkeys(names, pl.String), **dict.fromkeys(counts, pl.Int32)}
    rows = [
        (
            *_came(entry),
            entry.state.value,
            entry.verdict.value,
            entry.year,
            entry.rows,
            *(entry.counts[one] for one in Severity),
            entry.open_warnings,
            entry.explained_warnings,
            entry.all_waived,
        )
        for entry in master.entries
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")
