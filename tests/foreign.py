"""Workbooks that spreadsheet libraries test themselves with: each gets a verdict, within limits.

    python -m tests.foreign DIR     downloads the libraries' sources there, tries every file

Archives that are there already, whatever their source, are tried too. The files are other
people's and stay in DIR. Exit code 1 where one file failed.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.mutants.oracles import unspeakable
from xlkit.submission.read import Reader

LIBRARIES = (
    "openpyxl", "xlrd", "xlwt", "pyexcel", "pyexcel-xls", "pyexcel-xlsx", "pyexcel-ods",
    "python-calamine", "fastexcel", "odfpy", "XlsxWriter", "pyxlsb", "ezodf", "pandas-ods-reader",
    "tablib", "petl", "agate-excel", "frictionless", "oletools",
)  # fmt: skip
SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xls", ".xlt", ".ods", ".ots", ".fods")
#: Seconds that no file of a test suite should take, on a machine that does other work too.
SLOW = 60.0


def download(folder: Path) -> None:
    """The source packages, those that are there already left out; their builders may be wheels."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in LIBRARIES:
        stem = name.lower().replace("-", "_")
        there = (path.name.lower().replace("-", "_") for path in folder.iterdir())
        if any(file.startswith(f"{stem}_") and file[len(stem) + 1].isdigit() for file in there):
            continue
        words = ["download", "-q", "--no-deps", "--no-binary", name]
        command = [sys.executable, "-m", "pip", *words, name, "-d", str(folder)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            said = next((line for line in done.stderr.splitlines() if "rror" in line), "no reason")
            print(f"{name}: no source package ({said.strip()[:100]})")


def workbooks(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of every workbook in the source packages."""
    for path in sorted(folder.iterdir()):
        if path.name.endswith((".tar.gz", ".tgz", ".tar.bz2")):
            with tarfile.open(path) as archive:
                for member in archive:
                    source = archive.extractfile(member) if member.isfile() else None
                    if source and member.name.lower().endswith(SUFFIXES):
                        yield member.name, source.read()
        elif path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
                for name in package.namelist():
                    if name.lower().endswith(SUFFIXES):
                        yield name, package.read(name)


def fault(name: str, data: bytes, reader: Reader) -> tuple[str, str | None]:
    """The verdict with the first code, and what is wrong with it, if anything."""
    start = time.monotonic()
    try:
        raw = reader.read_bytes(data, name)
    except BaseException as failure:  # noqa: BLE001  (a parser's panic is one of ours to catch)
        return "crash", f"{type(failure).__name__}: {failure}"
    took = time.monotonic() - start
    verdict = f"{raw.verdict} ({raw.findings[0].code if raw.findings else 'no finding'})"
    if not raw.findings:
        return verdict, "nobody is told why"
    if took > SLOW:
        return verdict, f"{took:.0f} s"
    return verdict, next(unspeakable(raw.findings), None)


def main(arguments: Sequence[str]) -> int:
    folder = Path(arguments[0])
    download(folder)
    reader = Reader()
    verdicts: Counter[str] = Counter()
    packages: Counter[str] = Counter()
    failed, slowest = 0, (0.0, "")
    for name, data in workbooks(folder):
        start = time.monotonic()
        verdict, wrong = fault(name, data, reader)
        slowest = max(slowest, (time.monotonic() - start, name))
        verdicts[verdict] += 1
        packages[name.partition("/")[0]] += 1
        if wrong:
            failed += 1
            print(f"{name}: {verdict}: {wrong}")
    for package, number in sorted(packages.items()):
        print(f"{number:5}  {package}")
    for verdict, number in verdicts.most_common():
        print(f"{number:5}  {verdict}")
    print(f"{verdicts.total()} files, {failed} failures; slowest {slowest[0]:.1f} s, {slowest[1]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
