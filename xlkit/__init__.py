"""Spreadsheet round trips: forms out as locked workbooks, answers back into one master.

    from pathlib import Path
    import xlkit

    form = xlkit.load_form("department-performance")
    issued = xlkit.render(form, xlkit.Identity(form=form.form, version=form.version, unit="301"))
    Path("301.xlsx").write_bytes(issued.data)

    reviewed = xlkit.review([Path("301-returned.xlsx")])
    for submission in reviewed.submissions:
        for finding in submission.findings:
            print(finding.cells, xlkit.say(finding, "en").message)
    master = xlkit.consolidate(reviewed)
    Path("master.xlsx").write_bytes(xlkit.write_master(master))

Every name is loaded when it is first used: importing xlkit loads no data library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlkit.catalogue import Said, say
    from xlkit.correction.correct import Correction, corrections
    from xlkit.correction.reissue import Reissue
    from xlkit.correction.remarks import Remark, place_of, remarked
    from xlkit.errors import (
        AnswersError,
        FormError,
        FormUnknown,
        LedgerError,
        OutputError,
        PluginError,
        RenderError,
        RosterError,
        SecretError,
        SubmissionError,
        UsageError,
        WorkerError,
        XlkitError,
    )
    from xlkit.findings import Explanation, Finding, Lack, Severity, Undecided, Waiver
    from xlkit.form.library import builtin_forms
    from xlkit.form.model import Form
    from xlkit.identity import Identity, Signature
    from xlkit.master.consolidate import consolidate
    from xlkit.master.export import write_parquet
    from xlkit.master.model import Master
    from xlkit.master.roll import Progress, RollLine
    from xlkit.master.writer import write_master
    from xlkit.reporting.letter import Letter
    from xlkit.reporting.lettering import letter_of
    from xlkit.reporting.stationery import Stationery
    from xlkit.roster import Roster, Unit, read_roster
    from xlkit.rules.registry import form_problems, language_schema
    from xlkit.rules.registry import load_checked as load_form
    from xlkit.submission.canonical import answers
    from xlkit.submission.cast import cast
    from xlkit.submission.limits import Limits
    from xlkit.submission.model import Submission
    from xlkit.submission.raw import RawSubmission, Verdict
    from xlkit.submission.read import Reader
    from xlkit.submission.screen import screen
    from xlkit.submission.settings import limits_from
    from xlkit.submission.shelf import FormShelf
    from xlkit.template.answers import place_answers, place_members
    from xlkit.template.content import Content, differences
    from xlkit.template.describe import describe
    from xlkit.template.layout import Layout, Sizing
    from xlkit.template.plan import plan
    from xlkit.template.writer import Issue, Rendered, render
    from xlkit.validation.changes import Change, changes
    from xlkit.validation.preview import Preview, preview
    from xlkit.validation.review import Review, judged, review
    from xlkit.validation.schema import schemas
    from xlkit.validation.waivers import may_be_waived, waived

_HOME = {
    "xlkit.catalogue": ("Said", "say"),
    "xlkit.correction.correct": ("Correction", "corrections"),
    "xlkit.correction.reissue": ("Reissue",),
    "xlkit.correction.remarks": ("Remark", "place_of", "remarked"),
    "xlkit.errors": (
        "AnswersError",
        "FormError",
        "FormUnknown",
        "LedgerError",
        "OutputError",
        "PluginError",
        "RenderError",
        "RosterError",
        "SecretError",
        "SubmissionError",
        "UsageError",
        "WorkerError",
        "XlkitError",
    ),
    "xlkit.findings": ("Explanation", "Finding", "Lack", "Severity", "Undecided", "Waiver"),
    "xlkit.form.library": ("builtin_forms",),
    "xlkit.form.model": ("Form",),
    "xlkit.identity": ("Identity", "Signature"),
    "xlkit.master.consolidate": ("consolidate",),
    "xlkit.master.model": ("Master",),
    "xlkit.master.export": ("write_parquet",),
    "xlkit.master.roll": ("Progress", "RollLine"),
    "xlkit.master.writer": ("write_master",),
    "xlkit.reporting.letter": ("Letter",),
    "xlkit.reporting.lettering": ("letter_of",),
    "xlkit.reporting.stationery": ("Stationery",),
    "xlkit.roster": ("Roster", "Unit", "read_roster"),
    "xlkit.rules.registry": ("form_problems", "language_schema", "load_form"),
    "xlkit.submission.canonical": ("answers",),
    "xlkit.submission.cast": ("cast",),
    "xlkit.submission.model": ("Submission",),
    "xlkit.submission.raw": ("RawSubmission", "Verdict"),
    "xlkit.submission.read": ("Reader",),
    "xlkit.submission.shelf": ("FormShelf",),
    "xlkit.submission.limits": ("Limits",),
    "xlkit.submission.settings": ("limits_from",),
    "xlkit.submission.screen": ("screen",),
    "xlkit.template.answers": ("place_answers", "place_members"),
    "xlkit.template.content": ("Content", "differences"),
    "xlkit.template.describe": ("describe",),
    "xlkit.template.layout": ("Layout", "Sizing"),
    "xlkit.template.plan": ("plan",),
    "xlkit.template.writer": ("Issue", "Rendered", "render"),
    "xlkit.validation.changes": ("Change", "changes"),
    "xlkit.validation.preview": ("Preview", "preview"),
    "xlkit.validation.review": ("Review", "judged", "review"),
    "xlkit.validation.schema": ("schemas",),
    "xlkit.validation.waivers": ("may_be_waived", "waived"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}
#: Names that are called otherwise where they live.
_OWN_NAME = {"load_form": "load_checked"}

__all__ = [  # noqa: PLE0604  (every name is text)
    *sorted(_MODULE_OF),
]


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'xlkit' has no attribute {name!r}")
    return getattr(import_module(module), _OWN_NAME.get(name, name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
