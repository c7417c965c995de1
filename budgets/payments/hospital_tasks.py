"""Whether a direct payment goes on while the person is in hospital, as a task: the named worker's,
or where nobody is named the manager's. The manager has it too once it is late, and suspends what a
worker decided to suspend. Reading only. Imported once, in `BudgetsConfig.ready`.

Which cases have somebody in hospital is read with what else is looked up in them
(`closing_tasks.cases_that_ended`); the stays only where there are any.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.payments import hospital_stays
from budgets.payments.hospital_stays import Waiting
from budgets.payments.payment_rules import LOOK_AGAIN
from budgets.payments.task_days import in_time
from cases.caseload.list_presenter import first_cell
from cases.common import dates
from cases.journey import hooks
from cases.models import Case, Council, User
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SHOWN = 50


def somebody_in_hospital(council: Council) -> Any:
    """The ids of cases of people in hospital with a direct payment that is not suspended."""
    return hospital_stays.still_there().filter(case__council=council).order_by().values("case")


def decisions_waiting(user: User, council: Council, roles: set[str], cases: Any) -> list[Table]:
    """What waits for this reader in `cases`, those they see."""
    watches = "manager" in roles
    found = hospital_stays.waiting(council.pk, cases.order_by().values("pk"), dates.today())
    asked = [one for one in found if not one.to_suspend]
    decide = [_decide(one) for one in asked if _is_theirs(one, user, watches)]
    suspend = [_suspend(one) for one in found if one.to_suspend and watches]
    since = _("In hospital since")
    tables: tuple[tuple[str, list[str], list[Any]], ...] = (
        (_("In hospital: does the direct payment go on?"), [_("Day in hospital")], decide),
        (_("In hospital: payments to suspend"), [_("Why")], suspend),
    )
    return [
        Table(title, [_("Person"), since, *head, _("In time?"), _("Do now")], rows[:SHOWN])
        for title, head, rows in tables
        if rows
    ]


def _is_theirs(one: Waiting, user: User, watches: bool) -> bool:
    worker = one.stay.case.worker_id
    late = one.by < dates.today()
    return worker == user.pk or (watches and (worker is None or late))


def _decide(one: Waiting) -> list[Any]:
    case, begins_on = one.stay.case, one.stay.begins_on
    to = reverse("budgets:record", args=[case.ref, "decide_hospital_stay"])
    return [
        first_cell(case, True),
        day(begins_on),
        str(hospital_stays.day_in_hospital(begins_on, dates.today())),
        in_time(one.by),
        Link(_("Decide whether it goes on"), to, hidden=case.ref),
    ]


def _suspend(one: Waiting) -> list[Any]:
    case = one.stay.case
    return [
        first_cell(case, True),
        day(one.stay.begins_on),
        one.last.reason if one.last else "",
        in_time(one.by),
        Link(_("Suspend the payments"), suspend_address(case), hidden=case.ref),
    ]


def suspend_address(case: Case) -> str:
    """Where payments are suspended."""
    return reverse("cases:act", args=[case.ref, "suspend_payment"])


@hooks.prefilled("suspend_payment")
def because_of_hospital(case: Case) -> dict[str, Any]:
    """What a suspension is filled in with while the person is in hospital; all of it can be
    changed.
    """
    stay = hospital_stays.open_stay(case)
    if stay is None:
        return {}
    words = _("In hospital since %(day)s")
    return {
        "reason": words % {"day": dates.date_words(stay.begins_on)},
        "instead_who": _("The hospital"),
        "alternative": _("Care in hospital"),
        "instead_from": stay.begins_on,
        "look_again_on": dates.today() + timedelta(days=LOOK_AGAIN),
    }
