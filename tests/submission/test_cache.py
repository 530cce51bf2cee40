"""Answers that were kept: found again for the same bytes and edition, or not at all."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.validation.returns import (
    COMPACT_ANSWERS,
    ECONOMY,
    confidential,
    published,
    reader_of,
    typed,
    written,
)
from xlkit.errors import MaskedError
from xlkit.findings import Waiver
from xlkit.form.lists import Node
from xlkit.identity import Signature
from xlkit.submission.cache import AnswerCache
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.codec import NoCodec, codec_of, parts_of
from xlkit.submission.edition import edition_of
from xlkit.submission.intake import take_in
from xlkit.submission.limits import Limits
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.submission.read import Reader
from xlkit.submission.seal import sealed, unsealed
from xlkit.submission.shelf import FormShelf

COMPACT = confidential()
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
READER = reader_of(COMPACT, KEY)


@pytest.fixture
def cache(tmp_path: Path) -> AnswerCache:
    return AnswerCache(tmp_path / "cache")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "return.xlsx"
    target.write_bytes(written(COMPACT, COMPACT_ANSWERS, key=KEY).data)
    return target


def kept(folder: Path) -> Iterator[Path]:
    return (item for item in folder.rglob("*") if item.is_file())


def taken(path: Path, cache: AnswerCache | None, reader: Reader = READER) -> Submission:
    (submission,) = take_in([path], reader, cache=cache)
    return submission


def test_a_file_that_is_known_is_not_opened_again(path: Path, cache: AnswerCache) -> None:
    fresh = taken(path, cache)
    path.unlink()
    told: list[Path] = []
    (again,) = take_in(
        [path], READER, cache=cache, digests={path: fresh.raw.sha256}, each=told.append
    )
    assert again.raw.is_masked
    assert not fresh.raw.is_masked
    assert [row.key for row in again.rows] == [row.key for row in fresh.rows]
    assert again.findings == fresh.findings
    assert told == [path]


def test_what_is_not_private_comes_back_as_it_was(path: Path, cache: AnswerCache) -> None:
    fresh = taken(path, cache)
    again = taken(path, cache)
    assert again.raw.form is fresh.raw.form
    for one, other in zip(fresh.rows, again.rows, strict=True):
        assert one.raw.placed is other.raw.placed
        same = one == other
        assert same or one.raw.path == "contact"
    same_otherwise = replace(
        again.raw, rows=fresh.raw.rows, is_masked=False, findings=fresh.raw.findings
    )
    assert same_otherwise == fresh.raw


def test_the_name_is_the_present_one(path: Path, cache: AnswerCache) -> None:
    taken(path, cache)
    moved = path.with_name("other.xlsx")
    shutil.move(path, moved)
    again = taken(moved, cache)
    assert (again.raw.file, again.raw.is_masked) == (str(moved), True)


def test_a_digest_that_is_not_the_files_own_costs_reading_it(
    path: Path, cache: AnswerCache
) -> None:
    (read,) = take_in([path], READER, cache=cache, digests={path: "0" * 64})
    assert read.raw.verdict is Verdict.INTACT
    assert read.raw.sha256 != "0" * 64
    assert taken(path, cache).raw.is_masked


EDITIONS: dict[str, Any] = {
    "limits": replace(READER, limits=Limits(max_row=19_999)),
    "key": replace(READER, key=OTHER_KEY),
    "no key": replace(READER, key=None),
    "unit": replace(READER, unit=("1", "甲")),
    "order": replace(READER, is_ordered=True),
    "form": reader_of(COMPACT.model_copy(update={"title": "另一个"}), KEY),
    "vocabulary": reader_of(COMPACT.model_copy(update={"money": "元"}), KEY),
    "more forms": Reader(FormShelf([COMPACT, COMPACT.model_copy(update={"version": 9})]), KEY),
}


@pytest.mark.parametrize("what", EDITIONS)
def test_another_edition_knows_nothing(what: str, path: Path, cache: AnswerCache) -> None:
    fresh = taken(path, cache)
    other = EDITIONS[what]
    assert edition_of(other, "zh") != edition_of(READER, "zh")
    assert cache.get(fresh.raw.sha256, other, "zh") is None
    assert cache.get(fresh.raw.sha256, READER, "en") is None
    assert cache.get("f" * 64, READER, "zh") is None
    assert cache.get(fresh.raw.sha256, READER, "zh") is not None


def test_code_and_libraries_are_part_of_the_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    from xlkit.submission import edition

    now = edition_of(READER, "zh")
    for name, value in {"_LIBRARIES": ("xlrd",), "_source_digest": lambda: "changed"}.items():
        with monkeypatch.context() as patch:
            patch.setattr(edition, name, value)
            edition._code.cache_clear()
            assert edition_of(READER, "zh") != now
    edition._code.cache_clear()
    assert edition_of(READER, "zh") == now


def test_a_unit_that_a_clerk_named_does_not_break_the_signature(
    path: Path, cache: AnswerCache
) -> None:
    named = replace(READER, unit=("1", "甲"))
    taken(path, cache, named)
    again = taken(path, cache, named)
    assert again.raw.is_masked
    assert again.raw.signature is Signature.VALID
    assert again.raw.identity is not None
    assert again.raw.identity.unit == "1"


def test_a_signature_that_was_kept_wrongly_counts_for_nothing(
    path: Path, cache: AnswerCache
) -> None:
    fresh = taken(path, None)
    forged = replace(fresh, raw=replace(fresh.raw, signature=Signature.INVALID))
    cache.put(forged, READER, "zh")
    assert cache.get(fresh.raw.sha256, READER, "zh") is None


# whatever lies there


@dataclass(frozen=True)
class Entry:
    """A sound answer as it lies in the folder."""

    file: Path
    sha256: str
    about: str
    data: bytes
    content: bytes


@pytest.fixture
def entry(path: Path, cache: AnswerCache, tmp_path: Path) -> Entry:
    fresh = taken(path, cache)
    (file,) = kept(tmp_path / "cache")
    about = f"{fresh.raw.sha256} {edition_of(READER, 'zh')}"
    content = unsealed(file.read_bytes(), about, KEY)
    assert content is not None
    return Entry(file, fresh.raw.sha256, about, file.read_bytes(), content)


class Runs:
    """What a pickle may do to whoever opens it."""

    mark = Path("/tmp/xlkit-cache-ran")

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def damaged(entry: Entry) -> Iterator[bytes]:
    data = entry.data
    yield b""
    yield data[:10]
    yield data[:-1]
    yield data + b"x"
    yield b"xlkit answers 2\n" + data[16:]
    for place in range(0, len(data), max(1, len(data) // 97)):
        yield data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def made_up_without_the_key(entry: Entry) -> Iterator[bytes]:
    for key in (None, OTHER_KEY):
        yield sealed(entry.content, entry.about, key)


def about_another_file(entry: Entry) -> Iterator[bytes]:
    yield sealed(entry.content, entry.about.replace(entry.sha256, "f" * 64), KEY)


def no_submission(entry: Entry) -> Iterator[bytes]:
    for strange in _contents(entry.content.decode()):
        yield sealed(strange, entry.about, KEY)


def _contents(text: str) -> Iterator[bytes]:
    yield pickle.dumps(Runs())
    yield b"\xff\xfe"
    yield b"[" * 100_000
    yield from (b"null", b"[]", b"[1,2,3,4]", b"{}", b'"x"')
    for place, part in enumerate(json.loads(text)):
        for strange in (None, 1, "x", {}, [None], [part]):
            whole = json.loads(text)
            if whole[place] != strange:
                whole[place] = strange
                yield json.dumps(whole).encode()
    whole = json.loads(text)
    for number in range(len(whole[2][0][2])):
        changed = json.loads(text)
        changed[2][0][2][number] = {"x": 1.5}
        yield json.dumps(changed).encode()


@pytest.mark.parametrize(
    "lies", [damaged, made_up_without_the_key, about_another_file, no_submission]
)
def test_anything_else_is_a_miss_and_runs_nothing(
    lies: Callable[[Entry], Iterator[bytes]], entry: Entry, cache: AnswerCache
) -> None:
    for data in lies(entry):
        entry.file.write_bytes(data)
        assert cache.get(entry.sha256, READER, "zh") is None, data[:80]
    assert not Runs.mark.exists()
    entry.file.write_bytes(entry.data)
    assert cache.get(entry.sha256, READER, "zh") is not None


def test_the_answer_of_another_file_is_a_miss(
    entry: Entry, cache: AnswerCache, tmp_path: Path
) -> None:
    other = tmp_path / "cache" / "ff" / f"{'f' * 64}.zh"
    other.parent.mkdir()
    other.write_bytes(entry.data)
    assert cache.get("f" * 64, READER, "zh") is None
    assert cache.get(entry.sha256, READER, "zh") is not None


def test_a_folder_that_cannot_be_written_costs_time_only(path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    blocked = AnswerCache(tmp_path / "file")
    for _ in range(2):
        assert taken(path, blocked).raw.verdict is Verdict.INTACT
        assert not taken(path, blocked).raw.is_masked


def test_a_place_that_is_no_file_is_a_miss(entry: Entry, path: Path, cache: AnswerCache) -> None:
    entry.file.unlink()
    entry.file.mkdir()
    assert cache.get(entry.sha256, READER, "zh") is None
    assert taken(path, cache).raw.verdict is Verdict.INTACT


def test_files_that_are_no_workbook_are_known_too(cache: AnswerCache, tmp_path: Path) -> None:
    path = tmp_path / "letter.xlsx"
    path.write_bytes(b"no workbook")
    fresh, again = taken(path, cache), taken(path, cache)
    assert fresh == again
    assert len(list(kept(tmp_path / "cache"))) == 1


def test_a_file_that_ended_its_reader_is_read_again(cache: AnswerCache, tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    path.write_bytes(published(ECONOMY).data)
    bounds = Limits(small_bytes=1, max_seconds=0.001)
    lost = taken(path, cache, replace(reader_of(), limits=bounds))
    assert [found.code for found in lost.findings] == ["reader-died"]
    assert list(kept(tmp_path / "cache")) == []


def test_masked_answers_are_not_given_out_as_answers(path: Path, cache: AnswerCache) -> None:
    assert answers(taken(path, cache))["contact"]["name"] == "张三"
    with pytest.raises(MaskedError, match="without a cache"):
        answers(taken(path, cache))


# values


@pytest.mark.parametrize("at", [date(2026, 11, 21), datetime(2026, 11, 21, 9, 30, tzinfo=UTC)])
def test_a_waiver_comes_back_with_its_day_or_its_hour(at: date) -> None:
    waiver = Waiver("李科长", "数据来自决算", date(2026, 12, 31), at)
    codec = codec_of(Waiver)
    again = codec.read(json.loads(json.dumps(codec.write(waiver))))
    assert again == waiver
    assert type(again.at) is type(at)


@pytest.mark.parametrize("kind", [Node, float, tuple[Node, ...], Mapping[str, float], str | Node])
def test_a_new_type_of_value_needs_a_word_on_how_it_is_kept(kind: Any) -> None:
    with pytest.raises(NoCodec, match="nobody has said"):
        codec_of(kind)


@pytest.fixture
def _of_a_new_type(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An xlkit whose submissions have a part of a type that nobody has said how to write."""
    monkeypatch.setitem(RawSubmission.__annotations__, "file", "float")
    parts_of.cache_clear()
    yield
    parts_of.cache_clear()


@pytest.mark.usefixtures("_of_a_new_type")
def test_a_type_that_nobody_can_keep_is_told_at_once(path: Path, cache: AnswerCache) -> None:
    with pytest.raises(NoCodec, match="nobody has said how <class 'float'> is written"):
        cache.put(taken(path, None), READER, "zh")


def test_a_type_that_nobody_can_keep_is_no_miss(
    entry: Entry, cache: AnswerCache, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("_of_a_new_type")
    with pytest.raises(NoCodec, match="nobody has said how <class 'float'> is written"):
        cache.get(entry.sha256, READER, "zh")
    entry.file.write_bytes(entry.data[:-1])
    assert cache.get(entry.sha256, READER, "zh") is None


def test_every_type_of_value_that_forms_have_is_kept(cache: AnswerCache) -> None:
    raw = reader_of(None, KEY).read_bytes(typed(published(ECONOMY).data, {}), "x.xlsx")
    submission = cast(raw)
    cache.put(submission, reader_of(None, KEY), "zh")
    again = cache.get(raw.sha256, reader_of(None, KEY), "zh")
    assert again is not None
    kinds = {type(value) for row in again.rows for value in row.values.values()}
    assert kinds == {type(value) for row in submission.rows for value in row.values.values()}
