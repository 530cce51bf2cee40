"""A roster read from its file, every problem told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from xlkit.errors import RosterError, UsageError
from xlkit.form.model import Form
from xlkit.form.texts import fill, say
from xlkit.roster.lines import (
    Line,
    column_of,
    csv_lines,
    headings_of,
    names_of,
    text_of,
    workbook_sheets,
)
from xlkit.roster.model import Roster, Unit
from xlkit.rules.types import Types
from xlkit.sentences import Sentence, system_says
from xlkit.submission.limits import DEFAULT_LIMITS
from xlkit.values.text import squeeze
from xlkit.wording import message_file

#: What a plain address looks like; whether it exists only mail can tell.
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_SEPARATORS = re.compile(r"[,;，；、\s]+")
_UNIT_COLUMNS = ("unit", "name", "parent", "emails", "contact")


def is_address(text: str) -> bool:
    """Whether a text is one e-mail address, as far as its signs tell."""
    return _EMAIL.fullmatch(text) is not None


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
        with path.open("rb") as file:
            data = file.read(DEFAULT_LIMITS.max_bytes + 1)
    except OSError as error:
        raise UsageError(Sentence("cannot-open", path=path, said=system_says(error))) from error
    if len(data) > DEFAULT_LIMITS.max_bytes:
        raise RosterError([Sentence("roster-large", file=path.name, most=DEFAULT_LIMITS.max_bytes)])
    reader = _Reader(form, path.name)
    if path.suffix.lower() == ".csv":
        reader.take(path.name, csv_lines(path, data), in_one=True)
    else:
        for sheet, lines in workbook_sheets(path, data):
            if squeeze(sheet) in names_of("member_sheets"):
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
        self._keys: set[str] = set()
        self._problems: list[Sentence] = []
        self._ignored: list[str] = []

    def take(self, place: str, lines: Sequence[Line], *, in_one: bool) -> None:
        """Takes in a list of units."""
        headings = headings_of(lines)
        columns = {key: column_of(headings, key) for key in _UNIT_COLUMNS}
        if not lines:
            return
        for key in ("unit", "name"):
            if columns[key] is None:
                names = message_file("roster")[key]["names"]
                self._problem(place, 1, _no_column(names))
        if columns["unit"] is None or columns["name"] is None:
            return
        free = [heading for heading in headings if heading not in columns.values()]
        members = self._member_columns(free, prefixed=True) if in_one else {}
        self._ignore(headings, [*columns.values(), *members.values()])
        for number, texts in lines:
            found = {key: text_of(texts, column) for key, column in columns.items()}
            self._unit(place, number, found, repeatable=bool(members))
            if any(text_of(texts, column) for column in members.values()):
                self._member(place, number, found["unit"], members, texts)

    def take_members(self, place: str, lines: Sequence[Line]) -> None:
        """Takes in a list of members of the form's group."""
        if not lines or not self._form.groups:
            return
        headings = headings_of(lines)
        unit = column_of(headings, "member_unit")
        free = [heading for heading in headings if heading != unit]
        members = self._member_columns(free, prefixed=False)
        if unit is None:
            names = message_file("roster")["member_unit"]["names"]
            self._problem(place, 1, _no_column(names))
            return
        if not members:
            self._problem(place, 1, Sentence("roster-own-column", names=list(self._prefilled())))
            return
        self._ignore(headings, [unit, *members.values()])
        for number, texts in lines:
            self._member(place, number, text_of(texts, unit), members, texts)

    def roster(self) -> Roster:
        """The units with their members.

        Raises:
            RosterError: anything was wrong on the way.
        """
        if not self._units and not self._problems:
            self._problems.append(Sentence("roster-empty", file=self._name))
        if self._problems:
            raise RosterError(self._problems)
        group = next(iter(self._form.groups), None)
        if group is None:
            return Roster(tuple(self._units.values()), tuple(self._ignored))
        return Roster(
            tuple(
                replace(
                    unit, members={group: tuple(m for _, m in self._members.get(unit.code, ()))}
                )
                for unit in self._units.values()
            ),
            tuple(self._ignored),
        )

    def _ignore(self, headings: Sequence[str], taken: Sequence[str | None]) -> None:
        self._ignored += [item for item in headings if item not in taken]

    def _problem(self, place: str, number: int, what: Sentence) -> None:
        file = self._name if place == self._name else f"{self._name} {place}"
        self._problems.append(Sentence("roster-row", place=file, number=number, problem=what))

    def _unit(self, place: str, number: int, found: Mapping[str, str], *, repeatable: bool) -> None:
        code, name = found["unit"], found["name"]
        if not code or not name:
            missing = Sentence("roster-name") if code else Sentence("roster-code")
            self._problem(place, number, missing)
            return
        known = self._units.get(code)
        if known is not None:
            if not repeatable:
                self._problem(place, number, Sentence("roster-unit-again", code=code))
            elif known.name != name:
                said = Sentence("roster-two-names", code=code, name=name, known=known.name)
                self._problem(place, number, said)
            return
        emails = tuple(filter(None, _SEPARATORS.split(found["emails"])))
        for email in emails:
            if not is_address(email):
                self._problem(place, number, Sentence("roster-email", email=email))
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
            self._problem(place, number, Sentence("roster-no-unit", code=unit))
            return
        group, repeat = next(iter(self._form.groups.items()))
        placed = self._form.block(group)
        member: dict[str, str] = {}
        for name, column in columns.items():
            text = text_of(texts, column)
            cast = self._types.cast(placed.field(name), ("", text, ""))
            if cast.problem is not None:
                said = Sentence("roster-unreadable", column=column, text=text)
                self._problem(place, number, said)
            elif text:
                member[name] = text
        key = member.get(repeat.key, "")
        if not key:
            self._problem(place, number, Sentence("roster-key", key=repeat.key))
        if key and key in self._keys:
            self._problem(place, number, Sentence("roster-again", code=key))
        self._keys.add(key)
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
            labels = [fill(say(field_.label, one)).strip() for one in self._form.languages]
            own = [*labels, field_.name]
            names = [f"{prefix}{name}" for prefix in prefixes for name in own]
            names += labels if prefixed else own
            wanted = {squeeze(name) for name in names}
            column = next((item for item in headings if squeeze(item) in wanted), None)
            if column is not None:
                found[field_.name] = column
        return found


def _no_column(names: Sequence[str]) -> Sentence:
    return Sentence("roster-column", name=names[0], others=names[1:])
