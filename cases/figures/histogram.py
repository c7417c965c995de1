"""Keeping the figures: draining the changes that moves append, finishing figures, rebuilding and
checking all of it.

`Case.move` appends `TimeDelta` rows in its own transaction: no counter that every writer would
queue for. `drain` takes them out with one DELETE .. RETURNING, adds them to the histogram and
writes the finished figures anew, for each council under a lock of its row, so that two drains never
finish the same figure. Each step is safe to run twice. Not here: reading (`timings`), what a move
appends (`models/clock.py`).
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q

from cases.common import dates
from cases.common.quantiles import quantile
from cases.models import Council, OpenDays, StepDays, StepFigures, TimeDelta
from cases.resilience import jobs
from cases.resilience.heartbeat import beat

WINDOWS = (
    1,
    3,
    12,
    24,
)  # months up to and with this one that have finished figures; each month alone has too
KEPT = (
    "",
    "team",
    "route",
)  # the dimensions with finished figures and net days; the others are read from the histogram
SUMS = ("n", "due", "ok", "loops", "person_days", "council_days", "panel_days", "other_days")
BATCH = 20_000
TAKEN = (
    "id",
    "council_id",
    "kind",
    "sign",
    "step",
    "team_id",
    "route",
    "need",
    "age",
    "version",
    "month",
    "days",
    "net",
    "due",
    "ok",
    "loop",
    "turn",
    "day",
    "turn_day",
    "due_day",
    "person_days",
    "council_days",
    "panel_days",
    "other_days",
)
CLOSED_KEY = ("council_id", "dim", "key", "measure", "month", "step", "days")
OPEN_KEY = ("council_id", "dim", "key", "step", "day", "due_day")


class Drained(NamedTuple):
    changes: int


def drain(limit: int = BATCH, now: datetime | None = None, council: int | None = None) -> int:
    """Add the oldest changes, of one council or of all, to the histogram. Returns how many rows
    were taken; 0 means that nothing waits.
    """
    with transaction.atomic():
        taken = _take(limit, council)
        _add(taken)
        councils = {row.council_id for row in taken}
        _lock(councils)
        for council, touched in _touched(taken).items():
            _finish_some(council, touched, dates.today(now))
    for council in councils:
        changed(council)
    beat("drain")
    return len(taken)


def drain_all(now: datetime | None = None) -> Drained:
    """Take out all that waits, council by council and batch by batch, and finish a new month's
    figures.
    """
    waiting = (
        TimeDelta.objects.order_by("council_id").values_list("council_id", flat=True).distinct()
    )
    total = sum(
        jobs.apart("drain", [(f"council {pk}", partial(_drain_council, pk, now)) for pk in waiting])
    )
    refresh(now)
    beat("drain")
    return Drained(total)


def _drain_council(council: int, now: datetime | None) -> int:
    total = 0
    while taken := drain(now=now, council=council):
        total += taken
    return total


def stamp(council_id: int) -> str:
    """The heartbeat that changes whenever the figures of a council do."""
    return f"figures {council_id}"


def refresh(now: datetime | None = None) -> int:
    """Finish the figures of a month that has just begun, for every council that has none of it
    yet.
    """
    month = dates.today(now).replace(day=1)
    done = Council.objects.filter(pk__in=StepFigures.objects.filter(until=month).values("council"))
    late = (
        StepDays.objects.exclude(council__in=done.values("pk"))
        .values_list("council", flat=True)
        .distinct()
    )
    return len(
        jobs.apart(
            "month",
            [(f"council {pk}", partial(_begin_month, pk, month)) for pk in sorted(set(late))],
        )
    )


def _begin_month(council: int, month: date) -> None:
    with transaction.atomic():
        _lock([council])
        finish_all(council, month)
    changed(council)


def _finish_some(council: int, touched: dict, today: date) -> None:
    """The figures that changed; in a month that has just begun all of them, so that whoever finds
    one of a month finds every key's.
    """
    if StepFigures.objects.filter(council=council, until=today.replace(day=1)).exists():
        _finish(council, touched, today)
    else:
        finish_all(council, today)


def finish_all(council_id: int, today: date) -> None:
    """Finish every figure of a council, of each of its teams and of each route."""
    keys = (
        StepDays.objects.filter(council=council_id, dim__in=KEPT)
        .values_list("dim", "key")
        .distinct()
    )
    _finish(council_id, dict.fromkeys(keys.order_by()), today)


def changed(council_id: int) -> None:
    """Pages that were kept from before are not shown any more."""
    beat(stamp(council_id))


def _lock(councils: Iterable[int]) -> None:
    """One finisher a council. Not FOR UPDATE: that would stop every move, whose rows point at the
    council.
    """
    list(
        Council.objects.select_for_update(no_key=True)
        .filter(pk__in=sorted(councils))
        .order_by("pk")
    )


def _take(limit: int, council: int | None = None) -> list[TimeDelta]:
    locked = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    own, values = ("WHERE council_id = %s", [council, limit]) if council else ("", [limit])
    oldest = f"SELECT id FROM cases_timedelta {own} ORDER BY id LIMIT %s {locked}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM cases_timedelta WHERE id IN ({oldest}) RETURNING {', '.join(TAKEN)}",
            values,
        )
        rows = cursor.fetchall()
    fields = [TimeDelta._meta.get_field(name.removesuffix("_id")) for name in TAKEN]
    return [
        TimeDelta(**{n: _plain(f, v) for n, f, v in zip(TAKEN, fields, row, strict=True)})
        for row in rows
    ]


def _plain(field: Any, value: Any) -> Any:
    """SQLite hands back text for dates and 0 or 1 for truth."""
    return (
        field.to_python(value)
        if field.get_internal_type() in ("DateField", "BooleanField")
        else value
    )


def cells(row: Any) -> Iterator[tuple[tuple, tuple]]:
    """(key, sums) of every histogram cell that a change belongs to, without its sign."""
    if row.kind == "open":
        yield from _open_cells(row)
        return
    sums = (
        1,
        int(row.due),
        int(row.ok),
        int(row.loop),
        row.person_days,
        row.council_days,
        row.panel_days,
        row.other_days,
    )
    dims = {
        "": "",
        "team": row.team_id,
        "route": row.route,
        "need": row.need,
        "age": row.age,
        "version": row.version,
    }
    for dim, key in dims.items():
        if dim == "team" and key is None:
            continue
        where = (row.council_id, dim, str(key))
        yield (*where, "gross", row.month, row.step, row.days), sums
        if dim in KEPT:
            yield (*where, "net", row.month, row.step, row.net), (1, 0, 0, 0, 0, 0, 0, 0)


def _open_cells(row: Any) -> Iterator[tuple[tuple, tuple]]:
    here, turn = (row.step, row.day, row.due_day), (row.step, row.turn_day, row.due_day)
    yield (row.council_id, "", "", *here), (1,)
    if row.turn:
        yield (row.council_id, "turn", row.turn, *turn), (1,)
    if row.team_id is not None:
        yield (row.council_id, "team", str(row.team_id), *here), (1,)
        if row.turn:
            yield (row.council_id, "team_turn", f"{row.team_id}:{row.turn}", *turn), (1,)


def counted(rows: Iterable[Any]) -> tuple[dict[tuple, list[int]], dict[tuple, list[int]]]:
    """Closed and open cells of many changes, each the sum of its signs; what cancels out is left
    out.
    """
    found: tuple[dict, dict] = ({}, {})
    for row in rows:
        into = found[row.kind == "open"]
        for key, sums in cells(row):
            have = into.setdefault(key, [0] * len(sums))
            for place, one in enumerate(sums):
                have[place] += row.sign * one
    first, second = ({k: v for k, v in part.items() if any(v)} for part in found)
    return first, second


def _add(rows: list[TimeDelta]) -> None:
    closed, opened = counted(rows)
    upsert(StepDays, CLOSED_KEY, SUMS, closed)
    upsert(OpenDays, OPEN_KEY, ("n",), opened)
    for model, part in ((StepDays, closed), (OpenDays, opened)):
        if part:
            model.objects.filter(council__in={key[0] for key in part}, n=0).delete()


def upsert(model: Any, key: tuple[str, ...], sums: tuple[str, ...], part: dict) -> None:
    """Add to what is there, in the order of the keys: two drains can't lock each other out."""
    table, names = model._meta.db_table, [*key, *sums]
    adds = ", ".join(f"{one} = {table}.{one} + excluded.{one}" for one in sums)
    rows = sorted(part.items())
    for start in range(0, len(rows), 400):
        some = rows[start : start + 400]
        one = f"({', '.join(['%s'] * len(names))})"
        values = [_adapted(value) for where, what in some for value in (*where, *what)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([one] * len(some))} "
                f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {adds}",
                values,
            )


def fill(model: Any, key: tuple[str, ...], sums: tuple[str, ...], part: dict) -> None:
    """Write what is not there yet: by COPY on PostgreSQL, ten times as fast as adding to what may
    be there.
    """
    if connection.vendor != "postgresql":
        upsert(model, key, sums, part)
        return
    rows = iter(part.items())
    while some := list(islice(rows, BATCH)):
        text = io.StringIO()
        csv.writer(text).writerows((*where, *what) for where, what in some)
        text.seek(0)
        with connection.cursor() as cursor:
            # an empty key is a key, not nothing
            cursor.copy_expert(
                (
                    f"COPY {model._meta.db_table} ({', '.join([*key, *sums])}) FROM STDIN (FORMAT "
                    "csv, NULL 'none')"
                ),
                text,
            )


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _touched(rows: list[TimeDelta]) -> dict[int, dict[tuple[str, str], dict[str, set[date]]]]:
    """council -> (dimension, key) -> step -> the months in which it changed."""
    found: dict = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for row in rows:
        if row.kind == "closed":
            for dim, key in (("", ""), ("team", row.team_id), ("route", row.route)):
                if key is not None:
                    found[row.council_id][dim, str(key)][row.step].add(row.month)
    return found


def windows(today: date) -> list[tuple[date, date]]:
    """(first, last month) of every window with finished figures: the periods of the dashboard and
    each month.
    """
    this = today.replace(day=1)
    months = [dates.months_before(this, back) for back in range(max(WINDOWS))]
    return [(months[size - 1], this) for size in WINDOWS] + [(m, m) for m in months[1:]]


def _finish(council: int, touched: dict, today: date) -> None:
    """Write the finished figures anew: of the steps and months given, or of all where they are
    None.
    """
    all_windows = windows(today)
    for (dim, key), steps in touched.items():
        old = StepFigures.objects.filter(council=council, dim=dim, key=key)
        if not old.filter(until=today.replace(day=1)).exists():
            steps = None  # a month has begun: what is there of a window must be all of it
        wrong = Q(pk__isnull=False) if steps is None else Q(pk__in=[])
        for step, months in (steps or {}).items():
            for month in months:
                wrong |= Q(step=step, since__lte=month, until__gte=month)
        old.filter(wrong).delete()
        there = set(old.values_list("step", "since", "until"))
        StepFigures.objects.bulk_create(
            StepFigures(
                council_id=council, dim=dim, key=key, step=step, since=since, until=until, **figure
            )
            for (step, since, until), figure in figures_of(council, dim, key, all_windows, steps)
            if (step, since, until) not in there
        )


def figures_of(council, dim, key, all_windows, steps) -> Iterator[tuple[tuple, dict]]:
    """((step, since, until), finished figure) of every window, as the histogram says."""
    rows = StepDays.objects.filter(
        council=council, dim=dim, key=key, month__gte=min(w[0] for w in all_windows)
    )
    if steps is not None:
        rows = rows.filter(step__in=list(steps))
    by_step: dict = defaultdict(list)
    for row in rows.order_by("days").values_list("step", "measure", "month", "days", *SUMS):
        by_step[row[0]].append(row[1:])
    for step, found in by_step.items():
        for since, until in all_windows:
            inside = [row for row in found if since <= row[1] <= until]
            if inside:
                yield (step, since, until), figure(inside)


def figure(rows: list[tuple]) -> dict:
    """A finished figure of (measure, month, days, *sums) rows."""
    gross: Counter[int] = Counter()
    net: Counter[int] = Counter()
    sums = [0] * len(SUMS)
    for measure, _month, days, *counts in rows:
        (gross if measure == "gross" else net)[days] += counts[0]
        if measure == "gross":
            sums = [a + b for a, b in zip(sums, counts, strict=True)]
    return dict(zip(SUMS, sums, strict=True)) | {
        "median": quantile(gross.items(), 0.5),
        "p90": quantile(gross.items(), 0.9),
        "net_median": quantile(net.items(), 0.5),
        "longest": max((d for d, n in gross.items() if n), default=None),
    }
