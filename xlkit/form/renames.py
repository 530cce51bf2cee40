"""What parts of a form's earlier versions are called now."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlkit.form.model import Form
from xlkit.form.references import unknown
from xlkit.form.rows import CellKey, rows_of
from xlkit.form.source import Problem

_PART = re.compile(r"(?P<path>[a-z][a-z0-9_.]*)(?:\[(?P<row>[^\]]+)\])?")


class Renames:
    """The names of today for those of earlier versions; a name that never changed is its own."""

    def __init__(self, form: Form) -> None:
        self._now = form.renamed
        self._paths = {placed.path for placed in form.blocks}

    def path(self, old: str) -> str:
        """A block's path; a group that has another name takes its blocks along."""
        now = self._now.get(old, old)
        if now != old and now in self._paths:
            return now
        group, dot, name = old.partition(".")
        return f"{self._now.get(group, group)}.{name}" if dot else old

    def field(self, path: str, old: str) -> str:
        """A field's name; `path` is what its block was called."""
        now = self._now.get(f"{path}.{old}", "")
        return now.rpartition(".")[2] if now and now not in self._paths else old

    def row(self, path: str, old: str) -> str:
        """A printed row's mark; `path` is what its block was called."""
        now = _PART.fullmatch(self._now.get(f"{path}[{old}]", ""))
        return now["row"] if now is not None and now["row"] else old

    def cell(self, old: CellKey) -> CellKey:
        """The cell of an answer."""
        path, instance, mark, name = old
        return self.path(path), instance, self.row(path, mark), self.field(path, name)


def rename_problems(form: Form) -> Iterator[Problem]:
    """Names of today that are none, and old names that are still in use."""
    parts = set(_parts(form))
    for old, now in form.renamed.items():
        where = ("renamed", old)
        if now not in parts:
            yield Problem(where, unknown("part", now, sorted(parts)))
        elif ("[" in old) != ("[" in now):
            yield Problem(where, f"'{old}' and '{now}' are not both rows, or both none")
        if old in parts:
            yield Problem(where, f"'{old}' is a part of this version; only old names are renamed")


def _parts(form: Form) -> Iterator[str]:
    yield from form.groups
    for placed in form.blocks:
        yield placed.path
        yield from (f"{placed.path}.{field.name}" for field in placed.block.fields)
        yield from (f"{placed.path}[{row.key}]" for row in rows_of(form, placed) if row.key)
