"""The facts of one case: rows with a day from which they hold. Everything else is derived.

Sums are pounds as ``Decimal`` in whole pence, days are calendar days, the last day of anything is
part of it. A row that was corrected is left out by whoever gives the facts. Not here: which rows
may stand beside each other (`fact_checks`), and how they are written as JSON (`facts_file`).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

DIRECT_PAYMENT, MANAGED, PROVIDER_HELD = ROUTES = (
    "direct_payment",
    "council_managed",
    "provider_held",
)
COUNCIL = "council"
FUNDERS = (COUNCIL, "health", "s117", "person")
WEEKLY_UNITS = ("hour", "day", "session", "week")
UNITS = (*WEEKLY_UNITS, "month", "year", "once")
BASES = ("net", "gross", "person_first")
CYCLES = (2, 4)  # weeks


class PayCalendar(NamedTuple):
    """Pay days: the anchor, and every so many weeks from it, both ways."""

    anchor: date
    cycle_weeks: int


class Line(NamedTuple):
    """One line of a plan. ``amount``: of one native period. ``route``: None only where another
    body pays. ``weeks``: so many weeks' money a year. ``origin``: id of the first of its copies.
    """

    id: str
    plan: int
    route: str | None
    funder: str
    unit: str
    amount: Decimal
    begins: date
    ends: date | None = None
    weeks: int | None = None
    free: bool = False
    origin: str | None = None


class Price(NamedTuple):
    """A new amount of a line's native period, until its next price."""

    line: str
    begins: date
    amount: Decimal


class Decision(NamedTuple):
    """The plan whose lines hold from a day until the next decision."""

    plan: int
    begins: date


class Contribution(NamedTuple):
    """A week's sum, and the day the person was told of it; None: not told."""

    begins: date
    weekly: Decimal
    told_on: date | None


class Agreement(NamedTuple):
    """How the direct payment is paid from a day on: one of BASES."""

    begins: date
    basis: str


class Suspension(NamedTuple):
    """Days without a direct payment; ``ends`` None: still. Made good: as if it had not been."""

    begins: date
    ends: date | None
    make_good: bool


class DatedSum(NamedTuple):
    """An instalment to recover, a sum settled, or an extra."""

    on: date
    amount: Decimal


class Parts(NamedTuple):
    """What a payment is made of: regular + owed - recovered."""

    regular: Decimal
    owed: Decimal
    recovered: Decimal


class Payment(NamedTuple):
    """A payment and the days it covers; both None: it covers no days."""

    on: date
    covers_from: date | None
    covers_to: date | None
    amount: Decimal
    of: Parts | None = None


class Charge(NamedTuple):
    """What a person is charged for the days it covers."""

    covers_from: date
    covers_to: date
    amount: Decimal


@dataclass(frozen=True)
class Facts:
    """All facts of one case. ``end``: the last day with support."""

    pay_calendar: PayCalendar
    lines: tuple[Line, ...] = ()
    prices: tuple[Price, ...] = ()
    decisions: tuple[Decision, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    end: date | None = None
    paid: tuple[Payment, ...] = ()
    charged: tuple[Charge, ...] = ()
    recoveries: tuple[DatedSum, ...] = ()
    settled: tuple[DatedSum, ...] = ()
    extras: tuple[DatedSum, ...] = ()


def whole_pence(amount: Decimal) -> int:
    """Pounds in pence. ValueError: a part of a penny."""
    scaled = amount.scaleb(2)
    pence = int(scaled)
    if pence != scaled:
        raise ValueError(f"{amount} is not in whole pence.")
    return pence


def in_pounds(pence: int) -> Decimal:
    """Pence in pounds, with two figures after the point."""
    return Decimal(pence).scaleb(-2)
