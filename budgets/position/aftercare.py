"""Aftercare under section 117 of the Mental Health Act that somebody has to split: which lines of
agreed plans name it and nobody has looked at. Reading only.

Such a line means the NHS's share only: the council's share of it, and what the council pays and
charges to the NHS, is a line of its own that the council pays and nobody may be asked to pay
towards. A line is looked at once somebody has written down which part of the plan that is, or that
all of it is the NHS's. That a part is free is not enough: reablement is free too.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from budgets.models import PaymentBatch, PlanLine, SupportPlan
from cases.common import dates
from cases.models import Case, Council, Event

AFTERCARE, VERB = "s117", "confirm_nhs_share"
DAYS = 28  # this service's own aim: after the plan was sent


def to_split(cases: Any) -> QuerySet[PlanLine]:
    """The lines of open cases (a query of ids) that nobody has split yet, the oldest plan first."""
    newer = SupportPlan.objects.filter(
        case=OuterRef("plan__case"), state="agreed", number__gt=OuterRef("plan__number")
    )
    said = Event.objects.filter(
        case=OuterRef("plan__case"), verb=VERB, at__gte=OuterRef("written_at")
    )
    lines = PlanLine.objects.filter(plan__case__in=cases, plan__state="agreed", funder=AFTERCARE)
    lines = lines.exclude(plan__case__step="closed")
    lines = lines.annotate(
        written_at=Coalesce("origin__plan__submitted_at", "plan__submitted_at", "plan__made_at")
    )
    lines = lines.filter(~Exists(newer), ~Exists(said))
    return lines.select_related("plan__case__person", "plan__case__worker").order_by("plan", "pk")


def of_case(case: Case) -> list[PlanLine]:
    return list(to_split([case.pk]))


def shares_of(case: Case) -> list[PlanLine]:
    """The parts of the agreed plan that could be the council's share: those it pays, and nobody may
    be asked to pay towards.
    """
    plan = case.plans.filter(state="agreed").order_by("-number").first()
    return list(plan.lines.filter(funder="council", free=True)) if plan else []


def split_by(line: PlanLine) -> date:
    """The day by which somebody has looked at it."""
    since = line.plan.submitted_at or line.plan.made_at
    return dates.london_date(since) + timedelta(days=DAYS)


def before_first_batch(council: Council) -> int:
    """How many cases wait for it before the first payments of a council leave; 0 afterwards."""
    left = PaymentBatch.objects.filter(council=council, released_at__isnull=False)
    cases = Case.objects.filter(~Exists(left), council=council)
    return to_split(cases.values("pk")).order_by().values("plan__case").distinct().count()
