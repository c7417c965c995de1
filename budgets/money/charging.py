"""What somebody may have to pay for support at home: an estimate, never a decision. Pure: rates and
answers in, sum out.

The order of the sum is the one councils publish: income that counts, plus tariff income on capital,
less the minimum income guarantee, housing costs and disability-related costs (Care and Support
(Charging) Regulations 2014); of what is left the share that the council takes, no more than its
maximum and the cost. Not here: which rates hold on a day (`budgets.money.charging_rates`), and the
decision itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models.charging import CHARGING_RATES
from budgets.money.sterling import PENNY, pounds, rounding

GROUPS = {
    "18-24": gettext_lazy("Single, 18 to 24"),
    "25": gettext_lazy("Single, 25 up to pension age"),
    "pension": gettext_lazy("Single, pension age"),
}
ZERO = Decimal("0.00")
WHOLE = Decimal(100)  # percent


class NoEstimate(ValueError):
    """One sentence for the reader: why there is no estimate. `missing`: the code of the rate that
    is not there, or "".
    """

    def __init__(self, sentence: str, *, missing: str = "") -> None:
        super().__init__(sentence)
        self.missing = missing


def rate_words(code: str, amount: Decimal) -> str:
    """A rate as people read it: £14,250.00, or 80%."""
    return f"{amount.normalize():f}%" if code == "percentage" else pounds(amount)


@dataclass(frozen=True)
class RateSet:
    """The rates that hold on a day: code -> pounds, or percent. `name`: its year, such as 2025/26;
    `own`: the codes for which the council's own
    rate holds, each with its source.
    """

    name: str
    amounts: dict[str, Decimal]
    own: Mapping[str, str] = field(default_factory=dict)

    def amount_of(self, code: str) -> Decimal:
        """A rate of the day. NoEstimate where it is not among what is published or entered."""
        if code not in self.amounts:
            words = {"rate": CHARGING_RATES[code], "year": self.name}
            raise NoEstimate(
                _(
                    "There is no estimate: the rate “%(rate)s” for %(year)s is not in our "
                    "tables yet, and we do not guess it."
                )
                % words,
                missing=code,
            )
        return self.amounts[code]

    def local(self, code: str, otherwise: Decimal) -> Decimal:
        """A rate that only a council may have."""
        return self.amounts.get(code, otherwise)


@dataclass(frozen=True)
class Estimate:
    """What may have to be paid a week; `rows` is the sum as it can be done again by hand."""

    weekly: Decimal
    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class _Sum:
    """The parts of one sum, pounds a week. `tariff`, `kept`, `disability`: with the council's own
    rates in them.
    """

    income: Decimal
    tariff: Decimal
    kept: Decimal
    housing: Decimal
    disability: Decimal
    cost: Decimal | None


def year_start(year: int) -> date:
    """The first day of a year of benefits and charging: the first Monday on or after 6 April."""
    first = date(year, 4, 6)
    return first + timedelta(days=-first.weekday() % 7)


def year_of(on: date) -> str:
    """The year of benefits and charging a day lies in, such as "2025/26"."""
    start = on.year if on >= year_start(on.year) else on.year - 1
    return f"{start}/{(start + 1) % 100:02d}"


def tariff_income(capital: Decimal, rates: RateSet) -> Decimal:
    """What capital counts as a week: nothing up to the lower limit, then so much for each step
    above it or part of one. £15,000 gives £3 with the published rates.
    """
    lower = rates.amount_of("lower")
    if capital <= lower:
        return ZERO
    steps = ((capital - lower) / rates.amount_of("step")).to_integral_value(ROUND_CEILING)
    return steps * rates.amount_of("tariff")


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
    if _above_the_limits(rates, capital):
        return _full_cost(rates, cost)
    codes = [group, *(code for code, has in (("premium", premium), ("enhanced", enhanced)) if has)]
    tariff = tariff_income(capital, rates) if capital else ZERO  # nothing has no limits
    kept = sum((rates.amount_of(code) for code in codes), ZERO)
    allowed = max(disability, rates.local("disability", ZERO))
    found = _worked_out(rates, _Sum(income, tariff, kept, housing, allowed, cost))
    codes += ["lower", "tariff", "step"] if capital else []
    codes += ["disregard", "disability", "percentage", "maximum", "minimum"]
    own = [f"{CHARGING_RATES[code]} ({rates.own[code]})" for code in codes if code in rates.own]
    rows = [(_("This council’s own rates in this sum"), "\n".join(own))] if own else []
    return Estimate(found.weekly, [*found.rows, *rows])


def _above_the_limits(rates: RateSet, capital: Decimal) -> bool:
    """Whether all is paid from capital. What lies within the lower limit lies within the upper
    one too, whether or not that is at hand; the lower one alone is asked for first.
    """
    upper = rates.amounts.get("upper")
    if not capital or (upper is not None and capital > upper):
        return bool(capital)
    return capital > rates.amount_of("lower") and capital > rates.amount_of("upper")


def _worked_out(rates: RateSet, parts: _Sum) -> Estimate:
    disregard = rates.local("disregard", ZERO)
    left = parts.income - min(disregard, parts.income) + parts.tariff
    left -= parts.kept + parts.housing + parts.disability
    rows = [
        (_("Income that counts"), pounds(parts.income)),
        (_("Counted for savings"), pounds(parts.tariff)),
        (
            _("What you keep at least: the minimum income guarantee of %(year)s")
            % {"year": rates.name},
            f"-{pounds(parts.kept)}",
        ),
        (_("Housing costs"), f"-{pounds(parts.housing)}"),
        (_("Costs because of a disability"), f"-{pounds(parts.disability)}"),
    ]
    if disregard:
        said = _("Income that this council does not count")
        rows.insert(1, (said, f"-{pounds(min(disregard, parts.income))}"))
    weekly, more = _taken(rates, max(ZERO, left), parts.cost)
    return Estimate(weekly, [*rows, *more, (_("What you may have to pay a week"), pounds(weekly))])


def _taken(
    rates: RateSet, left: Decimal, cost: Decimal | None
) -> tuple[Decimal, list[tuple[str, str]]]:
    """(pounds a week, the rows of the sum that say how): of what is left, after the council's
    share, its maximum, the cost and what is too little to collect.
    """
    rows = []
    share = rates.local("percentage", WHOLE)
    weekly = rounding(left * share / WHOLE, PENNY, "half_up")
    if share != WHOLE:
        taken = {"share": rate_words("percentage", share)}
        rows += [
            (_("What is left over"), pounds(left)),
            (_("Of that, this council takes %(share)s") % taken, pounds(weekly)),
        ]
    maximum = rates.local("maximum", weekly)
    if weekly > maximum:
        weekly = maximum
        rows.append((_("This council takes no more than"), pounds(maximum)))
    if cost is not None and weekly > cost:
        weekly = cost
        rows.append((_("Never more than the support costs"), pounds(cost)))
    minimum = rates.local("minimum", ZERO)
    if ZERO < weekly < minimum:
        rows.append((_("This council does not collect less than"), pounds(minimum)))
        weekly = ZERO
    return weekly, rows


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
