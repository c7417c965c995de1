"""Payments that were missed: such as came back from the bank, and such as no batch took as nobody
was verified to be paid. Which wait for their payee to be mended, which may go, and by when. Reading
only. Not here: what of it leaves (`standing_payments`).

A returned payment is owed again. It would leave with the next pay day; once its payee is mended it
goes in an extra batch on the working day after, whatever its sum. So does what a hold kept back.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery

from budgets.models import Payee, Payment, PaymentBatch
from budgets.payments import money_standings, standing_payments
from cases.common import dates
from cases.models import Council


def open_returns(council: Council) -> Any:
    """Returned payments after which nothing has left for the case, each with `mended_at`: when the
    payee named last was verified (None: it waits).
    """
    later = Payment.objects.filter(
        case=OuterRef("case"), state__in=Payment.STANDING, recorded_at__gt=OuterRef("state_at")
    )
    last = Payee.objects.filter(case=OuterRef("case"), struck_at=None).order_by("-pk")
    rows = Payment.objects.filter(case__council=council, state="returned")
    return rows.exclude(Exists(later)).annotate(mended_at=Subquery(last.values("verified_at")[:1]))


def to_go_again(council: Council) -> Any:
    """Those whose payee is mended."""
    return open_returns(council).filter(mended_at__isnull=False)


def goes_again_by(came_back: datetime, mended_at: datetime) -> date:
    """The working day after the payee was mended; or after it came back, where that was later."""
    return dates.working_day_after(dates.london_date(max(came_back, mended_at)), 1)


def held_up(council: Council, today: date) -> Any:
    """How the money stands of the cases with a payment that was to have left by today and was
    missed: its payee was verified (`mended_at`) after its day, or after the batch that would have
    taken it.
    """
    last = Payee.objects.filter(case=OuterRef("case"), struck_at=None).order_by("-pk")
    gone = PaymentBatch.objects.filter(
        council=council,
        extra=False,
        until__gte=OuterRef("due_on"),
        made_at__lt=OuterRef("mended_at"),
    )
    rows = money_standings.due(council, standing_payments.leaves_by(today))
    rows = rows.annotate(mended_at=Subquery(last.values("verified_at")[:1]))
    return rows.filter(Q(mended_at__date__gt=F("due_on")) | Exists(gone))


def goes_by(due_on: date, mended_at: datetime) -> date:
    """The working day after the payee was mended; where it is to leave later, that day."""
    leaves_on = dates.working_day_before(due_on + timedelta(days=1), 1)
    return max(leaves_on, dates.working_day_after(dates.london_date(mended_at), 1))


def cases_to_go(council: Council, today: date) -> Q:
    """The cases of an extra batch."""
    return Q(pk__in=to_go_again(council).values("case")) | Q(
        pk__in=held_up(council, today).values("case")
    )
