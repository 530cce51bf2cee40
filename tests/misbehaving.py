"""Functions for workers, bad ones too; imports nothing, so that workers start at once."""

from __future__ import annotations

import os
import signal
import sys
import time

MIB = 1 << 20


class Stubborn(Exception):
    """Cannot be pickled."""

    def __init__(self, one, two):
        super().__init__(one, two)
        self.held = open(os.devnull)  # noqa: SIM115, PTH123

    def __del__(self):
        self.held.close()


class Hollow:
    """Can be pickled but not be made again."""

    def __reduce__(self):
        return (int, ("nothing",))


def behave(what):  # noqa: C901  (a list of cases)
    """Does as it is told."""
    match what:
        case int():
            return what * what
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "abort":
            os.abort()
        case "exit":
            os._exit(3)
        case "leave":
            sys.exit(4)
        case "eat":
            return len([bytes(MIB) for _ in range(100_000)])
        case "sleep":
            time.sleep(3_600)
        case "raise":
            raise Stubborn(1, two=2)
        case "return":
            return lambda: None
        case "hollow":
            return Hollow()
        case "print":
            os.write(1, b"noise")
            print("noise", flush=True)
    return what


def once(folder, item):
    """Kills its worker the first time that it sees an item named so."""
    if isinstance(item, str):
        mark = folder / item
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return item
