"""Two ways, one answer: what our one pass reads of an .xlsx is what openpyxl reads of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles.numbers import BUILTIN_FORMATS as ALL_BUILTIN_FORMATS

from xlkit.cells import address
from xlkit.submission.book_xml import BUILTIN_FORMATS
from xlkit.submission.grid import Cell, CellKind, Grid, Unreadable, number_cell
from xlkit.submission.opening import open_workbook
from xlkit.submission.screen import screen
from xlkit.submission.xlsx import read_xlsx

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "sample_workbooks").glob("*.xlsx"))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

FORMATS = ("General", "0.00", "#,##0", "0%", "0.0%", "yyyy-mm-dd", '0.0"万元"', "[Red]0", "@")
DATE = FORMATS.index("yyyy-mm-dd")
TEXTS = st.text(st.sampled_from("甲乙 　\n\t<&>\"'=%#9a😀"), min_size=1, max_size=8)
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.floats(-1e9, 1e9, allow_nan=False).map(repr),
    st.sampled_from(["0", "0.95", "0.30000000000000004", "1E-3", "1.5e+10"]),
)
ERRORS = st.sampled_from(["#DIV/0!", "#N/A", "#REF!", "#VALUE!"])
FORMULAS = st.sampled_from(["1+1", 'A1&"<"', "SUM($A$1:B2)"])


def plain(text: str) -> str:
    return f'<t xml:space="preserve">{escape(text)}</t>'


def rich(texts: Sequence[str]) -> str:
    runs = "".join(f"<r><rPr><b/></rPr>{plain(text)}</r>" for text in texts)
    return f'{runs}<rPh sb="0" eb="1"><t>トウ</t></rPh><phoneticPr fontId="1"/>'


#: Attributes and content of a cell; `{text}` in them stands for the index of a shared text.
NUMBER = st.builds(
    lambda number, style: (f's="{style}"', f"<v>{number}</v>", None),
    NUMBERS,
    st.integers(0, len(FORMATS) - 1).filter(lambda style: style != DATE),
)
DAY = st.builds(
    lambda day, part: (f's="{DATE}"', f"<v>{day + part}</v>", None),
    st.integers(61, 60_000),
    st.sampled_from([0, 0.25, 0.5]),
)
SHARED = st.one_of(TEXTS.map(plain), st.lists(TEXTS, min_size=1, max_size=3).map(rich)).map(
    lambda item: ('t="s"', "<v>{text}</v>", item)
)
INLINE = st.one_of(TEXTS.map(plain), st.lists(TEXTS, min_size=1, max_size=2).map(rich)).map(
    lambda item: ('t="inlineStr"', f"<is>{item}</is>", None)
)
BOOLEAN = st.sampled_from("01").map(lambda value: ('t="b"', f"<v>{value}</v>", None))
ERROR = ERRORS.map(lambda value: ('t="e"', f"<v>{value}</v>", None))
CALCULATED = st.one_of(
    st.builds(lambda f, v: ("", f"<f>{escape(f)}</f><v>{v}</v>", None), FORMULAS, NUMBERS),
    st.builds(
        lambda f, v: ('t="str"', f"<f>{escape(f)}</f><v>{escape(v)}</v>", None), FORMULAS, TEXTS
    ),
    st.builds(lambda f, v: ('t="e"', f"<f>{escape(f)}</f><v>{v}</v>", None), FORMULAS, ERRORS),
    FORMULAS.map(lambda f: ("", f"<f>{escape(f)}</f>", None)),
    FORMULAS.map(lambda f: ('t="str"', f"<f>{escape(f)}</f><v></v>", None)),
)
EMPTY = st.sampled_from([('s="3"', "", None), ("", "", None)])
CELLS = st.one_of(NUMBER, DAY, SHARED, INLINE, BOOLEAN, ERROR, CALCULATED, EMPTY)
#: Columns left out before a cell; 0 with the flag false leaves its reference out.
ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.booleans(),
        st.booleans(),
        st.lists(st.tuples(st.integers(0, 2), st.booleans(), CELLS), max_size=6),
    ),
    max_size=6,
)


def sheet_xml(rows: list, strings: list[str], shared: bool) -> str:
    parts, number = [], 0
    for skipped, stated, hidden, cells in rows:
        number += 1 + skipped
        named = f' r="{number}"' if stated or skipped else ""
        unseen = ' hidden="1"' if hidden else ""
        parts.append(f"<row{named}{unseen}>\n")
        column = 0
        for gap, told, (attributes, content, text) in cells:
            column += 1 + gap
            place = f' r="{address(number, column)}"' if told or gap else ""
            parts.append(f"<c{place} {attributes}>{content.format(text=len(strings))}</c>")
            strings.extend([text] if text is not None else [])
        parts.append("</row>")
    if shared:
        parts.append(
            f'<row r="{number + 1}"><c r="B{number + 1}"><f t="shared" si="0" '
            f'ref="B{number + 1}:C{number + 2}">A{number + 1}*$D$1</f><v>1</v></c>'
            f'<c r="C{number + 1}"><f t="shared" si="0"/><v>2</v></c></row>'
            f'<row><c r="C{number + 2}"><f t="shared" si="0"/><v>3</v></c></row>'
        )
    return "".join(parts)


def workbook(rows: list, *, shared: bool, hidden: bool, locked: bool, unseen: int) -> bytes:
    """A package with one sheet of these rows, and an empty visible one."""
    strings: list[str] = []
    data = sheet_xml(rows, strings, shared)
    lock = '<sheetProtection sheet="1"/>' if locked else ""
    sheet = (
        f'<dimension ref="A1"/><cols><col min="{unseen}" max="{unseen}" width="9" hidden="1"/>'
        f"</cols><sheetData>{data}</sheetData>{lock}"
        '<mergeCells count="1"><mergeCell ref="B90:D91"/></mergeCells>'
    )
    codes = "".join(
        f'<numFmt numFmtId="{200 + index}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for index, code in enumerate(FORMATS)
    )
    styles = "".join(f'<xf numFmtId="{200 + index}"/>' for index in range(len(FORMATS)))
    state = ' state="hidden"' if hidden else ""
    spread = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/xl/{name}.xml" ContentType="{spread}.{kind}+xml"/>'
            for name, kind in (
                ("workbook", "sheet.main"),
                ("one", "worksheet"),
                ("two", "worksheet"),
                ("styles", "styles"),
                ("sharedStrings", "sharedStrings"),
            )
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" Target="/xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{name}.xml"/>'
            for name, kind in (
                ("one", "worksheet"),
                ("two", "worksheet"),
                ("styles", "styles"),
                ("sharedStrings", "sharedStrings"),
            )
        )
        + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="一" sheetId="1"{state} r:id="one"/><sheet name="二" sheetId="2" r:id="two"/>'
        '</sheets><definedNames><definedName name="_x1">"甲&amp;乙"</definedName></definedNames>'
        "</workbook>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>'
        f"{styles}</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">'
        + "".join(f"<si>{item}</si>" for item in strings)
        + "</sst>",
        "xl/one.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        "xl/two.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def seen_by_openpyxl(value: object, code: str, kind: str) -> tuple[str, CellKind]:
    """Text and kind of a value as openpyxl gives it."""
    if value is None:
        return "", CellKind.TEXT
    if kind == "e":
        return str(value), CellKind.ERROR
    if isinstance(value, bool):
        return str(value).upper(), CellKind.BOOLEAN
    if isinstance(value, datetime):
        whole = value.time() == time()
        return str(value.date() if whole else value.replace(microsecond=0)), CellKind.DATE
    if isinstance(value, date | time):
        return value.isoformat(), CellKind.DATE
    if isinstance(value, int | float):
        if "%" in code:
            share = (Decimal(f"{value:.15g}") * 100).normalize()
            return f"{share:f}%", CellKind.PERCENT
        return number_cell(repr(value), "General").text, CellKind.NUMBER
    return str(value), CellKind.TEXT


def assert_as_openpyxl(data: bytes) -> None:
    found = {grid.name: grid for grid in open_workbook(data, screen(data).kind).sheets}
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    assert list(found) == values.sheetnames
    for sheet in values:
        grid = found[sheet.title]
        assert grid.hidden is (sheet.sheet_state != "visible")
        assert grid.protected is bool(sheet.protection.sheet)
        assert [box.a1() for box in grid.merged] == sorted(
            (str(area) for area in sheet.merged_cells.ranges),
            key=lambda area: openpyxl.utils.range_boundaries(area)[1::-1],
        )
        told: dict[tuple[int, int], tuple[str, CellKind, str | None]] = {}
        for row in sheet.iter_rows():
            for cell in row:
                held = formulas[sheet.title].cell(cell.row, cell.column)
                text, kind = seen_by_openpyxl(cell.value, cell.number_format, cell.data_type)
                formula = getattr(held.value, "text", held.value) if held.data_type == "f" else None
                if text or formula:
                    told[cell.row, cell.column] = (text, kind, formula)
        assert outline(grid, told) == told
        rows = {row for row, look in sheet.row_dimensions.items() if look.hidden}
        assert grid.hidden_rows == rows & {row for row, _ in grid.cells}
    assert set(dict(open_workbook(data, screen(data).kind).names)) == set(values.defined_names)


def outline(grid: Grid, told: dict) -> dict[tuple[int, int], tuple[str, CellKind, str | None]]:
    """Our cells in the oracle's terms; inside merged ranges it has none, a blank has no kind."""
    inside = {
        (row, column)
        for box in grid.merged
        for row in range(box.top, box.bottom + 1)
        for column in range(box.left, box.right + 1)
        if (row, column) != box.first
    }
    return {
        place: (cell.text, cell.kind if cell.text else CellKind.TEXT, cell.formula)
        for place, cell in grid.cells.items()
        if place not in inside
    }


@given(ROWS, st.booleans(), st.booleans(), st.booleans(), st.integers(1, 4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_random_sheets(rows: list, shared: bool, hidden: bool, locked: bool, unseen: int) -> None:
    data = workbook(rows, shared=shared, hidden=hidden, locked=locked, unseen=unseen)
    assert_as_openpyxl(data)
    grid = read_xlsx(data).sheets[0]
    assert grid.hidden_columns == {unseen} & {column for _, column in grid.cells}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_samples(path: Path) -> None:
    assert_as_openpyxl(path.read_bytes())


def test_built_in_formats_that_show_a_number_as_something_else_are_all_there() -> None:
    for index, code in ALL_BUILTIN_FORMATS.items():
        assert number_cell("0.5", BUILTIN_FORMATS.get(index, "General")) == number_cell("0.5", code)


def test_prefixed_names_and_odd_cases_of_parts_are_read() -> None:
    data = workbook([], shared=True, hidden=False, locked=False, unseen=1)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            part = source.read(name).decode()
            if name == "xl/one.xml":
                part = (
                    part.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
                )
            copy.writestr(name.replace("xl/one", "xl\\One"), part)
    assert read_xlsx(target.getvalue()).sheets == read_xlsx(data).sheets
    assert [cell.formula for cell in read_xlsx(data).sheets[0].cells.values()] == [
        "=A1*$D$1",
        "=B1*$D$1",
        "=B2*$D$1",
    ]


def test_a_formula_without_result_is_told_from_one_that_gives_nothing() -> None:
    row = (
        0,
        True,
        False,
        [(0, True, ("", "<f>1+1</f>", None)), (0, True, ('t="str"', "<f>A1</f><v></v>", None))],
    )
    cells = read_xlsx(workbook([row], shared=False, hidden=False, locked=False, unseen=9)).sheets[0]
    assert cells.cells == {
        (1, 1): Cell("", formula="=1+1", calculated=False),
        (1, 2): Cell("", formula="=A1"),
    }


@pytest.mark.parametrize(
    "rows",
    [
        "<!DOCTYPE",
        "<row>",
        '<row><c t="s"><v>7</v></c></row>',
        '<row><c t="q"><v>7</v></c></row>',
        '<row><c r="7B"><v>7</v></c></row>',
    ],
)
def test_broken_parts_are_unreadable(rows: str) -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    if rows == "<!DOCTYPE":
        sheet = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
    data = workbook([], shared=False, hidden=False, locked=False, unseen=1)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, sheet if name == "xl/one.xml" else source.read(name))
    with pytest.raises(Unreadable):
        read_xlsx(target.getvalue())
