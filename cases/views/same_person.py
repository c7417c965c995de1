"""Is a person here twice: who may be the same as the one of a case. For staff of the case."""

from django.http import Http404
from django.shortcuts import render

from cases import access, journey
from cases.casefile import case_presenter
from cases.forms.same_person import match_words
from cases.records import same_person


def same_person_page(request, ref):
    """Who may be the same person as the one of this case."""
    reading = access.get_case(request, ref)
    if not reading.roles & journey.ANYONE_STAFF:
        raise Http404
    matches = same_person.likely_matches_of(reading)
    return render(
        request,
        "cases/same_person.html",
        case_presenter.header(reading) | {"matches": [(m, match_words(m)) for m in matches]},
    )
