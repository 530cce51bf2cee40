"""What to tell of a failure of a database: where, what, and what to do; never a password."""

from __future__ import annotations

import sqlite3
from urllib.parse import quote, quote_plus

from sqlalchemy.exc import DBAPIError

from xlkit.errors import LedgerError

#: Passwords, as they stand in a URL when it has been read.
Secrets = tuple[str, ...]

_LOCKED = "somebody else has been writing to it for too long. Try again; nothing was added"
_DAMAGED = (
    "it is damaged, or no ledger at all. Put back the last backup of it; "
    "keep this file, for what can still be read in it"
)
_READ_ONLY = "it cannot be written. Allow writing to the file and to its folder"
_FULL = "there is no room left. Free some and try again; nothing was added"
_DISK = "the disk does not answer. Check it, and the cable or stick that it is on"
_SHUT = "it cannot be opened. Check that the folder is there and may be read and written"
_REACH = (
    "no connection to the server. Check that it runs, and its name, its port, the user, the "
    "password and the database in the URL"
)
_NO_SCHEMA = "there is no such schema. Create it, or correct the search_path in the URL"
_FORBIDDEN = (
    "this user may not do that. It needs to create tables in the schema when a ledger is opened "
    "first or after an update of xlkit, and to read and add rows afterwards"
)
_STOPPED = "the server stopped the work. Try again; repeating doubles nothing that may stand once"
_CHANGED = "its rows are only ever added; what was asked would change or remove some"

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
    what = _meaning(cause, lost=lost)
    said = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
    return LedgerError(f"{place}: {what}. ({_hushed(said, secrets)})")


def _meaning(cause: BaseException, *, lost: bool) -> str:
    result = getattr(cause, "sqlite_errorcode", None)
    if isinstance(cause, sqlite3.Error):
        return _BY_RESULT.get((result or 0) & _PRIMARY, _CHANGED if _kept(cause) else _failed())
    state = getattr(cause, "sqlstate", None)
    if state is None:  # libpq gives none for a connection that was refused, whatever the reason
        return _STOPPED if lost else _REACH
    fitting = [begin for begin in _BY_STATE if state.startswith(begin)]
    if fitting:
        return _BY_STATE[max(fitting, key=len)]
    return _CHANGED if _kept(cause) else _failed()


def _kept(cause: BaseException) -> bool:
    """Whether the guards of the ledger (migration 3) refused it."""
    return "only ever added" in str(cause)


def _failed() -> str:
    return "the database refused what was asked. Nothing was changed; please report this"


def _hushed(text: str, secrets: Secrets) -> str:
    for secret in secrets:
        for form in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(form, "***")
    return text
