"""The stage of the demo: what departments send on a day, and what the clerk does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from xlkit.demo import script
from xlkit.demo.by_hand import Brought, Carrier
from xlkit.demo.cells import cell_of
from xlkit.demo.department import Departments, changed, scaled
from xlkit.demo.script import Day, Sending, Step, Workbook
from xlkit.round import changing, deciding, issuing, merging, reminding, returning
from xlkit.round.covers import answer_parcels, issued_parcels
from xlkit.round.desk import Round
from xlkit.round.present import present, unit_of
from xlkit.round.standing import Standing
from xlkit.wording import word

#: Departments are of so many sizes, each with so much more money than the one before.
_SIZES, _STEP = 5, Decimal("0.15")


@dataclass
class Stage:
    """The bureau and its departments."""

    round_: Round
    departments: Departments
    carrier: Carrier
    sent: dict[str, bytes] = field(default_factory=dict)
    """What each department sent last."""

    def receive(self, day: Day) -> None:
        """Has departments send what they send on a day."""
        units = {item.code: item for item in present(self.round_)[0]}
        brought = []
        for sending in day.came:
            data = self._made(sending, units[sending.unit])
            if not sending.text:
                self.sent[sending.unit] = data
            brought.append(Brought(sending, units[sending.unit], data))
        self.carrier.bring(day, brought)

    def _made(self, sending: Sending, standing: Standing) -> bytes:
        if sending.text:
            return sending.text.encode("gb18030")
        if sending.of is Workbook.SENT:
            return self.sent[sending.unit]
        if sending.of is Workbook.CORRECTION:
            workbook = self.carrier.correction(standing)
            return self.departments.corrected(workbook, sending.change, sending.explain)
        identity, sent = self.carrier.issued(standing, sending.of)
        if sending.of is Workbook.LAST_YEAR:
            year = self.round_.opened.year - 1
            name = f"{self.departments.form.form}-{year}"
            identity = replace(identity, year=year, round=name)
        given = changed(self._answers(standing), sending.change)
        return self.departments.filled(identity, sent, given)

    def _answers(self, standing: Standing) -> dict[str, Any]:
        """What a unit answers: departments are of a few sizes."""
        codes = sorted(item.code for item in present(self.round_)[0])
        factor = 1 + _STEP * (codes.index(standing.code) % _SIZES)
        return scaled(self.departments.form, script.answers(), factor)

    def do(self, step: Step) -> tuple[str, ...]:
        """Does what a command does, and says it in words, a line each."""
        match step.do:
            case "issue":
                return self._issue(step)
            case "collect":
                found, more = self.carrier.collect()
                numbers = {"number": len(found.came), "passed": len(found.passed)}
                return (self._say("did_collect", **numbers), *more)
            case "return":
                answers = returning.send_back(self.round_)
                books = sum(item.workbook is not None for item in answers)
                said = self._say("did_return", number=len(answers), workbooks=books)
                return (said, *self.carrier.send(answer_parcels(self.round_)))
            case "remind":
                waiting = reminding.reminders(self.round_)
                said = self._say("did_remind", number=len(waiting))
                return (said, *self.carrier.send(waiting))
            case "merge":
                merged = merging.merge(self.round_, parquet=True)
                return (self._say("did_merge", units=merged.units, missing=len(merged.missing)),)
        return (self._changed(step),)

    def _issue(self, step: Step) -> tuple[str, ...]:
        done = issuing.issue(self.round_, step.units, again=bool(step.words.get("again")))
        said = self._say("did_issue", number=len(done))
        return (said, *self.carrier.send(issued_parcels(self.round_, step.units)))

    def _changed(self, step: Step) -> str:
        """Does what is about one unit."""
        round_, words, (unit,) = self.round_, step.words, step.units
        match step.do:
            case "set":
                changing.change_unit(round_, unit, words["why"], emails=(words["email"],))
            case "remove":
                changing.remove_unit(round_, unit, words["why"], words["into"])
            case "reject":
                deciding.reject(round_, unit, words["why"], self._cells(unit, words["cells"]))
            case "waive":
                self._waive(unit, words["why"], words["until"])
            case _:
                raise AssertionError(f"the demo knows no command {step.do!r}")
        given = {name: words[name] for name in ("why", "email") if name in words}
        return self._say(f"did_{step.do}", unit=unit_of(round_, unit).unit.name, **given)

    def _cells(self, unit: str, places: dict[str, str]) -> list[tuple[str, str]]:
        """Remarks by the cells of the returned file."""
        return [
            (cell_of(self.round_, unit, *place.split(".")), text) for place, text in places.items()
        ]

    def _waive(self, unit: str, why: str, until: date) -> None:
        standing = unit_of(self.round_, unit)
        reviewed = deciding.last_return(standing).reviewed
        assert reviewed is not None, "what came was checked"
        for item in reviewed.findings:
            if item["open"]:
                name = deciding.short_name(item["key"])
                deciding.waive(self.round_, unit, name, why, until)

    def _say(self, key: str, **values: object) -> str:
        texts = {name: str(value) for name, value in values.items()}
        return word(key, self.round_.language, file="demo", **texts)
