"""Do the books agree with each other? Rows that were written apart from one another are compared.

What left is compared with the facts as they were recorded when it was claimed; the lines of a batch
with its total, its state and the fingerprint of its file; the days of payments with each other;
orders with the end of their case; facts with the events of the acts that recorded them and with
their letters (`event_checks`); and the reading of the facts with a plain daily sum
(`daily_checks`). Reading only; `manage.py check_money`
prints what differs, `nightly_check` looks every night.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from budgets.models import Charge, Payment, PaymentBatch, PlanInForce
from budgets.payments import charge_checks, daily_checks, event_checks
from budgets.payments.standing_payments import due_lines
from budgets.position import endings, entitlement_facts, money_books, paid_days
from budgets.position.money_books import Books
from cases.models import Case, Council

Line = tuple[date, date | None, date | None, Decimal]
ZERO = Decimal("0.00")


def differences(
    council: Council | None = None, *, every_day: bool = False
) -> Iterator[tuple[str, str]]:
    """(what it is about, what differs), over all councils or one. `every_day`: as `of_cases` takes
    it.
    """
    yield from of_council(council)
    for cases in entitlement_facts.chunks(cases_with_money(council)):
        yield from of_cases(cases, every_day)


def of_council(council: Council | None = None) -> Iterator[tuple[str, str]]:
    """What is compared over all cases at once: orders after an end, batches, lists of charges."""
    yield from endings.live(council)
    batches = PaymentBatch.objects.exclude(state="making").order_by("pk")
    if council is not None:
        batches = batches.filter(council=council)
    for batch in batches.iterator(chunk_size=1):
        yield from _of_batch(batch)
    yield from charge_checks.of_lists(council)


def cases_with_money(council: Council | None = None, after: int = 0) -> Iterator[int]:
    """Ids, in their order, of the cases whose plan was ever decided, or which were ever paid or
    charged.
    """
    facts = [Exists(m.objects.filter(case=OuterRef("pk"))) for m in (PlanInForce, Payment, Charge)]
    rows = Case.objects.filter(facts[0] | facts[1] | facts[2], pk__gt=after)
    if council is not None:
        rows = rows.filter(council=council)
    yield from rows.order_by("pk").values_list("pk", flat=True).iterator()


def _of_batch(batch: PaymentBatch) -> Iterator[tuple[str, str]]:
    """The batch against its lines, its file and its own states."""
    name = f"batch {batch.number} of {batch.council_id}"
    count, total, states = 0, ZERO, set()
    rows = batch.payments.order_by().values_list("state", "amount")
    for state, amount in rows.iterator():
        states.add(state)
        if state != "left_out":  # added up here: SQLite adds up as floats
            count, total = count + 1, total + amount
    if (total, count) != (batch.total, batch.count):
        yield name, f"its {count} lines come to {total}, the batch says {batch.total}"
    if hashlib.sha256(bytes(batch.file)).hexdigest() != batch.sha256:
        yield name, "its file is not the one that was written"
    if batch.state == "confirmed" and "claimed" in states:
        yield name, "it is confirmed, and a line in it is still open"
    if batch.state == "ready" and states & {"paid", "returned"}:
        yield name, "it was not released, and a line in it is answered"


def of_cases(cases: Collection[int], every_day: bool = False) -> Iterator[tuple[str, str]]:
    """What is compared case by case: what was claimed or charged with the facts as recorded by
    then, its days with each other, each fact with the event of the act that recorded it and with
    its letter, and the reading with a daily sum: of the days around today, and of every day of the
    cases whose turn it is, or, with `every_day`, of all.
    """
    books = money_books.books_of_cases(cases)
    refs = dict(Case.objects.filter(pk__in=cases).values_list("pk", "ref"))
    named = {row.batch_id for one in books.values() for row in one.payments if row.batch_id}
    batches = _by_facts().only("number", "until", "made_at", "extra").in_bulk(named)
    recorded, lists = event_checks.recorded_of(cases), charge_checks.lines_of(cases)
    for case in cases:
        for words in (
            *_of_claims(books[case], batches),
            *charge_checks.of_case(books[case], lists.get(case, {})),
            *_of_days(books[case]),
            *event_checks.of_case(books[case], recorded),
            *daily_checks.of_case(case, entitlement_facts.facts_of(books[case]), every_day),
        ):
            yield refs[case], words


def _by_facts() -> QuerySet[PaymentBatch]:
    """Batches that are written and were claimed by the facts. Those from before, which left without
    a second officer, took what a year's schedule had for them: nothing of it can be read again.
    """
    before = Q(released_by=None, released_at__isnull=False)
    return PaymentBatch.objects.exclude(state="making").exclude(before)


def _of_claims(books: Books, batches: dict[int, PaymentBatch]) -> Iterator[str]:
    claimed: dict[int, set[Line]] = defaultdict(set)
    for row in books.payments:
        if row.batch_id is not None and row.batch_id in batches:
            claimed[row.batch_id].add(_line(row))
    for pk in sorted(claimed):
        yield from _of_claim(books, batches[pk], claimed[pk])


def _of_claim(books: Books, batch: PaymentBatch, claimed: set[Line]) -> Iterator[str]:
    """What a batch claimed for a case, against what was due by the facts."""
    due = _due(books, batch, batch.made_at)
    if due == claimed or any(
        _due(books, batch, at) == claimed for at in money_books.unseen(books, batch.made_at)
    ):
        return
    for row in sorted(claimed - due, key=str):
        yield f"batch {batch.number} has {_words(row)}, which the facts do not owe"
    for row in sorted(due - claimed, key=str):
        yield f"the facts owe {_words(row)}, which batch {batch.number} has not"


def _due(books: Books, batch: PaymentBatch, known: datetime) -> set[Line]:
    facts = entitlement_facts.facts_of(books, known, batch.pk)
    return {_line(line) for line in due_lines(facts, batch.until, batch.extra)}


def _line(row: Any) -> Line:
    return row.on, row.covers_from, row.covers_to, row.amount


def _words(row: Line) -> str:
    on, first, last, amount = row
    return f"{amount} due {on} for {first} to {last}" if first else f"{amount} due {on}"


def _of_days(books: Books) -> Iterator[str]:
    """Days that two payments cover, or that are charged twice."""
    standing = paid_days.paid(row for row in books.payments if row.state in Payment.STANDING)
    charged = [row for row in books.dated["charge"] if row.struck_at is None]
    for first in _twice((row.covers_from, row.covers_to) for row in standing):
        yield f"{first} is covered by two payments"
    for first in _twice((row.day, row.until) for row in charged):
        yield f"{first} is charged twice"


def _twice(covers: Iterable[tuple[date | None, date | None]]) -> Iterator[date]:
    """The first days of covers that begin before another has ended."""
    last = date.min
    for first, end in sorted((first, end) for first, end in covers if first and end):
        if first <= last:
            yield first
        last = max(last, end)
