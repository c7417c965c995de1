"""Charging a contribution from a day before the person was told: what it comes to. Reading only.

By itself a contribution is never taken for days before it was told. Who decides otherwise, and what
is asked, stands in `actions.earlier_charge`.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from budgets.entitlement import facts as read
from budgets.entitlement import reading
from budgets.entitlement.answer import read as read_days
from budgets.models import Contribution
from budgets.position import entitlement_facts, money_books
from budgets.position.money_books import Books, Row
from cases.common import dates
from cases.models import Case

EARLIER = "earlier"  # the kind of its rows in the books


def told_later(case: Case) -> list[Contribution]:
    """The decided sums that were told after they begin, the newest first."""
    rows = case.contributions.filter(state="recorded", told_on__isnull=False).order_by("-pk")
    return [row for row in rows if row.told_on and row.told_on > row.valid_from]


def cost(case: Case, row: Contribution, first: date) -> Decimal:
    """Pounds more that the person pays for days up to yesterday if a sum is charged from a day."""
    books = money_books.books_of_cases([case.pk])[case.pk]
    yesterday = dates.today() - timedelta(days=1)
    before = _paid_by_person(entitlement_facts.facts_of(books), yesterday)
    return _paid_by_person(_as_if(books, row, first), yesterday) - before


def _as_if(books: Books, row: Contribution, first: date) -> read.Facts:
    known, now = books.dated[EARLIER], row.recorded_at
    given = Row(EARLIER, books.case, 0, now, None, first, None, None, None, row.pk, False)
    books.dated[EARLIER] = [*known, given]
    found = entitlement_facts.facts_of(books)
    books.dated[EARLIER] = known
    return found


def _paid_by_person(facts: read.Facts, last: date) -> Decimal:
    """What is charged less what is paid out, of all days up to one: it grows by what is taken."""
    sums, day = read_days(facts, last), last.toordinal()
    pence = sums.pence(reading.CHARGED, day) - sums.pence(reading.PAID_OUT, day)
    return Decimal(pence).scaleb(-2)
