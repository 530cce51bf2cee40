"""A real LibreOffice for tests: it saves, edits, recalculates and prints workbooks.

A test takes the session fixture `office` (see `plugin.py`) and hands it paths and edits:

    office.save(template, returned, [Edit.typed("填报表", "B7", "95%")])
"""

from tests.office.driver import Office, Validation
from tests.office.edit import Edit
from tests.office.programs import office_missing
from tests.office.session import OfficeError

__all__ = ["Edit", "Office", "OfficeError", "Validation", "office_missing"]
