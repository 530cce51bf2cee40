"""What forms with scores need: totals, wanted reasons, products, rows without a field."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from xlkit.cells import address
from xlkit.errors import AnswersError
from xlkit.findings import Finding
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.rules.registry import form_problems, load_checked
from xlkit.submission.canonical import answers
from xlkit.submission.cast import Submission
from xlkit.submission.read import FormShelf, Reader
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.writer import render
from xlkit.validation.review import review

FORM = """\
form: scored
version: 1
title: Scored
languages: [en]
lists:
  kind: [output, effect]
sheets:
  - sheet: Scores
    blocks:
      - kind: matrix
        block: money
        label: Money
        headers: [{name: item, label: Item}]
        rows:
          - {key: all, labels: {item: All}, defaults: {weight: "10"}}
          - {key: part, labels: {item: Part}, total: all, without: [weight, score], optional: true}
        fields:
          - {name: budget, type: amount, label: Budget, required: true}
          - {name: spent, type: amount, label: Spent, required: true}
          - {name: weight, type: amount, unit: "", label: Weight, locked: true, required: true}
          - {name: rate, type: percent, label: Rate, computed: {ratio: [spent, budget]}}
          - {name: score, type: amount, unit: "", label: Score, computed: {product: [weight, rate]}}
      - kind: table
        block: rows
        label: Rows
        spares: 4
        rows:
          - {key: fixed, values: {name: Fixed}, defaults: {weight: "30"}, without: [note]}
        fields:
          - {name: name, type: text, label: Name, required: true}
          - {name: kind, type: choice, list: kind, label: Kind}
          - {name: weight, type: amount, unit: "", label: Weight}
          - {name: score, type: amount, unit: "", label: Score}
          - {name: note, type: text, label: Note}
          - {name: share, type: percent, label: Share, computed: {ratio: [score, rows.score]}}
rules:
RULES"""

TOTAL = "{rule: total, id: all, parts: [rows.weight, 'money[all].weight'], value: 100}"
BAND = "{rule: total, id: band, parts: [rows.weight], only: {kind: [output]}, value: 50}"
LOSS = "{rule: wanted, id: loss, block: rows, field: note, left: [score], sign: <, right: [weight]}"
KIND = (
    "{rule: wanted, id: kind, block: rows, field: note, when: {kind: [effect]}, severity: notice}"
)

GOOD: dict[str, Any] = {
    "money": [{"item": "Part", "budget": "400", "spent": "380"}],
    "rows": [
        {"name": "Fixed", "kind": "output", "weight": "30", "score": "30"},
        {"name": "A", "kind": "output", "weight": "20", "score": "20"},
        {"name": "B", "kind": "effect", "weight": "40", "score": "40", "note": "why"},
    ],
}


def written(folder: Path, *rules: str, form: str = FORM) -> Path:
    path = folder / "form.yaml"
    listed = "".join(f"  - {rule}\n" for rule in rules) or "  []\n"
    path.write_text(form.replace("RULES", listed), encoding="utf-8")
    return path


def returned(folder: Path, form: Form, given: Mapping[str, Any]) -> Submission:
    content = place_answers(form, given, Content())
    path = folder / "return.xlsx"
    path.write_bytes(render(form, Identity(form="scored", version=1, language="en"), content).data)
    return review([path], Reader(FormShelf([form])), "en").submissions[0]


def found(folder: Path, given: Mapping[str, Any], *rules: str) -> list[Finding]:
    form = load_checked(written(folder, *rules))
    return list(returned(folder, form, given).findings)


def changed(number: int, **fields: str) -> dict[str, Any]:
    rows = [dict(row) for row in GOOD["rows"]]
    rows[number] |= fields
    return GOOD | {"rows": rows}


def test_a_good_return_has_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD, TOTAL, BAND, LOSS, KIND) == []


def test_product_and_ratio_of_a_column(tmp_path: Path) -> None:
    form = load_checked(written(tmp_path))
    content = answers(returned(tmp_path, form, GOOD))
    assert content["money"][0]["score"] == "9.50"
    assert content["money"][0]["weight"] == "10.00"
    assert content["money"][1]["score"] == ""
    assert [row["share"] for row in content["rows"]] == ["33.33%", "22.22%", "44.44%"]


def test_total_names_what_is_and_what_should_be(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, changed(2, weight="30", score="30"), TOTAL, BAND)
    assert (finding.code, finding.value, finding.expected) == ("total-differs", "90", "100")
    assert finding.params["difference"] == "10"


def test_total_of_some_rows_alone(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, changed(1, kind="effect", note="why"), TOTAL, BAND)
    assert (finding.rule, finding.value, finding.expected) == ("band", "30", "50")
    assert finding.params["only"] == "output"


@pytest.mark.parametrize("rule", [TOTAL, BAND])
def test_total_cannot_decide_on_what_could_not_be_read(tmp_path: Path, rule: str) -> None:
    codes = [finding.code for finding in found(tmp_path, changed(1, weight="many"), rule)]
    assert codes == ["amount-not-a-number"]


def test_total_of_no_row_says_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, {"money": GOOD["money"]}, BAND) == []


@pytest.mark.parametrize(
    ("fields", "because"),
    [({"score": "19"}, "19 < 20"), ({"score": "0"}, "0 < 20"), ({"score": "20"}, None)],
)
def test_wanted_where_a_comparison_holds(
    tmp_path: Path, fields: dict[str, str], because: str | None
) -> None:
    findings = found(tmp_path, changed(1, **fields), LOSS)
    assert [item.params["because"] for item in findings] == ([because] if because else [])


def test_wanted_where_a_name_stands(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, changed(2, note=""), KIND)
    assert (finding.code, finding.severity.value) == ("wanted-missing", "notice")
    assert finding.params["because"] == "Kind effect"


def test_a_field_that_the_row_is_without_is_never_wanted(tmp_path: Path) -> None:
    assert found(tmp_path, changed(0, score="1"), LOSS) == []


def test_a_row_takes_no_answer_for_a_field_that_it_is_without(tmp_path: Path) -> None:
    form = load_checked(written(tmp_path))
    with pytest.raises(AnswersError, match="row 'fixed' has no 'note'"):
        place_answers(form, changed(0, note="x"), Content())


def test_a_locked_cell_takes_no_other_answer(tmp_path: Path) -> None:
    form = load_checked(written(tmp_path))
    money = [{"item": "All", "weight": "20"}]
    with pytest.raises(AnswersError, match="'weight' is locked by the form"):
        place_answers(form, {"money": money}, Content())
    place_answers(form, {"money": [{"item": "All", "weight": "10.00"}]}, Content())


def test_defaults_stand_in_every_row_and_are_computed_with(tmp_path: Path) -> None:
    other = FORM.replace("label: Weight}", 'label: Weight, default: "5"}')
    form = load_checked(written(tmp_path, form=other))
    money = [{"item": "Part", "budget": "400", "spent": "380"}]
    content = place_answers(form, {"money": money}, Content())
    rendered = render(form, Identity(form="scored", version=1, language="en"), content)
    _, rows = rendered.layout.find("rows")
    assert [row.row.defaults["weight"] for row in rows.rows] == ["30", "5", "5", "5", "5"]
    sheet = load_workbook(io.BytesIO(rendered.data), data_only=True)["Scores"]
    _, place = rendered.layout.find("money")
    shown = {
        name: sheet[address(*place.row("all").slot(name).box.first)].value
        for name in ("weight", "rate", "score")
    }
    assert shown == {"weight": 10, "rate": 0.95, "score": 9.5}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (TOTAL.replace("all].weight", "part].weight"), "row 'part' is without 'weight'"),
        (BAND.replace("[output]", "[outputs]"), "'outputs' is not among the names of 'kind'"),
        (BAND.replace("rows.weight", "'money[all].weight'"), "columns of one table"),
        (BAND.replace("[rows.weight]", "[]"), "'parts' names nothing to add up"),
        (LOSS.replace("sign: <, ", ""), "needs all of 'left', 'sign' and 'right'"),
        (LOSS.replace("left: [score], sign: <, right: [weight]", ""), "say where it is wanted"),
        (KIND.replace("effect", "effects"), "'effects' is not among the names of 'kind'"),
        (KIND.replace("field: note", "field: notes"), "did you mean 'note'?"),
    ],
)
def test_a_rule_that_means_nothing_is_named(tmp_path: Path, rule: str, said: str) -> None:
    (problem,) = form_problems(written(tmp_path, rule))
    assert said in problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("without: [note]", "without: [nota]", "did you mean 'note'?"),
        ('defaults: {weight: "30"}', 'defaults: {wait: "30"}', "did you mean 'weight'?"),
        ("values: {name: Fixed}", 'values: {name: Fixed, weight: "30"}', "'locked: true'"),
        ("{product: [weight, rate]}", "{product: [weight, late]}", "did you mean 'rate'?"),
        ("{ratio: [spent, budget]}", "{product: [spent, budget]}", "not a percentage"),
        ("{product: [weight, rate]}", "{product: [weight, rate], sum: [weight]}", "exactly one"),
    ],
)
def test_a_part_that_means_nothing_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert FORM.count(old) == 1
    (problem,) = form_problems(written(tmp_path, form=FORM.replace(old, new)))
    assert said in problem
