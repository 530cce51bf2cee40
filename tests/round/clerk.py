"""A clerk who works on a round when told to.

python -m tests.round.clerk DIR

Reads the names of commands from its input, a line each, and says `done` after each one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.round.crash.stages import COMMANDS
from tests.round.desk import Bureau, Clock


def main(folder: str) -> None:
    print("here", flush=True)
    for line in sys.stdin:
        with Bureau(Path(folder), Clock()).work() as round_:
            COMMANDS[line.strip()](round_)
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
