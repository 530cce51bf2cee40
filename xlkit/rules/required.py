"""Required: a field that must be filled, in every row that is in use."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.blocks import Matrix, Record
from xlkit.form.fields import AmountField, BaseField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row
from xlkit.rules.check import Check
from xlkit.rules.computed import computation
from xlkit.rules.formula import Cell, Literal, Node, Words
from xlkit.rules.live import FILLED, Mark, area, in_use, is_asked, later
from xlkit.rules.terms import both, call, compared, empty, how_many, over, when

FACE = "Shown beside the row as ○ (△ where it is a warning): required, still empty."
"""What the workbook shows of it, for the handbook."""


def checks(placed: PlacedBlock, field: BaseField) -> Iterator[Check]:
    """A record's field is wanted where its instance is in use; a table's in rows that are."""
    import polars as pl

    if not field.required:
        return
    wanted = pl.col("_active") & pl.col("_expected")
    if not isinstance(placed.block, Record | Matrix):
        wanted = pl.col("_active") & (pl.col("_expected") | pl.col("_filled"))
    computed = pl.col(f"{field.name}.computed")
    empty = pl.col(f"{field.name}.state") == "empty"
    severity = Severity.WARNING if field.required == "warning" else Severity.ERROR
    # Nothing is written as 0 where it is money, and only there.
    suggestion = {"suggestion": "0"} if isinstance(field, AmountField) else {}
    for code, cells in (("required-missing", ~computed), ("computed-missing", computed)):
        yield Check(
            id=f"{placed.path}.{field.name}.{code}",
            code=code,
            severity=severity,
            block=placed.path,
            passes=~(wanted & empty & cells),
            fields=(field.name,),
            own=True,
            column=field.name,
            params=suggestion,
        )


def shown(placed: PlacedBlock, row: Row, field: BaseField) -> Node:
    """The words of the workbook for an empty cell of the row."""
    if not field.required:
        return Literal("")
    said = missing_words(placed, field, "required-missing")
    if is_asked(row):
        return in_use(placed, said)
    if isinstance(placed.block, Record | Matrix):
        return Literal("")
    return when(compared(FILLED, ">", 0), said)


def shown_of_computed(form: Form, placed: PlacedBlock, row: Row, field: BaseField) -> Node | None:
    """The words for a computed cell that shows nothing since nothing was typed for it."""
    computed = computation(placed, row.key, field.name)
    if not field.required or computed is None:
        return None
    nothing = [_typed_nothing(form, placed, item) for item in computed.references()]
    said = missing_words(placed, field, "computed-missing")
    if not is_asked(row):
        if isinstance(placed.block, Record | Matrix):
            return None
        nothing.append(compared(FILLED, ">", 0))
    found = when(both(*nothing), in_use(placed, said), later(placed, field.name))
    blank = when(empty(Cell(field.name)), found)
    return call("IFERROR", blank, later(placed, field.name))


def missing_words(placed: PlacedBlock, field: BaseField, code: str) -> Words:
    mark = Mark.EXPLAIN if field.required == "warning" else Mark.MISSING
    return Words(mark, field.name, code, placed.path)


def _typed_nothing(form: Form, placed: PlacedBlock, reference: Reference) -> Node:
    """Whether nothing at all stands in the cells of a reference."""
    if reference.block is None:
        return empty(Cell(reference.field))

    def filled(span: Node) -> Node:
        return how_many(compared(call("LEN", span), ">", 0))

    return compared(over(filled, area(form, placed, reference)), "=", 0)
