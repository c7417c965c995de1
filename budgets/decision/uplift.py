"""New prices from a date on: which lines of running plans stand at an older rate, and what they
would cost. Reading only.

Nothing changes by this: a manager approves case by case (`actions.uplift`), and the plan there is
stays as it was. A line that took its price from somewhere else than the council's list is not among
the proposals; its price changes by itself (`of_one_line`).
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
from budgets.position import case_money, differences, support_runs
from budgets.position.case_money import Cost
from budgets.spend import totals
from cases import journey
from cases.common import dates
from cases.models import Case, Council

SHOWN = 100  # cases on one page


@dataclass(frozen=True)
class GivenPrice:
    """A price of one line that is not from the council's list. `amount`: pounds for one unit."""

    amount: Decimal
    oncost_pct: Decimal
    source: str


@dataclass(frozen=True)
class Repriced:
    """A line as it is, and what it would cost at the new rate: a year, or the whole for what is had
    once.
    """

    line: PlanLine
    rate: UnitRate | GivenPrice
    annual: Decimal
    weekly: Decimal

    def as_proposed(self) -> PlanLine:
        """The line with its new price and cost, for a sum; never saved."""
        line = copy(self.line)
        line.rate, line.oncost_pct = self.rate.amount, self.rate.oncost_pct
        line.annual, line.weekly = self.annual, self.weekly
        return line


@dataclass(frozen=True)
class Proposal:
    """One case: its budget in force and what it would be. `plans`: all lines, before and after."""

    case: Case
    figure: BudgetFigure
    lines: list[Repriced]
    before: Cost
    after: Cost
    plans: tuple[list[PlanLine], list[PlanLine]]

    def runs(self, on: date) -> list[tuple[support_runs.Run, support_runs.Run]]:
        """For each run of days from a day on, as it is and as it would be; empty where all of the
        support has the same days.
        """
        begins = max(on, self.figure.effective_from)
        old, new = (support_runs.runs_of(case_money.funded(lines), begins) for lines in self.plans)
        return list(zip(old, new, strict=True)) if len(old) == len(new) else []


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
        .exclude(plan__case__ends_on__lt=on)
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
    """The proposal for one running case, or None where nothing has a newer price, or the support is
    planned to end before that day.
    """
    figure = _open_to_prices(case, on)
    if figure is None or (case.planned_end and case.planned_end < on):
        return None
    return revalued_figure(figure, {row.service: row for row in rates.list_on(case.council_id, on)})


def _open_to_prices(case: Case, on: date | None = None) -> BudgetFigure | None:
    """The budget that holds on a day (None: the last); None without one, and while the plan is open
    for changes.
    """
    if case.step not in journey.idle_steps():
        return None
    rows = case_money.holding(case)
    figure = case_money.held_on(rows, on) if on else next(iter(rows[-1:]), None)
    return figure if figure and figure.plan else None


def lines_to_price(case: Case, on: date | None = None) -> list[PlanLine]:
    """The lines whose price may change from a day on, of the plan that holds on it (None: of the
    last): paid by the council, more than once.
    """
    figure = _open_to_prices(case, on)
    lines = case_money.funded(figure.plan.lines.all()) if figure and figure.plan else []
    return [line for line in lines if line.unit != "once"]


def line_on(case: Case, line: PlanLine, on: date) -> PlanLine | None:
    """A line of the last plan as it is in the plan that holds on a day; None where it is not in
    either.
    """
    if line.pk not in {one.pk for one in lines_to_price(case)}:
        return None
    held = lines_to_price(case, on)
    return next((one for one in held if differences.root(one) == differences.root(line)), None)


def prices_agreed(case: Case) -> dict[int | None, list[tuple[date, PlanLine]]]:
    """The first of a line's copies -> (from which day, the line) of each price of it that holds
    today or is agreed for a later day.
    """
    rows, today = case_money.holding(case), dates.today()
    held = case_money.held_on(rows, today)
    found: dict[int | None, list[tuple[date, PlanLine]]] = {}
    for row in rows:
        if row.plan and (row == held or row.effective_from > today):
            for line in row.plan.lines.all():
                prices = found.setdefault(differences.root(line), [])
                if not prices or prices[-1][1].rate != line.rate:
                    prices.append((row.effective_from, line))
    return found


def of_one_line(case: Case, line: PlanLine, price: GivenPrice, on: date) -> Proposal | None:
    """What the budget that holds on a day would be with another price of one of its lines. None
    while the plan is open for changes. ValueError: a price that can't be.
    """
    figure = _open_to_prices(case, on)
    if figure is None or figure.plan is None:
        return None
    rule = case_money.weeks_rule(decided_figures.indicative(case))
    return _proposal(figure, list(figure.plan.lines.all()), {line.pk: (line, price)}, rule)


def agreed_after(found: Proposal, on: date) -> list[Proposal]:
    """The budgets that are decided for later days than `on`, in their order, as they are once
    `found` is decided. A line whose price was agreed anew for its day keeps it; where it only has
    the price that now changes, it has the new one.
    """
    case, later = found.case, []
    rule = case_money.weeks_rule(decided_figures.indicative(case))
    changed = {differences.root(one.line): one for one in found.lines}
    for figure in case_money.holding(case):
        if figure.effective_from <= on or figure.plan is None:
            continue
        lines = list(figure.plan.lines.all())
        prices: dict[int, tuple[PlanLine, UnitRate | GivenPrice]] = {}
        for line in lines:
            new = changed.get(differences.root(line))
            if new and (new.line.rate, new.line.oncost_pct) == (line.rate, line.oncost_pct):
                prices[line.pk] = line, new.rate
            elif new:
                del changed[differences.root(line)]
        later.append(_proposal(figure, lines, prices, rule))
    return later


def _proposal(
    figure: BudgetFigure,
    lines: list[PlanLine],
    prices: dict[int, tuple[PlanLine, UnitRate | GivenPrice]],
    rule: str,
) -> Proposal:
    changed = {pk: _repriced(line, rate, rule) for pk, (line, rate) in prices.items()}
    after = [changed[line.pk].as_proposed() if line.pk in changed else line for line in lines]
    cost = case_money.council_cost
    both = lines, after
    return Proposal(figure.case, figure, list(changed.values()), cost(lines), cost(after), both)


def revalued_figure(figure: BudgetFigure, current: dict[str, UnitRate]) -> Proposal | None:
    """What a budget in force would be at these rates."""
    rule = case_money.weeks_rule(decided_figures.indicative(figure.case))
    lines = list(figure.plan.lines.select_related("unit_rate")) if figure.plan else []
    changed: dict[int, tuple[PlanLine, UnitRate | GivenPrice]] = {}
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
            changed[line.pk] = line, rate
    return _proposal(figure, lines, changed, rule) if changed else None


def _repriced(line: PlanLine, rate: UnitRate | GivenPrice, rule: str) -> Repriced:
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
