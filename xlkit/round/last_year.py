"""Last year's answers, taken out of its round or its master when this one is opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from xlkit.errors import RoundError
from xlkit.files import shown
from xlkit.form.model import Form
from xlkit.previous import PreviousAnswers, from_master
from xlkit.round.desk import Hand, at_work
from xlkit.round.folder import SETTINGS, Folder
from xlkit.round.present import present
from xlkit.round.previous import Previous
from xlkit.round.reading import read_recognised
from xlkit.sentences import Sentence
from xlkit.submission.canonical import answers
from xlkit.submission.model import Submission


def take_previous(folder: Folder, source: Path, form: Form, hand: Hand) -> int:
    """Copies what the units answered last year into the round; gives how many units there are.

    `source` is the folder of last year's round, of which the last accepted returns count, or a
    master workbook, or a folder of a master's Parquet files. Personal fields are left out.

    Raises:
        RoundError: the source is none of these.
    """
    if (source / SETTINGS).is_file():
        found, forms = _of_round(source, hand), Folder(source).forms
    elif source.exists():
        found, forms = from_master(source, form), None
    else:
        raise RoundError(Sentence("previous-missing", path=shown(source)))
    Previous(folder.previous).keep(found, forms)
    return len(found)


def _of_round(source: Path, hand: Hand) -> Mapping[str, PreviousAnswers]:
    with at_work(source, hand) as last:
        accepted = [
            (item.code, item.accepted) for item in present(last)[0] if item.accepted is not None
        ]
        read = read_recognised(last, [(one.received, one.recognised) for _, one in accepted])
        return {
            code: _answered(submission, last.opened.year)
            for (code, _), submission in zip(accepted, read, strict=True)
        }


def _answered(submission: Submission, year: int) -> PreviousAnswers:
    form = submission.raw.form
    assert form is not None, "what was accepted was read by a form"
    given = _without_private(form, answers(submission, parts=False))
    return PreviousAnswers(given, form.form, form.version, year, form)


def _without_private(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of all fields that are not private."""
    kept = dict(given)
    for placed in form.blocks:
        private = {field.name for field in placed.block.fields if field.private}
        if not private:
            continue
        if placed.group is None:
            kept[placed.name] = _less(given.get(placed.name), private)
            continue
        members = kept.get(placed.group, [])
        if placed.is_group_record:
            kept[placed.group] = _less(members, private)
        else:
            kept[placed.group] = [
                {**member, placed.name: _less(member.get(placed.name), private)}
                for member in members
            ]
    return kept


def _less(rows: Any, names: Collection[str]) -> Any:
    """A record or rows without fields of those names."""
    if isinstance(rows, list):
        return [_less(row, names) for row in rows]
    if isinstance(rows, dict):
        return {name: value for name, value in rows.items() if name not in names}
    return rows
