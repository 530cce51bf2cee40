"""The command; it ends with the exit code of libFuzzer: 0 where nothing was found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import atheris

from tests.fuzz.guides import GUIDES

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

_SLOWEST = 20
_MOST_MEMORY = 4096


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=GUIDES)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--corpus", type=Path, help="a folder that keeps what was learnt")
    parser.add_argument("--artifacts", type=Path, default=Path(), help="where failures are kept")
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--input", type=Path, help="a file to run once, as libFuzzer kept it")
    given = parser.parse_args(words)
    target = watched(given.target)
    if given.input:
        target.run(given.input.read_bytes())
        return
    flags = {
        "max_total_time": given.seconds,
        "max_len": target.longest,
        "timeout": _SLOWEST,
        "rss_limit_mb": _MOST_MEMORY,
        "seed": given.seed,
        "artifact_prefix": f"{given.artifacts}/",
        "print_final_stats": 1,
    }
    if given.corpus:
        fuzz(target, given.corpus, flags)
    with TemporaryDirectory() as folder:
        fuzz(target, Path(folder), flags)


def watched(name: str) -> Target:
    """The target, with the modules that guide its fuzzing instrumented as they are imported."""
    with atheris.instrument_imports(include=list(GUIDES[name])):
        if name == "open":
            for parser in ("xlsx", "xls", "ods"):  # else imported when first needed, unseen
                import_module(f"xlkit.submission.{parser}")
        target: Target = import_module("tests.fuzz.targets").TARGETS[name]
    return target


def fuzz(target: Target, corpus: Path, flags: Mapping[str, object]) -> None:
    """Never returns: libFuzzer ends the process."""
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(target.seeds()):
        (corpus / f"seed-{number:03}").write_bytes(content)
    options = [f"-{name}={value}" for name, value in flags.items()]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
