"""One pass over many returns says what one by one says; the schemas stand alone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.validation.returns import (
    COMPACT,
    ECONOMY,
    FORMS,
    SCIENCE,
    ZUNHUA,
    brief,
    compact,
    judge,
    published,
    published_raw,
    reader_of,
    returned,
    the_form,
    with_texts,
    written,
)
from xlkit import catalogue
from xlkit.errors import UsageError
from xlkit.form.model import Form
from xlkit.rules.registry import form_checks
from xlkit.submission.cast import cast
from xlkit.submission.raw import RawSubmission
from xlkit.validation.frames import build_tables, with_matches, with_references
from xlkit.validation.review import judged, review
from xlkit.validation.schema import schemas
from xlkit.validation.validate import validate

RAW = returned(compact().data, COMPACT)
CELLS = [(row, name) for row in RAW.rows for name in row.texts if name not in row.formulas]
TEXTS = [
    "",
    "x",
    "95",
    "95%",
    "16万元",
    "良好",
    "计划标准",
    "管理",
    "A1",
    "-1",
    "2024-12-31",
    "9" * 30,
]


@st.composite
def spoilt(draw: st.DrawFn) -> RawSubmission:
    """The compact return with a few texts typed over."""
    raw = RAW
    for number in draw(st.lists(st.integers(0, len(CELLS) - 1), max_size=4, unique=True)):
        place, name = CELLS[number]
        row = next(
            item
            for item in raw.rows
            if (item.path, item.instance, item.row.mark)
            == (place.path, place.instance, place.row.mark)
        )
        raw = with_texts(raw, row, name, ("", draw(st.sampled_from(TEXTS)), ""))
    return raw


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.lists(spoilt(), min_size=2, max_size=5))
def test_together_as_one_by_one(raws: list[RawSubmission]) -> None:
    together = [one.findings for one in judge(*raws)]
    assert together == [judge(raw)[0].findings for raw in raws]


def test_published_returns_together_as_one_by_one() -> None:
    names = (ECONOMY, ZUNHUA, SCIENCE, ECONOMY)
    together = [one.findings for one in judge(*map(published_raw, names))]
    assert together == [judge(published_raw(name))[0].findings for name in names]
    assert all(together)


def test_forms_are_judged_apart_and_stay_in_order() -> None:
    raws = [published_raw(ZUNHUA), published_raw(SCIENCE), returned(b"nothing")]
    result = judged([cast(raw) for raw in raws])
    assert [one.raw for one in result.submissions] == raws
    assert [form.form for form in result.forms] == ["project-performance", "department-performance"]
    assert [one.raw for one in result.of(the_form("department-performance"))] == [raws[1]]


def test_nothing_to_judge() -> None:
    assert judged([]).submissions == ()
    assert validate(COMPACT, []) == []


def test_a_return_without_members_of_a_group() -> None:
    kept = tuple(row for row in RAW.rows if row.placed.group is None)
    assert judge(replace(RAW, rows=kept))[0].findings == judge(RAW)[0].findings == ()


def test_every_finding_can_be_said() -> None:
    for name in (ECONOMY, ZUNHUA, SCIENCE):
        for finding in judge(published_raw(name))[0].findings:
            assert finding.code in catalogue.codes()
            for language in ("zh", "en"):
                said = catalogue.say(finding, language)
                assert said.message
                assert "{" not in said.message + said.hint


def test_files_in_judged_returns_out(tmp_path: Path) -> None:
    paths = []
    for name in (ZUNHUA, SCIENCE):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(published(name).data)
        paths.append(path)
    seen: list[Path] = []
    result = review(paths, reader_of(), each=seen.append)
    assert seen == paths
    assert [brief(one.findings) for one in result.submissions] == [
        brief(judge(published_raw(name))[0].findings) for name in (ZUNHUA, SCIENCE)
    ]
    with pytest.raises(UsageError):
        review([tmp_path / "missing.xlsx"], reader_of())


# schemas without us


def frames(form: Form, *raws: RawSubmission) -> dict[str, pl.DataFrame]:
    """The frames of a run, with the references and matching rows that rules want."""
    tables = build_tables(form, [cast(raw) for raw in raws])
    found = {}
    for path, checks in form_checks(form).items():
        references = [item for check in checks for item in check.references]
        matches = [item for check in checks for item in check.matches]
        frame = with_references(tables, form, tables[path], references)
        found[path] = with_matches(tables, form, tables[path], frame, matches)
    return found


def prepared(form: Form, path: str, frame: pl.DataFrame) -> pl.DataFrame:
    for check in form_checks(form)[path]:
        frame = check.prepare(frame) if check.prepare is not None else frame
    return frame


@pytest.mark.parametrize("name", [SCIENCE, ZUNHUA])
def test_schemas_stand_alone(name: str) -> None:
    raw = published_raw(name)
    assert raw.form is not None
    found = schemas(raw.form)
    assert list(found) == [placed.path for placed in raw.form.blocks]
    failed = set()
    for path, frame in frames(raw.form, raw).items():
        try:
            found[path].validate(prepared(raw.form, path, frame), lazy=True)
        except pa.errors.SchemaErrors as errors:
            failed |= set(errors.failure_cases["check"].to_list())
    own = {finding.rule for finding in judge(raw)[0].findings if finding.rule}
    assert failed == own


def test_a_schema_names_the_row_that_fails() -> None:
    path = "projects.steps"
    row = next(row for row in RAW.rows if row.path == path and row.filled)
    wrong = with_texts(RAW, row, "text", ("", "", ""))
    frame = frames(COMPACT, RAW, wrong)[path]
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        schemas(COMPACT)[path].validate(frame, lazy=True)
    cases = caught.value.failure_cases
    assert cases["check"].to_list() == ["projects.steps.text.required-missing"]
    index = cases["index"].to_list()[0]
    assert frame.row(index, named=True)["_submission"] == 1


@pytest.mark.parametrize("name", FORMS)
def test_schemas_take_an_empty_frame(name: str) -> None:
    form = the_form(name)
    for path, frame in frames(form).items():
        assert schemas(form)[path].validate(prepared(form, path, frame), lazy=True).is_empty()


def test_a_frame_says_what_a_check_may_ask() -> None:
    frame = frames(COMPACT, RAW)["indicators"]
    first = frame.row(0, named=True)
    assert {name: first[name] for name in ("_submission", "_instance", "_first", "_key")} == {
        "_submission": 0,
        "_instance": 0,
        "_first": True,
        "_key": "execution",
    }
    assert [frame[name].to_list() for name in ("_filled", "_expected", "_active")] == [
        [True, False, True, False, True, False],
        [True, False, False, False, False, False],
        [True] * 6,
    ]
    assert (first["value"], first["value.number"], first["value.unit"], first["value.state"]) == (
        "≥95%",
        Decimal(95),
        "%",
        "read",
    )
    summed = frames(COMPACT, RAW)["projects"]
    assert summed["@steps.cost"].to_list() == [Decimal(10), None]
    assert summed["@steps.cost?"].to_list() == [True, True]


def test_a_sum_with_a_part_nobody_can_read_is_not_known() -> None:
    row = next(row for row in RAW.rows if row.path == "projects.steps")
    frame = frames(COMPACT, with_texts(RAW, row, "cost", ("", "若干", "")))["projects"]
    assert frame["@steps.cost?"].to_list() == [False, True]


def test_many_returns_of_one_unit_stay_apart() -> None:
    """The sum of each return's own rows is compared, not that of all."""
    other = written(
        COMPACT,
        {"projects": [{"code": "B1", "budget": "5", "steps": [{"text": "一", "cost": "4"}]}]},
    )
    found = [brief(one.findings) for one in judge(RAW, returned(other.data, COMPACT), RAW)]
    assert found[0] == found[2] == []
    assert ("e", "sum-differs", "项目01!E4 项目01!D10 项目01!D11") in found[1]
