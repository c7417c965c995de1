"""Support for a time joins the journey: never agreed but on its own page, its end is a task, and
what waits to be agreed, ordered or to start is one too. Imported once, in `BudgetsConfig.ready`.
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
from budgets.payments.task_days import in_time
from budgets.position import aftercare, extra_support
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
    what is near its last day, or past it, until somebody says what follows, and what the council
    arranges of it until it is ordered. One statement.
    """
    if not roles & set(DECIDING):
        return []
    cases = lists.staff_cases(user, council, mine=mine).exclude(step="closed")
    known = ExtraSupport.objects.filter(case__in=cases.order_by().values("pk"))
    waits = Q(state="proposed", waits_for__in=roles & set(DECIDING))
    today, works = dates.today(), roles & journey.WORKER
    if works:
        near = extra_support.in_days(known).filter(after="", last__lte=today + BEFORE)
        waits |= Q(pk__in=near.values("pk")) | Q(pk__in=extra_support.to_order(known, today))
    rows = list(
        known.filter(waits)
        .annotate(unordered=extra_support.not_ordered())
        .select_related("case__person")
        .order_by("ends_on", "pk")[:SHOWN]
    )
    agreed = [row for row in rows if row.state == "agreed"]
    ends = [_ends(row) for row in agreed if not row.after and row.last_day <= today + BEFORE]
    orders = [_orders(row) for row in agreed if row.unordered and row.last_day >= today]
    asks = [_asks(row) for row in rows if row.state == "proposed"]
    found: tuple[tuple[str, list[str], list[Any], set[int]], ...] = (
        (_("Support for a time that ends"), [_("Last day"), _("In time?")], ends, set()),
        (_("Support for a time to order"), [_("From"), _("In time?")], orders, set()),
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


def _orders(row: ExtraSupport) -> list[Any]:
    to = reverse("budgets:record", args=[row.case.ref, "place_order"])
    link = Link(_("Order it"), to, hidden=row.case.ref)
    return [first_cell(row.case, True), day(row.begins_on), in_time(row.begins_on), link]


def _asks(row: ExtraSupport) -> list[Any]:
    link = _to(row.case, _("Agree it or not"))
    return [first_cell(row.case, True), day(row.begins_on), pounds(row.weekly), link]


def without_agreement(council: Council) -> Any:
    """Support for a time that is to be paid directly, and no agreement is signed."""
    rows = extra_support.in_days(ExtraSupport.objects.filter(case__council=council))
    signed = DirectPaymentAgreement.objects.filter(case=OuterRef("case"))
    direct = PlanLine.objects.filter(
        plan=OuterRef("plan"), annual__gt=0, route__in=journey.direct_routes()
    )
    rows = rows.filter(Exists(direct), ~Exists(signed), last__gte=dates.today())
    return rows.exclude(case__step="closed").select_related("case__person")


@hooks.tasks
def agreements_to_record(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For finance: support for a time that is to be paid directly, and no agreement is signed; but
    never of their own case or a relative's.
    """
    if "finance" not in roles:
        return []
    rows = without_agreement(council)
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
def parts_of_plans(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For the worker: parts of a running plan that have not started, so that none is forgotten. For
    one person, the named worker or where nobody is named the manager: aftercare under section 117
    whose shares nobody has looked at. One statement.
    """
    if not roles & journey.WORKER:
        return []
    cases = lists.staff_cases(user, council, mine=mine)
    one = Q(worker=user.pk) | (Q(worker=None) if "manager" in roles else Q(pk=None))
    shares = aftercare.to_split(cases.filter(one).order_by().values("pk"))
    lines = PlanLine.objects.filter(
        Q(pk__in=_not_started(cases).values("pk")) | Q(pk__in=shares.order_by().values("pk"))
    )
    lines = lines.select_related("plan__case__person", "plan__case__worker", "plan__case__team")
    # aftercare, which is one person's and seldom, before the parts
    found = list(lines.order_by("-funder", "plan__case__step_since", "pk")[:SHOWN])
    split = [_share_row(line) for line in found if line.funder == aftercare.AFTERCARE]
    parts = [_part_row(line) for line in found if line.funder != aftercare.AFTERCARE]
    tables: tuple[tuple[str, list[str], list[Any]], ...] = (
        (_("Section 117 aftercare to split"), [_("In time?")], split),
        (_("Parts of a running plan that have not started"), [], parts),
    )
    return [
        Table(title, [_("Person"), _("Support"), *head, _("Do now")], rows)
        for title, head, rows in tables
        if rows
    ]


def _not_started(cases: Any) -> Any:
    """The paid parts of the plans of running cases that nobody has written down as begun."""
    running = cases.filter(step__in=journey.idle_steps())
    lines = PlanLine.objects.filter(
        plan__case__in=running.order_by().values("pk"),
        plan__state="agreed",
        funder="council",
        annual__gt=0,
        start=None,
    )
    newer = SupportPlan.objects.filter(
        case=OuterRef("plan__case"), state="agreed", number__gt=OuterRef("plan__number")
    )
    return lines.exclude(route="").exclude(Exists(newer))


def _part_row(line: PlanLine) -> list[Any]:
    to = reverse("budgets:start_line", args=[line.plan.case.ref])
    link = Link(_("Record the start"), to, hidden=line.plan.case.ref)
    return [first_cell(line.plan.case, True), line.what, link]


def _share_row(line: PlanLine) -> list[Any]:
    case = line.plan.case
    to = reverse("budgets:record", args=[case.ref, aftercare.VERB])
    link = Link(_("Say whose share it is"), to, hidden=case.ref)
    return [first_cell(case, True), line.what, in_time(aftercare.split_by(line)), link]


def _to(case: Case, words: str) -> Link:
    return Link(words, reverse("budgets:start_interim", args=[case.ref]), hidden=case.ref)
