"""Approving new prices for a running plan: a further plan and figure beside the old ones, which
stay as they were.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.plan import PARTS, copies, freeze
from budgets.decision import decided_figures, delegation, uplift
from budgets.decision.decided_figures import Why
from budgets.models import BudgetFigure, LineStart, PlanLine, SignOff, SupportPlan, UnitRate
from budgets.money import costing
from budgets.money.sterling import pounds
from budgets.position import case_money
from budgets.position.differences import root
from cases import access, journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, User
from cases.ui.date_words import day

MAY_APPROVE = ("manager", "service_manager")


def approve_uplift(*, case: Case, on: date, by: User, at: datetime | None = None) -> BudgetFigure:
    """Take the council's prices of a day into a running plan, from that day on. Within the
    approver's own limit.

    What has started goes on: nobody records it again. A day in the past means that the difference
    is owed.
    """
    role = _role(case, by)
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        found = uplift.proposal(locked, on)
        if found is None:
            raise NotYet(
                _("Nothing in this plan has a newer price, or the plan is open for changes.")
            )
        when = case_money.moment(locked, at)
        reason = _("The council's prices from %(day)s") % {"day": day(on)}
        figure = _decide(locked, found, reason, on, (by, role), when)
        case.record("uplift_plan", by=by, at=when, plan=figure.plan_id, figure=figure.pk)
        return figure


def change_price(
    *,
    case: Case,
    line: PlanLine,
    rate: Decimal,
    on: date,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> BudgetFigure:
    """Another price of one line in force, from a day on, within the approver's own limit. `rate`:
    pounds for one unit. What has started goes on; the person is told what was, what is, and why.
    """
    role = _role(case, by)
    if not reason.strip():
        raise NotYet(_("Say why: the person can read this."), field="reason")
    if not rate.is_finite() or rate <= 0:
        raise NotYet(_("Enter a price above £0."), field="rate")
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        when = case_money.moment(locked, at)
        held = _line_on(locked, line, on)
        found = _of_one_line(locked, held, rate, on, reason.strip())
        figure = _decide(locked, found, reason.strip(), on, (by, role), when)
        new = PlanLine.objects.get(plan=figure.plan, origin=root(line))
        codes = {"plan": figure.plan_id, "figure": figure.pk, "line": new.pk, "on": on.isoformat()}
        case.record("change_price", by=by, at=when, was=str(held.rate), **codes)
        return figure


def _line_on(case: Case, line: PlanLine, on: date) -> PlanLine:
    """The line as it is in the plan that holds on a day: a later one may be agreed already."""
    if line.pk not in {one.pk for one in uplift.lines_to_price(case)}:
        raise NotYet(_("The plan has changed meanwhile, or is open for changes."), field="line")
    held = uplift.line_on(case, line, on)
    if held is None:
        raise NotYet(_("This part is not in the plan that holds on that day."), field="on")
    return held


def _of_one_line(
    case: Case, line: PlanLine, rate: Decimal, on: date, reason: str
) -> uplift.Proposal:
    """What the budget would be; NotYet for a line, price or day that can't be."""
    if any(ends and ends < on for ends in (line.ends_on, case.planned_end)):
        raise NotYet(_("This part of the plan ends before that day."), field="on")
    if rate == line.rate:
        raise NotYet(_("That is the price it has already."), field="rate")
    try:
        costing.check("rate", rate)
        price = uplift.GivenPrice(rate, line.oncost_pct, reason)
        found = uplift.of_one_line(case, line, price, on)
    except ValueError as no:
        raise NotYet(str(no), field="rate") from None
    if found is None:
        raise NotYet(_("The plan has changed meanwhile, or is open for changes."), field="line")
    return found


def _role(case: Case, by: User) -> str:
    """In which role somebody approves a price: whoever wrote it down is never alone (a worker's
    limit is for what others wrote).
    """
    roles = access.roles_of(case, by)
    role = next((r for r in MAY_APPROVE if r in roles), "")
    if not role:
        raise NotYet(_("A manager approves new prices."))
    return role


def _decide(
    case: Case,
    found: uplift.Proposal,
    reason: str,
    on: date,
    who: tuple[User, str],
    when: datetime,
) -> BudgetFigure:
    """The plan with its new prices, the figure and the sign-off; NotYet above the limit."""
    later = uplift.agreed_after(found, on)
    figure = _signed(case, found, Why("new_prices", reason, None, on), who, when)
    for one in later:
        old = one.figure
        still_met = {entry["outcome"]: entry["how"] for entry in old.still_met or []}
        if one.lines:
            _signed(case, one, Why("new_prices", reason, still_met, old.effective_from), who, when)
        else:
            why = Why(old.reason_code, old.reason_text, still_met, old.effective_from)
            _decided_again(case, one, why, who[0], when)
    return figure


def _signed(
    case: Case, found: uplift.Proposal, why: Why, who: tuple[User, str], when: datetime
) -> BudgetFigure:
    """One plan with its new prices, its figure and the sign-off; NotYet above the limit."""
    by, role = who
    level = _level(case, found, role, by, when)
    figure, plan = _figure(case, found, why, by, when)
    SignOff.objects.create(
        case=case,
        plan=plan,
        decision="agreed",
        by=by,
        role=role,
        weekly=found.after.weekly,
        one_off=found.after.one_off,
        limit_weekly=level.max_weekly,
        level=level,
        reasons=why.text,
        at=when,
    )
    return figure


def _decided_again(case: Case, found: uplift.Proposal, why: Why, by: User, when: datetime) -> None:
    """What was decided for a later day holds from it as before: of what is decided the last goes
    before all that it is followed by, so it is put after it. Its sign-off stays whose it was.
    """
    _again, plan = _figure(case, found, why, by, when)
    for signed in case.sign_offs.filter(plan=found.figure.plan, decision="agreed"):
        signed.pk, signed.plan = None, plan
        signed._state.adding = True
        signed.save()


def _figure(
    case: Case, found: uplift.Proposal, why: Why, by: User, when: datetime
) -> tuple[BudgetFigure, SupportPlan]:
    """The figure and the plan as proposed, in the place of the one that it was proposed for."""
    assert found.figure.plan is not None
    plan = _repriced_plan(case, found.figure.plan, found, by, when)
    why = replace(why, complete=True, of=found.figure)
    try:
        return decided_figures.decide(case, plan, found.after, by, when, why), plan
    except NotYet as no:  # here the day is asked for by another name
        field = "on" if no.field == "effective_from" else no.field
        raise NotYet(no.sentence, field=field) from None


def _level(case: Case, found: uplift.Proposal, role: str, by: User, when: datetime):
    """The level that covers the new cost. The council wrote the prices: whoever wrote the plan may
    not be alone.
    """
    rows, first = (
        delegation.levels_for(case, dates.london_date(when)),
        case_money.cost_of_figure(case_money.indicative(case)),
    )
    author = found.figure.plan.author_role if found.figure.plan else ""
    level = delegation.level_of(rows, role, by, found.after, author, first)
    if level is not None:
        return level
    holder = delegation.lowest(rows, found.after, author, first)
    words = {
        "week": pounds(found.after.dearest),
        "role": journey.TURN_NAMES[holder.role] if holder else "-",
    }
    raise NotYet(
        _(
            "At the new prices the plan costs %(week)s a week: more than you may agree. The "
            "nearest who may is: %(role)s."
        )
        % words
    )


def _repriced_plan(
    case: Case, old: SupportPlan, found: uplift.Proposal, by: User, when: datetime
) -> SupportPlan:
    highest = case.plans.order_by("-number").values_list("number", flat=True)[0]
    plan = SupportPlan.objects.create(
        case=case,
        number=highest + 1,
        state="agreed",
        submitted_at=when,
        submitted_by=by,
        author_role=old.author_role,
        made_at=when,
        **{name: getattr(old, name) for name in PARTS},
    )
    new = {one.line.pk: one for one in found.lines}
    started = {start.line_id: start for start in LineStart.objects.filter(line__plan=old)}
    rows, begun = [], []
    pairs = list(copies(old, plan))
    for pk, row in pairs:
        if pk in new:
            rate = new[pk].rate
            row.unit_rate, row.rate, row.oncost_pct, row.rate_source = (
                rate if isinstance(rate, UnitRate) else None,
                rate.amount,
                rate.oncost_pct,
                rate.source[:200],
            )
            row.annual, row.weekly = new[pk].annual, new[pk].weekly
        rows.append(row)
        if pk in started:
            since = started[pk]
            begun.append(LineStart(line=row, started_on=since.started_on, event_id=since.event_id))
    PlanLine.objects.bulk_create(rows)
    LineStart.objects.bulk_create(begun)
    _wishes_go_on(old, plan, {str(pk): str(row.pk) for pk, row in pairs})
    freeze(plan, rows, case_money.indicative(case))
    plan.save()
    return plan


def _wishes_go_on(old: SupportPlan, new: SupportPlan, lines: dict[str, str]) -> None:
    """Open wishes for another way to take the money are about the new plan's copies of their
    lines.
    """
    for switch in old.case.switches.filter(state="open", of_plan=old):
        switch.of_plan = new
        switch.wanted = {lines[pk]: way for pk, way in switch.wanted.items() if pk in lines}
        switch.save(update_fields=["of_plan", "wanted"])
