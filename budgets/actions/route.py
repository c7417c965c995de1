"""How each piece of support is taken: the wish to switch and the switch itself, choices, orders,
what could not be had, and the directory of providers.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.money_facts import put_in_force
from budgets.actions.payment import allow, check_day
from budgets.actions.plan import PARTS, freeze
from budgets.actions.turns import pass_on
from budgets.models import (
    LineChoice,
    LineStart,
    OrderEnd,
    PlanLine,
    Provider,
    RouteSwitch,
    SupportOrder,
    SupportPlan,
    UnmetRequest,
)
from budgets.models.plan import ROUTES
from budgets.payments import closing_rules, routes
from budgets.position import aftercare, case_money, endings
from budgets.position.differences import root
from cases import access, journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Council, Person, Seat, User

MAY_ARRANGE = {"worker", "manager"}


def ask_switch(
    *,
    case: Case,
    by: User,
    wanted: dict[int, str],
    wish: str = "",
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> RouteSwitch:
    """Ask to take some of the money another way, at any time. `wanted`: line id -> route. The clock
    starts; until it is done everything goes on as it is.
    """
    with transaction.atomic():
        plan, changed = _changed_routes(case, wanted)
        switch = RouteSwitch.objects.create(
            case=case,
            of_plan=plan,
            wanted=changed,
            asked_by=by,
            asked_at=case_money.moment(case, at),
        )
        case.move(
            "ask_switch",
            by=by,
            on_behalf_of=on_behalf_of,
            at=at,
            seen=seen,
            switch=switch.pk,
            wish=wish,
        )
        return switch


def _changed_routes(case: Case, wanted: dict[int, str]) -> tuple[SupportPlan, dict[str, str]]:
    """The agreed plan, locked, and what would change in it; NotYet where nothing may."""
    plan = case.plans.select_for_update().filter(state="agreed").order_by("-number").first()
    paid = plan.lines.filter(annual__gt=0, funder="council") if plan else ()
    lines = {line.pk: line for line in paid}
    if set(wanted) - set(lines) or set(wanted.values()) - set(ROUTES):
        raise NotYet(_("Choose one of the ways to take the money."))
    if plan is None:
        raise NotYet(_("There is no agreed plan to change."))
    changed = {str(pk): route for pk, route in wanted.items() if lines[pk].route != route}
    if not changed:
        raise NotYet(_("Nothing would change: choose another way for at least one part."))
    if routes.open_switch(case):
        raise NotYet(_("A change was asked for already and is being arranged."))
    return plan, changed


def switch_route(
    *, case: Case, by: User, started_on: date, at: datetime | None = None, seen: int | None = None
) -> SupportPlan:
    """The money or support is there in the new way: the plan gets its next version with these
    routes, at the same cost and under the same decision; what has not changed has started already.
    What is paid follows from that day.
    """
    with transaction.atomic():
        plan = case.plans.select_for_update().filter(state="agreed").order_by("-number").first()
        switch = routes.open_switch(case)
        if switch is None or plan is None or switch.of_plan_id != plan.pk:
            raise NotYet(
                _("No change is asked for that still fits the plan. It has to be asked for again.")
            )
        when = case_money.moment(case, at)
        check_day(case, started_on, dates.london_date(when), "started_on")
        _may_switch(case, plan, switch, started_on, when)
        decided = [row.effective_from for row in case_money.holding(case) if row.plan == plan]
        begun = _switched_before(case, plan, switch, started_on, by, when)
        new, old = _next_version(plan, switch, by, when)
        RouteSwitch.objects.filter(pk=switch.pk).update(state="done", plan=new, ended_at=when)
        put_in_force(case, new, max([started_on, *decided]), by, when)
        event = case.move(
            "switch_route",
            by=by,
            at=when,
            seen=seen,
            switch=switch.pk,
            plan=new.pk,
            started_on=started_on,
            route=case_money.route_of(new.lines.all()),
        )
        for version, before, one in (*begun, (new, old, switch)):
            _start(version, before, one, started_on, event)
        return new


def _switched_before(
    case: Case, last: SupportPlan, switch: RouteSwitch, started_on: date, by: User, when: datetime
) -> list[tuple[SupportPlan, list[PlanLine], RouteSwitch]]:
    """Where the last plan is decided for a later day than the switch, as after a yearly change: the
    same switch of each plan that holds before it, so that its prices do not come early. (the next
    version, its old lines, its switch) of each.
    """
    wanted = {root(row): switch.wanted.get(str(row.pk)) for row in last.lines.all()}
    held = case_money.holding(case)
    begun = case_money.held_on(held, started_on)
    found = []
    for row in held[held.index(begun) if begun else 0 : -1]:
        assert row.plan is not None
        lines = {str(line.pk): wanted.get(root(line)) for line in row.plan.lines.all()}
        one = RouteSwitch.objects.create(
            case=case,
            of_plan=row.plan,
            wanted={pk: route for pk, route in lines.items() if route},
            state="done",
            asked_by=switch.asked_by,
            asked_at=switch.asked_at,
            ended_at=when,
        )
        new, old = _next_version(row.plan, one, by, when)
        RouteSwitch.objects.filter(pk=one.pk).update(plan=new)
        put_in_force(case, new, max(started_on, row.effective_from), by, when)
        found.append((new, old, one))
    return found


def _may_switch(
    case: Case, plan: SupportPlan, switch: RouteSwitch, started_on: date, when: datetime
) -> None:
    if started_on > dates.london_date(when):
        raise NotYet(_("Enter the day it really began: today or earlier."), field="started_on")
    direct = routes.direct_lines(plan.lines.all(), switch)
    if direct and not case.agreements.exists():
        raise NotYet(
            _("This is the first direct payment of the case. Finance records the agreement first.")
        )


def _next_version(
    plan: SupportPlan, switch: RouteSwitch, by: User, when: datetime
) -> tuple[SupportPlan, list[PlanLine]]:
    """The agreed plan with the switched routes, under the next number. (the plan, its old lines in
    the same order)
    """
    last = plan.case.plans.order_by("-number").values_list("number", flat=True)[0]
    new = SupportPlan.objects.create(
        case=plan.case,
        number=last + 1,
        state="agreed",
        submitted_at=when,
        submitted_by=by,
        author_role=plan.author_role,
        made_at=when,
        **{name: getattr(plan, name) for name in PARTS},
    )
    old = list(plan.lines.select_related("start"))
    rows = list(plan.lines.all())
    for row in rows:
        row.route, row.origin_id = routes.route_after(row, switch), root(row)
        row.pk, row.plan, row.version = None, new, 1
        row._state.adding = True
    PlanLine.objects.bulk_create(rows)
    freeze(new, rows, case_money.indicative(plan.case))
    new.save()
    SupportPlan.objects.filter(pk=plan.pk).update(state="replaced")
    return new, old


def _start(
    new: SupportPlan, old: list[PlanLine], switch: RouteSwitch, started_on: date, event: Any
) -> None:
    """What went on has its old start; what switched has its own; what had not started yet still has
    not.
    """
    rows = []
    for before, after in zip(old, new.lines.all(), strict=True):
        if str(before.pk) in switch.wanted:
            rows.append(LineStart(line=after, started_on=started_on, event=event))
        elif hasattr(before, "start"):
            rows.append(
                LineStart(
                    line=after, started_on=before.start.started_on, event_id=before.start.event_id
                )
            )
    LineStart.objects.bulk_create(rows)


def _line(case: Case, line: PlanLine, needs: str = "") -> PlanLine:
    case.refresh_from_db(fields=["step", "ends_on"])
    if case.step == "closed":
        raise NotYet(
            _("This case is closed: nothing more is arranged. It has to be opened again first.")
        )
    known = {one.pk for one in routes.to_arrange(case, dates.today())}
    if line.pk not in known or (needs and line.route not in journey.routes_needing(needs)):
        raise NotYet(_("That is not a part of the plan that the council arranges."))
    return line


def record_choice(
    *,
    case: Case,
    line: PlanLine,
    by: User,
    chosen: str,
    chosen_by: str,
    chosen_on: date,
    offered: str = "",
    differs: str = "",
    at: datetime | None = None,
) -> LineChoice:
    """What the person chose for a line the council arranges: who chose, what, when; and what
    differs from what the council offered first.
    """
    allow(case, by, MAY_ARRANGE)
    _line(case, line, "order")
    when = case_money.moment(case, at)
    _said({"chosen": chosen, "chosen_by": chosen_by})
    if chosen_on > dates.london_date(when):
        raise NotYet(
            _("Enter the day on which it was chosen: today or earlier."), field="chosen_on"
        )
    if offered.strip() and offered.strip() != chosen.strip() and not differs.strip():
        raise NotYet(
            _("The choice is not what was offered first. Say what differs."), field="differs"
        )
    with transaction.atomic():
        row = LineChoice.objects.create(
            line=line,
            offered=offered.strip(),
            chosen=chosen.strip(),
            chosen_by=chosen_by.strip(),
            chosen_on=chosen_on,
            differs=differs.strip(),
            recorded_by=by,
            recorded_at=when,
        )
        case.record("record_choice", by=by, at=at, line=line.pk, choice=row.pk)
        return row


def _said(words: dict[str, str]) -> None:
    for field, value in words.items():
        if not value.strip():
            raise NotYet(_("An answer is needed."), field=field)


def place_order(
    *,
    case: Case,
    line: PlanLine,
    by: User,
    provider: str,
    what: str,
    begins_on: date,
    ends_on: date | None = None,
    reference: str = "",
    at: datetime | None = None,
) -> SupportOrder:
    """Order support for a line the council arranges, with any provider: the directory is a help and
    no limit.
    """
    allow(case, by, MAY_ARRANGE)
    _line(case, line, "order")
    _said({"provider": provider, "what": what})
    if ends_on is not None and ends_on < begins_on:
        raise NotYet(_("The last day is before the first."), field="ends_on")
    endings.check_planned(case, begins_on, "begins_on")
    ends_on = _last_of_time(case, line, begins_on, ends_on)
    with transaction.atomic():
        order = SupportOrder.objects.create(
            line=line,
            provider=provider.strip(),
            what=what.strip(),
            begins_on=begins_on,
            ends_on=ends_on,
            reference=reference.strip(),
            ordered_by=by,
            ordered_at=case_money.moment(case, at),
        )
        case.record("place_order", by=by, at=at, line=line.pk, order=order.pk)
        closing_rules.end_as_planned(case)
        pass_on(case, by=by, at=at)
        return order


def _last_of_time(case: Case, line: PlanLine, begins_on: date, ends_on: date | None) -> date | None:
    """The last day of an order. Of support for a time it has one, that of the decision, and lies
    within its days: nobody orders what was not agreed.
    """
    row = case.extra_support.filter(plan=line.plan_id).first()
    if row is None:
        return ends_on
    words = _("It was agreed from %(first)s to %(last)s. Choose days between these.")
    days = {"first": dates.date_words(row.begins_on), "last": dates.date_words(row.last_day)}
    if not row.begins_on <= begins_on <= row.last_day:
        raise NotYet(words % days, field="begins_on")
    if ends_on is not None and ends_on > row.last_day:
        raise NotYet(words % days, field="ends_on")
    return ends_on or row.last_day


def tell_provider(
    *, case: Case, end: OrderEnd, told_on: date, by: User, at: datetime | None = None
) -> OrderEnd:
    """Write down that a provider knows when its order ends, because the case was closed or is to
    be; or that it goes on after all. Each once.
    """
    allow(case, by, MAY_ARRANGE)
    when = case_money.moment(case, at)
    if told_on > dates.london_date(when):
        raise NotYet(_("Enter the day on which you told them: today or earlier."), field="told_on")
    with transaction.atomic():
        rows = OrderEnd.objects.filter(pk=end.pk, order__line__plan__case=case)
        if end.undone_at is None:
            told = rows.filter(told_on=None, undone_at=None).update(told_on=told_on, told_by=by)
        else:
            again = rows.filter(told_on__isnull=False, told_again_on=None)
            told = again.filter(undone_at__isnull=False).update(told_again_on=told_on)
        if not told:
            raise NotYet(_("This was written down already, or the order goes on."))
        case.record("tell_provider", by=by, at=at, order=end.order_id, told_on=told_on.isoformat())
        end.refresh_from_db()
        return end


def record_unmet(
    *, case: Case, line: PlanLine, by: User, wanted: str, reason: str, at: datetime | None = None
) -> UnmetRequest:
    """Keep what somebody asked for and could not have, for those who commission: in groups, without
    a name.
    """
    allow(case, by, MAY_ARRANGE)
    _line(case, line)
    _said({"wanted": wanted})
    if reason not in UnmetRequest.REASONS:
        raise NotYet(_("Choose one of the answers."), field="reason")
    with transaction.atomic():
        row = UnmetRequest.objects.create(
            council_id=case.council_id,
            line=line,
            wanted=wanted.strip(),
            reason=reason,
            need_group=case.need_group,
            age_band=case.age_band,
            recorded_by=by,
            recorded_at=case_money.moment(case, at),
        )
        case.record("record_unmet", by=by, at=at, line=line.pk, unmet=row.pk, reason=reason)
        return row


def confirm_nhs_share(
    *,
    case: Case,
    by: User,
    who: str,
    said: str,
    share: PlanLine | None = None,
    at: datetime | None = None,
) -> None:
    """Write down that the lines of aftercare under section 117 are the NHS's share, and which part
    of the plan is the council's; without `share` all of it is the NHS's. Such a part comes into the
    plan by a change of it.
    """
    allow(case, by, MAY_ARRANGE)
    _said({"who": who, "said": said})
    with transaction.atomic():
        case.hold()
        lines = aftercare.of_case(case)
        if not lines:
            raise NotYet(_("This was written down already, or the plan has changed."))
        if share is not None and share not in aftercare.shares_of(case):
            raise NotYet(_("The plan has changed meanwhile. Choose the part again."), field="share")
        codes: dict[str, Any] = {"lines": [line.pk for line in lines]}
        note = f"{who.strip()}: {said.strip()}"
        if share is not None:
            codes["share"] = share.pk
            note = _("%(note)s. The council’s share is “%(what)s”.") % {
                "note": note.rstrip("."),
                "what": share.what,
            }
        case.record(aftercare.VERB, by=by, at=at, note=note, **codes)


def add_provider(
    *,
    council: Council,
    by: User,
    name: str,
    framework: bool,
    offers: str = "",
    valid_from: date | None = None,
) -> Provider:
    """Put a provider in the directory, or say anew whether it is on a framework: the row before it
    ends that day.
    """
    roles = {seat.role for seat in access.seats_of(by) if seat.council_id == council.pk}
    if not roles & {"admin", "finance"}:
        raise NotYet(_("Somebody else records this: it is not yours to do."))
    _said({"name": name})
    name, day = " ".join(name.split()), valid_from or dates.today()
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        known = Provider.objects.filter(Seat.on(day), council=council, name__iexact=name)
        if known.filter(valid_from=day).exists():
            raise NotYet(_("This provider was recorded today already."), field="name")
        known.update(valid_to=day)
        return Provider.objects.create(
            council=council, name=name, offers=offers.strip(), framework=framework, valid_from=day
        )
