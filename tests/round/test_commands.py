"""Every command of `xlkit round` as a clerk types it: what it prints, and its exit code."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.round.desk import FORM, KEY, ROSTER, filled
from xlkit.cli import main
from xlkit.files import workbooks
from xlkit.identity import Identity
from xlkit.roster import read_roster, roster_workbook
from xlkit.round.desk import Hand, at_work
from xlkit.round.status import status_of, status_report
from xlkit.rules.registry import load_checked
from xlkit.template.writer import Issue, render

OPEN = ["--form", str(FORM), "--year", "2027", "--due", "2099-12-10", "--roster"]
WRONG = {"contact": {"name": "", "phone": "0315"}}
ISSUED = {
    "301": "301-发展改革局.xlsx",
    "302": "302-教育局.xlsx",
    "303": "303-第一中学.xlsx",
    "304": "304-第二中学.xlsx",
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Gives, by language, a round with a right return, a wrong one, a stranger's, and rubbish."""

    @cache
    def made(language: str) -> Path:
        home = tmp_path_factory.mktemp(language)
        roster = home / "roster.csv"
        roster.write_text(ROSTER, encoding="utf-8")
        folder = home / "2027"
        with pytest.MonkeyPatch.context() as patch:
            environment(patch)
            call = ["round", "open", str(folder), *OPEN, str(roster), "--lang", language]
            assert main(call) == 0
            assert main(["round", "issue", "--round", str(folder)]) == 0
            inbox = folder / "inbox"
            for code, changes in {"301": {}, "303": WRONG}.items():
                data = (folder / "outbox" / "issue" / ISSUED[code]).read_bytes()
                (inbox / f"{code}.xlsx").write_bytes(filled(data, **changes))
            (inbox / "777.xlsx").write_bytes(of_a_stranger(folder))
            (inbox / "rubbish.xlsx").write_bytes(b"hello")
            assert main(["round", "collect", "--round", str(folder)]) == 0
        return folder

    return made


@pytest.fixture
def language():
    return "zh"


@pytest.fixture
def folder(prepared, language, tmp_path, monkeypatch):
    """A copy of that round, the present folder."""
    environment(monkeypatch)
    monkeypatch.setenv("XLKIT_LANG", language)
    own = tmp_path / "round"
    shutil.copytree(prepared(language), own)
    monkeypatch.chdir(own)
    return own


def environment(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("XLKIT_KEY", KEY.hex())
    patch.setenv("XLKIT_USER", "王会计")
    patch.setenv("XLKIT_LANG", "zh")
    for name in ("XLKIT_ROUND", "XLKIT_PASSWORD", "XLKIT_DEBUG"):
        patch.delenv(name, raising=False)


def of_a_stranger(folder: Path) -> bytes:
    with at_work(folder, Hand(key=KEY)) as round_:
        identity = Identity(
            form="small-form",
            version=1,
            round=round_.id,
            unit="777",
            unit_name="文旅局",
            year=2027,
            serial=1,
        )
    return filled(render(load_checked(FORM), identity, issue=Issue(KEY)).data)


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


#: A command, its exit code, what is on stdout or stderr in Chinese, and in English.
SAID = [
    (["status"], 0, "有错误", "with errors"),
    (["status", "--owing"], 0, "单位 777 文旅局 不在名单上", "777 文旅局 is not on the roster"),
    (["status", "--parent", "教育局"], 0, "第一中学", "第一中学"),
    (["issue"], 0, "写出 0 份填报表；另有 4 个单位此前已下发", "Workbooks written: 0; 4 other"),
    (["issue", "302", "--again"], 0, "写出 1 份填报表", "Workbooks written: 1"),
    (["collect"], 0, "新收 0 个文件；原有 4 个没有变化", "Files that came: 0; known before: 4"),
    (["review", "303"], 0, "必填项未填", "Required"),
    (["review", "第一中学"], 0, "phone-unreadable", "phone-unreadable"),
    (["review", "303 第一中学"], 0, "结论：有错误", "[required-missing]"),
    (["review", "301"], 0, "没有发现问题", "Nothing"),
    (
        ["return"],
        0,
        "回复 2 个单位，其中 1 份更正表",
        "correction workbook: 1",
    ),
    (["return", "304"], 0, "没有要回复的", "Nothing to answer"),
    (
        ["reject", "301", "--why", "口径不对"],
        0,
        "301 发展改革局：已退回",
        "301 发展改革局: rejected",
    ),
    (["reject", "301", "--why", "错", "--cell", "基本！c5＝写全"], 0, "已退回", "rejected"),
    (["waive", "303", "phone-unreadable", "--why", "特批"], 0, "（期限：不限）", "(until: no end)"),
    (
        ["merge"],
        1,
        "汇总 1 个单位；还有 3 个",
        "Units merged: 1; still owing",
    ),
    (["close", "--why", "已汇总"], 0, "已关闭（已汇总）", "closed (已汇总)"),
    (["log"], 0, "列入名单：发展改革局 [王会计]", "on the roster: 发展改革局 [王会计]"),
    (["log", "303"], 0, "303.xlsx 是 303 第一中学 的填报", "303.xlsx is a return of 303"),
    (["diff", "303"], 14, "303 第一中学 只报送过一次", "one return came from 303"),
    (["diff", "304"], 14, "还没有收到 304", "nothing came from 304"),
    (["diff", "303", "1", "2"], 14, "没有第 2 次报送", "has no return number 2"),
    (
        ["deadline", "2099-12-20", "301", "教育局"],
        0,
        "2 个单位的截止日",
        "now: 2",
    ),
    (["deadline", "2099/12/20"], 0, "4 个单位的截止日", "now: 4"),
    (["key"], 0, "这台电脑设的就是它", "it is the one on this computer"),
    (["unit", "add", "305", "体育局"], 0, "305：列入名单：体育局", "305: on the roster: 体育局"),
    (["unit", "set", "301", "--name", "发改委"], 0, "发改委：已改名称", "发改委: changed name"),
    (["unit", "remove", "304", "--why", "撤并", "--into", "303"], 0, "并入 303", "merged into 303"),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("arguments", "code", "zh", "en"), SAID, ids=lambda item: str(item)[:40])
def test_a_command_says_what_it_did(folder, language, capsys, arguments, code, zh, en):
    assert main(["round", *arguments]) == code
    said = capsys.readouterr()
    assert (zh if language == "zh" else en) in said.out + said.err


#: Calls that mean nothing here: code, and what the message tells to do.
REFUSED = [
    (["issue", "--again"], 14, "xlkit round issue UNIT --again"),
    (["issue", "999"], 14, "xlkit round unit add"),
    (["issue", "教育"], 14, "Is it 302 教育局?"),
    (["issue", "--spare-rows", "foo=3"], 2, "BLOCK one of indicators"),
    (["return", "--again"], 2, "xlkit round return UNIT --again"),
    (["review", "304"], 14, "xlkit round collect"),
    (["reject", "301"], 14, "--why"),
    (["reject", "301", "--why", "x", "--cell", "C5"], 2, "SHEET!CELL=TEXT"),
    (["reject", "301", "--why", "x", "--cell", "指标!ZZ9=x"], 14, "基本!C5"),
    (["reject", "301", "--take-back"], 14, "nothing to take back"),
    (["reject", "301", "--take-back", "--why", "x"], 2, "takes no --why"),
    (["waive", "303", "phone-unreadable"], 14, "--why"),
    (["waive", "303", "no-such", "--why", "x"], 14, "xlkit round review 303"),
    (["waive", "303", "phone-unreadable", "--why", "x", "--until", "2001-01-01"], 14, "is past"),
    (["waive", "303", "phone-unreadable", "--withdraw"], 14, "it has: none"),
    (["collect", "--unit", "301"], 2, "name them"),
    (["collect", "nowhere"], 2, "no such file or folder"),
    (["close", "--reopen"], 14, "is not closed"),
    (["deadline", "12月10日"], 2, "DATE"),
    (["deadline", "2099-12-10", "999"], 14, "xlkit round status"),
    (["unit", "add", "301", "发改委"], 14, "xlkit round unit set 301"),
    (["unit", "add", "305", " "], 14, "needs a name"),
    (["unit", "add", "305", "体育局", "--email", "x"], 14, "a@example.cn"),
    (["unit", "set", "301"], 2, "--name"),
    (["unit", "set", "301", "--name", ""], 14, "needs a name"),
    (["unit", "remove", "301"], 14, "--why"),
    (["unit", "remove", "301", "--why", "x", "--into", "301"], 14, "--into"),
    (["unit", "take", "nowhere.xlsx"], 2, "nowhere.xlsx"),
    (["form", str(FORM)], 14, "higher 'version'"),
    (["form", "department-performance"], 14, "small-form"),
    (["status", "--parent", "没有"], 14, "教育局"),
    (["roster", "roster.csv"], 2, ".xlsx"),
]


@pytest.mark.parametrize(("arguments", "code", "what"), REFUSED, ids=lambda item: str(item)[:40])
def test_a_refusal_says_what_to_do_and_changes_nothing(
    folder, capsys, monkeypatch, arguments, code, what
):
    before = everything(folder)
    monkeypatch.setenv("XLKIT_LANG", "en")
    assert main(["round", *arguments]) == code
    assert what in capsys.readouterr().err
    monkeypatch.setenv("XLKIT_LANG", "zh")
    assert main(["round", *arguments]) == code
    said = capsys.readouterr().err
    assert re.search("[\u4e00-\u9fff]{4}", said)
    assert english_in(said) == []
    assert everything(folder) == before


def english_in(text: str) -> list[str]:
    """Words of English that follow one another and are no command."""
    return re.findall(r"(?<![\w-])[A-Za-z]{2,} [a-z]{2,}", re.sub(r"xlkit(?: [a-z]+)+", "", text))


#: Commands that only look have no --dry-run.
LOOKING = {"status", "review", "log", "diff"}
DRY = [arguments for arguments, *_ in SAID if arguments[0] not in LOOKING]


@pytest.mark.parametrize("arguments", DRY, ids=lambda item: " ".join(item)[:40])
def test_a_dry_run_leaves_the_folder_as_it_was(folder, capsys, arguments):
    before = everything(folder)
    assert main(["round", *arguments, "--dry-run"]) in (0, 1)
    said = capsys.readouterr().err
    assert "什么都没有改" in said
    assert everything(folder) == before


@pytest.mark.parametrize("more", [[], ["--parent", "教育局"]])
def test_json_of_the_status_is_its_report(folder, capsys, more):
    assert main(["round", "status", "--json", *more]) == 0
    with at_work(folder, Hand()) as round_:
        report = status_report(status_of(round_, more[1:]))
    assert json.loads(capsys.readouterr().out) == report


@pytest.mark.parametrize("arguments", [["review", "303"], ["log"], ["log", "301"]])
def test_other_json_is_json(folder, capsys, arguments):
    assert main(["round", *arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_the_folder_is_the_option_the_environment_or_the_present_one(
    folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["round", "status"]) == 14
    assert "--round 文件夹" in capsys.readouterr().err
    assert main(["round", "status", "--round", "round"]) == 0
    monkeypatch.setenv("XLKIT_ROUND", str(folder))
    assert main(["round", "status"]) == 0


def test_a_closed_round_sends_and_takes_nothing_but_can_be_merged_and_opened(folder, capsys):
    assert main(["round", "close"]) == 0
    for arguments in (["issue"], ["collect"], ["return"], ["deadline", "2099-12-20"]):
        assert main(["round", *arguments]) == 14
        assert "close --reopen" in capsys.readouterr().err
    assert main(["round", "merge"]) == 1
    assert main(["round", "close", "--reopen", "--why", "补报"]) == 0
    assert main(["round", "collect"]) == 0


def test_merge_is_0_once_all_are_in(folder):
    for code in ("302", "303", "304"):
        data = (folder / "outbox" / "issue" / ISSUED[code]).read_bytes()
        (folder / "inbox" / f"{code}好.xlsx").write_bytes(filled(data))
    assert main(["round", "collect"]) == 0
    assert main(["round", "merge", "--parquet"]) == 0
    assert (folder / "master" / "master.xlsx").is_file()
    assert list((folder / "master" / "parquet").glob("*.parquet"))


def test_a_strangers_return_counts_once_its_unit_is_listed(folder, capsys):
    assert main(["round", "unit", "add", "777", "文旅局"]) == 0
    assert main(["round", "review", "777"]) == 0
    with at_work(folder, Hand()) as round_:
        report = status_report(status_of(round_))
    (unit,) = [item for item in report["units"] if item["unit"] == "777"]
    assert (unit["state"], unit["returns"]) == ("accepted", 1)
    assert [item["what"] for item in report["strays"]] == ["unreadable"]


def test_what_was_passed_over_is_told_once(folder, capsys):
    (folder / "inbox" / "说明.docx").write_bytes(b"PK")
    assert main(["round", "collect"]) == 0
    assert "说明.docx" in capsys.readouterr().out
    assert main(["round", "collect"]) == 0
    said = capsys.readouterr().out
    assert "说明.docx" not in said
    assert "以前没有收的 1 个" in said


def test_a_correction_that_comes_back_the_same_day_is_no_mix_up(folder):
    assert main(["round", "return"]) == 0
    (workbook,) = (folder / "outbox" / "return").glob("303-*.xlsx")
    (folder / "inbox" / "back.xlsx").write_bytes(filled(workbook.read_bytes()))
    assert main(["round", "collect"]) == 0
    with at_work(folder, Hand()) as round_:
        units = {item["unit"]: item for item in status_report(status_of(round_))["units"]}
    assert (units["303"]["returns"], units["303"]["two_on_one_day"]) == (2, False)


def test_two_of_one_unit_at_once_are_said(folder, capsys):
    data = (folder / "outbox" / "issue" / ISSUED["304"]).read_bytes()
    (folder / "inbox" / "a.xlsx").write_bytes(filled(data, **WRONG))
    (folder / "inbox" / "b.xlsx").write_bytes(filled(data))
    assert main(["round", "collect"]) == 0
    assert "以后到的为准" in capsys.readouterr().out
    assert main(["round", "status"]) == 0
    assert "同一天收到两份" in capsys.readouterr().out
    assert main(["round", "diff", "304"]) == 0


def test_rosters_empty_and_filled_and_read_back(folder, tmp_path, capsys):
    form = load_checked(FORM)
    empty = tmp_path / "名册 空.xlsx"
    assert main(["round", "roster", str(empty), "--form", str(FORM)]) == 0
    assert f'--roster "{empty}"' in capsys.readouterr().err
    assert empty.read_bytes() == roster_workbook(form, "zh")
    assert main(["round", "open", str(tmp_path / "neu"), *OPEN, str(empty)]) == 4
    full = tmp_path / "full.xlsx"
    assert main(["round", "roster", str(full)]) == 0
    assert [unit.code for unit in read_roster(full, form).units] == ["301", "302", "303", "304"]
    assert main(["round", "unit", "take", str(full)]) == 0
    said = capsys.readouterr().err
    assert "没有变化" in said
    assert main(["round", "roster", str(full)]) == 2
    assert "请换一个文件名" in capsys.readouterr().err


def test_taking_a_roster_says_which_workbooks_are_of_yesterday(folder, tmp_path, capsys):
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER.replace("A1,10", "A2,15"), encoding="utf-8")
    assert main(["round", "unit", "take", str(roster)]) == 0
    assert "xlkit round issue 301 --again" in capsys.readouterr().err


def test_opening_again_finishes_and_other_words_are_named(folder, tmp_path, capsys):
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    own = tmp_path / "neu"
    call = ["round", "open", str(own), *OPEN, str(roster)]
    assert main([*call, "--dry-run"]) == 0
    assert not own.exists()
    assert main(call) == main(call) == 0
    assert main([*call, "--due", "2099-12-11"]) == 14
    assert f"due 原来是 {date(2099, 12, 10)}，不是 2099-12-11" in capsys.readouterr().err
    other = tmp_path / "full"
    other.mkdir()
    (other / "a.txt").write_text("x", encoding="utf-8")
    assert main(["round", "open", str(other), *call[3:]]) == 14


def test_a_broken_ledger_is_13(folder, capsys):
    (folder / "ledger.sqlite").write_bytes(b"no database at all, whatever its name says" * 40)
    assert main(["round", "status"]) == 13
    assert "ledger.sqlite" in capsys.readouterr().err


def test_a_broken_round_toml_is_14(folder, capsys):
    (folder / "round.toml").write_text("round = 3\nunits = 'x'\n", encoding="utf-8")
    assert main(["round", "status"]) == 14
    assert "不认识的项“units”" in capsys.readouterr().err


def test_who_is_working_stands_in_the_log(folder, capsys):
    assert main(["round", "deadline", "2099-12-20", "301", "--by", "李科长"]) == 0
    assert main(["round", "log", "301"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("[李科长]")


def test_every_issued_workbook_is_where_the_command_says(folder, capsys):
    assert main(["round", "issue", "302", "304", "--again"]) == 0
    said = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [path.name for path in said] == ["302-教育局-2.xlsx", "304-第二中学-2.xlsx"]
    assert set(said) <= set(workbooks([Path("outbox")]))


COMMANDS = st.sampled_from(
    [
        ["status", "--parent"],
        ["issue"],
        ["collect"],
        ["collect", "--unit", "301"],
        ["review"],
        ["return"],
        ["reject", "303", "--why", "x", "--cell"],
        ["reject", "--why", "x"],
        ["waive", "303", "--why", "x"],
        ["waive", "303", "phone-unreadable", "--why"],
        ["log"],
        ["diff", "303"],
        ["deadline"],
        ["deadline", "2099-01-01"],
        ["form"],
        ["unit", "set", "301", "--name"],
        ["unit", "add"],
        ["unit", "add", "9"],
        ["unit", "remove", "301", "--why", "x", "--into"],
        ["unit", "take"],
    ]
)
ODD = st.text(max_size=12) | st.sampled_from(
    [
        "301",
        "教育局",
        ".",
        "..",
        "inbox",
        "\0",
        "a\nb",
        "指标!A1=",
        "=x",
        "!=x",
        "基本!C5==x",
        "CON",
        "99999999999999999999",
        "-1",
        "0",
        "%s",
        "{unit}",
        "\ud800",
        "..\\..\\x",
    ]
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(COMMANDS, ODD)
def test_no_argument_is_a_mistake_of_the_program(folder, command, odd):
    assert main(["round", *command, odd]) in {0, 1, 2, 3, 4, 14}


@pytest.mark.parametrize(
    ("language", "said", "columns"),
    [("zh", "没有用到的列", "：项目预算、传真"), ("en", "columns not used", ": 项目预算, 传真")],
)
def test_columns_of_a_roster_that_nothing_is_made_of_are_named(
    tmp_path, monkeypatch, capsys, language, said, columns
):
    """A clerk who misspells a heading learns of it before the workbooks go out."""
    environment(monkeypatch)
    monkeypatch.setenv("XLKIT_LANG", language)
    roster, folder = tmp_path / "roster.csv", str(tmp_path / "2027")
    head, *lines = ROSTER.splitlines()
    more = [f"{head},传真", *(f"{line},0315" for line in lines)]
    roster.write_text("\n".join(more) + "\n", encoding="utf-8")
    take = ["round", "unit", "take", str(roster), "--round", folder]
    for call in (
        ["round", "open", folder, *OPEN, str(roster), "--lang", language],
        take,
        ["template", str(FORM), "--roster", str(roster), "--out", str(tmp_path), "--year", "2027"],
    ):
        assert main(call) == 0
        assert capsys.readouterr().err.count(said + columns) == 1
    used = [line.rsplit(",", 1)[0] for line in ROSTER.splitlines()]
    roster.write_text("\n".join(used) + "\n", encoding="utf-8")
    assert main(take) == 0
    assert said not in capsys.readouterr().err
