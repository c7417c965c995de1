"""What waits for finance about sums charged too little: each is one officer's, with a day. Reading
only. Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import Undercharge
from budgets.money.sterling import pounds
from budgets.payments.officers import own_or_left
from budgets.payments.task_days import in_time
from budgets.position.undercharged import open_findings
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.journey import hooks
from cases.models import Council
from cases.ui.components import Link, Table

SHOWN = 50


@hooks.tasks
def undercharges_to_decide(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For the officer whose they are; those of nobody who is an officer now are everybody's, but
    never of their own case or a relative's.
    """
    if "finance" not in roles:
        return []
    found = own_or_left(open_findings().filter(case__council=council), user, council)
    found = lists.of_others(found, user, mine=mine).select_related("case__person")
    rows = [
        [
            first_cell(row.case, False),
            pounds(row.amount),
            in_time(row.decide_by),
            decide_link(row),
        ]
        for row in found.order_by("decide_by", "pk")[:SHOWN]
    ]
    head = [_("Person"), _("Too little"), _("In time?"), _("Do now")]
    return [Table(_("Charged too little: yours to decide"), head, rows, numeric={1})] * bool(rows)


def decide_link(row: Undercharge) -> Link:
    """Where it is decided."""
    to = reverse("budgets:record", args=[row.case.ref, "decide_undercharge"])
    return Link(_("Decide about it"), to, hidden=row.case.ref)
