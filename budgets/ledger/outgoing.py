"""A batch as a file for the ledger: rows in, bytes out, the same rows always the same bytes.

`write` goes row by row and holds none of them. Nothing is cut short or left out in silence: what
does not fit is a ValueError that names the batch line and the column. Not here: which payments are
in a batch.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _

from budgets.ledger import layouts
from budgets.ledger.cell_texts import amount_text, day_text
from budgets.ledger.layout_file import can_be_written
from budgets.ledger.layouts import CONTROL, NUMBERS, RIGHT, Column, Layout
from budgets.money.uploads import ENCODINGS
from cases.ui.spreadsheets import harmless

LINE_END = "\r\n"


class OutgoingRow(NamedTuple):
    """One line of a batch. ``line``: its number there. ``creditor``: the ledger's number of the
    payee. ``what``: one of WHATS. ``amount``: pounds in whole pence; both covers None: no days.
    """

    line: int
    reference: str
    creditor: str
    payee_kind: str
    agreement: str
    what: str
    due: date
    covers_from: date | None
    covers_to: date | None
    amount: Decimal
    narrative: str = ""


@dataclass(frozen=True)
class Written:
    """What a file holds: lines, their sum in pounds, and the SHA-256 of its bytes as hex."""

    count: int
    total: Decimal
    sha256: str


class Writable(Protocol):
    """An open file, or whatever takes bytes."""

    def write(self, data: bytes, /) -> object: ...


def write(layout: Layout, batch: int, rows: Iterable[OutgoingRow], out: Writable) -> Written:
    """The file of a batch, line by line. ValueError: see `lines`."""
    sums, whole = _Sums(), hashlib.sha256()
    for line in _lines(layout, batch, rows, sums):
        whole.update(line)
        out.write(line)
    return Written(sums.count, sums.total, whole.hexdigest())


def lines(layout: Layout, batch: int, rows: Iterable[OutgoingRow]) -> Iterator[bytes]:
    """The lines of the file, each with its end. ``rows``: by number, at least one; where the header
    record tells count, total or hash they are read twice, so they can't be a generator. ValueError:
    a value that doesn't fit its width or the encoding, holds a line break, is no whole penny or has
    no code; no row; numbers that don't rise; rows that were others when read again.
    """
    return _lines(layout, batch, rows, _Sums())


class _Sums:
    """What a header or trailer record tells of the lines."""

    def __init__(self) -> None:
        self.count, self.total, self._hash = 0, Decimal("0.00"), hashlib.sha256()

    def add(self, row: OutgoingRow, line: bytes) -> None:
        self.count += 1
        self.total += row.amount
        self._hash.update(line)

    def values(self, batch: int) -> dict[str, str | int | Decimal]:
        control = self._hash.hexdigest()
        return {"batch": batch, "count": self.count, "total": self.total, "hash": control}


def _lines(layout: Layout, batch: int, rows: Iterable[OutgoingRow], sums: _Sums) -> Iterator[bytes]:
    told = None
    if layout.header_record:
        told = _Sums()
        if {column.field for column in layout.header_record} & {"count", "total", "hash"}:
            for row, line in _body(layout, batch, rows):
                told.add(row, line)
        where = _("Header record")
        yield line_of(layout, layout.header_record, told.values(batch), where)
    if layout.headings:
        yield headings(layout)
    for row, line in _body(layout, batch, rows):
        sums.add(row, line)
        yield line
    if told and told.count and told.values(batch) != sums.values(batch):
        raise ValueError(_("The lines of the batch changed while its file was written."))
    if not sums.count:
        raise ValueError(_("The batch has no line to write."))
    if layout.trailer_record:
        yield line_of(layout, layout.trailer_record, sums.values(batch), _("Trailer record"))


def _body(
    layout: Layout, batch: int, rows: Iterable[OutgoingRow]
) -> Iterator[tuple[OutgoingRow, bytes]]:
    before = 0
    for row in rows:
        if row.line <= before:
            raise ValueError(
                _("Batch line %(line)s comes after line %(before)s: the numbers must rise.")
                % {"line": row.line, "before": before}
            )
        before = row.line
        where = _("Batch line %(line)s") % {"line": row.line}
        yield row, line_of(layout, layout.columns, {"batch": batch, **row._asdict()}, where)


def line_of(
    layout: Layout, columns: Sequence[Column], values: Mapping[str, object], where: str
) -> bytes:
    """One line or record with its end. ValueError: where it stands, its column, what is wrong."""
    cells = []
    for column in columns:
        try:
            cells.append(_cell(layout, column, values.get(column.field)))
        except ValueError as wrong:
            raise ValueError(
                _("%(where)s, column “%(column)s”: %(wrong)s")
                % {"where": where, "column": column.heading, "wrong": wrong}
            ) from None
    return _joined(layout, cells)


def headings(layout: Layout) -> bytes:
    """The line with the names of the columns."""
    return _joined(layout, [column.heading for column in layout.columns])


def _cell(layout: Layout, column: Column, value: object) -> str:
    """A value as it stands in the file. ValueError: a sentence."""
    text = _text(layout, column, value)
    said = {"text": text[:40], "width": column.width, "encoding": ENCODINGS[layout.encoding][0]}
    if CONTROL.search(text):
        raise ValueError(_("“%(text)s” holds a sign that breaks a line.") % said)
    if not can_be_written(text, layout.encoding):
        raise ValueError(_("“%(text)s” can't be written in %(encoding)s.") % said)
    if layout.fixed:
        if len(text) > column.width:
            raise ValueError(
                _("“%(text)s” does not fit a column with a width of %(width)s.") % said
            )
        return _placed(column, text)
    return harmless(text) if isinstance(value, str) else text


def _text(layout: Layout, column: Column, value: object) -> str:
    if column.field == layouts.CONSTANT:
        return column.text
    if isinstance(value, Decimal):
        return amount_text(value, layout.amounts)
    if isinstance(value, date):
        return day_text(value, layout.days)
    text = "" if value is None else str(value)
    if column.codes and text not in column.codes:
        raise ValueError(_("the layout has no code for “%(text)s”.") % {"text": text[:40]})
    return column.codes.get(text, text)


def _placed(column: Column, text: str) -> str:
    """The text in its width. A minus stays before the noughts."""
    if column.side != RIGHT:
        return text.ljust(column.width, column.fill)
    if column.field in NUMBERS and column.fill == layouts.NOUGHT:
        return text.zfill(column.width)
    return text.rjust(column.width, column.fill)


class _Echo:
    """Gives a written line back, so that the csv module holds nothing."""

    def write(self, text: str) -> str:
        return text


def _joined(layout: Layout, cells: Sequence[str]) -> bytes:
    if layout.fixed:
        text = "".join(cells) + LINE_END
    else:
        writer = csv.writer(_Echo(), delimiter=layout.separator, lineterminator=LINE_END)
        text = writer.writerow(cells)
    return text.encode(layout.encoding)
