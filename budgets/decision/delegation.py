"""Who may agree how much: the council's dated levels, read for one plan. Reading only.

The lowest level that covers the dearest week, the one-off cost and the share above the indicative
budget decides, on what the council pays; equal to a limit is inside; no row is no right. Of a
role's rows the nearest counts: one for the team before one for every team, one for the group of
people before one for everybody. Where nothing else covers the cost, the one level without an upper
limit does: the council's top officer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from budgets.models import DelegationLevel
from budgets.position.case_money import Cost
from cases.common import dates
from cases.models import Case, Seat

ORDER = ("worker", "manager", "service_manager")
# Shipped default: a practitioner agrees alone what somebody else wrote; four eyes when a worker
# wrote it.
WRITTEN_OUTSIDE = ("person", "delegate")


@dataclass(frozen=True)
class Holder:
    """Whose sign-off it is. `officer`: the id of the named top officer, else None."""

    role: str
    officer: int | None
    level: DelegationLevel


def levels(
    council_id: int, on: date, team: int | None = None, clients: Collection[str] = ()
) -> list[DelegationLevel]:
    """The levels in force on a day for a team and these groups: the nearest and latest row of each
    role, and the latest without an upper limit.
    """
    near = Q(team=None) | Q(team=team) if team else Q(team=None)
    rows = DelegationLevel.objects.filter(
        DelegationLevel.on(on), near, council_id=council_id, client__in=["", *clients]
    )
    found: dict[tuple[str, bool], DelegationLevel] = {}
    for row in sorted(rows, key=_nearness, reverse=True):
        top = row.max_weekly is None
        found.setdefault(("" if top else row.role, top), row)
    return list(found.values())


def _nearness(row: DelegationLevel) -> tuple[bool, int, date, int]:
    """A team's own row first, then a need group's before that of all adults, then the latest."""
    group = 0 if not row.client else 1 if row.client == "adult" else 2
    return row.team_id is not None, group, row.valid_from, row.pk


def levels_for(case: Case, on: date) -> list[DelegationLevel]:
    """The levels in force for one case: its team, its kind and its need group."""
    return levels(case.council_id, on, case.team_id, {case.kind, case.need_group} - {""})


def covers(level: DelegationLevel, cost: Cost, first: Cost | None = None) -> bool:
    """Equal to the limit is inside, and no week is above it. `first`: the indicative budget;
    without one, any cost is above it.
    """
    if level.max_weekly is None:
        return True
    inside = cost.dearest <= level.max_weekly and cost.one_off <= (level.max_one_off or 0)
    if not inside or level.max_over_pct is None:
        return inside
    base = first.total if first else Decimal(0)
    return (cost.total - base) * 100 <= level.max_over_pct * base


def lowest(
    rows: list[DelegationLevel], cost: Cost, author_role: str, first: Cost | None = None
) -> Holder | None:
    """The nearest person who may agree this cost, or None where the council has set up nobody."""
    ordinary = {row.role: row for row in rows if row.max_weekly is not None}
    for role in ORDER:
        if role == "worker" and author_role not in WRITTEN_OUTSIDE:
            continue
        if role in ordinary and covers(ordinary[role], cost, first):
            return Holder(role, None, ordinary[role])
    top = next((row for row in rows if row.max_weekly is None), None)
    return Holder(top.role, top.officer_id, top) if top else None


def level_of(
    rows: list[DelegationLevel],
    role: str,
    user: Any,
    cost: Cost,
    author_role: str,
    first: Cost | None = None,
) -> DelegationLevel | None:
    """The level on which this user in this role may agree this cost; None = they may not."""
    if role == "worker" and author_role not in WRITTEN_OUTSIDE:
        return None
    mine = [
        row
        for row in rows
        if row.role == role and row.officer_id in (None, user.pk) and covers(row, cost, first)
    ]
    return min(
        mine, key=lambda row: (row.max_weekly is None, row.max_weekly or Decimal(0)), default=None
    )


def top_officer() -> Q:
    """The councils in which somebody may agree what no other limit covers, as a condition on
    Council (`set_up`).
    """
    today = dates.today()
    held = Seat.objects.filter(Seat.on(today), council=OuterRef("council"), role=OuterRef("role"))
    top = DelegationLevel.objects.filter(
        DelegationLevel.on(today), council=OuterRef("pk"), max_weekly=None
    )
    return Q(Exists(top.filter(Q(officer__isnull=False) | Q(Exists(held)))))
