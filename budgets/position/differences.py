"""What differs between two plans, line by line, in the council's money of a year. Pure: lines in,
changes out.

Each change is parted in two that add up to it exactly: what comes of having more or less support
(hours), and what comes of another price of it (rate). Source of the parting: R (Davey) v
Oxfordshire [2017] EWCA Civ 1308, where a budget fell for both reasons at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from budgets.models import PlanLine
from budgets.money.costing import days_of, price

ZERO = Decimal("0.00")
# What has to stay as it is for support that has started to have started in the next plan too.
SAME = ("who", "provider", "quantity", "unit", "rate", "oncost_pct", "weeks", "route", "funder")


@dataclass(frozen=True)
class Change:
    """One line before and after (None: not there). `hours` + `rates` = the whole change of a year,
    to the penny.
    """

    before: PlanLine | None
    after: PlanLine | None
    hours: Decimal
    rates: Decimal

    @property
    def whole(self) -> Decimal:
        return self.hours + self.rates

    @property
    def what(self) -> str:
        line = self.after or self.before
        return line.what if line else ""

    @property
    def differs(self) -> bool:
        """Is anything of it different, be it only who or when?"""
        if self.before is None or self.after is None:
            return True
        fields = (
            *SAME,
            "what",
            "outcome",
            "when",
            "begins_on",
            "ends_on",
            "met_through_id",
            "free",
        )
        return any(getattr(self.before, name) != getattr(self.after, name) for name in fields)


def root(line: PlanLine) -> int | None:
    """The first line that this one is a copy of, itself where it is none."""
    return line.origin_id or line.pk


def unchanged(before: PlanLine, after: PlanLine) -> bool:
    """Is it the same support at the same price in the same way?"""
    return all(getattr(before, name) == getattr(after, name) for name in SAME)


def paid(line: PlanLine | None) -> Decimal:
    """What a line costs the council: a year of it, or the whole where it is had once."""
    return line.annual if line is not None and line.funder == "council" else ZERO


def change(before: PlanLine | None, after: PlanLine | None, rule: str = "52") -> Change:
    """One line against its successor. Another unit or another payer is other support: the whole of
    it is hours.
    """
    whole = paid(after) - paid(before)
    if (
        before is None
        or after is None
        or before.unit != after.unit
        or before.funder != after.funder
    ):
        return Change(before, after, whole, ZERO)
    if after.funder != "council":
        return Change(before, after, ZERO, ZERO)
    try:
        at_old_price, _week = price(
            after.quantity,
            before.rate,
            after.unit,
            weeks=after.weeks,
            oncost_pct=before.oncost_pct,
            rule=rule,
            days=days_of(after.begins_on, after.ends_on),
        )
    except ValueError:  # so much at the old price would be more than any budget
        return Change(before, after, whole, ZERO)
    hours = at_old_price - paid(before)
    return Change(before, after, hours, whole - hours)


def compare(
    before: Iterable[PlanLine], after: Iterable[PlanLine], rule: str = "52"
) -> list[Change]:
    """Every line of both plans: those of the later one in its order, then what is left out of
    it.
    """
    old, kept = list(before), []
    for line in after:
        found = next((x for x in old if root(x) == root(line)), None) or next(
            (x for x in old if _alike(x, line)), None
        )
        if found is not None:
            old.remove(found)
        kept.append(change(found, line, rule))
    return kept + [change(line, None, rule) for line in old]


def _alike(before: PlanLine, after: PlanLine) -> bool:
    """The same by name, where nobody said that one is the other's copy."""
    return (before.what, before.outcome, before.who) == (after.what, after.outcome, after.who)


def reduced(before: Iterable[PlanLine], after: Iterable[PlanLine]) -> list[str]:
    """The outcomes for which the council pays less than before, in the order of the plan before."""
    was, now = _by_outcome(before), _by_outcome(after)
    return [outcome for outcome, amount in was.items() if now.get(outcome, ZERO) < amount]


def _by_outcome(lines: Iterable[PlanLine]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.outcome] = found.get(line.outcome, ZERO) + paid(line)
    return found
