"""How the money of every case stands, kept in step with its facts (`MoneyStanding`), so that a page
over all cases reads a few rows and works out none.

`refresh` reads again what has changed: a case with a later event, one marked as stale by what
leaves no event (a batch), one whose payment fell due since, and any once in a while.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from budgets.entitlement.answer import answer
from budgets.models import DirectPaymentAgreement, MoneyStanding
from budgets.payments.standing_payments import leaves_by, paid_elsewhere
from budgets.position import entitlement_facts, overpaid
from cases.common import dates
from cases.models import Case, Council
from cases.resilience import heartbeat

AHEAD = timedelta(days=400)  # how far the next payment is looked for
AGAIN = timedelta(days=28)  # after so long any case is read again
ZERO = Decimal("0.00")
WORKED_OUT = [
    *("due_on", "due_total", "owed", "paid_too_much", "too_much_since", "seq", "worked_out_at"),
]


def mark_stale(cases: Any) -> None:
    """Their payments have changed without an event of the case. `cases`: ids, or a query of them;
    inside the transaction of what changed.
    """
    MoneyStanding.objects.filter(case__in=cases).update(stale=True)


def waiting(now: datetime, council: Council | None = None) -> Any:
    """Cases with an agreement whose standing is not that of their facts now."""
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("pk"))
    midnight = dates.london_midnight(dates.today(now))
    of_now = MoneyStanding.objects.filter(
        ~Q(due_on__lte=leaves_by(dates.today(now)), worked_out_at__lt=midnight)
        | Q(due_on=None),  # a comparison with nothing is unknown, and so is its opposite
        case=OuterRef("pk"),
        seq=OuterRef("head_seq"),
        stale=False,
        worked_out_at__gt=now - AGAIN,
    )
    rows = Case.objects.filter(Exists(signed)).exclude(Exists(of_now))
    return rows.filter(council=council) if council else rows


def refresh(now: datetime | None = None) -> int:
    """Read again what has changed, so many cases at a time. How many. Safe to run twice at once."""
    moment, done = now or timezone.now(), 0
    found = list(waiting(moment).order_by("pk").values_list("pk", flat=True))
    for cases in entitlement_facts.chunks(found):
        _work_out(list(cases), moment)
        done += len(cases)
    heartbeat.beat("stand")
    return done


def follow_changes(council: Council, now: datetime | None = None) -> bool:
    """Read again what has changed in a council, as much as one page may ask for. Whether more
    waits, for the next round of the job.
    """
    moment = now or timezone.now()
    rows = waiting(moment, council).order_by("pk").values_list("pk", flat=True)
    found = list(rows[: entitlement_facts.CHUNK + 1])
    if found:
        _work_out(found[: entitlement_facts.CHUNK], moment)
    return len(found) > entitlement_facts.CHUNK


def _work_out(cases: list[int], now: datetime) -> None:
    """What changes while this reads marks its row again, or leaves a later event, and so is read
    in the next round: the marks go first, then the numbers of events are read, then the facts.
    """
    MoneyStanding.objects.bulk_create(
        [MoneyStanding(case_id=pk, seq=0, worked_out_at=now) for pk in cases],
        ignore_conflicts=True,
    )
    MoneyStanding.objects.filter(case__in=cases).update(stale=False)
    heads = dict(Case.objects.filter(pk__in=cases).values_list("pk", "head_seq"))
    before = MoneyStanding.objects.filter(case__in=cases).in_bulk()
    today, aside, rows = dates.today(now), overpaid.set_aside(cases), []
    last = leaves_by(today)
    for pk, facts in entitlement_facts.facts_of_cases(cases).items():
        found = answer(facts, today + AHEAD)
        too_much = found.paid_too_much + aside.get(pk, ZERO)
        since = before[pk].too_much_since or today
        rows.append(
            MoneyStanding(
                case_id=pk,
                due_on=min((one.on for one in found.payments), default=None),
                due_total=sum((one.amount for one in found.payments if one.on <= last), ZERO),
                owed=found.owed,
                paid_too_much=too_much,
                too_much_since=since if too_much else None,
                seq=heads[pk],
                worked_out_at=now,
            )
        )
    MoneyStanding.objects.bulk_update(rows, WORKED_OUT)


def due(council: Council, until: date) -> Any:
    """Standings of cases with a payment due by a day, but those that are paid elsewhere."""
    rows = MoneyStanding.objects.filter(case__council=council, due_on__lte=until, due_total__gt=0)
    return rows.exclude(paid_elsewhere("case"))
