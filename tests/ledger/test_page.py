"""docs/ledger.md lists what there is, and what it says to run runs."""

from __future__ import annotations

import re

import pytest

from tests import doc_ledger
from tests.ledger.examples import EACH, NOON
from xlkit.ledger.database import database
from xlkit.ledger.store import Ledger

PAGE = doc_ledger.PAGE.read_text(encoding="utf-8")
QUERIES = [
    line
    for body in re.findall(r"^```sql\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    for line in body.splitlines()
    if line.startswith("SELECT")
]


def test_tables_are_those_of_the_records():
    assert doc_ledger.renewed(PAGE) == PAGE, "write them anew: python -m tests.doc_ledger"
    for name in ("records", "columns"):
        assert f"<!-- /{name} -->" in PAGE


@pytest.mark.parametrize("query", QUERIES)
def test_queries_find_something(place, query):
    with Ledger.open(place, create=True) as ledger:
        ledger.add("2026", "李", NOON, *EACH)
    opened = database(place, create=False, wait=5)
    with opened.reading() as connection:
        assert connection.exec_driver_sql(query.rstrip(";")).all()
    opened.close()


def test_moving_to_postgresql_as_it_is_shown(postgres, tmp_path, monkeypatch, capsys):
    (shown,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (tmp_path / "round").mkdir()
    with Ledger.open(tmp_path / "round" / "ledger.sqlite", create=True) as old:
        old.add("2026", "李", NOON, *EACH)
    monkeypatch.chdir(tmp_path)
    url = postgres.schema()
    exec(shown.replace("postgresql://user:password@server/xlkit", url), {})
    assert capsys.readouterr().out == f"{len(EACH)} entries\n"
    with Ledger.open(url) as new:
        assert [one.record for one in new.entries("2026")] == list(EACH)
