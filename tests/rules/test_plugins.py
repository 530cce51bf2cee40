"""A package brings a rule kind: installed, it is one of the language; broken, it is named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tests.rules.small import HEAD
from xlkit import catalogue
from xlkit.errors import PluginError
from xlkit.rules.kind import Rule
from xlkit.rules.plugins import Kinds
from xlkit.rules.registry import KINDS

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "tests" / "plugin_example"
FORM = """\
sheets:
  - sheet: 表
    blocks:
      - kind: table
        block: items
        label: 明细
        spares: 3
        fields:
          - {name: item, type: text, label: 名称}
          - {name: cost, type: amount, label: 金额}
rules:
  - {rule: multiple, id: tens, block: items, field: cost, step: 10}
"""
ANSWERS = {"answers": {"items": [{"item": "甲", "cost": "20"}, {"item": "乙", "cost": "25"}]}}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the example package is installed into, as pip does it."""
    pytest.importorskip("hatchling")
    pytest.importorskip("pip")
    source = tmp_path_factory.mktemp("source") / "package"
    shutil.copytree(EXAMPLE, source)
    target = tmp_path_factory.mktemp("site")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    pip = [sys.executable, "-m", "pip", "install", "-q", *options, str(source)]
    subprocess.run(pip, check=True, capture_output=True)
    return target


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "form.yaml").write_text(HEAD + FORM, encoding="utf-8")
    (tmp_path / "answers.json").write_text(json.dumps(ANSWERS), encoding="utf-8")
    return tmp_path


def run(folder: Path, site: Path | None, *program: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter that has the packages of `site` beside ours."""
    path = os.pathsep.join(map(str, filter(None, (site, ROOT))))
    return subprocess.run(
        [sys.executable, *program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "XLKIT_LANG": "en"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_an_installed_kind_is_one_of_the_language(installed: Path, folder: Path) -> None:
    xlkit = ("-m", "xlkit")
    form = ("--form", "form.yaml")
    assert run(folder, installed, *xlkit, "form", "check", "form.yaml").returncode == 0
    schema = json.loads(run(folder, installed, *xlkit, "form", "schema").stdout)
    assert schema["$defs"]["Rule_multiple"]["properties"]["step"]
    made = ("template", "form.yaml", "--answers", "answers.json", "--out", "a.xlsx")
    assert run(folder, installed, *xlkit, *made).returncode == 0
    done = run(folder, installed, *xlkit, "check", "a.xlsx", *form)
    assert done.returncode == 1, done.stderr
    assert "[not-a-multiple] Not a multiple" in done.stdout
    assert "'25' is not a multiple of 10." in done.stdout
    page = run(folder, installed, *xlkit, "check", "--explain", "not-a-multiple", *form)
    assert "small: rule tens (multiple, error)" in page.stdout
    assert "not-a-multiple" in run(folder, installed, *xlkit, "checks").stdout


def test_workers_see_it(installed: Path, folder: Path) -> None:
    code = (
        "from pathlib import Path; from xlkit.engine import Processes; "
        "from xlkit.rules.registry import load_checked; from xlkit.worker import Bounds; "
        "engine = Processes(1, Bounds(60, 2**31)); "
        "print(*(form.rules[0].rule for form in engine.map(load_checked, ['form.yaml'])))"
    )
    done = run(folder, installed, "-c", code)
    assert done.stdout.strip() == "multiple", done.stderr


def test_a_form_without_its_package_says_what_is_missing(folder: Path) -> None:
    done = run(folder, None, "-m", "xlkit", "form", "check", "form.yaml")
    assert done.returncode == 1
    assert "there is no rule kind 'multiple'" in done.stdout


WORDS = {"title": "t", "message": "m", "hint": "h"}


class Lame(Rule):
    kind = "lame"


class Sound(Lame):
    messages = {"made-for-tests": {"severity": "error", "zh": WORDS, "en": WORDS}}

    def problems(self, _):
        raise ZeroDivisionError("oops")

    def checks(self, _):
        return []


class Taken(Sound):
    messages = {"not-unique": {"severity": "error", "zh": WORDS, "en": WORDS}}


class Wordless(Sound):
    messages = {"made-without-words": {"severity": "error", "zh": WORDS}}


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, "xlkit.rules")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no_such_package:Kind", "cannot be loaded: ModuleNotFoundError"),
        ("tests.rules.test_plugins:Missing", "cannot be loaded: AttributeError"),
        ("tests.rules.test_plugins:run", "is no subclass"),
        ("xlkit.rules.sum:Sum", "another 'kind'"),
        ("tests.rules.test_plugins:Lame", "lacks 'problems' or 'checks'"),
        ("tests.rules.test_plugins:Taken", "the code 'not-unique' is taken"),
        ("tests.rules.test_plugins:Wordless", "lacks title, message, hint in 'en'"),
    ],
)
def test_a_broken_package_is_named_when_it_is_used(value: str, said: str) -> None:
    kinds = Kinds(KINDS, [entry("lame", value)])
    assert "lame" in kinds
    with pytest.raises(PluginError) as raised:
        kinds["lame"]
    assert said in str(raised.value)
    assert value.partition(":")[0] in str(raised.value)


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(PluginError, match="built-in kind"):
        Kinds(KINDS, [entry("sum", "county:Sum")])
    with pytest.raises(PluginError, match="county"):
        Kinds(KINDS, [entry("lame", "county:Lame"), entry("lame", "other:Lame")])


def test_what_a_package_throws_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_ADDED", {})
    kinds = Kinds(KINDS, [entry("lame", "tests.rules.test_plugins:Sound")])
    rule = kinds["lame"].model_validate({"id": "x"})
    with pytest.raises(PluginError, match="ZeroDivisionError: oops"):
        kinds.problems(rule, None)
    assert catalogue.explain("made-for-tests", "zh").title == "t"
