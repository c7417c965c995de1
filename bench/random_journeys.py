"""Thousands of cases led random ways, against the slow oracle over their events: `python -m
bench.random_journeys [cases]`.

In order of time over four years: a quarter of the cases begins just before a clock change or 29
February. They are paused, handed on, corrected, closed and opened again. The sweep rings at
shuffled moments (late, twice, never for days on end), the drain takes odd bites. The kept figures
are compared while all of it still waits to be drained, half way, after the drain, and once the
figures have been rebuilt. On a new SQLite file, or an empty PostgreSQL database of your own that
DATABASE_URL names. Exits with 1 at the first difference.
"""

import gc
import heapq
import os
import sys
import time
from datetime import datetime, timedelta
from random import Random

from bench import setting

MOVES = 7  # tries a case; the rules refuse some of them
APART = 20  # days between two sweeps, on average: half the time the worker is off for longer


def main(cases: int = 10_000, start: int = 1) -> int:
    file = setting.FOLDER / "random-journeys.sqlite3"
    setting.FOLDER.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{file}")
    os.environ["SDS_LONG_STATEMENTS"] = "1"
    setting.start()
    from django.core.management import call_command

    from tests.cast import Cast

    call_command("migrate", verbosity=0)
    gc.freeze()
    gc.set_threshold(50_000)
    began = time.monotonic()
    cast = Cast.make()
    moved, swept = lead(Random(start), cast, cases)
    print(
        f"{cases:,} cases, {moved:,} moves, {swept} sweeps in {time.monotonic() - began:,.0f} s",
        flush=True,
    )
    return judge(cast.council)


def moments(rng: Random, now: datetime) -> datetime:
    """When a case begins: one in four just before a clock goes, or the leap day comes."""
    from tests.random_journeys import CLOCK_CHANGES, LEAP_DAY

    if rng.random() < 0.25:
        return rng.choice((*CLOCK_CHANGES, LEAP_DAY)) + timedelta(minutes=rng.randrange(180))
    return now - timedelta(minutes=rng.randrange(20 * 1440, 4 * 365 * 1440))


def lead(rng: Random, cast, count: int) -> tuple[int, int]:
    """All cases in order of time, sweeps between them. Returns how many events and sweeps there
    were.
    """
    from django.db import transaction
    from django.utils import timezone

    from cases.common import dates
    from cases.models import Event
    from tests.random_journeys import begun, one_move

    now = timezone.now()
    waiting = [(moments(rng, now), number, 0, None) for number in range(count)]
    heapq.heapify(waiting)
    bell, swept = waiting[0][0], 0
    while waiting:
        at, number, tries, case = heapq.heappop(waiting)
        if at >= now:
            continue
        if at > bell:
            swept += ring(rng, at, now)
            bell = at + timedelta(hours=rng.randrange(12, APART * 48))
        with transaction.atomic():
            if case is None:
                case = begun(cast, at)
            else:
                one_move(rng, cast, case, at)
        if tries < MOVES:
            # The same minute of the next days is the hour that the clocks leave out or have twice.
            later = at + timedelta(minutes=rng.choice((1, 20, 600, 1440, 1500, 4000, 9000, 40_000)))
            heapq.heappush(waiting, (later, number, tries + 1, case))
    assert dates.london_date(now) == dates.today()
    return Event.objects.count(), swept


def ring(rng: Random, at: datetime, now: datetime) -> int:
    """The sweep runs: off, on, or two at once; and up to two days before or after. How often."""
    from cases.reminders.sweep import sweep

    times = rng.choice((0, 1, 1, 2))
    for _ in range(times):
        sweep(now=min(at + timedelta(hours=rng.randrange(-48, 48)), now))
    return times


def judge(council) -> int:
    """Compare before, while and after draining, and after a rebuild."""
    from django.core.management import call_command
    from django.utils import timezone

    from bench.oracle import compare, events
    from cases.figures import histogram
    from cases.models import TimeDelta

    cases, now = events(council), timezone.now()
    corrected = sum(event.verb == "correct_date" for case in cases for event in case)
    print(
        f"{corrected:,} corrected dates; {TimeDelta.objects.count():,} changes wait to be drained",
        flush=True,
    )

    def drain_half():
        half = TimeDelta.objects.count() // 2
        while TimeDelta.objects.count() > half and histogram.drain(limit=997):
            pass

    stages = {
        "before the drain": lambda: None,
        "half drained": drain_half,
        "drained": histogram.drain_all,
        "rebuilt": lambda: call_command("rebuild_figures", verbosity=0),
    }
    for stage, do in stages.items():
        do()
        compared, difference = compare(council, cases, now)
        print(f"{stage}: {compared} figures compared: {difference or 'equal'}", flush=True)
        if difference:
            return 1
    call_command("rebuild_figures", "--check")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
