"""How the money of a case is taken, line by line: what is asked for, what a line waits for, what is
still to be signed. Reading only.

A switch asked for counts from the moment its line starts in the new way; until then the old way
goes on and pays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from budgets.models import (
    DirectPaymentAgreement,
    HeldAccount,
    LineStart,
    PlanLine,
    RouteSwitch,
    SupportOrder,
    SupportPlan,
)
from budgets.payments.surplus import balance
from budgets.position import case_money, extra_support
from cases import journey
from cases.common import dates
from cases.models import Case

# Whose turn comes first where several lines wait: those inside the council before those it waits
# for.
ORDER = ("finance", "worker", "person", "provider")


def open_switch(case: Case) -> RouteSwitch | None:
    """The wish to take the money another way that still waits."""
    return case.switches.filter(state="open").first()


def route_after(line: PlanLine, switch: RouteSwitch | None) -> str:
    """The way a line is taken once the open switch is done."""
    return (
        str(switch.wanted.get(str(line.pk), line.route))
        if switch and switch.of_plan_id == line.plan_id
        else line.route
    )


def direct_lines(lines: Iterable[PlanLine], switch: RouteSwitch | None = None) -> list[PlanLine]:
    """The funded lines paid as a direct payment, counting what is asked for."""
    direct = journey.direct_routes()
    return [line for line in case_money.funded(lines) if route_after(line, switch) in direct]


def direct_annual(cases: Iterable[int]) -> dict[int, Decimal]:
    """Case id -> what recurs of its direct payment in a year, by the plan agreed last; 0 without.
    One query.
    """
    rows = PlanLine.objects.filter(
        plan__case__in=list(cases),
        plan__state="agreed",
        funder="council",
        route__in=journey.direct_routes(),
    ).exclude(unit="once")
    sums: dict[int, tuple[int, Decimal]] = {}
    names = ("plan__case", "plan__number", "annual")
    for case, number, annual in rows.order_by("plan__number").values_list(*names):
        last, total = sums.get(case, (number, Decimal(0)))
        sums[case] = (number, annual + (total if last == number else Decimal(0)))
    return defaultdict(Decimal, {case: total for case, (_number, total) in sums.items()})


def last_agreement(case: Case) -> DirectPaymentAgreement | None:
    """The version in force: the last one."""
    return case.agreements.order_by("-version").first()


def waits_on(line: PlanLine, *, ordered: set[int], held: bool) -> str:
    """Who has to act before a line can start: finance for a direct payment; for what the council
    arranges and for a provider's account the worker, until it is ordered or signed, then the
    provider.
    """
    needs = journey.MONEY_ROUTES[line.route].needs if line.route else "account"
    if needs == "agreement":
        return "finance"
    done = line.pk in ordered if needs == "order" else held
    return "provider" if done else "worker"


def waiting(case: Case, plan: SupportPlan | None) -> dict[int, str]:
    """Line id -> whom it waits on, for each paid line that has not started: 2 to 4 queries."""
    lines = list(PlanLine.objects.filter(plan=plan, annual__gt=0, funder="council")) if plan else []
    started = set(LineStart.objects.filter(line__in=lines).values_list("line_id", flat=True))
    lines = [line for line in lines if line.pk not in started]
    if not lines:
        return {}
    ordered = set(SupportOrder.objects.filter(line__in=lines).values_list("line_id", flat=True))
    held = HeldAccount.objects.filter(case=case, plan=plan).exists()
    return {line.pk: waits_on(line, ordered=ordered, held=held) for line in lines}


def next_turn(roles: Iterable[str]) -> str:
    """Whose turn it is when these all have something to do; "" where nobody has."""
    found = set(roles)
    return next((role for role in ORDER if role in found), "")


def holder(case: Case, role: str) -> tuple[str, int | None, int | None]:
    """The turn of a role as a step begins with it."""
    return (role, case.team_id, case.worker_id) if role == "worker" else (role, None, None)


def to_arrange(case: Case, since: date, plan: SupportPlan | None = None) -> QuerySet[PlanLine]:
    """The paid lines that something can be arranged for: of the agreed plan (`plan`, where it is
    known), and of support for a time that is not over by a day, which may come before any plan.
    """
    plan = plan or case_money.agreed_plan(case)
    own = Q(plan=plan.pk if plan else 0, funder="council")
    rows = PlanLine.objects.filter(own | extra_support.of_a_time(case, since))
    return rows.select_related("plan").order_by("plan__number", "position", "pk")


def chosen_lines(case: Case, plan: SupportPlan | None) -> list[PlanLine]:
    """The same, over or not, with start, choices, orders and what could not be had."""
    rows = to_arrange(case, dates.london_date(case.asked_at), plan).filter(annual__gt=0)
    rows = rows.select_related("plan", "start")
    return list(rows.prefetch_related("choices", "orders", "unmet"))


def held_balance(case: Case) -> Any:
    """What stands in the account a provider holds; None where nothing was entered. A corrected
    entry counts no more.
    """
    rows = list(case.held_entries.all())
    gone = {row.corrects_id for row in rows if row.corrects_id}
    kept = [row for row in rows if row.pk not in gone]
    return balance((row.kind in row.IN, row.amount) for row in kept) if rows else None


def waits_to_be_signed(case: Case) -> bool:
    """An agreed plan, support for a time or a wish to switch pays a person directly in a way that
    nobody has signed for yet. It is signed once; sums follow the decided budget.
    """
    if case.agreements.exists():
        return False
    plan = case_money.agreed_plan(case)
    if plan is None:  # support for a time may be paid directly before there is one
        return bool(extra_support.direct_lines(case, dates.today()))
    return bool(direct_lines(list(plan.lines.select_related("start")), open_switch(case)))
