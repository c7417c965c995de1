"""The person's page of a case. What is shown is worked out in tracker.py."""

import uuid

from django.shortcuts import render
from django.utils import timezone

from cases import journey
from cases.access import Reading
from cases.casefile import tracker
from cases.figures import expected_wait as expecting
from cases.helpers import listing
from cases.letters.timeline import reader_of


def page(request, reading: Reading):
    """The tracker, for the person and those who help them. `reading` comes from
    `access.get_case`.
    """
    case = reading.case
    request.council = case.council
    shown = tracker.tracker_for(reading)
    still_to_start = case.cycle == "first" and journey.STEPS[case.step].waits
    return render(
        request,
        "cases/tracker.html",
        {
            "case": case,
            "reading": reading,
            "t": shown,
            "helping": reader_of(reading.roles) == "delegate",
            "may": listing.may(reading),
            "key": uuid.uuid4(),
            "recent": shown.entries[:5],
            "earlier": shown.entries[5:],
            "today": expecting.words(case.council, timezone.now()) if still_to_start else [],
        },
    )
