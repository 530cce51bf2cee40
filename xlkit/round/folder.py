"""Where the things of a round lie, and the settings that its folder holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from xlkit.errors import RoundError
from xlkit.files import shown, write_whole
from xlkit.sentences import Sentence, located, system_says

SETTINGS = "round.toml"
CACHE = "cache"
"""The part of a folder that may be deleted at any time: answers that were read once."""
_LEDGER = "ledger.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `round.toml` says; the ledger knows everything that may change.

    `ledger` is the URL of a database, '' for the file in the folder; `sender` signs letters;
    `letters` is a folder with the office's own templates, `limits` a file with limits for
    returned files, both beside `round.toml` unless they are absolute.
    """

    round: str
    language: str = "zh"
    ledger: str = ""
    sender: str = ""
    letters: str = ""
    limits: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of a round: every path in it comes from here.

    With a `scratch` folder new files are written there: the round is only tried out.
    """

    path: Path
    scratch: Path | None = None

    @property
    def settings_file(self) -> Path:
        return self.path / SETTINGS

    @property
    def ledger_file(self) -> Path:
        return self.path / _LEDGER

    @property
    def forms(self) -> Path:
        """A folder for each version of the form, as it was frozen."""
        return self.path / "forms"

    @property
    def layouts(self) -> Path:
        """The layouts that workbooks were sent with."""
        return self.path / "layouts"

    @property
    def inbox(self) -> Path:
        return self.path / "inbox"

    @property
    def mails(self) -> Path:
        """Mails that were fetched, a file each."""
        return self.inbox / "mail"

    @property
    def mail_settings(self) -> Path:
        return self.path / "mail.toml"

    @property
    def drafts(self) -> Path:
        """Mails for a mail program to open and send."""
        return self.outbox / "mail"

    @property
    def outbox(self) -> Path:
        """What is to be sent: workbooks in `issue`, corrections and letters in `return`."""
        return self.path / "outbox"

    @property
    def issued(self) -> Path:
        return self.outbox / "issue"

    @property
    def sent_back(self) -> Path:
        return self.outbox / "return"

    @property
    def previous(self) -> Path:
        """Last year's answers, a file for each unit, as they were when the round was opened."""
        return self.path / "previous"

    @property
    def master(self) -> Path:
        return self.path / "master" / "master.xlsx"

    @property
    def parquet(self) -> Path:
        return self.path / "master" / "parquet"

    @property
    def written(self) -> tuple[Path, ...]:
        """The folders that commands write files in; the inbox is others'."""
        names = ("archive", CACHE, "forms", "layouts", "master", "outbox", "previous")
        return tuple(self.path / name for name in names)

    def archived(self, sha256: str, suffix: str) -> Path:
        """Where a received file is kept, or is to be: by its content, never by its name."""
        place = Path("archive", sha256[:2], f"{sha256}{suffix}")
        if self.scratch is None or (self.path / place).is_file():
            return self.path / place
        return self.scratch / place

    def written_at(self, path: Path) -> Path:
        """Where a file of the round is written: with a `scratch`, there."""
        return path if self.scratch is None else self.scratch / path.relative_to(self.path)

    def beside(self, text: str) -> Path | None:
        """A path that the settings name; None where they name none."""
        return self.path / text if text else None

    def settings(self) -> Settings:
        """What the folder's `round.toml` says.

        Raises:
            RoundError: this is no folder of a round, or its settings are broken.
        """
        try:
            content = tomllib.loads(self.settings_file.read_text(encoding="utf-8-sig"))
        except FileNotFoundError as error:
            raise RoundError(
                Sentence("no-round", path=shown(self.path.absolute()), file=SETTINGS)
            ) from error
        except (OSError, ValueError) as error:
            raise RoundError(
                Sentence("cannot-read", path=shown(self.settings_file), said=system_says(error))
            ) from error
        return self._checked(content)

    def write_settings(self, settings: Settings) -> None:
        """Raises OutputError where the folder cannot be written."""
        lines = (f"{name} = {_toml(text)}" for name, text in asdict(settings).items())
        write_whole(self.settings_file, ("\n".join(lines) + "\n").encode("utf-8"))

    def _checked(self, content: Mapping[str, object]) -> Settings:
        known = {field.name for field in fields(Settings)}
        problems = [Sentence("key-unknown", name=name) for name in content if name not in known]
        problems += [
            Sentence("key-no-text", name=name, value=repr(value))
            for name, value in content.items()
            if name in known and not isinstance(value, str)
        ]
        if "round" not in content:
            problems.append(Sentence("round-nameless"))
        if problems:
            place = shown(self.settings_file)
            raise RoundError(*(located(place, problem) for problem in problems))
        return Settings(**content)  # type: ignore[arg-type]


def _toml(text: str) -> str:
    """A text as a basic string of TOML."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(s if s.isprintable() else f"\\u{ord(s):04x}" for s in plain) + '"'
