"""A payee that nobody has verified two working days before its pay day: the person is told that the
payment may be late. Once for each payee; the manager has it as a task (`payments.payee_tasks`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from budgets.models import Payee
from budgets.payments import money_standings, payees_waiting
from cases.common import dates
from cases.models import Case, Event

VERB = "payee_late"
A_ROUND = 500  # letters of one round


def tell_late(now: datetime | None = None) -> int:
    """Tell everybody whose payment is held up so. Returns how many letters were written. Safe to
    run twice at once; what has changed since a standing was read waits for the next round.
    """
    moment = now or timezone.now()
    cases = Case.objects.filter(person__died_on=None)
    cases = cases.exclude(pk__in=money_standings.waiting(moment).order_by().values("pk"))
    rows = payees_waiting.late(cases.order_by().values("pk"), dates.today(moment))
    told = Event.objects.filter(verb=VERB, case__in=rows.order_by().values("case"))
    done = {codes.get("payee") for codes in told.values_list("codes", flat=True)}
    waiting = [row for row in rows.order_by("pk") if row.pk not in done]
    return sum(_tell(row, moment) for row in waiting[:A_ROUND])


def _tell(row: Payee, now: datetime) -> int:
    """One letter, unless somebody has verified the payee or written it meanwhile."""
    case = row.case
    with transaction.atomic():
        case.hold()
        still = Payee.objects.filter(pk=row.pk, verified_at=None, struck_at=None)
        if not still.exists() or case.events.filter(verb=VERB, codes__payee=row.pk).exists():
            return 0
        due = case.money_standing.due_on
        if due is None:
            return 0
        codes = {"payee": row.pk, "due": due.isoformat()}
        case.record(VERB, by=None, at=now, tell=("person",), **codes)
        return 1
