"""Support for a time: urgent, before anything is assessed, or a temporary increase beside the plan.

Whoever's level covers it agrees it in the same act; else it waits for the nearest who may. It is
paid from its first day to its last like any other line, and its end is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from budgets.actions.money_facts import put_in_force
from budgets.actions.payment import allow
from budgets.decision import delegation
from budgets.entitlement.facts import Facts
from budgets.models import (
    DelegationLevel,
    ExtraSupport,
    LinePrice,
    LineStart,
    OrderEnd,
    PlanLine,
    SupportPlan,
)
from budgets.models.decision import DECIDING
from budgets.models.plan import ROUTES
from budgets.money.sterling import line_cost, pounds
from budgets.plan.line_price import price_line
from budgets.position import case_money, endings, extra_support, notice
from budgets.position.case_money import Cost
from budgets.position.charged import pays_of_days
from budgets.position.entitlement_facts import facts_of_case
from budgets.position.extra_support import FOR_A_TIME, NEVER_PAID
from cases import access, journey
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet
from cases.models import Case, User

ZERO = Decimal("0.00")
DECIDES = set(DECIDING)
MAY_ARRANGE = {"worker", "manager"}
MOVE = "start_interim"
LONGEST = 182  # days: this service's own limit; what is needed longer is planned
AHEAD = 28  # days: what begins later can wait for the plan
BACK = 92
COUNCIL_ENDS_IT = "ended"  # of what follows: neither more support, nor what the person asked for
# what a line may say; the days are those of the whole decision
LINE = ("what", "who", "provider", "quantity", "unit", "rate", "route")


def propose_extra_support(
    *,
    case: Case,
    by: User,
    why: str,
    begins_on: date,
    ends_on: date,
    lines: Sequence[dict[str, Any]],
    at: datetime | None = None,
    seen: int | None = None,
) -> ExtraSupport:
    """Decide on support for a time. `lines`: the fields of LINE each. Within the writer's level it
    is agreed at once; else it waits for the nearest whose level covers it.
    """
    allow(case, by, DECIDES)
    with transaction.atomic():
        case.hold()
        case.refresh_from_db()
        when = case_money.moment(case, at)
        _check_days(case, begins_on, ends_on, dates.london_date(when))
        if is_left_open(why):
            raise NotYet(_("Say why it is needed now: the person can read this."), field="why")
        row = _written(case, by, why.strip(), (begins_on, ends_on), lines, when)
        level, holder = _level(row, by, when)
        if level is not None:
            return _agree(row, by, level, at, seen)
        row.waits_for = holder
        row.save(update_fields=["waits_for"])
        case.record("propose_extra_support", by=by, at=at, tell=(holder,), extra=row.pk)
        return row


def _check_days(case: Case, begins_on: date, ends_on: date, today: date) -> None:
    if case.step == "closed":
        raise NotYet(_("This case is closed. It has to be opened again first."))
    asked = dates.london_date(case.asked_at)
    if begins_on < max(asked, today - timedelta(days=BACK)):
        raise NotYet(
            _("Choose a day not before support was asked for, and not more than %(n)s days back.")
            % {"n": BACK},
            field="begins_on",
        )
    if begins_on > today + timedelta(days=AHEAD):
        raise NotYet(
            _("Choose a day within the next %(n)s days: what begins later can be planned.")
            % {"n": AHEAD},
            field="begins_on",
        )
    if ends_on < begins_on:
        raise NotYet(_("The last day is before the first."), field="ends_on")
    if ends_on < today:
        raise NotYet(_("The last day has gone by already."), field="ends_on")
    if (ends_on - begins_on).days >= LONGEST:
        raise NotYet(
            _("Support for a time lasts at most 26 weeks: what is needed longer is planned."),
            field="ends_on",
        )
    _check_end_of_money(case, begins_on, ends_on)


def _check_end_of_money(case: Case, begins_on: date, ends_on: date) -> None:
    """Nothing is paid after a death, which may be written in another case of the person, nor after
    the last day that is planned: nothing is agreed for it.
    """
    if case.person.died_on:
        raise NotYet(_("A death is recorded: nothing is agreed for this person any more."))
    endings.check_planned(case, begins_on, "begins_on")
    endings.check_planned(case, ends_on, "ends_on")


def _written(
    case: Case,
    by: User,
    why: str,
    days: tuple[date, date],
    lines: Sequence[dict[str, Any]],
    when: datetime,
) -> ExtraSupport:
    """The proposal with its lines, each priced for its days."""
    if not lines:
        raise NotYet(_("Say what support it is."), field="what_1")
    number = (case.plans.aggregate(n=Max("number"))["n"] or 0) + 1
    plan = SupportPlan.objects.create(
        case=case, number=number, state="extra", made_at=when, saved_at=when
    )
    rule = case_money.weeks_rule(case_money.indicative(case))
    rows = [_line(plan, place, given, days, rule) for place, given in enumerate(lines, start=1)]
    PlanLine.objects.bulk_create(rows)
    return ExtraSupport.objects.create(
        case=case,
        plan=plan,
        why=why,
        begins_on=days[0],
        ends_on=days[1],
        weekly=sum((_period(line) for line in rows if line.unit != "once"), ZERO),
        one_off=sum((_period(line) for line in rows if line.unit == "once"), ZERO),
        proposed_by=by,
        proposed_at=when,
    )


def _period(line: PlanLine) -> Decimal:
    """What a week of it costs while it lasts, or the whole of what is had once: a line of four
    weeks has no average week of a year.
    """
    weeks = None if line.unit == "once" else "52"
    return line_cost(line.quantity, line.rate, weeks=weeks, oncost_pct=line.oncost_pct).period


def _line(
    plan: SupportPlan, place: int, given: dict[str, Any], days: tuple[date, date], rule: str
) -> PlanLine:
    unknown = set(given) - set(LINE)
    if unknown:
        raise TypeError(f"A line of support for a time has no {', '.join(sorted(unknown))}")
    if is_left_open(given.get("what", "")):
        raise NotYet(_("Say what support it is."), field=f"what_{place}")
    if given.get("route") not in ROUTES:
        raise NotYet(_("Choose one of the answers."), field=f"route_{place}")
    if given.get("unit") not in FOR_A_TIME:
        raise NotYet(_("Choose one of the answers."), field=f"unit_{place}")
    if given.get("who") in NEVER_PAID:
        raise NotYet(_("Choose somebody the council pays."), field=f"who_{place}")
    line = PlanLine(
        plan=plan, position=place, outcome="", begins_on=days[0], ends_on=days[1], **given
    )
    try:
        price_line(line, rule)
    except NotYet as no:
        raise NotYet(no.sentence, field=f"{no.field}_{place}") from None
    if not line.annual:
        raise NotYet(_("Enter what it costs: more than £0."), field=f"rate_{place}")
    return line


def _level(row: ExtraSupport, by: User, when: datetime) -> tuple[DelegationLevel | None, str]:
    """The level on which `by` may agree it (None: none), and the role of the nearest who may. What
    it may be above an indicative budget is no limit here: there need not be one.
    """
    case = row.case
    rows = delegation.levels_for(case, dates.london_date(when))
    own = Cost(row.one_off, row.weekly, row.one_off)
    cost = extra_support.cost_beside(case, own, row.begins_on, row.ends_on)
    roles = access.roles_of(case, by) & DECIDES
    mine = (delegation.level_of(rows, role, by, cost, "person", cost) for role in sorted(roles))
    level = next((one for one in mine if one is not None), None)
    holder = delegation.lowest(rows, cost, "person", cost)
    if level is None and holder is None:
        raise NotYet(
            _(
                "It costs %(cost)s a week together with what is agreed already, and the council "
                "has named no top officer without an upper limit. An administrator adds one under "
                "“delegation levels”."
            )
            % {"cost": pounds(cost.weekly)}
        )
    return level, holder.role if holder else ""


def agree_extra_support(
    *,
    case: Case,
    extra: ExtraSupport,
    by: User,
    at: datetime | None = None,
    seen: int | None = None,
) -> ExtraSupport:
    """Agree what waits, on one's own level; it holds from its first day."""
    allow(case, by, DECIDES)
    with transaction.atomic():
        case.hold()
        case.refresh_from_db()
        row = _waiting(case, extra)
        when = case_money.moment(case, at)
        if row.ends_on < dates.london_date(when):
            raise NotYet(_("Its last day has gone by. It has to be proposed again."))
        _check_end_of_money(case, row.begins_on, row.ends_on)
        level, holder = _level(row, by, when)
        if level is None:
            raise NotYet(
                _("It costs more than you may agree. The nearest who may is: %(role)s.")
                % {"role": journey.TURN_NAMES[holder]}
            )
        return _agree(row, by, level, at, seen)


def _agree(
    row: ExtraSupport, by: User, level: DelegationLevel, at: datetime | None, seen: int | None
) -> ExtraSupport:
    case = row.case
    when = case_money.moment(case, at)
    row.state, row.decided_by, row.decided_at, row.level = "agreed", by, when, level
    row.save(update_fields=["state", "decided_by", "decided_at", "level"])
    put_in_force(case, row.plan, row.begins_on, by, when)
    case.move(MOVE, by=by, at=when, seen=seen, extra=row.pk)
    return row


def refuse_extra_support(
    *, case: Case, extra: ExtraSupport, by: User, reason: str, at: datetime | None = None
) -> ExtraSupport:
    """Say no to what waits, with the reason; whoever may agree it may refuse it."""
    allow(case, by, DECIDES)
    if is_left_open(reason):
        raise NotYet(_("Say why: the person can read this."), field="reason")
    with transaction.atomic():
        case.hold()
        row = _waiting(case, extra)
        when = case_money.moment(case, at)
        level, holder = _level(row, by, when)
        if level is None:
            raise NotYet(
                _("Whoever may agree it decides: %(role)s.") % {"role": journey.TURN_NAMES[holder]}
            )
        row.state, row.decided_by, row.decided_at = "refused", by, when
        row.reasons = reason.strip()
        row.save(update_fields=["state", "decided_by", "decided_at", "reasons"])
        case.record("refuse_extra_support", by=by, at=at, note=row.reasons, extra=row.pk)
        return row


def _waiting(case: Case, extra: ExtraSupport) -> ExtraSupport:
    row = case.extra_support.select_for_update().filter(pk=extra.pk).first()
    if row is None or row.state != "proposed":
        raise NotYet(_("This was decided already."))
    row.case = case
    return row


def end_extra_support(
    *,
    case: Case,
    extra: ExtraSupport,
    by: User,
    last_day: date,
    after: str,
    words: str,
    at: datetime | None = None,
) -> ExtraSupport:
    """Say when it ends, never later than was decided, and what follows: the plan, more of it, or
    nothing, with the reason. Its task is done with that.
    """
    allow(case, by, DECIDES)
    if after not in ExtraSupport.AFTER:
        raise NotYet(_("Choose one of the answers."), field="after")
    if is_left_open(words):
        raise NotYet(_("Say it in a few words: the person can read this."), field="words")
    with transaction.atomic():
        case.hold()
        row = case.extra_support.select_for_update().filter(pk=extra.pk, state="agreed").first()
        if row is None or row.after:
            raise NotYet(_("This was written down already."))
        when = case_money.moment(case, at)
        today = dates.london_date(when)
        _check_last_day(row, last_day, today, after)
        if last_day < row.ends_on:
            _stop(row, last_day, by, when)
        _check_follows(row, after, last_day)
        row.after, row.after_words, row.after_at, row.after_by = after, words.strip(), when, by
        row.save(update_fields=["after", "after_words", "after_at", "after_by", "ended_on"])
        event = case.record(
            "end_extra_support",
            by=by,
            at=when,
            note=row.after_words,
            extra=row.pk,
            end_date=last_day.isoformat(),
        )
        _end_orders(row, last_day, event)
        return row


def _end_orders(row: ExtraSupport, last_day: date, event: Any) -> None:
    """What was ordered beyond its last day ends with it: somebody tells the provider."""
    orders = endings.going_on(row.case, last_day).filter(line__plan=row.plan_id)
    OrderEnd.objects.bulk_create(
        OrderEnd(order=order, ends_on=last_day, event=event) for order in orders
    )


def begin_extra_support(
    *, case: Case, line: PlanLine, by: User, started_on: date, at: datetime | None = None
) -> LineStart:
    """Write down the day on which what the council arranges of it really began. It counts from
    then; until somebody says so, from the day that was agreed.
    """
    allow(case, by, MAY_ARRANGE)
    with transaction.atomic():
        case.hold()
        case.refresh_from_db()
        if case.step == "closed":
            raise NotYet(_("This case is closed. It has to be opened again first."))
        today = dates.london_date(case_money.moment(case, at))
        row = extra_support.to_begin(case).filter(pk=line.pk).first()
        if row is None:
            raise NotYet(_("This was written down already, or it is not arranged here."))
        first = row.begins_on or row.plan.extra.begins_on
        if not first <= started_on <= min(today, row.plan.extra.last_day):
            raise NotYet(
                _("Enter the day it really began: %(day)s or later, and not after today.")
                % {"day": dates.date_words(first)},
                field="started_on",
            )
        codes = {"line": row.pk, "started_on": started_on.isoformat()}
        before = facts_of_case(case)
        event = case.record("begin_extra_support", by=by, at=at, **codes)
        start = LineStart.objects.create(line=row, started_on=started_on, event=event)
        if started_on > first:
            _write_start(case, codes, before, (first, started_on - timedelta(days=1)), by, at)
        return start


def _write_start(
    case: Case,
    codes: dict[str, Any],
    before: Facts,
    days: tuple[date, date],
    by: User,
    at: datetime | None,
) -> None:
    """The letter of a later start, where the person pays less for the days before it."""
    was, now = pays_of_days(before, *days), pays_of_days(facts_of_case(case), *days)
    if was != now:
        sums = {"was": str(was), "now": str(now), "first": days[0].isoformat()}
        case.record("write_extra_start", by=by, at=at, **codes, **sums)


def _check_last_day(row: ExtraSupport, last_day: date, today: date, after: str) -> None:
    if not row.begins_on <= last_day <= row.ends_on:
        raise NotYet(
            _("Choose a day from %(first)s to %(last)s. More time is a decision of its own.")
            % {"first": dates.date_words(row.begins_on), "last": dates.date_words(row.ends_on)},
            field="last_day",
        )
    if last_day < min(today, row.ends_on):
        raise NotYet(
            _("Choose today or a later day: nothing is taken back for days gone by."),
            field="last_day",
        )
    if after == COUNCIL_ENDS_IT or (after == "plan" and not _plan_begins(row, last_day)):
        _check_notice(row, last_day, today)


def _plan_begins(row: ExtraSupport, last_day: date) -> bool:
    """Does a plan take its place, and not only go on that was there beside it?"""
    rows = row.case.plans_in_force.filter(struck_at=None).exclude(plan__state="extra")
    next_day = last_day + timedelta(days=1)
    return rows.filter(begins_on__gt=row.begins_on, begins_on__lte=next_day).exists()


def _check_notice(row: ExtraSupport, last_day: date, today: date) -> None:
    """Before its time and nothing takes its place: the person gets less, and is told before."""
    first = notice.first_day(row.case.council_id, today)
    if last_day < min(first, row.ends_on):
        raise NotYet(
            _("Nothing takes its place, so the person gets less. %(rule)s")
            % {"rule": notice.rule(first, row.case, today)},
            field="last_day",
        )


def _check_follows(row: ExtraSupport, after: str, last_day: date) -> None:
    """What is said to follow is there."""
    if after == "plan" and not _plan_holds(row.case, last_day + timedelta(days=1)):
        raise NotYet(
            _("No plan is agreed that holds on the day after: give more time, or say it ends."),
            field="after",
        )
    if after == "more" and not extra_support.has_follower(row):
        raise NotYet(
            _("Nothing is agreed from the day after. Agree it first, then write this down."),
            field="after",
        )


def _plan_holds(case: Case, day: date) -> bool:
    rows = case.plans_in_force.filter(struck_at=None, begins_on__lte=day)
    last = rows.exclude(plan__state="extra").order_by("-pk").first()
    return last is not None and last.plan_id is not None


def _stop(row: ExtraSupport, last_day: date, by: User, when: datetime) -> None:
    """It costs nothing from the day after its last one; the lines stay as they were decided."""
    row.ended_on = last_day
    LinePrice.objects.bulk_create(
        LinePrice(
            line=line,
            begins_on=last_day + timedelta(days=1),
            amount=0,
            why=_("Support for a time ended earlier."),
            recorded_at=when,
            recorded_by=by,
        )
        for line in row.plan.lines.exclude(unit="once")
    )
