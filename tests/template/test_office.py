"""The workbooks in a real LibreOffice: what it computes, offers, keeps and prints."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.office import Edit, Office
from tests.template.books import BLANK, REAL, cells, form_of, rendered
from xlkit.cells import address
from xlkit.form.fields import ChoiceField
from xlkit.identity import Identity
from xlkit.rules.computed import computation
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.writer import render

PROSE = "".join(f"第{number:03d}条落实预算绩效管理要求。" for number in range(1, 200))


@pytest.fixture(scope="session")
def books(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("template-office")
    for name in (*BLANK, *REAL):
        (folder / f"{name}.xlsx").write_bytes(rendered(name).data)
    return folder


def at(sheet, slot):
    return f"{sheet.name}!{address(*slot.box.first)}"


def computed_cells(name):
    for sheet, block, row, slot in cells(rendered(name).layout):
        if computation(block.placed, row.row.key, slot.field) is not None:
            yield f"{block.path}[{row.row.mark}].{slot.field}", at(sheet, slot), (sheet, slot)


def cached(name):
    book = load_workbook(BytesIO(rendered(name).data), data_only=True)
    for place, _, (sheet, slot) in computed_cells(name):
        value = book[sheet.name].cell(*slot.box.first).value
        yield place, "" if value is None else value


@pytest.mark.parametrize("name", [*REAL[:2], "small"])
def test_the_values_we_cache_are_those_that_an_office_computes(office: Office, books, name):
    places = {place: cell for place, cell, _ in computed_cells(name)}
    found = office.recalculated(books / f"{name}.xlsx", list(places.values()))
    computed = {place: found[cell] for place, cell in places.items()}
    expected = dict(cached(name))
    assert set(computed) == set(expected)
    for place, value in expected.items():
        wanted = pytest.approx(value, abs=1e-9) if isinstance(value, float | int) else value
        assert computed[place] == wanted, place


def test_typed_parts_are_added_up_and_cut_cells_do_not_bend_the_sum(
    office: Office, books, tmp_path
):
    layout = rendered("small").layout
    sheet, block = layout.find("money")
    first, second, total = (block.row(mark).slot("current") for mark in ("first", "second", "all"))
    share = block.row("first").slot("share")
    spare = address(sheet.last_row + 5, 20)
    office.save(
        books / "small.xlsx",
        saved := tmp_path / "small.xlsx",
        [
            Edit.unprotect(sheet.name, "round-2024"),
            Edit.number(sheet.name, address(*first.box.first), 30),
            Edit.number(sheet.name, address(*second.box.first), 10),
            Edit.move_range(sheet.name, address(*first.box.first), sheet.name, spare),
            Edit.number(sheet.name, address(*first.box.first), 6),
        ],
    )
    found = office.recalculated(saved, [at(sheet, total), at(sheet, share)])
    assert found == {at(sheet, total): 16.0, at(sheet, share): 0.375}


SUFFIXES = (".xlsx", ".xls", ".ods")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", ["department-performance", "project-performance"])
def test_dropdowns_survive_saving(office: Office, books, tmp_path, name, suffix):
    wanted = {}
    for sheet, block, row, slot in cells(rendered(name).layout):
        field = block.placed.field(slot.field)
        if isinstance(field, ChoiceField) and row.row.mark in ("spare-1", "spare-6", "duty-3"):
            wanted[at(sheet, slot)] = field
    assert len(wanted) > 3
    office.save(books / f"{name}.xlsx", saved := tmp_path / f"saved{suffix}")
    rules = office.validations(saved, list(wanted))
    before = office.validations(books / f"{name}.xlsx", list(wanted))
    for cell, field in wanted.items():
        assert rules[cell]["type"] == "list", cell
        assert rules[cell]["shows_dropdown"]
        if suffix != ".xls":
            assert rules[cell]["formula1"] == before[cell]["formula1"]
        assert ("INDIRECT" in rules[cell]["formula1"]) == ((field.level or 1) > 1)


# what stands in the level above → what the dropdown of the level below offers
OFFERED = {
    "产出指标": ["数量指标", "质量指标", "时效指标", "成本指标"],
    "满意度指标": ["服务对象满意度指标"],
    "效益指标": ["经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"],
    "*": [],
    "?": [],
    ">0": [],
    "产出*": [],
    "产出": [],
    "": [],
}


def test_a_dependent_dropdown_offers_what_stands_under_the_level_above(office, books, tmp_path):
    layout = rendered("project-performance").layout
    sheet, block = layout.find("projects.indicators", 1)
    source, edits, asked = books / "project-performance.xlsx", [], {}
    rules = office.validations(source, [at(sheet, row.slot("level2")) for row in block.rows])
    edits.append(Edit.unprotect(sheet.name, "round-2024"))
    scratch = sheet.last_column + 5
    for row, above in zip(block.rows, OFFERED, strict=False):
        formula = rules[at(sheet, row.slot("level2"))]["formula1"]
        edits.append(Edit.text(sheet.name, address(*row.slot("level1").box.first), above))
        for number in range(6):
            cell = address(row.top, scratch + number)
            text = (
                f"=COUNTA({formula})"
                if number == 0
                else f'=IFERROR(INDEX({formula},{number})&"","")'
            )
            edits.append(Edit.formula(sheet.name, cell, text))
            asked[above, number] = f"{sheet.name}!{cell}"
    office.save(source, saved := tmp_path / "offered.xlsx", edits)
    found = office.recalculated(saved, list(asked.values()))
    offered = {
        above: [text for n in range(1, 6) if (text := found[asked[above, n]])] for above in OFFERED
    }
    assert offered == OFFERED
    counts = {above: found[asked[above, 0]] for above in OFFERED}
    assert counts == {above: float(len(names)) for above, names in OFFERED.items()}


def test_the_third_level_follows_both_above(office: Office, books, tmp_path):
    layout = rendered("department-performance").layout
    sheet, block = layout.find("long_indicators")
    row = block.row("spare-1")
    cell = at(sheet, row.slot("level3"))
    source = books / "department-performance.xlsx"
    formula = office.validations(source, [cell])[cell]["formula1"]
    scratch = address(row.top, sheet.last_column + 3)
    level1, level2 = (address(*row.slot(name).box.first) for name in ("level1", "level2"))
    found = {}
    for one, two in [("管理效率", "资产管理"), ("运行成本", "资产管理"), ("管理效率", "*")]:
        edits = [
            Edit.unprotect(sheet.name, "round-2024"),
            Edit.text(sheet.name, level1, one),
            Edit.text(sheet.name, level2, two),
            Edit.formula(sheet.name, scratch, f"=COUNTA({formula})"),
        ]
        office.save(source, saved := tmp_path / f"{len(found)}.xlsx", edits)
        found[one, two] = office.recalculated(saved, [f"{sheet.name}!{scratch}"]).popitem()[1]
    assert list(found.values()) == [2.0, 0.0, 0.0]


# paper


def printed(office: Office, path: Path) -> str:
    """The text of all pages, without blanks and line ends."""
    pdf = path.with_suffix(".pdf")
    office.save(path, pdf)
    done = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=True)
    return re.sub(r"\s", "", done.stdout.decode("utf-8"))


def numbers_in(text: str) -> list[int]:
    return sorted({int(number) for number in re.findall(r"第(\d{3})条", text)})


def test_a_long_text_typed_into_a_blank_is_printed_whole(office: Office, books, tmp_path):
    text = PROSE[:2000]
    assert len(text) == 2000
    sheet, block = rendered("department-performance").layout.find("narrative")
    cell = address(*block.rows[0].slot("functions").box.first)
    typed = tmp_path / "long.xlsx"
    source = books / "department-performance.xlsx"
    office.save(source, typed, [Edit.text(sheet.name, cell, text)])
    assert numbers_in(printed(office, typed)) == numbers_in(text)


@pytest.mark.parametrize("size", [30, 60])
def test_a_long_text_of_paragraphs_is_printed_whole_when_it_goes_out_filled(
    office: Office, tmp_path, size
):
    form = form_of("department-performance")
    lines = [
        f"第{number:03d}条{'落实预算绩效管理' * 20}"[:size] for number in range(1, 1950 // size)
    ]
    content = place_answers(form, {"narrative": {"functions": "\n".join(lines)}}, Content())
    path = tmp_path / "paragraphs.xlsx"
    path.write_bytes(render(form, Identity(form.form, 1, unit_name="甲局"), content).data)
    assert numbers_in(printed(office, path)) == list(range(1, len(lines) + 1))


_WORD = re.compile(r'<word xMin="[^"]*" yMin="([^"]*)" xMax="[^"]*" yMax="([^"]*)">([^<]*)</word>')


def heights_of_words(office: Office, path: Path) -> list[tuple[float, float, str]]:
    """Top, bottom and text of each printed word, page under page.

    A row that is too low clips its text, but the text stays in the PDF: only places tell.
    """
    pdf = path.with_suffix(".pdf")
    office.save(path, pdf)
    done = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, check=True)
    return [
        (10_000 * page + float(top), 10_000 * page + float(bottom), text)
        for page, part in enumerate(done.stdout.decode("utf-8").split("<page "))
        for top, bottom, text in _WORD.findall(part)
    ]


def test_a_text_in_a_tables_row_stands_between_the_rows_around_it(office: Office, tmp_path):
    form = form_of("project-performance")
    rows = [{"content": PROSE[:300]}, {"content": "下一行"}]
    content = place_answers(form, {"sub_goals": rows}, Content())
    path = tmp_path / "row.xlsx"
    path.write_bytes(render(form, Identity(form.form, 1, unit_name="甲局"), content).data)
    words = heights_of_words(office, path)
    (header,) = (bottom for _, bottom, text in words if text == "工作内容")
    (below,) = (top for top, _, text in words if text == "下一行")
    lines = [word for word in words if len(word[2]) > 3 and word[2] in PROSE]
    assert numbers_in("".join(text for *_, text in lines)) == numbers_in(PROSE[:300])
    assert header <= min(top for top, *_ in lines)
    assert max(bottom for _, bottom, _ in lines) <= below
