"""Last year's answers out of a master of ours: its workbook, or its folder of Parquet files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlkit.catalogue import Message
from xlkit.errors import UsageError
from xlkit.findings import Severity
from xlkit.form.model import Form
from xlkit.master.index import INDEX_SHEET, IndexedSheet, read_index
from xlkit.master.model import Kind
from xlkit.master.sheets import FIRST, HEAD
from xlkit.previous.model import PreviousAnswers
from xlkit.sentences import Sentence, system_says
from xlkit.submission.grid import Grid, Unreadable
from xlkit.submission.opening import open_workbook
from xlkit.submission.screen import screen

_UNIT, _INSTANCE = "_unit", "_instance"


@dataclass(frozen=True)
class _Table:
    """A block of a master, row under row; texts by column name."""

    form: str
    version: int
    year: int | None
    path: str
    rows: Sequence[Mapping[str, str]] = field(repr=False)


def from_master(
    path: Path, form: Form, definitions: Iterable[Form] = ()
) -> dict[str, PreviousAnswers]:
    """The answers that a master holds, by unit code.

    `path` is a workbook that `write_master` made, wherever it was saved again, or a folder of
    `write_parquet`. Of several forms that `form` counts of which it is a later one, else the
    only one. `definitions` are last year's forms, as far as they are known.

    Raises:
        UsageError: it is no master of ours, or has several forms and none of that name.
    """
    tables = list(_parquet(path) if path.is_dir() else _workbook(path))
    chosen = _chosen(tables, form, path)
    units: dict[str, list[tuple[str, Mapping[str, str]]]] = {}
    for table in chosen:
        for row in table.rows:
            if row.get(_UNIT):
                units.setdefault(row[_UNIT], []).append((table.path, row))
    first = chosen[0]
    known = next(
        (one for one in definitions if (one.form, one.version) == (first.form, first.version)), None
    )
    return {
        unit: PreviousAnswers(_answers(rows), first.form, first.version, first.year, known)
        for unit, rows in units.items()
    }


def _chosen(tables: Sequence[_Table], form: Form, path: Path) -> list[_Table]:
    """The tables of one form and version."""
    found = {(table.form, table.version) for table in tables}
    same = {one for one in found if one[0] == form.form}
    if not found:
        raise UsageError(Sentence("master-none", path=path))
    if not same and len(found) > 1:
        raise UsageError(
            Sentence(
                "master-forms", path=path, names=sorted(name for name, _ in found), form=form.form
            )
        )
    last = max(same or found)
    return [table for table in tables if (table.form, table.version) == last]


def _answers(rows: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, Any]:
    """Canonical answers of the rows of one unit, each with the path of its block.

    Every block is a list of rows, records among them; columns of ours are left out.
    """
    answers: dict[str, Any] = {}
    members: dict[str, dict[str, dict[str, Any]]] = {}
    for path, row in rows:
        own = {name: text for name, text in row.items() if name[:1] != "_" and "." not in name}
        group, _, block = path.partition(".")
        if _INSTANCE not in row:
            answers.setdefault(path, []).append(own)
            continue
        member = members.setdefault(group, {}).setdefault(row[_INSTANCE], {})
        if block:
            member.setdefault(block, []).append(own)
        else:
            member.update(own)
    return answers | {group: list(found.values()) for group, found in members.items()}


# the workbook


def _workbook(path: Path) -> Iterator[_Table]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(Sentence("cannot-open", path=path, said=system_says(error))) from error
    screening = screen(data)
    wrong = [one for one in screening.findings if one.severity is Severity.ERROR]
    if screening.kind is None or wrong:
        said = [Message(one) for one in wrong] or Sentence("not-workbook")
        raise UsageError(
            Sentence(
                "master-screened",
                path=path,
                said=said,
            )
        )
    try:
        workbook = open_workbook(data, screening.kind)
    except Unreadable as error:
        raise UsageError(Sentence("cannot-read", path=path, said=error.detail)) from error
    grids = {grid.name: grid for grid in workbook.sheets}
    if INDEX_SHEET not in grids:
        raise UsageError(Sentence("master-index", path=path))
    for sheet in read_index(grids[INDEX_SHEET]):
        if sheet.name in grids:
            rows = tuple(_rows(grids[sheet.name], sheet))
            yield _Table(sheet.form, sheet.version, sheet.year, sheet.path, rows)


def _rows(grid: Grid, sheet: IndexedSheet) -> Iterator[dict[str, str]]:
    """The rows of data; columns are found by their headings, totals have no unit."""
    places = {cell.text: column for (row, column), cell in grid.cells.items() if row == HEAD}
    columns = {name: places[label] for name, label in sheet.columns if label in places}
    for number in sorted({row for row, _ in grid.cells if row >= FIRST}):
        texts = {
            name: grid.cells[number, column].text if (number, column) in grid.cells else ""
            for name, column in columns.items()
        }
        if texts.get("_unit_name", texts.get(_UNIT)) and texts.get(_UNIT):
            yield texts


# the folder


def _parquet(folder: Path) -> Iterator[_Table]:
    import polars as pl

    for file in sorted(folder.glob("*.parquet")):
        try:
            said = pl.read_parquet_metadata(file).get("xlkit")
            frame = pl.read_parquet(file) if said else None
        except (OSError, pl.exceptions.PolarsError) as error:
            raise UsageError(Sentence("cannot-read", path=file, said=system_says(error))) from error
        if said and frame is not None:
            known = json.loads(said)
            kinds = {name: Kind(kind) for name, kind in known["kinds"].items()}
            rows = [
                {name: _text(value, kinds.get(name)) for name, value in row.items()}
                for row in frame.iter_rows(named=True)
            ]
            yield _Table(known["form"], known["version"], known["year"], known["path"], rows)


def _text(value: Any, kind: Kind | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        plain = f"{value.normalize():f}"
        return f"{plain}%" if kind is Kind.PERCENT else plain
    return value.isoformat() if isinstance(value, date) else str(value)
