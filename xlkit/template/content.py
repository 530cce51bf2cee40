"""What stands in a workbook's cells when it goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlkit.form.model import Form
from xlkit.form.rows import CellKey, Row, rows_of
from xlkit.rules.calculator import Calculator
from xlkit.rules.types import Texts, Types, normal_text
from xlkit.template.layout import Sizing


@dataclass(frozen=True)
class Content:
    """What stands in a workbook's cells when it goes out.

    `texts` by cell, all empty ones where a preset was cleared; `issued` are the cells that the
    bureau filled in and locked; `stated` the answers given for computed cells, which are
    compared and never written. `offered` says of cells with last year's values where these
    came from.
    """

    sizing: Sizing = field(default_factory=Sizing)
    texts: Mapping[CellKey, Texts] = field(default_factory=dict)
    issued: Mapping[CellKey, str] = field(default_factory=dict)
    stated: Mapping[CellKey, str] = field(default_factory=dict)
    offered: Mapping[CellKey, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer for a computed cell that is not what the cell computes."""

    cell: CellKey
    stated: str
    computed: str

    @property
    def place(self) -> str:
        """The cell as answers name it: block, row and field."""
        path, instance, mark, name = self.cell
        return f"{path}[{instance}].{mark}.{name}" if instance else f"{path}.{mark}.{name}"

    def __str__(self) -> str:
        return f"{self.place}: stated {self.stated}, computed {self.computed or 'nothing'}"


def differences(form: Form, content: Content) -> list[Difference]:
    """Where stated answers of computed cells differ from what the cells compute."""
    rows, texts = content_rows(form, content), shown_texts(form, content)
    calculator = Calculator(form, Types(form), rows, texts)
    found = []
    for placed, instance, row, field_, outcome in calculator.computed_cells():
        key = (placed.path, instance, row.mark, field_.name)
        stated = content.stated.get(key)
        if stated is None or not outcome.known:
            continue
        cast = Types(form).cast(field_, ("", stated, ""))
        if cast.value != outcome.value:
            found.append(Difference(key, stated, normal_text(field_, outcome.value)))
    return found


def content_rows(form: Form, content: Content) -> dict[tuple[str, int], Sequence[Row]]:
    """The rows of each block as the content sizes them."""
    found: dict[tuple[str, int], Sequence[Row]] = {}
    for placed in form.blocks:
        rows = rows_of(form, placed, content.sizing.spares.get(placed.path))
        if placed.group is None:
            found[placed.path, 0] = rows
        else:
            declared = form.groups[placed.group].spares
            for instance in range(1, content.sizing.members.get(placed.group, declared) + 1):
                found[placed.path, instance] = rows
    return found


def all_texts(content: Content) -> dict[CellKey, Texts]:
    """The texts of all cells, those that the bureau filled in among them."""
    return {**{key: ("", text, "") for key, text in content.issued.items()}, **content.texts}


def shown_texts(form: Form, content: Content) -> dict[CellKey, Texts]:
    """The texts of all cells as the workbook shows them: defaults where nothing else is."""
    texts = all_texts(content)
    for (path, instance), rows in content_rows(form, content).items():
        for row in rows:
            for name, text in row.defaults.items():
                key = (path, instance, row.mark, name)
                texts.setdefault(key, ("", text, ""))
    return texts
