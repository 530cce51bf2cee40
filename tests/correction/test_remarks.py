"""The bureau's own words: at which answer they are said, and that they come through whole."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.correction.trial import faults
from tests.samples import FOLDER
from tests.validation.returns import COMPACT, COMPACT_ANSWERS, judge, reader_of, returned, written
from xlkit.correction.correct import Correction, corrections
from xlkit.correction.remarks import Remark, cells_of, place_of, remarked
from xlkit.findings import Severity
from xlkit.reporting.json import file_report
from xlkit.reporting.letter import Outcome
from xlkit.reporting.lettering import letter_of
from xlkit.reporting.state import State, state_of
from xlkit.reporting.stationery import Kind, Stationery
from xlkit.reporting.text import report
from xlkit.submission.model import Submission
from xlkit.template.notes import Column, Weight, list_lines
from xlkit.validation.review import Review, review
from xlkit.validation.waivers import may_be_waived

LIST = "修改清单"
WHY = Remark("总体目标写的是上年的内容，请按本年预算重新填报。", "李科长")
AT = Remark("批复是30家", "李科长", ("indicators", 0, "duty-1", "value"))
NASTY = [
    '=HYPERLINK("http://example.org","x")',
    "{{ letter.unit }} {% raw %}",
    "{where} {} {0}",
    "第一行\r\n第二行\n第三行",
    "\x00\x07\ud800奇怪的字_x0041_",
    "<b>&amp;</b> ' \"",
    "意见" * 9_000,
    "😀 \u202e倒",
]


def compact_return(**answers: object) -> Submission:
    (one,) = judge(returned(written(COMPACT, {**COMPACT_ANSWERS, **answers}).data, COMPACT))
    return one


def made_of(came: Submission, *remarks: Remark) -> Correction:
    assert came.raw.form is not None
    (made,) = corrections(Review((came,), (came.raw.form,)), remarks=[remarks])
    assert made is not None
    return made


def test_a_cell_is_known_by_its_answer() -> None:
    came = compact_return()
    for row in came.raw.rows:
        for name, cells in row.cells.items():
            key = (row.path, row.instance, row.row.mark, name)
            for cell in cells:
                assert place_of(came, f"{row.sheet}!{cell}") == key
            assert not cells or set(cells_of(came, key)) <= {f"{row.sheet}!{c}" for c in cells}


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ("'基本情况'!$c$5", ("contact", 0, "record", "name")),
        ("基本情况！C5", ("contact", 0, "record", "name")),
        ("基本情况!A1", None),
        ("基本情况!C5:D6", None),
        ("没有这张表!C5", None),
        ("", None),
        ("!", None),
        ("'", None),
    ],
)
def test_an_address_may_be_written_as_people_do(
    place: str, key: tuple[str, int, str, str] | None
) -> None:
    came = compact_return()
    (name,) = cells_of(came, ("contact", 0, "record", "name"))
    assert name == "基本情况!C5"
    assert place_of(came, place) == key


def test_any_cell_of_a_merged_text_is_that_text() -> None:
    came = review([FOLDER / "bad-percent-in-amount.xlsx"]).submissions[0]
    cell = next((row, name) for row in came.raw.rows for name in row.cells if name == "annual_goal")
    row, name = cell
    sheet, address = row.sheet, row.cells[name][0]
    key = (row.path, row.instance, row.row.mark, name)
    below = f"{address[0]}{int(address[1:]) + 1}"
    assert place_of(came, f"{sheet}!{below}") == key


def test_remarks_are_errors_that_nothing_explains_or_waives() -> None:
    came = compact_return()
    assert state_of(came) is not State.ERRORS
    judged = remarked(came, [WHY, AT])
    whole, at = judged.findings[:2]
    assert state_of(judged) is State.ERRORS
    assert (whole.code, whole.severity, whole.cells) == ("return-rejected", Severity.ERROR, ())
    assert (at.code, at.value, at.cells) == (
        "bureau-remark",
        "≥20家",
        cells_of(came, AT.cell or ("", 0, "", "")),
    )
    assert not may_be_waived(whole)
    assert not may_be_waived(at)
    assert letter_of(judged, "zh").outcome is Outcome.ERRORS
    assert remarked(came, []) is came


@pytest.mark.parametrize("text", NASTY)
def test_words_are_data_in_reports_letters_and_workbooks(text: str, tmp_path: Path) -> None:
    came = compact_return()
    remarks = (Remark(text, text[:20]), Remark(text, "", AT.cell))
    judged = remarked(came, remarks)
    report([judged], "zh").encode("utf-8")
    file_report(judged, "en")
    letter = letter_of(judged, "zh")
    for kind in Kind:
        Stationery().write(letter, kind).encode("utf-8")
    made = made_of(came, *remarks)
    path = tmp_path / "back.xlsx"
    path.write_bytes(made.workbook().data)
    sheet = load_workbook(path)[LIST]
    said = [
        sheet.cell(row, Column.PROBLEM)
        for row, line in enumerate(list_lines(made.notes, "zh"), start=1)
        if line.note is not None and line.note.title.startswith("财政局")
    ]
    assert len(said) == 2
    assert {cell.data_type for cell in said} == {"s"}
    (back,) = review([path], reader_of(COMPACT)).submissions
    assert back.raw.findings == ()


def test_every_remark_is_told_in_the_letter() -> None:
    """Remarks on one column are not folded into three and a number."""
    came = compact_return()
    marks = [row.raw.row.mark for row in came.rows if row.raw.path == "indicators"]
    remarks = [
        Remark(f"意见第{n}条", "", ("indicators", 0, m, "value")) for n, m in enumerate(marks)
    ]
    text = Stationery().write(letter_of(remarked(came, remarks), "zh"), Kind.TEXT)
    assert all(remark.text in text for remark in remarks)
    assert len(remarks) > 3


def test_they_stand_on_the_list_and_at_their_cells() -> None:
    came = compact_return()
    made = made_of(came, WHY, AT)
    assert made.is_needed
    place = made.submission.findings[1].cells[0]
    book = load_workbook(BytesIO(made.workbook().data))
    sheet, _, cell = place.rpartition("!")
    assert book[sheet][cell].comment.text.startswith("【必须改正】财政局意见\n批复是30家\n")
    assert book[sheet][cell].fill.fgColor.rgb == "FFF4B6AE"
    notes = [note for note in made.notes.notes if note.weight is Weight.ERROR]
    assert [note.problem for note in notes] == [WHY.text, AT.text]
    assert notes[0].where == "整份填报"


def test_a_sound_return_that_is_rejected_has_a_workbook() -> None:
    sound = compact_return()
    sound = Submission(sound.raw, sound.rows)
    assert not made_of(sound).is_needed or made_of(sound).submission.findings
    made = made_of(sound, WHY)
    assert made.is_needed
    state = load_workbook(BytesIO(made.workbook().data))[LIST]["B2"].value
    assert "财政局退回的意见请逐条落实" in state


def test_a_remark_follows_its_row_into_the_fresh_workbook() -> None:
    """A row that the department put in stands elsewhere in the fresh workbook."""
    came = review([FOLDER / "bad-many-defects.xlsx"]).submissions[0]
    put_in = next(row for row in came.raw.rows if row.row.mark.startswith("inserted-"))
    name = put_in.placed.block.fields[-1].name
    text = next(t for t in (put_in.texts[n][1] for n in put_in.texts) if t)
    key = place_of(came, f"{put_in.sheet}!{put_in.cells[name][-1]}")
    made = made_of(came, Remark("请写明依据", "", key))
    found = made.submission.findings[0]
    assert found.code == "bureau-remark"
    row = next(
        row
        for row in made.submission.raw.rows
        if found.cells[0] in [f"{row.sheet}!{cell}" for cell in row.cells.get(name, ())]
    )
    assert text in [parts[1] for parts in row.texts.values()]


def test_a_remark_at_a_cell_that_is_gone_is_told_without_one() -> None:
    came = compact_return()
    made = made_of(came, Remark("请核实", "", ("indicators", 0, "spare-99", "value")))
    found = made.submission.findings[0]
    assert (found.cells, found.where) == ((), "绩效指标 › 目标")
    assert any(note.problem == "请核实" for note in made.notes.notes)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=300))
def test_any_text_can_be_said(text: str) -> None:
    made = made_of(compact_return(), Remark(text, text, AT.cell))
    made.workbook()
    letter = letter_of(made.submission, "en")
    Stationery().write(letter, Kind.HTML).encode("utf-8")


def test_without_remarks_corrections_are_what_they_were(tmp_path: Path) -> None:
    assert [*faults(FOLDER / "bad-many-defects.xlsx", tmp_path)] == []
