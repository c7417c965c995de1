"""Lines that a switch of route copied before such copies kept their origin: each gets the line it
came from, where that can be known. Without it what is paid once would be paid again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction

from budgets.models import PlanLine, RouteSwitch
from budgets.payments import money_standings
from budgets.position.differences import SAME, root

# What a switch leaves as it is: all that makes a line the same support, but for its route.
KEPT = ("what", "outcome", "position", *(name for name in SAME if name != "route"))


class Found(NamedTuple):
    """A copy, and the id of the first line it is a copy of."""

    line: PlanLine
    origin: int


def missing_origins() -> Iterator[Found]:
    """Copies without an origin whose line in the plan before the switch is known: at the same place
    of it, and the same but for its route. In the order of the switches, as one follows another.
    """
    known: dict[int, int] = {}  # a copy -> its origin, as found so far
    switches = RouteSwitch.objects.filter(state="done", plan__isnull=False)
    for switch in switches.order_by("ended_at", "pk"):
        before, after = (_lines(plan) for plan in (switch.of_plan_id, switch.plan_id))
        if len(before) != len(after):
            continue
        for old, new in zip(before, after, strict=True):
            if new.origin_id is None and _same(old, new):
                first = root(old) or old.pk
                known[new.pk] = known.get(first, first)
                yield Found(new, known[new.pk])


def set_origins() -> int:
    """Set what `missing_origins` finds, and of later copies of such a line too; how many."""
    found, cases = 0, set()
    with transaction.atomic():
        for line, origin in list(missing_origins()):
            found += PlanLine.objects.filter(pk=line.pk, origin=None).update(origin=origin)
            found += PlanLine.objects.filter(origin=line.pk).update(origin=origin)
            cases.add(line.plan.case_id)
        money_standings.mark_stale(cases)
    return found


def _lines(plan: int | None) -> list[PlanLine]:
    rows = PlanLine.objects.filter(plan=plan).select_related("plan__case")
    return list(rows.order_by("position", "pk"))


def _same(old: PlanLine, new: PlanLine) -> bool:
    return all(getattr(old, name) == getattr(new, name) for name in KEPT)
