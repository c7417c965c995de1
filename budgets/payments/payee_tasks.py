"""What has to be done before money can leave: a payee named, verified by a second officer, and a
batch released by one. Each is finance's, until it is done. Reading only. Imported once, in
`BudgetsConfig.ready`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import DirectPaymentAgreement, Payee, Payment, PaymentBatch
from budgets.money.sterling import pounds
from cases.caseload.list_presenter import first_cell
from cases.caseload.lists import staff_cases
from cases.common import dates
from cases.journey import hooks
from cases.models import Case, Council
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SHOWN = 50
WATCHING = {"manager", "service_manager"}
LEAD = 2  # working days before a pay day by which its payee is to be verified


@hooks.tasks
def payees_to_name(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For finance: signed agreements whose payments have nobody to go to, the oldest first."""
    if "finance" not in roles:
        return []
    named = Payee.objects.filter(case=OuterRef("pk"), struck_at=None)
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("pk"))
    cases = Case.objects.filter(Exists(signed), ~Exists(named), council=council)
    cases = cases.filter(~Q(step="closed") | _came_back("pk")).select_related("person")
    back = Payment.objects.filter(case=OuterRef("pk"), state="returned").order_by("-state_at")
    cases = cases.annotate(came_back=Subquery(back.values("state_reason")[:1]))
    rows = [
        [first_cell(case, False), _why(case), _to(case, _("Name who is paid"))]
        for case in cases.order_by("step_since", "pk")[:SHOWN]
    ]
    head = [_("Person"), _("Why"), _("Do now")]
    return [Table(_("Nobody is named to be paid"), head, rows)] if rows else []


@hooks.tasks
def payees_to_verify(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For another finance officer than the one who named them: payees nobody has verified."""
    if "finance" not in roles:
        return []
    waiting = Payee.objects.filter(case__council=council, struck_at=None, verified_at=None)
    waiting = waiting.exclude(recorded_by=user)
    waiting = waiting.filter(~Q(case__step="closed") | _came_back("case"))
    rows = [
        [
            first_cell(payee.case, False),
            day(payee.recorded_at),
            _to(payee.case, _("Compare and verify")),
        ]
        for payee in waiting.select_related("case__person").order_by("recorded_at", "pk")[:SHOWN]
    ]
    head = [_("Person"), _("Named on"), _("Do now")]
    return [Table(_("Who is paid waits to be verified"), head, rows)] if rows else []


@hooks.tasks
def batches_to_release(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For another finance officer than the one who made them: batches that have not left."""
    if "finance" not in roles:
        return []
    waiting = PaymentBatch.objects.filter(council=council, state="ready").exclude(made_by=user)
    rows = [
        [
            _("Batch %(n)s") % {"n": batch.number},
            day(batch.made_at),
            pounds(batch.total),
            Link(
                _("Look at it and release it"),
                reverse("budgets:batch", args=[batch.number]),
                hidden=str(batch.number),
            ),
        ]
        for batch in waiting.order_by("number")[:SHOWN]
    ]
    head = [_("Batch"), _("Made on"), _("Together"), _("Do now")]
    return [Table(_("Batches to release"), head, rows, numeric={2})] if rows else []


@hooks.tasks
def payees_late(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For managers: payees that nobody has verified two working days before they are to be paid."""
    if not roles & WATCHING:
        return []
    soon = dates.working_day_after(dates.today(), LEAD)
    waiting = Payee.objects.filter(case__in=staff_cases(user, council, mine=mine).values("pk"))
    waiting = waiting.filter(
        struck_at=None, verified_at=None, case__money_standing__due_on__lte=soon
    )
    waiting = waiting.exclude(case__step="closed")
    order = ("case__money_standing__due_on", "pk")
    rows = [
        [
            first_cell(payee.case, False),
            day(payee.case.money_standing.due_on),
            _("Finance is to verify who is paid, or the payment is missed"),
        ]
        for payee in waiting.select_related("case__person", "case__money_standing").order_by(
            *order
        )[:SHOWN]
    ]
    head = [_("Person"), _("To be paid on"), _("What holds it up")]
    return [Table(_("Payments held up by a change of payee"), head, rows)] if rows else []


def _came_back(case: str) -> Exists:
    """Of a closed case, too, what came back is paid again."""
    return Exists(Payment.objects.filter(case=OuterRef(case), state="returned"))


def _why(case: Any) -> str:
    if case.came_back is None:
        return _("Not named yet")
    return _("A payment came back: %(why)s") % {"why": case.came_back}


def _to(case: Case, words: str) -> Link:
    return Link(words, reverse("budgets:payee", args=[case.ref]), hidden=case.ref)
