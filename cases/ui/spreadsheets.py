"""A table as a file: CSV, and a workbook whose numbers are numbers. Nothing in either runs as a
formula.

Not here: what stands in a table and who may have it.
"""

import csv
import re
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cases.ui.components import Badge, Link, Table

NONE = "–"  # a figure that does not exist
NUMBER = re.compile(r"(?:\+(?=\d+%$))?£?(-?\d[\d,]*(?:\.\d+)?)(%?)(?: \([^()]*\))?")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
WIDEST = 60


def as_csv(table: Table) -> str:
    """A table for a spreadsheet: amounts as bare numbers, and nothing that a spreadsheet would run
    as a formula.
    """
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(value) for value in table.head])
    writer.writerows([cell(value) for value in row] for row in table.rows)
    return out.getvalue()


def cell_text(value) -> str:
    """What a cell reads, without its link."""
    return str(value.text if isinstance(value, Link | Badge) else value)


def cell(value) -> str:
    """One cell of a CSV file. A leading = + - @ tab or carriage return gets an apostrophe, unless
    it is a number.
    """
    text = cell_text(value)
    if text == NONE:
        return ""
    found = NUMBER.fullmatch(text)
    if found:
        digits, percent = found.groups()
        return ("+" if text.startswith("+") else "") + digits.replace(",", "") + percent
    return harmless(text)


def harmless(text: str) -> str:
    """The text behind an apostrophe where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_xlsx(table: Table) -> bytes:
    """The same table as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(c for c in table.caption if c not in "[]:*?/\\")[:31])
    sheet.freeze_panes = "B2"
    for index, head in enumerate(table.head):
        longest = max(
            [
                len(cell_text(head)),
                *(len(cell_text(row[index])) for row in table.rows if index < len(row)),
            ]
        )
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(longest + 2, WIDEST)
    sheet.append([_typed(sheet, head, bold=True) for head in table.head])
    for row in table.rows:
        sheet.append([_typed(sheet, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(sheet, value, bold=False) -> WriteOnlyCell:
    """A number with its format, or text that stays text whatever it begins with."""
    text = cell_text(value)
    found = NUMBER.fullmatch(text)
    if found and not bold:
        digits, percent = found.groups()
        number = float(digits.replace(",", ""))
        made = WriteOnlyCell(
            sheet, number / 100 if percent else int(number) if number.is_integer() else number
        )
        if percent:
            made.number_format = "0%"
        elif "£" in text:
            made.number_format = "£#,##0"
        return made
    made = WriteOnlyCell(sheet, None if text == NONE else UNSEEN.sub("", text))
    if made.value is not None:
        made.data_type = "s"  # else a text that begins with "=" would be taken for a formula
    if bold:
        made.font = Font(bold=True)
    return made


KINDS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
