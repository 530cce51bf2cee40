"""Makes `sample_workbooks/` anew: templates filled, spoilt and saved by a real LibreOffice.

    python -m tests.samples                 makes all, or those named
    python -m tests.samples --findings      writes only the expected findings anew

Writes each returned workbook and, beside it, the findings that it must give. Look at the
difference before committing it: a sample shows what real programs do to our files.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.filling import typed_answers
from tests.office import Edit, Office
from xlkit.findings import Finding
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.writer import Rendered, render
from xlkit.validation.review import review

FOLDER = Path(__file__).resolve().parent.parent / "sample_workbooks"
ANSWERS = FOLDER / "answers"


@dataclass(frozen=True)
class Sample:
    """A returned workbook: whose answers it holds, and what was done to it."""

    name: str
    answers: str
    unit: tuple[str, str] | None = None
    spoilt: tuple[Edit, ...] = ()


BASICS, LONG, ANNUAL = "基本情况", "长期绩效指标", "年度绩效指标"
_ECONOMY = "ezhou-economy-informatization-2024"
_SCIENCE = "ezhou-science-technology-2024"
_ZUNHUA = "zunhua-industry-informatization-2022"

SAMPLES = (
    Sample(f"{_ECONOMY}.xlsx", _ECONOMY),
    Sample(f"{_SCIENCE}.xlsx", _SCIENCE),
    Sample(f"{_ZUNHUA}.xlsx", _ZUNHUA),
    Sample("as-xls.xls", _SCIENCE, ("420700-310", "样例：存为xls的单位")),
    Sample("as-ods.ods", _ZUNHUA, ("471010", "样例：存为ods的单位")),
    Sample(
        "bad-percent-in-amount.xlsx",
        _ECONOMY,
        ("420700-311", "样例：金额填成百分比"),
        (Edit.text(BASICS, "D14", "64%"),),
    ),
    Sample(
        "bad-pasted-percent.xlsx",
        _ECONOMY,
        ("420700-312", "样例：粘贴带格式的百分比"),
        (Edit.number(LONG, "F6", 0.95, "0%"),),
    ),
    Sample(
        "bad-outside-list.xlsx",
        _ECONOMY,
        ("420700-313", "样例：选项不在列表中"),
        (Edit.text(ANNUAL, "J8", "计划标淮"),),
    ),
    Sample(
        "bad-inserted-row.xlsx",
        _ECONOMY,
        ("420700-314", "样例：插入了一行"),
        (
            Edit.unprotect_book(),
            Edit.unprotect(LONG),
            Edit.insert_rows(LONG, 32, 1),
            Edit.text(LONG, "B32", "履职效能"),
            Edit.text(LONG, "C32", "核心业务产出4"),
            Edit.text(LONG, "D32", "新增专精特新企业"),
            Edit.text(LONG, "E32", "≥"),
            Edit.text(LONG, "F32", "20"),
            Edit.text(LONG, "G32", "家"),
            Edit.text(LONG, "H32", "计划标准"),
            Edit.text(LONG, "I32", "绩效创新型"),
        ),
    ),
    Sample(
        "bad-renamed-sheet.xlsx",
        _ECONOMY,
        ("420700-315", "样例：改了工作表名称"),
        (Edit.unprotect_book(), Edit.rename_sheet(BASICS, "资金情况")),
    ),
    Sample(
        "bad-overwritten-total.xlsx",
        _ECONOMY,
        ("420700-316", "样例：手工改了合计"),
        (Edit.unprotect(BASICS), Edit.number(BASICS, "D13", 2000)),
    ),
    Sample(
        "bad-note-outside.xlsx",
        _ECONOMY,
        ("420700-317", "样例：表外写了说明"),
        (Edit.unprotect(ANNUAL), Edit.text(ANNUAL, "AC12", "此项以最终批复为准")),
    ),
    Sample(
        "bad-many-defects.xlsx",
        _ECONOMY,
        ("420700-318", "样例：问题很多的单位"),
        (
            Edit.unprotect_book(),
            *(Edit.unprotect(name) for name in (BASICS, LONG, ANNUAL)),
            Edit.text(BASICS, "D14", "一千零二十八万"),
            Edit.text(BASICS, "E15", "约131"),
            Edit.number(BASICS, "D13", 2000),
            Edit.text(BASICS, "I20", "以上数据为初步数"),
            Edit.delete_rows(LONG, 13),
            Edit.insert_rows(LONG, 31, 1),
            Edit.text(LONG, "B31", "履职效能"),
            Edit.text(LONG, "C31", "核心业务产出4"),
            Edit.text(LONG, "D31", "新增专精特新企业"),
            Edit.text(LONG, "E31", "≥"),
            Edit.text(LONG, "F31", "二十几"),
            Edit.text(LONG, "G31", "家"),
            Edit.text(LONG, "H31", "计划标准"),
            Edit.text(LONG, "I31", "绩效创新型"),
            Edit.copy_range(LONG, "D6:D10", LONG, "H6"),
            Edit.move_range(ANNUAL, "K6:K60", ANNUAL, "J6"),
            Edit.rename_sheet(BASICS, "资金情况"),
        ),
    ),
)


def sample_answers(name: str) -> dict[str, Any]:
    """The canonical answers of that name."""
    content: dict[str, Any] = json.loads((ANSWERS / f"{name}.json").read_text(encoding="utf-8"))
    return content


def issued(sample: Sample) -> tuple[Rendered, Content]:
    """The workbook as it went out, empty, and what is to be typed into it."""
    given = sample_answers(sample.answers)
    form = load_checked(given["form"])
    content = place_answers(form, given["answers"], Content())
    code, name = sample.unit or (given["unit"]["code"], given["unit"]["name"])
    identity = Identity(
        form=form.form, version=form.version, unit=code, unit_name=name, year=given["year"]
    )
    return render(form, identity, replace(content, texts={}, stated={})), content


def make(office: Office, sample: Sample, folder: Path) -> Path:
    """The sample, filled, spoilt and saved by a real program."""
    rendered, content = issued(sample)
    target = folder / sample.name
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "issued.xlsx"
        source.write_bytes(rendered.data)
        edits = [*typed_answers(rendered.layout, content), *sample.spoilt]
        office.save(source, target, edits, window=True)
    return target


def expected_path(path: Path) -> Path:
    """Where the expected findings of a sample stand."""
    return path.with_name(f"{path.name}.expected.json")


def brief(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as the expected files hold them."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "cells": list(finding.cells),
            "value": finding.value,
            "expected": finding.expected,
        }
        for finding in findings
    ]


def describe(path: Path) -> None:
    """Writes what the sample gives beside it."""
    submission = review([path]).submissions[0]
    found = {"verdict": submission.raw.verdict.value, "findings": brief(submission.findings)}
    text = json.dumps(found, ensure_ascii=False, indent=1)
    expected_path(path).write_text(f"{text}\n", encoding="utf-8")
    print(path.name, found["verdict"], len(submission.findings))


def main(arguments: Sequence[str]) -> None:
    """Makes every sample, or those named."""
    named = [name for name in arguments if not name.startswith("-")]
    chosen = [sample for sample in SAMPLES if not named or sample.name in named]
    if "--findings" not in arguments:
        with Office() as office:
            for sample in chosen:
                make(office, sample, FOLDER)
    for sample in chosen:
        describe(FOLDER / sample.name)


if __name__ == "__main__":
    main(sys.argv[1:])
