"""Two records of one person: who may be the same, side by side, joined and parted again. For
workers and managers of a case of both.
"""

from functools import partial

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, journey
from cases.casefile import case_presenter
from cases.forms.same_person import JoinForm, PartForm, match_words
from cases.models import Case, Person, PersonMerge
from cases.records import personal_details, same_person
from cases.ui.components import Table
from cases.views.form_act import form_act, with_message
from cases.views.helpers import form_page, gone


def _of_staff(request, ref) -> access.Reading:
    reading = access.get_case(request, ref)
    if not reading.roles & journey.ANYONE_STAFF:
        raise Http404
    return reading


def same_person_page(request, ref):
    """Who may be the same person as the one of this case, and which records were joined."""
    reading = _of_staff(request, ref)
    case = reading.case
    person = case.person
    matches = same_person.likely_matches_of(reading)
    return render(
        request,
        "cases/same_person.html",
        case_presenter.header(reading)
        | {
            "matches": [(m, match_words(m)) for m in matches],
            "merges": same_person.merges_of(person),
        },
    )


def join_records(request, ref, number):
    """Two records beside each other, and the one press that makes them one."""
    reading = _of_staff(request, ref)
    case = reading.case
    other = get_object_or_404(Person, pk=number, council_id=case.council_id)
    theirs = access.visible_to(request.user, "contact").filter(person=other)
    if other.merged_into_id == case.person_id and request.method == "POST":
        return gone(request)
    cases = list(theirs.order_by("-asked_at")[:10])
    if not cases and other.pk != case.person_id:
        raise Http404
    form = JoinForm(request.POST or None, case=case)
    return form_act(
        request,
        form,
        f"join_records:{number}",
        act=lambda form: same_person.join_records(
            case=case, other=other, by=request.user, reason=form.cleaned_data["reason"]
        ),
        done=partial(with_message, request, _("It is one record now."), _page(case)),
        show=partial(_join_page, request, reading, other, cases),
    )


def _page(case) -> str:
    return reverse("cases:same_person", args=[case.ref])


def _join_page(request, reading: access.Reading, other: Person, cases: list[Case], form):
    case = reading.case
    head = [_("What"), f"{case.person.name}, {case.ref}", other.name]
    rows = [
        [
            str(title),
            personal_details.field_words(case.person, field),
            personal_details.field_words(other, field),
        ]
        for field, title in personal_details.STAFF_TITLES.items()
    ]
    table = Table(_("What is known of each"), head, rows)
    return render(
        request,
        "cases/join_records.html",
        case_presenter.header(reading) | {"form": form, "table": table, "cases": cases},
        status=422 if form.errors else 200,
    )


def part_records(request, ref, number):
    """They are two people after all."""
    reading = _of_staff(request, ref)
    case = reading.case
    merge = get_object_or_404(PersonMerge, pk=number, stays_id=case.person_id)
    if merge.parted_by_id:
        return gone(request)
    form = PartForm(request.POST or None, case=case)
    return form_act(
        request,
        form,
        f"part_records:{number}",
        act=lambda form: same_person.part_records(
            merge=merge, by=request.user, reason=form.cleaned_data["reason"]
        ),
        done=partial(
            with_message,
            request,
            _("They are two records again."),
            _page(case),
        ),
        show=lambda form: form_page(
            request,
            reading,
            form,
            _("Make them two records again"),
            why=_("%(name)s gets back: %(cases)s.")
            % {"name": merge.goes.name, "cases": ", ".join(_moved_refs(merge))},
            warns=True,
        ),
    )


def _moved_refs(merge: PersonMerge) -> list[str]:
    cases = Case.objects.filter(pk__in=merge.moved["cases"]).order_by("pk")
    return list(cases.values_list("ref", flat=True))
