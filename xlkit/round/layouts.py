"""The layouts that a round's workbooks were sent with: an upgrade moves no cell of them."""

from __future__ import annotations

from pathlib import Path

from xlkit.files import write_whole
from xlkit.template.frozen import key_of_layout, to_json
from xlkit.template.layout import Layout

_SUFFIX = ".json"


class Layouts:
    """A folder of frozen layouts; what is in it is never written anew, and nothing if `dry`."""

    def __init__(self, folder: Path, dry: bool = False) -> None:
        self._folder = folder
        self._dry = dry
        self._texts: dict[str, str] | None = None

    def texts(self) -> dict[str, str]:
        """Every layout as text, by the name that a shelf knows it under."""
        if self._texts is None:
            self._texts = {
                path.stem: path.read_text(encoding="utf-8")
                for path in sorted(self._folder.glob(f"*{_SUFFIX}"))
            }
        return self._texts

    def keep(self, layout: Layout) -> None:
        """Freezes a layout, unless it is.

        Raises:
            OutputError: the folder cannot be written.
        """
        name = key_of_layout(layout)
        if name not in self.texts():
            text = to_json(layout)
            if not self._dry:
                write_whole(self._folder / f"{name}{_SUFFIX}", text.encode("utf-8"))
            self.texts()[name] = text
