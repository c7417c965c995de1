"""What an act changes of the money of a case: its facts before and after, laid beside each other
payment by payment and charge by charge. Reading only, in pounds.

Not here: the words (`look_before`), and the act, which is tried and taken back (`views.form_act`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from budgets.entitlement import reading
from budgets.entitlement.answer import Answer, answer, read
from budgets.entitlement.facts import Charge, Facts, Payment
from budgets.position.year_costs import ZERO, Costs, Year, year_of

AHEAD = 400  # days read beyond the last day that the act names
FURTHEST = 1200  # days from today that are read at most
SHOWN = 6  # payments or charges that are shown one by one
PAID = (reading.PAID_OUT, reading.CHARGED)
COSTS = (*PAID, reading.MANAGED, reading.PROVIDER_HELD)
PENNIES = Decimal("0.02")  # by which payments of the same money differ from each other


@dataclass(frozen=True)
class Changed:
    """One payment or charge that differs. None: there is none. `owed`: of what will be, for days
    before it.
    """

    on: date
    covers_from: date | None
    covers_to: date | None
    was: Decimal | None
    will_be: Decimal | None
    owed: Decimal

    @property
    def difference(self) -> Decimal:
        return (self.will_be or Decimal("0.00")) - (self.was or Decimal("0.00"))

    def goes_on(self, other: Changed) -> bool:
        """Is another one the same change again, but for a penny?"""
        alike = _alike(self.was, other.was) and _alike(self.will_be, other.will_be)
        return not self.owed and alike


def _alike(one: Decimal | None, two: Decimal | None) -> bool:
    return one == two if one is None or two is None else abs(one - two) <= PENNIES


@dataclass(frozen=True)
class Rows:
    """Those that are shown, and how many the same go on after them: `more` in all, `alike` if each
    is the last shown over again, the last of them on `last`.
    """

    shown: list[Changed]
    more: int
    alike: bool
    last: date | None


@dataclass(frozen=True)
class Changes:
    """`since`: the first day whose money differs; the week that begins then, before and after, as
    (what is paid, what is charged); what stands, before and after; and, where it differs,
    (financial year, was, will be) of what the support costs, whoever pays it, and the last day that
    differs, None where they do as far as is read; (was, will be) of what is charged for all days
    before today.
    """

    since: date | None
    week_before: tuple[Decimal, Decimal]
    week_after: tuple[Decimal, Decimal]
    payments: Rows
    charges: Rows
    before: Answer
    after: Answer
    ahead: date
    costs: tuple[tuple[Year, Decimal, Decimal], ...] = ()
    until: date | None = None
    gone_by: tuple[Decimal, Decimal] = (ZERO, ZERO)


def changes(before: Facts, after: Facts, today: date) -> Changes | None:
    """What differs between two sets of facts; None where nothing that is paid or charged does, nor
    what the support costs, whoever pays it.
    """
    if before == after:
        return None
    ahead = _ahead(before, after, today)
    old, new = answer(before, ahead), answer(after, ahead)
    costs = _costs(before, after, ahead, today)
    if _paid(old) == _paid(new) and not costs:
        return None
    since = _first_day(before, after, ahead, COSTS if costs else PAID)
    week = since or today
    return Changes(
        since,
        _week(before, week),
        _week(after, week),
        _rows(_by_day(old.payments), _by_day(new.payments)),
        _rows(_by_day(old.charges), _by_day(new.charges)),
        old,
        new,
        ahead,
        costs,
        _last_day(before, after, ahead) if costs else None,
        (_charged_before(before, today), _charged_before(after, today)),
    )


def _charged_before(facts: Facts, today: date) -> Decimal:
    """What the person is charged for all days before today."""
    yesterday = today - timedelta(days=1)
    return Decimal(read(facts, today).pence(reading.CHARGED, yesterday.toordinal())).scaleb(-2)


def _costs(
    before: Facts, after: Facts, ahead: date, today: date
) -> tuple[tuple[Year, Decimal, Decimal], ...]:
    """Each financial year in which the support does not cost the same, as far as is read. Read
    without what the person pays: put together of what is paid and what is taken, each rounded by
    itself, a contribution would move it by a penny.
    """
    year = year_of(min(_days_that_differ(before, after), default=today))
    old, new = (
        read(replace(facts, contributions=()), year_of(ahead).after) for facts in (before, after)
    )
    found = []
    while year.first <= ahead:
        first, last = year.first.toordinal(), year.after.toordinal() - 1
        was, will_be = (sum(Costs(one, first, last).gross().values(), ZERO) for one in (old, new))
        if was != will_be:
            found.append((year, was, will_be))
        year = Year(year.after)
    return tuple(found)


def _paid(found: Answer) -> tuple[Any, ...]:
    """What leaves and what is charged, and what stands."""
    leaves = [(row.on, row.amount) for row in found.payments]
    charged = [(row.covers_from, row.amount) for row in found.charges]
    stands = found.owed, found.paid_too_much, found.charged_too_much, found.charged_too_little
    return leaves, charged, stands


def _ahead(before: Facts, after: Facts, today: date) -> date:
    """How far is read: past the last day that only one of both names."""
    days = [today, *_days_that_differ(before, after)]
    return min(max(days) + timedelta(days=AHEAD), today + timedelta(days=FURTHEST))


def _days_that_differ(before: Facts, after: Facts) -> Iterator[date]:
    if before.end != after.end:
        yield from (end for end in (before.end, after.end) if end)
    kinds = [field.name for field in fields(Facts) if field.name not in ("pay_calendar", "end")]
    for kind in kinds:
        for row in set(getattr(before, kind)) ^ set(getattr(after, kind)):
            yield from (value for value in row if isinstance(value, date))


def _first_day(
    before: Facts, after: Facts, ahead: date, columns: tuple[int, ...] = PAID
) -> date | None:
    """The first day on which what is paid or charged, or what else `columns` hold, differs."""
    old, new, last = read(before, ahead), read(after, ahead), ahead.toordinal()
    for day in _edges(old, new, last):
        for column in columns:
            if old.exact(column, day) != new.exact(column, day):
                return date.fromordinal(day)
    return None


def _last_day(before: Facts, after: Facts, ahead: date) -> date | None:
    """The last day that does not cost the same, or is not charged or paid the same; None where the
    days differ for as far as is read.
    """
    old, new, last = read(before, ahead), read(after, ahead), ahead.toordinal()
    found = None
    edges = _edges(old, new, last)
    for day, after_it in zip(edges, [*edges[1:], last + 1], strict=True):
        sums = [
            [one.exact(column, day) - one.exact(column, day - 1) for column in COSTS]
            for one in (old, new)
        ]
        if sums[0] != sums[1]:
            found = after_it - 1
    return date.fromordinal(found) if found and found < last else None


def _edges(old: reading.Reading, new: reading.Reading, last: int) -> list[int]:
    """The days on which what a day holds changes in one of both."""
    days = {
        day for one in (old, new) for run in one.runs(last) for day in (run.first, run.last + 1)
    }
    return sorted(day for day in days if day <= last)


def _week(facts: Facts, day: date) -> tuple[Decimal, Decimal]:
    """What seven days from a day on come to, without what is paid once."""
    lines = tuple(line for line in facts.lines if line.unit != "once")
    sums = read(replace(facts, lines=lines, extras=()), day + timedelta(days=7))
    first, last = day.toordinal(), day.toordinal() + 6
    paid, charged = (
        Decimal(sums.pence(column, last) - sums.pence(column, first - 1)).scaleb(-2)
        for column in (reading.PAID_OUT, reading.CHARGED)
    )
    return paid, charged


def _by_day(rows: tuple[Payment, ...] | tuple[Charge, ...]) -> dict[date, Any]:
    return {row.on if isinstance(row, Payment) else row.covers_from: row for row in rows}


def _rows(old: dict[date, Any], new: dict[date, Any]) -> Rows:
    found = [
        one
        for day in sorted({*old, *new})
        if (one := _changed(day, old.get(day), new.get(day))).was != one.will_be
    ]
    settled = len(found)  # the row from which on every one is the same again
    while settled > 1 and found[settled - 2].goes_on(found[-1]):
        settled -= 1
    shown = found[: min(settled, SHOWN)]
    more = len(found) - len(shown)
    return Rows(shown, more, bool(more) and settled <= SHOWN, found[-1].on if more else None)


def _changed(day: date, was: Any, will_be: Any) -> Changed:
    row = will_be or was
    parts = getattr(will_be, "of", None)
    return Changed(
        day,
        row.covers_from,
        row.covers_to,
        was.amount if was else None,
        will_be.amount if will_be else None,
        parts.owed if parts else Decimal("0.00"),
    )
