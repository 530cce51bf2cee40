"""The key of a round: whether a hand holds it, refused where it does not, and taken up."""

from __future__ import annotations

import os
from enum import StrEnum

from xlkit.errors import RoundError, SecretError
from xlkit.identity import KEY_VARIABLE, key_id
from xlkit.ledger.records import Keyed
from xlkit.round.desk import Round
from xlkit.sentences import Sentence

#: Where a variable is set for windows that are opened later, not for this one.
IS_WINDOWS = os.name == "nt"


class Fit(StrEnum):
    """How the key of a hand stands to that of the round."""

    SAME = "same"
    NONE = "none"
    """The round has no key, so any hand may work on it."""
    MISSING = "missing"
    """The round has a key, and the hand has none."""
    OTHER = "other"
    """The round has a key, and the hand has another one."""

    @property
    def is_fit(self) -> bool:
        """Whether signatures can be made and checked as the round has it."""
        return self in (Fit.SAME, Fit.NONE)


def known_key(round_: Round) -> str:
    """The id of the round's key; '' where it has none, or where its ledger is older than that."""
    entry = round_.ledger.last(round_.id, Keyed).get(())
    return entry.record.key if entry is not None else ""


def own_key(round_: Round) -> str:
    """The id of the key in this hand; '' for none."""
    return key_id(round_.hand.key) if round_.hand.key is not None else ""


def fit_of(round_: Round) -> Fit:
    """How the key of this hand stands to that of the round."""
    known, own = known_key(round_), own_key(round_)
    if not known:
        return Fit.NONE
    if not own:
        return Fit.MISSING
    return Fit.SAME if own == known else Fit.OTHER


def must_hold_key(round_: Round) -> None:
    """Raises SecretError where the round has a key and this hand does not hold it."""
    known, own = known_key(round_), own_key(round_)
    line = setting_line("…")
    match fit_of(round_):
        case Fit.MISSING:
            raise SecretError(Sentence("key-missing", round=round_.id, known=known, line=line))
        case Fit.OTHER:
            raise SecretError(
                Sentence("key-other", round=round_.id, known=known, own=own, line=line)
            )


def take_up(round_: Round) -> None:
    """Makes the key of this hand that of a round without one: what is signed next carries it."""
    if own_key(round_) and not known_key(round_):
        round_.add(Keyed(key=own_key(round_)), changes_only=True)


def change_key(round_: Round, why: str) -> Keyed:
    """Makes the key of this hand that of the round from now on, as when the old one is lost.

    What was signed with the old one is taken in still; its signature cannot be checked.

    Raises:
        RoundError: the round is closed, has this key already, or no reason is given.
        SecretError: the hand has no key.
    """
    round_.must_be_open()
    own = own_key(round_)
    if not own:
        raise SecretError(Sentence("key-unset", name=KEY_VARIABLE, line=setting_line("…")))
    if own == known_key(round_):
        raise RoundError(Sentence("key-taken", round=round_.id))
    if not why.strip():
        raise RoundError(Sentence("key-take-why"))
    record = Keyed(key=own, why=why)
    round_.add(record)
    return record


def setting_line(key: str) -> str:
    """The line that sets the key on a system like this one, for windows opened from then on."""
    return f"setx {KEY_VARIABLE} {key}" if IS_WINDOWS else f"export {KEY_VARIABLE}={key}"
