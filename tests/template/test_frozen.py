"""Layouts as text and back: equal, whatever their form, size and language; all else refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.template.books import BLANK, form_of
from tests.validation.returns import COMPACT
from xlkit.errors import LayoutError
from xlkit.form.model import Form
from xlkit.rules.registry import load_checked
from xlkit.template.frozen import FORMAT, from_json, key_of, key_of_layout, to_json
from xlkit.template.layout import Layout, Sizing
from xlkit.template.plan import plan

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
COUNTY = ("project-self-evaluation", "performance-monitoring")


def _forms() -> Iterator[Form]:
    yield from map(form_of, BLANK)
    yield from (load_checked(EXAMPLES / name / "form.yaml") for name in COUNTY)
    yield COMPACT


def _sizings(form: Form) -> Iterator[Sizing]:
    yield Sizing()
    tables = [placed.path for placed in form.blocks if hasattr(placed.block, "spares")]
    yield Sizing(dict.fromkeys(form.groups, 1), dict.fromkeys(tables, 0))
    yield Sizing(dict.fromkeys(form.groups, 3), dict.fromkeys(tables[:1], 17))


LAYOUTS = {
    f"{form.form} {number} {language}": plan(form, sizing, language)
    for form in _forms()
    for number, sizing in enumerate(_sizings(form))
    for language in form.languages
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_comes_back_as_it_was(name: str) -> None:
    layout = LAYOUTS[name]
    again = from_json(to_json(layout), layout.form)
    assert again == layout
    assert again.digest == layout.digest
    assert to_json(again) == to_json(layout)


def test_names_tell_form_size_and_language_apart() -> None:
    names = [key_of_layout(layout) for layout in LAYOUTS.values()]
    by_content = {to_json(layout) for layout in LAYOUTS.values()}
    assert len(set(names)) == len(by_content)
    layout = next(iter(LAYOUTS.values()))
    begins = key_of(layout.form, layout.sizing, layout.language)
    assert key_of_layout(layout) == begins + layout.digest


LAYOUT: Layout = plan(COMPACT)


def _changed(**parts: Any) -> str:
    return json.dumps({**json.loads(to_json(LAYOUT)), **parts})


def _moved() -> str:
    content = json.loads(to_json(LAYOUT))
    content["sheets"][0]["blocks"][0]["rows"][0][2][0][2] += 1
    return json.dumps(content)


def _elsewhere() -> str:
    content = json.loads(to_json(LAYOUT))
    content["sheets"][0]["columns"]["filled"] += 1
    return json.dumps(content)


def _without_a_row() -> str:
    content = json.loads(to_json(LAYOUT))
    content["sheets"][0]["blocks"][0]["rows"][0][0] = "no-such-row"
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no frozen layout"),
        ("[]", "no frozen layout"),
        ("{}", "no frozen layout"),
        (_changed(format=FORMAT + 1), f"has format {FORMAT + 1}"),
        (_changed(form="other"), "of form 'other'"),
        (_changed(version=99), "not of"),
        (_changed(sheets=None), "does not fit"),
        (_changed(sheets=[{}]), "does not fit"),
        (_changed(digest="0"), "was changed"),
        (_moved(), "was changed"),
        (_elsewhere(), "hidden columns"),
        (_without_a_row(), "no-such-row"),
    ],
)
def test_what_cannot_be_used_is_said(text: str, said: str) -> None:
    with pytest.raises(LayoutError, match=said):
        from_json(text, COMPACT)
