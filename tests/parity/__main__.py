"""The command: `python -m tests.parity`; exit code 1 where workbook and validator differ."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.office import Office
from tests.parity.trial import Outcome, recalculated, worked_out
from tests.validation.returns import FORMS


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__)
    parser.add_argument("--form", choices=FORMS, action="append", help="both unless named")
    parser.add_argument("--number", type=int, default=200, help="workbooks of each form")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--here", action="store_true", help="worked out here, without LibreOffice")
    return parser.parse_args(words)


def run(form: str, seeds: Sequence[int], trial: Callable[[str, int], Outcome]) -> int:
    outcomes = []
    for seed in seeds:
        outcome = trial(form, seed)
        outcomes.append(outcome)
        for fault in outcome.faults:
            print(f"--form {form} --first {seed} --number 1: {fault}", flush=True)
    faults = sum(bool(outcome.faults) for outcome in outcomes)
    rows, said, later = (
        sum(getattr(outcome, name) for outcome in outcomes) for name in ("rows", "said", "later")
    )
    print(f"{form}: {len(outcomes)} workbooks, {rows} rows, {said} words, {later} of them later")
    print(f"{form}: {faults} workbooks differ")
    return faults


def main(words: Sequence[str]) -> int:
    given = arguments(words)
    seeds = range(given.first, given.first + given.number)
    forms = given.form or FORMS
    if given.here:
        return min(1, sum(run(form, seeds, worked_out) for form in forms))
    with TemporaryDirectory() as folder, Office() as office:

        def trial(form: str, seed: int) -> Outcome:
            return recalculated(form, seed, office, Path(folder))

        return min(1, sum(run(form, seeds, trial) for form in forms))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
