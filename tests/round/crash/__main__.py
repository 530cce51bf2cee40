"""Kills the commands of a round at hundreds of their steps, and runs them again.

python -m tests.round.crash --number 200 [--seed S] [--processes 2] [--ledger sqlite|postgres]

The number is that of all kills; each command gets its part of them, spread over its steps.
"""

from __future__ import annotations

import argparse
import multiprocessing
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from tests.postgres import MISSING, Postgres, programs, serving
from tests.round.crash.stages import COMMANDS
from tests.round.crash.trial import Trial, play


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.round.crash")
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--ledger", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--command", choices=tuple(COMMANDS), action="append")
    asked = parser.parse_args()
    if not hasattr(signal, "SIGKILL"):
        sys.exit("this system has no SIGKILL")
    where = programs() if asked.ledger == "postgres" else None
    if asked.ledger == "postgres" and where is None:
        sys.exit(MISSING)
    began = time.monotonic()
    with serving(where) if where else nullcontext() as server:
        tables = _played(asked, server)
    lost = 0
    print(f"{'command':<10}{'steps':>7}{'kills':>7}{'losses':>8}")
    for command, (steps, done) in tables.items():
        wrong = [trial for trial in done if trial.wrong]
        lost += len(wrong)
        print(f"{command:<10}{steps:>7}{len(done):>7}{len(wrong):>8}")
        for trial in wrong:
            print(
                f"  killed before step {trial.point}, {trial.step!r}:", *trial.wrong, sep="\n    "
            )
        kinds = Counter(trial.step for trial in done).most_common()
        print("  killed at:", ", ".join(f"{step} {number}" for step, number in kinds))
    kills = sum(len(done) for _, done in tables.values())
    seconds = time.monotonic() - began
    print(f"{kills} kills, {lost} with a loss, seed {asked.seed}, {asked.ledger}, {seconds:.0f} s")
    return 1 if lost else 0


def _played(
    asked: argparse.Namespace, server: Postgres | None
) -> dict[str, tuple[int, list[Trial]]]:
    """How many steps each command has, and its trials; a process plays one command at a time."""
    commands = asked.command or list(COMMANDS)
    number = round(asked.number / len(commands))
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="xlkit-crash-") as home,
        ProcessPoolExecutor(asked.processes, mp_context=context) as pool,
    ):
        running = {
            command: pool.submit(play, command, Path(home, command), asked.seed, number, server)
            for command in commands
        }
        return {command: found.result() for command, found in running.items()}


if __name__ == "__main__":
    sys.exit(main())
