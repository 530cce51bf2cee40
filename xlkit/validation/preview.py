"""What a changed form would say about returns at hand, beside what their own form says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlkit.findings import Finding, Severity, has_errors
from xlkit.form.model import Form
from xlkit.rules.registry import form_checks
from xlkit.submission.cast import cast
from xlkit.submission.model import Submission, with_private_content
from xlkit.validation.carry import Difference, carry, differences
from xlkit.validation.validate import validate

_DONE_TO_WORKBOOKS = frozenset({"computed-overwritten", "computed-replaced"})


@dataclass(frozen=True, slots=True)
class RulePreview:
    """A rule under both forms. A declared rule goes by its id, a field's demand by
    `block.field.code`; severities are None where a form has no such rule.
    """

    rule: str
    is_declared: bool
    before: Severity | None
    after: Severity | None
    beta: bool
    """Whether the changed form has it on trial."""
    failed: int
    """Returns that fail it under their own form."""
    fails: int
    """Returns that fail it under the changed form."""
    newly_fail: tuple[Submission, ...] = field(repr=False)
    newly_pass: tuple[Submission, ...] = field(repr=False)
    undecided: int
    """Returns for which the changed form cannot decide it."""

    @property
    def says_the_same(self) -> bool:
        """Whether nobody need look at it: no return moves, and no weight that matters."""
        if self.newly_fail or self.newly_pass:
            return False
        return self.before == self.after or not (self.is_declared or self.failed or self.fails)


@dataclass(frozen=True, slots=True)
class Preview:
    """All rules of both forms, those that change most first."""

    form: Form
    rules: tuple[RulePreview, ...]
    compared: tuple[Submission, ...] = field(repr=False)
    """The returns as their own form judges them."""
    left_out: tuple[Submission, ...] = field(repr=False)
    """Files that are no return of this form."""
    differences: tuple[Difference, ...]
    """What cannot simply be carried over."""
    errors_before: int
    errors_after: int


def preview(new: Form, submissions: Sequence[Submission], language: str = "zh") -> Preview:
    """The changed form's verdicts beside those of the forms that the returns were read with."""
    with_private_content(submissions, "a preview")
    of_form = [item for item in submissions if item.raw.form and item.raw.form.form == new.form]
    left_out = [item for item in submissions if not any(item is other for other in of_form)]
    olds = _forms_of(of_form)
    before: list[Submission] = []
    after: list[Submission] = []
    for old in olds:
        own = [item for item in of_form if item.raw.form is old]
        before += validate(old, own, language)
        carried = [cast(carry(item.raw, new), language) for item in own]
        after += validate(new, carried, language)
    return Preview(
        form=new,
        rules=_rule_previews(olds, new, before, after),
        compared=tuple(before),
        left_out=tuple(left_out),
        differences=tuple(dict.fromkeys(one for old in olds for one in differences(old, new))),
        errors_before=sum(has_errors(_judged(item)) for item in before),
        errors_after=sum(has_errors(item.findings) for item in after),
    )


def _forms_of(submissions: Iterable[Submission]) -> list[Form]:
    """The forms that the returns were read with, each of them once."""
    forms: list[Form] = []
    for item in submissions:
        if item.raw.form is not None and all(item.raw.form is not form for form in forms):
            forms.append(item.raw.form)
    return forms


def _rule_previews(
    olds: Sequence[Form], new: Form, before: Sequence[Submission], after: Sequence[Submission]
) -> tuple[RulePreview, ...]:
    """All rules of both forms, those that move most returns first."""
    found = [_failed(item, rules) for item, rules in _with_rules(before)]
    now = [_failed(item, rules) for item, rules in _with_rules(after)]
    weights_before = {name: weight for old in olds for name, weight in _rules(old).items()}
    weights_after = _rules(new)
    told = {name for failed in (*found, *now) for name in failed}
    names = dict.fromkeys([*weights_after, *weights_before, *sorted(told)])
    declared = {
        _rule_id(form, number) for form in (*olds, new) for number in range(len(form.rules))
    }
    trial = {check.rule for checks in form_checks(new).values() for check in checks if check.beta}
    rules = [
        RulePreview(
            rule=name,
            is_declared=name in declared,
            before=weights_before.get(name) or _weight(name, found),
            after=weights_after.get(name) or _weight(name, now),
            beta=name in trial,
            failed=sum(name in keys for keys in found),
            fails=sum(name in keys for keys in now),
            newly_fail=_moved(name, before, now, found),
            newly_pass=_moved(name, before, found, now),
            undecided=sum(any(one.rule == name for one in item.undecided) for item in after),
        )
        for name in names
    ]
    return tuple(sorted(rules, key=lambda one: -len(one.newly_fail) - len(one.newly_pass)))


def _moved(
    name: str,
    items: Sequence[Submission],
    into: Sequence[Mapping[str, Severity]],
    out_of: Sequence[Mapping[str, Severity]],
) -> tuple[Submission, ...]:
    return tuple(
        item
        for item, has, had in zip(items, into, out_of, strict=True)
        if name in has and name not in had
    )


def _rules(form: Form) -> dict[str, Severity]:
    """The weight of every rule of a form, and of what its fields demand."""
    found: dict[str, Severity] = {}
    for checks in form_checks(form).values():
        for check in checks:
            name = check.rule or check.id
            found[name] = min(check.severity, found.get(name, check.severity), key=_rank)
    return found


def _rule_id(form: Form, number: int) -> str:
    return form.rules[number].id or f"rule-{number + 1}"


def _rank(severity: Severity) -> int:
    return severity.rank


def _judged(submission: Submission) -> Iterator[Finding]:
    """What casting and checks found.

    What was done to the workbook would be the same under any form: what reading found, and
    computed cells that were typed over.
    """
    read = submission.raw.findings
    for found in submission.findings:
        if found not in read and found.code not in _DONE_TO_WORKBOOKS:
            yield found


def _with_rules(items: Sequence[Submission]) -> Iterator[tuple[Submission, dict[str, str]]]:
    """Each return with the declared rules of its form, by the ids of their checks."""
    known: dict[int, dict[str, str]] = {}
    for item in items:
        form = item.raw.form
        assert form is not None
        if id(form) not in known:
            checks = [check for checks in form_checks(form).values() for check in checks]
            known[id(form)] = {check.id: check.rule for check in checks if check.rule is not None}
        yield item, known[id(form)]


def _failed(submission: Submission, declared: Mapping[str, str]) -> dict[str, Severity]:
    """The rules that a return fails, with the weight of what was found."""
    return {
        declared.get(name, name): found.severity
        for found in _judged(submission)
        for name in _names(found, submission)
    }


def _names(found: Finding, submission: Submission) -> Iterable[str]:
    """The checks that a finding stands for: an empty row is one finding of several fields."""
    if found.code == "required-missing":
        fields = {
            name
            for row in submission.rows
            for name, cells in row.raw.cells.items()
            if row.raw.path == found.block
            and any(f"{row.raw.sheet}!{cell}" in found.cells for cell in cells)
        }
        return [f"{found.block}.{name}.{found.code}" for name in fields]
    if found.rule is None and found.severity is Severity.NOTICE:
        return []
    return [found.rule or f"{found.block}.{found.field}.{found.code}"]


def _weight(name: str, found: Sequence[Mapping[str, Severity]]) -> Severity | None:
    """The weight of what casting told: no check bears its name."""
    return next((failed[name] for failed in found if name in failed), None)
