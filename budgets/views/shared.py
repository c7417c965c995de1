"""What pages have in common: of one case who may read them and what every page shows, of others the
plain page of a form.

Not here: the round of a page that makes a move (`cases/views/form_act.py`).
"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.ledger.layouts import Layout
from budgets.position import case_money
from cases import journey
from cases.access import Reading
from cases.casefile import case_presenter
from cases.letters import timeline
from cases.paper import other_forms


def readable_case(request, reading: Reading, group="money"):
    """The reading, for those who may read this part of the case; nothing is here for anybody
    else.
    """
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


def move_page(request, reading, name, template, context, form, behalf=False):
    """The page of a move: its form, and what has to be read before it is sent."""
    basis = {
        "form": form,
        "title": timeline.label_of(journey.MOVES[name], reading.roles),
        "behalf": behalf,
    }
    return page(request, reading, template, basis | context, 422 if form.errors else 200)


def budget_of(case):
    """(indicative figure, its cost) as every page about a plan compares with it."""
    figure = case_money.indicative(case)
    return figure, case_money.cost_of_figure(figure)


def form_page(request, form, title, back, **more):
    """A page with one form that is about no case. `more`: a report, a lead, other words of the
    button.
    """
    context = {
        "form": form,
        "title": title,
        "back": back,
        "report": [],
        "lead": "",
        "button": _("Save"),
        "warning": False,
    }
    return render(
        request, "budgets/studio_form.html", context | more, status=422 if form.errors else 200
    )


def ledger_file(content: bytes, layout: Layout, name: str) -> HttpResponse:
    """A file for the ledger, as it was written."""
    kind, ending = ("text/plain", "txt") if layout.fixed else ("text/csv", "csv")
    answer = HttpResponse(content, content_type=f"{kind}; charset={layout.encoding}")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer["Cache-Control"] = "no-store"
    return answer
