"""Where the voices differ and what the person says to it; what is told before a review."""

from functools import partial

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, journey
from cases.access import Reading
from cases.assessment import answering, differences
from cases.casefile import case_presenter, reviews
from cases.forms.record import ReplyForm, ReviewForm
from cases.paper import other_forms
from cases.ui.form_toolkit import given_words
from cases.views.form_act import form_act, with_message
from cases.views.requests import behalf_of, told_words


def _reading(request, ref):
    """The case, for those who read an assessment."""
    reading = access.get_case(request, ref)
    if not reading.sees("assessment"):
        raise Http404
    if reading.resident:
        request.council = reading.case.council
    return reading


def _replying(reading: Reading) -> bool:
    return (
        bool(reading.roles & (journey.ANYONE_STAFF | {"person"})) and reading.case.step != "closed"
    )


def differences_page(request, ref):
    """Every question that not all answered alike, with what the person says to it."""
    reading = _reading(request, ref)
    case = reading.case
    found = differences.differences_in(reading, answering.last_sent(case))
    return render(
        request,
        "cases/differences.html",
        case_presenter.header(reading)
        | {
            "found": found,
            "staff": not reading.resident,
            "replies": _replying(reading),
            "waiting": sum(one.open for one in found),
        },
    )


def reply(request, ref, question):
    """The person's word on one difference: keep mine, agree, or a comment."""
    reading = _reading(request, ref)
    case = reading.case
    found = differences.differences_in(reading, answering.last_sent(case))
    one = next((d for d in found if d.question == question), None)
    if one is None or not _replying(reading):
        raise Http404
    form = ReplyForm(
        request.POST or None, case=case, version=one.version, behalf="person" not in reading.roles
    )
    return form_act(
        request,
        form,
        f"reply:{question}",
        act=lambda form: differences.reply_to(
            case=case,
            by=request.user,
            question=question,
            reply=form.cleaned_data["reply"],
            words=told_words(form),
            seen=form.cleaned_data["version"],
            **behalf_of(case, form),
        ),
        done=partial(
            with_message,
            request,
            _("Your word on it is kept."),
            reverse("cases:differences", args=[case.ref]),
        ),
        show=partial(_reply_page, request, reading, one),
    )


def _reply_page(request, reading: Reading, one, form):
    return render(
        request,
        "cases/reply.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "one": one,
            "staff": not reading.resident,
        },
        status=422 if form.errors else 200,
    )


def review(request, ref):
    """What was agreed, what was said since, and the three questions before a review."""
    reading = _reading(request, ref)
    case = reading.case
    may = reviews.may_tell(case, request.user, reading.people)
    if not journey.STEPS[case.step].money_runs:
        raise Http404
    behalf = not reading.resident
    form = None
    if may:
        sums = reading.sees("money")
        form = ReviewForm(request.POST or None, case=case, sums=sums, behalf=behalf)
    if form and behalf:
        other_forms.show_numbers(form, case, "review")
    return form_act(
        request,
        form,
        "review",
        act=partial(_tell_review, request, case, behalf),
        done=partial(
            with_message,
            request,
            _("Thank you. We go through it with you."),
            reverse("cases:review", args=[case.ref]),
        ),
        show=partial(_review_page, request, reading, behalf),
    )


def _tell_review(request, case, behalf, form):
    words = form.words()
    if behalf and any(words.values()):
        first = next(name for name in words if words[name].strip())
        words[first] = f"{given_words(form.cleaned_data)} {words[first]}"
    reviews.tell_review(case=case, by=request.user, said=words, **behalf_of(case, form))


def _review_page(request, reading: Reading, behalf, form):
    on, words = reviews.words_before_review(reading)
    return render(
        request,
        "cases/review.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "told_on": on,
            "told": words,
            "staff": behalf,
            "since": reviews.since(reading),
        },
        status=422 if form and form.errors else 200,
    )
