"""Every test that asks for `place` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from xlkit.ledger.store import Ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where a ledger may be made: a path, or the URL of an empty schema."""
    if request.param == "sqlite":
        return tmp_path / "账 本?#.sqlite"
    return request.getfixturevalue("postgres").schema()


@pytest.fixture
def ledger(place) -> Iterator[Ledger]:
    with Ledger.open(place, create=True) as opened:
        yield opened
