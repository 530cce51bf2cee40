"""Two clerks at once on one round: everything is done, and nothing twice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.postgres import PASSWORD
from tests.round.crash.stages import COMMANDS, fill
from tests.round.crash.state import after_all, state_of
from tests.round.desk import Bureau, filled
from xlkit.ledger.records import Reviewed
from xlkit.round.collecting import collect
from xlkit.round.returning import send_back

ROOT = Path(__file__).resolve().parent.parent.parent


def clerk(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.round.clerk", str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def told(clerks: Sequence[subprocess.Popen[str]], command: str) -> None:
    """All begin the command at once; returns when all are done."""
    for one in clerks:
        assert one.stdin is not None
        one.stdin.write(f"{command}\n")
        one.stdin.flush()
    assert [one.stdout.readline().strip() for one in clerks if one.stdout] == ["done"] * len(clerks)


def test_two_clerks_do_what_one_does(tmp_path, postgres, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    alone, shared = Bureau(tmp_path / "alone"), Bureau(tmp_path / "shared")
    alone.open()
    shared.open(ledger=postgres.schema(shows_password=False))
    with clerk(shared.path) as first, clerk(shared.path) as second:
        clerks = (first, second)
        assert [one.stdout.readline().strip() for one in clerks if one.stdout] == ["here"] * 2
        for command in ("issue", "collect", "return"):
            if command == "collect":
                fill(alone)
                shutil.copytree(alone.path / "inbox", shared.path / "inbox", dirs_exist_ok=True)
            with alone.work() as round_:
                COMMANDS[command](round_)
            told(clerks, command)
            assert list(after_all(state_of(shared.path), state_of(alone.path))) == []
        for one in clerks:
            assert one.stdin is not None
            one.stdin.close()
    assert (first.returncode, second.returncode) == (0, 0)


def test_who_checks_late_asks_for_no_second_answer(bureau):
    """Both collect at once; one is done and has answered before the other enters its verdicts."""
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        collect(round_)
        (verdict,) = (entry.record for entry in round_.ledger.entries(round_.id, Reviewed))
        assert len(send_back(round_)) == 1
    with bureau.work(by="李会计") as late:
        assert late.add(verdict, changes_only=True) == ()
        assert send_back(late) == ()
