"""Managed and provider-held support that did not come, or cost less than was agreed: of which parts
it can be said, and what was said of which days. Reading only.

Not here: direct payments. What is not spent of one stays with the person (`monitoring`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import LinePrice, PlanLine
from budgets.money.sterling import pounds
from budgets.position.case_money import ZERO
from budgets.position.differences import root
from budgets.position.entitlement_facts import native_amount, native_period
from cases import journey
from cases.models import Case
from cases.ui.date_words import day

# what a sum is the price of (`native_period`)
A_PERIOD = {
    "week": gettext_lazy("%(sum)s a week"),
    "month": gettext_lazy("%(sum)s a month"),
    "year": gettext_lazy("%(sum)s a year"),
    "once": gettext_lazy("%(sum)s in all"),
}


class Came(NamedTuple):
    """A part that was arranged, as it stands in the last plan that had it: `first` and `last`: the
    days on which it ran (`last` None: it still does); `agreed`: the most that one native period of
    it cost.
    """

    line: PlanLine
    first: date
    last: date | None
    agreed: Decimal


def parts_arranged(case: Case) -> list[Came]:
    """The parts of a case whose money the council or a provider holds and which have begun, those
    of earlier plans too: what did not come may be found out later.
    """
    begun = Q(start__isnull=False) | Q(plan__state="extra")
    rows = (
        PlanLine.objects.filter(
            begun, plan__case=case, plan__in_force__isnull=False, plan__in_force__struck_at=None
        )
        .filter(funder="council", annual__gt=0)
        .exclude(route__in=("", *journey.direct_routes()))
        .select_related("start", "plan__extra")
        .order_by("pk")
        .distinct()
    )
    families: dict[int | None, list[PlanLine]] = {}
    for line in rows:
        families.setdefault(root(line), []).append(line)
    return [_came(lines) for lines in families.values()]


def _came(lines: list[PlanLine]) -> Came:
    last = lines[-1]
    firsts = [one.start.started_on if hasattr(one, "start") else one.begins_on for one in lines]
    first = min(one for one in firsts if one)
    return Came(last, first, last.ends_on, max(native_amount(one) for one in lines))


def amount_words(line: PlanLine, amount: Decimal) -> str:
    """A sum of one native period of a line: £60.00 a week."""
    return str(A_PERIOD[native_period(line)]) % {"sum": pounds(amount)}


def came_words(line: PlanLine, amount: Decimal | None) -> str:
    """What came on days that something was said of."""
    if amount is None:
        return _("It came as agreed")
    if amount == ZERO:
        return _("It did not come, and costs nothing")
    return _("It cost less: %(cost)s") % {"cost": amount_words(line, amount)}


def days_words(first: date, last: date | None) -> str:
    """The days that something was said of."""
    if last is None or first == last:
        return day(first)
    return _("%(a)s to %(b)s") % {"a": day(first), "b": day(last)}


def said_of(case: Case) -> Iterable[LinePrice]:
    """What was said so far, the last first."""
    rows = LinePrice.objects.filter(line__plan__case=case, ends_on__isnull=False, struck_at=None)
    return rows.select_related("line").order_by("-pk")
