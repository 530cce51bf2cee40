"""A round closed, and opened again."""

from __future__ import annotations

from xlkit.errors import RoundError
from xlkit.ledger.records import Closed, Reopened
from xlkit.round.counted import Counted, counted
from xlkit.round.desk import Round
from xlkit.round.present import present
from xlkit.sentences import Sentence


def close_round(round_: Round, why: str = "") -> Counted:
    """Closes the round and gives what a master would have of it; closed twice is closed once."""
    if not round_.is_closed:
        round_.add(Closed(why=why))
    return counted(present(round_)[0])


def reopen_round(round_: Round, why: str = "") -> None:
    """Opens a closed round again.

    Raises:
        RoundError: it is not closed.
    """
    if not round_.is_closed:
        raise RoundError(Sentence("round-not-closed", round=round_.id))
    round_.add(Reopened(why=why))
