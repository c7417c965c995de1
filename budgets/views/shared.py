"""What the pages of one case have in common: who may read them, and the round of a page that makes
a move.
"""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from budgets.decision import case_money
from cases import journey
from cases.access import Reading
from cases.casefile import case_presenter
from cases.letters import timeline
from cases.paper import other_forms
from cases.views.act import not_now, send


def readable_case(request, reading: Reading, group="money"):
    """The reading, for those who may read this part of the case; nothing is here for anybody else."""
    request.council = reading.case.council
    if not reading.sees(group):
        raise Http404
    return reading


def page(request, reading: Reading, template, context, status=200):
    """Render with what every page of a case shows: whose case, the way back, and the notice of an
    invented scheme.
    """
    case = reading.case
    basis = case_presenter.header(reading) | {
        "back": reverse("cases:case", args=[case.ref]),
        "resident": reading.resident,
        "behalf": False,
        "who": case.person.name,
        "form": None,
        "invented": "",
    }
    return render(request, template, basis | context, status=status)


def is_behalf(request, reading: Reading):
    """Does a worker record here what the person said?"""
    return request.GET.get("for") == "person" and not reading.resident


def numbered(form, reading: Reading, sheet="plan"):
    """The form; for staff, who may key in what came on paper, with the numbers that its questions
    have there.
    """
    if not reading.resident:
        other_forms.show_numbers(form, reading.case, sheet)
    return form


def challenge_url(request, reading: Reading):
    """Where a decision is challenged, for whoever may: the person, their helper, the worker who
    writes it down.
    """
    move, behalf = journey.MOVES["challenge"], not reading.resident
    if case_presenter.refusal(reading, move, behalf):
        return ""
    return case_presenter.move_url(reading.case, move, behalf)


def decide(request, reading: Reading, name, make_form, do, template, context, behalf=False):
    """The round of a page that makes one move: refused with the reason, shown, sent, or shown again
    with what is wrong.
    """
    move = journey.MOVES[name]
    refused = case_presenter.refusal(reading, move, behalf)
    if refused:
        return not_now(request, reading, move, refused)
    again = case_presenter.sent_before(request.POST.get("key"), request.user)
    if again:  # pressed twice: what could be chosen then may be gone by now
        return redirect(again)
    form = make_form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = send(request, form, reading, name, move.done, lambda: do(form))
        if done:
            return done
    more = {
        "form": form,
        "title": timeline.label_of(move, reading.roles),
        "behalf": behalf,
    } | context
    return page(request, reading, template, more, 422 if form.errors else 200)


def budget_of(case):
    """(indicative figure, its cost) as every page about a plan compares with it."""
    figure = case_money.indicative(case)
    return figure, case_money.cost_of_figure(figure)
