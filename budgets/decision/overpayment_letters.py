"""What the letters about a sum paid too much say of money: how much, until when to answer, and what
was decided. Registered with `hooks.letter_lines`, imported once in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets.models import Instalment, Overpayment
from budgets.money.sterling import pounds
from cases.journey import hooks
from cases.ui.date_words import day

Rows = list[tuple[str, str]]
# the decision as the person reads it; staff choose it in words of their own
DECIDED = {
    "leave": gettext_lazy("Nothing is taken back."),
    "instalments": gettext_lazy("It is taken off later payments, as we agreed with you."),
    "write_off": gettext_lazy("It is not owed any more."),
}


def _row(event: Any) -> Overpayment | None:
    named = event.codes.get("overpayment")
    return Overpayment.objects.filter(case_id=event.case_id, pk=named).first()


@hooks.letter_lines("write_about_overpayment")
def written_facts(event: Any) -> Rows:
    """The sum, and the last day to say something about it."""
    row = _row(event)
    if row is None or row.written_amount is None or row.reply_by is None:
        return []
    return [
        (_("We paid too much"), pounds(row.written_amount)),
        (_("You can tell us until"), day(row.reply_by)),
    ]


@hooks.letter_lines("decide_overpayment")
def decided_facts(event: Any) -> Rows:
    """The decision, with each instalment that was agreed."""
    row = _row(event)
    if row is None or not row.decision:
        return []
    found: Rows = [
        (_("We paid too much"), pounds(row.amount)),
        (_("We decided"), str(DECIDED.get(row.decision, ""))),
    ]
    if row.decision == "instalments":
        found += _agreed(row)
    return found


def _agreed(row: Overpayment) -> Rows:
    rows = Instalment.objects.filter(case=row.case_id, struck_at=None).order_by("on")
    found = [one for one in rows if one.recorded_at == row.decided_at]
    if not found:
        return []
    words = ngettext(
        "%(sum)s from the payment on or after %(day)s",
        "%(n)s times %(sum)s, from the payments on or after %(day)s. The last one is %(last)s",
        len(found),
    ) % {
        "n": len(found),
        "sum": pounds(found[0].amount),
        "day": day(found[0].on),
        "last": pounds(found[-1].amount),
    }
    back = sum((one.amount for one in found), Decimal("0.00"))
    rows_said: Rows = [
        (_("Agreed with you in writing on"), day(found[0].agreed_on)),
        (_("Taken off your payments"), words),
    ]
    if back < row.amount:
        rows_said.append((_("Written off: you do not owe it"), pounds(row.amount - back)))
    return [*rows_said, (_("How your needs are still met"), row.needs_met)]
