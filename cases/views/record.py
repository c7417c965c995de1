"""The person's record of themselves: who looked at it, and what the council already knows. Never
for a helper.
"""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, journey
from cases.casefile import case_presenter, people_around, requests
from cases.forms.record import PersonalDetailsForm, WithholdForm
from cases.records import access_log, personal_details
from cases.resilience.form_tokens import once
from cases.views.form_act import form_act, with_message
from cases.views.helpers import form_page
from cases.views.requests import behalf_of

WATCHING = journey.ANYONE_STAFF | {"auditor"}


def access_log_page(request, ref):
    """Who looked at the record: roles and teams for the person, names too for staff."""
    reading = access.get_case(request, ref)
    case = reading.case
    staff = "person" not in reading.roles
    if staff and not reading.roles & WATCHING:
        raise Http404
    if not staff:
        request.council = case.council
    page = Paginator(access_log.openings(case, staff), access_log.PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "cases/access_log.html",
        case_presenter.header(reading)
        | {
            "staff": staff,
            "page": page,
            "table": access_log.table(case, page, staff),
            "withholds": bool(reading.roles & {"manager", "service_manager"}),
        },
    )


def withhold_view(request, ref):
    """Keep a colleague's openings off the person's list, for safeguarding. Managers only."""
    reading = access.get_case(request, ref)
    case = reading.case
    if not reading.roles & {"manager", "service_manager"}:
        raise Http404
    form = WithholdForm(request.POST or None, case=case, viewers=access_log.viewers(case))
    words = _("It is left out of the person’s list.")
    return form_act(
        request,
        form,
        "withhold_view",
        act=lambda form: requests.withhold_view(case=case, by=request.user, **form.facts()),
        done=partial(with_message, request, words, reverse("cases:access_log", args=[case.ref])),
        show=lambda form: form_page(
            request, reading, form, _("Leave somebody out of the person’s list")
        ),
    )


def _known(request, ref):
    reading = access.get_case(request, ref)
    if not reading.roles & personal_details.READING:
        raise Http404
    if "person" in reading.roles:
        request.council = reading.case.council
    return reading


def personal_details_page(request, ref):
    """What the council knows, with day and source; one press says that it is right."""
    reading = _known(request, ref)
    case = reading.case
    staff = "person" not in reading.roles
    if request.method == "POST":
        if staff:
            raise Http404

        def do():
            personal_details.confirm_personal_details(case=case, by=request.user)
            return reverse("cases:personal_details", args=[case.ref])

        to = once(request.POST.get("key"), user=request.user, form="confirm_known", do=do)
        messages.success(request, _("Thank you. We have noted that it is right."))
        return redirect(to)
    facts = personal_details.current_details(case)
    alike = len({fact.source for fact in facts}) == 1  # what is true of everything is said once
    header = case_presenter.header(reading)
    around = header["around"] if staff else people_around.connections_of(case.person)
    rows = [(fact.title, fact.words if alike else f"{fact.words}\n{fact.source}") for fact in facts]
    return render(
        request,
        "cases/personal_details.html",
        header
        | {
            "staff": staff,
            "rows": rows,
            "source": facts[0].source if alike else "",
            "key": case_presenter.uuid.uuid4(),
            "named_around": [
                f"{one.name}, {one.get_relation_display()}" for one in around if not one.keep_away
            ],
            "helpers": [str(r.user) for r in reading.people if r.kind != "self" and r.checked],
        },
    )


def correct_personal_details(request, ref):
    """Put right what is wrong; everything stands in its box already."""
    reading = _known(request, ref)
    case = reading.case
    behalf = "person" not in reading.roles
    form = PersonalDetailsForm(request.POST or None, case=case, behalf=behalf)
    words = _("Thank you. It is put right.")
    return form_act(
        request,
        form,
        "correct_known",
        act=lambda form: personal_details.correct_personal_details(
            case=case,
            by=request.user,
            values=form.values(),
            seen=form.cleaned_data["version"],
            **behalf_of(case, form),
        ),
        done=partial(
            with_message, request, words, reverse("cases:personal_details", args=[case.ref])
        ),
        show=lambda form: form_page(
            request, reading, form, _("Put right what we know"), behalf=behalf
        ),
    )
