"""Whatever LibreOffice does to a return, it is judged and nothing typed vanishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office import Office
from tests.saboteur import spoilt
from tests.validation.returns import FORMS


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("form", FORMS)
def test_a_return_that_libreoffice_spoilt(
    office: Office, form: str, seed: int, tmp_path: Path
) -> None:
    verdict, found, _ = spoilt(office, form, seed, tmp_path)
    assert not found, verdict
    assert not verdict.startswith("not done")
