"""A copy of everything that is held, at once: to read and print, or for a computer. What is in it
stands in subject_access.py.
"""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access, journey
from cases.casefile import case_presenter
from cases.common.refusals import NotYet
from cases.council import contact_details
from cases.records import subject_access
from cases.ui.date_words import day

KINDS = {"html": "text/html; charset=utf-8", "json": "application/json"}


def copy(request, ref):
    """What the copy holds and what it leaves out; sending the form makes it, and that is written
    down.
    """
    reading = access.get_case(request, ref)
    case = reading.case
    staff = not reading.resident
    if staff and not reading.roles & journey.ANYONE_STAFF:
        raise Http404
    reader = subject_access.Reader(reading, by_staff=staff)
    if not staff:
        request.council = case.council
    if request.method == "POST":
        return _made(request, case, reader, request.POST.get("kind", ""))
    return render(
        request,
        "cases/subject_access.html",
        case_presenter.header(reading)
        | {
            "staff": staff,
            "helping": reader.helper,
            "left_out": subject_access.left_out(reader),
            "ask": "" if reader.helper or staff else reverse("cases:ask_copy", args=[case.ref]),
        },
    )


def _made(request, case, reader, kind: str) -> HttpResponse:
    if kind not in KINDS:
        raise NotYet(_("Choose how you want the copy."))
    behalf = case.person if reader.by_staff else None
    case.record(
        "took_a_copy_of_everything",
        by=request.user,
        audience="person",
        on_behalf_of=behalf,
        kind=kind,
    )
    found = subject_access.sections(reader)
    made = (_json_copy if kind == "json" else _page_copy)(case, reader, found)
    name = f"copy-{case.ref}-{timezone.localdate():%Y-%m-%d}.{kind}"
    return HttpResponse(
        made,
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _about(case, reader) -> dict:
    return {
        "ref": case.ref,
        "name": case.person.name,
        "council": case.council.name,
        "on": day(timezone.now()),
        "left_out": subject_access.left_out(reader),
    }


def _json_copy(case, reader, found) -> str:
    about = _about(case, reader)
    left_out = about.pop("left_out")
    data = about | {"tables": subject_access.as_data(found), "left_out": left_out}
    return json.dumps(data, ensure_ascii=False, indent=1)


def _page_copy(case, reader, found) -> str:
    ways = contact_details.contact_for(case.council)
    more = {
        "sections": found,
        "phone": ways.phone,
        "when": ways.when,
        "helping": reader.helper,
    }
    return render_to_string("cases/subject_access_file.html", _about(case, reader) | more)
