"""A bureau beside a guide: runs its commands in order, and does what people do between them.

Rounds are run with the small form of the tests where the guide names the built-in one, which takes
ten times as long; what a guide names of that form is put into words of the small one (`SMALL`), and
is looked up in the real one by `tests/test_guides.py`. Mail goes by real servers
(`guided_mail.py`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.guided_mail import SECRET, WORD, Correspondence, correspondence
from tests.round.desk import FORM, KEY, filled
from xlkit.cli import main
from xlkit.demo import script
from xlkit.demo.department import Departments
from xlkit.identity import Identity
from xlkit.roster import Unit, roster_workbook
from xlkit.round.desk import Hand, at_work
from xlkit.rules.registry import load_checked
from xlkit.template.content import Content
from xlkit.template.writer import Issue, render

NAME = "department-performance"
UNITS = (
    Unit("301", "经济和信息化局", "县政府", ("jxj@example.cn",)),
    Unit("302", "教育局", "县政府", ("jyj@example.cn",)),
    Unit("303", "第一中学", "教育局", ("yz@example.cn",)),
    Unit("304", "体育局", "县政府", ("tyj@example.cn",)),
)
#: What departments get wrong; the last sends nothing.
RETURNED: dict[str, dict[str, Any]] = {
    "301": {},
    "302": {"contact": {"name": ""}},
    "303": {"contact": {"name": "李四", "phone": "0315"}},
}
#: The bureau's mailboxes in the guides, and those of units that they add or give another address.
BUREAU = ("ysk@163.com", "ysk@example.cn")
MOVED = ("wtj@example.cn", "yz2@example.cn")
#: What a guide names of the built-in form, and what stands for it.
SMALL = {
    NAME: str(FORM),
    "target-below-past": "phone-unreadable",
    "职能与目标!C17": "基本!C16",
    "annual_indicators": "indicators",
}
_FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_COMMANDS = ("", "sh", "console")
_DRIVE = "D:/"


def commands(page: str) -> Iterator[str]:
    """The lines of a guide that are to be pasted: those of xlkit, and those between."""
    for match in _FENCE.finditer(page):
        for line in match["body"].splitlines():
            if match["kind"] in _COMMANDS and line.startswith(("xlkit ", "cd ", "setx ")):
                yield line


class Guided:
    """Somebody who works through a guide in a folder; `D:\\` is that folder."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, post: Correspondence) -> None:
        self._home = home
        self._patch = patch
        self.post = post
        self.bureau = ""
        self._form = load_checked(FORM)
        patch.setenv("XLKIT_KEY", KEY.hex())
        self.codes: dict[str, int] = {}

    def run(self, line: str) -> None:
        """Does what a line says; KeyError and the like where the guide is wrong."""
        program, *words = shlex.split(line.replace("\\", "/"), comments=True)
        words = [self._own(word) for word in words]
        if words[0] == "round":
            words = [self._small(word) for word in words]
        if program == "setx":
            self._patch.setenv(words[0], words[1].replace(WORD, SECRET))
        elif program == "cd":
            place = Path(words[-1])
            self._before_cd(place)
            self._patch.chdir(place)
        else:
            self._before(words)
            self.codes[line] = main(words)
            self._after(words)

    def _own(self, word: str) -> str:
        return str(self._home / word.removeprefix(_DRIVE)) if word.startswith(_DRIVE) else word

    def _small(self, word: str) -> str:
        for real, small in SMALL.items():
            word = word.replace(real, small)
        return word

    def _before_cd(self, place: Path) -> None:
        if not place.name.isdigit():
            place.mkdir(parents=True, exist_ok=True)

    def _before(self, words: list[str]) -> None:
        """What a person has done before a command makes sense."""
        if "--roster" in words:
            roster = Path(words[words.index("--roster") + 1])
            roster.write_bytes(roster_workbook(self._form, "zh", UNITS))
        match words:
            case ["round", "collect", *rest] if "--unit" in rest:
                self._nameless(Path(rest[0]))
            case ["round", "collect", "--mail", *_]:
                self.post.answer(self.bureau, self._replied)
            case ["round", "collect"]:
                self._come_in()
            case ["mail", "password"]:
                self.post.paste_password()
            case ["round", "form", definition]:
                self._newer(Path(definition))
            case ["check" | "correct" | "merge" | "report" | "read", path, *_]:
                self._loose(Path(path))

    def _after(self, words: list[str]) -> None:
        """What a person does with what a command wrote."""
        match words:
            case ["mail", "init", address, *_] if Path("mail.toml").exists():
                self.bureau = address
                self.post.own_servers(Path("mail.toml"))

    def _replied(self, address: str, book: bytes, is_correction: bool) -> bytes | None:
        """What a department sends back of a workbook that it got by mail."""
        code = next((unit.code for unit in UNITS if address in unit.emails), "")
        if is_correction:
            return filled(book) if code == "302" else None
        return filled(book, **RETURNED[code]) if code in RETURNED else None

    def _come_in(self) -> None:
        """Workbooks that were sent come back: first as issued, then as corrected."""
        for code, change in RETURNED.items():
            first = Path("inbox", f"{code}.xlsx")
            if not first.exists():
                (sent,) = Path("outbox", "issue").glob(f"{code}-*.xlsx")
                first.write_bytes(filled(sent.read_bytes(), **change))
        for book in Path("outbox", "return").glob("302-*.xlsx"):
            Path("inbox", book.name).write_bytes(filled(book.read_bytes()))

    def _nameless(self, path: Path) -> None:
        identity = Identity(form=self._form.form, version=self._form.version, year=2027)
        blank = render(self._form, identity, issue=Issue(KEY)).data
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(filled(blank))

    def _newer(self, definition: Path) -> None:
        with at_work(Path(), Hand()) as round_:
            own = round_.folder.forms / f"v{round_.form.version}"
            for path in own.iterdir():
                text = path.read_text(encoding="utf-8")
                if path.name == "form.yaml":
                    new = f"version: {round_.form.version + 1}"
                    text = re.sub(r"(?m)^version: \d+", new, text, count=1)
                    definition.write_text(text, encoding="utf-8")

    def _loose(self, path: Path) -> None:
        """A returned file, for the commands that look at files and keep no round."""
        file = path if path.suffix else path / "301.xlsx"
        if not file.exists() and not path.name.startswith("-"):
            file.parent.mkdir(parents=True, exist_ok=True)
            real = load_checked(NAME)
            identity = Identity(
                form=NAME,
                version=real.version,
                unit="301",
                unit_name=UNITS[0].name,
                year=2026,
            )
            given = Departments(real, KEY).filled(identity, Content(), script.answers())
            file.write_bytes(given)


@contextmanager
def guided(home: Path, patch: pytest.MonkeyPatch) -> Iterator[Guided]:
    """Somebody who has a mailbox, and departments that have theirs."""
    addresses = [*BUREAU, *(address for unit in UNITS for address in unit.emails), *MOVED]
    with correspondence(addresses, patch) as post:
        yield Guided(home, patch, post)
