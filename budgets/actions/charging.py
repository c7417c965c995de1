"""Keeping an estimate of what the person may have to pay, and what it is worked out from. The
estimate stands until the decision, and blocks nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import check_sum
from budgets.models import Circumstances, Contribution, SupportPlan
from budgets.position import case_money
from cases import access
from cases.common import dates, likely_days
from cases.common.refusals import NotYet
from cases.models import Case, User

MAY_ESTIMATE = {"finance", "worker", "manager"}


def keep_estimate(
    *,
    case: Case,
    by: User,
    weekly: Decimal,
    weekly_to: Decimal | None = None,
    rate_set: str = "",
    trace: list[Any] | None = None,
    valid_from: date | None = None,
    at: datetime | None = None,
) -> Contribution:
    """Record an estimate, or a range of one, with the rates it stands on and its sum. A draft plan
    shows it anew.

    NotYet where a decision is recorded already: an estimate never takes its place.
    """
    if not access.roles_of(case, by) & MAY_ESTIMATE:
        raise NotYet(_("Somebody else records this: it is not yours to do."))
    _check_range(weekly, weekly_to)
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        _check_undecided(locked)
        when = case_money.moment(locked, at)
        today = dates.london_date(when)
        _check_rates_day(valid_from or today, today)
        row = Contribution.objects.create(
            case=locked,
            state="estimated",
            weekly=weekly,
            weekly_to=weekly_to,
            rate_set=rate_set,
            trace=trace,
            valid_from=valid_from or today,
            recorded_at=when,
            recorded_by=by,
            source=_("Estimate with the rates of %(year)s") % {"year": rate_set}
            if rate_set
            else _("Estimate"),
        )
        SupportPlan.objects.filter(case=locked, state="draft").update(contribution_seen=False)
        case.record("estimate_contribution", by=by, at=at, contribution=row.pk)
        return row


def keep_circumstances(
    *, case: Case, by: User, valid_from: date, at: datetime | None = None, **facts: Any
) -> Circumstances:
    """Record what a contribution is worked out from, from a day on: `facts` as `charging.estimate`
    takes them. No sum changes by it; the yearly uprating works with what holds on its day.
    """
    if not access.roles_of(case, by) & MAY_ESTIMATE:
        raise NotYet(_("Somebody else records this: it is not yours to do."))
    with transaction.atomic():
        when = case_money.moment(case, at)
        _check_rates_day(valid_from, dates.london_date(when))
        row = Circumstances.objects.create(
            case=case, valid_from=valid_from, recorded_at=when, recorded_by=by, **facts
        )
        case.record("keep_circumstances", by=by, at=at, circumstances=row.pk)
        return row


def _check_undecided(case: Case) -> None:
    rows = case.contributions.order_by("-recorded_at", "-pk")
    held, to_come = case_money.held_and_to_come(rows)
    last = to_come or held
    if last is not None and last.state == "recorded":
        raise NotYet(
            _("What the person pays is decided already; an estimate does not take its place.")
        )


def _check_rates_day(day: date, today: date) -> None:
    """NotYet for a day that can't be meant. It is that of the rates, so nobody need have asked for
    support by then.
    """
    no = likely_days.refusal(day, today, likely_days.Life())
    if no:
        raise NotYet(no, field="valid_from")


def _check_range(weekly: Decimal, weekly_to: Decimal | None) -> None:
    check_sum(weekly, "weekly")
    if weekly_to is not None:
        check_sum(weekly_to, "weekly_to")
    if weekly_to is not None and weekly_to < weekly:
        raise NotYet(
            _("An estimate is a sum of £0 or more, or goes from a lower one to a higher one.")
        )
