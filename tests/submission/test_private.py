"""What others than the department are told: places and kinds of trouble, nothing personal."""

from __future__ import annotations

from pathlib import Path

from xlkit.findings import Finding, Severity
from xlkit.rules.registry import load_checked
from xlkit.submission.private import Privacy, without_private

FORM = """
form: wages
version: 1
title: 工资
languages: [zh]
sheets:
  - sheet: 表
    blocks:
      - kind: record
        block: pay
        label: 工资
        fields:
          - {name: wage, type: amount, label: 工资, private: true}
          - {name: budget, type: amount, label: 预算}
          - {name: post, type: text, label: 岗位}
rules:
  - {rule: compare, id: fits, left: [pay.budget], sign: ">=", right: [pay.wage]}
"""


def told(tmp_path: Path, **parts: object) -> Finding:
    path = tmp_path / "form.yaml"
    path.write_text(FORM, encoding="utf-8")
    given = {"code": "x", "severity": Severity.ERROR, "block": "pay", "value": "7", "expected": "9"}
    finding = Finding(**{**given, "params": {"left": "7", "message": "m"}, **parts})
    form = load_checked(path)
    once = without_private(finding, form, "en", cells={"表!C4"})
    assert Privacy(form, "en").without(once, {"表!C4"}) == once
    assert (once.code, once.cells, once.field) == (finding.code, finding.cells, finding.field)
    return once


def test_a_private_fields_own_content_is_left_out(tmp_path: Path) -> None:
    said = told(tmp_path, field="wage")
    assert (said.value, said.expected) == ("(private)", "(private)")
    assert said.params == {"left": "(private)", "message": "m"}


def test_a_rule_that_compares_with_a_private_field_does_not_quote_it(tmp_path: Path) -> None:
    assert told(tmp_path, field="budget", rule="fits").expected == "(private)"


def test_a_finding_of_cells_does_not_quote_private_ones(tmp_path: Path) -> None:
    assert told(tmp_path, block=None, cells=("表!C4",)).value == "(private)"


def test_everything_else_is_told(tmp_path: Path) -> None:
    said = told(tmp_path, field="post", cells=("表!D4",))
    assert (said.value, said.expected, said.params["left"]) == ("7", "9", "7")
