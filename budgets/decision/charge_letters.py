"""What the letter about charges says of money: each period, what is taken off it, and what is to
pay. Registered with `hooks.letter_lines`, imported once in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import Charge, Undercharge
from budgets.money.sterling import pounds
from budgets.position.charged import days_charged, weekly_told
from cases.journey import hooks

Rows = list[tuple[str, str]]
ZERO = Decimal("0.00")
# the decision as the person reads it; staff choose it in words of their own
DECIDED = {
    "charge": gettext_lazy("You pay it. It is in the next letter about what you pay."),
    "leave": gettext_lazy("You do not pay it."),
}


@hooks.letter_lines("send_charge")
def charge_facts(event: Any) -> Rows:
    """The charges of one person on one list."""
    rows = Charge.objects.filter(
        case_id=event.case_id, batch=event.codes.get("charges"), state="charged"
    )
    charges = list(rows.select_related("batch").defer("batch__content").order_by("number"))
    if not charges:
        return []
    found: Rows = [(_("What you pay a week"), words) for words in weekly_told(charges)]
    found += [(days_charged(row), pounds(row.amount)) for row in charges if row.amount]
    credit = sum((row.credit for row in charges), ZERO)
    together = sum((row.to_pay for row in charges), ZERO)
    if credit:
        found.append((_("Taken off, because we charged too much before"), pounds(credit)))
    if together < 0:
        found.append((_("We pay you back"), pounds(-together)))
    else:
        found.append((_("You pay in all"), pounds(together)))
    numbers = ", ".join(row.written_number for row in charges)
    return [*found, (_("Number of the charge"), numbers)]


@hooks.letter_lines("decide_undercharge")
def undercharge_facts(event: Any) -> Rows:
    """How much was charged too little, and what was decided."""
    named = event.codes.get("undercharge")
    row = Undercharge.objects.filter(case_id=event.case_id, pk=named).first()
    if row is None:
        return []
    return [
        (_("We charged too little"), pounds(row.amount)),
        (_("We decided"), str(DECIDED.get(row.decision, ""))),
    ]
