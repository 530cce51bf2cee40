"""A few seconds of fuzzing; `python -m tests.fuzz TARGET --seconds N` goes on for longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.guides import GUIDES

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 2


@pytest.mark.skipif(sys.platform != "linux", reason="atheris has wheels for Linux only")
@pytest.mark.parametrize("target", GUIDES)
def test_fuzzing_finds_nothing(target: str, tmp_path: Path) -> None:
    words = [target, "--seconds", str(SECONDS), "--seed", "1", "--artifacts", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", *words],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, errors="replace",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]


def test_every_target_is_tried() -> None:
    from tests.fuzz.targets import TARGETS

    assert set(TARGETS) == set(GUIDES)
