"""Choosing which parts of the plan a helper may fill in, and keeping who wrote what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.models import PlanShare, PlanWriting, SupportPlan
from budgets.plan import shared_writing
from cases import access
from cases.common.refusals import NotYet
from cases.helpers import authority
from cases.models import Case, Person, Representation, User

VERB, MESSAGE = "chose_who_writes_the_plan", "asked_to_plan"


def share_plan(
    *,
    case: Case,
    rep: Representation,
    parts: Iterable[str],
    by: User,
    on_behalf_of: Person | None = None,
    note: str = "",
    at: datetime | None = None,
) -> PlanShare:
    """Say which parts of the plan a helper may fill in; none = only read. It holds from the next
    request on.

    By the person, or by staff who write down what the person said. The helper is told that there is
    something to do.
    """
    authority.may_decide(case, by)
    chosen = [part for part in shared_writing.PARTS if part in set(parts)]
    if set(parts) - set(chosen):
        raise NotYet(_("Choose parts of the plan."), field="parts")
    with transaction.atomic():
        case.hold()
        case.refresh_from_db(fields=["step"])
        if case.step != "plan":
            raise NotYet(_("The plan can't be changed now."))
        row = _writing_helper(case, rep)
        share, _made = PlanShare.objects.update_or_create(
            case=case,
            representation=row,
            defaults={"parts": chosen, "chosen_by": by, "chosen_at": at or timezone.now()},
        )
        may = {"who": row.user, "parts": shared_writing.titles(chosen)}
        words = _("%(who)s may fill in: %(parts)s.") % may
        event = case.record(
            VERB,
            by=by,
            note=" ".join(filter(None, [words, note])),
            at=at,
            audience=authority.PERSONAL,
            on_behalf_of=on_behalf_of,
            representation=row.pk,
            parts=chosen,
        )
        if chosen and row.sees(case.kind):
            authority.tell_helper(case, row, event, MESSAGE)
        return share


def _writing_helper(case: Case, rep: Representation) -> Representation:
    """The helper as they stand now, if they may fill in forms in this case."""
    named = access.representations(case.person_id, named=True)
    row = next((r for r in named if r.pk == rep.pk), None)
    if row is None or not shared_writing.writing_helpers([row], case.kind):
        raise NotYet(_("They can't fill in anything in this case."))
    return row


def sign(
    plan: SupportPlan, by: User, role: str, places: Iterable[str], at: datetime | None
) -> None:
    """Keep that somebody wrote at these places of a draft: one statement."""
    when = at or timezone.now()
    PlanWriting.objects.bulk_create(
        [
            PlanWriting(plan=plan, place=place, user=by, role=role, at=when)
            for place in sorted(set(places))
        ],
        update_conflicts=True,
        unique_fields=["plan", "place", "user"],
        update_fields=["role", "at"],
    )


def copy_writings(last: SupportPlan, new: SupportPlan, lines: dict[int, Any]) -> None:
    """What was taken over from the last plan is still written by whoever wrote it. `lines`: old id
    -> new line.
    """
    places = {
        shared_writing.line_place(old): shared_writing.line_place(line.pk)
        for old, line in lines.items()
    }
    rows = [
        PlanWriting(
            plan=new,
            place=places.get(row.place, row.place),
            user_id=row.user_id,
            role=row.role,
            at=row.at,
        )
        for row in last.writings.all()
        if row.place in shared_writing.ALL or row.place in places
    ]
    PlanWriting.objects.bulk_create(rows)
