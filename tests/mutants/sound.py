"""The sound returns that mutants are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from tests.samples import FOLDER, sample_answers
from tests.validation.returns import ECONOMY, SCIENCE, ZUNHUA, published, the_form, written
from xlkit.cells import address
from xlkit.correction.correct import corrections
from xlkit.submission.cast import cast
from xlkit.submission.grid import ReturnedWorkbook
from xlkit.submission.opening import open_workbook
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.submission.read import Reader
from xlkit.submission.screen import screen
from xlkit.template.answers import Content, place_members
from xlkit.template.writer import Rendered
from xlkit.validation.review import judged
from xlkit.values.text import squeeze

READER = Reader()


@dataclass(frozen=True)
class Sound:
    """A return that nobody tampered with; `frame` are its texts that no answer is."""

    name: str
    data: bytes
    frame: frozenset[str]

    @property
    def suffix(self) -> str:
        return self.name[self.name.rindex(".") :]


@cache
def sound_returns(form: str) -> tuple[Sound, ...]:
    """Rendered with answers, and as LibreOffice saved them."""
    prefilled_ones = []
    if form == "project-performance":
        prefilled_ones = [sound("prefilled-projects.xlsx", prefilled().data)]
    published_ones = [ECONOMY, SCIENCE] if form == "department-performance" else [ZUNHUA]
    old = "as-xls.xls" if form == "department-performance" else "as-ods.ods"
    made = [sound(f"rendered-{name}.xlsx", published(name).data) for name in published_ones]
    saved = [f"{name}.xlsx" for name in published_ones] + [old]
    mended = sound(f"corrected-{published_ones[0]}.xlsx", correction(published_ones[0]))
    return (
        *made,
        mended,
        *prefilled_ones,
        *(sound(name, (FOLDER / name).read_bytes()) for name in saved),
    )


def prefilled() -> Rendered:
    """Projects that the bureau filled in and locked, in spellings that reading repairs."""
    form = the_form("project-performance")
    projects = sample_answers(ZUNHUA)["answers"]["projects"]
    given = [
        {"code": project["code"], "name": f"{project['name']}　", "budget": "１,200.0"}
        for project in projects
    ]
    content = place_members(form, Content(), {"projects": given}, 1)
    return written(form, {}, content=content)


@cache
def correction(name: str) -> bytes:
    """The correction workbook of a published return, every other warning explained."""
    raw = READER.read_bytes(published(name).data, name)
    (made,) = corrections(judged([cast(raw)]))
    assert made is not None
    notes = [
        replace(note, explanation=f"第{number}项经与业务科室核实后保留") if number % 2 else note
        for number, note in enumerate(made.notes.notes)
    ]
    return replace(made, notes=replace(made.notes, notes=tuple(notes))).workbook().data


def sound(name: str, data: bytes) -> Sound:
    raw = READER.read_bytes(data, name)
    assert raw.verdict is Verdict.INTACT, (name, raw.verdict)
    return Sound(name, data, frozenset(frame_texts(raw, opened(data))))


def opened(data: bytes) -> ReturnedWorkbook:
    kind = screen(data).kind
    assert kind is not None
    return open_workbook(data, kind)


def frame_texts(raw: RawSubmission, workbook: ReturnedWorkbook) -> Iterator[str]:
    """What the issued workbook said, squeezed: printed texts, lists, marks, presets."""
    places = {
        f"{row.sheet}!{cell}" for row in raw.rows for cells in row.cells.values() for cell in cells
    }
    for grid in workbook.sheets:
        for cell, content in grid.cells.items():
            if f"{grid.name}!{address(*cell)}" not in places:
                yield squeeze(content.text)
    for row in raw.rows:
        for texts in (row.row.fixed, row.row.units, row.row.defaults):
            yield from map(squeeze, texts.values())
