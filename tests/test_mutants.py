"""A short run of the mutants; `python -m tests.mutants` makes thousands."""

from __future__ import annotations

import pytest

from tests.mutants.cells import EDITS
from tests.mutants.make import mutant
from tests.mutants.package import BYTES, MEMBERS, unzipped
from tests.mutants.trial import Case, outcomes
from tests.validation.returns import FORMS

NUMBER, SEED = 40, 1


@pytest.mark.parametrize("form", FORMS)
def test_mutants_are_judged_and_lose_nothing(form: str) -> None:
    cases = [Case(form, SEED, number) for number in range(NUMBER)]
    done = list(outcomes(cases))
    assert {outcome.case: outcome.faults for outcome in done if outcome.faults} == {}
    assert len({outcome.verdict for outcome in done}) > 2
    assert (
        len({edit for outcome in done for edit in outcome.edits})
        > len({**EDITS, **BYTES, **MEMBERS}) / 2
    )


def test_a_mutant_can_be_made_again() -> None:
    one, other = (mutant(FORMS[0], SEED, 7) for _ in range(2))
    assert one.edits == other.edits
    assert parts(one.data) == parts(other.data)


def parts(data: bytes) -> dict[str, bytes]:
    """The members of a workbook but the one in which openpyxl writes when it was saved."""
    return {name: part for name, part in unzipped(data) if name != "docProps/core.xml"}
