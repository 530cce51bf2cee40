"""A bureau whose round is open, and one that has sent its workbooks, on either ledger."""

from __future__ import annotations

import pytest

from tests.postgres import PASSWORD
from tests.round.desk import Bureau
from xlkit.round.issuing import issue


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request, monkeypatch) -> str:
    """What a round's settings say of its ledger: nothing, or a URL without the password."""
    if request.param == "sqlite":
        return ""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return request.getfixturevalue("postgres").schema(shows_password=False)


@pytest.fixture
def opened(tmp_path, ledger) -> Bureau:
    bureau = Bureau(tmp_path / "round")
    bureau.open(ledger=ledger)
    return bureau


@pytest.fixture
def bureau(opened) -> Bureau:
    with opened.work() as round_:
        issue(round_)
    return opened
