"""Asking for oneself without an account: a page at a time, each saved, a code to come back with,
then the request.

Nothing of the person stands in an address: which request it is lies in the session, or with the
sign-in of the code. Not here: coming back (views/come_back.py), asking for somebody else
(views/public.py).
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.common import dates
from cases.common.refusals import NotYet
from cases.danger import phrases
from cases.forms.danger import DANGER, REVEALED
from cases.forms.person import WHO_FOR
from cases.forms.start import PartForm, PlaceForm
from cases.models import Council, Start
from cases.models.people import CONTACT_BY, FORMATS
from cases.signin import requests, resumed_forms, return_codes
from cases.signin.short_sessions import let_in
from cases.ui import qr_code

ORDER = ("safe", "place", "words", "you")
TITLES = {
    "safe": gettext_lazy("How can we reach you safely?"),
    "place": gettext_lazy("Choose how you come back"),
    "words": gettext_lazy("What is happening?"),
    "you": gettext_lazy("About you"),
}
LEADS = {
    "safe": gettext_lazy("We use only the way that you choose. Fill in what belongs to it."),
    "place": gettext_lazy(
        "We give you a code. With it and one thing that only you know, you can go on later on any "
        "telephone or computer. If somebody at home could guess your birthday, choose a word."
    ),
    "words": gettext_lazy(
        "What you write is saved when you go on. The council reads it when you send it."
    ),
    "you": gettext_lazy("Then you check it, and send it."),
}


def begun(request, council) -> Start | None:
    """The request that this browser, or whoever is signed in by a code, is writing to this
    council.
    """
    rows = Start.objects.filter(council=council)
    if request.user.is_authenticated:
        return rows.filter(user=request.user).order_by("-pk").first()
    return rows.filter(pk=request.session.get("start") or 0, user=None, case=None).first()


def _council(request, slug) -> Council:
    request.council = get_object_or_404(Council, slug=slug)
    return request.council


@login_not_required
def part(request, council, part):
    """Public: one page of asking, kept as soon as it is sent. Nobody needs an account, an e-mail or
    a telephone.
    """
    found = _council(request, council)
    if part not in requests.PARTS:
        raise Http404
    start = begun(request, found)
    if start and start.case_id:
        return _sent_before(request)
    asked = request.GET.get("for", "")
    who = asked if asked in ("me", "carer") else start.who if start else ""
    if not who or (start is None and part != "safe"):
        return _not_begun(request, found)
    data = start.data if start else {}
    told = ("born",) if start and start.user_id and data.get("born") and _by_birthday(start) else ()
    form = PartForm(
        request.POST if request.method == "POST" else None,
        council=found,
        part=part,
        told=told,
        initial=data,
    )
    if request.method == "POST" and form.is_valid():
        start = start or _new(request, found, who)
        return _kept(
            request, found, requests.save_part(start=start, values=form.values(), who=who), part
        )
    return _page(request, part, form, start, who)


def _not_begun(request, council):
    """To the beginning; but what was sent when a sign-in by code had ended is kept until they are
    back.
    """
    ended = (
        request.method == "POST"
        and not request.user.is_authenticated
        and resumed_forms.keep_form(request)
    )
    return ended or redirect("cases:ask", council=council.slug)


def _sent_before(request):
    """The request has gone out: readers go to their case, and whoever writes here is told where
    words go now.
    """
    if request.method == "POST":
        raise NotYet(
            _(
                "Your request has been sent, so this page can't be changed any more. To add "
                "something, write to "
                "the council on the page of your case."
            )
        )
    return redirect("cases:home")


def _by_birthday(start) -> bool:
    code = requests.live_code(start.user)
    return code is not None and code.fact_kind == "born"


def _new(request, council, who) -> Start:
    start = requests.begin(council=council, who=who)
    request.session["start"] = start.pk
    return start


def _kept(request, council, start, part):
    request.session["saved"] = "start"
    after = ORDER[ORDER.index(part) + 1 :]
    onward = next((p for p in after if p != "place" or start.user_id is None), "")
    if request.GET.get("to") == "check" and not requests.missing(start):
        onward = ""
    return _go(council, onward)


def _go(council, page):
    if page == "place":
        return redirect("cases:start_place", council=council.slug)
    if page:
        return redirect("cases:start_part", council=council.slug, part=page)
    return redirect("cases:start_check", council=council.slug)


def _page(request, part, form, start, who):
    place = ORDER.index(part)
    before = ORDER[place - 1] if place else ""
    council = request.council
    back = reverse("cases:ask", args=[council.slug])
    if before == "place":
        back = reverse("cases:start_part", args=[council.slug, "safe"])
    elif before:
        back = reverse("cases:start_part", args=[council.slug, before])
    return render(
        request,
        "cases/start_part.html",
        {
            "form": form,
            "title": TITLES[part],
            "lead": LEADS[part],
            "choice": WHO_FOR[who],
            "back": back,
            "part": part,
            "n": place + 1,
            "of": len(ORDER),
            "saved": request.session.pop("saved", "") == "start",
            "coded": bool(start and start.user_id and requests.live_code(start.user)),
            "help": phrases.refused(form, council) or _help(start, council),
        },
        status=422 if form.errors else 200,
    )


@login_not_required
def place(request, council):
    """Public: the second fact. Whoever has one gets a code; whoever wants none goes on without."""
    found = _council(request, council)
    start = begun(request, found)
    if start is None:
        return redirect("cases:ask", council=found.slug)
    if start.case_id:
        return _sent_before(request)
    form = PlaceForm(
        request.POST if request.method == "POST" and "without" not in request.POST else None
    )
    if request.method == "POST" and ("without" in request.POST or form.is_valid()):
        chosen = form.cleaned_data if form.is_bound else {}
        start = requests.keep_place(
            start=start, kind=chosen.get("kind", ""), fact=chosen.get("fact", "")
        )
        if not request.user.is_authenticated:
            let_in(request, start.user)
        if chosen:
            return redirect("cases:my_code")
        return _go(found, "words")
    return _page(request, "place", form, start, start.who)


def my_code(request):
    """The code of whoever is signed in by it, to write down, print or photograph. 404 for everybody
    else.
    """
    code = requests.live_code(request.user)
    if code is None or code.by_id:
        raise Http404
    start = (
        Start.objects.filter(user=request.user).select_related("council").order_by("-pk").first()
    )
    request.council = start.council if start else None
    spelled = return_codes.spelled(code.salt)
    back = request.build_absolute_uri(reverse("cases:come_back"))
    unsent = start is not None and start.case_id is None
    return render(
        request,
        "cases/my_code.html",
        {
            "code": spelled,
            "where": back,
            "fact": code.get_fact_kind_display(),
            "unsent": unsent,
            "picture": qr_code.picture(
                f"{back}#{return_codes.normalised_code(spelled)}",
                _("The same code, for the camera of a telephone"),
            ),
            "onward": _onward(start) if unsent else reverse("cases:home"),
        },
    )


def new_code(request):
    """A new code with a new second fact, for whoever is signed in as the person; the one before
    stops.
    """
    if not requests.may_have_code(request.user):
        raise Http404
    form = PlaceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        requests.renew_code(
            user=request.user, kind=form.cleaned_data["kind"], fact=form.cleaned_data["fact"]
        )
        return redirect("cases:my_code")
    return render(
        request, "cases/new_code.html", {"form": form}, status=422 if form.errors else 200
    )


def _onward(start) -> str:
    slug, page = start.council.slug, requests.missing(start)
    if page in requests.PARTS:
        return reverse("cases:start_part", args=[slug, page])
    return reverse("cases:start_place" if page else "cases:start_check", args=[slug])


def resume(user) -> str:
    """Where somebody goes on who has begun a request and not sent it, or ""."""
    start = (
        Start.objects.filter(user=user, case=None).select_related("council").order_by("-pk").first()
    )
    return _onward(start) if start else ""


@login_not_required
def check(request, council):
    """Public: everything on one page with its links to change it, and the button that sends it."""
    found = _council(request, council)
    start = begun(request, found)
    if start is None:
        return _not_begun(request, found)
    if start.case_id is None and requests.missing(start):
        return redirect(_onward(start))
    if request.method == "POST":
        return _send(request, found, start)
    if start.case_id:
        return redirect("cases:home")
    return _check_page(request, found, start)


def _check_page(request, council, start, sentence=""):
    said = {
        "groups": _said(council, start.data),
        "sentence": sentence,
        "help": _help(start, council),
    }
    return render(request, "cases/start_check.html", said, status=422 if sentence else 200)


def _send(request, council, start):
    danger = requests.danger_said(start) is not None
    try:
        case = requests.send_request(start=start)
    except NotYet as no:
        return _check_page(request, council, start, no.sentence)
    if start.case_id is None:
        request.session["asked"] = just_asked(case.ref, danger)
    return redirect("cases:asked", council=council.slug)


def just_asked(ref, danger) -> dict:
    """What this browser keeps of a request that it has just sent: until when it shows what helps in
    danger.
    """
    now = timezone.now().timestamp()
    return {"ref": ref, "told_at": now if danger else 0, "at": now}


def _help(start, council):
    """What helps now, for whoever has ticked the box and not sent it yet."""
    return phrases.unsent(council) if start and start.data.get("danger") == "yes" else None


def _said(council, data):
    """(title, rows of a summary list) of what was written."""
    words = {
        "contact_by": (_("Safe way to reach you"), CONTACT_BY),
        "email": (_("E-mail address"), None),
        "phone": (_("Telephone"), None),
        "address": (_("Address"), None),
        "contact_note": (_("What we must never do"), None),
        "words": (_("What is happening"), None),
        "danger": (_("Danger, or nothing to eat today"), DANGER),
        "safe_number": (_("A number that is safe to ring"), None),
        "no_number": (_("No safe number"), {True: _("Yes"), False: _("No")}),
        "otherwise": (_("How else we can reach you"), None),
        "name": (_("Your name"), None),
        "born": (_("Date of birth"), None),
        "communication": (_("How you like to get information"), FORMATS),
        "language": (_("Interpreter or language"), None),
    }
    found = []
    for page, names in requests.PARTS.items():
        href = reverse("cases:start_part", args=[council.slug, page]) + "?to=check"
        rows = []
        for name in names:
            if name in REVEALED and (data.get("danger") != "yes" or not data.get(name)):
                continue
            label, choices = words[name]
            value = data.get(name) or ""
            shown = (
                str(choices.get(value, value))
                if choices
                else _day(value)
                if name == "born"
                else value
            )
            rows.append((label, shown or _("Nothing. That is all right."), href, _("Change")))
        found.append((TITLES[page], rows))
    return found


def _day(value) -> str:
    born = return_codes.as_date(value) if value else None
    return dates.date_words(born) if born else ""
