"""The built-in forms hold what `DOMAIN.md` and the real returns ask for: lists written out here."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

import xlkit
from xlkit.form.blocks import Matrix, Record
from xlkit.form.rows import RowKind, rows_of
from xlkit.rules.registry import load_checked

DATA = Path(__file__).resolve().parents[2] / "sample_workbooks" / "answers"
PACKAGE = Path(xlkit.__file__).parent

FRAMEWORK = """
    运行成本: 公用经费控制 {公用经费控制率}; 在职人员控制 {在职人员控制率}; 项目支出成本控制 {会议费控制率, “三公”经费变动率}
    管理效率: 战略管理 {中长期规划相符性, 工作计划健全性}; 预算编制 {预算编制科学性, 预算编制合理性, 立项规范性, 预算调整率}; 预算执行 {预算执行率, 结转结余率, 政府采购执行率, 非税收入预算完成率}; 绩效管理 {事前绩效评估完成率, 绩效目标合理性, 绩效监控开展率, 绩效评价覆盖率, 评价结果应用率}; 资产管理 {资产管理制度健全性, 资产管理规范性}; 财务管理 {财务管理制度健全性, 会计核算规范性, 资金使用合规性}
    履职效能: 核心业务产出; 数量指标; 质量指标; 时效指标
    社会效应: 经济效益; 社会效益; 生态效益
    可持续发展能力: 体制机制改革 {服务体制改革成效, 行政管理体制改革成效}; 人才支撑 {业务学习与培训完成率, 干部队伍体系建设规划情况, 高学历、高层次人才储备率}; 科技支撑 {信息化建设情况}
    满意度: 服务对象满意度; 联系部门满意度 {联系部门满意度}
"""  # noqa: E501  (as it stands in the published forms)
INDICATORS = """
    产出指标: 数量指标; 质量指标; 时效指标; 成本指标
    效益指标: 经济效益指标; 社会效益指标; 生态效益指标; 可持续影响指标
    满意度指标: 服务对象满意度指标
"""
SCALES = """
    健全 比较健全 不健全 | 完全相符 基本相符 不相符 | 科学 相对科学 | 合规 完全合规 | 规范 | 合理
    明显 效果明显 | 良好 | 有效提升 | 稳定 | 完成 | 正增长
"""
UNITS = "% ‰ 家 个 项 次 人 间 套 座 公里 亩 年 天 元 万元 亿元 亿 元/亩"
SPELLINGS = {
    "≥": "≧ >= 不低于 不少于 以上",
    "≤": "≦ <= 不超过 以下 以内",
    "=": "＝ ═ ﹦",
    "≈": "左右",
    ">": "＞",
    "<": "＜",
}
FUNDING = """
    收入构成: 财政拨款; 财政专户管理资金; 单位资金; 合计
    支出构成: 人员类项目支出; 运转类项目支出; 特定目标类项目支出; 合计
"""


@pytest.fixture(scope="module")
def department():
    return load_checked("department-performance")


@pytest.fixture(scope="module")
def project():
    return load_checked("project-performance")


def as_lines(nodes):
    """A tree in the notation of the tables above."""
    for one in nodes:
        groups = []
        for two in one.children:
            leaves = ", ".join(three.name for three in two.children)
            groups.append(f"{two.name} {{{leaves}}}" if leaves else two.name)
        yield f"{one.name}: {'; '.join(groups)}"


def table(text):
    return [line.strip() for line in text.strip().split("\n")]


def test_the_framework_of_departments(department):
    assert list(as_lines(department.trees["framework"].nodes)) == table(FRAMEWORK)


def test_the_tree_of_projects(project):
    assert list(as_lines(project.trees["indicators"].nodes)) == table(INDICATORS)


def test_rows_that_the_department_names_itself(department):
    for path in ("long_indicators", "annual_indicators"):
        rows = rows_of(department, department.block(path))
        free = {tuple(row.fixed.values()) for row in rows if row.kind is RowKind.FREE}
        assert free == {
            ("履职效能",),
            ("社会效应", "经济效益"),
            ("社会效应", "社会效益"),
            ("社会效应", "生态效益"),
            ("满意度", "服务对象满意度"),
        }


def test_only_the_bracketed_indicator_may_be_left_out(department):
    rows = rows_of(department, department.block("annual_indicators"))
    assert [row.fixed["level3"] for row in rows if row.optional] == ["非税收入预算完成率"]


def test_lists_and_aliases(department):
    said = {
        name: {choice.name: choice.aliases for choice in choices}
        for name, choices in department.lists.items()
    }
    assert list(said["basis"]) == ["计划标准", "历史标准", "行业标准", "预算支出标准", "其他标准"]
    assert list(said["category"]) == ["绩效基本型", "绩效创新型"]
    assert {"基础绩效", "基本型"} <= set(said["category"]["绩效基本型"])
    assert {"创新型"} <= set(said["category"]["绩效创新型"])


def test_scales(department):
    words = {choice.name for scale in department.scales.values() for choice in scale}
    assert set(SCALES.replace("|", " ").split()) - words == set()


@pytest.mark.parametrize("form", ["department-performance", "project-performance"])
def test_units_and_operators(form):
    loaded = load_checked(form)
    assert [name for name in UNITS.split() if loaded.unit(name) is None] == []
    assert loaded.unit("％") == loaded.unit("百分比") == loaded.unit("百分之") == loaded.unit("%")
    found = {spec.sign: {*spec.aliases, *spec.after} for spec in loaded.operators}
    assert {
        sign: set(spellings.split()) - found[sign] for sign, spellings in SPELLINGS.items()
    } == {sign: set() for sign in SPELLINGS}


def test_money_converts():
    form = load_checked("department-performance")
    factors = {name: int(form.unit(name).factor) for name in ("元", "万元", "亿元")}
    assert factors == {"元": 1, "万元": 10_000, "亿元": 100_000_000}
    assert form.unit("亿").instead == "亿元"


def test_funding(department):
    matrix = department.block("funding").block
    said: dict[str, list[str]] = {}
    for row in matrix.rows:
        said.setdefault(row.labels["section"], []).append(row.labels["item"])
    assert [f"{name}: {'; '.join(items)}" for name, items in said.items()] == table(FUNDING)
    assert [field.name for field in matrix.fields] == ["current", "share", "prior_2", "prior_1"]


def test_the_code_of_a_project(project):
    field = project.block("projects").field("code")
    assert field.check == "gb32100"
    assert re.fullmatch(field.pattern, "13028122P00306010001X")
    assert not re.fullmatch(field.pattern, "13028122P00306010001I")


def names_in(form, answers):
    """What the form lacks of the blocks and fields that answers name."""
    groups = form.groups
    for name, given in answers.items():
        for member in given if name in groups else [None]:
            if member is None:
                yield from lacking(form, name, given)
            else:
                blocks = {placed.name for placed in form.blocks if placed.group == name}
                record = {key: value for key, value in member.items() if key not in blocks}
                yield from lacking(form, name, record)
                for key in set(member) & (blocks - {name}):
                    yield from lacking(form, key, member[key])


def lacking(form, name, given):
    block = form.block(name).block
    fields = {field.name for field in block.fields}
    if isinstance(block, Matrix):
        fields |= {header.name for header in block.headers}
    assert isinstance(given, dict) == isinstance(block, Record)
    for row in [given] if isinstance(given, dict) else given:
        yield from (f"{name}.{key}" for key in row if key not in fields)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_blocks_and_fields_are_those_of_the_real_answers(path):
    answers = json.loads(path.read_text(encoding="utf-8"))
    assert list(names_in(load_checked(answers["form"]), answers["answers"])) == []


@pytest.mark.parametrize("form", ["department-performance", "project-performance"])
def test_only_contacts_are_private(form):
    private = {
        f"{placed.path}.{field.name}"
        for placed in load_checked(form).blocks
        for field in placed.block.fields
        if field.private
    }
    assert private == {"contact.name", "contact.phone"}


# What a form says is data: Chinese signs in Python are of these, each for its reason.
ALLOWED = {
    "template/book.py": {"宋体"},  # a font's name, as Chinese Excel has it
    "submission/masking.py": {"存而不录"},  # signs that stand for what is not kept
    "values/text.py": {"〜"},  # a wave that is folded into another
    "values/dates.py": {"年", "月", "日"},  # how Chinese writes a date, on any form
}
#: Between texts of a form, and around a unit in an indicator's name, in any language.
PUNCTUATION = set("、；：，。！（）【】「」《》＝＊＆")
_WORDS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[\u3001-\u303f\uff01-\uff60]")


def literals(path):
    """String literals of a module, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def test_nothing_that_a_form_says_stands_in_python():
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for line, text in literals(path):
            words = set(_WORDS.findall(text)) - ALLOWED.get(name, set()) - PUNCTUATION
            found += [f"{name}:{line}: {word}" for word in sorted(words)]
    assert found == []


def test_no_form_or_block_is_named_in_python():
    """Block and form names of the built-in forms are data as well."""
    own = {"contact", "projects", "goals", "plan", "narrative", "indicators", "safeguards"}
    forms = [load_checked(name) for name in ("department-performance", "project-performance")]
    names = {form.form for form in forms}
    names |= {placed.name for form in forms for placed in form.blocks} - own
    found = [
        f"{path.relative_to(PACKAGE).as_posix()}:{line}: {text}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in literals(path)
        if text in names
    ]
    assert found == []
