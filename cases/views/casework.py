"""A worker's pages about one case: its notes, the people around the person, what to know before a
visit, whether the person is here twice. For staff of the case alone.
"""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, journey
from cases.casefile import case_presenter, notes, people_around
from cases.forms.casework import (
    ConnectionForm,
    EndConnectionForm,
    NoteForm,
    StrikeForm,
    VisitRisksForm,
)
from cases.forms.same_person import match_words
from cases.models import Connection
from cases.models.connections import TIES
from cases.records import same_person
from cases.ui.people_picture import Someone, people_picture
from cases.views.form_act import form_act, with_message
from cases.views.helpers import form_page, gone


def _of_staff(request, ref) -> access.Reading:
    """The case, for a worker or manager of it."""
    reading = access.get_case(request, ref)
    if not reading.roles & journey.ANYONE_STAFF:
        raise Http404
    return reading


def notes_page(request, ref):
    """The notes, the newest first, and the box to write one."""
    reading = _of_staff(request, ref)
    case = reading.case
    helped = any(one.kind != "self" for one in reading.people)
    form = NoteForm(request.POST or None, case=case, helped=helped)
    return form_act(
        request,
        form,
        "write_note",
        act=lambda form: notes.write_note(
            case=case,
            by=request.user,
            words=form.cleaned_data["words"],
            for_whom=form.cleaned_data["for_whom"],
        ),
        done=partial(with_message, request, _("The note is saved."), _notes(case)),
        show=partial(_notes_page, request, reading),
    )


def _notes(case) -> str:
    return reverse("cases:notes", args=[case.ref])


def _notes_page(request, reading: access.Reading, form):
    before = request.GET.get("before", "")
    found, onward = notes.notes_of(reading, int(before) if before.isdecimal() else 0)
    return render(
        request,
        "cases/notes.html",
        case_presenter.header(reading) | {"form": form, "notes": found, "onward": onward},
        status=422 if form.errors else 200,
    )


def strike_note(request, ref, seq):
    """Say that a note is wrong: whoever wrote it, or a manager."""
    reading = _of_staff(request, ref)
    case = reading.case
    event = get_object_or_404(case.events, seq=seq, verb__in=notes.VERBS)
    form = StrikeForm(request.POST or None, case=case)
    body = getattr(event, "body", None)
    return form_act(
        request,
        form,
        f"strike_note:{event.pk}",
        act=lambda form: notes.strike_note(
            case=case, by=request.user, note=seq, reason=form.cleaned_data["reason"]
        ),
        done=partial(with_message, request, _("The note is struck."), _notes(case)),
        show=lambda form: form_page(
            request, reading, form, _("Strike a note"), why=body.note if body else "", warns=True
        ),
    )


def people_around_page(request, ref):
    """The people around the person, drawn and in a table, and what to know before a visit."""
    reading = _of_staff(request, ref)
    header = case_presenter.header(reading)
    found = header["around"]
    drawn = [Someone(one.name, str(one.get_relation_display()), _tie(one)) for one in found]
    picture = people_picture(reading.case.person.name, drawn) if drawn else ""
    return render(
        request,
        "cases/people_around.html",
        header
        | {
            "picture": picture,
            "rows": [
                (
                    one,
                    ", ".join(people_around.ties_of(one)),
                    people_around.standing_words(one),
                )
                for one in found
            ],
        },
    )


def _tie(one: Connection) -> str:
    return "away" if one.keep_away else "home" if one.lives_with else ""


def _around(case) -> str:
    return reverse("cases:people_around", args=[case.ref])


def record_connection(request, ref, number=None):
    """Write down somebody around the person; with a number, in place of what stands."""
    reading = _of_staff(request, ref)
    case = reading.case
    before = None
    if number is not None:
        before = get_object_or_404(Connection, pk=number, person_id=case.person_id)
        if before.ended_id:
            return gone(request)
    form = ConnectionForm(
        request.POST or None, case=case, initial=_as_typed(before) if before else {}
    )
    title = _("Change what we know of %(name)s") % {"name": before} if before else _("Add somebody")
    return form_act(
        request,
        form,
        f"record_connection:{number or ''}",
        act=lambda form: people_around.record_connection(
            case=case, by=request.user, around=form.around(), instead=before
        ),
        done=partial(with_message, request, _("It is written down."), _around(case)),
        show=lambda form: form_page(request, reading, form, title),
    )


def _as_typed(one: Connection) -> dict:
    ties = [code for code in TIES if getattr(one, code)]
    return {name: getattr(one, name) for name in people_around.COLUMNS} | {"ties": ties}


def end_connection(request, ref, number):
    """Somebody is not around the person any more, or never was."""
    reading = _of_staff(request, ref)
    case = reading.case
    one = get_object_or_404(Connection, pk=number, person_id=case.person_id)
    if one.ended_id:
        return gone(request)
    form = EndConnectionForm(request.POST or None, case=case)
    return form_act(
        request,
        form,
        f"end_connection:{number}",
        act=lambda form: people_around.end_connection(
            case=case, connection=one, by=request.user, reason=form.cleaned_data["reason"]
        ),
        done=partial(with_message, request, _("It is taken out."), _around(case)),
        show=lambda form: form_page(
            request, reading, form, _("Take out %(name)s") % {"name": one.name}, warns=True
        ),
    )


def visit_risks(request, ref):
    """What a colleague must know before a visit."""
    reading = _of_staff(request, ref)
    case = reading.case
    form = VisitRisksForm(request.POST or None, case=case)
    return form_act(
        request,
        form,
        "visit_risks",
        act=lambda form: people_around.record_visit_risks(
            case=case,
            by=request.user,
            words=form.cleaned_data["words"],
            seen=form.cleaned_data["version"],
        ),
        done=partial(with_message, request, _("It is written down."), _around(case)),
        show=lambda form: form_page(request, reading, form, _("Before a visit")),
    )


def same_person_page(request, ref):
    """Who may be the same person as the one of this case."""
    reading = _of_staff(request, ref)
    matches = same_person.likely_matches_of(reading)
    return render(
        request,
        "cases/same_person.html",
        case_presenter.header(reading) | {"matches": [(m, match_words(m)) for m in matches]},
    )
