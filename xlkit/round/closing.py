"""A round closed, and opened again."""

from __future__ import annotations

from xlkit.errors import RoundError
from xlkit.ledger.records import Closed, Reopened
from xlkit.round.desk import Round
from xlkit.round.present import present
from xlkit.round.standing import Standing
from xlkit.sentences import Sentence


def close_round(round_: Round, why: str = "") -> tuple[Standing, ...]:
    """Closes the round and gives the units that still owe a return; closed twice is closed once."""
    if not round_.is_closed:
        round_.add(Closed(why=why))
    return tuple(item for item in present(round_)[0] if item.owes)


def reopen_round(round_: Round, why: str = "") -> None:
    """Opens a closed round again.

    Raises:
        RoundError: it is not closed.
    """
    if not round_.is_closed:
        raise RoundError(Sentence("round-not-closed", round=round_.id))
    round_.add(Reopened(why=why))
