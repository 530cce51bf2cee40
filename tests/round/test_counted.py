"""What `merge` and `close` count: the same units, each with the return that the master has."""

from __future__ import annotations

import pytest

from tests.round.desk import Bureau, filled
from tests.round.test_commands import WRONG, environment
from xlkit.cli import main
from xlkit.round.closing import close_round
from xlkit.round.collecting import collect
from xlkit.round.issuing import issue
from xlkit.round.merging import merge

ALL = ("301", "302", "303", "304")


@pytest.fixture
def ledger() -> str:
    return ""


@pytest.fixture
def mixed(bureau) -> Bureau:
    """All came and were accepted; 301 sent a wrong one after it, 304 is to fill a new workbook."""
    take_in(bureau, {code: filled(bureau.issued(code)) for code in ALL})
    take_in(bureau, {"301": filled(bureau.issued("301"), **WRONG)})
    with bureau.work() as round_:
        issue(round_, ["304"], again=True)
    return bureau


def take_in(bureau: Bureau, files: dict[str, bytes]) -> None:
    before = len(list((bureau.path / "inbox").iterdir()))
    for number, (code, data) in enumerate(files.items(), start=before):
        bureau.receive(f"{number}-{code}.xlsx", data)
    with bureau.work() as round_:
        collect(round_)


def codes(found) -> tuple[list[str], ...]:
    return tuple(
        [item.code for item in part] for part in (found.last, found.earlier, found.missing)
    )


def test_merge_and_close_count_the_same(mixed):
    with mixed.work() as round_:
        merged = merge(round_)
        assert codes(merged.counted) == (["302", "303"], ["301", "304"], [])
        assert (merged.units, merged.missing) == (4, ())
        assert codes(close_round(round_)) == codes(merged.counted)


def test_a_unit_that_came_with_nothing_right_is_missing(bureau):
    take_in(bureau, {"301": filled(bureau.issued("301"), **WRONG)})
    with bureau.work() as round_:
        assert merge(round_).missing == ALL
        assert codes(close_round(round_)) == ([], [], list(ALL))


def test_both_say_who_is_in_with_an_earlier_return(mixed, monkeypatch, capsys):
    environment(monkeypatch)
    monkeypatch.chdir(mixed.path)
    told = []
    for command in ("merge", "close"):
        assert main(["round", command]) == 0
        told.append([line for line in capsys.readouterr().err.splitlines() if "以前通过" in line])
    assert told[0] == told[1]
    assert told[0] == [
        "301 发展改革局：汇总用的是以前通过的那一份（第1次报送），最后一次（第2次）没有通过。",
        "304 第二中学：汇总用的是以前通过的那一份（第1次报送），后来重新下发的表还没有报回。",
    ]


def test_both_say_how_many_are_missing(bureau, monkeypatch, capsys):
    environment(monkeypatch)
    monkeypatch.chdir(bureau.path)
    for command, code in (("merge", 1), ("close", 0)):
        assert main(["round", command]) == code
        assert "还有 4 个单位应报未报或未通过" in capsys.readouterr().err
