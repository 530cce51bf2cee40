"""A bureau whose round is open, and one that has sent its workbooks."""

from __future__ import annotations

import pytest

from tests.round.desk import Bureau
from xlkit.round.issuing import issue


@pytest.fixture
def opened(tmp_path) -> Bureau:
    bureau = Bureau(tmp_path / "round")
    bureau.open()
    return bureau


@pytest.fixture
def bureau(opened) -> Bureau:
    with opened.work() as round_:
        issue(round_)
    return opened
