"""How cases stand that were paid elsewhere before, until the first payment from here: what is owed
to them, and what was paid too much. Somebody looks at the list before the first batch that pays
them. Reading only; the sums are as `money_standings` keeps them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from budgets.models import (
    DirectPaymentAgreement,
    EnteredCase,
    MoneyStanding,
    Overpayment,
    Payment,
    SmallBalanceLimit,
)
from cases.models import Case, Council


def cases(council: Council) -> QuerySet[Case]:
    """Cases that may be paid from here and never were: entered with money running and live, or
    brought over by an upgrade from before batches had a second officer.
    """
    paid = Payment.objects.filter(case=OuterRef("pk"))
    ours = paid.filter(batch__released_by__isnull=False)
    before = paid.filter(batch__released_by=None, batch__released_at__isnull=False)
    live = EnteredCase.objects.filter(case=OuterRef("pk"), live_at__isnull=False)
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("pk"))
    rows = Case.objects.filter(Exists(live) | Exists(before), Exists(signed), council=council)
    return rows.exclude(Exists(ours))


def uneven(council: Council) -> QuerySet[MoneyStanding]:
    """Of these cases those with a balance, the largest first."""
    rows = MoneyStanding.objects.filter(case__in=cases(council).values("pk"))
    rows = rows.filter(Q(owed__gt=0) | Q(paid_too_much__gt=0))
    return rows.select_related("case").order_by("-paid_too_much", "-owed", "pk")


def unread(council: Council) -> QuerySet[Case]:
    """Of these cases those whose money has changed since it was read: their balance is not known
    yet.
    """
    return cases(council).exclude(Exists(_standing().filter(stale=False)))


def before_first_payments(council: Council) -> int:
    """How many of these cases have a balance to look at, or one that is not known yet."""
    even = _standing().filter(stale=False, owed=0, paid_too_much=0)
    return cases(council).exclude(Exists(even)).count()


def _standing() -> Any:
    return MoneyStanding.objects.filter(case=OuterRef("pk"))


def small(council: Council, on: date) -> tuple[Decimal, list[MoneyStanding]]:
    """The council's limit on a day (0: none), and of these cases those of which no more than that
    was paid too much and nothing else stands: neither owed nor asked about in a letter.
    """
    rows = SmallBalanceLimit.objects.filter(SmallBalanceLimit.on(on), council=council)
    most = rows.order_by("-valid_from").values_list("most", flat=True).first() or Decimal(0)
    if not most:
        return most, []
    asked = Overpayment.objects.filter(
        case=OuterRef("case"), written_at__isnull=False, decided_at=None
    )
    found = uneven(council).filter(stale=False, owed=0, paid_too_much__lte=most)
    return most, list(found.exclude(Exists(asked)))
