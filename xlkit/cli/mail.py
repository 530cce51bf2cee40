"""The commands on the mail of a round: `xlkit mail …`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.mail_asked import (
    AddressArgument,
    Asked,
    CaOption,
    DraftsOption,
    ForceOption,
    ImapOption,
    NameOption,
    ProviderOption,
    SmtpOption,
    UserOption,
)
from xlkit.cli.options import LangOption
from xlkit.cli.round.desk import HERE, RoundOption
from xlkit.sentences import Told, located
from xlkit.wording import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlkit.mail import MailSettings, Server
    from xlkit.mail.secrets import Keyring
    from xlkit.mail.steps import Step

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The mailbox that a round is sent from and returned to: set up and tried.",
)


@app.command()
def init(
    address: AddressArgument,
    lang: LangOption,
    *,
    provider: ProviderOption = "",
    name: NameOption = "",
    smtp: SmtpOption = "",
    imap: ImapOption = "",
    user: UserOption = "",
    ca: CaOption = None,
    drafts: DraftsOption = False,
    folder: RoundOption = HERE,
    force: ForceOption = False,
) -> None:
    """Write mail.toml, the settings of mail, into the round's folder.

    Every line in it is explained, and may be changed. No password stands in it.
    """
    from xlkit.files import write_whole
    from xlkit.mail import SETTINGS, mail_toml
    from xlkit.round.folder import Folder

    Folder(folder).settings()  # says what to do where this is no round
    file = folder / SETTINGS
    if not force:
        _must_be_new(file, lang)
    asked = Asked(address, name, provider, smtp, imap, user, ca, drafts)
    settings = asked.settings(file, lang)
    write_whole(file, mail_toml(settings, lang).encode("utf-8"))
    console.result(str(file))
    console.talk(_what_next(settings, folder, lang))


def _must_be_new(file: Path, language: str) -> None:
    """Raises UsageError where settings are there, or would be but for the file's name."""
    from xlkit.errors import UsageError
    from xlkit.files import shown
    from xlkit.mail.settings import not_there

    if file.exists():
        raise UsageError(_say("is_there", language, path=shown(file)))
    if (missing := not_there(file)).key != "no-such-file":
        raise UsageError(located(shown(file), missing))


def _what_next(settings: MailSettings, folder: Path, language: str) -> str:
    """What is to be done once the settings are written."""
    if settings.smtp is None:
        return _say("init_only_drafts", language, round=_round(folder))
    known = settings.smtp.provider
    hint = known.hint(language) if known else _say("password_any", language)
    is_closed = known is not None and known.password == "none"  # noqa: S105
    key = "init_drafts" if is_closed else "init_done"
    return _say(key, language, hint=hint, round=_round(folder))


@app.command()
def password(lang: LangOption, folder: RoundOption = HERE) -> None:
    """Keep the mailbox's password in the system's keyring.

    It is asked for, and not shown while it is typed or pasted. No file gets it. Programs may
    pipe it in.
    """
    from xlkit.errors import MailError
    from xlkit.mail import SETTINGS, Secrets, SystemKeyring
    from xlkit.mail.steps import read_step

    settings, step = read_step(folder / SETTINGS, lang)
    if settings is None:
        raise MailError(Told(step.said), step.kind)
    keyring, servers = SystemKeyring(), _with_login(settings)
    if servers and not keyring.is_there:
        raise MailError(_say("no_keyring", lang, round=_round(folder)), "keyring")
    for server in servers:
        _keep(server, keyring, folder, lang)
    for name in Secrets(os.environ).variables:
        console.talk(_say("variable_first", lang, variable=name))
    key = "password_done" if servers else "password_unwanted"
    console.talk(_say(key, lang, round=_round(folder)))


@app.command("test")
def try_(
    lang: LangOption,
    send: Annotated[
        bool,
        typer.Option("--send", help="Also send a mail to the mailbox itself and wait for it."),
    ] = False,
    folder: RoundOption = HERE,
) -> None:
    """Try settings and password on the servers, step by step.

    Where a step fails it says what to do. Without --send no mail goes out. Nothing in the
    mailbox is changed or marked.
    """
    from datetime import datetime
    from secrets import token_hex

    from xlkit.errors import MailError
    from xlkit.mail import SETTINGS, Secrets, SystemKeyring
    from xlkit.mail.probe import probe
    from xlkit.mail.steps import read_step
    from xlkit.mail.trial import trial_letter

    settings, step = read_step(folder / SETTINGS, lang)
    failed = _shown([step], lang)
    if settings is not None:
        now, token = datetime.now().astimezone(), token_hex(4)
        letter = trial_letter(settings.sender, now=now, token=token, language=lang)
        secrets = Secrets(os.environ, SystemKeyring())
        steps = probe(settings, secrets, language=lang, letter=letter if send else None)
        failed += _shown(steps, lang)
        for key in _lacking(settings):
            console.talk(_say(key, lang))
    if failed:
        console.talk(_say("test_failed", lang, number=str(failed), round=_round(folder)))
        raise typer.Exit(MailError.exit_code)
    key = "test_sent" if send else "test_done"
    if settings is not None and settings.smtp is None:
        key = "test_drafts"
    console.talk(_say(key, lang, round=_round(folder)))


def _lacking(settings: MailSettings) -> Iterator[str]:
    """The words for servers that are not set up."""
    if settings.smtp is None:
        yield "test_no_smtp"
    elif settings.imap is None:
        yield "test_no_imap"


def _with_login(settings: MailSettings) -> list[Server]:
    """A server for each user that a password is needed of."""
    found: dict[str, Server] = {}
    for server in (settings.smtp, settings.imap):
        if server is not None and server.user:
            found.setdefault(server.user, server)
    return list(found.values())


def _keep(server: Server, keyring: Keyring, folder: Path, lang: str) -> None:
    """Asks for the password of a server's user and keeps it."""
    from xlkit.errors import MailError
    from xlkit.mail import Password, Smtp

    known = server.provider
    console.talk(known.hint(lang) if known else _say("password_any", lang))
    text = _typed(_say("ask_password", lang, user=server.user))
    if not text:
        raise MailError(_say("no_password", lang), "password-missing")
    if isinstance(server, Smtp) and not text.isascii():
        raise MailError(_say("trouble_password-signs", lang, user=server.user), "password-signs")
    try:
        keyring.put(server.user, Password(text, "typed"))
    except MailError as error:
        said = [
            _say("no_keyring", lang, round=_round(folder)),
            Told(f"({error.in_language(lang)})"),
        ]
        raise MailError(said, error.kind) from None
    console.talk(_say("password_kept", lang, user=server.user))


def _shown(steps: Iterable[Step], lang: str) -> int:
    """Prints steps as they come, and counts those that failed."""
    failed = 0
    for step in steps:
        failed += not step.ok
        way = _say(f"way_{step.way}", lang) if step.way else ""
        mark = _say("step_ok" if step.ok else "step_failed", lang)
        part = _say(f"step_{step.part}", lang)
        said = step.said.replace("\n", "\n  ")
        console.result(_say("step", lang, mark=mark, way=way, part=part, said=said))
    return failed


def _typed(question: str) -> str:
    """What was typed, unseen; from a pipe its next line."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(question, sys.stderr).strip()
    console.talk(question)
    return sys.stdin.readline().strip()


def _round(folder: Path) -> str:
    """What is put behind a command for it to work in the same folder."""
    if folder in (HERE, Path(os.environ.get("XLKIT_ROUND", ""))):
        return ""
    return f' --round "{folder}"'


def _say(key: str, language: str, **values: str) -> Told:
    return Told(word(key, language, file="mail", **values))
