"""What the letter about charges says of money: each period, what is taken off it, and what is to
pay. Registered with `hooks.letter_lines`, imported once in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import Charge, LinePrice, Undercharge
from budgets.money.sterling import pounds
from budgets.position.charged import days_charged, too_little_rows, weekly_told
from budgets.position.earlier_charge import charged_from
from budgets.position.entitlement_facts import facts_of_case
from budgets.position.money_presenter import plus_minus
from budgets.position.what_came import came_words, days_words
from cases.journey import hooks
from cases.models import Case
from cases.ui.date_words import day

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
    before = _before_told(event.case)
    return [*found, *before, (_("Number of the charge"), numbers)]


def _before_told(case: Case) -> Rows:
    """Whether days before the person was told are charged: by a decision of its own alone."""
    days = charged_from(case.contributions.order_by("pk"))
    words = _("Nothing is asked for them.")
    if days:
        words = _("You pay for them from %(day)s on. We wrote to you about that decision.")
        words %= {"day": day(min(days.values()))}
    return [(_("Days before we told you"), words)]


@hooks.letter_lines("write_what_came")
def came_facts(event: Any) -> Rows:
    """What came on which days, and what the person pays of them: was, is, difference."""
    rows = LinePrice.objects.filter(line__plan__case=event.case_id, pk=event.codes.get("fact"))
    row = rows.exclude(ends_on=None).select_related("line").first()
    if row is None:
        return []
    was, now = Decimal(event.codes["was"]), Decimal(event.codes["now"])
    words = _("was %(was)s, is %(now)s: %(diff)s")
    sums = {"was": pounds(was), "now": pounds(now), "diff": plus_minus(now - was)}
    follows = _("If we charged you for these days already, it comes off the next charge.")
    if now > was:
        follows = _("We charge no more for days that were charged already, unless we write again.")
    return [
        (_("Your support"), row.line.what),
        (_("The days"), days_words(row.begins_on, row.ends_on)),
        (_("What came"), came_words(row.line, row.amount)),
        (_("What you pay for these days"), words % sums),
        (_("What follows"), follows),
    ]


@hooks.letter_lines("decide_undercharge")
def undercharge_facts(event: Any) -> Rows:
    """How much was charged too little, for which days, and what was decided."""
    named = event.codes.get("undercharge")
    row = Undercharge.objects.filter(case_id=event.case_id, pk=named).first()
    if row is None:
        return []
    return [
        (_("We charged too little"), pounds(row.amount)),
        *too_little_rows(facts_of_case(event.case), row.amount),
        (_("We decided"), str(DECIDED.get(row.decision, ""))),
        *_before_told(event.case),
    ]
