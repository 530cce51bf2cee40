"""The commands on a round: `xlkit round …`."""

from __future__ import annotations

import typer

from xlkit.cli.round import deciding, keys, mailing, merging, opening, sending, showing, units
from xlkit.cli.round.collecting import collect

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="A year's collection in one folder: sent, returned, checked, merged.",
)
app.command("open")(opening.open_)
app.command()(opening.roster)
app.command()(sending.issue)
app.command()(collect)
app.command()(showing.status)
app.command()(showing.review)
app.command("return")(sending.return_)
app.command()(mailing.remind)
app.command()(deciding.reject)
app.command()(deciding.waive)
app.command()(merging.merge)
app.command()(merging.close)
app.command()(showing.log)
app.command()(showing.diff)
app.command()(units.deadline)
app.command("form")(opening.form)
app.command()(keys.key)
app.add_typer(units.app, name="unit")
