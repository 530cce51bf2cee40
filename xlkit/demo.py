"""The whole job on the samples: issue, take back, check, send back, merge. Glue only."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from xlkit.correction.correct import corrections
from xlkit.files import WORKBOOK_SUFFIXES, write_whole
from xlkit.findings import has_errors
from xlkit.form.library import builtin_folder, builtin_forms
from xlkit.identity import Identity
from xlkit.master.consolidate import consolidate
from xlkit.master.export import write_parquet
from xlkit.master.writer import write_master
from xlkit.reporting.json import check_report
from xlkit.reporting.letter import letter_of
from xlkit.reporting.stationery import Kind, Stationery
from xlkit.reporting.text import report
from xlkit.rules.registry import load_checked
from xlkit.template.writer import render
from xlkit.validation.review import Review, review
from xlkit.wording import word

TEMPLATES, RETURNS, FINDINGS = "1-templates", "2-returns", "3-findings"
CORRECTIONS = "4-corrections"
MASTER, PARQUET = "master.xlsx", "parquet"


def play(folder: Path, language: str, say: Callable[[str], None]) -> Path:
    """Leaves templates, returns, findings and the master workbook; gives the master's path.

    `say` is told what is done, in that language.

    Raises:
        OutputError: the folder cannot be written.
    """
    for name in builtin_forms():
        form = load_checked(name)
        blank = render(form, Identity(form=form.form, version=form.version))
        write_whole(folder / TEMPLATES / f"{name}.xlsx", blank.data)
    say(_word("templates", language, path=str(folder / TEMPLATES)))
    returned = _copy_samples(folder / RETURNS)
    say(_word("returns", language, number=str(len(returned)), path=str(folder / RETURNS)))
    reviewed = review(returned, language=language)
    text = report(reviewed.submissions, language)
    write_whole(folder / FINDINGS / "findings.txt", f"{text}\n".encode())
    content = json.dumps(check_report(reviewed.submissions, language), ensure_ascii=False, indent=1)
    write_whole(folder / FINDINGS / "findings.json", f"{content}\n".encode())
    say(_word("findings", language, path=str(folder / FINDINGS / "findings.txt")))
    corrected = _corrections(reviewed, folder / CORRECTIONS, language)
    say(_word("corrections", language, number=str(corrected), path=str(folder / CORRECTIONS)))
    master = consolidate(reviewed, language=language)
    write_whole(folder / MASTER, write_master(master))
    write_parquet(master, folder / PARQUET)
    merged = sum(entry.state.is_merged for entry in master.entries)
    say(_word("merged", language, merged=str(merged), units=str(len(master.entries))))
    say(_word("open", language, path=str(folder / MASTER)))
    return folder / MASTER


def _corrections(reviewed: Review, target: Path, language: str) -> int:
    """Writes what goes back to departments whose returns have errors, with a letter each."""
    number = 0
    stationery = Stationery()
    for made in corrections(reviewed, language):
        if made is None or not has_errors(made.submission.findings):
            continue
        number += 1
        write_whole(target / f"{made.file_stem}.xlsx", made.workbook().data)
        letter = stationery.write(letter_of(made.submission, language), Kind.TEXT)
        write_whole(target / f"{made.file_stem}.txt", letter.encode())
    return number


def _copy_samples(target: Path) -> list[Path]:
    """The sample returns, copied."""
    target.mkdir(parents=True, exist_ok=True)
    samples = sorted(builtin_folder("sample_workbooks").iterdir())
    return [
        Path(shutil.copyfile(path, target / path.name))
        for path in samples
        if path.suffix in WORKBOOK_SUFFIXES
    ]


def _word(key: str, language: str, **values: str) -> str:
    return word(key, language, file="demo", **values)
