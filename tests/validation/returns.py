"""Returned workbooks for tests: answers written into a template, edited, read and judged."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.samples import sample_answers
from xlkit.findings import Finding, Severity
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.rules.types import Texts
from xlkit.submission.cast import Submission, cast
from xlkit.submission.raw import RawRow, RawSubmission
from xlkit.submission.read import FormShelf, Reader
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.writer import Issue, Rendered, render
from xlkit.validation.review import judged

ECONOMY = "ezhou-economy-informatization-2024"
SCIENCE = "ezhou-science-technology-2024"
ZUNHUA = "zunhua-industry-informatization-2022"
PUBLISHED = (ECONOMY, SCIENCE, ZUNHUA)
FORMS = ("department-performance", "project-performance")

Cells = Mapping[str, str | float | None]
"""What is typed, by `sheet!B7`."""


@cache
def the_form(name: str) -> Form:
    return load_checked(name)


def reader_of(form: Form | None = None, key: bytes | None = None) -> Reader:
    """A reader of the built-in forms, or of the one given."""
    forms = [form] if form is not None else [the_form(name) for name in FORMS]
    return Reader(FormShelf(forms), key=key)


def written(
    form: Form,
    answers: Mapping[str, Any],
    *,
    content: Content | None = None,
    key: bytes | None = None,
    **identity: Any,
) -> Rendered:
    """The workbook that holds those answers."""
    placed = place_answers(form, answers, content or Content())
    given = {"unit": "420700-301", "unit_name": "样例局", "year": 2024, **identity}
    return render(form, Identity(form.form, form.version, **given), placed, Issue(key=key))


@cache
def published(name: str) -> Rendered:
    """The workbook of a published return."""
    given = sample_answers(name)
    unit = given["unit"]
    form = the_form(given["form"])
    return written(
        form, given["answers"], unit=unit["code"], unit_name=unit["name"], year=given["year"]
    )


def returned(data: bytes, form: Form | None = None, key: bytes | None = None) -> RawSubmission:
    return reader_of(form, key).read_bytes(data, "return.xlsx")


@cache
def published_raw(name: str) -> RawSubmission:
    return returned(published(name).data)


def judge(*raws: RawSubmission) -> list[Submission]:
    """The submissions, cast and validated in one pass."""
    return list(judged([cast(raw) for raw in raws]).submissions)


def edited(data: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """The workbook after an edit by openpyxl."""
    book = load_workbook(io.BytesIO(data))
    edit(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def typed(data: bytes, cells: Cells) -> bytes:
    """The workbook with those cells typed over; None clears one."""

    def type_all(book: Workbook) -> None:
        for place, value in cells.items():
            sheet, _, address = place.rpartition("!")
            book[sheet][address].value = value

    return edited(data, type_all)


def row_of(raw: RawSubmission, path: str, mark: str, instance: int = 0) -> RawRow:
    return next(
        row for row in raw.rows if (row.path, row.row.mark, row.instance) == (path, mark, instance)
    )


def with_texts(raw: RawSubmission, row: RawRow, name: str, texts: Texts) -> RawSubmission:
    """The return with other texts in one field's cells; its row stays in use."""
    changed = replace(row, texts={**row.texts, name: texts})
    return replace(raw, rows=tuple(changed if item is row else item for item in raw.rows))


def brief(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    """Severity's first letter, code and cells: what a table of cases shows."""
    return [(item.severity.value[0], item.code, " ".join(item.cells)) for item in findings]


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [item for item in findings if item.severity is Severity.ERROR]


def codes(findings: Iterable[Finding]) -> list[str]:
    return [item.code for item in findings]


def filled_cells(raw_data: bytes) -> int:
    """Non-empty cells of a workbook, counted by another program than ours."""
    book = load_workbook(io.BytesIO(raw_data))
    return sum(
        1
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if cell.value not in (None, "")
    )


COMPACT = load_checked(Path(__file__).with_name("compact.yaml"))


@cache
def confidential() -> Form:
    """The compact form with its contact's name and phone private."""
    given = Path(__file__).with_name("compact.yaml").read_text(encoding="utf-8")
    for field in ("name: name, type: text,", "name: phone, type: phone,"):
        assert field in given
        given = given.replace(field, f"{field} private: true,")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "compact.yaml"
        path.write_text(given, encoding="utf-8")
        return load_checked(path)


COMPACT_ANSWERS: dict[str, Any] = {
    "contact": {"name": "张三", "phone": "0711-1234567"},
    "funding": [{"item": "财政拨款", "now": "10"}, {"item": "单位资金", "now": "5"}],
    "goal": {"text": "目标一；\n目标二。"},
    "indicators": [
        {"level1": "管理", "level2": "执行率", "past": "90%", "value": "≥95%", "basis": "计划标准"},
        {"level1": "履职", "level2": "新增企业", "past": "", "value": "≥20家", "basis": "历史标准"},
        {"level1": "管理", "level2": "培训", "past": "", "value": "3次", "basis": "计划标准"},
    ],
    "projects": [
        {
            "code": "A1",
            "budget": "10",
            "due": "2024-12-31",
            "steps": [
                {"text": "调研", "cost": "4", "months": "3", "done": "50%"},
                {"text": "建设", "cost": "6", "months": "", "done": ""},
            ],
        }
    ],
}


@cache
def compact() -> Rendered:
    """The compact form, filled."""
    return written(COMPACT, COMPACT_ANSWERS)


def unmerged(book: Workbook, sheet: str) -> Worksheet:
    """The sheet without merged cells, which openpyxl does not move along."""
    found = book[sheet]
    for box in list(found.merged_cells.ranges):
        found.unmerge_cells(str(box))
    return found
