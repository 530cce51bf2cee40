"""Returns read in workers give what they give here, and a bad one costs itself alone."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.samples import FOLDER
from xlkit.catalogue import say
from xlkit.engine import Processes, Serial
from xlkit.errors import UsageError
from xlkit.files import WORKBOOK_SUFFIXES
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.submission.cast import cast
from xlkit.submission.intake import is_harmless, opened, read_through
from xlkit.submission.limits import Limits
from xlkit.submission.parcel import pack, unpack
from xlkit.submission.raw import Verdict
from xlkit.submission.read import FormShelf, Reader
from xlkit.template.writer import render
from xlkit.validation.review import judged, review
from xlkit.worker import Bounds, Lost, Reason

FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in WORKBOOK_SUFFIXES)
BOUNDS = Bounds(seconds=120, memory=1 << 30)
#: No file is small enough to be read here.
AWAY = Limits(small_bytes=100)


@dataclass(frozen=True)
class Deadly:
    """Reads as a worker does, but dies of files so named."""

    reader: Reader

    def __call__(self, path: Path) -> bytes:
        if path.stem == "abort":
            os.abort()
        if path.stem == "memory":
            bytearray(1 << 40)
        return pack(cast(self.reader.read(path)))


def test_one_and_two_workers_give_what_this_process_gives():
    here = review(FILES, jobs=1)
    reader = Reader(limits=AWAY)
    for jobs in (1, 2):
        away = review(FILES, reader, jobs=jobs)
        assert away.submissions == here.submissions
        assert [form.form for form in away.forms] == [form.form for form in here.forms]


def test_many_files_go_to_workers_and_come_back_in_their_order():
    paths = ([path for path in FILES if path.suffix == ".xlsx"] * 3)[:21]
    told: list[Path] = []
    reviewed = review(paths, jobs=2, each=told.append)
    assert [item.raw.file for item in reviewed.submissions] == [str(path) for path in paths]
    assert sorted(told) == sorted(paths)


def test_a_given_form_comes_back_as_the_very_one():
    form = load_checked("department-performance")
    reader = Reader(FormShelf([form]), limits=AWAY)
    assert review(FILES[-2:-1], reader).submissions[0].raw.form is form


def test_a_parcel_names_its_form_and_holds_all_else():
    reader = Reader()
    for path in FILES:
        submission = cast(reader.read(path))
        data = pack(submission)
        assert unpack(data, reader.shelf) == submission
        assert unpack(data, reader.shelf).raw.form is submission.raw.form
        assert all(
            one.raw.placed is other.raw.placed
            for one, other in zip(unpack(data, reader.shelf).rows, submission.rows, strict=True)
        )


def test_a_file_that_ends_its_worker_costs_itself_alone(tmp_path):
    sample = FILES[-1].read_bytes()
    paths = [tmp_path / f"{name}.xlsx" for name in ("a", "abort", "b", "memory", "c")]
    for path in paths:
        path.write_bytes(sample)
    reader = Reader()
    answers = Processes(2, BOUNDS).map(Deadly(reader), paths)
    read = [opened(path, answer, reader) for path, answer in zip(paths, answers, strict=True)]
    reviewed = judged(read).submissions
    assert [item.raw.verdict.is_read for item in reviewed] == [True, False, True, False, True]
    assert [finding.params.get("reason") for finding in reviewed[1].findings] == ["crash"]
    assert [finding.params.get("reason") for finding in reviewed[3].findings] == ["memory"]
    assert reviewed[1].raw.sha256 == hashlib.sha256(sample).hexdigest()
    assert reviewed[0].findings == reviewed[2].findings == reviewed[4].findings


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")
def test_the_bound_of_memory_is_held():
    reviewed = review(FILES[:2], Reader(limits=replace(AWAY, max_memory=1 << 20)), jobs=1)
    for submission in reviewed.submissions:
        assert submission.raw.verdict is Verdict.UNREADABLE
        assert [finding.code for finding in submission.findings] == ["reader-died"]


def test_the_bound_of_time_is_held():
    reviewed = review(FILES[:1], Reader(limits=replace(AWAY, max_seconds=0.001)), jobs=1)
    (finding,) = reviewed.submissions[0].findings
    assert (finding.code, finding.value) == ("reader-died", "time")
    assert "超过时限" in say(finding, "zh").message
    assert "too much time" in say(finding, "en").message


def test_a_reader_that_throws_here_loses_its_file_alone():
    class Broken(Reader):
        def read_content(self, content, name):
            if name == str(FILES[0]):
                raise ZeroDivisionError("oops")
            return super().read_content(content, name)

    first, second = review(FILES[:2], Broken()).submissions
    assert [(finding.code, finding.value) for finding in first.findings] == [
        ("reader-died", "crash")
    ]
    assert "oops" in first.findings[0].params["detail"]
    assert second.raw.verdict.is_read


@pytest.mark.parametrize("limits", [Limits(), AWAY])
def test_a_path_that_is_not_there_is_a_callers_mistake(limits, tmp_path):
    with pytest.raises(UsageError, match=r"gone\.xlsx: cannot be opened"):
        review([FILES[0], tmp_path / "gone.xlsx"], Reader(limits=limits))
    with pytest.raises(UsageError, match="cannot be opened"):
        read_through(Processes(1, BOUNDS), [tmp_path / "gone.xlsx"], Reader(), "zh", print)
    with pytest.raises(UsageError, match="cannot be opened"):
        opened(tmp_path / "gone.xlsx", Lost(Reason.CRASH, ""), Reader())


def test_ordinary_returns_are_harmless_and_large_ones_are_not():
    for path in FILES:
        assert is_harmless(path.read_bytes(), Reader()), path.name
        assert not is_harmless(path.read_bytes(), Reader(limits=Limits(small_bytes=1_000)))
    assert not is_harmless(FILES[-1].read_bytes(), Reader(limits=Limits(small_tags=100)))
    assert is_harmless(b"<html>", Reader(limits=Limits(small_bytes=1)))
    form = load_checked("project-performance")
    blank = render(form, Identity(form=form.form, version=form.version)).data
    assert is_harmless(blank, Reader())


def test_any_engine_will_do():
    (one,) = read_through(Serial(), FILES[:1], Reader(), "zh", print)
    assert one == cast(Reader().read(FILES[0]))


@pytest.mark.parametrize("jobs", [1, 2])
def test_few_small_files_start_no_process(jobs, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    assert len(review(FILES, jobs=jobs).submissions) == len(FILES)


def test_a_script_without_a_guard_reads_in_workers(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nimport xlkit\n"
        "print('begins')\n"
        "paths = [Path(name) for name in sys.argv[1:]]\n"
        "reader = xlkit.Reader(limits=xlkit.Limits(small_bytes=100))\n"
        "print(len(xlkit.review(paths, reader, jobs=2).submissions))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script), *map(str, FILES[:2])],
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["begins", "2"]
