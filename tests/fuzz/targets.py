"""What is fuzzed, and what must hold of it whatever comes in; any exception is a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import TypeVar

from tests.fuzz import seeds
from xlkit.findings import has_errors
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import form_problems, load_checked
from xlkit.submission.grid import Unreadable
from xlkit.submission.opening import open_workbook
from xlkit.submission.screen import Screening, screen
from xlkit.template.layout import Sizing
from xlkit.template.plan import plan
from xlkit.values.cast import Cast
from xlkit.values.indicator import cast_indicator
from xlkit.values.numbers import cast_amount, cast_integer, cast_percent
from xlkit.values.split import split_value
from xlkit.values.vocabulary import Vocabulary

T = TypeVar("T")


@dataclass(frozen=True)
class Target:
    """A function of bytes, the bytes to begin with, and the longest that make sense."""

    run: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    longest: int


@cache
def vocabulary() -> Vocabulary:
    return _form().vocabulary


@cache
def _form() -> Form:
    return load_checked("department-performance")


def _screened(data: bytes) -> Screening:
    screening = screen(data)
    assert has_errors(screening.findings) or screening.kind is not None
    return screening


def run_screen(data: bytes) -> None:
    _screened(seeds.package(data))


def run_open(data: bytes) -> None:
    content = seeds.package(data)
    screening = _screened(content)
    if screening.kind is None or has_errors(screening.findings):
        return
    try:
        workbook = open_workbook(content, screening.kind)
    except Unreadable:
        return
    for grid in workbook.sheets:
        for (row, column), cell in grid.cells.items():
            assert row > 0
            assert column > 0
            assert cell.text or cell.formula


def _told(cast: Cast[T]) -> Cast[T]:
    assert cast.value is None or cast.problem is None
    return cast


def run_indicator(data: bytes) -> None:
    """What was understood is understood again when it is printed."""
    operator, _, rest = _decoded(data).partition("|")
    number, _, unit = rest.partition("|")
    read = _told(cast_indicator(operator, number, unit, vocabulary()))
    if read.value is not None:
        value = read.value
        again = cast_indicator(value.operator, value.number, value.unit, vocabulary())
        assert again.value == value, (value, again)


def run_amount(data: bytes) -> None:
    unit = next(unit for unit in vocabulary().units if unit.name == "万元")
    text = _decoded(data)
    read = _told(cast_amount(text, unit=unit, decimals=2, vocabulary=vocabulary()))
    _finite(read)
    _told(cast_integer(text))


def run_percent(data: bytes) -> None:
    for is_fraction in (True, False):
        _finite(
            _told(cast_percent(_decoded(data), is_fraction=is_fraction, vocabulary=vocabulary()))
        )


def _finite(read: Cast[Decimal]) -> None:
    assert read.value is None or read.value.is_finite()


def run_split(data: bytes) -> None:
    split_value(_decoded(data), vocabulary())


def _decoded(data: bytes) -> str:
    """Text as a parser may hand it on: any code point, half a surrogate pair too."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def run_identity(data: bytes) -> None:
    identity = Identity.from_json(_decoded(data))
    if identity is not None:
        again = Identity.from_json(identity.to_json())
        assert again is not None
        assert again.to_json() == identity.to_json()
        identity.signature(b"k" * 32)
        Sizing.of(_form(), identity.sizing)


def run_form(data: bytes) -> None:
    """A definition has problems, or it can be planned."""
    path = Path(gettempdir()) / "fuzzed-form.yaml"
    path.write_bytes(data)
    if not form_problems(path):
        form = load_checked(path)
        plan(form, Sizing(), form.languages[0])


TARGETS = {
    "screen": Target(run_screen, seeds.files, 16_384),
    "open": Target(run_open, seeds.files, 16_384),
    "indicator": Target(run_indicator, seeds.texts, 200),
    "amount": Target(run_amount, seeds.texts, 200),
    "percent": Target(run_percent, seeds.texts, 200),
    "split": Target(run_split, seeds.texts, 200),
    "identity": Target(run_identity, seeds.identities, 4096),
    "form": Target(run_form, seeds.forms, 8192),
}
