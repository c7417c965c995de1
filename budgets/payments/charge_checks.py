"""Do the lists of charges agree with the books? Their lines with total and file, and with the facts
as they were recorded when the list was made. Reading only; part of `money_checks`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum

from budgets.entitlement.answer import answer
from budgets.models import Charge, ChargeBatch
from budgets.payments import ledger_formats
from budgets.position import entitlement_facts, money_books
from budgets.position.money_books import Books
from cases.models import Case, Council

MOMENT = timedelta(microseconds=1)
ON_ITS_WAY = timedelta(seconds=60)  # the longest that an act may take from its moment to its commit
Lines = tuple[list[tuple[Any, Any, Decimal]], Decimal]
ZERO = Decimal("0.00")


def differences(council: Council | None = None) -> Iterator[tuple[str, str]]:
    """(what it is about, what differs), over all councils or one."""
    batches = ChargeBatch.objects.order_by("pk")
    if council is not None:
        batches = batches.filter(council=council)
    for batch in batches.iterator():
        yield from _of_list(batch)
        yield from _of_lines(batch)
    yield from _charged_twice(council)


def _of_list(batch: ChargeBatch) -> Iterator[tuple[str, str]]:
    name = f"list of charges {batch.number} of {batch.council_id}"
    rows = batch.charges.exclude(state="left_out")
    sums = rows.aggregate(total=Sum(F("amount") - F("credit")), count=Count("pk"))
    if (sums["total"] or ZERO, sums["count"]) != (batch.total, batch.count):
        yield name, f"its lines come to {sums['total']}, the list says {batch.total}"
    file = batch.content.encode(ledger_formats.layout_of_charges(batch).encoding)
    if hashlib.sha256(file).hexdigest() != batch.sha256:
        yield name, "its file is not the one that was written"
    states = set(batch.charges.values_list("state", flat=True))
    if states & {"charged" if batch.state == "ready" else "claimed"}:
        yield name, "a line of it stands otherwise than the list"


def _of_lines(batch: ChargeBatch) -> Iterator[tuple[str, str]]:
    rows = batch.charges.order_by("case").values_list("case", flat=True).distinct()
    for cases in entitlement_facts.chunks(rows.iterator()):
        yield from _of_chunk(batch, cases)


def _of_chunk(batch: ChargeBatch, cases: Collection[int]) -> Iterator[tuple[str, str]]:
    """All lines of these cases against the reading, as it was before the list."""
    refs = dict(Case.objects.filter(pk__in=cases).values_list("pk", "ref"))
    since: dict[int, list[Charge]] = defaultdict(list)
    rows = Charge.objects.filter(case__in=cases, batch__number__gte=batch.number)
    for row in rows.filter(batch__council=batch.council_id).order_by("batch_id", "number"):
        since[row.case_id].append(row)
    for case, books in money_books.books_of_cases(cases).items():
        later = {row.pk for row in since[case]}
        books.dated["charge"] = [row for row in books.dated["charge"] if row.pk not in later]
        printed = _printed(row for row in since[case] if row.batch_id == batch.pk)
        due = _due(books, batch, batch.made_at)
        if due != printed and all(
            _due(books, batch, at) != printed for at in _unseen(books, batch)
        ):
            yield (
                refs[case],
                f"list {batch.number} has {_words(printed)}, the facts say {_words(due)}",
            )


def _printed(rows: Iterable[Charge]) -> Lines:
    found = list(rows)
    credit = sum((row.credit for row in found), ZERO)
    return [(r.covers_from, r.covers_to, r.amount) for r in found if r.covers_from], credit


def _due(books: Books, batch: ChargeBatch, known: datetime) -> Lines:
    found = answer(entitlement_facts.facts_of(books, known), batch.until)
    charges = [(one.covers_from, one.covers_to, one.amount) for one in found.charges]
    return charges, found.charged_too_much


def _unseen(books: Books, batch: ChargeBatch) -> Iterator[datetime]:
    """Moments at which the list may have seen the books: what was recorded just before it may have
    been on its way into them still.
    """
    for moment in money_books.moments(books):
        if batch.made_at - ON_ITS_WAY <= moment <= batch.made_at:
            yield moment - MOMENT


def _words(lines: Lines) -> str:
    charges, credit = lines
    said = [f"{amount} for {first} to {last}" for first, last, amount in charges]
    return ", ".join([*said, f"{credit} taken off"])


def _charged_twice(council: Council | None) -> Iterator[tuple[str, str]]:
    rows = Charge.objects.filter(state__in=Charge.STANDING, covers_from__isnull=False)
    if council is not None:
        rows = rows.filter(case__council=council)
    before: tuple[int, object] | None = None
    names = ("case", "case__ref", "covers_from", "covers_to")
    for case, ref, first, last in rows.order_by("case", "covers_from").values_list(*names):
        if before and before[0] == case and first <= before[1]:
            yield ref, f"{first} is charged twice"
        before = (case, last)
