"""Do the books agree with each other? Rows that were written apart from one another are compared.

What left is compared with the facts as they were recorded when it was claimed; the lines of a batch
with its total and the fingerprint of its file; the days of payments with each other; and the
reading with a plain sum of each day. Reading only; `manage.py check_money` prints what differs.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Sum

from budgets.entitlement.answer import answer
from budgets.models import Payment, PaymentBatch
from budgets.payments import charge_checks
from budgets.position import endings, entitlement_facts
from cases.models import Case, Council

MOMENT = timedelta(microseconds=1)  # a claim reads the facts as they were just before it
ZERO = Decimal("0.00")


def differences(council: Council | None = None) -> Iterator[tuple[str, str]]:
    """(what it is about, what differs), over all councils or one."""
    yield from _live(council)
    batches = PaymentBatch.objects.exclude(state="making").order_by("pk")
    if council is not None:
        batches = batches.filter(council=council)
    for batch in batches.iterator():
        yield from _of_batch(batch)
        yield from _of_lines(batch)
    yield from _covered_twice(council)
    yield from charge_checks.differences(council)


def _live(council: Council | None) -> Iterator[tuple[str, str]]:
    yield from endings.live(council)


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


def _of_lines(batch: PaymentBatch) -> Iterator[tuple[str, str]]:
    """Each claimed line against the reading of the facts as recorded by its claim."""
    known = batch.made_at - MOMENT
    cases: list[int] = list(
        batch.payments.order_by("case").values_list("case", flat=True).distinct()
    )
    for start in range(0, len(cases), entitlement_facts.CHUNK):
        yield from _of_chunk(batch, cases[start : start + entitlement_facts.CHUNK], known)


def _of_chunk(batch: PaymentBatch, cases: Collection[int], known) -> Iterator[tuple[str, str]]:
    facts = entitlement_facts.facts_of_cases(cases, known)
    claimed: dict[int, set[tuple]] = defaultdict(set)
    for p in batch.payments.filter(case__in=cases):
        claimed[p.case_id].add((p.on, p.covers_from, p.covers_to, p.amount))
    refs = dict(Case.objects.filter(pk__in=cases).values_list("pk", "ref"))
    for case in cases:
        due = {
            (p.on, p.covers_from, p.covers_to, p.amount)
            for p in answer(facts[case], batch.until).payments
        }
        for row in sorted(claimed[case] - due, key=str):
            yield refs[case], f"batch {batch.number} has {_words(row)}, which the facts do not owe"
        for row in sorted(due - claimed[case], key=str):
            yield refs[case], f"the facts owe {_words(row)}, which batch {batch.number} has not"


def _words(row: tuple) -> str:
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
