"""A first payment that was confirmed is a start: the part it pays began on its day, though nobody
has recorded it. So reviews count from the money itself.

Not here: parts that the council or a provider gives, whose start somebody sees and records.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from budgets.actions.payment import start_line
from budgets.models import PaymentBatch, PlanLine
from budgets.position import case_money
from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, User


def begin_paid_lines(batch: PaymentBatch, by: User, at: datetime | None) -> None:
    """Record the start of each direct payment that a confirmed batch paid for the first time. One
    that a rule keeps from starting is left to whoever records it.
    """
    day = dates.london_date(at or timezone.now())
    direct = journey.direct_routes()
    unstarted = PlanLine.objects.filter(
        plan__state="agreed", funder="council", annual__gt=0, route__in=direct, start=None
    )
    rows = batch.payments.filter(
        state="paid",
        on__lte=day,
        covers_from__isnull=False,
        case__step="set_up",
        case__in=unstarted.values("plan__case"),
    )
    for case in Case.objects.filter(pk__in=rows.values("case")).order_by("pk"):
        first = rows.filter(case=case).order_by("on").values_list("on", flat=True)[0]
        _begin(case, first, by, at)


def _begin(case: Case, first: date, by: User, at: datetime | None) -> None:
    when = max(at or timezone.now(), case.head_at or timezone.now())
    for line in case_money.startable(case):
        late = line.begins_on is not None and line.begins_on > first
        if line.route not in journey.direct_routes() or hasattr(line, "start") or late:
            continue
        try:
            with transaction.atomic():
                start_line(case=case, line=line, started_on=first, by=by, at=when)
        except NotYet:
            return
