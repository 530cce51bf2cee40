"""The key of a round: remembered when it is opened, and asked for wherever it signs or checks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.round.desk import KEY, ROSTER, Bureau, filled
from tests.round.test_commands import OPEN, WRONG, environment, everything
from xlkit.cli import main
from xlkit.errors import RoundError, SecretError
from xlkit.identity import key_id
from xlkit.ledger.records import Keyed, Reviewed, Waived
from xlkit.master.roll import Progress
from xlkit.roster import Unit
from xlkit.round.changing import add_unit
from xlkit.round.collecting import collect
from xlkit.round.deciding import reject, take_back, waive, withdraw
from xlkit.round.issuing import issue
from xlkit.round.keys import Fit, change_key, fit_of
from xlkit.round.mailing import post
from xlkit.round.merging import merge
from xlkit.round.present import units_of
from xlkit.round.returning import send_back
from xlkit.round.reviewing import reviewed
from xlkit.round.story import story

OTHER = bytes(range(32, 64))


@pytest.fixture
def ledger() -> str:
    """A file: what is told of keys does not depend on the database."""
    return ""


@pytest.fixture
def keyless(tmp_path) -> Bureau:
    """A round that was opened without a key, its workbooks sent."""
    bureau = Bureau(tmp_path / "keyless", key=None)
    bureau.open()
    with bureau.work() as round_:
        issue(round_)
    return bureau


def came(bureau: Bureau, name: str, data: bytes) -> None:
    bureau.receive(name, data)
    with bureau.work() as round_:
        collect(round_)


def codes(bureau: Bureau, unit: str) -> list[str]:
    with bureau.work() as round_:
        return [found.code for found in reviewed(round_, unit).submission.findings]


def keys_of(bureau: Bureau) -> list[str]:
    with bureau.work() as round_:
        return [entry.record.key for entry in round_.ledger.entries(round_.id, Keyed)]


def test_a_round_remembers_the_id_of_its_key_and_not_the_key(opened):
    assert keys_of(opened) == [key_id(KEY)]
    assert not any(KEY.hex().encode() in data or KEY in data for data in files(opened))


def files(bureau: Bureau) -> list[bytes]:
    return [path.read_bytes() for path in bureau.path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("known", "own", "fit"),
    [
        (KEY, KEY, Fit.SAME),
        (KEY, None, Fit.MISSING),
        (KEY, OTHER, Fit.OTHER),
        (None, None, Fit.NONE),
        (None, OTHER, Fit.NONE),
    ],
    ids=lambda item: {KEY: "key", OTHER: "other", None: "none"}.get(item, str(item)),
)
def test_a_hand_holds_the_round_s_key_or_does_not(tmp_path, known, own, fit):
    bureau = Bureau(tmp_path / "round", key=known)
    bureau.open()
    with bureau.work(key=own) as round_:
        assert fit_of(round_) is fit


SIGNING = {
    "issue": lambda round_: issue(round_, ["301"], again=True),
    "return": send_back,
    "mail": lambda round_: post(round_, (), None, None),
    "merge": merge,
    "review": lambda round_: reviewed(round_, "301"),
    "reject": lambda round_: reject(round_, "301", "不对"),
    "take back": lambda round_: take_back(round_, "301"),
    "waive": lambda round_: waive(round_, "302", "required-missing", "同意"),
    "withdraw": lambda round_: withdraw(round_, "302", "required-missing"),
    "name a unit": lambda round_: collect(round_, [round_.folder.inbox], unit="301"),
}


@pytest.mark.parametrize("key", [None, OTHER], ids=["missing", "other"])
@pytest.mark.parametrize("work", SIGNING.values(), ids=SIGNING)
def test_whatever_signs_or_checks_is_refused_without_the_key(bureau, work, key):
    came(bureau, "1.xlsx", filled(bureau.issued("301")))
    came(bureau, "2.xlsx", filled(bureau.issued("302"), **WRONG))
    before = everything(bureau.path)
    with bureau.work(key=key) as round_, pytest.raises(SecretError) as caught:
        work(round_)
    said = caught.value.in_language("zh")
    assert key_id(KEY) in said
    assert "XLKIT_KEY" in said
    assert (key is None) == ("没有设密钥" in said)
    assert everything(bureau.path) == before


@pytest.mark.parametrize("key", [None, OTHER], ids=["missing", "other"])
def test_without_the_key_what_came_is_kept_and_judged_by_the_next_run_that_has_it(bureau, key):
    bureau.receive("1.xlsx", filled(bureau.issued("301")))
    with bureau.work(key=key) as round_:
        found = collect(round_)
        assert (len(found.came), found.is_checked, found.reviewed) == (1, False, ())
        assert found.met[0].recognised is None
        add_unit(round_, Unit("305", "体育局"))  # judges nothing, either
        assert units_of(round_)["301"].state is Progress.SENT
        assert collect(round_).came == ()
        assert round_.ledger.entries(round_.id, Reviewed) == ()
    with bureau.work() as round_:
        found = collect(round_)
        assert found.is_checked
        assert [item.state for item in found.reviewed] == ["accepted"]
    assert bureau.unit("301").state is Progress.ACCEPTED


def test_a_return_without_our_signature_is_not_accepted(bureau):
    came(bureau, "1.xlsx", filled(bureau.issued("301"), key=None))
    assert bureau.unit("301").state is Progress.ERRORS
    assert codes(bureau, "301") == ["signature-missing"]
    with bureau.work() as round_:
        (answer,) = send_back(round_)
    letter = answer.letter.read_text(encoding="utf-8")
    assert "必须改正 1 项" in letter
    assert "没有财政局的签名" in letter
    came(bureau, "2.xlsx", bureau.sent_back("301"))
    assert bureau.unit("301").state is Progress.ACCEPTED


def test_a_return_signed_with_another_key_is_not_accepted_unless_the_bureau_says_so(bureau):
    came(bureau, "1.xlsx", filled(bureau.issued("301"), key=OTHER))
    assert codes(bureau, "301") == ["signature-foreign"]
    with bureau.work() as round_:
        waive(round_, "301", "signature-foreign", "电话核实过")
    assert bureau.unit("301").state is Progress.ACCEPTED
    with bureau.work() as round_:
        withdraw(round_, "301", "signature-foreign")
        assert [entry.record.withdrawn for entry in round_.ledger.entries(round_.id, Waived)] == [
            False,
            True,
        ]
    assert bureau.unit("301").state is Progress.ERRORS


def test_a_clerk_who_says_whose_it_is_vouches_for_it(bureau):
    path = bureau.path.with_name("mine.xlsx")
    path.write_bytes(filled(bureau.issued("301"), key=None))
    with bureau.work() as round_:
        collect(round_, [path], unit="301")
    assert bureau.unit("301").state is Progress.ACCEPTED


def test_a_round_without_a_key_asks_for_no_signature(keyless):
    came(keyless, "1.xlsx", filled(keyless.issued("301"), key=None))
    came(keyless, "2.xlsx", filled(keyless.issued("302"), key=OTHER))
    assert codes(keyless, "301") == codes(keyless, "302") == []
    with keyless.work(key=KEY) as round_:
        collect(round_)
    assert keys_of(keyless) == [""]


def test_the_first_that_signs_with_a_key_makes_it_the_round_s(keyless):
    with keyless.work(key=KEY) as round_:
        assert issue(round_) == ()
    assert keys_of(keyless) == [""]  # nothing was signed
    keyless.key = KEY
    with keyless.work() as round_:
        issue(round_, ["302"], again=True)
    assert keys_of(keyless) == ["", key_id(KEY)]
    came(keyless, "1.xlsx", filled(keyless.issued("301"), key=None))
    came(keyless, "2.xlsx", filled(keyless.issued("302"), key=None))
    assert codes(keyless, "301") == []  # which went out unsigned
    assert codes(keyless, "302") == ["signature-missing"]
    with keyless.work(key=None) as round_, pytest.raises(SecretError):
        send_back(round_)


def test_a_key_that_is_lost_gives_way_to_another_one(bureau):
    came(bureau, "2.xlsx", filled(bureau.issued("302"), **WRONG))
    bureau.key = OTHER
    with bureau.work() as round_:
        with pytest.raises(RoundError, match="--why"):
            change_key(round_, " ")
        change_key(round_, "原来的丢了")
        with pytest.raises(RoundError, match="already"):
            change_key(round_, "再来")
        send_back(round_)
        told = [line.text for line in story(round_)]
    assert [text for text in told if "密钥" in text] == [
        f"本轮的密钥：编号 {key_id(KEY)}",
        f"本轮的密钥：编号 {key_id(OTHER)}（原来的丢了）",
    ]
    came(bureau, "1.xlsx", filled(bureau.issued("301")))
    assert bureau.unit("301").state is Progress.ACCEPTED
    assert codes(bureau, "301") == ["signature-unverified"]
    came(bureau, "3.xlsx", filled(bureau.sent_back("302"), key=KEY))
    assert codes(bureau, "302") == ["signature-foreign"]
    with bureau.work(key=KEY) as round_:
        assert fit_of(round_) is Fit.OTHER
    with bureau.work(key=None) as round_, pytest.raises(SecretError, match="is not set"):
        change_key(round_, "不要了")


def test_a_ledger_from_before_goes_on_as_it_did(bureau, monkeypatch):
    """Nothing is known of its key until something is signed with one."""
    with bureau.work() as round_:
        known = type(round_.ledger).last
        monkeypatch.setattr(
            type(round_.ledger),
            "last",
            lambda self, name, kind: {} if kind is Keyed else known(self, name, kind),
        )
        assert fit_of(replace(round_)) is Fit.NONE


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_commands_say_it_and_end_with_its_code(tmp_path, monkeypatch, capsys, language):
    environment(monkeypatch)
    monkeypatch.delenv("XLKIT_KEY")
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    call = ["round", "open", str(tmp_path / "2027"), *OPEN, str(roster), "--lang", language]
    assert main([*call, "--dry-run"]) == 0
    assert main(call) == 0
    said = capsys.readouterr().err
    assert said.count("没有设密钥" if language == "zh" else "This round has no key") == 2
    line = next(line.strip() for line in reversed(said.splitlines()) if "XLKIT_KEY" in line)
    key = line.rpartition("=")[2].rpartition(" ")[2]
    monkeypatch.chdir(tmp_path / "2027")
    assert main(["round", "key"]) == 0
    monkeypatch.setenv("XLKIT_KEY", key)  # as that line does
    assert main(["round", "key"]) == 0
    assert main(["round", "issue"]) == 0
    told = "从现在起" if language == "zh" else "From now on"
    assert told in capsys.readouterr().err
    assert main(["round", "issue", "301", "--again"]) == 0
    assert told not in capsys.readouterr().err
    assert main(["round", "key"]) == 0
    assert key_id(bytes.fromhex(key)) in capsys.readouterr().out.splitlines()[-1]
    assert main(call) == 0
    monkeypatch.delenv("XLKIT_KEY")
    assert main(call) == 0
    assert "setx" not in capsys.readouterr().err
    for arguments in (["key"], ["issue"], ["return"], ["merge"]):
        assert main(["round", *arguments]) == SecretError.exit_code
        assert key_id(bytes.fromhex(key)) in capsys.readouterr().err


def test_collect_says_what_it_could_not_check(bureau, monkeypatch, capsys):
    bureau.receive("1.xlsx", filled(bureau.issued("301")))
    environment(monkeypatch)
    monkeypatch.setenv("XLKIT_KEY", OTHER.hex())
    monkeypatch.chdir(bureau.path)
    assert main(["round", "collect"]) == SecretError.exit_code
    said = capsys.readouterr()
    assert "还没有核对" in said.out
    assert key_id(OTHER) in said.err
    monkeypatch.setenv("XLKIT_KEY", KEY.hex())
    assert main(["round", "collect"]) == 0
    assert bureau.unit("301").state is Progress.ACCEPTED


def test_another_key_is_taken_for_a_reason(bureau, monkeypatch, capsys):
    environment(monkeypatch)
    monkeypatch.chdir(bureau.path)
    assert main(["round", "key", "--why", "x"]) == 2
    assert main(["round", "key", "--take", "--why", "x"]) == RoundError.exit_code
    monkeypatch.setenv("XLKIT_KEY", OTHER.hex())
    assert main(["round", "key", "--take", "--why", "丢了", "--dry-run"]) == 0
    assert keys_of(bureau) == [key_id(KEY)]
    assert main(["round", "key", "--take", "--why", "丢了"]) == 0
    assert "（丢了）" in capsys.readouterr().out
    assert keys_of(bureau) == [key_id(KEY), key_id(OTHER)]
