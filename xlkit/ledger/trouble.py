"""What to tell of a failure of a database: where, what, and what to do; never a password."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, quote_plus

from sqlalchemy.exc import DBAPIError

from xlkit.errors import LedgerError
from xlkit.sentences import Sentence

#: Passwords, as they stand in a URL when it has been read.
Secrets = tuple[str, ...]

_LOCKED = partial(Sentence, "ledger-locked")
_DAMAGED = partial(Sentence, "ledger-damaged")
_READ_ONLY = partial(Sentence, "ledger-read-only")
_FULL = partial(Sentence, "ledger-full")
_DISK = partial(Sentence, "ledger-disk")
_SHUT = partial(Sentence, "ledger-unopened")
_REACH = partial(Sentence, "ledger-reach")
_NO_SCHEMA = partial(Sentence, "ledger-no-schema")
_FORBIDDEN = partial(Sentence, "ledger-forbidden")
_STOPPED = partial(Sentence, "ledger-stopped")
_FAILED = partial(Sentence, "ledger-failed")
_CHANGED = partial(Sentence, "ledger-changed")

#: Source: sqlite.org/rescode.html, primary result codes.
_BY_RESULT = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FORMAT: _DAMAGED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_CANTOPEN: _SHUT,
}
#: Source: PostgreSQL manual, appendix A, error codes; the longest beginning counts.
_BY_STATE = {
    "08": _REACH,
    "25006": _FORBIDDEN,
    "3F": _NO_SCHEMA,
    "40": _STOPPED,
    "42501": _FORBIDDEN,
    "53": _FULL,
    "55P03": _LOCKED,
    "57": _STOPPED,
    "58": _DISK,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
_PRIMARY = 0xFF


def ledger_error(error: Exception, place: str, secrets: Secrets) -> LedgerError:
    """The error of ours that a driver's failure is, with the driver's own words behind it."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    what = _meaning(cause, lost=lost)()
    said = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
    return LedgerError(
        Sentence("ledger-trouble", place=place, what=what, said=_hushed(said, secrets))
    )


def _meaning(cause: BaseException, *, lost: bool) -> Callable[[], Sentence]:
    result = getattr(cause, "sqlite_errorcode", None)
    if isinstance(cause, sqlite3.Error):
        return _BY_RESULT.get((result or 0) & _PRIMARY, _CHANGED if _kept(cause) else _FAILED)
    state = getattr(cause, "sqlstate", None)
    if state is None:  # libpq gives none for a connection that was refused, whatever the reason
        return _STOPPED if lost else _REACH
    fitting = [begin for begin in _BY_STATE if state.startswith(begin)]
    if fitting:
        return _BY_STATE[max(fitting, key=len)]
    return _CHANGED if _kept(cause) else _FAILED


def _kept(cause: BaseException) -> bool:
    """Whether the guards of the ledger (migration 3) refused it."""
    return "only ever added" in str(cause)


def _hushed(text: str, secrets: Secrets) -> str:
    for secret in secrets:
        for form in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(form, "***")
    return text
