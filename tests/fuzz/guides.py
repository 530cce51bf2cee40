"""What guides the fuzzing of each target: the modules whose branches count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: Watching a module costs time before the first input, so each target names what it reaches.
GUIDES: Mapping[str, Sequence[str]] = {
    "screen": ("xlkit.submission",),
    "open": ("xlkit.submission", "openpyxl.reader", "openpyxl.packaging", "odf.load"),
    "indicator": ("xlkit.values",),
    "amount": ("xlkit.values",),
    "percent": ("xlkit.values",),
    "split": ("xlkit.values",),
    "identity": ("xlkit.identity",),
    "form": ("xlkit.form",),
}
