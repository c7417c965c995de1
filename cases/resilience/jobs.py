"""Jobs whose parts stand apart: an error in one council, or in one of several jobs, stops no other.

A part that fails is logged by its name (a council's number, never a value of a row) and stands in
`Heartbeat` until it goes well again: /readyz is degraded for as long. Not here: what the jobs do,
and each part's own transaction.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.utils import timezone

from cases.models import Council, Heartbeat

FAILED = "failed "
log = logging.getLogger(__name__)
Made = TypeVar("Made")


def apart(job: str, parts: Iterable[tuple[str, Callable[[], Made]]]) -> list[Made]:
    """Run every part and go on past those that fail. Returns what the others made.

    Whatever failed the last time comes last, so that it holds up nobody. A time limit is nobody's
    failure and ends all.
    """
    before, wrong, made = set(failing(job)), set(), []
    for name, do in sorted(parts, key=lambda part: f"{job} {part[0]}" in before):
        try:
            made.append(do())
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # noqa: BLE001  whatever it was, the others go on
            wrong.add(f"{job} {name}")
            _log(f"{job} {name}", error)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()  # the next part gets one that works
    _remember(before, wrong)
    return made


def of_councils(do: Callable[[int], Made]) -> Iterable[tuple[str, Callable[[], Made]]]:
    """One part a council: `do` takes its key."""
    for pk in Council.objects.order_by("pk").values_list("pk", flat=True):
        yield f"council {pk}", partial(do, pk)


def each(things: Iterable, do: Callable[..., int]) -> int:
    """The sum of what was made of each thing. Those that fail are raised together at the end, when
    all were tried.
    """
    made, wrong = 0, []
    for thing in things:
        try:
            made += do(thing)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # noqa: BLE001
            wrong.append(error)
    if wrong:
        raise ExceptionGroup(f"{len(wrong)} failed", wrong)
    return made


def failing(job: str = "") -> list[str]:
    """The parts that failed when they were last tried, of one job or of all."""
    start = f"{FAILED}{job} " if job else FAILED
    rows = Heartbeat.objects.filter(job__startswith=start).order_by("job")
    return [name.removeprefix(FAILED) for name in rows.values_list("job", flat=True)]


def _remember(before: set[str], wrong: set[str]) -> None:
    """`at` says since when. Nothing is written in a round like the one before."""
    if before - wrong:
        Heartbeat.objects.filter(job__in=[FAILED + name for name in before - wrong]).delete()
    if wrong - before:
        rows = [Heartbeat(job=FAILED + name, at=timezone.now()) for name in sorted(wrong - before)]
        Heartbeat.objects.bulk_create(rows, ignore_conflicts=True)


def _log(name: str, error: Exception) -> None:
    """Where and what kind of error: its words may hold a row's values, and no log holds those."""
    for one in error.exceptions if isinstance(error, ExceptionGroup) else [error]:
        where = "".join(traceback.format_tb(one.__traceback__))
        code = getattr(one.__cause__, "pgcode", None) or ""
        log.error("%s failed: %s %s\n%s", name, type(one).__name__, code, where)
