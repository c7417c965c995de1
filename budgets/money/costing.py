"""What a plan line costs: its native unit turned into a year and an average week. Pure, by
`sterling`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from budgets.money.sterling import LARGEST, PENNY, WEEKS, line_cost, rounding, year_to_week

WEEKLY_UNITS = ("hour", "day", "session", "week")
NOTHING = Decimal("0.00")
YEAR = 364  # days of 52 weeks: a line with dates as far apart, or further, runs the whole year
PLACES = {"quantity": 2, "rate": 4, "oncost_pct": 3}
MOST = {"quantity": Decimal(9999), "rate": Decimal("999999.9999"), "oncost_pct": Decimal(100)}


def read_weeks(value: Any) -> str:
    """The weeks of a year as kept on a line: a rule of `money.WEEKS` or a whole number 1 to 53.
    ValueError else.
    """
    text = str(value).strip()
    if text in WEEKS:
        return text
    try:
        number = Decimal(text)
    except ArithmeticError:
        number = Decimal(0)
    if number != number.to_integral_value() or not 1 <= number <= 53:
        raise ValueError("Enter a number of weeks from 1 to 53.")
    return str(int(number))


def check(name: str, value: Decimal) -> Decimal:
    """A number of a line as it is kept. ValueError with a sentence: not a number, below 0, too
    large, too exact.
    """
    if not value.is_finite():
        raise ValueError("Enter a number, such as 5 or 16.29.")
    if value < 0:
        raise ValueError("Enter 0 or more.")
    if value > MOST[name]:
        raise ValueError("That is more than any budget. Check how much and the cost of one.")
    if value != value.quantize(Decimal(1).scaleb(-PLACES[name])):
        raise ValueError(f"Enter no more than {PLACES[name]} figures after the point.")
    return value


def days_of(begins: date | None, ends: date | None) -> int | None:
    """How many days a line runs when that is less than a year; None = it goes on. ValueError:
    reversed dates.
    """
    if begins is None or ends is None:
        return None
    if ends < begins:
        raise ValueError("The last day can't be before the first.")
    days = (ends - begins).days + 1
    return days if days < YEAR else None


def price(
    quantity: Decimal,
    rate: Decimal,
    unit: str,
    *,
    weeks: str = "52",
    oncost_pct: Decimal = NOTHING,
    rule: str = "52",
    days: int | None = None,
) -> tuple[Decimal, Decimal]:
    """(year, average week) of a line. `weeks`: of the line; `rule`: of the scheme, by which a year
    has weeks.

    A line of 38 weeks at £100 costs £3,800 a year, and £73.08 in the average of 52 weeks. `once` is
    the whole sum and has no week. A line of so many `days`, fewer than a year, costs its weeks and
    part weeks (sevenths), a month its share of 364 days; what is counted by the year (nights, a
    year's fee) is the same however long it runs. ValueError: a negative or infinite number, or more
    than one budget can be.
    """
    if unit in WEEKLY_UNITS:
        cost = line_cost(
            quantity, rate, weeks=weeks if weeks in WEEKS else int(weeks), oncost_pct=oncost_pct
        )
        annual = cost.annual if days is None else min(cost.annual, part(cost.period, days, 7))
    else:
        annual = line_cost(quantity, rate, weeks=None, oncost_pct=oncost_pct).period
        annual *= 12 if unit == "month" else 1
        annual = part(annual, days, YEAR) if unit == "month" and days is not None else annual
    if annual > LARGEST:
        raise ValueError("That is more than any budget. Check how much and the cost of one.")
    return annual, NOTHING if unit == "once" else year_to_week(annual, rule)


def part(amount: Decimal, days: int, of: int) -> Decimal:
    """`days` of an amount for `of` days, to the penny."""
    return rounding(amount * days / of, PENNY, "half_up")
