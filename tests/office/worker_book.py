"""An open workbook in the worker's hands: its sheets, cells and formulas."""

# uno brings no types, and the Python that mypy looks at has no uno:
# mypy: ignore-errors

from __future__ import annotations

import re

from com.sun.star.beans import PropertyValue
from com.sun.star.document.MacroExecMode import NEVER_EXECUTE
from com.sun.star.document.UpdateDocMode import NO_UPDATE
from com.sun.star.lang import DisposedException
from com.sun.star.sheet.AddressConvention import OOO, XL_OOX
from com.sun.star.uno import RuntimeException

ERROR_SIGN = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)")


class RefusedError(Exception):
    """LibreOffice, or a mistake of the caller, stands in the way; the message says which."""


class Book:
    """An open workbook; `document` is another one after a sheet went to a new workbook."""

    def __init__(self, desktop, document):
        self.desktop = desktop
        self.document = document

    @classmethod
    def load(cls, desktop, source, *, hidden=True):
        """The workbook at this URL; no macro runs and no link is updated."""
        return cls(desktop, opened(desktop, source, hidden=hidden))

    def replace_by_new(self):
        """The document until now; a blank one takes its place."""
        before, self.document = self.document, opened(self.desktop, "private:factory/scalc")
        return before

    def store(self, target, filter_name):
        self.document.storeToURL(target, properties(FilterName=filter_name, Overwrite=True))

    def sheet(self, name):
        sheets = self.document.Sheets
        if not sheets.hasByName(name):
            raise RefusedError(f"there is no sheet {name!r}; there are {sheets.ElementNames}")
        return sheets.getByName(name)

    def area(self, sheet, address):
        """The cell or range, such as "B7", "B7:D9", "B:C" or "2:3"."""
        try:
            return self.sheet(sheet).getCellRangeByName(address)
        except DisposedException:
            raise
        except RuntimeException:
            raise RefusedError(f"{address!r} is no cell or range of the sheet {sheet!r}") from None

    def cell(self, address):
        """The cell at an address such as "Sheet!B7" or "'My sheet'!B7"."""
        sheet, _, place = address.rpartition("!")
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        return self.area(sheet, place)

    def formula(self, cell):
        """The formula with its "=", in Excel's notation where that loses nothing, or ""."""
        if cell.Type.value != "FORMULA":
            return ""
        return self.translated(cell.Formula, cell.getTokens(), cell.CellAddress, "=")

    def condition(self, text, base, place):
        """A validation's formula, which is written for `base`, as the cell at `place` has it."""
        return self.translated(text, self.parser(OOO).parseFormula(text, base), place)

    def translated(self, text, tokens, place, sign=""):
        """The tokens in Excel's notation, or `text` when error signs got lost on the way."""
        excel = self.parser(XL_OOX).printFormula(tokens, place)
        lost = len(ERROR_SIGN.findall(text)) > len(ERROR_SIGN.findall(excel))
        return text if lost else sign + excel

    def set_formula(self, cell, formula):
        """Put a formula in Excel's notation into the cell."""
        if ERROR_SIGN.search(formula):
            raise RefusedError(
                "LibreOffice drops error signs such as #REF! when it reads a formula"
            )
        parser = self.parser(XL_OOX)
        cell.setTokens(parser.parseFormula(formula.removeprefix("="), cell.CellAddress))

    def parser(self, convention):
        parser = self.document.createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish = True
        parser.FormulaConvention = convention
        return parser


def opened(desktop, url, *, hidden=True):
    document = desktop.loadComponentFromURL(
        url,
        "_blank",
        0,
        properties(Hidden=hidden, MacroExecutionMode=NEVER_EXECUTE, UpdateDocMode=NO_UPDATE),
    )
    if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        raise RefusedError(f"LibreOffice cannot open {url} as a workbook")
    return document


def properties(**values):
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())
