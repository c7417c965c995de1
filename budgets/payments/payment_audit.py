"""From one payment back to the answer that led to it: who decided, on what, when. Reading only.

payment -> agreement -> plan lines -> decided budget -> sign-off -> indicative budget -> calculation
-> answers. Nothing is worked out again: each part is the record as it was kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from budgets.models import (
    BudgetFigure,
    Calculation,
    PlanLine,
    ScheduledPayment,
    SignOff,
    SupportPlan,
)
from budgets.position import case_money
from cases import journey
from cases.models import Case


@dataclass(frozen=True)
class Chain:
    """The parts of the chain; None where the record has no such part (an accepted proposal has no
    agreeing sign-off).
    """

    payment: ScheduledPayment
    plan: SupportPlan
    lines: list[PlanLine]
    decided: BudgetFigure | None
    signed: SignOff | None
    offer: Any
    indicative: BudgetFigure | None
    run: Calculation | None
    contribution: Any


def payment_chain(payment: ScheduledPayment) -> Chain:
    """The chain of one payment. `plan`: the one its agreement was signed for."""
    agreement = payment.agreement
    case, plan = agreement.case, agreement.plan
    before = case.figures.filter(recorded_at__lte=agreement.made_at).select_related(
        "plan", "recorded_by"
    )
    decided = before.filter(kind__in=("decided", "revised")).order_by("-pk").first()
    first = None
    if decided:
        first = case.figures.filter(kind="indicative", pk__lt=decided.pk).order_by("-pk").first()
    signed = offer = None
    if decided and decided.plan_id:
        signed = _signed(case, decided)
        offer = (
            case.offers.filter(state="accepted", answered_at__lte=decided.recorded_at)
            .order_by("-pk")
            .first()
        )
        offer = None if signed else offer
    run = None
    if first and first.calculation_id:
        run = Calculation.objects.select_related("version__scheme__council").get(
            pk=first.calculation_id
        )
    switch = agreement.switch if agreement.switch_id else None
    lines = [
        x
        for x in case_money.funded(plan.lines.all())
        if _route(x, switch) in journey.direct_routes()
    ]
    paid = (
        case.contributions.filter(recorded_at__lte=agreement.made_at)
        .order_by("-recorded_at", "-pk")
        .first()
    )
    return Chain(payment, plan, lines, decided, signed, offer, first, run, paid)


def _route(line: PlanLine, switch: Any) -> str:
    return str(switch.wanted.get(str(line.pk), line.route)) if switch else line.route


def _signed(case: Case, decided: BudgetFigure) -> SignOff | None:
    """The agreement of the plan that the figure was decided with."""
    rows = case.sign_offs.filter(plan=decided.plan_id, decision="agreed").select_related("by")
    return rows.order_by("-pk").first()
