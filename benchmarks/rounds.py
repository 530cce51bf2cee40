"""Plays a round of many units and prints what its steps took, and merging twice as a ratio.

    python -m benchmarks.rounds [UNITS] [JOBS]

Every unit answers the same, without a mistake, in the workbook that it was sent. The first merge
finds no cache, as on another machine; the second one is of the very same returns. Both judge,
consolidate and write everything; what the second one spares is reading.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from xlkit.demo import script
from xlkit.round.collecting import collect
from xlkit.round.desk import Hand, Round, at_work
from xlkit.round.folder import CACHE
from xlkit.round.issuing import issue, issued_content
from xlkit.round.merging import merge
from xlkit.round.opening import Plan, open_round
from xlkit.round.present import present
from xlkit.round.units import identity_of
from xlkit.submission.intake import usable_cpus
from xlkit.template.answers import place_answers
from xlkit.template.series import Series

Result = TypeVar("Result")
NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)


def main(units: int, jobs: int) -> None:
    """Prints the figures."""
    play = script.play()
    with tempfile.TemporaryDirectory() as place:
        roster = Path(place) / "roster.csv"
        roster.write_text("\n".join(_roster(units)), encoding="utf-8")
        hand = Hand(by="benchmark", clock=lambda: NOW, jobs=jobs)
        plan = Plan(form=play.form, year=play.year, due=date(2026, 12, 10), roster=roster)
        folder = Path(place) / "round"
        _timed("open", lambda: open_round(folder, plan, hand, lambda: "benchmark"))
        with at_work(folder, hand) as round_:
            _timed("issue", lambda: issue(round_))
            _answer(round_)
            _timed("collect", lambda: collect(round_))
        shutil.rmtree(folder / CACHE)
        first, one = _merged(folder, hand, "merge, nothing in the cache")
        second, other = _merged(folder, hand, "merge again")
        assert one == other, "both merges give the same workbook"
    print(f"{units} units, {jobs} jobs: the second merge took 1/{first / second:.1f} of the first")


def _merged(folder: Path, hand: Hand, name: str) -> tuple[float, bytes]:
    begin = time.perf_counter()
    with at_work(folder, hand) as round_:
        done = _timed(name, lambda: merge(round_))
        assert not done.missing, "every unit is in the master"
    return time.perf_counter() - begin, done.path.read_bytes()


def _answer(round_: Round) -> None:
    """Lays the return of every unit into the inbox."""
    standings, _ = present(round_)
    sent = issued_content(round_, standings[0])
    series = Series(round_.form, place_answers(round_.form, script.answers(), sent))
    for standing in standings:
        data = series.render(identity_of(round_, standing.unit, standing.serial)).data
        (round_.folder.inbox / f"{standing.code}.xlsx").write_bytes(data)


def _roster(units: int) -> Sequence[str]:
    return ["单位编码,单位名称", *(f"{number:06d},第{number}单位" for number in range(units))]


def _timed(name: str, work: Callable[[], Result]) -> Result:
    begin = time.perf_counter()
    result = work()
    print(f"{name}: {time.perf_counter() - begin:.2f} s", flush=True)
    return result


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [30, usable_cpus()][len(given) :]))
