"""A plain daily sum of a case's facts: every day by itself, every line looked at, fractions added.

What `reading` must equal, and be quicker than: the check of the books lays the one beside the other
every night, the tests do so with random lives. It takes the rows of `facts` and nothing else from
this room, so that a mistake in one is not made in the other. Pure.
"""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from budgets.entitlement.facts import Facts, Line, Price

DAY = timedelta(days=1)
BY_WEEK = ("hour", "day", "session", "week")


def latest(rows: Iterable[Any], day: date) -> Any:
    """The row that holds on a day, or None."""
    begun = [row for row in rows if row.begins <= day]
    return max(begun, key=lambda row: row.begins, default=None)


def anniversary(first: date, years: int) -> date:
    """The same day of a later year; of 29 February the 28th where there is none."""
    try:
        return first.replace(year=first.year + years)
    except ValueError:
        return first.replace(year=first.year + years, day=28)


def days_of_own_year(line: Line, day: date) -> int:
    """Of a line: from its first day to the day before its anniversary, counted from the first day
    each time; of a line shorter than its first year its own days.
    """
    if line.ends and line.ends + DAY < anniversary(line.begins, 1):
        return (line.ends - line.begins).days + 1
    years = day.year - line.begins.year
    if anniversary(line.begins, years) > day:
        years -= 1
    return (anniversary(line.begins, years + 1) - anniversary(line.begins, years)).days


def rate(line: Line, native: Decimal, day: date) -> Fraction:
    """Exact pounds of one day of a line that is spread."""
    amount = Fraction(native)
    if line.unit == "month":
        return amount / calendar.monthrange(day.year, day.month)[1]
    if line.unit == "year":
        return amount / days_of_own_year(line, day)
    if line.weeks is None or line.weeks >= 52:
        return amount / 7
    return min(amount / 7, line.weeks * amount / days_of_own_year(line, day))


def plan_in_force(facts: Facts, day: date) -> int | None:
    """The plan whose lines hold on a day; None before the first decision and after the end."""
    decision = latest(facts.decisions, day)
    return None if decision is None or (facts.end and day > facts.end) else decision.plan


def direct_payments_run(facts: Facts, day: date) -> bool:
    """Is there an agreement, and no suspension but one that is made good?"""
    held = (s for s in facts.suspensions if not s.make_good and s.begins <= day)
    suspended = any(s.ends is None or day <= s.ends for s in held)
    return latest(facts.agreements, day) is not None and not suspended


def contribution(facts: Facts, day: date) -> Fraction:
    """Exact pounds that a person is to pay for a day."""
    if plan_in_force(facts, day) is None:
        return Fraction(0)
    decided = latest(facts.contributions, day)
    known = [row for row in facts.contributions if row.told_on and row.told_on <= day]
    told = latest(known, day)
    sums = [Fraction(row.weekly) if row else Fraction(0) for row in (decided, told)]
    return min(sums) / 7


def days(facts: Facts, first: date, last: date) -> Iterator[tuple[date, tuple[Fraction, ...]]]:
    """Each day with its six sums: paid out, managed, provider-held, taken, charged, not owed.
    ``first`` must not be after the first line or extra where anything is paid once.
    """
    prices: dict[str, list[Price]] = {}
    for price in facts.prices:
        prices.setdefault(price.line, []).append(price)
    done: set[str] = set()
    day = first
    while day <= last:
        yield day, sums(facts, prices, done, day)
        day += DAY


def sums(
    facts: Facts, prices: dict[str, list[Price]], done: set[str], day: date
) -> tuple[Fraction, ...]:
    """The six sums of a day. `done`: what is paid once and was paid by then; it grows."""
    bearing: dict[str | None, Fraction] = dict.fromkeys(
        ("direct_payment", "council_managed", "provider_held"), Fraction(0)
    )
    whole = dict(bearing)
    plan, running = plan_in_force(facts, day), direct_payments_run(facts, day)
    for line in facts.lines:
        if line.plan != plan or line.funder != "council" or day < line.begins:
            continue
        if (line.ends and day > line.ends) or (line.route == "direct_payment" and not running):
            continue
        price = latest(prices.get(line.id, ()), day)
        amount = price.amount if price else line.amount
        family = line.origin or line.id
        if line.unit == "once":
            whole[line.route] += 0 if family in done else Fraction(amount)
            done.add(family)
        else:
            (whole if line.free else bearing)[line.route] += rate(line, amount, day)
    extras = sum((Fraction(one.amount) for one in facts.extras if one.on == day), Fraction(0))
    direct, others = bearing.pop("direct_payment"), sum(bearing.values(), Fraction(0))
    due, agreement = contribution(facts, day), latest(facts.agreements, day)
    gross = agreement is not None and agreement.basis == "gross"
    taken = Fraction(0) if gross else min(due, direct)
    charged = min(due - taken, others + (direct if gross else 0))
    return (
        direct + whole["direct_payment"] - taken + extras,
        bearing["council_managed"] + whole["council_managed"],
        bearing["provider_held"] + whole["provider_held"],
        taken,
        charged,
        due - taken - charged,
    )
