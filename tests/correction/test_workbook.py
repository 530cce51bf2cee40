"""The correction workbook itself: whole again, its list, its comments and fills."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.correction.trial import corrected
from tests.office import Edit, Office
from tests.samples import ANNUAL, BASICS, FOLDER, LONG, sample_answers
from tests.validation.returns import ECONOMY, the_form, written
from xlkit.catalogue import say
from xlkit.correction.correct import Correction, corrections
from xlkit.correction.noting import notes_of
from xlkit.findings import Finding, Severity
from xlkit.identity import Identity, Signature, to_chunks
from xlkit.rules.registry import load_checked
from xlkit.submission.grid import ReturnedWorkbook
from xlkit.submission.opening import open_workbook
from xlkit.submission.read import Reader
from xlkit.submission.screen import screen
from xlkit.template.notes import Column, Weight, list_lines
from xlkit.template.plan import plan
from xlkit.template.writer import Issue, render
from xlkit.validation.review import review

LIST = "修改清单"
KEY = b"k" * 32
MANY = FOLDER / "bad-many-defects.xlsx"


@pytest.fixture(scope="module")
def made() -> Correction:
    _, correction = corrected(MANY)
    assert correction is not None
    return correction


@pytest.fixture(scope="module")
def book(made: Correction) -> Workbook:
    return load_workbook(BytesIO(made.workbook().data))


def test_locks_and_dropdowns_are_those_of_a_fresh_template(
    made: Correction, book: Workbook
) -> None:
    form, identity = made.submission.raw.form, made.identity
    assert form is not None
    fresh = load_workbook(BytesIO(render(form, identity).data))
    for sheet in (BASICS, LONG, ANNUAL):
        assert validations(book, sheet) == validations(fresh, sheet)
        assert book[sheet].protection.sheet
        locks = [(cell.coordinate, cell.protection.locked) for row in book[sheet] for cell in row]
        assert locks == [(c.coordinate, c.protection.locked) for row in fresh[sheet] for c in row]


def test_each_finding_is_painted_commented_and_linked(made: Correction, book: Workbook) -> None:
    colours = {Weight.ERROR: "FFF4B6AE", Weight.WARNING: "FFFCE0A6"}
    marked = made.notes.marked()
    assert len(marked) > 60
    for (sheet, row, column), weight in marked.items():
        cell = book[sheet].cell(row, column)
        assert cell.fill.fgColor.rgb == colours[weight]
        assert cell.comment is not None
    for row, line in enumerate(list_lines(made.notes, "zh"), start=1):
        if line.note is not None and line.note.weight is not Weight.RESTORED:
            link = book[LIST].cell(row, Column.WHERE).hyperlink
            assert link is not None
            place = re.fullmatch(r"'(.+)'!([A-Z]+[0-9]+)", link.location)
            assert place is not None
            assert book[place[1]][place[2]].comment is not None


def test_only_explanations_of_warnings_are_open(made: Correction, book: Workbook) -> None:
    open_cells = {
        cell.coordinate for row in book[LIST] for cell in row if not cell.protection.locked
    }
    wanted = {
        f"G{row}"
        for row, line in enumerate(list_lines(made.notes, "zh"), start=1)
        if line.note is not None and line.note.weight is Weight.WARNING
    }
    assert open_cells == wanted


def test_what_stood_outside_is_listed(made: Correction) -> None:
    assert set(made.notes.outside) == {
        ("资金情况!I20", "以上数据为初步数"),
        ("资金情况!D13", "2000"),
        ("资金情况!E15", "约131"),
    }


def test_equal_input_gives_equal_bytes(made: Correction) -> None:
    assert made.workbook().data == made.workbook().data


def test_progress_is_live(office: Office, made: Correction, tmp_path: Path) -> None:
    """The list tells what was changed and explained, and counts what is left."""
    source, target = tmp_path / "made.xlsx", tmp_path / "saved.xlsx"
    source.write_bytes(made.workbook().data)
    lines = list_lines(made.notes, "zh")
    waiting = [line for line in lines if line.note and line.note.weight is not Weight.RESTORED]
    answer = next(
        number
        for number, line in enumerate(lines, start=1)
        if line.note is not None and "change-unexplained" in line.note.key
    )
    office.save(
        source,
        target,
        [
            Edit.number(BASICS, "D14", 1028),
            Edit.text(LIST, f"G{answer}", "上年一次性的技改项目已经完工"),
        ],
    )
    before, after = said(source.read_bytes()), said(target.read_bytes())
    number = len(waiting)
    assert before[2, Column.NUMBER] == f"○还有 {number} 处待处理"
    changed = {place for place in before if before[place] != after[place]}
    error = next(
        number
        for number, line in enumerate(lines, start=1)
        if line.note is not None and (BASICS, 14, 4) in line.note.cells
    )
    assert changed == {(2, Column.NUMBER), (error, Column.STATUS), (answer, Column.STATUS)}
    assert after[2, Column.NUMBER] == f"○还有 {number - 2} 处待处理"
    assert after[error, Column.STATUS] == "✓已改动"
    assert after[answer, Column.STATUS] == "✓已说明"


def test_whose_return_it_is_must_be_known(tmp_path: Path) -> None:
    """A forged identity is not signed anew, unless a clerk answers for it."""
    came, made = corrected(MANY)
    assert made is not None
    assert came.raw.form is not None
    honest = made.workbook(Issue(key=KEY))
    assert honest.identity.signature(KEY) is Signature.VALID
    forged = tmp_path / "forged.xlsx"
    forged.write_bytes(with_unit(honest.data, honest.identity, "999"))
    reader = Reader(key=KEY)
    reviewed = review([forged], reader)
    assert "signature-invalid" in {found.code for found in reviewed.submissions[0].findings}
    assert corrections(reviewed) == (None,)
    vouched = review([forged], Reader(key=KEY, unit=("420700-318", "样例")))
    (again,) = corrections(vouched, vouched=True)
    assert again is not None
    assert again.identity.unit == "420700-318"
    assert again.identity.correction == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_list_tells_a_department_nothing_that_the_clerk_has_to_do(language: str) -> None:
    came, _ = corrected(MANY)
    assert came.raw.form is not None
    layout = plan(came.raw.form, language=language)
    old = Finding(code="form-version", severity=Severity.ERROR, value="1", expected="2")
    notes = notes_of(came, replace(came, findings=(old,)), layout)
    (to_do,) = (note.to_do for note in notes.notes if note.weight is Weight.ERROR)
    assert say(old, language).clerk_hint
    assert to_do == say(old, language).hint


def validations(book: Workbook, sheet: str) -> set[tuple[str, str]]:
    found = book[sheet].data_validations.dataValidation
    return {(str(item.sqref), str(item.formula1)) for item in found}


def said(data: bytes) -> dict[tuple[int, int], str]:
    """What the list's live cells say."""
    kind = screen(data).kind
    assert kind is not None
    workbook: ReturnedWorkbook = open_workbook(data, kind)
    grid = next(grid for grid in workbook.sheets if grid.name == LIST)
    return {place: cell.text for place, cell in grid.cells.items() if cell.formula}


def with_unit(data: bytes, identity: Identity, unit: str) -> bytes:
    """The workbook with another unit in each of its identities, and the old signature."""
    forged = replace(identity, unit=unit)
    book = load_workbook(BytesIO(data))
    sheet = book["_xlkit"]
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 2).value = None
    for row, chunk in enumerate(to_chunks(forged.to_json(), 8_000), start=1):
        sheet.cell(row, 2).value = chunk
    for name in [name for name in book.defined_names if name.startswith("_xlkit_")]:
        del book.defined_names[name]
    for item in list(book.custom_doc_props.props):
        del book.custom_doc_props[item.name]
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def test_an_english_workbook_is_corrected_in_english(tmp_path: Path) -> None:
    form = load_checked("department-performance")
    issued = render(form, Identity(form.form, form.version, unit="301", language="en"))
    book = load_workbook(BytesIO(issued.data))
    sheet, block = issued.layout.find("funding")
    place = next(row for row in block.rows if row.row.key == "income_fiscal")
    book[sheet.name].cell(*place.slot("current").box.first).value = "a lot"
    book.save(tmp_path / "back.xlsx")
    _, made = corrected(tmp_path / "back.xlsx")
    assert made is not None
    (note,) = (note for note in made.notes.notes if note.found == "a lot")
    assert note.title == "Not a number"
    listed = load_workbook(BytesIO(made.workbook().data))["To correct"]
    texts = [str(cell.value) for row in listed for cell in row if cell.column < Column.SEAL]
    assert not [text for text in texts if re.search("[\u4e00-\u9fff]", text) and "：" in text]


@pytest.fixture(scope="module")
def unbalanced(tmp_path_factory: pytest.TempPathFactory) -> Correction:
    """Two computed totals that differ."""
    given = deepcopy(sample_answers(ECONOMY)["answers"])
    given["funding"][0]["current"] = "1700"
    path = tmp_path_factory.mktemp("unbalanced") / "came.xlsx"
    path.write_bytes(written(the_form("department-performance"), given).data)
    _, made = corrected(path)
    assert made is not None
    return made


@pytest.mark.parametrize(("typed", "wanted"), [(1606.41, "✓已改动"), (1650, "○待改")])
def test_computed_cells_are_seen_to_when_the_workbook_no_longer_complains(
    office: Office, unbalanced: Correction, tmp_path: Path, typed: float, wanted: str
) -> None:
    """Nobody types into a total: its progress follows the check below it."""
    source, target = tmp_path / "made.xlsx", tmp_path / "saved.xlsx"
    source.write_bytes(unbalanced.workbook().data)
    lines = list_lines(unbalanced.notes, "zh")
    balance = next(
        number
        for number, line in enumerate(lines, start=1)
        if line.note is not None and "income_is_spending" in line.note.key
    )
    office.save(source, target, [Edit.number(BASICS, "D10", typed)])
    before, after = said(source.read_bytes()), said(target.read_bytes())
    assert before[balance, Column.STATUS] == "○待改"
    assert after[balance, Column.STATUS] == wanted
    assert [place for place in before if before[place] != after[place]] == (
        [(2, Column.NUMBER), (balance, Column.STATUS)] if wanted.startswith("✓") else []
    )
