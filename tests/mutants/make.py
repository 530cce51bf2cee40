"""A mutant: a sound return, one to three edits, and the name of each."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.merge import MergedCellRange

from tests.mutants.cells import EDITS
from tests.mutants.package import BYTES, MEMBERS, unzipped, zipped
from tests.mutants.sound import Sound, sound_returns


@dataclass(frozen=True)
class Mutant:
    """`edits` are the names of what was done, in order."""

    source: Sound
    edits: tuple[str, ...]
    data: bytes


def mutant(form: str, seed: int, number: int) -> Mutant:
    """The same mutant for the same form, seed and number."""
    rnd = Random(f"{form}:{seed}:{number}")
    source = rnd.choice(sound_returns(form))
    if source.suffix == ".xlsx" and rnd.random() < 0.7:
        edits = rnd.choices(list(EDITS), k=rnd.choice([1, 1, 2, 3]))
        return Mutant(source, tuple(edits), typed_over(source.data, edits, rnd))
    if source.suffix != ".xls" and rnd.random() < 0.6:
        edits = rnd.choices(list(MEMBERS), k=rnd.choice([1, 1, 2]))
        return Mutant(source, tuple(edits), repacked(source.data, edits, rnd))
    edits = rnd.choices(list(BYTES), k=rnd.choice([1, 1, 2]))
    data = source.data
    for edit in edits:
        data = BYTES[edit](data, rnd) if data else data
    return Mutant(source, tuple(edits), data)


def typed_over(data: bytes, edits: Sequence[str], rnd: Random) -> bytes:
    """The workbook after those edits; as it was where openpyxl cannot save what came out."""
    with warnings.catch_warnings(), no_borders():
        warnings.simplefilter("ignore")  # what openpyxl does not keep
        book: Workbook = load_workbook(io.BytesIO(data))
        target = io.BytesIO()
        try:
            for edit in edits:
                EDITS[edit](book, rnd)
            book.save(target)
        except Exception:  # noqa: BLE001  (openpyxl's own mistakes are not looked for here)
            return data
    return target.getvalue()


@contextmanager
def no_borders() -> Iterator[None]:
    """Loads merged cells without drawing their borders anew, which is half of loading."""
    drawn = MergedCellRange.format
    MergedCellRange.format = lambda _: None
    try:
        yield
    finally:
        MergedCellRange.format = drawn


def repacked(data: bytes, edits: Sequence[str], rnd: Random) -> bytes:
    members = unzipped(data)
    for edit in edits:
        if members:
            members = MEMBERS[edit](members, rnd)
    method = rnd.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED])
    return zipped(members, method, rnd.choice([b"", b"", b"PK\x05\x06"]))
