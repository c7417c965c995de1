"""The figures once more from the visits, clocks and cases themselves: to write them anew, or to
find what differs.

The slow way, a few grouped scans a council, that the histogram must always agree with. Building
holds off the moves of everybody while it runs: a minute at 10,000 cases, a quarter of an hour at a
million, so do it at night. Checking reads one snapshot and holds off nobody.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, Count, F, Q, Sum, Value
from django.db.models.functions import Cast

from cases.figures import histogram
from cases.figures.histogram import CLOSED_KEY, OPEN_KEY, SUMS
from cases.models import Case, Clock, OpenDays, StepDays, StepFigures, TimeDelta, Visit

COLUMN = {
    "": None,
    "team": "team_id",
    "route": "route",
    "need": "need_group",
    "age": "age_band",
    "version": "journey_version",
}
SIDES = ("person_days", "council_days", "panel_days", "other_days")
NONE = (0,) * len(SIDES)


def expected(council: Any) -> tuple[dict[tuple, tuple], dict[tuple, tuple]]:
    """Closed and open cells as visits, clocks and cases say: key -> sums, as `histogram.counted`
    has them.
    """
    closed: dict[tuple, list[int]] = {}
    for key, sums in _closed(council):
        have = closed.setdefault(key, [0] * len(SUMS))
        closed[key] = [a + b for a, b in zip(have, sums, strict=True)]
    rows = [
        TimeDelta.of_case(c)
        for c in Case.objects.filter(council=council).exclude(step="closed").iterator()
    ]
    running = Clock.objects.filter(council=council, ended_at=None, dropped_at=None)
    rows += [TimeDelta.of_open_clock(clock) for clock in running.iterator()]
    return {k: tuple(v) for k, v in closed.items()}, {
        k: tuple(v) for k, v in histogram.counted(rows)[1].items()
    }


def _closed(council) -> Iterator[tuple[tuple, tuple]]:
    visits = Visit.objects.filter(council=council, left_at__isnull=False).annotate(
        net=F("days") - F("paused_days")
    )
    for dim, column in COLUMN.items():
        rows = visits if column is None else visits.exclude(**{column: None})
        key = Value("") if column is None else Cast(column, CharField(max_length=20))
        named = rows.annotate(own=key)
        on_time = Q(due_at__isnull=False, left_at__lt=F("due_at"))
        counts = {
            "n": Count("pk"),
            "with_due": Count("due_at"),
            "in_time": Count("pk", filter=on_time),
            "loops": Count("pk", filter=Q(loop=True)),
            **{f"sum_{s}": Sum(s) for s in SIDES},
        }
        for own, month, step, days, *sums in (
            named.order_by().values_list("own", "month", "step", "days").annotate(**counts)
        ):
            yield (council.pk, dim, own, "gross", month, step, days), tuple(sums)
        if dim in histogram.KEPT:
            for own, month, step, days, n in (
                named.order_by().values_list("own", "month", "step", "net").annotate(n=Count("pk"))
            ):
                yield (council.pk, dim, own, "net", month, step, days), (n, 0, 0, 0, *NONE)
    for clock in Clock.objects.filter(council=council, ended_at__isnull=False).iterator():
        yield from histogram.cells(TimeDelta.of_clock(clock))


def stored(council: Any) -> tuple[dict[tuple, tuple], dict[tuple, tuple]]:
    """Closed and open cells as histogram and undrained changes say, without those that cancel
    out.
    """
    waiting = histogram.counted(TimeDelta.objects.filter(council=council))
    closed = _added(
        StepDays.objects.filter(council=council).values_list(*CLOSED_KEY, *SUMS),
        CLOSED_KEY,
        waiting[0],
    )
    return closed, _added(
        OpenDays.objects.filter(council=council).values_list(*OPEN_KEY, "n"), OPEN_KEY, waiting[1]
    )


def _added(rows, key: tuple[str, ...], waiting: dict[tuple, list[int]]) -> dict[tuple, tuple]:
    found = {row[: len(key)]: row[len(key) :] for row in rows}
    for where, sums in waiting.items():
        have = found.get(where, (0,) * len(sums))
        found[where] = tuple(a + b for a, b in zip(have, sums, strict=True))
    return {where: sums for where, sums in found.items() if any(sums)}


def differences(council: Any) -> Iterator[str]:
    """One sentence for each figure that is not what the visits say."""
    own = connection.vendor == "postgresql" and not connection.in_atomic_block
    with transaction.atomic():
        if own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for name, right, have in zip(
            ("finished", "open"), expected(council), stored(council), strict=True
        ):
            for key in sorted(right.keys() | have.keys(), key=str):
                if right.get(key) != have.get(key):
                    words = " ".join(str(part) for part in key[1:] if part != "")
                    yield (
                        f"{council.slug}: {name} {words}: {have.get(key)}, the visits say "
                        f"{right.get(key)}"
                    )
        yield from _figures_wrong(council)


def _figures_wrong(council) -> Iterator[str]:
    if TimeDelta.objects.filter(council=council, kind="closed").exists():
        return  # finished figures are not read while something waits to be drained
    right: dict = {}
    for row in StepFigures.objects.filter(council=council):
        windows = [(row.since, row.until)]
        key = (row.dim, row.key, row.since, row.until)
        if key not in right:
            found = histogram.figures_of(council.pk, row.dim, row.key, windows, None)
            right[key] = {step: figure for (step, _since, _until), figure in found}
        figure = right[key].get(row.step, {})
        wrong = [name for name, value in figure.items() if getattr(row, name) != value] or (
            [] if figure else ["n"]
        )
        for name in wrong:
            yield (
                f"{council.slug}: {row.step} {row.dim} {row.key} {row.since} to {row.until}: "
                f"{name} is "
                f"{getattr(row, name)}, the histogram says {figure.get(name)}"
            )


def rebuild(council: Any, today) -> int:
    """Write all figures of a council anew. Returns how many cells there are. Moves wait while it
    runs.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with (
                connection.cursor() as cursor
            ):  # SQLite's transaction already keeps every writer out
                cursor.execute("LOCK TABLE cases_timedelta IN SHARE ROW EXCLUSIVE MODE")
        for model in (TimeDelta, StepDays, OpenDays, StepFigures):
            model.objects.filter(council=council).delete()
        closed, opened = expected(council)
        histogram.fill(StepDays, CLOSED_KEY, SUMS, closed)
        histogram.fill(OpenDays, OPEN_KEY, ("n",), opened)
        histogram.finish_all(council.pk, today)
    histogram.changed(council.pk)
    return len(closed) + len(opened)
