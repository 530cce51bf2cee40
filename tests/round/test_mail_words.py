"""What commands say of mails: nothing that a clerk could take for more than it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guided import NAME, UNITS, guided

OPENED = (
    f"xlkit round open 2027 --form {NAME} --year 2027 --due 2099-12-10 --roster roster.xlsx",
    "cd 2027",
    "xlkit mail init ysk@163.com",
    "setx XLKIT_MAIL_PASSWORD 授权码",
)


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """A clerk whose round is opened and whose mailbox is set up."""
    monkeypatch.chdir(tmp_path)
    for name in ("XLKIT_ROUND", "XLKIT_LANG", "XLKIT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    with guided(tmp_path, monkeypatch) as reader:
        for line in OPENED:
            reader.run(line)
        yield reader


@pytest.fixture
def said(reader, capsys):
    """Runs a line, and gives all that it says."""

    def act(line, code=0):
        capsys.readouterr()
        reader.run(line)
        assert reader.codes[line] == code
        return "".join(capsys.readouterr())

    return act


def test_a_dry_run_does_not_say_that_mails_went(reader, said):
    tried = said("xlkit round issue --mail --dry-run")
    assert tried.count("试算，没有发") == len(UNITS)
    assert "要发 4 封，不能发 0 封；一封也没有发" in tried
    assert "已发给" not in tried
    assert [list(reader.post.letters(unit.emails[0])) for unit in UNITS] == [[]] * len(UNITS)
    assert "发出 4 封" in said("xlkit round issue --mail")


def test_drafts_are_said_to_be_written_not_sent(said):
    drafted = said("xlkit round issue --drafts")
    assert "写出 4 封，没有写 0 封" in drafted
    assert str(Path("outbox", "mail")) in drafted
    assert "发出 4 封" not in drafted
    assert said("xlkit round status").count("邮件是草稿，由您发出") == len(UNITS)


def test_who_finds_nobody_to_remind_is_told_how_to_begin_earlier(said):
    said("xlkit round issue")
    assert "--within" in said("xlkit round remind")
    assert "要提醒的单位 4 个" in said("xlkit round remind --within 99999")


def test_a_unit_without_an_address_is_noted_once_mails_go_out(said):
    said("xlkit round unit add 305 档案馆")
    said("xlkit round issue")
    assert "名册里没有邮箱" not in said("xlkit round status")
    sent = said("xlkit round issue --mail", code=15)
    assert sent.count("没有发：名册里没有它的邮箱") == 1
    assert said("xlkit round status").count("名册里没有邮箱") == 1
