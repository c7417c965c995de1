"""Deciding how a direct payment may be used: that it may be made, who at home may be paid from it,
and care-home stays that it buys.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import allow
from budgets.models import CareHomeStay, DirectPaymentAllowed, HouseholdPay
from budgets.payments import care_home_stays, use_rules
from budgets.position import case_money
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet
from cases.models import Case, User

DECIDES = {"worker", "manager"}
WRITES = DECIDES | {"finance"}
AHEAD = timedelta(days=366)  # a stay or a pay further ahead is a slip of the finger
BACK = timedelta(days=3 * 366)


def confirm_payment_allowed(
    *, case: Case, by: User, confirmed: bool, looked_on: date, at: datetime | None = None
) -> DirectPaymentAllowed:
    """A worker has looked at the schedule of the Regulations, and nothing in it applies."""
    allow(case, by, DECIDES)
    if not confirmed:
        raise NotYet(
            _("Confirm it once you have looked. If something applies, refuse this way instead."),
            field="confirmed",
        )
    when = case_money.moment(case, at)
    today = dates.london_date(when)
    if not today - BACK <= looked_on <= today:
        raise NotYet(_("Enter the day on which you looked: today or earlier."), field="looked_on")
    with transaction.atomic():
        case.hold()
        if use_rules.is_allowed(case):
            raise NotYet(_("This was confirmed already."))
        row = DirectPaymentAllowed.objects.create(
            case=case, looked_on=looked_on, recorded_by=by, recorded_at=when
        )
        case.record("confirm_payment_allowed", by=by, at=at, audience="staff", allowed=row.pk)
        return row


def allow_household_pay(
    *,
    case: Case,
    by: User,
    who: str,
    relation: str,
    exception: str,
    what: str,
    why: str,
    begins_on: date,
    at: datetime | None = None,
) -> HouseholdPay:
    """Decide that a partner or close relative who lives at home may be paid: necessary for the
    care, or necessary to manage the payment, with the reason.
    """
    allow(case, by, DECIDES)
    _known(HouseholdPay.RELATIONS, relation, "relation")
    _known(HouseholdPay.EXCEPTIONS, exception, "exception")
    for field, words in (("who", who), ("what", what), ("why", why)):
        if is_left_open(words):
            raise NotYet(_("Say it in a few words: the person can read this."), field=field)
    when = case_money.moment(case, at)
    _near(begins_on, dates.london_date(when), "begins_on")
    with transaction.atomic():
        row = HouseholdPay.objects.create(
            case=case,
            who=who.strip(),
            relation=relation,
            exception=exception,
            what=what.strip(),
            why=why.strip(),
            begins_on=begins_on,
            recorded_by=by,
            recorded_at=when,
        )
        case.record("allow_household_pay", by=by, at=at, pay=row.pk)
        return row


def record_care_home_stay(
    *,
    case: Case,
    by: User,
    where: str,
    begins_on: date,
    ends_on: date,
    at: datetime | None = None,
) -> CareHomeStay:
    """A stay in a care home that the direct payment buys. One that lies ahead is refused where
    stays would be longer than four weeks together; one that took place is written down, and shown.
    """
    allow(case, by, WRITES)
    if is_left_open(where):
        raise NotYet(_("Say which care home."), field="where")
    if ends_on < begins_on:
        raise NotYet(_("The last night is before the first."), field="ends_on")
    when = case_money.moment(case, at)
    today = dates.london_date(when)
    _near(begins_on, today, "begins_on")
    _near(ends_on, today, "ends_on")
    with transaction.atomic():
        case.hold()
        _count(case, begins_on, ends_on, today)
        row = CareHomeStay.objects.create(
            case=case,
            where=where.strip(),
            begins_on=begins_on,
            ends_on=ends_on,
            recorded_by=by,
            recorded_at=when,
        )
        case.record("record_care_home_stay", by=by, at=at, stay=row.pk)
        return row


def _count(case: Case, begins_on: date, ends_on: date, today: date) -> None:
    spans = [(row.begins_on, row.ends_on) for row in use_rules.stays(case)]
    if any(first <= ends_on and begins_on <= last for first, last in spans):
        raise NotYet(_("A stay is written down for some of these nights."), field="begins_on")
    nights = care_home_stays.longest([*spans, (begins_on, ends_on)])
    before = care_home_stays.longest(spans)
    if ends_on > today and nights > max(before, care_home_stays.LIMIT):
        raise NotYet(
            _(
                "Stays would count %(n)s nights together: a direct payment buys at most %(most)s "
                "here. The council arranges the rest another way."
            )
            % {"n": nights, "most": care_home_stays.LIMIT},
            field="ends_on",
        )


def strike_care_home_stay(
    *, case: Case, by: User, stay: CareHomeStay, reason: str, at: datetime | None = None
) -> CareHomeStay:
    """A stay that was written down by mistake, or did not take place: out of the count."""
    allow(case, by, WRITES)
    if not reason.strip():
        raise NotYet(_("Say why: the person can read this."), field="reason")
    with transaction.atomic():
        when = case_money.moment(case, at)
        rows = CareHomeStay.objects.filter(pk=stay.pk, case=case, struck_at=None)
        struck: dict[str, Any] = {"struck_at": when, "struck_by": by, "struck_for": reason.strip()}
        if rows.update(**struck) != 1:
            raise NotYet(_("This stay was taken out already."))
        case.record("strike_care_home_stay", by=by, at=at, stay=stay.pk)
        stay.refresh_from_db()
        return stay


def _known(choices: dict[str, Any], value: str, field: str) -> None:
    if value not in choices:
        raise NotYet(_("Choose one of the answers."), field=field)


def _near(day: date, today: date, field: str) -> None:
    if not today - BACK <= day <= today + AHEAD:
        raise NotYet(_("Choose a day of the last three years or of the year ahead."), field=field)
