"""Do the books agree with each other? Rows that were written apart from one another are compared.

What left is compared with the facts as they were recorded when it was claimed; the lines of a batch
with its total and the fingerprint of its file; the days of payments with each other; and the
reading with a plain sum of each day. Reading only; `manage.py check_money` prints what differs.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from budgets.entitlement.answer import answer
from budgets.models import Payment, PaymentBatch
from budgets.payments import charge_checks
from budgets.position import endings, entitlement_facts, money_books
from budgets.position.money_books import Books
from cases.models import Case, Council

MOMENT = timedelta(microseconds=1)
ON_ITS_WAY = timedelta(seconds=60)  # the longest that an act may take from its moment to its commit
Line = tuple[date, date | None, date | None, Decimal]
ZERO = Decimal("0.00")


def differences(council: Council | None = None) -> Iterator[tuple[str, str]]:
    """(what it is about, what differs), over all councils or one."""
    yield from endings.live(council)
    batches = PaymentBatch.objects.exclude(state="making").order_by("pk")
    if council is not None:
        batches = batches.filter(council=council)
    for batch in batches.iterator(chunk_size=1):
        yield from _of_batch(batch)
    for cases in entitlement_facts.chunks(paid_cases(council)):
        yield from of_cases(cases)
    yield from _covered_twice(council)
    yield from charge_checks.differences(council)


def paid_cases(council: Council | None = None, after: int = 0) -> Iterator[int]:
    """Ids of the cases with a payment in a batch that is written, by their order."""
    rows = Payment.objects.filter(batch__isnull=False, case__gt=after)
    rows = rows.exclude(batch__state="making")
    if council is not None:
        rows = rows.filter(case__council=council)
    yield from rows.order_by("case").values_list("case", flat=True).distinct().iterator()


def _of_batch(batch: PaymentBatch) -> Iterator[tuple[str, str]]:
    """The batch against its lines, its file and its own states."""
    name = f"batch {batch.number} of {batch.council_id}"
    sent = batch.payments.exclude(state="left_out")
    sums = sent.aggregate(total=Sum("amount"), count=Count("pk"))
    if (sums["total"] or ZERO, sums["count"]) != (batch.total, batch.count):
        yield name, f"its lines come to {sums['total']}, the batch says {batch.total}"
    if hashlib.sha256(batch.content.encode()).hexdigest() != batch.sha256:
        yield name, "its file is not the one that was written"
    states = set(batch.payments.values_list("state", flat=True))
    if batch.state == "confirmed" and "claimed" in states:
        yield name, "it is confirmed, and a line in it is still open"
    if batch.state == "ready" and states & {"paid", "returned"}:
        yield name, "it was not released, and a line in it is answered"


def of_cases(cases: Collection[int]) -> Iterator[tuple[str, str]]:
    """Each claimed line of some cases against the reading of the facts as recorded by its claim."""
    books = money_books.books_of_cases(cases)
    refs = dict(Case.objects.filter(pk__in=cases).values_list("pk", "ref"))
    named = {row.batch_id for one in books.values() for row in one.payments if row.batch_id}
    batches = PaymentBatch.objects.exclude(state="making").defer("content").in_bulk(named)
    for case in cases:
        claimed: dict[int, set[Line]] = defaultdict(set)
        for row in books[case].payments:
            if row.batch_id is not None and row.batch_id in batches:
                claimed[row.batch_id].add(_line(row))
        for pk in sorted(claimed):
            for words in _of_claim(books[case], batches[pk], claimed[pk]):
                yield refs[case], words


def _of_claim(books: Books, batch: PaymentBatch, claimed: set[Line]) -> Iterator[str]:
    """What a batch claimed for a case, against what was due by the facts."""
    due = _due(books, batch, batch.made_at)
    if due == claimed or any(_due(books, batch, at) == claimed for at in _unseen(books, batch)):
        return
    for row in sorted(claimed - due, key=str):
        yield f"batch {batch.number} has {_words(row)}, which the facts do not owe"
    for row in sorted(due - claimed, key=str):
        yield f"the facts owe {_words(row)}, which batch {batch.number} has not"


def _due(books: Books, batch: PaymentBatch, known: datetime) -> set[Line]:
    facts = entitlement_facts.facts_of(books, known, batch.pk)
    return {_line(one) for one in answer(facts, batch.until).payments}


def _unseen(books: Books, batch: PaymentBatch) -> Iterator[datetime]:
    """Moments at which the batch may have seen the books: what was recorded just before its claim
    may have been on its way into them still.
    """
    for moment in money_books.moments(books):
        if batch.made_at - ON_ITS_WAY <= moment <= batch.made_at:
            yield moment - MOMENT


def _line(row: Any) -> Line:
    return row.on, row.covers_from, row.covers_to, row.amount


def _words(row: Line) -> str:
    on, first, last, amount = row
    return f"{amount} due {on} for {first} to {last}" if first else f"{amount} due {on}"


def _covered_twice(council: Council | None) -> Iterator[tuple[str, str]]:
    rows = Payment.objects.filter(state__in=Payment.STANDING, covers_from__isnull=False)
    if council is not None:
        rows = rows.filter(case__council=council)
    before: tuple[int, object] | None = None
    names = ("case", "case__ref", "covers_from", "covers_to")
    for case, ref, first, last in rows.order_by("case", "covers_from").values_list(*names):
        if before and before[0] == case and first <= before[1]:
            yield ref, f"{first} is covered by two payments"
        before = (case, last)
