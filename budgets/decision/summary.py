"""The money of one case in short, for its own page: read in a fixed number of queries."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.allocation import calculating, explanation
from budgets.decision import case_money, money_presenter
from budgets.models import ScheduledPayment
from budgets.models.plan import ROUTE_NAMES
from budgets.money.sterling import pounds
from budgets.payments import endings, routes
from cases import access, journey
from cases.actions import last_sent
from cases.common import dates
from cases.letters.timeline import day

NOTHING: dict[str, Any] = {
    "shown": False,
    "title": gettext_lazy("Money and plan"),
    "missing": "",
    "agree_answer": "",
    "box": None,
    "label": "",
    "invented": "",
    "rows": [],
    "links": [],
}
STAFF = {"worker", "manager", "service_manager", "panel", "finance"}


def summary(case: Any) -> dict[str, Any]:
    """The context of `budgets/_summary.html`."""
    rows = case_money.figures(case) if case.roles & access.READS["plan"] else []
    if not case.roles & access.READS["money"]:
        plan = [(_("The support plan"), reverse("budgets:plan", args=[case.ref]))] if rows else []
        return NOTHING | {"shown": bool(plan), "links": plan, "title": _("Plan")}
    missing = (
        _missing(case)
        if case.step == "budget" and not case_money.last_of(rows, "indicative")
        else ""
    )
    if not rows and not missing:
        return NOTHING
    decided, first = (
        case_money.last_of(rows, *case_money.DECIDED),
        case_money.last_of(rows, "indicative"),
    )
    figure = decided or first
    return NOTHING | {
        "shown": True,
        "missing": missing,
        "rows": _rows(case, rows) if rows else [],
        "links": _links(case, rows),
        "agree_answer": _agree_answer(case) if missing else "",
        "box": money_presenter.big(case_money.cost_of_figure(figure)) if figure else None,
        "invented": explanation.notice(first),
        "label": _("Decided budget") if decided else _("Indicative budget, a first idea"),
    }


def _agree_answer(case: Any) -> str:
    wanted = "worker" in case.roles and calculating.asks(last_sent(case))
    return reverse("cases:agree_answer", args=[case.ref]) if wanted else ""


def _missing(case: Any) -> str:
    if not case.roles & STAFF:
        if calculating.asks(last_sent(case)):
            return _(
                "Your social worker still needs an answer before the budget can be worked out."
            )
        return _(
            "The council has to settle something before the budget can be worked out. You "
            "don't have to do anything."
        )
    return calculating.missing(case, last_sent(case), dates.today())


def _rows(case: Any, rows: list[Any]) -> list[tuple[str, Any]]:
    found = money_presenter.from_first_to_decided(rows)
    if case.route:
        found.append((_("Way to take the money"), str(ROUTE_NAMES.get(case.route, ""))))
    pays = _("What you may have to pay") if "person" in case.roles else _("What the person pays")
    found.append((pays, money_presenter.contribution_words(case_money.contribution(case))))
    if case.reached_set_up:
        payments = ScheduledPayment.objects.filter(
            agreement__case=case, held=False, due__gte=dates.today()
        )
        payment = payments.order_by("due", "pk").first()
        end = endings.last(case, case.step_since) if case.step == "closed" else None
        if end and endings.had_money(case):
            found.append((_("Last day with money"), day(end.day)))
        if payment:
            found.append(
                (
                    _("Next payment"),
                    _("%(sum)s on %(day)s")
                    % {"sum": pounds(payment.amount), "day": day(payment.due)},
                )
            )
    return found


def _links(case: Any, rows: list[Any]) -> list[tuple[str, str]]:
    wanted = [("budgets:budget", _("How the budget was worked out"))] if rows else []
    if case.roles & access.READS["plan"] and rows:
        wanted.append(("budgets:plan", _("The support plan")))
    if case.step == "offer" and not case.roles & STAFF:
        wanted.append(("budgets:answer_offer", _("The proposal that waits for an answer")))
    if case.reached_set_up:
        wanted += _taking_it(case)
    if case.roles & {"finance", "worker", "manager"}:
        wanted.append(("budgets:contribution", _("Record what the person pays")))
    if rows and not case.roles & {"panel"}:
        wanted.append(("budgets:estimate", _("Work out an estimate of what may have to be paid")))
    here = journey.STEPS[case.step]
    if (
        here.phase != "ended"
        and here.writes != "support_plan"
        and "finance" in case.roles
        and _to_sign(case)
    ):
        wanted.append(("budgets:agreement", _("Record the direct payment agreement")))
    return [(text, reverse(name, args=[case.ref])) for name, text in wanted]


def _taking_it(case: Any) -> list[tuple[str, str]]:
    """Where it says how the money is taken, paid and looked after: no link to what is not there."""
    direct = journey.may_pay_directly(case.route) or case.agreements.exists()
    found = [("budgets:routes", _("How the money is taken"))]
    found += [("budgets:schedule", _("The payments"))] if direct else []
    return found + (
        [("budgets:monitoring", _("How the payment is looked after"))] if direct else []
    )


def _to_sign(case: Any) -> bool:
    """An agreed plan, or a wish to switch, pays a person directly in a way that nobody has signed
    for yet.
    """
    plan = case_money.agreed_plan(case)
    lines = list(plan.lines.select_related("start")) if plan else []
    return routes.to_sign(case, plan, lines)
