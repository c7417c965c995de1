"""Coming back, adding a way to sign in, giving somebody a code, and getting out quickly.

Known and unknown codes, numbers and addresses get the same page, the same words and the same work.
Signing in by e-mail is the sign-in library's own (cases/signin/account_adapter.py).
"""

from functools import partial

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cases import access, journey
from cases.casefile import case_presenter
from cases.common.refusals import NotYet
from cases.forms.start import ComeBackForm, IssueCodeForm, MobileForm, OneTimeForm, SignInMethodForm
from cases.letters import sms
from cases.models import ReturnCode, User
from cases.signin import known_browser, one_time_codes, requests, resumed_forms, return_codes
from cases.signin.account_adapter import CODE
from cases.signin.front_door import client_address
from cases.signin.short_sessions import let_in
from cases.ui import qr_code
from cases.views.form_act import form_act


@login_not_required
def come_back(request):
    """Public: whoever has a code and a second fact has no account, and needs none."""
    form = ComeBackForm(
        request.POST if request.method == "POST" else None,
        initial={"next": request.GET.get("next", "")},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            typed = form.cleaned_data
            answer = return_codes.try_code(
                code=typed["code"],
                fact=typed["fact"],
                address=client_address(request),
                tokens=known_browser.tokens(request),
            )
            if answer.user:
                let_in(request, answer.user)
                return redirect(onward(request, typed["next"]))
            form.add_error(None, answer.sentence)
            status = 429 if answer.locked else 422
    return render(
        request, "cases/return_code.html", {"form": form, "texts": sms.ready()}, status=status
    )


def onward(request, wanted: str) -> str:
    """The page that asked for a sign-in, if it is ours; else the person's own support."""
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith("/") else reverse("cases:home")


@login_not_required
def ask_text(request):
    """Public: a code by text for a number that was proved before. Other numbers get the same page,
    and no text.
    """
    if not sms.ready():
        raise Http404
    form = MobileForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        owner = User.objects.filter(phone=number, is_active=True).first()
        send = (lambda code: sms.send(number, text_of(code))) if owner else None
        try:
            one_time_codes.begin(request, purpose="text", to=number, owner=owner, send=send)
            return redirect("cases:confirm_text")
        except NotYet as no:
            form.add_error(None, no.sentence)
    return render(
        request, "cases/ask_text.html", {"form": form}, status=422 if form.errors else 200
    )


def text_of(code: str) -> str:
    words = _(
        "Your code is %(code)s. It works for 10 minutes, once. We never ask for it on the phone."
    )
    return words % {"code": code}


@login_not_required
def confirm_text(request):
    """Public: the code that came by text lets its owner in."""
    if not one_time_codes.sent_to(request, "text") and request.method != "POST":
        return redirect("cases:ask_text")
    form = OneTimeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            number = one_time_codes.check(request, purpose="text", typed=form.cleaned_data["code"])
            let_in(request, User.objects.get(phone=number, is_active=True))
            return redirect("cases:home")
        except (NotYet, User.DoesNotExist) as no:
            form.add_error(
                getattr(no, "field", None), getattr(no, "sentence", _("This code no longer works."))
            )
    context = {
        "form": form,
        "to": one_time_codes.sent_to(request, "text"),
        "again": reverse("cases:ask_text"),
    }
    return render(request, "cases/confirm_code.html", context, status=422 if form.errors else 200)


def sign_in_methods(request):
    """How somebody signs in, and another way: their own mailbox or mobile, proved by a code before
    it opens anything.
    """
    if access.seats_of(request.user):
        raise Http404
    form = SignInMethodForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        way = form.cleaned_data["way"]
        to = form.cleaned_data[way]
        try:
            one_time_codes.begin(
                request, purpose=f"add_{way}", to=to, owner=None, send=_sender(request, way, to)
            )
            return redirect("cases:confirm_sign_in_method")
        except NotYet as no:
            form.add_error(None, no.sentence)
    code = requests.live_code(request.user)
    return render(
        request,
        "cases/sign_in_methods.html",
        {
            "form": form,
            "email": request.user.email or "",
            "phone": request.user.phone or "",
            "code": code and not code.by_id,
            "new": requests.may_have_code(request.user),
        },
        status=422 if form.errors else 200,
    )


def _sender(request, way, to):
    if way == "phone":
        return lambda code: sms.send(to, text_of(code))
    return lambda code: get_adapter(request).send_mail(CODE, to, {"code": code, "request": request})


def confirm_sign_in_method(request):
    """The code that proves a mailbox or a mobile."""
    purpose = next(
        (p for p in ("add_email", "add_phone") if one_time_codes.sent_to(request, p)), ""
    )
    if not purpose:
        return redirect("cases:sign_in_methods")
    form = OneTimeForm(request.POST if request.method == "POST" else None)
    to = one_time_codes.sent_to(request, purpose)
    if request.method == "POST" and form.is_valid():
        try:
            proved = one_time_codes.check(request, purpose=purpose, typed=form.cleaned_data["code"])
            requests.add_sign_in(user=request.user, **{purpose.removeprefix("add_"): proved})
            messages.success(request, _("From now on you can also sign in this way."))
            return redirect("cases:sign_in_methods")
        except NotYet as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
    context = {"form": form, "to": to, "again": reverse("cases:sign_in_methods")}
    return render(request, "cases/confirm_code.html", context, status=422 if form.errors else 200)


def issue_code(request, ref):
    """A worker gives the person a code to come back with: they lost theirs, or asked by telephone
    or on paper.
    """
    reading = access.get_case(request, ref)
    case = reading.case
    if not reading.roles & journey.WORKER:
        raise Http404
    user = requests.code_user_of(case.person)
    last = ReturnCode.objects.filter(user=user).order_by("-pk").first() if user else None
    form = IssueCodeForm(request.POST or None, case=case, chosen=last)

    def issue(form):
        given = {name: form.cleaned_data[name] for name in ("way", "kind", "fact")}
        code = requests.issue_code(case=case, by=request.user, **given)
        return reverse("cases:issued_code", args=[case.ref, code.pk])

    show = partial(_issue_page, request, reading, last)
    return form_act(request, form, "issue_code", act=issue, show=show)


def _issue_page(request, reading, last, form):
    return render(
        request,
        "cases/issue_code.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "chosen": str(last.get_fact_kind_display()) if last else "",
            "live": bool(last and last.used_at),
        },
        status=422 if form.errors else 200,
    )


def issued_code(request, ref, number):
    """The sheet with the code, to print or to read out; gone once the code has been used. It never
    holds the fact.
    """
    reading = access.get_case(request, ref)
    case = reading.case
    user = requests.code_user_of(case.person) if reading.roles & journey.WORKER else None
    code = ReturnCode.objects.filter(
        pk=number, user=user, by__isnull=False, stopped_at=None, used_at=None
    ).first()
    if user is None or code is None:
        raise Http404
    request.council, spelled = case.council, return_codes.spelled(code.salt)
    where = settings.SITE_URL.rstrip("/") + reverse("cases:come_back")
    return render(
        request,
        "cases/issued_code.html",
        case_presenter.header(reading)
        | {
            "code": spelled,
            "where": where,
            "fact": code.get_fact_kind_display(),
            "days": requests.LETTER_DAYS,
            "address": case.person.address if code.way == "letter" else "",
            "aloud": " ".join(spelled.replace("-", "")),
            "large": case.person.communication == "large_print",
            "picture": qr_code.picture(
                f"{where}#{return_codes.normalised_code(spelled)}",
                _("The same code, for the camera of a telephone"),
            ),
        },
    )


@login_not_required
def leave(request):
    """Public: away from here at once, to a page that anybody might have open. A click on a page of
    ours also signs out, so that Back shows nothing; an address opened from elsewhere only leads
    away.
    """
    ours = url_has_allowed_host_and_scheme(
        request.headers.get("Referer", ""), {request.get_host()}, request.is_secure()
    )
    clicked = (
        ours
        and bool(request.headers.get("Referer"))
        or request.headers.get("Sec-Fetch-Site") == "same-origin"
    )
    response = redirect(settings.EXIT_URL)
    if clicked:
        logout(request)
        resumed_forms.forget_browser(response)
        known_browser.forget(request, response)
    return response
