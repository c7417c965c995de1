"""Who helps: the list, inviting, checking, stopping; saying yes to it; linking a carer's case with
the other one.
"""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases import access, journey
from cases.access import Reading
from cases.casefile import case_presenter
from cases.common import dates
from cases.forms.helper import CheckForm, EndForm, InviteForm, LinkForm
from cases.helpers import authority, listing
from cases.models import Case, CaseLink, Representation
from cases.views.form_act import form_act, with_message

DECIDING = journey.ANYONE_STAFF | {"person"}
CHECKED = {
    "no": gettext_lazy("You said no. They see only their own words."),
    "yes": gettext_lazy("Their authority is confirmed."),
}


def gone(request):
    """What is settled has no form any more; a second press of what settled it goes where the first
    one went.
    """
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    if not before:
        raise Http404
    return redirect(before)


def form_page(request, reading: Reading, form, title, why="", warns=False, behalf=False):
    """The general page of one form, for the person or for staff."""
    staff = not reading.resident
    if not staff:
        request.council = reading.case.council
    return render(
        request,
        "cases/act.html" if staff else "cases/act_person.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "title": title,
            "why": why,
            "warns": warns,
            "behalf": behalf,
        },
        status=422 if form.errors else 200,
    )


def _deciding(request, ref):
    """The case, for those who decide who helps; a helper finds nothing here."""
    reading = access.get_case(request, ref)
    if not reading.roles & DECIDING:
        raise Http404
    return reading


def _page(case) -> str:
    return reverse("cases:helpers", args=[case.ref])


def helpers_page(request, ref):
    """Everyone who helps, is asked to or did; for the person and staff."""
    reading = _deciding(request, ref)
    case = reading.case
    staff = "person" not in reading.roles
    if not staff:
        request.council = case.council
    found = listing.helpers_of(reading)
    reach = [
        (link, other)
        for link, other in listing.links(case, lambda c: access.roles_of(c, request.user))
    ]
    return render(
        request,
        "cases/helpers.html",
        case_presenter.header(reading)
        | {
            "staff": staff,
            "now": [h for h in found if not h.over],
            "before": [h for h in found if h.over],
            "links": reach if staff else [],
        },
    )


def invite_helper(request, ref):
    """Ask somebody to help; a worker writes down what the person wants."""
    reading = _deciding(request, ref)
    case = reading.case
    behalf = "person" not in reading.roles
    form = InviteForm(request.POST or None, case=case, behalf=behalf)
    words = _("We have asked them. They can see nothing until they say yes and we have checked it.")
    return form_act(
        request,
        form,
        "invite_helper",
        act=lambda form: authority.invite_helper(case=case, by=request.user, **form.facts()),
        done=partial(with_message, request, words, _page(case)),
        show=lambda form: form_page(
            request, reading, form, _("Ask somebody to help"), behalf=behalf
        ),
    )


def _one(case, number) -> Representation:
    rows = (
        Representation.objects.filter(person_id=case.person_id)
        .exclude(kind="self")
        .select_related("user")
    )
    return get_object_or_404(rows, pk=number)


def check_helper(request, ref, number):
    """Check a helper's authority: confirm what was seen, or say no with the reason. Staff only."""
    reading = access.get_case(request, ref)
    case = reading.case
    rep = _one(case, number)
    if not reading.roles & journey.ANYONE_STAFF:
        raise Http404
    if rep.checked_at or listing.over(rep):
        return gone(request)
    start = {"proof": rep.proof or None, "scope": rep.scope, "seen_on": dates.today()}
    form = CheckForm(request.POST or None, case=case, initial=start)
    return form_act(
        request,
        form,
        f"check_helper:{rep.pk}",
        act=partial(_check, case, rep, request.user),
        done=lambda: with_message(request, CHECKED[form.cleaned_data["decision"]], _page(case)),
        show=lambda form: form_page(
            request,
            reading,
            form,
            _("Check the authority of %(who)s") % {"who": rep.user},
            why=_("They are: %(kind)s.") % {"kind": rep.get_kind_display()},
        ),
    )


def _check(case, rep, user, form):
    given = form.cleaned_data
    if given["decision"] == "no":
        return authority.refuse_helper(case=case, rep=rep, by=user, reason=given["reason"])
    facts = {name: given[name] for name in ("proof", "evidence", "seen_on", "scope")}
    return authority.check_helper(case=case, rep=rep, by=user, **facts)


def end_help(request, ref, number):
    """Stop a helper at once: the person, staff, or the helper."""
    reading = access.get_case(request, ref)
    case = reading.case
    rep = _one(case, number)
    own = rep.user_id == request.user.pk
    if not (own or reading.roles & DECIDING):
        raise Http404
    if listing.over(rep):
        return gone(request)
    form = EndForm(request.POST or None, case=case)
    if own:
        form.fields["reason"].help_text = _("The person and their social worker can read this.")
    words = _("You have stopped helping.") if own else _("They can see nothing any more.")
    title = _("Stop helping") if own else _("Stop the help of %(who)s") % {"who": rep.user}
    return form_act(
        request,
        form,
        f"end_help:{rep.pk}",
        act=lambda form: authority.end_help(
            case=case, rep=rep, by=request.user, reason=form.cleaned_data["reason"]
        ),
        done=partial(with_message, request, words, reverse("cases:home") if own else _page(case)),
        show=lambda form: form_page(
            request, reading, form, title, _("It holds at once."), warns=True
        ),
    )


@require_http_methods(["POST"])
def answer_invitation(request, number):
    """Say yes or no to helping somebody who asked. Only whoever was asked finds it."""
    rows = Representation.objects.filter(
        Representation.on(dates.today()), user=request.user, accepted_at=None
    )
    rep = get_object_or_404(rows.exclude(invited_at=None), pk=number)
    if "no" in request.POST:
        case = authority.case_of(rep)
        if case is None:
            raise Http404
        authority.end_help(case=case, rep=rep, by=request.user)
        messages.success(request, _("You said no. They can ask somebody else."))
    else:
        authority.accept_help(rep=rep, by=request.user)
        messages.success(
            request, _("Thank you. We check this with the person, and then you can see their case.")
        )
    return redirect("cases:home")


def link_cases(request, ref):
    """Tie a carer's case and that of the person they care for; for staff who reach both."""
    reading = access.get_case(request, ref)
    case = reading.case
    if not reading.roles & journey.ANYONE_STAFF:
        raise Http404
    form = LinkForm(request.POST or None, case=case)
    other = None
    if request.method == "POST" and form.is_valid():
        other = _other_case(case, form.cleaned_data["other"], request.user)
        if other is None:
            form.add_error("other", _("You reach no case with this reference."))
    return form_act(
        request,
        form,
        "link_cases",
        act=lambda form: authority.link_cases(
            carer=case if case.kind == "carer" else other,
            cared_for=other if case.kind == "carer" else case,
            by=request.user,
            told=form.cleaned_data["told"],
        ),
        done=partial(with_message, request, _("The two cases are linked."), _page(case)),
        show=lambda form: form_page(request, reading, form, _("Link with another case")),
    )


def _other_case(case, ref, user) -> Case | None:
    """The case of the other one, where the reader works on it too."""
    other = Case.objects.filter(ref=ref.upper(), council_id=case.council_id).first()
    if other is None or not access.roles_of(other, user) & journey.ANYONE_STAFF:
        return None
    return other


def unlink_cases(request, ref, number):
    """End the link at once, whoever of the two said no. There is nothing to read here."""
    reading = access.get_case(request, ref)
    case = reading.case
    if not reading.roles & journey.ANYONE_STAFF or request.method != "POST":
        raise Http404
    found = CaseLink.objects.filter(pk=number, ended_at=None)
    link = found.filter(carer=case).first() or found.filter(cared_for=case).first()
    if link is None:
        raise Http404
    authority.unlink_cases(case=case, link=link, by=request.user)
    messages.success(request, _("The link is ended."))
    return redirect(_page(case))
