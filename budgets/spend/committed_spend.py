"""Committed spend of a financial year and its forecast: from the lines of decided budgets and the
days they run.

A budget counts from the day it applies until its successor's, or until the case was closed; a line
from its recorded start. Support for a time counts beside it, from its first day to its last. What
has not started is taken to start today. A line with an end costs no more than was planned for it.
Gross is what the council commits, net what is left without the contributions that are decided (an
estimate is none). Reading only, in a handful of statements; sums are of amounts rounded line by
line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Min, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from budgets.models import BudgetFigure, Contribution, ExtraSupport, PlanLine, SpendBudget
from budgets.money.costing import YEAR, part
from budgets.position.case_money import DECIDED
from budgets.position.differences import ZERO
from cases.common import dates
from cases.models import Council

BY = ("team", "route", "need_group")


@dataclass(frozen=True)
class Year:
    """A financial year; `after` is the first day of the next."""

    first: date

    @property
    def after(self) -> date:
        return date(self.first.year + 1, 4, 1)

    @property
    def days(self) -> int:
        return (self.after - self.first).days

    @property
    def name(self) -> str:
        return f"{self.first.year}/{self.after.year % 100:02d}"


def year_of(day: date) -> Year:
    """The financial year of a day: from 1 April."""
    return Year(date(day.year if (day.month, day.day) >= (4, 1) else day.year - 1, 4, 1))


@dataclass
class Row:
    """`gross` of the whole year, of which `to_date` until today; `paid_by_people`: contributions;
    `people`: cases.
    """

    key: Any
    people: int = 0
    gross: Decimal = ZERO
    to_date: Decimal = ZERO
    paid_by_people: Decimal = ZERO
    budget: Decimal | None = None

    @property
    def net(self) -> Decimal:
        return self.gross - self.paid_by_people

    @property
    def left(self) -> Decimal | None:
        """What the budget leaves at the year's end; below nothing: too much is committed."""
        return None if self.budget is None else self.budget - self.net


@dataclass
class Spend:
    """The year as a whole and split three ways; the rows of each split add up to the whole."""

    year: Year
    on: date
    whole: Row
    rows: dict[str, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Window:
    """The days on which one decided budget counts: from `first` up to, and without, `after`."""

    case: int
    team: int | None
    need_group: str
    plan: int
    first: date
    after: date


def committed(
    council: Council, *, year: Year, on: date, team: Collection[int] | None = None
) -> Spend:
    """Committed spend of a council, or of some of its teams, as known on a day."""
    windows = _windows(council, year, team) + _extra_windows(council, year, team)
    costs = _costs(council, windows, year, on)
    paid = _contributions(council, windows, year)
    found = Spend(year, on, Row("whole"), {})
    tables: dict[str, dict[Any, Row]] = {by: {} for by in BY}
    of_case = {window.case: window for window in windows}
    for case, by_route in costs.items():
        window, gross = of_case[case], sum((g for g, _d in by_route.values()), ZERO)
        shares = _shared(min(paid.get(case, ZERO), gross), by_route)
        seen: set[tuple[str, Any]] = set()
        for route, (cost, so_far) in by_route.items():
            keys = {"team": window.team, "route": route, "need_group": window.need_group}
            rows = [found.whole, *(tables[by].setdefault(keys[by], Row(keys[by])) for by in BY)]
            for name, row in zip(("whole", *BY), rows, strict=True):
                _add(row, cost, so_far, shares[route], (name, row.key) not in seen)
                seen.add((name, row.key))
    found.rows = {
        by: sorted(table.values(), key=lambda row: (-row.gross, str(row.key)))
        for by, table in tables.items()
    }
    _against(found, council, year, team)
    return found


def _add(row: Row, gross: Decimal, to_date: Decimal, paid: Decimal, first: bool) -> None:
    row.gross, row.to_date, row.paid_by_people = (
        row.gross + gross,
        row.to_date + to_date,
        row.paid_by_people + paid,
    )
    row.people += 1 if first else 0


def _shared(paid: Decimal, by_route: dict[str, tuple[Decimal, Decimal]]) -> dict[str, Decimal]:
    """What a person pays over the ways they take the money, by what each costs; the last carries
    the pennies.
    """
    whole, shares, left = sum((g for g, _d in by_route.values()), ZERO), {}, paid
    for number, (route, (gross, _so_far)) in enumerate(by_route.items(), 1):
        share = (
            left
            if number == len(by_route) or not whole
            else (paid * gross / whole).quantize(Decimal("0.01"))
        )
        shares[route], left = share, left - share
    return shares


def _windows(council: Council, year: Year, team: Collection[int] | None) -> list[_Window]:
    later = BudgetFigure.objects.filter(supersedes=OuterRef("pk")).order_by().values("supersedes")
    rows = BudgetFigure.objects.filter(
        kind__in=DECIDED, case__council=council, effective_from__lt=year.after, plan__isnull=False
    ).annotate(until=Subquery(later.annotate(day=Min("effective_from")).values("day")))
    rows = rows.filter(Q(until=None) | Q(until__gt=year.first))
    if team is not None:
        rows = rows.filter(case__team__in=list(team))
    names = (
        "case",
        "case__team",
        "case__need_group",
        "plan",
        "effective_from",
        "until",
        "case__step",
        "case__step_since",
    )
    return [
        w
        for w in (_window(year, *row) for row in rows.order_by("pk").values_list(*names))
        if w.after > w.first
    ]


def _extra_windows(council: Council, year: Year, team: Collection[int] | None) -> list[_Window]:
    """Agreed support for a time: from its first day to its last."""
    rows = ExtraSupport.objects.filter(
        state="agreed", case__council=council, begins_on__lt=year.after
    ).annotate(until=Coalesce("ended_on", "ends_on"))
    rows = rows.filter(until__gte=year.first)
    if team is not None:
        rows = rows.filter(case__team__in=list(team))
    names = (
        "case",
        "case__team",
        "case__need_group",
        "plan",
        "begins_on",
        "until",
        "case__step",
        "case__step_since",
    )
    found = []
    for case, group, need, plan, first, until, step, since in rows.values_list(*names):
        after = until + timedelta(days=1)
        found.append(_window(year, case, group, need, plan, first, after, step, since))
    return [window for window in found if window.after > window.first]


def _window(year, case, team, need, plan, since, until, step, step_since) -> _Window:
    ends = [year.after, until, dates.london_date(step_since) if step == "closed" else None]
    return _Window(
        case, team, need, plan, max(since, year.first), min(day for day in ends if day is not None)
    )


def _lines_by_plan(council: Council) -> dict[int, list[tuple]]:
    """The facts of every paid line of a decided plan: plan -> rows."""
    decided = BudgetFigure.objects.filter(
        kind__in=DECIDED, case__council=council, plan__isnull=False
    )
    extra = ExtraSupport.objects.filter(state="agreed", case__council=council)
    lines = PlanLine.objects.filter(
        Q(plan__in=decided.values("plan")) | Q(plan__in=extra.values("plan")),
        funder="council",
        annual__gt=0,
    ).annotate(begun=Case(When(plan__state="extra", then="begins_on"), default="start__started_on"))
    names = (
        "plan",
        "pk",
        "origin",
        "route",
        "unit",
        "annual",
        "begins_on",
        "ends_on",
        "begun",
    )
    of_plan: dict[int, list[tuple]] = defaultdict(list)
    for plan, *facts in lines.values_list(*names):
        of_plan[plan].append(tuple(facts))
    return of_plan


def _costs(
    council: Council, windows: list[_Window], year: Year, on: date
) -> dict[int, dict[str, tuple[Decimal, Decimal]]]:
    """case -> route -> (whole year, to date)."""
    of_plan = _lines_by_plan(council)
    found: dict[int, dict[str, tuple[Decimal, Decimal]]] = {}
    once: set[int] = set()
    for window in windows:
        for pk, origin, route, unit, annual, begins, ends, started in of_plan.get(window.plan, ()):
            first = started or max(begins or window.first, on)
            if unit == "once":
                days = (first, first + timedelta(days=1)) if (origin or pk) not in once else None
                cost = (
                    (annual, annual if first <= on else ZERO)
                    if days and _inside(first, window)
                    else (ZERO, ZERO)
                )
                once |= {origin or pk} if cost[0] else set()
            else:
                cost = _of_days(annual, first, begins, ends, window, year, on)
            if cost[0]:
                routes = found.setdefault(window.case, {})
                was = routes.get(route, (ZERO, ZERO))
                routes[route] = (was[0] + cost[0], was[1] + cost[1])
    return found


def _inside(day: date, window: _Window) -> bool:
    return window.first <= day < window.after


def _of_days(
    annual: Decimal,
    first: date,
    begins: date | None,
    ends: date | None,
    window: _Window,
    year: Year,
    on: date,
) -> tuple[Decimal, Decimal]:
    """What recurs, for the days it runs inside the window: (all of them, those until today)."""
    start, after = max(first, window.first), window.after
    if ends is not None:
        after = min(after, ends + timedelta(days=1))
    span = (ends - begins).days + 1 if begins and ends else YEAR
    of = span if span < YEAR else year.days  # a line for a part of a year was priced for that part
    whole, so_far = (
        max((day - start).days, 0) for day in (after, min(after, on + timedelta(days=1)))
    )
    return part(annual, min(whole, of), of), part(annual, min(so_far, of), of)


def _contributions(council: Council, windows: Iterable[_Window], year: Year) -> dict[int, Decimal]:
    """case -> what the person pays in the year while a budget runs, by the sums decided from their
    days on.
    """
    days: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for window in windows:
        days[window.case].append((window.first, window.after))
    rows = Contribution.objects.filter(
        case__council=council, state="recorded", valid_from__lt=year.after
    )
    decided: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    for case, since, weekly in rows.order_by("valid_from", "pk").values_list(
        "case", "valid_from", "weekly"
    ):
        decided[case].append((since, weekly or ZERO))
    found = {}
    for case, sums in decided.items():
        ends = [since for since, _weekly in sums[1:]] + [year.after]
        pieces = [
            part(weekly, max((min(after, end) - max(first, since)).days, 0), 7)
            for (since, weekly), end in zip(sums, ends, strict=True)
            for first, after in days.get(case, ())
        ]
        found[case] = sum(pieces, ZERO)
    return found


def _against(found: Spend, council: Council, year: Year, team: Collection[int] | None) -> None:
    """The budgets loaded for the year beside what is committed: the latest row for each team and
    route. A sum for the whole of something goes before the sum of its parts.
    """
    rows = SpendBudget.objects.filter(council=council, year=year.first).order_by("pk")
    latest = {(row.team_id, row.route): row.amount for row in rows}
    for row in found.rows["team"]:
        row.budget = _whole_or_parts(
            latest, lambda of, _route, key=row.key: of == key, (row.key, "")
        )
    for row in found.rows["route"]:
        if team is None:
            row.budget = _whole_or_parts(
                latest, lambda _of, route, key=row.key: route == key, (None, row.key)
            )
    mine = [row.budget for row in found.rows["team"]]
    if team is None:
        found.whole.budget = _whole_or_parts(latest, lambda *_any: True, (None, ""))
    elif mine and all(one is not None for one in mine):
        found.whole.budget = sum((one for one in mine if one is not None), ZERO)


def _whole_or_parts(
    latest: dict[tuple[Any, str], Decimal], part_of: Any, whole: tuple[Any, str]
) -> Decimal | None:
    if whole in latest:
        return latest[whole]
    parts = [amount for key, amount in latest.items() if part_of(*key)]
    return sum(parts, ZERO) if parts else None
