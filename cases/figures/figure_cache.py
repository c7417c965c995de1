"""Figures that take a scan over many cases: kept for some minutes in a large council, and the page
says since when.

Process times are exact at any moment whatever the size (`timings`). Money in force, the survey,
panels and so on are not kept as counts: in a council with fewer than `LARGE` open cases they are
read when the page is opened; in a larger one they are counted once in `FRESH` seconds, as a rule by
a job, not by a reader.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from cases import journey
from cases.common.caches import figures
from cases.models import Council, OpenDays

LARGE = 20_000
FRESH = 900


def large(council: Council) -> bool:
    """Read from the counts of open cases: one short statement whatever the size."""
    rows = OpenDays.objects.filter(council=council, dim="", step__in=list(journey.open_steps()))
    return (rows.aggregate(n=Sum("n"))["n"] or 0) >= LARGE


def figure(
    council: Council, name: str, parts: tuple, make: Callable[[], Any], keep: bool
) -> tuple[Any, datetime | None]:
    """(figure, when it was counted): of a small council counted now, and None; of a large one what
    is kept, if fresh.

    `parts`: all that the figure depends on besides the council; `keep`: it is a large one.
    """
    if not keep:
        return make(), None
    return figures.get(_key(council, name, parts)) or put(council, name, parts, make)


def put(council: Council, name: str, parts: tuple, make: Callable[[], Any]) -> tuple[Any, datetime]:
    """Count a figure and keep it."""
    found = make(), timezone.now()
    figures.set(_key(council, name, parts), found, FRESH)
    return found


def _key(council: Council, name: str, parts: tuple) -> str:
    return f"kept:{council.pk}:{name}:{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}"
