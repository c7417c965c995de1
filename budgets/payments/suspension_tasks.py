"""A suspension is looked at again on its day, by whoever may end it: finance or the manager of the
team. Nobody's payments stay away because nobody remembered, nor after somebody came home from
hospital. Reading only. Imported once, in
`BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import Suspension
from budgets.payments import hospital_stays
from budgets.payments.task_days import in_time
from cases import journey
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.common import dates
from cases.journey import hooks
from cases.models import Council
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SHOWN = 50


@hooks.tasks
def suspensions_to_look_at(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """Suspensions whose day has come, the oldest first; before them those of before a day was asked
    for. Done when they end, or have a new day.
    """
    if not roles & journey.MOVES["resume_payment"].who:
        return []
    found = Suspension.objects.filter(
        Q(look_again_on__lte=dates.today()) | Q(look_again_on=None),
        case__council=council,
        ends_on=None,
        struck_at=None,
    ).exclude(case__step="closed")
    found = lists.of_others(found, user, mine=mine)
    if "finance" not in roles:
        cases = lists.staff_cases(user, council, mine=mine)
        found = found.filter(case__in=cases.order_by().values("pk"))
    first = F("look_again_on").asc(nulls_first=True)
    held = list(found.select_related("case__person").order_by(first, "pk")[:SHOWN])
    home = hospital_stays.last_days(held)
    rows = [
        [
            first_cell(one.case, True),
            day(one.begins_on),
            [one.support_instead, home_words(home[one.pk])]
            if one.pk in home
            else one.support_instead,
            in_time(one.look_again_on) if one.look_again_on else _("No day was set"),
            Link(
                _("Look at it again"),
                reverse("budgets:record", args=[one.case.ref, "look_at_suspension"]),
                hidden=one.case.ref,
            ),
        ]
        for one in held
    ]
    head = [_("Person"), _("Suspended from"), _("Support instead"), _("In time?"), _("Do now")]
    return [Table(_("Suspended payments to look at again"), head, rows)] if rows else []


def home_words(last: date) -> str:
    """That the person came home from hospital, where the payments were suspended in those days."""
    words = _("Home from hospital on %(day)s. Are the payments to be resumed?")
    return words % {"day": day(last)}
