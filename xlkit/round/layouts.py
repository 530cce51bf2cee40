"""The layouts that a round's workbooks were sent with: an upgrade moves no cell of them."""

from __future__ import annotations

from collections.abc import Mapping

from xlkit.round.desk import Round
