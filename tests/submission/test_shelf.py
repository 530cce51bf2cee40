"""Which form a returned workbook is read by."""

from __future__ import annotations

from xlkit.rules.registry import load_checked
from xlkit.submission.read import FormShelf


def test_of_several_versions_each_workbook_finds_its_own() -> None:
    first = load_checked("project-performance")
    second = first.model_copy(update={"version": 2})
    shelf = FormShelf([second, first])
    assert shelf.find("project-performance", 1) is first
    assert shelf.find("project-performance", 2) is second
    assert shelf.find("project-performance", 3) is second
    assert shelf.find("project-performance") is second
    assert shelf.find("no-such-form", 1) is None
