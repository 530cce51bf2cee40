"""What has to be done with a return, in one word."""

from __future__ import annotations

from enum import StrEnum

from xlkit.findings import has_errors
from xlkit.submission.model import Submission


class State(StrEnum):
    """What has to be done with a return."""

    ACCEPTED = "accepted"
    """Without errors, and every warning was explained."""
    EXPLAIN = "explain"
    """Without errors, but with warnings to correct or explain."""
    ERRORS = "errors"


def state_of(submission: Submission) -> State:
    """By the worst of its findings; notices ask for nothing."""
    if has_errors(submission.findings):
        return State.ERRORS
    waiting = any(found.is_open for found in submission.findings)
    return State.EXPLAIN if waiting else State.ACCEPTED
