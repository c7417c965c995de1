"""Payments that are not yet made, and what stands between what was owed and what was paid.

What was paid is never rewritten: the difference up to the last day covered is owed, or was paid too
much, and goes with what comes next. Pence are whole numbers, days are numbers as in `calendars`.
Not here: who decides that money is recovered or settled, and when a batch goes.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from budgets.entitlement import calendars
from budgets.entitlement.facts import DatedSum, Facts, Parts, Payment, in_pounds, whole_pence
from budgets.entitlement.reading import PAID_OUT, Reading

SHORTEST = 7  # days from its first to the next pay day; a shorter payment runs one cycle more


class Cover(NamedTuple):
    """Days paid or charged together, from the first to the last with money; pence, not 0."""

    first: int
    last: int
    pence: int


class Balance(NamedTuple):
    """What stands at the end of the last day covered: pence owed, below 0 paid too much.
    ``day``: None where there is no fact of any day.
    """

    day: int | None
    pence: int


def day_before_the_first(facts: Facts) -> int | None:
    """The day before the first line, decision or extra; None where there is none."""
    days = [line.begins for line in facts.lines]
    days += [decision.begins for decision in facts.decisions]
    days += [extra.on for extra in facts.extras]
    return min(days).toordinal() - 1 if days else None


def balance(facts: Facts, reading: Reading) -> Balance:
    """round(E(A)) - paid + settled, at the last day that any payment covers."""
    covered = [payment.covers_to for payment in facts.paid if payment.covers_to is not None]
    day = max(covered).toordinal() if covered else day_before_the_first(facts)
    owed = 0 if day is None else reading.pence(PAID_OUT, day)
    paid = sum(whole_pence(payment.amount) for payment in facts.paid)
    return Balance(day, owed - paid + sum(whole_pence(one.amount) for one in facts.settled))


def covers(
    reading: Reading, column: int, after: int, runs_to: Callable[[int], int]
) -> Iterator[Cover]:
    """Covers after a day, one after the other; ``runs_to`` gives the last day that one may cover
    by its first. One that comes to 0.00 is among them: whoever asks leaves it out, and its parts of
    a penny are in the next.
    """
    first = reading.first_day(column, after)
    while first is not None:
        end = runs_to(first)
        last = reading.last_day(column, end)
        pence = reading.pence(column, last) - reading.pence(column, first - 1)
        yield Cover(first, last, pence)
        first = reading.first_day(column, end)


def _regular(facts: Facts, reading: Reading, after: int, until: int) -> Iterator[Cover]:
    """The payments of the days after ``after`` that are due by ``until``."""
    pay_days = calendars.pay_days(facts.pay_calendar)

    def runs_to(first: int) -> int:
        following = pay_days.after(first)
        return following - 1 + (pay_days.length if following - first < SHORTEST else 0)

    for cover in covers(reading, PAID_OUT, after, runs_to):
        if cover.first > until:
            return
        yield cover


class Instalments:
    """What is to be recovered: instalments in order of their days, as far as it still stands."""

    def __init__(self, facts: Facts, stands: int) -> None:
        """``stands``: pence paid too much."""
        self._stands = stands
        recovered = sum(whole_pence(paid.of.recovered) for paid in facts.paid if paid.of)
        self._left: list[tuple[int, int]] = []
        for instalment in sorted(facts.recoveries, key=_day):
            pence = whole_pence(instalment.amount)
            filled = min(recovered, pence)
            recovered -= filled
            if pence > filled:
                self._left.append((instalment.on.toordinal(), pence - filled))

    def take(self, on: int, most: int) -> int:
        """Pence taken from a payment due on a day: of the first instalment whose day has come."""
        if not self._left or self._left[0][0] > on:
            return 0
        day, pence = self._left[0]
        taken = min(pence, most, self._stands)
        self._stands -= taken
        self._left[:1] = [(day, pence - taken)] if pence > taken else []
        return taken


def _day(row: DatedSum) -> date:
    return row.on


def payments(facts: Facts, reading: Reading, stands: Balance, until: int) -> list[Payment]:
    """The payments not yet made that are due by ``until``, by due day. Without a fact of any day
    there is none.
    """
    if stands.day is None:
        return []
    owed = max(stands.pence, 0)
    instalments = Instalments(facts, max(-stands.pence, 0))
    pay_day = calendars.pay_days(facts.pay_calendar).after(stands.day)
    found: list[Payment] = []
    for cover in _regular(facts, reading, stands.day, until):
        if owed and cover.first > pay_day:
            found.append(_payment(pay_day, None, owed, 0))
            owed = 0
        if not cover.pence + owed:  # a payment of 0.00 is not made
            continue
        recovered = instalments.take(cover.first, cover.pence)
        found.append(_payment(cover.first, cover, owed, recovered))
        owed = 0
    if owed and pay_day <= until:
        found.append(_payment(pay_day, None, owed, 0))
    return found


def _payment(on: int, cover: Cover | None, owed: int, recovered: int) -> Payment:
    regular = cover.pence if cover else 0
    return Payment(
        date.fromordinal(on),
        date.fromordinal(cover.first) if cover else None,
        date.fromordinal(cover.last) if cover else None,
        in_pounds(regular + owed - recovered),
        Parts(in_pounds(regular), in_pounds(owed), in_pounds(recovered)),
    )
