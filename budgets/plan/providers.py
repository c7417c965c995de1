"""Who gives the support: how much of it lies outside the council's own frameworks, and what people
could not have. Reading only. A plan names anybody; the directory is never a limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from budgets.models import PlanLine, Provider
from budgets.models.plan import ROUTE_NAMES
from cases.models import Council

ZERO = Decimal("0.00")
# Whom a framework could hold at all: not family, not somebody a person employs, not a thing to buy.
COULD_BE = ("agency", "provider", "council", "community")


@dataclass(frozen=True)
class Share:
    """Paid lines of plans in force for one way of taking the money. `outside`: named, and on none
    of the council's frameworks; `unnamed`: nobody is named yet. Amounts a year.
    """

    route: str
    lines: int
    outside: int
    unnamed: int
    annual: Decimal
    annual_outside: Decimal

    @property
    def percent(self) -> int | None:
        """Outside lines of those with a name, in percent; None where nobody is named."""
        named = self.lines - self.unnamed
        return (self.outside * 100 + named // 2) // named if named else None


def directory(council: Council, on: date) -> list[Provider]:
    """The providers the council knows on a day."""
    return list(Provider.objects.filter(Provider.on(on), council=council))


def same(name: str) -> str:
    """A name without the accidents of typing."""
    return " ".join(name.split()).casefold()


def outside(council: Council, *, on: date) -> list[Share]:
    """By way of taking the money, over the agreed plans of open cases."""
    frameworks = {same(p.name) for p in directory(council, on) if p.framework}
    rows = PlanLine.objects.filter(
        plan__case__council=council,
        plan__state="agreed",
        annual__gt=0,
        funder="council",
        who__in=COULD_BE,
    )
    rows = rows.exclude(plan__case__step="closed").prefetch_related("orders")
    newest: dict[int, int] = {}
    lines = list(rows.select_related("plan"))
    for line in lines:
        newest[line.plan.case_id] = max(newest.get(line.plan.case_id, 0), line.plan.number)
    lines = [line for line in lines if line.plan.number == newest[line.plan.case_id]]
    return [
        _share(route, [x for x in lines if x.route == route], frameworks)
        for route in ROUTE_NAMES
        if any(x.route == route for x in lines)
    ]


def named(line: PlanLine) -> str:
    """Who gives a line: the last order's provider, else the one in the plan."""
    orders = list(line.orders.all())
    return same(orders[-1].provider if orders else line.provider)


def _share(route: str, lines: Iterable[PlanLine], frameworks: set[str]) -> Share:
    kept = [(line, named(line)) for line in lines]
    away = [line for line, name in kept if name and name not in frameworks]
    return Share(
        route,
        len(kept),
        len(away),
        sum(not name for _line, name in kept),
        sum((line.annual for line, _name in kept), ZERO),
        sum((line.annual for line in away), ZERO),
    )
