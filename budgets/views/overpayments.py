"""The pages about what was paid too much: all that is open in a council, and one case's: what
stands, what was written and answered, and what was decided. The forms are of `views.record`.
"""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _

from budgets.payments import overpayment_tasks
from budgets.position import money_presenter
from budgets.position.overpaid_presenter import overpaid_rows, overpaid_table
from budgets.views import record
from budgets.views.scope import scope_of
from budgets.views.shared import page, readable_case
from cases import access
from cases.caseload import lists

READS = {"finance", "auditor"}
PAGE = 50  # findings on a page


def overpayments(request):
    """All that is open, the most pressing first; never of their own case or a relative's."""
    scope = scope_of(request, READS)
    found = lists.of_others(overpayment_tasks.open_in(scope.council), request.user)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    table = overpayment_tasks.overpayments_table(
        shown,
        _("Waits for a decision"),
        _("Nothing waits for a decision."),
        "finance" in scope.roles,
    )
    title = _("Decisions about what was paid too much")
    context = {"form": None, "title": title, "table": table, "page": shown}
    return render(request, "budgets/overpayments.html", context)


def overpayment(request, ref):
    """What was paid too much in one case."""
    reading = readable_case(request, access.get_case(request, ref))
    handles = [] if reading.resident else money_presenter.estate_rows(reading.case)
    return page(
        request,
        reading,
        "budgets/overpayment.html",
        {
            "title": _("What was paid too much"),
            "facts": overpaid_rows(reading.case) + handles,
            "links": record.links(reading, "budgets:overpayment"),
            "table": overpaid_table(reading.case),
        },
    )
