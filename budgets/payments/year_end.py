"""Payments and charges whose days lie in two financial years, parted by their days. Reading only.

What was paid up to and including the last day of the year is rounded to the penny, and that parts
each exactly. Each is read by the facts as recorded when it left, so that a later change never moves
a year that is closed. Only rows across the day are read, so many cases at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from budgets.entitlement import reading
from budgets.entitlement.answer import read
from budgets.entitlement.facts import Facts, in_pounds
from budgets.models import Charge, Payment
from budgets.position import entitlement_facts, money_books
from budgets.position.money_books import Books
from cases.models import Council

CHUNK = 200  # rows read at a time, so that a file of thousands stays in flat memory


@dataclass(frozen=True)
class Parted:
    """A payment or charge, in pounds: `until`: for its days up to the last of the year, `after`:
    for those after it, `before`: for days before it (arrears), `less`: taken off it (an agreed
    instalment, a credit for days before). until + after + before - less is what left.
    """

    row: Any
    until: Decimal
    after: Decimal
    before: Decimal
    less: Decimal

    @property
    def whole(self) -> Decimal:
        return self.until + self.after + self.before - self.less


def payments_across(council: Council, last: date) -> QuerySet[Payment]:
    """Those that left and are for days on both sides of the end of `last`, in the order of rows."""
    rows = _across(Payment.objects.filter(state__in=Payment.STANDING), council, last)
    return rows.select_related("case", "batch").defer("batch__file")


def charges_across(council: Council, last: date) -> QuerySet[Charge]:
    """The same of charges."""
    rows = _across(Charge.objects.filter(state__in=Charge.STANDING), council, last)
    return rows.select_related("case", "batch").defer("batch__content")


def _across(rows: Any, council: Council, last: date) -> Any:
    left = Q(batch=None) | Q(batch__released_at__isnull=False)
    across = {"covers_from__lte": last, "covers_to__gt": last}
    return rows.filter(left, case__council=council, **across).order_by("pk")


def parted(rows: Iterable[Any], last: date) -> list[Parted]:
    """Each of some rows of one kind, parted at the end of `last`."""
    rows = list(rows)
    books = money_books.books_of_cases({row.case_id for row in rows})
    return [_parted(row, books[row.case_id], last) for row in rows]


def in_turn(rows: QuerySet[Any], last: date) -> Iterator[Parted]:
    """All rows of a query in the order of rows, so many at a time."""
    start = 0
    while chunk := list(rows.filter(pk__gt=start)[:CHUNK]):
        yield from parted(chunk, last)
        start = chunk[-1].pk


def _parted(row: Payment | Charge, books: Books, last: date) -> Parted:
    if isinstance(row, Charge):
        facts = entitlement_facts.facts_of(books, row.recorded_at)
        until = _until(facts, reading.CHARGED, row, row.amount, last)
        return Parted(row, until, row.amount - until, Decimal("0.00"), row.credit)
    facts = entitlement_facts.facts_of(books, row.recorded_at, row.batch_id)
    until = _until(facts, reading.PAID_OUT, row, row.regular, last)
    return Parted(row, until, row.regular - until, row.owed, row.recovered)


def _until(facts: Facts, column: int, row: Any, amount: Decimal, last: date) -> Decimal:
    """What of an amount is for its days up to one: never below 0, nor more than was printed."""
    sums, first = read(facts, row.covers_to), row.covers_from.toordinal()
    pence = sums.pence(column, last.toordinal()) - sums.pence(column, first - 1)
    return min(max(in_pounds(pence), Decimal("0.00")), amount)
