"""Do the lists of charges agree with the books? Their lines with total and file, and with the facts
as they were recorded when the list was made. Reading only; part of `money_checks`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from budgets.entitlement.answer import answer
from budgets.models import Charge, ChargeBatch
from budgets.payments import ledger_formats
from budgets.position import entitlement_facts, money_books
from budgets.position.money_books import Books
from cases.models import Council

# lines with days, what is taken off, and what is charged for days that were charged before
Lines = tuple[list[tuple[Any, Any, Decimal]], Decimal, Decimal]
Printed = dict[ChargeBatch, list[Charge]]
ZERO = Decimal("0.00")


def of_lists(council: Council | None = None) -> Iterator[tuple[str, str]]:
    """(which list, what differs): each list against its lines, its file and its state."""
    batches = ChargeBatch.objects.order_by("pk")
    if council is not None:
        batches = batches.filter(council=council)
    layouts = ledger_formats.layouts_of_charges(batches)
    known = batches.filter(pk__lte=max(layouts, default=0))  # not one that is made meanwhile
    for batch in known.iterator(chunk_size=1):
        for words in _of_list(batch, layouts[batch.pk].encoding):
            yield f"list of charges {batch.number} of {batch.council_id}", words


def _of_list(batch: ChargeBatch, encoding: str) -> Iterator[str]:
    count, total, states = 0, ZERO, set()
    rows = batch.charges.order_by().values_list("state", "amount", "credit")
    for state, amount, credit in rows.iterator():
        states.add(state)
        if state != "left_out":
            count, total = count + 1, total + amount - credit
    if (total, count) != (batch.total, batch.count):
        yield f"its {count} lines come to {total}, the list says {batch.total}"
    if hashlib.sha256(batch.content.encode(encoding)).hexdigest() != batch.sha256:
        yield "its file is not the one that was written"
    if states & {"charged" if batch.state == "ready" else "claimed"}:
        yield "a line of it stands otherwise than the list"


def lines_of(cases: Collection[int]) -> dict[int, Printed]:
    """Case id -> its lines on each list, in the order of the lists; cases without any are left out.
    Two statements.
    """
    rows = list(Charge.objects.filter(case__in=cases, batch__isnull=False).order_by("number"))
    batches = ChargeBatch.objects.only("number", "until", "made_at").in_bulk(
        {row.batch_id for row in rows}
    )
    found: dict[int, Printed] = defaultdict(lambda: defaultdict(list))
    for row in sorted(rows, key=lambda row: batches[row.batch_id].number):
        found[row.case_id][batches[row.batch_id]].append(row)
    return found


def of_case(books: Books, printed: Printed) -> Iterator[str]:
    """The lines of one case on each list against the reading, as it was before the list."""
    later = {row.pk for rows in printed.values() for row in rows}
    for batch, rows in printed.items():
        charged = [row for row in books.dated["charge"] if row.pk not in later]
        before = replace(books, dated=defaultdict(list, books.dated | {"charge": charged}))
        lines = _printed(rows)
        due = _due(before, batch, batch.made_at, lines[2])
        if due != lines and all(
            _due(before, batch, at, lines[2]) != lines
            for at in money_books.unseen(before, batch.made_at)
        ):
            yield f"list {batch.number} has {_words(lines)}, the facts say {_words(due)}"
        later -= {row.pk for row in rows}


def _printed(rows: list[Charge]) -> Lines:
    credit = sum((row.credit for row in rows), ZERO)
    more = sum((row.amount for row in rows if not row.covers_from), ZERO)
    return [(r.covers_from, r.covers_to, r.amount) for r in rows if r.covers_from], credit, more


def _due(books: Books, batch: ChargeBatch, known: datetime, more: Decimal) -> Lines:
    """`more`: what the list charges for days charged before, at most what stood: it was decided."""
    found = answer(entitlement_facts.facts_of(books, known), batch.until)
    charges = [(one.covers_from, one.covers_to, one.amount) for one in found.charges]
    return charges, found.charged_too_much, min(more, found.charged_too_little)


def _words(lines: Lines) -> str:
    charges, credit, more = lines
    said = [f"{amount} for {first} to {last}" for first, last, amount in charges]
    said += [f"{more} for days charged before"] if more else []
    return ", ".join([*said, f"{credit} taken off"])
