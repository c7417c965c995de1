"""The arithmetic of each allocation method: checked answers in, a ``Result`` with its lines out.

A method is one function in METHODS; what a scheme must hold for it stands in ``schemes.NEEDS``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from budgets.money import PENNY, line_cost, pence, pounds, rounding, year_to_weeks
from budgets.readers import SchemeError
from budgets.schemes import Domain, Option, Rate, Row, Scheme

UNIVERSAL = "met by universal services"
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    """One line of the breakdown; ``amount`` in pounds a year, or of the award, with two decimals."""

    label: str
    detail: str
    amount: Decimal


@dataclass(frozen=True)
class Answer:
    """A checked answer: option number, unpaid-support level and the share of the need it leaves (0..1)."""

    domain: Domain
    number: int
    option: Option
    level: str | None
    kept: Decimal

    @property
    def counted(self) -> Decimal:
        """What the method counts: the option's points or hours times the share kept."""
        return (self.option.value or Decimal(0)) * self.kept

    def sum_in_words(self, unit: str) -> str:
        value = f"{self.option.label}: {plain(self.option.value or Decimal(0))} {unit}"
        if self.kept == 1:
            return value
        return f'{value} × {self.kept} (unpaid support "{self.level}") = {plain(self.counted)}'


@dataclass(frozen=True)
class Result:
    """What a method hands back; ``questions`` holds its own fields of each question in the trace."""

    annual: Decimal
    lines: tuple[Line, ...]
    questions: list[dict[str, Any]]
    weekly: Decimal | None = None
    four_weekly: Decimal | None = None
    points: Decimal | None = None
    raw: Decimal | None = None
    trace: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def plain(number: Decimal) -> str:
    """A number as people write it: 20, 6.75, 19.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _table(scheme: Scheme, answers: list[Answer], on: date | None) -> Result:
    """Points times the share kept, added exactly, rounded once, looked up; nothing is guessed."""
    raw = sum((answer.counted for answer in answers), Decimal(0))
    points = rounding(raw, *scheme.rounding["points"])
    place = next((i for i, row in enumerate(scheme.table) if row.start <= points <= row.end), None)
    if place is None:
        reach = f"{plain(scheme.table[0].start)} to {plain(scheme.table[-1].end)}"
        raise SchemeError(f"A score of {plain(points)} points has no row in the table ({reach}).")
    row, annual = scheme.table[place], pence(scheme.table[place].amount or ZERO)
    used = f"{plain(points)} points: row {plain(row.start)} to {plain(row.end)}, {_paid(row)}"
    lines = [Line(a.domain.title, a.sum_in_words("points"), ZERO) for a in answers]
    return Result(
        annual,
        (*lines, Line("Your points in the table", used, annual)),
        [{"points": _whole(a.option.value), "counted": str(a.counted)} for a in answers],
        *_weekly(scheme, annual),
        points=points,
        raw=raw,
        trace={"total": _total(scheme, raw, points), "table": _rows_beside(scheme.table, place)},
        notes=(f"No budget: {UNIVERSAL}.",) if row.amount is None else (),
    )


def _weekly(scheme: Scheme, annual: Decimal) -> tuple[Decimal, Decimal]:
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
    return {"from": plain(row.start), "to": plain(row.end), "amount_year": amount, "text": _paid(row)}


def _paid(row: Row) -> str:
    """Published tables print "n/a" for such a row; it is not the same as an amount of £0."""
    return UNIVERSAL if row.amount is None else f"{pounds(row.amount)} a year"


def _reckoner(scheme: Scheme, answers: list[Answer], on: date | None) -> Result:
    """Need to hours to rate to cost: a week of each line is rounded once; the year is the sum of lines."""
    if on is None:
        raise SchemeError("A service date is needed, because the hourly rates of this scheme are dated.")
    unit, mode = scheme.rounding["week"]
    lines, questions, used, weekly = [], [], {}, ZERO
    for answer in answers:
        rate = rate_on(scheme, answer.domain.rate, on)
        cost = line_cost(answer.counted, rate.amount, weeks=scheme.weeks, unit=unit, mode=mode)
        weekly, used[rate.code] = weekly + cost.period, rate
        detail = f"{answer.sum_in_words('hours a week')}, at {_price(rate.amount)} an hour ({rate.label})"
        detail += f" = {pounds(cost.period)} a week"
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
    rates = [_rate_used(rate) for rate in used.values()]
    return Result(annual, tuple(lines), questions, weekly, four, trace={"rates": rates})


def rate_on(scheme: Scheme, code: str, on: date) -> Rate:
    """The one price of ``code`` on a service date. A price that has ended is never rolled on."""
    dated = sorted((rate for rate in scheme.rates if rate.code == code), key=lambda rate: rate.valid_from)
    for rate in dated:
        if rate.valid_from <= on and (rate.valid_to is None or on <= rate.valid_to):
            return rate
    nearest = ([rate for rate in dated if rate.valid_from <= on] or dated[:1])[-1]
    raise SchemeError(outside(f'The rate "{nearest.label}"', nearest.valid_from, nearest.valid_to, on))


def outside(what: str, first: date | None, last: date | None, on: date) -> str:
    """The sentence for a service date outside the published ones."""
    ends = f"published to {last}" if last else f"published from {first}"
    begins = f" (from {first})" if last and first else ""
    return f"{what} is {ends}{begins}, so there is no figure for {on}."


def _price(rate: Decimal) -> str:
    return pounds(rate) if rate == rate.quantize(PENNY) else f"£{plain(rate)}"


def _rate_used(rate: Rate) -> dict[str, Any]:
    last = None if rate.valid_to is None else rate.valid_to.isoformat()
    dates = {"valid_from": rate.valid_from.isoformat(), "valid_to": last}
    return {
        "code": rate.code,
        "label": rate.label,
        "amount": str(rate.amount),
        **dates,
        "source": rate.source,
    }


def _bands(scheme: Scheme, answers: list[Answer], on: date | None) -> Result:
    """A one-off award: each answer names an amount. There is no week, and no part of it is kept back."""
    lines, questions, notes = [], [], []
    for answer in answers:
        option = answer.option
        amount = pence(option.value or ZERO)
        text = UNIVERSAL if option.value is None else f"{'up to ' if option.up_to else ''}{pounds(amount)}"
        lines.append(Line(answer.domain.title, f"{option.label}: {text}", amount))
        kept = None if option.value is None else str(amount)
        questions.append({"amount": kept, "up_to": option.up_to, "text": text})
        notes += [f"No budget: {UNIVERSAL}."] * (option.value is None) + [option.note] * bool(option.note)
    annual = sum((line.amount for line in lines), ZERO)
    return Result(annual, tuple(lines), questions, notes=tuple(notes))


METHODS: dict[str, Callable[[Scheme, list[Answer], date | None], Result]] = {
    "table": _table,
    "reckoner": _reckoner,
    "bands": _bands,
}
