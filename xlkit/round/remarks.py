"""The bureau's remarks on a return, as the ledger keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlkit.correction.remarks import Remark, place_of
from xlkit.errors import RoundError
from xlkit.round.standing import Return
from xlkit.sentences import Sentence
from xlkit.submission.model import Submission
from xlkit.template.layout import cell_name, parse_cell_name


def remarks_of(item: Return) -> tuple[Remark, ...]:
    """What the bureau said of a return when it rejected it, the reason first."""
    record = item.rejected
    if record is None:
        return ()
    by = item.verdict.by
    return (Remark(text=record.why, by=by), *(_remark(kept, by) for kept in record.remarks))


def _remark(kept: Mapping[str, str], by: str) -> Remark:
    return Remark(text=kept["text"], by=by, cell=parse_cell_name(kept["cell"]))


def _example(submission: Submission) -> str:
    """A cell of the returned file that holds an answer."""
    for row in submission.rows:
        for cells in row.raw.cells.values():
            if cells:
                return f"{row.raw.sheet}!{cells[0]}"
    return "Sheet1!C7"


def rows_of(submission: Submission, said: Sequence[tuple[str, str]]) -> tuple[dict[str, str], ...]:
    """Remarks at cells `sheet!B7` of the returned file, as the ledger keeps them.

    Raises:
        RoundError: a cell that is none for an answer; all of them at once.
    """
    rows, problems = [], []
    for address, text in said:
        place = place_of(submission, address)
        if place is None:
            problems.append(
                Sentence(
                    "cell-no-answer",
                    address=address,
                    file=submission.raw.file,
                    example=_example(submission),
                )
            )
        else:
            rows.append({"cell": cell_name(*place), "text": text, "at": address})
    if problems:
        raise RoundError(*problems)
    return tuple(rows)
