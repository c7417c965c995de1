"""Days as whole numbers (`date.toordinal`), spans of them, and the three calendars that money
follows: pay days, months, and a line's own years.

A span is (start, stop): its first day and the day after its last. Spans of a list are in order and
share no day.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from budgets.entitlement.facts import PayCalendar

Span = tuple[int, int]


class PayDays(NamedTuple):
    """Pay days as numbers: ``anchor`` and every ``length`` days from it, both ways."""

    anchor: int
    length: int

    def after(self, day: int) -> int:
        """The first pay day after a day (never the day itself)."""
        return day + self.length - (day - self.anchor) % self.length


def pay_days(calendar: PayCalendar) -> PayDays:
    return PayDays(calendar.anchor.toordinal(), 7 * calendar.cycle_weeks)


def successive(starts: list[int], stop: int) -> list[Span]:
    """Each from its start to the next one's, none after ``stop``; such as begin there are empty."""
    nexts = [*starts[1:], stop]
    return [(start, min(after, stop)) for start, after in zip(starts, nexts, strict=False)]


def common(these: list[Span], others: list[Span]) -> list[Span]:
    """The days that lie in both."""
    found: list[Span] = []
    mine = theirs = 0
    while mine < len(these) and theirs < len(others):
        start = max(these[mine][0], others[theirs][0])
        stop = min(these[mine][1], others[theirs][1])
        if start < stop:
            found.append((start, stop))
        if these[mine][1] < others[theirs][1]:
            mine += 1
        else:
            theirs += 1
    return found


def clipped(spans: list[Span], start: int, stop: int) -> Iterator[Span]:
    """The days of the spans from ``start`` to the day before ``stop``."""
    first = max(bisect_right(spans, (start, start)) - 1, 0)
    for begins, ends in spans[first:]:
        if begins >= stop:
            return
        if ends > start:
            yield max(begins, start), min(ends, stop)


def between(blocked: list[Span], start: int, stop: int) -> list[Span]:
    """The days from ``start`` to the day before ``stop`` that lie in none of the blocked spans."""
    found, day = [], start
    for begins, ends in sorted(blocked):
        if day < min(begins, stop):
            found.append((day, min(begins, stop)))
        day = max(day, ends)
    if day < stop:
        found.append((day, stop))
    return found


@lru_cache(maxsize=4096)
def month_start(number: int) -> int:
    """The first day of a month; ``number``: 12 times the year plus the month from 0."""
    return date(number // 12, number % 12 + 1, 1).toordinal()


def months(start: int, stop: int) -> Iterator[Span]:
    """The whole months that hold the days from ``start`` to the day before ``stop``."""
    first = date.fromordinal(start)
    number = 12 * first.year + first.month - 1
    while month_start(number) < stop:
        yield month_start(number), month_start(number + 1)
        number += 1


def anniversary(begins: date, years: int) -> int:
    """The day so many years later, counted from the first; 29 February: 28 in a common year."""
    try:
        return begins.replace(year=begins.year + years).toordinal()
    except ValueError:
        return begins.replace(year=begins.year + years, day=28).toordinal()


def own_years(begins: date, ends: date | None, start: int, stop: int) -> Iterator[Span]:
    """A line's own years that hold the days from ``start`` (not before ``begins``) to the day
    before ``stop``. A line that ends within its first year has one, of its own days.
    """
    first = begins.toordinal()
    if ends is not None and ends.toordinal() < anniversary(begins, 1):
        yield first, ends.toordinal() + 1
        return
    years = max(date.fromordinal(start).year - begins.year - 1, 0)
    while anniversary(begins, years) < stop:
        span = anniversary(begins, years), anniversary(begins, years + 1)
        if span[1] > start:
            yield span
        years += 1
