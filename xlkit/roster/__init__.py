"""The bureau's list of units, and of the projects that it knows beforehand."""

from xlkit.roster.model import Roster, Unit
from xlkit.roster.read import read_roster

__all__ = ["Roster", "Unit", "read_roster"]
