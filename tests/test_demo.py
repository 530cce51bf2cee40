"""The demo's round ends as its script wants it to, and what it leaves can be worked on."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlkit.cli import main
from xlkit.demo import script
from xlkit.demo.department import changed
from xlkit.demo.play import MASTER, ROUND, play
from xlkit.master.roll import Progress
from xlkit.previous import from_master
from xlkit.round.desk import Hand, at_work
from xlkit.round.present import units_of
from xlkit.rules.registry import load_checked


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    said: list[str] = []
    days: list[bool] = []
    assert play(folder, "zh", said.append, lambda _, over: days.append(over)) == folder / MASTER
    assert days.count(True) == len(script.play().days)
    assert len(days) == sum(len(day.steps) for day in script.play().days)
    assert any("2026-12-14" in line for line in said)
    return folder


def test_every_place_that_is_changed_is_there():
    answers = script.answers()
    for day in script.play().days:
        for sending in day.came:
            for place in sending.change:
                assert changed(answers, {place: "something else"}) != answers, place


def test_every_unit_ends_where_it_should(played):
    with at_work(played / ROUND, Hand()) as round_:
        units = units_of(round_)
    ends = {
        state: sorted(code for code, item in units.items() if item.state is state)
        for state in Progress
    }
    assert ends[Progress.SENT] == ["205", "305"]
    assert ends[Progress.MERGED] == ["119"]
    assert len(ends[Progress.ACCEPTED]) == len(units) - 3
    assert [code for code, item in units.items() if len(item.returns) == 3] == ["103", "110"]
    late = ["109", "110", "120", "204", "302"]
    assert sorted(code for code in ends[Progress.ACCEPTED] if units[code].is_late) == late
    assert units["101"].again == 1
    assert units["110"].serial == 2


def test_the_master_holds_the_accepted_units(played):
    found = from_master(played / MASTER, load_checked(script.play().form))
    assert len(found) == 28
    assert found["103"].answers["funding"][0]["current"]


def test_the_round_can_be_worked_on(played, monkeypatch, capsys):
    monkeypatch.chdir(played / ROUND)
    assert main(["round", "status"]) == 0
    assert "样例县公安局" in capsys.readouterr().out
    assert main(["round", "log", "103"]) == 0
    assert capsys.readouterr().out.count("更正表") == 2
