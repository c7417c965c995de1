"""What the support of a case costs in a financial year, or on other days, out of the reading of its
facts: by the way to take the money, and what the person pays of it. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from budgets.entitlement import reading
from budgets.entitlement.facts import DIRECT_PAYMENT, MANAGED, PROVIDER_HELD, Facts, in_pounds

COST = {
    DIRECT_PAYMENT: reading.PAID_OUT,
    MANAGED: reading.MANAGED,
    PROVIDER_HELD: reading.PROVIDER_HELD,
}
ZERO = Decimal("0.00")


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


class Costs:
    """The sums of the days from `first` to `last`, in pounds: each column by its own rounding, so
    that what is paid out is what payments come to.
    """

    def __init__(self, found: reading.Reading, first: int, last: int) -> None:
        self._found, self._first, self._last = found, first, last

    def of(self, column: int) -> Decimal:
        to, before = (self._found.pence(column, day) for day in (self._last, self._first - 1))
        return in_pounds(to - before)

    def gross(self) -> dict[str, Decimal]:
        """Route -> what the support costs, whoever pays it."""
        costs = {route: self.of(column) for route, column in COST.items()}
        costs[DIRECT_PAYMENT] += self.of(reading.TAKEN)
        return costs

    def paid(self, facts: Facts) -> dict[str, Decimal]:
        """Route -> what the person pays of it: what is taken out of the direct payment, and what is
        charged for the rest, shared by what that costs.
        """
        taken, charged, costs = self.of(reading.TAKEN), self.of(reading.CHARGED), self.gross()
        costs[DIRECT_PAYMENT] -= taken
        if all(agreement.basis != "gross" for agreement in facts.agreements):
            costs[DIRECT_PAYMENT] = ZERO
        shares = shared(charged, costs)
        shares[DIRECT_PAYMENT] = shares.get(DIRECT_PAYMENT, ZERO) + taken
        return shares


def shared(paid: Decimal, costs: dict[str, Decimal]) -> dict[str, Decimal]:
    """A sum over what costs something, in proportion; the last one carries the pennies."""
    bearing = {route: cost for route, cost in costs.items() if cost}
    whole, shares, left = sum(bearing.values(), ZERO), {}, paid
    for number, (route, cost) in enumerate(bearing.items(), 1):
        share = left if number == len(bearing) else (paid * cost / whole).quantize(Decimal("0.01"))
        shares[route], left = share, left - share
    return shares
