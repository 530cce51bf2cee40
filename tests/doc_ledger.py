"""The tables of docs/ledger.md, from the records and from a ledger that was just made.

    python -m tests.doc_ledger

writes them anew; tests/ledger/test_page.py holds the page to them.
"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from xlkit.ledger.record import Record
from xlkit.ledger.records import KINDS
from xlkit.ledger.tables import DETAILS, ENTRIES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ledger.md"
_MARKED = re.compile(r"<!-- (?P<name>records|columns) -->\n.*?<!-- /(?P=name) -->\n", re.DOTALL)


def records() -> str:
    """A line for each kind: what it tells, and what of it counts."""
    lines = ["| record | table | tells | counts |", "|---|---|---|---|"]
    lines += [
        f"| `{kind.__name__}` | `{DETAILS[kind].name}` | {_told(kind)} | {_counts(kind)} |"
        for kind in KINDS
    ]
    return "\n".join(lines) + "\n"


def columns() -> str:
    """A line for each table: its columns, those that may be empty with a question mark."""
    lines = ["| table | columns |", "|---|---|"]
    for table in (ENTRIES, *DETAILS.values()):
        names = ", ".join(f"`{item.name}`{'?' if item.nullable else ''}" for item in table.c)
        lines.append(f"| `{table.name}` | {names} |")
    return "\n".join(lines) + "\n"


def renewed(page: str) -> str:
    """The page with its tables written anew."""
    tables = {"records": records, "columns": columns}
    return _MARKED.sub(
        lambda found: f"<!-- {found[1]} -->\n{tables[found[1]]()}<!-- /{found[1]} -->\n", page
    )


def _told(kind: type[Record]) -> str:
    return (kind.__doc__ or "").strip()


def _counts(kind: type[Record]) -> str:
    assert set(kind.SUBJECT) <= {item.name for item in fields(kind)}
    of = f" of {', '.join(f'`{name}`' for name in kind.SUBJECT)}" if kind.SUBJECT else ""
    return f"stands once{of}" if kind.ONCE else f"the last{of}"


def main() -> None:
    """Writes the tables of the page anew."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
