"""A round never keeps a password of its ledger, and finds the ledger again without it."""

from __future__ import annotations

import pytest

from tests.postgres import PASSWORD
from tests.round.desk import DUE, FORM, ROSTER, YEAR, Bureau
from xlkit.cli import main
from xlkit.errors import LedgerError, UsageError
from xlkit.ledger.database import tells_password
from xlkit.round.folder import Folder, Settings


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://li:geheim@server/xlkit",
        "postgresql://server/xlkit?user=li&password=geheim",
        "postgresql://li@server/xlkit?sslpassword=geheim",
    ],
)
def test_a_password_is_not_kept(tmp_path, url):
    bureau = Bureau(tmp_path / "round")
    with pytest.raises(UsageError, match="PGPASSWORD") as caught:
        bureau.open(ledger=url)
    assert "geheim" not in str(caught.value)
    assert not bureau.path.exists()


def test_a_url_without_a_password_tells_none():
    assert not tells_password("postgresql://li@server:5433/xlkit?options=-csearch_path%3Da")
    assert not tells_password("D:/账本.sqlite")


def test_the_command_refuses_a_password_and_does_not_repeat_it(tmp_path, capsys):
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    words = ["--form", str(FORM), "--year", str(YEAR), "--due", DUE.isoformat()]
    url = "postgresql://li:geheim@127.0.0.1:1/x"
    code = main(
        ["round", "open", str(tmp_path / "r"), *words, "--roster", str(roster), "--ledger", url]
    )
    said = capsys.readouterr()
    assert code == UsageError.exit_code
    assert "PGPASSWORD" in said.err
    assert "geheim" not in said.out + said.err


def test_the_settings_of_a_round_hold_no_password(opened, ledger):
    text = (opened.path / "round.toml").read_text(encoding="utf-8")
    assert Folder(opened.path).settings().ledger == ledger
    assert PASSWORD not in text
    assert "%25" not in text


def test_a_ledger_that_is_not_reached_is_not_written_down(tmp_path):
    bureau = Bureau(tmp_path / "round")
    with pytest.raises(LedgerError, match="no connection"):
        bureau.open(ledger="postgresql://li@127.0.0.1:1/x")
    bureau.open()
    assert Folder(bureau.path).settings().ledger == ""


def test_opened_again_with_the_same_words_it_is_the_same_round(opened, ledger):
    with opened.work() as round_:
        entries = round_.ledger.entries(round_.id)
    opened.open(ledger=ledger)
    with opened.work() as round_:
        assert round_.ledger.entries(round_.id) == entries


def test_an_opening_that_was_killed_at_its_first_file_is_gone_on_with(tmp_path):
    bureau = Bureau(tmp_path / "round")
    bureau.path.mkdir()
    (bureau.path / ".xlkit-1.part").write_bytes(b"rou")
    bureau.open()
    assert Folder(bureau.path).settings() == Settings(round="small-form-2027-0a1b")
