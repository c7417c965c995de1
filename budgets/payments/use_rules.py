"""What has to be looked at before a direct payment is made: a worker's word that it may be.

The task for whoever has not given it. Reading only. Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import DirectPaymentAgreement, DirectPaymentAllowed, PlanLine
from budgets.payments import care_home_stays
from cases import journey
from cases.caseload import lists
from cases.caseload.list_presenter import first_cell
from cases.common.refusals import NotYet
from cases.journey import hooks
from cases.models import Case, Council
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day

SHOWN = 50


def is_allowed(case: Case) -> bool:
    """Has a worker confirmed that a direct payment may be made?"""
    return case.payments_allowed.filter(struck_at=None).exists()


def check_allowed(case: Case) -> None:
    """NotYet until a worker has confirmed it."""
    if not is_allowed(case):
        raise NotYet(
            _(
                "A worker first confirms that a direct payment may be made: “How the payment is "
                "looked after” on this case."
            )
        )


def stays(case: Case) -> list[Any]:
    """The care-home stays that stand, in the order of their days."""
    return list(case.care_home_stays.filter(struck_at=None).order_by("begins_on", "pk"))


def stays_table(case: Case) -> Table | None:
    """Each stay with the nights that count together at its end; None without any."""
    rows = stays(case)
    if not rows:
        return None
    spans = [(row.begins_on, row.ends_on) for row in rows]
    head = [_("Care home"), _("First night"), _("Last night"), _("Nights that count together")]
    return Table(
        _("Care-home stays bought with the payment"),
        head,
        [
            [
                row.where,
                day(row.begins_on),
                day(row.ends_on),
                _count(care_home_stays.days_together(spans, row.ends_on)),
            ]
            for row in rows
        ],
    )


def _count(nights: int) -> Badge:
    words = _("%(n)s of %(most)s") % {"n": nights, "most": care_home_stays.LIMIT}
    return Badge(words, "red" if nights > care_home_stays.LIMIT else "blue")


def household_table(case: Case) -> Table | None:
    """Who at home may be paid, for what, and why; None where nobody is."""
    rows = case.household_pay.filter(struck_at=None)
    found = [
        [
            [row.who, str(row.get_relation_display())],
            row.what,
            [str(row.get_exception_display()), row.why],
            day(row.begins_on),
        ]
        for row in rows
    ]
    head = [_("Who"), _("Paid for"), _("Why"), _("From")]
    return Table(_("People at home who may be paid"), head, found) if found else None


@hooks.tasks
def payments_to_confirm(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For the worker, or the manager where nobody is named: agreed direct payments of which nobody
    has said that they may be made, so that finance can't record the agreement.
    """
    if not roles & journey.WORKER:
        return []
    lines = PlanLine.objects.filter(
        Q(plan__state="agreed") | Q(plan__extra__state="agreed"),
        plan__case=OuterRef("pk"),
        funder="council",
        annual__gt=0,
        route__in=journey.direct_routes(),
    )
    cases = lists.staff_cases(user, council, mine=mine).filter(
        Exists(lines),
        ~Exists(DirectPaymentAgreement.objects.filter(case=OuterRef("pk"))),
        ~Exists(DirectPaymentAllowed.objects.filter(case=OuterRef("pk"), struck_at=None)),
    )
    waits = cases.exclude(step="closed").order_by("step_since", "pk").select_related("person")
    rows = [[first_cell(case, True), _to(case)] for case in waits[:SHOWN]]
    head = [_("Person"), _("Do now")]
    return [Table(_("Direct payments to confirm"), head, rows)] if rows else []


def _to(case: Case) -> Link:
    address = reverse("budgets:record", args=[case.ref, "confirm_payment_allowed"])
    return Link(_("Confirm that it may be made"), address, hidden=case.ref)
