"""What has to be done before money can leave: a payee named, and verified by a second officer. Each
is finance's, until it is done. Reading only. Imported once, in `BudgetsConfig.ready`. Not here:
batches to be released (`second_officer`).
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.payments import payees_waiting
from cases.caseload.list_presenter import first_cell
from cases.caseload.lists import staff_cases
from cases.common import dates
from cases.journey import hooks
from cases.models import Case, Council
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SHOWN = 50
WATCHING = {"manager", "service_manager"}


@hooks.tasks
def payees_to_name(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For finance: signed agreements whose payments have nobody to go to, the oldest first."""
    if "finance" not in roles:
        return []
    cases = payees_waiting.to_name(_seen(user, council, mine))
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
    waiting = payees_waiting.to_verify(_seen(user, council, mine)).exclude(recorded_by=user)
    rows = [
        [
            first_cell(payee.case, False),
            day(payee.recorded_at),
            _to(payee.case, _("Compare and verify")),
        ]
        for payee in waiting.order_by("recorded_at", "pk")[:SHOWN]
    ]
    head = [_("Person"), _("Named on"), _("Do now")]
    return [Table(_("Who is paid waits to be verified"), head, rows)] if rows else []


@hooks.tasks
def payees_late(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For managers: payees that nobody has verified two working days before they are to be paid."""
    if not roles & WATCHING:
        return []
    waiting = payees_waiting.late(_seen(user, council, mine), dates.today())
    rows = [
        [
            first_cell(payee.case, False),
            day(payee.case.money_standing.due_on),
            _("Finance is to verify who is paid, or the payment is missed"),
        ]
        for payee in waiting.order_by("case__money_standing__due_on", "pk")[:SHOWN]
    ]
    head = [_("Person"), _("To be paid on"), _("What holds it up")]
    return [Table(_("Payments held up by a change of payee"), head, rows)] if rows else []


def _seen(user: Any, council: Council, mine: Any) -> Any:
    """The cases that the reader may open as staff: not their own, nor a relative's."""
    return staff_cases(user, council, mine=mine).order_by().values("pk")


def _why(case: Any) -> str:
    if case.came_back is None:
        return _("Not named yet")
    return _("A payment came back: %(why)s") % {"why": case.came_back}


def _to(case: Case, words: str) -> Link:
    return Link(words, reverse("budgets:payee", args=[case.ref]), hidden=case.ref)
