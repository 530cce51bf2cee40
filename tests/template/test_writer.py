"""The workbooks themselves, opened with a reader that is not ours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.template.books import (
    BLANK,
    ECONOMY,
    KEY,
    REAL,
    ZUNHUA,
    cells,
    form_of,
    opened,
    parts,
    rendered,
)
from xlkit.cells import address, column_letter
from xlkit.errors import RenderError
from xlkit.form.model import Form
from xlkit.identity import Identity, Signature, from_chunks
from xlkit.rules.computed import computation
from xlkit.template.answers import place_members
from xlkit.template.book import Book
from xlkit.template.content import Content
from xlkit.template.layout import Part, Sizing
from xlkit.template.writer import Issue, render

ALL = (*BLANK, *REAL)
OWN = ("_lists", "_xlkit")


def worksheets(name):
    """The package's sheets by name, as XML."""
    members = parts(rendered(name).data)
    titles = opened(name).sheetnames
    return {title: members[f"xl/worksheets/sheet{n}.xml"] for n, title in enumerate(titles, 1)}


def form_sheets(name):
    return [sheet.name for sheet in rendered(name).layout.sheets]


# protection


@pytest.mark.parametrize("name", ALL)
def test_every_sheet_is_protected_and_the_structure_locked(name):
    for title, part in worksheets(name).items():
        (protection,) = re.findall(r"<sheetProtection [^>]*>", part)
        assert 'password="' in protection, title
        assert 'sheet="1"' in protection
        assert 'formatColumns="0"' in protection
        assert 'formatRows="0"' in protection
        assert "insertRows" not in protection
        assert "selectLockedCells" not in protection
    workbook = parts(rendered(name).data)["xl/workbook.xml"]
    assert (
        workbook.index("<workbookPr")
        < workbook.index('<workbookProtection lockStructure="1"/>')
        < workbook.index("<bookViews>")
    )


@pytest.mark.parametrize("name", ALL)
def test_inputs_are_unlocked_and_everything_else_is_locked(name):
    result = rendered(name)
    unlocked = set()
    for sheet, block, row, slot in cells(result.layout):
        if computation(block.placed, row.row.key, slot.field) is None:
            box = slot.box
            unlocked |= {
                (sheet.name, line, column)
                for line in range(box.top, box.bottom + 1)
                for column in range(box.left, box.right + 1)
            }
    found = {
        (sheet.title, cell.row, cell.column)
        for sheet in opened(name)
        for line in sheet.iter_rows()
        for cell in line
        if not cell.protection.locked
    }
    assert found == unlocked


def test_what_the_bureau_issued_is_locked():
    form = form_of("project-performance")
    content = place_members(form, Content(), {"projects": [{"code": "A1", "budget": ""}]}, 1)
    result = render(form, Identity(form.form, 1), content)
    book = load_workbook(BytesIO(result.data))
    locked = {}
    for instance in (1, 2):
        sheet, block = result.layout.find("projects", instance)
        for field in ("code", "name", "budget"):
            cell = book[sheet.name].cell(*block.rows[0].slot(field).box.first)
            locked[instance, field] = (cell.protection.locked, cell.value)
    assert locked == {
        (1, "code"): (True, "A1"),
        (1, "name"): (False, None),
        (1, "budget"): (False, None),
        (2, "code"): (False, None),
        (2, "name"): (False, None),
        (2, "budget"): (False, None),
    }
    assert dict(result.identity.issued) == {"projects#1#record#code": "A1"}


@pytest.mark.parametrize("name", ALL)
def test_helper_sheets_are_very_hidden_and_marks_hidden(name):
    book = opened(name)
    states = {sheet.title: sheet.sheet_state for sheet in book}
    assert {title for title, state in states.items() if state != "visible"} == set(OWN)
    assert {states[title] for title in OWN} == {"veryHidden"}
    for title in form_sheets(name):
        assert book[title].column_dimensions["A"].hidden


# dropdowns and messages


@pytest.mark.parametrize("name", ALL)
def test_dropdowns_come_by_defined_names(name):
    book = opened(name)
    names = set(book.defined_names)
    lists = 0
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            if rule.type != "list":
                continue
            lists += 1
            formula = rule.formula1
            assert formula in names or formula.startswith('INDIRECT("_tree_'), formula
            assert len(formula) <= 255
    assert lists
    for part in parts(rendered(name).data).values():
        assert "x14:" not in part
        assert "<extLst" not in part


@pytest.mark.parametrize("name", ALL)
def test_names_in_dependent_dropdowns_are_defined(name):
    book = opened(name)
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            for chains in re.findall(r"_tree_\w+_chains", rule.formula1 or ""):
                prefix = chains.removesuffix("chains")
                destination = book.defined_names[chains].attr_text
                first, last = map(
                    int, re.findall(r"\$(\d+)", destination.rpartition("!")[2] * 2)[:2]
                )
                assert first == 1, "a chain's position is its row"
                for number in range(last + 1):
                    assert f"{prefix}{number}" in book.defined_names
                    assert f"{prefix}{number}_all" in book.defined_names


@pytest.mark.parametrize("name", ALL)
def test_names_are_unique_whatever_their_capitals(name):
    workbook = parts(rendered(name).data)["xl/workbook.xml"]
    names = re.findall(r'<definedName name="([^"]+)"(?! localSheetId)', workbook)
    own = [item.casefold() for item in names if not item.startswith("_xlnm")]
    assert len(own) == len(set(own))


@pytest.mark.parametrize("name", ALL)
def test_messages_are_within_what_excel_shows(name):
    for sheet in opened(name):
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.prompt or "") <= 255
            assert len(rule.errorTitle or "") <= 32
            assert len(rule.error or "") <= 255


@pytest.mark.parametrize("name", BLANK)
def test_every_choice_has_its_dropdown(name):
    layout = rendered(name).layout
    book = opened(name)
    for sheet, block, _, slot in cells(layout):
        field = block.placed.field(slot.field)
        if getattr(field, "type", "") != "choice":
            continue
        cell = address(*slot.box.first)
        kinds = [
            rule.type
            for rule in book[sheet.name].data_validations.dataValidation
            if cell in rule.cells
        ]
        assert kinds == ["list"], (sheet.name, cell)


@pytest.mark.parametrize("name", ALL)
def test_at_most_three_conditional_formats_on_a_range(name):
    for sheet in opened(name):
        for area in sheet.conditional_formatting:
            assert len(area.rules) <= 3


# formulas

#: Texts, and cells of other sheets.
_ELSEWHERE = re.compile(r"\"[^\"]*\"|'[^']*'!\\$[A-Z]+\\$\\d+(?::\\$[A-Z]+\\$\\d+)?")
_REFERENCE = re.compile(r"(?<![A-Za-z_.])\$?([A-Z]{1,3})\$?(\d+)(?![\w(])")


@pytest.mark.parametrize("name", ALL)
def test_no_formula_names_the_cell_that_it_reads(name):
    """Only locked cells: a typed one that is cut would take references to it along."""
    formulas = []
    for place in rendered(name).layout.sheets:
        sheet = opened(name)[place.name]
        own = [cell.value for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
        for area in sheet.conditional_formatting:
            own += [formula for rule in area.rules for formula in rule.formula]
        for rule in sheet.data_validations.dataValidation:
            own += [rule.formula1 or "", rule.formula2 or ""]
        named = {
            letters
            for formula in own
            for letters, _ in _REFERENCE.findall(_ELSEWHERE.sub("", formula))
        }
        locked = {column_letter(item) for item in place.all_columns if item > place.last_column}
        looks = {f"{column_letter(2)}"} if any("LEFT($B" in formula for formula in own) else set()
        assert named <= {"A"} | locked | looks
        formulas += own
    assert any("OFFSET" in formula for formula in formulas)


@pytest.mark.parametrize("name", REAL)
def test_computed_cells_show_their_true_values(name):
    """The values that viewers show without computing: as `tests.template.test_office` computes."""
    layout = rendered(name).layout
    book = load_workbook(BytesIO(rendered(name).data), data_only=True)
    shown = {}
    for sheet, block, row, slot in cells(layout):
        if computation(block.placed, row.row.key, slot.field) is not None:
            place = f"{row.row.mark}.{slot.field}"
            shown[place] = book[sheet.name].cell(*slot.box.first).value
    expected = {}
    if name == ECONOMY:
        expected = {
            "income_total.current": 1606.41,
            "income_total.prior_2": 2824.06,
            "income_total.prior_1": 3517.62,
            "spending_total.current": 1606.41,
            "spending_staff.share": 0.6399,
            "spending_operation.share": 0.0768,
            "spending_special.share": 0.2832,
            "income_fiscal.share": 1.0,
            "income_special.share": None,
        }
    assert {place: shown[place] for place in expected} == pytest.approx(expected, nan_ok=True)
    assert bool(shown) == (name != ZUNHUA)


# texts

DANGEROUS = [
    "=1+1",
    "@x",
    "+5",
    "-5",
    "{=1}",
    "http://a.b",
    "'x",
    "007",
    "<r>a</r>",
    "&amp;",
    "_x0041_",
]


def test_texts_stay_texts():
    form = form_of("small")
    texts = {
        ("indicators", 0, f"spare-{number}", "note"): ("", text, "")
        for number, text in enumerate(DANGEROUS, 1)
    }
    content = Content(sizing=Sizing({}, {"indicators": len(DANGEROUS)}), texts=texts)
    result = render(form, Identity(form.form, 1, unit_name="=1+1"), content)
    sheet, block = result.layout.find("indicators")
    page = load_workbook(BytesIO(result.data))[sheet.name]
    for number, text in enumerate(DANGEROUS, 1):
        cell = page.cell(*block.row(f"spare-{number}").slot("note").box.first)
        assert cell.data_type == "s", text
        assert cell.hyperlink is None
        assert cell.value.replace("_x005F_", "_") == text


AMOUNTS = [
    # as people wrote it, what stands in the cell
    ("1606.41", 1606.41),
    ("-3", -3),
    ("64%", "64%"),
    ("16万元", "16万元"),
    ("1,606.41", "1,606.41"),
    ("1e400", "1e400"),
    ("1_000", "1_000"),
    ("１２", "１２"),
    ("inf", "inf"),
    ("1234567890123456.7", "1234567890123456.7"),
]


@pytest.mark.parametrize(("text", "stored"), AMOUNTS)
def test_amounts_are_numbers_where_nothing_is_lost(text, stored):
    form = form_of("small")
    content = Content(texts={("money", 0, "first", "current"): ("", text, "")})
    result = render(form, Identity(form.form, 1), content)
    sheet, block = result.layout.find("money")
    page = load_workbook(BytesIO(result.data))[sheet.name]
    assert page.cell(*block.row("first").slot("current").box.first).value == stored


def test_a_preset_unit_gives_way_to_an_answer():
    form = form_of("small")
    key = ("indicators", 0, "completion", "value")
    found = {}
    for texts in ((), ("", "", ""), ("≥", "5", "%"), ("", "健全", ""), (">", "3", "家")):
        content = Content(texts={key: texts} if texts else {})
        result = render(form, Identity(form.form, 1), content)
        sheet, block = result.layout.find("indicators")
        page = load_workbook(BytesIO(result.data))[sheet.name]
        places = [block.row("completion").slot("value", part).box.first for part in list(Part)[1:]]
        found[texts] = tuple(page.cell(*place).value or "" for place in places)
    assert found == {
        (): ("", "", "%"),
        ("", "", ""): ("", "", ""),
        ("≥", "5", "%"): ("≥", "5", "%"),
        ("", "健全", ""): ("", "健全", ""),
        (">", "3", "家"): (">", "3", "家"),
    }


@pytest.mark.parametrize(
    ("year", "header"), [(2024, ["2024年金额", "占比", "2022年金额", "2023年金额"]),
                         (None, ["当年金额", "占比", "前年金额", "上年金额"])],
)  # fmt: skip
def test_years_follow_from_the_budget_year(year, header):
    form = form_of("department-performance")
    result = render(form, Identity(form.form, 1, year=year))
    sheet, block = result.layout.find("funding")
    page = load_workbook(BytesIO(result.data))[sheet.name]
    assert [page.cell(*text.box.first).value for text in block.headers[-4:]] == header
    assert result.layout.digest == rendered("department-performance").layout.digest


# identity


@pytest.mark.parametrize("name", ALL)
def test_the_identity_stands_in_three_places_and_is_signed(name):
    book, sent = opened(name), rendered(name).identity
    page = book["_xlkit"]
    assert page["A1"].value == "_xlkit"
    in_cells = from_chunks([row[1].value for row in page.iter_rows(max_col=2) if row[1].value])
    properties = {item.name: item.value for item in book.custom_doc_props.props}
    in_properties = from_chunks([properties[f"xlkit{n}"] for n in range(1, len(properties) + 1)])
    names = [item for item in book.defined_names if item.startswith("_xlkit_")]
    in_names = from_chunks(
        [book.defined_names[f"_xlkit_{n}"].attr_text.strip('"') for n in range(1, len(names) + 1)]
    )
    whole, one, other = map(Identity.from_json, (in_cells, in_properties, in_names))
    assert whole == sent
    assert one == other == replace(sent, issued={}, checks="")
    for found in (whole, one):
        assert found.signature(KEY) is Signature.VALID
        assert replace(found, unit="999").signature(KEY) is Signature.INVALID
        assert replace(found, serial=9).signature(KEY) is Signature.INVALID


def test_without_a_key_nothing_is_proved():
    form = form_of("small")
    result = render(form, Identity(form.form, 1))
    assert result.identity.signature(KEY) is Signature.UNVERIFIED
    assert (result.identity.key_id, result.identity.mac) == ("", "")


@pytest.mark.parametrize("name", BLANK)
def test_equal_input_gives_equal_bytes(name):
    form, identity = form_of(name), Identity(name, 1, unit="1", unit_name="甲", year=2024)
    issue = Issue(KEY, "pw")
    assert render(form, identity, issue=issue).data == render(form, identity, issue=issue).data
    other = render(form, replace(identity, unit="2"), issue=issue)
    assert other.data != render(form, identity, issue=issue).data


def test_the_date_of_issue_is_the_documents():
    form, day = form_of("small"), datetime(2024, 2, 29, 8)  # noqa: DTZ001  (documents know no zone)
    result = render(form, Identity(form.form, 1), issue=Issue(created=day))
    assert load_workbook(BytesIO(result.data)).properties.created == day


# paper


@pytest.mark.parametrize("name", ALL)
def test_sheets_are_set_up_for_paper(name):
    layout, book = rendered(name).layout, opened(name)
    for sheet in layout.sheets:
        page = book[sheet.name]
        setup = page.page_setup
        assert int(setup.paperSize) == 9
        assert setup.orientation == ("landscape" if sheet.landscape else "portrait")
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert setup.fitToHeight == 0
        assert setup.fitToWidth in (None, 1)
        last = address(sheet.last_row, sheet.last_column)
        assert page.print_area.replace("$", "").endswith(f"!B1:{last}")
        headed = [block for block in sheet.blocks if block.header_rows]
        if len(sheet.blocks) == 1 and headed:
            first, last = headed[0].header_rows[0], headed[0].header_rows[-1]
            assert page.print_title_rows == f"${first}:${last}"
            assert page.freeze_panes == f"A{last + 1}"


def test_ampersands_are_no_codes_of_the_footer():
    given = form_of("small").model_dump()
    given["sheets"][1]["sheet"] = "R&D"
    form = Form.model_validate(given)
    result = render(form, Identity(form.form, 1, unit_name="甲&乙"))
    footer = parts(result.data)["xl/worksheets/sheet3.xml"]
    assert "&amp;L甲&amp;&amp;乙" in footer
    assert "&amp;RR&amp;&amp;D" in footer


def test_every_language_of_a_form_is_rendered():
    for name in ("department-performance", "project-performance"):
        form = form_of(name)
        for language in form.languages:
            result = render(form, Identity(form.form, 1, language=language))
            assert load_workbook(BytesIO(result.data)).sheetnames[1] == result.layout.sheets[0].name


def test_instructions_know_the_unit():
    given = form_of("small").model_dump()
    given["instructions"] = ["{unit.name}填{year}"]
    form = Form.model_validate(given)
    result = render(form, Identity(form.form, 1, unit_name="甲局", year=2024))
    page = load_workbook(BytesIO(result.data)).worksheets[0]
    assert any("甲局填2024" in str(row[1].value) for row in page.iter_rows())


# the door to XlsxWriter

REFUSED = {
    "a sheet's name": lambda book, _: book.page("a" * 32),
    "the same sheet twice": lambda book, _: book.page("甲"),
    "a text longer than a cell": lambda _, page: page.text(BOX, "x" * 32_768, {}),
    "a message that is too long": lambda _, page: page.validate(
        BOX, {"validate": "any", "input_title": "x", "input_message": "x" * 256}
    ),
    "a title that is too long": lambda _, page: page.validate(
        BOX, {"validate": "any", "input_title": "x" * 33, "input_message": "x"}
    ),
    "a list in line that is too long": lambda _, page: page.validate(
        BOX, {"validate": "list", "source": ["x" * 300]}
    ),
    "a formula that is too long": lambda _, page: page.validate(
        BOX, {"validate": "list", "source": "=" + "x" * 300}
    ),
    "a property that is too long": lambda book, _: book.property("x", "x" * 256),
    "a name that is a cell": lambda book, _: book.name("A1", "1"),
    "an unknown validation": lambda _, page: page.validate(BOX, {"validate": "nothing"}),
}
BOX = rendered("small").layout.sheets[0].texts[1].box


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_writer_refuses_is_an_error(name):
    book = Book()
    page = book.page("甲")
    with pytest.raises(RenderError):
        REFUSED[name](book, page)


def test_no_row_is_higher_than_excel_can_draw():
    form = form_of("small")
    texts = {
        ("indicators", 0, "spare-1", "note"): ("", "长" * 9_000, ""),
        ("goal", 0, "record", "text"): ("", "长\n" * 2_000, ""),
    }
    result = render(form, Identity(form.form, 1), Content(texts=texts))
    for part in parts(result.data).values():
        assert max([0.0, *map(float, re.findall(r' ht="([\d.]+)"', part))]) <= 409


def test_a_name_may_look_like_a_picture_of_a_footer():
    form = form_of("small")
    data = render(form, Identity("small", 1, unit="1", unit_name="H&G&[Picture]公司")).data
    (footer,) = set(re.findall("<oddFooter>(.*?)&amp;C", parts(data)["xl/worksheets/sheet2.xml"]))
    assert footer == "&amp;LH＆G＆[Picture]公司"
