"""What a letter says of money: the figure, proposal or agreement that its event was about, as it
was then.

Rows of (words, amount), registered with `hooks.letter_lines` and kept in the letter. Imported once,
in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from copy import copy
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.decision import decided_figures
from budgets.models import (
    BudgetFigure,
    Contribution,
    DirectPaymentAgreement,
    EarlierCharge,
    ExtraSupport,
    Offer,
    Payee,
    Payment,
    PlanLine,
    Restriction,
    SurplusDecision,
    Suspension,
)
from budgets.models.figure import FIGURES
from budgets.money.sterling import pounds
from budgets.payments import routes, standing_payments
from budgets.payments.payment_presenter import kept_words, owed_words, sent_payment_rows
from budgets.position import (
    case_money,
    earlier_charge,
    endings,
    money_books,
    notice,
    overpaid,
    personal_budget,
)
from budgets.position.differences import root
from budgets.position.entitlement_facts import facts_of
from budgets.position.money_presenter import (
    contribution_words,
    how_much,
    outcome_title,
    payment_rows,
    plan_words,
    plus_minus,
    price_words,
)
from budgets.position.overpaid_presenter import NOT_BY_ITSELF, waiting_parts_rows
from cases.common import dates
from cases.journey import hooks
from cases.letters.timeline import changes_support
from cases.models import Case
from cases.ui.date_words import day

Rows = list[tuple[str, str]]
AGREES = ("agree_plan", "panel_agree", "accept_offer")  # with them comes the plan
CHANGES = (*AGREES, "uplift_plan", "change_price")  # after them other sums may be paid
# what follows support for a time, as the person reads it
FOLLOWS = {
    "plan": gettext_lazy("Your plan gives you the support that you need."),
    "more": gettext_lazy("You get more support for a time. We wrote to you about it."),
    "ended": gettext_lazy("No other support takes its place."),
    "own_wish": gettext_lazy("It ends because you asked for that."),
}
LISTED = 3  # payments to come that a letter lists
# what is done with money left over, as the person reads it; staff choose it in words of their own
SURPLUS_DECIDED = {
    "leave": gettext_lazy("Nothing happens with it."),
    "agreed_use": gettext_lazy("It is kept for something agreed."),
    "reclaim": gettext_lazy("It is paid back to the council."),
    "adjust": gettext_lazy("We look at later payments again with you."),
}


@hooks.letter_lines(
    "share_budget",
    "adjust_budget",
    "uplift_plan",
    "agree_plan",
    "panel_agree",
    "accept_offer",
    "start_budget",
)
def figure_facts(event: Any) -> Rows:
    """What is said of the figure that an event is about. Empty where there is none."""
    figure = figure_of(event)
    if figure is None:
        return []
    found = _three_numbers(figure, event) if figure.kind in case_money.DECIDED else _sums(figure)
    if figure.reason_text:
        found.append((_("Why it differs from the figure before"), figure.reason_text))
    found += [
        (
            _("How this need is still met: %(need)s")
            % {"need": outcome_title("", entry["outcome"])},
            entry["how"],
        )
        for entry in figure.still_met or []
    ]
    if event.verb in CHANGES:
        found += _money_after(event.case, figure.recorded_at)
    return found + (_plan(figure) if event.verb in AGREES else [])


def figure_of(event: Any) -> BudgetFigure | None:
    """The figure an event names, else the decided one that stood at its moment."""
    rows = BudgetFigure.objects.filter(case_id=event.case_id)
    named = event.codes.get("figure")
    if named:
        return rows.filter(pk=named).first()
    stood = rows.filter(kind__in=["decided", "revised"], recorded_at__lte=event.at)
    return stood.order_by("-pk").first()


@hooks.letter_next(*AGREES)
def changes_from(event: Any) -> list[str]:
    """From which day a plan counts that is agreed while the budget before it runs on."""
    figure = figure_of(event)
    if figure is None or not changes_support(event):
        return []
    words = _("Your budget runs already. It follows the new plan from %(day)s.")
    return [words % {"day": day(figure.effective_from)}]


def _sums(figure: BudgetFigure) -> Rows:
    """A first figure: what it comes to."""
    kind, found = str(FIGURES[figure.kind]), []
    if figure.annual:
        if figure.weekly is not None:
            found.append((_("%(kind)s, a week") % {"kind": kind}, pounds(figure.weekly)))
        found.append((_("%(kind)s, a year") % {"kind": kind}, pounds(figure.annual)))
    if figure.one_off:
        found.append((_("%(kind)s, once") % {"kind": kind}, pounds(figure.one_off)))
    return found


def _three_numbers(figure: BudgetFigure, event: Any) -> Rows:
    """A decided budget: three numbers that add up, from when, and how it is paid."""
    case = event.case
    return [
        *personal_budget.three_numbers(figure, case_money.contribution(case)),
        (_("It applies from"), day(figure.effective_from)),
        *_told_before(figure),
        *personal_budget.how_paid(figure, routes.last_agreement(case)),
    ]


def _told_before(figure: BudgetFigure) -> Rows:
    """Why not earlier, where less is given than by what holds until then and it begins after the
    letter.
    """
    letter_on = dates.london_date(figure.recorded_at)
    held = [row for row in case_money.holding(figure.case) if row.pk <= figure.pk]
    before = next((row for row in reversed(held) if _earlier(row, figure)), None)
    if before is None or before.plan is None or figure.plan is None:
        return []
    if figure.effective_from <= letter_on or not decided_figures.gives_less(
        figure.plan, before.plan, figure.reason_code
    ):
        return []
    ahead = [row.effective_from for row in held if _earlier(row, figure)]
    agreed = [one for one in ahead if one > letter_on]
    last = figure.effective_from - timedelta(days=1)
    return notice.told_before(figure.case, letter_on, last, agreed)


def _earlier(row: BudgetFigure, figure: BudgetFigure) -> bool:
    return row.effective_from < figure.effective_from


def _plan(figure: BudgetFigure) -> Rows:
    """The plan that was agreed, which comes with the letter."""
    if figure.plan is None:
        return []
    lines = figure.plan.lines.order_by("position", "pk")
    return [*plan_words(figure.plan), *personal_budget.plan_in_short(lines)]


@hooks.letter_lines("offer_changed")
def offer_facts(event: Any) -> Rows:
    """The proposal an event made, line by line: what differs, why, and how the need is still
    met.
    """
    offer = Offer.objects.filter(case_id=event.case_id, pk=event.codes.get("offer")).first()
    if offer is None:
        return []
    lines = list(PlanLine.objects.filter(plan_id=offer.plan_id))
    names = {line.pk: line.what for line in lines}
    found = []
    for line in offer.lines:
        words = [line.get("differs", ""), line.get("why", ""), line.get("still_met", "")]
        found.append(
            (names.get(int(line["line"]), _("A line of your plan")), "\n".join(filter(None, words)))
        )
    if case_money.council_cost(lines).uneven:
        found.append((_("The whole plan then costs, a year"), pounds(offer.annual)))
    else:
        found.append((_("The whole plan then costs, a week"), pounds(offer.weekly)))
    if offer.one_off:
        found.append((_("and once"), pounds(offer.one_off)))
    return found


@hooks.letter_lines("record_agreement")
def agreement_facts(event: Any) -> Rows:
    """What was signed: how much, how often, from when, into which account, and who pays the
    contribution.
    """
    row = DirectPaymentAgreement.objects.filter(
        case_id=event.case_id, pk=event.codes.get("agreement")
    ).first()
    if row is None:
        return []
    found = [
        (
            _("Signed by"),
            _("%(who)s on %(day)s") % {"who": row.signed_by, "day": day(row.signed_on)},
        ),
    ]
    return [
        *found,
        *_coming(row.case),
        (_("How often we pay"), _how_often(row)),
        (_("First payment"), day(row.first_payment_on)),
        (
            _("Account"),
            str(
                personal_budget.YOUR_ACCOUNT.get(row.account_type)
                or DirectPaymentAgreement.ACCOUNTS[row.account_type]
            ),
        ),
        (
            _("What you pay yourself (your contribution)"),
            str(personal_budget.YOUR_PART[row.basis]),
        ),
    ]


def _how_often(row: DirectPaymentAgreement) -> str:
    plan = case_money.agreed_plan(row.case)
    lines = plan.lines.all() if plan else []
    direct = routes.direct_lines(lines, routes.open_switch(row.case))
    if personal_budget.paid_once(case_money.cost_of(direct)):
        return _("Once")
    return _("Every %(weeks)s weeks") % {"weeks": row.cycle_weeks}


def _coming(case: Case, since: datetime | None = None) -> Rows:
    """The next payments, each with its days, what of it is owed for days before, and what was paid
    and is more than is due now; empty where there is nothing of it. `since`: the moment of what the
    letter is about; then also what more for days gone by is set against what was paid too much.
    """
    books = money_books.books_of_cases([case.pk])[case.pk]
    facts, too_much = facts_of(books), overpaid.really_too_much(books)
    found = standing_payments.next_of(facts)
    rows = []
    if found.payments:
        rows += payment_rows(found.payments, LISTED)
    elif kept := standing_payments.all_kept(facts):
        rows.append((_("Payments to come"), kept_words(kept, resident=True)))
    if found.owed:
        rows.append((owed_words(found.payments), pounds(found.owed)))
    if found.owed and too_much > found.paid_too_much:
        words = _("%(sum)s for days gone by. It is not set against what was paid too much.")
        rows.append((_("Paid in full"), words % {"sum": pounds(found.owed)}))
    if too_much:
        rows.append((_("Paid too much"), f"{pounds(too_much)}. {NOT_BY_ITSELF}"))
    waiting = overpaid.parts_that_wait(facts, overpaid.aside_of(books), dates.today())
    rows += waiting_parts_rows(waiting)
    stood = overpaid.really_too_much(books, since - money_books.MOMENT) if since else too_much
    return rows + (_set_against(stood - too_much) if stood > too_much else [])


def _set_against(less: Decimal) -> Rows:
    words = _("%(sum)s, which is more for days gone by. It is not paid out.")
    return [(_("Set against what was paid too much"), words % {"sum": pounds(less)})]


def _money_after(case: Case, decided_at: datetime) -> Rows:
    """What is paid after a change. Nothing before the first agreement, whose own letter says it."""
    return _coming(case, decided_at) if routes.last_agreement(case) else []


@hooks.letter_lines("resume_payment", "switch_route")
def payments_that_go_on(event: Any) -> Rows:
    """What is paid after it."""
    return _coming(event.case, event.at)


@hooks.letter_lines("suspend_payment")
def suspension_facts(event: Any) -> Rows:
    """From which day nothing is paid, what still comes for days before it, in a batch already or
    not, and when somebody looks at it again.
    """
    row = event.case.suspensions.filter(ends_on=None, struck_at=None).first()
    if row is None:
        return []
    sent = sent_payment_rows(money_books.books_of_cases([row.case_id])[row.case_id].payments)
    found = [
        (_("Nothing is paid for days from"), day(row.begins_on)),
        *((words, "\n".join(lines)) for words, lines in sent),
        *_coming(event.case, event.at),
    ]
    return found + (
        [(_("We look at it again on"), day(row.look_again_on))] if row.look_again_on else []
    )


@hooks.letter_lines("make_suspension_good")
def suspension_made_good(event: Any) -> Rows:
    """Which days are paid after all, and in which payment."""
    row = event.case.suspensions.filter(pk=event.codes.get("suspension")).first()
    if row is None:
        return []
    rows = [(_("First day"), day(row.begins_on)), (_("Last day"), day(row.ends_on))]
    return [*rows, *_coming(event.case, row.recorded_at)]


@hooks.letter_lines("write_contribution")
def contribution_facts(event: Any) -> Rows:
    """What was decided, from which day, and the payments after it."""
    row = event.case.contributions.filter(pk=event.codes.get("contribution")).first()
    if row is None:
        return []
    rows = [(_("Decided"), contribution_words(row)), (_("Where it is from"), row.source)]
    found = [(words, value) for words, value in rows if value]
    figure = case_money.in_force(event.case)
    found += personal_budget.three_numbers(figure, row) if figure else []
    found += personal_budget.before_told(row)
    found += _instead_of(row)
    return [*found, *_how_worked_out(row), *_coming(event.case, row.recorded_at)]


def _instead_of(row: Contribution) -> Rows:
    """Sums that were told for days to come and hold no more: this one, decided later, goes on."""
    rows = row.case.contributions.filter(
        state="recorded", pk__lt=row.pk, valid_from__gt=row.valid_from, told_on__isnull=False
    )
    ahead = rows.filter(valid_from__gt=dates.london_date(row.recorded_at)).order_by("-pk")
    held: list[Contribution] = []
    for one in ahead:  # the last first: what it replaced itself was told with it
        if not held or one.valid_from < held[-1].valid_from:
            held.append(one)
    words = _("%(sum)s a week from %(day)s. We wrote to you about it. It does not begin now.")
    said = [
        words % {"sum": pounds(one.weekly or Decimal(0)), "day": day(one.valid_from)}
        for one in reversed(held)
    ]
    return [(_("Not any more"), "\n".join(said))] if said else []


@hooks.letter_lines("charge_from_earlier")
def earlier_charge_facts(event: Any) -> Rows:
    """Which sum, the day it was really told, and from which day before that it is charged."""
    made = EarlierCharge.objects.filter(
        contribution__case=event.case_id, pk=event.codes.get("fact")
    ).first()
    if made is None:
        return []
    row = made.contribution
    return [
        (_("What you pay"), contribution_words(row)),
        (_("We told you on"), day(row.told_on)),
        (_("You pay it from"), day(made.charged_from)),
        *_for_days_gone_by(made),
        *_coming(event.case, made.recorded_at),
    ]


def _for_days_gone_by(made: EarlierCharge) -> Rows:
    """What it comes to for days gone by in all, and how each part of it is asked for."""
    found = earlier_charge.gone_by(made)
    parts = (
        (found.charged, _("%(sum)s: in the next letter about what you pay")),
        (found.kept, _("%(sum)s: we pay you so much less")),
        (found.asked, _("%(sum)s: we write to you first, and you have time to answer")),
    )
    how = [words % {"sum": pounds(amount)} for amount, words in parts if amount > 0]
    rows = [(_("What you pay for days gone by, in all"), pounds(sum(found, Decimal(0))))]
    return [*rows, (_("How you pay it"), "\n".join(how))] if how else rows


def _how_worked_out(row: Contribution) -> Rows:
    """The sum behind a contribution that was worked out here, so that anybody can do it again."""
    if not row.trace:
        return []
    lines = "\n".join(f"{words}: {value}" for words, value in row.trace)
    return [(_("How we worked it out"), lines)]


@hooks.letter_lines("pay_extra")
def extra_facts(event: Any) -> Rows:
    """How much, for what, and in which payment it comes."""
    row = event.case.extra_payments.filter(pk=event.codes.get("fact")).first()
    if row is None:
        return []
    rows = [(_("How much"), pounds(row.amount)), (_("What it is for"), row.why)]
    return [*rows, (_("It counts on"), day(row.on)), *_coming(event.case, row.recorded_at)]


@hooks.letter_lines("decide_surplus")
def surplus_facts(event: Any) -> Rows:
    """What was decided about money left over, and how much of it is paid back."""
    row = SurplusDecision.objects.filter(
        check_of__case_id=event.case_id, pk=event.codes.get("decision")
    ).first()
    if row is None:
        return []
    found = [(_("We decided"), str(SURPLUS_DECIDED.get(row.action, "")))]
    return found + ([(_("To be paid back"), pounds(row.amount))] if row.amount else [])


@hooks.letter_lines("answer_challenge")
def restored_facts(event: Any) -> Rows:
    """The days that are paid after all, where a challenge of a suspension was upheld."""
    if event.codes.get("answer") != "upheld":
        return []
    if endings.challenged(event.case_id, event.seq) != "suspended":
        return []
    row = Suspension.objects.filter(case_id=event.case_id, struck_at=None).order_by("-pk").first()
    last = (row.ends_on if row else None) or dates.london_date(event.at) - timedelta(days=1)
    if row is None or row.begins_on > last:
        return []
    words = _("%(first)s to %(last)s") % {"first": day(row.begins_on), "last": day(last)}
    return [(_("Days that are paid after all"), words), *_coming(event.case, event.at)]


@hooks.letter_lines("start_interim")
def for_a_time_facts(event: Any) -> Rows:
    """Support for a time: what, from whom, from when until when, its cost, and how it is paid."""
    row = ExtraSupport.objects.filter(case_id=event.case_id, pk=event.codes.get("extra")).first()
    if row is None:
        return []
    lines = list(row.plan.lines.all())
    return [
        (_("Support"), "\n".join(_what_comes(line) for line in lines)),
        (_("From"), day(row.begins_on)),
        (_("Until"), day(row.ends_on)),
        *([(_("Cost a week"), pounds(row.weekly))] if row.weekly else []),
        *([(_("Cost once"), pounds(row.one_off))] if row.one_off else []),
        *personal_budget.ways_paid(lines, routes.last_agreement(row.case)),
        (_("Why it is needed now"), row.why),
    ]


@hooks.letter_lines("end_extra_support")
def end_of_a_time_facts(event: Any) -> Rows:
    """Its last day, that of before where it was another, what follows, and what still comes."""
    row = ExtraSupport.objects.filter(case_id=event.case_id, pk=event.codes.get("extra")).first()
    if row is None:
        return []
    last = date.fromisoformat(event.codes["end_date"])
    rows = [
        (_("Support"), "\n".join(_what_comes(line) for line in row.plan.lines.all())),
        (_("Last day"), day(last)),
    ]
    if last < row.ends_on:
        words = _("%(day)s. It does not count any more.")
        rows.append((_("The day we wrote before"), words % {"day": day(row.ends_on)}))
    rows.append((_("After it"), str(FOLLOWS.get(row.after, ""))))
    return rows + _money_after(event.case, event.at)


@hooks.letter_lines("write_extra_start")
def start_of_a_time_facts(event: Any) -> Rows:
    """When it really began, and what the person pays of the days before: was, is, difference."""
    line = PlanLine.objects.filter(plan__case=event.case_id, pk=event.codes.get("line")).first()
    if line is None:
        return []
    began = date.fromisoformat(event.codes["started_on"])
    was, now = Decimal(event.codes["was"]), Decimal(event.codes["now"])
    sums = {"was": pounds(was), "now": pounds(now), "diff": plus_minus(now - was)}
    first, last = date.fromisoformat(event.codes["first"]), began - timedelta(days=1)
    days = _("What you pay for %(first)s to %(last)s") % {"first": day(first), "last": day(last)}
    return [
        (_("Support"), _what_comes(line)),
        (_("It was to begin on"), day(first)),
        (_("It began on"), day(began)),
        (days, _("was %(was)s, is %(now)s: %(diff)s") % sums),
        (
            _("What follows"),
            _("If we charged you for these days already, it comes off the next charge."),
        ),
    ]


def _what_comes(line: PlanLine) -> str:
    """From whom, what, and how much of it."""
    said = ": ".join(filter(None, (line.provider, line.what)))
    return f"{said}, {how_much(line)}"


@hooks.letter_lines("restrict_use")
def limit_facts(event: Any) -> Rows:
    """What the money may not be used for, from when until when, and who answers for it."""
    row = Restriction.objects.filter(
        case_id=event.case_id, pk=event.codes.get("restriction")
    ).first()
    if row is None:
        return []
    return [
        (_("The limit"), row.what),
        (_("From"), day(row.begins_on)),
        (_("Until"), day(row.ends_on)),
        (_("Who answers for it"), row.owner),
    ]


@hooks.letter_lines("change_payee")
def payee_facts(event: Any) -> Rows:
    """Who is to be paid from now on; no number of the ledger."""
    row = Payee.objects.filter(case_id=event.case_id, pk=event.codes.get("payee")).first()
    return [(_("To be paid from now on"), f"{row.name} ({row.get_kind_display()})")] if row else []


@hooks.letter_lines("change_price")
def price_facts(event: Any) -> Rows:
    """The part whose price changed: what one unit cost and costs; then the budget."""
    line = PlanLine.objects.filter(plan__case=event.case_id, pk=event.codes.get("line")).first()
    if line is None:
        return figure_facts(event)
    before = copy(line)
    before.rate = Decimal(event.codes["was"])
    words = _("was %(was)s, is %(now)s from %(day)s")
    said = {"was": price_words(before), "now": price_words(line)}
    said["day"] = day(date.fromisoformat(event.codes["on"]))
    return [(line.what, words % said), *_prices_after(line, event), *figure_facts(event)]


def _prices_after(line: PlanLine, event: Any) -> Rows:
    """What of a line was agreed before for later days, and still holds from them."""
    rows = [
        row
        for row in case_money.holding(event.case)
        if row.pk > event.codes["figure"] and row.recorded_at <= event.at
    ]
    words = _("%(price)s, as agreed before")
    return [
        (
            _("From %(day)s") % {"day": day(row.effective_from)},
            words % {"price": price_words(one)},
        )
        for row in rows
        if row.plan
        for one in row.plan.lines.filter(origin=root(line)).exclude(rate=line.rate)
    ]


@hooks.letter_lines("payee_late")
def late_payee_facts(event: Any) -> Rows:
    """Which payment may be late, and who is to be paid."""
    due = date.fromisoformat(event.codes["due"])
    return [(_("Payment due on"), day(due)), *payee_facts(event)]


@hooks.letter_lines("payment_returned")
def returned_facts(event: Any) -> Rows:
    """Which payment came back, and why as the bank said it."""
    row = Payment.objects.filter(case_id=event.case_id, pk=event.codes.get("payment")).first()
    if row is None:
        return []
    return [
        (_("Payment"), pounds(row.amount)),
        (_("Due on"), day(row.on)),
        (_("What the bank said"), row.state_reason),
    ]
