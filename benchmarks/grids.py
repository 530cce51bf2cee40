"""What reading a return's cells costs: ours, openpyxl and python-calamine, on the samples.

`python -m benchmarks.grids` prints a line for each sample; every ratio is of one run.
python-calamine, where it is installed, gives values only: neither formats, formulas beside
values, merges, locks nor hidden rows. It is here as a mark, not as a way of reading.
"""

from __future__ import annotations

import io
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import openpyxl

from xlkit.submission.opening import open_workbook
from xlkit.submission.screen import screen

SAMPLES = Path(__file__).resolve().parent.parent / "sample_workbooks"
ROUNDS = 7


def milliseconds(work: Callable[[], object]) -> float:
    """The least processor time of several runs, the first left out."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000


def by_openpyxl(data: bytes) -> None:
    """Values and formulas, as an exact reader by openpyxl needs: it loads one or the other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for data_only in (True, False):
            openpyxl.load_workbook(io.BytesIO(data), data_only=data_only)


def by_calamine(data: bytes) -> None:
    """Values of all sheets; nothing where python-calamine is not installed."""
    try:
        from python_calamine import (  # type: ignore[import-not-found,import-untyped,unused-ignore]
            CalamineWorkbook,
        )
    except ImportError:
        return
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def main() -> None:
    """Prints the times of each sample in milliseconds, and the median ratio."""
    print(f"{'sample':42}{'screen':>8}{'ours':>8}{'openpyxl':>10}{'calamine':>10}{'ratio':>8}")
    ratios = []
    for path in sorted(SAMPLES.glob("*.xlsx")):
        data = path.read_bytes()
        kind = screen(data).kind
        assert kind is not None
        screened, ours, theirs, calamine = (
            milliseconds(work)
            for work in (
                lambda data=data: screen(data),
                lambda data=data, kind=kind: open_workbook(data, kind),
                lambda data=data: by_openpyxl(data),
                lambda data=data: by_calamine(data),
            )
        )
        ratios.append(theirs / ours)
        print(
            f"{path.stem:42}{screened:8.1f}{ours:8.1f}{theirs:10.1f}{calamine:10.1f}"
            f"{ratios[-1]:8.1f}"
        )
    print(f"openpyxl takes {statistics.median(ratios):.1f} times as long as ours")


if __name__ == "__main__":
    main()
