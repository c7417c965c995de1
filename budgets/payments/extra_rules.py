"""Support for a time joins the journey: never agreed but on its own page, its end is a task, and
what waits to be agreed or to start is one too. Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import DirectPaymentAgreement, ExtraSupport, PlanLine, SupportPlan
from budgets.models.decision import DECIDING
from budgets.money.sterling import pounds
from budgets.payments.closing_tasks import in_time
from budgets.position import extra_support
from cases import journey
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.common import dates
from cases.common.refusals import OWN_PAGE, NotYet
from cases.journey import hooks
from cases.models import Case, Council
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SHOWN = 50
BEFORE = timedelta(days=7)  # this service's own aim: the end is looked at a week before it


@hooks.guard("start_interim")
def agreed_on_its_own_page(*, case: Case, facts: Any, **_rest: Any) -> None:
    rows = ExtraSupport.objects.filter(pk=facts.get("extra"), case=case, state="agreed")
    if not rows.exists():
        raise NotYet(OWN_PAGE)


@hooks.after("start_interim")
def finance_reads_it(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """It is paid though nothing was set up: from now on the case is among those of finance."""
    case.reached_set_up = True
    Case.objects.filter(pk=case.pk).update(reached_set_up=True)


@hooks.tasks
def support_for_a_time(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For those whose level covers it: what waits to be agreed. For the worker and the manager:
    what is near its last day, or past it, until somebody says what follows. One statement.
    """
    if not roles & set(DECIDING):
        return []
    cases = lists.staff_cases(user, council, mine=mine).exclude(step="closed")
    known = ExtraSupport.objects.filter(case__in=cases.order_by().values("pk"))
    waits = Q(state="proposed", waits_for__in=roles & set(DECIDING))
    if roles & journey.WORKER:
        near = extra_support.in_days(known).filter(after="", last__lte=dates.today() + BEFORE)
        waits |= Q(pk__in=near.values("pk"))
    rows = list(
        known.filter(waits).select_related("case__person").order_by("ends_on", "pk")[:SHOWN]
    )
    ends = [_ends(row) for row in rows if row.state == "agreed"]
    asks = [_asks(row) for row in rows if row.state == "proposed"]
    found: tuple[tuple[str, list[str], list[Any], set[int]], ...] = (
        (_("Support for a time that ends"), [_("Last day"), _("In time?")], ends, set()),
        (_("Support for a time to agree"), [_("From"), _("Cost a week")], asks, {2}),
    )
    return [
        Table(title, [_("Person"), *head, _("Do now")], cells, numeric=numeric)
        for title, head, cells, numeric in found
        if cells
    ]


def _ends(row: ExtraSupport) -> list[Any]:
    last = row.last_day
    link = _to(row.case, _("Say what follows"))
    return [first_cell(row.case, True), day(last), in_time(last), link]


def _asks(row: ExtraSupport) -> list[Any]:
    link = _to(row.case, _("Agree it or not"))
    return [first_cell(row.case, True), day(row.begins_on), pounds(row.weekly), link]


@hooks.tasks
def agreements_to_record(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For finance: support for a time that is to be paid directly, and no agreement is signed; but
    never of their own case or a relative's.
    """
    if "finance" not in roles:
        return []
    rows = extra_support.in_days(ExtraSupport.objects.filter(case__council=council))
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("case"))
    direct = PlanLine.objects.filter(
        plan=OuterRef("plan"), annual__gt=0, route__in=journey.direct_routes()
    )
    rows = rows.filter(Exists(direct), ~Exists(signed), last__gte=dates.today())
    rows = rows.exclude(case__step="closed").select_related("case__person")
    rows = lists.of_others(rows, user, mine=mine)
    found = [
        [
            first_cell(row.case, False),
            day(row.begins_on),
            Link(
                _("Record the agreement"),
                reverse("budgets:agreement", args=[row.case.ref]),
                hidden=row.case.ref,
            ),
        ]
        for row in rows.order_by("begins_on", "pk")[:SHOWN]
    ]
    head = [_("Person"), _("From"), _("Do now")]
    return [Table(_("Support for a time to be paid directly"), head, found)] if found else []


@hooks.tasks
def support_to_order(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For the worker: support for a time that the council arranges, and nobody has ordered."""
    if not roles & journey.WORKER:
        return []
    cases = lists.staff_cases(user, council, mine=mine).exclude(step="closed")
    lines = extra_support.to_order(cases.order_by().values("pk"), dates.today())
    found = [
        [
            first_cell(line.plan.case, True),
            line.what,
            in_time(line.begins_on or dates.today()),
            Link(
                _("Order it"),
                reverse("budgets:record", args=[line.plan.case.ref, "place_order"]),
                hidden=line.plan.case.ref,
            ),
        ]
        for line in lines[:SHOWN]
    ]
    head = [_("Person"), _("Support"), _("In time?"), _("Do now")]
    return [Table(_("Support for a time to order"), head, found)] if found else []


@hooks.tasks
def parts_to_start(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For the worker: parts of a running plan that have not started, so that none is forgotten."""
    if not roles & journey.WORKER:
        return []
    cases = lists.staff_cases(user, council, mine=mine).filter(step__in=journey.idle_steps())
    lines = PlanLine.objects.filter(
        plan__case__in=cases.order_by().values("pk"),
        plan__state="agreed",
        funder="council",
        annual__gt=0,
        start=None,
    )
    newer = SupportPlan.objects.filter(
        case=OuterRef("plan__case"), state="agreed", number__gt=OuterRef("plan__number")
    )
    lines = lines.exclude(route="").exclude(Exists(newer)).select_related("plan__case__person")
    found = [
        [
            first_cell(line.plan.case, True),
            line.what,
            Link(
                _("Record the start"),
                reverse("budgets:start_line", args=[line.plan.case.ref]),
                hidden=line.plan.case.ref,
            ),
        ]
        for line in lines.order_by("plan__case__step_since", "pk")[:SHOWN]
    ]
    head = [_("Person"), _("Support"), _("Do now")]
    return [Table(_("Parts of a running plan that have not started"), head, found)] if found else []


def _to(case: Case, words: str) -> Link:
    return Link(words, reverse("budgets:start_interim", args=[case.ref]), hidden=case.ref)
