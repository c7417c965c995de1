"""Messages both ways, what else is asked for, and the council's answer; for the person, their
helpers and staff.
"""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access
from cases.access import Reading
from cases.casefile import case_presenter, requests
from cases.casefile.messages import READING, conversation, waits
from cases.danger import phrases, reports
from cases.forms.record import AnswerForm, AskForm, WriteForm
from cases.ui.date_words import day
from cases.ui.form_toolkit import given_words
from cases.views.form_act import form_act, with_message
from cases.views.helpers import form_page, gone
from cases.views.start import just_asked

TITLES = {
    "copy": gettext_lazy("Ask for a copy of everything"),
    "names": gettext_lazy("Ask who looked at your record"),
}
WHY = {
    "copy": gettext_lazy(
        "We collect what we hold about you, and send it in the way that is safe for you."
    ),
    "names": gettext_lazy(
        "We tell you the names. Some may be left out to keep people safe, and then we say so."
    ),
}


def _reading(request, ref):
    """The case, for those between whom messages go."""
    reading = access.get_case(request, ref)
    if not reading.roles & READING:
        raise Http404
    if reading.resident:
        request.council = reading.case.council
    return reading


def behalf_of(case, form) -> dict:
    """For whom a worker writes it down; nothing for the person and their helpers."""
    return {"on_behalf_of": case.person} if "told_by" in form.fields else {}


def told_words(form) -> str:
    """How a worker was told, before what they wrote down."""
    given = form.cleaned_data
    return f"{given_words(given)} {given['words']}".strip()


def messages_page(request, ref):
    """Everything said, both sides in order, and the box to write in."""
    reading = _reading(request, ref)
    case = reading.case
    staff = not reading.resident
    helped = any(r.kind != "self" for r in reading.people)
    form = WriteForm(
        request.POST or None, case=case, alone=helped and reading.role != "delegate", behalf=staff
    )
    show = partial(_messages_page, request, reading, helped)
    if request.method == "POST" and form.is_valid() and form.safe_contact():
        return _danger(request, reading, form, show)
    return form_act(
        request,
        form,
        "messages",
        act=lambda form: requests.record_request(
            case=case,
            by=request.user,
            what="message",
            words=told_words(form),
            alone=form.cleaned_data.get("alone", False),
            **behalf_of(case, form),
        ),
        done=partial(with_message, request, _("Your message has arrived."), _page(case)),
        show=show,
    )


def _page(case) -> str:
    return reverse("cases:messages", args=[case.ref])


def _messages_page(request, reading: Reading, helped, form):
    case = reading.case
    return render(
        request,
        "cases/messages.html",
        case_presenter.header(reading)
        | {
            "help": phrases.refused(form, case.council, _("Send the message"))
            or phrases.just_told(request.session.get("told_danger"), case),
            "form": form,
            "staff": not reading.resident,
            "said": conversation(reading),
            "helping": reading.role == "delegate",
            "helped": helped,
        },
        status=422 if form.errors else 200,
    )


def _danger(request, reading: Reading, form, show):
    """A message with the box ticked goes to those who ring, and stands in no list of messages."""
    case = reading.case
    staff = not reading.resident
    words = phrases.telling_staff(case.council) if staff else phrases.telling(case.council)
    say = messages.success if phrases.is_read(case.council, timezone.now()) else messages.warning
    to = reverse("cases:danger", args=[case.ref]) if staff else _page(case)
    response = form_act(
        request,
        form,
        "messages",
        act=lambda form: reports.report(
            case=case,
            by=request.user,
            role=reading.role,
            door="phone" if staff else "message",
            said=form.safe_contact(),
            words=told_words(form),
        ),
        done=partial(with_message, request, words, to, say),
        show=show,
    )
    if not staff and response.status_code == 302:
        request.session["told_danger"] = just_asked(case.ref, True)
    return response


def ask_for(request, ref, what):
    """Ask for a copy of everything, or for names."""
    reading = _reading(request, ref)
    case = reading.case
    own = what in requests.OWN
    if own and reading.role == "delegate":
        raise Http404
    behalf = not reading.resident
    form = AskForm(request.POST or None, case=case, behalf=behalf)
    return form_act(
        request,
        form,
        f"ask:{what}",
        act=lambda form: requests.record_request(
            case=case,
            by=request.user,
            what=what,
            words=told_words(form),
            **behalf_of(case, form),
        ),
        done=partial(with_message, request, _("We have it, and will answer."), _page(case)),
        show=partial(_ask_page, request, reading, what, behalf),
    )


def _ask_page(request, reading: Reading, what, behalf, form):
    by = _("You will have an answer by %(day)s.") % {
        "day": day(requests.due_on(what, requests.dates.today()))
    }
    return form_page(request, reading, form, TITLES[what], why=f"{WHY[what]} {by}", behalf=behalf)


def answer_asked(request, ref, seq):
    """The council's answer to one message or request. Staff only."""
    reading = _reading(request, ref)
    case = reading.case
    row = case.asked.filter(event__seq=seq).select_related("event__body", "case").first()
    if row is None or not reading.roles & requests.WORKERS:
        raise Http404
    if row.answered_at:
        return gone(request)
    form = AnswerForm(request.POST or None, case=case)
    if row.alone and row.what == "message":
        form.fields["words"].help_text = _(
            "Only the person reads this. Nobody who helps them may know of it."
        )
    return form_act(
        request,
        form,
        f"answer_asked:{row.pk}",
        act=lambda form: requests.answer(
            asked=row, by=request.user, words=form.cleaned_data["words"]
        ),
        done=partial(with_message, request, _("Your answer is sent."), _page(case)),
        show=partial(_answer_page, request, reading, row),
    )


def _answer_page(request, reading: Reading, row, form):
    body = getattr(row.event, "body", None)
    return render(
        request,
        "cases/answer_asked.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "said": body.note if body else "",
            "about": row.get_what_display(),
            "alone": row.alone,
            "waits": waits(row),
        },
        status=422 if form.errors else 200,
    )
