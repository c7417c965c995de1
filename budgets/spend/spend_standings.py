"""What the support of each case costs in each financial year, read from its facts and kept, so that
a page over all cases adds up a few rows (`committed_spend`).

There is one arithmetic: the reading of the entitlement. What has not begun is taken to begin on the
day of the reading. Read again on each new day, and after each event of a case; the rows are no
facts and may be emptied at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from budgets.entitlement import answer, reading
from budgets.entitlement.facts import DIRECT_PAYMENT, MANAGED, PROVIDER_HELD, Facts, in_pounds
from budgets.models import PlanInForce, SpendStanding, YearSpend
from budgets.position import entitlement_facts, money_books
from cases.common import dates
from cases.models import Case, Council

BEFORE, AFTER = 2, 1  # financial years that are kept beside the one of the day
ROUND = 20  # seconds after which a round of the job begins no further slice
COST = {
    DIRECT_PAYMENT: reading.PAID_OUT,
    MANAGED: reading.MANAGED,
    PROVIDER_HELD: reading.PROVIDER_HELD,
}
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Year:
    """A financial year; `after` is the first day of the next."""

    first: date

    @property
    def after(self) -> date:
        return date(self.first.year + 1, 4, 1)

    @property
    def days(self) -> int:
        return (self.after - self.first).days

    @property
    def name(self) -> str:
        return f"{self.first.year}/{self.after.year % 100:02d}"


def year_of(day: date) -> Year:
    """The financial year of a day: from 1 April."""
    return Year(date(day.year if (day.month, day.day) >= (4, 1) else day.year - 1, 4, 1))


def years_kept(today: date) -> list[Year]:
    """The years that can be asked for, the first one first."""
    this = year_of(today).first.year
    return [Year(date(year, 4, 1)) for year in range(this - BEFORE, this + AFTER + 1)]


# ---- when a case is read again ----


def waiting(today: date, council: Council | None = None) -> QuerySet[Case]:
    """Cases with a decided plan that were not read today, or not since their last event."""
    decided = PlanInForce.objects.filter(case=OuterRef("pk"))
    read = SpendStanding.objects.filter(case=OuterRef("pk"), seq=OuterRef("head_seq"), on=today)
    rows = Case.objects.filter(Exists(decided)).exclude(Exists(read)).order_by("pk")
    return rows.filter(council=council) if council else rows


def refresh(today: date | None = None) -> int:
    """Read again what waits, a slice at a time and for so many seconds. How many cases. Safe to run
    twice at once.
    """
    on, done, ends = today or dates.today(), 0, monotonic() + ROUND
    while monotonic() < ends and (found := _next(on)):
        _read_again(found, on)
        done += len(found)
    return done


def follow_changes(council: Council, today: date | None = None) -> bool:
    """Read again what waits in a council, as much as one page may ask for. Whether more does."""
    on = today or dates.today()
    found = _next(on, council, more=1)
    if found:
        _read_again(found[: entitlement_facts.CHUNK], on)
    return len(found) > entitlement_facts.CHUNK


def _next(on: date, council: Council | None = None, more: int = 0) -> list[int]:
    rows = waiting(on, council).values_list("pk", flat=True)
    return list(rows[: entitlement_facts.CHUNK + more])


def _read_again(cases: list[int], on: date) -> None:
    """The numbers of events are read first, then the facts: what is recorded meanwhile has a later
    one, and so is read in the next round.
    """
    heads = dict(Case.objects.filter(pk__in=cases).values_list("pk", "head_seq"))
    rows: list[YearSpend] = []
    for pk, books in money_books.books_of_cases(cases).items():
        rows += spend_of(pk, entitlement_facts.facts_foreseen(books, on), on)
    with transaction.atomic():
        standings = [SpendStanding(case_id=pk, seq=heads[pk], on=on) for pk in cases]
        SpendStanding.objects.bulk_create(
            standings,
            update_conflicts=True,
            unique_fields=["case"],
            update_fields=["seq", "on"],
        )  # whoever reads the same cases at once waits here
        YearSpend.objects.filter(case__in=cases).delete()
        YearSpend.objects.bulk_create(rows)


# ---- what is read ----


def spend_of(case: int, facts: Facts, on: date) -> Iterator[YearSpend]:
    """The rows of one case, not saved: each year that is kept, by way to take the money."""
    years = years_kept(on)
    found = answer.read(facts, years[-1].after)
    for year in years:
        first, last = year.first.toordinal(), year.after.toordinal() - 1
        whole = _Days(found, first, last)
        so_far = _Days(found, first, min(max(on.toordinal(), first - 1), last))
        gross, paid = whole.gross(), whole.paid(facts)
        for route, cost in gross.items():
            if cost:
                to_date = so_far.gross()[route]
                yield YearSpend(
                    case_id=case,
                    year=year.first,
                    route=route,
                    gross=cost,
                    to_date=to_date,
                    paid=paid.get(route, ZERO),
                )


class _Days:
    """The sums of the days from `first` to `last`, in pounds: each column by its own rounding, so
    that what is paid out is what payments come to.
    """

    def __init__(self, found: reading.Reading, first: int, last: int) -> None:
        self._found, self._first, self._last = found, first, last

    def of(self, column: int) -> Decimal:
        to, before = (self._found.pence(column, day) for day in (self._last, self._first - 1))
        return in_pounds(to - before)

    def gross(self) -> dict[str, Decimal]:
        """Route -> what the support costs, whoever pays it."""
        costs = {route: self.of(column) for route, column in COST.items()}
        costs[DIRECT_PAYMENT] += self.of(reading.TAKEN)
        return costs

    def paid(self, facts: Facts) -> dict[str, Decimal]:
        """Route -> what the person pays of it: what is taken out of the direct payment, and what is
        charged for the rest, shared by what that costs.
        """
        taken, charged, costs = self.of(reading.TAKEN), self.of(reading.CHARGED), self.gross()
        costs[DIRECT_PAYMENT] -= taken
        if all(agreement.basis != "gross" for agreement in facts.agreements):
            costs[DIRECT_PAYMENT] = ZERO
        shares = shared(charged, costs)
        shares[DIRECT_PAYMENT] = shares.get(DIRECT_PAYMENT, ZERO) + taken
        return shares


def shared(paid: Decimal, costs: dict[str, Decimal]) -> dict[str, Decimal]:
    """A sum over what costs something, in proportion; the last one carries the pennies."""
    bearing = {route: cost for route, cost in costs.items() if cost}
    whole, shares, left = sum(bearing.values(), ZERO), {}, paid
    for number, (route, cost) in enumerate(bearing.items(), 1):
        share = left if number == len(bearing) else (paid * cost / whole).quantize(Decimal("0.01"))
        shares[route], left = share, left - share
    return shares
