"""What a review begins with: the plan in force, each part with what stands in it. Imported once, in
`BudgetsConfig.ready`.
"""

from __future__ import annotations

from typing import Any

from budgets.position import case_money, money_presenter
from cases.common.columns import column
from cases.journey import hooks
from cases.models import Case

FIELDS = ("what_matters", "goals", "risks", "in_control")


@hooks.reviewed
def standing(case: Case, sums: bool) -> list[tuple[str, str, str]]:
    """(code, title, words) of the person's own words and of each piece of support; empty without an
    agreed plan.
    """
    plan = case_money.agreed_plan(case)
    if plan is None:
        return []
    said = [(name, str(column(plan, name).verbose_name), getattr(plan, name)) for name in FIELDS]
    lines = [(f"line_{line.pk}", line.what, _line(line, sums)) for line in plan.lines.all()]
    return [one for one in said if one[2].strip()] + lines


def _line(line: Any, sums: bool) -> str:
    parts = [str(line.get_who_display()), line.provider, line.when, money_presenter.how_much(line)]
    parts += [money_presenter.price_words(line)] if sums else []
    return "; ".join(filter(None, parts))
