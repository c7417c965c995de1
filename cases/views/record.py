"""The person's record of themselves: who looked at it, and what the council already knows. Never
for a helper.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, actions, journey
from cases.casefile import case_presenter, requests
from cases.forms.record import KnownForm, WithholdForm
from cases.records import access_log, personal_details
from cases.views.helpers import form_page, send_once
from cases.views.requests import behalf_of

WATCHING = journey.ANYONE_STAFF | {"auditor"}


def looked(request, ref):
    """Who looked at the record: roles and teams for the person, names too for staff."""
    case = access.get_case(request, ref)
    staff = "person" not in case.roles
    if staff and not case.roles & WATCHING:
        raise Http404
    if not staff:
        request.council = case.council
    page = Paginator(access_log.openings(case, staff), access_log.PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "cases/access_log.html",
        case_presenter.header(case)
        | {
            "staff": staff,
            "page": page,
            "table": access_log.table(case, page, staff),
            "withholds": bool(case.roles & {"manager", "service_manager"}),
        },
    )


def withhold_view(request, ref):
    """Keep a colleague's openings off the person's list, for safeguarding. Managers only."""
    case = access.get_case(request, ref)
    if not case.roles & {"manager", "service_manager"}:
        raise Http404
    form = WithholdForm(request.POST or None, case=case, viewers=access_log.viewers(case))
    if request.method == "POST" and form.is_valid():
        done = send_once(
            request,
            form,
            "withhold_view",
            _("It is left out of the person’s list."),
            lambda: requests.withhold_view(case=case, by=request.user, **form.facts()),
            reverse("cases:access_log", args=[case.ref]),
        )
        if done:
            return done
    return form_page(request, case, form, _("Leave somebody out of the person’s list"))


def _known(request, ref):
    case = access.get_case(request, ref)
    if not case.roles & personal_details.READING:
        raise Http404
    if "person" in case.roles:
        request.council = case.council
    return case


def known_page(request, ref):
    """What the council knows, with day and source; one press says that it is right."""
    case = _known(request, ref)
    staff = "person" not in case.roles
    if request.method == "POST":
        if staff:
            raise Http404

        def do():
            personal_details.confirm_known(case=case, by=request.user)
            return reverse("cases:personal_details", args=[case.ref])

        to = actions.once(request.POST.get("key"), user=request.user, form="confirm_known", do=do)
        messages.success(request, _("Thank you. We have noted that it is right."))
        return redirect(to)
    facts = personal_details.known_details(case)
    alike = len({fact.source for fact in facts}) == 1  # what is true of everything is said once
    rows = [(fact.title, fact.words if alike else f"{fact.words}\n{fact.source}") for fact in facts]
    return render(
        request,
        "cases/personal_details.html",
        case_presenter.header(case)
        | {
            "staff": staff,
            "rows": rows,
            "source": facts[0].source if alike else "",
            "key": case_presenter.uuid.uuid4(),
            "helpers": [str(r.user) for r in case.people if r.kind != "self" and r.checked],
        },
    )


def correct_known(request, ref):
    """Put right what is wrong; everything stands in its box already."""
    case = _known(request, ref)
    behalf = "person" not in case.roles
    form = KnownForm(request.POST or None, case=case, behalf=behalf)
    if request.method == "POST" and form.is_valid():
        done = send_once(
            request,
            form,
            "correct_known",
            _("Thank you. It is put right."),
            lambda: personal_details.correct_known(
                case=case,
                by=request.user,
                values=form.values(),
                seen=form.cleaned_data["version"],
                **behalf_of(case, form),
            ),
            reverse("cases:personal_details", args=[case.ref]),
        )
        if done:
            return done
    return form_page(request, case, form, _("Put right what we know"), behalf=behalf)
