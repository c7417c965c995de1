"""What a person is asked about money besides what the step of their case waits for: each as long as
the letter or the question behind it waits, with its last day. Reading only. Imported once, in
`BudgetsConfig.ready`.

Whoever can't act on somebody's money is asked nothing. Not here: the answers (`actions`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.payments import routes
from budgets.position import overpaid
from cases.access import Reading
from cases.common import dates
from cases.journey import hooks

ANSWERS = {"person", "money_helper"}
Asks = list[tuple[str, str, date | None]]


@hooks.asked
def about_money(reading: Reading) -> Asks:
    """The questions and letters that wait for this reader, in one list."""
    if not reading.case.reached_set_up or not reading.roles & ANSWERS:
        return []
    if not reading.sees("money"):
        return []
    case, today = reading.case, dates.today()
    return [
        *_overpaid(case, today),
        *_account(case, today),
        *_agreement(case),
        *_planned_end(case, today),
    ]


def _record(case: Any, name: str) -> str:
    return reverse("budgets:record", args=[case.ref, name])


def _overpaid(case: Any, today: date) -> Asks:
    row = overpaid.open_overpayment(case)
    if row is None or not overpaid.waits_for_answer(row, today):
        return []
    words = _("Answer our letter: we think that we paid you too much")
    return [(words, _record(case, "reply_to_overpayment"), row.reply_by)]


def _account(case: Any, today: date) -> Asks:
    """What is in the account, and the letter about what is left over in it."""
    letter = Q(letter__replied_at=None, letter__reply_by__gte=today, decision=None)
    found: Asks = []
    for check in case.checks.filter(Q(answered_at=None) | letter).select_related("letter"):
        words, name, by = _("Tell us what is in your account"), "give_balance", None
        if check.answered_at:
            words = _("Answer our letter about money left in your account")
            name, by = "reply_to_surplus", check.letter.reply_by
        found.append((words, _record(case, name), by))
    return found


def _agreement(case: Any) -> Asks:
    """Part of the plan is paid directly, and nobody has signed for it yet."""
    if case.step == "closed" or not routes.waits_to_be_signed(case):
        return []
    words = _("Sign the agreement for your direct payment. Nothing is paid before that")
    return [(words, reverse("budgets:routes", args=[case.ref]), None)]


def _planned_end(case: Any, today: date) -> Asks:
    if case.step == "closed" or case.planned_end is None or case.planned_end < today:
        return []
    words = _("Your support is to end. Is that wrong? Challenge it")
    return [(words, reverse("cases:act", args=[case.ref, "challenge"]), case.planned_end)]
