"""Findings as they stand in a correction workbook: on their cells, and listed on a sheet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from xlkit.values.text import squeeze
from xlkit.wording import word, words

NOTES_MARK = "xlkit:notes"
"""Stands in the first cell of the list, and before the kinds of its other rows."""
KEPT_SHEET = "_xlkit_said"
"""The hidden sheet of all explanations, those among them whose findings are gone."""


class Weight(StrEnum):
    """What a note asks for."""

    ERROR = "error"
    """To be corrected."""
    WARNING = "warning"
    """To be corrected or explained."""
    EXPLAINED = "explained"
    """Was explained; asks for nothing."""
    WAIVED = "waived"
    """The bureau lets it stand; asks for nothing."""
    RESTORED = "restored"
    """Was wrong in the file that came, and is right in this one; to be looked at."""


class Column(IntEnum):
    """The columns of the list; the first and those from `SEAL` on are hidden."""

    MARK = 1
    NUMBER = 2
    WHERE = 3
    FOUND = 4
    PROBLEM = 5
    TO_DO = 6
    EXPLANATION = 7
    STATUS = 8
    SEAL = 9
    REJECTED = 10
    WATCHED = 11


#: How many cells of a finding are watched for a change.
WATCHED = 4
#: The columns of the list that are printed when it goes out.
PRINTED = (Column.NUMBER, Column.WHERE, Column.FOUND, Column.PROBLEM, Column.TO_DO)
LAST_COLUMN = Column.WATCHED + WATCHED - 1


class Line(StrEnum):
    """The kinds of rows that bear no key of a finding."""

    TITLE = ""
    TEXT = "/text"
    STATE = "/state"
    HEADER = "/header"
    SECTION = "/section"
    NOTE = "/note"
    OUTSIDE = "/outside"

    @property
    def mark(self) -> str:
        return f"{NOTES_MARK}{self.value}"


CellPlace = tuple[str, int, int]
"""Sheet, row, column."""


@dataclass(frozen=True, slots=True)
class Note:
    """A finding in the reader's words, and the cells that it is about.

    `key` is what its explanation is kept under; `goal` is where its link leads. An
    explanation that does not count is `rejected`, with what it lacks in `to_do`.
    """

    weight: Weight
    key: str
    title: str
    where: str
    found: str
    problem: str
    to_do: str
    cells: tuple[CellPlace, ...] = ()
    goal: CellPlace | None = None
    explanation: str = ""
    rejected: bool = False
    tracked: bool = True
    """Whether the workbook can tell that it was seen to."""


@dataclass(frozen=True, slots=True)
class Notes:
    """Everything that a correction workbook says beside the answers.

    `outside` are the cells of the file that came, with their texts, that are not in this one;
    `kept` every explanation that was ever given, by key; `least` the signs that one needs.
    """

    title: str
    notes: tuple[Note, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    least: int = 1

    def marked(self) -> Mapping[CellPlace, Weight]:
        """The cells to be painted, by the gravest of what is said of them."""
        found: dict[CellPlace, Weight] = {}
        order = list(Weight)
        for note in self.notes:
            for cell in note.cells if note.weight is not Weight.RESTORED else ():
                found[cell] = min(found.get(cell, note.weight), note.weight, key=order.index)
        return found

    def comments(self, language: str) -> Mapping[CellPlace, str]:
        """What is said of each cell, one paragraph a finding."""
        found: dict[CellPlace, list[str]] = {}
        for note in self.notes:
            if note.weight is Weight.RESTORED:
                continue
            said = say(
                "comment",
                language,
                weight=say(f"weight_{note.weight}", language),
                title=note.title,
                problem=note.problem,
                to_do=note.to_do,
            )
            for cell in note.cells:
                found.setdefault(cell, []).append(said)
        return {cell: "\n\n".join(texts) for cell, texts in found.items()}


@dataclass(frozen=True, slots=True)
class ListLine:
    """A row of the list: its printed texts by column; those of wide rows stand in the first."""

    kind: Line
    texts: Mapping[Column, str]
    note: Note | None = None
    weight: Weight | None = None
    """Of a section: that of its findings."""

    @property
    def mark(self) -> str:
        """What stands in the row's hidden first cell."""
        return self.kind.mark if self.note is None or not self.note.key else self.note.key

    @property
    def takes_explanation(self) -> bool:
        return self.note is not None and self.note.weight in (Weight.WARNING, Weight.EXPLAINED)


def say(key: str, language: str, **values: str) -> str:
    """A text of the correction workbook."""
    return word(key, language, file="correction", **values)


def list_lines(notes: Notes, language: str) -> tuple[ListLine, ...]:
    """The list from the top down."""
    return tuple(_lines(notes, language))


def _lines(notes: Notes, language: str) -> Iterator[ListLine]:
    yield _wide(Line.TITLE, notes.title)
    yield _wide(Line.STATE, "")
    for text in words("how", language, file="correction"):
        yield _wide(Line.TEXT, text.format(least=notes.least))
    yield ListLine(
        Line.HEADER,
        {
            column: say(f"column_{column.name.lower()}", language)
            for column in (*PRINTED, Column.EXPLANATION, Column.STATUS)
        },
    )
    number = 0
    for weight in Weight:
        chosen = [note for note in notes.notes if note.weight is weight]
        if chosen:
            text = say(f"section_{weight}", language, number=str(len(chosen)))
            yield replace(_wide(Line.SECTION, text), weight=weight)
        for note in chosen:
            number += 1
            yield _note(note, number)
    if notes.outside:
        text = say("section_outside", language, number=str(len(notes.outside)))
        yield _wide(Line.SECTION, text)
    for cell, text in notes.outside:
        yield ListLine(Line.OUTSIDE, {Column.WHERE: cell, Column.FOUND: text})


def _wide(kind: Line, text: str) -> ListLine:
    return ListLine(kind, {Column.NUMBER: text})


def _note(note: Note, number: int) -> ListLine:
    return ListLine(
        Line.NOTE,
        {
            Column.NUMBER: str(number),
            Column.WHERE: note.where,
            Column.FOUND: note.found,
            Column.PROBLEM: note.problem,
            Column.TO_DO: note.to_do,
        },
        note,
    )


def sealed_columns(mark: str) -> tuple[int, ...]:
    """The columns of a row whose texts nobody changes, in the order of its seal."""
    if mark == Line.HEADER.mark:
        return (*PRINTED, Column.EXPLANATION, Column.STATUS)
    if mark == Line.STATE.mark:
        return ()
    return (*PRINTED, *range(Column.REJECTED, LAST_COLUMN + 1))


def is_row(mark: str) -> bool:
    """Whether a text is what stands in the hidden first cell of a row of the list."""
    return is_key(mark) or mark in {line.mark for line in Line}


def is_key(mark: str) -> bool:
    """Whether a row of the list is about a finding whose explanation is kept."""
    return mark.startswith("[")


def seal(mark: str, texts: Sequence[str]) -> str:
    """A short text that tells whether a row still says what was printed there."""
    content = json.dumps([mark, *map(squeeze, texts)], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:16]
