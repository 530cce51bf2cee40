"""docs/rules.md is the page that the code gives, and leaves nothing out."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from tests import doc_rules
from xlkit.form.model import RuleSpec
from xlkit.rules.registry import KINDS, bind


def test_the_page_is_current() -> None:
    committed = doc_rules.PAGE.read_text(encoding="utf-8")
    assert committed == doc_rules.page(), "write it anew: python -m tests.doc_rules"


def test_every_code_of_a_rule_is_on_the_page() -> None:
    page = doc_rules.PAGE.read_text(encoding="utf-8")
    assert {code for code in doc_rules.rule_codes() if f"| `{code}` |" not in page} == set()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_is_told_and_shown(kind: str) -> None:
    """What the example means in a form is tried by the tests of docs/forms.md."""
    assert doc_rules.summary(doc_rules._module(KINDS[kind]))
    declared = YAML(typ="safe", pure=True).load(doc_rules.example(kind))
    declared = declared if isinstance(declared, list) else [declared]
    rules = [bind(RuleSpec.model_validate(item), 1) for item in declared]
    assert {rule.kind for rule in rules} == {kind}
