"""What stands for one case: its figures, its plan, its contribution. Reading only.

Not here: figures over many cases (totals.py), who may agree how much (delegation.py), the sum
behind an indicative budget (calculating.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import BooleanField, ExpressionWrapper, Max, Q
from django.utils import timezone

from budgets.models import BudgetFigure, Contribution, Offer, PlanLine, SupportPlan
from budgets.money.sterling import week_to_year
from budgets.position import endings, support_runs
from budgets.position.entitlement_facts import newest_first_wins
from cases import journey
from cases.common import dates
from cases.models import Case

ZERO = Decimal("0.00")
DECIDED = ("decided", "revised")


@dataclass(frozen=True)
class Cost:
    """A year of what recurs, its average week, and what is paid once. `uneven`: its parts do not
    all have the same days, or they end, so that no week is that one: nobody is told it as what a
    week costs.
    `highest`: what its dearest week costs, where parts have days of their own.
    """

    annual: Decimal = ZERO
    weekly: Decimal = ZERO
    one_off: Decimal = ZERO
    uneven: bool = field(default=False, compare=False)
    highest: Decimal | None = field(default=None, compare=False)

    @property
    def dearest(self) -> Decimal:
        """The week that a limit is compared with."""
        return self.weekly if self.highest is None else max(self.highest, self.weekly)

    @property
    def total(self) -> Decimal:
        """Everything in the first year."""
        return self.annual + self.one_off


def cost_of(lines: Iterable[PlanLine]) -> Cost:
    """What these lines cost together: sums of rounded lines; a one-off is never in the week."""
    recurring = [line for line in lines if line.unit != "once"]
    once = [line for line in lines if line.unit == "once"]
    return Cost(
        sum((line.annual for line in recurring), ZERO),
        sum((line.weekly for line in recurring), ZERO),
        sum((line.annual for line in once), ZERO),
        support_runs.differ(recurring, dates.today()),
        support_runs.highest_week(recurring, dates.today()),
    )


def council_lines(lines: Iterable[PlanLine]) -> list[PlanLine]:
    """The lines that count against a budget or a limit: what the council funds."""
    return [line for line in lines if line.funder == "council"]


def council_cost(lines: Iterable[PlanLine]) -> Cost:
    """The council's part of a plan: what budgets and limits are compared with."""
    return cost_of(council_lines(lines))


def cost_of_offer(offer: Offer) -> Cost:
    """What a plan costs as the council proposes to change it."""
    lines = list(offer.plan.lines.all())
    changed = {change["line"]: change for change in offer.lines}
    for line in lines:
        for name in ("quantity", "rate", "weekly", "annual") if line.pk in changed else ():
            setattr(line, name, Decimal(changed[line.pk][name]))
    now = council_cost(lines)
    return replace(now, annual=offer.annual, weekly=offer.weekly, one_off=offer.one_off)


def cost_of_figure(figure: BudgetFigure | None, uneven: Collection[int | None] = ()) -> Cost:
    """A figure as a cost. A one-off award of a bands scheme stands in `one_off`. `uneven`: plans
    (`uneven_plans`).
    """
    if figure is None:
        return Cost()
    week = figure.weekly or ZERO
    return Cost(figure.annual, week, figure.one_off, figure.plan_id in uneven)


def lines_of_plans(rows: Iterable[BudgetFigure]) -> dict[int, list[PlanLine]]:
    """Of the figures that come from a plan: plan -> its lines."""
    plans: dict[int, list[PlanLine]] = {row.plan_id: [] for row in rows if row.plan_id}
    for line in PlanLine.objects.filter(plan_id__in=plans).order_by("position", "pk"):
        plans[line.plan_id].append(line)
    return plans


def uneven_plans(rows: Iterable[BudgetFigure], lines: dict[int, list[PlanLine]]) -> set[int | None]:
    """Of the plans of these figures, those whose parts do not all have the same days."""
    return {
        row.plan_id
        for row in rows
        if support_runs.differ(funded(lines.get(row.plan_id or 0, ())), row.effective_from)
    }


def route_of(lines: Iterable[PlanLine]) -> str:
    """How the money is taken: one of `journey.MONEY_ROUTES`, "mixed", or "" if nothing is
    funded.
    """
    routes = {line.route for line in funded(lines) if line.route}
    return journey.MIXED if len(routes) > 1 else next(iter(routes), "")


def moment(case: Case, at: datetime | None) -> datetime:
    """When a thing is recorded: `at`, else now, never before the case's last entry."""
    return at or max(timezone.now(), case.head_at or timezone.now())


def figures(case: Case) -> list[BudgetFigure]:
    """All figures of a case in the order they were recorded."""
    return list(case.figures.order_by("pk"))


def last_of(rows: Iterable[BudgetFigure], *kinds: str) -> BudgetFigure | None:
    """The last of these kinds among figures already read."""
    found = [row for row in rows if row.kind in kinds]
    return found[-1] if found else None


def indicative(case: Case) -> BudgetFigure | None:
    """The last indicative budget."""
    return case.figures.filter(kind="indicative").order_by("-pk").first()


def decided(case: Case) -> BudgetFigure | None:
    """The last decided budget, whether or not it is still in force."""
    return case.figures.filter(kind__in=DECIDED).order_by("-pk").first()


def in_force(case: Case) -> BudgetFigure | None:
    """The decided budget that pays now: the last one, unless the case was closed after it was
    decided, and that end was not overturned.
    """
    figure = decided(case)
    return figure if figure and _paying(case, [figure]) else None


def _paying(case: Case, rows: list[BudgetFigure]) -> list[BudgetFigure]:
    """Those that were decided since the case was closed last; all, where that was overturned."""
    end = endings.last(case, rows[0].recorded_at) if rows else None
    if end is None or (case.step != "closed" and endings.is_overturned(case, end)):
        return rows
    return [row for row in rows if row.recorded_at > end.at]


def holding(case: Case) -> list[BudgetFigure]:
    """The decided budgets that pay, each from its day until that of the next: one that was decided
    ahead stands beside the one that holds until then. After a switch with the plan that came of it,
    from the day of that.
    """
    rows = list(case.figures.filter(kind__in=DECIDED).select_related("plan").order_by("pk"))
    found = _paying(case, rows)
    by_plan = {row.plan_id: row for row in found}
    for switch in case.switches.filter(state="done").select_related("plan").order_by("ended_at"):
        figure, plan = by_plan.get(switch.of_plan_id), switch.plan
        begins = plan.in_force.values_list("begins_on", flat=True).last() if plan else None
        if figure and plan and begins:
            version = copy(figure)  # the same decision, taken another way from a day on
            version.plan, version.effective_from = plan, begins
            version.recorded_at = switch.ended_at or figure.recorded_at
            by_plan[plan.pk] = version
            found.append(version)
    found.sort(key=lambda row: (row.recorded_at, row.effective_from))
    return newest_first_wins(found, "effective_from")


def held_on(rows: list[BudgetFigure], on: date) -> BudgetFigure | None:
    """Of budgets in the order of their days the one that holds on a day; before the first, that."""
    begun = [row for row in rows if row.effective_from <= on]
    return begun[-1] if begun else next(iter(rows), None)


def decided_in_turn(rows: Iterable[BudgetFigure]) -> list[BudgetFigure]:
    """Of the figures of a case, already read: the decided budget that holds today (else the one
    that begins first), and after it those decided for a later day.
    """
    last, today = last_of(rows, *DECIDED), dates.today()
    if last is None or last.effective_from <= today:
        return [last] if last else []
    held = holding(last.case)
    now = held_on(held, today) or last
    return [now, *(row for row in held if row.effective_from > today and row != now)]


def plans_in_turn(case: Case) -> list[tuple[SupportPlan, date | None]]:
    """The agreed plan that holds today, and after it those agreed for a later day: (plan, from
    which day; None: it holds). One query where none is agreed ahead.
    """
    since = Max("in_force__begins_on", filter=Q(in_force__struck_at=None))
    plans = case.plans.filter(state="agreed").annotate(since=since)
    last, today = plans.order_by("-number").first(), dates.today()
    if last is None or last.since is None or last.since <= today:
        return [(last, None)] if last else []
    held = holding(case)
    now = held_on(held, today)
    days = [row for row in held if row == now or row.effective_from > today]
    found = [
        (row.plan, row.effective_from if row.effective_from > today else None)
        for row in days
        if row.plan
    ]
    return found or [(last, last.since)]


def draft_plan(case: Case) -> SupportPlan | None:
    """The plan being written."""
    return case.plans.filter(state="draft").first()


def sent_plan(case: Case) -> SupportPlan | None:
    """The plan that waits for a decision."""
    return case.plans.filter(state="submitted").order_by("-number").first()


def agreed_plan(case: Case) -> SupportPlan | None:
    """The last plan that was agreed."""
    return case.plans.filter(state="agreed").order_by("-number").first()


def contribution(case: Case) -> Contribution | None:
    """What the person pays: the last that was recorded and whose day has come; while there is none,
    the last. Once a sum is decided, no guess after it takes its place: it is what is taken. None =
    nobody has said anything yet.
    """
    guessed, ahead = (
        ExpressionWrapper(which, output_field=BooleanField())
        for which in (~Q(state="recorded"), Q(valid_from__gt=dates.today()))
    )
    return case.contributions.order_by(guessed, ahead, "-recorded_at", "-pk").first()


def held_and_to_come(
    rows: Iterable[Contribution],
) -> tuple[Contribution | None, Contribution | None]:
    """Of all rows of a case, the newest first: what the person pays (`contribution`), and the last
    recorded sum whose day lies ahead, beside one that holds until then.
    """
    rows, today = list(rows), dates.today()
    rows = [row for row in rows if row.state == "recorded"] or rows
    last = rows[0] if rows else None
    held = next((row for row in rows if row.valid_from <= today), last)
    comes = last if last and last != held and last.valid_from > today else None
    return held, comes


def funded(lines: Iterable[PlanLine]) -> list[PlanLine]:
    """The lines that cost the council something."""
    return [line for line in council_lines(lines) if line.annual]


def undisputed(case: Case) -> list[PlanLine]:
    """While a change is proposed: the paid lines it leaves as they are. Direct payments wait for
    their agreement.
    """
    offer = case.offers.filter(state="open").first()
    if offer is None:
        return []
    disputed = [change["line"] for change in offer.lines]
    rows = PlanLine.objects.filter(plan_id=offer.plan_id, annual__gt=0, funder="council").exclude(
        pk__in=disputed
    )
    return list(rows.exclude(route__in=journey.direct_routes()).select_related("start"))


def startable(case: Case) -> list[PlanLine]:
    """The paid parts that have begun or may begin, each with its start: those of the agreed plan;
    while a change is proposed, those it leaves undisputed.
    """
    if case.step == "offer":
        return undisputed(case)
    plan = agreed_plan(case)
    return funded(plan.lines.select_related("start")) if plan else []


def standing(case: Case) -> SupportPlan | None:
    """The plan of the budget that is in force: what a later plan is compared with."""
    figure = in_force(case)
    return figure.plan if figure else None


@dataclass(frozen=True)
class Statement:
    """Care Act 2014 s26, for a week: the cost of meeting the needs, what the council pays, what the
    person pays.
    """

    cost: Decimal
    council: Decimal
    person: Decimal


def statement(cost: Cost, weekly: Decimal) -> Statement:
    """Three numbers that add up: the person never pays more than the support costs."""
    person = min(weekly, cost.weekly)
    return Statement(cost.weekly, cost.weekly - person, person)


def statement_of_year(cost: Cost, weekly: Decimal) -> Statement:
    """The same for a year of 52 weeks; what is paid once is the council's."""
    person = min(week_to_year(weekly, "52"), cost.annual)
    return Statement(cost.total, cost.total - person, person)


def weeks_rule(figure: BudgetFigure | None) -> str:
    """The weeks rule of the scheme behind an indicative budget; 52 where the scheme has none."""
    if figure is None or figure.calculation is None:
        return "52"
    return (figure.calculation.trace.get("periods") or {}).get("weeks") or "52"
