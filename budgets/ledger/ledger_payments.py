"""What a council's ledger pays by its own list on a pay day: a table in, payments out, or every
line that is wrong. All or nothing.

Not here: whose payments they are, and what ours would be (`budgets.payments.parallel`).
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from budgets.ledger import creditor_numbers
from budgets.ledger.running import Table
from budgets.money import uploads
from budgets.money.uploads import BadUpload

EARLY = 7  # days: money that is there before a weekend or a holiday
OPTIONAL = ("reference", "creditor", "from", "to")
COLUMNS: dict[str, uploads.Reader] = {
    "reference": lambda text: uploads.words(text, 40).upper(),
    "creditor": lambda text: creditor_numbers.normal(uploads.words(text, 20)),
    "amount": uploads.amount,
    "date": uploads.day,
    "from": uploads.day,
    "to": uploads.day,
}


class LedgerPayment(NamedTuple):
    """One payment of the ledger, with the line of the file. Named by the council's reference, by
    the creditor number, or both. ``first``, ``last``: the days it covers, or None for both.
    """

    line: int
    reference: str
    creditor: str
    amount: Decimal
    first: date | None
    last: date | None


def read_payments(table: Table, on: date) -> list[LedgerPayment]:
    """The payments of one pay day. BadUpload: one sentence for each mistake."""
    rows = uploads.read_rows(table.name, table.data, COLUMNS, optional=OPTIONAL)
    problems = [
        _("Line %(line)s, column “%(column)s”: %(what)s")
        % {"line": number, "column": column, "what": what}
        for number, row in zip(rows.lines, rows, strict=True)
        for column, what in _wrong(row, on)
    ]
    if problems:
        raise BadUpload(problems)
    return [
        LedgerPayment(
            number,
            row["reference"] or "",
            row["creditor"] or "",
            row["amount"],
            row["from"],
            row["to"],
        )
        for number, row in zip(rows.lines, rows, strict=True)
    ]


def _wrong(row: dict[str, Any], on: date) -> list[tuple[str, str]]:
    found = []
    if row["reference"] is None and row["creditor"] is None:
        found.append(("reference", _("write the reference, or the creditor number.")))
    if not on - timedelta(days=EARLY) < row["date"] <= on:
        words = {"day": row["date"], "pay_day": on}
        found.append(("date", _("%(day)s is not the pay day, %(pay_day)s.") % words))
    if (row["from"] is None) != (row["to"] is None):
        column = "from" if row["from"] is None else "to"
        found.append((column, _("a payment has both days that it covers, or neither.")))
    elif row["from"] and row["to"] < row["from"]:
        words = {"last": row["to"], "first": row["from"]}
        found.append(("to", _("the last day, %(last)s, is before the first, %(first)s.") % words))
    return found
