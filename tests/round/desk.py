"""A bureau with a small form and four units, and departments that fill what they were sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from xlkit.master.roll import Progress
from xlkit.round.collecting import collect
from xlkit.round.desk import Hand, Round, at_work
from xlkit.round.issuing import issue
from xlkit.round.opening import Plan, open_round
from xlkit.round.present import units_of
from xlkit.round.standing import Standing
from xlkit.rules.registry import load_checked
from xlkit.submission.read import Reader
from xlkit.submission.shelf import FormShelf
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.layout import parse_cell_name
from xlkit.template.writer import Issue, render

FORM = Path(__file__).resolve().parent.parent / "form" / "small.yaml"
KEY = bytes(range(32))
YEAR, DUE = 2027, date(2026, 12, 10)
ROSTER = """单位编码,单位名称,主管部门,邮箱,项目编码,项目预算
301,发展改革局,市政府,a@example.cn,A1,10
302,教育局,市政府,b@example.cn,,
303,第一中学,教育局,c@example.cn,B1,20
304,第二中学,教育局,d@example.cn,,
"""
#: The mailbox of each unit of the roster, that of the bureau, and the password of them all.
UNITS = {"301": "a@example.cn", "302": "b@example.cn", "303": "c@example.cn", "304": "d@example.cn"}
FINANCE, SECRET = "finance@example.cn", "abcd"


def indicator(level1: str, level2: str, level3: str, value: str) -> dict[str, str]:
    names = {"level1": level1, "level2": level2, "level3": level3}
    return {**names, "value": value, "basis": "计划标准"}


SOUND: Mapping[str, Any] = {
    "contact": {"name": "张三", "phone": "0315-6123456", "day": "2026-11-01", "heads": "12"},
    "money": [{"item": "甲", "current": "60"}, {"item": "乙", "current": "40"}],
    "goal": {"text": "把事情办好，让群众满意。"},
    "indicators": [
        indicator("产出", "数量", "完成率", "≥95%"),
        indicator("产出", "质量", "合格率", "≥98%"),
        indicator("效益", "社会效益", "受益人数", "≥300人"),
    ],
}


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, day: date, hour: int = 10) -> None:
        """Sets it to an hour of a day in China."""
        self.now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 8)


@dataclass
class Bureau:
    """A round in a folder, and the hands that work on it."""

    path: Path
    clock: Clock = field(default_factory=Clock)
    by: str = "王会计"
    key: bytes | None = KEY

    @property
    def hand(self) -> Hand:
        return Hand(by=self.by, clock=self.clock, key=self.key, jobs=1)

    def open(self, roster: str = ROSTER, **more: Any) -> None:
        file = self.path.with_name("roster.csv")
        file.write_text(roster, encoding="utf-8")
        plan = Plan(form=str(FORM), year=YEAR, due=DUE, roster=file, **more)
        open_round(self.path, plan, self.hand, lambda: "0a1b2c3d")

    @contextmanager
    def work(self, **more: Any) -> Iterator[Round]:
        hand = Hand(**{**_parts(self.hand), **more})
        with at_work(self.path, hand) as round_:
            yield round_

    def states(self) -> dict[str, Progress]:
        with self.work() as round_:
            return {code: item.state for code, item in units_of(round_).items()}

    def unit(self, code: str) -> Standing:
        with self.work() as round_:
            return units_of(round_)[code]

    def receive(self, name: str, data: bytes) -> Path:
        """Lays a file into the inbox."""
        path = self.path / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def issued(self, code: str) -> bytes:
        """The workbook that was sent last."""
        with self.work() as round_:
            file = units_of(round_)[code].issues[-1].file
        return (self.path / "outbox" / "issue" / file).read_bytes()

    def answered_in_an_older_workbook(self, code: str) -> None:
        """Issues the unit's workbook again, and takes in its return in the one before."""
        older = self.issued(code)
        with self.work() as round_:
            issue(round_, [code], again=True)
        self.receive("a.xlsx", filled(older))
        with self.work() as round_:
            collect(round_)

    def sent_back(self, code: str) -> bytes:
        """The last correction workbook."""
        found = sorted((self.path / "outbox" / "return").glob(f"{code}-*.xlsx"))
        return found[-1].read_bytes()


def filled(
    data: bytes, answers: Mapping[str, Any] = SOUND, *, key: bytes | None = KEY, **changes: Any
) -> bytes:
    """A workbook as its department sends it back: the answers typed into what was issued.

    With another `key`, or none, as somebody would make it who does not have the bureau's.
    """
    form = load_checked(FORM)
    raw = Reader(FormShelf([form]), KEY).read_bytes(data, "issued.xlsx")
    assert raw.identity is not None
    issued = {
        cell: text
        for name, text in raw.identity.issued.items()
        if (cell := parse_cell_name(name)) is not None
    }
    content = place_answers(form, {**answers, **changes}, Content(raw.sizing, {}, issued))
    return render(form, raw.identity, content, Issue(key)).data


def _parts(hand: Hand) -> dict[str, Any]:
    return {name: getattr(hand, name) for name in hand.__slots__}
