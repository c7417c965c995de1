"""Payments for the council's ledger: one numbered batch, one file, nobody paid twice.

Claim first, write afterwards. The batch and its claim are one transaction; the file is written from
the claimed rows alone, so a run that was killed is taken up again and gives the same file with the
same hash. Two runs at once: one claims, the other finds nothing due. What is due is read from the
facts of each case; one officer makes a batch, another releases it, and the ledger's answer says
what was paid and what came back. Nothing that left is rewritten: the next reading pays the rest.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.first_payments import begin_paid_lines
from budgets.models import DirectPaymentAgreement, Payee, Payment, PaymentBatch
from budgets.payments import standing_payments
from budgets.position import entitlement_facts, money_books
from cases import access
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Council, Seat, User
from cases.ui.spreadsheets import cell

AHEAD = (
    28  # days: a batch takes what is due by today, or that much ahead for a ledger that needs time
)
HEAD = (
    "batch",
    "line",
    "creditor",
    "reference",
    "agreement",
    "due",
    "from",
    "to",
    "regular",
    "owed",
    "recovered",
    "amount",
)


def finance_of(by: User, council: Council) -> None:
    """Refuse whoever is no finance officer of this council today."""
    if not Seat.objects.filter(
        Seat.on(dates.today()), user=by, council=council, role="finance"
    ).exists():
        raise NotYet(_("Somebody else records this: it is not yours to do."))


def payable(council: Council, until: date) -> QuerySet[Case]:
    """The cases that may be paid: with a signed agreement and a verified payee. Whatever is due, is
    due after the last day that is paid: what is paid up to `until` or beyond need not be read.
    """
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("pk"))
    verified = Payee.objects.filter(case=OuterRef("pk"), struck_at=None, verified_at__isnull=False)
    ahead = Payment.objects.filter(
        case=OuterRef("pk"), state__in=Payment.STANDING, covers_to__gte=until
    )
    rows = Case.objects.filter(Exists(signed), Exists(verified), ~Exists(ahead), council=council)
    return rows.order_by("pk").only("pk", "ref")


def due_payments(
    council: Council, until: date, today: date, as_of: datetime | None = None
) -> Iterator[Payment]:
    """What would be paid: due by a day, as rows that nobody has saved. So many cases at a time.
    `as_of`: by the facts as recorded by then, whatever is recorded while it runs.
    """
    most = standing_payments.arrears_limit(council, today)
    for chunk in entitlement_facts.chunks(payable(council, until).iterator(chunk_size=2000)):
        books = money_books.books_of_cases([case.pk for case in chunk])
        payees = standing_payments.payees_of(books)
        for case in chunk:
            if case.pk not in payees:
                continue
            found = entitlement_facts.facts_of(books[case.pk], as_of)
            for line in standing_payments.due_lines(found, until):
                yield Payment(
                    case=case,
                    agreement=books[case.pk].agreements[-1],
                    payee=payees[case.pk],
                    on=line.on,
                    covers_from=line.covers_from,
                    covers_to=line.covers_to,
                    amount=line.amount,
                    asks_second=standing_payments.asks_second(line, found, today, most),
                    **(line.of._asdict() if line.of else {"regular": line.amount}),
                )


def make_batch(
    *, council: Council, by: User, until: date, at: datetime | None = None
) -> PaymentBatch:
    """Claim everything due by a day as one numbered batch and write its file. A batch that was
    begun and not finished is finished first, and that is the one that comes back.
    """
    finance_of(by, council)
    if until > dates.london_date(at or timezone.now()) + timedelta(days=AHEAD):
        raise NotYet(_("Choose a day no more than %(n)s days ahead.") % {"n": AHEAD}, field="until")
    return finish_batch(claim(council=council, by=by, until=until, at=at))


def claim(*, council: Council, by: User, until: date, at: datetime | None = None) -> PaymentBatch:
    """The batch with its payments, not written yet: one transaction. By the facts recorded at its
    moment, which is that of the lock: what is recorded while it runs is for the next batch.
    """
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        when = at or timezone.now()
        begun = PaymentBatch.objects.filter(council=council, state="making").first()
        if begun:
            return begun
        last = PaymentBatch.objects.filter(council=council).aggregate(n=Max("number"))["n"] or 0
        batch = PaymentBatch.objects.create(
            council=council, number=last + 1, until=until, made_by=by, made_at=when
        )
        number, rows = 0, []
        for row in due_payments(council, until, dates.london_date(when), when):
            number += 1
            row.batch, row.number, row.recorded_at = batch, number, when
            rows.append(row)
            if len(rows) == 1000:
                Payment.objects.bulk_create(rows)
                rows = []
        Payment.objects.bulk_create(rows)
        if not number:
            raise NotYet(_("Nothing is due by that day. Nobody was paid."), field="until")
        return batch


def finish_batch(batch: PaymentBatch) -> PaymentBatch:
    """Write the file of a claimed batch. Safe to run again and by two at once: the same rows give
    the same bytes.
    """
    content, count, total = written(batch)
    PaymentBatch.objects.filter(pk=batch.pk, state="making").update(
        state="ready", content=content, count=count, total=total, sha256=_hash(content)
    )
    batch.refresh_from_db()
    return batch


def _hash(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def written(batch: PaymentBatch) -> tuple[str, int, Decimal]:
    """(the file, how many lines, their sum). No name stands in it: the ledger knows the payee by
    its creditor number. What was left out before the release is not in it.
    """
    rows = batch.payments.exclude(state="left_out").order_by("number")
    out, total, count = StringIO(), Decimal("0.00"), 0
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for p in rows.select_related("agreement", "case", "payee").iterator(chunk_size=2000):
        values = (
            batch.number,
            p.number,
            p.payee.creditor if p.payee else "",
            p.case.ref,
            p.agreement.version if p.agreement else "",
            p.on.isoformat(),
            p.covers_from.isoformat() if p.covers_from else "",
            p.covers_to.isoformat() if p.covers_to else "",
            *(f"{sum_:.2f}" for sum_ in (p.regular, p.owed, p.recovered, p.amount)),
        )
        writer.writerow([cell(value) for value in values])
        total += p.amount
        count += 1
    return out.getvalue(), count, total


def leave_out(*, payment: Payment, by: User, why: str, at: datetime | None = None) -> Payment:
    """Take one line out of a batch that is not released yet, with the reason. It is owed again."""
    batch = payment.batch
    if batch is None:
        raise NotYet(_("This payment is in no batch."))
    finance_of(by, batch.council)
    if not why.strip():
        raise NotYet(_("Say why it is left out."), field="why")
    with transaction.atomic():
        held = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
        if held.state != "ready":
            raise NotYet(_("This batch has left already: nothing in it can be left out."))
        _mark(Payment.objects.filter(pk=payment.pk), "left_out", by, at, why)
        content, count, total = written(held)
        PaymentBatch.objects.filter(pk=held.pk, state="ready").update(
            content=content, count=count, total=total, sha256=_hash(content)
        )
    payment.refresh_from_db()
    return payment


def release_batch(
    *,
    batch: PaymentBatch,
    by: User,
    confirmed: Collection[int] = (),
    at: datetime | None = None,
) -> PaymentBatch:
    """A second officer lets the batch go. `confirmed`: the lines, by number, that ask for a second
    officer's word and have it; the others of those are left out and stay owed.
    """
    finance_of(by, batch.council)
    if batch.made_by_id == by.pk:
        raise NotYet(_("You made this batch: another officer releases it."))
    with transaction.atomic():
        held = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
        if held.state != "ready":
            raise NotYet(_("This batch was released already, or its file is not written yet."))
        asking = held.payments.filter(asks_second=True, state="claimed")
        _mark(asking.exclude(number__in=confirmed), "left_out", by, at, _NO_SECOND)
        content, count, total = written(held)
        PaymentBatch.objects.filter(pk=held.pk, state="ready").update(
            state="released",
            released_by=by,
            released_at=at or timezone.now(),
            content=content,
            count=count,
            total=total,
            sha256=_hash(content),
        )
    batch.refresh_from_db()
    return batch


_NO_SECOND = "The second officer did not confirm this payment."


def _mark(rows: Any, state: str, by: User, at: datetime | None, why: str = "") -> int:
    return rows.filter(state="claimed").update(
        state=state, state_reason=why.strip(), state_by=by, state_at=at or timezone.now()
    )


def confirm_batch(
    *,
    batch: PaymentBatch,
    by: User,
    ledger_ref: str,
    returned: Mapping[int, str] | None = None,
    at: datetime | None = None,
) -> PaymentBatch:
    """The ledger has answered: `returned` are the lines, by number, that came back, each with the
    ledger's reason; the others were paid. Once, with the ledger's own number.
    """
    finance_of(by, batch.council)
    if not ledger_ref.strip():
        raise NotYet(_("Enter the number the ledger gave it."), field="ledger_ref")
    with transaction.atomic():
        held = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
        if held.state != "released":
            raise NotYet(_("This batch was confirmed already, or it is not released yet."))
        came_back = returned or {}
        for number, why in came_back.items():
            if not why.strip():
                raise NotYet(_("Say why line %(n)s came back.") % {"n": number}, field="returned")
            rows = held.payments.filter(number=number)
            if _mark(rows, "returned", by, at, why) != 1:
                raise NotYet(
                    _("Line %(n)s is not in this batch, or was left out.") % {"n": number},
                    field="returned",
                )
            _mend_payee(rows, by, at)
        _mark(held.payments, "paid", by, at)
        PaymentBatch.objects.filter(pk=held.pk).update(
            state="confirmed",
            ledger_ref=ledger_ref.strip(),
            confirmed_by=by,
            confirmed_at=at or timezone.now(),
        )
        begin_paid_lines(held, by, at)
    batch.refresh_from_db()
    return batch


def _mend_payee(rows: Any, by: User, at: datetime | None) -> None:
    """A payment came back, so its payee is struck: it goes again once another is named and
    verified.
    """
    payees = rows.values("payee")
    Payee.objects.filter(pk__in=payees, struck_at=None).update(
        struck_at=at or timezone.now(), struck_by=by, struck_for="A payment came back."
    )


def batches_of(user: User, council: Council) -> Any:
    """The batches a finance officer or an auditor of the council may read."""
    roles = {seat.role for seat in access.seats_of(user) if seat.council_id == council.pk}
    rows = (
        PaymentBatch.objects.filter(council=council)
        if roles & {"finance", "auditor"}
        else PaymentBatch.objects.none()
    )
    return rows.order_by("-number")
