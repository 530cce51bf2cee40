"""One wrong cell is one finding, at that cell, and rules that depend on it are silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pytest

from tests.validation.returns import (
    SCIENCE,
    ZUNHUA,
    brief,
    errors,
    judge,
    published_raw,
    with_texts,
)
from xlkit.findings import Severity
from xlkit.form.blocks import Table
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    CodeField,
    IndicatorField,
    PercentField,
    PhoneField,
    TextField,
)
from xlkit.form.model import Form
from xlkit.rules.types import Texts
from xlkit.submission.raw import RawRow, RawSubmission

#: Rows of one block and field that are broken in each way.
ROWS_A_FIELD = 2

# Field, how it is broken, what stands in its cells then, the code of the one finding.
BROKEN: tuple[tuple[type[BaseField], str, Texts, str], ...] = (
    (AmountField, "text", ("", "若干", ""), "amount-not-a-number"),
    (AmountField, "percent", ("", "64%", ""), "amount-is-percent"),
    (AmountField, "unit", ("", "16公里", ""), "amount-other-unit"),
    (AmountField, "below", ("", "-1", ""), "out-of-range"),
    (AmountField, "endless", ("", "9" * 30, ""), "amount-not-a-number"),
    (PercentField, "text", ("", "大部分", ""), "percent-not-a-number"),
    (PercentField, "amount", ("", "16万元", ""), "percent-is-amount"),
    (PercentField, "above", ("", "120%", ""), "out-of-range"),
    (PercentField, "fraction", ("", "0.64", ""), "percent-ambiguous"),
    (ChoiceField, "outside", ("", "别的", ""), "choice-not-in-list"),
    (PhoneField, "text", ("", "办公室", ""), "phone-unreadable"),
    (CodeField, "short", ("", "13028122P", ""), "pattern-mismatch"),
    (CodeField, "number", ("", "1.30281E+20", ""), "code-scientific"),
    (IndicatorField, "two signs", ("≥", "≤95", "%"), "value-two-operators"),
    (IndicatorField, "two units", ("", "95人", "家"), "value-two-units"),
    (IndicatorField, "no number", ("≥", "", "家"), "value-without-number"),
    (IndicatorField, "blank inside", ("", "9 5", ""), "value-not-a-number"),
    (IndicatorField, "reversed", ("", "20-10", "家"), "range-reversed"),
    (IndicatorField, "unknown sign", ("大概", "95", "家"), "operator-unknown"),
    (IndicatorField, "unknown unit", ("", "95", "石"), "unit-unknown"),
    (IndicatorField, "unit beside words", ("", "群众满意", "家"), "unit-beside-words"),
)


@dataclass(frozen=True)
class Case:
    how: str
    row: RawRow
    name: str
    texts: Texts
    code: str

    def __str__(self) -> str:
        return f"{self.row.path}#{self.row.instance}/{self.row.row.mark}.{self.name} {self.how}"

    @property
    def cells(self) -> set[str]:
        return {f"{self.row.sheet}!{cell}" for cell in self.row.cells[self.name]}


def ways(form: Form, row: RawRow, field: BaseField) -> Iterator[tuple[str, Texts, str]]:
    """The ways to break a field of a filled row, and what must be said."""
    for kind, how, texts, code in BROKEN:
        if not isinstance(field, kind):
            continue
        if isinstance(field, ChoiceField) and field.open:
            continue
        if isinstance(field, IndicatorField) and not field.split and texts[0] + texts[2]:
            continue
        yield how, texts, code
    yield from empty(row, field)
    if isinstance(field, TextField) and field.max_length:
        yield "too long", ("", "长" * (field.max_length + 1), ""), "text-too-long"
    if isinstance(field, TextField) and field.min_length:
        yield "too short", ("", "短", ""), "text-too-short"
    if isinstance(field, ChoiceField) and field.level == 2 and not field.open:
        yield "wrong parent", ("", stranger(form, row, field), ""), "child-not-under-parent"


def empty(row: RawRow, field: BaseField) -> Iterator[tuple[str, Texts, str]]:
    others = [name for name in row.texts if name != field.name and any(row.texts[name])]
    row_stays = others or not isinstance(row.placed.block, Table)
    if field.required is True and not row.row.optional and row_stays:
        yield "empty", ("", "", row.row.units.get(field.name, "")), "required-missing"


def stranger(form: Form, row: RawRow, field: ChoiceField) -> str:
    """A name of the field's level that stands under another parent."""
    above = form.tree_fields(row.placed)[1].name
    parent = row.texts[above][1] if above in row.texts else row.row.fixed[above]
    own = {choice.name for choice in form.trees[field.tree or ""].options((parent,))}
    return next(item.name for item in form.choices(field) if item.name not in own)


def cases(raw: RawSubmission) -> Iterator[Case]:
    """Ways to break a sound return, a few rows for each field and way."""
    assert raw.form is not None
    for placed in raw.form.blocks:
        rows = [row for row in raw.rows if row.path == placed.path and row.filled]
        for field in placed.block.fields:
            holding = [row for row in rows if any(row.texts.get(field.name, ("", "", ""))[:2])]
            # The last rows first: those that a department names itself stand at the end.
            for row in islice(reversed(holding), 0, None, max(1, len(holding) // ROWS_A_FIELD)):
                if field.name in row.formulas:
                    continue
                for how, texts, code in ways(raw.form, row, field):
                    yield Case(how, row, field.name, texts, code)


@pytest.mark.parametrize("name", [SCIENCE, ZUNHUA])
def test_one_broken_cell_is_one_finding(name: str) -> None:
    raw = published_raw(name)
    broken = list(cases(raw))
    judged = judge(raw, *(with_texts(raw, case.row, case.name, case.texts) for case in broken))
    before = set(brief(judged[0].findings))
    assert not errors(judged[0].findings)
    wrong = {}
    for case, submission in zip(broken, judged[1:], strict=True):
        new = [item for item in submission.findings if brief([item])[0] not in before]
        found = [(item.severity, item.code) for item in new]
        cells = {cell for item in new for cell in item.cells}
        if found != [(Severity.ERROR, case.code)] or not cells or not cells <= case.cells:
            wrong[str(case)] = brief(new)
    assert wrong == {}
    assert len(broken) > 100
