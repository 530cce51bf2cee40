"""What changed between two returns, as lines of text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from xlkit.validation.changes import Change, Kind
from xlkit.wording import one_line, word

#: Signs of a text that are shown; JSON has all.
_MOST = 80


def changes_report(found: Sequence[Change]) -> list[dict[str, Any]]:
    """All changes: `[{"kind", "where", "before", "after", "cell_before", …}]`."""
    return [{**asdict(change), "kind": change.kind.value} for change in found]


def changes_text(found: Sequence[Change], language: str) -> str:
    """A line that counts them, then one line for each answer, in people's words."""
    return "\n".join(_lines(found, language))


def _lines(found: Sequence[Change], language: str) -> Iterator[str]:
    if not found:
        yield _word("changes_none", language)
        return
    numbers = {kind.value: str(sum(one.kind is kind for one in found)) for kind in Kind}
    yield _word("changes_head", language, all=str(len(found)), **numbers)
    for change in found:
        yield "  " + _word(
            f"change_{change.kind}",
            language,
            where=change.where,
            before=_shown(change.before, language),
            after=_shown(change.after, language),
            cells=_cells(change, language),
        )


def _cells(change: Change, language: str) -> str:
    """The cell, or both where the answer stands elsewhere now."""
    cells = dict.fromkeys(filter(None, (change.cell_before, change.cell_after)))
    return _word("change_moved", language).join(cells)


def _shown(text: str, language: str) -> str:
    line = one_line(text)
    if not line:
        return _word("change_empty", language)
    return line if len(line) <= _MOST else f"{line[:_MOST]}……"


def _word(key: str, language: str, **values: str) -> str:
    return word(key, language, file="report", **values)
