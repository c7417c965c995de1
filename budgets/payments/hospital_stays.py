"""Stays in hospital and the direct payment that runs meanwhile: from which day somebody decides
whether it goes on, and what waits for that. Reading only; no sum follows from any of it.

The day is the council's own rule, and no page says that it is the law. Not here: who writes stays
and decisions down (`budgets.actions.hospital_stays`), the tasks (`hospital_tasks`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from budgets.entitlement.facts import Facts
from budgets.models import (
    DirectPaymentAgreement,
    HospitalDays,
    HospitalDecision,
    HospitalStay,
    Suspension,
)
from budgets.payments import standing_payments
from budgets.payments.payment_rules import LOOK_AGAIN
from budgets.position.entitlement_facts import facts_of_cases
from cases.common import dates
from cases.common.likely_days import Life, life_of
from cases.models import Case

# Shipped, unless a council sets its own: four weeks, as long as a payment of four weeks covers.
DAYS = 28
DECIDE_WITHIN = timedelta(days=7)  # this service's own aim, once a decision waits


@dataclass(frozen=True)
class Waiting:
    """A payment about which somebody is to decide because of a stay. `since`: from which day;
    `last`: what was decided last; `to_suspend`: that it is to be suspended, and it runs still.
    """

    stay: HospitalStay
    last: HospitalDecision | None
    since: date
    to_suspend: bool

    @property
    def by(self) -> date:
        """The last good day."""
        return self.since + DECIDE_WITHIN


def days_until_decided(council_id: int, on: date) -> int:
    """On which day in hospital somebody decides: the council's own on this day, else the shipped
    one. The day of going in is the first.
    """
    rows = HospitalDays.objects.filter(HospitalDays.on(on), council=council_id)
    own = rows.order_by("-valid_from").values_list("days", flat=True).first()
    return DAYS if own is None else own


def day_in_hospital(begins_on: date, on: date) -> int:
    """Which day of the stay it is; the day of going in is the first."""
    return (on - begins_on).days + 1


def life_around(case: Case) -> Life:
    """What bounds the days of a stay: somebody may have asked for support from hospital."""
    return replace(life_of(case), known_since=None)


def stays(case: Case) -> list[HospitalStay]:
    """The stays that stand, in the order of their days."""
    rows = case.hospital_stays.filter(struck_at=None).order_by("begins_on", "pk")
    return list(
        rows.select_related("case__person", "recorded_by", "ended_by").prefetch_related("decisions")
    )


def open_stay(case: Case) -> HospitalStay | None:
    """The stay that has no last day yet."""
    return case.hospital_stays.filter(ends_on=None, struck_at=None).first()


def still_there() -> Any:
    """The stays that have no last day yet, of people who live and whose case is open and paid by a
    direct payment that is not suspended.
    """
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("case"))
    held = Suspension.objects.filter(case=OuterRef("case"), ends_on=None, struck_at=None)
    rows = HospitalStay.objects.filter(
        Exists(signed),
        ~Exists(held),
        ends_on=None,
        struck_at=None,
        case__person__died_on=None,
    )
    return rows.exclude(case__step="closed")


def waiting(council_id: int, cases: Any, today: date) -> list[Waiting]:
    """What waits for a decision in `cases` (ids, or a query of them) of a council, the first since
    first. Facts of money are read only of those in hospital for so long.
    """
    days = days_until_decided(council_id, today)
    # an open suspension is struck when it ends (`payment_rules.end_suspension`)
    ended = Suspension.objects.filter(
        case=OuterRef("case"), ends_on=None, struck_at__isnull=False
    ).order_by("-struck_at")
    rows = (
        still_there()
        .filter(case__in=cases, begins_on__lte=today - timedelta(days=days - 1))
        .annotate(resumed_at=Subquery(ended.values("struck_at")[:1]))
        .select_related("case__person")
        .prefetch_related("decisions")
    )
    asked = [one for one in (_asked(row, days) for row in rows) if one.since <= today]
    pays = _paying([one.stay.case_id for one in asked], today)
    waits = [one for one in asked if one.stay.case_id in pays]
    return sorted(waits, key=lambda one: (one.since, one.stay.pk))


def waiting_of_case(case: Case, today: date) -> Waiting | None:
    """What waits for a decision in one case."""
    found = waiting(case.council_id, [case.pk], today)
    return found[0] if found else None


def _asked(row: Any, days: int) -> Waiting:
    """From when somebody decides: the day in hospital, the day to look again, or so long after
    payments were resumed, which is a decision too.
    """
    last = max(row.decisions.all(), key=lambda one: one.pk, default=None)
    since = row.begins_on + timedelta(days=days - 1)
    if last is not None:
        since = last.look_again_on or dates.london_date(last.decided_at)
    resumed = row.resumed_at and dates.london_date(row.resumed_at)
    if resumed and (row.resumed_at > last.decided_at if last else resumed >= since):
        return Waiting(row, last, resumed + timedelta(days=LOOK_AGAIN), False)
    return Waiting(row, last, since, last is not None and last.answer == "suspend")


def _paying(cases: Collection[int], today: date) -> set[int]:
    """The cases with a payment for days still to come."""
    facts = facts_of_cases(cases) if cases else {}
    return {pk for pk, known in facts.items() if _pays(known, today)}


def _pays(facts: Facts, today: date) -> bool:
    coming = standing_payments.next_of(facts, today).payments
    return any(one.covers_to and one.covers_to >= today for one in coming)


def covers(stay: HospitalStay, held: Suspension) -> bool:
    """Was the suspension decided during this stay?"""
    day = dates.london_date(held.recorded_at)
    return stay.begins_on <= day <= (stay.ends_on or date.max)


def last_days(suspensions: Iterable[Suspension]) -> dict[int, date]:
    """Suspension id -> the last day in hospital, of those decided during a stay that is over. One
    statement, none without any.
    """
    held = list(suspensions)
    cases = [one.case_id for one in held]
    rows = HospitalStay.objects.filter(case__in=cases, struck_at=None, ends_on__isnull=False)
    over = list(rows.order_by("ends_on", "pk")) if held else []
    return {
        one.pk: stay.ends_on
        for one in held
        for stay in over
        if stay.ends_on and stay.case_id == one.case_id and covers(stay, one)
    }


def rule(council_id: int, today: date, resident: bool) -> str:
    """From when somebody decides, and whose rule that is. `resident`: for the person, or who helps
    them.
    """
    words = _(
        "On day %(n)s in hospital somebody decides whether a direct payment goes on. Nothing stops "
        "by itself. This is the council’s own rule, not the law."
    )
    if resident:
        words = _(
            "If you are in hospital for %(n)s days, we think about whether the direct payment goes "
            "on. It does not stop by itself. If we stop it for a time, we write to you. This is "
            "our own rule, not the law."
        )
    return words % {"n": days_until_decided(council_id, today)}
