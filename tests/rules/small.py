"""Small forms written where they are tested, and what is found in workbooks made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests.validation.returns import judge, returned, written
from xlkit.catalogue import codes, title_of
from xlkit.findings import Finding
from xlkit.form.model import Form
from xlkit.rules.registry import form_problems, load_checked
from xlkit.submission.cast import Submission
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.live import LiveChecks
from xlkit.template.plan import plan
from xlkit.template.stored import Stored

HEAD = """\
form: small
version: 1
title: 小表
use: [common]
money: 万元
"""

_PIECE = re.compile("([✗○△◇])([^✗○△◇]*)")
Answers = Mapping[str, Any]


def load(folder: Path, text: str) -> Form:
    """The form of that YAML, which lacks only its head."""
    return load_checked(_saved(folder, text))


def problems(folder: Path, text: str) -> tuple[str, ...]:
    """What is wrong in a form of that YAML, without file and line."""
    return tuple(what.partition(": ")[2] for what in form_problems(_saved(folder, text)))


def shown(form: Form, answers: Answers) -> list[str]:
    """What the workbook says of the answers: mark and code beside each row, from the top down."""
    content = place_answers(form, answers, Content())
    live = LiveChecks(plan(form, content.sizing), Stored(form, content), 2024)
    said = [live.said(sheet) for sheet in plan(form, content.sizing).sheets]
    titles = {title_of(code, "zh"): code for code in codes()}
    return [
        mark + titles.get(words.rpartition("：")[2].strip(), "")
        for rows in said
        for _, text in sorted(rows.items())
        for mark, words in _PIECE.findall(text)
    ]


def judged(form: Form, *answers: Answers) -> list[Submission]:
    """The answers written into workbooks, read back and judged in one pass."""
    return judge(*(returned(written(form, given).data, form) for given in answers))


def found(form: Form, *answers: Answers) -> list[list[str]]:
    """What each return's findings say."""
    return [lines(one) for one in judged(form, *answers)]


def lines(submission: Submission) -> list[str]:
    """The findings of a return as a table shows them, cells by the names that the form has.

    Weight, code, cells, what was found → what was wanted.
    """
    names = cell_names(submission)
    return [line(item, names) for item in submission.findings]


def line(finding: Finding, names: Mapping[str, str]) -> str:
    cells = dict.fromkeys(names.get(cell, cell) for cell in finding.cells)
    words = [finding.severity.value[0], finding.code, *cells]
    if finding.value is not None or finding.expected is not None:
        words += [finding.value or "—", "→", finding.expected or "—"]
    return " ".join(words)


def cell_names(submission: Submission) -> dict[str, str]:
    """The name of each answer's cell by its address: money.total, rows[spare-1].all, p#2.code."""
    found = {}
    for row in submission.rows:
        member = f"#{row.raw.instance}" if row.raw.instance else ""
        mark = "" if row.raw.row.mark == "record" else f"[{row.raw.row.mark}]"
        for name, cells in row.raw.cells.items():
            for cell in cells:
                found[f"{row.raw.sheet}!{cell}"] = f"{row.raw.path}{member}{mark}.{name}"
    return found


def _saved(folder: Path, text: str) -> Path:
    path = folder / "form.yaml"
    path.write_text(HEAD + dedent(text), encoding="utf-8")
    return path
