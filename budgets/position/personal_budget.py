"""The three numbers of a decided budget, which add up: the personal budget is the council's part
and the person's (Care Act 2014 s26); and how each part of it is paid. Words for letters.

While the contribution is not decided the second and the third say so, and an estimate is named as
one: no sum stands for what nobody has decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.entitlement.facts import Contribution as Told
from budgets.models import BudgetFigure, Contribution, DirectPaymentAgreement, PlanInForce, PlanLine
from budgets.models.plan import ROUTE_NAMES
from budgets.money.costing import WEEKLY_UNITS
from budgets.money.sterling import PENNY, pounds, week_to_year
from budgets.position import case_money, support_runs
from budgets.position.case_money import Cost
from budgets.position.earlier_charge import told_of
from budgets.position.entitlement_facts import native_amount
from budgets.position.money_presenter import how_much, in_short, price_words, taken, when
from cases import journey
from cases.common import dates
from cases.ui.date_words import day

Rows = list[tuple[str, str]]
# acts whose letter is about a decided budget: it names what the person pays, or an estimate of it
NAMES_WHAT_IS_PAID = (
    *("agree_plan", "panel_agree", "accept_offer"),
    *("uplift_plan", "change_price", "start_budget"),
)
WHOLE = gettext_lazy("Your personal budget: what it costs to meet your needs")
OURS = gettext_lazy("What the council pays of it")
YOURS = gettext_lazy("What you pay of it")
NOT_ASKED = gettext_lazy("What you are not asked for")
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


@dataclass(frozen=True)
class Spell:
    """Support of so much a week for some days only: all that recurs in it begins and ends as one.
    A year of it says nothing, as there is none.
    """

    first: date
    last: date
    weekly: Decimal
    charged: Decimal  # of it, what a contribution is taken for
    once: Decimal

    def whole(self, weekly: Decimal) -> Decimal:
        """What so much a week comes to in all. Never half a penny: a seventh has none."""
        days = (self.last - self.first).days + 1
        return (weekly * days / 7).quantize(PENNY, ROUND_HALF_UP)

    def words(self, weekly: Decimal, whole: Decimal, once: Decimal) -> str:
        """£200.00 a week from 1 May 2026 to 23 July 2026: £2,400.00 in all."""
        facts = {"week": pounds(weekly), "sum": pounds(whole)}
        facts |= {"a": day(self.first), "b": day(self.last)}
        said = _("%(week)s a week from %(a)s to %(b)s: %(sum)s in all") % facts
        return said + (_(", and %(once)s once") % {"once": pounds(once)} if once else "")


def spell_of(lines: Iterable[PlanLine], begins: date) -> Spell | None:
    """The days of support that ends, where all of it that recurs is priced by the week and has the
    same days; None for what goes on, or where parts differ. `begins`: of lines that say no day.
    """
    lines = list(lines)
    recurring = [line for line in lines if line.unit != "once"]
    found = {(line.begins_on or begins, line.ends_on) for line in recurring}
    if len(found) != 1 or any(
        line.unit not in WEEKLY_UNITS or line.weeks.isdigit() and int(line.weeks) < 52
        for line in recurring
    ):
        return None
    ((first, last),) = found
    if last is None:
        return None
    week = [(native_amount(line), line.free) for line in recurring]
    return Spell(
        first,
        last,
        sum((amount for amount, _free in week), Decimal("0.00")),
        sum((amount for amount, free in week if not free), Decimal("0.00")),
        case_money.cost_of(lines).one_off,
    )


def sums_of(lines: Iterable[PlanLine], begins: date) -> str:
    """What these lines come to, in words: for their days where all of them end, else in a year.
    `begins`: of lines that say no day.
    """
    lines = list(lines)
    by_days: dict[tuple[date | None, date | None], list[PlanLine]] = {}
    for line in lines:
        by_days.setdefault((line.begins_on, line.ends_on), []).append(line)
    spells = [spell_of(found, begins) for found in by_days.values()]
    said = [
        spell.words(spell.weekly, spell.whole(spell.weekly), spell.once)
        for spell in spells
        if spell
    ]
    return "\n".join(said) if len(said) == len(spells) else _recurring(lines, begins)


def _recurring(lines: list[PlanLine], begins: date) -> str:
    """What lines of which some go on come to: for each run of days where they differ, or a year."""
    cost, runs = case_money.cost_of(lines), support_runs.runs_of(lines, begins)
    return support_runs.cost_words(runs, cost.one_off) if runs else in_short(cost)


def ways_paid(lines: Iterable[PlanLine], agreement: DirectPaymentAgreement | None) -> Rows:
    """For each way in which these lines are paid: how."""
    by_route: dict[str, list[PlanLine]] = {}
    for line in lines:
        by_route.setdefault(line.route, []).append(line)
    return [
        (str(ROUTE_NAMES[route]), _how(route, agreement, paid_once(case_money.cost_of(found))))
        for route, found in by_route.items()
    ]


def _sums(figure: BudgetFigure, weekly: Decimal) -> tuple[str, str, str]:
    """In words: the whole, the council's part, the person's, of whom so much a week is asked."""
    spell = spell_of(_lines(figure), figure.effective_from)
    if spell is None:
        council, person = parts(figure, weekly)
        whole = in_short(case_money.cost_of_figure(figure))
        return whole, in_short(council), in_short(person) if person.weekly else _("Nothing")
    yours, all_of_it = min(weekly, spell.charged), spell.whole(spell.weekly)
    theirs = spell.whole(yours)
    return (
        spell.words(spell.weekly, all_of_it, spell.once),
        spell.words(spell.weekly - yours, all_of_it - theirs, spell.once),
        spell.words(yours, theirs, Decimal(0)) if yours else _("Nothing"),
    )


def three_numbers(figure: BudgetFigure, paid: Contribution | None) -> Rows:
    """Your personal budget, what the council pays, what you pay."""
    decided = paid.weekly if paid and paid.state == "recorded" and paid.weekly is not None else None
    lines, begins = _lines(figure), figure.effective_from
    runs = [] if spell_of(lines, begins) else runs_of(lines, begins, paid)
    if runs:
        return _by_runs(figure, runs, paid)
    whole, council, person = _sums(figure, decided or Decimal(0))
    rows = [(str(WHOLE), whole)]
    if paid is None or decided is None:
        return [*rows, *_not_decided(paid)]
    rows += [(str(OURS), council), (str(YOURS), person + _since(figure, paid, decided))]
    return rows + _beyond(figure, decided)


def runs_of(
    lines: Iterable[PlanLine], begins: date, paid: Contribution | None
) -> list[support_runs.Run]:
    """The runs of days of support whose parts do not all have the same days, with what is paid of
    it once that is decided.
    """
    lines = case_money.funded(lines)
    if not support_runs.differ(lines, begins):
        return []
    decided = paid is not None and paid.state == "recorded"
    told = told_of(paid.case) if paid and decided else []
    return support_runs.runs_of(lines, begins, told)


def _by_runs(figure: BudgetFigure, runs: list[support_runs.Run], paid: Contribution | None) -> Rows:
    """The three numbers for each run of days on which they are the same."""
    once = figure.one_off
    if paid is None or paid.state != "recorded":
        return [(str(WHOLE), support_runs.cost_words(runs, once)), *_not_decided(paid)]
    said = _("Your personal budget, and who pays what of it")
    above = support_runs.not_asked_words(runs)
    rows = [(said, support_runs.shared_words(runs, once))]
    return rows + ([(str(NOT_ASKED), above)] if above else [])


def _not_decided(paid: Contribution | None) -> Rows:
    words = _("Not decided yet. It is your personal budget less what you pay.")
    return [(str(OURS), words), (str(YOURS), _undecided(paid))]


def _beyond(figure: BudgetFigure, weekly: Decimal) -> Rows:
    """What was decided above the cost of what it is taken for: nobody is asked for it."""
    spell = spell_of(_lines(figure), figure.effective_from)
    most = spell.charged if spell else parts(figure, weekly)[1].weekly
    if weekly <= most:
        return []
    words = _("%(sum)s a week of what was decided: you never pay more than the support costs.")
    return [(str(NOT_ASKED), words % {"sum": pounds(weekly - most)})]


def _since(figure: BudgetFigure, paid: Contribution, weekly: Decimal) -> str:
    """From which day a sum is taken, and what before it; "" where it is from the beginning. A
    higher one begins when the person is told, a lower one with its own day.
    """
    held = told_of(paid.case)
    own = [
        max(one.begins, one.told_on)
        for one in held
        if one.told_on and one.weekly == weekly and one.begins >= paid.valid_from
    ]
    since = min(own, default=paid.valid_from)
    before = _of_day(held, since - timedelta(days=1))
    if since <= figure.effective_from or before == weekly:
        return ""
    facts = {"day": day(since), "before": pounds(before)}
    if before:
        return _("; from %(day)s on. Before that it is %(before)s a week") % facts
    return _("; from %(day)s on. Before that it is nothing") % facts if weekly else ""


def before_told(paid: Contribution) -> Rows:
    """What is taken for days before the person was told of a decided sum, from its first day on:
    less than it, where they had been told of less. Nothing where it counts from its first day.
    """
    if not paid.told_on or paid.told_on <= paid.valid_from:
        return []
    steps = [one for one in told_of(paid.case) if paid.valid_from <= one.begins < paid.told_on]
    if all(one.weekly == paid.weekly for one in steps):
        return []
    words = _("%(sum)s a week from %(day)s")
    said = [words % {"sum": pounds(one.weekly), "day": day(one.begins)} for one in steps]
    return [(_("What you pay for days before this letter"), "\n".join(said))]


def _of_day(held: Iterable[Told], on: date) -> Decimal:
    """What is taken a week on a day: of the sums told by then, the one that began last."""
    told = [one for one in held if one.told_on and max(one.begins, one.told_on) <= on]
    return max(told, key=lambda one: one.begins).weekly if told else Decimal(0)


def _undecided(paid: Contribution | None) -> str:
    words = _("Not decided yet. We write to you again when it is, and you pay nothing until then.")
    if paid is None or paid.state != "estimated" or paid.weekly is None:
        return words
    sums = {"a": pounds(paid.weekly), "b": pounds(paid.weekly_to or paid.weekly)}
    if not paid.weekly_to and not paid.weekly:
        guess = _("An estimate, which is not a decision: nothing.")
        return f"{words} {guess}"
    words = _("Not decided yet. We write to you again when it is, and ask for nothing until then.")
    if paid.weekly_to in (None, paid.weekly):
        guess = _("An estimate, which is not a decision: about %(a)s a week.") % sums
    else:
        guess = _("An estimate, which is not a decision: %(a)s to %(b)s a week.") % sums
    return f"{words} {guess}{_begins_words(paid)}"


def estimate_begins(paid: Contribution, told_on: date) -> date:
    """The first day for which a sum may be asked that is told, on a day, as an estimate: its own,
    but none before the person is told it, nor before anything was decided.
    """
    rows = PlanInForce.objects.filter(case=paid.case_id, struck_at=None)
    first = rows.aggregate(first=Min("begins_on"))["first"]
    return max(one for one in (paid.valid_from, told_on, first) if one)


def told_estimate(paid: Contribution) -> Contribution | None:
    """The row by which an estimate was told in a letter; None where none has named it."""
    if paid.told_on:
        return paid
    same = Contribution.objects.filter(
        case=paid.case_id,
        pk__gt=paid.pk,
        state="estimated",
        weekly=paid.weekly,
        weekly_to=paid.weekly_to,
        told_on__isnull=False,
    )
    return same.order_by("pk").first()


def _begins_words(paid: Contribution) -> str:
    """From which day an estimate was told, and what a decision after it may ask for."""
    told = told_estimate(paid)
    begins = told.valid_from if told else estimate_begins(paid, dates.today())
    words = _(
        " It begins on %(day)s. What we decide may count from that day, but for days before we "
        "write to you about it never as more than %(most)s a week."
    )
    most = max(paid.weekly or Decimal(0), paid.weekly_to or Decimal(0))
    return words % {"day": day(begins), "most": pounds(most)}


def how_paid(figure: BudgetFigure, agreement: DirectPaymentAgreement | None) -> Rows:
    """For each way of taking the money: how, and how often."""
    by_route: dict[str, list[PlanLine]] = {}
    for line in _lines(figure):
        by_route.setdefault(line.route, []).append(line)
    rows = []
    for route, lines in by_route.items():
        spell = spell_of(lines, figure.effective_from)
        if spell:
            said = spell.words(spell.weekly, spell.whole(spell.weekly), spell.once)
        else:
            said = _recurring(lines, figure.effective_from)
        how = _how(route, agreement, paid_once(case_money.cost_of(lines)))
        rows.append((str(ROUTE_NAMES[route]), f"{said}. {how}"))
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
