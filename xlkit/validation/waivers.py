"""What the bureau lets pass, put beside the findings that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from xlkit.findings import Finding, Severity, Waiver
from xlkit.submission.model import Submission
from xlkit.validation.explanations import finding_keys

#: Whose answers they are or by which form is not known: there is nothing that could be merged.
#: The bureau's own words are taken back, not waived.
_NEVER = frozenset(
    {
        "file-empty",
        "file-not-a-workbook",
        "file-encrypted",
        "file-damaged",
        "file-too-large",
        "file-has-entities",
        "file-package-odd",
        "file-has-dde",
        "cell-too-far",
        "reader-died",
        "not-our-workbook",
        "identity-lost",
        "identity-conflict",
        "signature-invalid",
        "form-unknown",
        "form-version",
        "form-too-new",
        "form-not-found",
        "layout-unknown",
        "unit-twice",
        "unit-missing-code",
        "return-rejected",
        "bureau-remark",
    }
)


def waived(submission: Submission, waivers: Mapping[str, Waiver], today: date) -> Submission:
    """The submission with the waivers that count today beside their findings, and no others.

    `waivers` are by the keys of `finding_keys`. A waiver counts on its last day, and no longer
    the day after.
    """
    keys = finding_keys(submission)
    findings = (
        _with_waiver(found, waivers.get(key), today)
        for found, key in zip(submission.findings, keys, strict=True)
    )
    return replace(submission, findings=tuple(findings))


def may_be_waived(finding: Finding) -> bool:
    """Whether a return could be merged with it: not what makes a file unreadable or foreign.

    A notice asks for nothing, so there is nothing to waive.
    """
    return finding.severity is not Severity.NOTICE and finding.code not in _NEVER


def same_waivers(came: Submission, fresh: Submission) -> Submission:
    """`fresh` with the waivers that the findings of `came` have, by key."""
    held = {
        key: found.waiver
        for key, found in zip(finding_keys(came), came.findings, strict=True)
        if found.waiver is not None
    }
    if not held:
        return fresh
    findings = (
        replace(found, waiver=held.get(key)) if may_be_waived(found) else found
        for found, key in zip(fresh.findings, finding_keys(fresh), strict=True)
    )
    return replace(fresh, findings=tuple(findings))


def _with_waiver(found: Finding, waiver: Waiver | None, today: date) -> Finding:
    holds = waiver is not None and waiver.counts(today) and may_be_waived(found)
    wanted = waiver if holds else None
    return found if found.waiver == wanted else replace(found, waiver=wanted)
