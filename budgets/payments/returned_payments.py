"""Payments that came back from the bank: which wait for their payee to be mended, which may go
again, and by when. Reading only. Not here: what of it leaves (`standing_payments`).

A returned payment is owed again. It would leave with the next pay day; once its payee is mended it
goes in an extra batch on the working day after, whatever its sum.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from budgets.models import Payee, Payment
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
