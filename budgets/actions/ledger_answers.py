"""The ledger's answer file for a batch: sent in, looked at, and counted. All of a file, or nothing.

A file is kept as it came. It is read again when it is counted, under the batch's lock: what was
answered meanwhile refuses it. Lines that no file names stay open, and the batch with them.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.first_payments import begin_paid_lines
from budgets.actions.payment_batches import close_if_answered, finance_of, mark_paid, mark_returned
from budgets.ledger import layouts
from budgets.ledger.answers import Answer
from budgets.models import LedgerAnswer, PaymentBatch
from budgets.money.uploads import BadUpload
from budgets.payments import ledger_answers
from cases.common.refusals import NotYet
from cases.models import User


class AnswerRefused(NotYet):
    """A file that can't be taken. `problems`: one sentence for each line that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0], field="file")
        self.problems = problems


def send_answer(
    *, batch: PaymentBatch, by: User, name: str, data: bytes, at: datetime | None = None
) -> LedgerAnswer:
    """Keep a sound answer file, to be looked at before it counts. AnswerRefused with everything
    that is wrong: then it is not kept.
    """
    finance_of(by, batch.council)
    _waits(batch)
    _read(batch, data)
    return LedgerAnswer.objects.create(
        batch=batch,
        name=name[:120],
        file=data,
        sha256=hashlib.sha256(data).hexdigest(),
        sent_by=by,
        sent_at=at or timezone.now(),
    )


def count_answer(
    *, answer: LedgerAnswer, by: User, ledger_ref: str, at: datetime | None = None
) -> LedgerAnswer:
    """Take what the file says: each line paid, or returned with the ledger's reason. Once."""
    finance_of(by, answer.batch.council)
    if not ledger_ref.strip():
        raise NotYet(_("Enter the number the ledger gave it."), field="ledger_ref")
    when = at or timezone.now()
    with transaction.atomic():
        held = PaymentBatch.objects.select_for_update().get(pk=answer.batch_id)
        if LedgerAnswer.objects.filter(pk=answer.pk, counted_at__isnull=False).exists():
            raise NotYet(_("This file was counted already."))
        _waits(held)
        found = _read(held, bytes(answer.file))
        for one in found:
            if one.outcome == layouts.RETURNED:
                mark_returned(held, one.line, one.reason, by, at)
        mark_paid(held, [one.line for one in found if one.outcome == layouts.PAID], by, when)
        LedgerAnswer.objects.filter(pk=answer.pk).update(counted_by=by, counted_at=when)
        begin_paid_lines(held, by, when)
        close_if_answered(held, by, ledger_ref, when)
    answer.refresh_from_db()
    return answer


def _waits(batch: PaymentBatch) -> None:
    if batch.state != "released":
        raise NotYet(_("The ledger has answered this batch already, or it is not released yet."))


def _read(batch: PaymentBatch, data: bytes) -> tuple[Answer, ...]:
    try:
        return ledger_answers.answers_of(batch, data)
    except BadUpload as wrong:
        raise AnswerRefused(wrong.problems) from None
