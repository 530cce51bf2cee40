"""A second run over the same files: nothing read again, nothing said otherwise, nothing private."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.master.runs import explained
from tests.mutants.make import mutant
from tests.samples import FOLDER
from tests.validation.returns import (
    ECONOMY,
    FORMS,
    ZUNHUA,
    Cells,
    published,
    reader_of,
    typed,
    written,
)
from xlkit.cells import address
from xlkit.correction.correct import corrections
from xlkit.errors import MaskedError
from xlkit.files import workbooks
from xlkit.form.load import load_form
from xlkit.master.consolidate import consolidate
from xlkit.reporting.json import check_report
from xlkit.reporting.text import report
from xlkit.submission.cache import AnswerCache
from xlkit.submission.model import Submission
from xlkit.submission.private import findings_without_private
from xlkit.validation.review import Review, review

MUTANTS = 5
PRIVATE_FORM = Path(__file__).parents[1] / "master" / "private.yaml"
PERSONAL: dict[str, dict[str, Any]] = {
    "sound": {"name": "王小明", "phone": "13800138000"},
    "repaired": {"name": "　王小明 ", "phone": "１３８ ００１３ ８０００"},
    "refused": {"name": "王小明", "phone": "请拨打王科长的电话"},
    "a number": {"name": "王小明", "phone": 13800138000},
    "a formula": {"name": '="欧阳"&"小明明"', "phone": "13800138000"},
    "too long": {"name": "王小明和他的同事们" * 5, "phone": "13800138000"},
    "a blank to fill": {"name": "XXX", "phone": "13800138000"},
    "odd signs": {"name": '王"小\\明\n', "phone": "0711-1234567"},
    "short": {"name": "王", "phone": "110"},
    "empty": {"name": None, "phone": None},
}


def personal(name: str, what: str, **more: Any) -> bytes:
    """A published return with that in its contact's cells."""
    rendered = published(name)
    sheet, block = rendered.layout.find("contact")
    places = {
        slot.field: f"{sheet.name}!{address(*slot.box.first)}" for slot in block.rows[0].slots
    }
    cells: Cells = {places[field]: text for field, text in PERSONAL[what].items()}
    return typed(rendered.data, {**cells, **more})


def _returns() -> Iterator[tuple[str, bytes]]:
    for path in workbooks([FOLDER]):
        yield path.name, path.read_bytes()
    for name in (ECONOMY, ZUNHUA):
        for what in PERSONAL:
            yield f"{name}-{what}.xlsx", personal(name, what)
    sheet = published(ECONOMY).layout.find("contact")[0].name
    yield "said outside.xlsx", personal(ECONOMY, "sound", **{f"{sheet}!Z90": "见王小明处"})
    for form in FORMS:
        for number in range(MUTANTS):
            made = mutant(form, 11, number)
            yield f"{form}-{number}{made.source.suffix}", made.data


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("returns")
    for name, data in _returns():
        (folder / name).write_bytes(data)
    return tuple(sorted(folder.iterdir()))


@dataclass(frozen=True)
class Runs:
    """The same files with an empty cache, and again."""

    fresh: Review
    second: Review
    folder: Path


@pytest.fixture(scope="module")
def runs(files: tuple[Path, ...], tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder, reader = tmp_path_factory.mktemp("cache"), reader_of()
    kept = AnswerCache(folder)
    return Runs(
        review(files, reader, cache=kept),
        review(files, reader, cache=kept),
        folder,
    )


def held(submission: Submission) -> set[str]:
    """Every text that stands in a private field of a return as it came."""
    return {
        text.strip()
        for row in submission.raw.rows
        for field in row.placed.block.fields
        for text in row.texts.get(field.name, ())
        if field.private and text.strip()
    }


def by_file(run: Review) -> Iterator[Review]:
    for one in run.submissions:
        yield Review((one,), (one.raw.form,) if one.raw.form is not None else ())


def test_the_second_run_says_what_the_first_said(runs: Runs) -> None:
    for fresh, again in zip(runs.fresh.submissions, runs.second.submissions, strict=True):
        file = fresh.raw.file
        assert findings_without_private(again) == findings_without_private(fresh), file
        assert again.undecided == fresh.undecided, file
        assert again.raw.verdict is fresh.raw.verdict, file
        assert again.raw.cells == fresh.raw.cells, file


def test_reports_and_masters_of_both_runs_are_equal(runs: Runs) -> None:
    for say in (report, check_report):
        assert say(runs.second.submissions, "zh") == say(runs.fresh.submissions, "zh")
    for fresh, again in zip(by_file(runs.fresh), by_file(runs.second), strict=True):
        master = consolidate(fresh, include_errors=True)
        assert consolidate(again, include_errors=True) == master
    assert consolidate(runs.second) == consolidate(runs.fresh)


def test_most_returns_are_not_read_again(runs: Runs) -> None:
    digests = {one.raw.sha256 for one in runs.fresh.submissions}
    again = [item.name.partition(".")[0] for item in runs.folder.rglob("*.zh")]
    assert len(again) > 0.7 * len(digests)
    assert sum(one.raw.is_masked for one in runs.second.submissions) > 0.5 * len(digests)


def test_nothing_private_is_in_any_byte_of_the_cache(runs: Runs) -> None:
    of = {one.raw.sha256: held(one) for one in runs.fresh.submissions}
    assert any(of.values())
    for path in runs.folder.rglob("*.zh"):
        packed = path.read_bytes()
        content = zlib.decompress(packed[packed.index(b"\n") + 33 :])
        for secret in of[path.name.partition(".")[0]]:
            for needle in _spelled(secret):
                assert needle not in content, (secret, path)
                assert len(needle) < 5 or needle not in packed, (secret, path)


def _spelled(text: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        plain = text.encode(encoding)
        yield plain
        for start in range(3):  # base64 of the whole and of what is left behind a cut
            whole = plain[start : start + (len(plain) - start) // 3 * 3]
            if len(whole) > 5:
                yield base64.b64encode(whole)


def test_nothing_private_is_in_what_others_are_told(runs: Runs) -> None:
    for one in runs.fresh.submissions:
        said = str(findings_without_private(one))
        for secret in held(one):
            assert len(secret) < 3 or secret not in said or "said outside" in one.raw.file


def test_a_text_that_stands_elsewhere_too_is_not_kept(runs: Runs) -> None:
    (one,) = [item for item in runs.second.submissions if "said outside" in item.raw.file]
    assert not one.raw.is_masked
    assert not list(runs.folder.rglob(f"{one.raw.sha256}*"))


def test_what_was_written_of_private_fields_is_not_kept(tmp_path: Path) -> None:
    form = load_form(PRIVATE_FORM)
    reader, kept = reader_of(form), AnswerCache(tmp_path / "cache")

    def of(field: str) -> Review:
        came = written(form, {"about": {"title": "甲"}}, unit="1", unit_name="甲局").data
        path = tmp_path / f"{field}.xlsx"
        path.write_bytes(
            explained(
                came, lambda key: "目标尚待政府研究确定" if key["field"] == field else "", form
            )
        )
        review([path], reader, cache=kept)
        return review([path], reader, cache=kept)

    goal, phone = of("goal"), of("phone")
    names = {item.name.partition(".")[0] for item in (tmp_path / "cache").rglob("*.zh")}
    assert names == {goal.submissions[0].raw.sha256}
    for run in (goal, phone):
        assert sum(found.explanation is not None for found in run.submissions[0].findings) == 1


def test_who_needs_private_content_is_refused(runs: Runs) -> None:
    with pytest.raises(MaskedError, match="private fields"):
        consolidate(runs.second, private=True)
    with pytest.raises(MaskedError, match="correction workbook"):
        corrections(runs.second)
    assert consolidate(runs.fresh, private=True)
