"""Payees that wait: cases whose money has nobody to go to, and payees that no second officer has
verified. Reading only. Not here: who is paid now (`standing_payments`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from budgets.models import DirectPaymentAgreement, Payee, Payment
from cases.common import dates
from cases.models import Case

LEAD = 2  # working days before a pay day by which its payee is to be verified


def to_name(cases: Any) -> Any:
    """Those of `cases` (a query of ids) with a signed agreement and nobody who is paid; each with
    `signed_at`, when the first agreement was recorded, and `came_back`: why a payment came back.
    """
    named = Payee.objects.filter(case=OuterRef("pk"), struck_at=None)
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("pk")).order_by("pk")
    back = Payment.objects.filter(case=OuterRef("pk"), state="returned").order_by("-state_at")
    rows = Case.objects.filter(_pays("pk", "step"), ~Exists(named), pk__in=cases)
    rows = rows.annotate(
        signed_at=Subquery(signed.values("made_at")[:1]),
        came_back=Subquery(back.values("state_reason")[:1]),
    )
    return rows.filter(signed_at__isnull=False).select_related("person")


def to_verify(cases: Any) -> Any:
    """The payee named last of each of `cases`, where nobody has verified it. One that was named
    before it can't be verified any more, and waits for nobody.
    """
    later = Payee.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"), struck_at=None)
    rows = Payee.objects.filter(_pays("case", "case__step"), case__in=cases)
    rows = rows.filter(struck_at=None, verified_at=None).exclude(Exists(later))
    return rows.select_related("case__person", "case__money_standing", "recorded_by")


def late(cases: Any, today: date) -> Any:
    """Those whose payment is due within the lead: the manager has them, and the person is told."""
    soon = dates.working_day_after(today, LEAD)
    return to_verify(cases).filter(case__money_standing__due_on__lte=soon)


def _pays(case: str, step: str) -> Q:
    """Of a closed case, too, what came back is paid again."""
    came_back = Payment.objects.filter(case=OuterRef(case), state="returned")
    return ~Q(**{step: "closed"}) | Q(Exists(came_back))
