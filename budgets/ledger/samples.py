"""What a column layout makes, to be looked at before it counts: two invented payments as a file for
the ledger, and an answer to them; an invented list of a charge and of what is paid back.

ValueError: a value does not fit, with the sentence of `outgoing`.
"""

from datetime import date
from decimal import Decimal
from io import BytesIO

from budgets.ledger import answers, layouts, outgoing
from budgets.ledger.layouts import AnswerLayout, Layout
from budgets.ledger.outgoing import OutgoingRow

BATCH = 12
_FIRST, _LAST = date(2026, 4, 6), date(2026, 5, 3)
ROWS = (
    OutgoingRow(
        *(1, "K7WQ2M", "S1001", "person", "1", "regular", _FIRST, _FIRST, _LAST),
        amount=Decimal("1234.50"),
        narrative="DP 060426-030526",
    ),
    OutgoingRow(
        *(2, "R4TX9B", "S1002", "provider", "3", "owed", _FIRST, None, None),
        amount=Decimal("75.06"),
        narrative="DP arrears",
    ),
)
CHARGES = (
    OutgoingRow(
        *(1, "K7WQ2M", "", "person", "", "charge", _LAST, _FIRST, _LAST),
        amount=Decimal("61.40"),
        narrative="C12-1",
    ),
    OutgoingRow(
        *(2, "R4TX9B", "", "person", "", "charge", _LAST, None, None),
        amount=Decimal("-8.25"),
        narrative="C12-2",
    ),
)


def outgoing_file(layout: Layout) -> bytes:
    """Both payments as the ledger would get them."""
    return _file(layout, ROWS)


def charges_file(layout: Layout) -> bytes:
    """A charge, and what is paid back where no charge is left to take it off."""
    return _file(layout, CHARGES)


def _file(layout: Layout, rows: tuple[OutgoingRow, ...]) -> bytes:
    out = BytesIO()
    outgoing.write(layout, BATCH, rows, out)
    return out.getvalue()


def answer_file(layout: AnswerLayout) -> bytes:
    """What the ledger would send back: the first paid, the second returned where it says so. It is
    read again before it is shown. BadUpload: the layout can't be read from its own file.
    """
    total = sum((row.amount for row in ROWS), Decimal("0.00"))
    record = {"batch": BATCH, "count": len(ROWS), "total": total}
    lines = [outgoing.headings(layout)] if layout.headings else []
    lines += [
        outgoing.line_of(layout, layout.columns, _answer(layout, row), f"Line {row.line}")
        for row in ROWS
    ]
    if layout.header_record:
        lines.insert(0, outgoing.line_of(layout, layout.header_record, record, "Header record"))
    if layout.trailer_record:
        lines.append(outgoing.line_of(layout, layout.trailer_record, record, "Trailer record"))
    found = b"".join(lines)
    sent = {row.line: answers.SentLine(row.amount, row.reference) for row in ROWS}
    answers.read_answers(found, layout, BATCH, sent)
    return found


def _answer(layout: AnswerLayout, row: OutgoingRow) -> dict[str, object]:
    code_of = {outcome: code for code, outcome in reversed(list(layout.outcomes.items()))}
    came_back = row.line == 2 and layouts.RETURNED in code_of
    outcome = layouts.RETURNED if came_back else next(iter(layout.outcomes.values()))
    if layouts.PAID in code_of and not came_back:
        outcome = layouts.PAID
    return {
        "batch": BATCH,
        "line": row.line,
        "reference": row.reference,
        "amount": row.amount,
        "outcome": code_of[outcome],
        "reason": "Account closed" if outcome == layouts.RETURNED else "",
        "ledger_ref": "L-4711",
        "on": _FIRST,
    }
