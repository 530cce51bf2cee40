"""Returns that lie about whose they are."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from tests.validation.returns import COMPACT, COMPACT_ANSWERS, edited, judge, reader_of, written
from xlkit.identity import Identity, Signature, to_chunks
from xlkit.master.consolidate import consolidate
from xlkit.master.writer import write_master
from xlkit.submission.raw import RawSubmission
from xlkit.template.printed import IDENTITY_SHEET
from xlkit.validation.review import judged

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def forged(text: str, key: bytes | None = KEY) -> bytes:
    """A return whose hidden sheet holds that text, and nothing else tells whose it is."""

    def forge(book: Any) -> None:
        (sheet,) = [one for one in book if one["A1"].value == IDENTITY_SHEET]
        for line in sheet.iter_rows(min_col=2, max_col=2):
            line[0].value = None
        for row, chunk in enumerate(to_chunks(text, 30_000), start=1):
            sheet.cell(row, 2, chunk)
        for name in [name for name in book.defined_names if name.startswith("_xlkit_")]:
            del book.defined_names[name]
        for name in [one.name for one in book.custom_doc_props.props]:
            del book.custom_doc_props[name]

    return edited(written(COMPACT, COMPACT_ANSWERS, key=key).data, forge)


def identity(**parts: Any) -> Identity:
    given = {"form": COMPACT.form, "version": COMPACT.version, "unit": "301", "unit_name": "甲局"}
    return Identity(**{**given, **parts})


def read(data: bytes, key: bytes | None = KEY) -> RawSubmission:
    started = time.monotonic()
    raw = reader_of(COMPACT, key).read_bytes(data, "a.xlsx")
    judge(raw)
    assert write_master(consolidate(judged(judge(raw)), include_errors=True))
    assert time.monotonic() - started < 20
    return raw


@pytest.mark.parametrize(
    ("made", "signature"),
    [
        (identity(), Signature.UNVERIFIED),
        (identity().signed(KEY), Signature.VALID),
        (identity().signed(OTHER_KEY), Signature.UNVERIFIED),
        (replace(identity().signed(KEY), unit="302"), Signature.INVALID),
        (replace(identity().signed(OTHER_KEY), key_id=identity().signed(KEY).key_id),
         Signature.INVALID),
        (replace(identity().signed(KEY), mac="é" * 64), Signature.INVALID),
    ],
    ids=["no key", "our key", "another key", "changed unit", "another key named ours", "odd mac"],
)  # fmt: skip
def test_a_signature_proves_only_what_it_proves(made: Identity, signature: Signature) -> None:
    raw = read(forged(made.to_json()))
    assert raw.signature is signature
    assert ("signature-invalid" in [item.code for item in raw.findings]) == (
        signature is Signature.INVALID
    )


def test_one_units_answers_in_another_units_workbook_are_told_apart() -> None:
    """The hidden sheet says another unit than names and properties do."""
    data = written(COMPACT, COMPACT_ANSWERS, key=KEY, unit="301").data
    other = identity(unit="302").signed(OTHER_KEY).to_json()

    def forge(book: Any) -> None:
        (sheet,) = [one for one in book if one["A1"].value == IDENTITY_SHEET]
        for line in sheet.iter_rows(min_col=2, max_col=2):
            line[0].value = None
        for row, chunk in enumerate(to_chunks(other), start=1):
            sheet.cell(row, 2, chunk)

    raw = read(edited(data, forge))
    assert "identity-conflict" in [item.code for item in raw.findings]
    assert raw.identity is not None
    assert raw.identity.unit == "301"


@pytest.mark.parametrize(
    "sizing",
    [
        {"projects": 10**9, "indicators": 10**9},
        {"projects": -5, "indicators": -5},
        {f"x{number}": 9 for number in range(20_000)},
        {"projects": 10**4000},
    ],
    ids=["huge", "negative", "many", "endless"],
)
def test_sizing_that_claims_too_much_costs_nothing(sizing: dict[str, int]) -> None:
    assert read(forged(identity(sizing=sizing).to_json())).findings is not None


@pytest.mark.parametrize(
    "parts",
    [
        {"year": 10**300}, {"year": -(10**300)}, {"serial": 10**300}, {"version": 10**30},
        {"unit": "../../x", "unit_name": "=cmd|'/c calc'!A0"}, {"unit": "a" * 30_000},
        {"unit_name": "\u202e局政财\x00\x07"}, {"language": "../../etc/passwd"},
        {"form": "../../etc/passwd"}, {"issued": {"a#0#b#c": "=1+1"}}, {"round": "\x00"},
    ],
    ids=lambda parts: next(iter(parts)),
)  # fmt: skip
def test_an_identity_may_claim_anything(parts: dict[str, Any]) -> None:
    assert read(forged(identity(**parts).to_json())).verdict is not None


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{}", "null", "\x00", '{"form": 1e999}', "甲" * 99_999]
)
def test_an_identity_may_be_none(text: str) -> None:
    assert read(forged(text)).identity is None or "identity-lost" in [
        item.code for item in read(forged(text)).findings
    ]
