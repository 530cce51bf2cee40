"""Exceptions for mistakes of our callers; a respondent's mistake is a `Finding`.

Each carries sentences of `messages/errors.toml`: `str(error)` is English, and
`error.in_language("zh")` says the same to who works in Chinese.

XlkitError
├── UsageError        2   a call that cannot mean anything
│   ├── MaskedError   2   private content asked of an answer that was kept without it
│   └── LayoutError   2   a frozen layout that cannot be used
├── FormError         3   a form definition with problems
├── FormUnknown       3   a form nobody here has
├── RosterError       4   a roster with problems
├── AnswersError      4   answers that do not fit their form
├── OutputError       5   something could not be written
├── SecretError       6   a signing key that is none
├── SubmissionError   7   a workbook that could not be read at all
├── RenderError       8   a workbook that could not be made
├── WorkerError      10   a worker process that could not be started
├── PluginError      11   a package with rule kinds that is broken
├── LetterError      12   an office's template of a letter that cannot be used
├── LedgerError      13   a ledger that cannot be opened, read or added to
├── RoundError       14   a round's folder that is none, or what its state does not allow
└── MailError        15   mail that cannot be sent or fetched
    └── AddressError 15   an e-mail address that is none
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from xlkit.sentences import English, Sentence, Words, said_in


class XlkitError(Exception):
    """A failure that a caller can act on, in sentences of a line each.

    `exit_code` is what the command line returns.
    """

    exit_code: ClassVar[int] = 9

    def __init__(self, *said: Words) -> None:
        super().__init__(*said)

    def __str__(self) -> str:
        return self.in_language("en")

    def in_language(self, language: str) -> str:
        """What it says, in that language as far as there are words."""
        return "\n".join(said_in(text, language) for text in self.args)


class UsageError(XlkitError):
    """Arguments that contradict each other or name nothing."""

    exit_code = 2


class MaskedError(UsageError):
    """Private content is asked of a return that came from the cache, which keeps none."""


class LayoutError(UsageError):
    """A frozen layout that is none, is of a later xlkit, or does not fit its form."""


class ProblemsError(XlkitError):
    """Several problems of one file, told all at once, a line each."""

    exit_code = 3

    def __init__(self, problems: Sequence[Words]) -> None:
        self.problems = tuple(problems)
        super().__init__(*self.problems)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class AuthorsError(ProblemsError):
    """Problems of a file that is written beside the documentation, by its English keys.

    They are said in English, under a sentence of the reader's that says for whom they are.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__([English(problem) for problem in problems])

    def in_language(self, language: str) -> str:
        problems = super().in_language(language)
        return f"{Sentence('for-authors').in_language(language)}\n{problems}".lstrip("\n")


class FormError(AuthorsError):
    """A form definition that cannot be used; each problem names file and line."""

    exit_code = 3


class FormUnknown(XlkitError):
    """A form that is neither built in nor given as a path."""

    exit_code = 3


class RosterError(ProblemsError):
    """A roster that cannot be used; each problem names its row."""

    exit_code = 4


class AnswersError(AuthorsError):
    """Answers that do not fit the form they are for."""

    exit_code = 4


class OutputError(XlkitError):
    """A file that could not be written: read-only, full disk, or open in another program."""

    exit_code = 5


class SecretError(XlkitError):
    """A signing key that is not 32 bytes of hexadecimal, or not the round's; says what to do."""

    exit_code = 6


class SubmissionError(XlkitError):
    """A workbook that could not be read at all, where one was needed."""

    exit_code = 7


class RenderError(XlkitError):
    """A workbook that the writer refused to make as asked."""

    exit_code = 8


class WorkerError(XlkitError):
    """A worker process that could not be started."""

    exit_code = 10


class PluginError(XlkitError):
    """A package that brings rule kinds and cannot be used; the message names it."""

    exit_code = 11


class LetterError(XlkitError):
    """An office's template of a letter that cannot be used; the message names file and line."""

    exit_code = 12


class LedgerError(XlkitError):
    """A ledger that cannot be used; the message names it, never a password, and what to do."""

    exit_code = 13


class RoundError(XlkitError):
    """A round that cannot do what was asked; the message says what it is and what to do."""

    exit_code = 14


class MailError(XlkitError):
    """Mail that cannot be sent or fetched; the message says what to do, and never a password.

    `kind` is what went wrong, by a name of `xlkit.mail.Kind`; '' where it is none of them.
    """

    exit_code = 15

    def __init__(self, said: Words | Sequence[Words], kind: str = "") -> None:
        self.kind = kind
        super().__init__(*((said,) if isinstance(said, str) else said))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.args, self.kind)


class AddressError(MailError):
    """A text that no mail can be sent to."""
