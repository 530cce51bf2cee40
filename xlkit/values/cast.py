"""What comes of reading one text: a value, the repairs made on the way, or a problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Repair:
    """What was silently put right, to be logged: the text as written and as taken."""

    code: str
    raw: str
    value: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no value; `params` fill the sentence of the catalogue."""

    code: str
    # A plain dict: a mapping proxy could not travel between processes.
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cast(Generic[T_co]):
    """A value with its repairs, or the problem that kept us from one.

    An empty text has neither value nor problem.
    """

    value: T_co | None
    repairs: tuple[Repair, ...] = ()
    problem: Problem | None = None


def refused(code: str, **params: str) -> Cast[T_co]:
    """No value, and why."""
    return Cast(None, problem=Problem(code, params))


def repaired(codes: Iterable[str], raw: str, value: str) -> tuple[Repair, ...]:
    """A repair for each code, once, in the order they came."""
    return tuple(Repair(code, raw, value) for code in dict.fromkeys(codes))
