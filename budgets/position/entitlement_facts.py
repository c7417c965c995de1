"""The dated facts of cases as the entitlement reads them: rows of the database in, `Facts` out.

A handful of statements for many cases. Of rows of one kind the one recorded last holds from its own
day on. Not here: what follows from facts (`budgets.entitlement`), and who records them (`actions`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from budgets.entitlement import facts as read
from budgets.models import (
    Charge,
    Contribution,
    DirectPaymentAgreement,
    ExtraPayment,
    Instalment,
    LinePrice,
    Payment,
    PlanInForce,
    PlanLine,
    Settlement,
    Suspension,
)
from budgets.money.sterling import WEEKS, line_cost
from budgets.position import endings
from cases.models import Case

CHUNK = 200  # cases read at a time, so that a batch of thousands stays in flat memory
UNITS = {"night": "year"}  # how a line's unit is read where it is not the same word
ANCHOR = date(2015, 1, 5)  # pay days of a case without an agreement: never seen, as nothing is paid


def facts_of_case(case: Case, as_of: datetime | None = None) -> read.Facts:
    """All facts of one case, as recorded by `as_of` (None: all that are)."""
    return facts_of_cases([case.pk], as_of)[case.pk]


def in_chunks(cases: Iterable[int]) -> Iterator[dict[int, read.Facts]]:
    """The facts of many cases, so many at a time."""
    chunk: list[int] = []
    for pk in cases:
        chunk.append(pk)
        if len(chunk) == CHUNK:
            yield facts_of_cases(chunk)
            chunk = []
    if chunk:
        yield facts_of_cases(chunk)


def facts_of_cases(cases: Collection[int], as_of: datetime | None = None) -> dict[int, read.Facts]:
    """Case id -> its facts, for every one of `cases`."""
    stands = _standing(as_of)
    plans = _decisions(cases, stands)
    lines, prices = _lines(plans, stands, as_of)
    agreements = _agreements(cases, as_of)
    contributions = _contributions(cases, as_of)
    suspensions = _rows(Suspension, cases, stands)
    paid = _rows(Payment, cases, _left(Payment, as_of))
    charged = _rows(Charge, cases, _left(Charge, as_of))
    extras, instalments, settled = (
        _rows(model, cases, stands) for model in (ExtraPayment, Instalment, Settlement)
    )
    ends = _ends(cases, as_of)
    return {
        pk: read.Facts(
            pay_calendar=_calendar(agreements[pk]),
            lines=tuple(lines[pk]),
            prices=tuple(prices[pk]),
            decisions=tuple(read.Decision(p.plan_id or NO_PLAN, p.begins_on) for p in plans[pk]),
            contributions=tuple(contributions[pk]),
            agreements=tuple(read.Agreement(a.first_payment_on, a.basis) for a in agreements[pk]),
            suspensions=tuple(
                read.Suspension(s.begins_on, s.ends_on, s.make_good) for s in suspensions[pk]
            ),
            end=ends.get(pk),
            paid=tuple(_paid(p) for p in paid[pk]),
            charged=charged_net(charged[pk]),
            recoveries=_sums(instalments[pk]),
            settled=_sums(settled[pk]),
            extras=_sums(extras[pk]),
        )
        for pk in cases
    }


NO_PLAN = 10**9  # the number of a plan without lines: between an end and a case opened again


def newest_first_wins(rows: Iterable[Any], day: str) -> list[Any]:
    """Of rows in the order they were recorded, those that still hold: each from its day until the
    next one, and none beside or after one recorded later. In the order of their days.
    """
    kept: list[Any] = []
    for row in reversed(list(rows)):
        if not kept or getattr(row, day) < getattr(kept[-1], day):
            kept.append(row)
    return kept[::-1]


def _by(as_of: datetime | None, name: str = "recorded_at") -> Q:
    return Q() if as_of is None else Q(**{f"{name}__lte": as_of})


def _standing(as_of: datetime | None) -> Q:
    """Rows in the reading: recorded by then, and not struck by then."""
    if as_of is None:
        return Q(struck_at=None)
    return _by(as_of) & (Q(struck_at=None) | Q(struck_at__gt=as_of))


def _left(model: Any, as_of: datetime | None) -> Q:
    """What had left by then, and was not left out or returned by then."""
    stands = Q(state__in=model.STANDING)
    if as_of is None:
        return stands
    return _by(as_of) & (stands | Q(state_at__gt=as_of))


def _rows(model: Any, cases: Collection[int], wanted: Q) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in model.objects.filter(wanted, case__in=cases).order_by("case", "pk"):
        found[row.case_id].append(row)
    return found


def _decisions(cases: Collection[int], stands: Q) -> dict[int, list[PlanInForce]]:
    rows = _rows(PlanInForce, cases, stands)
    return defaultdict(list, {pk: newest_first_wins(r, "begins_on") for pk, r in rows.items()})


def _lines(
    plans: dict[int, list[PlanInForce]], stands: Q, as_of: datetime | None
) -> tuple[dict[int, list[read.Line]], dict[int, list[read.Price]]]:
    """The lines of the plans that hold at some time, and their prices, by case."""
    decided = {row.plan_id: row for rows in plans.values() for row in rows if row.plan_id}
    known: dict[int, list[PlanLine]] = defaultdict(list)
    rows = PlanLine.objects.filter(plan__in=decided, funder=read.COUNCIL, annual__gt=0)
    for line in rows.exclude(route="").select_related("start__event").order_by("pk"):
        known[line.plan_id].append(line)
    lines: dict[int, list[read.Line]] = defaultdict(list)
    cases: dict[int, int] = {}
    for case, in_force in plans.items():
        begun: dict[int, date] = {}  # the first of a line's copies -> the day it was decided from
        once: dict[int, str] = {}  # the same -> the id of the first copy that is read
        for row in in_force:
            for line in known[row.plan_id] if row.plan_id else ():
                origin = line.origin_id or line.pk
                first = _first_day(line, begun.setdefault(origin, row.begins_on), as_of)
                if first is None or (line.ends_on and line.ends_on < first) or line.pk in cases:
                    continue
                copy_of = once.get(origin) if line.unit == "once" else None
                once.setdefault(origin, str(line.pk))
                cases[line.pk] = case
                lines[case].append(_line(line, first, copy_of))
    return lines, _prices(cases, stands)


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
    weeks = int(line.weeks) if unit in read.WEEKLY_UNITS and line.weeks not in WEEKS else None
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


def native_amount(line: PlanLine) -> Decimal:
    """What one native period of a line costs: a week, a month, a year or the whole."""
    weeks: str | int | None = "52" if line.unit in read.WEEKLY_UNITS else None
    return line_cost(line.quantity, line.rate, weeks=weeks, oncost_pct=line.oncost_pct).period


def _prices(cases: dict[int, int], stands: Q) -> dict[int, list[read.Price]]:
    found: dict[int, list[read.Price]] = defaultdict(list)
    by_line: dict[int, list[LinePrice]] = defaultdict(list)
    for row in LinePrice.objects.filter(stands, line__in=cases).order_by("pk"):
        by_line[row.line_id].append(row)
    for line, rows in by_line.items():
        for row in newest_first_wins(rows, "begins_on"):
            found[cases[line]].append(read.Price(str(line), row.begins_on, row.amount))
    return found


def _agreements(
    cases: Collection[int], as_of: datetime | None
) -> dict[int, list[DirectPaymentAgreement]]:
    found: dict[int, list[DirectPaymentAgreement]] = defaultdict(list)
    rows = DirectPaymentAgreement.objects.filter(_by(as_of, "made_at"), case__in=cases)
    for row in rows.order_by("case", "version"):
        found[row.case_id].append(row)
    for pk, versions in found.items():
        found[pk] = newest_first_wins(versions, "first_payment_on")
    return found


def _calendar(agreements: list[DirectPaymentAgreement]) -> read.PayCalendar:
    """By the agreement that was signed last."""
    if not agreements:
        return read.PayCalendar(ANCHOR, read.CYCLES[-1])
    last = agreements[-1]
    return read.PayCalendar(last.first_payment_on, last.cycle_weeks)


def _contributions(
    cases: Collection[int], as_of: datetime | None
) -> dict[int, list[read.Contribution]]:
    """What was decided, by case. A sum told as an estimate counts as told from that day."""
    rows = _rows(Contribution, cases, _by(as_of) & Q(weekly__isnull=False))
    return defaultdict(list, {pk: told_contributions(found) for pk, found in rows.items()})


def told_contributions(rows: Iterable[Contribution]) -> list[read.Contribution]:
    """Decided sums in the order of their days. A later row takes the place of those from its day
    on; where it is higher than one of them, from the day it was told.
    """
    estimates: list[Contribution] = []
    held: list[read.Contribution] = []
    for row in rows:
        if row.weekly is None or row.state != "recorded":
            estimates += [row] if row.state == "estimated" and row.told_on else []
            continue
        told = _told_on(row, estimates, held)
        later = [one for one in held if one.begins >= row.valid_from and one.weekly < row.weekly]
        if later and (told is None or told > row.valid_from):
            if told is None:
                continue  # nothing is taken by a sum nobody was told of, so the old one stands
            held = [one for one in held if one.begins < told]
            held.append(read.Contribution(max(told, row.valid_from), row.weekly, told))
        else:
            held = [one for one in held if one.begins < row.valid_from]
            held.append(read.Contribution(row.valid_from, row.weekly, told))
    return held


def _told_on(
    row: Contribution, estimates: list[Contribution], held: list[read.Contribution]
) -> date | None:
    """The day the person was told this sum, or a higher one: an estimate, or the sum whose place
    it takes. Else a lower sum for days gone by would be none at all.
    """
    before = [one for one in held if one.begins <= row.valid_from][-1:]
    days = [one.told_on for one in before if one.told_on and one.weekly >= (row.weekly or 0)]
    days += [
        one.told_on
        for one in estimates
        if one.told_on
        and max(one.weekly or 0, one.weekly_to or 0) >= (row.weekly or 0)
        and one.valid_from <= row.valid_from
    ]
    days += [row.told_on] if row.told_on else []
    return min(days, default=None)


def _ends(cases: Collection[int], as_of: datetime | None) -> dict[int, date]:
    """Case id -> the last day with support, of cases that are closed or whose person has died."""
    if as_of is not None:
        return _ends_as_known(cases, as_of)
    found: dict[int, date] = {}
    closed = endings.of_cases(Case.objects.filter(pk__in=cases, step="closed").values("pk"))
    for pk, ends in closed.items():
        found[pk] = ends[-1].day
    died = Case.objects.filter(pk__in=cases, person__died_on__isnull=False)
    for case in died.select_related("person"):
        if case.person.died_on:
            found[case.pk] = min(case.person.died_on, found.get(case.pk, case.person.died_on))
    return found


def _ends_as_known(cases: Collection[int], as_of: datetime) -> dict[int, date]:
    """The same as it was known at a moment: a case opened again by then had no end."""
    opened = PlanInForce.objects.filter(case__in=cases, plan=None, recorded_at__lte=as_of)
    again: dict[int, datetime] = {}
    for row in opened.order_by("pk"):
        again[row.case_id] = row.recorded_at
    found: dict[int, date] = {}
    for pk, ends in endings.of_cases(list(cases)).items():
        known = [end for end in ends if end.at <= as_of]
        if known and (pk not in again or again[pk] < known[-1].at):
            found[pk] = known[-1].day
    return found


def _paid(row: Payment) -> read.Payment:
    parts = read.Parts(row.regular, row.owed, row.recovered)
    return read.Payment(row.on, row.covers_from, row.covers_to, row.amount, parts)


def charged_net(rows: Iterable[Charge]) -> tuple[read.Charge, ...]:
    """What was charged for which days, in the order it was printed, less what was credited. A line
    that only pays back takes it from the days charged last.
    """
    found: list[read.Charge] = []
    for row in rows:
        if row.covers_from and row.covers_to:
            found.append(read.Charge(row.covers_from, row.covers_to, row.amount - row.credit))
            continue
        left = row.credit
        for place in range(len(found) - 1, -1, -1):
            back = min(left, found[place].amount)
            found[place] = found[place]._replace(amount=found[place].amount - back)
            left -= back
    return tuple(found)


def _sums(rows: Iterable[Any]) -> tuple[read.DatedSum, ...]:
    return tuple(read.DatedSum(row.on, row.amount) for row in rows)
