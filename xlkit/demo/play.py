"""The demo: a round of a county from the first workbook to the master. Glue only."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlkit.demo import script
from xlkit.demo.cells import cell_of
from xlkit.demo.department import Departments, changed, scaled
from xlkit.demo.packing import posted, zipped
from xlkit.demo.script import Day, Packing, Play, Sending, Step, Workbook
from xlkit.files import write_whole
from xlkit.form.model import Form
from xlkit.ledger.records import DispatchKind
from xlkit.round import changing, collecting, deciding, issuing, merging, opening, returning
from xlkit.round.desk import Hand, Round, at_work
from xlkit.round.folder import SETTINGS, Folder
from xlkit.round.present import present, unit_of
from xlkit.round.standing import Standing
from xlkit.round.units import identity_of
from xlkit.rules.registry import load_checked
from xlkit.wording import word

ROUND, MASTER = "round", "master.xlsx"
#: The last part of the name of a demo's round, by which an earlier one is known.
_MARK = "demo"
#: Departments are of so many sizes, each with so much more money than the one before.
_SIZES, _STEP = 5, Decimal("0.15")


def play(
    folder: Path,
    language: str,
    say: Callable[[str], None],
    show: Callable[[Round, bool], None],
) -> Path:
    """Plays the round in a folder and gives the master's path.

    `say` is told what happens, in that language; `show` shows where the round stands, after
    each step, and whether the day is over.

    Raises:
        RoundError: something else lives in the folder.
        OutputError: the folder cannot be written.
    """
    own = script.play()
    place = folder / ROUND
    calendar = _Calendar()
    hand = Hand(by=_word("clerk", language), clock=calendar)
    calendar.turn_to(own.days[0].day)
    _clear(place)
    opening.open_round(place, _plan(own, language), hand, lambda: _MARK)
    with at_work(place, hand) as round_:
        form = load_checked(own.form)
        stage = _Stage(round_, form, Departments(form))
        for day in own.days:
            calendar.turn_to(day.day)
            say(f"\n{day.day:%Y-%m-%d}  {day.title[language]}")
            stage.receive(day)
            for number, step in enumerate(day.steps, start=1):
                say(f"  {stage.do(step)}")
                show(round_, number == len(day.steps))
        master = round_.folder.master.read_bytes()
    write_whole(folder / MASTER, master)
    return folder / MASTER


def _plan(own: Play, language: str) -> opening.Plan:
    """What the demo's round is opened with."""
    return opening.Plan(
        form=own.form,
        year=own.year,
        due=own.due,
        roster=script.roster(),
        language=language,
        sender=own.sender[language],
    )


def _clear(place: Path) -> None:
    """Removes the round of an earlier play; another round is left alone."""
    if (place / SETTINGS).is_file() and Folder(place).settings().round.endswith(f"-{_MARK}"):
        shutil.rmtree(place)


@dataclass
class _Calendar:
    """The demo's clock: ten in the morning, in China, of the day that is played."""

    now: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn_to(self, day: date) -> None:
        self.now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


@dataclass
class _Stage:
    """The bureau and its departments."""

    round_: Round
    form: Form
    departments: Departments
    sent: dict[str, bytes] = field(default_factory=dict)
    """What each department sent last."""

    def receive(self, day: Day) -> None:
        """Lays what came into the inbox."""
        inbox = self.round_.folder.inbox / f"{day.day:%m-%d}"
        archives: dict[str, list[tuple[str, bytes]]] = {}
        units = {item.code: item for item in present(self.round_)[0]}
        for sending in day.came:
            data = self._made(sending, units[sending.unit])
            if not sending.text:
                self.sent[sending.unit] = data
            match sending.packing:
                case Packing.FILE:
                    write_whole(inbox / sending.file, data)
                case Packing.MAIL:
                    mail = posted(sending, units[sending.unit], data, day.day)
                    write_whole(inbox / f"{Path(sending.file).stem}.eml", mail)
                case Packing.ZIP:
                    archives.setdefault(sending.archive, []).append((sending.file, data))
        for name, members in archives.items():
            write_whole(inbox / name, zipped(Path(name).stem, members, day.day))

    def _made(self, sending: Sending, standing: Standing) -> bytes:
        if sending.text:
            return sending.text.encode("gb18030")
        if sending.of is Workbook.SENT:
            return self.sent[sending.unit]
        if sending.of is Workbook.CORRECTION:
            back = [s for _, s in standing.dispatches if s.kind is DispatchKind.CORRECTION]
            workbook = (self.round_.folder.sent_back / back[-1].file).read_bytes()
            return self.departments.corrected(workbook, sending.change, sending.explain)
        serial = 1 if sending.of is Workbook.FIRST else standing.serial
        identity = identity_of(self.round_, standing.unit, serial)
        if sending.of is Workbook.LAST_YEAR:
            year = self.round_.opened.year - 1
            identity = replace(identity, year=year, round=f"{self.form.form}-{year}")
        given = changed(self._answers(standing), sending.change)
        sent = issuing.issued_content(self.round_, standing)
        return self.departments.filled(identity, sent, given)

    def _answers(self, standing: Standing) -> dict[str, Any]:
        """What a unit answers: departments are of a few sizes."""
        codes = sorted(item.code for item in present(self.round_)[0])
        factor = 1 + _STEP * (codes.index(standing.code) % _SIZES)
        return scaled(self.form, script.answers(), factor)

    def do(self, step: Step) -> str:
        """Does what a command does, and says it in words."""
        round_, words = self.round_, step.words
        match step.do:
            case "issue":
                done = issuing.issue(round_, step.units, again=bool(words.get("again")))
                return self._say("did_issue", number=len(done))
            case "collect":
                found = collecting.collect(round_)
                return self._say("did_collect", number=len(found.came), passed=len(found.passed))
            case "return":
                answers = returning.send_back(round_)
                books = sum(item.workbook is not None for item in answers)
                return self._say("did_return", number=len(answers), workbooks=books)
            case "merge":
                merged = merging.merge(round_, parquet=True)
                return self._say("did_merge", units=merged.units, missing=len(merged.missing))
        (unit,) = step.units
        match step.do:
            case "remove":
                changing.remove_unit(round_, unit, words["why"], words["into"])
            case "reject":
                deciding.reject(round_, unit, words["why"], self._cells(unit, words["cells"]))
            case "waive":
                self._waive(unit, words["why"], words["until"])
            case _:
                raise AssertionError(f"the demo knows no command {step.do!r}")
        return self._say(f"did_{step.do}", unit=unit_of(round_, unit).unit.name, why=words["why"])

    def _cells(self, unit: str, places: dict[str, str]) -> list[tuple[str, str]]:
        """Remarks by the cells of the returned file."""
        return [
            (cell_of(self.round_, unit, *place.split(".")), text) for place, text in places.items()
        ]

    def _waive(self, unit: str, why: str, until: date) -> None:
        standing = unit_of(self.round_, unit)
        reviewed = deciding.last_return(standing).reviewed
        assert reviewed is not None, "what came was checked"
        for item in reviewed.findings:
            if item["open"]:
                name = deciding.short_name(item["key"])
                deciding.waive(self.round_, unit, name, why, until)

    def _say(self, key: str, **values: object) -> str:
        return _word(key, self.round_.language, **values)


def _word(key: str, language: str, **values: object) -> str:
    texts = {name: str(value) for name, value in values.items()}
    return word(key, language, file="demo", **texts)
