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


def test_a_unit_without_an_address_is_noted_where_the_round_goes_by_mail(said):
    said("xlkit round unit add 305 档案馆")
    said("xlkit round issue")
    assert said("xlkit round status").count("名册里没有邮箱") == 1
    sent = said("xlkit round issue --mail", code=15)
    assert sent.count("没有发：名册里没有它的邮箱") == 1
    assert said("xlkit round status").count("名册里没有邮箱") == 1
    Path("mail.toml").rename("away.toml")
    assert said("xlkit round status").count("名册里没有邮箱") == 1


def test_without_a_mailbox_a_workbook_that_was_written_counts_as_sent(said):
    Path("mail.toml").rename("away.toml")
    said("xlkit round unit add 305 档案馆")
    said("xlkit round issue")
    status = said("xlkit round status")
    assert "已写出，未发" not in status
    assert "名册里没有邮箱" not in status
    assert status.count("已下发") == 6  # a column, and five units
    assert "写出 0 份填报表；另有 5 个单位此前已下发。" in said("xlkit round issue")


def test_what_was_written_is_not_said_to_be_sent(said):
    assert "会写出 4 份填报表。" in said("xlkit round issue --dry-run")
    assert "写出 4 份填报表。" in said("xlkit round issue")
    assert said("xlkit round status").count("已写出，未发") == len(UNITS)
    assert "写出 0 份填报表；另有 4 个单位的此前已写出，还没有发到。" in said("xlkit round issue")
    said("xlkit round issue 301 --mail")
    status = said("xlkit round status")
    assert status.count("已写出，未发") == len(UNITS) - 1
    assert (
        "写出 0 份填报表；另有 1 个单位此前已下发；另有 3 个单位的此前已写出，还没有发到。"
        in said("xlkit round issue")
    )
    said("xlkit round issue --drafts")
    assert said("xlkit round status").count("已写草稿") == len(UNITS) - 1


def test_a_dry_run_says_first_that_it_only_tries_and_shows_no_path_of_its_own(said):
    said("xlkit round issue --mail")
    tried = said("xlkit round collect --mail --dry-run")
    assert "试算：只说会做什么，什么都不改。" in tried
    assert "tmp" not in tried.replace(str(Path.cwd()), "")


def test_mails_go_out_in_the_order_of_the_codes(said):
    said("xlkit round unit add 305 档案馆 --email a@example.cn")
    sent = said("xlkit round issue --mail --dry-run")
    found = [line[:3] for line in sent.splitlines() if "试算，没有发" in line]
    assert found == ["301", "302", "303", "304", "305"]


def test_a_mailbox_with_nothing_new_is_said_to_have_nothing_new(said):
    said("xlkit round issue --mail")
    said("xlkit round collect --mail")
    assert said("xlkit round collect --mail") == "信箱里没有新的来信。\n"


def test_an_account_that_is_nobodys_name_is_told_whose_name_counts(said, monkeypatch):
    monkeypatch.setenv("XLKIT_USER", "Administrator")
    said("xlkit round issue --mail")
    said("xlkit round collect --mail")
    told = said("xlkit round reject 301 --why 不符")
    assert told.count("Administrator") == 1
    assert "setx XLKIT_USER" in told
    monkeypatch.setenv("XLKIT_USER", "王会计")
    assert "XLKIT_USER" not in said("xlkit round reject 301 --take-back")


def test_the_log_says_what_an_address_was_and_is(said):
    said("xlkit round unit set 301 --email jx2@example.cn --parent 市政府")
    told = said("xlkit round log 301")
    assert "邮箱由 jxj@example.cn 改为 jx2@example.cn" in told
    assert "主管部门由“县政府”改为“市政府”" in told
    assert "  " not in told
