"""The three numbers of a decided budget, which add up: the personal budget is the council's part
and the person's (Care Act 2014 s26); and how each part of it is paid. Words for letters.

While the contribution is not decided the second and the third say so, and an estimate is named as
one: no sum stands for what nobody has decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import BudgetFigure, Contribution, DirectPaymentAgreement, PlanLine
from budgets.models.plan import ROUTE_NAMES
from budgets.money.sterling import pounds, week_to_year
from budgets.position import case_money
from budgets.position.case_money import Cost
from budgets.position.money_presenter import how_much, in_short, price_words, taken, when
from cases import journey
from cases.ui.date_words import day

Rows = list[tuple[str, str]]
YOUR_PART = {  # what a basis of the agreement means, said to the person
    "net": gettext_lazy("If you pay a part, it is left out of the payment."),
    "gross": gettext_lazy("We pay all of it. If you pay a part, we send you a bill."),
    "person_first": gettext_lazy(
        "If you pay a part, you pay it into the account first, and we add the rest."
    ),
}
YOUR_ACCOUNT = {  # an account of the agreement, where its name speaks of the person
    "own_account": gettext_lazy("Your own bank account for this money"),
    "managed_account": gettext_lazy("An account someone manages for you"),
}


def parts(figure: BudgetFigure, weekly: Decimal) -> tuple[Cost, Cost]:
    """(the council's part, the person's) of a decided budget, which add up to it. The person pays
    no more than what they are charged for costs: not for what is free, nor what is had once.
    """
    whole = case_money.cost_of_figure(figure)
    charged = case_money.cost_of(line for line in _lines(figure) if not line.free)
    rule = case_money.weeks_rule(case_money.indicative(figure.case))
    week = min(weekly, charged.weekly, whole.weekly)
    year = min(week_to_year(week, rule), charged.annual, whole.annual)
    ours = Cost(whole.annual - year, whole.weekly - week, whole.one_off)
    return ours, Cost(year, week, Decimal("0.00"))


def _lines(figure: BudgetFigure) -> list[PlanLine]:
    return case_money.funded(figure.plan.lines.order_by("position", "pk")) if figure.plan else []


def three_numbers(figure: BudgetFigure, paid: Contribution | None) -> Rows:
    """Your personal budget, what the council pays, what you pay."""
    whole = case_money.cost_of_figure(figure)
    rows = [(_("Your personal budget: what it costs to meet your needs"), in_short(whole))]
    ours, yours = _("What the council pays of it"), _("What you pay of it")
    if paid is None or paid.state != "recorded" or paid.weekly is None:
        words = _("Not decided yet. It is your personal budget less what you pay.")
        return [*rows, (ours, words), (yours, _undecided(paid))]
    council, person = parts(figure, paid.weekly)
    said = in_short(person) if person.weekly else _("Nothing")
    if person.weekly and paid.valid_from > figure.effective_from:
        said = _("%(sum)s, from %(day)s on; nothing before") % {
            "sum": said,
            "day": day(paid.valid_from),
        }
    return [*rows, (ours, in_short(council)), (yours, said)]


def _undecided(paid: Contribution | None) -> str:
    words = _("Not decided yet. We write to you again when it is, and you pay nothing until then.")
    if paid is None or paid.state != "estimated" or paid.weekly is None:
        return words
    sums = {"a": pounds(paid.weekly), "b": pounds(paid.weekly_to or paid.weekly)}
    if not paid.weekly_to and not paid.weekly:
        guess = _("An estimate, which is not a decision: nothing.")
    elif paid.weekly_to in (None, paid.weekly):
        guess = _("An estimate, which is not a decision: about %(a)s a week.") % sums
    else:
        guess = _("An estimate, which is not a decision: %(a)s to %(b)s a week.") % sums
    return f"{words} {guess}"


def how_paid(figure: BudgetFigure, agreement: DirectPaymentAgreement | None) -> Rows:
    """For each way of taking the money: how, and how often."""
    by_route: dict[str, list[PlanLine]] = {}
    for line in _lines(figure):
        by_route.setdefault(line.route, []).append(line)
    rows = []
    for route, lines in by_route.items():
        cost = case_money.cost_of(lines)
        how = _how(route, agreement, paid_once(cost))
        rows.append((str(ROUTE_NAMES[route]), f"{in_short(cost)}. {how}"))
    return rows


def paid_once(cost: Cost) -> bool:
    """Is there nothing in it that recurs? Of money paid once no contribution is taken either."""
    return bool(cost.one_off) and not cost.annual


def _how(route: str, agreement: DirectPaymentAgreement | None, once: bool) -> str:
    if not journey.may_pay_directly(route):
        return _(
            "We pay whoever gives the support. If you pay a part of it, you get a bill every four "
            "weeks."
        )
    what = _("The council pays the money to you, or to someone you choose.")
    if once:
        return what + " " + _("We pay it once.")
    if agreement is None:
        words = _(
            "We pay it in advance, every two or four weeks. You agree that with us, and how you "
            "pay your part if you pay one."
        )
        return f"{what} {words}"
    words = _("We pay it every %(weeks)s weeks, in advance.") % {"weeks": agreement.cycle_weeks}
    return f"{what} {words} {YOUR_PART[agreement.basis]}"


def plan_in_short(lines: Iterable[PlanLine]) -> Rows:
    """The plan itself, line by line: what, how much, for how long, who pays and how."""
    return [
        (
            line.what,
            "\n".join(filter(None, [how_much(line), price_words(line), when(line), taken(line)])),
        )
        for line in lines
    ]
