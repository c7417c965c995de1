"""Finance's week in the demonstration: a batch is made by one officer and released by another, the
ledger answers, a payment that came back goes again once its payee is mended.

What happened lately is left half done, so that both finance officers find something to do.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from budgets import actions as money
from budgets.actions.payment_batches import due_payments
from budgets.models import DirectPaymentAgreement, Payee, Payment, PaymentBatch
from cases.common import dates
from cases.models import Case

WEEK = timedelta(days=7)
CAME_BACK = 6  # of so many batches, a payment of one comes back
LEFT_OUT = 9  # and of so many, in one a payment is left out before the release
ANOTHER = 100_000  # between two numbers of one payee
ANSWERED_AFTER = timedelta(hours=11)


def pay(built: Any, now: datetime, last: date) -> None:
    """One week of each council, `last` being the last day of the demonstration."""
    day = dates.london_date(now)
    for one in built:
        if day < last - 2 * WEEK:
            _mend(one, now)
        if any(True for _due in due_payments(one.council, day, day)):
            batch = money.make_batch(council=one.council, by=one.finance, until=day, at=now)
            _on_its_way(one, batch, now, last - day)


def _mend(one: Any, now: datetime) -> None:
    """Payees whose payment came back are named again, by another number, and verified."""
    named = Payee.objects.filter(case=OuterRef("pk"), struck_at=None)
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("pk"))
    cases = Case.objects.filter(Exists(signed), ~Exists(named), council=one.council)
    for case in cases.order_by("pk"):
        old = Payee.objects.filter(case=case).latest("pk")
        payee = money.name_payee(
            case=case,
            by=one.finance,
            kind=old.kind,
            name=old.name,
            creditor=f"S{int(old.creditor[1:]) + ANOTHER:06d}",  # of the shape of all others
            at=now,
        )
        money.verify_payee(payee=payee, by=one.second_finance, at=now)


def _on_its_way(one: Any, batch: PaymentBatch, now: datetime, ago: timedelta) -> None:
    """As far as a batch made so long ago has come: made, released, answered."""
    lines = list(batch.payments.order_by("number"))
    lately = Payment.objects.filter(
        batch__council=one.council, batch__number__gt=batch.number - LEFT_OUT, state="left_out"
    )
    if len(lines) > 1 and not lately.exists():
        why = "The worker is asked first: the person may be in hospital."
        money.leave_out(payment=lines[-1], by=one.finance, why=why, at=now)
    if ago < WEEK:
        return
    money.release_batch(
        batch=batch,
        by=one.second_finance,
        confirmed=[line.number for line in lines if line.asks_second],
        at=now,
    )
    if ago < 2 * WEEK:
        return
    back = batch.number % CAME_BACK == 2 or ago < 3 * WEEK
    sent = batch.payments.filter(state="claimed").order_by("number").first()
    money.confirm_batch(
        batch=batch,
        by=one.finance,
        ledger_ref=f"{one.council.slug[:2].upper()}-{now:%y}-{batch.number:04}",
        returned={sent.number: "The account is closed"} if back and sent else {},
        at=now + ANSWERED_AFTER,
    )
