"""What the pages of one case have in common: who may read them, and what every page shows.

Not here: the round of a page that makes a move (`cases/views/form_act.py`).
"""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from budgets.position import case_money
from cases import access, journey
from cases.casefile import case_presenter
from cases.letters import timeline
from cases.paper import other_forms

PERSON = {"person", "delegate"}


def readable_case(request, case, group="money"):
    """The case, for those who may read this part of it; nothing is here for anybody else."""
    request.council = case.council
    if not case.roles & access.READS[group]:
        raise Http404
    return case


def sees_money(case) -> bool:
    """Does the reader see sums? A helper who was not given the money reads and writes the words of
    a plan alone.
    """
    return bool(case.roles & access.READS["money"])


def page(request, case, template, context, status=200):
    """Render with what every page of a case shows: whose case, the way back, and the notice of an
    invented scheme.
    """
    basis = case_presenter.header(case) | {
        "back": reverse("cases:case", args=[case.ref]),
        "resident": case.role in PERSON,
        "behalf": False,
        "who": case.person.name,
        "form": None,
        "invented": "",
    }
    return render(request, template, basis | context, status=status)


def is_behalf(request, case):
    """Does a worker record here what the person said?"""
    return request.GET.get("for") == "person" and case.role not in PERSON


def numbered(form, case, sheet="plan"):
    """The form; for staff, who may key in what came on paper, with the numbers that its questions
    have there.
    """
    if case.role not in PERSON:
        other_forms.show_numbers(form, case, sheet)
    return form


def challenge_url(request, case):
    """Where a decision is challenged, for whoever may: the person, their helper, the worker who
    writes it down.
    """
    move, behalf = journey.MOVES["challenge"], case.role not in PERSON
    if case_presenter.refusal(case, move, request.user, behalf):
        return ""
    return case_presenter.move_url(case, move, behalf)


def move_page(request, case, name, template, context, form, behalf=False):
    """The page of a move: its form, and what has to be read before it is sent."""
    basis = {
        "form": form,
        "title": timeline.label_of(journey.MOVES[name], case.roles),
        "behalf": behalf,
    }
    return page(request, case, template, basis | context, 422 if form.errors else 200)


def budget_of(case):
    """(indicative figure, its cost) as every page about a plan compares with it."""
    figure = case_money.indicative(case)
    return figure, case_money.cost_of_figure(figure)
