"""A program that adds to a ledger and may die of it.

python -m tests.ledger.adder NAME TIMES [DIES_AT]

The URL or path comes by the environment (`LEDGER`). Adds TIMES batches under NAME and prints the
number of each that stands. DIES_AT counts, from 1, the statements of the second batch, its commit
and what is done after that: right before that one the program kills itself, as `kill -9` would.
A NAME that ends in `+` stands for batches of more than SQLite holds in memory.
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from tests.ledger.examples import NOON, ROUND, received, reviewed, unit
from xlkit.ledger.record import Record
from xlkit.ledger.store import Ledger


def batch(name: str, number: int) -> tuple[Record, ...]:
    """A receipt that is new, one that every program adds, and two of which the last counts."""
    mine = f"{name}-{number}"
    long = "路" * (3_000_000 if name.endswith("+") else 3)
    return received(mine), received(f"shared-{number}"), reviewed(mine), unit(mine, long)


def die_at(point: int) -> None:
    met = 0

    def meet(*_: object) -> None:
        nonlocal met
        met += 1
        if met == point:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", meet)
    event.listen(Engine, "commit", meet)
    event.listen(Pool, "checkin", meet)


def main(name: str, times: str, point: str = "0") -> None:
    with Ledger.open(os.environ["LEDGER"], create=True) as ledger:
        for number in range(int(times)):
            if number == 1 and int(point):
                die_at(int(point))
            ledger.add(ROUND, name, NOON, *batch(name, number))
            print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
