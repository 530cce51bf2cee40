"""Workbooks to the outbox: each unit's own, signed, in the form's newest version."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlkit.errors import RoundError
from xlkit.files import file_stem, unique_names
from xlkit.form.model import Form
from xlkit.ledger.records import Dispatched, DispatchKind
from xlkit.round.desk import Round
from xlkit.round.keys import must_hold_key, take_up
from xlkit.round.present import chosen, present
from xlkit.round.standing import Standing
from xlkit.round.units import as_unit, identity_of
from xlkit.sentences import Sentence
from xlkit.template.answers import place_members
from xlkit.template.content import Content
from xlkit.template.layout import Sizing
from xlkit.template.series import Series
from xlkit.template.writer import Rendered


@dataclass(frozen=True, slots=True)
class Sizes:
    """Spare rows by block path, and empty sheets of groups, beyond what the form declares."""

    rows: Mapping[str, int] = field(default_factory=dict)
    sheets: int | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A workbook in the outbox."""

    standing: Standing
    serial: int
    path: Path


def issue(
    round_: Round,
    codes: Sequence[str] = (),
    *,
    again: bool = False,
    sizes: Sizes | None = None,
    each: Callable[[Path], None] | None = None,
) -> tuple[Issued, ...]:
    """Writes the workbooks of the units that have none yet; with `again`, of higher serial.

    A workbook is in the outbox before the ledger says so: a run that was ended writes the
    same bytes once more.

    Raises:
        RoundError: the round is closed, a unit is unknown, or `again` names no unit.
        SecretError: the round has a key that this hand does not hold.
    """
    round_.must_be_open()
    must_hold_key(round_)
    if again and not codes:
        raise RoundError(Sentence("issue-again"))
    units = chosen(round_, codes)
    waiting = [item for item in units if again or not item.issues]
    if waiting:
        take_up(round_)
    names = file_names(present(round_)[0])
    press = _Press(round_, sizes or Sizes())
    done = []
    for standing in waiting:
        serial = standing.serial + 1
        rendered = press.workbook(standing, serial)
        path = _put(round_, standing, rendered, f"{names[standing.code]}{_mark(serial)}.xlsx")
        done.append(Issued(standing, serial, path))
        if each is not None:
            each(path)
    return tuple(done)


def _put(round_: Round, standing: Standing, rendered: Rendered, name: str) -> Path:
    """Lays a workbook in the outbox, then enters that it was sent."""
    round_.layouts.keep(rendered.layout)
    path = round_.folder.issued / name
    round_.write(path, rendered.data)
    round_.add(_dispatched(standing, rendered, path))
    return path


def _dispatched(standing: Standing, rendered: Rendered, path: Path) -> Dispatched:
    identity = rendered.identity
    return Dispatched(
        unit=standing.code,
        kind=DispatchKind.ISSUE,
        serial=identity.serial,
        correction=0,
        version=identity.version,
        file=path.name,
        sha256=hashlib.sha256(rendered.data).hexdigest(),
        layout=identity.layout,
    )


class _Press:
    """Renders workbooks; those that differ in nothing but their unit share the work."""

    def __init__(self, round_: Round, sizes: Sizes) -> None:
        self._round = round_
        self._sizes = sizes
        self._content: Content | None = None
        self._series: Series | None = None

    def workbook(self, standing: Standing, serial: int) -> Rendered:
        identity = identity_of(self._round, standing.unit, serial)
        content = issued_content(self._round, standing, self._sizes)
        if self._series is None or self._content != content:
            self._content = content
            self._series = Series(self._round.form, content, self._round.issue)
        return self._series.render(identity)


def issued_content(round_: Round, standing: Standing, sizes: Sizes | None = None) -> Content:
    """What a unit's workbook goes out with: the bureau's members, and last year's values."""
    sizes = sizes or Sizes()
    unit = as_unit(standing.unit)
    form: Form = round_.form
    content = place_members(form, Content(Sizing({}, sizes.rows)), unit.members, sizes.sheets)
    return round_.previous.content(form, standing.code, content)


def file_names(units: Sequence[Standing]) -> dict[str, str]:
    """The stem of each unit's files, by its code; no two are the same in whatever case."""
    names = {item.code: item.unit.name for item in sorted(units, key=lambda item: item.code)}
    stems = [file_stem(code, name) for code, name in names.items()]
    return dict(zip(names, unique_names(stems), strict=True))


def _mark(serial: int) -> str:
    return "" if serial == 1 else f"-{serial}"
