"""What a file carries besides cells: macros, links, DDE, queries, objects, pictures.

None of it is ever opened or run here: only cells are read. It is told, because the same
file will be opened by people at the bureau.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from xlkit.findings import Finding, Severity


class Cargo(Enum):
    """A kind of cargo: the code of its finding, and whether it keeps the file from being read.

    DDE starts programs as soon as somebody opens the file and agrees to a question; a county's
    form never needs it, so a file with it is refused. All else is left where it is.
    """

    DDE = ("file-has-dde", Severity.ERROR)
    MACROS = ("file-has-macros", Severity.WARNING)
    LINKS = ("file-has-links", Severity.WARNING)
    QUERIES = ("file-has-queries", Severity.WARNING)
    OBJECTS = ("file-has-objects", Severity.WARNING)
    PICTURES = ("file-has-pictures", Severity.NOTICE)


#: How much of a name or target a finding shows.
_SHOWN = 120


@dataclass(slots=True)
class Hold:
    """What was found on the way, each thing once, in the order found."""

    found: dict[Cargo, dict[str, None]] = field(default_factory=dict)

    def note(self, cargo: Cargo, what: str) -> None:
        """Notes a part, stream, sheet or target that is such cargo."""
        self.found.setdefault(cargo, {})[what[:_SHOWN]] = None

    def findings(self) -> Iterator[Finding]:
        """One finding for each kind of cargo."""
        for cargo in Cargo:
            if things := self.found.get(cargo):
                code, severity = cargo.value
                yield Finding(
                    code=code,
                    severity=severity,
                    value=next(iter(things)),
                    params={"number": str(len(things))},
                )
