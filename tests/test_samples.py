"""The sample workbooks, as real programs saved them, give exactly the findings beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.samples import ANSWERS, FOLDER, SAMPLES, brief, expected_path, make, sample_answers
from xlkit.files import WORKBOOK_SUFFIXES
from xlkit.submission.canonical import answers
from xlkit.validation.review import review

FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in WORKBOOK_SUFFIXES)
REAL = sorted(path.stem for path in ANSWERS.glob("*.json"))


def test_every_sample_is_described_and_every_description_is_there():
    assert {path.name for path in FILES} == {sample.name for sample in SAMPLES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_sample_gives_its_expected_findings(path: Path):
    submission = review([path]).submissions[0]
    expected = json.loads(expected_path(path).read_text(encoding="utf-8"))
    assert submission.raw.verdict.value == expected["verdict"]
    assert brief(submission.findings) == expected["findings"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_cell_of_a_sample_is_accounted_for(path: Path):
    from xlkit.submission.opening import open_workbook
    from xlkit.submission.screen import screen

    data = path.read_bytes()
    kind = screen(data).kind
    assert kind is not None
    cells = sum(len(grid.cells) for grid in open_workbook(data, kind).sheets)
    assert review([path]).submissions[0].raw.cells.total == cells


@pytest.mark.parametrize("name", REAL)
def test_real_returns_have_no_error(name: str):
    findings = review([FOLDER / f"{name}.xlsx"]).submissions[0].findings
    assert [finding.code for finding in findings if finding.severity == "error"] == []


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
@pytest.mark.parametrize("name", REAL)
def test_real_returns_go_through_libreoffice_unchanged(office, tmp_path, name, suffix):
    sample = next(sample for sample in SAMPLES if sample.name == f"{name}.xlsx")
    filled = make(office, sample, tmp_path)
    target = tmp_path / f"again{suffix}"
    office.save(filled, target)
    submission = review([target]).submissions[0]
    assert submission.raw.verdict == "intact"
    _assert_same(sample_answers(name)["answers"], answers(submission, raw=True))


NUMBERS = {"current", "prior_2", "prior_1", "budget", "fiscal", "other"}
COMPUTED = {"share"}


def _assert_same(given, read, path="answers"):
    """Amounts as decimals, everything else as text without blanks; computed cells apart."""
    if isinstance(given, dict):
        assert isinstance(read, dict), path
        for name, value in given.items():
            if name not in COMPUTED:
                _assert_same(value, read[name], f"{path}.{name}")
    elif isinstance(given, list):
        assert len(given) == len(read), path
        for number, (one, other) in enumerate(zip(given, read, strict=True)):
            _assert_same(one, other, f"{path}[{number}]")
    elif path.rpartition(".")[2] in NUMBERS:
        assert _plain(read) == _plain(given), path
    else:
        assert "".join(read.split()) == "".join(given.split()), path


def _plain(text: str):
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(text)
    except InvalidOperation:
        return text
