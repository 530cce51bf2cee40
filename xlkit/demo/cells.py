"""Cells of returned files, as the demo's script names them: by block and field."""

from __future__ import annotations

from xlkit.errors import RoundError
from xlkit.round.deciding import last_return
from xlkit.round.desk import Round
from xlkit.round.judging import judge
from xlkit.round.present import unit_of
from xlkit.sentences import English


def cell_of(round_: Round, unit: str, block: str, field: str) -> str:
    """The first cell `sheet!B7` of a field in a unit's last return, for a remark at it.

    Raises:
        RoundError: nothing came, or the return has no such field.
    """
    standing = unit_of(round_, unit)
    (found,) = judge(round_, [(standing, last_return(standing))])
    for row in found.submission.rows:
        if row.raw.path == block and row.raw.cells.get(field):
            return f"{row.raw.sheet}!{row.raw.cells[field][0]}"
    raise RoundError(English(f"the last return of {standing.code} has no {block}.{field}"))
