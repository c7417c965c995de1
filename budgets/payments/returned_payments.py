"""Payments that came back from the bank: which wait for their payee to be mended, which may go
again, and when that is due. Reading only.

A returned payment is owed again. It would leave with the next pay day; once its payee is mended it
goes in an extra batch on the working day after, whatever its sum.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from budgets.entitlement.answer import answer
from budgets.entitlement.facts import Facts, Parts
from budgets.entitlement.facts import Payment as Due
from budgets.models import Payee, Payment
from budgets.payments import standing_payments
from cases.common import dates
from cases.models import Council

ZERO = Decimal("0.00")


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


def to_mend(council: Council) -> Any:
    """Those whose payee nobody has named anew and verified yet."""
    return open_returns(council).filter(mended_at=None)


def to_go_again(council: Council) -> Any:
    """Those whose payee is mended."""
    return open_returns(council).filter(mended_at__isnull=False)


def goes_again_by(came_back: datetime, mended_at: datetime) -> date:
    """The working day after the payee was mended; or after it came back, where that was later."""
    return dates.working_day_after(dates.london_date(max(came_back, mended_at)), 1)


def due_by(facts: Facts, until: date, extra: bool = False) -> tuple[Due, ...]:
    """The lines of a case due by a day. `extra`: where none is due, what is owed, by itself and at
    once.
    """
    lines = tuple(standing_payments.due_lines(facts, until))
    if lines or not extra:
        return lines
    owed = answer(facts, until).owed
    return (Due(until, None, None, owed, Parts(ZERO, owed, ZERO)),) if owed else ()
