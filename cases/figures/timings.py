"""How long things take and what is late: reading only, for one council.

Days are whole calendar days, fixed on the visit when it closed; no percentile is ever worked out
from typing import Any, Any
from timestamps, and no page scans the visits. A figure is read from the finished figures where
nothing waits to be drained, else from the exact histogram together with the changes not yet
drained: the same numbers either way. Quantiles are nearest rank: the smallest number of days that
at least half (or nine tenths) of the visits needed. Waits that are not over are counted apart, by
their age: a median of finished ones alone flatters a backlog.

`team` below is None for the whole council, a team, its id, or several ids. A finished visit belongs
to the team that had the case when it ended, an open one to the team that has it now. Periods are
whole London months, both ends included. `step` may also be a clock of `journey.CLOCKS`. Not here:
who may see these figures (the dashboard's view), control charts and survival curves (poet).
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery

from cases import journey
from cases.common import dates
from cases.common.quantiles import quantile
from cases.figures.counts import (
    aged,
    closed,
    day_of,
    finished,
    finished_apart,
    first,
    keys_of,
    opened,
    scope,
)
from cases.figures.histogram import WINDOWS, figure, stamp
from cases.models import Council, Heartbeat, TimeDelta, Visit

AGE_BANDS = {
    "under_28": (0, 28),
    "28_42": (28, 43),
    "43_90": (43, 91),
    "91_182": (91, 183),
    "183_365": (183, 366),
    "over_365": (366, None),
}  # days waited: from, up to and without


@dataclass(frozen=True)
class StepRow:
    """Finished stays in one step (or clock). `in_target` of `with_target` ended before their
    deadline. `net_median` leaves out recorded pauses. `loops` came back to the step within one
    cycle. `person_days` and so on: whose days they were, added up. None where nothing was finished.
    """

    step: str
    n: int
    median: int | None
    p90: int | None
    net_median: int | None
    in_target: int
    with_target: int
    longest: int | None
    loops: int
    person_days: int = 0
    council_days: int = 0
    panel_days: int = 0
    other_days: int = 0

    @property
    def share_in_target(self) -> float | None:
        return self.in_target / self.with_target if self.with_target else None


@dataclass(frozen=True)
class WaitingRow:
    """Open stays in one step: how many by age, how many past their deadline, the longest wait in
    days.
    """

    step: str
    n: int
    late: int
    bands: dict[str, int]
    longest: int


@dataclass(frozen=True)
class TurnRow:
    """Open cases by whose turn it is; `longest` is days since that turn began."""

    turn: str
    n: int
    late: int
    longest: int


@dataclass(frozen=True)
class LongWait:
    ref: str
    step: str
    turn: str
    days: int
    days_late: int


def days_by_step(
    council, *, since: date, until: date, team: object = None, dim: str = "", key: object = ""
) -> list[StepRow]:
    """Finished visits by step, in the journey's order; `since` and `until` are days of the first
    and last month.

    `dim` and `key`: one value of a dimension (route, need, age, version) instead of a team.
    """
    found = _step_rows(council, since, until, team, dim, key)
    return [found[step] for step in journey.open_steps() if step in found]


def clock_rows(council, *, since: date, until: date, team: object = None) -> list[StepRow]:
    """Clocks that ended, in the order of `journey.CLOCKS`; a later cycle's whole-journey wait is
    not among them.
    """
    found = _step_rows(council, since, until, team)
    return [found[code] for code in journey.CLOCKS if code in found]


def split(council, step: str, dim: str, *, since: date, until: date) -> dict[str, StepRow]:
    """One step by all keys of a dimension: team ids as text, routes, need groups, age bands,
    journey versions.
    """
    kept = finished_apart(council, dim, step)
    if kept is not None:
        whole = list(kept.filter(since=first(since), until=first(until)).order_by("key"))
        if whole:
            return {r.key: _row(step, vars(r)) for r in whole if r.n}
    rows = closed(council, dim, None, since, until, ("key",), step)
    groups: dict[str, list] = defaultdict(list)
    for key, *row in rows:
        groups[str(key)].append(row)
    found = {
        key: _row(step, figure([(r[0], None, *r[1:]) for r in group]))
        for key, group in groups.items()
    }
    return {key: row for key, row in sorted(found.items()) if row.n}


def trend(
    council, step: str, *, since: date, until: date, team: object = None
) -> list[tuple[date, int, int]]:
    """(month, how many, median days) of each month in which something was finished, the oldest
    first.
    """
    return kept_trend(council, step, since=since, until=until, team=team) or trend_of(
        month_counts(council, step, since=since, until=until, team=team)
    )


def kept_trend(
    council, step: str, *, since: date, until: date, team: object = None
) -> list[tuple[date, int, int]]:
    """`trend` from the finished figures; nothing where they may not be read."""
    dim, keys = scope(team)
    kept = finished(council, dim, keys, step)
    if kept is None or dates.months_before(until, max(WINDOWS) - 1) > first(since):
        return []
    months = kept.filter(
        since=F("until"), since__gte=first(since), until__lte=first(until)
    ).order_by("since")
    return [row for row in months.values_list("since", "n", "median") if row[1]]


def trend_of(counts: list[tuple[date, int, int]]) -> list[tuple[date, int, int]]:
    """`trend` from the counts of each month."""
    by_month: dict[date, dict[int, int]] = defaultdict(dict)
    for month, days, n in counts:
        by_month[month][days] = n
    return [
        (month, sum(counted.values()), quantile(counted.items(), 0.5) or 0)
        for month, counted in sorted(by_month.items())
    ]


def month_counts(
    council, step: str, *, since: date, until: date, team: object = None
) -> list[tuple[date, int, int]]:
    """(month, days, how many) of finished ones."""
    dim, keys = scope(team)
    rows = closed(council, dim, keys, since, until, ("month",), step)
    return [(day_of(r[0]), r[2], r[3]) for r in rows if r[1] == "gross" and r[3]]


def closed_counts(counts: list[tuple[date, int, int]], since: date) -> list[tuple[int, int]]:
    """(days, how many) of the months from `since`, the shortest first."""
    found: dict[int, int] = defaultdict(int)
    for month, days, n in counts:
        found[days] += n if month >= first(since) else 0
    return sorted((days, n) for days, n in found.items() if n)


def open_counts(council, step: str, now: datetime, *, team: object = None) -> list[tuple[int, int]]:
    """(days so far, how many) of open ones, the youngest first. Clocks are counted for the whole
    council only.
    """
    today = dates.london_date(now)
    counts: dict[int, int] = defaultdict(int)
    for _key, _step, day, _due, n in opened(
        council, "team" if team is not None else "", keys_of(team), step
    ):
        counts[max((today - day).days, 0)] += n
    return sorted(counts.items())


def waiting_now(council, now: datetime, *, team: object = None) -> list[WaitingRow]:
    """Open stays by step and age. A running budget waits for nobody and is left out."""
    found = _aged(council, now, team)
    return [found[step] for step in journey.open_steps() if step in found]


def clocks_now(council, now: datetime) -> list[WaitingRow]:
    """Clocks that run now, as `waiting_now`, for the whole council."""
    found = _aged(council, now, None)
    return [found[code] for code in journey.CLOCKS if code in found]


def whose_turn(council, now: datetime, *, team: object = None) -> list[TurnRow]:
    """Whose turn it is in the open cases of `waiting_now`, most cases first."""
    today = dates.london_date(now)
    dim, prefixes = "turn", [""]
    if team is not None:
        dim, prefixes = "team_turn", [f"{k}:" for k in keys_of(team) or ()]
    n: Counter[str] = Counter()
    late: Counter[str] = Counter()
    longest: Counter[str] = Counter()
    for key, _step, day, due, count in opened(council, dim, None):
        if not key.startswith(tuple(prefixes)):
            continue
        turn = key.rpartition(":")[2]
        n[turn] += count
        late[turn] += count if due <= today else 0
        longest[turn] = max(longest[turn], (today - day).days)
    found = [TurnRow(turn, n[turn], late[turn], longest[turn]) for turn in n]
    return sorted(found, key=lambda row: (-row.n, row.turn))


def data_version(council) -> str:
    """Changes whenever a figure of the council may have changed: what a cached page is keyed by."""
    last = TimeDelta.objects.filter(council=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    drained = Heartbeat.objects.filter(job=stamp(council.pk)).values("at")
    found = Council.objects.filter(pk=council.pk).annotate(
        last=Subquery(last), drained=Subquery(drained)
    )
    at, top = found.values_list("drained", "last").get()
    return f"{at.timestamp() if at else 0}-{top or 0}"


def longest_waits(
    council, now: datetime, *, team: object = None, limit: int = 10
) -> list[LongWait]:
    """The open stays that began first, oldest first."""
    waits = only_waits(Visit.objects.filter(council=council, left_at=None))
    rows = _of_team(waits, "case__team", team).order_by("entered_at", "pk")[:limit]
    columns = rows.values_list("case__ref", "step", "case__turn", "entered_at", "due_at")
    return [
        LongWait(
            ref, step, turn, _days(entered, now), _days(due, now) + 1 if due and due <= now else 0
        )
        for ref, step, turn, entered, due in columns
    ]


def only_waits(visits):
    """Visits without those of steps in which nothing is waited for; spelt as the partial index on
    the age of open waits spells it.
    """
    for step in journey.idle_steps():
        visits = visits.exclude(step=step)
    return visits


def _step_rows(council, since, until, team, dim="", key="") -> dict[str, StepRow]:
    dim, keys = (dim, [str(key)]) if dim and team is None else scope(team)
    kept = finished(council, dim, keys)
    if kept is not None:
        rows = list(kept.filter(since=first(since), until=first(until)))
        if rows:
            return {r.step: _row(r.step, vars(r)) for r in rows if r.n}
    groups: dict[str, list] = defaultdict(list)
    for step, *row in closed(council, dim, keys, since, until, ("step",)):
        groups[step].append((row[0], None, *row[1:]))
    found = {step: _row(step, figure(group)) for step, group in groups.items()}
    return {step: row for step, row in found.items() if row.n}


def _row(step: str, f: dict) -> StepRow:
    return StepRow(
        step,
        f["n"],
        f["median"],
        f["p90"],
        f["net_median"],
        f["ok"],
        f["due"],
        f["longest"],
        f["loops"],
        f["person_days"],
        f["council_days"],
        f["panel_days"],
        f["other_days"],
    )


def _aged(council, now, team) -> dict[str, WaitingRow]:
    today = dates.london_date(now)
    found: dict[str, dict[str, Any]] = {}
    for step, band, n, late, day in aged(council, keys_of(team), today, AGE_BANDS):
        row = found.setdefault(
            step, {"n": 0, "late": 0, "bands": dict.fromkeys(AGE_BANDS, 0), "longest": 0}
        )
        row["n"] += n
        row["late"] += late
        row["bands"][band] += n
        row["longest"] = max(row["longest"], (today - day).days)
    return {step: WaitingRow(step, **row) for step, row in found.items()}


def _of_team(rows, column: str, team):
    """`team`: None, a Team, an id, or several ids."""
    if team is None:
        return rows
    several = team if isinstance(team, Collection) else [team]
    return rows.filter(**{f"{column}__in": several})


def _days(since: datetime, now: datetime) -> int:
    return max(dates.days_between(since, now), 0)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
