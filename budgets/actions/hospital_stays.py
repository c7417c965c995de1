"""Writing down a stay in hospital, its last day, that it was a mistake, and what was decided about
the direct payment meanwhile. None of it moves money: a suspension is a move of its own.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import allow
from budgets.models import HospitalDecision, HospitalStay
from budgets.payments import hospital_stays, payment_rules
from budgets.position import case_money
from cases import access
from cases.common import dates, likely_days
from cases.common.refusals import NotYet, Stale
from cases.models import Case, User

DECIDES = {"worker", "manager"}
WRITES = DECIDES | {"finance"}


def record_hospital_stay(
    *,
    case: Case,
    by: User,
    begins_on: date,
    ends_on: date | None = None,
    at: datetime | None = None,
) -> HospitalStay:
    """A stay in hospital from a day, to a day or still. Two stays never share a day: somebody who
    goes back on the day they came home is in one stay.
    """
    allow(case, by, WRITES)
    when = case_money.moment(case, at)
    today = dates.london_date(when)
    _can_be(case, begins_on, today, "begins_on")
    if ends_on is not None:
        _in_order(case, begins_on, ends_on, today)
    with transaction.atomic():
        case.hold()
        _check_apart(case, begins_on, ends_on)
        row = HospitalStay.objects.create(
            case=case,
            begins_on=begins_on,
            ends_on=ends_on,
            ended_at=when if ends_on else None,
            ended_by=by if ends_on else None,
            recorded_by=by,
            recorded_at=when,
        )
        case.record("record_hospital_stay", by=by, at=at, note=_days(row), stay=row.pk)
        if ends_on:
            _look_at_suspension_again(case, row, ends_on + timedelta(days=1), today)
        return row


def end_hospital_stay(
    *, case: Case, by: User, ends_on: date, at: datetime | None = None
) -> HospitalStay:
    """The day on which somebody came home. Payments that were suspended meanwhile are looked at
    again the day after.
    """
    allow(case, by, WRITES)
    when = case_money.moment(case, at)
    today = dates.london_date(when)
    with transaction.atomic():
        case.hold()
        row = hospital_stays.open_stay(case)
        if row is None:
            raise Stale(_("No stay in hospital goes on: its last day is written down already."))
        _in_order(case, row.begins_on, ends_on, today)
        row.ends_on, row.ended_at, row.ended_by = ends_on, when, by
        row.save(update_fields=["ends_on", "ended_at", "ended_by"])
        case.record("end_hospital_stay", by=by, at=at, note=_days(row), stay=row.pk)
        _look_at_suspension_again(case, row, ends_on + timedelta(days=1), today)
        return row


def strike_hospital_stay(
    *, case: Case, by: User, stay: HospitalStay, reason: str, at: datetime | None = None
) -> HospitalStay:
    """A stay that was written down by mistake. Payments that were suspended meanwhile are looked at
    again now.
    """
    allow(case, by, WRITES)
    if not reason.strip():
        raise NotYet(_("Say why: the person can read this."), field="reason")
    with transaction.atomic():
        case.hold()
        when = case_money.moment(case, at)
        rows = HospitalStay.objects.filter(pk=stay.pk, case=case, struck_at=None)
        struck: dict[str, Any] = {"struck_at": when, "struck_by": by, "struck_for": reason.strip()}
        if rows.update(**struck) != 1:
            raise Stale(_("This stay was taken out already."))
        stay.refresh_from_db()
        note = f"{_days(stay)}. {reason.strip()}"
        case.record("strike_hospital_stay", by=by, at=at, note=note, stay=stay.pk)
        today = dates.london_date(when)
        _look_at_suspension_again(case, stay, today, today)
        return stay


def decide_hospital_stay(
    *,
    case: Case,
    by: User,
    answer: str,
    reason: str,
    look_again_on: date | None = None,
    last: int | None = None,
    at: datetime | None = None,
) -> HospitalDecision:
    """Decide that the direct payment goes on for now, with a day to look again, or that it is to be
    suspended, which a manager then does. `last`: the id of the decision that was known. A decision
    to suspend is changed by a manager alone.
    """
    allow(case, by, DECIDES)
    if answer not in HospitalDecision.ANSWERS:
        raise NotYet(_("Choose one of the answers."), field="answer")
    if not reason.strip():
        raise NotYet(_("Say why: the person can read this."), field="reason")
    when = case_money.moment(case, at)
    today = dates.london_date(when)
    with transaction.atomic():
        case.hold()
        case.refresh_from_db()
        found = hospital_stays.waiting_of_case(case, today)
        if found is None:
            raise Stale(_("There is nothing to decide about a stay in hospital now."))
        if (found.last.pk if found.last else None) != last:
            raise Stale(_("Somebody else has decided about it meanwhile. Look at it again."))
        goes_on = answer == "go_on"
        if found.to_suspend and not (goes_on and "manager" in access.roles_of(case, by)):
            raise NotYet(_("It was decided to suspend the payments: a manager goes on from here."))
        row = HospitalDecision.objects.create(
            stay=found.stay,
            answer=answer,
            reason=reason.strip(),
            look_again_on=payment_rules.look_again_by(look_again_on, today) if goes_on else None,
            decided_by=by,
            decided_at=when,
        )
        note = f"{row.get_answer_display()}. {row.reason}"
        case.record("decide_hospital_stay", by=by, at=at, note=note, decided=row.pk)
        return row


def _can_be(case: Case, day: date, today: date, field: str) -> None:
    life = hospital_stays.life_around(case)
    no = likely_days.refusal(day, today, life, likely_days.HAPPENED)
    if no:
        raise NotYet(no, field=field)


def _in_order(case: Case, begins_on: date, ends_on: date, today: date) -> None:
    _can_be(case, ends_on, today, "ends_on")
    if ends_on < begins_on:
        words = _("The last day is before the first, which is %(day)s.")
        raise NotYet(words % {"day": dates.date_words(begins_on)}, field="ends_on")


def _check_apart(case: Case, begins_on: date, ends_on: date | None) -> None:
    """NotYet for days that another stay has."""
    for row in hospital_stays.stays(case):
        if row.begins_on <= (ends_on or date.max) and begins_on <= (row.ends_on or date.max):
            words = _(
                "%(days)s a stay is written down already. Was it one stay, or is a day of it "
                "wrong? Take it out, and write it down again."
            )
            raise NotYet(words % {"days": _days(row)}, field="begins_on")


def _look_at_suspension_again(case: Case, stay: HospitalStay, day: date, today: date) -> None:
    """Payments that were suspended during the stay are looked at again on a day, or today where
    that is over; earlier where it was to be so already.
    """
    held = payment_rules.open_suspension(case)
    if held is None or not hospital_stays.covers(stay, held):
        return
    day = max(day, today)
    if held.look_again_on is None or day < held.look_again_on:
        held.look_again_on = day
        held.save(update_fields=["look_again_on"])


def _days(row: HospitalStay) -> str:
    first = dates.date_words(row.begins_on)
    if row.ends_on is None:
        return _("From %(first)s") % {"first": first}
    return _("From %(first)s to %(last)s") % {"first": first, "last": dates.date_words(row.ends_on)}
