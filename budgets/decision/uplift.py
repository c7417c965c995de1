"""New prices from a date on: which lines of running plans stand at an older rate, and what they
would cost. Reading only.

Nothing changes by this: a manager approves case by case (`actions.approve_uplift`), and the plan
there is stays as it was. A line that took its price from somewhere else than the council's list is
nobody's to raise here.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from budgets.decision import decided_figures
from budgets.models import BudgetFigure, PlanLine, UnitRate
from budgets.money import costing, rates
from budgets.position import case_money
from budgets.position.case_money import Cost
from budgets.spend import totals
from cases import journey
from cases.models import Case, Council

SHOWN = 100  # cases on one page


@dataclass(frozen=True)
class Repriced:
    """A line as it is, and what it would cost at the new rate: a year, or the whole for what is had
    once.
    """

    line: PlanLine
    rate: UnitRate
    annual: Decimal
    weekly: Decimal

    def as_proposed(self) -> PlanLine:
        """The line with its new cost, for a sum; never saved."""
        line = copy(self.line)
        line.annual, line.weekly = self.annual, self.weekly
        return line


@dataclass(frozen=True)
class Proposal:
    """One case: its budget in force and what it would be."""

    case: Case
    figure: BudgetFigure
    lines: list[Repriced]
    before: Cost
    after: Cost


def proposals(council: Council, on: date, *, team: Collection[int] | None = None) -> list[Proposal]:
    """The running cases with lines at an older price than that of a day, at most SHOWN, by
    reference.
    """
    current = {row.service: row for row in rates.list_on(council.pk, on)}
    standing = totals.in_force(council, on=on, team=team).filter(
        case__step__in=journey.idle_steps()
    )
    old = PlanLine.objects.filter(
        plan__in=standing.values("plan"), funder="council", unit_rate__service__in=current
    )
    old = old.exclude(unit_rate__in=[row.pk for row in current.values()])
    cases = (
        old.filter(unit_rate__valid_from__lt=on)
        .order_by("plan__case__ref")
        .values_list("plan__case", flat=True)
    )
    wanted = list(dict.fromkeys(cases.distinct()))[:SHOWN]
    found = (
        standing.filter(case__in=wanted)
        .select_related("case__person", "plan")
        .order_by("case__ref")
    )
    made = (revalued_figure(figure, current) for figure in found)
    return [one for one in made if one is not None]


def proposal(case: Case, on: date) -> Proposal | None:
    """The proposal for one running case, or None where nothing has a newer price."""
    figure = case_money.in_force(case)
    if figure is None or figure.plan is None or case.step not in journey.idle_steps():
        return None
    return revalued_figure(figure, {row.service: row for row in rates.list_on(case.council_id, on)})


def revalued_figure(figure: BudgetFigure, current: dict[str, UnitRate]) -> Proposal | None:
    """What a budget in force would be at these rates."""
    rule = case_money.weeks_rule(decided_figures.indicative(figure.case))
    lines = list(figure.plan.lines.select_related("unit_rate")) if figure.plan else []
    changed = {}
    for line in lines:
        rate = (
            current.get(line.unit_rate.service)
            if line.unit_rate and line.funder == "council"
            else None
        )
        if (
            rate
            and (rate.amount, rate.oncost_pct) != (line.rate, line.oncost_pct)
            and rate.unit == line.unit
        ):
            changed[line.pk] = _repriced(line, rate, rule)
    if not changed:
        return None
    after = [changed[line.pk].as_proposed() if line.pk in changed else line for line in lines]
    before = case_money.council_cost(lines)
    return Proposal(
        figure.case, figure, list(changed.values()), before, case_money.council_cost(after)
    )


def _repriced(line: PlanLine, rate: UnitRate, rule: str) -> Repriced:
    annual, weekly = costing.price(
        line.quantity,
        rate.amount,
        line.unit,
        weeks=line.weeks,
        oncost_pct=rate.oncost_pct,
        rule=rule,
        days=costing.days_of(line.begins_on, line.ends_on),
    )
    return Repriced(line, rate, annual, weekly)
