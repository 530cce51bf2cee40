"""Two years of one unit: what it returned, and this year's workbook that goes out with it."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.samples import sample_answers
from tests.validation.returns import ECONOMY, ZUNHUA, reader_of, the_form
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.previous import PreviousAnswers, previous_content
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.template.answers import place_answers, place_members
from xlkit.template.content import Content
from xlkit.template.writer import Issue, Rendered, render

DEPARTMENT = the_form("department-performance")
PROJECTS = the_form("project-performance")
KEY = bytes(range(32))


def changed(form: Form, path: str, **fields) -> Form:
    """The form with the declarations of some fields of a block changed."""
    plain = form.model_dump(by_alias=True, exclude_none=True)
    for sheet in plain["sheets"]:
        for block in sheet["blocks"]:
            if block.get("block") == path:
                for field in block["fields"]:
                    field.update(fields.get(field["name"], {}))
    return Form.model_validate(plain)


LOCKED = changed(
    DEPARTMENT,
    "annual_indicators",
    prior_1={"previous": {"from": ["value"], "locked": True}},
    prior_2={"previous": {"from": ["prior_1"], "locked": True}},
)


@cache
def last_year(name: str = ECONOMY) -> dict[str, Any]:
    """The canonical answers of a published return, as it was read."""
    given = sample_answers(name)
    form = the_form(given["form"])
    identity = Identity(form.form, form.version, unit="301", year=given["year"])
    made = render(form, identity, place_answers(form, given["answers"], Content()))
    return answers(cast(reader_of().read_bytes(made.data, "last.xlsx")))


def went_out(form: Form, content: Content, *, year: int = 2025, **given: Any) -> Rendered:
    identity = Identity(form.form, form.version, unit="301", unit_name="样例局", year=year, **given)
    return render(form, identity, content, Issue(KEY))


def filled(form: Form = DEPARTMENT, given: dict[str, Any] | None = None) -> Content:
    """What this year's workbook of a form goes out with."""
    answered = last_year() if given is None else given
    return previous_content(form, Content(), PreviousAnswers(answered, form.form, 1, 2024, form))


def of_projects() -> Content:
    """This year's workbook of a unit two of whose projects were there last year, too."""
    last = last_year(ZUNHUA)["projects"]
    members = [
        {"code": "13028125P00306010001X", "name": "新项目", "budget": "5"},
        {"code": last[1]["code"], "name": last[1]["name"], "budget": "1"},
        {"code": last[0]["code"], "name": last[0]["name"], "budget": "2"},
    ]
    content = place_members(PROJECTS, Content(), {"projects": members}, None)
    return previous_content(PROJECTS, content, PreviousAnswers(last_year(ZUNHUA)))
