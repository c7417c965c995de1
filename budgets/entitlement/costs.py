"""What each day holds, in amounts that are the same from a first to a last day: costs of lines by
route, extras, and the contribution that is due.

Each amount is (kind, start, stop, pence, share): `reading` adds them up and takes the contribution
out of the costs. Nothing here goes through days one by one.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from budgets.entitlement import calendars
from budgets.entitlement.daily_rate import A_SEVENTH, WHOLE, Prices, Share, rates
from budgets.entitlement.days_in_force import Holding
from budgets.entitlement.facts import ROUTES, Contribution, Facts, Line, Price, whole_pence

# Kinds, as places in the list of a day's amounts: each route twice, what bears a contribution and
# what bears none (free by law, paid once, an extra).
DIRECT, DIRECT_FREE, MANAGED, MANAGED_FREE, HELD, HELD_FREE, DUE, GROSS = range(8)
KINDS = 8
BEARING = dict(zip(ROUTES, (DIRECT, MANAGED, HELD), strict=True))


class Amount(NamedTuple):
    """The same sum on every day from ``start`` to the day before ``stop``."""

    kind: int
    start: int
    stop: int
    pence: int
    share: Share


def amounts(facts: Facts, stop: int) -> list[Amount]:
    """All amounts of the days before ``stop``. GROSS is a mark, not money: 1 where contributions
    are charged whole.
    """
    days_in_force = Holding(facts, stop)
    prices: dict[str, list[Price]] = defaultdict(list)
    for price in facts.prices:
        prices[price.line].append(price)
    found = [
        Amount(DIRECT_FREE, extra.on.toordinal(), extra.on.toordinal() + 1, pence, WHOLE)
        for extra in facts.extras
        if (pence := whole_pence(extra.amount))
    ]
    found += [Amount(GROSS, start, after, 1, WHOLE) for start, after in days_in_force.gross]
    for line in facts.lines:
        if line.unit != "once":
            found += _spread(line, prices.get(line.id, []), days_in_force)
    found += _once(facts, prices, days_in_force)
    found += _contribution(facts, days_in_force, stop)
    return found


def _kind(line: Line) -> int:
    """ValueError: a line that the council pays and that has no route."""
    if line.route not in BEARING:
        raise ValueError(f"Line {line.id} has no route.")
    return BEARING[line.route] + (line.free or line.unit == "once")


def _spread(line: Line, prices: list[Price], days_in_force: Holding) -> Iterator[Amount]:
    """The amounts of a line by the week, the month or the year."""
    spans = days_in_force.spans(line)
    if spans:
        kind, own = _kind(line), Prices(line, prices)
        for start, stop in spans:
            for rate in rates(line, own, start, stop):
                yield Amount(kind, *rate)


def _once(facts: Facts, prices: dict[str, list[Price]], days_in_force: Holding) -> Iterator[Amount]:
    """One amount for all copies of a line that is paid once, on the first day it can be paid."""
    first: dict[str, tuple[int, Line]] = {}
    for line in facts.lines:
        spans = days_in_force.spans(line) if line.unit == "once" else []
        family = line.origin or line.id
        if spans and (family not in first or spans[0][0] < first[family][0]):
            first[family] = spans[0][0], line
    for day, line in first.values():
        pence = Prices(line, prices.get(line.id, [])).on(day)
        yield Amount(_kind(line), day, day + 1, pence, WHOLE)


def _contribution(facts: Facts, days_in_force: Holding, stop: int) -> Iterator[Amount]:
    """A seventh of the week's sum that is decided, but no more than the person was told of by
    then, on days with a decision in force.
    """
    due = _weekly_due(facts.contributions)
    starts = [start for start, _ in due]
    for begins, ends in days_in_force.decided:
        place = max(bisect_right(starts, begins) - 1, 0)
        for number in range(place, len(due)):
            start, pence = due[number]
            after = starts[number + 1] if number + 1 < len(due) else stop
            if start >= ends:
                break
            if pence and max(start, begins) < min(after, ends):
                yield Amount(DUE, max(start, begins), min(after, ends), pence, A_SEVENTH)


def _weekly_due(contributions: tuple[Contribution, ...]) -> list[tuple[int, int]]:
    """(day, pence a week from that day on) in order of days."""
    changes: list[tuple[int, bool, int, int]] = []  # day, told?, the row's first day, pence
    for row in contributions:
        begins, pence = row.begins.toordinal(), whole_pence(row.weekly)
        changes.append((begins, False, begins, pence))
        if row.told_on is not None:
            changes.append((max(begins, row.told_on.toordinal()), True, begins, pence))
    found: list[tuple[int, int]] = []
    decided, told = 0, (0, 0)  # the row's first day beside what was told: the latest counts
    for day, is_told, begins, pence in sorted(changes):
        if is_told:
            told = max(told, (begins, pence))
        else:
            decided = pence
        if found and found[-1][0] == day:
            found.pop()
        found.append((day, min(decided, told[1])))
    return found


def horizon(facts: Facts, until: int) -> int:
    """The day before which everything must be known: what begins by ``until`` is whole, and so is
    whatever was paid or charged.
    """
    covers = [payment.covers_to.toordinal() for payment in facts.paid if payment.covers_to]
    covers += [charge.covers_to.toordinal() for charge in facts.charged]
    return max(until, *covers, until) + calendars.pay_days(facts.pay_calendar).length + 8
