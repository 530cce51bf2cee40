"""Raw rows as values: what was put right, what could not be read, what cells compute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from xlkit.catalogue import severity_of
from xlkit.findings import Finding, Severity
from xlkit.form.blocks import Matrix, Table
from xlkit.form.fields import AmountField, BaseField, ChoiceField, IntegerField, PercentField
from xlkit.form.model import Form
from xlkit.form.rows import CellKey, Row, RowKind
from xlkit.form.texts import fill, say
from xlkit.rules.calculator import Calculator
from xlkit.rules.computed import Outcome
from xlkit.rules.types import Texts, Types, Value, normal_text
from xlkit.submission.raw import RawRow, RawSubmission, Verdict
from xlkit.values.cast import Cast, Repair, refused
from xlkit.values.indicator import Indicator
from xlkit.values.text import squeeze

#: Problems of a preset unit beside what was typed; there the preset gives way.
_PRESET_GIVES_WAY = frozenset({"unit-beside-words", "value-two-units", "value-without-number"})
_MOST_OFFERED = 12


class State(StrEnum):
    EMPTY = "empty"
    READ = "read"
    REFUSED = "refused"
    """Something stands there that could not be read; it is null for every later check."""


@dataclass(frozen=True, slots=True)
class CellRepair:
    """A repair and the cell that it was made in."""

    cell: str
    block: str
    field: str
    code: str
    raw: str
    value: str


@dataclass(frozen=True, slots=True)
class CastRow:
    """A row as values.

    `key` is the declared key of a preset row, else the normalised name that the department
    gave; `label` is what people call the row. `raw.filled` says whether it is in use.
    """

    raw: RawRow
    key: str | None
    label: str
    values: Mapping[str, Value | None]
    states: Mapping[str, State]

    @property
    def number(self) -> int:
        """The row's number in the returned sheet."""
        return self.raw.top


@dataclass(frozen=True)
class Submission:
    """A return as values, with everything that reading it found."""

    raw: RawSubmission
    rows: tuple[CastRow, ...] = field(default=(), repr=False)
    repairs: tuple[CellRepair, ...] = ()
    findings: tuple[Finding, ...] = ()


def cast(raw: RawSubmission, language: str = "zh") -> Submission:
    """The values of a return; its findings are those of reading, then those of casting."""
    if raw.form is None:
        return Submission(raw, findings=raw.findings)
    return _Caster(raw, raw.form, language).cast()


def where(
    form: Form,
    raw: RawSubmission,
    row: CastRow,
    name: str | None,
    language: str,
    *,
    whole_block: bool = False,
) -> str:
    """The place of an answer in people's words: block, row (not for the whole block), field."""
    shown = language if language in form.languages else form.languages[0]
    year = raw.identity.year if raw.identity else None
    placed = row.raw.placed
    group = form.groups[placed.group] if placed.group else None
    parts = []
    if group is not None:
        parts.append(f"{fill(say(group.label, shown), year=year)}{row.raw.instance:02d}")
    if placed.block.label is not None:
        parts.append(fill(say(placed.block.label, shown), year=year))
    if isinstance(placed.block, Matrix | Table) and not whole_block:
        parts.append(row.label)
    if name is not None:
        parts.append(fill(say(placed.field(name).label, shown), year=year))
    return " › ".join(part for part in parts if part)


class _Caster:
    def __init__(self, raw: RawSubmission, form: Form, language: str) -> None:
        self._raw = raw
        self._form = form
        self._language = language
        self._types = Types(form)
        self._repairs: list[CellRepair] = []
        self._findings: list[Finding] = []

    def cast(self) -> Submission:
        texts = {
            _key(row, name): self._meant(row, name)
            for row in self._raw.rows
            for name, parts in row.texts.items()
            if any(parts)
        }
        rows: dict[tuple[str, int], list[Row]] = {}
        for raw in self._raw.rows:
            rows.setdefault((raw.path, raw.instance), []).append(raw.row)
        self._calculator = Calculator(self._form, self._types, rows, texts)
        made = _with_clear_keys([self._row(raw) for raw in self._raw.rows])
        overwritten = any(found.code == "computed-overwritten" for found in self._findings)
        intact = self._raw.verdict is Verdict.INTACT
        return Submission(
            raw=replace(self._raw, verdict=Verdict.REPAIRED)
            if overwritten and intact
            else self._raw,
            rows=tuple(made),
            repairs=tuple(self._repairs),
            findings=(*self._raw.findings, *self._findings, *self._repair_notices(made)),
        )

    def _row(self, raw: RawRow) -> CastRow:
        values: dict[str, Value | None] = {}
        states: dict[str, State] = {}
        casts: dict[str, Cast[Value]] = {}
        for name in raw.texts:
            if name in raw.formulas:
                outcome = self._calculator.outcome(raw.placed, raw.instance, raw.row, name)
                values[name], states[name] = outcome.value, _state_of(outcome)
                continue
            casts[name] = self._cell(raw, name)
            values[name] = casts[name].value
            states[name] = _cast_state(casts[name])
        row = CastRow(raw, _row_key(raw, values), _row_label(raw, values), values, states)
        for name, result in casts.items():
            self._log(row, name, result)
        for name in raw.formulas:
            self._computed(row, name)
        return row

    def _cell(self, raw: RawRow, name: str) -> Cast[Value]:
        if name in raw.pending:
            return refused("formula-without-value")
        texts = self._meant(raw, name)
        if not any(text.strip() for text in texts):
            return Cast(None)
        return self._types.cast(raw.placed.field(name), texts)

    def _meant(self, raw: RawRow, name: str) -> Texts:
        """What stands in a field's cells, without a preset unit that gives way to it."""
        texts, preset = raw.texts[name], raw.row.units.get(name, "")
        if not preset or texts[2] != preset:
            return texts
        bare = (texts[0], texts[1], "")
        if not raw.filled:
            return bare
        problem = self._types.cast(raw.placed.field(name), texts).problem
        return bare if problem is not None and problem.code in _PRESET_GIVES_WAY else texts

    def _log(self, row: CastRow, name: str, result: Cast[Value]) -> None:
        cells = tuple(f"{row.raw.sheet}!{cell}" for cell in row.raw.cells[name])
        written = written_text(row.raw, name)
        for repair in result.repairs if cells else ():
            at = _cell_of(row.raw, name, repair) or (cells[0] if cells else "")
            self._repairs.append(
                CellRepair(at, row.raw.path, name, repair.code, repair.raw, repair.value)
            )
        if result.problem is not None:
            field_ = row.raw.placed.field(name)
            self._findings.append(
                Finding(
                    code=result.problem.code,
                    severity=severity_of(result.problem.code),
                    cells=_filled_of(row.raw, name) or cells,
                    block=row.raw.path,
                    field=name,
                    row=row.key,
                    instance=row.raw.instance or None,
                    value=written,
                    expected=self._expected(field_),
                    where=where(self._form, self._raw, row, name, self._language),
                    params=dict(result.problem.params),
                )
            )

    def _expected(self, field_: BaseField) -> str | None:
        """What the field takes, where that can be listed."""
        if isinstance(field_, ChoiceField):
            names = [choice.name for choice in self._form.choices(field_)]
            more = "…" if len(names) > _MOST_OFFERED else ""
            return "、".join(names[:_MOST_OFFERED]) + more
        if isinstance(field_, AmountField):
            unit = self._types.amount_unit(field_)
            return unit.name if unit else None
        return None

    def _computed(self, row: CastRow, name: str) -> None:
        """A computed cell that was typed over: an error where it says something else."""
        raw = row.raw
        returned = raw.texts[name][1]
        has_formula = raw.formulas[name]
        if has_formula or row.states[name] is State.REFUSED or not raw.cells[name]:
            return
        field_ = raw.placed.field(name)
        computed = normal_text(field_, row.values[name])
        same = _same(self._types, field_, returned, row.values[name])
        if has_formula is None and (same or _is_blank_result(returned, computed)):
            return
        code = "computed-replaced" if same else "computed-overwritten"
        self._findings.append(
            Finding(
                code=code,
                severity=severity_of(code),
                cells=tuple(f"{raw.sheet}!{cell}" for cell in raw.cells[name]),
                block=raw.path,
                field=name,
                row=row.key,
                instance=raw.instance or None,
                value=returned,
                expected=computed,
                where=where(self._form, self._raw, row, name, self._language),
            )
        )

    def _repair_notices(self, rows: Sequence[CastRow]) -> Iterator[Finding]:
        """One finding for each kind of repair in a column; a conversion is one by itself."""
        grouped: dict[tuple[str, ...], list[CellRepair]] = {}
        for repair in self._repairs:
            single = severity_of(repair.code) is not Severity.NOTICE
            key = (repair.code, repair.block, repair.field, repair.cell if single else "")
            grouped.setdefault(key, []).append(repair)
        labels = {
            f"{row.raw.sheet}!{cell}": (row, name)
            for row in rows
            for name, cells in row.raw.cells.items()
            for cell in cells
        }
        for (code, block, name, _), repairs in grouped.items():
            row, _field = labels[repairs[0].cell]
            first = repairs[0]
            yield Finding(
                code=code,
                severity=severity_of(code),
                cells=tuple(dict.fromkeys(repair.cell for repair in repairs)),
                block=block,
                field=name,
                row=row.key if len(repairs) == 1 else None,
                instance=row.raw.instance or None,
                value=first.raw,
                expected=first.value,
                where=where(self._form, self._raw, row, name, self._language),
                params={"number": str(len(repairs))},
            )


def written_text(raw: RawRow, name: str, value: Value | None = None) -> str:
    """What was written in a field's cells, joined; a preset unit that `value` lacks is left out."""
    operator, text, unit = raw.texts[name]
    preset = bool(unit) and unit == raw.row.units.get(name)
    gave_way = isinstance(value, Indicator) and value.unit != unit
    if preset and (gave_way or not (operator or text)):
        return f"{operator}{text}"
    return f"{operator}{text}{unit}"


def _key(row: RawRow, name: str) -> CellKey:
    return (row.path, row.instance, row.row.mark, name)


def _state_of(outcome: Outcome) -> State:
    if not outcome.known:
        return State.REFUSED
    return State.EMPTY if outcome.value is None else State.READ


def _cast_state(result: Cast[Value]) -> State:
    if result.problem is not None:
        return State.REFUSED
    return State.EMPTY if result.value is None else State.READ


def _row_key(raw: RawRow, values: Mapping[str, Value | None]) -> str | None:
    if raw.row.key is not None:
        return raw.row.key
    if raw.row.kind is RowKind.RECORD or not isinstance(raw.placed.block, Table):
        return None
    return squeeze(_row_name(raw, raw.placed.block, values)) or None


def _with_clear_keys(rows: Sequence[CastRow]) -> list[CastRow]:
    """The rows, a key that several free rows of a block share led by their first level."""
    shared = Counter((row.raw.path, row.raw.instance, row.key) for row in rows)
    return [
        replace(row, key=f"{_first_level(row)}/{row.key}")
        if row.key is not None
        and row.raw.row.key is None
        and shared[row.raw.path, row.raw.instance, row.key] > 1
        and _first_level(row)
        else row
        for row in rows
    ]


def _first_level(row: CastRow) -> str:
    """The name of a row's first level in its tree, normalised; '' where it has none."""
    for field_ in row.raw.placed.block.fields:
        if isinstance(field_, ChoiceField) and field_.tree and field_.level == 1:
            return squeeze(
                str(row.raw.row.fixed.get(field_.name) or row.values.get(field_.name) or "")
            )
    return ""


def _row_name(raw: RawRow, table: Table, values: Mapping[str, Value | None]) -> str:
    """The printed or given name of a table's row, or ''."""
    return str(raw.row.fixed.get(table.key_field) or values.get(table.key_field) or "")


def _row_label(raw: RawRow, values: Mapping[str, Value | None]) -> str:
    """What people call a row: its printed or given name, else its number on the sheet."""
    block = raw.placed.block
    if isinstance(block, Matrix):
        return " ".join(raw.row.fixed.values())
    if isinstance(block, Table):
        return _row_name(raw, block, values) or f"{raw.top}"
    return ""


def _cell_of(raw: RawRow, name: str, repair: Repair) -> str | None:
    """The cell among a value's three that holds what was repaired."""
    cells = raw.cells[name]
    if len(cells) <= 1:
        return None
    for cell, text in zip(cells, raw.texts[name], strict=True):
        if text == repair.raw:
            return f"{raw.sheet}!{cell}"
    return f"{raw.sheet}!{cells[1]}"


def _filled_of(raw: RawRow, name: str) -> tuple[str, ...]:
    """The non-empty cells of a value with three."""
    cells = raw.cells[name]
    if len(cells) <= 1:
        return ()
    return tuple(
        f"{raw.sheet}!{cell}"
        for cell, text in zip(cells, raw.texts[name], strict=True)
        if text.strip()
    )


def _is_blank_result(returned: str, computed: str) -> bool:
    """Whether a result that is blank came back as 0, as LibreOffice writes it into .xls."""
    return computed == "" and returned.removesuffix("%") == "0"


def _same(types: Types, field_: BaseField, returned: str, value: Value | None) -> bool:
    """Whether what stands in a computed cell is what it computes, to the field's decimals."""
    if not returned.strip():
        return value is None
    if value is None or not isinstance(field_, AmountField | PercentField | IntegerField):
        return False
    stands = types.cast(field_, ("", returned, "")).value
    if not isinstance(stands, Decimal | int) or not isinstance(value, Decimal):
        return False
    decimals = field_.decimals if isinstance(field_, AmountField | PercentField) else 0
    return abs(Decimal(stands) - value) * 2 <= Decimal(1).scaleb(-decimals)
