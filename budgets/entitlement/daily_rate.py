"""What one day of a line costs: an exact fraction of the amount of its native period.

A rate is (pence, share): an amount in whole pence, and what part of it a day has. Shares stay pairs
of whole numbers, so that all days of a case can be added over one common denominator. Not here: on
which days a line holds (`days_in_force`).
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from budgets.entitlement import calendars
from budgets.entitlement.facts import WEEKLY_UNITS, Line, Price, whole_pence

EVERY_WEEK = 52  # so many weeks a year and more: every week


class Share(NamedTuple):
    """A day's part of a native amount: ``times`` the amount over ``days`` days."""

    times: int
    days: int


A_SEVENTH = Share(1, 7)
WHOLE = Share(1, 1)


class Rate(NamedTuple):
    """The rate of all days from ``start`` to the day before ``stop``."""

    start: int
    stop: int
    pence: int
    share: Share


class Prices:
    """The amount of one line's native period, from day to day."""

    def __init__(self, line: Line, prices: list[Price]) -> None:
        """``prices``: those of this line, in any order; none is before its first day."""
        ordered = sorted(prices, key=lambda price: price.begins)
        self._from = [line.begins.toordinal(), *(p.begins.toordinal() for p in ordered)]
        self._pence = [whole_pence(line.amount), *(whole_pence(p.amount) for p in ordered)]

    def on(self, day: int) -> int:
        """Pence on a day, not before the line's first."""
        return self._pence[bisect_right(self._from, day) - 1]

    def runs(self, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """(start, stop, pence) of the days from ``start`` to the day before ``stop``."""
        place = bisect_right(self._from, start) - 1
        while start < stop:
            place += 1
            end = min(self._from[place], stop) if place < len(self._from) else stop
            yield start, end, self._pence[place - 1]
            start = end


def _fewer_weeks(weeks: int, days: int) -> Share:
    """The lower of a seventh and so many times the amount over the days of the own year."""
    return A_SEVENTH if 7 * weeks >= days else Share(weeks, days)


def shares(line: Line, start: int, stop: int) -> Iterator[tuple[int, int, Share]]:
    """(start, stop, share) of a line that is not `once`; the ends may lie outside what is asked."""
    if line.unit == "month":
        for first, after in calendars.months(start, stop):
            yield first, after, Share(1, after - first)
    elif line.unit == "year":
        for first, after in calendars.own_years(line.begins, line.ends, start, stop):
            yield first, after, Share(1, after - first)
    elif line.weeks is None or line.weeks >= EVERY_WEEK:
        yield start, stop, A_SEVENTH
    else:
        for first, after in calendars.own_years(line.begins, line.ends, start, stop):
            yield first, after, _fewer_weeks(line.weeks, after - first)


def rates(line: Line, prices: Prices, start: int, stop: int) -> Iterator[Rate]:
    """The rates of a line that is not `once`, from ``start`` (not before its first day) to the day
    before ``stop``.
    """
    for begins, ends, pence in prices.runs(start, stop):
        for first, after, share in shares(line, begins, ends):
            yield Rate(max(first, begins), min(after, ends), pence, share)


def rate(line: Line, prices: list[Price], day: date) -> Fraction:
    """Pounds of one day of a line, wherever it holds; 0 outside its first and last day.

    ValueError: a `once` line, which has no rate.
    """
    if line.unit not in WEEKLY_UNITS and line.unit not in ("month", "year"):
        raise ValueError("A line that is paid once has no rate of a day.")
    if day < line.begins or (line.ends is not None and day > line.ends):
        return Fraction(0)
    number = day.toordinal()
    found = next(rates(line, Prices(line, prices), number, number + 1))
    return Fraction(found.pence * found.share.times, 100 * found.share.days)
