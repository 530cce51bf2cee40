"""The bureau's list of units, and of the projects that it knows beforehand."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlkit.catalogue import say as say_finding
from xlkit.errors import RosterError, UsageError
from xlkit.form.model import Form
from xlkit.form.texts import say
from xlkit.rules.types import Types
from xlkit.submission.grid import Grid, Unreadable
from xlkit.submission.opening import open_workbook
from xlkit.submission.screen import screen
from xlkit.values.text import squeeze
from xlkit.wording import message_file

#: What a plain address looks like; whether it exists only mail can tell.
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_SEPARATORS = re.compile(r"[,;，；、\s]+")
_ENCODINGS = ("utf-8-sig", "gb18030")
_UNIT_COLUMNS = ("unit", "name", "parent", "emails", "contact")

Line = tuple[int, Mapping[str, str]]
"""A row's number in its file, and its texts by heading."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit; `members` are the prefilled fields of each group's members."""

    code: str
    name: str
    parent: str = ""
    emails: tuple[str, ...] = ()
    contact: str = ""
    members: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roster:
    """Units in the order of the list; every code stands once."""

    units: tuple[Unit, ...]

    def unit(self, code: str) -> Unit:
        """The unit of that code.

        Raises:
            UsageError: the roster has no such unit.
        """
        for unit in self.units:
            if unit.code == code:
                return unit
        raise UsageError(f"the roster has no unit {code!r}")


def read_roster(path: Path, form: Form) -> Roster:
    """The roster of an .xlsx, .xls, .ods or .csv file, for a form's groups.

    A workbook lists units on its first sheet and members on a sheet named so (项目, projects);
    a .csv lists units, and a member in the same row where it has the columns, the unit
    repeated for each.

    Raises:
        RosterError: everything that is wrong with it, by row, at once.
        UsageError: there is no such file.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror or error}") from error
    reader = _Reader(form, path.name)
    if path.suffix.lower() == ".csv":
        reader.take(path.name, _csv_lines(path, data), in_one=True)
    else:
        for sheet, lines in _sheets(path, data):
            if squeeze(sheet) in _names("member_sheets"):
                reader.take_members(sheet, lines)
            else:
                reader.take(sheet, lines, in_one=True)
    return reader.roster()


class _Reader:
    """Collects units and members, and every problem on the way."""

    def __init__(self, form: Form, name: str) -> None:
        self._form = form
        self._name = name
        self._types = Types(form)
        self._units: dict[str, Unit] = {}
        self._members: dict[str, list[tuple[str, dict[str, str]]]] = {}
        self._problems: list[str] = []

    def take(self, place: str, lines: Sequence[Line], *, in_one: bool) -> None:
        """Takes in a list of units."""
        headings = _headings(lines)
        columns = {key: _column(headings, key) for key in _UNIT_COLUMNS}
        if not lines:
            return
        for key in ("unit", "name"):
            if columns[key] is None:
                names = message_file("roster")[key]["names"]
                self._problem(place, 1, f"there is no column '{names[0]}' ({', '.join(names[1:])})")
        if columns["unit"] is None or columns["name"] is None:
            return
        members = self._member_columns(headings, prefixed=True) if in_one else {}
        for number, texts in lines:
            found = {key: _text(texts, column) for key, column in columns.items()}
            self._unit(place, number, found, repeatable=bool(members))
            if any(_text(texts, column) for column in members.values()):
                self._member(place, number, found["unit"], members, texts)

    def take_members(self, place: str, lines: Sequence[Line]) -> None:
        """Takes in a list of members of the form's group."""
        if not lines or not self._form.groups:
            return
        headings = _headings(lines)
        unit = _column(headings, "member_unit")
        members = self._member_columns(headings, prefixed=False)
        members = {name: column for name, column in members.items() if column != unit}
        if unit is None:
            names = message_file("roster")["member_unit"]["names"]
            self._problem(place, 1, f"there is no column '{names[0]}' ({', '.join(names[1:])})")
            return
        if not members:
            wanted = ", ".join(self._prefilled())
            self._problem(place, 1, f"there is no column of the form's own; it takes {wanted}")
            return
        for number, texts in lines:
            self._member(place, number, _text(texts, unit), members, texts)

    def roster(self) -> Roster:
        """The units with their members.

        Raises:
            RosterError: anything was wrong on the way.
        """
        if not self._units and not self._problems:
            self._problems.append(f"{self._name}: the roster has no unit")
        if self._problems:
            raise RosterError(self._problems)
        group = next(iter(self._form.groups), None)
        if group is None:
            return Roster(tuple(self._units.values()))
        return Roster(
            tuple(
                replace(
                    unit, members={group: tuple(m for _, m in self._members.get(unit.code, ()))}
                )
                for unit in self._units.values()
            )
        )

    def _problem(self, place: str, number: int, what: str) -> None:
        self._problems.append(f"{self._name} {place}:{number}: {what}")

    def _unit(self, place: str, number: int, found: Mapping[str, str], *, repeatable: bool) -> None:
        code, name = found["unit"], found["name"]
        if not code or not name:
            missing = "unit code" if not code else "unit name"
            self._problem(place, number, f"the {missing} is missing")
            return
        known = self._units.get(code)
        if known is not None:
            if not repeatable:
                self._problem(place, number, f"unit {code} stands in the roster already")
            elif known.name != name:
                self._problem(
                    place, number, f"unit {code} is {name!r} here and {known.name!r} above"
                )
            return
        emails = tuple(filter(None, _SEPARATORS.split(found["emails"])))
        for email in emails:
            if not _EMAIL.fullmatch(email):
                self._problem(place, number, f"{email!r} is no e-mail address")
        self._units[code] = Unit(code, name, found["parent"], emails, found["contact"])

    def _member(
        self,
        place: str,
        number: int,
        unit: str,
        columns: Mapping[str, str],
        texts: Mapping[str, str],
    ) -> None:
        if unit not in self._units:
            self._problem(place, number, f"there is no unit {unit!r} in the roster")
            return
        group, repeat = next(iter(self._form.groups.items()))
        placed = self._form.block(group)
        member: dict[str, str] = {}
        for name, column in columns.items():
            text = _text(texts, column)
            cast = self._types.cast(placed.field(name), ("", text, ""))
            if cast.problem is not None:
                self._problem(place, number, f"{column}: {text!r} cannot be read")
            elif text:
                member[name] = text
        key = member.get(repeat.key, "")
        if not key:
            self._problem(place, number, f"the {repeat.key} of a member is missing")
        taken = [code for others in self._members.values() for code, _ in others]
        if key and key in taken:
            self._problem(place, number, f"{key} stands in the roster already")
        self._members.setdefault(unit, []).append((key, member))

    def _prefilled(self) -> tuple[str, ...]:
        group = next(iter(self._form.groups))
        fields = self._form.block(group).block.fields
        return tuple(field_.name for field_ in fields if field_.prefilled)

    def _member_columns(self, headings: Sequence[str], *, prefixed: bool) -> dict[str, str]:
        """The columns that bring a member's prefilled fields, by field name."""
        if not self._form.groups:
            return {}
        group = next(iter(self._form.groups))
        prefixes = message_file("roster")["member_prefixes"]["names"]
        found: dict[str, str] = {}
        for field_ in self._form.block(group).block.fields:
            if not field_.prefilled:
                continue
            labels = [say(field_.label, language) for language in self._form.languages]
            names = labels if prefixed else [*labels, field_.name]
            names += [f"{prefix}{field_.name}" for prefix in prefixes]
            wanted = {squeeze(name) for name in names}
            column = next((item for item in headings if squeeze(item) in wanted), None)
            if column is not None:
                found[field_.name] = column
        return found


def _csv_lines(path: Path, data: bytes) -> list[Line]:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        rows = list(csv.reader(io.StringIO(text)))
        return list(_lines(rows))
    raise RosterError([f"{path.name}: is neither UTF-8 nor GBK text"])


def _sheets(path: Path, data: bytes) -> Iterator[tuple[str, list[Line]]]:
    screening = screen(data)
    problems = [say_finding(item, "en").message for item in screening.findings]
    if screening.kind is None:
        raise RosterError([f"{path.name}: {problem}" for problem in problems])
    try:
        workbook = open_workbook(data, screening.kind)
    except Unreadable as error:
        raise RosterError([f"{path.name}: cannot be read: {error.detail}"]) from error
    for grid in workbook.sheets:
        if not grid.hidden:
            yield grid.name, list(_lines(_rows(grid)))


def _rows(grid: Grid) -> list[list[str]]:
    last = max((row for row, _ in grid.cells), default=0)
    widest = max((column for _, column in grid.cells), default=0)
    texts = {cell: content.text for cell, content in grid.cells.items()}
    return [
        [texts.get((row, column), "") for column in range(1, widest + 1)]
        for row in range(1, last + 1)
    ]


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """The rows under the heading row, which is the first that is not empty."""
    headings: list[str] = []
    for number, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        if not headings:
            headings = [cell.strip() for cell in row]
            continue
        yield (
            number,
            {name: cell.strip() for name, cell in zip(headings, row, strict=False) if name},
        )


def _headings(lines: Sequence[Line]) -> list[str]:
    return list(lines[0][1]) if lines else []


def _names(key: str) -> set[str]:
    return {squeeze(name) for name in message_file("roster")[key]["names"]}


def _column(headings: Sequence[str], key: str) -> str | None:
    """The heading of a column, as the office wrote it."""
    names = _names(key)
    return next((item for item in headings if squeeze(item) in names), None)


def _text(texts: Mapping[str, str], column: str | None) -> str:
    return texts.get(column, "") if column is not None else ""
