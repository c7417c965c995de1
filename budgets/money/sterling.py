"""Exact money: rounding, the weeks of a year, plan lines, and reading an amount.

Amounts are pounds sterling as ``Decimal``. Nothing here reads a clock, a file or a database. How a
sum is rounded belongs to a scheme version, so unit and mode are always arguments, never constants
in callers.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
UNITS = tuple(Decimal(unit) for unit in ("0.01", "0.05", "0.1", "0.25", "0.5", "1", "5", "10"))
# A year in weeks as numerator and denominator, so that 365/7 is never cut short before the last
# rounding.
WEEKS = {"52": (52, 1), "50": (50, 1), "364-day": (364, 7), "365/7": (365, 7), "366/7": (366, 7)}
PENNY = Decimal("0.01")
LARGEST = Decimal("9999999.99")  # one person's budget; more is a slip of the keyboard
# Wide enough that no quotient of sums below LARGEST can be mistaken for an exact half.
_WIDE = Context(prec=60)
_AMOUNT = re.compile(
    r"£? ?(?P<whole>[0-9]{1,3}(?:(?:,[0-9]{3})+|(?:[ \u00a0][0-9]{3})+)|[0-9]+)(?P<pence>\.[0-9]*)?"
)


@dataclass(frozen=True)
class LineCost:
    """One plan line: the all-in rate for one unit, the cost of its own period, and the cost of a
    year.
    """

    rate: Decimal
    period: Decimal
    annual: Decimal


def rounding(amount: Decimal, unit: Decimal | str, mode: str) -> Decimal:
    """``amount`` to the nearest multiple of ``unit`` (such as "0.01", "0.05", "1") in one of MODES.

    ValueError: an unknown unit or mode, or an amount that is not finite.
    """
    step = Decimal(unit)
    if step not in UNITS or mode not in MODES:
        raise ValueError(f"Rounding to {unit} by {mode} is not known.")
    if not amount.is_finite():
        raise ValueError("Only a finite amount can be rounded.")
    steps = _WIDE.divide(amount, step).quantize(Decimal(1), rounding=MODES[mode], context=_WIDE)
    result = _WIDE.multiply(steps, step)
    # Pounds in whole steps still print with pence; points in whole steps stay whole.
    return result if step == step.to_integral_value() else result.quantize(PENNY, context=_WIDE)


def pounds(amount: Decimal) -> str:
    """ "£1,234.50", for a reader."""
    return f"£{amount:,.2f}"


def pence(amount: Decimal) -> Decimal:
    """The same amount written with exactly two decimals. ValueError if it has a part of a penny."""
    exact = amount.quantize(PENNY, context=_WIDE)
    if exact != amount:
        raise ValueError(f"{amount} is not a whole number of pence.")
    return exact


def weeks_in_year(weeks: str | int) -> tuple[int, int]:
    """A weeks rule (a key of WEEKS) or a number of weeks 1 to 53, as (numerator, denominator)."""
    if isinstance(weeks, str) and weeks in WEEKS:
        return WEEKS[weeks]
    if isinstance(weeks, int) and not isinstance(weeks, bool) and 1 <= weeks <= 53:
        return (weeks, 1)
    raise ValueError(f"A year of {weeks} weeks is not known.")


def year_to_weeks(
    annual: Decimal,
    weeks: str | int,
    *,
    number: int = 1,
    unit: Decimal | str = PENNY,
    mode: str = "half_up",
) -> Decimal:
    """What ``number`` weeks (1 or 4) are of a year's amount, rounded once: annual x number /
    weeks.
    """
    top, bottom = weeks_in_year(weeks)
    return pence(
        rounding(_WIDE.divide(_WIDE.multiply(annual, number * bottom), Decimal(top)), unit, mode)
    )


def year_to_week(
    annual: Decimal, weeks: str | int, unit: Decimal | str = PENNY, mode: str = "half_up"
) -> Decimal:
    """One week of a year's amount."""
    return year_to_weeks(annual, weeks, number=1, unit=unit, mode=mode)


def year_to_four_weeks(
    annual: Decimal, weeks: str | int, unit: Decimal | str = PENNY, mode: str = "half_up"
) -> Decimal:
    """Four weeks of a year's amount (a thirteenth, when the year has 52 weeks)."""
    return year_to_weeks(annual, weeks, number=4, unit=unit, mode=mode)


def week_to_year(weekly: Decimal, weeks: str | int, mode: str = "half_up") -> Decimal:
    """A weekly amount over the year's weeks, to the penny: 300 a week is 15,642.86 at 365/7."""
    top, bottom = weeks_in_year(weeks)
    return rounding(
        _WIDE.divide(_WIDE.multiply(weekly, Decimal(top)), Decimal(bottom)), PENNY, mode
    )


def on_cost(wage: Decimal, percent: Decimal, mode: str = "half_up") -> Decimal:
    """Employer's on-costs for one unit of wage, to the penny.

    Source: Norfolk's published rates 2023/24, 26.08% of 11.00 = 2.8688, printed as 2.87.
    """
    return rounding(_WIDE.divide(_WIDE.multiply(wage, percent), Decimal(100)), PENNY, mode)


def line_cost(
    quantity: Decimal,
    rate: Decimal,
    *,
    weeks: str | int | None,
    oncost_pct: Decimal = Decimal(0),
    unit: Decimal | str = PENNY,
    mode: str = "half_up",
) -> LineCost:
    """Cost of ``quantity`` units a week at ``rate`` plus on-costs, rounded at the line's own
    period.

    ``weeks`` is a weeks rule or number; None means a one-off, whose own period is the whole of it.
    The week is what gets paid, so it is rounded once and the year is that week times the weeks.
    ValueError: a negative or infinite quantity, rate or percentage, or an unknown weeks rule.
    """
    for value in (quantity, rate, oncost_pct):
        if not value.is_finite() or value < 0:
            raise ValueError("Quantity, rate and on-cost must be numbers of 0 or more.")
    full = _WIDE.add(rate, on_cost(rate, oncost_pct, mode)) if oncost_pct else rate
    period = pence(rounding(_WIDE.multiply(quantity, full), unit, mode))
    return LineCost(full, period, period if weeks is None else week_to_year(period, weeks, mode))


def parse_money(text: str) -> Decimal:
    """Read an amount as people type it: "1234", "1,234.50", "£1,234.50", "1 234.5".

    ValueError with one sentence for the reader: empty, not a number, negative, parts of a penny,
    too much.
    """
    entered = text.strip()
    if not entered:
        raise ValueError("Enter an amount in pounds.")
    if entered.lstrip("£ ").startswith(("-", "\u2212")):
        raise ValueError("The amount cannot be less than £0.")
    match = _AMOUNT.fullmatch(entered)
    if match is None or match["pence"] == ".":
        raise ValueError("Enter the amount in numbers, such as 250 or 1,234.50.")
    if len(match["pence"] or "") > 3:
        raise ValueError("Enter the amount with no more than two figures for the pence.")
    whole = re.sub(r"[, \u00a0]", "", match["whole"]).lstrip("0")
    if len(whole) > 7:
        raise ValueError(f"The amount cannot be more than {pounds(LARGEST)}.")
    return pence(Decimal((whole or "0") + (match["pence"] or "")))
