"""Passwords of mailboxes, from the environment or the system's keyring; from no file, ever."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NoReturn, Protocol

from xlkit.errors import MailError
from xlkit.sentences import Sentence

SERVICE = "xlkit"
"""The name that the keyring keeps passwords under."""
SMTP_VARIABLE, IMAP_VARIABLE = "XLKIT_SMTP_PASSWORD", "XLKIT_IMAP_PASSWORD"
BOTH_VARIABLE = "XLKIT_MAIL_PASSWORD"
KEYRING = "keyring"
_SHOWN = "***"


class Password:
    """A password that says what it is to servers only: it is not printed, compared or pickled."""

    __slots__ = ("_text", "source")

    def __init__(self, text: str, source: str) -> None:
        self._text = text
        self.source = source
        """The variable that it came from, or `keyring`."""

    def __repr__(self) -> str:
        return f"Password({_SHOWN}, {self.source!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a password is not handed on")

    def reveal(self) -> str:
        """What the server is told; to be given to no other name."""
        return self._text

    def hidden_in(self, text: str) -> str:
        """A server's words without the password, also as programs encode it."""
        raw = self._text.encode("utf-8")
        forms = {self._text, base64.b64encode(raw).decode("ascii")}
        for form in sorted(filter(None, forms), key=len, reverse=True):
            text = text.replace(form, _SHOWN)
        return text


class Keyring(Protocol):
    """Where a system keeps passwords."""

    def get(self, user: str) -> str | None:
        """The password kept for that user; None for none."""

    def put(self, user: str, password: Password) -> None:
        """Keeps it."""


class SystemKeyring:
    """The keyring of this system: Windows' Credential Manager, the Mac's keychain and the like."""

    def get(self, user: str) -> str | None:
        """What is kept; None also where the system has no keyring.

        Raises:
            MailError: there is one and it cannot be opened.
        """
        import keyring
        from keyring.errors import KeyringError, NoKeyringError

        try:
            return keyring.get_password(SERVICE, user)
        except NoKeyringError:
            return None
        except KeyringError as error:
            failure = type(error).__name__
        raise MailError(
            Sentence("keyring-shut", failure=failure, variable=BOTH_VARIABLE),
            KEYRING,
        )

    @property
    def is_there(self) -> bool:
        """Whether this system has a keyring at all."""
        import keyring
        from keyring.backends import fail, null

        return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)

    def put(self, user: str, password: Password) -> None:
        """Keeps it from now on.

        Raises:
            MailError: the system has no keyring, or it cannot be opened.
        """
        import keyring
        from keyring.errors import KeyringError

        failure = "it forgets"  # some systems have one that takes everything and keeps nothing
        try:
            keyring.set_password(SERVICE, user, password.reveal())
            if keyring.get_password(SERVICE, user) == password.reveal():
                return
        except KeyringError as error:
            failure = type(error).__name__
        raise MailError(
            Sentence("keyring-forgets", failure=failure, variable=BOTH_VARIABLE),
            KEYRING,
        )


class Secrets:
    """Where passwords are looked for: a variable of their own, the common one, the keyring."""

    def __init__(self, environ: Mapping[str, str], keyring: Keyring | None = None) -> None:
        self._environ = environ
        self._keyring = keyring

    def __repr__(self) -> str:
        return "Secrets()"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that hold a password: they count before the keyring."""
        names = (SMTP_VARIABLE, IMAP_VARIABLE, BOTH_VARIABLE)
        return tuple(name for name in names if self._environ.get(name, "").strip())

    def smtp(self, user: str) -> Password | None:
        """The password that mail of that user is sent with; None where none is found."""
        return self._found(SMTP_VARIABLE, user)

    def imap(self, user: str) -> Password | None:
        """The password that mail of that user is fetched with; None where none is found."""
        return self._found(IMAP_VARIABLE, user)

    def _found(self, variable: str, user: str) -> Password | None:
        for name in (variable, BOTH_VARIABLE):
            if text := self._environ.get(name, "").strip():
                return Password(text, name)
        kept = self._keyring.get(user) if self._keyring and user else None
        return Password(kept.strip(), KEYRING) if kept and kept.strip() else None
