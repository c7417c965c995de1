"""From one payment back to the answer that led to it: who decided, on what, when. Reading only.

payment -> agreement -> plan lines -> decided budget -> sign-off -> indicative budget -> calculation
-> answers. Nothing is worked out again: each part is the record as it was kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from budgets.models import (
    BudgetFigure,
    Calculation,
    Payment,
    PlanLine,
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

    payment: Payment
    plan: SupportPlan | None
    lines: list[PlanLine]
    decided: BudgetFigure | None
    signed: SignOff | None
    offer: Any
    indicative: BudgetFigure | None
    run: Calculation | None
    contribution: Any


def payment_chain(payment: Payment) -> Chain:
    """The chain of one payment, by what was recorded when it was claimed. `plan`: the one that held
    on the first day it covers; with its lines, those of support for a time beside it.
    """
    case = payment.case
    every = case.plans_in_force.filter(recorded_at__lte=payment.recorded_at, plan__isnull=False)
    known = every.exclude(plan__state="extra")
    day = payment.covers_from or payment.on
    held = known.filter(begins_on__lte=day).order_by("-pk").first() or known.order_by("pk").first()
    plan = held.plan if held else None
    before = case.figures.filter(recorded_at__lte=payment.recorded_at).select_related(
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
    rows = case_money.funded([*(plan.lines.all() if plan else ()), *_beside(every, payment)])
    lines = [x for x in rows if x.route in journey.direct_routes()]
    paid = (
        case.contributions.filter(recorded_at__lte=payment.recorded_at)
        .order_by("-recorded_at", "-pk")
        .first()
    )
    return Chain(payment, plan, lines, decided, signed, offer, first, run, paid)


def _beside(known: Any, payment: Payment) -> Iterable[PlanLine]:
    """The lines of support for a time with a day in the payment."""
    first, last = payment.covers_from or payment.on, payment.covers_to or payment.on
    rows = PlanLine.objects.filter(plan__in=known.values("plan"), plan__state="extra")
    return rows.filter(begins_on__lte=last, ends_on__gte=first).order_by("pk")


def _signed(case: Case, decided: BudgetFigure) -> SignOff | None:
    """The agreement of the plan that the figure was decided with."""
    rows = case.sign_offs.filter(plan=decided.plan_id, decision="agreed").select_related("by")
    return rows.order_by("-pk").first()
