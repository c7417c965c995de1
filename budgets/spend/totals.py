"""Money over many cases: spend, count and value by route, indicative against decided. Reading only.

`team`: None, a Team, an id, or several ids. Amounts are a year's recurring money of the budgets in
force on a day: decided, not replaced by a later decision, and the case not closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Floor

from budgets.models import BudgetFigure
from budgets.models.plan import ROUTE_NAMES
from budgets.money.sterling import PENNY, rounding
from budgets.position.case_money import DECIDED
from cases.models import Council

WITHIN = Decimal("0.10")  # a decided budget this near to the indicative one counts as "as expected"


@dataclass(frozen=True)
class RouteRow:
    """One way of taking the money: how many people, and how much a year and once."""

    route: str
    title: Any
    n: int
    annual: Decimal
    one_off: Decimal


@dataclass(frozen=True)
class Spend:
    """All budgets in force together."""

    n: int
    annual: Decimal
    one_off: Decimal


@dataclass(frozen=True)
class Difference:
    """Decided against indicative over the decisions of a period. Shares are of the indicative sum;
    None = no case.

    `median` and `p90` are nearest rank; `reasons`: code -> how often.
    """

    n: int
    median: Decimal | None
    p90: Decimal | None
    within: int
    above: int
    below: int
    reasons: dict[str, int]


def in_force(council: Council, *, on: date, team: Any = None) -> QuerySet[BudgetFigure]:
    """The decided figures that stand on a day, one a case."""
    later = BudgetFigure.objects.filter(
        case=OuterRef("case"), pk__gt=OuterRef("pk"), kind__in=DECIDED, effective_from__lte=on
    )
    rows = BudgetFigure.objects.filter(
        kind__in=DECIDED, case__council=council, effective_from__lte=on
    )
    return _of_team(rows.exclude(case__step="closed").exclude(Exists(later)), team)


def by_route(council: Council, *, on: date, team: Any = None) -> list[RouteRow]:
    """People and money by route, the largest first; ties in the order of `ROUTE_NAMES`."""
    rows = in_force(council, on=on, team=team).order_by().values("case__route")
    found = {
        row["case__route"]: row
        for row in rows.annotate(n=Count("case"), a=Sum("annual"), o=Sum("one_off"))
    }
    kept = [
        RouteRow(code, title, found[code]["n"], _pence(found[code]["a"]), _pence(found[code]["o"]))
        for code, title in ROUTE_NAMES.items()
        if code in found
    ]
    return sorted(kept, key=lambda row: -row.n)


def spend(council: Council, *, on: date, team: Any = None) -> Spend:
    """What all budgets in force cost in a year, and once."""
    row = in_force(council, on=on, team=team).aggregate(
        n=Count("pk"), a=Sum("annual"), o=Sum("one_off")
    )
    return Spend(row["n"], _pence(row["a"]), _pence(row["o"]))


def indicative_against_decided(
    council: Council, *, since: date, until: date, team: Any = None
) -> Difference:
    """How far decisions of a period lie from the first idea: never copied back over it, so both are
    still there.

    Each decision keeps its own distance (`recording.decide`): here it is only counted and ranked,
    by the database.
    """
    return _difference(decisions(council, since=since, until=until, team=team))


def decisions(
    council: Council, *, since: date, until: date, team: Any = None
) -> QuerySet[BudgetFigure]:
    """The decided figures that apply from a day of this period on."""
    rows = BudgetFigure.objects.filter(
        kind__in=DECIDED,
        case__council=council,
        effective_from__gte=since,
        effective_from__lte=until,
    )
    return _of_team(rows, team)


def _difference(rows: QuerySet[BudgetFigure]) -> Difference:
    """Counted by whole percents and reasons in one scan; only the two percents in which the ranks
    lie are put in order.
    """
    rows = rows.annotate(percent=Floor(F("share") * 100))
    found = (
        rows.order_by("percent", "reason_code")
        .values("percent", "reason_code")
        .annotate(
            n=Count("pk"),
            within=Count("pk", filter=Q(share__gte=-WITHIN, share__lte=WITHIN)),
            above=Count("pk", filter=Q(share__gt=0)),
            below=Count("pk", filter=Q(share__lt=0)),
        )
    )
    reasons, bins, sums = Counter[str](), Counter[Decimal](), Counter[str]()
    for one in found:
        reasons.update({one["reason_code"]: one["n"]} if one["reason_code"] else {})
        if one["percent"] is not None:  # the others had no first figure to lie apart from
            bins[one["percent"]] += one["n"]
            sums.update(n=one["n"], within=one["within"], above=one["above"], below=one["below"])
    return Difference(
        n=sums["n"],
        median=_rank(rows, bins, sums["n"], 50),
        p90=_rank(rows, bins, sums["n"], 90),
        within=sums["within"],
        above=sums["above"],
        below=sums["below"],
        reasons=dict(reasons),
    )


def _rank(rows: QuerySet[Any], bins: Counter[Decimal], n: int, percent: int) -> Decimal | None:
    """Nearest rank (`percentile_disc`) of `n` shares: the bin it lies in by counting, its place
    there by the database.
    """
    place = max(-(-n * percent // 100), 1) - 1
    for whole, inside in bins.items():
        if place < inside:
            found = rows.filter(percent=whole).order_by("share", "pk")
            return found.values_list("share", flat=True)[place]
        place -= inside
    return None


def _of_team(rows: QuerySet[BudgetFigure], team: Any) -> QuerySet[BudgetFigure]:
    if team is None:
        return rows
    wanted = team if isinstance(team, Iterable) else [team]
    return rows.filter(case__team__in=list(wanted))


def _pence(total: Decimal | None) -> Decimal:
    """A database's sum to the penny: SQLite adds in binary."""
    return rounding(total or Decimal(0), PENNY, "half_up")
