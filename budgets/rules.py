"""Rules of money that join the journey's moves, inside `Case.move`'s transaction: no view can go
round them.

Guards refuse with a sentence and what to do; `turn_of` names the nearest person who may decide;
follow-ups share the indicative budget and hold payments. Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from budgets.actions.plan import as_sent, copy_plan
from budgets.actions.turns import pass_on
from budgets.allocation import calculating
from budgets.allocation.allocator import SchemeError
from budgets.decision import delegation
from budgets.models import BudgetFigure, PlanLine, SupportPlan
from budgets.money.sterling import pounds
from budgets.payments import routes
from budgets.position import case_money, notice
from budgets.position.case_money import Cost
from cases import journey
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import OWN_PAGE, NotYet
from cases.journey import hooks
from cases.models import Case

hooks.drafts("plan", "SELECT case_id, saved_at FROM budgets_supportplan WHERE state = 'draft'")


@hooks.questions
def scheme_questions(case: Case) -> list[dict[str, Any]]:
    """What the council's scheme in force today asks on the outcome pages."""
    version = calculating.version_in_force(
        case.council_id, calculating.population(case), dates.today()
    )
    return calculating.questions_for(version) if version else []


@hooks.after("determine_eligible", "agree_answer")
def share(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """The figure "at once": in the same transaction. Where an answer is missing the turn stays with
    the worker.
    """
    if case.step != "budget":
        return
    assessment = case.assessments.filter(state="submitted").order_by("-number").first()
    if assessment is None:
        return
    try:
        figure = calculating.record_calculation(case, assessment, by=by, at=at)
    except SchemeError:
        return  # the case page tells the worker the sentence, worked out from the same answers
    case.move("share_budget", by=None, at=at, figure=figure.pk)


@hooks.guard("share_budget")
def figure_is_there(*, case: Case, facts: Any, **_rest: Any) -> None:
    if not BudgetFigure.objects.filter(
        pk=facts.get("figure"), case=case, kind="indicative"
    ).exists():
        raise NotYet(_("There is no indicative budget to share yet."))


@hooks.guard("submit_plan")
def plan_is_frozen(*, case: Case, facts: Any, **_rest: Any) -> None:
    plan = SupportPlan.objects.filter(pk=facts.get("plan"), case=case, state="submitted").first()
    if plan is None or not plan.digest:
        raise NotYet(OWN_PAGE)


@hooks.turn_of("sign_off")
def nearest(*, case: Case, by: Any, facts: Any) -> tuple[str, int | None, int | None]:
    """The lowest level that covers the plan on the day it was sent. Nobody set up: the manager, who
    can't agree.
    """
    plan = facts.get("plan") or case_money.sent_plan(case)  # the latter where a death is undone
    sent = BudgetFigure.objects.select_related("plan").filter(plan=plan, kind="plan").get()
    rows = delegation.levels_for(case, sent.effective_from)
    first = case_money.cost_of_figure(case_money.indicative(case))
    author = sent.plan.author_role if sent.plan else ""
    cost = case_money.cost_of_figure(sent)
    if sent.plan:
        cost = case_money.council_cost(sent.plan.lines.all())
    holder = delegation.lowest(rows, cost, author, first)
    role = holder.role if holder else "manager"
    if role == "worker":
        return role, case.team_id, case.worker_id
    return role, case.team_id if role == "manager" else None, holder.officer if holder else None


@hooks.turn_of("panel")
def panel_turn(*, case: Case, by: Any, facts: Any) -> tuple[str, int | None, int | None]:
    return "panel", None, None


@hooks.turn_of("set_up")
def first_open_line(*, case: Case, by: Any, facts: Any) -> tuple[str, int | None, int | None]:
    """Whoever each open line waits on: finance for a direct payment, the worker for what has to be
    ordered or signed, the provider for what is.
    """
    if "plan" in facts:
        plan = SupportPlan.objects.get(pk=facts["plan"])
    else:  # a death is undone
        plan = case.plans.filter(state="agreed").latest("number")
    return routes.holder(case, routes.next_turn(routes.waiting(case, plan).values()) or "worker")


@hooks.guard("agree_plan", "panel_agree", "offer_changed")
def may_decide(*, case: Case, by: Any, role: str, at: Any, facts: Any, **_rest: Any) -> None:
    """Within the limit, by somebody other than the author, and never without a breakdown (LGSCO 23
    020 813).
    """
    plan = SupportPlan.objects.filter(
        pk=facts.get("plan"), case=case, state__in=("agreed", "submitted")
    ).first()
    if plan is None:
        raise NotYet(OWN_PAGE)
    cost = _cost_decided(case, plan, facts)
    if plan.submitted_by_id == by.pk:
        raise NotYet(
            _("You wrote this plan, so somebody else decides on it. Pass the turn to them.")
        )
    if role != "panel":
        _within_limit(case, by, role, at, plan, cost)


def _cost_decided(case: Case, plan: SupportPlan, facts: Any) -> Cost:
    if "offer" in facts:
        offer = case.offers.filter(pk=facts["offer"], plan=plan, state="open").first()
        if offer is None:
            raise NotYet(OWN_PAGE)
        return case_money.cost_of_offer(offer)
    lines = list(plan.lines.all())
    if not lines:
        raise NotYet(
            _("The plan has no breakdown: no line says what the money is for. Send it back.")
        )
    figure = BudgetFigure.objects.filter(
        pk=facts.get("figure"), plan=plan, kind__in=case_money.DECIDED
    ).first()
    cost = case_money.council_cost(lines)
    if not as_sent(plan, lines):
        raise NotYet(
            _(
                "The plan is not as it was sent: its lines were changed outside this "
                "service. Send it back."
            )
        )
    if figure is None or case_money.cost_of_figure(figure) != cost:
        raise NotYet(OWN_PAGE)
    return cost


def _within_limit(case: Case, by: Any, role: str, at: Any, plan: SupportPlan, cost: Cost) -> None:
    rows = delegation.levels_for(case, dates.london_date(at))
    first = case_money.cost_of_figure(case_money.indicative(case))
    if delegation.level_of(rows, role, by, cost, plan.author_role, first):
        return
    holder = delegation.lowest(rows, cost, plan.author_role, first)
    week = _("%(week)s a week and %(once)s once") % {
        "week": pounds(cost.dearest),
        "once": pounds(cost.one_off),
    }
    if holder is None:
        raise NotYet(
            _(
                "The plan costs %(cost)s, and the council has named no top officer without "
                "an upper limit. "
                "An administrator adds one under “delegation levels”."
            )
            % {"cost": week}
        )
    raise NotYet(
        _(
            "The plan costs %(cost)s: more than you may agree in your role. The nearest who "
            "may is: %(role)s. "
            "Pass the turn."
        )
        % {"cost": week, "role": journey.TURN_NAMES[holder.role]}
    )


@hooks.guard("return_plan")
def return_is_written(*, case: Case, **_rest: Any) -> None:
    """The plan left `submitted` together with its sign-off: a return that nobody wrote down is
    refused.
    """
    if case.plans.filter(state="submitted").exists():
        raise NotYet(OWN_PAGE)


@hooks.guard("refer_to_panel")
def never_for_money_alone(*, case: Case, at: Any, facts: Any, **_rest: Any) -> None:
    """Guidance 10.85: a panel is for exceptions. What somebody here may agree is not over
    everyone's limit.
    """
    referral = (
        case.referrals.filter(pk=facts.get("referral"), decided_at=None)
        .select_related("plan")
        .first()
    )
    if referral is None:
        raise NotYet(OWN_PAGE)
    if facts.get("exception") != "over_limit":
        return
    cost = case_money.council_cost(referral.plan.lines.all())
    rows = [
        row
        for row in delegation.levels_for(case, dates.london_date(at))
        if row.max_weekly is not None
    ]
    first = case_money.cost_of_figure(case_money.indicative(case))
    holder = delegation.lowest(rows, cost, referral.plan.author_role, first)
    if holder:
        raise NotYet(
            _(
                "This cost is within the limit of: %(role)s. It does not need a panel; pass "
                "the turn."
            )
            % {"role": journey.TURN_NAMES[holder.role]},
            field="exception",
        )


@hooks.guard("accept_offer")
def offer_is_accepted(*, case: Case, facts: Any, **_rest: Any) -> None:
    figure = BudgetFigure.objects.filter(
        pk=facts.get("figure"), case=case, plan=facts.get("plan"), kind__in=case_money.DECIDED
    )
    if case.offers.filter(state="open").exists() or not figure.exists():
        raise NotYet(OWN_PAGE)


@hooks.guard("decline_offer")
def offer_is_declined(*, case: Case, **_rest: Any) -> None:
    if case.offers.filter(state="open").exists():
        raise NotYet(OWN_PAGE)


@hooks.guard("start_line")
def line_may_start(*, case: Case, at: Any, facts: Any, **_rest: Any) -> None:
    """A funded line of the agreed plan, once, not in the future, and a direct payment only under
    an agreement: it is signed once, for every plan of the case.

    While a change is proposed, what it leaves undisputed may start.
    """
    plan, day = case_money.agreed_plan(case), facts.get("started_on")
    line = next((x for x in case_money.startable(case) if x.pk == facts.get("line")), None)
    if line is None:
        raise NotYet(_("That is not a paid part of the agreed plan."), field="line")
    if not isinstance(day, date) or day > dates.london_date(at):
        raise NotYet(_("Enter the day it really began: today or earlier."), field="started_on")
    if hasattr(line, "start"):
        raise NotYet(
            _("The start of “%(what)s” is recorded already.") % {"what": line.what}, field="line"
        )
    if line.route in journey.direct_routes() and not case.agreements.exists():
        raise NotYet(
            _("A direct payment starts under a signed agreement. Finance records it first."),
            field="line",
        )
    _within_decided(case, plan, line)


@hooks.offered("start_line")
def something_has_to_start(case: Case) -> bool:
    """Is there a paid part of the agreed plan that has not begun?"""
    return any(not hasattr(line, "start") for line in case_money.startable(case))


def _within_decided(case: Case, plan: SupportPlan | None, line: PlanLine) -> None:
    """What has started never costs the council more than was decided."""
    figure = case_money.decided(case)
    if plan is None or figure is None or figure.plan_id != plan.pk:
        return
    begun = PlanLine.objects.filter(plan=plan, start__isnull=False, funder="council")
    cost, most = case_money.cost_of([*begun, line]), case_money.cost_of_figure(figure)
    if cost.annual > most.annual or cost.one_off > most.one_off:
        raise NotYet(
            _(
                "With “%(what)s” the support that has started would cost more than was "
                "decided: %(most)s a year "
                "and %(once)s once. The plan is changed and agreed first."
            )
            % {"what": line.what, "most": pounds(most.annual), "once": pounds(most.one_off)},
            field="line",
        )


@hooks.after("start_line")
def pass_to_next_line(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """What this line waited on is done: the turn goes to whoever the next one waits on."""
    pass_on(case, by=by, at=at, done=facts["line"])


@hooks.guard("start_budget")
def everything_started(*, case: Case, facts: Any, **_rest: Any) -> None:
    """All of it has started; or a part has, and it is said what keeps the rest."""
    plan = case_money.agreed_plan(case)
    lines = (
        list(plan.lines.filter(annual__gt=0, funder="council").select_related("start"))
        if plan
        else []
    )
    direct = any(x.route in journey.direct_routes() for x in lines)
    if direct and not case.agreements.exists():
        raise NotYet(
            _("There is a direct payment, but no signed agreement yet. Finance records it.")
        )
    still = [line.what for line in lines if not hasattr(line, "start")]
    if still and len(still) < len(lines) and facts.get("waiting"):
        if is_left_open(str(facts.get("waits", ""))):
            raise NotYet(_("Say what keeps the rest: the person can read this."), field="waits")
        return
    if still:
        raise NotYet(_("These have not started yet: %(what)s.") % {"what": "; ".join(still)})


@hooks.guard("determine_not_eligible")
def no_budget_in_force(*, case: Case, **_rest: Any) -> None:
    if case_money.in_force(case):
        raise NotYet(
            _("A budget is in force. It is ended by “End the support”, with notice, not by this.")
        )


@hooks.guard("end_support", *journey.moves_where(end_ahead="planned"))
def a_budget_in_force(*, case: Case, at: Any, facts: Any, **_rest: Any) -> None:
    if not case_money.in_force(case):
        raise NotYet(
            _("There is no budget in force to end. The person may withdraw, or the case goes on.")
        )
    _told_before_it(case, at, facts)


def _told_before_it(case: Case, at: Any, facts: Any) -> None:
    """An end that the council decides comes after its letter and the notice. One that was planned
    was told when it was, so a later day than that needs no more.
    """
    day = facts.get("end_date")
    if facts.get("end") not in journey.COUNCIL_ENDS or day is None:
        return
    letter_on = dates.london_date(at)
    first = notice.first_day(case.council_id, letter_on)
    if day < min(first, case.planned_end or first):
        raise NotYet(
            _("The council decides this end. %(rule)s")
            % {"rule": notice.rule(first, case, letter_on)},
            field="end_date",
        )


@hooks.guard("withdraw")
def refusal_is_safe(*, case: Case, **_rest: Any) -> None:
    """Care Act 2014 s11: no refusal without capacity where it is in their best interests, or at
    risk of abuse.
    """
    seen = (
        case.events.filter(verb__in=journey.moves_asking("capacity"))
        .order_by("-seq")
        .values_list("codes", flat=True)
    )
    capacity = next((c["capacity"] for c in seen if "capacity" in c), "")
    safeguarding = next((c["safeguarding"] for c in seen if "safeguarding" in c), "")
    if safeguarding == "yes":
        raise NotYet(
            _(
                "We can't stop here, because somebody was worried that the person is not safe. "
                "The social worker talks to them first."
            )
        )
    if capacity == "no":
        raise NotYet(
            _(
                "We can't stop here, because the person can't decide about this alone. "
                "The social worker looks at what is best for them first."
            )
        )


@hooks.after("change_plan")
def open_draft(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """The agreed plan stays in force; its copy becomes the draft."""
    last = case.plans.exclude(state="extra").order_by("-number").first()
    if last and last.state != "draft":
        copy_plan(last, at=at)
