"""The commands that send and fetch, typed as a clerk types them, against real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.round.desk import FINANCE, ROSTER, SECRET, UNITS, Bureau, filled
from xlkit.cli import main
from xlkit.demo.post_office import HOST, PostOffice
from xlkit.round.issuing import issue

WRONG = {"contact": {"name": "", "phone": "0315-6123456"}}
SETTINGS = """
[from]
address = "{finance}"
name = "样例县财政局"

[smtp]
host = "{host}"
port = {smtp}
security = "starttls"
user = "{finance}"
ca = "{ca}"

[imap]
host = "{host}"
port = {imap}
user = "{finance}"
ca = "{ca}"
"""


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with PostOffice(dict.fromkeys([FINANCE, *UNITS.values()], SECRET)) as office:
        yield office


@pytest.fixture
def bureau(tmp_path, monkeypatch, office) -> Bureau:
    """A round whose mail.toml names the servers, and the clerk in its folder."""
    bureau = Bureau(tmp_path / "round")
    bureau.open()
    text = SETTINGS.format(
        finance=FINANCE, host=HOST, smtp=office.smtp_port, imap=office.imaps_port,
        ca=office.authority.as_posix(),
    )  # fmt: skip
    (bureau.path / "mail.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(bureau.path)
    monkeypatch.setenv("XLKIT_KEY", bytes(range(32)).hex())
    monkeypatch.setenv("XLKIT_MAIL_PASSWORD", SECRET)
    for address in (FINANCE, *UNITS.values()):
        for folder in ("new", "cur"):
            for mail in (office.folder / "mail" / address / folder).iterdir():
                mail.unlink()
    return bureau


def run(*words: str) -> int:
    return main(["round", *words])


def letters(office: PostOffice, code: str) -> list[EmailMessage]:
    found = [
        message_from_bytes(data, policy=policy.default) for data in office.letters(UNITS[code])
    ]
    assert all(isinstance(mail, EmailMessage) for mail in found)
    return found  # type: ignore[return-value]


def send(office: PostOffice, code: str, data: bytes, sender: str = "") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender or UNITS[code], FINANCE, "报送"
    mail["Message-ID"] = f"<{code}.{len(office.letters(FINANCE))}@example.cn>"
    mail.set_content("请查收。")
    mail.add_attachment(data, maintype="application", subtype="x", filename="报送.xlsx")
    office.deliver(FINANCE, mail.as_bytes())


def test_a_round_by_mail_from_issue_to_reminder(bureau, office, capsys):
    assert run("issue", "--mail") == 0
    said = capsys.readouterr()
    assert "301 发展改革局：已发给 a@example.cn" in said.out
    assert "邮件：发出 4 封，没有发出 0 封。" in said.err
    assert run("issue", "--mail") == 0
    assert "没有要发的邮件" in capsys.readouterr().err
    send(office, "301", filled(bureau.issued("301")))
    send(office, "302", filled(bureau.issued("302"), **WRONG), sender="f@example.org")
    assert run("collect", "--mail") == 0
    out = capsys.readouterr().out
    assert "取来 2 封" in out
    assert run("status") == 0
    assert "发件人 f@example.org 不是该单位登记的邮箱" in capsys.readouterr().out
    assert run("return", "--mail") == 0
    assert "邮件：发出 2 封" in capsys.readouterr().err
    assert [len(letters(office, code)) for code in UNITS] == [2, 2, 1, 1]
    assert run("remind", "--within", "100") == 0
    said = capsys.readouterr()
    assert "302 教育局：截止 2026-12-10，报回的“报送.xlsx”有 1 处错误" in said.out
    assert "301" not in said.out
    assert [len(letters(office, code)) for code in UNITS] == [2, 2, 1, 1]
    assert run("remind", "--mail", "--within", "100") == 0
    assert run("remind", "--mail", "--within", "100") == 0
    assert "今天都提醒过了" in capsys.readouterr().err
    assert [len(letters(office, code)) for code in UNITS] == [2, 3, 2, 2]
    assert run("log", "302") == 0
    told = capsys.readouterr().out
    assert "发邮件：【请填报】" in told
    assert "邮件已由服务器收下" in told


def write(office: PostOffice, code: str, subject: str, text: str, **headers: str) -> None:
    """A mail without any file, as an answer to the last mail to a unit."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = UNITS[code], FINANCE, subject
    mail["Date"] = "Fri, 27 Nov 2026 10:00:00 +0800"
    mail["Message-ID"] = f"<{code}.{len(office.letters(FINANCE))}@example.cn>"
    mail["In-Reply-To"] = str(letters(office, code)[-1]["Message-ID"])
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    office.deliver(FINANCE, mail.as_bytes())


def test_a_question_is_shown_and_holds_the_reminder_back_until_it_is_answered(
    bureau, office, capsys
):
    assert run("issue", "--mail") == 0
    write(office, "302", "回复：怎么填", "第三栏怎么填？")
    assert run("collect", "--mail") == 0
    said = "302 教育局（b@example.cn）11-27 来信“回复：怎么填”：没有表格，可能是提问"
    assert said in capsys.readouterr().out
    assert run("status") == 0
    assert "11-27 来信询问，未见回复：回复：怎么填" in capsys.readouterr().out
    assert run("status", "--json") == 0
    units = {item["unit"]: item for item in json.loads(capsys.readouterr().out)["units"]}
    waits = {"on": "2026-11-27", "why": "mail-without-attachment"}
    assert [units[code]["letter"] for code in UNITS] == [None, waits, None, None]
    assert [units[code]["reminded_on"] for code in UNITS] == [None] * 4
    assert run("log", "302") == 0
    assert "来信：回复：怎么填（b@example.cn）" in capsys.readouterr().out
    assert run("remind", "--mail", "--within", "100") == 0
    assert "没有催 302 教育局：11-27 来信询问" in capsys.readouterr().out
    assert [len(letters(office, code)) for code in UNITS] == [2, 1, 2, 2]
    assert run("remind", "--within", "100", "--anyway") == 0
    assert "302 教育局：截止" in capsys.readouterr().out
    assert run("remind", "302", "--mail") == 0
    assert [len(letters(office, code)) for code in UNITS] == [2, 2, 2, 2]
    capsys.readouterr()
    assert run("status") == 0
    status = capsys.readouterr().out
    assert "来信询问" not in status
    assert status.count("已催报") == 4


def test_a_link_to_a_net_disk_is_told_by_its_sender(bureau, office, capsys):
    assert run("issue", "--mail") == 0
    write(office, "303", "报送", "https://pan.baidu.com/s/1abc 提取码 1234")
    assert run("collect", "--mail") == 0
    said = "303 第一中学（c@example.cn）11-27 来信“报送”：邮件里没有表格，只有网盘"
    out = capsys.readouterr().out
    assert said in out
    assert ".eml" not in out
    assert run("status") == 0
    assert "11-27 来信没有收到表格（附件在网盘）：报送" in capsys.readouterr().out
    assert run("log", "303") == 0
    assert f"没有收：{said}" in capsys.readouterr().out
    assert run("remind", "--mail", "--within", "100") == 0
    assert len(letters(office, "303")) == 2


def test_an_automatic_reply_is_told_by_its_text(bureau, office, capsys):
    assert run("issue", "--mail") == 0
    text = "您好！我在休假，至12月1日返回。急事请打电话。"
    write(office, "304", "自动回复：【请填报】", text, Auto_Submitted="auto-replied")
    assert run("collect", "--mail") == 0
    assert "自动回复：304 第二中学“我在休假，至12月1日返回。" in capsys.readouterr().out
    assert run("status") == 0
    assert "有自动回复：我在休假，至12月1日返回。" in capsys.readouterr().out


def test_what_did_not_arrive_is_not_said_twice_and_with_the_command_that_helps(
    bureau, office, capsys
):
    office.mood.refused[UNITS["302"]] = "550 no such user"
    assert run("issue", "--mail") == 15
    assert run("issue", "--mail") == 15
    told = capsys.readouterr().out.splitlines()[-1]
    assert "没有再发：上次没有送到 b@example.cn" in told
    assert "xlkit round issue 302 --again --mail" in told
    assert "no such user" not in told
    assert run("status") == 0
    assert "发送失败" in capsys.readouterr().out
    office.mood.refused.clear()


def test_drafts_are_mails_for_a_mail_program(bureau, office, capsys):
    assert run("issue", "--drafts") == 0
    drafts = sorted((bureau.path / "outbox" / "mail").glob("*.eml"))
    assert [path.name[:3] for path in drafts] == list(UNITS)
    mail = message_from_bytes(drafts[0].read_bytes(), policy=policy.default)
    assert (mail["X-Unsent"], mail["To"].addresses[0].addr_spec) == ("1", UNITS["301"])
    (part,) = mail.iter_attachments()
    assert part.get_content() == bureau.issued("301")
    assert [letters(office, code) for code in UNITS] == [[]] * 4
    assert run("issue", "--mail") == 0
    assert [letters(office, code) for code in UNITS] == [[]] * 4
    capsys.readouterr()
    assert run("status") == 0
    assert "邮件是草稿" in capsys.readouterr().out


def test_a_dry_run_shows_every_mail_and_sends_none(bureau, office, capsys):
    before = sorted(path for path in bureau.path.rglob("*") if path.is_file())
    assert run("issue", "--mail", "--dry-run") == 0
    out = capsys.readouterr().out
    for address in UNITS.values():
        assert f"收件人：{address}" in out
    assert out.count("附件：") >= 4
    assert "已发给" not in out
    assert out.count("怎样填、怎样报回") == 4
    assert [letters(office, code) for code in UNITS] == [[]] * 4
    assert sorted(path for path in bureau.path.rglob("*") if path.is_file()) == before
    send(office, "301", b"x")
    assert run("collect", "--mail", "--dry-run") == 0
    assert sorted(path for path in bureau.path.rglob("*") if path.is_file()) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("issue", "--mail"), "授权码"),
        (("collect", "--mail"), "授权码"),
        (("remind", "--mail", "--within", "100"), "授权码"),
    ],
)
def test_a_wrong_password_is_15_with_what_to_do(bureau, monkeypatch, capsys, words, said):
    with bureau.work() as round_:
        issue(round_)
    monkeypatch.setenv("XLKIT_MAIL_PASSWORD", "wrong")
    assert run(*words) == 15
    err = capsys.readouterr().err
    assert said in err
    assert "wrong" not in err


@pytest.mark.parametrize(
    "words", [("issue", "--mail"), ("issue", "--drafts"), ("collect", "--mail")]
)
def test_without_settings_it_says_how_they_are_made(bureau, capsys, words):
    (bureau.path / "mail.toml").unlink()
    assert run(*words) == 15
    assert "xlkit mail" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [("collect", "--mail", "x.xlsx"), ("collect", "--mail", "--received", "2026-11-01"),
     ("remind", "--within", "-1")],
)  # fmt: skip
def test_words_that_do_not_go_together(bureau, words):
    assert run(*words) == 2


def test_a_folder_that_the_mailbox_does_not_have_names_those_it_has(bureau, capsys):
    file = bureau.path / "mail.toml"
    file.write_text(file.read_text("utf-8") + 'folders = ["报送"]\n', encoding="utf-8")
    assert run("collect", "--mail") == 15
    err = capsys.readouterr().err
    assert "报送" in err
    assert "INBOX" in err


def test_a_unit_without_an_address_is_named_and_the_others_get_theirs(bureau, office, capsys):
    assert run("unit", "set", "303", "--email", "坏地址@@x") in {0, 14}
    bureau.path.with_name("roster.csv").write_text(
        ROSTER.replace("c@example.cn", ""), encoding="utf-8"
    )
    assert run("unit", "take", str(bureau.path.with_name("roster.csv"))) == 0
    capsys.readouterr()
    assert run("issue", "--mail", "--dry-run") == 15
    assert "只是试算" in capsys.readouterr().err
    assert run("issue", "--mail") == 15
    out = capsys.readouterr().out
    assert "303 第一中学：没有发：名册里没有它的邮箱" in out
    assert [len(letters(office, code)) for code in UNITS] == [1, 1, 0, 1]


def test_the_folder_of_the_round_holds_no_password(bureau):
    assert run("issue", "--mail") == 0
    held = [path.read_bytes() for path in Path(bureau.path).rglob("*") if path.is_file()]
    assert not any(SECRET.encode() in data for data in held if len(data) < 50_000)
