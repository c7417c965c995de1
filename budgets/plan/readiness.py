"""What a plan still needs before it can be sent (Care Act 2014 s25). Reading only: the same list on
every page.

Each gap is (part, sentence); the part names the page where it is mended.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from budgets.models import BudgetFigure, PlanLine, SupportPlan
from budgets.position.case_money import Cost, cost_of_figure, council_cost, funded

PARTS = (
    "what_matters",
    "goals",
    "lines",
    "routes",
    "risks",
    "in_control",
    "enough",
    "contribution",
    "helped",
)


def over(lines: Sequence[PlanLine], budget: Cost, decided: BudgetFigure | None = None) -> bool:
    """Does the plan cost the council more in its first year than the indicative budget, or than the
    one in force?
    """
    cost = council_cost(lines)
    return cost.total > budget.total or (
        decided is not None and cost.total > cost_of_figure(decided).total
    )


def gaps(
    plan: SupportPlan, lines: Sequence[PlanLine], budget: Cost, decided: BudgetFigure | None = None
) -> list[tuple[str, str]]:
    """Everything missing, in the order of the pages; empty when the plan can be sent. `decided`:
    what is in force.
    """
    found = []
    if not plan.what_matters.strip():
        found.append(("what_matters", _("Say what matters to you.")))
    if not plan.goals.strip():
        found.append(("goals", _("Say what you want to be different.")))
    found += _line_gaps(lines)
    if not plan.enough:
        found.append(("enough", _("Say whether the money is enough.")))
    if over(lines, budget, decided) and not plan.over_reason.strip():
        found.append(("enough", _("The plan costs more than the budget. Say why.")))
    if not plan.contribution_seen:
        found.append(("contribution", _("Look at what you may have to pay yourself.")))
    if not plan.helped:
        found.append(
            (
                "helped",
                _("Say whether you had the help you wanted, or that you would rather not say."),
            )
        )
    return found


def _line_gaps(lines: Sequence[PlanLine]) -> list[tuple[str, str]]:
    if not lines:
        return [("lines", _("Add at least one piece of support."))]
    unfinished = [line.what for line in lines if not line.quantity]
    found = [
        ("lines", _("Say how much of this you want: %(what)s.") % {"what": what})
        for what in unfinished
    ]
    if any(not line.route for line in funded(lines)):
        found.append(("routes", _("Choose how you want to take the money.")))
    return found
