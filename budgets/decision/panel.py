"""The panel: what waits for it, and what it costs in days, people and money put to it. Reading
only.

An exception by design (guidance 10.85): its days are added to somebody's wait, so they are counted
like any others.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from budgets.models import BudgetFigure, PanelReferral, PlanLine, SignOff
from cases.common import dates
from cases.models import Council

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class PanelCost:
    """Decisions of the panel in a period. `days`: calendar days added, all cases together;
    `members`: people who decided; `value`: what the plans put to it cost in their first year;
    `changed`: sent back or another proposal.
    """

    decided: int
    people: int
    days: int
    longest: int | None
    members: int
    value: Decimal
    changed: int
    without_interim: int

    @property
    def change_rate(self) -> Decimal | None:
        return Decimal(self.changed) / self.decided if self.decided else None

    @property
    def days_each(self) -> Decimal | None:
        return Decimal(self.days) / self.decided if self.decided else None


def agenda(council: Council) -> QuerySet[PanelReferral]:
    """What waits for the panel, the longest first, each with `weekly`, `once` of the plan and
    `first` a week; of a plan whose lines have days of their own also those lines, as `with_days`.
    """
    plan = BudgetFigure.objects.filter(plan=OuterRef("plan"), kind="plan").order_by("-pk")
    first = BudgetFigure.objects.filter(case=OuterRef("case"), kind="indicative").order_by("-pk")
    dated = PlanLine.objects.filter(
        Q(begins_on__isnull=False) | Q(ends_on__isnull=False), plan=OuterRef("plan")
    )
    lines = PlanLine.objects.filter(Exists(dated))
    rows = PanelReferral.objects.filter(case__council=council, decided_at=None).select_related(
        "case__person", "plan"
    )
    rows = rows.prefetch_related(Prefetch("plan__lines", lines, to_attr="with_days"))
    return rows.annotate(
        weekly=Subquery(plan.values("weekly")[:1]),
        once=Subquery(plan.values("one_off")[:1]),
        first=Subquery(first.values("weekly")[:1]),
        first_once=Subquery(first.values("one_off")[:1]),
    ).order_by("referred_at", "pk")


def decisions(
    council: Council, *, since: date, until: date, team: Collection[int] | None = None
) -> QuerySet[PanelReferral]:
    """The referrals that the panel decided in a period, both days included."""
    first, after = dates.london_midnight(since), dates.london_midnight(until + timedelta(days=1))
    rows = PanelReferral.objects.filter(
        case__council=council, decided_at__gte=first, decided_at__lt=after
    )
    return rows if team is None else rows.filter(case__team__in=list(team))


def cost(
    council: Council, *, since: date, until: date, team: Collection[int] | None = None
) -> PanelCost:
    """What the panel's decisions of a period cost."""
    rows = decisions(council, since=since, until=until, team=team)
    plan = BudgetFigure.objects.filter(plan=OuterRef("plan"), kind="plan").order_by("-pk")
    found = rows.annotate(
        a_year=Subquery(plan.values("annual")[:1]), paid_once=Subquery(plan.values("one_off")[:1])
    ).aggregate(
        n=Count("pk"),
        people=Count("case", distinct=True),
        days=Sum("days"),
        changed=Count("pk", filter=~Q(outcome="agreed")),
        annual=Sum("a_year"),
        once=Sum("paid_once"),
        without=Count("pk", filter=Q(interim_support=False)),
    )
    signed = SignOff.objects.filter(role="panel", plan__in=rows.values("plan"))
    return PanelCost(
        decided=found["n"],
        people=found["people"],
        days=found["days"] or 0,
        longest=rows.order_by("-days").values_list("days", flat=True).first(),
        members=signed.aggregate(n=Count("by", distinct=True))["n"],
        value=(found["annual"] or ZERO) + (found["once"] or ZERO),
        changed=found["changed"],
        without_interim=found["without"],
    )


def waited(row: PanelReferral, now: datetime) -> int:
    """Calendar days since the referral."""
    return max(dates.days_between(row.referred_at, now), 0)
