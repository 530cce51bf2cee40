"""What the program says at its prompt: in which language, its help, and what it could not do."""

from __future__ import annotations

import ctypes
import inspect
import re
import sys
from types import SimpleNamespace

import pytest
import typer.main

from xlkit.cells import display_width
from xlkit.cli import app, main
from xlkit.cli.help_page import _folded
from xlkit.cli.language import prompt_language, system_language
from xlkit.cli.translation import translated
from xlkit.wording import message_file

SYSTEM = {"LANG": "zh_CN.UTF-8"}
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """A folder that is no round, on a system that says no language."""
    names = ("XLKIT_LANG", "XLKIT_ROUND", "XLKIT_KEY", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def zh(monkeypatch, capsys):
    """Gives exit code, stdout and stderr of a command of a clerk who works in Chinese."""
    monkeypatch.setenv("XLKIT_LANG", "zh")

    def act(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return act


# the language


@pytest.mark.parametrize(
    ("words", "environ", "language"),
    [
        ("check a.xlsx", {}, "en"),
        ("check a.xlsx", SYSTEM, "zh"),
        ("check a.xlsx", {"LANG": "en_GB.UTF-8"}, "en"),
        ("check a.xlsx", {"LANG": "fr_FR.UTF-8"}, "en"),
        ("check a.xlsx", {"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
        ("check a.xlsx", {"LC_ALL": "C", **SYSTEM}, "en"),
        ("check a.xlsx", SYSTEM | {"XLKIT_LANG": "en"}, "en"),
        ("check a.xlsx", {"XLKIT_LANG": "ZH-cn"}, "zh"),
        ("check a.xlsx", SYSTEM | {"XLKIT_LANG": "klingon"}, "zh"),
        ("check a.xlsx --lang zh", {"XLKIT_LANG": "en"}, "zh"),
        ("check a.xlsx --lang=zh", {"XLKIT_LANG": "en"}, "zh"),
        ("check a.xlsx --lang en --lang zh", {}, "zh"),
        ("check a.xlsx --lang", SYSTEM, "zh"),
        ("check a.xlsx --lang xx", SYSTEM, "zh"),
        ("check -- --lang zh", {}, "en"),
        ("round status --round zh", {}, "zh"),
        ("round status --round zh", {"XLKIT_LANG": "en"}, "en"),
        ("round status --round en", SYSTEM, "en"),
        ("round status --round old", {}, "zh"),
        ("round status --round broken", {}, "en"),
        ("round status --round no", SYSTEM, "zh"),
        ("round status", {"XLKIT_ROUND": "zh"}, "zh"),
        ("round status --round=en", {"XLKIT_ROUND": "zh"}, "en"),
    ],
)
def test_the_language_of_the_prompt(words, environ, language, tmp_path):
    for name, text in (
        ("zh", 'round = "r"\nlanguage = "zh"\n'),
        ("en", '\ufeffround = "r"\nlanguage = "en"\n'),
        ("old", 'round = "r"\n'),
        ("broken", "round = \n"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "round.toml").write_text(text, "utf-8")
    assert prompt_language(words.split(), environ) == language


def test_the_round_that_one_is_in_says_the_language(tmp_path):
    (tmp_path / "round.toml").write_text('round = "r"\nlanguage = "zh"\n', "utf-8")
    assert prompt_language(["round", "status"], {}) == "zh"


@pytest.mark.parametrize(("number", "language"), [(0x0804, "zh"), (0x0404, "zh"), (0x0409, "")])
def test_windows_says_its_language_by_a_number(monkeypatch, number, language):
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: number)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert system_language({}) == language


def test_a_windows_that_does_not_say(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(), raising=False)
    assert system_language(SYSTEM) == ""


# help


def commands():
    """Every command with the words it is called by, and its context."""
    top = typer.main.get_command(app)
    waiting = [((), top, top.context_class(top, info_name="xlkit"))]
    while waiting:
        words, command, context = waiting.pop(0)
        yield words, command, context
        for name, below in getattr(command, "commands", {}).items():
            inner = below.context_class(below, info_name=name, parent=context)
            waiting.append(((*words, name), below, inner))


def texts():
    """Every English text that a command's help is made of."""
    for _, command, context in commands():
        yield inspect.cleandoc(command.help)
        for param in command.get_params(context):
            default = getattr(param, "show_default", None)
            yield from (text for text in (param.help, default) if isinstance(text, str) and text)


def test_every_text_of_help_has_its_chinese_and_no_other_has():
    known = [entry["en"].strip() for entry in message_file("help")["texts"]]
    assert len(known) == len(set(known))
    assert set(known) == set(texts())


@pytest.mark.parametrize("entry", message_file("help")["texts"], ids=lambda entry: entry["en"][:40])
def test_the_chinese_of_help_is_chinese(entry):
    assert set(entry) == {"en", "zh"}
    assert HAN.search(entry["zh"]) or entry["zh"].startswith("XLKIT_LANG")
    for name in re.findall(
        r"(?<!\w)--[a-z-]+|`[^`]+`|XLKIT_\w+|[\w.]+\.(?:toml|yaml|md)", entry["en"]
    ):
        assert name.strip("`").replace("DIR", "文件夹") in entry["zh"]


@pytest.mark.parametrize("words", [words for words, *_ in commands()], ids=" ".join)
def test_every_page_of_help_is_wholly_chinese(words, zh):
    code, page, err = zh(*words, "--help")
    assert (code, err) == (0, "")
    assert page.startswith("用法：" + " ".join(("xlkit", *words)) + " [选项]")
    assert max(map(display_width, page.split("\n"))) <= 100
    rest = re.sub(r"xlkit(?: [a-z-]+)+|`[^`]*`|\([^)]*\)|（[^）]*）|--?[a-z-]+", "", page)
    assert re.findall(r"\b[A-Za-z]{2,}\b +[a-z]{2,}\b", rest) == []
    assert not re.search(r"<(?:int|str|path|list)|Usage|Options|Arguments|default|env var", rest)


def test_groups_alone_show_their_page(zh):
    code, out, err = zh("round", "unit")
    assert (code, out) == (2, "")
    assert err.startswith("用法：xlkit round unit [选项] 命令")
    assert "把一个单位移出名册" in err


def test_help_is_english_where_nothing_says_chinese(capsys):
    assert main(["round", "status", "--help"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("Usage: xlkit round status [OPTIONS]")
    assert not HAN.search(page)


@pytest.mark.parametrize("words", [words for words, *_ in commands()], ids=" ".join)
def test_every_page_of_help_is_plain_english(words, capsys):
    assert main([*words, "--help"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("Usage: " + " ".join(("xlkit", *words)) + " [OPTIONS]")
    assert max(map(len, page.split("\n"))) <= 100
    assert not HAN.search(page)
    assert not re.search(r"[{}]|\[\[|\]\]|\.{4}|<(?:int|str|path|list|%)", page)


def test_lines_are_folded_by_columns_and_not_before_punctuation():
    text = "把邮箱的密码存进系统的密码库，" * 5 + "运行 xlkit-mail-password 以后"
    for width in range(24, 60):
        lines = list(_folded(text, width))
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(display_width(line.strip()) <= width + 2 for line in lines)
        assert not any(line.strip().startswith("，") for line in lines)
        assert any("xlkit-mail-password" in line for line in lines)


# errors of usage


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("round status --parnt x", "没有选项 --parnt。是不是 --parent？"),
        ("round status --qqqq x", "没有选项 --qqqq。"),
        ("rund", "没有命令 'rund'。是不是 'round'？"),
        ("zzzz", "没有命令 'zzzz'。"),
        ("round waive", "缺少参数 '单位'。"),
        ("round open x --form y", "缺少选项 '--year'。"),
        ("forms a b", "多写了：a b。"),
        ("round status --json=3", "选项 '--json' 后面不写值。"),
        ("round status --parent", "选项 '--parent' 后面要写值。"),
        ("round deadline 2027-13-01", "'日期' 的值不对：'2027-13-01' 不是日期；正确的写法如"),
        ("template x --serial x", "'--serial' 的值不对：要写整数"),
        (
            "check a.xlsx --format xml",
            "'--format' 的值不对：'xml' 不在可写的里面：'text', 'json'。",
        ),
        ("check --jobs 0 x", "'--jobs' 的值不对：不能小于 1"),
        ("template x --spares 900", "'--spares' 的值不对：不能大于 200"),
    ],
)
def test_errors_of_usage(words, said, zh):
    code, out, err = zh(*words.split())
    assert (code, out) == (2, "")
    assert f"xlkit: {said}" in err
    assert err.startswith(("用法：xlkit", "xlkit: "))


def test_errors_of_usage_in_english_are_typers_own(capsys):
    assert main(["rund"]) == 2
    assert "No such command 'rund'. Did you mean 'round'?" in capsys.readouterr().err


def test_what_has_no_translation_stays():
    assert translated("Ask someone else.", "zh") == "Ask someone else."
    assert translated("Missing command.", "en") == "Missing command."


# what could not be done


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("check no.xlsx", 2, "no.xlsx：没有这个文件或文件夹"),
        ("form check no-form", 3, "“no-form”既不是内置表单"),
        ("round status", 14, "不是一轮收集的文件夹（里面没有 round.toml）"),
        ("round collect --mail a.xlsx", 2, "不要再写文件名和日期"),
        ("round roster a.txt --form project-performance", 2, "名册表格的文件名要以 .xlsx 结尾"),
        ("mail init 张三@", 15, "“张三@”不是能寄信的邮箱地址"),
        ("check --explain no-such-code", 2, "没有代码或规则“no-such-code”"),
        ("round reject U --take-back --why x", 2, "--take-back 用来撤销退回"),
        ("round reject U --why x --cell C7", 2, "工作表!单元格=意见"),
    ],
)
def test_what_could_not_be_done_is_said_in_chinese(words, code, said, zh, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"")
    if words.startswith("mail"):
        (tmp_path / "round.toml").write_text('round = "r"\n', "utf-8")
    found, _, err = zh(*words.split())
    assert found == code
    assert said in err
    assert err.startswith("xlkit: ") or words.startswith("mail")


def test_a_key_that_is_none(zh, monkeypatch):
    monkeypatch.setenv("XLKIT_KEY", "geheim")
    code, _, err = zh("check", ".")
    assert (code, err) == (6, "xlkit: XLKIT_KEY 不是十六进制：要 64 位，只有数字 0-9 和字母 a-f\n")


def test_an_output_that_cannot_be_written(zh, tmp_path):
    (tmp_path / "taken").write_text("", "utf-8")
    code, _, err = zh("form", "schema", "--out", "taken/schema.json")
    assert code == 5
    assert "如果它正在 Excel、WPS 等程序里打开，请先关闭" in err


def test_a_roster_with_every_mistake(zh, tmp_path):
    rows = ("单位编码,单位名称,邮箱", "1,甲,not-an-address", ",乙,", "1,丙,")
    (tmp_path / "roster.csv").write_text("\n".join(rows), "utf-8")
    words = "template project-performance --roster roster.csv --out out --year 2027"
    code, _, err = zh(*words.split())
    assert code == 4
    assert err.splitlines() == [
        "xlkit: roster.csv 第 2 行：“not-an-address”不是邮箱地址；正确的写法如 name@163.com",
        "roster.csv 第 3 行：缺少单位编码",
        "roster.csv 第 4 行：单位 1 在名册里已经有了",
    ]


def test_a_broken_form_is_told_to_its_author_in_english(zh, tmp_path):
    (tmp_path / "form.yaml").write_text("- a", "utf-8")
    code, _, err = zh("form", "layout", "form.yaml")
    assert code == 3
    assert err.startswith("xlkit: 文件内容有问题")
    assert "a form is a mapping" in err
