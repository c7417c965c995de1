"""The arithmetic of each allocation method: checked answers in, a ``Result`` with its lines out.

A method is one function in METHODS; what a scheme must hold for it stands in ``schemes.NEEDS``.
Lines outside the method, and figures set by a worker, are in budgets/allocation/adjustments.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from budgets.allocation.answers import Answer, plain
from budgets.allocation.readers import SchemeError, read_mapping, read_number, read_text, show
from budgets.allocation.scheme_rows import Rate, Row
from budgets.allocation.schemes import Scheme
from budgets.money.sterling import PENNY, line_cost, pence, pounds, rounding, year_to_weeks

UNIVERSAL = "met by universal services"
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    """One line of the breakdown; ``amount`` in pounds a year, or of the award, with two
    decimals.
    """

    label: str
    detail: str
    amount: Decimal


@dataclass(frozen=True)
class Given:
    """What a method works from: the checked answers, the service date, and what another tool gave
    (`external`).
    """

    answers: list[Answer]
    on: date | None
    external: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Result:
    """What a method hands back; ``questions`` holds its own fields of each question in the
    trace.
    """

    annual: Decimal
    lines: tuple[Line, ...]
    questions: list[dict[str, Any]]
    weekly: Decimal | None = None
    four_weekly: Decimal | None = None
    points: Decimal | None = None
    raw: Decimal | None = None
    trace: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def _points(scheme: Scheme, answers: list[Answer]) -> tuple[Decimal, Decimal]:
    """Points times the share kept, added exactly, and the same rounded once."""
    raw = sum((answer.counted for answer in answers), Decimal(0))
    return raw, rounding(raw, *scheme.rounding["points"])


def _scored(answers: list[Answer]) -> tuple[list[Line], list[dict[str, Any]]]:
    """The lines and the questions of a points method: points carry no money until they are added
    up.
    """
    lines = [Line(a.domain.title, a.sum_in_words("points"), ZERO) for a in answers]
    return lines, [{"points": _whole(a.option.value), "counted": str(a.counted)} for a in answers]


def _table(scheme: Scheme, given: Given) -> Result:
    """Points, added exactly, rounded once, looked up; nothing is guessed between or above the
    rows.
    """
    raw, points = _points(scheme, given.answers)
    place = next((i for i, row in enumerate(scheme.table) if row.start <= points <= row.end), None)
    if place is None:
        reach = f"{plain(scheme.table[0].start)} to {plain(scheme.table[-1].end)}"
        raise SchemeError(f"A score of {plain(points)} points has no row in the table ({reach}).")
    row, annual = scheme.table[place], pence(scheme.table[place].amount or ZERO)
    used = f"{plain(points)} points: row {plain(row.start)} to {plain(row.end)}, {_paid(row)}"
    lines, questions = _scored(given.answers)
    return Result(
        annual,
        (*lines, Line("Your points in the table", used, annual)),
        questions,
        *weekly_of(scheme, annual),
        points=points,
        raw=raw,
        trace={"total": _total(scheme, raw, points), "table": _rows_beside(scheme.table, place)},
        notes=(f"No budget: {UNIVERSAL}.",) if row.amount is None else (),
    )


def weekly_of(scheme: Scheme, annual: Decimal) -> tuple[Decimal, Decimal]:
    """A week and four weeks of a year's amount, each rounded once."""
    week, four = scheme.rounding["week"], scheme.rounding["four_weeks"]
    return (
        year_to_weeks(annual, scheme.weeks, number=1, unit=week[0], mode=week[1]),
        year_to_weeks(annual, scheme.weeks, number=4, unit=four[0], mode=four[1]),
    )


def _whole(number: Decimal | None) -> int | str | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else plain(number)


def _total(scheme: Scheme, raw: Decimal, points: Decimal) -> dict[str, Any]:
    unit, mode = scheme.rounding["points"]
    return {"raw": str(raw), "points": plain(points), "rounding": {"unit": str(unit), "mode": mode}}


def _rows_beside(table: tuple[Row, ...], place: int) -> dict[str, Any]:
    """The row used and its neighbours, so that a reader sees how near the score was to either."""
    return {
        "below": _row(table[place - 1]) if place else None,
        "used": _row(table[place]),
        "above": _row(table[place + 1]) if place + 1 < len(table) else None,
    }


def _row(row: Row) -> dict[str, Any]:
    amount = None if row.amount is None else str(pence(row.amount))
    return {
        "from": plain(row.start),
        "to": plain(row.end),
        "amount_year": amount,
        "text": _paid(row),
    }


def _paid(row: Row) -> str:
    """Published tables print "n/a" for such a row; it is not the same as an amount of £0."""
    return UNIVERSAL if row.amount is None else f"{pounds(row.amount)} a year"


def _linear(scheme: Scheme, given: Given) -> Result:
    """Points times one price. Below a threshold, where the scheme has one, a need is met by
    universal services.
    """
    raw, points = _points(scheme, given.answers)
    price, least = scheme.price_per_point, scheme.threshold_points
    free = least is not None and points < least
    annual = ZERO if free else pence(rounding(points * price, *scheme.rounding["year"]))
    used = f"{plain(points)} points × {price_in_words(price)} = {pounds(annual)} a year"
    if free:
        used = f"{plain(points)} points, fewer than {plain(least or ZERO)}: {UNIVERSAL}"
    lines, questions = _scored(given.answers)
    unit, mode = scheme.rounding["year"]
    rule = {
        "amount": str(price),
        "threshold": None if least is None else plain(least),
        "free": free,
    }
    return Result(
        annual,
        (*lines, Line("Your points times the price", used, annual)),
        questions,
        *weekly_of(scheme, annual),
        points=points,
        raw=raw,
        trace={
            "total": _total(scheme, raw, points),
            "price": rule | {"rounding": {"unit": str(unit), "mode": mode}},
        },
        notes=(f"No budget: {UNIVERSAL}.",) if free else (),
    )


def _domain_prices(scheme: Scheme, given: Given) -> Result:
    """A price for each answer, no points: each line is rounded once, the year is the sum of
    lines.
    """
    unit, mode = scheme.rounding["line"]
    lines, questions = [], []
    for answer in given.answers:
        free = answer.option.value is None
        year = pence(rounding(answer.counted, unit, mode))
        text = UNIVERSAL if free else f"{pounds(answer.option.value or ZERO)} a year"
        share = "" if free else answer.share_in_words()
        lines.append(Line(answer.domain.title, f"{answer.option.label}: {text}{share}", year))
        price = None if free else str(answer.option.value)
        questions.append(
            {"price": price, "counted": str(answer.counted), "year": str(year), "text": text}
        )
    annual = sum((line.amount for line in lines), ZERO)
    return Result(annual, tuple(lines), questions, *weekly_of(scheme, annual))


def _external(scheme: Scheme, given: Given) -> Result:
    """A figure that another tool worked out. What it is and how it came about is kept with it, in
    words.
    """
    if given.external is None:
        raise SchemeError(
            gettext("There is no figure yet: it comes from %(tool)s, and a worker records it.")
            % {"tool": scheme.tool}
        )
    record = read_mapping(given.external, "The figure from another tool")
    annual = read_number(record.get("annual"), f"The figure from {scheme.tool}")
    what = "The figure from another tool"
    facts = {
        "tool": scheme.tool,
        "tool_version": read_text(record, "tool_version", what),
        "explanation": read_text(record, "explanation", what),
        "inputs": read_text(record, "inputs", what, ""),
        "made_on": read_text(record, "made_on", what, ""),
        "annual": str(pence(annual)),
    }
    strange = sorted(set(record) - set(facts))
    if strange:
        raise SchemeError(f"{what} has a field that is not known, {show(strange[0])}.")
    words = f"{scheme.tool}, version {facts['tool_version']}: {facts['explanation']}"
    line = Line("Figure from another tool", words, pence(annual))
    return Result(
        line.amount, (line,), [], *weekly_of(scheme, line.amount), trace={"external": facts}
    )


def _reckoner(scheme: Scheme, given: Given) -> Result:
    """Need to hours to rate to cost: a week of each line is rounded once; the year is the sum of
    lines.
    """
    on = given.on
    if on is None:
        raise SchemeError(
            "A service date is needed, because the hourly rates of this scheme are dated."
        )
    unit, mode = scheme.rounding["week"]
    lines, questions, used, weekly = [], [], {}, ZERO
    for answer in given.answers:
        rate = rate_on(scheme, answer.domain.rate, on)
        cost = line_cost(answer.counted, rate.amount, weeks=scheme.weeks, unit=unit, mode=mode)
        weekly, used[rate.code] = weekly + cost.period, rate
        detail = answer.sum_in_words("hours a week")
        if answer.applies:
            detail += (
                f", at {price_in_words(rate.amount)} an hour ({rate.label}) = "
                f"{pounds(cost.period)} a week"
            )
        lines.append(Line(answer.domain.title, detail, cost.annual))
        questions.append(
            {
                "hours": _whole(answer.option.value),
                "counted": str(answer.counted),
                "rate": str(rate.amount),
                "week": str(cost.period),
                "year": str(cost.annual),
            }
        )
    four = pence(rounding(4 * weekly, *scheme.rounding["four_weeks"]))
    annual = sum((line.amount for line in lines), ZERO)
    rates = [rate_used(rate) for rate in used.values()]
    return Result(annual, tuple(lines), questions, weekly, four, trace={"rates": rates})


def rate_on(scheme: Scheme, code: str, on: date) -> Rate:
    """The one price of ``code`` on a service date. A price that has ended is never rolled on."""
    dated = sorted(
        (rate for rate in scheme.rates if rate.code == code), key=lambda rate: rate.valid_from
    )
    for rate in dated:
        if rate.valid_from <= on and (rate.valid_to is None or on <= rate.valid_to):
            return rate
    nearest = ([rate for rate in dated if rate.valid_from <= on] or dated[:1])[-1]
    raise SchemeError(
        outside(f'The rate "{nearest.label}"', nearest.valid_from, nearest.valid_to, on)
    )


def outside(what: str, first: date | None, last: date | None, on: date) -> str:
    """The sentence for a service date outside the published ones."""
    ends = f"published to {last}" if last else f"published from {first}"
    begins = f" (from {first})" if last and first else ""
    return f"{what} is {ends}{begins}, so there is no figure for {on}."


def price_in_words(rate: Decimal) -> str:
    """£16.29, or with its part of a penny where a price has one."""
    return pounds(rate) if rate == rate.quantize(PENNY) else f"£{plain(rate)}"


def rate_used(rate: Rate) -> dict[str, Any]:
    """A rate as the trace keeps it."""
    last = None if rate.valid_to is None else rate.valid_to.isoformat()
    dates = {"valid_from": rate.valid_from.isoformat(), "valid_to": last}
    return {
        "code": rate.code,
        "label": rate.label,
        "amount": str(rate.amount),
        **dates,
        "source": rate.source,
    }


def _bands(scheme: Scheme, given: Given) -> Result:
    """A one-off award: each answer names an amount. There is no week, and no part of it is kept
    back.
    """
    lines, questions, notes = [], [], []
    for answer in given.answers:
        option = answer.option
        amount = pence(option.value or ZERO)
        text = (
            UNIVERSAL
            if option.value is None
            else f"{'up to ' if option.up_to else ''}{pounds(amount)}"
        )
        lines.append(Line(answer.domain.title, f"{option.label}: {text}", amount))
        kept = None if option.value is None else str(amount)
        questions.append({"amount": kept, "up_to": option.up_to, "text": text})
        notes += [f"No budget: {UNIVERSAL}."] * (option.value is None) + [option.note] * bool(
            option.note
        )
    annual = sum((line.amount for line in lines), ZERO)
    return Result(annual, tuple(lines), questions, notes=tuple(notes))


METHODS: dict[str, Callable[[Scheme, Given], Result]] = {
    "table": _table,
    "reckoner": _reckoner,
    "linear": _linear,
    "domain_prices": _domain_prices,
    "bands": _bands,
    "external": _external,
}
