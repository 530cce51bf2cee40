"""Last year's answers as a round keeps them: taken once, when it is opened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from xlkit.errors import RoundError
from xlkit.files import shown, write_whole
from xlkit.form.model import Form
from xlkit.previous import PreviousAnswers, from_master, previous_content
from xlkit.round.desk import Hand, at_work
from xlkit.round.folder import SETTINGS, Folder
from xlkit.round.frozen_form import frozen_forms
from xlkit.round.present import present
from xlkit.round.reading import read_recognised
from xlkit.submission.canonical import answers
from xlkit.template.content import Content

_ANSWERS, _FORMS = "answers.json", "forms"


def take_previous(folder: Folder, source: Path, form: Form, hand: Hand) -> int:
    """Copies what the units answered last year into the round; gives how many units there are.

    `source` is the folder of last year's round, of which the last accepted returns count, or a
    master workbook, or a folder of a master's Parquet files. Personal fields are left out.

    Raises:
        RoundError: the source is none of these.
    """
    if (source / SETTINGS).is_file():
        found = _of_round(source, hand)
        shutil.copytree(Folder(source).forms, folder.previous / _FORMS, dirs_exist_ok=True)
    elif source.exists():
        found = from_master(source, form)
    else:
        raise RoundError(
            f"{shown(source)}: is not there. --previous takes the folder of last year's round, "
            "its master workbook, or the folder of its Parquet files"
        )
    content = {
        code: {
            "form": item.form,
            "version": item.version,
            "year": item.year,
            "answers": item.answers,
        }
        for code, item in sorted(found.items())
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    write_whole(folder.previous / _ANSWERS, f"{text}\n".encode())
    return len(found)


def _of_round(source: Path, hand: Hand) -> Mapping[str, PreviousAnswers]:
    with at_work(source, hand) as last:
        accepted = [
            (item.code, item.accepted) for item in present(last)[0] if item.accepted is not None
        ]
        files = [(one.received, one.recognised) for _, one in accepted]
        read = read_recognised(last, files, private=False)
        return {
            code: PreviousAnswers(
                answers(submission, parts=False),
                one.recognised.form,
                one.recognised.version,
                last.opened.year,
                submission.raw.form,
            )
            for (code, one), submission in zip(accepted, read, strict=True)
        }


@dataclass(frozen=True)
class Previous:
    """Last year's answers in a round's folder, by unit."""

    folder: Folder

    @cached_property
    def _content(self) -> Mapping[str, Mapping[str, Any]]:
        try:
            text = (self.folder.previous / _ANSWERS).read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        found: Mapping[str, Mapping[str, Any]] = json.loads(text)
        return found

    @cached_property
    def _forms(self) -> Mapping[tuple[str, int], Form]:
        forms = frozen_forms(self.folder.previous / _FORMS)
        return {(form.form, form.version): form for form in forms}

    def content(self, form: Form, unit: str, content: Content) -> Content:
        """What a unit's workbook goes out with, last year's values in it where the form says so."""
        given = self._content.get(unit)
        if given is None:
            return content
        definition = self._forms.get((given["form"], given["version"]))
        own = PreviousAnswers(
            given["answers"], given["form"], given["version"], given["year"], definition
        )
        return previous_content(form, content, own)
