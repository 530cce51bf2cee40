"""Answers of an older workbook in the one that a unit has now: other projects, or a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.correction.trial import returned as sent_back
from tests.correction.trial import texts
from tests.validation.returns import judge, reader_of, returned, written
from xlkit.correction.correct import Correction, corrections
from xlkit.correction.reissue import Reissue
from xlkit.correction.remarks import Remark
from xlkit.findings import Finding, Severity
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.submission.canonical import answers
from xlkit.submission.model import Submission
from xlkit.template.answers import place_members
from xlkit.template.content import Content
from xlkit.template.notes import Weight
from xlkit.validation.carry import carry, differences
from xlkit.validation.review import Review

OLD_TEXT = """
form: moving
version: 1
title: 样表
money: 万元
use: [common]
sheets:
  - sheet: 基本情况
    blocks:
      - kind: record
        block: contact
        label: 填报信息
        fields:
          - {name: name, type: text, label: 填报人, required: true}
          - {name: phone, type: phone, label: 电话}
      - kind: matrix
        block: funding
        label: 资金
        headers: [{name: item, label: 项目}]
        rows:
          - {key: fiscal, labels: {item: 财政拨款}}
          - {key: own, labels: {item: 单位资金}}
          - {key: other, labels: {item: 其他}, optional: true}
        fields:
          - {name: now, type: amount, label: 今年, required: warning}
  - sheet: "项目{n}"
    repeat: {group: projects, label: 项目, key: code, spares: 1}
    blocks:
      - kind: record
        label: 情况
        fields:
          - {name: code, type: code, label: 编码, prefilled: true}
          - {name: title, type: text, label: 名称}
      - kind: table
        block: steps
        label: 步骤
        spares: 3
        fields:
          - {name: text, type: text, label: 内容}
          - {name: cost, type: amount, label: 费用}
"""
ANSWERS: dict[str, Any] = {
    "contact": {"name": "张三", "phone": "0711-1234567"},
    "funding": [
        {"item": "财政拨款", "now": "10"},
        {"item": "单位资金", "now": "5"},
        {"item": "其他", "now": "1"},
    ],
    "projects": [
        {"code": "A1", "title": "甲", "steps": [{"text": "调研", "cost": "4"}]},
        {
            "code": "B2",
            "title": "乙",
            "steps": [{"text": "建设", "cost": "六万"}, {"text": "验收", "cost": "1"}],
        },
        {"code": "own", "title": "自加", "steps": [{"text": "采购", "cost": "3"}]},
    ],
}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Form:
    path = tmp_path_factory.mktemp("old") / "form.yaml"
    path.write_text(OLD_TEXT, encoding="utf-8")
    return load_checked(str(path))


@pytest.fixture(scope="module")
def new() -> Form:
    return load_checked(str(Path(__file__).with_name("reissued.yaml")))


def members(form: Form, group: str, key: str, *codes: str) -> Content:
    """What the bureau issues: a sheet for each of those projects, and one to spare."""
    return place_members(form, Content(), {group: [{key: code} for code in codes]}, 1)


def came_back(form: Form, given: Mapping[str, Any] = ANSWERS) -> Submission:
    content = members(form, "projects", "code", "A1", "B2")
    (one,) = judge(returned(written(form, given, content=content).data, form))
    return one


def corrected(came: Submission, reissue: Reissue, *remarks: Remark) -> Correction:
    assert came.raw.form is not None
    run = Review((came,), (came.raw.form,))
    (made,) = corrections(run, remarks=[remarks], issued=[reissue])
    assert made is not None
    return made


def identity(form: Form) -> Identity:
    return Identity(
        form.form, form.version, unit="420700-301", unit_name="样例局", year=2024, serial=2
    )


def by_code(made: Submission, group: str, key: str) -> dict[str, Any]:
    return {member[key]: member for member in answers(made, raw=True)[group]}


def test_answers_go_to_their_projects_whatever_their_sheets_are(old: Form, tmp_path: Path) -> None:
    """C3 is added before the others; the department's own project goes to the free sheet."""
    content = members(old, "projects", "code", "C3", "B2", "A1")
    made = corrected(came_back(old), Reissue(content, identity(old)))
    found = by_code(made.submission, "projects", "code")
    assert {code: item["title"] for code, item in found.items()} == {
        "C3": "",
        "B2": "乙",
        "A1": "甲",
        "own": "自加",
    }
    assert [step["cost"] for step in found["B2"]["steps"]] == ["六万", "1"]
    assert made.notes.outside == ()
    assert (made.identity.serial, made.identity.correction) == (2, 1)
    refused = next(f for f in made.submission.findings if f.code == "amount-not-a-number")
    assert refused.instance == 2
    back = sent_back(made, tmp_path, reader_of(old))
    assert back.raw.findings == ()
    assert texts(back.raw) == texts(made.submission.raw)
    assert back.raw.identity is not None
    assert back.raw.identity.issued["projects#1#record#code"] == "C3"


def test_a_project_that_the_bureau_took_out_is_listed_and_not_lost(old: Form) -> None:
    content = members(old, "projects", "code", "A1")
    made = corrected(came_back(old), Reissue(content, identity(old)))
    assert set(by_code(made.submission, "projects", "code")) == {"A1", "own"}
    listed = dict(made.notes.outside)
    assert set(listed.values()) == {"乙", "建设", "六万", "验收", "1"}
    assert all(place.startswith("项目02!") for place in listed)
    assert not any("六万" in note.found for note in made.notes.notes)


def test_a_project_that_the_bureau_now_issues_takes_the_departments_answers(old: Form) -> None:
    content = members(old, "projects", "code", "own", "A1", "B2")
    made = corrected(came_back(old), Reissue(content, identity(old)))
    found = by_code(made.submission, "projects", "code")
    assert found["own"]["title"] == "自加"
    assert len(found) == 3
    assert made.notes.outside == ()


def test_rows_that_the_bureau_offers_keep_their_places(old: Form) -> None:
    """Its own rows stand at the first places; the department's go to their names, then on."""
    content = members(old, "projects", "code", "A1", "B2")
    offered = {
        ("projects.steps", 2, "spare-1", "text"): ("", "验收", ""),
        ("projects.steps", 2, "spare-2", "text"): ("", "培训", ""),
        ("contact", 0, "record", "phone"): ("", "0711-7654321", ""),
    }
    given = {**ANSWERS, "contact": {"name": "张三", "phone": ""}}
    reissue = Reissue(Content(content.sizing, offered, content.issued), identity(old))
    made = corrected(came_back(old, given), reissue)
    steps = by_code(made.submission, "projects", "code")["B2"]["steps"]
    assert [(step["text"], step["cost"]) for step in steps] == [
        ("验收", "1"),
        ("培训", ""),
        ("建设", "六万"),
    ]
    assert answers(made.submission, raw=True)["contact"]["phone"] == ""


def test_another_version_takes_renamed_parts_and_lists_what_is_gone(
    old: Form, new: Form, tmp_path: Path
) -> None:
    content = members(new, "investments", "number", "B2", "A1")
    made = corrected(came_back(old), Reissue(content, identity(new), new))
    said = answers(made.submission, raw=True)
    assert said["filler"] == {"person": "张三", "mail": ""}
    assert {row["item"]: row["current"] for row in said["funding"]} == {
        "单位资金": "5",
        "财政拨款": "10",
    }
    found = by_code(made.submission, "investments", "number")
    assert {code: item["title"] for code, item in found.items()} == {
        "B2": "乙", "A1": "甲", "own": "自加",
    }  # fmt: skip
    assert [step["text"] for step in found["B2"]["plan"]] == ["建设", "验收"]
    assert sorted(text for _, text in made.notes.outside) == ["0711-1234567", "1"]
    assert made.identity.version == 2
    back = sent_back(made, tmp_path, reader_of(new))
    assert back.raw.findings == ()
    assert texts(back.raw) == texts(made.submission.raw)


def test_remarks_and_explanations_follow_their_answers(old: Form, new: Form) -> None:
    came = came_back(old)
    key = '["required-missing","","funding","","own","now"]'
    came = Submission(
        raw=type(came.raw)(**{**_parts(came.raw), "explanations": {key: "本单位没有自有资金"}}),
        rows=came.rows,
        findings=came.findings,
    )
    content = members(new, "investments", "number", "B2", "A1")
    made = corrected(
        came,
        Reissue(content, identity(new), new),
        Remark("费用写数字", "", ("projects.steps", 2, "spare-1", "cost")),
        Remark("电话不对", "", ("contact", 0, "record", "phone")),
    )
    cost, phone = made.submission.findings[:2]
    assert (cost.block, cost.instance, cost.value) == ("investments.plan", 1, "六万")
    assert (phone.cells, phone.where) == ((), "填报信息")
    assert dict(made.notes.kept) == {
        '["required-missing","","funding","","unit","current"]': "本单位没有自有资金"
    }


def test_every_answer_stands_in_the_workbook_or_on_the_list(old: Form, new: Form) -> None:
    came = came_back(old)
    for form, group, key in ((old, "projects", "code"), (new, "investments", "number")):
        for codes in ((), ("A1",), ("B2", "X9"), ("own", "A1", "B2")):
            reissue = Reissue(members(form, group, key, *codes), identity(form), form)
            made = corrected(came, reissue)
            stand = [parts[4] for parts in texts(made.submission.raw)]
            said = [text for _, *parts in map(list, stand) for text in parts if text]
            listed = [text for _, text in made.notes.outside]
            for wanted in ("张三", "甲", "乙", "自加", "六万", "采购", "调研", "0711-1234567"):
                assert wanted in said + listed, (codes, wanted)


def test_a_preview_knows_renamed_parts_too(old: Form, new: Form) -> None:
    carried = carry(came_back(old).raw, new)
    found = {(row.path, row.row.mark): row.texts for row in carried.rows}
    assert found["funding", "unit"]["current"] == ("", "5", "")
    assert found["filler", "record"]["person"] == ("", "张三", "")
    assert {one.name for one in differences(old, new)} == {
        "filler.phone",
        "filler.mail",
        "funding[other]",
    }


@pytest.mark.parametrize(
    ("renamed", "problem"),
    [
        ("{a: nothing}", "'nothing'"),
        ("{contact: funding}", "'contact' is a part of this version"),
        ('{"funding[x]": funding.now}', "not both rows"),
    ],
)
def test_a_wrong_renaming_is_told(renamed: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(OLD_TEXT + f"renamed: {renamed}\n", encoding="utf-8")
    with pytest.raises(Exception, match=r"form\.yaml:") as told:
        load_checked(str(path))
    assert problem in str(told.value)


def _parts(raw: Any) -> dict[str, Any]:
    return {name: getattr(raw, name) for name in raw.__dataclass_fields__}


def test_that_the_workbook_was_an_older_one_stands_on_the_list_as_put_right(old: Form) -> None:
    """Else the list of a return that has nothing else against it would be empty."""
    content = members(old, "projects", "code", "A1", "B2")
    came = came_back(old, {"contact": {"name": "张三"}})
    older = Finding(code="serial-older", severity=Severity.ERROR, value="1", expected="2")
    made = corrected(
        replace(came, findings=(older, *came.findings)), Reissue(content, identity(old))
    )
    assert [note.title for note in made.notes.notes if note.weight is Weight.RESTORED] == [
        "用的是旧表"
    ]
