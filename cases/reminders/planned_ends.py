"""Closing a case whose planned last day with support is over.

A person decided the day; the service only does what was decided (docs/adr/0043). Not here: planning
an end (`actions.end_support`), when it may be set or taken back (`rules`), what it does to the
money (the rooms above join the moves).
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case
from cases.resilience import jobs


def close_ended(now: datetime | None = None) -> int:
    """Close the cases whose planned last day with support is over, as somebody decided it; how
    many. Each stands apart; two at once close it once.
    """
    today = min(dates.today(now), dates.today())
    rows = Case.objects.filter(ends_on__lt=today).exclude(step="closed").order_by("ends_on", "pk")
    return jobs.each(rows, _close_ended)


def _close_ended(case: Case) -> int:
    planning = journey.moves_where(end_ahead="planned")
    planned = case.events.filter(verb__in=planning).select_related("body").latest("seq")
    asked = {ask.name for ask in journey.MOVES["end_support"].asks}
    body = getattr(planned, "body", None)
    words = body.facts if body else {}
    gone = _("As it was planned.")  # where the words were deleted, as the law asks
    facts = dict.fromkeys(asked, gone) | words | planned.codes
    try:
        case.move(
            "end_support",
            by=None,
            **{name: facts[name] for name in asked} | {"end_date": case.ends_on},
        )
    except NotYet:
        case.refresh_from_db()
        if case.planned_end is None or case.planned_end >= dates.today():
            return 0  # somebody was faster
        raise
    return 1
