"""What every kind of declared rule is: parameters with types, and checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict

from xlkit.findings import Severity
from xlkit.form.blocks import Record
from xlkit.form.fields import AmountField, BaseField, PercentField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.references import reference_problem
from xlkit.form.rows import Row
from xlkit.form.texts import Definition, Text
from xlkit.rules.check import Check
from xlkit.rules.formula import Literal, Node, Words
from xlkit.rules.live import FILLED, Hidden, Live, Mark, in_use, later, mark_of
from xlkit.rules.terms import compared, when


class Rule(Definition):
    """A declared rule of a form. Subclasses add parameters, and say what they check."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    kind: ClassVar[str]
    """The word after `rule:`."""
    weight: ClassVar[Severity] = Severity.ERROR
    """The severity where the form declares none."""
    face: ClassVar[str] = "Decided on return."
    """What the workbook itself shows of it while it is filled, for the handbook."""
    example: ClassVar[str] = ""
    """A declaration in YAML, for the handbook; left out where docs/forms.md has one."""
    messages: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Codes that the kind brings along, each as in `messages/findings.toml`: `severity`, and
    under `zh` and `en` its `title`, `message` and `hint`. Built-in kinds have theirs there."""

    id: str
    severity: Severity | None = None
    beta: bool = False
    """On trial: findings are shown as notices and block nothing, whatever `severity` says."""
    message: Text | None = None

    @property
    def severity_(self) -> Severity:
        return Severity.NOTICE if self.beta else self.severity or self.weight

    def problems(self, form: Form) -> Iterator[str]:
        """Why the rule means nothing in that form, one sentence each."""
        raise NotImplementedError

    def checks(self, form: Form) -> Iterator[Check]:
        """The checks of a rule without problems."""
        raise NotImplementedError

    def live(self, form: Form) -> Iterator[Live]:
        """What the workbook itself says; unless a kind can tell, that the return decides."""
        if self.severity_ is Severity.ERROR:
            for path, code in {check.block: check.code for check in self.checks(form)}.items():
                words = Words(Mark.LATER, "", code, path)
                yield Live(path, whole=in_use(form.block(path), words))

    def hidden(self, form: Form) -> Iterator[Hidden]:
        """The hidden cells that its words look at."""
        yield from ()

    def words(self, placed: PlacedBlock, field: str, code: str, detail: str = "") -> Words:
        """The words of a row or block that the rule finds fault with."""
        mark = mark_of(self.severity_) or Mark.LATER
        return Words(mark, field, code, placed.path, self.message, detail)

    def unsure(self, placed: PlacedBlock, field: str) -> Node:
        """What is said where the workbook cannot tell: of errors, that the return decides."""
        return later(placed, field) if self.severity_ is Severity.ERROR else Literal("")

    def said(self, form: Form) -> Text | None:
        """The form's own sentence, if it has one."""
        return self.message


def beside(placed: PlacedBlock, node: Node, *, unless_printed: str = "") -> Live:
    """Words for every row of a block; those of a record stand below it.

    Rows that have no cell to type that field in are left out.
    """
    if isinstance(placed.block, Record):
        return Live(placed.path, whole=in_use(placed, node))

    def of_row(row: Row) -> Node | None:
        return None if unless_printed in (*row.fixed, *row.without) else node

    return Live(placed.path, row=of_row)


def placed_live(home: PlacedBlock, block: str | None, node: Node) -> Live:
    """Words for every row in use of the block that a rule names, else once below its home."""
    if block is None:
        return Live(home.path, whole=in_use(home, node))
    beside = when(compared(FILLED, ">", 0), node)
    return Live(home.path, row=lambda _row: beside)


def type_problems(
    form: Form,
    block: str,
    names: tuple[str, ...],
    types: tuple[type[BaseField], ...],
    what: str,
) -> Iterator[str]:
    """Why names of a block's fields mean nothing, or which of them are of no such type."""
    found = list(field_problems(form, block, names))
    yield from found
    if not found:
        fields = map(form.block(block).field, names)
        yield from (f"'{block}.{one.name}' {what}" for one in fields if not isinstance(one, types))


def block_problem(form: Form, name: str) -> str | None:
    """Why a block's name means nothing, or None."""
    return reference_problem(form, None, Reference(name, None, _some_field(form, name)))


def field_problems(form: Form, block: str, names: tuple[str, ...]) -> Iterator[str]:
    """Why names of a block's fields mean nothing."""
    problem = block_problem(form, block)
    if problem is not None:
        yield problem
        return
    for name in names:
        what = reference_problem(form, None, Reference(block, None, name))
        if what is not None:
            yield what


def reference_problems(form: Form, block: str | None, texts: tuple[str, ...]) -> Iterator[str]:
    """Why references mean nothing, seen from a row of that block or from outside any."""
    body = None
    if block is not None:
        problem = block_problem(form, block)
        if problem is not None:
            yield problem
            return
        body = form.block(block).block
    for text in texts:
        try:
            what = reference_problem(form, body, Reference.parse(text))
        except ValueError as error:
            what = str(error)
        if what is not None:
            yield what


def parse_all(texts: tuple[str, ...]) -> tuple[Reference, ...]:
    return tuple(map(Reference.parse, texts))


def home_of(form: Form, block: str | None, references: tuple[Reference, ...]) -> PlacedBlock:
    """The block whose rows answer: the one named, else that of the first reference.

    It decides whether a rule speaks of each member of a group or of the whole return.
    """
    name = block or next(item.block for item in references if item.block)
    return form.block(name)


def decimals_of(form: Form, home: PlacedBlock, references: tuple[Reference, ...]) -> int:
    """The most decimals that the fields behind the references declare."""
    found = [0]
    for reference in references:
        placed = form.block(reference.block) if reference.block else home
        field = placed.field(reference.field)
        if isinstance(field, AmountField | PercentField):
            found.append(field.decimals)
    return max(found)


def _some_field(form: Form, block: str) -> str:
    try:
        return form.block(block).block.fields[0].name
    except KeyError:
        return "field"
