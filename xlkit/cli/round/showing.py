"""`xlkit round status`, `review`, `log` and `diff`: what a clerk wants to know."""

from __future__ import annotations

from typing import Annotated

import typer

from xlkit.cli import console
from xlkit.cli.round import tables
from xlkit.cli.round.desk import HERE, PrivateOption, RoundOption, UnitArgument, hand, say, working

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def status(
    parents: Annotated[
        list[str] | None,
        typer.Option("--parent", metavar="NAME", help="Only units below it; may be given again."),
    ] = None,
    owing: Annotated[
        bool, typer.Option("--owing", help="List only the units that have still to answer.")
    ] = False,
    json: JsonOption = False,
    folder: RoundOption = HERE,
) -> None:
    """Say who owes what: not sent, sent, returned, with errors, to explain, accepted, late."""
    from xlkit.round.status import status_of, status_report

    with working(folder, hand("")) as round_:
        found = status_of(round_, parents or ())
        if json:
            console.result_json(status_report(found))
            return
        for text in tables.status_texts(found, round_, owing=owing):
            console.result(text)


def review(unit: UnitArgument, json: JsonOption = False, folder: RoundOption = HERE) -> None:
    """Show what is wrong in a unit's last return, and what changed since the one before.

    Before each finding stands the short name by which `waive` knows it.
    """
    from xlkit.reporting.changes import changes_report, changes_text
    from xlkit.reporting.json import file_report
    from xlkit.reporting.text import report
    from xlkit.round.reviewing import reviewed

    with working(folder, hand("")) as round_:
        found = reviewed(round_, unit)
        if json:
            console.result_json(
                {
                    **file_report(found.submission, round_.language),
                    "names": found.names,
                    "changes": changes_report(found.changes),
                }
            )
            return
        console.result(report([found.submission], round_.language, total=False))
        for text in tables.names_texts(found, round_.language):
            console.result(text)
        if found.before is not None:
            console.result("")
            console.result(say("said_since", round_.language, number=found.before))
            console.result(changes_text(found.changes, round_.language))


def diff(
    unit: UnitArgument,
    first: Annotated[
        int | None,
        typer.Argument(metavar="[A]", help="The earlier return by its number.", show_default=False),
    ] = None,
    second: Annotated[
        int | None,
        typer.Argument(metavar="[B]", help="The later one; else the last.", show_default=False),
    ] = None,
    json: JsonOption = False,
    private: PrivateOption = False,
    folder: RoundOption = HERE,
) -> None:
    """Say what changed between two returns of a unit, answer by answer.

    Returns are counted from 1; without numbers the last two are compared.
    """
    from xlkit.reporting.changes import changes_report, changes_text
    from xlkit.round.reviewing import difference

    with working(folder, hand("")) as round_:
        found = difference(round_, unit, first, second, private=private)
        if json:
            console.result_json(changes_report(found.changes))
            return
        console.result(say("said_between", round_.language, first=found.first, second=found.second))
        console.result(changes_text(found.changes, round_.language))


def log(
    unit: Annotated[
        str | None, typer.Argument(metavar="[UNIT]", help="A unit's code or name; else all.")
    ] = None,
    json: JsonOption = False,
    folder: RoundOption = HERE,
) -> None:
    """Tell what happened, to one unit or to all: when, by whom, what."""
    from xlkit.round.present import unit_of
    from xlkit.round.story import story, story_report

    with working(folder, hand("")) as round_:
        code = unit_of(round_, unit).code if unit is not None else None
        lines = story(round_, code)
        if json:
            console.result_json(story_report(lines))
            return
        for line in lines:
            whose = f"{line.unit} " if line.unit and code is None else ""
            by = f" [{line.by}]" if line.by else ""
            console.result(f"{line.at:%Y-%m-%d %H:%M} {whose}{line.text}{by}")
