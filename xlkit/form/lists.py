"""Lists, trees, scales and units of a form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xlkit.form.texts import Definition, Name

Entry = Annotated[str, Field(min_length=1, max_length=255)]


def _or_text(schema: dict[str, Any]) -> None:
    """Says in the JSON Schema that a bare name will do."""
    schema.update(type=["string", "object"], minLength=1, maxLength=255)


def _or_nodes(schema: dict[str, Any]) -> None:
    """Says in the JSON Schema that the nodes will do."""
    schema.update(type=["array", "object"], items=schema["properties"]["nodes"]["items"])


class Choice(Definition):
    """A name of a list, with the other names that people give it."""

    model_config = ConfigDict(json_schema_extra=_or_text)

    name: Entry
    aliases: tuple[Entry, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return given if isinstance(given, dict | BaseModel) else {"name": given}


class Node(Definition):
    """One name of a tree and what is known of it."""

    model_config = ConfigDict(json_schema_extra=_or_text)

    name: Entry
    key: Name | None = None
    """Names the preset row of a leaf; never changed once a form is out."""
    aliases: tuple[Entry, ...] = ()
    unit: str | None = None
    """The unit its values are in, preset where the value has a unit cell."""
    direction: Literal["up", "down"] | None = None
    """Whether more or less is better, also for indicators below it unless they say otherwise."""
    scale: Name | None = None
    """The words its values take."""
    optional: bool = False
    """A preset row that may stay empty."""
    free: Annotated[int, Field(ge=0, le=60)] = 0
    """Rows under this node that the department names itself."""
    numbered: Annotated[int, Field(ge=0, le=60)] = 0
    """Stands for that many nodes: the name with 1, 2, 3 … behind it."""
    children: tuple[Node, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return given if isinstance(given, dict | BaseModel) else {"name": given}

    def names(self) -> tuple[str, ...]:
        """The names that this node stands for."""
        if not self.numbered:
            return (self.name,)
        return tuple(f"{self.name}{number}" for number in range(1, self.numbered + 1))


class Tree(Definition):
    """A tree of names: indicators under groups under fields of work."""

    model_config = ConfigDict(json_schema_extra=_or_nodes)

    nodes: tuple[Node, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, given: Any) -> Any:
        return given if isinstance(given, dict) else {"nodes": given}

    def paths(self) -> Iterator[tuple[Node, ...]]:
        """Every node with those above it, from the root, depth first."""
        yield from _paths((), self.nodes)

    @property
    def depth(self) -> int:
        return max((len(path) for path in self.paths()), default=0)

    def options(self, above: tuple[str, ...]) -> tuple[Choice, ...]:
        """The names offered under the names above, aliases with them; () where there are none."""
        nodes = self.nodes
        for name in above:
            found = next((node for node in nodes if name in node.names()), None)
            if found is None:
                return ()
            nodes = found.children
        return tuple(
            Choice(name=name, aliases=() if node.numbered else node.aliases)
            for node in nodes
            for name in node.names()
        )

    def level(self, level: int) -> tuple[Choice, ...]:
        """Every name of one level (1 is the root), each once, in order."""
        found: dict[str, Choice] = {}
        for path in self.paths():
            if len(path) == level:
                for name in path[-1].names():
                    aliases = () if path[-1].numbered else path[-1].aliases
                    found.setdefault(name, Choice(name=name, aliases=aliases))
        return tuple(found.values())

    def branches(self, level: int) -> tuple[tuple[str, ...], ...]:
        """Every chain of names of that length that has names below it, in order."""
        return tuple(
            chain
            for path in self.paths()
            if len(path) == level and path[-1].children
            for chain in _chains(path)
        )


class UnitSpec(Definition):
    """A unit of measure; units of one dimension convert by their factors."""

    name: Entry
    aliases: tuple[Entry, ...] = ()
    dimension: Entry
    factor: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    instead: str | None = None
    """The unit that people should have written: 亿 says how many, not of what."""


class OperatorSpec(Definition):
    """A comparison sign and how people write it, before the number or `after` it."""

    sign: Annotated[str, Field(min_length=1, max_length=2)]
    aliases: tuple[Entry, ...] = ()
    after: tuple[Entry, ...] = ()


class Words(Definition):
    """Words that tell kinds of values apart, and signs of a field left as it was printed."""

    not_applicable: tuple[Entry, ...] = ()
    relative: tuple[Entry, ...] = ()
    """Words that compare with another year; in these and the next, `#` is a number."""
    date: tuple[Entry, ...] = ()
    period: tuple[Entry, ...] = ()
    range: tuple[Entry, ...] = ()
    """Words between the two numbers of a range."""
    placeholders: tuple[Entry, ...] = ()
    unfilled: tuple[Entry, ...] = ()
    no_reason: tuple[Entry, ...] = ()
    """Phrases that explain nothing, whatever warning they are put to."""


class UnitHint(Definition):
    """What the ending of an indicator's name says of its unit."""

    endings: tuple[Entry, ...]
    units: tuple[str, ...] = ()
    """One of these is expected."""
    not_units: tuple[str, ...] = ()
    """None of these can be right."""


class DirectionHint(Definition):
    """What the ending of an indicator's name says of better and worse; the longest one counts."""

    endings: tuple[Entry, ...]
    direction: Literal["up", "down"]
    """Whether more or less is better."""


def _paths(above: tuple[Node, ...], nodes: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    for node in nodes:
        path = (*above, node)
        yield path
        yield from _paths(path, node.children)


def _chains(path: tuple[Node, ...]) -> Iterator[tuple[str, ...]]:
    if not path:
        yield ()
        return
    for start in _chains(path[:-1]):
        for name in path[-1].names():
            yield (*start, name)
