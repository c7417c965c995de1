"""An uploaded table: CSV or XLSX bytes in, rows out, or a report of every line that is wrong. All
or nothing.

Pure: no Django, no database. ``read_rows`` reads a table with known columns; ``read_sheets`` reads
every sheet of a workbook as text. What a line means stands with the callers: each column brings its
own reader.
"""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from numbers import Real
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from budgets.money.sterling import parse_money

LARGEST = 5_000_000  # bytes of a file
UNPACKED = 15_000_000  # bytes of a workbook once unpacked
MOST_ROWS, MOST_COLUMNS, MOST_CELLS, MOST_PROBLEMS = 20_000, 200, 500_000, 100
SEPARATORS = ",;\t"
BLANKS = " \t\u00a0\r\n"  # no part of a cell at either end
# Encoding -> its name in a sentence, and the codec. A byte-order mark is no part of the text.
ENCODINGS = {"utf-8": ("UTF-8", "utf-8-sig"), "windows-1252": ("Windows-1252", "cp1252")}
_SAVE_AS = {
    "utf-8": 'Save it as "CSV UTF-8".',
    "windows-1252": "Save it as text (Windows, Western European).",
}
_SPACE = re.compile(r"[\s\u00a0]+")

Reader = Callable[[str], Any]
Line = tuple[int, list[str]]  # the line's number in the file, and its cells as text


class BadUpload(ValueError):
    """Why a file is refused: ``problems``, one sentence each, naming the line; of more than
    MOST_PROBLEMS the first, ``found`` are all. Nothing of the file was taken.
    """

    def __init__(self, problems: list[str]) -> None:
        self.found = problems
        more = len(problems) - MOST_PROBLEMS
        self.problems = problems[:MOST_PROBLEMS] + ([f"And {more} more."] if more > 0 else [])
        super().__init__(" ".join(self.problems))


@dataclass(frozen=True)
class Rows:
    """What a file says: one mapping a row, in order, and beside it the number of its line in the
    file.
    """

    rows: tuple[dict[str, Any], ...]
    lines: tuple[int, ...]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def read_rows(
    name: str, data: bytes, columns: Mapping[str, Reader], *, optional: Collection[str] = ()
) -> Rows:
    """Read a table whose first line names its columns.

    ``columns``: heading -> reader (text -> value, ValueError with a sentence). ``optional``:
    headings that may be missing; their value is then None, as it is for an empty cell of theirs.
    BadUpload names every wrong line.
    """
    return read_table(read_lines(name, data), columns, optional=optional)


def read_table(
    lines: list[Line], columns: Mapping[str, Reader], *, optional: Collection[str] = ()
) -> Rows:
    """The same from lines that are read already, such as one sheet of ``read_sheets``."""
    if not lines:
        raise BadUpload(["The file is empty."])
    heads = [_SPACE.sub(" ", head).strip().casefold() for head in lines[0][1]]
    while heads and not heads[-1]:
        heads.pop()
    _check_heads(heads, columns, optional)
    if len(lines) == 1:
        raise BadUpload(["The file has headings and no lines under them."])
    problems: list[str] = []
    rows = [_row(line, heads, columns, optional, problems) for line in lines[1:]]
    if problems:
        raise BadUpload(problems)
    return Rows(tuple(rows), tuple(number for number, _cells in lines[1:]))


def _check_heads(
    heads: list[str], columns: Mapping[str, Reader], optional: Collection[str]
) -> None:
    wanted = ", ".join(columns)
    problems = [
        f'The column "{head}" stands there twice.'
        for head in dict.fromkeys(heads)
        if heads.count(head) > 1
    ]
    problems += [
        f'The column "{head}" is missing.'
        for head in columns
        if head not in heads and head not in optional
    ]
    strange = [head for head in heads if head not in columns]
    problems += [
        f'The column "{head[:40]}" is not known. Known are: {wanted}.'
        for head in dict.fromkeys(strange)
    ]
    if problems:
        raise BadUpload(problems)


def _row(
    line: Line,
    heads: list[str],
    columns: Mapping[str, Reader],
    optional: Collection[str],
    problems: list[str],
) -> dict[str, Any]:
    number, cells = line
    row: dict[str, Any] = dict.fromkeys(columns)
    if any(cells[len(heads) :]) or len(cells) < len(heads):
        problems.append(
            f"Line {number} has {len(cells)} values, but there are {len(heads)} columns."
        )
        return row
    for head, text in zip(heads, cells, strict=False):
        if not text and head in optional:
            continue
        try:
            row[head] = columns[head](text)
        except ValueError as wrong:
            problems.append(f'Line {number}, column "{head}": {wrong}')
    return row


def read_lines(name: str, data: bytes) -> list[Line]:
    """The lines of a CSV file, or of the one sheet of a workbook that holds anything; empty lines
    are left out.
    """
    if not _is_book(name, data):
        return _csv(data)
    filled = {title: lines for title, lines in read_sheets(name, data).items() if lines}
    if len(filled) > 1:
        raise BadUpload([f"Only one sheet may hold anything, but these do: {', '.join(filled)}."])
    return next(iter(filled.values()), [])


def _is_book(name: str, data: bytes) -> bool:
    """A workbook by what it is, whatever it is called; too large, a macro or an old format is
    refused here.
    """
    if len(data) > LARGEST:
        raise BadUpload([f"The file is larger than {LARGEST // 1_000_000} MB."])
    ending = name.rpartition(".")[2].casefold()
    if ending in ("xlsm", "xltm", "xlsb", "xlam"):
        raise BadUpload(["A workbook with macros is not taken. Save it as XLSX or CSV."])
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadUpload(
            [
                (
                    "This is an old workbook (XLS), or one with a password. Save it as XLSX or "
                    "CSV without one."
                )
            ]
        )
    if ending == "xlsx" and not data.startswith(b"PK\x03\x04"):
        raise BadUpload(["The file is called XLSX but is not a workbook."])
    return data.startswith(b"PK\x03\x04")


def decoded(data: bytes, encoding: str = "utf-8") -> str:
    """The text of a file, without a byte-order mark. ``encoding``: a key of ENCODINGS. BadUpload:
    too large, no text, or not written in this encoding, with the first line that is not.
    """
    name, codec = ENCODINGS[encoding]
    if len(data) > LARGEST:
        raise BadUpload([f"The file is larger than {LARGEST // 1_000_000} MB."])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data:
        raise BadUpload([f"The file is not {name} text. {_SAVE_AS[encoding]}"])
    if encoding != "utf-8" and data.startswith(BOM_UTF8):
        raise BadUpload([f"The file says of itself that it is UTF-8, so it is not {name} text."])
    try:
        return data.decode(codec)
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        raise BadUpload(
            [f"Line {line} is not {name} text{_seems(data, encoding)}. {_SAVE_AS[encoding]}"]
        ) from None


def _seems(data: bytes, encoding: str) -> str:
    """What a file that is not UTF-8 most often is in England."""
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return (
        ": it seems to be Windows-1252, which older programs write" if encoding == "utf-8" else ""
    )


def _csv(data: bytes) -> list[Line]:
    return csv_lines(decoded(data))


def csv_lines(text: str, separator: str | None = None) -> list[Line]:
    """The lines of CSV text, empty ones left out. ``separator`` None: the one of SEPARATORS that
    stands most often in the first line.
    """
    if separator is None:
        first = text.lstrip().partition("\n")[0]
        separator = max(SEPARATORS, key=first.count) if first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found, line = [], 1
    try:
        for cells in reader:
            found.append((line, [cell.strip(BLANKS) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as wrong:
        raise BadUpload([f"Line {line} can't be read as CSV: {wrong}."]) from None
    return _not_too_many([entry for entry in found if any(entry[1])])


def _not_too_many(lines: list[Line]) -> list[Line]:
    if len(lines) > MOST_ROWS + 1:
        raise BadUpload([f"The file has more than {MOST_ROWS:,} lines."])
    return lines


def read_sheets(name: str, data: bytes) -> dict[str, list[Line]]:
    """Every sheet of a workbook as lines of text. BadUpload: macros, formulas, merged cells,
    errors, each cell named.
    """
    if not _is_book(name, data):
        raise BadUpload(["The file is not a workbook (XLSX)."])
    _look_inside(data)
    try:
        book = load_workbook(io.BytesIO(data), keep_links=False)
    except Exception:  # noqa: BLE001  (a damaged workbook breaks its reader in many ways)
        raise BadUpload(["The workbook is damaged and can't be read."]) from None
    problems: list[str] = []
    found = {sheet.title: _sheet(sheet, problems) for sheet in book.worksheets}
    if problems:
        raise BadUpload(problems)
    return found


def _look_inside(data: bytes) -> None:
    """Before a workbook is opened: no macros, no bomb, nothing that makes its parts larger while
    they are read.
    """
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if any("vbaproject" in part.filename.casefold() for part in parts):
                raise BadUpload(["A workbook with macros is not taken. Save it as XLSX or CSV."])
            if sum(part.file_size for part in parts) > UNPACKED or len(parts) > 1000:
                raise BadUpload(["The workbook is too large once unpacked."])
            if any(
                b"<!DOCTYPE" in packed.read(part)
                for part in parts
                if part.filename.endswith((".xml", ".rels"))
            ):
                raise BadUpload(["The workbook holds declarations that are not taken."])
    except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as wrong:
        if isinstance(wrong, BadUpload):
            raise
        raise BadUpload(["The workbook is damaged and can't be read."]) from None


def _sheet(sheet: Any, problems: list[str]) -> list[Line]:
    where = f'Sheet "{sheet.title}"'
    if sheet.max_row > MOST_ROWS + 1 or sheet.max_column > MOST_COLUMNS:
        problems.append(f"{where} has more than {MOST_ROWS:,} lines or {MOST_COLUMNS} columns.")
        return []
    if sheet.max_row * sheet.max_column > MOST_CELLS:  # a lone cell far out makes all before it
        problems.append(f"{where} reaches over more than {MOST_CELLS:,} cells.")
        return []
    problems += [f"{where}: the cells {merged} are merged." for merged in sheet.merged_cells.ranges]
    lines = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = []
        for cell in cells:
            wrong = {"f": "holds a formula", "e": "holds an error"}.get(cell.data_type)
            if wrong:
                problems.append(
                    f"{where}, line {number}: the cell {cell.coordinate} {wrong}. Put its "
                    "value there."
                )
            texts.append("" if wrong else _text(cell.value))
        if any(texts):
            lines.append((number, texts))
    return lines


def _text(value: object) -> str:
    """A cell as text: 5.0 is 5 and 16.29 is 16.29, as it was typed; a day is written as
    2026-04-01.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if value.time() == datetime.min.time()
            else value.isoformat(" ")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Real):
        text = str(value)  # the shortest digits that mean this number: those that were typed
        return text.removesuffix(".0")
    return str(value).strip(BLANKS)


# Readers for columns.


def words(text: str, most: int = 200) -> str:
    """Some words, not nothing."""
    if not text or len(text) > most:
        raise ValueError("write something here." if not text else f"at most {most} characters.")
    return text


def amount(text: str) -> Decimal:
    """Pounds as people type them, 0 or more, to the penny."""
    try:
        return parse_money(text)
    except ValueError as wrong:
        raise ValueError(
            f"{wrong} It says {text[:20]!r}." if text else "an amount is missing."
        ) from None


def number(text: str) -> Decimal:
    """A plain number of 0 or more, with at most three decimals."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", text):
        raise ValueError(
            f"{text[:20]!r} is not a number of 0 or more." if text else "a number is missing."
        )
    return Decimal(text)


def whole(text: str) -> int:
    """A whole number of 0 or more."""
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(
            f"{text[:20]!r} is not a whole number." if text else "a whole number is missing."
        )
    return int(text)


def day(text: str) -> date:
    """2026-04-01, or 1/4/2026 with the day first."""
    iso, british = (
        re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text),
        re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text),
    )
    parts = [
        int(part) for part in (iso.groups() if iso else british.groups()[::-1] if british else ())
    ]
    try:
        return date(*parts)
    except (TypeError, ValueError):
        raise ValueError(
            f"{text[:20]!r} is not a day such as 2026-04-01." if text else "a day is missing."
        ) from None


def one_of(*choices: str) -> Reader:
    """A reader of one of these words, whatever their capitals."""

    def read(text: str) -> str:
        found = next((choice for choice in choices if choice.casefold() == text.casefold()), None)
        if found is None:
            raise ValueError(f"{text[:20]!r} is not one of {', '.join(choices)}.")
        return found

    return read
