"""What is still to be done when the money of a case has ended: each one role's task, with a day,
until it is written down.

Finance settles the final account; the social worker, or where nobody is named the team's manager,
tells the provider that its order ends, and opens a case again whose challenge was upheld after it
had closed; a manager closes what the service could not close. Reading only. Imported once, in
`BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import Estate
from budgets.payments import hospital_tasks
from budgets.payments.task_days import in_time
from budgets.position import endings, estate
from cases import journey
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.common import dates
from cases.journey import hooks
from cases.models import Case, Council
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SHOWN = 50
WATCHING = {"manager", "service_manager"}


@hooks.tasks
def final_accounts(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For finance: the closed cases whose final account is to be settled, the oldest first."""
    if "finance" not in roles:
        return []
    found = lists.of_others(endings.to_settle(council), user, "", mine)
    cases = list(found.select_related("person")[:SHOWN])
    if not cases:
        return []
    ends = endings.of_cases([case.pk for case in cases])
    quiet = estate.quiet_days(council.pk, dates.today())
    rows = [
        [
            first_cell(case, False),
            day(ends[case.pk][-1].day),
            in_time(_settle_by(case, ends[case.pk][-1], quiet)),
            _to(case, "settle_account", _("Settle the final account")),
        ]
        for case in cases
        if case.pk in ends
    ]
    head = [_("Person"), _("Last day with money"), _("In time?"), _("Do now")]
    return [Table(_("Final accounts to settle"), head, rows)] if rows else []


def _settle_by(case: Case, end: endings.End, quiet: int) -> date:
    """After a death the days to settle it begin once people may be written to."""
    first = estate.first_letter_on(case, quiet)
    by = endings.settle_by(end)
    return by if first is None else max(by, first + timedelta(days=endings.SETTLE_DAYS))


@hooks.tasks
def cases_that_ended(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """Who handles the estate of somebody who has died, for the worker, or the manager where nobody
    is named, so that nobody else is written to about money; for the same one person, a case to be
    opened again. For managers, the cases that the service was to close after their planned end, and
    could not. In the same statement, whether anybody is in hospital; what is to be decided then is
    read only where somebody is, and what a challenge was about only where a case is to be opened.
    """
    if not roles & (journey.WORKER | WATCHING):
        return []
    named = Estate.objects.filter(case=OuterRef("pk"), struck_at=None)
    waits = endings.to_settle(council).filter(~Exists(named), person__died_on__isnull=False)
    works, watches = roles & journey.WORKER, roles & WATCHING
    again_to = Case.objects.filter(_own(user, roles), endings.to_open_again(), council=council)
    # a union: each part is found by its own index, and no case of the council is gone through
    wanted = [
        waits.order_by().values("pk"),
        hospital_tasks.somebody_in_hospital(council),
        again_to.order_by().values("pk"),
    ]
    late = Case.objects.filter(endings.not_closed(dates.today()), council=council)
    parts = [*(wanted if works else ()), *([late.order_by().values("pk")] if watches else ())]
    seen = lists.staff_cases(user, council, mine=mine)
    ids = parts[0].union(*parts[1:], all=True)
    found = list(seen.filter(pk__in=ids).order_by("step_since", "pk")[:SHOWN])
    closed = [case for case in found if case.step == "closed"]
    died = [_estate_row(case) for case in closed if case.person.died_on]
    again = [row for case in closed if not case.person.died_on for row in _open_again_rows(case)]
    going_on = [case for case in found if case.step != "closed"]
    over = [case for case in going_on if case.ends_on and case.ends_on < dates.today()]
    ended = [_not_closed_row(case) for case in over] if watches else []
    tables = (
        (_("Who handles the estate is to be asked"), [_("Died on")], died),
        (_("A challenge was upheld: open the case again"), [_("About"), _("In time?")], again),
        (_("Ended, and not closed yet"), [_("Last day with support"), _("In time?")], ended),
    )
    shown = [
        Table(title, [_("Person"), *head, _("Do now")], rows)
        for title, head, rows in tables
        if rows
    ]
    if len(going_on) > len(over) or len(found) == SHOWN:  # somebody may be among those cut off
        shown += hospital_tasks.decisions_waiting(user, council, roles, seen)
    return shown


def _estate_row(case: Case) -> list[Any]:
    link = _to(case, "name_estate", _("Say who handles the estate"))
    return [first_cell(case, True), day(case.person.died_on), link]


def _own(user: Any, roles: set[str]) -> Q:
    """The cases of this worker; of a manager also those that no worker has any more."""
    own = Q(worker=user.pk)
    return own | Q(worker=None) | Q(worker__is_active=False) if "manager" in roles else own


def _open_again_rows(case: Case) -> list[list[Any]]:
    """One row, or none where what was upheld changes nothing of the end."""
    found = endings.upheld_after(case)
    if found is None:
        return []
    decision, at = found
    link = Link(_("Open again"), reverse("cases:act", args=[case.ref, "reopen"]), hidden=case.ref)
    by = dates.london_date(at) + timedelta(days=endings.OPEN_AGAIN_DAYS)
    return [[first_cell(case, True), str(journey.DECISIONS[decision]), in_time(by), link]]


def _not_closed_row(case: Case) -> list[Any]:
    ended = case.ends_on or dates.today()
    to = reverse("cases:act", args=[case.ref, "end_support"])
    link = Link(_("End the support by hand"), to, hidden=case.ref)
    return [first_cell(case, True), day(ended), in_time(ended + timedelta(days=1)), link]


@hooks.tasks
def providers_to_tell(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For whoever arranged it: orders that end because the case was closed or its end is planned,
    or that go on after all, and nobody has told the provider yet.
    """
    if not roles & journey.WORKER:
        return []
    cases = lists.staff_cases(user, council, mine=mine)
    cases = cases.filter(Q(worker=user.pk) | Q(worker=None)) if "manager" not in roles else cases
    rows = [
        [
            first_cell(end.order.line.plan.case, True),
            f"{end.order.provider}\n{end.order.what}",
            _("It goes on after all") if end.undone_at else day(end.ends_on),
            in_time(endings.tell_by(end)),
            _to(end.order.line.plan.case, "tell_provider", _("Write down that they know")),
        ]
        for end in endings.to_tell(cases.order_by().values("pk"))[:SHOWN]
    ]
    head = [_("Person"), _("Provider to tell"), _("The order ends on"), _("In time?"), _("Do now")]
    return [Table(_("Providers to tell of an end"), head, rows)] if rows else []


def _to(case: Case, record: str, words: str) -> Link:
    return Link(words, reverse("budgets:record", args=[case.ref, record]), hidden=case.ref)
