"""Settings of mail: what a provider fills in, what is refused, and that no password is told."""

from __future__ import annotations

import pickle
import re
import traceback

import keyring
import pytest
from keyring.backends import fail

from tests.mail.keyrings import Locked, Memory
from xlkit.errors import MailError
from xlkit.mail import (
    MailSettings,
    Password,
    Secrets,
    Security,
    SystemKeyring,
    mail_toml,
    provider_at,
    provider_of,
    providers,
)
from xlkit.mail.trust import trust
from xlkit.wording import LANGUAGES

SECRET = "abcdefghijklmnop"


def read(tmp_path, text: str, encoding: str = "utf-8") -> MailSettings:
    file = tmp_path / "mail.toml"
    file.write_bytes(text.encode(encoding))
    return MailSettings.read(file)


@pytest.mark.parametrize(
    ("address", "smtp", "imap"),
    [
        ("a@163.com", ("smtp.163.com", 465, "tls"), ("imap.163.com", 993, "tls")),
        ("a@QQ.com", ("smtp.qq.com", 465, "tls"), ("imap.qq.com", 993, "tls")),
        ("a@foxmail.com", ("smtp.qq.com", 465, "tls"), ("imap.qq.com", 993, "tls")),
        ("a@189.cn", ("smtp.189.cn", 465, "tls"), ("imap.189.cn", 993, "tls")),
        (
            *("a@outlook.com", ("smtp-mail.outlook.com", 587, "starttls")),
            ("outlook.office365.com", 993, "tls"),
        ),
    ],
)
def test_an_address_tells_its_servers(tmp_path, address, smtp, imap):
    found = read(tmp_path, f'[from]\naddress = "{address}"\n', "utf-8-sig")
    assert found == MailSettings.for_address(address)
    assert (found.smtp.host, found.smtp.port, found.smtp.security) == smtp
    assert found.imap is not None
    assert (found.imap.host, found.imap.port, found.imap.security) == imap
    assert found.smtp.user == found.imap.user == address


def test_an_office_names_its_provider_or_its_own_servers(tmp_path):
    named = read(tmp_path, 'provider = "exmail"\n[from]\naddress = "a@ezhou.gov.cn"\n')
    assert named.smtp.host == "smtp.exmail.qq.com"
    assert named.smtp.provider is providers()["exmail"]
    own = read(
        tmp_path,
        '[from]\naddress = "a@ezhou.gov.cn"\n'
        '[smtp]\nhost = "mail.ezhou.gov.cn"\nsecurity = "starttls"\nuser = "a"\n',
    )
    assert (own.smtp.port, own.smtp.user, own.imap) == (587, "a", None)
    assert own.smtp.provider is None


def test_what_is_written_counts_before_the_provider_and_another_server_is_not_mixed(tmp_path):
    sender = '[from]\naddress = "a@163.com"\n'
    changed = read(tmp_path, sender + '[smtp]\nsecurity = "starttls"\nper_minute = 3\n')
    assert (changed.smtp.host, changed.smtp.port) == ("smtp.163.com", 587)
    assert (changed.smtp.per_minute, changed.smtp.per_connection) == (3, 10)
    other = read(tmp_path, sender + '[smtp]\nhost = "relay.local.net"\n')
    assert (other.smtp.port, other.smtp.per_minute) == (465, 20)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", providers())
def test_the_file_that_is_written_says_the_same_again(tmp_path, name, language):
    settings = MailSettings.for_address("a@x.gov.cn", provider=name, name='局 "A" \\ #')
    text = mail_toml(settings, language)
    assert read(tmp_path, text) == settings
    assert all(line.startswith(("#", "[", "provider")) or "  # " in line for line in
               filter(None, text.splitlines()))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('provider = "exmial"\n[from]\naddress = "a@b.cn"', "did you mean 'exmail'?"),
        ('[from]\naddress = "a@163.com"\nnam = "x"', "'from.nam' is unknown; did you mean 'name'?"),
        ('[from]\naddress = "a@163.com"\n[smtp]\nprot = 1', "'smtp.prot' is unknown; did you mean"),
        ('[form]\naddress = "a@163.com"', "'form' is unknown; did you mean 'from'?"),
        ('[from]\naddress = "张三@163.com"', "'from.address': '张三@163.com' is no e-mail address"),
        ('[from]\naddress = "a@163.com"\ncc = ["x"]', "'from.cc': 'x' is no e-mail address"),
        ('[from]\naddress = "a@x.cn"\n[smtp]\nport = 465', "'smtp.host' is missing (or name a"),
        ('[from]\naddress = "a@163.com"\n[smtp]\nhost = "smtp.163.com:465"', "without a port"),
        ('[from]\naddress = "a@163.com"\n[smtp]\nport = 0', "'smtp.port'"),
        ('[from]\naddress = "a@163.com"\n[smtp]\nport = true', "'smtp.port'"),
        ('[from]\naddress = "a@163.com"\n[smtp]\nsecurity = "ssl"', "'smtp.security'"),
        ('[from]\naddress = "a@163.com"\n[smtp]\nsecurity = "none"', "for this machine only"),
        ('[from]\naddress = "a@163.com"\n[imap]\nwhen_done = "move"', "belong together"),
        ('[from]\naddress = "a@163.com"\n[imap]\nfolders = []', "'imap.folders'"),
        ('[from]\naddress = "a@163.com"\n[imap]\nuser = ""', "'imap.user'"),
        ("x = ", "is no TOML"),
        ("from = 1", "'from': "),
    ],
)
def test_what_is_wrong_is_told_by_place_and_with_what_would_be_right(tmp_path, text, said):
    with pytest.raises(MailError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert all(
        line.startswith(f"{tmp_path / 'mail.toml'}: ") for line in str(caught.value).splitlines()
    )


def test_everything_wrong_is_told_at_once(tmp_path):
    with pytest.raises(MailError) as caught:
        read(tmp_path, '[from]\naddress = "x"\nnam = ""\n[smtp]\nhost = "a b"\n')
    assert len(str(caught.value).splitlines()) == 3


def test_a_file_that_is_not_there_or_not_utf_8_is_named(tmp_path):
    with pytest.raises(MailError, match="there is no such file"):
        MailSettings.read(tmp_path / "mail.toml")
    with pytest.raises(MailError, match="is not UTF-8"):
        read(tmp_path, '[from]\nname = "局"\n', "gb18030")


def test_an_address_of_an_unknown_provider_is_told_what_to_do():
    with pytest.raises(MailError, match="exmail"):
        MailSettings.for_address("a@ezhou.gov.cn")


def test_an_office_with_servers_of_its_own_names_who_vouches_for_them(tmp_path, certificates):
    (tmp_path / "ca.pem").write_bytes(certificates.authority.read_bytes())
    text = (
        '[from]\naddress = "a@cz.gov.cn"\n[smtp]\nhost = "localhost"\nca = "ca.pem"\n'
        '[imap]\nhost = "localhost"\n'
    )
    found = read(tmp_path, text)
    assert found.smtp.ca == str(tmp_path / "ca.pem")
    assert found.imap is not None
    assert found.imap.ca == ""
    assert len(trust(found.smtp.ca).get_ca_certs()) == 1
    assert len(trust().get_ca_certs()) != 1
    assert read(tmp_path, mail_toml(found, "zh")) == found


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ('ca = "not-there.pem"', "not-there.pem: cannot be read: No such file"),
        ('ca = "mail.toml"', "mail.toml: holds no certificate of an authority"),
        ('ca = "ca.pem"\nsecurity = "none"', "whose certificate is believed"),
    ],
)
def test_a_file_of_an_authority_that_is_none_is_refused(tmp_path, certificates, said, wrong):
    (tmp_path / "ca.pem").write_bytes(certificates.authority.read_bytes())
    server = '[from]\naddress = "a@cz.gov.cn"\n[smtp]\nhost = "127.0.0.1"\n'
    with pytest.raises(MailError, match=wrong):
        read(tmp_path, server + said)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_only_this_machine_is_talked_to_in_the_open(tmp_path, host):
    text = f'[from]\naddress = "a@b.cn"\n[smtp]\nhost = "{host}"\nport = 2525\nsecurity = "none"\n'
    assert read(tmp_path, text).smtp.security is Security.NONE


@pytest.mark.parametrize(
    "key", ["password", "Passwd", "smtp_pwd", "授权码", "邮箱密码", "secret", "app-token"]
)
@pytest.mark.parametrize("table", ["", "[smtp]\n", "[from.deep]\n"])
def test_a_password_in_the_file_is_refused_and_not_said(tmp_path, key, table):
    with pytest.raises(MailError) as caught:
        read(tmp_path, f'{table}"{key}" = "{SECRET}"\n')
    shown = "".join(traceback.format_exception(caught.value))
    assert SECRET not in shown
    assert "XLKIT_MAIL_PASSWORD" in shown


def test_values_of_settings_are_not_said_where_something_is_wrong(tmp_path):
    """Somebody may have written the password into the wrong line."""
    with pytest.raises(MailError) as caught:
        read(
            tmp_path,
            f'[from]\naddress = "a@163.com"\n[smtp]\nport = "{SECRET}"\nhost = "{SECRET} "',
        )
    assert SECRET not in "".join(traceback.format_exception(caught.value))


class Kept:
    """A keyring with one password."""

    def get(self, user: str) -> str | None:
        return SECRET if user == "a@163.com" else None

    def put(self, user: str, password: Password) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("environ", "user", "smtp", "imap"),
    [
        ({}, "a@163.com", "keyring", "keyring"),
        ({}, "b@163.com", None, None),
        ({"XLKIT_MAIL_PASSWORD": "x"}, "a@163.com", "XLKIT_MAIL_PASSWORD", "XLKIT_MAIL_PASSWORD"),
        (
            {"XLKIT_SMTP_PASSWORD": "x", "XLKIT_MAIL_PASSWORD": "y"},
            *("a@163.com", "XLKIT_SMTP_PASSWORD", "XLKIT_MAIL_PASSWORD"),
        ),
        ({"XLKIT_IMAP_PASSWORD": " x\n"}, "b@163.com", None, "XLKIT_IMAP_PASSWORD"),
        ({"XLKIT_MAIL_PASSWORD": "  "}, "b@163.com", None, None),
    ],
)
def test_passwords_come_from_their_own_variable_the_common_one_or_the_keyring(
    environ, user, smtp, imap
):
    secrets = Secrets(environ, Kept())
    found = secrets.smtp(user), secrets.imap(user)
    assert tuple(password and password.source for password in found) == (smtp, imap)
    assert all(password.reveal() in (SECRET, "x", "y") for password in found if password)


def test_a_password_shows_itself_nowhere():
    password = Password(SECRET, "keyring")
    shown = f"{password} {password!r} {[password]} {Secrets({'XLKIT_MAIL_PASSWORD': SECRET})!r}"
    assert SECRET not in shown
    with pytest.raises(TypeError):
        pickle.dumps(password)
    assert password.hidden_in(f"535 {SECRET} YWJjZGVmZ2hpamtsbW5vcA==") == "535 *** ***"
    assert not hasattr(password, "__dict__")


@pytest.fixture
def system():
    """Sets the system's keyring, for a test."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_the_system_keeps_a_password_under_the_name_of_the_program(system):
    memory = Memory()
    system(memory)
    SystemKeyring().put("a@163.com", Password(SECRET, "typed"))
    assert memory.kept == {("xlkit", "a@163.com"): SECRET}
    found = Secrets({}, SystemKeyring()).smtp("a@163.com")
    assert found is not None
    assert (found.reveal(), found.source) == (SECRET, "keyring")
    assert Secrets({}, SystemKeyring()).smtp("b@163.com") is None


def test_a_system_without_a_keyring_has_no_password_and_keeps_none(system):
    system(fail.Keyring())
    assert Secrets({}, SystemKeyring()).imap("a@163.com") is None
    with pytest.raises(MailError, match="XLKIT_MAIL_PASSWORD"):
        SystemKeyring().put("a@163.com", Password(SECRET, "typed"))


def test_a_keyring_that_cannot_be_opened_is_told_without_what_it_says(system):
    system(Locked())
    for act in (
        lambda: Secrets({}, SystemKeyring()).smtp("a@163.com"),
        lambda: SystemKeyring().put("a@163.com", Password(SECRET, "typed")),
    ):
        with pytest.raises(MailError, match="KeyringLocked") as caught:
            act()
        error = caught.value
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        ours = [frame for frame in frames if frame.f_globals["__name__"] == "xlkit.mail.secrets"]
        assert ours
        assert SECRET not in f"{error} {[frame.f_locals for frame in ours]}"
        assert (error.__context__, error.__cause__) == (None, None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", providers())
def test_every_provider_has_a_title_and_says_which_password_it_wants(name, language):
    provider = providers()[name]
    assert provider.title(language)
    assert len(provider.hint(language)) > 10
    assert provider.password in ("code", "client", "own", "none")
    assert provider_at(str(provider.smtp["host"]).upper()) is not None
    assert all(re.fullmatch(r"[a-z0-9.-]+", domain) for domain in provider.domains)
    assert all(provider_of(f"a@{domain}") is provider for domain in provider.domains)
