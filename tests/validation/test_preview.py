"""What a changed form would say: who newly fails or passes, and what cannot be carried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.rules.small import load
from tests.samples import FOLDER
from tests.validation.returns import FORMS, returned, the_form, written
from xlkit.cli import main
from xlkit.files import WORKBOOK_SUFFIXES
from xlkit.form.library import form_path
from xlkit.reporting.preview import preview_report, preview_text
from xlkit.submission.cast import cast
from xlkit.submission.intake import take_in
from xlkit.submission.read import FormShelf, Reader
from xlkit.validation.carry import carry, differences
from xlkit.validation.preview import Preview, preview

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: money
            label: 资金
            fields:
              - {name: all, type: amount, label: 总额}
              - {name: fiscal, type: amount, label: 财政}
              - {name: other, type: amount, label: 其他}
          - kind: table
            block: rows
            label: 明细
            rows:
              - {key: car, values: {name: 轿车}}
              - {key: bus, values: {name: 客车}}
            spares: 2
            fields:
              - {name: name, type: text, label: 名称}
              - {name: number, type: integer, label: 数量}
    rules:
      - {rule: balance, id: even, left: [money.all], right: [money.fiscal, money.other]}
"""
SOUND = {
    "money": {"all": "10", "fiscal": "4", "other": "6"},
    "rows": [{"name": "轿车", "number": "3"}, {"name": "吊车", "number": "1"}],
}
UNEVEN = {**SOUND, "money": {"all": "11", "fiscal": "4", "other": "6"}}
OPEN = {**SOUND, "money": {"all": "", "fiscal": "", "other": ""}}


def shown(preview: Preview) -> dict[str, str]:
    """Rules that say something else: weights, newly failing and passing units, undecided."""
    return {
        rule.rule: " ".join([
            f"{rule.before or 'none'}>{'beta' if rule.beta else rule.after or 'none'}",
            "+" + "".join(item.raw.identity.unit for item in rule.newly_fail if item.raw.identity),
            "-" + "".join(item.raw.identity.unit for item in rule.newly_pass if item.raw.identity),
            f"?{rule.undecided}",
        ])
        for rule in preview.rules
        if not rule.says_the_same
    }  # fmt: skip


def compared(folder: Path, change: tuple[str, str]) -> Preview:
    """Units 1 (sound), 2 (uneven) and 3 (nothing filled) under the form with that change."""
    old = load(folder, FORM)
    (folder / "new").mkdir()
    assert change[0] in FORM
    new = load(folder / "new", FORM.replace(*change))
    returns = [
        cast(returned(written(old, answers, unit=str(number)).data, old))
        for number, answers in enumerate((SOUND, UNEVEN, OPEN), start=1)
    ]
    return preview(new, returns, "en")


NEW_FIELD = "label: 财政}\n              - {name: x, type: date, label: 日期, required: true}"
RULES = "    rules:\n"
CHANGES: dict[str, tuple[tuple[str, str], dict[str, str]]] = {
    "nothing": ((RULES, RULES), {}),
    "a new rule": (
        (RULES, f"{RULES}      - {{rule: total, id: ten, parts: [money.all], value: 10}}\n"),
        {"ten": "none>error +2 - ?1"},
    ),
    "a new rule on trial": (
        (
            RULES,
            f"{RULES}      - {{rule: total, id: ten, beta: true, parts: [money.all], value: 10}}\n",
        ),
        {"ten": "none>beta +2 - ?1"},
    ),
    "a rule that asks for less": (
        ("left: [money.all], right: [money.fiscal, money.other]",
         "left: [money.all], right: [money.all]"),
        {"even": "error>error + -2 ?1"},
    ),
    "another weight": (("id: even,", "id: even, severity: notice,"),
                       {"even": "error>notice + - ?1"}),
    "a field that is required now": (
        ("label: 总额}", "label: 总额, required: true}"),
        {"money.all.required-missing": "none>error +3 - ?0"},
    ),
    "a bound": (
        ("label: 数量}", "label: 数量, max: 2}"),
        {"rows.number.out-of-range": "none>error +123 - ?0"},
    ),
    "a new field, which nobody has answered": (
        ("label: 财政}", NEW_FIELD),
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_who_newly_fails_or_passes(tmp_path: Path, what: str) -> None:
    change, expected = CHANGES[what]
    assert shown(compared(tmp_path, change)) == expected


def test_errors_before_and_after_are_counted(tmp_path: Path) -> None:
    found = compared(tmp_path, CHANGES["a field that is required now"][0])
    assert (found.errors_before, found.errors_after) == (1, 2)


PARTS = [
    (("{name: other, type: amount, label: 其他}", "{name: rest, type: amount, label: 其他}"),
     ["money.other gone", "money.rest new"]),
    (("{name: other, type: amount,", "{name: other, type: percent,"), ["money.other type"]),
    (("label: 总额}", "label: 总额, computed: {sum: [fiscal, other]}}"), ["money.all computed"]),
    (("{key: bus, values: {name: 客车}}", "{key: van, values: {name: 面包车}}"),
     ["rows[bus] gone", "rows[van] new"]),
    (("block: rows", "block: lines"), ["rows gone", "lines new"]),
    (("label: 数量}", "label: 件数}"), []),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), PARTS)
def test_what_cannot_be_carried_is_named(
    tmp_path: Path, change: tuple[str, str], expected: list[str]
) -> None:
    text = FORM.replace("money.other]", "money.fiscal]")
    old = load(tmp_path, text)
    (tmp_path / "new").mkdir()
    new = load(tmp_path / "new", text.replace(*change))
    assert [f"{one.name} {one.change}" for one in differences(old, new)] == expected
    given = cast(returned(written(old, SOUND).data, old))
    assert preview(new, [given], "en").compared


def test_answers_are_carried_with_their_cells(tmp_path: Path) -> None:
    old = load(tmp_path, FORM)
    raw = returned(written(old, SOUND).data, old)
    assert _texts(carry(raw, old)) == _texts(raw)


def _texts(raw: Any) -> list[tuple[Any, ...]]:
    return [
        (row.path, row.row.mark, name, parts, row.cells[name])
        for row in raw.rows
        for name, parts in row.texts.items()
    ]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_against_itself_says_the_same(name: str) -> None:
    """Also of returns with inserted rows and renamed sheets, and of computed cells typed over."""
    files = sorted(path for path in FOLDER.iterdir() if path.suffix in WORKBOOK_SUFFIXES)
    found = preview(the_form(name), take_in(files, Reader(FormShelf([the_form(name)]))))
    assert len(found.compared) >= 2
    assert shown(found) == {}


def changed_builtin(folder: Path) -> Path:
    path = folder / "changed.yaml"
    text = form_path("department-performance").read_text(encoding="utf-8")
    text = text.replace("version: 1", "version: 2", 1)
    text += '  - {rule: total, id: trial, parts: ["funding[income_total].current"], value: 1}\n'
    path.write_text(text, encoding="utf-8")
    return path


def test_the_samples_under_a_changed_built_in_form(tmp_path: Path, capsys) -> None:
    path = changed_builtin(tmp_path)
    names = ("as-xls.xls", "bad-overwritten-total.xlsx", "as-ods.ods")
    samples = [str(FOLDER / name) for name in names]
    assert main(["form", "preview", str(path), *samples, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [len(said["compared"]), len(said["left_out"])] == [2, 1]
    assert said["not_carried"] == []
    moved = [item for item in said["rules"] if item["newly_fail"] or item["newly_pass"]]
    assert [(item["rule"], len(item["newly_fail"])) for item in moved] == [("trial", 2)]
    assert main(["form", "preview", str(path), *samples, "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "newly fail trial: 420700-310" in out
    assert "returns with errors: 0 before, 2 after" in out


def test_text_and_json_of_a_preview_agree(tmp_path: Path) -> None:
    found = compared(tmp_path, CHANGES["a new rule"][0])
    report = preview_report(found)
    (rule,) = [item for item in report["rules"] if item["newly_fail"]]
    assert (rule["rule"], rule["fails"], rule["undecided"]) == ("ten", 1, 1)
    for language in ("zh", "en"):
        assert "ten" in preview_text(found, language)
