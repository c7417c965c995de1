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

from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, Replace, StrIndex

from budgets.models import PaymentBatch, PlanLine, SupportPlan
from cases.common import dates
from cases.models import Case, Council, Event

AFTERCARE, VERB = "s117", "confirm_nhs_share"
ROOT = Coalesce("origin_id", "pk")  # the first of the copies of a line
DAYS = 28  # this service's own aim: after the plan was sent


def to_split(cases: Any) -> QuerySet[PlanLine]:
    """The lines of open cases (a query of ids) that nobody has split yet, the oldest plan first."""
    newer = SupportPlan.objects.filter(
        case=OuterRef("plan__case"), state="agreed", number__gt=OuterRef("plan__number")
    )
    lines = PlanLine.objects.filter(plan__case__in=cases, plan__state="agreed", funder=AFTERCARE)
    lines = lines.exclude(plan__case__step="closed").annotate(root=ROOT)
    lines = lines.filter(~Exists(newer), ~Exists(_said()))
    return lines.select_related("plan__case__person", "plan__case__worker").order_by("plan", "pk")


def _said() -> QuerySet[Event]:
    """Of a line with its `root`: what was written down about it, or about a line that is a copy of
    the same one. An event names the lines that were looked at, and those were aftercare then: one
    that was sent before it, or that the council paid, is not among them.
    """
    ids: Any = KeyTextTransform("lines", "codes")  # "[1, 2]", and on SQLite "[1,2]"
    for mark, plain in (("[", ","), ("]", ","), (" ", "")):
        ids = Replace(ids, Value(mark), Value(plain), output_field=TextField())
    comma = Value(",", TextField())
    place = StrIndex(OuterRef("ids"), Concat(comma, Cast("pk", TextField()), comma))
    same = PlanLine.objects.filter(plan__case=OuterRef("case")).annotate(root=ROOT, place=place)
    same = same.filter(root=OuterRef(OuterRef("root")), place__gt=0)
    rows = Event.objects.filter(case=OuterRef("plan__case"), verb=VERB).annotate(ids=ids)
    return rows.filter(Exists(same))


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
