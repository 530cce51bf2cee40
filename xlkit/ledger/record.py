"""What every record of a ledger is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

#: Rows of texts, as a list of findings or of a unit's projects is kept.
Rows = tuple[Mapping[str, str], ...]


class Record:
    """Something that happened in a round; each kind has a table of its own."""

    __slots__ = ()
    SUBJECT: ClassVar[tuple[str, ...]] = ()
    ONCE: ClassVar[bool] = False

    @property
    def subject(self) -> Any:
        """What the record tells of: the one field of `SUBJECT`, or a tuple of them (or of none)."""
        parts = tuple(getattr(self, name) for name in self.SUBJECT)
        return parts[0] if len(parts) == 1 else parts
