"""The fixture `office`: one LibreOffice per test session, and so one per pytest-xdist worker."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.office import Office, office_missing


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """A running LibreOffice; where there is none the test is skipped, or fails in CI."""
    reason = office_missing()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    with Office() as running:
        yield running
