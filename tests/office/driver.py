"""LibreOffice as a test sees it: paths, edits and cells in, files and values out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, TypedDict

from tests.office.edit import Edit
from tests.office.session import OfficeError, Session

# The names of LibreOffice's export filters, by suffix of the target.
FILTERS: Mapping[str, str] = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
}


class Validation(TypedDict):
    """The data validation of one cell, in LibreOffice's words and Excel's notation.

    `type` is "any" where a cell has none. Formulas are those of the cell itself, without "=".
    """

    type: str
    operator: str
    formula1: str
    formula2: str
    ignore_blank: bool
    shows_dropdown: bool
    shows_input: bool
    input_title: str
    input_message: str
    shows_error: bool
    error_style: str
    error_title: str
    error_message: str


class Office:
    """A hidden LibreOffice that runs while the context is entered.

    Each request opens its source afresh, without macros and without updating links, and calculates
    every formula again. Cells are addressed "Sheet!B7". The locale is that of the person who types
    (`Edit.typed`).

    Raises: `OfficeError` from each request that LibreOffice cannot answer. When it takes longer
    than `timeout` seconds, or crashes, it is killed, and the next request starts a new one.
    """

    def __init__(self, *, timeout: float = 120.0, locale: str = "en-US") -> None:
        self.timeout = timeout
        self._locale = locale
        self._session: Session | None = None

    def __enter__(self) -> Self:
        self._running()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def save(
        self, source: Path, target: Path, edits: Sequence[Edit] = (), *, window: bool = False
    ) -> None:
        """Write `target` as LibreOffice saves `source` after the edits, in its suffix's format.

        Without a `window` LibreOffice drops freeze panes, which it keeps for a person; with one (it
        is never seen) saving takes about three times as long.
        """
        if target.suffix not in FILTERS:
            raise ValueError(f"{target.name}: LibreOffice saves {', '.join(FILTERS)} here")
        self._ask(
            "save",
            source,
            target=target.resolve().as_uri(),
            filter_name=FILTERS[target.suffix],
            edits=[astuple(edit) for edit in edits],
            window=window,
        )

    def recalculated(self, source: Path, cells: Sequence[str]) -> dict[str, str | float]:
        """What each cell shows after recalculation: its number, or else its text as displayed.

        A date, a percent and a truth value are numbers, an empty cell is "", an error its sign.
        """
        values: dict[str, str | float] = self._ask("recalculated", source, cells=list(cells))
        return values

    def formulas(self, source: Path, cells: Sequence[str]) -> dict[str, str]:
        """The formula of each cell with its "=", in Excel's notation; "" where there is none.

        A link to another file reads "[1]Sheet!A1". A formula with a written-out error such as
        #REF! stays in LibreOffice's own notation, since translation would drop the error.
        """
        texts: dict[str, str] = self._ask("formulas", source, cells=list(cells))
        return texts

    def validations(self, source: Path, cells: Sequence[str]) -> dict[str, Validation]:
        """The data validation of each cell."""
        rules: dict[str, Validation] = self._ask("validations", source, cells=list(cells))
        return rules

    def pictures(self, source: Path, folder: Path, dpi: int = 70) -> list[Path]:
        """The printed pages in their order, as `<stem>-<page>.png` in `folder`."""
        pdftoppm = shutil.which("pdftoppm")
        if pdftoppm is None:
            raise OfficeError("pdftoppm (poppler-utils) is not on PATH")
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as scratch:
            pdf = Path(scratch) / f"{source.stem}.pdf"
            self.save(source, pdf)
            command = [pdftoppm, "-r", str(dpi), "-png", str(pdf), str(pdf.with_suffix(""))]
            subprocess.run(command, check=True, timeout=self.timeout)
            pages = sorted(Path(scratch).glob("*.png"))
            return [Path(shutil.move(page, folder / page.name)) for page in pages]

    def _ask(self, operation: str, source: Path, **arguments: object) -> Any:
        """The worker's answer about the workbook at `source`."""
        if not source.is_file():
            raise FileNotFoundError(source)
        request = {"source": source.resolve().as_uri(), **arguments}
        return self._running().ask(operation, request, self.timeout)

    def _running(self) -> Session:
        """The session, or a new one where the last request got no answer."""
        if self._session is not None and not self._session.ready:
            self._stop()
        if self._session is None:
            self._session = Session(self._locale)
        return self._session

    def _stop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.stop()
