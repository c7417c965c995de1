"""Support for a time: what was decided for a case, what it costs beside the plan, who may agree it.
Reading only.

Not here: what it adds to a day's money (`entitlement_facts`), the acts (`actions.extra_support`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from budgets.models import ExtraSupport, PlanInForce, PlanLine, SupportOrder
from budgets.position import case_money
from budgets.position.case_money import Cost
from cases import journey
from cases.models import Case

# nights, months and years are for what lasts
FOR_A_TIME = ("hour", "day", "session", "week", "once")
NEVER_PAID = ("family", "community")
LAST = Coalesce("ended_on", "ends_on")


def decided(case: Case) -> QuerySet[ExtraSupport]:
    """What was proposed and decided, the newest first, with its lines."""
    rows = case.extra_support.select_related("plan", "proposed_by", "decided_by")
    return rows.prefetch_related("plan__lines").order_by("-pk")


def standing(case: Case, first: date, last: date) -> Any:
    """Agreed support for a time with a day between these."""
    rows = in_days(case.extra_support.all())
    return rows.filter(begins_on__lte=last, last__gte=first)


def direct_lines(case: Case, today: date) -> list[PlanLine]:
    """The lines of agreed support for a time that are paid as a direct payment and not over."""
    rows = in_days(case.extra_support.all()).filter(last__gte=today)
    lines = PlanLine.objects.filter(plan__extra__in=rows, annual__gt=0)
    return list(lines.filter(route__in=journey.direct_routes()).order_by("pk"))


def of_a_time(case: Case, since: date) -> Q:
    """Of lines: those that are paid for in agreed support for a time not over by a day."""
    rows = in_days(case.extra_support.all()).filter(last__gte=since)
    return Q(plan__extra__in=rows.values("pk"), annual__gt=0) & ~Q(route="")


def to_begin(case: Case) -> QuerySet[PlanLine]:
    """The lines of agreed support for a time that the council arranges or a provider holds, and
    that nobody has written down as begun, over or not.
    """
    rows = in_days(case.extra_support.all())
    lines = PlanLine.objects.filter(plan__extra__in=rows, annual__gt=0, start=None)
    lines = lines.exclude(route="").exclude(route__in=journey.direct_routes())
    return lines.select_related("plan__extra").order_by("pk")


def not_ordered() -> Exists:
    """Of support for a time: is a line of it arranged by the council, and nobody has ordered it?"""
    lines = PlanLine.objects.filter(
        plan=OuterRef("plan"), annual__gt=0, route__in=journey.routes_needing("order")
    )
    return Exists(lines.filter(~Exists(SupportOrder.objects.filter(line=OuterRef("pk")))))


def to_order(known: Any, today: date) -> Any:
    """The ids of agreed support for a time among `known` that is to be ordered, and is not over."""
    return in_days(known).filter(not_ordered(), last__gte=today).values("pk")


def cost_beside(case: Case, own: Cost, first: date, last: date) -> Cost:
    """What counts against a limit: the new support with the budget in force and with what is agreed
    beside it on these days, so that nobody goes round a limit in slices. So it is of what is paid
    once, if any of the new support is; support that was ended early still counts with it for all
    the days it was decided for, as nothing of that is taken back.
    """
    figure = case_money.in_force(case)
    cost = case_money.cost_of_figure(figure)
    if figure and figure.plan:
        cost = case_money.council_cost(figure.plan.lines.all())
    beside = list(in_days(case.extra_support.all()).filter(begins_on__lte=last, ends_on__gte=first))
    weekly = sum((row.weekly for row in beside if row.last >= first), own.weekly)
    once = own.one_off
    if once:
        once += cost.one_off + sum(row.one_off for row in beside)
    return Cost(own.annual, weekly + cost.dearest, once)


def has_follower(row: ExtraSupport) -> bool:
    """Is there agreed support for a time from the day after this one on?"""
    after = row.last_day + timedelta(days=1)
    return standing(row.case, after, after).exclude(pk=row.pk).exists()


def in_days(rows: Any) -> Any:
    """What is agreed, with `last`, the day on which each ends. What a closing cut off is not among
    it: a case opened again begins without.
    """
    cut = PlanInForce.objects.filter(
        case=OuterRef("case"), plan=None, struck_at=None, recorded_at__gt=OuterRef("decided_at")
    )
    return rows.filter(~Exists(cut), state="agreed").annotate(last=LAST)
