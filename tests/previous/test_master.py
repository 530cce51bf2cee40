"""A master of ours gives the same answers as the returns that it was made of."""

from __future__ import annotations

import pytest

from tests.master.runs import ECONOMY, SCIENCE, ZUNHUA, returned, run, sample, the_form
from xlkit.errors import UsageError
from xlkit.master.consolidate import consolidate
from xlkit.master.export import write_parquet
from xlkit.master.writer import write_master
from xlkit.previous import PreviousAnswers, from_master, previous_content
from xlkit.submission.canonical import answers
from xlkit.template.answers import place_members
from xlkit.template.content import Content

FORMS = {
    "department-performance": (ECONOMY, SCIENCE),
    "project-performance": (ZUNHUA,),
}


@pytest.fixture(scope="module")
def reviewed():
    names = [name for of in FORMS.values() for name in of]
    return run({f"{name}.xlsx": returned(name) for name in names})


@pytest.fixture(scope="module")
def master(reviewed):
    return consolidate(reviewed, include_errors=True)


def contents(form, known):
    """What each unit's workbook goes out with."""
    found = {}
    for unit, previous in known.items():
        members = previous.answers.get("projects", ())
        codes = [{"code": one["code"]} for one in members]
        start = place_members(form, Content(), {"projects": codes} if codes else {}, None)
        content = previous_content(form, start, previous)
        found[unit] = (content.texts, content.issued, content.offered, content.sizing)
    return found


def of_returns(reviewed, form):
    return {
        item.raw.identity.unit: PreviousAnswers(answers(item), definition=form)
        for item in reviewed.submissions
        if item.raw.form.form == form.form
    }


@pytest.mark.parametrize("name", FORMS)
def test_a_workbook_and_a_folder_give_what_the_returns_give(name, reviewed, master, tmp_path):
    form = the_form(name)
    expected = contents(form, of_returns(reviewed, form))
    assert len(expected) == len(FORMS[name])
    path = tmp_path / "master.xlsx"
    path.write_bytes(write_master(master))
    write_parquet(master, tmp_path)
    for source in (path, tmp_path):
        found = from_master(source, form, [form])
        years = {sample(one)["unit"]["code"]: sample(one)["year"] for one in FORMS[name]}
        assert {one: known.year in (None, years[one]) for one, known in found.items()} == (
            dict.fromkeys(years, True)
        )
        assert {known.form for known in found.values()} == {name}
        assert contents(form, found) == expected, source


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_a_master_that_was_saved_again(office, suffix, reviewed, master, tmp_path):
    form = the_form("department-performance")
    path, saved = tmp_path / "master.xlsx", tmp_path / f"saved{suffix}"
    path.write_bytes(write_master(master))
    office.save(path, saved)
    expected = contents(form, of_returns(reviewed, form))
    assert contents(form, from_master(saved, form, [form])) == expected


def test_rows_of_several_sheets_are_one_table(reviewed, master, tmp_path):
    form = the_form("department-performance")
    path = tmp_path / "master.xlsx"
    path.write_bytes(write_master(master, most_rows=40))
    expected = contents(form, of_returns(reviewed, form))
    assert contents(form, from_master(path, form, [form])) == expected


def test_what_is_no_master_is_refused(master, tmp_path):
    path = tmp_path / "a.xlsx"
    with pytest.raises(UsageError, match="cannot be opened"):
        from_master(path, the_form("department-performance"))
    path.write_bytes(returned(ECONOMY))
    with pytest.raises(UsageError, match="is no master"):
        from_master(path, the_form("department-performance"))
    path.write_bytes(b"nothing")
    with pytest.raises(UsageError, match="cannot be read as a master"):
        from_master(path, the_form("department-performance"))
    with pytest.raises(UsageError, match="is no master"):
        from_master(tmp_path, the_form("department-performance"))
    path.write_bytes(write_master(master))
    other = the_form("department-performance").model_copy(update={"form": "another"})
    with pytest.raises(UsageError, match="none is another"):
        from_master(path, other)
