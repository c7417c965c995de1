"""Whose contribution is to be looked at again: a year is nearly over since it was decided, or a new
year of charging has begun since. Finance's, until another is recorded. Reading only. Imported once,
in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.models import Contribution
from budgets.money.charging import year_of, year_start
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.common import dates
from cases.journey import hooks
from cases.models import Clock, Council
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day, last_day

SHOWN = 50
AHEAD = timedelta(days=28)  # a review is a task so long before its last day


def reviews_due(council: Council, today: date) -> Any:
    """The running clocks of contributions that are to be reviewed now, the first last day first. A
    new year of charging changes nothing for a sum that was decided for days in it.
    """
    begun = year_start(int(year_of(today)[:4]))
    this_year = Contribution.objects.filter(
        case=OuterRef("case"), state="recorded", valid_from__gte=begun
    )
    running = Clock.objects.filter(
        council=council, kind="charge_review", ended_at=None, dropped_at=None
    )
    old = Q(began_at__lt=dates.london_midnight(begun)) & ~Exists(this_year)
    rows = running.filter(Q(due_at__lte=timezone.now() + AHEAD) | old)
    return rows.select_related("case__person").order_by("due_at", "pk")


@hooks.tasks
def charges_to_review(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For finance."""
    if "finance" not in roles:
        return []
    found = lists.of_others(reviews_due(council, dates.today()), user, mine=mine)
    rows = [
        [
            first_cell(one.case, False),
            day(one.began_at),
            _last_day(one),
            Link(
                _("Record what they pay now"),
                reverse("budgets:contribution", args=[one.case.ref]),
                hidden=one.case.ref,
            ),
        ]
        for one in found[:SHOWN]
    ]
    head = [_("Person"), _("Decided on"), _("Review by"), _("Do now")]
    return [Table(_("What people pay: to be reviewed"), head, rows)] if rows else []


def _last_day(clock: Clock) -> Any:
    if clock.due_at is None:
        return ""
    words = last_day(clock.due_at)
    return [words, Badge(_("Late"), "red")] if clock.due_at <= timezone.now() else words
