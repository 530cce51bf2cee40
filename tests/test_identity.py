"""Identity: signed, carried in pieces, and never trusted beyond what its key proves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.errors import SecretError
from xlkit.identity import (
    KEY_VARIABLE,
    Identity,
    Signature,
    from_chunks,
    key_from_environment,
    key_id,
    to_chunks,
)

KEY, OTHER = b"k" * 32, b"o" * 32
ISSUED = {"projects#1#record#code": "13028122P00306010001X"}
PLAIN = Identity(
    "form", 1, "layout", "2024", "001", "甲&乙\"局'", 2024, 2, sizing={"projects": 3}, issued=ISSUED
)
CHANGES = {
    "form": "other", "version": 2, "layout": "x", "round": "2025", "unit": "002",
    "unit_name": "丙局", "year": 2025, "serial": 3, "correction": 1, "language": "en",
    "sizing": {"projects": 4},
    "issued": {**ISSUED, "projects#1#record#budget": "1"}, "issued_digest": "0" * 16,
    "offered": {"funding#0#staff#prior_1": "0:12.00"},
    "checks": "AAAA",
    "mac": "0" * 64,
}  # fmt: skip


def test_a_signed_identity_is_valid_with_its_key_only():
    signed = PLAIN.signed(KEY)
    assert signed.signature(KEY) is Signature.VALID
    assert signed.signature(OTHER) is Signature.UNVERIFIED
    assert signed.signature(None) is Signature.UNVERIFIED
    assert PLAIN.signed(None).signature(KEY) is Signature.UNVERIFIED


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_is_seen(name):
    assert replace(PLAIN.signed(KEY), **{name: CHANGES[name]}).signature(KEY) is Signature.INVALID


@pytest.mark.parametrize("name", ["issued", "offered", "checks", "issued_digest"])
def test_texts_that_count_by_their_digest_need_no_key_to_be_seen_changed(name):
    signed = PLAIN.signed(None)
    assert signed.is_whole
    assert Identity.from_json(signed.to_json(short=True)).is_whole
    assert not replace(signed, **{name: CHANGES[name]}).is_whole


def test_the_table_of_changes_is_complete():
    names = set(Identity.__dataclass_fields__)
    assert names - set(CHANGES) == {"key_id"}


def test_a_short_copy_can_be_verified_too():
    short = Identity.from_json(PLAIN.signed(KEY).to_json(short=True))
    assert short is not None
    assert short.issued == {}
    assert short.signature(KEY) is Signature.VALID


def test_a_mac_may_be_any_text():
    assert replace(PLAIN.signed(KEY), mac="假的").signature(KEY) is Signature.INVALID


def test_the_key_is_not_told():
    text = PLAIN.signed(KEY).to_json()
    assert key_id(KEY) in text
    assert KEY.hex() not in text
    assert KEY.decode() not in text


@given(
    st.builds(
        Identity,
        form=st.text(st.characters(exclude_categories=["Cs"])),
        version=st.integers(1, 10**6),
        unit_name=st.text(st.characters(exclude_categories=["Cs"])),
        year=st.none() | st.integers(1900, 3000),
        sizing=st.dictionaries(st.text("abc_", min_size=1), st.integers(0, 99), max_size=3),
    )
)
def test_identities_survive_json_and_pieces(identity):
    signed = identity.signed(KEY)
    chunks = to_chunks(signed.to_json())
    assert all(chunk.isascii() and len(chunk) <= 240 and '"' not in chunk for chunk in chunks)
    assert Identity.from_json(from_chunks(chunks) or "") == signed


NONE = [
    "", "null", "[]", "5", '"x"', "{}", '{"form": "a"}', '{"form": "a", "version": "1"}',
    '{"form": "a", "version": true}', '{"form": 5, "version": 1}',
    '{"form": "a", "version": 1, "extra": 1}', '{"form": "a", "version": 1, "sizing": []}',
    '{"form": "a", "version": 1, "sizing": {"a": "b"}}', '{"form": "a", "version": 1.5}',
    '{"form": "a", "version": 1, "issued": {"a": 1}}', "[" * 100_000,
    '{"form": "a", "version": 1, "unit": "\\ud800"}', '{"form": "a", "version": 1, "mac": null}',
]  # fmt: skip


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_what_holds_no_identity(text):
    assert Identity.from_json(text) is None


@pytest.mark.parametrize("chunks", [["a"], ["甲"], ["gICA"], ["abc", "é"]])
def test_pieces_that_fit_nothing_together(chunks):
    assert from_chunks(chunks) is None


@pytest.mark.parametrize(
    ("text", "said"), [("xyz", "hexadecimal"), ("ab" * 31, "31 bytes"), ("ab" * 33, "33 bytes")]
)
def test_a_key_that_is_none(monkeypatch, text, said):
    monkeypatch.setenv(KEY_VARIABLE, text)
    with pytest.raises(SecretError, match=said) as raised:
        key_from_environment()
    assert text not in str(raised.value)


def test_the_key_of_the_environment(monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, f" {KEY.hex()}\n")
    assert key_from_environment() == KEY
    monkeypatch.setenv(KEY_VARIABLE, " ")
    assert key_from_environment() is None
