"""Workbooks of a series are those that `render` gives, byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.form.snippets import SMALL
from tests.template.books import KEY, PASSWORD, content_of, form_of
from xlkit.errors import RenderError
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.template.content import Content
from xlkit.template.mould import Mould
from xlkit.template.series import Series
from xlkit.template.writer import Issue, render

ISSUE = Issue(key=KEY, password=PASSWORD)
ORDINARY = ("甲局", "乙财政局", "丙和丁街道办事处")
ODD = (
    "",
    " 甲局",
    "甲局 ",
    "\u3000甲局",
    "A&B <局> \"'",
    "甲&G局",
    "甲&[Picture]局",
    "甲&局&",
    "😀局",
    "甲_x0041_局",
    "甲\n局",
    "甲\x07局",
    "<r>甲</r>",
    "=1+1",
    "\ue6a0",
    "\ue6a1\ue6a0",
    "单位",
    "001",
    "xlkit:help",
    "甲" * 60,
    "甲" * 61,
    "&" * 60,
    "x" * 200,
    "e\u0301",
    "甲\u200b局",
    "]]>",
    "&amp;",
    "a\\1",
)


def identity(form: Form, name: str, unit: str = "001", **more) -> Identity:
    return Identity(form.form, form.version, unit=unit, unit_name=name, year=2026, **more)


def in_full(form: Form, wanted: Identity, content: Content | None = None) -> bytes | type:
    try:
        return render(form, wanted, content, ISSUE).data
    except RenderError:
        return RenderError


def in_series(series: Series, wanted: Identity) -> bytes | type:
    try:
        return series.render(wanted).data
    except RenderError:
        return RenderError


@pytest.fixture(scope="module")
def small() -> Series:
    series = Series(form_of("small"), issue=ISSUE)
    for name in ORDINARY:
        series.render(identity(form_of("small"), name))
    return series


@pytest.mark.parametrize("name", ["small", "project-performance"])
def test_ordinary_units_cost_one_mould(name: str) -> None:
    form = form_of(name)
    series = Series(form, issue=ISSUE)
    for number, unit in enumerate(ORDINARY):
        wanted = identity(form, unit, f"{number:03}", serial=number + 1, round="2026")
        rendered = series.render(wanted)
        if number == 0 and name != "small":  # rendered in full for certain
            continue
        expected = render(form, wanted, issue=ISSUE)
        assert rendered.data == expected.data
        assert rendered.identity == expected.identity
        assert rendered.layout.digest == expected.layout.digest
    assert series.in_full == 2


@pytest.mark.parametrize("name", ODD)
def test_odd_names(small: Series, name: str) -> None:
    form = form_of("small")
    for wanted in (identity(form, name), identity(form, name, name)):
        assert in_series(small, wanted) == in_full(form, wanted)


@settings(max_examples=25)
@given(
    st.text(max_size=70),
    st.one_of(st.text(max_size=10), st.from_regex(r"[0-9]{3,9}", fullmatch=True)),
    st.integers(1, 12),
    st.integers(0, 2),
)
def test_any_names(small: Series, name: str, unit: str, serial: int, correction: int) -> None:
    form = form_of("small")
    wanted = identity(form, name, unit, serial=serial, correction=correction)
    assert in_series(small, wanted) == in_full(form, wanted)


def test_names_that_the_form_prints_too(small: Series) -> None:
    form = form_of("small")
    data = render(form, identity(form, "甲局")).data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        strings = package.read("xl/sharedStrings.xml").decode()
    texts = re.findall("<si><t>([^<&]{1,20})</t>", strings)
    assert len(texts) > 20
    for text in texts[:: len(texts) // 5]:
        wanted = identity(form, text)
        assert in_series(small, wanted) == in_full(form, wanted)


def test_every_year_has_a_mould_of_its_own() -> None:
    form = form_of("small")
    series = Series(form, issue=ISSUE)
    for year, name in ((2025, "甲局"), (2026, "甲局"), (2026, "乙局"), (2026, "丙局")):
        wanted = Identity(form.form, form.version, unit="9", unit_name=name, year=year)
        assert series.render(wanted).data == render(form, wanted, issue=ISSUE).data
    assert series.in_full == 3


def test_answers_go_to_every_unit() -> None:
    form, content = content_of("zunhua-industry-informatization-2022")
    series = Series(form, content)
    series.render(identity(form, "甲局"))
    wanted = identity(form, "乙局")
    assert series.render(wanted).data == render(form, wanted, content).data
    assert series.in_full == 2


def varied(folder: Path, **changes: object) -> Form:
    yaml = YAML(typ="safe", pure=True)
    path = folder / "varied.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(yaml.load(SMALL) | changes, file)
    return load_checked(path)


def test_rows_that_are_as_high_as_the_name_is_long(tmp_path: Path) -> None:
    form = varied(tmp_path, instructions=["请{unit.name}（{unit.code}）" + "认真填写" * 11])
    series = Series(form, issue=ISSUE)
    names = ("甲局", "丙和丁街道办事处", "乙局", "甲" * 50, "丁局", "乙" * 50, "丙" * 50)
    for name in names:
        wanted = identity(form, name)
        assert series.render(wanted).data == render(form, wanted, issue=ISSUE).data
    assert series.in_full < len(names)


@pytest.mark.parametrize("text", ["\ue6a0", "\ue6a0\ue6a0 \ue6a1\ue6a1", "{unit.name}{unit.name}"])
def test_forms_with_the_signs_of_the_mould(tmp_path: Path, text: str) -> None:
    form = varied(tmp_path, instructions=[text])
    series = Series(form, issue=ISSUE)
    for name in ("甲局", "乙局", "丙局"):
        wanted = identity(form, name, "0001")
        assert series.render(wanted).data == render(form, wanted, issue=ISSUE).data


def test_a_mould_leaves_alone_what_it_does_not_know() -> None:
    data = render(form_of("small"), identity(form_of("small"), "甲局")).data
    mould = Mould(data, re.compile("甲局".encode()))
    fills = {name: {"甲局".encode(): b"another one"}.__getitem__ for name in mould.parts}
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(io.BytesIO(mould.filled(fills))) as new,
    ):
        assert new.testzip() is None
        assert new.namelist() == old.namelist()
        for name in old.namelist():
            assert new.read(name) == old.read(name).replace("甲局".encode(), b"another one")
