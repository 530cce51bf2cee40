"""Workbooks that these tests look at: the real answers and the small form, rendered once."""

from __future__ import annotations

import json
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from tests.form.snippets import SMALL
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.layout import Layout
from xlkit.template.writer import Issue, Rendered, render

KEY = b"k" * 32
PASSWORD = "round-2024"
DATA = Path(__file__).resolve().parents[2] / "sample_workbooks" / "answers"
ECONOMY = "ezhou-economy-informatization-2024"
SCIENCE = "ezhou-science-technology-2024"
ZUNHUA = "zunhua-industry-informatization-2022"
REAL = (ECONOMY, SCIENCE, ZUNHUA)
BLANK = ("department-performance", "project-performance", "small")


@cache
def form_of(name: str) -> Form:
    return load_checked(SMALL if name == "small" else name)


def answers_of(name: str) -> dict:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@cache
def content_of(name: str) -> tuple[Form, Content]:
    given = answers_of(name)
    form = form_of(given["form"])
    return form, place_answers(form, given["answers"], Content())


@cache
def rendered(name: str) -> Rendered:
    """Real answers by the name of their file, or a blank form by its own name."""
    issue = Issue(key=KEY, password=PASSWORD)
    if name in BLANK:
        identity = Identity(name, 1, unit="001", unit_name="甲&乙局", year=2024, round="2024")
        return render(form_of(name), identity, issue=issue)
    given, (form, content) = answers_of(name), content_of(name)
    unit = given["unit"]
    identity = Identity(
        form.form, form.version, unit=unit["code"], unit_name=unit["name"], year=given["year"]
    )
    return render(form, identity, content, issue)


@cache
def opened(name: str) -> Workbook:
    return load_workbook(BytesIO(rendered(name).data))


def parts(data: bytes) -> dict[str, str]:
    """The package's members as text."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {item: package.read(item).decode("utf-8") for item in package.namelist()}


def cells(layout: Layout):
    """Sheet, block, row and slot of every field's cell."""
    for sheet, block in layout.blocks():
        for row in block.rows:
            for slot in row.slots:
                yield sheet, block, row, slot
