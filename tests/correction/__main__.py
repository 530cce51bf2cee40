"""Correction workbooks of many spoilt returns: `python -m tests.correction --number 300`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.correction.trial import faults
from tests.mutants.make import mutant
from tests.validation.returns import FORMS


def main() -> int:
    """Exit code 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.correction", description=__doc__)
    parser.add_argument("--form", choices=FORMS, help="both unless named")
    parser.add_argument("--number", type=int, default=100, help="spoilt returns of each form")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--one", type=int, help="only the one of this number")
    options = parser.parse_args()
    broken = 0
    numbers = range(options.number) if options.one is None else [options.one]
    with tempfile.TemporaryDirectory() as scratch:
        for form in [options.form] if options.form else FORMS:
            for number in numbers:
                made = mutant(form, options.seed, number)
                path = Path(scratch) / f"came{made.source.suffix}"
                path.write_bytes(made.data)
                for fault in faults(path, Path(scratch)):
                    broken += 1
                    print(f"{form} {number} {made.edits}: {fault}")
    print(f"{len(numbers)} of each form, {broken} promises broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
