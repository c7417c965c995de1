"""What the support of each case costs in each financial year, read from its facts and kept, so that
a page over all cases adds up a few rows (`committed_spend`).

There is one arithmetic: the reading of the entitlement. What has not begun is taken to begin on the
day of the reading. Read again on each new day, and after each event of a case; the rows are no
facts and may be emptied at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from budgets.entitlement import answer
from budgets.entitlement.facts import Facts
from budgets.models import PlanInForce, SpendStanding, YearSpend
from budgets.position import entitlement_facts, money_books
from budgets.position.year_costs import ZERO, Costs, Year, year_of
from cases.common import dates
from cases.models import Case, Council

BEFORE, AFTER = 2, 1  # financial years that are kept beside the one of the day
ROUND = 20  # seconds after which a round of the job begins no further slice


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
        whole = Costs(found, first, last)
        so_far = Costs(found, first, min(max(on.toordinal(), first - 1), last))
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
