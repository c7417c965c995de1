"""What an answer file of the ledger says of a batch, read by the council's own columns and held
against what went out. Reading only.

Not here: what an answer changes (`actions.ledger_answers`), how a file is read (`budgets.ledger`).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from budgets.ledger.answers import Answer, SentLine, read_answers
from budgets.models import PaymentBatch
from budgets.money.uploads import BadUpload
from budgets.payments import ledger_formats


def answers_of(batch: PaymentBatch, data: bytes) -> tuple[Answer, ...]:
    """The answers of a file, in its order. BadUpload: one sentence for each line that is wrong, and
    nothing is taken.
    """
    rows = batch.payments.exclude(state="left_out").order_by("number")
    sent, open_lines = {}, set()
    for number, amount, ref, state in rows.values_list("number", "amount", "case__ref", "state"):
        sent[number] = SentLine(amount, ref)
        if state == "claimed":
            open_lines.add(number)
    layout = ledger_formats.answer_layout(batch.council)
    found = read_answers(data, layout, batch.number, sent)
    again = [answer.line for answer in found if answer.line not in open_lines]
    if again:
        words = _("Batch line %(n)s was answered already, in an earlier file or by hand.")
        raise BadUpload([words % {"n": number} for number in again])
    return found


def ledger_ref_of(found: tuple[Answer, ...]) -> str:
    """The ledger's own number, where all answers that have one have the same."""
    told = {answer.ledger_ref for answer in found if answer.ledger_ref}
    return told.pop() if len(told) == 1 else ""
