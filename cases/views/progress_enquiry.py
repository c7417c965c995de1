"""What is happening? The person asks in one press; a question in their own words may go with it,
and needs none.
"""

from django.contrib import messages
from django.shortcuts import redirect, render

from cases import access, journey
from cases.access import Reading
from cases.casefile import case_presenter, progress_enquiry
from cases.common.refusals import NotYet
from cases.forms.staff import MoveForm
from cases.resilience.form_tokens import once
from cases.views.act import not_now


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
    form = MoveForm(request.POST or None, reading=reading, move=move)
    if request.method == "POST" and form.is_valid():
        refused = send_enquiry(request, reading, form)
        if refused and (form.cleaned_data["question"] or not case.asked_news_at):
            form.add_error(None, refused)  # what was typed stays on the page
    if case.asked_news_at and not form.errors:
        messages.success(request, progress_enquiry.waiting_sentence(case, reading.role))
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


def send_enquiry(request, reading: Reading, form) -> str:
    """Ask, once; returns why not when a question waits for its answer already."""
    case = reading.case

    def do():
        case.move("ask_news", by=request.user, **form.facts())
        return case_presenter.header(reading)["case_url"]

    try:
        once(form.cleaned_data["key"], user=request.user, form="ask_news", do=do)
    except NotYet as no:
        return str(no.sentence)
    finally:
        case.refresh_from_db(fields=["asked_news_at"])
    return ""
