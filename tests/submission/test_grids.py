"""The three parsers: one workbook, saved as .xlsx, .xls and .ods, is one grid."""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from xlkit.cells import Box, parse_address
from xlkit.findings import has_errors
from xlkit.submission.grid import (
    Cell,
    CellKind,
    FileKind,
    Grid,
    ReturnedWorkbook,
    Unreadable,
    fenced,
    number_cell,
)
from xlkit.submission.opening import open_workbook
from xlkit.submission.screen import screen

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "meta", "style")
)

#: Address, what is written, number format, what every format must give.
SHEET = (
    ("A1", "指标名称", None, Cell("指标名称")),
    ("A2", "第一行\n第二行　“引号”≥95％", None, Cell("第一行\n第二行　“引号”≥95％")),
    ("A3", "  前后有  空格 ", None, Cell("  前后有  空格 ")),
    ("A4", "=不是公式", None, Cell("=不是公式")),
    ("A5", "#DIV/0!", None, Cell("#DIV/0!")),
    ("A6", "2024-12-31", None, Cell("2024-12-31")),
    ("A7", "a_x000D_b\ttab", None, Cell("a_x000D_b\ttab")),
    ("B1", 160000, "#,##0.00", Cell("160000", Decimal(160000), CellKind.NUMBER)),
    ("B2", 0.1 + 0.2, None, Cell("0.3", Decimal("0.3"), CellKind.NUMBER)),
    ("B3", -1234.5, '0.00_);[Red]"%"0.00', Cell("-1234.5", Decimal("-1234.5"), CellKind.NUMBER)),
    ("B4", 0.0000012, None, Cell("0.0000012", Decimal("0.0000012"), CellKind.NUMBER)),
    (
        "B5",
        123456789012345,
        "0",
        Cell("123456789012345", Decimal(123456789012345), CellKind.NUMBER),
    ),
    ("B6", 0, None, Cell("0", Decimal(0), CellKind.NUMBER)),
    ("C1", 0.95, "0%", Cell("95%", Decimal("0.95"), CellKind.PERCENT)),
    ("C2", 0.07, "0.00%", Cell("7%", Decimal("0.07"), CellKind.PERCENT)),
    ("C3", 0.12345, "0%", Cell("12.345%", Decimal("0.12345"), CellKind.PERCENT)),
    ("D1", 45657, "yyyy-mm-dd", Cell("2024-12-31", Decimal(45657), CellKind.DATE)),
    ("D2", 45657, 'yyyy"年"m"月"d"日"', Cell("2024-12-31", Decimal(45657), CellKind.DATE)),
    (
        "D3",
        45657.35416666667,
        "yyyy/m/d h:mm",
        Cell("2024-12-31 08:30:00", Decimal("45657.3541666667"), CellKind.DATE),
    ),
    ("D4", 0.5, "h:mm:ss", Cell("12:00:00", Decimal("0.5"), CellKind.DATE)),
    ("D5", 1.25, "[h]:mm:ss", Cell("30:00:00", Decimal("1.25"), CellKind.DATE)),
    ("E1", True, None, Cell("TRUE", Decimal(1), CellKind.BOOLEAN)),
    ("E2", False, None, Cell("FALSE", Decimal(0), CellKind.BOOLEAN)),
    ("F1", "=1/0", None, Cell("#DIV/0!", None, CellKind.ERROR)),
    ("F2", "=NA()", None, Cell("#N/A", None, CellKind.ERROR)),
    ("F3", "=SUM(B1,B6)", None, Cell("160000", Decimal(160000), CellKind.NUMBER)),
    ("F4", "=C1", "0%", Cell("95%", Decimal("0.95"), CellKind.PERCENT)),
    ("F5", '=A1&"\\一"', None, Cell("指标名称\\一")),
    ("A12", "空行之后", None, Cell("空行之后")),
    ("A15", "合并", None, Cell("合并")),
)
#: LibreOffice 7.4 saves a formula's text as the number 0 in .xls, until it has calculated it.
SPOILED_IN_XLS = parse_address("F5")
EXPECTED = {parse_address(address): cell for address, _, _, cell in SHEET}


def workbook_bytes() -> bytes:
    """A workbook with one cell of each sort, a hidden sheet, merges, names and properties."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False})
    sheet = book.add_worksheet("填报表")
    book.add_worksheet("隐藏").hide()
    for place, value, code, cell in SHEET:
        style = book.add_format({"num_format": code} if code else {})
        if isinstance(value, str) and value.startswith("=") and not value.startswith("=不"):
            sheet.write_formula(
                place, value, style, cell.text if cell.number is None else cell.number
            )
        elif isinstance(value, str):
            sheet.write_string(place, value, style)
        else:
            sheet.write(place, value, style)
    sheet.merge_range("A15:C16", "合并")
    sheet.write_comment("A1", "批注不是内容")
    sheet.protect("secret")
    book.get_worksheet_by_name("隐藏").write_string("B2", "身份")
    book.define_name("区域", "=填报表!$A$1:$B$2")
    book.define_name("xlkit_id", '="a""b&c"')
    book.set_custom_property("xlkit.unit", "鄂州 & 经信局")
    book.close()
    return target.getvalue()


def saved_by_office(folder: Path, data: bytes) -> dict[FileKind, bytes]:
    """The workbook as LibreOffice saves it in each format."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    (folder / "in").mkdir()
    source = folder / "in" / "book.xlsx"
    source.write_bytes(data)
    for kind in FileKind:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", kind.value]
        subprocess.run(
            [*command, "--outdir", str(folder), str(source)],
            check=True,
            capture_output=True,
            timeout=120,
        )
    return {kind: (folder / f"book.{kind.value}").read_bytes() for kind in FileKind}


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[FileKind, bytes]:
    return saved_by_office(tmp_path_factory.mktemp("office"), workbook_bytes())


def without_formulas(grid: Grid) -> dict[tuple[int, int], Cell]:
    return {place: Cell(c.text, c.number, c.kind) for place, c in grid.cells.items()}


def read(data: bytes) -> ReturnedWorkbook:
    screening = screen(data)
    assert not has_errors(screening.findings)
    assert screening.kind is not None
    return open_workbook(data, screening.kind)


def test_xlsx_as_issued_gives_what_people_see() -> None:
    book = read(workbook_bytes())
    assert [sheet.name for sheet in book.sheets] == ["填报表", "隐藏"]
    assert without_formulas(book.sheets[0]) == EXPECTED
    assert book.properties == {"xlkit.unit": "鄂州 & 经信局"}
    assert book.names == {"区域": "填报表!$A$1:$B$2", "xlkit_id": 'a"b&c'}
    assert book.sheets[0].protected
    assert book.sheets[0].merged == (Box(15, 1, 16, 3),)


@pytest.mark.parametrize("kind", list(FileKind))
def test_one_workbook_is_one_grid_in_every_format(
    saved: dict[FileKind, bytes], kind: FileKind
) -> None:
    book = read(saved[kind])
    assert book.kind is kind
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [
        ("填报表", False),
        ("隐藏", True),
    ]
    found = without_formulas(book.sheets[0])
    if kind is FileKind.XLS:
        assert found.pop(SPOILED_IN_XLS) == number_cell("0", "General")
    assert found == {place: EXPECTED[place] for place in found}
    assert len(EXPECTED) - len(found) == (kind is FileKind.XLS)
    assert book.sheets[0].merged == (Box(15, 1, 16, 3),)
    assert {place: cell.text for place, cell in book.sheets[1].cells.items()} == {(2, 2): "身份"}


@pytest.mark.parametrize("kind", list(FileKind))
def test_identity_survives_where_the_format_can_tell(
    saved: dict[FileKind, bytes], kind: FileKind
) -> None:
    book = read(saved[kind])
    tells = kind is not FileKind.XLS
    assert book.names["区域"].replace("'", "") == "填报表!$A$1:$B$2"
    assert book.names["xlkit_id"] == 'a"b&c'
    assert book.properties.get("xlkit.unit") == ("鄂州 & 经信局" if tells else None)
    assert book.sheets[0].protected is (True if tells else None)
    assert book.sheets[0].tells_formulas is tells


def test_formulas_are_kept_in_the_words_of_their_format(saved: dict[FileKind, bytes]) -> None:
    told = {kind: read(data).sheets[0].cells[3, 6].formula for kind, data in saved.items()}
    assert told == {
        FileKind.XLSX: "=SUM(B1,B6)",
        FileKind.XLS: None,
        FileKind.ODS: "of:=SUM([.B1];[.B6])",
    }


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        ("General", "0.5", "number"),
        ("0%", "50%", "percent"),
        ('0"%"', "0.5", "number"),
        (r"0\%", "0.5", "number"),
        ("0_%", "0.5", "number"),
        ('0.00"dmy"', "0.5", "number"),
        ("[Red]0.0", "0.5", "number"),
        ("0.00E+00", "0.5", "number"),
        ("G/通用格式", "0.5", "number"),
        ('0!.0,"万"', "0.5", "number"),
        ("h:mm AM/PM", "12:00:00", "date"),
        ("[mm]:ss", "12:00:00", "date"),
        ('[$-804]yyyy"年"m"月"', "1899-12-30 12:00:00", "date"),
        ("[$-804]aaaa;@", "1899-12-30 12:00:00", "date"),
    ],
)
def test_formats(code: str, text: str, kind: str) -> None:
    cell = number_cell("0.5", code)
    assert (cell.text, cell.kind) == (text, kind)


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("1", "yyyy-mm-dd", "1900-01-01"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("-1", "yyyy-mm-dd", "-1"),
        ("2958466", "yyyy-mm-dd", "2958466"),
        ("45656.99999999", "yyyy-mm-dd", "2024-12-31"),
        ("-0", "0", "0"),
        ("1E-310", "0", "0." + "0" * 309 + "1"),
        ("1e21", "0", "1" + "0" * 21),
        ("0.30000000000000004", "0.00%", "30%"),
    ],
)
def test_numbers(stored: str, code: str, text: str) -> None:
    assert number_cell(stored, code).text == text


@pytest.mark.parametrize("stored", ["", "NaN", "Infinity", "1e999999999", "十"])
def test_no_cell_holds_such_a_number(stored: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        number_cell(stored, "General")


def test_a_1904_workbook_has_the_same_dates() -> None:
    assert number_cell("44195", "yyyy-mm-dd", from_1904=True) == number_cell("45657", "yyyy-mm-dd")


def package(sheet: str, *, strings: str = "", styles: str = "") -> bytes:
    """A small .xlsx with this sheet XML."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook_bytes())) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/worksheets/sheet2.xml"] = f"<worksheet {MAIN}/>".encode()
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet {MAIN}>{sheet}</worksheet>".encode()
    if strings:
        parts["xl/sharedStrings.xml"] = f"<sst {MAIN}>{strings}</sst>".encode()
    if styles:
        parts["xl/styles.xml"] = f"<styleSheet {MAIN}>{styles}</styleSheet>".encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name, part in parts.items():
            copy.writestr(name, part)
    return target.getvalue()


def first_sheet(data: bytes) -> dict[tuple[int, int], Cell]:
    return dict(read(data).sheets[0].cells)


def test_xlsx_texts_rich_inline_phonetic_and_escaped() -> None:
    strings = (
        "<si><r><t>财政</t></r><r><rPr><b/></rPr><t>拨款</t></r></si>"
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
        "<si><t>甲_x000D_\n乙</t></si><si><t>_x005F_x000D_</t></si>"
    )
    cells = "".join(f'<c t="s"><v>{index}</v></c>' for index in range(4))
    inline = '<c r="F1" t="inlineStr"><is><r><t>行</t></r><r><t>内</t></r></is></c>'
    found = first_sheet(
        package(f'<sheetData><row r="1">{cells}{inline}</row></sheetData>', strings=strings)
    )
    assert {place[1]: cell.text for place, cell in found.items()} == {
        1: "财政拨款",
        2: "東京",
        3: "甲\n乙",
        4: "_x000D_",
        6: "行内",
    }


def test_xlsx_formulas_without_value_shared_and_array() -> None:
    found = first_sheet(
        package(
            '<sheetData><row r="3"><c r="A3"><f>B3*2</f></c>'
            '<c r="B3"><f t="shared" ref="B3:B4" si="0">C3+1</f><v>1</v></c></row>'
            '<row r="4"><c r="B4"><f t="shared" si="0"/><v>2</v></c>'
            '<c r="C4"><f t="array" ref="C4">SUM(A1:A2)</f><v>3</v></c></row></sheetData>'
        )
    )
    assert {place: (cell.text, cell.formula) for place, cell in found.items()} == {
        (3, 1): ("", "=B3*2"),
        (3, 2): ("1", "=C3+1"),
        (4, 2): ("2", "=C4+1"),
        (4, 3): ("3", "=SUM(A1:A2)"),
    }


def test_xlsx_dimension_rows_without_address_and_chinese_builtin_date() -> None:
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/></cellXfs>'
    sheet = (
        '<dimension ref="A1"/><sheetData><row><c><v>1</v></c><c s="1"><v>45657</v></c></row>'
        '<row><c s="9"><v>2</v></c></row><row r="1048576" ht="15"/></sheetData>'
    )
    found = first_sheet(package(sheet, styles=styles))
    assert {place: cell.text for place, cell in found.items()} == {
        (1, 1): "1",
        (1, 2): "2024-12-31",
        (2, 1): "2",
    }


def test_xlsx_results_of_blanks_only() -> None:
    """Programs that set XML in lines put line ends into empty results, too."""
    blanks = ("<v>\n</v>", "<v> </v>")
    cells = "".join(f'<c r="A{row}">{blank}</c>' for row, blank in enumerate(blanks, start=1))
    more = '<c r="B1" t="s"><v>\n</v></c><c r="C1" t="str"><v> </v></c><c r="D1"><v>\n1\n</v></c>'
    found = first_sheet(package(f"<sheetData><row>{cells}{more}</row></sheetData>"))
    assert {place: cell.text for place, cell in found.items()} == {(1, 3): " ", (1, 4): "1"}


def test_xlsx_huge_merges_and_odd_styles_do_no_harm() -> None:
    styles = (
        '<fonts><font><family val="99"/></font></fonts><fills><fill/></fills>'
        '<cellXfs><xf numFmtId="9"/></cellXfs>'
    )
    sheet = (
        '<sheetData><row r="1"><c r="A1"><v>0.5</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
    )
    assert first_sheet(package(sheet, styles=styles))[1, 1].text == "50%"


def test_strict_xlsx_is_read() -> None:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook_bytes())) as source,
        zipfile.ZipFile(target, "w") as copy,
    ):
        for name in source.namelist():
            part = source.read(name)
            if not name.startswith(("[", "docProps")):
                part = part.replace(
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                ).replace(
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                )
            copy.writestr(name, part)
    assert without_formulas(read(target.getvalue()).sheets[0]) == EXPECTED


def ods(content: str) -> bytes:
    """A small .ods with this inside its spreadsheet."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {ODF}><office:body><office:spreadsheet>{content}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return target.getvalue()


def test_ods_hidden_rows_and_columns_and_formulas_without_result() -> None:
    grid = read(
        ods(
            '<table:table table:name="一"><table:table-column-group><table:table-column/>'
            '<table:table-column table:visibility="collapse" table:number-columns-repeated="3"/>'
            '</table:table-column-group><table:table-row table:number-rows-repeated="2"/>'
            '<table:table-row table:visibility="filter" table:number-rows-repeated="2">'
            '<table:table-cell table:formula="of:=1+1"/><table:table-cell/>'
            '<table:table-cell office:value-type="string" table:formula="of:=[.A1]"><text:p/>'
            "</table:table-cell></table:table-row></table:table>"
        )
    ).sheets[0]
    assert (grid.hidden_rows, grid.hidden_columns) == ({3, 4}, {3})
    assert grid.cells[3, 1] == Cell("", formula="of:=1+1", calculated=False)
    assert grid.cells[4, 3] == Cell("", formula="of:=[.A1]")


def test_ods_text_is_what_the_cell_says() -> None:
    found = first_sheet(
        ods(
            '<table:table table:name="一"><table:table-header-rows><table:table-row>'
            '<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p>'
            "</office:annotation><text:p>甲<text:s text:c='2'/>乙<text:tab/>丙</text:p>"
            "<text:p> 丁\n <text:span>戊</text:span><text:line-break/>己</text:p>"
            "</table:table-cell></table:table-row></table:table-header-rows></table:table>"
        )
    )
    assert {place: cell.text for place, cell in found.items()} == {(1, 1): "甲  乙\t丙\n丁 戊\n己"}


def test_ods_repeats_spans_and_covered_cells() -> None:
    book = read(
        ods(
            '<table:table table:name="一"><table:table-row table:number-rows-repeated="2">'
            '<table:table-cell table:number-columns-repeated="3"/>'
            '<table:table-cell table:number-columns-repeated="2" office:value-type="float"'
            ' office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>'
            '<table:table-row><table:table-cell table:number-columns-spanned="2"'
            ' table:number-rows-spanned="1"><text:p>甲</text:p></table:table-cell>'
            "<table:covered-table-cell><text:p>盖住</text:p></table:covered-table-cell>"
            '</table:table-row><table:table-row table:number-rows-repeated="1048573">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            "</table:table><table:table table:name=\"'file:///x'#一\"><table:table-source/>"
            "</table:table>"
        )
    )
    (sheet,) = book.sheets
    assert {place: cell.text for place, cell in sheet.cells.items()} == {
        (1, 4): "1",
        (1, 5): "1",
        (2, 4): "1",
        (2, 5): "1",
        (3, 1): "甲",
        (3, 2): "盖住",
    }
    assert sheet.merged == (Box(3, 1, 3, 2),)


@pytest.mark.parametrize("failure", [RecursionError, GeneratorExit, StopIteration])
def test_the_fence_holds_whatever_a_parser_throws(failure: type[BaseException]) -> None:
    with pytest.raises(Unreadable) as caught, fenced():
        raise failure
    assert caught.value.code == "file-damaged"


@pytest.mark.parametrize("passing", [KeyboardInterrupt, MemoryError])
def test_the_fence_lets_through_what_is_not_the_files(passing: type[BaseException]) -> None:
    with pytest.raises(passing), fenced():
        raise passing


def test_a_broken_part_is_damaged_and_not_half_read() -> None:
    whole = ods('<table:table table:name="一"/>')
    with zipfile.ZipFile(io.BytesIO(whole)) as source:
        content = source.read("content.xml")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("content.xml", content[:-30])
    with pytest.raises(Unreadable):
        open_workbook(target.getvalue(), FileKind.ODS)


def damaged(data: bytes, seed: int) -> bytes:
    """The bytes with some of them changed, cut out or cut off."""
    chance = random.Random(seed)
    broken = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(broken))
        match chance.randrange(3):
            case 0:
                broken[at] = chance.randrange(256)
            case 1:
                del broken[at : at + chance.randint(1, 40)]
            case _ if chance.random() < 0.3:
                del broken[max(at, 200) :]
    return bytes(broken)


def survives(data: bytes, kind: FileKind) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(open_workbook(data, kind), ReturnedWorkbook)


@settings(max_examples=60)
@given(st.binary(max_size=2_000), st.sampled_from(FileKind))
def test_random_bytes_are_unreadable_at_worst(data: bytes, kind: FileKind) -> None:
    survives(data, kind)


@settings(max_examples=150)
@given(seed=st.integers(0, 1 << 32), kind=st.sampled_from(FileKind))
def test_damaged_files_are_unreadable_at_worst(
    saved: dict[FileKind, bytes], seed: int, kind: FileKind
) -> None:
    broken = damaged(saved[kind], seed)
    screen(broken)
    survives(broken, kind)


@settings(max_examples=100)
@given(seed=st.integers(0, 1 << 32), kind=st.sampled_from([FileKind.XLSX, FileKind.ODS]))
def test_damage_inside_the_parts_is_unreadable_at_worst(
    saved: dict[FileKind, bytes], seed: int, kind: FileKind
) -> None:
    with zipfile.ZipFile(io.BytesIO(saved[kind])) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = random.Random(seed).choice([name for name, part in parts.items() if part])
    parts[name] = damaged(parts[name], seed)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as copy:
        for each, part in parts.items():
            copy.writestr(each, part)
    screen(target.getvalue())
    survives(target.getvalue(), kind)
