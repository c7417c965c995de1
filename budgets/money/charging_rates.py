"""Which rates of charging hold on a day, and which a council may not enter.

The published ones stand in `budgets/data/charging_rates.csv`, each with its page; what is missing
there, or has not been checked, is never worked out from another year. A council's own stand beside
them (`ChargingRate`): of the two the one that leaves a person more holds. Reading only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from budgets.models.charging import CHARGING_RATES, ChargingRate
from budgets.money.charging import GROUPS, WHOLE, RateSet, rate_words, year_of, year_start
from budgets.money.sterling import pounds
from cases.common import dates
from cases.ui.date_words import day

FILE = Path(__file__).resolve().parent.parent / "data" / "charging_rates.csv"
ITEMS = {
    "18-24": "single 18-24",
    "25": "single 25 to pension age",
    "pension": "single pension age",
    "premium": "disability premium, single",
    "enhanced": "enhanced disability premium, single",
    "lower": "lower capital limit",
    "upper": "upper capital limit",
    "tariff": "tariff income",
    "step": "tariff step",
}  # code -> its name in the file; the other rates are a council's own
BY_THE_YEAR = {*GROUPS, "premium", "enhanced"}  # set anew for each year of charging
LESS_IS_KINDER = {"tariff"}  # of two rates the lower leaves a person more
EARLIEST = date(2015, 4, 1)  # the Care Act's charging rules begin
FURTHEST = 10  # years from a rate's first day


@dataclass(frozen=True)
class Rate:
    """A rate from one day up to, and without, another; `valid_to` None: until a later one."""

    code: str
    amount: Decimal
    valid_from: date
    valid_to: date | None
    source: str
    note: str = ""
    own: bool = False

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


Problem = tuple[str, str]  # the field it is about, and a sentence


def last_day(rate: Rate | ChargingRate) -> date | None:
    """The last day on which it holds."""
    return None if rate.valid_to is None else dates.day_before(rate.valid_to)


# ---- what is published ----


def read_published(rows: Iterable[dict[str, str]]) -> Iterator[Rate]:
    """The rates of the file that are published, with the days of their years. Its other rows give
    none.
    """
    codes = {item: code for code, item in ITEMS.items()}
    for row in rows:
        if row["item"] in codes and row["status"] == "published":
            first, _dash, last = row["financial_year"].partition("-")
            yield Rate(
                codes[row["item"]],
                Decimal(row["amount_gbp"]),
                year_start(int(first[:4])),
                year_start(int((last or first)[:4]) + 1),
                row["source_url"],
                row["note"],
            )


@cache
def published() -> tuple[Rate, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(read_published(csv.DictReader(file)))


@cache
def to_be_found() -> dict[tuple[str, str], str]:
    """(year, code) -> the page on which a rate stands that nobody has read there yet: "2026/27"."""
    codes = {item: code for code, item in ITEMS.items()}
    with FILE.open(encoding="utf-8", newline="") as file:
        return {
            (row["financial_year"], codes[row["item"]]): row["source_url"]
            for row in csv.DictReader(file)
            if row["item"] in codes and row["status"] != "published" and row["source_url"]
        }


# ---- what holds ----


def standing(council_id: int) -> QuerySet[ChargingRate]:
    """The council's own rows that nobody has struck."""
    rows = ChargingRate.objects.filter(council_id=council_id, corrected_by=None)
    return rows.exclude(amount=None).order_by("valid_from", "pk")


def as_rate(row: ChargingRate) -> Rate:
    amount = row.amount if row.amount is not None else Decimal(0)
    days = (row.valid_from, row.valid_to)
    return Rate(row.code, amount, *days, row.source, row.note, own=True)


def kinder(one: Rate, other: Rate) -> Rate:
    """Of two rates of a kind the one that leaves a person more; the first where they are alike."""
    more, less = (one, other) if one.amount >= other.amount else (other, one)
    if one.amount == other.amount:
        return one
    return less if one.code in LESS_IS_KINDER else more


def _held(national: Iterable[Rate], own: Iterable[Rate], on: date) -> dict[str, Rate]:
    found = {rate.code: rate for rate in national if rate.holds(on)}
    theirs = {rate.code: rate for rate in sorted(own, key=_first) if rate.holds(on)}
    return found | {
        code: kinder(found[code], rate) if code in found else rate for code, rate in theirs.items()
    }


def _first(rate: Rate) -> date:
    return rate.valid_from


def in_force(council_id: int, on: date) -> dict[str, Rate]:
    """Code -> the rate that holds in a council on a day."""
    rows = standing(council_id).filter(ChargingRate.on(on))
    return _held(published(), map(as_rate, rows), on)


def rates_on(council_id: int, on: date) -> RateSet:
    """The same as the sum takes it."""
    found = in_force(council_id, on)
    return RateSet(
        year_of(on),
        {code: rate.amount for code, rate in found.items()},
        {code: rate.source for code, rate in found.items() if rate.own},
    )


def missing(found: dict[str, Rate]) -> list[str]:
    """The codes of the rates that the sum may need and that nobody has published or entered."""
    return [code for code in ITEMS if code not in found]


# ---- what is refused ----


def year_end(on: date) -> date:
    """The first day after the year of charging that `on` lies in."""
    return year_start(int(year_of(on)[:4]) + 1)


def ended(rate: Rate) -> Rate:
    """The rate with its end: one that is set by the year is never rolled on into the next."""
    if rate.valid_to is not None or rate.code not in BY_THE_YEAR:
        return rate
    days = (rate.valid_from, year_end(rate.valid_from))
    return Rate(rate.code, rate.amount, *days, rate.source, rate.note, rate.own)


def refused(entries: Sequence[Rate], beside: Sequence[Rate]) -> dict[int, list[Problem]]:
    """Why rows may not be entered beside the council's standing ones: index of the row -> what is
    wrong with it. Empty where all may.
    """
    found: dict[int, list[Problem]] = {}
    for index, entry in enumerate(entries):
        wrong = [*_amount_wrong(entry), *_days_wrong(entry)]
        if wrong:
            found[index] = wrong
    if found:
        return found
    whole = [ended(entry) for entry in entries]
    for code in {entry.code for entry in whole}:
        rows: list[tuple[Rate, int | None]] = [(r, None) for r in beside if r.code == code]
        rows += [(entry, n) for n, entry in enumerate(whole) if entry.code == code]
        rows.sort(key=lambda row: row[0].valid_from)
        for (one, first), (two, second) in pairwise(rows):
            new = first if second is None else second
            sentence = "" if new is None else _beside_wrong(one, two)
            if new is not None and sentence:
                found.setdefault(new, []).append(("valid_from", sentence))
    return found or _limits_wrong(whole, beside)


def _amount_wrong(entry: Rate) -> Iterator[Problem]:
    if not entry.source.strip():
        yield "source", _("Say where the rate is from.")
    if not entry.amount.is_finite() or entry.amount < 0:
        yield "amount", _("Enter a number of 0 or more.")
    elif entry.code == "percentage" and entry.amount > WHOLE:
        yield "amount", _("A share is between 0 and 100 percent.")
    elif entry.code == "step" and entry.amount == 0:
        yield "amount", _("A step of savings is more than £0.")
    else:
        yield from _harsher(entry)


def _harsher(entry: Rate) -> Iterator[Problem]:
    """Against the published rates of its days; where the first of them has none, against the last
    one before.
    """
    national = sorted((rate for rate in published() if rate.code == entry.code), key=_first)
    days = [rate for rate in national if _meet(rate, ended(entry))]
    if not any(rate.holds(entry.valid_from) for rate in days):
        days = [rate for rate in national if rate.valid_from < entry.valid_from][-1:] + days
    for rate in days:
        if rate.amount != entry.amount and kinder(rate, entry) is rate:
            on = max(rate.valid_from, min(entry.valid_from, last_day(rate) or entry.valid_from))
            words = {"amount": rate_words(rate.code, rate.amount), "year": year_of(on)}
            yield (
                "amount",
                _(
                    "This would leave a person less than the national rate of %(year)s, which is "
                    "%(amount)s. A council may only leave them more."
                )
                % words,
            )
            return


def _meet(one: Rate, two: Rate) -> bool:
    ends = [rate.valid_to or date.max for rate in (one, two)]
    return one.valid_from < ends[1] and two.valid_from < ends[0]


def _days_wrong(entry: Rate) -> Iterator[Problem]:
    if entry.valid_from < EARLIEST:
        yield "valid_from", _("The rules of charging begin on %(day)s.") % {"day": day(EARLIEST)}
    elif entry.valid_to is not None and entry.valid_to <= entry.valid_from:
        yield "valid_to", _("The last day can’t be before the first.")
    elif entry.valid_to is not None and entry.valid_to.year > entry.valid_from.year + FURTHEST:
        yield "valid_to", _("The last day is more than %(n)s years away.") % {"n": FURTHEST}
    elif entry.code in BY_THE_YEAR:
        end = year_end(entry.valid_from)
        if entry.valid_to is not None and entry.valid_to > end:
            words = {"day": day(dates.day_before(end))}
            told = _("This rate is set for each year of charging: this one ends on %(day)s.")
            yield "valid_to", told % words


def _beside_wrong(one: Rate, two: Rate) -> str:
    """What is wrong between a row and the next of the same rate. One without an end gives way to a
    later one.
    """
    words = {"rate": CHARGING_RATES[one.code], "first": day(two.valid_from)}
    if one.valid_from == two.valid_from:
        return _("A row for “%(rate)s” begins on %(first)s already. Correct that one.") % words
    end = one.valid_to
    if end is None:
        return ""
    words["last"] = day(dates.day_before(end))
    if two.valid_from < end:
        return (
            _(
                "Two rows for “%(rate)s” overlap: one holds to %(last)s, the next begins on "
                "%(first)s."
            )
            % words
        )
    by_the_year = one.code in BY_THE_YEAR and end == year_end(one.valid_from)
    if two.valid_from > end and not by_the_year:
        return (
            _("No row for “%(rate)s” holds between %(last)s and %(first)s: there is a gap.") % words
        )
    return ""


def _limits_wrong(entries: Sequence[Rate], beside: Sequence[Rate]) -> dict[int, list[Problem]]:
    """The lower limit lies below the upper one on the first day of each row that changes one."""
    found: dict[int, list[Problem]] = {}
    for index, entry in enumerate(entries):
        if entry.code not in ("lower", "upper"):
            continue
        held = _held(published(), [*beside, *entries], entry.valid_from)
        lower, upper = held.get("lower"), held.get("upper")
        if lower and upper and lower.amount >= upper.amount:
            words = {"lower": pounds(lower.amount), "upper": pounds(upper.amount)}
            told = _("The lower limit would be %(lower)s and the upper one %(upper)s.") % words
            found[index] = [("amount", told)]
    return found
