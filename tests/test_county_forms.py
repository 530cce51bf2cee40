"""The county forms of the documentation, from the definition to the master workbook."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.filling import typed_answers
from tests.office import Edit, Office
from xlkit.cells import address
from xlkit.cli import main
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import form_problems, load_checked
from xlkit.submission.canonical import answers
from xlkit.submission.cast import Submission
from xlkit.submission.read import FormShelf, Reader
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.layout import Layout
from xlkit.template.writer import Rendered, render
from xlkit.validation.review import review

EXAMPLES = Path(__file__).resolve().parent.parent / "docs" / "examples"
SELF, MONITORING = "project-self-evaluation", "performance-monitoring"
NAMES = (SELF, MONITORING)
SUFFIXES = (".xlsx", ".xls", ".ods")


@dataclass(frozen=True)
class Example:
    form: Form
    given: dict[str, Any]
    content: Content
    issued: Rendered

    @property
    def layout(self) -> Layout:
        return self.issued.layout

    def cell(self, block: str, row: int, field: str) -> tuple[str, str]:
        """Sheet and address of a field of the first project; rows count from 0."""
        sheet, place = self.layout.find(f"projects.{block}", 1)
        return sheet.name, address(*place.rows[row].slot(field).box.first)


def example(name: str, unit: str = "420700-301") -> Example:
    form = load_checked(EXAMPLES / name / "form.yaml")
    given = json.loads((EXAMPLES / name / "answers.json").read_text(encoding="utf-8"))
    content = place_answers(form, given["answers"], Content())
    identity = Identity(
        form=form.form,
        version=form.version,
        unit=unit,
        unit_name=given["unit"]["name"],
        year=given["year"],
    )
    issued = render(form, identity, replace(content, texts={}, stated={}))
    return Example(form, given, content, issued)


def returned(
    office: Office, folder: Path, made: Example, name: str, spoilt: tuple[Edit, ...] = ()
) -> Path:
    """What a person sends back: the issued workbook, filled cell by cell and saved."""
    source, target = folder / "issued.xlsx", folder / name
    source.write_bytes(made.issued.data)
    office.save(source, target, [*typed_answers(made.layout, made.content), *spoilt])
    source.unlink()
    return target


def judged(path: Path, form: Form) -> Submission:
    return review([path], Reader(FormShelf([form]))).submissions[0]


@pytest.mark.parametrize("name", NAMES)
def test_sound(name: str) -> None:
    assert form_problems(EXAMPLES / name / "form.yaml") == ()


@pytest.mark.parametrize("name", NAMES)
def test_answers_through_our_own_workbook(name: str, tmp_path: Path) -> None:
    made = example(name)
    filled = tmp_path / "filled.xlsx"
    filled.write_bytes(render(made.form, made.issued.identity, made.content).data)
    submission = judged(filled, made.form)
    assert submission.findings == ()
    assert answers(submission, parts=False) == made.given["answers"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", NAMES)
def test_filled_in_an_office_program(
    office: Office, tmp_path: Path, name: str, suffix: str
) -> None:
    made = example(name)
    submission = judged(returned(office, tmp_path, made, f"back{suffix}"), made.form)
    assert [finding.code for finding in submission.findings] == []
    assert answers(submission, parts=False) == made.given["answers"]


@pytest.mark.parametrize("name", NAMES)
def test_empty_template_computes_nothing_but_its_defaults(
    office: Office, tmp_path: Path, name: str
) -> None:
    made = example(name)
    path = tmp_path / "blank.xlsx"
    path.write_bytes(made.issued.data)
    sheet, rate = made.cell("funding", 0, "rate")
    assert office.recalculated(path, [f"{sheet}!{rate}"]) == {f"{sheet}!{rate}": ""}


#: What is done to a good return, and the one finding that it must give: code, its cells by
#: block, row and field, what was found and what was wanted.
Spoilt = tuple[str, tuple[tuple[str, int, str, float | str], ...], str, tuple[str, int, str], str]
BROKEN: tuple[Spoilt, ...] = (
    (
        SELF,
        (("indicators", 0, "weight", 15), ("indicators", 0, "score", 15)),
        "total-differs",
        ("funding", 0, "weight"),
        "95 100",
    ),
    (
        SELF,
        (("indicators", 0, "score", 21),),
        "compare-broken",
        ("indicators", 0, "score"),
        "21 20",
    ),
    (
        SELF,
        (("funding", 0, "rate", 0.5),),
        "computed-overwritten",
        ("funding", 0, "rate"),
        "50% 95.00%",
    ),
    (
        SELF,
        (("funding", 0, "weight", 20),),
        "prefilled-changed",
        ("funding", 0, "weight"),
        "20 10",
    ),
    (
        SELF,
        (("indicators", 2, "reason", ""),),
        "wanted-missing",
        ("indicators", 2, "reason"),
        " ",
    ),
    (
        SELF,
        (("funding", 1, "spent", 321),),
        "compare-broken",
        ("funding", 1, "spent"),
        "321 320",
    ),
    (
        MONITORING,
        (("indicators", 1, "cause", ""),),
        "wanted-missing",
        ("indicators", 1, "cause"),
        " ",
    ),
    (
        MONITORING,
        (("indicators", 0, "likelihood", "大概能"),),
        "choice-not-in-list",
        ("indicators", 0, "likelihood"),
        "大概能 确定能、有可能、完全不可能",
    ),
    (
        MONITORING,
        (("funding", 1, "forecast", 149),),
        "compare-broken",
        ("funding", 1, "forecast"),
        "149 150",
    ),
)


@pytest.mark.parametrize(("name", "edits", "code", "place", "said"), BROKEN)
def test_each_mistake_is_one_finding(
    office: Office,
    tmp_path: Path,
    name: str,
    edits: tuple[tuple[str, int, str, float | str], ...],
    code: str,
    place: tuple[str, int, str],
    said: str,
) -> None:
    made = example(name)
    spoilt = tuple(_typed(*made.cell(*edit[:3]), edit[3]) for edit in edits)
    submission = judged(returned(office, tmp_path, made, "back.xlsx", spoilt), made.form)
    assert [finding.code for finding in submission.findings] == [code]
    (finding,) = submission.findings
    assert "!".join(made.cell(*place)) in finding.cells
    assert f"{finding.value or ''} {finding.expected or ''}" == said


def _typed(sheet: str, cell: str, value: float | str) -> Edit:
    if value == "":
        return Edit.clear(sheet, cell)
    if isinstance(value, str):
        return Edit.text(sheet, cell, value)
    return Edit.number(sheet, cell, value)


@pytest.mark.parametrize("name", NAMES)
def test_merged_from_the_command_line(
    office: Office, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "returns"
    folder.mkdir()
    for number, suffix in enumerate(SUFFIXES, start=1):
        made = example(name, unit=f"420700-30{number}")
        returned(office, folder, made, f"{number}{suffix}")
    form, master = str(EXAMPLES / name / "form.yaml"), tmp_path / "master.xlsx"
    assert main(["check", str(folder), "--form", form]) == 0
    capsys.readouterr()
    assert main(["merge", str(folder), "--form", form, "--out", str(master), "--lang", "en"]) == 0
    assert "3 of 3" in capsys.readouterr().err
    assert master.read_bytes()[:2] == b"PK"
