"""How long care-home stays are together: pure, days in and days out.

Four weeks in twelve months; stays less than four weeks apart count together, others do not. Not
here: the rows and who writes them (`budgets.actions.payment_use`). Start with `days_together`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from cases.common import dates

LIMIT = 28  # nights: four weeks
APART = 28  # days between two stays from which they no longer count together
Span = tuple[date, date]


def days_together(spans: Iterable[Span], last: date) -> int:
    """Nights of the stay that ends on `last` and of those before it that count together with it,
    within the twelve months up to that day.
    """
    since = dates.months_after(last, -12) + timedelta(days=1)
    counted, begins = 0, last
    for first, end in sorted(spans, reverse=True):
        if end > last:
            continue
        if (begins - end).days - 1 >= APART:
            break
        counted += max((end - max(first, since)).days + 1, 0)
        begins = min(begins, first)
    return counted


def longest(spans: Iterable[Span]) -> int:
    """The most nights that count together at the end of any of these stays."""
    known = list(spans)
    return max((days_together(known, end) for _first, end in known), default=0)
