"""Is the reading of a case what a plain daily sum makes of the same facts? Reading only.

A daily sum takes its time, by design: it goes through every day and every line. So each night it is
laid beside the reading for the days around today of every case, and for every day of those cases
whose turn it is: of each once in TURNS nights. Flat in memory: no day is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from budgets.entitlement import answer, daily_sum
from budgets.entitlement.facts import Facts
from budgets.entitlement.reading import COLUMNS, Reading
from cases.common import dates

AROUND = timedelta(days=7)  # before and after today
TURNS = 28  # nights
NAMES = ("paid out", "managed", "provider-held", "taken", "charged", "not owed")


def of_case(case: int, facts: Facts, every_day: bool = False) -> Iterator[str]:
    """What differs, in words. `every_day`: of its whole life, whether or not it is its turn."""
    today = dates.today()
    first = _first_day(facts)
    if first is None:
        return
    if every_day or (case + today.toordinal()) % TURNS == 0:
        yield from _between(facts, first, today + AROUND)
        return
    # what is paid once is seen from the first day on only
    lines = tuple(line for line in facts.lines if line.unit != "once")
    yield from _between(replace(facts, lines=lines), today - AROUND, today + AROUND)


def _first_day(facts: Facts) -> date | None:
    """The first day on which anything can be owed."""
    days = [line.begins for line in facts.lines]
    days += [decision.begins for decision in facts.decisions]
    days += [extra.on for extra in facts.extras]
    return min(days, default=None)


def _between(facts: Facts, first: date, last: date) -> Iterator[str]:
    """Day by day, up to the first one that differs."""
    found, before = answer.read(facts, last), first.toordinal() - 1
    summed = [found.exact(column, before) for column in COLUMNS]
    for day, sums in daily_sum.days(facts, first, last):
        summed = [a + b for a, b in zip(summed, sums, strict=True)]
        if not _alike(found, summed, day):
            yield from _words(found, summed, day)
            return


def _alike(found: Reading, summed: list[Fraction], day: date) -> bool:
    return all(found.exact(column, day.toordinal()) == summed[column] for column in COLUMNS)


def _words(found: Reading, summed: list[Fraction], day: date) -> Iterator[str]:
    for column in COLUMNS:
        read = found.exact(column, day.toordinal())
        if read != summed[column]:
            by = read - summed[column]
            pounds = Decimal(by.numerator) / by.denominator
            yield f"the reading of {NAMES[column]} is {pounds:+.4f} off a daily sum from {day} on"
