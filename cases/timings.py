"""How long things take and what is late: reading only, for one council.

Days are whole calendar days, fixed on the visit when it closed; no percentile is ever worked out from timestamps.
Every figure comes from counts of (step, days, how many), grouped by the database, so that the source can become
a stored histogram without a change for the callers. Quantiles are nearest rank: the smallest number of days that
at least half (or nine tenths) of the visits needed. Waits that are not over are counted apart, by their age:
a median of finished ones alone flatters a backlog.

`teams` below is None for the whole council, or ids of teams. A finished visit belongs to the team that had the
case when it ended, an open one to the team that has it now. Periods are whole London months, both ends included.
Not here: who may see these figures (the dashboard's view), control charts and survival curves (poet).
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery, Sum

from . import dates, journey
from .models import Case, Visit

AGE_BANDS = {"under_28": (0, 28), "28_42": (28, 43), "43_90": (43, 91), "91_182": (91, 183), "183_365": (183, 366),
             "over_365": (366, None)}  # days waited: from, up to and without  # fmt: skip


@dataclass(frozen=True)
class StepRow:
    """Finished stays in one step. `in_target` of `with_target` ended before their deadline. `net_median` leaves out
    recorded pauses. `loops` came back to the step within one cycle. None where nothing was finished."""

    step: str
    n: int
    median: int | None
    p90: int | None
    net_median: int | None
    in_target: int
    with_target: int
    longest: int | None
    loops: int

    @property
    def share_in_target(self) -> float | None:
        return self.in_target / self.with_target if self.with_target else None


@dataclass(frozen=True)
class WaitingRow:
    """Open stays in one step: how many by age, how many past their deadline, the longest wait in days."""

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


@dataclass(frozen=True)
class WholeJourney:
    """From asking to the first money or support, of those whose first budget started in the period."""

    n: int
    median: int | None
    p90: int | None
    in_target: int


def quantile(counts: Iterable[tuple[int, int]], share: float) -> int | None:
    """Nearest rank of (days, how many) pairs, as PostgreSQL's percentile_disc; None without any."""
    pairs = sorted(counts)
    rank = max(1, math.ceil(share * sum(n for _, n in pairs)))
    for days, n in pairs:
        rank -= n
        if rank <= 0:
            return days
    return None


def days_by_step(
    council, *, since: date, until: date, team: object = None, route: str | None = None
) -> list[StepRow]:
    """Finished visits by step, in the journey's order; `since` and `until` are days of the first and last month."""
    closed = _closed(council, since, until, team, route)
    on_time = Q(due_at__isnull=False, left_at__lt=F("due_at"))
    groups = closed.values("step", "days", "paused_days").annotate(
        n=Count("pk"), due=Count("due_at"), ok=Count("pk", filter=on_time)
    )
    gross, net, due, ok = (defaultdict(list), defaultdict(list), defaultdict(int), defaultdict(int))
    for row in groups.order_by():
        gross[row["step"]].append((row["days"], row["n"]))
        net[row["step"]].append((row["days"] - row["paused_days"], row["n"]))
        due[row["step"]] += row["due"]
        ok[row["step"]] += row["ok"]
    loops = _loops(closed)
    return [
        StepRow(
            step, sum(n for _, n in gross[step]), quantile(gross[step], 0.5), quantile(gross[step], 0.9),
            quantile(net[step], 0.5), ok[step], due[step], max(days for days, _ in gross[step]), loops.get(step, 0),
        )
        for step in journey.OPEN
        if step in gross
    ]  # fmt: skip


def waiting_now(council, now: datetime, *, team: object = None) -> list[WaitingRow]:
    """Open stays by step and age. A running budget waits for nobody and is left out."""
    counts = {name: Count("pk", filter=_aged(band, now)) for name, band in AGE_BANDS.items()}
    rows = _open_visits(council, team).values("step").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=now)), oldest=Min("entered_at"), **counts
    )  # fmt: skip
    found = {row["step"]: row for row in rows.order_by()}
    return [
        WaitingRow(step, row["n"], row["late"], {name: row[name] for name in AGE_BANDS}, _days(row["oldest"], now))
        for step in journey.OPEN
        if (row := found.get(step))
    ]


def whose_turn(council, now: datetime, *, team: object = None) -> list[TurnRow]:
    """Whose turn it is in the open cases of `waiting_now`, most cases first."""
    cases = _of_team(Case.objects.filter(council=council).exclude(step__in=["running", "closed"]), "team", team)
    rows = cases.values("turn").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=now)), oldest=Min("turn_since")
    )
    found = [TurnRow(r["turn"], r["n"], r["late"], _days(r["oldest"], now)) for r in rows.order_by()]
    return sorted(found, key=lambda row: (-row.n, row.turn))


def longest_waits(council, now: datetime, *, team: object = None, limit: int = 10) -> list[LongWait]:
    """The open stays that began first, oldest first."""
    rows = _open_visits(council, team).order_by("entered_at", "pk")[:limit]
    columns = rows.values_list("case__ref", "step", "case__turn", "entered_at", "due_at")
    return [
        LongWait(ref, step, turn, _days(entered, now), _days(due, now) + 1 if due and due <= now else 0)
        for ref, step, turn, entered, due in columns
    ]


def asking_to_start(council, *, since: date, until: date, team: object = None) -> WholeJourney:
    """Days from asking to the first running budget, for budgets that first ran in the period.

    The days of a case's visits add up to its calendar days exactly (each is a difference of the same two dates);
    time when a case was closed and later opened again is not in it.
    """
    before = Visit.objects.filter(case=OuterRef("case"), seq__lt=OuterRef("seq")).order_by().values("case")
    earlier = Visit.objects.filter(case=OuterRef("case"), step="running", seq__lt=OuterRef("seq"))
    first = _of_team(
        Visit.objects.filter(
            ~Exists(earlier),
            council=council,
            step="running",
            entered_at__gte=dates.london_midnight(since.replace(day=1)),
            entered_at__lt=dates.london_midnight(next_month(until)),
        ),
        "case__team",
        team,
    )
    totals = first.annotate(total=Subquery(before.annotate(sum=Sum("days")).values("sum")))
    counts = list(totals.order_by().values_list("total").annotate(n=Count("pk")))
    pairs = [(days, n) for days, n in counts if days is not None]
    target = journey.WHOLE_JOURNEY["request_to_start"]
    return WholeJourney(
        sum(n for _, n in pairs), quantile(pairs, 0.5), quantile(pairs, 0.9), sum(n for d, n in pairs if d <= target)
    )


def _closed(council, since, until, team, route):
    months = {"month__gte": since.replace(day=1), "month__lte": until.replace(day=1)}
    rows = _of_team(Visit.objects.filter(council=council, **months), "team", team)
    return rows if route is None else rows.filter(route=route)


def _loops(closed) -> dict[str, int]:
    same = Visit.objects.filter(
        case=OuterRef("case"), cycle_no=OuterRef("cycle_no"), step=OuterRef("step"), seq__lt=OuterRef("seq")
    )
    return dict(closed.filter(Exists(same)).order_by().values_list("step").annotate(n=Count("pk")))


def _open_visits(council, team):
    rows = Visit.objects.filter(council=council, left_at=None).exclude(step="running")
    return _of_team(rows, "case__team", team)


def _of_team(rows, column: str, team):
    """`team`: None, a Team, an id, or several ids."""
    if team is None:
        return rows
    several = team if isinstance(team, Collection) else [team]
    return rows.filter(**{f"{column}__in": several})


def _aged(band, now) -> Q:
    """Entered so long ago, counted in London days as people do."""
    youngest, oldest = band
    today = dates.london_date(now)
    found = Q(entered_at__lt=dates.london_midnight(today - timedelta(days=youngest - 1)))
    if oldest is None:
        return found
    return found & Q(entered_at__gte=dates.london_midnight(today - timedelta(days=oldest - 1)))


def _days(since: datetime, now: datetime) -> int:
    return max(dates.days_between(since, now), 0)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
