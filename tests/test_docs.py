"""docs/forms.md says every option, and everything in it runs."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests import doc_tables
from xlkit.cli import main
from xlkit.form.library import form_path
from xlkit.identity import Identity
from xlkit.rules.registry import form_problems, load_checked
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.read import FormShelf, Reader
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.writer import render

PAGE = doc_tables.PAGE.read_text(encoding="utf-8")
EXAMPLES = doc_tables.PAGE.parent / "examples"
_FENCE = re.compile(r"^```(?P<info>\w.*?)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """A fenced block of the page: its words after the fence, its line, its text."""

    kind: str
    role: str
    settings: dict[str, str]
    line: int
    body: str

    def __str__(self) -> str:
        return f"line-{self.line}-{self.kind}-{self.role}"


def samples() -> list[Sample]:
    found = []
    for match in _FENCE.finditer(PAGE):
        kind, *rest = match["info"].split()
        settings = dict(word.partition("=")[::2] for word in rest)
        role = next(iter(settings), "")
        line = PAGE[: match.start()].count("\n") + 1
        found.append(Sample(kind, role, settings, line, match["body"]))
    return found


SAMPLES = samples()
YAMLS = [item for item in SAMPLES if item.kind == "yaml" and item.role != "wrong"]
BASE: dict[str, Any] = {
    "form": "sample",
    "version": 1,
    "title": "样例",
    "use": ["common"],
    "money": "万元",
    "lists": {"basis": ["计划标准", "其他标准"], "numbers": ["〔2026〕1号"]},
    "scales": {"soundness": ["健全", "不健全"]},
    "trees": {"frame": [{"name": "产出", "children": ["数量"]}]},
    "sheets": [
        {
            "sheet": "样例",
            "blocks": [{"kind": "text", "block": "sample_text", "label": "样例"}],
        }
    ],
}


def whole(sample: Sample) -> Any:
    """The definition that a piece of YAML belongs to, the piece put into it."""
    content = YAML(typ="safe", pure=True).load(sample.body)
    if sample.role == "form":
        return content
    if sample.role == "top":
        return BASE | content
    if sample.role == "bare":
        return BASE | {"use": []} | content
    if sample.role == "sheets":
        return BASE | {"sheets": content}
    if sample.role == "blocks":
        return BASE | {"sheets": [{"sheet": "样例", "blocks": content}]}
    if sample.role == "fields":
        table = {"kind": "table", "block": "rows", "label": "样例", "spares": 1, "fields": content}
        return BASE | {"sheets": [{"sheet": "样例", "blocks": [table]}]}
    assert sample.role == "rules", f"line {sample.line}: say which part of a form this is"
    named = sample.settings["rules"]
    path = form_path(named) if named else EXAMPLES / "project-self-evaluation" / "form.yaml"
    return YAML(typ="safe", pure=True).load(path) | {"rules": content}


def problems(content: Any, folder: Path) -> tuple[str, ...]:
    path = folder / "sample.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(content, file)
    return form_problems(path)


@pytest.mark.parametrize("sample", YAMLS, ids=str)
def test_yaml_is_sound(sample: Sample, tmp_path: Path) -> None:
    assert problems(whole(sample), tmp_path) == ()


def test_tables_are_those_of_the_models() -> None:
    assert doc_tables.renewed(PAGE) == PAGE, "write them anew: python -m tests.doc_tables"


def test_every_option_is_told() -> None:
    with_options = {name for name in doc_tables.models() if doc_tables.own_options(name)}
    assert with_options - doc_tables.told(PAGE) == set()


@pytest.mark.parametrize("name", sorted(doc_tables.models()))
def test_every_option_has_a_meaning(name: str) -> None:
    assert [line for line in doc_tables.table(name).splitlines() if line.endswith("|  |")] == []


@pytest.mark.parametrize("name", sorted(doc_tables.MEANINGS))
def test_meanings_are_of_options(name: str) -> None:
    chosen, option = name.split(".")
    assert option in doc_tables.own_options(chosen)


def test_commands_print_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XLKIT_KEY", raising=False)
    for sample in SAMPLES:
        if "file" in sample.settings:
            (tmp_path / sample.settings["file"]).write_text(sample.body, encoding="utf-8")
    said = [f"```console\n{printed(item)}```" for item in SAMPLES if item.kind == "console"]
    assert said == [f"```console\n{item.body}```" for item in SAMPLES if item.kind == "console"]


def printed(sample: Sample) -> str:
    """A console block with what its commands really print."""
    lines = []
    for line in sample.body.splitlines():
        if not line.startswith("$ "):
            continue
        program, *arguments = shlex.split(line.removeprefix("$ "))
        assert program == "xlkit"
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            main(arguments)
        lines += [line, out.getvalue().rstrip("\n")]
    return "\n".join(filter(None, lines)) + "\n"


def test_answers_have_the_shape_that_the_page_shows(tmp_path: Path) -> None:
    (group,) = [item for item in SAMPLES if item.role == "sheets"]
    (shown,) = [item for item in SAMPLES if item.role == "answers"]
    assert problems(whole(group), tmp_path) == ()
    form = load_checked(tmp_path / "sample.yaml")
    given = json.loads(shown.body)
    content = replace(place_answers(form, given, Content()), stated={})
    path = tmp_path / "filled.xlsx"
    path.write_bytes(render(form, Identity(form=form.form, version=1), content).data)
    assert answers(cast(Reader(FormShelf([form])).read(path)), parts=False) == given
