"""The money of one case in short, for its own page: read in a fixed number of queries."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.allocation import calculating, explanation
from budgets.models import BudgetFigure, Contribution, PlanLine
from budgets.models.plan import ROUTE_NAMES
from budgets.payments import payment_presenter, routes, standing_payments
from budgets.position import (
    case_money,
    endings,
    extra_support,
    money_presenter,
    personal_budget,
    support_runs,
)
from budgets.position.entitlement_facts import facts_of
from budgets.position.money_books import Books, books_of_cases
from cases import journey
from cases.access import Reading
from cases.assessment.answering import last_sent
from cases.common import dates
from cases.models import Case
from cases.ui.date_words import day

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


def summary(reading: Reading) -> dict[str, Any]:
    """The context of `budgets/_summary.html`."""
    case = reading.case
    rows = case_money.figures(case) if reading.sees("plan") else []
    if not reading.sees("money"):
        plan = [(_("The support plan"), reverse("budgets:plan", args=[case.ref]))] if rows else []
        return NOTHING | {"shown": bool(plan), "links": plan, "title": _("Plan")}
    directly = case.reached_set_up and _paid_directly(case)
    books = books_of_cases([case.pk])[case.pk] if directly else None
    beside = case.reached_set_up and _has_support_beside(case, books)
    missing = (
        _missing(reading)
        if case.step == "budget" and not case_money.last_of(rows, "indicative")
        else ""
    )
    if not rows and not missing and not beside:
        return NOTHING
    decided, first = (
        next(iter(case_money.decided_in_turn(rows)), None),
        case_money.last_of(rows, "indicative"),
    )
    figure = decided or first
    lines = books.lines if books else case_money.lines_of_plans([decided] if decided else [])
    return NOTHING | {
        "shown": True,
        "missing": missing,
        "rows": _rows(reading, rows, books, lines)
        if rows
        else _beside_rows(case)
        if beside
        else [],
        "links": _links(reading, rows, beside),
        "agree_answer": _agree_answer(reading) if missing else "",
        "box": _box(figure, lines) if figure else None,
        "invented": explanation.notice(first),
        "label": _label(decided),
    }


def _box(figure: BudgetFigure, lines: dict[int, list[PlanLine]]) -> dict[str, str]:
    """How much; where the parts of the support do not all have the same days, now and after."""
    runs = personal_budget.runs_of(lines.get(figure.plan_id or 0, ()), figure.effective_from, None)
    if runs:
        return support_runs.big(runs, figure.one_off)
    return money_presenter.big(case_money.cost_of_figure(figure))


def _label(decided: BudgetFigure | None) -> str:
    if decided is None:
        return _("Indicative budget, a first idea")
    if decided.effective_from <= dates.today():
        return _("Decided budget")
    return _("Decided budget, from %(day)s") % {"day": day(decided.effective_from)}


def _beside_rows(case: Case) -> list[tuple[str, Any]]:
    """Support for a time where there is no budget yet: how much, from when until when."""
    agreed = extra_support.in_days(case.extra_support.all()).filter(last__gte=dates.today())
    words = _("%(sum)s, from %(first)s to %(last)s")
    return [
        (
            _("Support for a time"),
            words
            % {
                "sum": money_presenter.week_and_once(row.weekly, row.one_off),
                "first": day(row.begins_on),
                "last": day(row.last),
            },
        )
        for row in agreed.order_by("begins_on", "pk")
    ]


def _agree_answer(reading: Reading) -> str:
    case = reading.case
    wanted = "worker" in reading.roles and calculating.asks(last_sent(case))
    return reverse("cases:agree_answer", args=[case.ref]) if wanted else ""


def _missing(reading: Reading) -> str:
    case = reading.case
    if not reading.roles & STAFF:
        if calculating.asks(last_sent(case)):
            return _(
                "Your social worker still needs an answer before the budget can be worked out."
            )
        return _(
            "The council has to settle something before the budget can be worked out. You "
            "don't have to do anything."
        )
    return calculating.missing(case, last_sent(case), dates.today())


def _has_support_beside(case: Case, books: Books | None) -> bool:
    """Was support for a time agreed? Its rows stand in the books, where they are read."""
    if books is None:
        return case.extra_support.filter(state="agreed").exists()
    return any(row.flag for row in books.dated["plan"])


def _rows(
    reading: Reading, rows: list[Any], books: Books | None, lines: dict[int, list[PlanLine]]
) -> list[tuple[str, Any]]:
    case, uneven = reading.case, case_money.uneven_plans(rows, lines)
    found = money_presenter.from_first_to_decided(rows, books, uneven)
    if case.route:
        found.append((_("Way to take the money"), str(ROUTE_NAMES.get(case.route, ""))))
    contribution = _contribution(case, books)
    pays = _what_they_pay(reading, contribution)
    found.append((pays, money_presenter.contribution_words(contribution)))
    if case.reached_set_up:
        end = endings.last(case, case.step_since) if case.step == "closed" else None
        if end and endings.had_money(case):
            found.append((_("Last day with money"), day(end.day)))
    if books:
        facts = facts_of(books)
        coming = standing_payments.next_of(facts)
        nothing = payment_presenter.why_none(facts, coming.payments, reading.resident)
        found += payment_presenter.now_rows(case, books, coming, nothing)
    return found


def _what_they_pay(reading: Reading, contribution: Contribution | None) -> str:
    """Only what is decided is said to be paid."""
    if "person" not in reading.roles:
        return _("What the person pays")
    decided = contribution is not None and contribution.state == "recorded"
    return _("What you pay") if decided else _("What you may have to pay")


def _contribution(case: Case, books: Books | None) -> Contribution | None:
    """What the person pays now."""
    if books is None:
        return case_money.contribution(case)
    newest = sorted(books.contributions, key=attrgetter("recorded_at", "pk"), reverse=True)
    return case_money.held_and_to_come(newest)[0]


def _links(reading: Reading, rows: list[Any], beside: bool) -> list[tuple[str, str]]:
    case = reading.case
    wanted = [("budgets:budget", _("How the budget was worked out"))] if rows else []
    if reading.sees("plan") and rows:
        wanted.append(("budgets:plan", _("The support plan")))
    if case.step == "offer" and not reading.roles & STAFF:
        wanted.append(("budgets:answer_offer", _("The proposal that waits for an answer")))
    if case.reached_set_up:
        wanted += _taking_it(case)
    if case.reached_set_up or reading.roles & {"worker", "manager"}:
        wanted.append(("budgets:hospital", _("Stays in hospital")))
    if beside:
        wanted.append(("budgets:start_interim", _("Support for a time")))
    if reading.roles & {"finance", "worker", "manager"}:
        wanted.append(("budgets:contribution", _("Record what the person pays")))
    elif case.reached_set_up:
        words = _("What you pay, and what was charged") if reading.resident else ""
        wanted.append(("budgets:contribution", words or _("What the person pays, and was charged")))
    if rows and not reading.roles & {"panel"}:
        wanted.append(("budgets:estimate", _("Work out an estimate of what may have to be paid")))
    here = journey.STEPS[case.step]
    still = here.phase != "ended" and here.writes != "support_plan"
    if still and "finance" in reading.roles and routes.waits_to_be_signed(case):
        wanted.append(("budgets:agreement", _("Record the direct payment agreement")))
    return [(text, reverse(name, args=[case.ref])) for name, text in wanted]


def _taking_it(case: Case) -> list[tuple[str, str]]:
    """Where it says how the money is taken, paid and looked after: no link to what is not there."""
    direct = _paid_directly(case)
    found = [("budgets:routes", _("How the money is taken"))]
    found += [("budgets:schedule", _("The payments"))] if direct else []
    return found + (
        [("budgets:monitoring", _("How the payment is looked after"))] if direct else []
    )


def _paid_directly(case: Case) -> bool:
    """May there be payments? Where nothing was ever paid directly, no fact of payments is read."""
    return journey.may_pay_directly(case.route) or case.agreements.exists()
