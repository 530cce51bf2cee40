"""Formulas typed over live checks: what of them is told, and that nothing hangs on the rest."""

from __future__ import annotations

import re
import zipfile
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.office import Edit, Office
from tests.validation.returns import (
    COMPACT,
    COMPACT_ANSWERS,
    brief,
    edited,
    judge,
    reader_of,
    returned,
    written,
)
from xlkit.identity import Signature, to_chunks
from xlkit.submission.canonical import answers
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.template.printed import IDENTITY_SHEET

CHECK = "J4"
KEY = b"k" * 32
SHOWS_NOTHING, SHOWS_ANOTHER = '=IF(1,"","")', '="abc"'


@pytest.fixture(params=[".xlsx", ".xls", ".ods"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def saved(office: Office, folder: Path, suffix: str, *edits: Edit) -> RawSubmission:
    """A return with an error beside the check, saved after those edits."""
    wrong = deepcopy(COMPACT_ANSWERS)
    wrong["indicators"][0]["basis"] = "无此名称"
    source, target = folder / "issued.xlsx", folder / f"returned{suffix}"
    source.write_bytes(written(COMPACT, wrong).data)
    office.save(source, target, list(edits))
    return reader_of(COMPACT).read(target)


def test_a_formula_over_a_check_that_shows_something_else_is_named(
    office: Office, tmp_path: Path, suffix: str
) -> None:
    raw = saved(office, tmp_path, suffix, Edit.formula("指标", CHECK, SHOWS_ANOTHER))
    assert brief(raw.findings) == [("n", "frame-changed", f"指标!{CHECK}")]


def test_a_formula_over_a_check_that_shows_nothing_changes_no_finding(
    office: Office, tmp_path: Path, suffix: str
) -> None:
    """It is told where formulas are: `.xls` shows only that nothing stands there."""
    usual = saved(office, tmp_path, suffix)
    blind = saved(office, tmp_path, suffix, Edit.formula("指标", CHECK, SHOWS_NOTHING))
    told = [] if suffix == ".xls" else [("n", "frame-changed", f"指标!{CHECK}")]
    assert brief(blind.findings) == [*brief(usual.findings), *told]
    one, other = judge(usual)[0], judge(blind)[0]
    assert "error" in {finding.severity for finding in other.findings}
    assert sorted(brief(other.findings)) == sorted([*told, *brief(one.findings)])
    assert answers(other, raw=True) == answers(one, raw=True)


def reworded(data: bytes, old: str, new: str) -> bytes:
    """The package with a word of its sheets' formulas exchanged, results and all else kept."""
    source, target = zipfile.ZipFile(BytesIO(data)), BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = re.sub(
                    rb"<f>.*?</f>",
                    lambda found: found[0].replace(old.encode(), new.encode()),
                    content,
                )
            made.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("old", "new"), [("格内", "格肉"), ("✗", "✓"), ("没有发现错误", "没有发现"), ("#'", "#x'")]
)
def test_a_check_of_other_words_is_named(old: str, new: str) -> None:
    issued = written(COMPACT, COMPACT_ANSWERS).data
    changed = reworded(issued, old, new)
    assert changed != issued
    usual, raw = returned(issued, COMPACT), returned(changed, COMPACT)
    more = [finding for finding in raw.findings if finding not in usual.findings]
    assert {finding.code for finding in more} == {"frame-changed"}
    assert {finding.severity for finding in more} == {"notice"}
    assert raw.cells.named > usual.cells.named
    assert raw.cells.total == usual.cells.total


def test_a_workbook_from_before_words_were_kept_reads_as_ever() -> None:
    """Its signature holds, and its checks are told by what they call and show."""
    rendered = written(COMPACT, COMPACT_ANSWERS, key=KEY)
    old = replace(rendered.identity, checks="", key_id="", mac="").signed(KEY)
    assert "checks" not in old.to_json()

    def carry(book: Any) -> None:
        (sheet,) = [one for one in book if one["A1"].value == IDENTITY_SHEET]
        (sheet["B1"].value,) = to_chunks(old.to_json(), 30_000)
        for name in [name for name in book.defined_names if name.startswith("_xlkit_")]:
            del book.defined_names[name]
        for name in [one.name for one in book.custom_doc_props.props]:
            del book.custom_doc_props[name]

    data = reworded(edited(rendered.data, carry), "格内", "格肉")
    raw = reader_of(COMPACT, key=KEY).read_bytes(data, "old.xlsx")
    assert raw.signature is Signature.VALID
    assert brief(raw.findings) == []


def test_answers_saved_without_working_formulas_out_change_nothing_of_the_frame() -> None:
    """Programs without a calculator, and Excel told not to calculate, leave old results there."""
    new = {"张三": "李四", "目标一": "任务一", "新增企业": "培育企业"}
    issued = written(COMPACT, COMPACT_ANSWERS).data
    source, target = zipfile.ZipFile(BytesIO(issued)), BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = source.read(name).decode("utf-8")
            if name == "xl/sharedStrings.xml":
                for old, text in new.items():
                    assert f">{old}" in content
                    content = content.replace(f">{old}", f">{text}")
            made.writestr(name, content)
    raw = returned(target.getvalue(), COMPACT)
    assert (raw.verdict, brief(raw.findings)) == (Verdict.INTACT, [])
    assert raw.cells == returned(issued, COMPACT).cells
