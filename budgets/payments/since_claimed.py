"""What of a batch is still to be looked at before it leaves: the lines that ask for a second
officer's word, and those that may not go any more as the facts stand by now. Reading only.

Between the making of a batch and its release a person may die, support may end or its end be
planned, and another may be named to be paid. A suspension takes nothing that was claimed. Not here:
marking the lines (`actions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q

from budgets.models import Payee, PaymentBatch
from budgets.position import endings
from budgets.position.entitlement_facts import chunks

_DIED = "The person has died."
_ENDED = "The support ends before the days that this is for."
_PAYEE = "Somebody else is named to be paid, or nobody is any more."


def asking(batch: PaymentBatch) -> Any:
    """The lines that ask for a second officer's word and wait for it, in their order."""
    rows = batch.payments.filter(asks_second=True, state="claimed", seconded_at=None)
    return rows.order_by("number")


def stopped(batch: PaymentBatch) -> Iterator[tuple[str, Any]]:
    """(why, the lines that may not go), each a query; the first reason of a line is the one."""
    claimed = batch.payments.filter(state="claimed")
    died, ended = _ends(batch, claimed)
    yield _DIED, claimed.filter(case__in=died)
    for case, day in ended.items():
        yield _ENDED, claimed.filter(case=case, covers_to__gt=day)
    last = Payee.objects.filter(case=OuterRef("case"), struck_at=None)
    other = last.filter(pk__gt=OuterRef("payee"))
    yield _PAYEE, claimed.filter(Exists(other) | Q(payee__struck_at__isnull=False))


def _ends(batch: PaymentBatch, claimed: Any) -> tuple[list[int], dict[int, Any]]:
    """(the cases whose person has died since the batch was made, case id -> the last day with
    support of those that have ended otherwise since, or are to end).
    """
    over = Q(case__step="closed") | Q(case__ends_on__isnull=False)
    over |= Q(case__person__died_on__isnull=False)
    rows = claimed.filter(over).values_list("case", "case__person__died_on").distinct()
    dead = dict(rows.order_by("case"))
    died: list[int] = []
    ended: dict[int, Any] = {}
    for cases in chunks(dead):
        turns = endings.turns(cases)
        for case in cases:
            own = [turn for turn in turns if turn.of == case]
            day = endings.last_day_known(case, own)
            if day is None or day == endings.last_day_known(case, own, batch.made_at):
                continue
            if dead[case]:
                died.append(case)
            else:
                ended[case] = day
    return died, ended
