"""Makes the pictures of the clerk's guide anew, from the real program.

    python -m tests.pictures              makes all
    python -m tests.pictures first-sheet  makes those named

LibreOffice works out and prints the workbooks, pdftoppm (poppler) draws them. Look at each picture
before committing it.
"""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.office import Office
from xlkit.correction.correct import corrections
from xlkit.demo import script
from xlkit.demo.department import Departments, changed
from xlkit.demo.play import play
from xlkit.identity import Identity
from xlkit.rules.registry import load_checked
from xlkit.template.content import Content
from xlkit.validation.review import review

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
#: What all pictures together may weigh, in bytes.
MOST = 1_000_000
_FORM, _YEAR = "department-performance", 2027
_DOTS, _MARGIN = 120, 10
#: What the department of the pictures got wrong.
_WRONG = {
    "contact.phone": "电话见附件",
    "funding[特定目标类项目支出].current": "2400",
    "long_indicators[高新技术企业].value": "300家",
    "annual_indicators[预算执行率].value": "",
}


@dataclass(frozen=True)
class Picture:
    """A part of a sheet as a person sees it; `make` writes its workbook into a folder."""

    name: str
    make: Callable[[Path], Path]
    sheet: str
    area: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.png"


@cache
def _returned(folder: Path) -> Path:
    """A workbook that is filled, with mistakes in it."""
    form = load_checked(_FORM)
    identity = Identity(
        form=form.form, version=form.version, unit="104", unit_name="民政局", year=_YEAR
    )
    path = folder / "returned.xlsx"
    given = changed(script.answers(), _WRONG)
    path.write_bytes(Departments(form).filled(identity, Content(), given))
    return path


@cache
def _corrected(folder: Path) -> Path:
    """The correction workbook of that return."""
    (found,) = corrections(review([_returned(folder)], jobs=1))
    assert found is not None
    path = folder / "corrections.xlsx"
    path.write_bytes(found.workbook().data)
    return path


@cache
def _master(folder: Path) -> Path:
    """The master of the demo's round."""
    return play(folder / "demo", "zh", lambda _: None, lambda _, __: None)


PICTURES = (
    Picture("first-sheet", _returned, "填报说明", "B1:C22"),
    Picture("wrong-cell", _returned, "基本情况", "B1:I20"),
    Picture("corrections", _corrected, "修改清单", "B1:H13"),
    Picture("master", _master, "总览", "A1:M40"),
)


def draw(office: Office, picture: Picture, folder: Path) -> None:
    """Makes a picture anew."""
    alone, printed = folder / f"{picture.name}.xlsx", folder / f"{picture.name}.pdf"
    whole = picture.make(folder).read_bytes()
    alone.write_bytes(_alone(whole, picture.sheet, picture.area))
    office.save(alone, printed)
    gray = _pdftoppm(printed, "-gray")
    sides = zip(("-x", "-y", "-W", "-H"), map(str, _inked(gray)), strict=True)
    box = itertools.chain.from_iterable(sides)
    picture.path.parent.mkdir(exist_ok=True)
    picture.path.write_bytes(_pdftoppm(printed, "-png", *box))


def _alone(whole: bytes, sheet: str, area: str) -> bytes:
    """The workbook with that part of that sheet as all that is printed, on one page, the letters
    and numbers of its cells at the edges."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(made, "w") as new:
        book = old.read("xl/workbook.xml").decode("utf-8")
        number = re.findall(r'<sheet name="([^"]*)"', book).index(sheet)
        own = f"xl/worksheets/sheet{number + 1}.xml"
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = _printing(book, number, f"'{sheet}'!{_absolute(area)}").encode("utf-8")
            elif name == own:
                content = _on_one_page(content.decode("utf-8")).encode("utf-8")
            new.writestr(name, content)
    return made.getvalue()


def _absolute(area: str) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", area)


def _printing(book: str, number: int, area: str) -> str:
    """The list of sheets with all others hidden, and what is printed of the one."""
    sheets = iter(range(book.count("<sheet ")))

    def hidden(match: re.Match[str]) -> str:
        seen = next(sheets) == number or "state=" in match[0]
        return match[0] if seen else match[0].replace("<sheet ", '<sheet state="hidden" ')

    book = re.sub(r"<sheet [^>]*>", hidden, book)
    book = re.sub(r'<definedName name="_xlnm.Print_[^<]*</definedName>', "", book)
    book = re.sub(r"<workbookView ", f'<workbookView activeTab="{number}" ', book)
    named = f'<definedName name="_xlnm.Print_Area" localSheetId="{number}">{area}</definedName>'
    return book.replace("</definedNames>", f"{named}</definedNames>")


def _on_one_page(sheet: str) -> str:
    sheet = re.sub(r"<(printOptions|pageMargins|pageSetup|rowBreaks|colBreaks)\b[^>]*/>", "", sheet)
    sheet = re.sub(r"<(headerFooter|rowBreaks)\b.*?</\1>", "", sheet, flags=re.DOTALL)
    sheet = re.sub(r"<sheetPr\b.*?</sheetPr>|<sheetPr\b[^>]*/>", "", sheet, flags=re.DOTALL)
    sheet = sheet.replace(
        "<dimension", '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension', 1
    )
    page = (
        '<printOptions headings="1"/>'
        '<pageMargins left="0.2" right="0.2" top="0.2" bottom="0.2" header="0" footer="0"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="1"/>'
    )
    behind = re.search(r"<(drawing|legacyDrawing|tableParts|extLst)\b|</worksheet>", sheet)
    assert behind is not None
    return sheet[: behind.start()] + page + sheet[behind.start() :]


def _pdftoppm(printed: Path, *options: str) -> bytes:
    """What pdftoppm draws of a page."""
    command = ["pdftoppm", "-r", str(_DOTS), "-f", "1", "-l", "1", *options, str(printed)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _inked(gray: bytes) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is not white in a PGM, with a margin."""
    head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", gray)
    assert head is not None
    width, height = int(head[1]), int(head[2])
    rows = [gray[head.end() + y * width :][:width] for y in range(height)]
    inked = [y for y, row in enumerate(rows) if min(row) < 250]
    left = min(len(row) - len(row.lstrip(b"\xff")) for row in rows)
    right = max(len(row.rstrip(b"\xff")) for row in rows)
    top, bottom = inked[0], inked[-1] + 1
    x, y = max(left - _MARGIN, 0), max(top - _MARGIN, 0)
    return x, y, min(right + _MARGIN, width) - x, min(bottom + _MARGIN, height) - y


def main(arguments: Sequence[str]) -> None:
    """Makes every picture, or those named."""
    with Office() as office, tempfile.TemporaryDirectory() as folder:
        for picture in PICTURES:
            if not arguments or picture.name in arguments:
                draw(office, picture, Path(folder))
                print(picture.path, picture.path.stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1:])
