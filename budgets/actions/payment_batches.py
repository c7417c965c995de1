"""Payments for the council's ledger: one numbered batch, one file, nobody paid twice.

Claim first, write afterwards. The batch and its claim are one transaction; the file is written from
the claimed rows alone, so a run that was killed is taken up again and gives the same file with the
same hash. Two runs at once: one claims, the other finds nothing due. What is due is read from the
facts of each case; one officer makes a batch, another releases it, and the ledger's answer says
what was paid and what came back. Nothing that left is rewritten: the next reading pays the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.first_payments import begin_paid_lines
from budgets.actions.ledger_lists import file_of, mark, next_number, write_lines
from budgets.ledger import outgoing
from budgets.ledger.outgoing import OutgoingRow
from budgets.models import DirectPaymentAgreement, Payee, Payment, PaymentBatch
from budgets.payments import (
    first_balances,
    ledger_formats,
    money_standings,
    returned_payments,
    standing_payments,
)
from budgets.position import aftercare, entitlement_facts, money_books
from cases import access
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Council, Seat, User

AHEAD = 28  # days that a batch may take ahead, for a ledger that needs time


def finance_of(by: User, council: Council) -> None:
    """Refuse whoever is no finance officer of this council today."""
    if not Seat.objects.filter(
        Seat.on(dates.today()), user=by, council=council, role="finance"
    ).exists():
        raise NotYet(_("Somebody else records this: it is not yours to do."))


def payable(council: Council, until: date | None = None) -> QuerySet[Case]:
    """The cases that may be paid: with a signed agreement, whose payee is verified as it was named
    last (`standing_payments.payees_of`), and not those that are still paid elsewhere. Whatever is
    due by a day, is due after the last day that is paid: what is paid up to `until` or beyond need
    not be read.
    """
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("pk"))
    named = Payee.objects.filter(case=OuterRef("pk"), struck_at=None).order_by("-pk")
    rows = Case.objects.alias(verified_at=Subquery(named.values("verified_at")[:1]))
    rows = rows.filter(
        Exists(signed), ~standing_payments.paid_elsewhere(), verified_at__isnull=False
    )
    if until is not None:
        ahead = Payment.objects.filter(
            case=OuterRef("pk"), state__in=Payment.STANDING, covers_to__gte=until
        )
        rows = rows.exclude(Exists(ahead))
    return rows.filter(council=council).order_by("pk").only("pk", "ref")


def due_payments(
    council: Council,
    until: date,
    today: date,
    as_of: datetime | None = None,
    *,
    extra: bool = False,
    only: Collection[int] | None = None,
) -> Iterator[Payment]:
    """What would be paid: due by a day, as rows that nobody has saved. So many cases at a time.
    `as_of`: by the facts as recorded by then, whatever is recorded while it runs. `extra`: only of
    cases whose payment was missed and whose payee is mended, and what they are owed at once, by how
    the money stands. `only`: of these cases.
    """
    most = standing_payments.arrears_limit(council, today)
    cases = payable(council, None if extra else until)
    if only is not None:
        cases = cases.filter(pk__in=only)
    if extra:
        cases = cases.filter(returned_payments.cases_to_go(council, today))
    for chunk in entitlement_facts.chunks(cases.iterator(chunk_size=2000)):
        books = money_books.books_of_cases([case.pk for case in chunk])
        payees = standing_payments.payees_of(books)
        for case in chunk:
            if case.pk not in payees:
                continue
            found = entitlement_facts.facts_of(books[case.pk], as_of)
            settled = standing_payments.settled_lately(books[case.pk], today, as_of)
            for line in standing_payments.due_lines(found, until, extra):
                yield Payment(
                    case=case,
                    agreement=books[case.pk].agreements[-1],
                    payee=payees[case.pk],
                    on=line.on,
                    covers_from=line.covers_from,
                    covers_to=line.covers_to,
                    amount=line.amount,
                    asks_second=standing_payments.asks_second(line, found, today, most, settled),
                    **(line.of._asdict() if line.of else {"regular": line.amount}),
                )


def make_batch(
    *,
    council: Council,
    by: User,
    until: date,
    extra: bool = False,
    unsplit: bool = False,
    balances: bool = False,
    at: datetime | None = None,
) -> PaymentBatch:
    """Claim everything due by a day, and on a weekend or bank holiday after it, as one numbered
    batch and write its file. A batch that was begun and not finished is finished first, and that is
    the one that comes back. `extra`: only what came back, or was held up, and may go by now.
    `unsplit`: the council's first batch goes though aftercare waits to be split. `balances`: `by`
    has looked at how cases stand that were paid elsewhere before.
    """
    finance_of(by, council)
    if not balances:
        _nothing_to_look_at(council, at)
    if not unsplit and aftercare.before_first_batch(council):
        raise NotYet(
            _(
                "Aftercare under section 117 waits to be split: what the council pays of it would "
                "not be paid. Have it split first, or tick that the batch goes without it."
            ),
            field="unsplit",
        )
    today = dates.london_date(at or timezone.now())
    if extra:
        until = today
        while money_standings.follow_changes(council, at):
            pass
    if until > today + timedelta(days=AHEAD):
        raise NotYet(_("Choose a day no more than %(n)s days ahead.") % {"n": AHEAD}, field="until")
    until = standing_payments.leaves_by(until)
    return finish_batch(claim(council=council, by=by, until=until, extra=extra, at=at))


def _nothing_to_look_at(council: Council, at: datetime | None) -> None:
    """NotYet while cases that were paid elsewhere have a balance, and nothing was paid from
    here.
    """
    while first_balances.unread(council).exists() and money_standings.follow_changes(council, at):
        pass
    if first_balances.before_first_payments(council):
        raise NotYet(
            _(
                "Cases that were paid elsewhere before have a balance: something is owed, or was "
                "paid too much. Look at the list under “Going live”, then tick that you have."
            ),
            field="balances",
        )


def claim(
    *,
    council: Council,
    by: User,
    until: date,
    extra: bool = False,
    at: datetime | None = None,
) -> PaymentBatch:
    """The batch with its payments, not written yet: one transaction. By the facts recorded at its
    moment, which is that of the lock: what is recorded while it runs is for the next batch.
    """
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        when = at or timezone.now()
        begun = PaymentBatch.objects.filter(council=council, state="making").first()
        if begun:
            return begun
        batch = PaymentBatch.objects.create(
            council=council,
            number=next_number(PaymentBatch.objects.filter(council=council)),
            until=until,
            extra=extra,
            layout=ledger_formats.last(council, "outgoing"),
            made_by=by,
            made_at=when,
        )
        found = due_payments(council, until, dates.london_date(when), when, extra=extra)
        if not write_lines(batch, found):
            raise NotYet(_("Nothing is due by that day. Nobody was paid."), field="until")
        _check_lines(batch)
        money_standings.mark_stale(batch.payments.values("case"))
        return batch


def _check_lines(batch: PaymentBatch) -> None:
    """Every line fits the council's columns, or nothing is claimed."""
    try:
        for _line in outgoing.lines(ledger_formats.layout_of(batch), batch.number, _Rows(batch)):
            pass
    except ValueError as wrong:
        sentence = _("The file can't be written, and nobody was paid. %(wrong)s")
        raise NotYet(sentence % {"wrong": wrong}, field="until") from None


def finish_batch(batch: PaymentBatch) -> PaymentBatch:
    """Write the file of a claimed batch. Safe to run again and by two at once: the same rows give
    the same bytes.
    """
    rows = PaymentBatch.objects.filter(pk=batch.pk, state="making")
    rows.update(state="ready", **written(batch))
    batch.refresh_from_db()
    return batch


def written(batch: PaymentBatch) -> dict[str, Any]:
    """The file, what it holds and its hash, as columns. What was left out before the release is not
    in it.
    """
    content, done = file_of(ledger_formats.layout_of(batch), batch.number, _Rows(batch))
    return {"file": content, **asdict(done)}


class _Rows:
    """The lines of a batch that go out, read afresh each time, so many at a time."""

    def __init__(self, batch: PaymentBatch) -> None:
        rows = batch.payments.exclude(state="left_out").order_by("number")
        self.lines = rows.select_related("agreement", "case", "payee")

    def __iter__(self) -> Iterator[OutgoingRow]:
        for payment in self.lines.iterator(chunk_size=2000):
            yield OutgoingRow(
                line=payment.number,
                reference=payment.case.ref,
                creditor=payment.payee.creditor if payment.payee else "",
                payee_kind=payment.payee.kind if payment.payee else "",
                agreement=str(payment.agreement.version) if payment.agreement else "",
                what=ledger_formats.what_of(payment),
                due=payment.on,
                covers_from=payment.covers_from,
                covers_to=payment.covers_to,
                amount=payment.amount,
                narrative=ledger_formats.narrative_of(payment),
            )


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
        if mark(Payment.objects.filter(pk=payment.pk), "left_out", by, at, why) != 1:
            raise NotYet(_("This line was left out already."))
        money_standings.mark_stale([payment.case_id])
        PaymentBatch.objects.filter(pk=held.pk, state="ready").update(**written(held))
    payment.refresh_from_db()
    return payment


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
        for number, why in (returned or {}).items():
            mark_returned(held, number, why, by, at)
        mark(held.payments, "paid", by, at)
        begin_paid_lines(held, by, at)
        close_if_answered(held, by, ledger_ref, at)
    batch.refresh_from_db()
    return batch


def mark_returned(
    batch: PaymentBatch, number: int, why: str, by: User, at: datetime | None
) -> None:
    """One line came back, so its payee is struck, and the person is told: it goes again once
    another is named and verified. Inside the transaction that holds the batch.
    """
    if not why.strip():
        raise NotYet(_("Say why line %(n)s came back.") % {"n": number}, field="returned")
    rows = batch.payments.filter(number=number)
    if mark(rows, "returned", by, at, why) != 1:
        raise NotYet(
            _("Line %(n)s is not in this batch, or was left out.") % {"n": number},
            field="returned",
        )
    row = rows.select_related("case").get()
    # and those before it, or the money would go to whoever was paid once
    Payee.objects.filter(case=row.case_id, pk__lte=row.payee_id or 0, struck_at=None).update(
        struck_at=at or timezone.now(), struck_by=by, struck_for="A payment came back."
    )
    row.case.record("payment_returned", by=by, at=at, tell=("person",), payment=row.pk)


def mark_paid(batch: PaymentBatch, numbers: list[int], by: User, at: datetime | None) -> None:
    """These lines were paid. Inside the transaction that holds the batch."""
    for start in range(0, len(numbers), 500):
        mark(batch.payments.filter(number__in=numbers[start : start + 500]), "paid", by, at)


def close_if_answered(batch: PaymentBatch, by: User, ledger_ref: str, at: datetime | None) -> None:
    """The batch is confirmed once no line of it is open."""
    if batch.payments.filter(state="claimed").exists():
        return
    PaymentBatch.objects.filter(pk=batch.pk).update(
        state="confirmed",
        ledger_ref=ledger_ref.strip(),
        confirmed_by=by,
        confirmed_at=at or timezone.now(),
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
