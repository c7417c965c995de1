"""The pages of those who decide: agree, send back, propose a change, refer, panel; and the person's
answer.
"""

from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from budgets import actions
from budgets.allocation.explanation import notice
from budgets.decision import decided_figures, delegation
from budgets.forms import decision as forms
from budgets.forms.plan import AnswerOfferForm
from budgets.models import BudgetFigure, PlanLine, SupportPlan
from budgets.money import amount_words
from budgets.money.sterling import pounds
from budgets.plan import counted_twice, line_tables
from budgets.position import (
    case_money,
    differences,
    money_presenter,
    personal_budget,
    support_runs,
)
from budgets.position import notice as notice_rules
from budgets.position.case_money import Cost
from budgets.views.shared import (
    budget_of,
    challenge_url,
    is_behalf,
    move_page,
    page,
    readable_case,
)
from cases import access, journey
from cases.access import Reading
from cases.assessment import questions
from cases.common import dates
from cases.ui.components import Table
from cases.ui.date_words import day
from cases.ui.form_toolkit import given_words
from cases.views.act import stopped
from cases.views.form_act import move_act


@dataclass(frozen=True)
class Sent:
    """The plan that waits for a decision, and what it is compared with."""

    plan: SupportPlan
    lines: list[PlanLine]
    figure: BudgetFigure | None  # the indicative budget
    budget: Cost  # the same as a cost
    cost: Cost
    standing: BudgetFigure | None  # the budget in force


def _sent(case) -> Sent:
    plan = case_money.sent_plan(case) or SupportPlan(case=case)
    lines = list(plan.lines.all()) if plan.pk else []
    figure, budget = budget_of(case)
    cost = case_money.council_cost(lines)
    return Sent(plan, lines, figure, budget, cost, case_money.in_force(case))


def _decision_page(request, reading: Reading, name, sent, form, template="budgets/decide.html"):
    """Everything somebody who decides has to see, on every page of a decision."""
    case = reading.case
    plan, lines = sent.plan, sent.lines
    paid = case_money.contribution(case)
    at_panel = name in ("panel_agree", "return_plan") and case.step == "panel"
    context = {
        "changes": _changes(case, sent.standing, lines, sent.figure),
        "warnings": counted_twice.warnings(lines),
        "referral": _referral(case) if at_panel else [],
        "rows": money_presenter.plan_words(plan),
        "table": line_tables.plan_table(lines, case.kind),
        "invented": notice(sent.figure),
        "facts": [
            (_("Indicative budget"), money_presenter.in_short(sent.budget)),
            *_costs(lines, sent.cost, paid),
            (_("Sent by"), money_presenter.author_words(plan)),
            (_("Sent on"), day(plan.submitted_at) if plan.pk and plan.submitted_at else ""),
            (
                _("The person pays"),
                money_presenter.contribution_words(paid),
            ),
            (_("Way to take the money"), money_presenter.route_words(lines)),
            (_("Limit"), _limit(case, sent.cost, plan, sent.budget)),
        ],
        "not_planned": _outcomes_without_line(case, lines),
    }
    return move_page(request, reading, name, template, context, form)


def _costs(lines, cost, paid) -> list[tuple[str, str]]:
    """What the plan costs, for each run of days where it is not the same every week; who pays what
    of it then; and the dearest week, which is compared with a limit.
    """
    ours, today = case_money.funded(lines), dates.today()
    found = [(_("The plan costs"), personal_budget.sums_of(ours, today))]
    runs = personal_budget.runs_of(ours, today, paid)
    if runs and paid and paid.state == "recorded":
        words = support_runs.shared_words(runs, cost.one_off, resident=False)
        found.append((_("Who pays what of it"), words))
    if cost.highest is not None:
        week = {"week": pounds(cost.dearest)}
        found.append((_("The dearest week"), _("%(week)s: limits count for this one") % week))
    return found


def _outcomes_without_line(case, lines) -> list[str]:
    """Titles of the outcomes that the determination found and no line of the plan is for."""
    found = case.determinations.order_by("-at", "-pk").first()
    planned = {line.outcome for line in lines}
    outcomes = questions.OUTCOMES["carer" if case.kind == "carer" else "adult"]
    marked = [
        code for code, finding in (found.findings if found else {}).items() if finding.get("tests")
    ]
    return [
        money_presenter.outcome_title(case.kind, code)
        for code in marked
        if code in outcomes and code not in planned
    ]


def _changes(case, standing, lines, first):
    """What differs from the plan in force; None where there is none."""
    if standing is None or standing.plan is None:
        return None
    found = differences.compare(standing.plan.lines.all(), lines, case_money.weeks_rule(first))
    return money_presenter.changes_table(found, _("What differs from the plan in force"))


def _agree_form(case, sent, data, panel):
    budget, cost = sent.budget, sent.cost
    less = decided_figures.less(sent.standing, sent.plan, cost) if sent.plan.pk else []
    return forms.AgreeForm(
        data,
        case=case,
        differs=(budget.annual, budget.one_off) != (cost.annual, cost.one_off),
        less=[(code, money_presenter.outcome_title(case.kind, code)) for code in less],
        changes=sent.standing is not None,
        panel=panel,
        notice=_notice(case, sent),
    )


def _notice(case, sent) -> str:
    """From which day at the earliest what is less than now may apply, and why; "" where nothing is
    less.
    """
    if sent.standing is None or not sent.plan.pk:
        return ""
    today = dates.today()
    least = decided_figures.lower_from(case, sent.plan, today)
    return (
        _("This gives less than now. %(rule)s") % {"rule": notice_rules.rule(least, case, today)}
        if least
        else ""
    )


def _limit(case, cost, plan, budget) -> str:
    rows = delegation.levels_for(case, dates.today())
    holder = delegation.lowest(rows, cost, plan.author_role, budget)
    if holder is None:
        return _("Nobody may agree this cost: the council has named no top officer")
    most = holder.level.max_weekly
    limit = (
        _("no upper limit") if most is None else _("up to %(most)s a week") % {"most": pounds(most)}
    )
    over = holder.level.max_over_pct
    if over is not None:
        limit += _(", and up to %(over)s%% above the indicative budget") % {
            "over": amount_words.number(over)
        }
    return f"{journey.TURN_NAMES[holder.role]}: {limit}"


def agree_plan(request, ref):
    """Agree at the plan's cost, with the reason where that is not the indicative budget."""
    reading = readable_case(request, access.get_case(request, ref))
    name = "agree_plan"
    return stopped(request, reading, name) or _agreeing(request, reading, name, actions.agree_plan)


def panel_agree(request, ref):
    """The panel's yes, with its reasons in writing."""
    reading = readable_case(request, access.get_case(request, ref))
    name = "panel_agree"
    return stopped(request, reading, name) or _agreeing(request, reading, name, actions.panel_agree)


def _agreeing(request, reading: Reading, name, act):
    case = reading.case
    sent = _sent(case)
    return move_act(
        request,
        reading,
        name,
        _agree_form(case, sent, request.POST or None, name == "panel_agree"),
        act=lambda form: act(
            case=case, by=request.user, seen=form.cleaned_data["seen"], **form.facts()
        ),
        show=partial(_decision_page, request, reading, name, sent),
    )


def _referral(case) -> list:
    row = case.referrals.filter(decided_at=None).first()
    if row is None:
        return []
    return [
        (_("Why the panel"), str(row.get_exception_display())),
        (_("Reason"), row.reason),
        (_("Support meanwhile"), money_presenter.meanwhile_words(row)),
        (_("Referred on"), day(row.referred_at)),
    ]


def return_plan(request, ref):
    """Send the plan back, with what has to change."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    return stopped(request, reading, "return_plan") or move_act(
        request,
        reading,
        "return_plan",
        forms.ReturnForm(request.POST or None, case=case),
        act=lambda form: actions.return_plan(
            case=case,
            by=request.user,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
        ),
        show=lambda form: _decision_page(request, reading, "return_plan", _sent(case), form),
    )


def refer_to_panel(request, ref):
    """Refer an exception: never for money alone, never without an answer about support
    meanwhile.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    return stopped(request, reading, "refer_to_panel") or move_act(
        request,
        reading,
        "refer_to_panel",
        forms.ReferForm(request.POST or None, case=case),
        act=lambda form: actions.refer_to_panel(
            case=case,
            by=request.user,
            **{k: v for k, v in form.cleaned_data.items() if k != "key"},
        ),
        show=lambda form: _decision_page(request, reading, "refer_to_panel", _sent(case), form),
    )


def offer_changed(request, ref):
    """Propose a change, line by line."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    stop = stopped(request, reading, "offer_changed")
    if stop:
        return stop
    sent = _sent(case)
    lines = [
        x
        for x in case_money.council_lines(sent.lines)
        if x.who != "family" and not x.met_through_id
    ]
    return move_act(
        request,
        reading,
        "offer_changed",
        forms.OfferForm(request.POST or None, case=case, lines=lines),
        act=lambda form: actions.offer_changed(
            case=case,
            by=request.user,
            lines=form.changes(),
            note=form.cleaned_data["note"],
            seen=form.cleaned_data["seen"],
        ),
        show=lambda form: _decision_page(
            request, reading, "offer_changed", sent, form, "budgets/offer_changed.html"
        ),
    )


def answer_offer(request, ref):
    """What the council proposes and why; the person accepts, declines or challenges."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    behalf = is_behalf(request, reading)
    name = "decline_offer" if request.POST.get("answer") == "decline" else "accept_offer"
    stop = stopped(request, reading, name, behalf)
    if stop:
        return stop
    form = AnswerOfferForm(request.POST or None, case=case)
    if behalf:
        forms.ask_how(form)
    return move_act(
        request,
        reading,
        name,
        form,
        act=partial(_answer_offer, request, case, behalf),
        show=lambda form: move_page(
            request,
            reading,
            name,
            "budgets/answer_offer.html",
            _offered(request, reading),
            form,
            behalf,
        ),
    )


def _answer_offer(request, case, behalf, form):
    given = form.cleaned_data
    common = {
        "case": case,
        "by": request.user,
        "on_behalf_of": case.person if behalf else None,
        "seen": given["seen"],
    }
    how = given_words(given)
    if given["answer"] == "accept":
        return actions.accept_offer(**common, note=f"{how} {given['reason']}".strip())
    return actions.decline_offer(**common, reason=given["reason"], note=how)


def _offered(request, reading: Reading) -> dict:
    """The last proposal, line by line and as a whole."""
    case = reading.case
    offer = case.offers.select_related("plan").order_by("-pk").first()
    title = _("The council proposes a change")
    if offer is None:
        return {"changes": [], "facts": [], "challenge": "", "title": title}
    lines = {line.pk: line for line in offer.plan.lines.all()}
    now = case_money.council_cost(lines.values())
    cost = case_money.cost_of_offer(offer)
    rule = case_money.weeks_rule(budget_of(case)[0])
    facts = [
        (_("Your plan costs"), money_presenter.in_short(now)),
        (_("The council proposes"), money_presenter.in_short(cost)),
        (_("Proposed on"), day(offer.made_at)),
    ]
    return {
        "changes": [
            (lines[change["line"]].what, _change_rows(lines[change["line"]], change, rule))
            for change in offer.lines
            if change["line"] in lines
        ],
        "facts": facts,
        "challenge": challenge_url(request, reading),
        "title": title,
    }


def _change_rows(line, change, rule) -> list:
    """What is proposed for one line, why, and what it costs then."""
    week = _("%(week)s a week")
    return [
        (_("What differs"), change["differs"]),
        (_("Why"), change["why"]),
        (_("How the need is still met"), change["still_met"]),
        (_("Cost now"), week % {"week": pounds(line.weekly)}),
        (_("Cost as proposed"), week % {"week": pounds(Decimal(change["weekly"]))}),
        (_("Change in a year, or once"), _effects(line, change, rule)),
    ]


def _effects(line, change, rule) -> str:
    """What comes of more or less support and what of another price, adding up to the whole."""
    proposed = copy(line)
    for name in ("quantity", "rate", "annual", "weekly"):
        setattr(proposed, name, Decimal(change[name]))
    found = differences.change(line, proposed, rule)
    return _("%(whole)s: %(hours)s from more or less support, %(rates)s from another price") % {
        "whole": money_presenter.plus_minus(found.whole),
        "hours": money_presenter.plus_minus(found.hours),
        "rates": money_presenter.plus_minus(found.rates),
    }


def sign_offs(request, ref):
    """Every decision on a plan of this case, with its reasons."""
    reading = readable_case(request, access.get_case(request, ref))
    rows = [
        [
            day(s.at),
            str(s.get_decision_display()),
            str(journey.TURN_NAMES.get(s.role, s.role)),
            _signed_words(s),
            s.reasons,
        ]
        for s in reading.case.sign_offs.select_related("plan")
        .prefetch_related("plan__lines")
        .order_by("-pk")
    ]
    head = [_("On"), _("Decision"), _("By"), _("Cost"), _("Reasons")]
    table = Table(_("Decisions so far"), head, rows, empty=_("There is no decision yet."))
    return page(
        request,
        reading,
        "budgets/sign_offs.html",
        {"title": _("Decisions on the plans"), "table": table},
    )


def _signed_words(row) -> str:
    """What a decision was about: for each run of days, where the parts have days of their own. The
    sum of another proposal is its own.
    """
    lines = case_money.funded(row.plan.lines.all())
    if row.decision == "offered" or not any(one.begins_on or one.ends_on for one in lines):
        return money_presenter.week_and_once(row.weekly, row.one_off)
    return personal_budget.sums_of(lines, dates.london_date(row.at))
