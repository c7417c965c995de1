"""A column layout as JSON: every part read once, none unknown, all mistakes said at once.

{"format": "csv" or "fixed_width",             # this and the columns must be there
 "encoding": "utf-8" or "windows-1252",        # what is left out: the first that is named
 "separator": ",", ";", tab or "|",            # CSV only
 "headings": true or false,                    # CSV only
 "days": one of DAY_FORMATS,
 "amounts": {"unit": "pounds" or "pence", "sign": "leading", "trailing" or "none"},
 "columns": [{"field": one of FIELDS or ANSWER_FIELDS, "heading": its name or the field's,
              "text": of a constant,
              "codes": {our word: the ledger's},            # of CODED, outgoing only
              # fixed width only:
              "width": characters, "side": "left" or "right", "fill": " " or "0"}],
 "header_record": [columns of RECORD_FIELDS], "trailer_record": [the same],
 "outcomes": {the ledger's code: "paid" or "returned"}}     # answer file only
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from budgets.allocation.readers import SchemeError, read_json, show
from budgets.ledger import layouts
from budgets.ledger.cell_texts import DAY_FORMATS, SIGNS, UNITS, AmountFormat
from budgets.ledger.layouts import CONSTANT, IGNORED, AnswerLayout, Column, Layout
from budgets.money.uploads import ENCODINGS, BadUpload
from cases.ui.spreadsheets import harmless

WIDEST, MOST_COLUMNS = 500, 100  # characters, columns
HASH_WIDTH = 64  # characters
RECORDS = ("header_record", "trailer_record")
FIXED_PARTS = ("width", "side", "fill")


def as_text(layout: Mapping[str, Any]) -> str:
    """A layout as it is shown and typed."""
    return json.dumps(layout, indent=2, ensure_ascii=False)


def read_layout(text: str) -> Layout:
    """The layout of the outgoing file. BadUpload: one sentence for each mistake."""
    reader = _Reader(text, layouts.FIELDS, layouts.RECORD_FIELDS)
    parts = reader.parts()
    reader.need(parts["columns"], "line", "amount")
    reader.done()
    return Layout(**parts)


def read_answer_layout(text: str) -> AnswerLayout:
    """The layout of the answer file. BadUpload: one sentence for each mistake."""
    reader = _Reader(text, layouts.ANSWER_FIELDS, layouts.ANSWER_RECORD_FIELDS, "outcomes")
    parts, outcomes = reader.parts(), reader.outcomes()
    fields = {column.field for column in parts["columns"]}
    reader.need(parts["columns"], "amount", "outcome")
    if "reference" not in fields and not {"batch", "line"} <= fields:
        reader.wrong(
            _("Columns"),
            _("an answer must say which payment it is for: our reference, or batch and line."),
        )
    if layouts.RETURNED in outcomes.values() and "reason" not in fields:
        reader.wrong(_("Columns"), _("a payment that comes back needs a column “reason”."))
    for record in RECORDS:
        cells = parts[record]
        if cells and not (cells[0].field == CONSTANT and cells[0].text):
            reader.wrong(record, _("it must begin with a constant, by which it is known."))
    reader.done()
    return AnswerLayout(**parts, outcomes=outcomes)


class _Reader:
    """Reads a layout and gathers what is wrong with it. What its methods give back has a meaning
    only where nothing was.
    """

    def __init__(
        self, text: str, fields: Sequence[str], record_fields: Sequence[str], *own: str
    ) -> None:
        """``own``: parts that this kind of layout has and the other has not."""
        try:
            value = read_json(text.encode("utf-8", "surrogatepass"))
        except SchemeError as wrong:
            raise BadUpload([str(wrong)]) from None
        if not isinstance(value, dict):
            raise BadUpload([_("A layout must be an object with named parts.")])
        self._value, self._own = value, own
        self._fields, self._record_fields = fields, record_fields
        self._problems: list[str] = []

    def wrong(self, where: str, what: str) -> None:
        self._problems.append(f"{where}: {what}")

    def done(self) -> None:
        """BadUpload where anything was wrong."""
        if self._problems:
            raise BadUpload(self._problems)

    def need(self, columns: Sequence[Column], *fields: str) -> None:
        for name in fields:
            if name not in {column.field for column in columns}:
                self.wrong(_("Columns"), _("there is none for “%(field)s”.") % {"field": name})

    def parts(self) -> dict[str, Any]:
        """What a `Layout` is made of."""
        value, where = self._value, _("Layout")
        form = self._choice(where, value, "format", ("", *layouts.FORMATS))
        self._fixed = form == layouts.FIXED_WIDTH
        known = ["format", "encoding", "days", "amounts", "columns", *RECORDS, *self._own]
        self._only(where, value, known if self._fixed else [*known, "separator", "headings"])
        self._encoding = self._choice(where, value, "encoding", tuple(ENCODINGS))
        amounts = self._part(where, value, "amounts", dict)
        self._only("amounts", amounts, AmountFormat._fields)
        headings = value.get("headings", not self._fixed)
        if not isinstance(headings, bool):
            self.wrong(where, _("“headings” must be true or false."))
        return {
            "encoding": self._encoding,
            "separator": ""
            if self._fixed
            else self._choice(where, value, "separator", layouts.SEPARATORS),
            "headings": headings is True,
            "days": self._choice(where, value, "days", DAY_FORMATS),
            "amounts": AmountFormat(
                self._choice("amounts", amounts, "unit", UNITS),
                self._choice("amounts", amounts, "sign", SIGNS),
            ),
            "columns": self._columns(headings is True),
            **{
                record: self._cells(record, self._part(where, value, record, list))
                for record in RECORDS
            },
        }

    def outcomes(self) -> dict[str, str]:
        """The ledger's codes in small letters, and what each means."""
        found: dict[str, str] = {}
        value = self._part(_("Layout"), self._value, "outcomes", dict)
        if not value:
            self.wrong("outcomes", _("say which codes of the ledger mean “paid” or “returned”."))
        for code, outcome in value.items():
            name = code.strip().casefold()
            if outcome not in layouts.OUTCOMES:
                what = _("the code %(code)s must mean “paid” or “returned”.")
                self.wrong("outcomes", what % {"code": show(code)})
            if not name or name in found:
                what = _("the code %(code)s is empty or stands there twice.")
                self.wrong("outcomes", what % {"code": show(code)})
            found[name] = outcome
        return found

    def _only(self, where: str, value: Mapping[str, Any], known: Sequence[str]) -> None:
        for part in value:
            if part not in known:
                what = _("“%(part)s” is not known here. Known are: %(known)s.")
                self.wrong(where, what % {"part": part[:40], "known": ", ".join(known)})

    def _choice(self, where: str, value: Mapping[str, Any], part: str, known: Sequence[str]) -> str:
        """One of the known words; where nothing is said the first, unless that is empty."""
        found = value.get(part, known[0])
        if not (isinstance(found, str) and found and found in known):
            what = _("“%(part)s” must be one of %(known)s.")
            words = ", ".join(show(word) for word in known if word)
            self.wrong(where, what % {"part": part, "known": words})
            return known[0]
        return found

    def _part(self, where: str, value: Mapping[str, Any], part: str, kind: type) -> Any:
        """A list or an object; empty where it is left out."""
        found = value.get(part, kind())
        if not isinstance(found, kind):
            wanted = _("a list") if kind is list else _("an object with named parts")
            what = _("“%(part)s” must be %(wanted)s.")
            self.wrong(where, what % {"part": part, "wanted": wanted})
            return kind()
        return found

    def _text(self, where: str, value: Mapping[str, Any], part: str, otherwise: str) -> str:
        found = value.get(part, otherwise)
        if not isinstance(found, str):
            self.wrong(where, _("“%(part)s” must be a text.") % {"part": part})
            return otherwise
        return found

    def _columns(self, headings: bool) -> tuple[Column, ...]:
        value = self._part(_("Layout"), self._value, "columns", list)
        if not 0 < len(value) <= MOST_COLUMNS:
            what = _("there must be at least one and at most %(most)s.")
            self.wrong(_("Columns"), what % {"most": MOST_COLUMNS})
        found = self._cells("", value)
        named = [c for c in found if headings or c.field not in (CONSTANT, IGNORED)]
        names = [[name_of(column.heading) for column in named]]
        if "outcomes" in self._own:  # of two columns with the outcome, which is meant?
            names.append([column.field for column in found if column.field != IGNORED])
        for name in dict.fromkeys(n for kind in names for n in kind if kind.count(n) > 1):
            self.wrong(_("Columns"), _("two are called “%(name)s”.") % {"name": name})
        return found

    def _cells(self, record: str, value: Sequence[Any]) -> tuple[Column, ...]:
        """Columns, or where a record is named its cells."""
        found = []
        for number, cell in enumerate(value[:MOST_COLUMNS], 1):
            where = _("Column %(number)s") % {"number": number}
            where = f"{record}, {where}" if record else where
            if isinstance(cell, dict):
                found.append(self._column(where, cell, bool(record)))
            else:
                self.wrong(where, _("it must be an object with a field."))
        return tuple(found)

    def _column(self, where: str, value: Mapping[str, Any], in_record: bool) -> Column:
        known = self._record_fields if in_record else self._fields
        name = self._choice(where, value, "field", ("", *known))
        parts = ["field", "heading"]
        parts += ["text"] if name == CONSTANT else ["codes"] if name in layouts.CODED else []
        if name:
            self._only(where, value, [*parts, *FIXED_PARTS] if self._fixed else parts)
        column = Column(
            field=name,
            heading=self._text(where, value, "heading", name),
            text=self._text(where, value, "text", ""),
            codes=self._codes(where, value),
        )
        if name and not column.heading.strip():
            self.wrong(where, _("“heading” is empty."))
        column = self._placed(where, value, column) if self._fixed else column
        texts = [column.text, *column.codes.values()]
        for text in texts if self._fixed else [*texts, column.heading]:
            self._check_text(where, text, column.width)
        return column

    def _codes(self, where: str, value: Mapping[str, Any]) -> dict[str, str]:
        codes: dict[str, str] = self._part(where, value, "codes", dict)
        sound = all(isinstance(code, str) and code for code in codes.values())
        if not sound:
            self.wrong(where, _("each code must be a text."))
        for what in codes if value.get("field") == "what" else ():
            if what not in layouts.WHATS:
                sentence = _("there is no payment called %(what)s. There are: %(known)s.")
                known = ", ".join(layouts.WHATS)
                self.wrong(where, sentence % {"what": show(what), "known": known})
        return codes if sound else {}

    def _placed(self, where: str, value: Mapping[str, Any], column: Column) -> Column:
        """The column with its width, side and fill."""
        width = value.get("width")
        if not isinstance(width, int) or isinstance(width, bool) or not 1 <= width <= WIDEST:
            what = _("“width” must be a whole number from 1 to %(most)s.")
            self.wrong(where, what % {"most": WIDEST})
            width = WIDEST
        if column.field == "hash" and width < HASH_WIDTH:
            what = _("the hash needs a width of %(width)s.")
            self.wrong(where, what % {"width": HASH_WIDTH})
        sides = layouts.SIDES[::-1] if column.field in layouts.NUMBERS else layouts.SIDES
        side = self._choice(where, value, "side", sides)
        fill = self._choice(where, value, "fill", layouts.FILLS)
        if (side, fill) == (layouts.LEFT, layouts.NOUGHT):
            self.wrong(where, _("what stands left is filled with blanks, or it would be changed."))
        return column._replace(width=width, side=side, fill=fill)

    def _check_text(self, where: str, text: str, width: int) -> None:
        """A text of the layout's own, which stands in every file."""
        said = {"text": show(text), "width": width, "encoding": ENCODINGS[self._encoding][0]}
        if layouts.CONTROL.search(text):
            self.wrong(where, _("%(text)s holds a sign that breaks a line.") % said)
        elif width and len(text) > width:
            self.wrong(where, _("%(text)s is wider than the width of %(width)s.") % said)
        elif not self._fixed and harmless(text) != text:
            self.wrong(where, _("%(text)s would be run as a formula by a spreadsheet.") % said)
        elif not can_be_written(text, self._encoding):
            self.wrong(where, _("%(text)s can't be written in %(encoding)s.") % said)


def name_of(heading: str) -> str:
    """A heading as it is compared: its words in small letters."""
    return " ".join(heading.casefold().split())


def can_be_written(text: str, encoding: str) -> bool:
    """Whether a text has only characters of this encoding, a key of ENCODINGS."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
