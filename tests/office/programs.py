"""Which programs drive the office here: LibreOffice, and a Python that can import uno."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_IMPORT_TIMEOUT_S = 60


def office_missing() -> str | None:
    """The reason why LibreOffice cannot be used here, or None when it can."""
    soffice = find_soffice()
    if soffice is None:
        return "LibreOffice is missing: neither soffice nor libreoffice is on PATH"
    if find_python(soffice) is None:
        tried = ", ".join(str(python) for python in _pythons(soffice))
        return f"python3-uno is missing: none of these can import uno: {tried}"
    return None


def find_soffice() -> Path | None:
    """LibreOffice's own program, symbolic links resolved, or None when it is not on PATH."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found).resolve() if found else None


def find_python(soffice: Path) -> Path | None:
    """The first Python here that can import uno, or None."""
    return next((python for python in _pythons(soffice) if _imports_uno(python)), None)


def program_environment() -> dict[str, str]:
    """The environment without the paths of this interpreter, which would mislead another one."""
    return {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "PYTHONHOME"}
    }


def _pythons(soffice: Path) -> tuple[Path, ...]:
    """Where uno may live: here, in Debian's Python, or in the Python that LibreOffice brings."""
    program = soffice.parent
    return (
        Path(sys.executable),
        Path("/usr/bin/python3"),
        program / "python.exe",
        program / "python",
        program.parent / "Resources" / "python",
    )


@cache
def _imports_uno(python: Path) -> bool:
    """Whether this program exists, is a Python, and imports uno."""
    try:
        outcome = subprocess.run(
            [python, "-c", "import uno"],
            env=program_environment(),
            capture_output=True,
            timeout=_IMPORT_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return outcome.returncode == 0
