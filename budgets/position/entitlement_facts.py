"""The dated facts of cases as the entitlement reads them: `Facts` out of the books of a case.

Of rows of one kind the one recorded last holds from its own day on. Not here: reading the rows
(`money_books`), what follows from facts (`budgets.entitlement`), and who records them (`actions`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from budgets.entitlement import facts as read
from budgets.models import Contribution, DirectPaymentAgreement, Payment, PlanLine
from budgets.money.sterling import line_cost
from budgets.position import endings, money_books, paid_days
from budgets.position.differences import root
from budgets.position.money_books import Books, Row
from cases.common import dates
from cases.models import Case

DAY = timedelta(days=1)
CHUNK = 200  # cases read at a time, so that a batch of thousands stays in flat memory
UNITS = {"night": "year"}  # how a line's unit is read where it is not the same word
ANCHOR = date(2015, 1, 5)  # pay days of a case without an agreement: never seen, as nothing is paid
NO_PLAN = 10**9  # the number of a plan without lines: between an end and a case opened again
BEFORE = NO_PLAN + 1  # the same of the days before the first plan, with support for a time alone
Given = TypeVar("Given")


def facts_of_case(case: Case, as_of: datetime | None = None) -> read.Facts:
    """All facts of one case, as recorded by `as_of` (None: all that are)."""
    return facts_of_cases([case.pk], as_of)[case.pk]


def facts_of_cases(cases: Collection[int], as_of: datetime | None = None) -> dict[int, read.Facts]:
    """Case id -> its facts, for every one of `cases`."""
    books = money_books.books_of_cases(cases)
    return {pk: facts_of(books[pk], as_of) for pk in cases}


def in_chunks(
    cases: Iterable[int], as_of: datetime | None = None
) -> Iterator[dict[int, read.Facts]]:
    """The facts of many cases, so many at a time."""
    for chunk in chunks(cases):
        yield facts_of_cases(chunk, as_of)


def chunks(cases: Iterable[Given]) -> Iterator[list[Given]]:
    """So many cases at a time."""
    chunk: list[Given] = []
    for case in cases:
        chunk.append(case)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def facts_of(books: Books, as_of: datetime | None = None, before: int | None = None) -> read.Facts:
    """The facts of one case as they were recorded by a moment; None: all that are. `before`: a
    batch, whose payments had not left then, nor those of a later one.
    """
    return _facts(books, as_of, before)


def facts_foreseen(books: Books, today: date) -> read.Facts:
    """The facts of one case for a forecast: what has not begun is taken to begin today, and a
    direct payment without an agreement to have one from today on.
    """
    found = _facts(books, begun_by=today)
    if found.agreements:
        return found
    return replace(found, agreements=(read.Agreement(today, "net"),))


def facts_of_lines(
    lines: Iterable[PlanLine], begins: date, contributions: tuple[read.Contribution, ...]
) -> read.Facts:
    """Facts of a plan alone that is decided from a day, for what its support costs and what the
    person pays of that: whether or not it has begun, or anybody has signed for a payment, so every
    line is read as one that the council arranges.
    """
    kept = [(line, line.begins_on or begins) for line in lines]
    return read.Facts(
        pay_calendar=read.PayCalendar(ANCHOR, read.CYCLES[-1]),
        lines=tuple(
            _line(line, first, None)._replace(plan=1, route=read.MANAGED)
            for line, first in kept
            if line.ends_on is None or line.ends_on >= first
        ),
        decisions=(read.Decision(1, begins),),
        contributions=contributions,
    )


def _facts(
    books: Books,
    as_of: datetime | None = None,
    before: int | None = None,
    begun_by: date | None = None,
) -> read.Facts:
    kept = {kind: _standing(books.dated[kind], as_of) for kind in money_books.KINDS}
    plans = newest_first_wins([row for row in kept["plan"] if not row.flag], "day")
    beside = [row for row in kept["plan"] if row.flag]  # support for a time
    spans = _spans(plans, beside)
    lines = _lines(plans, books, as_of, begun_by) + _beside(
        beside, books, spans, _gaps(kept["plan"]), as_of
    )
    agreements = _agreements(books, as_of)
    return read.Facts(
        pay_calendar=_calendar(agreements, dates.today(as_of)),
        lines=tuple(lines),
        prices=tuple(_prices(lines, kept["price"], books)),
        decisions=tuple(read.Decision(span.plan, span.first) for span in spans),
        contributions=tuple(_contributions(books, kept["earlier"], as_of)),
        agreements=tuple(read.Agreement(a.first_payment_on, a.basis) for a in agreements),
        suspensions=tuple(
            read.Suspension(row.day, row.until, row.flag) for row in kept["suspension"]
        ),
        end=endings.last_day_known(books.case, books.ends, as_of),
        paid=tuple(paid_days.paid(p for p in books.payments if _left(p, as_of, before))),
        charged=charged_net(kept["charge"]),
        recoveries=_sums(kept["instalment"]),
        settled=_sums(kept["settled"]),
        extras=_sums(kept["extra"]),
    )


def newest_first_wins(rows: Iterable[Any], day: str) -> list[Any]:
    """Of rows in the order they were recorded, those that still hold: each from its day until the
    next one, and none beside or after one recorded later. In the order of their days.
    """
    kept: list[Any] = []
    for row in reversed(list(rows)):
        if not kept or getattr(row, day) < getattr(kept[-1], day):
            kept.append(row)
    return kept[::-1]


def _standing(rows: Iterable[Row], as_of: datetime | None) -> list[Row]:
    """Rows in the reading: recorded by then, and not struck by then."""
    if as_of is None:
        return [row for row in rows if row.struck_at is None]
    return [row for row in _by(rows, as_of) if row.struck_at is None or row.struck_at > as_of]


def _by(rows: Iterable[Given], as_of: datetime | None, name: str = "recorded_at") -> list[Given]:
    return [row for row in rows if as_of is None or getattr(row, name) <= as_of]


def _left(row: Payment, as_of: datetime | None, before: int | None) -> bool:
    """Had it left by then, and was it not left out or returned by then? Batches of a council are
    made one after the other, so those before a batch had left, whatever the moment.
    """
    stands = row.state in Payment.STANDING
    if before is not None and row.batch_id is not None:
        had_left = row.batch_id < before
    else:
        had_left = as_of is None or row.recorded_at <= as_of
    if as_of is None:
        return stands and had_left
    return had_left and (stands or (row.state_at is not None and row.state_at > as_of))


class _Span(NamedTuple):
    """Days on which one plan holds: from `first` to the day before `after` (None: still)."""

    plan: int
    first: date
    after: date | None


def _spans(plans: list[Row], beside: list[Row]) -> list[_Span]:
    """The plans in force with their days; before the first of them, the days on which there is
    support for a time alone.
    """
    after: list[date | None] = [*(row.day for row in plans[1:]), None]
    spans = [
        _Span(row.ref or NO_PLAN, row.day, end) for row, end in zip(plans, after, strict=False)
    ]
    first = min((row.day for row in beside), default=None)
    if first is not None and (not spans or first < spans[0].first):
        spans.insert(0, _Span(BEFORE, first, spans[0].first if spans else None))
    return spans


def _gaps(plans: list[Row]) -> list[Row]:
    """Ends of a case that was opened again: nothing that was decided before them holds after."""
    return [row for row in plans if row.ref is None]


def _beside(
    rows: list[Row],
    books: Books,
    spans: list[_Span],
    gaps: list[Row],
    as_of: datetime | None,
) -> list[read.Line]:
    """The lines of support for a time, each once for every plan that holds on some of its days; it
    is there from its planned day, or a later one on which it really began. Nothing holds after an
    end but what was decided since.
    """
    found: list[read.Line] = []
    for row in rows:
        cut = min((gap.day for gap in gaps if gap.pk > row.pk), default=None)
        for line in books.lines[row.ref] if row.ref else ():
            first = _first_of_time(line, line.begins_on or row.day, as_of)
            last = min(day for day in (line.ends_on, cut and cut - DAY, date.max) if day)
            found += _copies(_line(line, first, None)._replace(ends=last), spans)
    return found


def _first_of_time(line: PlanLine, agreed: date, as_of: datetime | None) -> date:
    """The day that was agreed, until somebody has written down a later one on which it really
    began.
    """
    if not hasattr(line, "start") or (as_of and line.start.event.at > as_of):
        return agreed
    return max(agreed, line.start.started_on)


def _copies(line: read.Line, spans: list[_Span]) -> Iterator[read.Line]:
    """A line in each plan that holds on some of its days; what is paid once is so in the first."""
    done: set[int] = set()
    for span in spans:
        over = line.ends is not None and line.ends < max(span.first, line.begins)
        later = span.after is not None and span.after <= line.begins
        if over or later or span.plan in done:
            continue
        if not done:
            yield line._replace(plan=span.plan)
        else:
            origin = line.id if line.unit == "once" else None
            yield line._replace(id=f"{line.id}+{span.plan}", plan=span.plan, origin=origin)
        done.add(span.plan)


def _lines(
    plans: list[Row], books: Books, as_of: datetime | None, begun_by: date | None
) -> list[read.Line]:
    """The lines of the plans that hold at some time."""
    found: dict[int, read.Line] = {}
    begun: dict[int, date] = {}  # the first of a line's copies -> the day it was decided from
    once: dict[int, str] = {}  # the same -> the id of the first copy that is read
    for row in plans:
        for line in books.lines[row.ref] if row.ref else ():
            origin = line.origin_id or line.pk
            decided = begun.setdefault(origin, row.day)
            first = _first_day(line, decided, as_of)
            if first is None and begun_by is not None:
                first = max(line.begins_on or decided, begun_by)
            if first is None or (line.ends_on and line.ends_on < first) or line.pk in found:
                continue
            copy_of = once.get(origin) if line.unit == "once" else None
            once.setdefault(origin, str(line.pk))
            found[line.pk] = _line(line, first, copy_of)
    return list(found.values())


def _first_day(line: PlanLine, decided: date, as_of: datetime | None) -> date | None:
    """The planned day of a direct payment, or the one from which it was decided; for the rest the
    day support really began, None while it has not.
    """
    if line.route == read.DIRECT_PAYMENT:
        return line.begins_on or decided
    if not hasattr(line, "start") or (as_of and line.start.event.at > as_of):
        return None
    return line.start.started_on


def _line(line: PlanLine, first: date, origin: str | None) -> read.Line:
    unit = UNITS.get(line.unit, line.unit)
    few = unit in read.WEEKLY_UNITS and line.weeks.isdigit()
    weeks = int(line.weeks) if few else None
    return read.Line(
        id=str(line.pk),
        plan=line.plan_id,
        route=line.route,
        funder=read.COUNCIL,
        unit=unit,
        amount=native_amount(line),
        begins=first,
        ends=line.ends_on,
        weeks=weeks,
        free=line.free,
        origin=origin,
    )


def native_period(line: PlanLine) -> str:
    """Of what a line's amount is the price: a week, a month, a year, or the whole."""
    unit = UNITS.get(line.unit, line.unit)
    return "week" if unit in read.WEEKLY_UNITS else unit


def native_amount(line: PlanLine) -> Decimal:
    """What one native period of a line costs: a week, a month, a year or the whole."""
    weeks: str | int | None = "52" if line.unit in read.WEEKLY_UNITS else None
    return line_cost(line.quantity, line.rate, weeks=weeks, oncost_pct=line.oncost_pct).period


def _prices(lines: list[read.Line], rows: list[Row], books: Books) -> Iterator[read.Price]:
    """The prices of lines that are read. What support really cost on some days is about the support
    and not the plan: it holds for each copy of its line, and the next day costs what it would.
    """
    known = {line.pk: line for lines in books.lines.values() for line in lines}
    came = [row for row in rows if row.until and row.ref in known]
    for line in lines:
        own = known[int(line.id.partition("+")[0])]
        prices = newest_first_wins(
            [row for row in rows if row.ref == own.pk and not row.until], "day"
        )
        steps = [(row.day, row.amount) for row in prices]
        days = [row for row in came if _is_about(known[row.ref or 0], own, row.amount)]
        for day, amount in _with_what_came(line, steps, days) if days else steps:
            yield read.Price(line.id, day, amount)


def _is_about(said: PlanLine, line: PlanLine, amount: Decimal | None) -> bool:
    """Does what was said of one line hold for another? For its copies that are not paid out: there
    the person keeps the money. A sum of another period says nothing of this one's.
    """
    if root(said) != root(line) or line.route == read.DIRECT_PAYMENT:
        return False
    return not amount or native_period(said) == native_period(line)


def _with_what_came(
    line: read.Line, steps: list[tuple[date, Decimal]], came: list[Row]
) -> Iterator[tuple[date, Decimal]]:
    """(first day, amount) of a line with what it really cost on some days: of what was said of a
    day the last, and never more than was agreed for it.
    """
    edges = {day for day, _amount in steps}
    edges |= {day for row in came for day in (row.day, row.until + DAY)}
    held = line.amount
    for day in sorted({max(day, line.begins) for day in edges}):
        agreed = next((amount for first, amount in reversed(steps) if first <= day), line.amount)
        said = next((row for row in reversed(came) if row.day <= day <= row.until), None)
        costs = agreed if said is None or said.amount is None else min(said.amount, agreed)
        if costs != held:
            yield day, costs
        held = costs


def _agreements(books: Books, as_of: datetime | None) -> list[DirectPaymentAgreement]:
    return newest_first_wins(_by(books.agreements, as_of, "made_at"), "first_payment_on")


def _calendar(agreements: list[DirectPaymentAgreement], today: date) -> read.PayCalendar:
    """By the agreement that holds today; before the first one holds, by that. A version that begins
    later leaves the pay days as they are until it does.
    """
    if not agreements:
        return read.PayCalendar(ANCHOR, read.CYCLES[-1])
    begun = [one for one in agreements if one.first_payment_on <= today]
    held = begun[-1] if begun else agreements[0]
    return read.PayCalendar(held.pay_day or held.first_payment_on, held.cycle_weeks)


def _contributions(
    books: Books, earlier: list[Row], as_of: datetime | None
) -> list[read.Contribution]:
    """What was decided. A sum told as an estimate counts as told from that day, and one that is
    charged from an earlier day by a decision of its own from that one.
    """
    days: dict[int, date] = {}
    for row in earlier:
        if row.ref is not None:
            days[row.ref] = min(row.day, days.get(row.ref, row.day))
    return told_contributions(_by(books.contributions, as_of), days)


def told_contributions(
    rows: Iterable[Contribution], earlier: dict[int, date] | None = None
) -> list[read.Contribution]:
    """What may be taken, from each day on which it changes: the sum decided last for the day, but
    no more than the person had been told of last by then, as an estimate or decided. `rows`: in
    the order they were recorded; `earlier`: id of a row -> the day before it was told from which
    it is charged.
    """
    decided: list[tuple[date, Decimal]] = []
    told: list[tuple[date, Decimal]] = []
    for row in rows:
        if row.weekly is None or row.state not in ("recorded", "estimated"):
            continue
        days = [day for day in (row.told_on, (earlier or {}).get(row.pk)) if day]
        if days:
            known = max(row.weekly, row.weekly_to or row.weekly)
            told.append((max(row.valid_from, min(days)), known))
        if row.state == "recorded":
            decided.append((row.valid_from, row.weekly))
    held: list[read.Contribution] = []
    for day in sorted({first for first, _weekly in decided + told}):
        due, most = _last_by(decided, day), _last_by(told, day)
        if due is not None and most is not None and (not held or held[-1].weekly != min(due, most)):
            held.append(read.Contribution(day, min(due, most), day))
    return held


def _last_by(sums: list[tuple[date, Decimal]], day: date) -> Decimal | None:
    """Of what holds from a day on, in the order recorded, the last that has begun."""
    return next((weekly for first, weekly in reversed(sums) if first <= day), None)


def charged_net(rows: Iterable[Row]) -> tuple[read.Charge, ...]:
    """What was charged for which days, in the order it was printed, less what was credited. A line
    that only pays back takes it from the days charged last, and one that only charges more adds it.
    """
    found: list[read.Charge] = []
    for row in rows:
        if row.day is not None:
            found.append(read.Charge(row.day, row.until, row.amount - row.credit))
            continue
        if found:
            found[-1] = found[-1]._replace(amount=found[-1].amount + row.amount)
        left = row.credit
        for place in range(len(found) - 1, -1, -1):
            back = min(left, found[place].amount)
            found[place] = found[place]._replace(amount=found[place].amount - back)
            left -= back
    return tuple(found)


def _sums(rows: Iterable[Row]) -> tuple[read.DatedSum, ...]:
    return tuple(read.DatedSum(row.day, row.amount) for row in sorted(rows, key=_day))


def _day(row: Row) -> date:
    return row.day
