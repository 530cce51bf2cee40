"""The command: `python -m tests.mutants`; exit code 1 where a promise was broken."""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.make import mutant
from tests.mutants.trial import TWICE, Case, Outcome, outcomes
from tests.validation.returns import FORMS

#: After so many mutants it is said how far the run is.
TOLD = 500


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--form", choices=FORMS, action="append", help="both unless named")
    parser.add_argument("--number", type=int, default=200, help="mutants of each form")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first")
    parser.add_argument("--one", type=int, help="only the mutant of this number")
    parser.add_argument("--keep", type=Path, help="where mutants that fail are kept")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    given = arguments(words)
    all_numbers = range(given.start, given.start + given.number)
    numbers = all_numbers if given.one is None else [given.one]
    cases = [Case(form, given.seed, number) for number in numbers for form in given.form or FORMS]
    done: list[Outcome] = []
    try:
        for outcome in outcomes(cases, given.processes):
            done.append(outcome)
            if len(done) % TOLD == 0:
                print(f"{len(done)} of {len(cases)}", flush=True)
            if outcome.faults:
                report(outcome)
                keep(outcome, given.keep)
    except KeyboardInterrupt:
        print(f"stopped after {len(done)} of {len(cases)}")
    summary(done)
    return 1 if any(outcome.faults for outcome in done) else 0


def report(outcome: Outcome) -> None:
    case = outcome.case
    print(f"--form {case.form} --seed {case.seed} --one {case.number}: {outcome.verdict}, ", end="")
    print(f"{' + '.join(outcome.edits)} of {outcome.source}")
    for fault in outcome.faults:
        print(f"    {fault[:600]}", flush=True)


def keep(outcome: Outcome, folder: Path | None) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    case = outcome.case
    made = mutant(case.form, case.seed, case.number)
    name = f"{case.form}-{case.seed}-{case.number}{made.source.suffix}"
    (folder / name).write_bytes(made.data)


def summary(done: Sequence[Outcome]) -> None:
    """A line for each kind of edit: how many mutants had it, what the verdicts were."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in done:
        for edit in set(outcome.edits) or {"unknown"}:
            table[edit][outcome.verdict] += 1
    for edit, verdicts in sorted(table.items()):
        told = ", ".join(f"{verdict} {number}" for verdict, number in sorted(verdicts.items()))
        print(f"{edit:18} {verdicts.total():5}  {told}")
    verdicts = Counter(outcome.verdict for outcome in done)
    print(f"{len(done)} mutants: {', '.join(f'{name} {n}' for name, n in verdicts.most_common())}")
    seconds = sorted(outcome.seconds for outcome in done) or [0.0]
    print(
        f"a mutant, one in {TWICE} reviewed twice, took {seconds[len(seconds) // 2]:.2f} s in the "
        f"median, {seconds[-1]:.2f} s at most; "
        f"a process grew to {max(outcome.peak for outcome in done)} MiB at most"
    )
    print(f"failures: {sum(1 for outcome in done if outcome.faults)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
