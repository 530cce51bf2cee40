"""Merges returns twice, the second time with what the first one kept, and prints the ratio.

    python -m benchmarks.merging [RETURNS]

Each return is of a unit of its own: a published return with another identity. Both merges judge
and consolidate everything; what the second one spares is reading. The ratio is of one run on one
machine with one job, so that the start of workers does not count.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path

from xlkit.identity import Identity
from xlkit.master.consolidate import consolidate
from xlkit.master.model import Master
from xlkit.rules.registry import load_checked
from xlkit.submission.cache import AnswerCache
from xlkit.submission.intake import take_in
from xlkit.submission.read import Reader
from xlkit.submission.shelf import FormShelf
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.writer import render
from xlkit.validation.review import judged

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ROOT / "sample_workbooks" / "answers" / "ezhou-economy-informatization-2024.json"


def main(number: int) -> None:
    """Prints the figures."""
    given = json.loads(ANSWERS.read_text(encoding="utf-8"))
    form = load_checked(ROOT / "templates" / given["form"] / "form.yaml")
    content = place_answers(form, given["answers"], Content())
    with tempfile.TemporaryDirectory() as folder:
        digests: dict[Path, str] = {}
        for unit in range(number):
            named = {"unit": f"{unit:06d}", "unit_name": f"第{unit}单位", "year": given["year"]}
            data = render(form, Identity(form.form, form.version, **named), content).data
            path = Path(folder) / f"{unit}.xlsx"
            path.write_bytes(data)
            digests[path] = hashlib.sha256(data).hexdigest()
        kept, reader = AnswerCache(Path(folder) / "cache"), Reader(FormShelf([form]))
        first, one = _merged(digests, reader, kept)
        second, other = _merged(digests, reader, kept)
        assert one == other, "both merges give the same master"
        size = sum(item.stat().st_size for item in (Path(folder) / "cache").rglob("*.zh"))
    print(f"the cache holds {size / number / 1024:.1f} KiB for each return")
    print(f"reading: {first[0]:.2f} s, then {second[0]:.2f} s, ratio {first[0] / second[0]:.1f}")
    total = sum(first), sum(second)
    print(f"{number} returns: first merge {total[0]:.2f} s, second {total[1]:.2f} s, ", end="")
    print(f"ratio {total[0] / total[1]:.1f}")


def _merged(
    digests: dict[Path, str], reader: Reader, kept: AnswerCache
) -> tuple[tuple[float, float], Master]:
    """What taking in took, what the rest took, and the master."""
    begin = time.perf_counter()
    taken = take_in(tuple(digests), reader, jobs=1, cache=kept, digests=digests)
    read = time.perf_counter()
    master = consolidate(judged(taken))
    return (read - begin, time.perf_counter() - read), master


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
