"""What is happening? The person asks in one press; a question in their own words may go with it,
and needs none.
"""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from cases import access, journey
from cases.access import Reading
from cases.casefile import case_presenter, progress_enquiry
from cases.forms.staff import MoveForm
from cases.views.act import not_now
from cases.views.form_act import form_act


def ask_news(request, ref):
    """The page of the question, and the one press of the tracker. Who has asked already is told who
    will answer.
    """
    reading = access.get_case(request, ref)
    case = reading.case
    move = journey.MOVES["ask_news"]
    refused = case_presenter.refusal(reading, move)
    if refused:
        return not_now(request, reading, move, refused)
    request.council = case.council
    response = form_act(
        request,
        MoveForm(request.POST or None, reading=reading, move=move),
        move.name,
        act=lambda form: case.move(move.name, by=request.user, **form.facts()),
        done=lambda: reverse("cases:case", args=[case.ref]),
        show=partial(_question, request, reading, move),
    )
    if response.status_code == 302:
        messages.success(request, progress_enquiry.waiting_sentence(case, reading.role))
    return response


def _question(request, reading: Reading, move, form):
    """The page; for who has asked already and typed nothing there is nothing to show."""
    case = reading.case
    case.refresh_from_db(fields=["asked_news_at"])
    if case.asked_news_at and not (form.is_bound and form.cleaned_data.get("question")):
        return redirect("cases:case", ref=case.ref)
    return render(
        request,
        "cases/act_person.html",
        case_presenter.header(reading)
        | {
            "form": form,
            "title": move.label,
            "why": case_presenter.EXPLAINED[move.name],
            "warns": False,
        },
    )
