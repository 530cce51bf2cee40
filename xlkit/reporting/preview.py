"""A rule preview as a table of text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xlkit.cells import display_width
from xlkit.reporting.text import unit_of
from xlkit.submission.model import Submission
from xlkit.validation.preview import Preview, RulePreview
from xlkit.wording import word

#: Units that are named for a rule; JSON has all.
_MOST_UNITS = 5
_COLUMNS = ("rule", "weight", "failed", "fails", "newly_fail", "newly_pass", "undecided")


def preview_report(preview: Preview) -> dict[str, Any]:
    """All of it: `{"form", …, "rules": [{"rule", "newly_fail": [files], …}]}`."""
    return {
        "form": preview.form.form,
        "version": preview.form.version,
        "compared": [_unit(item) for item in preview.compared],
        "left_out": [item.raw.file for item in preview.left_out],
        "errors_before": preview.errors_before,
        "errors_after": preview.errors_after,
        "not_carried": [
            {"name": one.name, "change": one.change.value} for one in preview.differences
        ],
        "rules": [
            {
                "rule": rule.rule,
                "declared": rule.is_declared,
                "severity_before": rule.before and rule.before.value,
                "severity_after": rule.after and rule.after.value,
                "beta": rule.beta,
                "failed": rule.failed,
                "fails": rule.fails,
                "newly_fail": [_unit(item) for item in rule.newly_fail],
                "newly_pass": [_unit(item) for item in rule.newly_pass],
                "undecided": rule.undecided,
            }
            for rule in preview.rules
        ],
    }


def preview_text(preview: Preview, language: str) -> str:
    """What changes, as a table; rules that say the same are only counted."""
    return "\n".join(_lines(preview, language))


def _lines(preview: Preview, language: str) -> Iterator[str]:
    yield _word(
        "preview_head",
        language,
        form=preview.form.form,
        version=str(preview.form.version),
        number=str(len(preview.compared)),
    )
    for item in preview.left_out:
        yield f"  {_word('preview_left_out', language, name=item.raw.file)}"
    for one in preview.differences:
        yield f"  {_word(f'preview_{one.change}', language, name=one.name)}"
    changed = [rule for rule in preview.rules if not rule.says_the_same]
    if changed:
        yield ""
        yield from _table([_heads(language), *(_row(rule, language) for rule in changed)])
    for rule in changed:
        for moved, items in (("fail", rule.newly_fail), ("pass", rule.newly_pass)):
            if items:
                units = _units(items, language)
                yield _word(f"preview_newly_{moved}", language, rule=rule.rule, units=units)
    yield ""
    yield _word(
        "preview_foot",
        language,
        same=str(len(preview.rules) - len(changed)),
        before=str(preview.errors_before),
        after=str(preview.errors_after),
    )


def _heads(language: str) -> list[str]:
    return [_word(f"column_{name}", language) for name in _COLUMNS]


def _row(rule: RulePreview, language: str) -> list[str]:
    figures = (rule.failed, rule.fails, len(rule.newly_fail), len(rule.newly_pass), rule.undecided)
    return [rule.rule, _weights(rule, language), *map(str, figures)]


def _weights(rule: RulePreview, language: str) -> str:
    before = _word(f"severity_{rule.before}" if rule.before else "preview_none", language)
    after = "beta" if rule.beta else rule.after
    said = _word(f"severity_{after}" if after else "preview_none", language)
    return said if said == before else f"{before} → {said}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            text + " " * (width - display_width(text))
            for text, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _units(items: Sequence[Submission], language: str) -> str:
    named = _word("and", language).join(unit_of(one) or one.raw.file for one in items[:_MOST_UNITS])
    return named if len(items) <= _MOST_UNITS else f"{named} … {len(items)}"


def _unit(submission: Submission) -> dict[str, str]:
    identity = submission.raw.identity
    return {
        "file": submission.raw.file,
        "code": identity.unit if identity else "",
        "name": identity.unit_name if identity else "",
    }


def _word(key: str, language: str, **values: str) -> str:
    return word(key, language, file="report", **values)
