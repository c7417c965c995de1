"""The days of all steps at once, finished and open, and the clocks that run for one team: reading
only.

What `timings` answers for one step at a time is here for all of them in one statement, so that the
steps can be ranked by their days beyond the target. Not here: the ranking and its words (poet).
"""

from collections import defaultdict
from datetime import date, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from cases.common import dates
from cases.figures import counts, timings
from cases.models import Clock


def finished_days(
    council, *, since: date, until: date, team: object = None
) -> dict[str, list[tuple[int, int]]]:
    """(days, how many) of finished stays, by step or clock."""
    dim, keys = counts.scope(team)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for step, measure, days, n, *_sums in counts.closed(
        council, dim, keys, since, until, ("step",)
    ):
        if measure == "gross" and n:
            found[step].append((days, n))
    return dict(found)


def open_days(council, now: datetime, *, team: object = None) -> dict[str, list[tuple[int, int]]]:
    """(days so far, how many) of open stays, by step."""
    today, found = dates.london_date(now), defaultdict(list)
    for _key, step, day, _due, n in counts.opened(
        council, "team" if team is not None else "", counts.keys_of(team)
    ):
        found[step].append((max((today - day).days, 0), n))
    return dict(found)


def open_clocks(council, now: datetime, *, team: object = None) -> dict[str, tuple[int, int]]:
    """(open, of those overdue) of each clock. Of a team they are counted among the clocks
    themselves.
    """
    if team is None:
        return {row.step: (row.n, row.late) for row in timings.clocks_now(council, now)}
    rows = (
        _running(council, team)
        .values("kind")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=now)))
    )
    return {row["kind"]: (row["n"], row["late"]) for row in rows}


def clock_ages(council, code: str, now: datetime, *, team: object = None) -> list[tuple[int, int]]:
    """(days so far, how many) of one clock that runs."""
    if team is None:
        return timings.open_counts(council, code, now)
    began = (
        _running(council, team)
        .filter(kind=code)
        .values_list(TruncDate("began_at", tzinfo=dates.LONDON))
    )
    today = dates.london_date(now)
    return sorted((max((today - day).days, 0), n) for day, n in began.annotate(n=Count("pk")))


def _running(council, team):
    rows = Clock.objects.filter(council=council, ended_at=None, dropped_at=None).order_by()
    return rows.filter(case__team__in=counts.keys_of(team))
