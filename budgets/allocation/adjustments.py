"""What may stand beside a method: lines outside the points, and a figure that a worker sets with a
reason.

Pure. Both are shown with their whole sum; the lines of the result still add up to its year.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from budgets.allocation.answers import FIGURE, plain
from budgets.allocation.methods import (
    ZERO,
    Line,
    Result,
    price_in_words,
    rate_on,
    rate_used,
    weekly_of,
)
from budgets.allocation.readers import SchemeError, read_mapping, read_number, read_text, show
from budgets.allocation.schemes import AddOn, Scheme
from budgets.money.sterling import pence, pounds, rounding, weeks_in_year

DAYS = {"365/7": 365, "366/7": 366}  # days of a year by its weeks rule; 7 a week in every other


def with_add_ons(scheme: Scheme, result: Result, given: object, on: date | None) -> Result:
    """The result with each add-on as a line of its own: hours a day x rate x days, rounded by
    `rounding.add_on`.

    ``given``: a list of {"code", "hours", "days", "reason"}. SchemeError: an add-on the scheme does
    not have, more days than its year, no reason.
    """
    if not given:
        return result
    if not isinstance(given, list | tuple):
        raise SchemeError("The add_ons must be a list.")
    known = {rule.code: rule for rule in scheme.add_ons}
    kept = [
        _one(scheme, known, read_mapping(raw, f"Add-on {place}"), on)
        for place, raw in enumerate(given, 1)
    ]
    lines = [Line(facts["label"], facts["text"], Decimal(facts["amount"])) for facts in kept]
    extra = sum((line.amount for line in lines), ZERO)
    weekly, four = _weeks(scheme, result, extra)
    trace = result.trace | {"add_ons": kept}
    return replace(
        result,
        annual=result.annual + extra,
        weekly=weekly,
        four_weekly=four,
        lines=(*result.lines, *lines),
        trace=trace,
    )


def _weeks(scheme: Scheme, result: Result, extra: Decimal) -> tuple[Decimal, Decimal]:
    """A reckoner adds up weeks; every other method has a year of which a week is a part."""
    if scheme.method != "reckoner":
        return weekly_of(scheme, result.annual + extra)
    weekly = (result.weekly or ZERO) + weekly_of(scheme, extra)[0]
    return weekly, pence(rounding(4 * weekly, *scheme.rounding["four_weeks"]))


def _one(
    scheme: Scheme, known: Mapping[str, AddOn], raw: Mapping[str, Any], on: date | None
) -> dict[str, Any]:
    rule = known.get(str(raw.get("code")))
    if rule is None:
        raise SchemeError(f"The scheme has no add-on {show(raw.get('code'))}.")
    what = f'The add-on "{rule.label}"'
    strange = sorted(set(raw) - {"code", "hours", "days", "reason"})
    if strange:
        raise SchemeError(f"{what} has a field that is not known, {show(strange[0])}.")
    hours, days = (
        read_number(raw.get(field), f"{field} of {what}", 2) for field in ("hours", "days")
    )
    most = _days(scheme)
    if not 0 < hours <= 24 or not 0 < days <= most:
        raise SchemeError(
            f"{what} needs more than 0 and up to 24 hours a day, and up to {most} days a year."
        )
    if on is None:
        raise SchemeError("A service date is needed, because the rates of the add-ons are dated.")
    rate = rate_on(scheme, rule.rate, on)
    amount = pence(rounding(hours * days * rate.amount, *scheme.rounding["add_on"]))
    sum_ = (
        f"{plain(hours)} hours × {price_in_words(rate.amount)} × {plain(days)} days = "
        f"{pounds(amount)} a year"
    )
    reason = read_text(raw, "reason", what).strip()
    facts = {"code": rule.code, "label": rule.label, "hours": plain(hours), "days": plain(days)}
    return {**facts, "rate": rate_used(rate), "amount": str(amount), "text": sum_, "reason": reason}


def _days(scheme: Scheme) -> int:
    """The days that a year of this scheme has: 364 where it is 52 weeks of seven."""
    top, bottom = weeks_in_year(scheme.weeks)
    return DAYS.get(scheme.weeks, 7 * top // bottom)


def with_figure(
    scheme: Scheme, result: Result, overrides: Mapping[str, Mapping[str, Any]] | None
) -> Result:
    """The result at the yearly figure a worker sets; the difference is a line of its own, with the
    reason.
    """
    change = (overrides or {}).get(FIGURE)
    if change is None:
        return result
    strange = sorted(set(change) - {"annual", "reason"})
    if strange:
        raise SchemeError(
            f"The figure set by a worker has a field that is not known, {show(strange[0])}."
        )
    annual = pence(read_number(change.get("annual"), "The figure set by a worker"))
    reason = str(change["reason"]).strip()
    words = f"{pounds(annual)} in place of {pounds(result.annual)}: {reason}"
    line = Line("Set by the worker", words, annual - result.annual)
    weekly, four = (None, None) if result.weekly is None else weekly_of(scheme, annual)
    trace = result.trace | {
        "figure_set": {"annual": str(annual), "before": str(result.annual), "reason": reason}
    }
    return replace(
        result,
        annual=annual,
        weekly=weekly,
        four_weekly=four,
        lines=(*result.lines, line),
        trace=trace,
    )
