"""Where built-in forms and samples lie: in the installed package, or in a checkout."""

from __future__ import annotations

import re
from pathlib import Path

from xlkit.errors import FormUnknown
from xlkit.sentences import Sentence

#: A vocabulary's name is a file's name, never a path.
_NAME = re.compile(r"[\w-]{1,60}")
_PACKAGE = Path(__file__).resolve().parent.parent


def builtin_folder(name: str) -> Path:
    """The folder `templates` or `sample_workbooks`, wherever this installation has it."""
    installed = _PACKAGE / "builtin" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def builtin_forms() -> dict[str, Path]:
    """The built-in forms' definitions by name."""
    folder = builtin_folder("templates")
    return {path.parent.name: path for path in sorted(folder.glob("*/form.yaml"))}


def form_path(form: str) -> Path:
    """The definition that a name or a path means.

    Raises:
        FormUnknown: neither a built-in form nor a file.
    """
    known = builtin_forms()
    if form in known:
        return known[form]
    path = Path(form)
    if path.is_dir():
        path = path / "form.yaml"
    if path.is_file():
        return path
    raise FormUnknown(Sentence("form-unknown", form=form, known=list(known)))


def vocabulary_path(name: str, beside: Path) -> Path:
    """A shared vocabulary that a definition takes in: beside it, else built in.

    Raises:
        FormUnknown: there is none of that name.
    """
    for folder in (beside, beside.parent, builtin_folder("templates")):
        path = folder / f"{name}.yaml"
        if _NAME.fullmatch(name) and path.is_file():
            return path
    raise FormUnknown(Sentence("vocabulary-unknown", name=name, place=beside))
