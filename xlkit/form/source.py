"""YAML with line numbers, and problems that name file and line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from xlkit.errors import FormError

Where = tuple[str | int, ...]

#: Bytes of a definition: the longest built-in one has 15,000. Reading 300,000 takes seconds.
_LONGEST = 300_000
#: Values of a definition with its aliases written out.
_MOST_NODES = 100_000
#: With each bracket that is open ruamel.yaml takes longer for every word.
_MOST_BRACKETS = 50
_BRACKET = re.compile(r"[\[\]{}]")

#: What is said in place of pydantic's sentence, by its type of error.
_PLAINLY = {
    "tuple_type": "a list is wanted here, such as [one, two]",
    "dict_type": "a mapping is wanted here, such as {name: text}",
    "model_type": "a mapping is wanted here, such as {name: text}",
    "string_type": "a text is wanted here",
    "decimal_parsing": "a number is wanted here",
    "string_pattern_mismatch": (
        "a name has small letters, digits and '_' (a form's name '-') and starts with a letter"
    ),
}


def plainly(kind: str, message: str) -> str:
    """What a wrong type of value is told as: pydantic's `message`, or plainer words for it."""
    return _PLAINLY.get(kind) or message.removeprefix("Value error, ")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of a definition, and what would be right."""

    where: Where
    what: str


@dataclass(frozen=True, slots=True)
class Source:
    """A definition as it was written."""

    name: str
    tree: Any

    def line(self, where: Sequence[str | int]) -> int:
        """The line, 1-based, of the deepest part of that path that is in the file."""
        node, line = self.tree, 1
        for part in where:
            if isinstance(node, CommentedMap) and part in node:
                if part in node.lc.data:  # a key that came by a merge has no line of its own
                    line = node.lc.key(part)[0] + 1
                node = node[part]
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line = node.lc.item(part)[0] + 1
                node = node[part]
        return line

    def error(self, problems: Sequence[Problem]) -> FormError:
        """The problems as one error, in the order of the lines."""
        lines = sorted((self.line(problem.where), problem.what) for problem in problems)
        return FormError([f"{self.name}:{line}: {what}" for line, what in dict.fromkeys(lines)])


def read_yaml(path: Path, name: str | None = None) -> Source:
    """The file's mapping with its lines; tags make nothing but the text they stand before.

    Raises:
        FormError: the file cannot be read, is too long, is no YAML mapping, or would be far
            larger with its aliases written out.
    """
    shown = name or str(path)
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FormError([f"{shown}:1: cannot be read as UTF-8 text: {error}"]) from error
    if len(data) > _LONGEST:
        raise FormError([f"{shown}:1: is longer than {_LONGEST} bytes; no form needs so much"])
    if _brackets(text) > _MOST_BRACKETS:
        raise FormError([f"{shown}:1: has more than {_MOST_BRACKETS} brackets in one another"])
    try:
        tree = YAML(typ="rt", pure=True).load(text)
        size = _written_out(tree, {})
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        said = (error.problem or str(error)).split("\n")[0]
        raise FormError([f"{shown}:{line}: not valid YAML: {said}"]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise FormError([f"{shown}:1: not valid YAML: {error}"]) from error
    if size > _MOST_NODES:
        raise FormError([f"{shown}:1: its aliases stand for too much: {size} values"])
    if not isinstance(tree, CommentedMap):
        raise FormError([f"{shown}:1: a form is a mapping; right would be 'form: my-form' first"])
    return Source(shown, tree)


def _written_out(node: Any, known: dict[int, int]) -> int:
    """How many values a tree has with every alias written out, each counted once."""
    inner = list(node.values()) if isinstance(node, dict) else node
    if not isinstance(inner, list):
        return 1
    if id(node) not in known:
        known[id(node)] = 1 + sum(_written_out(item, known) for item in inner)
    return known[id(node)]


def _brackets(text: str) -> int:
    """How deep brackets stand in one another at most; those of plain texts count too."""
    steps = (1 if sign in "[{" else -1 for sign in _BRACKET.findall(text))
    return max(accumulate(steps, lambda depth, step: max(depth + step, 0)), default=0)
