"""The chronology of a case, to read and as a file. For staff; the person has the tracker and their
letters.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases import access
from cases.access import Reading
from cases.casefile import case_presenter
from cases.casefile import chronology as story
from cases.common import dates
from cases.ui import date_words, spreadsheets


def staff_only(reading: Reading) -> None:
    """404 for the person and those who help them, and for roles that read no timeline."""
    if reading.resident or not reading.sees("timeline"):
        raise Http404


def chronology(request, ref):
    """Everything that happened, in order, as far as the reader's role reads it."""
    reading = access.get_case(request, ref)
    case = reading.case
    staff_only(reading)
    lines = story.chronology_entries(case, reading.roles)
    caption = _("Chronology of %(ref)s, the oldest first") % {"ref": case.ref}
    return render(
        request,
        "cases/chronology.html",
        case_presenter.header(reading)
        | {
            "table": story.page_table(lines, caption),
            "made_on": date_words.day(dates.today()),
            "waits": case_presenter.waits(case, list(case.visits.order_by("seq"))),
            "asked_on": date_words.day(case.asked_at),
            "entered": case.entered_running,
        },
    )


def chronology_csv(request, ref):
    """The same as a file, every fact in a column of its own."""
    reading = access.get_case(request, ref)
    case = reading.case
    staff_only(reading)
    table = story.file_table(story.chronology_entries(case, reading.roles))
    response = HttpResponse(spreadsheets.as_csv(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="chronology-{case.ref}-{dates.today():%Y-%m-%d}.csv"'
    )
    return response
