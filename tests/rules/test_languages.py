"""What a form has words for in two languages is told in the reader's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rules.small import load
from tests.validation.returns import returned, written
from xlkit.catalogue import expected_of, say
from xlkit.submission.cast import cast
from xlkit.validation.review import judged

FORM = """
    languages: [zh, en]
    lists: {state: [good, bad], kind: [house, shed, tent]}
    sheets:
      - sheet: {zh: 表, en: Sheet}
        blocks:
          - kind: record
            block: one
            label: {zh: 一, en: One}
            fields:
              - {name: most, type: integer, label: {zh: 上限, en: Most}}
              - {name: least, type: integer, label: {zh: 下限, en: Least}}
          - kind: table
            block: rows
            label: {zh: 行, en: Rows}
            spares: 3
            fields:
              - {name: name, type: text, required: true, label: {zh: 名称, en: Name}}
              - {name: kind, type: choice, list: kind, required: true, label: {zh: 种类, en: Kind}}
              - {name: state, type: choice, list: state, label: {zh: 状况, en: State}}
              - {name: now, type: integer, label: {zh: 今年, en: This year}}
              - {name: before, type: integer, label: {zh: 去年, en: Last year}}
              - {name: reason, type: text, label: {zh: 原因, en: Reason}}
              - {name: aim, type: indicator, label: {zh: 目标, en: Aim}}
              - name: past
                type: indicator
                split: false
                past: true
                label: {zh: 往年, en: Past}
    rules:
      - {rule: wanted, block: rows, field: reason, when: {state: [bad]}}
      - {rule: change, block: rows, field: now, before: before, percent: 10}
      - {rule: echo, block: rows, fields: [name, reason]}
      - {rule: not_weaker, block: rows, field: aim, name: name, than: [past]}
      - rule: compare
        left: [one.least]
        sign: "<="
        right: [one.most]
        message: {zh: 下限太大, en: Least is too much}
"""
ANSWERS = {
    "one": {"most": "3", "least": "5"},
    "rows": [
        {"name": "a", "kind": "house", "state": "bad"},
        {"name": "b", "kind": "shed", "now": "9", "before": "3", "reason": "b"},
        {"name": "c", "kind": "hut", "aim": "≥5家", "past": "9家"},
        {"reason": "d"},
    ],
}
HAN = re.compile("[\u3001\u3400-\u9fff]")
#: What is told beside others, in each language.
TOLD = {
    "zh": {
        "下限太大", "状况 bad", "去年", "往年", "名称、种类", "house、shed、tent",
    },
    "en": {
        "Least is too much", "State bad", "Last year", "Past", "Name, Kind", "house, shed, tent",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_messages_and_lists(language: str, tmp_path: Path) -> None:
    form = load(tmp_path, FORM)
    raw = returned(written(form, ANSWERS, language=language).data, form)
    (submission,) = judged([cast(raw, language)], language).submissions
    told = []
    for finding in submission.findings:
        said = say(finding, language)
        wanted = expected_of(finding, said.message + said.hint, language)
        told.append(f"{said.title} {said.message} {said.hint} {wanted}")
    text = "\n".join(told)
    assert [words for words in TOLD[language] if words not in text] == []
    assert "≤3" in text
    assert language == "zh" or not HAN.search(text.replace("家", ""))
