"""A name out of a closed list, found by its exact letters, its squeezed form or an alias."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from xlkit.values.cast import Cast, Repair, refused
from xlkit.values.text import squeeze, tidy, without_blanks

#: A longer text is no misspelt name, and comparing it would only cost time.
_LONGEST_MISSPELLING = 60


@dataclass(frozen=True)
class Options:
    """The names of a list with their aliases; names and texts are literal, never patterns."""

    names: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...] = ()
    """(alias, name) pairs."""

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Iterable[str]]]) -> Options:
        """Options from (name, aliases) entries, in order; a spelling belongs to the first."""
        listed = [(name, tuple(aliases)) for name, aliases in entries]
        return cls(
            tuple(name for name, _ in listed),
            tuple((alias, name) for name, aliases in listed for alias in aliases),
        )

    def match(self, raw: str) -> Cast[str]:
        """The name that a text means.

        Repairs: `repaired-blanks` or `repaired-signs` for a name spelt with other blanks,
        widths or cases; `alias-used`. Problem: `choice-not-in-list` with `suggestion`, the
        nearest name or nothing.
        """
        found = self.find(raw)
        if found is None:
            return refused("choice-not-in-list", suggestion=self.suggestion(raw))
        return found

    def find(self, raw: str) -> Cast[str] | None:
        """What `match` gives for a text in the list or an empty one; None for any other."""
        tidied = tidy(raw)
        text = tidied.value
        if text is None:
            return Cast(None)
        if text in self._names:
            return Cast(text, tidied.repairs)
        key = squeeze(text)
        if (name := self._by_name.get(key)) is not None:
            same = without_blanks(text) == without_blanks(name)
            return Cast(name, (Repair("repaired-blanks" if same else "repaired-signs", raw, name),))
        if (name := self._by_alias.get(key)) is not None:
            return Cast(name, (Repair("alias-used", raw, name),))
        return None

    def suggestion(self, text: str) -> str:
        """The nearest name, empty when none is near."""
        if len(text) > _LONGEST_MISSPELLING:
            return ""
        spellings = self._by_alias | self._by_name
        near = difflib.get_close_matches(squeeze(text), spellings, n=1, cutoff=0.6)
        return spellings[near[0]] if near else ""

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.names)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return {squeeze(name): name for name in reversed(self.names)}

    @cached_property
    def _by_alias(self) -> dict[str, str]:
        return {squeeze(alias): name for alias, name in reversed(self.aliases)}
