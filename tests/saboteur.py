"""LibreOffice as the saboteur: sound returns edited at random by a real program, and judged.

python -m tests.saboteur [--number N] [--seed S] [--keep DIR]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.mutants.oracles import faults
from tests.mutants.sound import READER, Sound, opened, sound_returns
from tests.mutants.typing_over import text
from tests.office import Edit, Office, OfficeError
from tests.validation.returns import FORMS
from xlkit.cells import address, column_letter

SUFFIXES = (".xlsx", ".xls", ".ods")


@dataclass
class Sabotage:
    """Edits in the making; `sheets` are the names at hand with their last row and column."""

    rnd: Random
    sheets: dict[str, tuple[int, int]]
    edits: list[Edit] = field(default_factory=list)

    def sheet(self) -> str:
        return self.rnd.choice([name for name in self.sheets if not name.startswith("_")])

    def block(self, sheet: str) -> tuple[str, int, int]:
        """A range with its height and width."""
        last, right = self.sheets[sheet]
        top, left = self.rnd.randint(1, last), self.rnd.randint(1, right)
        height, width = self.rnd.randint(1, 8), self.rnd.randint(1, 5)
        end = address(top + height - 1, left + width - 1)
        return f"{address(top, left)}:{end}", height, width

    def insert(self) -> None:
        sheet = self.sheet()
        last, right = self.sheets[sheet]
        count = self.rnd.randint(1, 2)
        if self.rnd.random() < 0.6:
            row = self.rnd.randint(1, last)
            self.edits.append(Edit.insert_rows(sheet, row, count))
            at = address(row, self.rnd.randint(2, right))
        else:
            column = self.rnd.randint(1, right)
            self.edits.append(Edit.insert_columns(sheet, column_letter(column), count))
            at = address(self.rnd.randint(2, last), column)
        self.edits.append(Edit.text(sheet, at, text(self.rnd).replace("\n", " ")))

    def delete(self) -> None:
        sheet = self.sheet()
        last, right = self.sheets[sheet]
        if self.rnd.random() < 0.6:
            self.edits.append(Edit.delete_rows(sheet, self.rnd.randint(1, last)))
        else:
            column = column_letter(self.rnd.randint(1, right))
            self.edits.append(Edit.delete_columns(sheet, column))

    def move(self) -> None:
        source, target = self.sheet(), self.sheet()
        area, _, _ = self.block(source)
        last, right = self.sheets[target]
        corner = address(self.rnd.randint(1, last + 5), self.rnd.randint(1, right + 4))
        move = self.rnd.choice([Edit.move_range, Edit.copy_range])
        self.edits.append(move(source, area, target, corner))

    def rename(self) -> None:
        sheet = self.sheet()
        name = f"{self.rnd.choice(['改名', 'Sheet', '资金 表'])}{len(self.edits)}"
        self.edits.append(Edit.rename_sheet(sheet, name))
        self.sheets = {name if old == sheet else old: end for old, end in self.sheets.items()}

    def reorder(self) -> None:
        place = self.rnd.randrange(len(self.sheets))
        self.edits.append(Edit.move_sheet(self.sheet(), place))

    def type_over(self) -> None:
        sheet = self.sheet()
        last, right = self.sheets[sheet]
        for _ in range(3):
            at = address(self.rnd.randint(1, last), self.rnd.randint(2, right))
            written = text(self.rnd).replace("\n", " ")
            self.edits.append(self.rnd.choice([Edit.text, Edit.typed])(sheet, at, written))

    def copy_out(self) -> None:
        """Some sheets go to a new workbook, with or without the hidden identity."""
        names = self.rnd.sample(list(self.sheets), self.rnd.randint(1, len(self.sheets)))
        self.edits.append(Edit.copy_sheet_to_new_workbook(*names))


_STEPS: tuple[Callable[[Sabotage], None], ...] = (
    Sabotage.insert,
    Sabotage.insert,
    Sabotage.delete,
    Sabotage.move,
    Sabotage.move,
    Sabotage.rename,
    Sabotage.reorder,
    Sabotage.type_over,
)


def sabotage(source: Sound, rnd: Random) -> list[Edit]:
    """Protection off, then three to five steps; sometimes the sheets leave at the end."""
    sheets = {
        grid.name: (max(row for row, _ in grid.cells), max(column for _, column in grid.cells))
        for grid in opened(source.data).sheets
    }
    made = Sabotage(rnd, sheets)
    made.edits += [Edit.unprotect_book(), *(Edit.unprotect(name) for name in sheets)]
    for step in rnd.choices(_STEPS, k=rnd.randint(3, 5)):
        step(made)
    if rnd.random() < 0.3:
        made.copy_out()
    return made.edits


def spoilt(office: Office, form: str, seed: int, folder: Path) -> tuple[str, list[str], Path]:
    """The verdict on a return that LibreOffice spoilt, what does not hold, and the file."""
    rnd = Random(f"saboteur:{form}:{seed}")
    sources = [sound for sound in sound_returns(form) if sound.suffix == ".xlsx"]
    source = rnd.choice(sources)
    path = folder / f"{form}-{seed}-source.xlsx"
    path.write_bytes(source.data)
    target = folder / f"{form}-{seed}{rnd.choice(SUFFIXES)}"
    try:
        office.save(path, target, sabotage(source, rnd))
    except OfficeError as refused:
        return f"not done ({str(refused)[:60]})", [], path
    try:
        verdict, found = faults(target, source.frame, READER)
    except Exception as failure:  # noqa: BLE001  (any crash is what is looked for)
        return "crash", [f"{type(failure).__name__}: {failure}"], target
    return verdict, found, target


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.saboteur", description=__doc__)
    parser.add_argument("--number", type=int, default=20, help="returns of each form")
    parser.add_argument("--seed", type=int, default=0, help="of the first")
    parser.add_argument("--keep", type=Path, help="where files that fail are kept")
    given = parser.parse_args(words)
    verdicts: Counter[str] = Counter()
    failures = 0
    with Office() as office, tempfile.TemporaryDirectory() as scratch:
        for seed in range(given.seed, given.seed + given.number):
            for form in FORMS:
                verdict, found, path = spoilt(office, form, seed, Path(scratch))
                verdicts[f"{path.suffix} {verdict}"] += 1
                failures += bool(found)
                for fault in found:
                    print(f"{form} --seed {seed} --number 1: {verdict}: {fault[:500]}", flush=True)
                if found and given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, given.keep)
    for verdict, number in verdicts.most_common():
        print(f"{number:5}  {verdict}")
    print(f"{verdicts.total()} returns, failures: {failures}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
