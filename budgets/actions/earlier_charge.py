"""Charging a contribution from a day before the person was told it: a decision of its own, with its
reason and whoever takes it. The day they were really told stays as it was, and letters show it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import MAY_RECORD, allow
from budgets.entitlement import answer
from budgets.models import Contribution, EarlierCharge
from budgets.position import case_money
from budgets.position.entitlement_facts import facts_of_case
from cases.common import dates, likely_days
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet
from cases.models import Case, User


def charge_from_earlier(
    *,
    case: Case,
    by: User,
    contribution: Contribution,
    charged_from: date,
    why: str,
    meant: Collection[date] = (),
    at: datetime | None = None,
) -> EarlierCharge:
    """Charge a decided sum from a day before it was told, never before the day it begins. `meant`:
    an unlikely day that somebody was asked about again.
    """
    allow(case, by, MAY_RECORD)
    if is_left_open(why):
        raise NotYet(_("Say why: the person can read this."), field="why")
    with transaction.atomic():
        case.hold()
        when = case_money.moment(case, at)
        rows = case.contributions.filter(pk=contribution.pk, state="recorded")
        row = rows.exclude(told_on=None).first()
        if row is None:
            raise NotYet(_("Choose a sum that is decided and told."), field="contribution")
        _check_day(case, row, charged_from)
        likely_days.check(case, charged_from, dates.london_date(when), meant, "charged_from")
        before = _days(case, row)
        made = EarlierCharge.objects.create(
            contribution=row,
            charged_from=charged_from,
            why=why.strip(),
            recorded_by=by,
            recorded_at=when,
        )
        if _days(case, row) == before or not _counts(case, row, charged_from):
            raise NotYet(
                _("This changes nothing: another sum counts on these days, or it is charged then."),
                field="charged_from",
            )
        codes = {"fact": made.pk, "contribution": row.pk, "on": charged_from.isoformat()}
        case.record("charge_from_earlier", by=by, at=at, note=made.why, **codes)
        return made


def _days(case: Case, row: Contribution) -> list[Any]:
    """What the days before a sum was told cost and are charged: the only ones that may differ."""
    assert row.told_on is not None
    return list(answer.read(facts_of_case(case), row.told_on).runs(row.told_on.toordinal()))


def _counts(case: Case, row: Contribution, day: date) -> bool:
    """Is it this sum that is charged from the day, and not one that took its place?"""
    known = facts_of_case(case).contributions
    return any((one.weekly, one.told_on) == (row.weekly, day) for one in known)


def _check_day(case: Case, row: Contribution, day: date) -> None:
    if case.person.died_on:
        raise NotYet(_("This person has died. Speak to whoever settles the final account."))
    if day < row.valid_from:
        raise NotYet(
            _("This sum begins on %(day)s. Choose that day or a later one.")
            % {"day": dates.date_words(row.valid_from)},
            field="charged_from",
        )
    if row.told_on and day >= row.told_on:
        raise NotYet(
            _("The person was told on %(day)s: from then on it is charged by itself.")
            % {"day": dates.date_words(row.told_on)},
            field="charged_from",
        )
