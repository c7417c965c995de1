"""The release of a batch: a second officer's word on the lines that ask for one, so many at a time,
and the release itself. What nobody looked at is neither sent nor left out.

Not here: making a batch, and what the ledger answers (`payment_batches`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.ledger_lists import mark
from budgets.actions.payment_batches import close_if_answered, finance_of, written
from budgets.models import PaymentBatch
from budgets.payments import money_standings, since_claimed
from cases.common.refusals import NotYet
from cases.models import User

_NO_SECOND = "The second officer did not confirm this payment."


def say_second_word(
    *,
    batch: PaymentBatch,
    by: User,
    shown: Collection[int],
    confirmed: Collection[int] = (),
    at: datetime | None = None,
) -> PaymentBatch:
    """A second officer's word on some of the lines that ask for it. `shown`: those looked at, by
    number; `confirmed`: those of them that may go. The others are left out and stay owed.
    """
    when = at or timezone.now()
    with transaction.atomic():
        held = _held(batch, by)
        _say(held, by, shown, confirmed, when)
        PaymentBatch.objects.filter(pk=held.pk, state="ready").update(**written(held))
    batch.refresh_from_db()
    return batch


def release_batch(
    *,
    batch: PaymentBatch,
    by: User,
    confirmed: Collection[int] = (),
    shown: Collection[int] | None = None,
    at: datetime | None = None,
) -> PaymentBatch:
    """A second officer lets the batch go. `confirmed`: the lines, by number, that ask for a second
    officer's word and have it; the others of those are left out and stay owed. `shown`: those
    looked at (None: all of them); with another that asks, nothing is released. What may not go any
    more, as the facts stand by now, is left out too. With no line left the batch is done.
    """
    when = at or timezone.now()
    with transaction.atomic():
        held = _held(batch, by)
        asking = set(since_claimed.asking(held).values_list("number", flat=True))
        if shown is not None and asking - set(shown):
            raise NotYet(_("Other lines ask for a second officer’s word too. Open the page again."))
        _say(held, by, asking, confirmed, when)
        for why, rows in since_claimed.stopped(held):
            money_standings.mark_stale(rows.values("case"))
            mark(rows, "left_out", by, when, why)
        PaymentBatch.objects.filter(pk=held.pk, state="ready").update(
            state="released", released_by=by, released_at=when, **written(held)
        )
        close_if_answered(held, by, "", when)
    batch.refresh_from_db()
    return batch


def _held(batch: PaymentBatch, by: User) -> PaymentBatch:
    """The batch under its lock, for whoever may release it; NotYet for anybody else."""
    finance_of(by, batch.council)
    if batch.made_by_id == by.pk:
        raise NotYet(_("You made this batch: another officer releases it."))
    held = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
    if held.state != "ready":
        raise NotYet(_("This batch was released already, or its file is not written yet."))
    return held


def _say(
    held: PaymentBatch,
    by: User,
    shown: Collection[int],
    confirmed: Collection[int],
    when: datetime,
) -> None:
    asking = since_claimed.asking(held).filter(number__in=shown)
    asking.filter(number__in=confirmed).update(seconded_by=by, seconded_at=when)
    out = asking.exclude(number__in=confirmed)
    money_standings.mark_stale(out.values("case"))
    mark(out, "left_out", by, when, _NO_SECOND)
