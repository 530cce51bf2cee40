"""The JSON Schema that editors get: what it takes, and what it refuses."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.form.snippets import SMALL, written
from xlkit.form.library import builtin_folder, builtin_forms
from xlkit.rules.registry import KINDS, language_schema

FORMS = {**builtin_forms(), "small": SMALL}


@pytest.fixture(scope="module")
def validator():
    return Draft202012Validator(language_schema())


def plain(path):
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def test_the_schema_is_one():
    Draft202012Validator.check_schema(language_schema())


def test_every_reference_of_the_schema_leads_somewhere():
    schema = language_schema()

    def references(node):
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for item in node.values():
                yield from references(item)
        elif isinstance(node, list):
            for item in node:
                yield from references(item)

    known = {f"#/$defs/{name}" for name in schema["$defs"]}
    assert set(references(schema)) <= known


@pytest.mark.parametrize("name", FORMS)
def test_sound_forms_fit(validator, name):
    assert [error.message for error in validator.iter_errors(plain(FORMS[name]))] == []


def test_the_shared_vocabulary_is_made_of_parts_that_fit(validator):
    shared = plain(builtin_folder("templates") / "common.yaml")
    assert list(validator.iter_errors({**plain(SMALL), **shared})) == []


# case: (what stands in the small form, what is written instead)
REFUSED = {
    "unknown key": ("money:", "mony:"),
    "unknown key of a field": ("max_length: 20", "max_lenght: 20"),
    "missing label": ("type: phone, label: 电话", "type: phone"),
    "wrong field type": ("type: phone", "type: fone"),
    "wrong kind of block": ("kind: matrix", "kind: matrx"),
    "bad name": ("block: contact", "block: Contact"),
    "choice without a name": ("{name: 其他标准, aliases: [其他]}", "{aliases: [其他]}"),
    "empty choice": ("[计划标准,", "['',"),
    "node of another type": ("children: [社会效益]", "children: [5]"),
    "unknown kind of rule": ("rule: sum", "rule: summ"),
    "unknown parameter": ("total: projects", "totl: projects"),
    "missing parameter": ("total: projects.budget, ", ""),
    "bad severity": ("severity: warning", "severity: warn"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_broken_forms_do_not_fit(validator, case, tmp_path):
    assert list(validator.iter_errors(plain(written(tmp_path, case))))


def test_every_kind_of_rule_is_in_the_schema():
    kinds = language_schema()["properties"]["rules"]["items"]["oneOf"]
    assert {kind["$ref"] for kind in kinds} == {f"#/$defs/Rule_{name}" for name in KINDS}
