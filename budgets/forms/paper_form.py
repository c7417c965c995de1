"""The plan and the estimate on paper: made of the forms on the screen, registered with the paper
twin of `cases`.

Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.forms import plan as forms
from budgets.forms.overview import EstimateForm
from budgets.models import PlanLine, SupportPlan
from budgets.money import charging, rates
from budgets.plan import readiness, shared_writing
from cases.common import dates
from cases.models import Case
from cases.paper.other_forms import SHEETS, Parts, Sheet

PIECES = 3  # pieces of support that there is room for; more on more paper
WRITTEN = {
    "what_matters": forms.WhatMattersForm,
    "goals": forms.GoalsForm,
    "risks": forms.RisksForm,
    "in_control": forms.InControlForm,
    "contribution": forms.ContributionForm,
    "helped": forms.HelpedForm,
}


def _plan(case: Case, _sums: bool) -> Parts:
    """The parts of the plan in their order; the support, its cost, dates and way to take the money
    piece by piece.
    """
    found: Parts = []
    for part in readiness.PARTS:
        if part == "lines":
            found += [entry for n in range(1, PIECES + 1) for entry in _piece(case, n)]
        elif part == "enough":
            found.append(
                (shared_writing.TITLES[part], forms.EnoughForm(plan=SupportPlan(), over=True))
            )
        elif part in WRITTEN:
            found.append((shared_writing.TITLES[part], WRITTEN[part](plan=SupportPlan())))
    return found


def _piece(case: Case, n: int) -> Parts:
    title = _("Piece of support %(n)s") % {"n": n}
    line = PlanLine(pk=n, what=title, who="pa")
    listed = rates.list_on(case.council_id, dates.today())
    return [
        (title, forms.LineForm(case=case)),
        (
            _("%(piece)s: how much, and what it costs") % {"piece": title},
            forms.CostForm(line=line, rates=listed),
        ),
        (
            _("%(piece)s: dates, and who pays") % {"piece": title},
            forms.TermsForm(line=line, elsewhere=False),
        ),
        (
            _("%(piece)s: the way to take the money") % {"piece": title},
            forms.RoutesForm(lines=[line]),
        ),
    ]


def _estimate(_case: Case, _sums: bool) -> Parts:
    form = EstimateForm(groups=charging.GROUPS, may_keep=False)
    return [(gettext_lazy("For an estimate of what you may have to pay"), form)]


SHEETS["plan"] = Sheet(gettext_lazy("My support plan"), "plan", _plan)
SHEETS["estimate"] = Sheet(gettext_lazy("What you may have to pay"), "money", _estimate)
