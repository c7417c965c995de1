"""The runs of a plain daily sum (`budgets.entitlement.daily_sum`), in pounds: for the tests of the
reading, and for bench/entitlement.py.
"""

from decimal import Decimal
from fractions import Fraction
from math import floor

from budgets.entitlement.daily_sum import anniversary, contribution, days, latest

__all__ = ["anniversary", "contribution", "days", "latest", "pennies", "runs"]
COLUMNS = 6  # paid out, managed, provider-held, taken, charged, not owed


def pennies(amount: Fraction) -> Decimal:
    """To the penny, half up."""
    return Decimal(floor(amount * 100 + Fraction(1, 2))) / 100


def runs(facts, first, until):
    """(first, last, six sums in pounds) of the longest runs of equal days, those without money left
    out.
    """
    found: list[list] = []
    total = [Fraction(0)] * COLUMNS
    for day, sums_of_day in days(facts, first, until):
        before = [pennies(one) for one in total]
        total = [a + b for a, b in zip(total, sums_of_day, strict=True)]
        if found and found[-1][2] == sums_of_day:
            found[-1][1] = day
        else:
            found.append([day, day, sums_of_day, before, None])
        found[-1][4] = list(total)
    return [
        (begins, ends, *(pennies(now) - then for now, then in zip(reached, before, strict=True)))
        for begins, ends, sums_of_day, before, reached in found
        if any(sums_of_day)
    ]
