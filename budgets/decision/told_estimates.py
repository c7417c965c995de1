"""A letter that names an estimate of what the person pays, and the day it begins, tells them.

From then on a decision that asks no more than the estimate counts from its own day, and one that
asks more counts up to the estimate until they are told of it (`position.entitlement_facts`). Rows
are never edited, so what was told is a row of its own. Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from typing import Any

from budgets.decision.letter_facts import figure_of
from budgets.models import Contribution
from budgets.position import case_money, personal_budget
from cases.common import dates
from cases.journey import hooks
from cases.models import Case


@hooks.after(*personal_budget.NAMES_WHAT_IS_PAID, stage="facts")
def tell_estimate(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """Keep the day on which a letter about a decided budget names an estimate, once for each."""
    paid, figure = case_money.contribution(case), figure_of(event)
    if figure is None or figure.kind not in case_money.DECIDED:
        return
    if paid is None or paid.state != "estimated" or personal_budget.told_estimate(paid):
        return
    told_on = dates.london_date(at)
    Contribution.objects.create(
        case=case,
        state="estimated",
        weekly=paid.weekly,
        weekly_to=paid.weekly_to,
        rate_set=paid.rate_set,
        trace=paid.trace,
        source=paid.source,
        valid_from=personal_budget.estimate_begins(paid, told_on),
        told_on=told_on,
        recorded_at=at,
        recorded_by=by,
    )
