"""What departments sent, in folders, archives and mails, as files that can be read."""

from xlkit.sources.model import DEFAULT_ALLOWANCE, Allowance, Found, Passed
from xlkit.sources.walk import found
from xlkit.sources.words import said

__all__ = ["DEFAULT_ALLOWANCE", "Allowance", "Found", "Passed", "found", "said"]
