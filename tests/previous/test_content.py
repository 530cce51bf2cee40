"""Last year's answers stand where this year's form asks for them, and nowhere else."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from tests.previous.years import (
    DEPARTMENT,
    KEY,
    LOCKED,
    PROJECTS,
    ZUNHUA,
    changed,
    filled,
    last_year,
    of_projects,
    went_out,
)
from tests.validation.returns import judge, reader_of, returned
from xlkit.correction.correct import corrections
from xlkit.errors import FormError
from xlkit.form.library import form_path
from xlkit.form.load import load_form
from xlkit.identity import Signature
from xlkit.previous import PreviousAnswers, previous_content
from xlkit.submission.cast import cast
from xlkit.submission.raw import Verdict
from xlkit.template.content import Content
from xlkit.template.layout import parse_cell_name
from xlkit.template.offered import comments_of
from xlkit.validation.review import judged


def test_figures_go_to_the_rows_of_the_same_name():
    content, last = filled(), last_year()
    rows = {(row["section"], row["item"]): row for row in last["funding"]}
    staff = rows["支出构成", "人员类项目支出"]
    assert content.texts["funding", 0, "spending_staff", "prior_1"] == ("", staff["current"], "")
    assert content.texts["funding", 0, "spending_staff", "prior_2"] == ("", staff["prior_1"], "")
    assert content.offered["funding", 0, "spending_staff", "prior_1"] == "1"
    assert ("funding", 0, "spending_total", "prior_1") not in content.texts


def test_the_order_of_last_years_rows_says_nothing():
    turned = copy.deepcopy(last_year())
    turned["funding"].reverse()
    turned["annual_indicators"].reverse()
    turned["long_indicators"].sort(key=lambda row: row["level1"] == "运行成本")
    before, after = filled(), filled(given=turned)
    assert before.texts == after.texts


def test_a_target_offered_as_last_years_value_loses_its_sign_and_says_what_it_was():
    last = copy.deepcopy(last_year())
    row = next(one for one in last["annual_indicators"] if one["level3"] == "预算执行率")
    row["value"] = "≥95%"
    content = filled(given=last)
    key = ("annual_indicators", 0, "budget_execution", "prior_1")
    assert content.texts[key] == ("", "95%", "")
    said = comments_of(DEPARTMENT, content.offered, went_out(DEPARTMENT, content).identity)
    assert said[key].startswith("2024年目标值，不是实际完成值\n")
    row["actual"] = "97.5%"
    content = filled(given=last)
    assert content.texts[key] == ("", "97.5%", "")
    said = comments_of(DEPARTMENT, content.offered, went_out(DEPARTMENT, content).identity)
    assert said[key].startswith("2024年实际完成值\n")


def test_a_long_term_target_keeps_its_sign_in_three_cells():
    last = copy.deepcopy(last_year())
    row = next(one for one in last["long_indicators"] if one["level3"] == "预算执行率")
    row["value"] = "≥95%"
    content = filled(given=last)
    assert content.texts["long_indicators", 0, "budget_execution", "value"] == ("≥", "95", "%")


def test_named_rows_are_offered_under_their_headings_and_then_in_spare_rows():
    last = copy.deepcopy(last_year())
    row = next(one for one in last["annual_indicators"] if one["level2"] == "生态效益")
    more = [{**row, "level3": f"生态指标{number}"} for number in range(1, 10)]
    last["annual_indicators"] += more
    content = filled(given=last)
    names = {
        key[2]: texts[1]
        for key, texts in content.texts.items()
        if key[0] == "annual_indicators" and key[3] == "level3"
    }
    assert set(names.values()) >= {f"生态指标{number}" for number in range(1, 10)}
    assert content.texts["annual_indicators", 0, "spare-1", "level2"] == ("", "生态效益", "")
    assert content.sizing.spares["annual_indicators"] == 8 + 2
    assert len(set(names.values())) == len(names)


def test_a_printed_row_that_this_years_form_has_no_more_is_not_offered():
    last = {"long_indicators": [dict(last_year()["long_indicators"][0])]}
    last["long_indicators"][0]["level3"] = "不再使用的指标"
    then = DEPARTMENT.model_copy(deep=True)
    node = then.trees["framework"].nodes[0].children[0].children[0]
    object.__setattr__(node, "name", "不再使用的指标")
    object.__setattr__(node, "key", "given_up")
    known = PreviousAnswers(last, definition=then)
    assert previous_content(DEPARTMENT, Content(), known).texts == {}
    object.__setattr__(node, "key", "public_expense_control")
    renamed = previous_content(DEPARTMENT, Content(), known)
    assert list(renamed.texts) == [("long_indicators", 0, "public_expense_control", "value")]


def test_projects_are_known_by_their_codes():
    content, last = of_projects(), last_year(ZUNHUA)["projects"]
    shown = {
        instance: [
            texts[1]
            for key, texts in content.texts.items()
            if key[:2] == ("projects.indicators", instance) and key[3] == "level3"
        ]
        for instance in (1, 2, 3)
    }
    assert shown == {
        1: [],
        2: [row["level3"] for row in last[1]["indicators"]],
        3: [row["level3"] for row in last[0]["indicators"]],
    }


def test_money_of_another_unit_is_converted():
    then = changed(DEPARTMENT, "funding", current={"unit": "元"})
    row = {"section": "支出构成", "item": "人员类项目支出", "current": "160000.00"}
    known = PreviousAnswers({"funding": [row]}, definition=then)
    content = previous_content(DEPARTMENT, Content(), known)
    assert content.texts == {("funding", 0, "spending_staff", "prior_1"): ("", "16.00", "")}


def test_values_of_another_block_go_to_the_rows_of_the_same_name():
    previous = {"from": ["long_indicators.value"]}
    form = changed(DEPARTMENT, "annual_indicators", prior_1={"previous": previous})
    last = copy.deepcopy(last_year())
    for row in last["annual_indicators"]:
        row["value"] = "7"
    last["long_indicators"].reverse()
    content = filled(form, last)
    long = {row["level3"]: row["value"] for row in last["long_indicators"]}
    for mark, name in {"budget_execution": "预算执行率", "duty-2": "滚动实施技改项目"}.items():
        key = ("annual_indicators", 0, mark, "prior_1")
        assert content.texts[key][1] == long[name].lstrip("><≥≤=")
    twin = dict(next(row for row in last["long_indicators"] if row["level2"] == "核心业务产出2"))
    last["long_indicators"].append({**twin, "level2": "核心业务产出9", "value": "8家"})
    again = filled(form, last)
    assert ("annual_indicators", 0, "duty-2", "prior_1") not in again.texts


def test_what_stands_there_already_stays():
    key = ("funding", 0, "spending_staff", "prior_1")
    before = Content(texts={key: ("", "1", "")})
    content = previous_content(DEPARTMENT, before, PreviousAnswers(last_year()))
    assert content.texts[key] == ("", "1", "")
    assert key not in content.offered


@pytest.mark.parametrize(
    "answers", [{}, {"funding": "x"}, {"funding": [None]}, {"annual_indicators": {"a": 1}}]
)
def test_answers_of_another_shape_bring_nothing(answers):
    assert previous_content(DEPARTMENT, Content(), PreviousAnswers(answers)).texts == {}


@pytest.mark.parametrize("content", [filled(), of_projects()], ids=["department", "projects"])
def test_what_goes_out_comes_back_intact(content):
    form = DEPARTMENT if not content.sizing.members else PROJECTS
    made = went_out(form, content)
    raw = returned(made.data, key=KEY)
    assert (raw.verdict, raw.findings, raw.signature) == (Verdict.INTACT, (), Signature.VALID)
    cells = {parse_cell_name(name): text for name, text in raw.identity.offered.items()}
    assert cells.keys() == content.offered.keys()
    texts = {
        (row.path, row.instance, row.row.mark, name): said
        for row in raw.rows
        for name, said in row.texts.items()
    }
    types = {key for key in content.texts if form.block(key[0]).field(key[3]).type != "amount"}
    assert {key: texts[key] for key in types} == {key: content.texts[key] for key in types}


def test_without_last_years_answers_the_workbook_is_what_it_was():
    plain = went_out(DEPARTMENT, Content())
    assert "offered" not in plain.identity.to_json()
    assert went_out(DEPARTMENT, previous_content(DEPARTMENT, Content(), PreviousAnswers({}))) == (
        plain
    )


def test_a_correction_says_again_what_nobody_changed():
    content = filled()
    made = went_out(DEPARTMENT, content)
    (review,) = [judged([cast(returned(made.data, key=KEY))])]
    (correction,) = corrections(review)
    assert correction.content.offered == content.offered
    key = ("funding", 0, "spending_staff", "prior_1")
    texts = {**content.texts, key: ("", "7", "")}
    other = went_out(DEPARTMENT, replace(content, texts=texts), serial=2)
    raw = returned(other.data, key=KEY)
    assert raw.verdict is Verdict.INTACT
    back = corrections(judged([cast(raw)]))[0].workbook()
    again = reader_of().read_bytes(back.data, "correction.xlsx")
    assert (again.verdict, again.findings) == (Verdict.INTACT, ())


def test_locked_values_are_issued_and_do_not_put_rows_to_use():
    last = copy.deepcopy(last_year())
    row = dict(last["annual_indicators"][0])
    row.update(level1="管理效率", level2="预算执行", level3="非税收入预算完成率", value="100%")
    last["annual_indicators"].append(row)
    content = filled(LOCKED, last)
    key = ("annual_indicators", 0, "non_tax_income", "prior_1")
    assert content.issued[key] == "100%"
    raw = reader_of(LOCKED).read_bytes(went_out(LOCKED, content).data, "a.xlsx")
    assert (raw.verdict, raw.findings) == (Verdict.INTACT, ())
    rows = {row.row.mark: row for row in raw.rows if row.path == "annual_indicators"}
    assert not rows["non_tax_income"].filled
    assert not rows["budget_execution"].filled
    assert rows["duty-1"].filled
    (judged_,) = judge(raw)
    assert "non_tax_income" not in {found.row for found in judged_.findings}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[prior_1]}}", "['prior[a]']}}", "no reference"),
        ("[prior_1]}}", "['funding[income_total].current']}}", "names a row"),
        ("[prior_1]}}", "[]}}", "at least 1"),
        ("[prior_1]}}", "[prior_11]}}", "did you mean 'prior_1'"),
        ("[prior_1]}}", "[prior_1], lock: true}}", "unknown key 'lock'"),
        ("computed: {share: current}", "computed: {share: current}, previous: {from: [share]}",
         "locked or computed"),
        ("{rows: offer}", "{rows: give}", "offer"),
        ("{rows: offer}", "{rows: offer, fields: [valu]}", "did you mean 'value'"),
        ('长期目标值", en: "The long-term target of {year-1|last year}"}}]}',
         'x", en: "y"}}], locked: true}', "has three cells"),
        ("{year-1年|上年}目标值，不是", "{jear}目标值，不是", "no placeholder"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path, old, new, said):
    text = form_path("department-performance").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "form.yaml"
    common = form_path("department-performance").parent.parent / "common.yaml"
    (tmp_path / "common.yaml").write_bytes(common.read_bytes())
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormError, match=said):
        load_form(path)
