"""Payments for the council's ledger: one numbered batch, one file, nobody paid twice.

Claim first, write afterwards. The batch and its claim are one transaction; the file is written from
the claimed rows alone, so a run that was killed is taken up again and gives the same file with the
same hash. Two runs at once: one claims, the other finds nothing due.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.agreement import year_of_payments
from budgets.ledger import layout_file, layouts, outgoing
from budgets.ledger.outgoing import OutgoingRow
from budgets.models import DirectPaymentAgreement, PaymentBatch, ScheduledPayment
from budgets.payments import routes
from budgets.position import case_money, endings
from cases import access
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Council, Seat, User

AHEAD = (
    28  # days: a batch takes what is due by today, or that much ahead for a ledger that needs time
)
ROLL_ON = 42  # days before the last payment's end at which the next year is planned


def finance_of(by: User, council: Council) -> None:
    """Refuse whoever is no finance officer of this council today."""
    if not Seat.objects.filter(
        Seat.on(dates.today()), user=by, council=council, role="finance"
    ).exists():
        raise NotYet(_("Somebody else records this: it is not yours to do."))


def due_payments(council: Council, until: date) -> Any:
    """What would be paid: due by a day, not held, not in a batch, above £0, and never for days
    after an end.
    """
    rows = ScheduledPayment.objects.filter(
        agreement__case__council=council, due__lte=until, batch=None, held=False
    )
    rows = rows.filter(amount__gt=0)
    return rows.exclude(pk__in=endings.after_the_end(rows)).order_by("due", "pk")


def make_batch(
    *, council: Council, by: User, until: date, at: datetime | None = None
) -> PaymentBatch:
    """Claim everything due by a day as one numbered batch and write its file. A batch that was
    begun and not finished is finished first, and that is the one that comes back.
    """
    finance_of(by, council)
    when = at or timezone.now()
    if until > dates.london_date(when) + timedelta(days=AHEAD):
        raise NotYet(_("Choose a day no more than %(n)s days ahead.") % {"n": AHEAD}, field="until")
    return finish_batch(claim(council=council, by=by, until=until, at=when))


def claim(*, council: Council, by: User, until: date, at: datetime) -> PaymentBatch:
    """The batch with its payments, not written yet: one transaction, one conditional update."""
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        begun = PaymentBatch.objects.filter(council=council, state="making").first()
        if begun:
            return begun
        roll_on(council, until)
        last = PaymentBatch.objects.filter(council=council).aggregate(n=Max("number"))["n"] or 0
        batch = PaymentBatch.objects.create(
            council=council, number=last + 1, until=until, made_by=by, made_at=at
        )
        due = due_payments(council, until).order_by().values("pk")
        taken = ScheduledPayment.objects.filter(pk__in=due, batch=None, held=False).update(
            batch=batch
        )
        if not taken:
            raise NotYet(_("Nothing is due by that day. Nobody was paid."), field="until")
        return batch


def finish_batch(batch: PaymentBatch) -> PaymentBatch:
    """Write the file of a claimed batch. Safe to run again and by two at once: the same rows give
    the same bytes.
    """
    content, count, total = written(batch)
    PaymentBatch.objects.filter(pk=batch.pk, state="making").update(
        state="ready",
        content=content,
        count=count,
        total=total,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
    )
    batch.refresh_from_db()
    return batch


def written(batch: PaymentBatch) -> tuple[str, int, Decimal]:
    """(the file, how many lines, their sum). No name stands in it: the ledger knows the payee by
    the reference.
    """
    layout = layout_file.read_layout(layout_file.as_text(layouts.DEFAULT))
    rows = batch.payments.select_related("agreement__case").order_by("due", "pk")
    out = BytesIO()
    told = outgoing.write(
        layout, batch.number, (_row(n, p) for n, p in enumerate(rows.iterator(), 1)), out
    )
    return out.getvalue().decode(), told.count, told.total


def _row(number: int, payment: ScheduledPayment) -> OutgoingRow:
    return OutgoingRow(
        line=number,
        reference=payment.agreement.case.ref,
        creditor="",
        payee_kind="",
        agreement=str(payment.agreement.version),
        what=payment.kind,
        due=payment.due,
        covers_from=payment.covers_from,
        covers_to=payment.covers_to,
        amount=payment.amount,
        narrative=str(payment.number),
    )


def confirm_batch(
    *, batch: PaymentBatch, by: User, ledger_ref: str, at: datetime | None = None
) -> PaymentBatch:
    """The ledger has paid: say so once, with its own number."""
    finance_of(by, batch.council)
    if not ledger_ref.strip():
        raise NotYet(_("Enter the number the ledger gave it."), field="ledger_ref")
    done = PaymentBatch.objects.filter(pk=batch.pk, state="ready").update(
        state="confirmed",
        ledger_ref=ledger_ref.strip(),
        confirmed_by=by,
        confirmed_at=at or timezone.now(),
    )
    batch.refresh_from_db()
    if not done:
        raise NotYet(_("This batch was confirmed already, or its file is not written yet."))
    return batch


def roll_on(council: Council, until: date) -> int:
    """The budget in force pays until its successor starts: where a year of payments is nearly over,
    the next year is planned on the same terms. Returns how many agreements went on.
    """
    rows = DirectPaymentAgreement.objects.filter(case__council=council).exclude(case__step="closed")
    rows = rows.annotate(
        last=Max("case__agreements__version"),
        end=Max("payments__covers_to"),
        most=Max("payments__number"),
    )
    gone = 0
    for agreement in rows.filter(end__lte=until + timedelta(days=ROLL_ON)).select_related("case"):
        net = agreement.annual - agreement.contribution_annual
        if agreement.version != agreement.last or not net or not _goes_on(agreement):
            continue
        end, number = agreement.end, agreement.most + 1
        while end <= until + timedelta(days=ROLL_ON):
            year = year_of_payments(agreement, net, end + timedelta(days=1), number)
            ScheduledPayment.objects.bulk_create(year)
            end, number = year[-1].covers_to, number + len(year)
        gone += 1
    return gone


def _goes_on(agreement: DirectPaymentAgreement) -> bool:
    """Is this the payment of the budget in force, and not held at its end? Held: a person decides
    how it goes on.
    """
    case = agreement.case
    if case_money.in_force(case) is None or _last(agreement).held:
        return False
    plan = case_money.agreed_plan(case)
    return case.step == "set_up" or (
        plan is not None and routes.covers(agreement, routes.direct_lines(plan.lines.all()))
    )


def _last(agreement: DirectPaymentAgreement) -> ScheduledPayment:
    """The payment for the last days; numbers follow no days where one was parted."""
    return agreement.payments.filter(kind="regular").order_by("-covers_to", "-number")[0]


def batches_of(user: User, council: Council) -> Any:
    """The batches a finance officer or an auditor of the council may read."""
    roles = {seat.role for seat in access.seats_of(user) if seat.council_id == council.pk}
    rows = (
        PaymentBatch.objects.filter(council=council)
        if roles & {"finance", "auditor"}
        else PaymentBatch.objects.none()
    )
    return rows.order_by("-number")
