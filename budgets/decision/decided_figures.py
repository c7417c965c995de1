"""How a decided figure is recorded: with its reason, how needs are still met, and how far it lies
from the first.

Called by the actions that decide, inside their transaction. Not here: who may decide (limits,
rules).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from django.utils.translation import gettext as _

from budgets.models import BudgetFigure, PlanInForce, SupportPlan
from budgets.models.figure import DIFFERENCES
from budgets.position import case_money, notice
from budgets.position.case_money import Cost
from budgets.position.differences import reduced
from budgets.position.entitlement_facts import newest_first_wins
from cases import journey
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet
from cases.models import Case

EXACT = Context(prec=40)
SHARE = Decimal("1e-12")


@dataclass(frozen=True)
class Why:
    """The reasons for a decided figure. `still_met`: outcome -> how the need is still met;
    `effective_from`: None = the day of the decision; `complete`: every line that differs has said
    it already, nothing more is asked for; `of`: the figure whose place it takes, None = the last.
    """

    code: str = ""
    text: str = ""
    still_met: dict[str, str] | None = None
    effective_from: date | None = None
    complete: bool = False
    of: BudgetFigure | None = None


def indicative(case: Case) -> BudgetFigure | None:
    """The last indicative budget, with the calculation behind it."""
    return (
        case.figures.filter(kind="indicative").select_related("calculation").order_by("-pk").first()
    )


def decide(
    case: Case, plan: SupportPlan, cost: Cost, by: Any, when: datetime, why: Why
) -> BudgetFigure:
    """The decided budget: a later one is `revised` and says which it takes the place of. The lines
    of its plan hold from the day it applies.
    """
    budget, before = indicative(case), why.of or case_money.decided(case)
    standing = why.of or case_money.in_force(case)
    differs = budget is None or (budget.annual, budget.one_off) != (cost.annual, cost.one_off)
    text = why.text.strip()
    if why.code and why.code not in DIFFERENCES:
        raise NotYet(_("Choose one of the reasons."), field="reason_code")
    if differs and not (why.code and text):
        raise NotYet(
            _("The decided budget is not the indicative one. Say why: the person can read this."),
            field="reason_text" if why.code else "reason_code",
        )
    said = bool(why.code and text) and (differs or why.code == "new_prices")
    applies_from = _applies_from(case, plan, why, when, standing)
    PlanInForce.objects.create(
        case=case, plan=plan, begins_on=applies_from, recorded_at=when, recorded_by=by
    )
    return BudgetFigure.objects.create(
        case=case,
        kind="revised" if before else "decided",
        annual=cost.annual,
        weekly=cost.weekly,
        one_off=cost.one_off,
        plan=plan,
        effective_from=applies_from,
        recorded_at=when,
        recorded_by=by,
        reason_code=why.code if said else "",
        reason_text=text if said else "",
        supersedes=before,
        still_met=_still_met(standing, plan, cost, why),
        **_from_the_first(case, budget, cost),
    )


def _applies_from(
    case: Case, plan: SupportPlan, why: Why, when: datetime, standing: BudgetFigure | None
) -> date:
    """The day from which it applies. A change may be back-dated to the beginning of what it
    changes, a first budget to the request, neither further (LGSCO 19 019 548: refusing to back-date
    an increase was a fault); what gives less applies after its notice.
    """
    decided_on = dates.london_date(when)
    held = _held(case, decided_on) if standing else []
    least = lower_from(case, plan, decided_on, why.code, held)
    day = why.effective_from or least or decided_on
    if standing is None and day < dates.london_date(case.asked_at):
        raise NotYet(_("Nobody had asked for support on that day."), field="effective_from")
    begins = min((row.begins_on for row in held), default=day)
    if day < begins:
        raise NotYet(
            _("The budget in force applies from %(day)s. Choose that day or a later one.")
            % {"day": dates.date_words(begins)},
            field="effective_from",
        )
    if least and day < least:
        raise NotYet(
            _("This gives less than now. %(rule)s")
            % {"rule": notice.rule(least, case, decided_on)},
            field="effective_from",
        )
    if day > dates.months_after(decided_on, 12):
        raise NotYet(_("That is more than a year ahead."), field="effective_from")
    return day


def _held(case: Case, since: date) -> list[PlanInForce]:
    """What holds on a day and after it, as decided so far: the plan of that day, then those that
    are to follow.
    """
    rows = case.plans_in_force.filter(struck_at=None).exclude(plan__state="extra")
    kept = newest_first_wins(rows.select_related("plan").order_by("pk"), "begins_on")
    begun = [row for row in kept if row.begins_on <= since]
    return begun[-1:] + kept[len(begun) :]


def lower_from(
    case: Case,
    plan: SupportPlan,
    decided_on: date,
    code: str = "",
    held: list[PlanInForce] | None = None,
) -> date | None:
    """The first day from which a plan that gives less than what is held may apply, because until
    the end of its notice the old lines hold; None where it gives less than nothing that holds by
    then. `code`: of the reason.
    """
    first, least = notice.first_day(case.council_id, decided_on), None
    held = _held(case, decided_on) if held is None else held
    for row, later in zip(held, [*held[1:], None], strict=False):
        if row.plan is None or row.begins_on >= first:
            continue
        if gives_less(plan, row.plan, code):
            least = min(first, later.begins_on) if later else first
    return least


def gives_less(plan: SupportPlan, before: SupportPlan, code: str) -> bool:
    """Does a person get less by a plan than by one before it? `code`: of the reason for it."""
    prices = code == "new_prices"
    return _given(plan, prices) < _given(before, prices)


def _given(plan: SupportPlan, prices: bool) -> Decimal:
    """Pounds a year of what a person gets, whichever body pays it. `prices`: only what is paid out
    as money, because what managed support costs is no more than a record of it.
    """
    lines = [line for line in _recurring(plan) if line.funder != "person"]
    if prices:
        lines = [line for line in lines if journey.may_pay_directly(line.route)]
    return case_money.cost_of(lines).annual


def _still_met(
    standing: BudgetFigure | None, plan: SupportPlan, cost: Cost, why: Why
) -> list[dict[str, str]] | None:
    """LGSCO 25 000 854: a reduced package has to say how it meets the needs."""
    given = {outcome: how.strip() for outcome, how in (why.still_met or {}).items() if how.strip()}
    if not why.complete:
        for outcome in less(standing, plan, cost):
            if is_left_open(given.get(outcome, "")):
                raise NotYet(
                    _(
                        "Less is spent than now. Say for each need how it is still met: the "
                        "person can read this."
                    ),
                    field=f"still_met_{outcome}",
                )
    return [{"outcome": outcome, "how": how} for outcome, how in given.items()] or None


def less(standing: BudgetFigure | None, plan: SupportPlan, cost: Cost) -> list[str]:
    """The outcomes on which less is spent, where the whole budget is lower than the one in
    force.
    """
    if standing is None or standing.plan is None:
        return []
    now = case_money.cost_of_figure(standing)
    if cost.annual >= now.annual:
        return []
    return reduced(_recurring(standing.plan), _recurring(plan))


def _recurring(plan: SupportPlan) -> list[Any]:
    return [line for line in plan.lines.all() if line.unit != "once"]


def _from_the_first(case: Case, budget: BudgetFigure | None, cost: Cost) -> dict[str, Any]:
    """What the register reads: kept with the figure, because what it was compared with never
    changes.
    """
    if budget is None:
        return {}
    first = budget.annual + budget.one_off
    sent = case.figures.filter(kind="plan", pk__gt=budget.pk).count()
    offered = case.offers.filter(made_at__gte=budget.recorded_at).count()
    version = budget.calculation.version_id if budget.calculation else None
    return {
        "first_total": first,
        "share": share_of(cost.total, first),
        "costings": sent + offered,
        "version_id": version,
    }


def share_of(total: Decimal, first: Decimal) -> Decimal | None:
    """How far a sum lies from the first one, as a share of that: 0.1 = a tenth above. None where
    that was nothing.
    """
    if not first:
        return None
    return EXACT.divide(total - first, first).quantize(
        SHARE, rounding=ROUND_HALF_EVEN, context=EXACT
    )
