"""What was done to a workbook between issue and return, and what is still read from it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import column_index_from_string

from tests.office import Edit, Office
from tests.samples import sample_answers
from tests.validation.returns import (
    COMPACT,
    COMPACT_ANSWERS,
    SCIENCE,
    ZUNHUA,
    brief,
    codes,
    compact,
    edited,
    filled_cells,
    judge,
    published,
    published_raw,
    reader_of,
    returned,
    the_form,
    unmerged,
    written,
)
from xlkit.errors import UsageError
from xlkit.findings import Severity
from xlkit.identity import Identity, Signature, to_chunks
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.submission.read import FormShelf, Reader
from xlkit.template.printed import IDENTITY_SHEET

BASICS, TABLE, PROJECT = "基本情况", "指标", "项目01"
KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def issued_answers() -> dict[str, Any]:
    return answers(cast(returned(compact().data, COMPACT)), raw=True)


def renamed(book: Workbook) -> None:
    book[TABLE].title = "我们的指标"


def reordered(book: Workbook) -> None:
    book.move_sheet(PROJECT, -3)


def unprotected(book: Workbook) -> None:
    for sheet in book.worksheets:
        sheet.protection.sheet = False
    book.security = None


def blank_row_in_a_table(book: Workbook) -> None:
    unmerged(book, TABLE).insert_rows(6)


def rows_above(book: Workbook) -> None:
    unmerged(book, BASICS).insert_rows(5, 3)


def row_of_answers_in_a_table(book: Workbook) -> None:
    sheet = unmerged(book, TABLE)
    sheet.insert_rows(6)
    for column, text in zip("BCEFGH", ("履职", "插入", "≥", "7", "家", "计划标准"), strict=True):
        sheet[f"{column}6"] = text


def row_of_answers_below_a_table(book: Workbook) -> None:
    for column, text in zip("BCEFGH", ("管理", "添加", "≥", "8", "次", "计划标准"), strict=True):
        book[TABLE][f"{column}11"] = text


def spare_row_deleted(book: Workbook) -> None:
    unmerged(book, TABLE).delete_rows(9)


def printed_row_deleted(book: Workbook) -> None:
    unmerged(book, TABLE).delete_rows(4)


def optional_row_deleted(book: Workbook) -> None:
    unmerged(book, TABLE).delete_rows(5)


def blank_column(book: Workbook) -> None:
    unmerged(book, TABLE).insert_cols(4)


def column_of_notes(book: Workbook) -> None:
    sheet = unmerged(book, TABLE)
    sheet.insert_cols(4)
    sheet["D4"] = "批注"


def columns_before(book: Workbook) -> None:
    unmerged(book, TABLE).insert_cols(1, 2)


def row_in_a_matrix(book: Workbook) -> None:
    sheet = unmerged(book, BASICS)
    sheet.insert_rows(10)
    sheet["B10"], sheet["C10"] = "捐赠", 5


def title_changed(book: Workbook) -> None:
    book[TABLE]["B1"] = "自拟标题"


def heading_cleared(book: Workbook) -> None:
    book[TABLE]["D2"] = None


def row_label_changed(book: Workbook) -> None:
    book[TABLE]["C4"] = "完成率"


def total_typed_over(book: Workbook) -> None:
    book[BASICS]["D12"] = 99


def total_typed_anew(book: Workbook) -> None:
    book[BASICS]["D12"] = 15


def note_outside(book: Workbook) -> None:
    book[TABLE]["T4"] = "此项待定"


def note_over_a_check(book: Workbook) -> None:
    book[TABLE]["J4"] = "此项待定"


def sheet_added(book: Workbook) -> None:
    book.create_sheet("附件")["A1"] = "名单"


def empty_sheet_added(book: Workbook) -> None:
    book.create_sheet("Sheet1")


def sheet_doubled(book: Workbook) -> None:
    book.copy_worksheet(book[PROJECT]).title = "项目01副本"


def sheet_deleted(book: Workbook) -> None:
    book.remove(book[TABLE])


def spare_member_deleted(book: Workbook) -> None:
    book.remove(book["项目02"])


def list_changed(book: Workbook) -> None:
    lists = book["_lists"]
    lists["A1"] = "约等于"


def marks_cleared(book: Workbook) -> None:
    for row in book[TABLE].iter_rows(max_col=1):
        row[0].value = None


def one_mark_cleared(book: Workbook) -> None:
    book[TABLE]["A6"] = None


ISSUED = "intact"
MOVED, REPAIRED = "restructured", "repaired"
NEW_ROW = {"past": "", "basis": "计划标准"}

# Edit → verdict, findings of reading and casting, and what differs in the answers.
STRUCTURE: dict[Callable[[Workbook], None], tuple[str, list[str], dict[str, Any]]] = {
    unprotected: (ISSUED, ["n protection-removed"], {}),
    reordered: (MOVED, ["n sheets-reordered"], {}),
    empty_sheet_added: (ISSUED, ["n sheet-added"], {}),
    renamed: (MOVED, ["n sheet-renamed"], {}),
    blank_row_in_a_table: (MOVED, ["n rows-moved"], {}),
    rows_above: (MOVED, ["n rows-moved"], {}),
    row_of_answers_in_a_table: (
        MOVED,
        ["n row-inserted 指标!B6 指标!C6 指标!E6 指标!F6 指标!G6 指标!H6"],
        {"indicators": (1, {"level1": "履职", "level2": "插入", "value": "≥7家", **NEW_ROW})},
    ),
    row_of_answers_below_a_table: (
        MOVED,
        ["n row-inserted 指标!B11 指标!C11 指标!E11 指标!F11 指标!G11 指标!H11"],
        {"indicators": (3, {"level1": "管理", "level2": "添加", "value": "≥8次", **NEW_ROW})},
    ),
    spare_row_deleted: (MOVED, ["n row-missing", "n rows-moved"], {}),
    optional_row_deleted: (MOVED, ["n row-missing", "n rows-moved"], {}),
    printed_row_deleted: (MOVED, ["e row-missing", "n rows-moved"], {"indicators": (0, None)}),
    blank_column: (MOVED, ["n columns-moved"], {}),
    columns_before: (MOVED, ["n columns-moved"], {}),
    column_of_notes: (MOVED, ["n columns-moved", "w stray-cells 指标!D4"], {}),
    row_in_a_matrix: (MOVED, ["n rows-moved", "w stray-cells 基本情况!B10 基本情况!C10"], {}),
    title_changed: (REPAIRED, ["w frame-changed 指标!B1"], {}),
    heading_cleared: (REPAIRED, ["w frame-changed 指标!D2"], {}),
    row_label_changed: (REPAIRED, ["e row-label-changed 指标!C4"], {}),
    list_changed: (ISSUED, ["n frame-changed _lists!A1"], {}),
    total_typed_over: (REPAIRED, ["e computed-overwritten 基本情况!D12"], {}),
    total_typed_anew: (ISSUED, ["n computed-replaced 基本情况!D12"], {}),
    note_outside: (ISSUED, ["w stray-cells 指标!T4"], {}),
    note_over_a_check: (REPAIRED, ["n frame-changed 指标!J4"], {}),
    sheet_added: (MOVED, ["w extra-sheet 附件!A1"], {}),
    sheet_deleted: (MOVED, ["e sheet-missing"], {"indicators": []}),
    spare_member_deleted: (MOVED, ["e sheet-missing"], {}),
    marks_cleared: (MOVED, ["n columns-moved"], {}),
    one_mark_cleared: (
        MOVED,
        ["n row-missing", "n row-inserted 指标!B6 指标!C6 指标!E6 指标!F6 指标!G6 指标!H6"],
        {},
    ),
}


def after(change: dict[str, Any]) -> dict[str, Any]:
    """The answers as issued, with a row put in, a row left out, or a block replaced."""
    expected = issued_answers()
    for block, what in change.items():
        if isinstance(what, tuple):
            place, row = what
            expected[block] = [*expected[block]]
            if row is None:
                del expected[block][place]
            else:
                expected[block].insert(place, row)
        else:
            expected[block] = what
    return expected


def told(raw: RawSubmission) -> list[str]:
    return [" ".join(parts).strip() for parts in brief(cast(raw).findings)]


@pytest.mark.parametrize("edit", STRUCTURE, ids=lambda edit: edit.__name__)
def test_structure(edit: Callable[[Workbook], None]) -> None:
    verdict, findings, change = STRUCTURE[edit]
    data = edited(compact().data, edit)
    raw = returned(data, COMPACT)
    assert (cast(raw).raw.verdict.value, told(raw)) == (verdict, findings)
    assert answers(cast(raw), raw=True) == after(change)
    assert raw.cells.total == filled_cells(data)


#: A column of the table → the field that is gone, and cells that were left of it.
DELETED = {
    "B": ("level1", []),
    "C": ("level2", []),
    "D": ("past", []),
    "E": ("value", ["E4", "F4", "E6", "F6", "E8", "F8"]),
    "F": ("value", ["E4", "F4", "E6", "F6", "F8"]),
    "G": ("value", ["E4", "F4", "E6", "F6", "F8"]),
    "H": ("basis", []),
}


@pytest.mark.parametrize("column", DELETED)
def test_of_a_deleted_column_nothing_is_read_and_the_others_stay_what_they_are(column: str) -> None:
    """One error names it; its rows, the rules on it and the columns beside it say nothing."""
    name, left = DELETED[column]
    data = edited(
        compact().data,
        lambda book: unmerged(book, TABLE).delete_cols(column_index_from_string(column)),
    )
    raw = returned(data, COMPACT)
    stray = ["w stray-cells " + " ".join(f"{TABLE}!{cell}" for cell in left)] if left else []
    assert (raw.verdict.value, told(raw)) == (MOVED, ["e column-missing", *stray])
    printed = {"level1": 2, "level2": 1}.get(name, 0)  # rows whose cell is the form's
    expected = [
        {**row, name: row[name] if number < printed else ""}
        for number, row in enumerate(issued_answers()["indicators"])
    ]
    assert answers(cast(raw), raw=True) == after({"indicators": expected})
    assert raw.cells.total == filled_cells(data)
    found = next(item for item in raw.findings if item.code == "column-missing")
    assert (found.block, found.field, found.params["sheet"]) == ("indicators", name, TABLE)
    (judged,) = judge(raw)
    errors = [item for item in judged.findings if item.severity is Severity.ERROR]
    assert [item.code for item in errors] == ["column-missing"]


def test_a_sheet_copied_within_the_workbook_does_not_take_its_place() -> None:
    def copy_and_change(book: Workbook) -> None:
        sheet_doubled(book)
        book["项目01副本"]["C9"] = "副本里改的"

    raw = returned(edited(compact().data, copy_and_change), COMPACT)
    assert codes(raw.findings) == ["extra-sheet"]
    assert answers(cast(raw), raw=True) == issued_answers()


def test_findings_speak_of_the_returned_file() -> None:
    """The same wrong answer is named where it stands now."""

    def edit(book: Workbook) -> None:
        sheet = unmerged(book, TABLE)
        sheet["H4"] = "别的标准"
        sheet.insert_cols(1)
        sheet.insert_rows(2, 4)
        sheet.title = "改名"

    wrong = [
        f
        for f in judge(returned(edited(compact().data, edit), COMPACT))[0].findings
        if f.code == "choice-not-in-list"
    ]
    assert [finding.cells for finding in wrong] == [("改名!I8",)]


def test_a_protection_that_is_gone_is_only_noticed() -> None:
    raw = returned(edited(compact().data, unprotected), COMPACT)
    assert [(found.code, found.severity.value) for found in raw.findings] == [
        ("protection-removed", "notice")
    ]
    assert raw.verdict == "intact"


# identity


def with_identity(change: Callable[[Identity], Identity] | None, key: bytes | None = KEY) -> bytes:
    """The compact return with its identity changed everywhere; None takes it away everywhere."""
    rendered = written(COMPACT, COMPACT_ANSWERS, key=key, round="2024-1")

    def edit(book: Workbook) -> None:
        text = "" if change is None else change(rendered.identity).to_json()
        for name in [item.name for item in book.custom_doc_props.props]:
            del book.custom_doc_props[name]
        for name in [name for name in book.defined_names if name.startswith("_xlkit")]:
            del book.defined_names[name]
        for row in book[IDENTITY_SHEET].iter_rows(min_col=2, max_col=2):
            row[0].value = None
        for row, chunk in enumerate(to_chunks(text, 8_000), start=1):
            book[IDENTITY_SHEET][f"B{row}"] = chunk

    return edited(rendered.data, edit)


# Change of the identity → with the key, without one: verdict, signature, findings
IDENTITIES: dict[str, tuple[Callable[[Identity], Identity], list[Any], list[Any]]] = {
    "none": (lambda it: it, ["intact", "valid", []], ["intact", "unverified", []]),
    "unit": (
        lambda it: replace(it, unit="999"),
        ["intact", "invalid", ["signature-invalid", "frame-changed"]],
        ["intact", "unverified", ["frame-changed"]],
    ),
    "unit's name": (
        lambda it: replace(it, unit_name="别的局"),
        ["repaired", "invalid", ["signature-invalid", "frame-changed"]],
        ["repaired", "unverified", ["frame-changed"]],
    ),
    "version": (
        lambda it: replace(it, version=2).signed(KEY),
        ["intact", "valid", ["form-version"]],
        ["intact", "unverified", ["form-version"]],
    ),
    "form": (
        lambda it: replace(it, form="unheard-of").signed(KEY),
        ["foreign", "unverified", ["form-unknown"]],
        ["foreign", "unverified", ["form-unknown"]],
    ),
    "layout": (
        lambda it: replace(it, layout="0" * 16).signed(KEY),
        ["intact", "valid", ["layout-unknown"]],
        ["intact", "unverified", ["layout-unknown"]],
    ),
    "another round's key": (
        lambda it: it.signed(OTHER_KEY),
        ["intact", "unverified", []],
        ["intact", "unverified", []],
    ),
    "language": (
        lambda it: replace(it, language="fr").signed(KEY),
        ["intact", "valid", []],
        ["intact", "unverified", []],
    ),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_identity_tampered_with(name: str) -> None:
    change, *expected = IDENTITIES[name]
    data = with_identity(change)
    shown = []
    for key in (KEY, None):
        raw = returned(data, COMPACT, key)
        findings = list(dict.fromkeys(codes(raw.findings)))
        shown.append([raw.verdict.value, raw.signature.value, findings])
    assert shown == expected


def test_identity_in_one_place_is_enough() -> None:
    rendered = compact()
    places = {
        "sheet": lambda book: book.remove(book[IDENTITY_SHEET]),
        "properties": lambda book: [
            book.custom_doc_props.__delitem__(item.name)
            for item in list(book.custom_doc_props.props)
        ],
        "names": lambda book: [
            book.defined_names.__delitem__(name)
            for name in list(book.defined_names)
            if name.startswith("_xlkit")
        ],
    }
    for kept in places:

        def edit(book: Workbook, kept: str = kept) -> None:
            for name, remove in places.items():
                if name != kept:
                    remove(book)

        raw = returned(edited(rendered.data, edit), COMPACT)
        assert raw.identity is not None, kept
        assert raw.identity.unit == "420700-301", kept
        assert answers(cast(raw), raw=True) == issued_answers(), kept


def test_two_identities_are_a_conflict() -> None:
    def edit(book: Workbook) -> None:
        other = replace(compact().identity, unit="999").to_json()
        book[IDENTITY_SHEET]["B1"] = to_chunks(other, 8_000)[0]

    assert "identity-conflict" in codes(returned(edited(compact().data, edit), COMPACT).findings)


def test_the_signed_identity_wins() -> None:
    signed = written(COMPACT, COMPACT_ANSWERS, key=KEY)

    def edit(book: Workbook) -> None:
        other = replace(signed.identity, unit="999").to_json()
        book[IDENTITY_SHEET]["B1"] = to_chunks(other, 8_000)[0]

    raw = returned(edited(signed.data, edit), COMPACT, KEY)
    assert raw.identity is not None
    assert (raw.identity.unit, raw.signature) == ("420700-301", Signature.VALID)


def test_sheets_copied_into_a_new_workbook() -> None:
    data = with_identity(None)
    known, unknown = returned(data, COMPACT), Reader(FormShelf()).read_bytes(data, "x.xlsx")
    assert (known.verdict, codes(known.findings)) == (Verdict.REPAIRED, ["identity-lost"])
    assert answers(cast(known), raw=True) == issued_answers()
    assert known.identity is not None
    assert known.identity.unit == ""
    assert (unknown.verdict, codes(unknown.findings)) == (Verdict.FOREIGN, ["not-our-workbook"])


@pytest.mark.parametrize("name", [SCIENCE, ZUNHUA])
def test_sheets_of_a_known_form_are_told_by_their_marks(name: str) -> None:
    def without_identity(book: Workbook) -> None:
        book.remove(book[IDENTITY_SHEET])
        for lost in [item for item in book.defined_names if item.startswith("_xlkit")]:
            del book.defined_names[lost]
        for lost in list(book.custom_doc_props.names):
            del book.custom_doc_props[lost]

    raw = returned(edited(published(name).data, without_identity))
    assert raw.form == the_form(str(sample_answers(name)["form"]))
    assert raw.verdict.is_read
    assert "identity-lost" in codes(raw.findings)
    assert answers(cast(raw)) == answers(cast(published_raw(name)))


def test_a_form_that_is_older_here_is_not_the_departments_fault() -> None:
    old, new = COMPACT, COMPACT.model_copy(update={"version": COMPACT.version + 1})
    data = compact().data
    mine, theirs = str(old.version), str(new.version)
    assert versions(returned(data, new)) == [("form-version", mine, theirs)]
    assert versions(returned(written(new, COMPACT_ANSWERS).data, old)) == [
        ("form-too-new", theirs, mine)
    ]


def versions(raw: RawSubmission) -> list[tuple[str, str | None, str | None]]:
    """What is said of the form's version: code, the file's, and the one known here."""
    said = [item for item in raw.findings if item.code in ("form-version", "form-too-new")]
    return [(item.code, item.value, item.expected) for item in said]


def test_a_clerks_word_goes_before_the_files() -> None:
    data = published(SCIENCE).data
    project = the_form("project-performance")
    ordered = Reader(FormShelf([project]), unit=("999", "")).read_bytes(data, "return")
    assert ordered.form is project
    assert ordered.identity is not None
    assert (ordered.identity.unit, ordered.identity.unit_name) == ("999", "")
    assert "identity-assumed" in codes(ordered.findings)


def test_a_form_that_is_ordered_goes_before_the_one_that_the_file_names() -> None:
    data = published(SCIENCE).data
    project = the_form("project-performance")
    offered = Reader(FormShelf([project])).read_bytes(data, "return")
    ordered = Reader(FormShelf([project]), is_ordered=True).read_bytes(data, "return")
    assert (offered.form, ordered.form) == (the_form("department-performance"), project)
    assert offered.identity is not None
    assert ordered.identity is not None
    assert (ordered.identity.unit, ordered.identity.unit_name, ordered.identity.year) == (
        offered.identity.unit,
        offered.identity.unit_name,
        offered.identity.year,
    )
    (said,) = [finding for finding in ordered.findings if finding.code == "form-assumed"]
    assert (said.value, said.expected) == ("department-performance", "project-performance")
    assert ordered.signature is Signature.UNVERIFIED


def test_a_form_that_is_ordered_reads_a_form_that_nobody_knows() -> None:
    other = COMPACT.model_copy(update={"form": "renamed"})
    data = written(other, COMPACT_ANSWERS).data
    offered = Reader(FormShelf([COMPACT])).read_bytes(data, "x")
    ordered = Reader(FormShelf([COMPACT]), is_ordered=True).read_bytes(data, "x")
    assert codes(offered.findings) == ["form-unknown"]
    # The help sheet says which form it was.
    assert brief(ordered.findings) == [
        ("w", "form-assumed", ""),
        ("n", "frame-changed", "填报说明!C4"),
    ]
    assert answers(cast(ordered), raw=True) == issued_answers()


def test_a_form_that_is_ordered_changes_nothing_of_a_file_that_names_it() -> None:
    data = compact().data
    ordered = Reader(FormShelf([COMPACT]), is_ordered=True).read_bytes(data, "return.xlsx")
    assert ordered == returned(data, COMPACT)


def test_an_order_does_not_make_a_changed_identity_good() -> None:
    other = COMPACT.model_copy(update={"form": "renamed"})
    signed = written(other, COMPACT_ANSWERS, key=KEY)

    def edit(book: Workbook) -> None:
        changed = replace(signed.identity, unit="999").to_json()
        book[IDENTITY_SHEET]["B1"] = to_chunks(changed, 8_000)[0]
        for lost in [item for item in book.defined_names if item.startswith("_xlkit")]:
            del book.defined_names[lost]
        for lost in list(book.custom_doc_props.names):
            del book.custom_doc_props[lost]

    reader = Reader(FormShelf([COMPACT]), KEY, is_ordered=True)
    raw = reader.read_bytes(edited(signed.data, edit), "x")
    assert codes(raw.findings)[:2] == ["form-assumed", "signature-invalid"]


def test_a_workbook_of_somebody_else() -> None:
    target = io.BytesIO()
    book = Workbook()
    book.active["A1"] = "购物清单"
    book.save(target)
    raw = returned(target.getvalue(), COMPACT)
    assert (raw.verdict, codes(raw.findings)) == (Verdict.FOREIGN, ["not-our-workbook"])
    assert (raw.rows, raw.form, judge(raw)[0].findings) == ((), None, raw.findings)


def test_our_identity_in_a_workbook_without_our_sheets() -> None:
    def edit(book: Workbook) -> None:
        book.create_sheet("别的")["A1"] = "x"
        for name in book.sheetnames:
            if name not in ("别的", IDENTITY_SHEET):
                book.remove(book[name])

    raw = returned(edited(compact().data, edit), COMPACT)
    assert (raw.verdict, codes(raw.findings)) == (Verdict.FOREIGN, ["form-not-found"])


@pytest.mark.parametrize(
    "sizes",
    [
        {},
        {"projects": 10**9},
        {"indicators": 10**9, "projects.steps": 10**9, "projects": 10**9},
        {"projects": -5, "indicators": -1},
        {"projects": 10**40, "nothing": 7},
    ],
)
def test_a_forged_sizing_costs_nothing(sizes: dict[str, int]) -> None:
    """No sheet or row is planned that the workbook cannot have; what is there is read."""
    raw = returned(with_identity(lambda it: replace(it, sizing=sizes)), COMPACT)
    assert raw.form is COMPACT
    assert len(raw.findings) < 600
    got = answers(cast(raw), raw=True)
    assert got["contact"] == issued_answers()["contact"]
    if sizes.get("projects", 0) >= 0:
        assert got["projects"] == issued_answers()["projects"]


MARKS = [
    "xlkit:9.1",
    "xlkit:0.1",
    "xlkit:-1.2",
    "xlkit:3.999",
    f"xlkit:3.{'9' * 5000}",
    "xlkit:",
    "xlkit:³.1",
]


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark[:12])
def test_forged_marks_cost_nothing(mark: str) -> None:
    def edit(book: Workbook) -> None:
        book.remove(book[IDENTITY_SHEET])
        book.create_sheet("伪造")["A1"] = mark

    data = edited(with_identity(None), edit)
    assert answers(cast(returned(data, COMPACT)), raw=True) == issued_answers()


# files


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"not a workbook", "file-not-a-workbook"),
        (b"PK\x03\x04 broken", "file-damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "file-damaged"),
    ],
    ids=["empty", "text", "zip", "ole"],
)
def test_unreadable_files(data: bytes, code: str) -> None:
    raw = returned(data)
    assert (raw.verdict, codes(raw.findings), raw.rows) == (Verdict.UNREADABLE, [code], ())
    assert judge(raw)[0].findings == raw.findings
    assert answers(cast(raw)) == {}


def test_every_truncation_is_a_submission() -> None:
    data = compact().data
    for size in range(0, len(data), len(data) // 40):
        assert returned(data[:size], COMPACT).verdict is Verdict.UNREADABLE


def test_a_zip_that_is_no_workbook() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "x")
    assert returned(target.getvalue()).verdict is Verdict.UNREADABLE


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.xlsx"):
        reader_of().read(tmp_path / "nothing.xlsx")
    with pytest.raises(UsageError):
        reader_of().read(tmp_path)


def test_the_file_is_known_by_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(compact().data)
    one, other = reader_of(COMPACT).read(path), returned(compact().data, COMPACT)
    assert (one.sha256, one.file) == (other.sha256, str(path))


def test_a_shelf_loads_built_in_forms_once() -> None:
    shelf = FormShelf()
    assert shelf.find("project-performance") is shelf.find("project-performance")
    assert (shelf.find("compact"), shelf.only) == (None, None)
    assert FormShelf([COMPACT]).only is COMPACT


# real programs


def office_answers(path: Path) -> dict[str, Any]:
    raw = reader_of().read(path)
    assert not [finding for finding in raw.findings if finding.code != "rows-moved"], told(raw)
    return answers(cast(raw), raw=True)


@pytest.mark.parametrize("name", [SCIENCE, ZUNHUA])
def test_every_format_of_a_real_program_reads_alike(
    office: Office, tmp_path: Path, name: str
) -> None:
    source = tmp_path / "issued.xlsx"
    source.write_bytes(published(name).data)
    expected = answers(judge(returned(published(name).data))[0], raw=True)
    before = brief(judge(returned(published(name).data))[0].findings)
    for suffix in (".xlsx", ".xls", ".ods"):
        target = tmp_path / f"saved{suffix}"
        office.save(source, target)
        raw = reader_of().read(target)
        submission = judge(raw)[0]
        assert answers(submission, raw=True) == expected, suffix
        assert brief(submission.findings) == before, suffix
        assert raw.verdict is Verdict.INTACT, suffix


def test_typed_edits_in_every_format(office: Office, tmp_path: Path) -> None:
    """A percent typed into a text cell, a number, a word: each format says the same."""
    source = tmp_path / "issued.xlsx"
    source.write_bytes(compact().data)
    edits = [
        Edit.typed(BASICS, "D10", "12.5"),
        Edit.typed(TABLE, "F4", "97"),
        Edit.typed(TABLE, "D6", "88%"),
        Edit.typed(PROJECT, "F11", "80%"),
        Edit.typed(PROJECT, "C5", "2025-06-30"),
        Edit.clear(TABLE, "G6:H6"),
    ]
    shown = {}
    for suffix in (".xlsx", ".xls", ".ods"):
        target = tmp_path / f"saved{suffix}"
        office.save(source, target, edits)
        raw = reader_of(COMPACT).read(target)
        submission = judge(raw)[0]
        shown[suffix] = (answers(submission, raw=True), brief(submission.findings))
    assert shown[".xls"] == shown[".xlsx"]
    assert shown[".ods"] == shown[".xlsx"]
    got, findings = shown[".xlsx"]
    assert got["funding"][0]["now"] == "12.5"
    assert [row["value"] for row in got["indicators"]] == ["≥97%", "≥20", "3次"]
    assert got["indicators"][1]["past"] == "88%"
    assert got["projects"][0]["due"] == "2025-06-30"
    assert got["projects"][0]["steps"][1]["done"] == "80%"
    assert findings == [("e", "required-missing", "指标!H6")]


def test_a_blank_computed_cell_in_xls(office: Office, tmp_path: Path) -> None:
    """LibreOffice writes a formula's empty text into .xls as 0: nobody typed that."""
    source, target = tmp_path / "issued.xlsx", tmp_path / "saved.xls"
    source.write_bytes(written(COMPACT, {"contact": {"name": "张三"}}).data)
    office.save(source, target)
    submission = cast(reader_of(COMPACT).read(target))
    assert submission.findings == ()
    assert [row["share"] for row in answers(submission)["funding"]] == ["", "", ""]


def test_rows_and_columns_inserted_by_a_real_program(office: Office, tmp_path: Path) -> None:
    source, target = tmp_path / "issued.xlsx", tmp_path / "saved.xlsx"
    source.write_bytes(compact().data)
    edits = [
        Edit.unprotect_book(),
        Edit.unprotect(BASICS),
        Edit.unprotect(TABLE),
        Edit.insert_rows(BASICS, 5, 2),
        Edit.insert_rows(TABLE, 6, 1),
        *(
            Edit.text(TABLE, f"{column}6", text)
            for column, text in zip(
                "BCEFGH", ("履职", "插入", "≥", "7", "家", "计划标准"), strict=True
            )
        ),
        Edit.insert_columns(TABLE, "D", 1),
        Edit.rename_sheet(TABLE, "改名"),
        Edit.move_sheet("改名", 0),
    ]
    office.save(source, target, edits)
    raw = reader_of(COMPACT).read(target)
    _, _, change = STRUCTURE[row_of_answers_in_a_table]
    assert raw.verdict is Verdict.RESTRUCTURED
    assert answers(cast(raw), raw=True) == after(change)
    assert sorted(codes(raw.findings)) == [
        "columns-moved",
        "protection-removed",
        "row-inserted",
        "rows-moved",
        "sheet-renamed",
        "sheets-reordered",
    ]
    assert raw.cells.total == filled_cells(target.read_bytes())


def test_sheets_copied_to_a_new_workbook_by_a_real_program(office: Office, tmp_path: Path) -> None:
    source, target = tmp_path / "issued.xlsx", tmp_path / "copied.xlsx"
    source.write_bytes(compact().data)
    sheets = [BASICS, TABLE, PROJECT, "项目02"]
    office.save(source, target, [Edit.copy_sheet_to_new_workbook(*sheets)])
    raw = reader_of(COMPACT).read(target)
    assert "identity-lost" in codes(raw.findings)
    assert raw.verdict.is_read
    assert answers(cast(raw), raw=True) == issued_answers()
    assert reader_of().read(target).verdict is Verdict.FOREIGN


def test_a_built_in_form_with_a_project_code_changed() -> None:
    """A code that the bureau issued counts, whatever was typed over it."""
    form = the_form("project-performance")
    from xlkit.template.answers import place_members
    from xlkit.template.content import Content

    code = "13028122P00306010001X"
    members = {"projects": [{"code": code, "name": "购置公务用车", "budget": "10.96"}]}
    rendered = written(form, {}, content=place_members(form, Content(), members, 1))
    book = load_workbook(io.BytesIO(rendered.data))
    sheet = book["项目01"]
    at = next(cell for row in sheet.iter_rows() for cell in row if cell.value == code)
    at.value = "13028122P003058100014"
    target = io.BytesIO()
    book.save(target)
    raw = returned(target.getvalue())
    assert brief(raw.findings) == [("e", "prefilled-changed", f"项目01!{at.coordinate}")]
    assert answers(cast(raw))["projects"][0]["code"] == code
