"""`xlkit mail …` as a clerk uses it, with a post office on this machine."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import keyring
import pytest
from keyring.backends import fail, null

from tests.mail.boxes import BOXES, fresh
from tests.mail.keyrings import Forgetful, InFile, Locked, Memory
from xlkit.cli import main
from xlkit.demo.post_office import HOST
from xlkit.errors import MailError
from xlkit.mail import MailSettings, providers
from xlkit.wording import LANGUAGES

SECRET = "abcdefghijklmnop"
VARIABLES = ("XLKIT_MAIL_PASSWORD", "XLKIT_SMTP_PASSWORD", "XLKIT_IMAP_PASSWORD")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """The folder of a round, which one is in, and nothing in the environment."""
    folder = tmp_path / "一轮"
    folder.mkdir()
    (folder / "round.toml").write_text('round = "r"\n', "utf-8")
    monkeypatch.chdir(folder)
    for name in (*VARIABLES, "XLKIT_LANG", "XLKIT_ROUND"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(autouse=True)
def kept():
    """The system's keyring, as long as the test lasts."""
    before, memory = keyring.get_keyring(), Memory()
    keyring.set_keyring(memory)
    yield memory.kept
    keyring.set_keyring(before)


@pytest.fixture
def run(capsys):
    """Gives exit code, stdout and stderr of `xlkit mail` with those words."""

    def act(*words):
        code = main(["mail", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return act


@pytest.fixture
def typed(monkeypatch):
    def act(text):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    return act


def office_settings(office, folder, user, imap_user="", **smtp):
    """A mail.toml of the post office, with its authority beside it."""
    (folder / "ca.pem").write_bytes(office.authority.read_bytes())
    port = smtp.get("port", office.smtps_port)
    (folder / "mail.toml").write_text(
        f'[from]\naddress = "{user}"\n'
        f'[smtp]\nhost = "{HOST}"\nport = {port}\nca = "ca.pem"\n'
        f'[imap]\nhost = "{HOST}"\nport = {office.imaps_port}\nca = "ca.pem"\n'
        f'user = "{imap_user or user}"\n',
        "utf-8-sig",
    )


def test_init_writes_settings_and_says_what_comes_next(here, run):
    code, out, err = run("init", "budget@163.com", "--name", "市财政局预算科")
    assert (code, out) == (0, "mail.toml\n")
    found = MailSettings.read(here / "mail.toml")
    assert found == MailSettings.for_address("budget@163.com", name="市财政局预算科")
    assert "新增授权密码" in err
    assert "xlkit mail password\n" in err
    assert err.endswith("xlkit mail test\n")


def test_a_mailbox_that_lets_no_program_in_is_told_at_once(run):
    code, _, err = run("init", "budget@outlook.com")
    assert code == 0
    assert "草稿" in err
    assert "xlkit mail password" not in err


def test_init_in_another_folder_names_it_in_what_comes_next(here, run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("init", "budget@qq.com", "--round", here, "--lang", "en")
    assert (code, out) == (0, f"{here / 'mail.toml'}\n")
    assert f'xlkit mail test --round "{here}"' in err
    assert "# Settings of mail." in (here / "mail.toml").read_text("utf-8")
    monkeypatch.setenv("XLKIT_ROUND", str(here))
    _, _, err = run("init", "budget@qq.com", "--force")
    assert err.endswith("xlkit mail test\n")


def test_init_touches_no_settings_that_are_there(here, run):
    (here / "mail.toml").write_text("mine", "utf-8")
    code, _, err = run("init", "budget@163.com")
    assert code == 2
    assert "--force" in err
    assert (here / "mail.toml").read_text("utf-8") == "mine"
    assert run("init", "budget@163.com", "--force")[0] == 0
    assert MailSettings.read(here / "mail.toml").sender.address == "budget@163.com"


def test_init_is_for_rounds(run, tmp_path):
    code, _, err = run("init", "budget@163.com", "--round", tmp_path)
    assert code == 14
    assert "is no folder of a round" in err
    assert not (tmp_path / "mail.toml").exists()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("more", [[], ["--provider", "exmial"]])
def test_a_mailbox_of_nobody_who_is_known_is_told_whom_there_are(run, here, language, more):
    code, _, err = run("init", "budget@cz.gov.cn", *more, "--lang", language)
    assert code == 2
    assert all(f"  {name}  {item.title(language)}" in err for name, item in providers().items())
    own, drafts = (line.split()[2:] for line in err.splitlines() if line.startswith("  xlkit"))
    assert run(*own, "--lang", language)[0] == 0
    assert MailSettings.read(here / "mail.toml").smtp.host == "smtp.cz.gov.cn"
    assert run(*drafts, "--force", "--lang", language)[0] == 0
    assert MailSettings.read(here / "mail.toml").smtp is None


@pytest.mark.parametrize(
    ("smtp", "imap", "expected"),
    [
        ("mail.cz.gov.cn", "", ("mail.cz.gov.cn", 465, "tls", None)),
        ("mail.cz.gov.cn:465", "", ("mail.cz.gov.cn", 465, "tls", None)),
        ("mail.cz.gov.cn:587", "in.cz.gov.cn", ("mail.cz.gov.cn", 587, "starttls", 993)),
        ("mail.cz.gov.cn:25", "in.cz.gov.cn:143", ("mail.cz.gov.cn", 25, "starttls", 143)),
        ("10.1.2.3:8465", "10.1.2.3:8993", ("10.1.2.3", 8465, "tls", 8993)),
        ("fe80::1", "", ("fe80::1", 465, "tls", None)),
    ],
)
def test_an_office_names_its_own_servers(here, run, smtp, imap, expected):
    words = ["--smtp", smtp, *(["--imap", imap] if imap else []), "--name", "预算科"]
    code, out, err = run("init", "budget@cz.gov.cn", *words, "--user", "budget")
    assert (code, out) == (0, "mail.toml\n")
    assert "xlkit mail password" in err
    found = MailSettings.read(here / "mail.toml")
    server = found.outgoing
    port = found.imap.port if found.imap else None
    assert (server.host, server.port, server.security, port) == expected
    assert {one.user for one in (found.smtp, found.imap) if one} == {"budget"}
    assert (found.sender.address, found.sender.name) == ("budget@cz.gov.cn", "预算科")


def test_the_authority_of_own_servers_is_kept_beside_the_settings(here, run, office, tmp_path):
    given = tmp_path / "根证书.pem"
    given.write_bytes(office.authority.read_bytes())
    for _ in range(2):
        words = ("--smtp", HOST, "--imap", HOST, "--ca", given, "--force")
        assert run("init", "a@cz.gov.cn", *words)[0] == 0
        assert (here / given.name).read_bytes() == given.read_bytes()
        assert f'ca = "{given.name}"' in (here / "mail.toml").read_text("utf-8")
        found = MailSettings.read(here / "mail.toml")
        assert found.imap.ca == found.smtp.ca == str(here.absolute() / given.name)
        given = here / given.name
    (tmp_path / "not.pem").write_text("no certificate", "utf-8")
    code, _, err = run(
        "init", "a@cz.gov.cn", "--smtp", HOST, "--ca", tmp_path / "not.pem", "--force"
    )
    assert code == 15
    assert "PEM" in err
    assert not (here / "not.pem").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--smtp", "h", "--provider", "exmail"], 2, "--provider 已经说明了服务器"),
        (["--smtp", "h", "--drafts"], 2, "请去掉 --smtp"),
        (["--imap", "h"], 2, "请用 --smtp 写明怎么发信"),
        (["--user", "a"], 2, "请用 --smtp 或 --imap 写明服务器"),
        (["--smtp", "h:"], 2, "“h:”不是服务器"),
        (["--smtp", "h:x"], 2, "“h:x”不是服务器"),
        (["--smtp", "h h"], 15, "“smtp.host”：不是服务器名"),
        (["--smtp", "h:99999"], 15, "“smtp.port”：这里的数不能大于 65535"),
        (["--smtp", "h", "--ca", "no.pem"], 15, "no.pem：读不出来：没有这个文件或文件夹"),
    ],
)
def test_own_servers_that_cannot_be(here, run, words, code, said):
    found, _, err = run("init", "a@cz.gov.cn", *words)
    assert found == code
    assert said in err
    assert not (here / "mail.toml").exists()


def test_drafts_need_no_server(here, run):
    code, _, err = run("init", "a@cz.gov.cn", "--drafts")
    assert code == 0
    assert "--drafts" in err
    assert MailSettings.read(here / "mail.toml").smtp is None
    code, out, err = run("test", "--send")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert "没有 [smtp]" in err
    code, _, err = run("init", "a@cz.gov.cn", "--drafts", "--imap", "in.cz.gov.cn", "--force")
    assert code == 0
    assert MailSettings.read(here / "mail.toml").imap.host == "in.cz.gov.cn"
    with pytest.raises(MailError, match="no \\[smtp\\]"):
        _ = MailSettings.read(here / "mail.toml").outgoing


def test_what_notepad_made_of_the_name_is_told_wherever_settings_are_looked_for(here, run):
    (here / "mail.toml.txt").write_text('[from]\naddress = "a@163.com"\n', "utf-8")
    for words in (["test"], ["password"], ["init", "a@163.com"]):
        code, out, err = run(*words)
        assert code in (2, 15)
        assert "“mail.toml.txt”：是记事本在名字后面加了 .txt" in out + err
    with pytest.raises(MailError, match="Rename it to mail"):
        MailSettings.read(here / "mail.toml")


def test_an_office_at_a_provider_names_it(here, run):
    assert run("init", "budget@cz.gov.cn", "--provider", "exmail")[0] == 0
    assert MailSettings.read(here / "mail.toml").smtp.host == "smtp.exmail.qq.com"


@pytest.mark.parametrize("address", ["预算科@163.com", "budget", "a@163.com\nb@163.com"])
def test_what_is_no_address_is_refused(here, run, address):
    code, _, err = run("init", address)
    assert code in (2, 15)
    assert "budget@" in err or "不是能寄信的邮箱地址" in err
    assert not (here / "mail.toml").exists()


def test_a_password_is_kept_and_shown_nowhere(here, run, typed, kept):
    run("init", "budget@163.com")
    typed(f"  {SECRET}\r\n")
    code, out, err = run("password")
    assert (code, out) == (0, "")
    assert kept == {("xlkit", "budget@163.com"): SECRET}
    assert SECRET not in err
    assert err.endswith("xlkit mail test\n")
    assert not any(SECRET in file.read_text("utf-8") for file in here.iterdir())


def test_two_mailboxes_have_a_password_each(here, run, typed, kept, office):
    office_settings(office, here, "a@cz.gov.cn", "b@cz.gov.cn")
    typed("one\ntwo\n")
    _, _, err = run("password")
    assert err.index("a@cz.gov.cn 的密码（") < err.index("b@cz.gov.cn 的密码（")
    assert kept == {("xlkit", "a@cz.gov.cn"): "one", ("xlkit", "b@cz.gov.cn"): "two"}


def test_a_variable_that_would_count_first_is_told(run, typed, monkeypatch):
    run("init", "budget@163.com")
    monkeypatch.setenv("XLKIT_SMTP_PASSWORD", "x")
    typed(SECRET)
    assert "XLKIT_SMTP_PASSWORD" in run("password")[2]


@pytest.mark.parametrize(("text", "said"), [("\n", "没有输入密码"), ("密码abc\n", "全角符号")])
def test_what_is_no_password_is_not_kept(run, typed, kept, text, said):
    run("init", "budget@163.com")
    typed(text)
    code, _, err = run("password")
    assert code == 15
    assert said in err
    assert kept == {}


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, Locked, Forgetful])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_machine_without_a_keyring_is_told_of_variables(run, typed, backend, language):
    run("init", "budget@163.com")
    keyring.set_keyring(backend())
    typed(SECRET)
    code, _, err = run("password", "--lang", language)
    assert code == 15
    assert '  setx XLKIT_MAIL_PASSWORD "' in err
    assert "  read -rs XLKIT_MAIL_PASSWORD && export XLKIT_MAIL_PASSWORD" in err
    assert SECRET not in err


def test_servers_without_a_login_need_none(here, run):
    (here / "mail.toml").write_text(
        '[from]\naddress = "a@cz.gov.cn"\n[smtp]\nhost = "localhost"\nuser = ""\n', "utf-8"
    )
    code, _, err = run("password")
    assert code == 0
    assert "不需要密码" in err


def test_a_password_that_is_typed_is_not_seen(here, run, tmp_path):
    """On a real terminal: the program switches off that it repeats what is typed."""
    pty = pytest.importorskip("pty")
    run("init", "budget@163.com")
    mine, theirs = pty.openpty()
    backend = f"{InFile.__module__}.{InFile.__qualname__}"
    words = {"PYTHON_KEYRING_BACKEND": backend, "KEPT_IN": str(tmp_path / "kept")}
    process = subprocess.Popen(
        [sys.executable, "-m", "xlkit", "mail", "password"],
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env=os.environ | words | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    while not seen.decode("utf-8", "replace").endswith("）："):
        seen += os.read(mine, 1024)
    os.write(mine, SECRET.encode() + b"\n")
    process.wait(30)
    seen += os.read(mine, 4096)
    os.close(mine)
    assert process.returncode == 0
    assert SECRET not in seen.decode("utf-8")
    assert "xlkit mail test" in seen.decode("utf-8")
    assert (tmp_path / "kept").read_text("utf-8") == SECRET


def test_all_is_well(here, run, typed, office):
    user = fresh()
    office_settings(office, here, user)
    typed(BOXES[user])
    run("password")
    code, out, err = run("test")
    assert code == 0
    lines = out.splitlines()
    assert len(lines) == 10
    assert all(line.startswith("√ ") for line in lines)
    assert lines[0] == f"√ 设置：mail.toml：{user}"
    assert lines[1] == f"√ 发信 密码：在系统的密码库里找到（{user}）"
    assert lines[-1] == "√ 收信 文件夹：有：INBOX"
    assert "xlkit mail test --send" in err
    assert office.letters(user) == []


def test_a_mail_to_oneself(here, run, monkeypatch, office):
    user = fresh()
    office_settings(office, here, user)
    monkeypatch.setenv("XLKIT_MAIL_PASSWORD", BOXES[user])
    code, out, err = run("test", "--send", "--lang", "en")
    assert code == 0
    assert [line.split(": ")[:2] for line in out.splitlines()[-2:]] == [
        ["ok     sending", "test mail sent"],
        ["ok     fetching", "test mail seen"],
    ]
    assert "can go out" in err
    assert len(office.letters(user)) == 1


def test_what_fails_is_told_with_what_to_do(here, run, monkeypatch, office):
    office_settings(office, here, "finance@qq.com", port=1)
    monkeypatch.setenv("XLKIT_MAIL_PASSWORD", "mistaken-word")
    code, out, err = run("test", "--send")
    assert code == 15
    failed = [line for line in out.splitlines() if line.startswith("× ")]
    assert [line.partition("：")[0] for line in failed] == ["× 发信 连接", "× 收信 登录"]
    assert "生成授权码" in failed[1]
    assert "有 2 步没有通过" in err
    assert "mistaken-word" not in out + err


def test_settings_that_are_wrong_or_not_there(here, run):
    code, out, _ = run("test")
    assert code == 15
    assert out.startswith("× 设置：mail.toml：没有这个文件")
    assert "xlkit mail init" in out
    assert run("password")[0] == 15
    (here / "mail.toml").write_text('[from]\naddress = "a@163.com"\npassword = "x"\n', "utf-8")
    code, out, _ = run("test")
    assert code == 15
    assert "文件里不写密码" in out


def test_only_sending_is_set_up(here, run, monkeypatch, office):
    user = fresh()
    office_settings(office, here, user)
    file = here / "mail.toml"
    file.write_text(file.read_text("utf-8").partition("[imap]")[0], "utf-8")
    monkeypatch.setenv("XLKIT_MAIL_PASSWORD", BOXES[user])
    code, out, err = run("test", "--round", here)
    assert code == 0
    assert len(out.splitlines()) == 5
    assert "没有 [imap]" in err


def test_help_is_there_for_every_command(run):
    for words in ([], ["init"], ["password"], ["test"]):
        code, out, _ = run(*words, "--help")
        assert code == 0
        assert out.startswith(" ".join(["用法：xlkit mail", *words]))
