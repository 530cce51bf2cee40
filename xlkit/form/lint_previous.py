"""What is wrong in what a definition says of last year's answers."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.form.blocks import Matrix, Record, Table, TextBlock
from xlkit.form.fields import BaseField, IndicatorField, Previous
from xlkit.form.model import Form
from xlkit.form.references import reference_problem, unknown
from xlkit.form.source import Problem, Where


def previous_problems(form: Form) -> Iterator[Problem]:
    for number, sheet in enumerate(form.sheets):
        for position, block in enumerate(sheet.blocks):
            if isinstance(block, TextBlock):
                continue
            where: Where = ("sheets", number, "blocks", position)
            if isinstance(block, Table) and block.previous is not None:
                yield from _rows(block, (*where, "previous"))
            for place, field in enumerate(block.fields):
                if field.previous is not None:
                    at: Where = (*where, "fields", place, "previous")
                    yield from _field(form, block, field, field.previous, at)


def _rows(table: Table, where: Where) -> Iterator[Problem]:
    known = [field.name for field in table.fields]
    for name in table.previous.fields if table.previous else ():
        if name not in known:
            yield Problem((*where, "fields"), unknown("field", name, known))
        elif not next(field for field in table.fields if field.name == name).takes_input:
            what = f"'{name}' is locked or computed; nothing can be offered in it"
            yield Problem((*where, "fields"), what)


def _field(
    form: Form,
    block: Record | Matrix | Table,
    field: BaseField,
    previous: Previous,
    where: Where,
) -> Iterator[Problem]:
    if not field.takes_input:
        yield Problem(where, f"'{field.name}' is locked or computed, so nothing can be put into it")
    if field.prefilled:
        yield Problem(where, f"'{field.name}' comes from the roster; right would be one of the two")
    if previous.locked and isinstance(field, IndicatorField) and field.split:
        yield Problem(
            (*where, "locked"),
            f"'{field.name}' has three cells, which are not locked as one; right would be "
            "'split: false' or no 'locked'",
        )
    # Last year's form may have been another, so not every name is known here.
    problems = [
        what
        for source in previous.sources
        if (what := reference_problem(form, block, source.reference)) is not None
    ]
    if len(problems) == len(previous.sources):
        yield Problem((*where, "from"), f"none of these fields is known; {problems[0]}")
