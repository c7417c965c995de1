"""Entering a council's own rates of charging, and correcting one. All or nothing, and nothing is
ever edited.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.models import ChargingRate
from budgets.money import charging_rates
from budgets.money.charging_rates import Problem, Rate
from cases import access
from cases.common.refusals import NotYet
from cases.models import Council, User

MAY_ENTER = {"finance", "admin"}


class RatesRefused(NotYet):
    """Rows that may not be entered. `problems`: index of the row -> what is wrong with it."""

    def __init__(self, problems: dict[int, list[Problem]]) -> None:
        field, sentence = next(iter(problems.values()))[0]
        super().__init__(sentence, field=field)
        self.problems = problems


def may_enter(council: Council, user: User) -> bool:
    """Does the user keep the rates of this council?"""
    return any(
        seat.council_id == council.pk and seat.role in MAY_ENTER for seat in access.seats_of(user)
    )


def record_charging_rates(
    *, council: Council, rates: Sequence[Rate], by: User, at: datetime | None = None
) -> list[ChargingRate]:
    """Enter rows beside those that stand. RatesRefused with everything that is wrong: then none is
    entered.
    """
    with transaction.atomic():
        beside = _standing(council, by)
        problems = charging_rates.refused(rates, beside)
        if problems:
            raise RatesRefused(problems)
        return [_row(council, rate, by, at) for rate in rates]


def correct_charging_rate(
    *,
    row: ChargingRate,
    rate: Rate | None,
    why: str,
    by: User,
    at: datetime | None = None,
) -> ChargingRate:
    """Strike a row and put another in its place, or nothing where `rate` is None. The struck row
    stays on record. NotYet where somebody has corrected it already.
    """
    if not why.strip():
        raise NotYet(_("Say what was wrong."), field="note")
    with transaction.atomic():
        beside = _standing(row.council, by, but=row)
        if row.amount is None or ChargingRate.objects.filter(corrects=row).exists():
            raise NotYet(_("Somebody has corrected this row already."))
        if rate is not None and (problems := charging_rates.refused([rate], beside)):
            raise RatesRefused(problems)
        kept = rate or charging_rates.as_rate(row)
        return _row(row.council, kept, by, at, corrects=row, why=why.strip(), struck=rate is None)


def _standing(council: Council, by: User, but: ChargingRate | None = None) -> list[Rate]:
    """The council's rows as they stand, its key held so that two people enter one after the
    other.
    """
    if not may_enter(council, by):
        raise NotYet(_("The finance team or an administrator enters the rates of charging."))
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    rows = charging_rates.standing(council.pk)
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    return [charging_rates.as_rate(row) for row in rows]


def _row(
    council: Council,
    rate: Rate,
    by: User,
    at: datetime | None,
    *,
    corrects: ChargingRate | None = None,
    why: str = "",
    struck: bool = False,
) -> ChargingRate:
    whole = charging_rates.ended(rate)
    return ChargingRate.objects.create(
        council=council,
        code=whole.code,
        amount=None if struck else whole.amount,
        valid_from=whole.valid_from,
        valid_to=whole.valid_to,
        source=whole.source.strip(),
        note=why or whole.note.strip(),
        corrects=corrects,
        recorded_by=by,
        recorded_at=at or timezone.now(),
    )
