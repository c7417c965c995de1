"""Money that moves: what the person pays, and when support really began."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.models import Contribution, LineStart, PlanLine, SupportPlan
from budgets.money.sterling import LARGEST
from budgets.payments.fact_events import FOLLOWS
from budgets.position import case_money, endings
from cases import access, journey
from cases.common import dates, likely_days
from cases.common.likely_days import SOON, Span
from cases.common.refusals import NotYet
from cases.models import Case, User
from cases.models.clock import deadlines

MAY_RECORD = {"finance", "worker", "manager"}


def _check_contribution(state: str, weekly: Decimal | None) -> None:
    if state not in Contribution.STATES:
        raise NotYet(_("Choose one of the answers."), field="state")
    if (state == "not_known") != (weekly is None):
        raise NotYet(_("Enter the amount a week, unless it is not known yet."), field="weekly")
    check_sum(weekly or Decimal(0), "weekly")


def record_contribution(
    *,
    case: Case,
    by: User,
    state: str,
    weekly: Decimal | None = None,
    valid_from: date | None = None,
    source: str = "",
    rate_set: str = "",
    trace: list[Any] | None = None,
    at: datetime | None = None,
) -> Contribution:
    """Record what the person pays: decided elsewhere, an estimate, or "not known yet". A draft plan
    shows it anew. `rate_set`, `trace`: of a sum that was worked out here, its year of rates and the
    sum itself, which the letter shows.
    """
    allow(case, by, MAY_RECORD)
    _check_contribution(state, weekly)
    with transaction.atomic():
        when = case_money.moment(case, at)
        today = dates.london_date(when)
        row = Contribution.objects.create(
            case=case,
            state=state,
            weekly=weekly,
            valid_from=_likely(case, valid_from or today, today),
            source=source,
            rate_set=rate_set,
            trace=trace,
            told_on=today if state == "recorded" else None,
            recorded_at=when,
            recorded_by=by,
        )
        SupportPlan.objects.filter(case=case, state="draft").update(contribution_seen=False)
        told = {FOLLOWS: True} if state == "recorded" else {}
        codes: dict[str, Any] = {"contribution": row.pk, "state": state} | told
        codes |= deadlines(case.council_id, "record_contribution", codes, when)
        case.record("record_contribution", by=by, at=at, **codes)
        if told:  # the letter by which the person is told
            case.record("write_contribution", by=by, at=at, contribution=row.pk)
        return row


def _likely(case: Case, day: date, today: date) -> date:
    """The day; NotYet for one that can't be meant, or after the last day with support that is
    planned.
    """
    check_day(case, day, today, "valid_from")
    case.hold()
    case.refresh_from_db(fields=["step", "ends_on"])
    endings.check_planned(case, day, "valid_from")
    return day


def allow(case: Case, by: User, roles: set[str]) -> None:
    """Refuse whoever has none of these roles to the case."""
    if not access.roles_of(case, by) & roles:
        raise NotYet(_("Somebody else records this: it is not yours to do."))


def check_sum(amount: Decimal, field: str) -> None:
    """NotYet for what is no sum of pounds and pence: below £0, more than any budget, or parts of a
    penny. Whether £0 may be is for the act.
    """
    if not amount.is_finite() or amount < 0 or amount > LARGEST or amount != round(amount, 2):
        raise NotYet(_("Enter a sum of £0 or more, in pounds and pence."), field=field)


def check_day(
    case: Case, day: date, today: date, field: str, span: Span = SOON, *, after_death: bool = False
) -> None:
    """NotYet for a day that can't be meant, whoever calls the act. Days that are only unlikely are
    asked again where somebody types them. `after_death`: may it be a day after one?
    """
    life = likely_days.life_of(case)
    no = likely_days.refusal(day, today, replace(life, died_on=None) if after_death else life, span)
    if no:
        raise NotYet(no, field=field)


def start_line(
    *,
    case: Case,
    line: PlanLine,
    started_on: date,
    by: User,
    at: datetime | None = None,
    seen: int | None = None,
) -> LineStart:
    """Record the first day on which a line's money or support was really there. Reviews count from
    the first of them.
    """
    check_day(case, started_on, dates.london_date(case_money.moment(case, at)), "started_on")
    with transaction.atomic():
        facts = {"reviews": "direct" if line.route in journey.direct_routes() else "other"}
        rest = [x for x in case_money.startable(case) if x.pk != line.pk and not _began(x)]
        if journey.STEPS[case.step].money_runs and not rest:
            facts["last_started_on"] = started_on.isoformat()
        event = case.move(
            "start_line", by=by, at=at, seen=seen, line=line.pk, started_on=started_on, **facts
        )
        return LineStart.objects.create(line=line, started_on=started_on, event=event)


def _began(line: PlanLine) -> bool:
    return hasattr(line, "start")


def start_budget(
    *, case: Case, by: User, waits: str = "", at: datetime | None = None, seen: int | None = None
) -> SupportPlan:
    """Everything funded has started: the budget runs, with its first and last start. With `waits`,
    what keeps the rest, it runs while a part is still to come, so that reviews are possible.
    """
    with transaction.atomic():
        plan = case_money.agreed_plan(case)
        if plan is None:
            raise NotYet(_("There is no agreed plan to start."))
        days = sorted(
            LineStart.objects.filter(line__plan=plan).values_list("started_on", flat=True)
        )
        dated: dict[str, Any] = {}
        if days:
            dated = {"first_started_on": days[0], "last_started_on": days[-1]}
        rest = [line for line in case_money.startable(case) if not _began(line)]
        if rest and waits:
            dated.pop("last_started_on", None)
            dated |= {"waits": waits.strip(), "waiting": len(rest)}
        case.move("start_budget", by=by, at=at, seen=seen, **dated)
        return plan
