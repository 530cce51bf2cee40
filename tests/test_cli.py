"""The commands as people call them: what is printed where, and the exit code."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.samples import ANSWERS, FOLDER
from xlkit.cli import main
from xlkit.wording import word

SCIENCE = FOLDER / "ezhou-science-technology-2024.xlsx"
PERCENT = FOLDER / "bad-percent-in-amount.xlsx"


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a command."""
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_forms_lists_the_built_in_forms(capsys):
    code, out, _ = run(capsys, "forms")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == [
        "department-performance",
        "project-performance",
    ]


def test_form_check_reports_every_problem_with_its_line(capsys, tmp_path):
    file = tmp_path / "form.yaml"
    file.write_text(
        "form: broken\nversion: one\ntitle: T\nsheets:\n"
        "  - sheet: S\n    blocks:\n"
        "      - kind: record\n        block: a\n"
        "        fields:\n          - {name: x, type: amont, label: X}\n",
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "form", "check", file)
    assert code == 1
    lines = out.splitlines()
    assert lines[0].startswith(f"{file}:2: ")
    assert lines[1].startswith(f"{file}:10: ")
    assert "'amount'" in lines[1]


def test_form_check_of_a_sound_form_is_silent_on_stdout(capsys):
    code, out, err = run(capsys, "form", "check", "project-performance")
    assert (code, out) == (0, "")
    assert "no problems" in err


@pytest.mark.parametrize(
    ("language", "sound", "left"),
    [
        ("zh", "project-performance：没有问题", "需要改正 1 处，需要改正或说明 0 处"),
        ("en", "project-performance: no problems", "to correct: 1, to correct or explain: 0"),
    ],
)
def test_what_was_done_is_said_in_the_reader_s_language(
    language, sound, left, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("XLKIT_LANG", language)
    assert run(capsys, "form", "check", "project-performance")[2].strip() == sound
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps(GIVEN), encoding="utf-8")
    book = tmp_path / "1.xlsx"
    small = tmp_path / "small.yaml"
    small.write_text(SMALL, encoding="utf-8")
    assert run(capsys, "template", small, "--answers", answers, "--out", book)[0] == 0
    code, _, err = run(capsys, "correct", book, "--form", small, "--out", tmp_path / "2.xlsx")
    assert (code, err.strip()) == (0, left)
    code, _, err = run(capsys, "merge", book, "--form", small, "--out", tmp_path / "3.xlsx")
    assert (code, err.strip()) == (
        1,
        word("merged_of", language, file="report", merged="0", all="1"),
    )


SMALL = """\
form: small
version: 1
title: 小表
sheets:
  - sheet: 表
    blocks:
      - kind: record
        block: one
        label: 一
        fields: [{name: count, type: integer, label: 个数}]
"""
GIVEN = {"unit": {"code": "1"}, "answers": {"one": {"count": "many"}}}


def test_form_schema_is_json(capsys):
    code, out, _ = run(capsys, "form", "schema")
    assert code == 0
    assert json.loads(out)["$schema"].endswith("2020-12/schema")


def test_layout_names_the_cell_of_every_field(capsys):
    code, out, _ = run(capsys, "form", "layout", "project-performance", "--json", "--projects", 2)
    assert code == 0
    blocks = json.loads(out)["blocks"]
    members = [block for block in blocks if block["block"] == "projects"]
    assert [block["instance"] for block in members] == [1, 2]
    assert members[1]["sheet"] == "项目02"
    assert members[1]["fields"]["code"]["cell"] == members[0]["fields"]["code"]["cell"]
    indicators = next(block for block in blocks if block["block"] == "projects.indicators")
    value = indicators["fields"]["value"]
    assert list(value["columns"]) == ["operator", "number", "unit"]
    assert value["last_row"] - value["first_row"] + 1 == len(indicators["rows"])


def test_template_read_and_check_go_round(capsys, tmp_path):
    out = tmp_path / "a.xlsx"
    answers = ANSWERS / "ezhou-science-technology-2024.json"
    code, printed, told = run(
        capsys, "template", "department-performance", "--out", out, "--answers", answers
    )
    assert (code, printed.strip()) == (0, str(out))
    assert "stated 22.29%, computed 22.30%" in told
    code, printed, _ = run(capsys, "read", out, "--json")
    content = json.loads(printed)
    assert code == 0
    assert content["unit"] == {"code": "420700-302", "name": "鄂州市科学技术局"}
    assert content["answers"]["funding"][6]["share"] == "22.30%"
    value = content["answers"]["long_indicators"][29]
    assert value["value"] == "75.24亿元"
    assert value["value_parts"] == {
        "operator": "",
        "number": "75.24",
        "unit": "亿元",
        "kind": "number",
    }
    code, printed, _ = run(capsys, "check", out, "--format", "json")
    assert code == 0
    assert json.loads(printed)["files"][0]["verdict"] == "intact"


def test_what_is_read_can_be_put_into_a_fresh_workbook(capsys, tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text(run(capsys, "read", SCIENCE, "--json")[1], encoding="utf-8")
    fresh = tmp_path / "fresh.xlsx"
    form = "department-performance"
    code, _, told = run(capsys, "template", form, "--out", fresh, "--answers", answers)
    assert (code, told) == (0, "")
    before = json.loads(answers.read_text(encoding="utf-8"))
    after = json.loads(run(capsys, "read", fresh, "--json")[1])
    assert after["answers"] == before["answers"]
    assert after["unit"] == before["unit"]


def test_answers_do_not_steer_the_terminal(capsys, tmp_path):
    text = "甲\x1b]0;x\x07\t乙"
    given = json.loads((ANSWERS / f"{SCIENCE.stem}.json").read_text(encoding="utf-8"))
    given["answers"]["narrative"]["long_goal"] = text
    source, filled = tmp_path / "answers.json", tmp_path / "filled.xlsx"
    source.write_text(json.dumps(given), encoding="utf-8")
    run(capsys, "template", "department-performance", "--answers", source, "--out", filled)
    code, out, told = run(capsys, "read", filled)
    assert code == 0
    assert "甲\\u001b]0;x\\u0007\t乙" in out
    assert not set(out + told) & set("\x1b\x07")
    content = json.loads(run(capsys, "read", filled, "--json")[1])
    assert content["answers"]["narrative"]["long_goal"] == text


def test_one_form_for_one_workbook_is_an_order_and_for_a_folder_an_offer(capsys, tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_bytes(SCIENCE.read_bytes())
    form = ("--form", "project-performance", "--format", "json")

    def said(*arguments):
        content = json.loads(run(capsys, "check", *arguments)[1])["files"][0]
        codes = {finding["code"] for finding in content["findings"]}
        return content["form"], content["unit"]["code"], "form-assumed" in codes

    assert said(file, *form) == ("project-performance", "420700-302", True)
    assert said(tmp_path, *form) == ("department-performance", "420700-302", False)
    assert said(file, *form, "--form", "department-performance")[0] == "department-performance"
    assert said(file, SCIENCE, *form)[0] == "department-performance"
    ordered = json.loads(run(capsys, "read", file, "--json", *form[:2])[1])
    assert ordered["unit"]["code"] == "420700-302"
    assert "form-assumed" in {finding["code"] for finding in ordered["findings"]}


def test_a_clerk_can_force_form_and_unit(capsys, tmp_path):
    lost = tmp_path / "lost.xlsx"
    book = openpyxl.load_workbook(SCIENCE)
    del book["_xlkit"]
    for name in [name for name in book.defined_names if name.startswith("_xlkit_")]:
        del book.defined_names[name]
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    book.save(lost)
    assert run(capsys, "check", lost)[0] == 1
    form = ("--form", "department-performance")
    code, out, _ = run(capsys, "check", lost, *form, "--format", "json")
    assert code == 1
    assert "identity-lost" in out
    code, out, _ = run(capsys, "check", lost, *form, "--unit", "302", "--format", "json")
    content = json.loads(out)["files"][0]
    assert code == 0
    assert content["unit"]["code"] == "302"
    assert "identity-assumed" in [finding["code"] for finding in content["findings"]]
    code, _, err = run(capsys, "check", lost, SCIENCE, "--unit", "302")
    assert code == 2
    assert "one workbook" in err


def test_equal_input_gives_equal_bytes(capsys, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        run(capsys, "template", "project-performance", "--out", tmp_path / name, "--unit", "1")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_check_names_the_cell_and_what_to_do(capsys):
    code, out, _ = run(capsys, "check", PERCENT, "--lang", "en")
    assert code == 1
    assert "error 基本情况!D14 [amount-is-percent]" in out
    counts = re.search(r"cells: (\d+) as printed, (\d+) answers, (\d+) named by findings", out)
    assert counts is not None
    code, out, _ = run(capsys, "check", PERCENT, "--format", "json")
    file = json.loads(out)["files"][0]
    finding = file["findings"][0]
    assert code == 1
    assert list(map(str, file["cells"].values())) == list(counts.groups())
    assert finding["cells"] == ["基本情况!D14"]
    assert set(finding) >= {
        "code", "severity", "cells", "block", "field", "row", "value", "expected", "message", "hint"
    }  # fmt: skip


def test_a_code_has_a_page(capsys):
    code, out, _ = run(capsys, "check", "--explain", "choice-not-in-list", "--lang", "en")
    assert code == 0
    for said in ("Not one of the choices", "weight: error", "such as: ", "计划标淮",
                 "Did you mean '计划标准'?",
                 "department-performance: field long_indicators.basis (error)"):  # fmt: skip
        assert said in out
    code, out, _ = run(capsys, "check", "--explain", "level-uncovered", "--format", "json")
    (page,) = json.loads(out)
    assert (page["severity"], page["title"]) == ("error", "缺少必设指标")
    assert {"form": "department-performance", "rule": "long_level2", "kind": "coverage",
            "severity": "warning", "beta": False} in page["given_by"]  # fmt: skip
    _, out, _ = run(capsys, "check", "--explain", "file-empty", "--lang", "en")
    assert "no rule declares it" in out


def test_a_rule_of_a_form_has_a_page(capsys):
    form = ("--form", "department-performance")
    code, out, _ = run(capsys, "check", "--explain", "long_unit", *form, "--lang", "en")
    assert code == 0
    assert "rule long_unit" in out
    assert "kind: unit" in out
    assert "unit-unfinished  Unfinished unit" in out
    code, out, _ = run(
        capsys, "check", "--explain", "long_unit.unit-missing", *form, "--format", "json"
    )
    assert [page["rule"] for page in json.loads(out)] == ["long_unit"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check", "--explain", "choice-not-in-lst"], 2, "did you mean choice-not-in-list"),
        (["check", "--explain", "long_unti"], 2, "long_unit"),
        (["check", "--explain", "???"], 2, "lists the codes"),
        (["check"], 2, "--explain CODE"),
        (["template", "nothing", "--out", "x.xlsx"], 3, "neither a built-in form"),
        (["template", "department-performance"], 2, "--out"),
        (["template", "department-performance", "--out", "x", "--spares", "2"], 2, "--spares"),
        (["read", "missing.xlsx"], 2, "cannot be opened"),
        (["check", "missing"], 2, "no such file"),
        (["nonsense"], 2, "nonsense"),
        (["report", str(SCIENCE), str(PERCENT), "--format", "html"], 2, "--out FOLDER"),
        (["report", str(SCIENCE), "--due", "30.11.2026"], 2, "--due"),
        (["report", str(SCIENCE), "--templates", "missing"], 2, "letter.zh.txt"),
        (["report", str(SCIENCE), "--out", "a.xlsx"], 2, "no workbook"),
        (["report", str(SCIENCE), str(PERCENT), "--unit", "1"], 2, "one workbook"),
        (["report", "missing"], 2, "no such file"),
        (["template", "project-performance", "--out", "x", "--spare-rows", "goals"], 2, "BLOCK=N"),
    ],
)
def test_a_call_that_cannot_be_met_says_why(capsys, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    found, out, err = run(capsys, *arguments)
    assert (found, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_report_writes_the_letter_of_a_return(capsys):
    code, out, _ = run(capsys, "report", PERCENT, "--due", "2026-11-30", "--from", "绩效科")
    assert code == 0
    assert out.startswith("样例：金额填成百分比：\n")
    assert "2026年11月30日" in out
    assert out.endswith("绩效科\n")
    code, out, _ = run(capsys, "report", PERCENT, "--format", "html", "--lang", "en")
    assert code == 0
    assert out.startswith("<!DOCTYPE html>")


def test_report_separates_several_letters(capsys):
    code, out, _ = run(capsys, "report", SCIENCE, PERCENT)
    assert code == 0
    heads = [line.strip("= ") for line in out.splitlines() if line.startswith("=====")]
    assert heads == [SCIENCE.name, PERCENT.name]


def test_report_writes_files_by_unit_and_loses_none(capsys, tmp_path):
    returned = tmp_path / "in"
    returned.mkdir()
    for name in ("a.xlsx", "b.xlsx"):
        (returned / name).write_bytes(PERCENT.read_bytes())
    (returned / "c.xlsx").write_text("hello", encoding="utf-8")
    out = tmp_path / "letters"
    code, printed, _ = run(capsys, "report", returned, "--format", "html", "--out", out)
    assert code == 0
    names = [
        "420700-311-样例：金额填成百分比.html",
        "420700-311-样例：金额填成百分比-2.html",
        "c.html",
    ]
    assert printed.splitlines() == [str(out / name) for name in names]
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    one = tmp_path / "one"
    assert run(capsys, "report", PERCENT, "--out", one)[1].strip() == f"{one}.txt"
    assert run(capsys, "report", PERCENT, "--out", out)[1].strip().endswith("金额填成百分比.txt")


def test_report_with_a_broken_template_writes_nothing(capsys, tmp_path):
    templates, out = tmp_path / "own", tmp_path / "letters"
    templates.mkdir()
    (templates / "letter.zh.txt").write_text("{{ nobody }}", encoding="utf-8")
    code, printed, err = run(
        capsys, "report", PERCENT, SCIENCE, "--templates", templates, "--out", out
    )
    assert (code, printed) == (12, "")
    assert f"{templates / 'letter.zh.txt'}:1: 'nobody' is undefined" in err
    assert not out.exists()


def test_a_page_can_be_sent_through_any_stream(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "xlkit", "report", str(PERCENT), "--format", "html"],
        env={"PYTHONIOENCODING": "cp936", "PATH": "", "HOME": str(tmp_path), "SYSTEMROOT": ""},
        cwd=FOLDER.parent,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert "必须改正" in html.unescape(done.stdout.decode("ascii"))


def test_a_foreign_file_is_told_and_exits_with_1(capsys, tmp_path):
    file = tmp_path / "note.xlsx"
    file.write_text("hello", encoding="utf-8")
    code, out, _ = run(capsys, "read", file, "--json")
    assert code == 1
    assert json.loads(out)["verdict"] == "unreadable"


def test_lock_files_are_passed_over(capsys, tmp_path):
    (tmp_path / "~$open.xlsx").write_bytes(b"lock")
    (tmp_path / "a.xlsx").write_bytes(SCIENCE.read_bytes())
    _, out, _ = run(capsys, "check", tmp_path, "--format", "json")
    assert [Path(item["file"]).name for item in json.loads(out)["files"]] == ["a.xlsx"]


def test_a_signed_workbook_is_valid_with_its_key_alone(capsys, tmp_path, monkeypatch):
    out = tmp_path / "a.xlsx"
    monkeypatch.setenv("XLKIT_KEY", "11" * 32)
    run(capsys, "template", "department-performance", "--out", out, "--unit", "1")
    assert json.loads(run(capsys, "read", out, "--json")[1])["signature"] == "valid"
    monkeypatch.setenv("XLKIT_KEY", "22" * 32)
    assert json.loads(run(capsys, "read", out, "--json")[1])["signature"] == "unverified"
    monkeypatch.setenv("XLKIT_KEY", "short")
    code, _, err = run(capsys, "read", out, "--json")
    assert code == 6
    assert "XLKIT_KEY" in err


def test_a_roster_gives_a_workbook_for_each_unit(capsys, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "单位代码,单位名称,项目编码,项目名称,项目预算数\n"
        "301,甲局,13028122P00306010001X,购置,10.96\n"
        "302,乙局,,,\n",
        encoding="utf-8",
    )
    code, out, _ = run(
        capsys, "template", "project-performance", "--out", tmp_path / "o",
        "--roster", roster, "--spares", 1,
    )  # fmt: skip
    assert code == 0
    files = [Path(line) for line in out.splitlines()]
    assert [file.name for file in files] == ["301-甲局.xlsx", "302-乙局.xlsx"]
    read = json.loads(run(capsys, "read", files[0], "--json")[1])
    assert [project["code"] for project in read["answers"]["projects"]] == ["13028122P00306010001X"]
    assert read["answers"]["projects"][0]["budget"] == "10.96"


def test_a_program_error_is_no_traceback(capsys, monkeypatch):
    def broken(*_):
        raise RuntimeError("oops")

    monkeypatch.setattr("xlkit.form.library.builtin_forms", broken)
    code, _, err = run(capsys, "forms")
    assert code == 70
    assert "oops" in err


@pytest.mark.parametrize("encoding", ["cp936", "ascii", "utf-8"])
def test_any_console_can_show_findings(encoding, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "xlkit", "check", str(PERCENT)],
        env={"PYTHONIOENCODING": encoding, "PATH": "", "HOME": str(tmp_path), "SYSTEMROOT": ""},
        cwd=FOLDER.parent,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "amount-is-percent" in done.stdout.decode(encoding)


def test_json_is_plain_ascii_where_the_stream_is_not_utf8(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "xlkit", "read", str(SCIENCE), "--json"],
        env={"PYTHONIOENCODING": "cp936", "PATH": "", "HOME": str(tmp_path), "SYSTEMROOT": ""},
        cwd=FOLDER.parent,
        capture_output=True,
        check=False,
    )
    content = json.loads(done.stdout.decode("ascii"))
    assert content["unit"]["name"] == "鄂州市科学技术局"


def test_correct_makes_the_workbook_that_goes_back(capsys, tmp_path):
    target = tmp_path / "back.xlsx"
    code, out, told = run(capsys, "correct", PERCENT, "--out", target)
    assert (code, out) == (0, f"{target}\n")
    assert "需要改正 1 处，需要改正或说明 14 处" in told
    code, out, _ = run(capsys, "check", target)
    assert code == 1
    assert "完好" in out.splitlines()[0]


def test_correct_of_a_folder_gives_each_unit_a_file(capsys, tmp_path):
    came = tmp_path / "came"
    came.mkdir()
    for name in ("one.xlsx", "two.xlsx"):
        (came / name).write_bytes(PERCENT.read_bytes())
    (came / "none.xlsx").write_bytes(b"no workbook")
    code, _, told = run(capsys, "correct", came, "--out", tmp_path / "back")
    assert code == 1
    assert "file-not-a-workbook" in told
    stem = "420700-311-样例：金额填成百分比-更正表"
    assert {path.name for path in (tmp_path / "back").iterdir()} == {
        f"{stem}.xlsx",
        f"{stem}-2.xlsx",
    }


def test_correct_keeps_off_the_return_itself(capsys, tmp_path):
    came = tmp_path / "came.xlsx"
    came.write_bytes(PERCENT.read_bytes())
    code, _, told = run(capsys, "correct", came, "--out", came)
    assert (code, came.read_bytes()) == (2, PERCENT.read_bytes())
    assert "stays as it came" in told
    code, _, told = run(capsys, "correct", tmp_path, "--out", tmp_path / "all.xlsx")
    assert code == 2
    assert "a folder" in told


def test_half_a_sign_in_an_argument_is_the_caller_s_mistake(capsys):
    assert main(["check", "\ud800.xlsx"]) == 2
    assert "\\ud800.xlsx" in capsys.readouterr().err
