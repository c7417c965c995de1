"""Charged too little: found by the reading, and decided by a person: charged with the next list, or
left. Never for days before the person was told: the reading has none of those.

Not here: what is on a list (`charge_batches`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.overpayments import DECIDE_DAYS, FINANCE, least_busy
from budgets.actions.payment import allow
from budgets.models import Charge, Undercharge
from budgets.payments.standing_payments import paid_elsewhere
from budgets.position import case_money, entitlement_facts, undercharged
from budgets.position.overpaid import Standing
from budgets.position.undercharged import open_findings, open_undercharge
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Heartbeat, User

JOB = "find_undercharged"


def find_undercharged(now: datetime | None = None) -> int:
    """Look at each charged case whose record, or whose charges, changed since the last round: no
    day that passes changes what was due of days already charged. Returns how many findings are new.
    Safe to run twice at once.
    """
    now = now or timezone.now()
    last = Heartbeat.objects.filter(job=JOB).values_list("at", flat=True).first()
    charged = Charge.objects.filter(case=OuterRef("pk"))
    cases = Case.objects.filter(Exists(charged), person__died_on=None).exclude(paid_elsewhere())
    if last:
        since = last - timedelta(hours=1)
        moved = charged.filter(Q(recorded_at__gte=since) | Q(state_at__gte=since))
        cases = cases.filter(Q(head_at__gte=since) | Exists(moved))
    made = look_at(list(cases.order_by("pk").values_list("pk", flat=True)), now)
    Heartbeat.objects.update_or_create(job=JOB, defaults={"at": now})
    return made


def look_at(cases: Iterable[int], now: datetime) -> int:
    """Compare what the facts say with what was found and decided. Returns how many are new."""
    today, made = dates.london_date(now), 0
    for facts in entitlement_facts.in_chunks(cases):
        found = undercharged.standing_of_cases(facts, today)
        _lower(found)
        open_ones = {row.case_id: row for row in open_findings().filter(case__in=found)}
        for pk, stands in found.items():
            if pk in open_ones:
                _follow(open_ones[pk], stands.undecided, now)
            elif stands.undecided > 0:
                made += _open(pk, stands.undecided, now)
    return made


def _lower(found: dict[int, Standing]) -> None:
    """What was decided about and stands no longer can't hide what is found later; the last decision
    is used up first.
    """
    for pk, rows in undercharged.decided_rows(found).items():
        over = sum((row.left for row in rows), Decimal("0.00")) - found[pk].whole
        for row in reversed(rows):
            taken = min(row.left, max(over, Decimal("0.00")))
            over -= taken
            if taken:
                Undercharge.objects.filter(pk=row.pk).update(left=row.left - taken)


def _follow(row: Undercharge, amount: Decimal, now: datetime) -> None:
    """The facts of an open finding changed: it may be gone."""
    still = open_findings().filter(pk=row.pk)
    if not amount:
        still.update(gone_at=now)
    elif amount != row.amount:
        still.update(amount=amount)


def _open(case: int, amount: Decimal, now: datetime) -> bool:
    """The finding as one person's task; not where somebody else has opened it meanwhile."""
    with transaction.atomic():
        held = Case.objects.get(pk=case)
        held.hold()
        if open_undercharge(held):
            return False
        today = dates.london_date(now)
        Undercharge.objects.create(
            case=held,
            amount=amount,
            found_at=now,
            owner=least_busy(held.council_id, today, open_findings()),
            decide_by=today + timedelta(days=DECIDE_DAYS),
        )
        return True


def decide_undercharge(
    *, case: Case, by: User, decision: str, reason: str, at: datetime | None = None
) -> Undercharge:
    """Charge it with the next list, or leave it. The person is told which, and why."""
    allow(case, by, FINANCE)
    when = case_money.moment(case, at)
    if decision not in Undercharge.DECISIONS:
        raise NotYet(_("Choose one of the answers."), field="decision")
    if not reason.strip():
        raise NotYet(_("Say why. The person can read this."), field="reason")
    if case.person.died_on:
        raise NotYet(_("This person has died. Speak to whoever settles the final account."))
    with transaction.atomic():
        case.hold()
        look_at([case.pk], when)
        row = open_undercharge(case)
        if row is None:
            raise NotYet(_("Nothing stands that was charged too little and is not decided yet."))
        row.decision, row.reason, row.owner, row.left = decision, reason.strip(), by, row.amount
        row.decided_by, row.decided_at = by, when
        row.save()
        codes = {"undercharge": row.pk, "decision": decision}
        case.record("decide_undercharge", by=by, at=at, note=row.reason, **codes)
        return row
