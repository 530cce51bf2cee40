"""Last year's answers as a round keeps them, for its workbooks to go out with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from xlkit.files import write_whole
from xlkit.form.model import Form
from xlkit.previous import PreviousAnswers, previous_content
from xlkit.round.frozen_form import frozen_forms
from xlkit.template.content import Content

_ANSWERS, _FORMS = "answers.json", "forms"


@dataclass(frozen=True)
class Previous:
    """Last year's answers in a folder, by unit, with the forms that they were given in."""

    folder: Path

    def keep(self, found: Mapping[str, PreviousAnswers], forms: Path | None) -> None:
        """Writes them; `forms` is a folder of frozen forms.

        Raises:
            OutputError: the folder cannot be written.
        """
        if forms is not None:
            shutil.copytree(forms, self.folder / _FORMS, dirs_exist_ok=True)
        content = {code: _plain(item) for code, item in sorted(found.items())}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        write_whole(self.folder / _ANSWERS, f"{text}\n".encode())

    @cached_property
    def _content(self) -> Mapping[str, Mapping[str, Any]]:
        try:
            text = (self.folder / _ANSWERS).read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        found: Mapping[str, Mapping[str, Any]] = json.loads(text)
        return found

    @cached_property
    def _forms(self) -> Mapping[tuple[str, int], Form]:
        forms = frozen_forms(self.folder / _FORMS)
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


def _plain(item: PreviousAnswers) -> dict[str, Any]:
    return {
        "form": item.form,
        "version": item.version,
        "year": item.year,
        "answers": item.answers,
    }
