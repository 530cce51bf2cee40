"""Cells that the form itself printed and locked: they say on return what the form says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.filling import typed_answers
from tests.office import Edit, Office
from xlkit.cells import address
from xlkit.findings import Severity
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.submission.canonical import answers
from xlkit.submission.cast import Submission
from xlkit.submission.read import FormShelf, Reader
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.writer import Rendered, render
from xlkit.validation.review import review

FORM = """\
form: locked
version: 1
title: Locked
languages: [en]
use: [common]
lists: {way: [one, other]}
sheets:
  - sheet: Sheet
    blocks:
      - kind: table
        block: rows
        label: Rows
        spares: 2
        fields:
          - {name: name, type: text, label: Name}
          - {name: text, type: text, label: Text, locked: true, default: a text}
          - {name: pieces, type: integer, label: Pieces, locked: true, default: "1200"}
          - {name: money, type: amount, label: Money, unit: 万元, locked: true, default: "1234.50"}
          - {name: rate, type: percent, label: Rate, locked: true, default: "12.5%"}
          - {name: day, type: date, label: Day, locked: true, default: "2026-03-31"}
          - {name: way, type: choice, list: way, label: Way, locked: true, default: one}
          - {name: goal, type: indicator, split: false, label: Goal, locked: true, default: "≥5%"}
          - {name: blank, type: text, label: Blank, locked: true}
"""
FIELDS = ("text", "pieces", "money", "rate", "day", "way", "goal", "blank")


@pytest.fixture
def form(tmp_path: Path) -> Form:
    path = tmp_path / "form.yaml"
    path.write_text(FORM, encoding="utf-8")
    return load_checked(path)


def issued(form: Form) -> tuple[Rendered, Content]:
    content = place_answers(form, {"rows": [{"name": "A"}]}, Content())
    identity = Identity(form="locked", version=1, language="en")
    return render(form, identity, replace(content, texts={})), content


def judged(path: Path, form: Form) -> Submission:
    return review([path], Reader(FormShelf([form])), "en").submissions[0]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_unchanged_cells_give_no_finding(
    office: Office, tmp_path: Path, form: Form, suffix: str
) -> None:
    rendered, content = issued(form)
    source, target = tmp_path / "issued.xlsx", tmp_path / f"back{suffix}"
    source.write_bytes(rendered.data)
    office.save(source, target, list(typed_answers(rendered.layout, content)))
    submission = judged(target, form)
    assert [finding.code for finding in submission.findings] == []
    (row,) = answers(submission, parts=False)["rows"]
    assert row == {
        "name": "A",
        "text": "a text",
        "pieces": "1200",
        "money": "1234.50",
        "rate": "12.5%",
        "day": "2026-03-31",
        "way": "one",
        "goal": "≥5%",
        "blank": "",
    }


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_each_changed_cell_is_named_and_the_form_counts(
    office: Office, tmp_path: Path, form: Form, suffix: str
) -> None:
    rendered, content = issued(form)
    _, block = rendered.layout.find("rows")
    cells = [address(*block.rows[0].slot(name).box.first) for name in FIELDS]
    edits = [*typed_answers(rendered.layout, content)]
    edits += [Edit.unprotect("Sheet"), *(Edit.text("Sheet", cell, "7") for cell in cells)]
    source, target = tmp_path / "issued.xlsx", tmp_path / f"back{suffix}"
    source.write_bytes(rendered.data)
    office.save(source, target, edits)
    submission = judged(target, form)
    found = [
        (finding.code, finding.cells)
        for finding in submission.findings
        if finding.severity is not Severity.NOTICE
    ]
    assert found == [("prefilled-changed", (f"Sheet!{cell}",)) for cell in cells]
    assert answers(submission, parts=False)["rows"][0]["pieces"] == "1200"
