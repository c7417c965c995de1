"""The person's page of a case, and their letters. What is shown is worked out in tracker.py and letters.py."""

import uuid

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from .. import access, letters, tracker
from .. import today as expecting
from ..letters import reader_of


def page(request, case):
    """The tracker, for the person and those who help them. `case` comes from `access.get_case`."""
    request.council = case.council
    shown = tracker.read(case, request.user)
    still_to_start = case.cycle == "first" and case.step not in ("running", "closed")
    return render(request, "cases/tracker.html", {
        "case": case, "t": shown, "helping": reader_of(case.roles) == "delegate",
        "key": uuid.uuid4(), "recent": shown.entries[:5], "earlier": shown.entries[5:],
        "today": expecting.words(case.council, timezone.now()) if still_to_start else [],
    })  # fmt: skip


def letter(request, ref, seq):
    """One letter, to read and print, as it was written; 404 where there is none for this reader."""
    case = access.get_case(request, ref)
    request.council = case.council
    found = letters.letter(case, seq, case.roles)
    if found is None:
        raise Http404
    return render(request, found.template, {
        "case": case, "letter": found, "entry": found.entry, "determination": found.determination,
        "address": case.person.address if case.roles & access.READS["contact"] else "",
        "to": found.event.codes.get("to", ""), "role": found.event.role,
    })  # fmt: skip
