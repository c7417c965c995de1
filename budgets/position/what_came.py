"""Managed and provider-held support that did not come, or cost less than was agreed: of which parts
it can be said, and what was said of which days. Reading only.

Not here: direct payments. What is not spent of one stays with the person (`monitoring`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import LinePrice, PlanLine
from budgets.money.sterling import pounds
from budgets.position.case_money import ZERO
from budgets.position.differences import root
from budgets.position.entitlement_facts import native_amount, native_period, newest_first_wins
from cases import journey
from cases.common import dates
from cases.models import Case
from cases.ui.date_words import day

DAY = timedelta(days=1)
# what a sum is the price of (`native_period`)
A_PERIOD = {
    "week": gettext_lazy("%(sum)s a week"),
    "month": gettext_lazy("%(sum)s a month"),
    "year": gettext_lazy("%(sum)s a year"),
    "once": gettext_lazy("%(sum)s in all"),
}


class Run(NamedTuple):
    """Days on which one version of a part holds (`last` None: it still does)."""

    first: date
    last: date | None
    line: PlanLine


class Came(NamedTuple):
    """A part that was arranged. `line`: its version of today, else the last that has begun; `first`
    and `last`: the days on which it ran (`last` None: it still does); `runs`: of its versions.
    """

    line: PlanLine
    first: date
    last: date | None
    runs: tuple[Run, ...]

    def agreed(self, first: date, last: date) -> Decimal:
        """The most that one native period of it costs by the plan on some days."""
        held = [run for run in self.runs if _shared(run, first, last)] or self.runs
        return max(native_amount(run.line) for run in held)


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
    held = _held(case) if families else []
    found = (_came(lines, held) for lines in families.values())
    return [one for one in found if one]


def _held(case: Case) -> list[tuple[int | None, date, date | None]]:
    """(plan, first day, last day) of what holds by the decisions, one after the other."""
    rows = case.plans_in_force.filter(struck_at=None).exclude(plan__state="extra")
    kept = newest_first_wins(rows.order_by("pk"), "begins_on")
    after = [*kept[1:], None]
    return [
        (row.plan_id, row.begins_on, later.begins_on - DAY if later else None)
        for row, later in zip(kept, after, strict=False)
    ]


def _came(lines: list[PlanLine], held: list[tuple[int | None, date, date | None]]) -> Came | None:
    firsts = [one.start.started_on if hasattr(one, "start") else one.begins_on for one in lines]
    first = min(one for one in firsts if one)
    runs = sorted((run for line in lines for run in _runs(line, first, held)), key=lambda x: x[0])
    if not runs:
        return None
    today = dates.today()
    begun = [run for run in runs if run.first <= today] or runs[:1]
    lasts = [run.last for run in runs]
    last = None if None in lasts else max(one for one in lasts if one)
    return Came(begun[-1].line, first, last, tuple(runs))


def _runs(
    line: PlanLine, first: date, held: list[tuple[int | None, date, date | None]]
) -> Iterator[Run]:
    """The days of one version: those of the plan it is in, of support for a time its own."""
    if line.plan.state == "extra":
        yield Run(first, line.ends_on, line)
        return
    for plan, begins, ends in held:
        last = min((day for day in (ends, line.ends_on) if day), default=None)
        if plan == line.plan_id and (last is None or last >= max(begins, first)):
            yield Run(max(begins, first), last, line)


def _shared(run: Run, first: date, last: date) -> bool:
    return run.first <= last and (run.last is None or run.last >= first)


def paid_direct_from(case: Case, line: PlanLine, first: date, last: date) -> date | None:
    """The first of some days on which a part is taken as a direct payment; None: on none."""
    family = Q(pk=root(line)) | Q(origin=root(line))
    direct = PlanLine.objects.filter(family, plan__case=case, route__in=journey.direct_routes())
    direct = direct.exclude(plan__state="extra").select_related("plan")
    held = _held(case)
    runs = [run for one in direct for run in _runs(one, date.min, held)]
    found = (max(run.first, first) for run in runs if _shared(run, first, last))
    return min(found, default=None)


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
