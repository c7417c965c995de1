"""Pages for everybody: the start, a council's start, asking for support, and the two statements.

No account is needed to ask. The answers to "who needs support?" and "who is this about?" (a number)
are all that stands in an address; the reference of what was sent travels in the session.
`ask_for_someone` is the same request taken by staff by phone, visit or paper.
"""

from datetime import datetime, time
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, actions, journey
from cases.casefile import tracker
from cases.common import dates
from cases.danger import phrases
from cases.figures import expected_wait as expecting
from cases.forms.person import (
    NOBODY_KNOWN,
    WHO_FOR,
    AboutForm,
    AskForm,
    AskForOtherForm,
    KnownAskForm,
    TakeForm,
    WhoForm,
)
from cases.models import Case, Council, Target
from cases.signin import requests
from cases.ui import easy_read
from cases.ui.date_words import last_day
from cases.views.form_act import form_act
from cases.views.menu import in_menu
from cases.views.start import just_asked, resume

TAKES = ("worker", "manager", "service_manager")  # whoever has several takes it as the first


@login_not_required
def start(request):
    """Public: nobody has to sign in to find their council."""
    return render(request, "cases/start.html", {"councils": list(Council.objects.order_by("name"))})


@login_not_required
def accessibility(request):
    """Public: the accessibility statement has to be readable by everybody."""
    return render(request, "cases/accessibility.html")


@login_not_required
def privacy(request):
    """Public: people read what happens to their words before they write any."""
    return render(request, "cases/privacy.html")


@login_not_required
def choose_easy_read(request, choice):
    """Public: easy read, or the longer words again, for this browser; then back to the page it was
    chosen on.
    """
    request.session[easy_read.KEY] = choice == "on"
    back = request.GET.get("to") or request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if ours else "cases:start")


@login_not_required
def council_start(request, council):
    """Public: what the council offers and how it goes, before anything is asked."""
    request.council = found = get_object_or_404(Council, slug=council)
    aims = Target.all_for(found.pk, list(journey.STEPS), dates.today())
    steps = [
        (
            str(journey.STEPS[c].title),
            str(journey.STEPS[c].wanted),
            tracker.days(aims[c]) if aims[c] else "",
        )
        for c in journey.spine()
    ]
    return render(
        request,
        "cases/council.html",
        {
            "steps": steps,
            "choices": list(WHO_FOR.items()),
            "schemes": _page("budgets:schemes", found.slug),
            "today": expecting.words(found, timezone.now()),
        },
    )


def _page(name, slug) -> str:
    return next((a for a in (tracker.page_of(name), tracker.page_of(name, slug)) if a), "")


@login_not_required
def request_support(request, council):
    """Public: support can be asked for without an account. First who it is for, then the questions
    that fit.

    For oneself and without an account it goes on page by page (views/start.py); here are those who
    have a sign-in already, and those who ask for somebody else.
    """
    request.council = found = get_object_or_404(Council, slug=council)
    who = request.GET.get("for", "")
    if who not in WHO_FOR:
        return _who(request, found)
    if who in ("me", "carer") and (not request.user.is_authenticated or resume(request.user)):
        return redirect(reverse("cases:start_part", args=[found.slug, "safe"]) + f"?for={who}")
    selves = _selves(request, found) if who in ("me", "carer") else {}
    about = request.GET.get("about", "")
    if len(selves) > 1 and about not in (*selves, NOBODY_KNOWN):
        return _whom(request, found, who, selves)
    known = selves.get(about) if len(selves) > 1 else next(iter(selves.values()), None)
    form_class = KnownAskForm if known else AskForm if who in ("me", "carer") else AskForOtherForm
    form = form_class(request.POST if request.method == "POST" else None, council=found)
    response = form_act(
        request,
        form,
        "ask_for_support",
        act=partial(_asked, request, found, who, known),
        show=partial(_ask_page, request, found, who, known),
    )
    if response.status_code != 302:
        return response
    url, _hash, ref = response.url.partition("#")
    # the next page knows whether danger was told
    request.session["asked"] = just_asked(ref, form.safe_contact() is not None)
    return redirect(url)


def _ask_page(request, council, who, known, form):
    return render(
        request,
        "cases/ask.html",
        {
            "form": form,
            "who": who,
            "choice": WHO_FOR[who],
            "known": known,
            "other": who in ("other", "professional"),
            "help": phrases.refused(form, council),
        },
        status=422 if form.errors else 200,
    )


def _who(request, council):
    """The first question; its answer leads to the page with the questions that fit."""
    form = WhoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect(
            reverse("cases:ask", args=[council.slug]) + f"?for={form.cleaned_data['who']}"
        )
    return render(
        request,
        "cases/ask_who.html",
        {"form": form, "title": form.fields["who"].label},
        status=422 if form.errors else 200,
    )


def _selves(request, council) -> dict:
    """The people of this council whom a signed-in reader is, by the number of the tie: they are not
    asked again.
    """
    if not request.user.is_authenticated or access.seats_of(request.user):
        return {}
    mine = request.user.representations.filter(kind="self", valid_to=None, person__council=council)
    return {str(r.pk): r.person for r in mine.select_related("person").order_by("person__name")}


def _whom(request, council, who, selves):
    """One sign-in of several people: first whom it is about, so that nobody is asked again what is
    known.
    """
    form = AboutForm(selves, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        here = reverse("cases:ask", args=[council.slug])
        return redirect(f"{here}?for={who}&about={form.cleaned_data['about']}")
    return render(
        request,
        "cases/ask_who.html",
        {"form": form, "title": form.fields["about"].label},
        status=422 if form.errors else 200,
    )


def _asked(request, council, who, known, form) -> str:
    """Open the case; the reference rides on the result's address as a fragment, which never leaves
    the server.
    """
    data, other = form.cleaned_data, who in ("other", "professional")
    staff = access.seats_of(request.user)
    case = actions.ask_for_support(
        council=council,
        person=known,
        name=data.get("name") or known.name,
        born=data.get("born"),
        kind="carer" if who == "carer" else "adult",
        words=form.words_told(),
        by=request.user if request.user.is_authenticated and not staff else None,
        role={"other": "delegate", "professional": "other_agency"}.get(who, "person"),
        channel="professional" if who == "professional" else "online",
        asker="other" if other else "self",
        asker_email=(data.get("asker_email", "") if who == "other" else "")
        or ((request.user.email or "") if known else ""),
        person_fields=form.person_fields() if known is None else None,
        danger_said=form.safe_contact(),
    )
    return reverse("cases:asked", args=[council.slug]) + f"#{case.ref}"


@login_not_required
def request_sent(request, council):
    """Public: what happens next, for whoever has just asked from this browser."""
    request.council = found = get_object_or_404(Council, slug=council)
    kept = request.session.get("asked") or {}
    case = Case.objects.filter(ref=kept.get("ref"), council=found).select_related("person").first()
    if case is None:
        return redirect("cases:council", council=found.slug)
    people = access.representations(case.person_id)
    mine = any(r.kind == "self" for r in people)
    begin = "cases:assessment" if access.roles_of(case, request.user, people) else ""
    return render(
        request,
        "cases/asked.html",
        {
            "ref": case.ref,
            "help": phrases.just_told(kept, case),
            "by": last_day(case.due_at) if phrases.fresh(kept) else "",
            "signs_in": mine,
            "begin": reverse(begin, args=[case.ref]) if begin else "",
            "coded": bool(requests.live_code(request.user)),
            "pdf": reverse("cases:letter_pdf", args=[case.ref, 1]) if begin else "",
            "helping": case.events.filter(seq=1, role__in=["delegate", "other_agency"]).exists(),
        },
    )


@in_menu(gettext_lazy("Write down a request"), TAKES)
def ask_for_someone(request):
    """A request that reached a member of staff, with the day on which it was made: that day starts
    the clock.
    """
    council = access.council_of(request.user, request)
    roles = {
        s.role for s in access.seats_of(request.user) if council and s.council_id == council.pk
    }
    role = next((r for r in TAKES if r in roles), None)
    if role is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = TakeForm(data, council=council, by=request.user)
    return form_act(
        request,
        form,
        "ask_for_someone",
        act=partial(_taken, request, council, role),
        show=partial(_take_page, request, council),
    )


def _take_page(request, council, form):
    shown = {"form": form, "help": phrases.refused(form, council, _("Record the request"))}
    return render(request, "cases/ask_for_someone.html", shown, status=422 if form.errors else 200)


def _taken(request, council, role, form) -> str:
    data, now = form.cleaned_data, timezone.now()
    noon = datetime.combine(data["asked_on"], time(12), tzinfo=dates.LONDON)
    case = actions.ask_for_support(
        council=council,
        person=form.known,
        name=data["name"],
        born=data["born"],
        kind=data["kind"],
        words=form.words_told(),
        by=request.user,
        role=role,
        channel=data["channel"],
        need_group=data["need_group"],
        person_fields=form.person_fields() if form.known is None else None,
        at=min(noon, now),
        danger_said=form.safe_contact(at=now),
    )
    words = _("The request of %(name)s is recorded. Reference %(ref)s.")
    messages.success(request, words % {"name": case.person.name, "ref": case.ref})
    if case.danger_since:
        stay = _("Stay with whoever asked if you can.")
        messages.warning(request, f"{phrases.telling_staff(council)} {stay}")
    # The intake team has it now: not every colleague who takes a call may open it.
    if access.roles_of(case, request.user):
        return reverse(
            "cases:danger" if case.danger_since else "cases:case", kwargs={"ref": case.ref}
        )
    return reverse("cases:caseload")
