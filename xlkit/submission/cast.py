"""Raw rows as values: what was put right, what could not be read, what cells compute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from xlkit.catalogue import severity_of
from xlkit.findings import Finding, Severity
from xlkit.form.fields import AmountField, BaseField, ChoiceField, IntegerField, PercentField
from xlkit.form.model import Form
from xlkit.form.rows import CellKey, Row
from xlkit.rules.calculator import Calculator
from xlkit.rules.computed import Outcome
from xlkit.rules.types import Texts, Types, Value, normal_text
from xlkit.submission.model import CastRow, CellRepair, State, Submission, where, written_text
from xlkit.submission.raw import RawRow, RawSubmission, Verdict
from xlkit.submission.row_names import row_key, row_label, with_clear_keys
from xlkit.values.cast import Cast, Repair, refused
from xlkit.values.text import is_error

#: Problems of a preset unit beside what was typed; there the preset gives way.
_PRESET_GIVES_WAY = frozenset({"unit-beside-words", "value-two-units", "value-without-number"})
_MOST_OFFERED = 12
_GONE: Texts = ("", "#REF!", "")
"""What a cell says that looks at a deleted one: what was answered there, nobody knows."""
_UNKNOWN = "—"
"""Said of a computed cell whose result nobody knows."""


def cast(raw: RawSubmission, language: str = "zh") -> Submission:
    """The values of a return; its findings are those of reading, then those of casting."""
    if raw.form is None:
        return Submission(raw, findings=raw.findings)
    return _Caster(raw, raw.form, language).cast()


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
            if any(parts) or name in row.gone
        }
        rows: dict[tuple[str, int], list[Row]] = {}
        for raw in self._raw.rows:
            rows.setdefault((raw.path, raw.instance), []).append(raw.row)
        self._calculator = Calculator(self._form, self._types, rows, texts)
        made = with_clear_keys([self._row(raw) for raw in self._raw.rows])
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
        row = CastRow(raw, row_key(raw, values), row_label(raw, values), values, states)
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
        if name in raw.gone:
            return _GONE
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
        if result.problem is not None and name not in row.raw.gone:
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
        code = self._typed_over(row, name)
        if code is None:
            return
        known = row.states[name] is not State.REFUSED
        computed = normal_text(raw.placed.field(name), row.values[name])
        self._findings.append(
            Finding(
                code=code,
                severity=severity_of(code),
                cells=tuple(f"{raw.sheet}!{cell}" for cell in raw.cells[name]),
                block=raw.path,
                field=name,
                row=row.key,
                instance=raw.instance or None,
                value=raw.texts[name][1],
                expected=computed if known else _UNKNOWN,
                where=where(self._form, self._raw, row, name, self._language),
            )
        )

    def _typed_over(self, row: CastRow, name: str) -> str | None:
        """The code of what was done to a computed cell; None where it is as it was issued."""
        raw, value = row.raw, row.values[name]
        has_formula, returned = raw.formulas[name], raw.texts[name][1]
        if has_formula or not raw.cells[name]:
            return None
        field_ = raw.placed.field(name)
        if row.states[name] is State.REFUSED:
            was = self._is_typed_over(field_, returned, has_formula)
            return "computed-overwritten" if was else None
        same = _same(self._types, field_, returned, value)
        may_be_result = same or _is_blank_result(returned, normal_text(field_, value))
        if has_formula is None and may_be_result:
            return None
        return "computed-replaced" if same else "computed-overwritten"

    def _is_typed_over(self, field_: BaseField, returned: str, has_formula: bool | None) -> bool:
        """Whether a computed cell, whose result nobody knows, holds what no formula left there."""
        if has_formula is None and self._types.cast(field_, ("", returned, "")).problem is None:
            return False
        return bool(returned.strip()) and not is_error(returned)

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
    if not isinstance(value, Decimal):
        return False
    decimals = field_.decimals if isinstance(field_, AmountField | PercentField) else 0
    tolerance = Decimal(1).scaleb(-decimals) / 2
    return any(abs(stands - value) <= tolerance for stands in _read(types, field_, returned))


def _read(types: Types, field_: BaseField, returned: str) -> Iterator[Decimal]:
    """What stands in a computed cell; a share whose format was lost may be stored as a fraction."""
    stands = types.cast(field_, ("", returned, "")).value
    if isinstance(stands, Decimal | int):
        yield Decimal(stands)
    if isinstance(field_, PercentField):
        fraction = types.cast(field_, ("", f"{returned}%", "")).value
        if isinstance(fraction, Decimal):
            yield fraction.scaleb(2)
