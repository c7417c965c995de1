"""E(d) and C(d): what was owed and what was charged of all days up to a day, exactly.

A reading is a list of segments: days one after the other that hold the same six sums. Sums are
whole numbers over one denominator for the case (``_scale`` to the penny), which is the same as
fractions and many times quicker; they are rounded only when asked for in pence, half up. Not here:
which days hold what (`costs`), and what is paid or charged (`payments`, `charges`).
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import lcm
from operator import sub
from typing import NamedTuple

from budgets.entitlement import costs
from budgets.entitlement.facts import Facts

# The six sums of a day, as places in its tuple.
PAID_OUT, MANAGED, PROVIDER_HELD, TAKEN, CHARGED, NOT_OWED = COLUMNS = range(6)
Sums = tuple[int, int, int, int, int, int]
NOTHING: Sums = (0, 0, 0, 0, 0, 0)


class Run(NamedTuple):
    """Days from ``first`` to ``last`` on which all six sums of a day are the same, and what they
    come to in pence, by column.
    """

    first: int
    last: int
    pence: tuple[int, ...]


class Reading:
    """The six sums of every day before ``stop``. Days are whole numbers."""

    def __init__(self, facts: Facts, stop: int) -> None:
        found = costs.amounts(facts, stop)
        shares = {amount.share for amount in found}
        self._scale = lcm(*(share.days for share in shares))
        scaled = {share: share.times * (self._scale // share.days) for share in shares}
        changes: list[tuple[int, int, int]] = []
        for kind, start, after, pence, share in found:
            value = pence * scaled[share]
            changes += ((start, kind, value), (after, kind, -value))
        self._stop = stop
        self._starts, self._daily = _segments(changes)
        self._before = _sums_before(self._starts, self._daily)

    def exact(self, column: int, day: int) -> Fraction:
        """Pounds of one column, of all days up to and including ``day``.

        ValueError: a day that was not read.
        """
        if day >= self._stop:
            raise ValueError(f"{date.fromordinal(day)} is after the days that were read.")
        return Fraction(self._sum(column, day), 100 * self._scale)

    def pence(self, column: int, day: int) -> int:
        """The same to the penny, half up."""
        return self._rounded(self._sum(column, day))

    def first_day(self, column: int, after: int) -> int | None:
        """The first day after ``after`` on which the column has money."""
        place = max(self._place(after + 1), 0)
        for number in range(place, len(self._starts)):
            if self._daily[number][column]:
                day = max(self._starts[number], after + 1)
                return day if day < self._stop else None
        return None

    def last_day(self, column: int, by: int) -> int:
        """The last day up to ``by`` on which the column has money; there must be one."""
        place = self._place(by)
        while not self._daily[place][column]:
            place -= 1
        return min(by, self._starts[place + 1] - 1)  # the last segment has no money

    def runs(self, until: int) -> Iterator[Run]:
        """The runs up to ``until``; days on which all six sums are 0 are left out."""
        previous: tuple[int, ...] = NOTHING
        for number, start in enumerate(self._starts[:-1]):
            if start > until:
                return
            stop, daily = min(self._starts[number + 1], until + 1), self._daily[number]
            sums = zip(self._before[number], daily, strict=True)
            reached = tuple(
                self._rounded(before + a_day * (stop - start)) for before, a_day in sums
            )
            if daily != NOTHING:
                pence = tuple(map(sub, reached, previous))
                yield Run(start, stop - 1, pence)
            previous = reached

    def _rounded(self, total: int) -> int:
        """A sum in pence, half up."""
        return (2 * total + self._scale) // (2 * self._scale)

    def _place(self, day: int) -> int:
        """The segment that holds a day; -1 before the first."""
        return bisect_right(self._starts, day) - 1

    def _sum(self, column: int, day: int) -> int:
        place = self._place(day)
        if place < 0:
            return 0
        days = day + 1 - self._starts[place]
        return self._before[place][column] + self._daily[place][column] * days


def _segments(changes: list[tuple[int, int, int]]) -> tuple[list[int], list[Sums]]:
    """First days and sums of a day, from (day, kind, what is added from that day on). The last
    segment has no end and no money.
    """
    changes.sort()
    starts: list[int] = []
    daily: list[Sums] = []
    now = [0] * costs.KINDS
    last, place, count = NOTHING, 0, len(changes)
    while place < count:
        day = changes[place][0]
        while place < count and changes[place][0] == day:
            _, kind, value = changes[place]
            now[kind] += value
            place += 1
        sums = _sums_of_a_day(now)
        if sums != last:
            starts.append(day)
            daily.append(sums)
            last = sums
    return starts, daily


def _sums_of_a_day(amounts: list[int]) -> Sums:
    """The contribution taken out of the direct payment first, the rest charged up to what else it
    may be charged against; where the agreement is gross, all is charged.
    """
    direct, direct_free, managed, managed_free, held, held_free, due, gross = amounts
    others = managed + held
    if gross:
        taken, charged = 0, min(due, direct + others)
    else:
        taken = min(due, direct)
        charged = min(due - taken, others)
    return (
        direct + direct_free - taken,
        managed + managed_free,
        held + held_free,
        taken,
        charged,
        due - taken - charged,
    )


def _sums_before(starts: list[int], daily: list[Sums]) -> list[Sums]:
    """For each segment, the six sums of all days before it."""
    found: list[Sums] = []
    a = b = c = d = e = f = 0
    for place, start in enumerate(starts):
        if place:
            days = start - starts[place - 1]
            u, v, w, x, y, z = daily[place - 1]
            a, b, c = a + u * days, b + v * days, c + w * days
            d, e, f = d + x * days, e + y * days, f + z * days
        found.append((a, b, c, d, e, f))
    return found
