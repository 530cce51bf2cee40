"""Rules of the house: what must hold of the whole tree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import xlkit
from xlkit.catalogue import codes, example_of, explain, severity_of
from xlkit.files import workbooks
from xlkit.form.library import builtin_forms
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.submission.grid import ReturnedWorkbook
from xlkit.submission.opening import open_workbook
from xlkit.submission.screen import screen
from xlkit.template.writer import render
from xlkit.wording import message_file

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "xlkit").rglob("*.py"))
#: Newer typer loads pydantic by itself.
DATA_LIBRARIES = (
    *("polars", "pandera", "openpyxl", "xlsxwriter", "odf", "xlrd", "ruamel", "jinja2"),
    *("sqlalchemy", "psycopg", "imap_tools", "keyring"),
)


def test_help_loads_no_data_library():
    code = (
        "import sys, io, contextlib\n"
        "from xlkit.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    main(['--help']), main(['merge', '--help']), main(['report', '--help'])\n"
        f"print([name for name in {DATA_LIBRARIES!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_importing_xlkit_loads_nothing_else():
    code = "import sys, xlkit; print([m for m in sys.modules if m.startswith('xlkit.')])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", xlkit.__all__)
def test_every_exported_name_is_there_and_described(name):
    exported = getattr(xlkit, name)
    assert exported.__doc__, f"{name} has no docstring"


def test_exported_names_are_those_that_type_checkers_see():
    tree = ast.parse((ROOT / "xlkit" / "__init__.py").read_text(encoding="utf-8"))
    seen = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.If)
        for inner in node.body
        if isinstance(inner, ast.ImportFrom)
        for alias in inner.names
    }
    assert seen == set(xlkit.__all__)


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_says_what_and_what_to_do(code, language):
    said = explain(code, language)
    assert said.title
    assert said.message
    assert said.hint
    assert bool(said.clerk_hint) == bool(explain(code, "en").clerk_hint)
    assert severity_of(code)


@pytest.mark.parametrize("code", message_file("examples"))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_example_fills_every_blank_of_its_code(code, language):
    """A blank that is left empty leaves a gap between quotes or beside a word."""
    said = example_of(code, language)
    blanks = set(message_file("examples")[code]) | {"only", "cells"}
    wanted = set(re.findall(r"\{(\w+)\}", explain(code, language).message))
    assert wanted <= blanks
    assert "{" not in said.message + said.hint + said.clerk_hint


def test_every_code_of_the_catalogue_is_used_and_every_used_one_catalogued():
    source = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    used = set(re.findall(r"[\"']([a-z]+(?:-[a-z0-9]+)+)[\"']", source))
    assert [code for code in codes() if code not in used] == []
    finding_calls = set(re.findall(r"code=\"([a-z-]+)\"", source))
    assert finding_calls <= set(codes())


def test_no_module_is_too_long_to_read():
    long = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES
    }
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


@pytest.mark.parametrize("name", builtin_forms())
def test_blank_workbooks_in_the_tree_are_those_that_their_forms_give(name):
    """By cells, not bytes: another XlsxWriter may write the same workbook in other words."""
    form = load_checked(name)
    rendered = render(form, Identity(form=form.form, version=form.version)).data
    committed = (ROOT / "templates" / name / "blank.xlsx").read_bytes()
    assert _cells(committed) == _cells(rendered)


def test_lock_files_are_no_workbooks(tmp_path):
    for name in ("a.xlsx", "~$a.xlsx", ".~lock.a.xlsx#", "notes.txt", "b.ods"):
        (tmp_path / name).touch()
    assert [path.name for path in workbooks([tmp_path])] == ["a.xlsx", "b.ods"]


def _cells(data: bytes) -> dict[str, dict[tuple[int, int], tuple[str, str | None]]]:
    kind = screen(data).kind
    assert kind is not None
    book: ReturnedWorkbook = open_workbook(data, kind)
    return {
        grid.name: {place: (cell.text, cell.formula) for place, cell in grid.cells.items()}
        for grid in book.sheets
    }
