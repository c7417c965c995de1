"""What a plan costs beside the budget, and what it would cost with other hours or prices. Nothing
is saved here.

Lines are copied before they are worked out, so what is shown can never slip into the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from budgets.models import PlanLine
from budgets.money.sterling import pounds
from budgets.plan.line_price import price_line
from budgets.position.case_money import Cost, cost_of, council_cost
from budgets.position.money_presenter import how_much, in_short, plus_minus
from cases.ui.components import Table


@dataclass(frozen=True)
class Trial:
    """A plan as it is and as it would be."""

    before: list[PlanLine]
    after: list[PlanLine]

    @property
    def cost(self) -> Cost:
        return council_cost(self.after)

    @property
    def changed(self) -> list[tuple[PlanLine, PlanLine]]:
        """(as it is, as it would be) of the lines whose numbers differ."""
        pairs = zip(self.before, self.after, strict=True)
        return [
            (a, b)
            for a, b in pairs
            if any(getattr(a, n) != getattr(b, n) for n in ("quantity", "rate"))
        ]


def tried(lines: Sequence[PlanLine], numbers: dict[int, dict[str, Any]], rule: str) -> Trial:
    """The lines with other fields: id -> field -> value. Raises NotYet, with the field, for what
    can't be.
    """
    after = []
    for line in lines:
        new = copy(line)
        for name, value in numbers.get(line.pk, {}).items():
            setattr(new, name, value)
        price_line(new, rule)
        after.append(new)
    return Trial(list(lines), after)


def paid_by_list(line: PlanLine) -> bool:
    """Is its price the council's own, which a wish does not change?"""
    return line.unit_rate_id is not None


def free(line: PlanLine) -> bool:
    return line.who == "family" or line.met_through_id is not None


def table(trial: Trial) -> Table:
    """Line by line: now, then, and the difference in a year's money of the council."""
    rows: list[list[Any]] = []
    for now, then in zip(trial.before, trial.after, strict=True):
        change = council_cost([then]).total - council_cost([now]).total
        rows.append(
            [now.what, how_much(now), how_much(then), pounds(then.annual), plus_minus(change)]
        )
    change = trial.cost.total - council_cost(trial.before).total
    rows.append(
        [_("Together, what the council pays"), "", "", pounds(trial.cost.total), plus_minus(change)]
    )
    head = [
        _("Support"),
        _("In the plan"),
        _("If you change it"),
        _("A year, or once"),
        _("Difference"),
    ]
    return Table(_("Line by line"), head, rows, numeric={3, 4})


def left(budget: Cost, cost: Cost) -> str:
    """What is left of the indicative budget, or by how much the plan is above it."""
    over = cost.total - budget.total
    amount = {"amount": pounds(abs(over))}
    once = budget.one_off and not budget.annual
    if over <= 0:
        told = (
            _("%(amount)s of the money that is paid once is not planned yet.")
            if once
            else _("%(amount)s a year of the budget is not planned yet.")
        )
    else:
        told = (
            _(
                "The plan costs %(amount)s more than the money that is paid once. You can "
                "still send it, with the reason."
            )
            if once
            else _(
                "The plan costs %(amount)s a year more than the budget. You can still send "
                "it, with the reason."
            )
        )
    return told % amount


def sums(cost: Cost, budget: Cost, line: PlanLine | None = None) -> list[tuple[str, str]]:
    """What a plan would cost beside the budget, and where it is asked about one line, that line;
    nothing is kept.
    """
    rows = [(_("This support"), in_short(cost_of([line])))] if line else []
    return [
        *rows,
        (_("The whole plan"), in_short(cost)),
        (_("Indicative budget"), in_short(budget)),
        (_("That means"), left(budget, cost)),
    ]
