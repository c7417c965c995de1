"""The days that payments cover. What left before a second officer released batches may cover a day
twice: its rows stand as they left, and in the reading each keeps only the days that no earlier one
covers. Its sum counts whole. Not here: payments of today, whose days never overlap; where they did,
`check_money` would say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from budgets.entitlement import facts as read
from budgets.models import Payment

DAY = timedelta(days=1)
NOTHING = read.Parts(*[read.in_pounds(0)] * 3)
Days = tuple[date, date]


def paid(rows: Iterable[Payment]) -> list[read.Payment]:
    """The payments as the reading takes them, in the order of `rows`, which is that in which they
    were recorded. What is left of days in several runs is as many payments, the sum on the first.
    """
    found: list[read.Payment] = []
    covered: list[Days] = []
    for row in rows:
        parts = read.Parts(row.regular, row.owed, row.recovered)
        if row.covers_from is None or row.covers_to is None:
            found.append(read.Payment(row.on, None, None, row.amount, parts))
            continue
        days = (row.covers_from, row.covers_to)
        runs: list[Days] = _left(days, covered) if _is_from_before(row) else [days]
        covered.append(days)
        first, last = runs[0] if runs else (None, None)
        found.append(read.Payment(row.on, first, last, row.amount, parts))
        found += [read.Payment(row.on, *run, read.in_pounds(0), NOTHING) for run in runs[1:]]
    return found


def _is_from_before(row: Payment) -> bool:
    """Did it leave, by an upgrade's record, before batches were released by a second officer?"""
    batch = row.batch
    return batch is not None and batch.released_by_id is None and batch.released_at is not None


def _left(days: Days, covered: Iterable[Days]) -> list[Days]:
    """The runs of days that are not covered yet, in their order."""
    runs = [days]
    for first, last in covered:
        runs = [
            (begins, ends)
            for a, b in runs
            for begins, ends in ((a, min(b, first - DAY)), (max(a, last + DAY), b))
            if begins <= ends
        ]
    return runs
