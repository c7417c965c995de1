"""What the ledger answers to a batch: bytes in, one answer a line out, or every line that is wrong.
All or nothing.

`read_answers` holds each line against what went out: an answer for another batch, of another sum or
twice is refused. Lines of the batch that the file doesn't name stay open: whoever asks lists them.
Not here: what an answer changes.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from budgets.ledger import layouts
from budgets.ledger.cell_texts import read_amount, read_day
from budgets.ledger.layout_file import name_of
from budgets.ledger.layouts import AnswerLayout, Column
from budgets.money.sterling import pounds
from budgets.money.uploads import BLANKS, ENCODINGS, LARGEST, BadUpload, csv_lines, decoded

LONGEST = {"reason": 200, "ledger_ref": 60}  # characters
_BINARY = re.compile(r"[\x01-\x08\x0e-\x1f]")
_WHOLE = re.compile(r"0*[0-9]{1,9}")

FileLine = tuple[int, list[str]]  # its number in the file, and its cells


class SentLine(NamedTuple):
    """A line of the batch as it went out; amount in pounds."""

    amount: Decimal
    reference: str


class Answer(NamedTuple):
    """What the ledger says of one line of the batch. ``outcome``: PAID or RETURNED, this with a
    reason. ``on``: None where the file has no day.
    """

    line: int
    outcome: str
    reason: str
    ledger_ref: str
    on: date | None


def read_answers(
    data: bytes, layout: AnswerLayout, batch: int, sent: Mapping[int, SentLine]
) -> tuple[Answer, ...]:
    """The answers of a file, in its order. ``sent``: all lines of the batch by their number.
    BadUpload: one sentence for each line that is wrong, and nothing is taken.
    """
    found = _file_lines(_decoded(data, layout), layout)
    if not found:
        raise BadUpload([_("The file is empty.")])
    reading = _Reading(layout, batch, sent)
    found = reading.without_records(found)
    if reading.problems:  # a file that is not whole has no answers that could be trusted
        raise BadUpload(reading.problems)
    columns = layout.columns
    if layout.headings:
        columns = reading.headed(found[0][1] if found else [])
        found = found[1:]
    if not found:
        raise BadUpload([_("The file has no answers.")])
    for line in found:
        reading.read(line, columns)
    reading.check_records(len(found))
    if reading.problems:
        raise BadUpload(reading.problems)
    return tuple(reading.answers)


def _decoded(data: bytes, layout: AnswerLayout) -> str:
    try:
        text = decoded(data, layout.encoding)
    except BadUpload as wrong:
        if len(data) > LARGEST:
            raise
        name = ENCODINGS[layout.encoding][0]
        why = _("The column layout says that the ledger writes %(encoding)s.") % {"encoding": name}
        raise BadUpload([*wrong.problems, why]) from None
    binary = _BINARY.search(text)
    if binary:
        line = text.count("\n", 0, binary.start()) + 1
        raise BadUpload([_("Line %(line)s: this is not a text file.") % {"line": line}])
    return text


def _file_lines(text: str, layout: AnswerLayout) -> list[FileLine]:
    """Lines with their cells; of fixed width each is one cell still."""
    if not layout.fixed:
        return csv_lines(text, layout.separator)
    lines = enumerate(re.split(r"\r\n|\r|\n", text), 1)
    return [(number, [line]) for number, line in lines if line.strip(BLANKS)]


class _Reading:
    """One reading of an answer file: what was found, and what is wrong with it."""

    def __init__(self, layout: AnswerLayout, batch: int, sent: Mapping[int, SentLine]) -> None:
        self._layout, self._batch, self._sent = layout, batch, sent
        named = [column for column in layout.columns if column.field == "reference"]
        self._reference = named[0] if named else Column("reference", "reference")
        bare = {n: _bare(self._reference, line.reference) for n, line in sent.items()}
        self._references = Counter(bare.values())
        self._by_reference = {reference: n for n, reference in bare.items()}
        self._answered: dict[int, int] = {}  # batch line -> line of the file
        self._total, self._unread = Decimal("0.00"), False  # a sum that could not be read
        self._records: list[tuple[int, dict[str, str]]] = []
        self.problems: list[str] = []
        self.answers: list[Answer] = []

    def _wrong(self, number: int, what: str) -> None:
        line = _("Line %(number)s: %(what)s")
        self.problems.append(line % {"number": number, "what": what})

    # The records, and the line with headings.

    def without_records(self, found: list[FileLine]) -> list[FileLine]:
        """The lines between header and trailer record, which are kept to be checked."""
        if self._layout.header_record and found:
            self._take_record(found[0], self._layout.header_record)
            found = found[1:]
        if self._layout.trailer_record:
            if not found:
                self.problems.append(_("The trailer record is missing."))
            else:
                self._take_record(found[-1], self._layout.trailer_record)
                found = found[:-1]
        return found

    def _take_record(self, line: FileLine, columns: Sequence[Column]) -> None:
        number, (first, *_others) = line
        if self._layout.fixed:
            first = first[: columns[0].width]
        if _bare(columns[0], first) != _bare(columns[0], columns[0].text):
            what = _("a record that begins with “%(mark)s” should stand here. Is the file whole?")
            self._wrong(number, what % {"mark": columns[0].text})
            return
        cells = self._cut(line, columns)
        if cells is not None:
            self._records.append((number, cells))

    def check_records(self, count: int) -> None:
        """Count, total and batch that the records tell."""
        for number, cells in self._records:
            if "batch" in cells:
                self._check_batch(number, cells["batch"])
            if "count" in cells and _whole(cells["count"]) != count:
                what = _("its count of answers is %(told)s, but the file has %(count)s.")
                self._wrong(number, what % {"told": cells["count"] or "–", "count": count})
            if "total" in cells and not self._unread:
                self._check_total(number, cells["total"])

    def _check_total(self, number: int, text: str) -> None:
        try:
            told = read_amount(text, self._layout.amounts)
        except ValueError as wrong:
            self._wrong(number, str(wrong))
            return
        if told != self._total:
            what = _("its total is %(told)s, but the lines add up to %(total)s.")
            self._wrong(number, what % {"told": pounds(told), "total": pounds(self._total)})

    def headed(self, heads: list[str]) -> tuple[Column, ...]:
        """The columns in the order of this file. BadUpload: one is missing or there twice."""
        names = [name_of(head) for head in heads]
        wanted = {
            name_of(column.heading): column
            for column in self._layout.columns
            if column.field != layouts.IGNORED
        }
        for name, column in wanted.items():
            if names.count(name) != 1:
                what = (
                    _("The column “%(heading)s” stands there twice.")
                    if name in names
                    else _("The column “%(heading)s” is missing.")
                )
                self.problems.append(what % {"heading": column.heading})
        if self.problems:
            raise BadUpload(self.problems)
        return tuple(wanted.get(name, Column(layouts.IGNORED, name)) for name in names)

    # One line.

    def _cut(self, line: FileLine, columns: Sequence[Column]) -> dict[str, str] | None:
        """Field -> text. None: the line has not the length, or not the number of cells."""
        number, cells = line
        if self._layout.fixed:
            length = sum(column.width for column in columns)
            blank_end = (columns[-1].side, columns[-1].fill) == (layouts.LEFT, layouts.BLANK)
            shortest = length - columns[-1].width if blank_end else length
            text = cells[0]
            if len(text) < shortest or text[length:].strip(BLANKS):
                what = _("it has %(found)s characters, but its columns have %(wanted)s.")
                self._wrong(number, what % {"found": len(text), "wanted": length})
                return None
            cells = _split(text, columns)
        if any(cells[len(columns) :]) or len(cells) < len(columns):
            what = _("it has %(found)s values, but there are %(wanted)s columns.")
            self._wrong(number, what % {"found": len(cells), "wanted": len(columns)})
            return None
        pairs = zip(columns, cells, strict=False)
        return {column.field: text for column, text in pairs}

    def read(self, line: FileLine, columns: Sequence[Column]) -> None:
        """Take the answer of a line, or say what is wrong with it."""
        number, cells = line[0], self._cut(line, columns)
        if cells is None:
            self._unread = True
            return
        before = len(self.problems)
        if "batch" in cells:
            self._check_batch(number, cells["batch"])
        amount = self._amount(number, cells["amount"])
        found = self._line(number, cells) if len(self.problems) == before else None
        if found is not None and amount is not None:
            self._check_sent(number, found, amount)
        answer = Answer(
            found or 0,
            self._outcome(number, cells),
            self._short(number, cells, "reason"),
            self._short(number, cells, "ledger_ref"),
            self._day(number, cells.get("on", "")),
        )
        if len(self.problems) == before:
            self.answers.append(answer)

    def _check_batch(self, number: int, text: str) -> None:
        if _whole(text) != self._batch:
            what = _("it is for batch “%(found)s”, and this is batch %(batch)s.")
            self._wrong(number, what % {"found": text[:20], "batch": self._batch})

    def _line(self, number: int, cells: Mapping[str, str]) -> int | None:
        """The line of the batch that is answered, if it was sent and is not answered already."""
        found = self._named(number, cells)
        if found is None:
            return None
        first = self._answered.setdefault(found, number)
        if first != number:
            what = _("batch line %(line)s is answered already in line %(first)s of the file.")
            self._wrong(number, what % {"line": found, "first": first})
            return None
        return found

    def _named(self, number: int, cells: Mapping[str, str]) -> int | None:
        reference = _bare(self._reference, cells.get("reference", ""))
        if "line" not in cells:
            if reference and self._references[reference] == 1:
                return self._by_reference[reference]
            what = (
                _("the reference “%(reference)s” is not in batch %(batch)s.")
                if not reference or reference not in self._references
                else _("more than one line of batch %(batch)s has the reference “%(reference)s”.")
            )
            said = {"reference": cells["reference"][:40], "batch": self._batch}
            self._wrong(number, what % said)
            return None
        found = _whole(cells["line"])
        if found is None or found not in self._sent:
            what = _("batch %(batch)s had no line “%(line)s”.")
            self._wrong(number, what % {"batch": self._batch, "line": cells["line"][:20]})
            return None
        sent = self._sent[found].reference
        if "reference" in cells and reference != _bare(self._reference, sent):
            what = _(
                "batch line %(line)s went out as “%(sent)s”, and the answer is for "
                "“%(reference)s”. Is it the answer to another batch, or another council's?"
            )
            said = {"line": found, "sent": sent, "reference": cells["reference"][:40]}
            self._wrong(number, what % said)
            return None
        return found

    def _amount(self, number: int, text: str) -> Decimal | None:
        try:
            amount = read_amount(text, self._layout.amounts)
        except ValueError as wrong:
            self._wrong(number, str(wrong))
            self._unread = True
            return None
        self._total += amount
        return amount

    def _check_sent(self, number: int, found: int, amount: Decimal) -> None:
        sent = self._sent[found].amount
        if amount != sent:
            what = _("batch line %(line)s went out with %(sent)s, and the answer says %(amount)s.")
            said = {"line": found, "sent": pounds(sent), "amount": pounds(amount)}
            self._wrong(number, what % said)

    def _outcome(self, number: int, cells: Mapping[str, str]) -> str:
        code = cells["outcome"]
        outcome = self._layout.outcomes.get(code.casefold(), "")
        if not outcome:
            what = _("the outcome “%(code)s” is not known. Known are: %(known)s.")
            known = ", ".join(self._layout.outcomes)
            self._wrong(number, what % {"code": code[:20], "known": known})
        if outcome == layouts.RETURNED and not cells["reason"]:
            self._wrong(number, _("the payment came back, but no reason is given."))
        return outcome

    def _short(self, number: int, cells: Mapping[str, str], field: str) -> str:
        text, most = cells.get(field, ""), LONGEST[field]
        if len(text) > most:
            what = _("“%(text)s…” is longer than %(most)s characters.")
            self._wrong(number, what % {"text": text[:20], "most": most})
        return text

    def _day(self, number: int, text: str) -> date | None:
        if not text.strip("0"):  # noughts: an empty day in a fixed width
            return None
        try:
            return read_day(text, self._layout.days)
        except ValueError as wrong:
            self._wrong(number, str(wrong))
            return None


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _bare(column: Column, text: str) -> str:
    """A text without what was put before it: noughts to fill a width, and the apostrophe that keeps
    a spreadsheet from running it.
    """
    bare = text.strip(BLANKS).removeprefix("'")
    return bare.lstrip("0") if column.fill == layouts.NOUGHT else bare


def _split(text: str, columns: Sequence[Column]) -> list[str]:
    cells, start = [], 0
    for column in columns:
        cells.append(text[start : start + column.width].strip(BLANKS))
        start += column.width
    return cells
