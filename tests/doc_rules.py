"""docs/rules.md: every rule kind and every check that a field implies, from the code itself.

    python -m tests.doc_rules

writes it anew; tests/test_rules_page.py holds the page to it. Examples are those of
docs/forms.md, which its own tests run, or a kind's own `example`.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from tests import doc_tables
from xlkit.catalogue import codes, explain, severity_of
from xlkit.rules import (
    bounds,
    check_character,
    decimals,
    length,
    membership,
    near_preset,
    pattern,
    required,
)
from xlkit.rules.kind import Rule
from xlkit.rules.registry import KINDS

PAGE = doc_tables.PAGE.with_name("rules.md")
RULES = Path(inspect.getfile(Rule)).parent
#: Modules of checks that a field's declaration implies, and what in it does.
IMPLIED: dict[ModuleType, str] = {
    required: "`required: true`, or `required: warning` for a warning in place of the error",
    membership: "a `choice` with `list`, or with `tree` and `level`, that is not `open`",
    near_preset: "an `open` choice of a `tree` in a table with printed rows",
    bounds: "`min` or `max` of an `integer`, `amount` or `percent`",
    decimals: "`decimals` of an `amount`",
    pattern: "`pattern` of a `text` or `code`",
    length: "`min_length` or `max_length` of a `text`",
    check_character: "`check` of a `code`",
}
_SECTION = re.compile(r"^### `rule: (?P<kind>\w+)`\n(?P<body>.*?)(?=^##)", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^```yaml .*?\n(?P<yaml>.*?)^```$", re.DOTALL | re.MULTILINE)
_HEAD = """\
# Rules

What xlkit can check, and how each finding is told. This page is made from the code
(`python -m tests.doc_rules`); how to declare rules is in [forms.md](forms.md#rules).
`xlkit check --explain CODE` shows any of these codes with an example and the rules that give it.

Every check passes, finds a fault, or cannot decide: where a cell that it needs is empty, could
not be read or is wrong by itself, it finds nothing, and `xlkit check --verbose` says why.
Any rule takes `id`, `severity`, `beta` and `message` besides its own parameters.

"""


def page() -> str:
    """The whole page."""
    return _HEAD + "\n".join([*_kinds(), *_implied(), *_read()]) + "\n"


def _kinds() -> Iterator[str]:
    yield "## Declared rules\n"
    yield "| kind | what it checks | weight |\n|---|---|---|"
    for name, kind in sorted(KINDS.items()):
        yield f"| [`{name}`](#rule-{name}) | {summary(_module(kind))} | {kind.weight.value} |"
    yield ""
    for name, kind in sorted(KINDS.items()):
        yield f"### `rule: {name}`\n"
        yield f"{summary(_module(kind))} {_plain(inspect.getdoc(kind))}\n"
        yield doc_tables.table(kind.__name__)
        yield _code_table(_codes_of(Path(inspect.getfile(kind))))
        yield f"In the workbook: {kind.face}\n"
        yield f"```yaml\n{example(name)}```\n"


def _implied() -> Iterator[str]:
    yield "## What a field's declaration implies\n"
    for module, declared in IMPLIED.items():
        title, _, rest = _plain(module.__doc__).partition(": ")
        yield f"### {title}\n"
        yield f"{_sentence(rest)} {_plain(inspect.getdoc(module.checks))}\n"
        yield f"Declared by: {declared}.\n"
        yield _code_table(_codes_of(Path(inspect.getfile(module))))
        yield f"In the workbook: {getattr(module, 'FACE', Rule.face)}\n"


def _read() -> Iterator[str]:
    yield "## What a field's type implies\n"
    yield "A cell that cannot be read as its type is named once, and every rule that needs it is"
    yield "then undecided. What was put right while reading is a notice or a warning.\n"
    found = _codes_of(RULES / "types.py", *sorted((RULES.parent / "values").glob("*.py")))
    told = {code for path in RULES.glob("*.py") if path.name != "types.py"
            for code in _codes_of(path)}  # fmt: skip
    yield _code_table([code for code in found if code not in told]).rstrip("\n")


def summary(module: ModuleType) -> str:
    """What a module's first line says it checks."""
    return _sentence(_plain((module.__doc__ or "").split("\n\n")[0]).partition(": ")[2])


def example(kind: str) -> str:
    """A declaration of that kind."""
    own = KINDS[kind].example
    if own:
        return f"{own.rstrip()}\n"
    sections = {item["kind"]: item["body"] for item in _SECTION.finditer(_forms())}
    return "".join(item["yaml"] for item in _FENCE.finditer(sections.get(kind, "")))


def rule_codes() -> set[str]:
    """Every code that a module of rules speaks of, but what reading says of a cell by itself."""
    modules = (path for path in RULES.glob("*.py") if path.name not in ("own.py", "types.py"))
    return {code for path in modules for code in _codes_of(path)}


def _codes_of(*paths: Path) -> list[str]:
    """The codes that stand in a module, in the order of the catalogue."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return [code for code in codes() if f'"{code}"' in text]


def _code_table(found: list[str]) -> str:
    lines = ["| code | weight | English | 中文 |", "|---|---|---|---|"]
    for code in found:
        english, chinese = explain(code, "en"), explain(code, "zh")
        cells = (
            f"`{code}`",
            severity_of(code).value,
            f"**{english.title}.** {_cell(english.message)}",
            f"**{chinese.title}。** {_cell(chinese.message)}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return re.sub(r"\{(\w+)\}", r"‹\1›", text).replace("|", "\\|")


def _module(kind: type[Rule]) -> Any:
    return sys.modules[kind.__module__]


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _forms() -> str:
    return doc_tables.PAGE.read_text(encoding="utf-8")


def main() -> None:
    """Writes the page anew."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
