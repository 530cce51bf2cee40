"""Formulas typed over live checks: what of them is told, and that nothing hangs on the rest."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest

from tests.office import Edit, Office
from tests.validation.returns import COMPACT, COMPACT_ANSWERS, brief, judge, reader_of, written
from xlkit.submission.canonical import answers
from xlkit.submission.raw import RawSubmission

CHECK = "J4"
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
