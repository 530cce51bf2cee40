"""The returns of a run as one master."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlkit.findings import Severity, count
from xlkit.form.model import Form
from xlkit.master.admission import Admitted, admitted
from xlkit.master.listing import listed
from xlkit.master.model import Entry, Master, Measure, Part
from xlkit.master.roll import RollLine, roll_of
from xlkit.master.tables import InUse, rows_in_use, table_of
from xlkit.master.terms import Terms
from xlkit.master.totals import measures_of, money_of
from xlkit.rules.types import Types
from xlkit.submission.model import with_private_content
from xlkit.validation.review import Review


def consolidate(
    review: Review,
    *,
    include_errors: bool = False,
    private: bool = False,
    language: str = "zh",
    roll: Sequence[RollLine] = (),
) -> Master:
    """The master of the returns that have no errors; what became of the others is told in it.

    `include_errors` takes in returns with errors and marks their rows; two files of one unit
    and form, and files that name no unit, stay out all the same. The order of the returns
    decides only which of two equal files is the first. `roll` are the units that were asked:
    then it is told of each how it stands, those too of which nothing came.

    Raises:
        MaskedError: `private` of returns that came from the cache, which keeps nothing private.
    """
    if private:
        with_private_content(review.submissions, "a master with private fields")
    items = admitted(review.submissions, include_errors=include_errors, language=language)
    forms = sorted(review.forms, key=lambda form: (form.form, form.version))
    items = tuple(sorted(items, key=lambda item: _order(item, forms)))
    shares = [_share(_terms(form, items, language, private=private), items) for form in forms]
    entries = _entries(items, shares)
    parts = tuple(_part(share, entries, include_errors=include_errors) for share in shares)
    return Master(
        language=language,
        includes_errors=include_errors,
        private=private,
        entries=entries,
        parts=parts,
        findings=listed(items, parts, [share.terms for share in shares], language),
        roll=roll_of(roll, (entry.unit for entry in entries if entry.state.is_merged)),
    )


@dataclass(frozen=True, slots=True)
class _Share:
    """What came of one form: the numbers of its returns, and those whose rows are merged."""

    terms: Terms
    entries: tuple[int, ...]
    merged: tuple[InUse, ...]
    measures: tuple[Measure, ...]


def _share(terms: Terms, items: Sequence[Admitted]) -> _Share:
    of_form = tuple(number for number, item in enumerate(items) if item.raw.form is terms.form)
    merged = tuple(
        rows_in_use(number, items[number], terms)
        for number in of_form
        if items[number].state.is_merged
    )
    return _Share(terms, of_form, merged, measures_of(terms))


def _entries(items: Sequence[Admitted], shares: Iterable[_Share]) -> tuple[Entry, ...]:
    """All returns in order, the merged ones with their rows and sums."""
    found = [_entry(item, 0, ()) for item in items]
    for share in shares:
        for one in share.merged:
            money = money_of(one.rows, share.measures, share.terms)
            found[one.entry] = _entry(one.admitted, one.count, money)
    return tuple(found)


def _part(share: _Share, entries: Sequence[Entry], *, include_errors: bool) -> Part:
    """A form's tables; they say how a return stands where some with errors are among them."""
    terms, merged = share.terms, share.merged
    standing = include_errors or any(entries[one.entry].waived_errors for one in merged)
    tables = (
        table_of(placed, merged, terms, shows_standing=standing) for placed in terms.form.blocks
    )
    return Part(
        form=terms.form.form,
        version=terms.form.version,
        title=terms.text(terms.form.title),
        year=terms.year,
        measures=share.measures,
        entries=share.entries,
        tables=tuple(table for table in tables if table is not None),
    )


def _terms(form: Form, items: Sequence[Admitted], language: str, *, private: bool) -> Terms:
    """How the form is spoken of; its year is that of all returns of it that name a unit."""
    years = {
        item.raw.identity.year
        for item in items
        if item.raw.form is form and item.raw.identity is not None and item.raw.identity.year
    }
    year = years.pop() if len(years) == 1 else None
    return Terms(form, Types(form), language, year, private)


def _entry(item: Admitted, rows: int, money: Sequence[Decimal | None]) -> Entry:
    raw, identity = item.raw, item.raw.identity
    return Entry(
        file=item.file,
        sha256=raw.sha256,
        form=raw.form.form if raw.form is not None else "",
        unit=identity.unit if identity is not None else "",
        unit_name=identity.unit_name if identity is not None else "",
        year=identity.year if identity is not None else None,
        state=item.state,
        verdict=raw.verdict,
        rows=rows,
        counts=count(item.findings),
        open_warnings=sum(
            found.is_open and found.severity is Severity.WARNING for found in item.findings
        ),
        money=tuple(money),
        waived=count(found for found in item.findings if found.waiver is not None),
    )


def _order(item: Admitted, forms: Sequence[Form]) -> tuple[int, bool, str, str, str, str]:
    """By form, merged ones first, then unit and file: the order given changes nothing."""
    raw, identity = item.raw, item.raw.identity
    place = next((n for n, form in enumerate(forms) if form is raw.form), len(forms))
    code, name = (identity.unit, identity.unit_name) if identity is not None else ("", "")
    return place, not item.state.is_merged, code, name, item.file, raw.sha256
