"""What was sent after its session had ended, shown before it is sent: nothing of it has happened
yet.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from cases import access, journey
from cases.letters import timeline
from cases.signin import resumed_forms
from cases.ui import date_words

UNSEEN = {"seen", "key", "version", "to", "next", resumed_forms.NUMBER}


def resumed_form_list(request):
    """Each page with what was written on it: sent with one press, or thrown away."""
    pages = resumed_forms.waiting(request)
    if request.method == "POST":
        page = next(
            (p for p in pages if str(p.row.pk) == request.POST.get(resumed_forms.NUMBER)), None
        )
        if page is None:
            raise Http404
        page.row.delete()
        messages.info(request, _("It is thrown away. Nothing was sent."))
        return redirect("cases:resumed_forms" if len(pages) > 1 else "cases:home")
    roles = {seat.role for seat in access.seats_of(request.user)} or {"person"}
    return render(
        request,
        "cases/resumed_forms.html",
        {"pages": [_shown(p, roles) for p in pages], "number": resumed_forms.NUMBER},
    )


def _shown(page, roles) -> dict:
    fields = [
        (name, value)
        for name, values in page.fields.lists()
        for value in values
        if name != resumed_forms.NUMBER
    ]
    written = [
        (name.replace("_", " ").capitalize(), value)
        for name, value in fields
        if name not in UNSEEN and value
    ]
    return {
        "number": page.row.pk,
        "path": page.path,
        "fields": fields,
        "written": written,
        "title": _title(page.path, roles),
        "on": date_words.day(page.row.kept_at),
        "at": page.row.kept_at,
    }


def _title(path: str, roles: set[str]) -> str:
    """What the page is called, and which case it is about."""
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return path
    name = match.kwargs.get("move") or match.url_name or ""
    words = (
        timeline.label_of(journey.MOVES[name], roles)
        if name in journey.MOVES
        else name.replace("_", " ").capitalize()
    )
    return f"{words}, {match.kwargs['ref']}" if "ref" in match.kwargs else words
