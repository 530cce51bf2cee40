"""What is said of a roster that was read: the columns that nothing is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlkit.cli.console import told
from xlkit.wording import word


def tell_unused(roster: Path, columns: Sequence[str], language: str) -> None:
    """Names the columns of a roster that are not used, if there are any."""
    if columns:
        named = word("joint", language, file="report").join(columns)
        told("roster_unused", language, path=roster, columns=named)
