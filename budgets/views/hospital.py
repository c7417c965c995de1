"""The page of a case's stays in hospital: when they were, who wrote them down, and what was decided
about the direct payment meanwhile. The forms are of `views.record`.
"""

from django.utils.translation import gettext as _

from budgets.payments import hospital_presenter, hospital_stays
from budgets.views.record import address_to_suspend, links
from budgets.views.shared import page, readable_case
from cases import access
from cases.common import dates


def hospital_page(request, ref):
    """For whoever reads the money of the case; in plain words for the person."""
    reading = readable_case(request, access.get_case(request, ref))
    case, today = reading.case, dates.today()
    rows = hospital_stays.stays(case)
    pays = case.step != "closed" and case.agreements.exists()
    return page(
        request,
        reading,
        "budgets/hospital.html",
        {
            "title": _("Stays in hospital"),
            "rule": hospital_stays.rule(case.council_id, today, reading.resident) if pays else "",
            "stays": hospital_presenter.stays_table(rows, not reading.resident),
            "decisions": hospital_presenter.decisions_table(rows),
            "suspend": address_to_suspend(reading),
            "links": links(reading, "budgets:hospital"),
        },
    )
