"""Last year's answers, put where this year's form asks for them."""

from xlkit.previous.content import previous_content
from xlkit.previous.master import from_master
from xlkit.previous.model import PreviousAnswers

__all__ = ["PreviousAnswers", "from_master", "previous_content"]
