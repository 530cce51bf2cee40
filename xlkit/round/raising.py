"""A newer version of the form, taken in while the round runs."""

from __future__ import annotations

from xlkit.errors import RoundError
from xlkit.form.model import Form
from xlkit.ledger.records import FormRaised
from xlkit.round.desk import Round
from xlkit.round.frozen_form import digest_of, freeze
from xlkit.rules.registry import load_checked
from xlkit.sentences import Sentence


def raise_form(round_: Round, source: str) -> Form:
    """Takes in a newer version of the form; workbooks sent from now on are of that one.

    Raises:
        RoundError: it is another form, or no newer version.
        FormError: the definition has problems.
    """
    round_.must_be_open()
    form = load_checked(source)
    if form.form != round_.form.form:
        raise RoundError(Sentence("form-other", form=round_.form.form, other=form.form))
    if form.version <= round_.form.version:
        raise RoundError(Sentence("form-older", version=form.version, known=round_.form.version))
    digest = digest_of(form, source)
    if not round_.hand.dry:
        freeze(form, source, round_.folder.forms)
    round_.add(FormRaised(form=form.form, version=form.version, form_digest=digest))
    round_.take_form(form)
    return form
