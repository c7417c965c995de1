"""The panel's agenda: what is put to it, with what it costs and what support there is meanwhile. It
edits nothing.
"""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets.decision import panel
from budgets.position import case_money, money_presenter, personal_budget
from budgets.views.scope import scope_of
from cases.caseload import lists
from cases.common import dates
from cases.ui.components import Link, Table
from cases.ui.date_words import day
from cases.views.menu import in_menu

SEES = {"panel", "manager", "service_manager"}


@in_menu(gettext_lazy("Agenda"), {"panel"})
def panel_agenda(request):
    """Every open referral, the longest wait first."""
    scope = scope_of(request, SEES)
    visible = lists.staff_cases(request.user, scope.council).values("pk")
    rows = [
        _row(row, "panel" in scope.roles)
        for row in panel.agenda(scope.council).filter(case__in=visible)
    ]
    head = [
        _("Case"),
        _("Why it is here"),
        _("Support meanwhile"),
        _("The plan, against the first figure"),
        _("Referred"),
    ]
    table = Table(_("Waiting for the panel"), head, rows, empty=_("Nothing waits for the panel."))
    return render(
        request, "budgets/panel_agenda.html", {"table": table, "report": _report_url(scope)}
    )


def _row(row, decides) -> list:
    page = reverse("budgets:panel_agree" if decides else "cases:case", args=[row.case.ref])
    costs = money_presenter.week_and_once(row.weekly, row.once)
    if row.plan.with_days:
        costs = personal_budget.sums_of(case_money.funded(row.plan.with_days), dates.today())
    first = money_presenter.week_and_once(row.first, row.first_once)
    days = panel.waited(row, timezone.now())
    waits = ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    return [
        [Link(row.case.ref, page), row.case.person.name],
        [str(row.get_exception_display()), row.reason],
        money_presenter.meanwhile_words(row),
        [costs, _("first figure: %(first)s") % {"first": first}],
        [day(row.referred_at), waits],
    ]


def _report_url(scope) -> str:
    """The page of figures is the managers'."""
    return "" if scope.roles <= {"panel"} else reverse("poet:figures")
