"""Committed spend of a financial year and its forecast, from what was read of each case
(`spend_standings`): nothing is worked out here, it is only added up.

Gross is what the support costs, net what is left without the contributions that are decided (an
estimate is none): what the council pays. A handful of statements, however many cases there are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum

from budgets.models import SpendBudget, SpendStanding, YearSpend
from budgets.money.sterling import PENNY, rounding
from budgets.position.differences import ZERO
from budgets.position.year_costs import Year, year_of
from budgets.spend import spend_standings
from cases.common import dates
from cases.models import Council

__all__ = ["BY", "Row", "Spend", "Year", "committed", "year_of"]
BY = ("team", "route", "need_group")


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
    """The year as a whole and split three ways; the rows of each split add up to the whole. `on`:
    the day on which the case that waits longest was read; `behind`: more have changed since.
    """

    year: Year
    on: date
    whole: Row
    behind: bool = False
    rows: dict[str, list[Row]] = field(default_factory=dict)


COLUMN = {"team": "case__team", "route": "route", "need_group": "case__need_group"}


def committed(council: Council, *, year: Year, team: Collection[int] | None = None) -> Spend:
    """Committed spend of a council, or of some of its teams, as its cases were read last. What has
    changed since is read first, as far as one page may ask for it.
    """
    behind = spend_standings.follow_changes(council)
    rows = YearSpend.objects.filter(case__council=council, year=year.first)
    read = SpendStanding.objects.filter(case__council=council)
    if team is not None:
        rows, read = rows.filter(case__team__in=list(team)), read.filter(case__team__in=list(team))
    on = read.aggregate(on=Min("on"))["on"] or dates.today()
    whole = next(iter(_summed(rows, None)), Row("whole"))
    found = Spend(year, on, whole, behind)
    for by in BY:
        found.rows[by] = sorted(
            _summed(rows, COLUMN[by]), key=lambda row: (-row.gross, str(row.key))
        )
    _against(found, council, year, team)
    return found


def _summed(rows: QuerySet[YearSpend], column: str | None) -> list[Row]:
    """The rows of one split; without a column the whole, if there is any."""
    sums = {
        "n": Count("case", distinct=True),
        "g": Sum("gross"),
        "d": Sum("to_date"),
        "p": Sum("paid"),
    }
    if column is None:
        groups = [rows.aggregate(**sums) | {"key": "whole"}]
    else:
        found = rows.order_by().values(column).annotate(**sums)
        groups = [row | {"key": row[column]} for row in found]
    return [
        Row(one["key"], one["n"], _pence(one["g"]), _pence(one["d"]), _pence(one["p"]))
        for one in groups
        if one["n"]
    ]


def _pence(total: Decimal | None) -> Decimal:
    """A database's sum to the penny: SQLite adds in binary."""
    return rounding(total or ZERO, PENNY, "half_up")


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
