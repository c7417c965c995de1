"""What is owed for the days between the one from which a decision applies and the one on which it
was recorded. Pure.

LGSCO 19 019 548: refusing to back-date an increase was a fault. A sum below nothing was paid too
much; it is never taken back by this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from budgets.models import BudgetFigure
from budgets.money.costing import part
from cases.common import dates

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Arrears:
    """`days` from `since` on at the difference of the weeks, part weeks in sevenths."""

    since: date
    days: int
    weekly: Decimal
    amount: Decimal


def between(since: date, recorded: date, before: Decimal, after: Decimal) -> Arrears | None:
    """Of two weekly amounts: None where nothing was back-dated."""
    days = (recorded - since).days
    if days <= 0:
        return None
    more = after - before
    amount = part(abs(more), days, 7)
    return Arrears(since, days, more, amount if more >= 0 else -amount)


def arrears_for(figure: BudgetFigure, before: BudgetFigure | None) -> Arrears | None:
    """The arrears of a decided figure that took the place of `before`; None for a first one or one
    for the future.
    """
    if before is None:
        return None
    recorded = dates.london_date(figure.recorded_at)
    return between(figure.effective_from, recorded, before.weekly or ZERO, figure.weekly or ZERO)
