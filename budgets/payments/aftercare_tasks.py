"""Aftercare under section 117 that is to be split is one person's task, with a day: the named
worker's, or where nobody is named the manager's. Reading only. Imported once, in
`BudgetsConfig.ready`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.payments.closing_tasks import in_time
from budgets.position import aftercare
from cases import journey
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.journey import hooks
from cases.models import Council
from cases.ui.components import Link, Table

SHOWN = 50


@hooks.tasks
def aftercare_to_split(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For whoever works on the case: lines whose shares nobody has looked at."""
    if not roles & journey.WORKER:
        return []
    theirs = Q(worker=user.pk) | (Q(worker=None) if "manager" in roles else Q(pk=None))
    cases = lists.staff_cases(user, council, mine=mine).filter(theirs)
    rows = [
        [
            first_cell(line.plan.case, True),
            line.what,
            in_time(aftercare.split_by(line)),
            Link(
                _("Say whose share it is"),
                reverse("budgets:record", args=[line.plan.case.ref, aftercare.VERB]),
                hidden=line.plan.case.ref,
            ),
        ]
        for line in aftercare.to_split(cases.order_by().values("pk"))[:SHOWN]
    ]
    head = [_("Person"), _("Support"), _("In time?"), _("Do now")]
    return [Table(_("Section 117 aftercare to split"), head, rows)] if rows else []
