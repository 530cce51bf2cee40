"""Masks for private fields: a submission without what stands there, and yet judged the same.

A mask stands where a text stood, and a value of the same kind where one was read, chosen so
that every check of that field by itself passes it as it passed the real one. Where that cannot
be promised there is no masked copy: a check compares the field with others or did not pass, rows
are called by it, or its text stands elsewhere in the return, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from xlkit.findings import Explanation, Finding, Severity
from xlkit.form.blocks import Table
from xlkit.form.fields import ChoiceField
from xlkit.form.model import Form
from xlkit.rules.check import NUMBER, Check
from xlkit.rules.registry import form_checks
from xlkit.rules.types import Texts, Value
from xlkit.submission.model import CastRow, State, Submission
from xlkit.submission.private import Privacy, columns_of, is_content, is_looked_at
from xlkit.values.text import squeeze

MASK = "＊"
#: Signs of nobody, none of them twice beside itself: rows of one sign look like blanks to fill.
_SIGNS = "存而不录" * 64
_LENGTHS = (4, 2, 1, 8, 20, 60, 200)
_NUMBERS = (0, 1, 10, 1000)
_DAYS = (date(2000, 1, 1), date(2024, 1, 1))

Cell = tuple[str, str]
"""A block's path and a field."""


@dataclass(frozen=True)
class Masks:
    """What stands for the private content of a form's returns."""

    form: Form
    language: str = "zh"

    def of(self, submission: Submission) -> Submission | None:
        """The submission without it; None where it would not be judged the same."""
        raw = submission.raw
        held = [
            (row, name)
            for row in submission.rows
            for name in self._private.fields.get(row.raw.path, ())
            if _is_held(row, name)
        ]
        if not all(map(self._is_open, raw.explanations)):
            return None
        if not held:
            return submission
        chosen: dict[int, dict[str, Value | None]] = {}
        for row, name in held:
            value = row.values.get(name)
            stand_in = None if value is None else self._stand_in(row, name, value)
            if value is not None and stand_in is None:
                return None
            chosen.setdefault(id(row), {})[name] = stand_in
        rows = tuple(_masked(row, chosen.get(id(row), {})) for row in submission.rows)
        year = raw.identity.year if raw.identity else None
        privacy = replace(self._private, year=year)
        cells = privacy.cells(raw)
        return replace(
            submission,
            raw=replace(
                raw,
                rows=tuple(row.raw for row in rows),
                findings=tuple(privacy.without(found, cells) for found in raw.findings),
                is_masked=True,
            ),
            rows=rows,
            repairs=tuple(
                replace(repair, raw=MASK, value=MASK)
                if repair.field in privacy.fields.get(repair.block, ())
                else repair
                for repair in submission.repairs
            ),
            findings=tuple(privacy.without(found, cells) for found in submission.findings),
        )

    def secrets(self, submission: Submission) -> frozenset[str]:
        """The texts that must stand nowhere in a masked copy."""
        return frozenset(
            text.strip()
            for row in submission.rows
            for name in self._private.fields.get(row.raw.path, ())
            for text in _texts_of(row, name)
            if text.strip()
        )

    @cached_property
    def _private(self) -> Privacy:
        return Privacy(self.form, self.language)

    def _is_open(self, key: str) -> bool:
        """Whether what was written under a finding's key is of a field that is not private."""
        if not self._private.fields:
            return True
        try:
            code, rule, block, _, row, name = json.loads(key)
        except ValueError:
            return False
        about = Finding(
            code=str(code),
            severity=Severity.WARNING,
            rule=str(rule),
            block=str(block),
            row=str(row),
            field=str(name),
            explanation=Explanation(key),
        )
        return bool(block) and self._private.without(about).explanation == about.explanation

    def _stand_in(self, row: CastRow, name: str, value: Value) -> Value | None:
        """A value that passes wherever the real one does; None where there is none."""
        if (row.raw.path, name) in self._watched:
            return None
        checks = self._own[row.raw.path, name]
        for candidate in self._candidates(row, name, value):
            if _all_pass(checks, name, row, [value, value, candidate, candidate]):
                return candidate
        return None

    def _candidates(self, row: CastRow, name: str, value: Value) -> Iterator[Value]:
        field = row.raw.placed.field(name)
        if isinstance(value, str):
            yield from (_SIGNS[:length] for length in _LENGTHS)
            if isinstance(field, ChoiceField):
                yield from (choice.name for choice in self.form.choices(field)[:1])
        elif isinstance(value, Decimal):
            yield from map(Decimal, _NUMBERS)
        elif isinstance(value, int):
            yield from _NUMBERS
        elif isinstance(value, date):
            yield from _DAYS

    @cached_property
    def _own(self) -> dict[Cell, list[Check]]:
        """For each private field the checks that read its content and nothing else."""
        checks = form_checks(self.form)
        return {
            (path, name): [
                check
                for check in checks[path]
                if any(is_content(column, name) for column in columns_of(check))
            ]
            for path, names in self._private.fields.items()
            for name in names
        }

    @cached_property
    def _watched(self) -> frozenset[Cell]:
        """The private fields that something else depends on: a check, a name, a key."""
        found: set[Cell] = set()
        checks = [check for of in form_checks(self.form).values() for check in of]
        for path, names in self._private.fields.items():
            placed = self.form.block(path)
            keys = {placed.block.key_field} if isinstance(placed.block, Table) else set()
            keys |= {field.name for field in placed.block.fields if field.computed_by is not None}
            keys |= {repeat.key for group, repeat in self.form.groups.items() if group == path}
            for name in names:
                asking = [one for one in checks if is_looked_at(self._private, one, path, name)]
                if name in keys or not all(_is_alone(one, path, name) for one in asking):
                    found.add((path, name))
        return frozenset(found)


def _is_alone(check: Check, path: str, name: str) -> bool:
    """Whether a check is about that field by itself."""
    if not check.own or check.block != path or check.prepare is not None:
        return False
    if check.references or check.matches or check.reads_elsewhere:
        return False
    if check.reads or check.reads_column or check.together is not None:
        return False
    return columns_of(check) <= {name, f"{name}.state", f"{name}.computed"}


def _all_pass(checks: list[Check], name: str, row: CastRow, values: list[Value]) -> bool:
    """Whether every check passes every value, whatever others stand below each other."""
    import polars as pl

    if not checks:
        return True
    kinds: dict[type, Any] = {str: pl.String(), int: pl.Int64(), date: pl.Date()}
    kind = next((kinds[of] for of in kinds if isinstance(values[0], of)), NUMBER())
    frame = pl.DataFrame(
        {
            name: pl.Series(values, dtype=kind),
            f"{name}.state": [State.READ.value] * len(values),
            f"{name}.computed": [name in row.raw.formulas] * len(values),
        }
    )
    passed = frame.select(check.passes.alias(check.id) for check in checks)
    return all(passed[check.id].to_list() == [True] * len(values) for check in checks)


def _is_held(row: CastRow, name: str) -> bool:
    texts = row.raw.texts.get(name, ("", "", ""))
    return any(text.strip() for text in texts) or row.values.get(name) is not None


def _texts_of(row: CastRow, name: str) -> Iterator[str]:
    texts = row.raw.texts.get(name, ("", "", ""))
    yield from texts
    yield "".join(texts)
    value = row.values.get(name)
    if value is not None:
        yield str(value)
    yield from (squeeze(text) for text in texts)


def _masked(row: CastRow, values: Mapping[str, Value | None]) -> CastRow:
    """The row with those values in place of its own, and masks for the texts of their cells."""
    if not values:
        return row
    texts = {
        name: _mask(parts) if name in values else parts for name, parts in row.raw.texts.items()
    }
    return replace(row, raw=replace(row.raw, texts=texts), values={**row.values, **values})


def _mask(parts: Texts) -> Texts:
    operator, text, unit = (MASK if part.strip() else part for part in parts)
    return operator, text, unit
