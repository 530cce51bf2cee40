"""Rounds that are about to be issued, collected, answered and merged, and the commands for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.round.desk import FORM, KEY, Bureau, filled, indicator
from tests.sources.made import Entry, archive, mail, part
from xlkit.identity import Identity
from xlkit.round.collecting import collect
from xlkit.round.deciding import reject
from xlkit.round.desk import Round
from xlkit.round.issuing import issue
from xlkit.round.merging import merge
from xlkit.round.returning import send_back
from xlkit.rules.registry import load_checked
from xlkit.template.writer import Issue, render

WRONG = {"contact": {"name": "", "phone": "0315-6123456"}}
UNEXPLAINED = {
    "indicators": [
        indicator("产出", "数量", "完成率", "≥95%"),
        indicator("产出", "质量", "合格率", "≥98"),
        indicator("效益", "社会效益", "受益人数", "≥300人"),
    ]
}
#: An hour in nanoseconds: the files of the inbox are that much older than one another.
_HOUR = 3_600_000_000_000

COMMANDS: dict[str, Callable[[Round], object]] = {
    "issue": issue,
    "collect": collect,
    "return": send_back,
    "merge": lambda round_: merge(round_, parquet=True),
}


def prepare(command: str, path: Path) -> None:
    """Makes a round in which the command has something of every kind to do."""
    bureau = Bureau(path)
    bureau.open()
    if command == "issue":
        return
    with bureau.work() as round_:
        issue(round_)
    fill(bureau)
    if command == "collect":
        return
    with bureau.work() as round_:
        collect(round_)
        if command == "return":
            reject(round_, "304", "目标太空", [])
    for cached in sorted((path / "cache").rglob("*"), reverse=True):
        cached.rmdir() if cached.is_dir() else cached.unlink()


def fill(bureau: Bureau) -> None:
    """The inbox: sound, wrong, to explain, twice the same, of others, in archives and mails."""
    sound = filled(bureau.issued("301"))
    bureau.receive("a.xlsx", sound)
    bureau.receive("b/再发一次.xlsx", sound)
    bureau.receive("c.xlsx", filled(bureau.issued("302"), **WRONG))
    zipped = archive(
        Entry("填报/第一中学.xlsx".encode("gb18030"), filled(bureau.issued("303"), **UNEXPLAINED)),
        Entry("填报/说明.docx".encode("gb18030"), b"PK"),
    )
    bureau.receive("d.zip", zipped)
    posted = part(
        "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=x.xlsx",
        filled(bureau.issued("304")),
    )
    bureau.receive("e.eml", mail(posted, headers="From: d@example.cn\nSubject: 304"))
    last_year = Identity(
        form="small-form", version=1, round="small-2026-ffff", unit="301", year=2026
    )
    bureau.receive("f.xlsx", render(load_checked(FORM), last_year, issue=Issue(KEY)).data)
    bureau.receive("g.xlsx", b"hello")
    bureau.receive("h.pdf", b"%PDF-1.7")
    for number, path in enumerate(sorted(bureau.path.joinpath("inbox").rglob("*.*"))):
        moment = 1_793_600_000_000_000_000 + number * _HOUR
        os.utime(path, ns=(moment, moment))
