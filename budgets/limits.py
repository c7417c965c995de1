"""Who may agree how much: the council's dated levels, read for one plan. Reading only.

The lowest level that covers the week and the one-off cost decides; equal to a limit is inside; no row is no
right. Where nothing else covers it, the one level without an upper limit does: the council's top officer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .figures import Cost
from .models import DelegationLevel

ORDER = ("worker", "manager", "service_manager")
# Shipped default: a practitioner agrees alone what somebody else wrote; four eyes when a worker wrote it.
WRITTEN_OUTSIDE = ("person", "delegate")


@dataclass(frozen=True)
class Holder:
    """Whose sign-off it is. `officer`: the id of the named top officer, else None."""

    role: str
    officer: int | None
    level: DelegationLevel


def levels(council_id: int, on: date) -> list[DelegationLevel]:
    """The levels in force on a day: the latest row of each role, and the latest without an upper limit."""
    rows = DelegationLevel.objects.filter(DelegationLevel.on(on), council_id=council_id).order_by(
        "-valid_from", "-pk"
    )
    found: dict[tuple[str, bool], DelegationLevel] = {}
    for row in rows:
        top = row.max_weekly is None
        found.setdefault(("" if top else row.role, top), row)
    return list(found.values())


def covers(level: DelegationLevel, cost: Cost) -> bool:
    """Equal to the limit is inside."""
    if level.max_weekly is None:
        return True
    return cost.weekly <= level.max_weekly and cost.one_off <= (level.max_one_off or 0)


def lowest(rows: list[DelegationLevel], cost: Cost, author_role: str) -> Holder | None:
    """The nearest person who may agree this cost, or None where the council has set up nobody."""
    ordinary = {row.role: row for row in rows if row.max_weekly is not None}
    for role in ORDER:
        if role == "worker" and author_role not in WRITTEN_OUTSIDE:
            continue
        if role in ordinary and covers(ordinary[role], cost):
            return Holder(role, None, ordinary[role])
    top = next((row for row in rows if row.max_weekly is None), None)
    return Holder(top.role, top.officer_id, top) if top else None


def level_of(
    rows: list[DelegationLevel], role: str, user: Any, cost: Cost, author_role: str
) -> DelegationLevel | None:
    """The level on which this user in this role may agree this cost; None = they may not."""
    if role == "worker" and author_role not in WRITTEN_OUTSIDE:
        return None
    mine = [row for row in rows if row.role == role and row.officer_id in (None, user.pk) and covers(row, cost)]
    return min(mine, key=lambda row: (row.max_weekly is None, row.max_weekly or Decimal(0)), default=None)
