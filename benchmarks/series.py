"""Renders workbooks of many units one by one and as a series, and prints the times and the ratio.

    python -m benchmarks.series [UNITS] [FORM]

The workbooks of the series are compared with those rendered one by one, byte for byte. Of more
than twenty units only the first twenty are rendered one by one; their time is told for all.
The ratio is of one run; it is processor time, so it holds on a busy machine too.
"""

from __future__ import annotations

import sys
import time

from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.template.series import Series
from xlkit.template.writer import Issue, render

_ALONE = 20


def main(units: int, name: str) -> None:
    """Prints the figures."""
    form, issue = load_checked(name), Issue(key=bytes(32), password="secret")
    wanted = [
        Identity(form.form, form.version, unit=f"{n:06}", unit_name=f"第{n}局", year=2026)
        for n in range(units)
    ]
    start = time.process_time()
    alone = [render(form, one, issue=issue).data for one in wanted[:_ALONE]]
    one_by_one = (time.process_time() - start) / len(alone) * units
    series = Series(form, issue=issue)
    start = time.process_time()
    together = [series.render(one).data for one in wanted]
    took = time.process_time() - start
    assert together[: len(alone)] == alone, "a workbook of the series differs"
    print(f"{units} units of {name}: one by one {one_by_one:.1f} s, as a series {took:.2f} s")
    print(f"rendered in full: {series.in_full}; ratio {one_by_one / took:.0f}")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 1_000,
        sys.argv[2] if len(sys.argv) > 2 else "department-performance",  # noqa: PLR2004
    )
