"""The indicative budget of a case: sharing it, and working it out again with a worker's changes.

The schemes themselves are written and published in studio.py.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.allocation import calculating
from budgets.allocation.allocator import SchemeError
from budgets.models import BudgetFigure
from budgets.position import case_money
from cases import access, journey
from cases.assessment.answering import last_sent
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.models import Case, SelfAssessment, User


def share_budget(
    *, case: Case, by: User, at: datetime | None = None, seen: int | None = None
) -> BudgetFigure:
    """Work out the indicative budget and share it. NotYet with the engine's sentence where an
    answer is missing.
    """
    with transaction.atomic():
        sent = last_sent(case)
        if sent is None:
            raise NotYet(_("There are no answers yet."))
        figure = _calculated(case, sent, by, case_money.moment(case, at))
        case.move("share_budget", by=by, at=at, seen=seen, figure=figure.pk)
        return figure


def adjust_budget(
    *,
    case: Case,
    by: User,
    overrides: dict[str, Any] | None = None,
    add_ons: list[dict[str, Any]] | None = None,
    external: dict[str, Any] | None = None,
    note: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> BudgetFigure:
    """Work out the indicative budget with a worker's changes, each with its reason: both figures
    are kept and shown.

    At `budget` this shares the figure; while the plan is written it stands beside the one before,
    and the person is told. `overrides`, `add_ons`, `external` as `allocate` takes them, in place of
    all earlier ones: what is left out is taken back. `note`: what the person reads of it in the
    timeline. NotYet with the engine's sentence.
    """
    people = access.representations(case.person_id)
    if not access.roles_of(case, by, people) & journey.WORKER:
        raise NotYet(_("Somebody else records this: it is not yours to do."))
    given = {"overrides": overrides, "add_ons": add_ons, "external": external}
    extras = {name: value for name, value in given.items() if value}
    with transaction.atomic():
        row = _open_to_changes(case, seen)
        moment = case_money.moment(row, at)
        sent, before = last_sent(case), case_money.indicative(case)
        if sent is None:
            raise NotYet(_("There are no answers yet."))
        _check_changes(extras, calculating.extras_of(before, sent), dates.london_date(moment))
        figure = _calculated(case, sent, by, moment, extras)
        if row.step == "budget":
            case.move("share_budget", by=by, at=at, seen=seen, figure=figure.pk)
            return figure
        case.record(
            "adjust_budget",
            by=by,
            at=at,
            note=note,
            figure=figure.pk,
            before=before.pk if before else None,
        )
        return figure


def _open_to_changes(case: Case, seen: int | None) -> Case:
    """The case, locked, while its budget may still be changed, and as it was read."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    if not journey.STEPS[row.step].figure_adjusts:
        raise NotYet(_("The indicative budget is changed before the plan is sent, not now."))
    if seen is not None and seen != row.head_seq:
        raise Stale(
            _("Somebody recorded something while this page was open. Look at the case first.")
        )
    return row


def _check_changes(extras: dict[str, Any], before: dict[str, Any], today: date) -> None:
    external = extras.get("external")
    if external and external.get("made_on", "") > today.isoformat():
        raise NotYet(
            _("Another tool’s figure is recorded when it is there: today or earlier."),
            field="made_on",
        )
    if extras == before:
        raise NotYet(_("Nothing was changed. Give at least one change."))


def _calculated(
    case: Case, sent: SelfAssessment, by: User, at: datetime, extras: dict[str, Any] | None = None
) -> BudgetFigure:
    """The figure worked out and kept; NotYet with the engine's sentence."""
    try:
        return calculating.record_calculation(case, sent, by=by, at=at, extras=extras)
    except SchemeError as refusal:
        raise NotYet(str(refusal)) from None
