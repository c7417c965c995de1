"""The pages of those who decide: agree, send back, propose a change, refer, panel; and the person's
answer.
"""

from copy import copy
from decimal import Decimal

from django.utils.translation import gettext as _

from budgets import actions
from budgets.allocation.explanation import notice
from budgets.decision import case_money, decided_figures, delegation, money_presenter
from budgets.forms import decision as forms
from budgets.forms.plan import AnswerOfferForm
from budgets.models import SupportPlan
from budgets.money.sterling import pounds
from budgets.plan import differences, double_cover, line_tables
from budgets.views.shared import budget_of, challenge_url, decide, is_behalf, page, readable_case
from cases import access, journey
from cases.access import Reading
from cases.assessment import questions
from cases.common import dates
from cases.forms.staff import given_words
from cases.letters.timeline import day
from cases.ui.components import Table


def _facts(case) -> dict:
    """Everything somebody who decides has to see, on every page of a decision."""
    plan = case_money.sent_plan(case) or SupportPlan(case=case)
    lines = list(plan.lines.all()) if plan.pk else []
    figure, budget = budget_of(case)
    cost, standing = case_money.council_cost(lines), case_money.in_force(case)
    found = case.determinations.order_by("-at", "-pk").first()
    planned = {line.outcome for line in lines}
    outcomes = questions.OUTCOMES["carer" if case.kind == "carer" else "adult"]
    marked = [
        code for code, finding in (found.findings if found else {}).items() if finding.get("tests")
    ]
    needs = [code for code in marked if code in outcomes and code not in planned]
    return {
        "lines": lines,
        "differs": (budget.annual, budget.one_off) != (cost.annual, cost.one_off),
        "less": [
            (code, money_presenter.outcome_title(case.kind, code))
            for code in decided_figures.less(standing, plan, cost)
        ]
        if plan.pk
        else [],
        "changes": standing is not None,
        "context": {
            "changes": _changes(case, standing, lines, figure),
            "warnings": double_cover.warnings(lines),
            "referral": [],
            "rows": money_presenter.plan_words(plan),
            "table": line_tables.plan_table(lines, case.kind),
            "invented": notice(figure),
            "facts": [
                (_("Indicative budget"), money_presenter.in_short(budget)),
                (_("The plan costs"), money_presenter.in_short(cost)),
                (_("Sent by"), money_presenter.author_words(plan)),
                (_("Sent on"), day(plan.submitted_at) if plan.pk and plan.submitted_at else ""),
                (
                    _("The person pays"),
                    money_presenter.contribution_words(case_money.contribution(case)),
                ),
                (_("Way to take the money"), money_presenter.route_words(lines)),
                (_("Limit"), _limit(case, cost, plan, budget)),
            ],
            "not_planned": [money_presenter.outcome_title(case.kind, code) for code in needs],
        },
    }


def _changes(case, standing, lines, first):
    """What differs from the plan in force; None where there is none."""
    if standing is None or standing.plan is None:
        return None
    found = differences.compare(standing.plan.lines.all(), lines, case_money.weeks_rule(first))
    return money_presenter.changes_table(found, _("What differs from the plan in force"))


def _agree_form(case, facts, data, panel=False):
    return forms.AgreeForm(
        data,
        case=case,
        differs=facts["differs"],
        less=facts["less"],
        changes=facts["changes"],
        panel=panel,
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
            "over": money_presenter.number(over)
        }
    return f"{journey.TURN_NAMES[holder.role]}: {limit}"


def agree_plan(request, ref):
    """Agree at the plan's cost, with the reason where that is not the indicative budget."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    facts = _facts(case)

    def do(form):
        given = form.facts()
        return actions.agree_plan(
            case=case, by=request.user, seen=form.cleaned_data["seen"], **given
        )

    return decide(
        request,
        reading,
        "agree_plan",
        lambda data: _agree_form(case, facts, data),
        do,
        "budgets/decide.html",
        facts["context"],
    )


def panel_agree(request, ref):
    """The panel's yes, with its reasons in writing."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    facts = _facts(case)

    def do(form):
        return actions.panel_agree(
            case=case, by=request.user, seen=form.cleaned_data["seen"], **form.facts()
        )

    more = {"referral": _referral(case)}
    return decide(
        request,
        reading,
        "panel_agree",
        lambda data: _agree_form(case, facts, data, True),
        do,
        "budgets/decide.html",
        facts["context"] | more,
    )


def _referral(case) -> list:
    row = case.referrals.filter(decided_at=None).first()
    if row is None:
        return []
    support = _("Yes") if row.interim_support else _("No")
    return [
        (_("Why the panel"), str(row.get_exception_display())),
        (_("Reason"), row.reason),
        (_("Support meanwhile"), f"{support}. {row.interim}"),
        (_("Referred on"), day(row.referred_at)),
    ]


def return_plan(request, ref):
    """Send the plan back, with what has to change."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    facts = _facts(case)

    def do(form):
        given = form.cleaned_data
        return actions.return_plan(
            case=case, by=request.user, seen=given["seen"], reason=given["reason"]
        )

    more = {"referral": _referral(case) if case.step == "panel" else []}
    return decide(
        request,
        reading,
        "return_plan",
        lambda data: forms.ReturnForm(data, case=case),
        do,
        "budgets/decide.html",
        facts["context"] | more,
    )


def refer_to_panel(request, ref):
    """Refer an exception: never for money alone, never without an answer about support
    meanwhile.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    facts = _facts(case)

    def do(form):
        given = {k: v for k, v in form.cleaned_data.items() if k != "key"}
        return actions.refer_to_panel(case=case, by=request.user, **given)

    return decide(
        request,
        reading,
        "refer_to_panel",
        lambda data: forms.ReferForm(data, case=case),
        do,
        "budgets/decide.html",
        facts["context"],
    )


def offer_changed(request, ref):
    """Propose a change, line by line."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    facts = _facts(case)

    def do(form):
        given = form.cleaned_data
        return actions.offer_changed(
            case=case, by=request.user, lines=form.changes(), note=given["note"], seen=given["seen"]
        )

    lines = [
        x
        for x in case_money.council_lines(facts["lines"])
        if x.who != "family" and not x.met_through_id
    ]
    return decide(
        request,
        reading,
        "offer_changed",
        lambda data: forms.OfferForm(data, case=case, lines=lines),
        do,
        "budgets/offer_changed.html",
        facts["context"],
    )


def answer_offer(request, ref):
    """What the council proposes and why; the person accepts, declines or challenges."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    behalf = is_behalf(request, reading)
    offer = case.offers.select_related("plan").order_by("-pk").first()
    declines = request.POST.get("answer") == "decline"

    def form(data):
        made = AnswerOfferForm(data, case=case)
        if behalf:
            forms.ask_how(made)
        return made

    def do(sent):
        given = sent.cleaned_data
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

    name = "decline_offer" if declines else "accept_offer"
    return decide(
        request,
        reading,
        name,
        form,
        do,
        "budgets/answer_offer.html",
        _offer_facts(request, reading, offer),
        behalf,
    )


def _offer_facts(request, reading: Reading, offer) -> dict:
    if offer is None:
        return {
            "changes": [],
            "facts": [],
            "challenge": "",
            "title": _("The council proposes a change"),
        }
    lines = {line.pk: line for line in offer.plan.lines.all()}
    cost, rule = (
        case_money.Cost(offer.annual, offer.weekly, offer.one_off),
        case_money.weeks_rule(budget_of(reading.case)[0]),
    )
    changed = [
        (
            lines[change["line"]].what,
            [
                (_("What differs"), change["differs"]),
                (_("Why"), change["why"]),
                (_("How the need is still met"), change["still_met"]),
                (
                    _("Cost now"),
                    _("%(week)s a week") % {"week": pounds(lines[change["line"]].weekly)},
                ),
                (
                    _("Cost as proposed"),
                    _("%(week)s a week") % {"week": pounds(Decimal(change["weekly"]))},
                ),
                (_("Change in a year, or once"), _effects(lines[change["line"]], change, rule)),
            ],
        )
        for change in offer.lines
        if change["line"] in lines
    ]
    facts = [
        (_("Your plan costs"), money_presenter.in_short(case_money.council_cost(lines.values()))),
        (_("The council proposes"), money_presenter.in_short(cost)),
        (_("Proposed on"), day(offer.made_at)),
    ]
    title = _("The council proposes a change")
    return {
        "changes": changed,
        "facts": facts,
        "challenge": challenge_url(request, reading),
        "title": title,
    }


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
            pounds(s.weekly),
            s.reasons,
        ]
        for s in reading.case.sign_offs.order_by("-pk")
    ]
    head = [_("On"), _("Decision"), _("By"), _("A week"), _("Reasons")]
    table = Table(
        _("Decisions so far"), head, rows, numeric={3}, empty=_("There is no decision yet.")
    )
    return page(
        request,
        reading,
        "budgets/sign_offs.html",
        {"title": _("Decisions on the plans"), "table": table},
    )
