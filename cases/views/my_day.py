"""My day: the page with which a social worker or a manager begins. Which cases and why stands in
`my_day`.
"""

from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from cases import journey
from cases.casefile import undelivered
from cases.caseload import lists as lists
from cases.caseload import my_day_presenter
from cases.caseload.my_day import Day
from cases.views.caseload import council_or_404, tasks
from cases.views.menu import in_menu


@in_menu(gettext_lazy("My day"), journey.ANYONE_STAFF)
def my_day(request):
    """What needs the reader now, each case once. Panel and finance have their queue; everybody else
    the list.
    """
    council = council_or_404(request)
    roles = set(lists.seat_roles(request.user, council))
    if not roles & journey.ANYONE_STAFF:
        return redirect("cases:caseload")
    day = Day(request.user, council)
    return render(
        request,
        "cases/my_day.html",
        {
            "sections": my_day_presenter.sections(day),
            "summary": my_day_presenter.summary(day),
            "undelivered": undelivered.count_sentence(request.user, council, day.represents),
            "tasks": tasks(request, council, day.represents),
        },
    )
