"""Letters and mails in words, from our templates or those of an office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, StrictUndefined, TemplateNotFound
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from xlkit.errors import LetterError, UsageError
from xlkit.files import shown
from xlkit.ledger.mails import Purpose
from xlkit.sentences import Sentence
from xlkit.wording import LANGUAGES, one_line

if TYPE_CHECKING:
    from xlkit.reporting.cover import Cover
    from xlkit.reporting.letter import Letter


class Kind(StrEnum):
    """What a letter is written as; the value is the ending of its file."""

    TEXT = "txt"
    HTML = "html"


#: Templates have these names, in an office's folder too.
TEMPLATES = (
    *(f"letter.{language}.{kind}" for language in LANGUAGES for kind in Kind),
    *(f"{purpose}.{language}.{Kind.TEXT}" for language in LANGUAGES for purpose in Purpose),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A mail in words."""

    subject: str
    text: str


class Stationery:
    """The templates that letters are written with.

    A template of an office counts before ours of the same name. Templates can read what the
    letter holds and nothing else; what departments typed is never taken for a template.

    Raises:
        UsageError: the folder is not there, or holds no template.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not any((folder / name).is_file() for name in TEMPLATES):
            what = (
                Sentence("letters-folder-none")
                if folder.is_dir()
                else Sentence("letters-no-folder")
            )
            raise UsageError(
                Sentence("letters-none", path=shown(folder), what=what, names=list(TEMPLATES))
            )
        own = FunctionLoader(_ours)
        loaders = [FileSystemLoader(folder, encoding="utf-8-sig"), own] if folder else [own]
        self._folder = folder
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader(loaders),
            autoescape=lambda name: name is not None and name.endswith(f".{Kind.HTML}"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def write(self, letter: Letter, kind: Kind) -> str:
        """The letter, its last line ended.

        Raises:
            LetterError: an office's template cannot be used; says file, line and what.
        """
        return self._rendered(f"letter.{letter.language}.{kind}", letter=letter)

    def mail(self, cover: Cover) -> Written:
        """The mail's subject and its text.

        Raises:
            LetterError: an office's template cannot be used; says file, line and what.
        """
        name = f"{cover.purpose}.{cover.language}.{Kind.TEXT}"
        first, _, rest = self._rendered(name, cover=cover).partition("\n")
        if not (first and rest.strip()):
            where = shown(self._folder / name) if self._folder else name
            raise LetterError(Sentence("letter-subject", place=where))
        return Written(one_line(first), rest.strip("\n") + "\n")

    def _rendered(self, name: str, **values: Letter | Cover | None) -> str:
        """A template filled in, its last line ended."""
        try:
            text = self._environment.get_template(name).render(**values)
        except Exception as error:
            place = self._place(error, name)
            if place is None:  # ours: a mistake of the program
                raise
            raise LetterError(Sentence("located", place=place, problem=_what(error))) from error
        lines = [line.rstrip() for line in text.strip().splitlines()]
        return "\n".join(_without_gaps(lines)) + "\n"

    def _place(self, error: Exception, name: str) -> str | None:
        """File and line of an error in an office's template; None where it is not in one."""
        if self._folder is None:
            return None
        if isinstance(error, TemplateSyntaxError):
            return f"{shown(Path(error.filename))}:{error.lineno}" if error.filename else None
        found = None
        for file, line in _frames(error.__traceback__):
            if file.startswith(f"{self._folder}/"):  # as the loader joins them
                found = f"{shown(Path(file))}:{line}"
        if found is None and isinstance(error, OSError | UnicodeDecodeError):
            return shown(self._folder / name)
        return found


def _ours(name: str) -> str | None:
    if name not in TEMPLATES:
        return None
    file = resources.files("xlkit.reporting") / "letters" / name
    return file.read_text(encoding="utf-8")


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def _what(error: Exception) -> Sentence:
    if isinstance(error, UnicodeDecodeError):
        return Sentence("not-utf8")
    if isinstance(error, TemplateNotFound):
        return Sentence("letter-template", name=error.name)
    return Sentence("letter-wrong", said=str(error) or type(error).__name__)


def _without_gaps(lines: list[str]) -> Iterator[str]:
    """The lines with at most one empty line in a row, wherever parts of a template were empty."""
    for number, line in enumerate(lines):
        if line or lines[number - 1]:
            yield line
