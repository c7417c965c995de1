"""Stays in hospital, and what was decided meanwhile, as people read them. Reading only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from budgets.models import HospitalStay
from budgets.payments.hospital_stays import day_in_hospital
from cases.common import dates
from cases.ui.components import Table
from cases.ui.date_words import day


def stays_table(rows: Sequence[HospitalStay], staff: bool) -> Table:
    """The stays that stand; for staff with who wrote them down, and when."""
    head = [_("First day"), _("Last day"), _("Days")]
    cells: list[list[Any]] = [[day(row.begins_on), _last_day(row), str(_days(row))] for row in rows]
    if staff:
        head.append(_("Written down"))
        for row, line in zip(rows, cells, strict=True):
            line.append(_written(row))
    return Table(_("In hospital"), head, cells, numeric={2}, empty=_("No stay is written down."))


def decisions_table(rows: Sequence[HospitalStay]) -> Table | None:
    """What was decided in these stays, the newest first; None where nothing was."""
    found = sorted((one for row in rows for one in row.decisions.all()), key=lambda one: -one.pk)
    cells = [
        [
            day(one.decided_at),
            str(one.get_answer_display()),
            one.reason,
            day(one.look_again_on) if one.look_again_on else "",
        ]
        for one in found
    ]
    head = [_("Decided on"), _("The direct payment"), _("Why"), _("Look again on")]
    return Table(_("What was decided"), head, cells) if cells else None


def stay_rows(rows: Sequence[HospitalStay]) -> list[tuple[str, Any]]:
    """The last of these stays, and what was decided in it last, for who writes something down about
    it.
    """
    if not rows:
        return []
    row = rows[-1]
    found = [(_("In hospital from"), day(row.begins_on)), (_("Until"), _last_day(row))]
    decided = max(row.decisions.all(), key=lambda one: one.pk, default=None)
    if decided is not None:
        said = f"{decided.get_answer_display()}. {decided.reason}"
        found.append((_("Decided on %(day)s") % {"day": day(decided.decided_at)}, said))
    return found


def _last_day(row: HospitalStay) -> str:
    if row.ends_on:
        return day(row.ends_on)
    return day(row.case.person.died_on) if row.case.person.died_on else _("Still there")


def _days(row: HospitalStay) -> int:
    last = row.ends_on or row.case.person.died_on or dates.today()
    return max(day_in_hospital(row.begins_on, last), 1)


def _written(row: HospitalStay) -> list[Any]:
    """By whom and when, and the last day where that came later."""
    said = _("%(who)s, %(day)s")
    found = [said % {"who": row.recorded_by, "day": day(row.recorded_at)}]
    if row.ended_at and row.ended_at != row.recorded_at:
        words = _("Last day: %(who)s, %(day)s")
        found.append(words % {"who": row.ended_by, "day": day(row.ended_at)})
    return found
