"""What somebody may have to pay for support at home: an estimate, never a decision. Pure: rates and
answers in, sum out.

The order of the sum is the one councils publish: income that counts, plus tariff income on capital,
less the minimum income guarantee, housing costs and disability-related costs (Care and Support
(Charging) Regulations 2014). The rates are dated data (`data/charging_rates.csv`); what is missing
there, or has not been checked, gives no estimate: it is never worked out from another year. Not
here: what a council's own rules change, and the decision itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.money.sterling import PENNY, pounds, rounding

RATES = Path(__file__).resolve().parent.parent / "data" / "charging_rates.csv"
GROUPS = {
    "18-24": gettext_lazy("Single, 18 to 24"),
    "25": gettext_lazy("Single, 25 up to pension age"),
    "pension": gettext_lazy("Single, pension age"),
}
ITEMS = {
    "18-24": "single 18-24",
    "25": "single 25 to pension age",
    "pension": "single pension age",
    "premium": "disability premium, single",
    "enhanced": "enhanced disability premium, single",
    "lower": "lower capital limit",
    "upper": "upper capital limit",
}
STEP = Decimal(250)  # each step of capital, or part of one, counts as £1 a week
ZERO = Decimal("0.00")


class NoEstimate(ValueError):
    """One sentence for the reader: why there is no estimate."""


@dataclass(frozen=True)
class RateSet:
    """The rates of one year (`name`, such as 2025/26) and where each is published."""

    name: str
    amounts: dict[str, Decimal]

    def amount_of(self, code: str) -> Decimal:
        """A rate of the year. NoEstimate where it is not among what is published and checked."""
        if code not in self.amounts:
            words = {"item": ITEMS[code], "year": self.name}
            raise NoEstimate(
                _(
                    "There is no estimate: the rate “%(item)s” for %(year)s is not in our "
                    "tables yet, and we do "
                    "not guess it."
                )
                % words
            )
        return self.amounts[code]


@dataclass(frozen=True)
class Estimate:
    """What may have to be paid a week; `rows` is the sum as it can be done again by hand."""

    weekly: Decimal
    rows: list[tuple[str, str]]


def year_of(on: date) -> str:
    """The year of benefits and charging a day lies in: from the first Monday on or after 6
    April.
    """
    first = date(on.year, 4, 6)
    first += timedelta(days=-first.weekday() % 7)
    start = on.year if on >= first else on.year - 1
    return f"{start}/{(start + 1) % 100:02d}"


def covers(years: str, name: str) -> bool:
    """Does "2010/11-2024/25", or a single year, hold for a year?"""
    first, _dash, last = years.partition("-")
    return first <= name <= (last or first)


def read_rates(name: str, rows: Iterable[dict[str, str]] | None = None) -> RateSet:
    """The rates of one year that are published. `rows`: as in the file, which is read where none
    are given.
    """
    if rows is None:
        with RATES.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    codes = {item: code for code, item in ITEMS.items()}
    found = {
        codes[row["item"]]: Decimal(row["amount_gbp"])
        for row in rows
        if row["item"] in codes
        and row["status"] == "published"
        and covers(row["financial_year"], name)
    }
    return RateSet(name, found)


def tariff_income(capital: Decimal, lower: Decimal) -> Decimal:
    """£1 a week for each £250 above the lower limit, or part of it: £15,000 gives £3."""
    if capital <= lower:
        return ZERO
    return ((capital - lower) / STEP).to_integral_value(rounding=ROUND_CEILING) * Decimal("1.00")


def estimate(
    rates: RateSet,
    *,
    group: str,
    income: Decimal,
    capital: Decimal,
    housing: Decimal = ZERO,
    disability: Decimal = ZERO,
    premium: bool = False,
    enhanced: bool = False,
    cost: Decimal | None = None,
) -> Estimate:
    """The weekly sum for one single person at home. `income`: what counts of it, a week, without
    earnings and the mobility part of a benefit; `housing` and `disability`: costs a week; `cost`:
    of the support, which is the most.

    NoEstimate where a rate is missing, for capital above the upper limit without a cost, and for
    impossible numbers.
    """
    for value in (income, capital, housing, disability):
        if not value.is_finite() or value < 0:
            raise NoEstimate(_("Enter numbers of 0 or more."))
    if group not in GROUPS:
        raise NoEstimate(_("Choose one of the groups."))
    tariff = ZERO
    if capital:  # without any capital the limits don't matter
        if capital > rates.amount_of("upper"):
            return _full_cost(rates, cost)
        tariff = tariff_income(capital, rates.amount_of("lower"))
    kept = _kept_at_least(rates, group, premium, enhanced)
    left = rounding(income + tariff - kept - housing - disability, PENNY, "half_up")
    weekly = max(ZERO, left) if cost is None else max(ZERO, min(left, cost))
    rows = [
        (_("Income that counts"), pounds(income)),
        (_("Counted for savings"), pounds(tariff)),
        (
            _("What you keep at least: the minimum income guarantee of %(year)s")
            % {"year": rates.name},
            f"-{pounds(kept)}",
        ),
        (_("Housing costs"), f"-{pounds(housing)}"),
        (_("Costs because of a disability"), f"-{pounds(disability)}"),
    ]
    if cost is not None and left > cost:
        rows.append((_("Never more than the support costs"), pounds(cost)))
    return Estimate(weekly, [*rows, (_("What you may have to pay a week"), pounds(weekly))])


def _kept_at_least(rates: RateSet, group: str, premium: bool, enhanced: bool) -> Decimal:
    """The minimum income guarantee of the group, with the premiums somebody has."""
    premiums = (("premium", premium), ("enhanced", enhanced))
    return rates.amount_of(group) + sum(
        (rates.amount_of(code) for code, has in premiums if has), ZERO
    )


def _full_cost(rates: RateSet, cost: Decimal | None) -> Estimate:
    words = {"limit": pounds(rates.amount_of("upper"))}
    if cost is None:
        raise NoEstimate(
            _(
                "With savings above %(limit)s you may have to pay the whole cost; it is not "
                "known yet."
            )
            % words
        )
    said = _("Savings above %(limit)s: the whole cost of the support") % words
    return Estimate(
        cost, [(said, pounds(cost)), (_("What you may have to pay a week"), pounds(cost))]
    )


def between(low: Estimate, high: Estimate) -> tuple[Decimal, Decimal | None]:
    """(least, most) of a range; most None where both are the same."""
    least, most = sorted((low.weekly, high.weekly))
    return least, None if least == most else most
