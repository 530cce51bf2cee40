"""The bureau's list of units, and of the projects that it knows beforehand."""

from xlkit.roster.model import Roster, Unit
from xlkit.roster.read import is_address, read_roster
from xlkit.roster.workbook import roster_workbook

__all__ = ["Roster", "Unit", "is_address", "read_roster", "roster_workbook"]
