"""The command that makes workbooks to fill: `xlkit template`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlkit.cli import console
from xlkit.cli.language import prompt_language
from xlkit.cli.options import (
    FormArgument,
    PasswordOption,
    SheetsLangOption,
    SpareRowsOption,
    SparesOption,
)
from xlkit.cli.rosters import tell_unused
from xlkit.cli.spare_rows import spare_rows_of
from xlkit.cli.targets import targets
from xlkit.errors import AnswersError, UsageError
from xlkit.sentences import Sentence, system_says

if TYPE_CHECKING:
    from xlkit.form.model import Form
    from xlkit.identity import Identity
    from xlkit.roster import Unit
    from xlkit.template.content import Content
    from xlkit.template.writer import Issue


OutOption = Annotated[
    Path, typer.Option("--out", metavar="PATH", help="The workbook; with --roster, a folder.")
]
CodeOption = Annotated[str | None, typer.Option(metavar="CODE", help="The unit's code.")]
NameOption = Annotated[str | None, typer.Option(metavar="NAME", help="The unit's name.")]
YearOption = Annotated[int | None, typer.Option(min=1990, max=2100, help="The budget year.")]
RosterOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Units (and projects): a workbook for each.")
]
AnswersOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Canonical answers (JSON) to fill in.")
]
SerialOption = Annotated[int, typer.Option(min=1, help="Which issue of the workbook it is.")]
RoundOption = Annotated[str, typer.Option("--round", help="The round that it belongs to.")]


def template(  # noqa: PLR0917  (each is an option of the command)
    form: FormArgument,
    out: OutOption,
    unit: CodeOption = None,
    name: NameOption = None,
    year: YearOption = None,
    roster: RosterOption = None,
    answers: AnswersOption = None,
    spares: SparesOption = None,
    spare_rows: SpareRowsOption = None,
    serial: SerialOption = 1,
    round_: RoundOption = "",
    password: PasswordOption = "",
    lang: SheetsLangOption = None,
) -> None:
    """Make the locked workbook of a form, for one unit or for each unit of a roster.

    Answers go in as people wrote them. An answer for a computed cell is not written but
    compared; every difference is told. The key in XLKIT_KEY signs the workbook.
    """
    from xlkit.identity import key_from_environment
    from xlkit.rules.registry import load_checked
    from xlkit.template.writer import Issue

    definition = load_checked(form)
    if spares is not None and not definition.groups:
        raise UsageError(Sentence("no-spares", form=definition.form))
    given = _read_answers(answers, definition)
    stated = year if year is not None else given.get("year")
    identity = _identity(definition, stated, serial, round_, lang)
    if roster is None:
        units = [_one_unit(definition, unit, name, given, out)]
    else:
        units = _of_roster(roster, definition, unit, given, out)
    issue = Issue(key_from_environment(), password)
    sizes = spare_rows_of(definition, spare_rows or [])
    with console.progress(len(units), definition.form) as advance:
        for item, path in units:
            content = _content(definition, item, sizes, spares, given.get("answers"))
            _write(definition, identity, item, content, issue, path)
            advance(path)


def _identity(form: Form, year: int | None, serial: int, round_: str, lang: str | None) -> Identity:
    """What the workbooks of a form say of themselves, whosesoever they are."""
    from xlkit.identity import Identity

    return Identity(
        form=form.form,
        version=form.version,
        year=year,
        serial=serial,
        round=round_,
        language=form.language(lang),
    )


def _one_unit(
    form: Form, code: str | None, name: str | None, given: Mapping[str, Any], out: Path
) -> tuple[Unit, Path]:
    """The unit of the options, else of the answers given, with its file."""
    from xlkit.files import file_stem
    from xlkit.roster import Unit

    stated = given.get("unit") or {}
    unit = Unit(
        str(stated.get("code", "")) if code is None else code,
        str(stated.get("name", "")) if name is None else name,
    )
    stem = file_stem(unit.code, unit.name) if unit.code or unit.name else form.form
    (path,) = targets(out, [stem], ".xlsx", is_one=True)
    return unit, path


def _of_roster(
    path: Path, form: Form, code: str | None, given: Mapping[str, Any], out: Path
) -> list[tuple[Unit, Path]]:
    """The roster's units, or the one of that code, each with its file in the folder.

    Raises:
        RosterError: two would have one file, in whatever case.
        UsageError: answers are given, and not for one unit.
    """
    from xlkit.roster import read_roster

    listed = read_roster(path, form)
    tell_unused(path, listed.ignored, prompt_language(()))
    units = [listed.unit(code)] if code is not None else list(listed.units)
    named = _named(units)
    if given and len(named) != 1:
        raise UsageError(Sentence("answers-one"))
    return [(unit, out / name) for unit, name in named]


def _named(units: Sequence[Unit]) -> list[tuple[Unit, str]]:
    """The units with the names of their files, no two the same in whatever case."""
    from xlkit.errors import RosterError
    from xlkit.files import file_stem

    named = [(unit, f"{file_stem(unit.code, unit.name)}.xlsx") for unit in units]
    taken: dict[str, Unit] = {}
    problems = []
    for unit, name in named:
        other = taken.setdefault(name.casefold(), unit)
        if other is not unit:
            problems.append(
                Sentence("roster-same-file", first=other.code, second=unit.code, name=name)
            )
    if problems:
        raise RosterError(problems)
    return named


def _content(
    form: Form,
    unit: Unit,
    spare_rows: dict[str, int],
    spares: int | None,
    answers: Any,
) -> Content:
    from xlkit.template.answers import place_answers, place_members
    from xlkit.template.content import Content, differences
    from xlkit.template.layout import Sizing

    content = place_members(form, Content(Sizing({}, spare_rows)), unit.members, spares)
    if answers is None:
        return content
    content = place_answers(form, answers, content)
    for difference in differences(form, content):
        computed = difference.computed
        key = "answer_differs" if computed else "answer_differs_blank"
        values = {"cell": difference.place, "stated": difference.stated, "computed": computed}
        console.told(key, None, **values)
    return content


def _write(
    form: Form, identity: Identity, unit: Unit, content: Content, issue: Issue, path: Path
) -> None:
    from xlkit.files import write_whole
    from xlkit.template.writer import render

    own = replace(identity, unit=unit.code, unit_name=unit.name)
    write_whole(path, render(form, own, content, issue).data)
    console.result(str(path))


def _read_answers(path: Path | None, form: Form) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(Sentence("cannot-read", path=path, said=system_says(error))) from error
    except ValueError as error:
        raise AnswersError([f"{path}: not valid JSON: {error}"]) from error
    problems = list(_answer_problems(content, form))
    if problems:
        raise AnswersError([f"{path}: {problem}" for problem in problems])
    return dict(content)


def _answer_problems(content: Any, form: Form) -> Iterator[str]:
    if not isinstance(content, dict) or not isinstance(content.get("answers"), dict):
        yield "right would be {form, year, unit: {code, name}, answers: {block: …}}"
        return
    named = content.get("form")
    if named is not None and named != form.form:
        yield f"the answers are for form {named!r}, not for {form.form!r}"
    year = content.get("year")
    if year is not None and (not isinstance(year, int) or isinstance(year, bool)):
        yield f"'year' is a number, not {year!r}"
    if not isinstance(content.get("unit", {}), dict):
        yield "'unit' is {code, name}"
