# ruff: noqa: E501  (a row of the table is a line)
"""Broken definitions: each is refused with its line, and with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.form.snippets import SMALL, line_of, written
from xlkit.errors import FormError, FormUnknown
from xlkit.form.library import builtin_forms
from xlkit.rules.registry import form_problems, load_checked

FIELDS = "required: true, max_length: 20}"
LONG_NAME = "sheet: " + "长" * 32

# case: (what stands in the small form, what is written instead,
#        a text of the line that is named, a phrase of the sentence)
BROKEN = {
    # the file itself
    "no YAML": ("lists:", "lists: [", "scales:", "not valid YAML"),
    "a tab": ("lists:", "\tlists:", "\tlists", "not valid YAML"),
    "duplicate key": ("version: 1", "version: 1\nversion: 2", "version: 2", "duplicate key"),
    # keys
    "unknown key at the top": ("money:", "mony:", "mony:", "did you mean 'money'?"),
    "unknown key like a type": ("money:", "structure:", "structure:", "unknown key 'structure'"),
    "unknown key in a field": (FIELDS, "requird: true}", "requird", "did you mean 'required'?"),
    "unknown key in a sheet": ("left:", "lefft:", "lefft:", "did you mean 'left'?"),
    "unknown key in a node": ("free: 2", "fre: 2", "fre: 2", "did you mean 'free'?"),
    "missing label": ("type: phone, label: 电话", "type: phone", "type: phone", "'label' is missing"),
    "missing rule": ("{rule: sum, ", "{", "{id: whole", "'rule' is missing"),
    "sheet by 'name'": ("- sheet: 指标", "- name: 指标", "- name: 指标", "named by 'sheet:'"),
    # types
    "wrong field type": ("type: phone", "type: fone", "type: fone", "one of 'text', 'integer'"),
    "no field type": ("type: phone, ", "", "name: phone", "one of 'amount', 'choice'"),
    "wrong kind of block": ("kind: matrix", "kind: matrx", "kind: matrx", "one of 'record'"),
    "version of words": ("version: 1", "version: one", "version: one", "valid integer"),
    "too many columns": ("columns: 2", "columns: 9", "columns: 9", "less than or equal to 4"),
    "text without text": ("label: 联系", "label: {}", "label: {}", "'label'"),
    "bad block name": ("block: contact", "block: Contact", "block: Contact", "'Contact'"),
    "bad severity": ("severity: warning", "severity: warn", "severity: warn", "or 'notice'"),
    "no fields": ("[{name: item, label: 项目}]", "[]", "headers: []", "at least 1 item"),
    "bad regular expression": (r"'[A-Z]\d+'", "'[A-Z'", "'[A-Z'", "no regular expression"),
    # references
    "unknown vocabulary": ("[common]", "[comon]", "[comon]", "'comon' was not found"),
    "unknown list": ("list: basis,", "list: bases,", "list: bases", "did you mean 'basis'?"),
    "unknown suggestions": ("suggest: basis", "suggest: bass", "bass", "did you mean 'basis'?"),
    "unknown tree of a field": ("frame, level: 1", "fram, level: 1", "fram,", "mean 'frame'?"),
    "unknown tree of a table": ("  tree: frame\n", "  tree: fram\n", "        tree: fram", "'frame'?"),
    "level too deep": ("level: 3, open", "level: 4, open", "level: 4", "from 1 to 3"),
    "unknown scale": ("scale: soundness", "scale: sound", "scale: sound", "mean 'soundness'?"),
    "unknown scale of a node": ('unit: "%"', "scale: sond", "scale: sond", "mean 'soundness'?"),
    "unknown unit of a node": ('unit: "%"', "unit: 万圆", "unit: 万圆", "no unit '万圆'"),
    "unknown money": ("money: 万元", "money: 万圆", "money: 万圆", "no unit '万圆'"),
    "unknown unit of an amount": (
        "type: amount, label: 预算", "type: amount, unit: 角, label: 预算", "unit: 角", "no unit '角'",
    ),
    "unknown row": ("{item: 甲}, total: all", "{item: 甲}, total: al", "al}", "did you mean 'all'?"),
    "row added into itself": (
        "{item: 合计}}", "{item: 合计}, total: all}", "{item: 合计}", "into itself",
    ),
    "label of no header": ("{item: 甲}", "{itme: 甲}", "itme", "a label for each of item"),
    "value of no field": ("values: {name", "values: {nam", "nam:", "did you mean 'name'?"),
    "unknown block": ("parts: [parts.a", "parts: [part.a", "[part.a", "did you mean 'parts'?"),
    "unknown block computed": (
        "{sum: [parts.amount]}", "{sum: [prts.amount]}", "prts", "did you mean 'parts'?",
    ),
    "unknown field": ("{sum: [parts.amount]}", "{sum: [parts.amnt]}", "amnt", "'amount'?"),
    "no reference": ("{sum: [parts.amount]}", "{sum: ['a b']}", "'a b'", "block[row].field"),
    "unknown row of a table": (
        "{sum: [parts.amount]}", "{sum: ['parts[fixd].amount']}", "fixd", "did you mean 'fixed'?",
    ),
    "row of a record": (
        "{sum: [parts.amount]}", "{sum: ['contact[a].heads']}", "[a]", "a record has no rows",
    ),
    "unknown key of a group": ("key: code,", "key: cod,", "key: cod,", "did you mean 'code'?"),
    # names
    "two blocks of one name": ("block: goal", "block: money", "        block: money\n        label: 目标", "a name of its own"),
    "two fields of one name": ("name: phone", "name: name", "type: phone", "'name' stands here 2"),
    "two rows of one key": ("key: second", "key: first", "item: 乙", "'first' stands here 2"),
    "two choices of one name": ("[计划标准,", "[计划标准, 计划标准,", "计划标准,", "right would be once"),
    "two rules of one id": ("id: once", "id: whole", None, "two rules have the id 'whole'"),
    "two nodes of one key": ("key: quality", "key: output", None, "2 nodes have the key 'output'"),
    "a header named as a field": ("{name: item,", "{name: share,", "{name: share, label: 项目", "share"),
    "list kept for another": ("lists:", "lists:\n  basis_all: [甲]", "basis_all", "kept for"),
    # sheets
    "two sheets of one name": ("sheet: 指标", "sheet: 基本", None, "two sheets have this name"),
    "sheet of the help": ("sheet: 指标", "sheet: 填报说明", "填报说明", "every workbook has"),
    "sheet name too long": ("sheet: 指标", LONG_NAME, LONG_NAME, "at most 31 characters"),
    "sheet name with a bad sign": ("sheet: 指标", "sheet: 指标/甲", "指标/甲", "without [ ] : * ?"),
    "{n} on a single sheet": ("sheet: 指标", 'sheet: "指标{n}"', "指标{n}", "repeated sheets only"),
    "no {n} on repeated ones": ('"项目{n}"', "项目", "sheet: 项目", "repeated sheets only"),
    "group without nameless record": (
        "- kind: record\n        label: 项目",
        "- kind: record\n        block: base\n        label: 项目",
        "repeat:",
        "exactly one record without a name",
    ),
    "nameless record outside groups": (
        "        block: contact\n", "", "- kind: record\n        label: 联系", "'block' is missing",
    ),
    # what a field says
    "computed in two ways": (
        "{share: current}", "{share: current, sum: [current]}", "sum: [current]", "exactly one of",
    ),
    "computed in no way": ("{share: current}", "{}", "computed: {}", "exactly one of"),
    "share outside a matrix": (
        "{sum: [parts.amount]}", "{share: budget}", "{share: budget}", "belongs to a matrix",
    ),
    "choice of nothing": (", list: basis,", ",", "name: basis,", "either 'list' or 'tree'"),
    "hint too long": ("hint: 填数字", "hint: " + "字" * 256, "字字", "at most 255 characters"),
    "table without rows": (
        "        tree: frame\n        spares: 3\n", "", None, "give tree, rows or spares",
    ),
    "free rows without a key": ("key: quality, ", "", "name: 质量", "needs a key"),
    # rules
    "unknown kind of rule": ("rule: sum", "rule: summ", "rule: summ", "did you mean 'sum'?"),
    "unknown parameter": ("total: projects", "totl: projects", "totl", "did you mean 'total'?"),
    "missing parameter": ("total: projects.budget, ", "", "id: whole", "'total' is missing"),
    "rule on no block": ("indicators, fields", "indicator, fields", "block: indicator,", "'indicators'?"),
    "unit of a word": ("field: value, name", "field: basis, name", "field: basis", "no indicator"),
}  # fmt: skip


# Causes that something elsewhere suffers from, and is told too; all others have one place.
CONSEQUENCES = {
    "group without nameless record",  # rules that speak of the group's record
    "a header named as a field",
    "label of no header",
    "two fields of one name",
}


def test_the_small_form_is_sound():
    assert form_problems(SMALL) == ()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_definition_is_refused_where_it_is_broken(name, tmp_path):
    old, new, marked, phrase = BROKEN[name]
    path = written(tmp_path, (old, new))
    problems = form_problems(path)
    told = [problem for problem in problems if phrase in problem]
    assert told, problems
    if marked is None:
        return
    first, _, rest = marked.partition("\n")
    line = _line_of_block(path, marked) if rest else line_of(path, first)
    assert told[0].startswith(f"{path}:{line}: "), told
    if name not in CONSEQUENCES:
        assert {problem.split(": ")[0] for problem in problems} == {f"{path}:{line}"}


def _line_of_block(path: Path, marked: str) -> int:
    text = path.read_text(encoding="utf-8")
    assert text.count(marked) == 1
    return text[: text.index(marked)].count("\n") + 1


def test_all_problems_are_told_at_once_in_the_order_of_the_lines(tmp_path):
    path = written(
        tmp_path,
        ("money: 万元", "money: 万圆"),
        ("sheet: 指标", 'sheet: "指标{n}"'),
        ("list: basis,", "list: bases,"),
        ("{share: current}", "{share: curent}"),
        ("rule: unique", "rule: uniqe"),
        ("total: projects.budget", "total: projects.budgt"),
    )
    marks = ("万圆", "curent", "指标{n}", "bases", "budgt", "uniqe")
    problems = form_problems(path)
    assert [problem.split(": ")[0] for problem in problems] == [
        f"{path}:{line_of(path, mark)}" for mark in marks
    ]


def test_all_wrong_types_are_told_at_once(tmp_path):
    path = written(
        tmp_path,
        ("type: phone", "type: fone"),
        (FIELDS, "requird: true}"),
        ("version: 1", "version: x"),
    )
    lines = [int(problem.split(":")[1]) for problem in form_problems(path)]
    assert lines == [line_of(path, mark) for mark in ("version: x", "requird", "type: fone")]


def test_what_came_by_a_merge_has_the_line_of_the_merge(tmp_path):
    path = written(tmp_path, ("lists:", "lists:\n  <<: {other: [甲, 甲]}"))
    (problem,) = form_problems(path)
    assert problem.startswith(f"{path}:{line_of(path, '<<')}: '甲' stands here 2 times")


def test_a_broken_vocabulary_is_named_by_its_own_file(tmp_path):
    path = written(tmp_path, ("[common]", "[common, mine]"))
    mine = tmp_path / "mine.yaml"
    mine.write_text("lists: {x: [甲]}\nunits:\n  - {nam: 斤, dimension: mass}\n", encoding="utf-8")
    problems = form_problems(path)
    assert f"{mine}:3: unknown key 'nam'; did you mean 'name'?" in problems


@pytest.mark.parametrize("name", ["x" * 300, "../common", "a/b", ""])
def test_a_vocabulary_is_a_name_and_no_path(name, tmp_path):
    (problem,) = form_problems(written(tmp_path, ("[common]", f"['{name}']")))
    assert "was not found" in problem


@pytest.mark.parametrize("text", ["", "a", "- a", "5"])
def test_a_file_without_a_mapping_is_no_form(text, tmp_path):
    path = tmp_path / "form.yaml"
    path.write_text(text, encoding="utf-8")
    (problem,) = form_problems(path)
    assert "right would be 'form: my-form'" in problem


def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path):
    path = tmp_path / "form.yaml"
    path.write_bytes("form: 表".encode("gbk"))
    (problem,) = form_problems(path)
    assert "cannot be read as UTF-8" in problem


def test_loading_raises_what_checking_tells(tmp_path):
    path = written(tmp_path, ("rule: unique", "rule: uniqe"))
    with pytest.raises(FormError) as raised:
        load_checked(path)
    assert raised.value.problems == form_problems(path)


def test_an_unknown_form_names_those_that_there_are():
    with pytest.raises(FormUnknown, match="department-performance, project-performance"):
        form_problems("departmental-performance")


@pytest.mark.parametrize("name", builtin_forms())
def test_built_in_forms_have_no_problems(name):
    assert form_problems(name) == ()
