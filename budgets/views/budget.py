"""The figure and its explanation, from the stored trace; and the worker's page for sharing it."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, dates
from cases.actions import last_sent
from cases.forms.staff import CaseForm

from .. import actions, calculating, explaining, figures, words
from .shared import PERSON, challenge_url, decide, page, read


def budget(request, ref):
    """How the money was worked out, what became of it, and what can be done about it."""
    case = read(request, access.get_case(request, ref))
    rows = figures.figures(case)
    first = figures.last_of(rows, "indicative")
    run, last = explaining.calculation_of(first), figures.last_of(rows, *figures.DECIDED) or first
    paid = figures.contribution(case)
    return page(request, case, "budgets/budget.html", {
        "title": _("The budget and how it was worked out"),
        "box": words.big(figures.cost_of_figure(first)) if first else None,
        "invented": explaining.notice(first),
        "answers": explaining.answers_table(run) if run else None,
        "total": explaining.total_rows(run) if run else [], "periods": explaining.period_rows(run) if run else [],
        "scheme": explaining.scheme_rows(run) if run else [], "notes": explaining.notes(run) if run else [],
        "compared": words.from_first_to_decided(rows), "history": words.history(rows),
        "contribution": words.contribution_words(paid),
        "statement": words.statement_rows(figures.cost_of_figure(last), paid, case.role in PERSON) if last else [],
        "challenge": challenge_url(request, case), "missing": "" if first else _missing(case),
    })  # fmt: skip


def _missing(case):
    if case.step != "budget":
        return _("The budget is worked out as soon as it is decided that there are eligible needs.")
    return calculating.missing(case, last_sent(case), dates.today())


def share_budget(request, ref):
    """Share the figure; where there is none, what is missing and where to add it."""
    case = read(request, access.get_case(request, ref))

    def do(form):
        return actions.share_budget(case=case, by=request.user, seen=form.cleaned_data["seen"])

    return decide(request, case, "share_budget", lambda data: CaseForm(data, case=case), do, "budgets/share_budget.html", {
        "missing": _missing(case),
        "agree_answer": reverse("cases:agree_answer", args=[case.ref]) if calculating.asks(last_sent(case)) else "",
    })  # fmt: skip
