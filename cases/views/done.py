"""What a person has just done, to keep: its reference, what happens next and by when, whom to call,
the letter of it.
"""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from cases import access, journey
from cases.casefile import tracker
from cases.letters import compose, timeline
from cases.ui import date_words


def done(request, ref, seq):
    """One thing that this reader did in the case. It can be opened again, and then says how things
    stand by then.
    """
    reading = access.get_case(request, ref)
    case = reading.case
    event = case.events.filter(seq=seq, by=request.user, verb__in=journey.MOVES).first()
    if event is None or not reading.resident:
        raise Http404
    request.council = case.council
    written = timeline.may_read_letter(event.verb, reading.roles)
    return render(
        request,
        "cases/done.html",
        {
            "case": case,
            "title": timeline.title_of(event.verb),
            "on": date_words.day(event.at),
            "next": tracker.next_words(reading, timezone.now()),
            "rows": compose.extra_lines(event) if written else [],
            "pdf": reverse("cases:letter_pdf", args=[case.ref, seq]) if written else "",
            "worker": str(case.worker or ""),
            "contact": tracker.contact(case),
        },
    )
