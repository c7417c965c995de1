"""Deciding on a sent plan: agree, send back, propose a change, refer to the panel; and the answer
to a proposal.

The decided figure is a record of its own, never copied over the indicative one; where they differ
the reason is asked for and shown to the person (Savva [2010] EWCA Civ 1209).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.plan import PARTS, carry_starts, copies, copy_plan, freeze
from budgets.decision import decided_figures, delegation
from budgets.decision.decided_figures import Why
from budgets.models import (
    BudgetFigure,
    LineStart,
    Offer,
    PanelReferral,
    PlanLine,
    SignOff,
    SupportPlan,
)
from budgets.payments.support_instead import AT_PANEL, check_support_instead
from budgets.plan.line_price import price_line
from budgets.position import case_money
from budgets.position.case_money import Cost
from cases import access, journey
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet
from cases.models import Case, Person, User
from cases.resilience.reading_guard import refuse_unread


def agree_plan(
    *,
    case: Case,
    by: User,
    reason_code: str = "",
    reason_text: str = "",
    note: str = "",
    still_met: dict[str, str] | None = None,
    effective_from: date | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> SignOff:
    """Agree a plan at its cost. `reason_*`: why the decided budget is not the indicative one,
    required where so.

    `still_met`: outcome -> how the need is still met, required for each on which less is spent than
    now. `effective_from`: the day from which a change applies, where that is not today; earlier =
    arrears are due.
    """
    with transaction.atomic():
        plan = _sent(case, "agree_plan", seen, by)
        why = Why(reason_code, reason_text, still_met, effective_from)
        signed, figure = _agree(case, plan, by, case.turn, note, why, at)
        case.move(
            "agree_plan",
            by=by,
            note=note,
            at=at,
            seen=seen,
            plan=plan.pk,
            figure=figure.pk,
            route=case_money.route_of(plan.lines.all()),
        )
        return signed


def panel_agree(
    *,
    case: Case,
    by: User,
    written_reasons: str,
    reason_code: str = "",
    reason_text: str = "",
    still_met: dict[str, str] | None = None,
    effective_from: date | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> SignOff:
    """The panel agrees the plan, whatever its cost, with its reasons in writing. The rest as in
    `agree_plan`.
    """
    with transaction.atomic():
        plan = _sent(case, "panel_agree", seen, by)
        _close_referral(case, "agreed", written_reasons, at)
        why = Why(reason_code, reason_text, still_met, effective_from)
        signed, figure = _agree(case, plan, by, "panel", written_reasons, why, at)
        case.move(
            "panel_agree",
            by=by,
            note=written_reasons,
            at=at,
            seen=seen,
            plan=plan.pk,
            figure=figure.pk,
            route=case_money.route_of(plan.lines.all()),
        )
        return signed


def return_plan(
    *, case: Case, by: User, reason: str, at: datetime | None = None, seen: int | None = None
) -> SupportPlan:
    """Send the plan back with reasons; it stays as it was sent, and a copy becomes the new
    draft.
    """
    with transaction.atomic():
        plan = _sent(case, "return_plan", seen, by)
        if not reason.strip():
            raise NotYet(
                _("Say why the plan comes back. The person can read this."), field="reason"
            )
        _sign(case, plan, by, "returned", _plan_cost(plan), reason, at)
        if case.step == "panel":
            _close_referral(case, "returned", reason, at)
        _leave(plan, "returned")
        draft = copy_plan(plan, at=at)
        case.move("return_plan", by=by, at=at, seen=seen, reason=reason)
        return draft


def offer_changed(
    *,
    case: Case,
    by: User,
    lines: list[dict[str, Any]],
    note: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Offer:
    """Propose a change: for each line that differs what, why, and how the need is still met.

    `lines`: [{"line": id, "quantity": Decimal, "rate": Decimal (both optional), "differs", "why",
    "still_met"}].
    """
    with transaction.atomic():
        plan = _sent(case, "offer_changed", seen, by)
        rows = list(plan.lines.all())
        rule = case_money.weeks_rule(decided_figures.indicative(case))
        wanted = {int(entry["line"]): entry for entry in lines}
        if set(wanted) - {row.pk for row in rows}:
            raise NotYet(_("There is no such line in this plan."))
        changes = [_change(row, wanted[row.pk], rule) for row in rows if row.pk in wanted]
        if not changes:
            raise NotYet(_("Change at least one line, or agree the plan as it is."))
        cost = case_money.council_cost(rows)
        offer = Offer.objects.create(
            case=case,
            plan=plan,
            lines=changes,
            weekly=cost.weekly,
            annual=cost.annual,
            one_off=cost.one_off,
            made_by=by,
            made_at=case_money.moment(case, at),
        )
        reasons = "\n".join(f"{change['differs']}: {change['why']}" for change in changes)
        _sign(case, plan, by, "offered", cost, reasons, at)
        if case.step == "panel":
            _close_referral(case, "offered", reasons, at)
        case.move("offer_changed", by=by, note=note, at=at, seen=seen, plan=plan.pk, offer=offer.pk)
        return offer


def _change(row: PlanLine, entry: dict[str, Any], rule: str) -> dict[str, Any]:
    """One line as proposed: `row` takes the new quantity, rate and cost (unsaved)."""
    before = (row.quantity, row.rate)
    row.quantity, row.rate = (
        Decimal(entry.get("quantity", row.quantity)),
        Decimal(entry.get("rate", row.rate)),
    )
    if (row.quantity, row.rate) == before:
        raise NotYet(
            _("Nothing differs in “%(what)s”.") % {"what": row.what}, field=f"quantity_{row.pk}"
        )
    for name in ("differs", "why", "still_met"):
        words = str(entry.get(name, ""))
        if not words.strip() or (name == "still_met" and is_left_open(words)):
            raise NotYet(
                _("Say for “%(what)s” what differs, why, and how the need is still met.")
                % {"what": row.what},
                field=f"{name}_{row.pk}",
            )
    if row.rate != before[1]:
        row.unit_rate = None
    try:
        price_line(row, rule)
    except NotYet as refusal:
        raise NotYet(refusal.sentence, field=f"{refusal.field}_{row.pk}") from None
    kept = {name: str(entry[name]).strip() for name in ("differs", "why", "still_met")}
    numbers = {name: str(getattr(row, name)) for name in ("quantity", "rate", "weekly", "annual")}
    return {"line": row.pk, **numbers, **kept}


def accept_offer(
    *,
    case: Case,
    by: User,
    note: str = "",
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> SupportPlan:
    """Accept the proposal: the plan with the change becomes the agreed one, the proposal the
    decided budget. `note`: what the person says to it, and how it was told.
    """
    with transaction.atomic():
        offer = _open_offer(case, "accept_offer", seen, by)
        when = case_money.moment(case, at)
        before = case_money.standing(case)
        plan = _plan_with_change(offer, by, when)
        reasons = " ".join(change["why"] for change in offer.lines)
        met = {row.outcome: change["still_met"] for row, change in _changed_lines(offer)}
        cost = case_money.cost_of_offer(offer)
        why = Why("offer", reasons, met, complete=True)
        figure = decided_figures.decide(case, plan, cost, by, when, why)
        carry_starts(plan, before)
        Offer.objects.filter(pk=offer.pk).update(state="accepted", answered_at=when)
        case.move(
            "accept_offer",
            by=by,
            note=note,
            on_behalf_of=on_behalf_of,
            at=at,
            seen=seen,
            figure=figure.pk,
            plan=plan.pk,
            route=case_money.route_of(plan.lines.all()),
        )
        return plan


def decline_offer(
    *,
    case: Case,
    by: User,
    reason: str,
    note: str = "",
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> SupportPlan:
    """Decline the proposal: the plan as it was sent becomes a draft again."""
    with transaction.atomic():
        offer = _open_offer(case, "decline_offer", seen, by)
        Offer.objects.filter(pk=offer.pk).update(
            state="declined", answered_at=case_money.moment(case, at)
        )
        _leave(offer.plan, "returned")
        draft = copy_plan(offer.plan, at=at)
        case.move(
            "decline_offer",
            by=by,
            note=note,
            on_behalf_of=on_behalf_of,
            at=at,
            seen=seen,
            reason=reason,
        )
        return draft


def refer_to_panel(
    *,
    case: Case,
    by: User,
    exception: str,
    reason: str,
    interim_support: bool,
    interim: str,
    interim_who: str = "",
    interim_from: date | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> PanelReferral:
    """Refer an exception to the panel, with the support meanwhile answered (guidance 10.85)."""
    with transaction.atomic():
        plan = _sent(case, "refer_to_panel", seen, by)
        meanwhile: dict[str, Any] = {"interim_support": interim_support, "interim_who": interim_who}
        meanwhile |= {"interim": interim, "interim_from": interim_from}
        when = case_money.moment(case, at)
        _check_referral(exception, meanwhile, dates.london_date(when))
        referral = PanelReferral.objects.create(
            case=case,
            plan=plan,
            exception=exception,
            reason=reason,
            **meanwhile,
            referred_at=when,
            referred_by=by,
        )
        _sign(case, plan, by, "referred", _plan_cost(plan), reason, at)
        case.move(
            "refer_to_panel",
            by=by,
            at=at,
            seen=seen,
            referral=referral.pk,
            exception=exception,
            reason=reason,
            **meanwhile,
        )
        return referral


def _check_referral(exception: str, meanwhile: dict[str, Any], today: date) -> None:
    """Support meanwhile is there today, by somebody; or it is said why there is none."""
    if exception not in journey.EXCEPTIONS:
        raise NotYet(_("Choose which exception it is."), field="exception")
    if meanwhile["interim_support"]:
        check_support_instead(meanwhile, AT_PANEL, today)
    elif meanwhile["interim_support"] is None or is_left_open(meanwhile["interim"]):
        raise NotYet(
            _("Say what support there is meanwhile, or why there is none."), field="interim"
        )


def _sent(case: Case, name: str, seen: int | None, by: User) -> SupportPlan:
    """The plan that waits for a decision, locked; else the refusal that tells who did what."""
    plan = case.plans.select_for_update().filter(state="submitted").order_by("-number").first()
    if plan is None:
        _moved_on(case, name, seen, by)
        raise NotYet(_("There is no plan waiting for a decision."))
    refuse_unread(
        case,
        seen=seen,
        verb="submit_plan",
        sentence=_(
            "Another plan was sent while this page was open. Read it first: nothing was decided."
        ),
    )
    return plan


def _open_offer(case: Case, name: str, seen: int | None, by: User) -> Offer:
    offer = case.offers.select_for_update().filter(state="open").first()
    if offer is None:
        _moved_on(case, name, seen, by)
        raise NotYet(_("There is no proposal waiting for an answer."))
    refuse_unread(
        case,
        seen=seen,
        verb="offer_changed",
        sentence=_(
            "Another proposal was made while this page was open. Read it first: nothing was "
            "changed."
        ),
    )
    return offer


def _moved_on(case: Case, name: str, seen: int | None, by: User) -> None:
    case.refresh_from_db()
    case.target_of(journey.MOVES[name], None, seen, access.roles_of(case, by))


def _plan_cost(plan: SupportPlan) -> Cost:
    return case_money.council_cost(plan.lines.all())


def _changed_lines(offer: Offer) -> list[tuple[PlanLine, dict[str, Any]]]:
    rows = {row.pk: row for row in offer.plan.lines.all()}
    return [(rows[change["line"]], change) for change in offer.lines if change["line"] in rows]


def _leave(plan: SupportPlan, state: str) -> None:
    SupportPlan.objects.filter(pk=plan.pk).update(state=state)
    plan.state = state


def _agree(
    case: Case, plan: SupportPlan, by: User, role: str, reasons: str, why: Why, at: datetime | None
) -> tuple[SignOff, BudgetFigure]:
    cost, before = _plan_cost(plan), case_money.standing(case)
    signed = _sign(case, plan, by, "agreed", cost, reasons, at, role)
    figure = decided_figures.decide(case, plan, cost, by, case_money.moment(case, at), why)
    _leave(plan, "agreed")
    carry_starts(plan, before)
    return signed, figure


def _sign(
    case: Case,
    plan: SupportPlan,
    by: User,
    decision: str,
    cost: Cost,
    reasons: str,
    at: datetime | None,
    role: str | None = None,
) -> SignOff:
    when, role = (
        case_money.moment(case, at),
        role or ("panel" if journey.STEPS[case.step].turn == "panel" else case.turn),
    )
    level = None
    if role != "panel":
        rows = delegation.levels_for(case, dates.london_date(when))
        first = case_money.cost_of_figure(decided_figures.indicative(case))
        level = delegation.level_of(rows, role, by, cost, plan.author_role, first)
    return SignOff.objects.create(
        case=case,
        plan=plan,
        decision=decision,
        by=by,
        role=role,
        weekly=cost.weekly,
        one_off=cost.one_off,
        limit_weekly=level.max_weekly if level else None,
        level=level,
        reasons=reasons,
        at=when,
    )


def _close_referral(case: Case, outcome: str, reasons: str, at: datetime | None) -> None:
    if not reasons.strip():
        raise NotYet(_("The panel answers in writing: give its reasons."), field="written_reasons")
    when = case_money.moment(case, at)
    for row in case.referrals.filter(decided_at=None):
        row.decided_at, row.outcome, row.written_reasons = when, outcome, reasons
        row.days = max(dates.days_between(row.referred_at, when), 0)
        row.save(update_fields=["decided_at", "outcome", "written_reasons", "days"])


def _plan_with_change(offer: Offer, by: User, when: datetime) -> SupportPlan:
    """The sent plan with the proposed lines, agreed under the next number; the sent one is kept as
    it was.

    What was undisputed and has started meanwhile has started in the new plan too.
    """
    sent, changes = offer.plan, {change["line"]: change for change in offer.lines}
    plan = SupportPlan.objects.create(
        case=offer.case,
        number=offer.case.plans.order_by("-number").values_list("number", flat=True)[0] + 1,
        state="agreed",
        submitted_at=when,
        submitted_by=by,
        author_role=sent.author_role,
        made_at=when,
        **{name: getattr(sent, name) for name in PARTS},
    )
    started = {x.line_id: x for x in LineStart.objects.filter(line__plan=sent)}
    rows, begun = [], []
    for pk, row in copies(sent, plan):
        start, change = started.get(pk), changes.get(pk)
        if change:
            row.unit_rate = row.unit_rate if row.rate == Decimal(change["rate"]) else None
            for name in ("quantity", "rate", "weekly", "annual"):
                setattr(row, name, Decimal(change[name]))
        rows += [row] if row.quantity else []
        begun += (
            [LineStart(line=row, started_on=start.started_on, event_id=start.event_id)]
            if start
            else []
        )
    PlanLine.objects.bulk_create(rows)
    LineStart.objects.bulk_create(begun)
    freeze(plan, rows, case_money.indicative(offer.case))
    plan.save()
    _leave(sent, "replaced")
    return plan
