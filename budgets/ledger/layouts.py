"""Column layouts: which columns a council's finance ledger takes and gives back, and how they are
written.

`Layout` is of the outgoing file, `AnswerLayout` of the answer file. `DEFAULT` and `DEFAULT_ANSWER`
are for a council that has said nothing else. How a layout is written as JSON, and what is refused:
`layout_file`. Not here: rows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from budgets.ledger.cell_texts import AmountFormat

CSV, FIXED_WIDTH = FORMATS = ("csv", "fixed_width")
SEPARATORS = (",", ";", "\t", "|")
LEFT, RIGHT = SIDES = ("left", "right")
BLANK, NOUGHT = FILLS = (" ", "0")
CONSTANT, IGNORED = "constant", "ignored"
WHATS = ("regular", "one_off", "owed", "recovered", "extra", "charge")
FIELDS = (
    *("batch", "line", "reference", "creditor", "payee_kind", "agreement", "what", "due"),
    *("covers_from", "covers_to", "amount", "narrative", CONSTANT),
)
CODED = ("what", "payee_kind")
RECORD_FIELDS = (CONSTANT, "batch", "count", "total", "hash")
ANSWER_FIELDS = (
    *("batch", "line", "reference", "amount", "outcome", "reason", "ledger_ref", "on", IGNORED),
)
ANSWER_RECORD_FIELDS = (CONSTANT, "batch", "count", "total", IGNORED)
NUMBERS = {"batch", "line", "amount", "count", "total"}  # stand right unless said otherwise
PAID, RETURNED = OUTCOMES = ("paid", "returned")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # would end a line or break it


class Column(NamedTuple):
    """One column, or one cell of a record. ``heading``: its name in the file and in sentences.
    ``text``: of a constant. ``codes``: our word -> the ledger's; empty: our word itself. ``width``
    0: as wide as its text.
    """

    field: str
    heading: str
    text: str = ""
    codes: Mapping[str, str] = {}
    width: int = 0
    side: str = LEFT
    fill: str = BLANK


@dataclass(frozen=True)
class Layout:
    """How the lines of a file stand. ``separator`` empty: columns of fixed width. ``headings``: a
    line with the names of the columns stands before the lines. A record is one line of its own,
    the first or the last of the file; its ``hash`` is the SHA-256 of all lines between.
    """

    encoding: str  # a key of uploads.ENCODINGS
    separator: str
    headings: bool
    days: str  # one of DAY_FORMATS
    amounts: AmountFormat
    columns: tuple[Column, ...]
    header_record: tuple[Column, ...]
    trailer_record: tuple[Column, ...]

    @property
    def fixed(self) -> bool:
        return not self.separator


@dataclass(frozen=True)
class AnswerLayout(Layout):
    """The same of an answer file. With headings the columns are found by them, and others are
    passed over; else all stand there in their order. ``outcomes``: the ledger's code in small
    letters -> PAID or RETURNED.
    """

    outcomes: Mapping[str, str] = field(default_factory=dict)


DEFAULT: dict[str, Any] = {
    "format": CSV,
    "columns": [
        *({"field": name} for name in ("batch", "line", "creditor", "reference", "agreement")),
        {"field": "narrative", "heading": "payment"},
        *({"field": name} for name in ("what", "due")),
        {"field": "covers_from", "heading": "from"},
        {"field": "covers_to", "heading": "to"},
        {"field": "amount"},
    ],
}
DEFAULT_ANSWER: dict[str, Any] = {
    "format": CSV,
    "columns": [{"field": name} for name in ANSWER_FIELDS if name != IGNORED],
    "outcomes": {"paid": PAID, "returned": RETURNED},
}
