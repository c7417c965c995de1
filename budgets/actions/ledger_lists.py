"""What numbered lists for the ledger have in common: the next number, their lines written so many
at a time, how a line stands, and the file. Not here: what is on a list (`payment_batches`,
`charge_batches`), and who may do what with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Protocol

from django.db.models import Max, QuerySet
from django.utils import timezone

from budgets.ledger import outgoing
from budgets.ledger.layouts import Layout
from cases.models import User

AT_ONCE = 1000  # lines written with one statement
NOTHING = outgoing.Written(0, Decimal("0.00"), hashlib.sha256(b"").hexdigest())


class Lines(Protocol):
    """The lines of a list that go out, read afresh each time."""

    lines: QuerySet[Any]

    def __iter__(self) -> Any: ...


def next_number(lists: QuerySet[Any]) -> int:
    """The number after the last of a council's lists. Inside the transaction that holds it."""
    return (lists.aggregate(n=Max("number"))["n"] or 0) + 1


def write_lines(batch: Any, found: Iterable[Any]) -> int:
    """Write what was found as the lines of a list, numbered from 1; returns how many."""
    number, rows = 0, []
    for row in found:
        number += 1
        row.batch, row.number, row.recorded_at = batch, number, batch.made_at
        rows.append(row)
        if len(rows) == AT_ONCE:
            type(row).objects.bulk_create(rows)
            rows = []
    if rows:
        type(rows[0]).objects.bulk_create(rows)
    return number


def mark(rows: Any, state: str, by: User, at: datetime | None, why: str = "") -> int:
    """How claimed lines stand from now on; returns how many."""
    return rows.filter(state="claimed").update(
        state=state, state_reason=why.strip(), state_by=by, state_at=at or timezone.now()
    )


def file_of(layout: Layout, number: int, rows: Lines) -> tuple[bytes, outgoing.Written]:
    """The file of a list, with its lines counted, their sum and its hash. No name stands in it: the
    ledger knows people by its own numbers. With every line left out it is empty. ValueError: a line
    does not fit the columns.
    """
    out = BytesIO()
    if not rows.lines.exists():
        return b"", NOTHING
    done = outgoing.write(layout, number, rows, out)
    return out.getvalue(), done
