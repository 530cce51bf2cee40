"""Reads many copies of a sample with one job and with two, and prints both and the ratio.

    python benchmarks/reading.py [COPIES]

One job reads in this process; the workers' start is part of the time of two. The ratio is
of one run on one machine: what else runs there counts. CPU in here is what more jobs cannot
share: it bounds the gain.
"""

from __future__ import annotations

import pickle
import shutil
import sys
import tempfile
import time
from pathlib import Path

from xlkit.submission.cast import cast
from xlkit.submission.intake import take_in
from xlkit.submission.parcel import pack, unpack
from xlkit.submission.read import Reader

SAMPLE = Path(__file__).resolve().parent.parent / (
    "sample_workbooks/ezhou-economy-informatization-2024.xlsx"
)


def main(copies: int) -> None:
    """Prints the figures."""
    reader = Reader()
    one = cast(reader.read(SAMPLE))
    packed = pack(one)
    print(f"a submission: {len(pickle.dumps(one))} bytes with its blocks, {len(packed)} packed")
    print(f"pack {_timed(lambda: pack(one)):.4f} s, unpack ", end="")
    print(f"{_timed(lambda: unpack(packed, reader.shelf)):.4f} s, read and cast ", end="")
    print(f"{_timed(lambda: cast(reader.read(SAMPLE))):.4f} s")
    with tempfile.TemporaryDirectory() as folder:
        paths = [
            Path(shutil.copyfile(SAMPLE, Path(folder) / f"{number}.xlsx"))
            for number in range(copies)
        ]
        took = {}
        for jobs in (1, 2):
            begin, busy = time.perf_counter(), time.process_time()
            take_in(paths, reader, jobs=jobs)
            took[jobs] = time.perf_counter() - begin
            own = time.process_time() - busy
            print(f"{copies} files, {jobs} jobs: {took[jobs]:.2f} s, {own:.2f} s CPU in here")
    print(f"ratio {took[1] / took[2]:.2f}")


def _timed(action: object) -> float:
    """The shortest of five runs, in seconds."""
    assert callable(action)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return min(times)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
