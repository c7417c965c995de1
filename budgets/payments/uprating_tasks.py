"""What the yearly uprating leaves to people: a set to decide and to release, exceptions, and who
could not be told before the day. Reading only. The tables of tasks are imported once, in
`BudgetsConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import BudgetFigure, Contribution, Uprating, UpratingRow
from budgets.payments.task_days import in_time
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.common import dates
from cases.journey import hooks
from cases.models import Council
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SHOWN = 50
POST = 2  # working days before the day, for a letter or a call that somebody has to make


def letters_by(counts_from: date) -> date:
    """The last day on which somebody is told by a letter or a call."""
    return dates.working_day_before(counts_from, POST)


@hooks.tasks
def uprating_sets(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """A run that is worked out, until it is released. There is one at most."""
    if "finance" not in roles:
        return []
    rows = [
        [
            _("Run %(n)s") % {"n": run.number},
            day(run.counts_from),
            in_time(letters_by(run.counts_from)),
            Link(
                _("Decide it or release it"),
                reverse("budgets:uprating", args=[run.number]),
                hidden=_("the yearly change"),
            ),
        ]
        for run in Uprating.objects.filter(council=council, state="ready")
    ]
    head = [_("Run"), _("Counts from"), _("In time?"), _("Do now")]
    return [Table(_("The yearly change of rates and prices"), head, rows)] if rows else []


def rows_to_do(council: Council) -> Any:
    """Rows that wait for a person: nobody has said how they are dealt with, and nothing was decided
    about them since. Of a run that was withdrawn none does.
    """
    decided = Contribution.objects.filter(
        case=OuterRef("case"),
        state="recorded",
        recorded_at__gt=OuterRef("uprating__made_at"),
    )
    priced = BudgetFigure.objects.filter(
        case=OuterRef("case"),
        kind="revised",
        recorded_at__gt=OuterRef("uprating__made_at"),
    )
    rows = UpratingRow.objects.filter(
        uprating__council=council, state__in=["exception", "left_out"], reason=""
    ).exclude(uprating__state="withdrawn")
    done = Q(kind="contribution") & Exists(decided) | Q(kind="price") & Exists(priced)
    return rows.exclude(done).select_related("uprating", "case__person")


def waiting(runs: Collection[Uprating]) -> dict[int, int]:
    """Run -> how many of its rows wait for a person, of those whose letters are written."""
    found = {run.pk: run.council for run in runs if run.state == "finished"}
    if not found:
        return {}
    rows = rows_to_do(next(iter(found.values()))).filter(uprating__in=found)
    counted = rows.order_by().values("uprating").annotate(n=Count("pk"))
    return {row["uprating"]: row["n"] for row in counted}


@hooks.tasks
def uprating_rows(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For finance, the first day first."""
    if "finance" not in roles:
        return []
    seen = lists.staff_cases(user, council, mine=mine).order_by().values("pk")
    rows = [
        [
            first_cell(one.case, False),
            str(one.get_kind_display()),
            str(one.get_code_display()),
            in_time(one.do_by) if one.do_by else "",
            link_to(one),
        ]
        for one in rows_to_do(council).filter(case__in=seen).order_by("do_by", "pk")[:SHOWN]
    ]
    head = [_("Person"), _("What"), _("Why"), _("In time?"), _("Do now")]
    return [Table(_("The yearly change: to be looked at"), head, rows)] if rows else []


def link_to(row: UpratingRow) -> Link:
    """Where a row is looked at."""
    to = reverse("budgets:uprating_row", args=[row.uprating.number, row.number])
    return Link(_("Look at it"), to, hidden=row.case.ref)
