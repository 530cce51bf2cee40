"""The demo: a round of a county from the first workbook to the master. Glue only."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlkit.demo import script
from xlkit.demo.by_hand import ByHand, Carrier
from xlkit.demo.department import Departments
from xlkit.demo.script import Play
from xlkit.demo.stage import Stage
from xlkit.files import file_stem, write_whole
from xlkit.round import opening
from xlkit.round.desk import Hand, Round, at_work
from xlkit.round.folder import SETTINGS, Folder
from xlkit.round.present import unit_of
from xlkit.rules.registry import load_checked
from xlkit.wording import word

if TYPE_CHECKING:
    from xlkit.demo.by_mail import Telling
    from xlkit.demo.post_office import PostOffice

ROUND, MASTER, MAILS = "round", "master.xlsx", "mails"
#: The last part of the name of a demo's round, by which an earlier one is known.
_MARK = "demo"

Say = Callable[[str], None]
Show = Callable[[Round, bool], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """Mails that were left to be looked at: whose they are, the files, and the one to open."""

    unit: str
    files: tuple[Path, ...]
    file: Path


def play(folder: Path, language: str, say: Say, show: Show) -> Path:
    """Plays the round in a folder and gives the master's path.

    `say` is told what happens, in that language; `show` shows where the round stands, after
    each step, and whether the day is over.

    Raises:
        RoundError: something else lives in the folder.
        OutputError: the folder cannot be written.
    """
    return _played(folder, language, say, show, _Calendar(), lambda round_, _: ByHand(round_))


def play_by_mail(
    folder: Path, language: str, say: Say, show: Show, telling: Telling, office: PostOffice
) -> tuple[Path, Shown]:
    """The same by mail, at a post office that is open; also gives the mails of one unit.

    `telling` says what is to be said of mails that came.

    Raises:
        RoundError: something else lives in the folder.
        OutputError: the folder cannot be written.
    """
    from xlkit.demo.by_mail import ByMail

    own = script.play()
    office.clock = calendar = _Calendar()

    def carrier(round_: Round, departments: Departments) -> Carrier:
        return ByMail.of(round_, departments, own, office, telling)

    master = _played(folder, language, say, show, calendar, carrier)
    with at_work(folder / ROUND, Hand()) as round_:
        unit = unit_of(round_, own.post.shown).unit
    place = folder / MAILS / file_stem(unit.unit, unit.name)
    files = []
    for number, mail in enumerate(office.letters(unit.emails[0]), start=1):
        files.append(place / f"{number}.eml")
        write_whole(files[-1], mail)
    return master, Shown(unit.name, tuple(files), files[own.post.number - 1])


def _played(
    folder: Path,
    language: str,
    say: Say,
    show: Show,
    calendar: _Calendar,
    carrier_of: Callable[[Round, Departments], Carrier],
) -> Path:
    own = script.play()
    place = folder / ROUND
    hand = Hand(by=word("clerk", language, file="demo"), clock=calendar)
    calendar.turn_to(own.days[0].day)
    _clear(place)
    opening.open_round(place, _plan(own, language), hand, lambda: _MARK)
    with at_work(place, hand) as round_:
        departments = Departments(load_checked(own.form))
        carrier = carrier_of(round_, departments)
        stage = Stage(round_, departments, carrier)
        for day in own.days:
            calendar.turn_to(day.day)
            say(f"\n{day.day:%Y-%m-%d}  {day.title[language]}")
            stage.receive(day)
            steps = day.done(by_mail=carrier.by_mail)
            for number, step in enumerate(steps, start=1):
                for line in stage.do(step):
                    say(f"  {line}")
                show(round_, number == len(steps))
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
