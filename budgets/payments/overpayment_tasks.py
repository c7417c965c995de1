"""What waits for finance about sums that were paid too much: each is one officer's, with a day.
Reading only. Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import Overpayment
from budgets.money.sterling import pounds
from budgets.payments.officers import own_or_left
from budgets.position.overpaid import open_findings
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.common import dates
from cases.journey import hooks
from cases.models import Council
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day

SHOWN = 50


def open_in(council: Council) -> Any:
    """The open findings of a council, the most pressing first."""
    rows = open_findings().filter(case__council=council)
    return rows.select_related("case__person", "owner").order_by("decide_by", "pk")


@hooks.tasks
def overpayments_to_decide(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For the officer whose they are; those of nobody who is an officer now are everybody's, but
    never of their own case or a relative's.
    """
    if "finance" not in roles:
        return []
    seen = lists.staff_cases(user, council, mine=mine).order_by().values("pk")
    rows = own_or_left(open_in(council).filter(case__in=seen), user, council)
    found = list(rows[:SHOWN])
    return [overpayments_table(found, _("Paid too much: yours to decide"))] if found else []


def overpayments_table(
    found: Iterable[Overpayment], caption: str, empty: str = "", acts: bool = True
) -> Table:
    """Findings as a table, each with by when it is decided; for who acts, with what to do now."""
    rows = [
        [
            first_cell(row.case, False),
            pounds(row.amount),
            _by(row),
            str(row.owner) if row.owner else _("Nobody yet"),
            Link(_now(row), reverse("budgets:overpayment", args=[row.case.ref]), row.case.ref)
            if acts
            else _now(row),
        ]
        for row in found
    ]
    head = [_("Person"), _("Too much"), _("By"), _("Whose"), _("Do now")]
    return Table(caption, head, rows, numeric={1}, empty=empty)


def _by(row: Overpayment) -> Any:
    late = row.decide_by < dates.today()
    words = day(row.decide_by)
    return [words, Badge(_("Late"), "red")] if late else words


def _now(row: Overpayment) -> str:
    """What is to be done now."""
    if row.written_at is None:
        return _("Write about it, or decide")
    if row.replied_at is None and row.reply_by and dates.today() <= row.reply_by:
        return _("Waits for their answer")
    return _("Decide about it")
