"""How a direct payment is looked after now: its tier with the reasons, when it may be asked again,
what is left over, and what all of it costs people in time. Reading only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists

from budgets.entitlement.answer import answer
from budgets.models import (
    Concern,
    DirectPaymentAgreement,
    EnteredCase,
    HeldAccount,
    MonitoringCheck,
    Payment,
    PaymentBatch,
    SurplusDecision,
)
from budgets.payments import routes
from budgets.payments.surplus import Surplus, surplus
from budgets.position import case_money, monitoring_tiers
from budgets.position.entitlement_facts import facts_of_case
from cases.common import dates
from cases.models import Case, Council

FIRST_YEAR = 364  # days


@dataclass(frozen=True)
class State:
    """Where the looking-after of a payment stands. `period_*`: the paid days not asked about yet;
    `next_on`: the first day on which the tier asks again; `open`: the question that waits.
    """

    agreement: DirectPaymentAgreement
    tier: monitoring_tiers.Tier
    factors: list[str]
    period_from: date
    period_to: date
    next_on: date
    open: MonitoringCheck | None


class Paid(NamedTuple):
    """What was paid: the first day covered, the first day due, the last day covered."""

    first: date
    due: date
    last: date


def paid(case: Case, today: date) -> Paid | None:
    """The payments that went out, before the case was entered here too; and, while it is paid
    elsewhere or the council has made no batch here yet, those that fell due since.
    """
    rows = case.payments.filter(state__in=Payment.STANDING, covers_to__isnull=False)
    covers = list(rows.values_list("covers_from", "on", "covers_to"))
    elsewhere = EnteredCase.objects.filter(case=case, live_at=None)
    ours = PaymentBatch.objects.filter(~Exists(elsewhere), council_id=case.council_id)
    if not ours.exists():
        owed = answer(facts_of_case(case), today).payments
        covers += [(p.covers_from, p.on, p.covers_to) for p in owed if p.covers_to is not None]
    if not covers:
        return None
    first, due, last = zip(*covers, strict=True)
    return Paid(min(first), min(due), max(last))


def state_of(case: Case, today: date) -> State | None:
    """None while nothing was paid, or nothing since the last question: there is nothing to ask
    about.
    """
    agreement = routes.last_agreement(case)
    if agreement is None:
        return None
    span = paid(case, today)
    if span is None:
        return None
    checks = list(case.checks.order_by("pk"))
    found = factors_of(case, agreement, span.due, today)
    tier = monitoring_tiers.tier_of(found)
    waiting = next((row for row in checks if row.answered_at is None), None)
    begin = checks[-1].period_to + timedelta(days=1) if checks else span.first
    last_on = dates.london_date(checks[-1].asked_at) if checks else span.due
    end = min(today, span.last)
    next_on = last_on + timedelta(weeks=tier.weeks)
    return State(agreement, tier, found, min(begin, end), end, next_on, waiting)


def factors_of(
    case: Case, agreement: DirectPaymentAgreement, first_due: date, today: date
) -> list[str]:
    """The stated factors of this payment; each is shown to the person."""
    plan = case_money.agreed_plan(case)
    lines = routes.direct_lines(plan.lines.all()) if plan else []
    reclaimed = SurplusDecision.objects.filter(check_of__case=case, action="reclaim").exists()
    return monitoring_tiers.factors(
        first_year=today < first_due + timedelta(days=FIRST_YEAR),
        annual=sum((line.annual for line in lines if line.unit != "once"), Decimal(0)),
        employs=any(line.who == "pa" for line in lines),
        managed_by_other=agreement.signed_as != "person"
        or agreement.account_type in ("managed_account", "accountant"),
        finding=reclaimed or Concern.objects.filter(case=case, outcome="recovery").exists(),
    )


def surplus_of(row: MonitoringCheck, annual: Decimal | None = None) -> Surplus | None:
    """What is left over by a check, against the year's direct payment; None while no balance is
    known.
    """
    if annual is None:
        annual = routes.direct_annual([row.case_id])[row.case_id]
    return surplus(
        row.balance,
        contingency=row.agreement.contingency,
        planned_use=row.planned_use,
        annual=annual,
        weeks=row.agreement.surplus_weeks,
    )


def left_over(council: Council, teams: Any = None) -> tuple[Decimal, int]:
    """What lies in accounts beyond what was agreed, by the last balance of each case that runs, and
    of how many accounts that balance is known.
    """
    rows = MonitoringCheck.objects.filter(case__council=council, balance__isnull=False).exclude(
        case__step="closed"
    )
    if teams is not None:
        rows = rows.filter(case__team__in=teams)
    last = {row.case_id: row for row in rows.select_related("agreement").order_by("pk")}
    years = routes.direct_annual(last)
    found = [surplus_of(row, years[case]) for case, row in last.items()]
    return sum((one.over for one in found if one), Decimal("0.00")), len(found)


def held_surplus(case: Case, account: HeldAccount | None) -> Surplus | None:
    """What is left over in an account held by a provider, by its ledger and its own number of
    weeks.
    """
    if account is None:
        return None
    return surplus(
        routes.held_balance(case),
        contingency=account.contingency,
        planned_use=Decimal(0),
        annual=account.annual,
        weeks=account.surplus_weeks,
    )


def final_contact(case: Case) -> str:
    """Whom the final account is settled with, as named when the case was closed: finance needs it,
    so it is given out here and nowhere else beyond the audience of its event.
    """
    event = (
        case.events.filter(verb__in=("record_death", "end_support"))
        .select_related("body")
        .order_by("-seq")
        .first()
    )
    facts = getattr(getattr(event, "body", None), "facts", {})
    return str(facts.get("contact") or facts.get("final_account") or "")


@dataclass(frozen=True)
class Burden:
    """What was asked of people in a period. `minutes`: as they said, else as assumed; `said`: how
    many said it; `payments`: how many people have a direct payment in force, which the per-person
    figures divide by.
    """

    payments: int
    checks: int
    items: int
    minutes: int
    said: int
    by_tier: dict[str, int]

    def each(self, total: int) -> Decimal | None:
        """A total for each person with a direct payment, to one decimal; None without any."""
        return (Decimal(total) / self.payments).quantize(Decimal("0.1")) if self.payments else None


def burden(council: Council, *, since: date, until: date) -> Burden:
    """Items asked and minutes over a period (until exclusive), in the light of how many payments
    there are.
    """
    rows = MonitoringCheck.objects.filter(
        case__council=council,
        asked_at__gte=dates.london_midnight(since),
        asked_at__lt=dates.london_midnight(until),
    ).values_list("tier", "items", "minutes")
    items, minutes, said = 0, 0, 0
    tally: Counter[str] = Counter()
    for tier, asked, took in rows:
        items += len(asked)
        minutes += (
            sum(monitoring_tiers.ASSUMED_MINUTES[item] for item in asked) if took is None else took
        )
        said += took is not None
        tally[tier] += 1
    payments = DirectPaymentAgreement.objects.filter(case__council=council).exclude(
        case__step="closed"
    )
    return Burden(
        payments.values("case").distinct().count(),
        sum(tally.values()),
        items,
        minutes,
        said,
        dict(tally),
    )
