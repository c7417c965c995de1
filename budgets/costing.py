"""What a plan line costs: its native unit turned into a year and an average week. Pure, by `money`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .money import LARGEST, WEEKS, line_cost, year_to_week

WEEKLY_UNITS = ("hour", "day", "session", "week")
NOTHING = Decimal("0.00")


def read_weeks(value: Any) -> str:
    """The weeks of a year as kept on a line: a rule of `money.WEEKS` or a whole number 1 to 53. ValueError else."""
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


def price(
    quantity: Decimal, rate: Decimal, unit: str, *, weeks: str = "52", oncost_pct: Decimal = NOTHING, rule: str = "52"
) -> tuple[Decimal, Decimal]:
    """(year, average week) of a line. `weeks`: of the line; `rule`: of the scheme, by which a year has weeks.

    A line of 38 weeks at £100 costs £3,800 a year, and £73.08 in the average of 52 weeks. `once` is the whole sum
    and has no week. ValueError: a negative or infinite number, or more than one budget can be.
    """
    if unit in WEEKLY_UNITS:
        line_weeks = weeks if weeks in WEEKS else int(weeks)
        annual = line_cost(quantity, rate, weeks=line_weeks, oncost_pct=oncost_pct).annual
    else:
        annual = line_cost(quantity, rate, weeks=None, oncost_pct=oncost_pct).period
        annual *= 12 if unit == "month" else 1
    if annual > LARGEST:
        raise ValueError("That is more than any budget. Check how much and the cost of one.")
    return annual, NOTHING if unit == "once" else year_to_week(annual, rule)
