"""Double cover: what in a plan may be counted twice. Warnings for whoever reads it; nothing is
refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations

from django.utils.translation import gettext as _

from budgets.models import PlanLine

MOST = {"hour": 168, "day": 7, "night": 366}  # in a week, and of nights in a year
FIRST, LAST = date.min, date.max


def overlap(one: PlanLine, other: PlanLine) -> bool:
    """Is there a day on which both run? A line without a date runs without an end."""
    begins = max(one.begins_on or FIRST, other.begins_on or FIRST)
    return begins <= min(one.ends_on or LAST, other.ends_on or LAST)


def warnings(lines: Sequence[PlanLine]) -> list[str]:
    """What to look at again, as sentences."""
    return [*_too_much(lines), *_twice(lines)]


def _too_much(lines: Sequence[PlanLine]) -> Iterable[str]:
    """More hours than a week has, counted on the first day of each line."""
    sentences = {
        "hour": _(
            "The plan has more than 24 hours of support a day (%(n)s hours a week). Look for "
            "what is counted twice."
        ),
        "day": _(
            "The plan has more than 7 days of support a week (%(n)s). Look for what is "
            "counted twice."
        ),
        "night": _(
            "The plan has more nights than a year has (%(n)s). Look for what is counted twice."
        ),
    }
    for unit, most in MOST.items():
        mine = [line for line in lines if line.unit == unit]
        sums = [
            sum((x.quantity for x in mine if _runs(x, line.begins_on or FIRST)), Decimal(0))
            for line in mine
        ]
        if sums and max(sums) > most:
            yield sentences[unit] % {"n": f"{max(sums).normalize():f}"}


def _runs(line: PlanLine, on: date) -> bool:
    return (line.begins_on or FIRST) <= on <= (line.ends_on or LAST)


def _twice(lines: Sequence[PlanLine]) -> Iterable[str]:
    """The same need met by two payers or givers at the same time, each of them paid."""
    paid = [line for line in lines if line.annual and line.unit != "once"]
    for one, other in combinations(paid, 2):
        if (
            one.outcome == other.outcome
            and one.who == other.who
            and one.unit == other.unit
            and overlap(one, other)
        ):
            yield _(
                "“%(one)s” and “%(other)s” are for the same thing at the same time. Look "
                "whether both are needed."
            ) % {"one": one.what, "other": other.what}
