"""What departments wrote of warnings, put beside them by what they are about, never by place."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from xlkit.catalogue import say
from xlkit.findings import Explanation, Finding, Lack, Severity
from xlkit.form.model import Form
from xlkit.form.renames import Renames
from xlkit.submission.model import Submission
from xlkit.values.text import squeeze
from xlkit.wording import LANGUAGES


def explained(submission: Submission) -> Submission:
    """The submission with each explanation beside the findings that it was written of."""
    form, written = submission.raw.form, submission.raw.explanations
    if form is None or not written:
        return submission
    keys = finding_keys(submission)
    findings = (
        _with_explanation(form, found, written.get(keys[number], ""))
        for number, found in enumerate(submission.findings)
    )
    return replace(submission, findings=tuple(findings))


def finding_keys(submission: Submission) -> tuple[str, ...]:
    """For each finding the text under which its explanation is kept.

    It names code and rule, block, member, row by its key, and field; no cell and no value. A
    member of a group is known by its own key where it has one, such as a project's code.
    """
    members = _members(submission)
    return tuple(_key(found, members) for found in submission.findings)


def renamed_key(key: str, names: Renames) -> str:
    """A key with what its block, row and field are called in another version of the form."""
    try:
        code, rule, block, member, row, name = json.loads(key)
    except (ValueError, TypeError):  # a workbook may claim anything
        return key
    if not all(isinstance(part, str) for part in (block, row, name)):
        return key
    parts = (code, rule, names.path(block), member, names.row(block, row), names.field(block, name))
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def lack_of(form: Form, finding: Finding, text: str) -> Lack | None:
    """Why a text does not explain a finding; None where it does."""
    if finding.severity is Severity.ERROR:
        return Lack.ERROR
    least = form.explanations.min_length
    if len(_signs(text)) < least:
        return Lack.SHORT
    own = _without_phrases(form, _signs(text))
    worded = any(unicodedata.category(sign)[0] == "L" for sign in own)
    if len(own) < least or len(set(own)) < min(least, 3) or not worded:
        return Lack.NO_REASON
    return Lack.COPY if _only_repeats(finding, text, least) else None


def _with_explanation(form: Form, finding: Finding, text: str) -> Finding:
    if not text.strip() or finding.severity is Severity.NOTICE:
        return finding
    return replace(finding, explanation=Explanation(text, lack_of(form, finding, text)))


def _key(finding: Finding, members: Mapping[tuple[str, int], str]) -> str:
    block = finding.block or ""
    member = ""
    if finding.instance is not None:
        member = members.get((block.partition(".")[0], finding.instance), f"#{finding.instance}")
    parts = (finding.code, finding.rule, block, member, finding.row, finding.field)
    return json.dumps([part or "" for part in parts], ensure_ascii=False, separators=(",", ":"))


def _members(submission: Submission) -> dict[tuple[str, int], str]:
    """The own key of each member of a group that has one."""
    form, found = submission.raw.form, {}
    groups = form.groups if form is not None else {}
    for row in submission.rows:
        repeat = groups.get(row.raw.path)
        if repeat is not None and repeat.key:
            key = squeeze(str(row.values.get(repeat.key) or ""))
            if key:
                found[row.raw.path, row.raw.instance] = key
    return found


def _signs(text: str) -> str:
    """What of a text says something: letters and digits, whatever their width or case."""
    return "".join(sign for sign in squeeze(text) if unicodedata.category(sign)[0] in "LN")


def _without_phrases(form: Form, signs: str) -> str:
    words = (*form.words.no_reason, *form.words.unfilled)
    for phrase in sorted(filter(None, map(_signs, words)), key=len, reverse=True):
        signs = signs.replace(phrase, "")
    return signs


def _only_repeats(finding: Finding, text: str, least: int) -> bool:
    """Whether little is left of a text once the finding's own sentences are taken out."""
    signs = _signs(text)
    for language in LANGUAGES:
        said = say(finding, language)
        for sentence in (said.message, said.hint, said.title):
            own = _signs(sentence)
            if signs in own:
                return True
            signs = signs.replace(own, "") if own else signs
    return len(signs) < least
