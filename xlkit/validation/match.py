"""Which rows of two returns are the same: by key and name, by their place only where these fail.

Both sides are returns that were read and neither is to be filled, so rows of both are told that
have no partner. Rows for answers that look for a place are `correction/free_rows.py` (by mark
too: what comes back in another workbook) and `previous/rows.py` (last year's, which have no marks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from xlkit.form.blocks import Table
from xlkit.form.renames import Renames
from xlkit.submission.model import CastRow, Submission
from xlkit.values.text import squeeze

Pair = tuple[CastRow | None, CastRow | None]
"""A row before and after; None where it was not, or is no more."""
_Key = tuple[object, ...]
Item = TypeVar("Item")


@dataclass(frozen=True)
class _Member:
    """A member of a group, or what stands outside of groups (number 0): its rows by block."""

    group: str
    number: int
    key: str
    blocks: dict[str, list[CastRow]] = field(default_factory=dict)


def matched(before: Submission, after: Submission, names: Renames) -> Iterator[Pair]:
    """The rows of both returns in pairs: those of the later in its order, then those left over.

    Members of groups are the same by their key, free rows by their name; what has another key
    or name is the same where it stands at the same place. Free rows that nobody filled count
    for nothing.
    """
    befores, afters = _members(before, names), _members(after, None)
    tests: tuple[Callable[[_Member], _Key | None], ...] = (
        lambda one: (one.group, one.key) if one.key or not one.number else None,
        lambda one: (one.group, one.number),
    )
    for one, other in _pairs(befores, afters, tests):
        had = one.blocks if one is not None else {}
        has = other.blocks if other is not None else {}
        for path in dict.fromkeys((*has, *had)):
            yield from _rows(had.get(path, []), has.get(path, []), names)


def _members(submission: Submission, names: Renames | None) -> list[_Member]:
    """What was filled, member by member, by the names of the later form."""
    form = submission.raw.form
    assert form is not None, "only what was read is compared"
    used = {(r.raw.placed.group, r.raw.instance) for r in submission.rows if r.raw.filled}
    keys = _keys(submission)
    found: dict[tuple[str, int], _Member] = {}
    for row in submission.rows:
        group, number = row.raw.placed.group or "", row.raw.instance
        if group and (group, number) not in used:
            continue
        if row.raw.row.kind.is_own and not row.raw.filled:
            continue
        now = names.path(group) if names is not None and group else group
        made = _Member(now, number, keys.get((group, number), ""))
        member = found.setdefault((group, number), made)
        path = names.path(row.raw.path) if names is not None else row.raw.path
        member.blocks.setdefault(path, []).append(row)
    return list(found.values())


def _keys(submission: Submission) -> dict[tuple[str, int], str]:
    form = submission.raw.form
    groups = form.groups if form is not None else {}
    return {
        (row.raw.path, row.raw.instance): squeeze(str(row.values.get(repeat.key) or ""))
        for row in submission.rows
        if (repeat := groups.get(row.raw.path)) is not None
    }


def _rows(had: list[CastRow], has: list[CastRow], names: Renames) -> Iterator[Pair]:
    old = {id(row): names.row(row.raw.path, row.raw.row.mark) for row in had}

    def mark(row: CastRow) -> str:
        return old.get(id(row), row.raw.row.mark)

    tests: tuple[Callable[[CastRow], _Key | None], ...] = (
        lambda row: (_name(row), mark(row)),
        lambda row: (_name(row), *row.raw.row.fixed.values()) if _name(row) else None,
        lambda row: (_name(row),) if _name(row) else None,
        lambda row: (mark(row), row.raw.row.kind.is_own),
    )
    yield from _pairs(had, has, tests)


def _name(row: CastRow) -> str:
    """What the department calls its own row."""
    block = row.raw.placed.block
    if not row.raw.row.kind.is_own or not isinstance(block, Table):
        return ""
    written = "".join(row.raw.texts.get(block.key_field, ()))
    return squeeze(str(row.values.get(block.key_field) or written))


def _pairs(
    had: list[Item], has: list[Item], tests: Iterable[Callable[[Item], _Key | None]]
) -> Iterator[tuple[Item | None, Item | None]]:
    """Items that are the same by the first test that finds a partner, each test in order."""
    left, partner = list(had), dict[int, Item]()
    for test in tests:
        waiting: dict[_Key, list[Item]] = {}
        for item in left:
            key = test(item)
            if key is not None:
                waiting.setdefault(key, []).append(item)
        for other in has:
            key = test(other)
            if id(other) not in partner and key is not None and waiting.get(key):
                found = waiting[key].pop(0)
                partner[id(other)] = found
                left = [item for item in left if item is not found]
    for other in has:
        yield partner.get(id(other)), other
    for item in left:
        yield item, None
