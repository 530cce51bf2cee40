"""What a person, or a saboteur, does to an open workbook before it is saved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """One change to an open workbook: the name of an action and its values, ready for JSON.

    Make it with the constructors below. Cells and ranges are written "B7" and "B7:D9", rows count
    from 1, positions of sheets from 0.

    `text`, `number` (without a number format) and `formula` write into locked cells of a protected
    sheet too, as a saboteur's program does. Whatever else LibreOffice refuses on a protected sheet
    raises `OfficeError`; nothing is skipped in silence. No edit asks a data validation, and a
    locked workbook structure stops `rename_sheet` only.
    """

    action: str
    values: tuple[str | float | None, ...]

    @classmethod
    def text(cls, sheet: str, cell: str, text: str) -> Edit:
        """A cell that holds exactly this text.

        LibreOffice gives the cell the text format "@" where the text looks like a number, a date
        or a formula.
        """
        return cls("text", (sheet, cell, text))

    @classmethod
    def number(cls, sheet: str, cell: str, number: float, number_format: str | None = None) -> Edit:
        """A cell that holds this number, in its own format or in an en-US one such as "0.00%"."""
        return cls("number", (sheet, cell, number, number_format))

    @classmethod
    def formula(cls, sheet: str, cell: str, formula: str) -> Edit:
        """A cell that holds this formula, in Excel's notation: =IF(列表!A1="","空",B2).

        LibreOffice gives a cell without a number format the one of the formula's result.
        """
        return cls("formula", (sheet, cell, formula))

    @classmethod
    def typed(cls, sheet: str, cell: str, text: str) -> Edit:
        """A cell after a person typed this: "95%" is 0.95 with a percent format, "007" is 7.

        The cell's format counts: in a text cell ("@") all stays text, in a percent cell "80" is
        80%. So does the office's locale: "10-15" is text in en-US and the 15th of October in zh-CN.
        """
        return cls("typed", (sheet, cell, text))

    @classmethod
    def clear(cls, sheet: str, cells: str) -> Edit:
        """Cells without contents, as after the Delete key: formats and validations stay."""
        return cls("clear", (sheet, cells))

    @classmethod
    def unprotect(cls, sheet: str, password: str = "") -> Edit:
        """A sheet without protection; a wrong password is refused."""
        return cls("unprotect", (sheet, password))

    @classmethod
    def unprotect_book(cls, password: str = "") -> Edit:
        """A workbook whose structure is not locked; a wrong password is refused."""
        return cls("unprotect_book", (password,))

    @classmethod
    def insert_rows(cls, sheet: str, row: int, count: int = 1) -> Edit:
        """Blank rows; the first of them is `row`, and what stood there moves down."""
        return cls("insert_rows", (sheet, row, count))

    @classmethod
    def delete_rows(cls, sheet: str, row: int, count: int = 1) -> Edit:
        """A sheet without `count` rows from `row` on."""
        return cls("delete_rows", (sheet, row, count))

    @classmethod
    def insert_columns(cls, sheet: str, column: str, count: int = 1) -> Edit:
        """Blank columns; the first of them is `column`, and what stood there moves right."""
        return cls("insert_columns", (sheet, column, count))

    @classmethod
    def delete_columns(cls, sheet: str, column: str, count: int = 1) -> Edit:
        """A sheet without `count` columns from `column` on."""
        return cls("delete_columns", (sheet, column, count))

    @classmethod
    def copy_range(cls, sheet: str, source_range: str, target_sheet: str, target_cell: str) -> Edit:
        """A range copied and pasted, with formats and validations, its corner at `target_cell`."""
        return cls("copy_range", (sheet, source_range, target_sheet, target_cell))

    @classmethod
    def move_range(cls, sheet: str, source_range: str, target_sheet: str, target_cell: str) -> Edit:
        """A range cut and pasted: formulas that looked at its cells follow them."""
        return cls("move_range", (sheet, source_range, target_sheet, target_cell))

    @classmethod
    def add_sheet(cls, name: str, position: int) -> Edit:
        """A blank sheet at `position`."""
        return cls("add_sheet", (name, position))

    @classmethod
    def delete_sheet(cls, name: str) -> Edit:
        """A workbook without this sheet."""
        return cls("delete_sheet", (name,))

    @classmethod
    def rename_sheet(cls, old: str, new: str) -> Edit:
        """A sheet under another name."""
        return cls("rename_sheet", (old, new))

    @classmethod
    def move_sheet(cls, sheet: str, position: int) -> Edit:
        """A sheet that stands at `position` afterwards."""
        return cls("move_sheet", (sheet, position))

    @classmethod
    def copy_sheet_to_new_workbook(cls, sheet: str, *more: str) -> Edit:
        """A new workbook with only the sheets named; later edits and the saving happen there.

        The same as "Move or copy sheet … to a new document": what looked at a sheet outside the
        copy, or at another sheet copied with it, becomes a link to the source file.
        """
        return cls("copy_sheet_to_new_workbook", (sheet, *more))
