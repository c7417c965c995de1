"""The nightly look whether the books of money agree: council by council, a slice at a time.

The worker has deadlines to watch as well, so a round goes on for so many seconds and the next one
takes up where it stopped. How far it is stands in the cache: where that is lost, the night begins
again. What was found is kept (`MoneyCheck`) for whoever begins their day with it. A council whose
books differ stands in `Heartbeat` until they agree, and /readyz is degraded for as long. Not here:
what is compared (`money_checks`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from time import monotonic_ns

from django.core.cache import cache
from django.utils import timezone

from budgets.models import MoneyCheck
from budgets.payments import money_checks
from budgets.position import entitlement_facts
from cases.common import dates
from cases.models import Council, Heartbeat
from cases.reminders.health import MONEY_DIFFERS
from cases.resilience import jobs
from cases.resilience.heartbeat import beat

ROUND = 30  # seconds after which a round begins no further slice
SECOND = 10**9  # nanoseconds
NIGHT = 2  # o'clock in London
DONE = "money checked "
KEPT = 24 * 3600
FIRST = 20  # differences that are kept in words


def look(now: datetime | None = None) -> int:
    """One round: what of tonight's check is still to be done, for so many seconds. In how many
    councils something was compared.
    """
    ends, since = monotonic_ns() + ROUND * SECOND, last_night(now or timezone.now())
    done = jobs.apart("check_money", jobs.of_councils(partial(_look_at, since=since, ends=ends)))
    beat("check_money")
    return sum(done)


def last_night(now: datetime) -> datetime:
    """The last time it was two in the morning."""
    begun = dates.london_midnight(dates.london_date(now)) + timedelta(hours=NIGHT)
    return begun if begun <= now else begun - timedelta(days=1)


def _look_at(council: int, since: datetime, ends: int) -> bool:
    done = Heartbeat.objects.filter(job=f"{DONE}{council}", at__gte=since)
    if monotonic_ns() > ends or done.exists():
        return False
    key = f"money-check-{council}"
    row = Council.objects.get(pk=council)
    after, differ, first = cache.get(key) or (None, 0, [])
    if after is None:
        after, (differ, first) = 0, _counted(money_checks.of_council(row))
    for cases in entitlement_facts.chunks(money_checks.cases_with_money(row, after)):
        if monotonic_ns() > ends:
            cache.set(key, (after, differ, first), KEPT)
            return True
        count, lines = _counted(money_checks.of_cases(cases))
        after, differ, first = cases[-1], differ + count, [*first, *lines][:FIRST]
    cache.delete(key)
    note(row, differ, first)
    beat(f"{DONE}{council}")
    return True


def note(council: Council, differ: int, first: list[str]) -> None:
    """Keep what a comparison found, for whoever begins the day with it, and for /readyz."""
    MoneyCheck.objects.create(council=council, at=timezone.now(), found=differ, first=first[:FIRST])
    differs = f"{MONEY_DIFFERS}{council.pk}"
    if differ:
        beat(differs)
    else:
        Heartbeat.objects.filter(job=differs).delete()


def _counted(found: Iterable[tuple[str, str]]) -> tuple[int, list[str]]:
    """(how many, the first of them in words)."""
    count, first = 0, []
    for about, what in found:
        count += 1
        if count <= FIRST:
            first.append(f"{about}: {what}")
    return count, first
