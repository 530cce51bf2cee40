"""The guides of clerks and of the round: every command in them runs, every command is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from tests.guided import NAME, UNITS, Guided, commands, guided
from xlkit.catalogue import codes
from xlkit.cli import app
from xlkit.cli.mail import app as mail_app
from xlkit.cli.round import app as round_app
from xlkit.ledger.mails import MailCame, Posted, Purpose
from xlkit.ledger.records import Received
from xlkit.round.desk import Hand, at_work
from xlkit.round.present import units_of
from xlkit.rules.registry import load_checked

ROOT = Path(__file__).resolve().parent.parent
#: Commands whose findings are the point: they say so by their exit code.
FINDING = ("check", "correct", "report", "merge", "round merge")
#: Guides of a round that goes by mail.
MAILED = ("docs/clerk.zh-CN.md", "docs/round.md")
GUIDES = ("README.md", "README.zh-CN.md", "docs/clerk.zh-CN.md", "docs/round.md")


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture
def reader(tmp_path, monkeypatch) -> Iterator[Guided]:
    """Somebody with an empty folder, nothing in the environment, and a mailbox."""
    monkeypatch.chdir(tmp_path)
    for variable in ("XLKIT_ROUND", "XLKIT_USER", "XLKIT_LANG", "XLKIT_PASSWORD"):
        monkeypatch.delenv(variable, raising=False)
    with guided(tmp_path, monkeypatch) as reader:
        yield reader


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_of_a_guide_runs(name, reader, capsys):
    lines = list(commands(page(name)))
    assert len(lines) > 5
    for line in lines:
        if line.split()[1] == "demo":
            continue
        reader.run(line)
        said = capsys.readouterr().err
        code = reader.codes.get(line, 0)
        words = line.removeprefix("xlkit ")
        assert code == 0 or (code == 1 and words.startswith(FINDING)), f"{line}: {said}"
    if name in MAILED:
        went_by_mail(reader)


def went_by_mail(reader: Guided) -> None:
    """Workbooks were sent and came back, answers and reminders went out, one as a draft."""
    with at_work(Path(), Hand()) as round_:
        posts = [post for item in units_of(round_).values() for post in item.posts]
        came = [entry.record for entry in round_.ledger.entries(round_.id, MailCame)]
        posted = {entry.record.outcome for entry in round_.ledger.entries(round_.id, Posted)}
        received = [entry.record for entry in round_.ledger.entries(round_.id, Received)]
    assert {post.posting.purpose for post in posts} == set(Purpose)
    assert posted == {"taken", "draft"}
    assert [item.kind for item in came].count("letter") >= 3
    assert sum("inbox/mail/" in item.source.replace("\\", "/") for item in received) >= 3
    for unit in UNITS:
        subjects = [mail["Subject"] for mail in reader.post.letters(unit.emails[0])]
        assert any(unit.name in subject for subject in subjects)
    assert list(Path("outbox", "mail").glob("*.eml"))


def test_what_the_guides_name_of_the_built_in_form_is_there():
    form = load_checked(NAME)
    assert "target-below-past" in codes()
    sheets = [sheet.sheet for sheet in form.sheets]
    assert "职能与目标" in [item["zh"] for item in sheets if isinstance(item, dict)]
    assert "annual_indicators" in {placed.name for placed in form.blocks}


def names(application) -> set[str]:
    return set(get_command(application).commands)


@pytest.mark.parametrize("name", MAILED)
def test_a_guide_of_rounds_names_every_command(name):
    units = {f"unit {item}" for item in ("add", "set", "remove", "take")}
    wanted = (names(round_app) - {"unit"}) | units
    told = set(re.findall(r"xlkit round ((?:unit )?[a-z]+)", page(name)))
    assert wanted - told == set()
    assert told - wanted <= {"unit"}


@pytest.mark.parametrize("name", MAILED)
def test_a_guide_of_rounds_names_every_command_of_mail(name):
    assert names(mail_app) - set(re.findall(r"xlkit mail ([a-z]+)", page(name))) == set()


def test_the_readme_names_every_command():
    told = set(re.findall(r"xlkit ([a-z]+)", page("README.md")))
    assert names(app) - told == set()


@pytest.mark.parametrize("name", [*GUIDES, "docs/architecture.md", "CHANGELOG.md"])
def test_links_of_a_guide_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)#:]+\.md)", page(name)):
        assert ((ROOT / name).parent / target).is_file(), target


def test_the_example_of_library_use_runs(reader, capsys):
    reader.run(
        "xlkit round open 2027 --form department-performance --year 2027 "
        "--due 2099-12-10 --roster roster.xlsx"
    )
    capsys.readouterr()
    (example,) = re.findall(
        r"^```python\n(.*?)^```$", page("docs/round.md"), re.DOTALL | re.MULTILINE
    )
    exec(compile(example, "docs/round.md", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out.splitlines() == [
        "301-经济和信息化局.xlsx",
        "302-教育局.xlsx",
        "303-第一中学.xlsx",
        "304-体育局.xlsx",
        "301 sent",
        "302 sent",
        "304 sent",
        "303 sent",
    ]
