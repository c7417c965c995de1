"""The person's page of a case. What is shown is worked out in tracker.py."""

import uuid

from django.shortcuts import render
from django.utils import timezone

from cases import journey
from cases.casefile import tracker
from cases.figures import expected_wait as expecting
from cases.helpers import listing
from cases.letters.timeline import reader_of


def page(request, case):
    """The tracker, for the person and those who help them. `case` comes from `access.get_case`."""
    request.council = case.council
    shown = tracker.tracker_for(case, request.user)
    still_to_start = case.cycle == "first" and journey.STEPS[case.step].waits
    return render(
        request,
        "cases/tracker.html",
        {
            "case": case,
            "t": shown,
            "helping": reader_of(case.roles) == "delegate",
            "may": listing.may(case, request.user),
            "key": uuid.uuid4(),
            "recent": shown.entries[:5],
            "earlier": shown.entries[5:],
            "today": expecting.words(case.council, timezone.now()) if still_to_start else [],
        },
    )
