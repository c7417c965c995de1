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
    after, found = cache.get(key) or (None, [])
    if after is None:
        after, found = 0, _in_words(money_checks.of_council(row))
    for cases in entitlement_facts.chunks(money_checks.cases_with_money(row, after)):
        if monotonic_ns() > ends:
            cache.set(key, (after, found), KEPT)
            return True
        after, found = cases[-1], found + _in_words(money_checks.of_cases(cases))
    cache.delete(key)
    _keep(row, found)
    beat(f"{DONE}{council}")
    return True


def check_books(council: Council) -> list[str]:
    """Compare the books of a council at once, and keep what was found. All of it, in words."""
    found = _in_words(money_checks.differences(council))
    _keep(council, found)
    return found


def _keep(council: Council, found: list[str]) -> None:
    MoneyCheck.objects.create(
        council=council, at=timezone.now(), found=len(found), first=found[:FIRST]
    )
    differs = f"{MONEY_DIFFERS}{council.pk}"
    if found:
        beat(differs)
    else:
        Heartbeat.objects.filter(job=differs).delete()


def _in_words(found: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{about}: {what}" for about, what in found]
