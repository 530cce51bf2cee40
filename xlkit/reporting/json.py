"""Submissions and their findings as JSON for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from xlkit.catalogue import say
from xlkit.findings import Explanation, Finding, Waiver, has_errors, worst_first
from xlkit.reporting.state import state_of
from xlkit.submission.canonical import answers
from xlkit.submission.model import Submission
from xlkit.submission.private import findings_without_private
from xlkit.wording import word


def check_report(submissions: Sequence[Submission], language: str) -> dict[str, Any]:
    """What `xlkit check --format json` prints: `{"files": [{"file", …, "findings": […]}]}`."""
    return {"files": [file_report(submission, language) for submission in submissions]}


def file_report(submission: Submission, language: str) -> dict[str, Any]:
    """One file: who, what became of it, how its cells were accounted for, what is wrong.

    `findings` are all there are, one by one, without what stands in private fields; `undecided`
    are declared rules without an answer.
    """
    raw, findings = submission.raw, findings_without_private(submission, language)
    return {
        "file": raw.file,
        "sha256": raw.sha256,
        "form": raw.form.form if raw.form else None,
        "verdict": raw.verdict.value,
        "signature": raw.signature.value,
        "unit": _unit(submission),
        "sound": not has_errors(submission.findings),
        "state": state_of(submission).value,
        "cells": asdict(raw.cells),
        "findings": [finding_report(item, language) for item in worst_first(findings)],
        "undecided": [
            {
                "rule": item.rule,
                "block": item.block,
                "why": item.why.value,
                "message": word(f"why_{item.why}", language, file="report"),
                "rows": item.rows,
                "cells": list(item.cells),
            }
            for item in submission.undecided
        ],
    }


def finding_report(finding: Finding, language: str) -> dict[str, Any]:
    """One finding with its sentences in that language."""
    said = say(finding, language)
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "title": said.title,
        "cells": list(finding.cells),
        "block": finding.block,
        "field": finding.field,
        "row": finding.row,
        "instance": finding.instance,
        "rule": finding.rule,
        "beta": finding.beta,
        "where": finding.where,
        "value": finding.value,
        "expected": finding.expected,
        "message": said.message,
        "hint": said.hint,
        "clerk_hint": said.clerk_hint or None,
        "open": finding.is_open,
        "explanation": _explanation(finding.explanation),
        "waiver": waiver_report(finding.waiver),
    }


def _explanation(written: Explanation | None) -> dict[str, Any] | None:
    """What the department wrote; `lack` says why it does not count, null where it does."""
    if written is None:
        return None
    lack = written.lack.value if written.lack is not None else None
    return {"text": written.text, "counts": written.counts, "lack": lack}


def waiver_report(waiver: Waiver | None) -> dict[str, str | None] | None:
    """Who lets a finding stand, why, since when and until when."""
    if waiver is None:
        return None
    until = waiver.until.isoformat() if waiver.until is not None else None
    return {"by": waiver.by, "why": waiver.why, "until": until, "at": waiver.at.isoformat()}


def read_report(submission: Submission, *, raw: bool) -> dict[str, Any]:
    """What `xlkit read --json` prints: canonical answers, verdict and the log of repairs."""
    source = submission.raw
    identity = source.identity
    return {
        "form": source.form.form if source.form else None,
        "version": identity.version if identity else None,
        "year": identity.year if identity else None,
        "unit": _unit(submission),
        "file": source.file,
        "verdict": source.verdict.value,
        "signature": source.signature.value,
        "cells": asdict(source.cells),
        "answers": answers(submission, raw=raw),
        "repairs": [
            {
                "cell": repair.cell,
                "block": repair.block,
                "field": repair.field,
                "code": repair.code,
                "raw": repair.raw,
                "value": repair.value,
            }
            for repair in submission.repairs
        ],
    }


def _unit(submission: Submission) -> dict[str, str] | None:
    identity = submission.raw.identity
    if identity is None:
        return None
    return {"code": identity.unit, "name": identity.unit_name}
