"""Comparing a council's books and keeping what was found, for whoever begins their day with it.

Where they differ the job's part fails, by the council's number: /readyz is degraded until they
agree. Not here: what is compared (`payments.money_checks`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from budgets.models import MoneyCheck
from budgets.payments import money_checks
from cases.common import dates
from cases.models import Council
from cases.resilience import heartbeat, jobs

NIGHT = timedelta(hours=3)  # after midnight in London
FIRST = 20  # differences that are kept in words


class BooksDiffer(Exception):
    """The books of a council do not agree. Holds a number, and no value of a row."""


def check_books(council: Council, now: datetime | None = None) -> list[str]:
    """Compare, and keep how many things differ with the first of them. All of them, in words."""
    found = [f"{about}: {what}" for about, what in money_checks.differences(council)]
    MoneyCheck.objects.create(
        council=council, at=now or timezone.now(), found=len(found), first=found[:FIRST]
    )
    return found


def check_all(now: datetime | None = None) -> int:
    """The books of every council, once a night; in the rounds between what was found stands. One
    that fails holds up no other. Of how many councils they agree.
    """
    agree = jobs.apart("books", jobs.of_councils(partial(_check, now=now or timezone.now())))
    heartbeat.beat("check_money")
    return len(agree)


def _check(council: int, now: datetime) -> int:
    last = MoneyCheck.objects.filter(council=council).order_by("-pk").first()
    fresh = last is not None and last.at >= _last_night(now)
    found = last.found if last and fresh else len(check_books(Council.objects.get(pk=council), now))
    if found:
        raise BooksDiffer(f"{found} things differ.")
    return council


def _last_night(now: datetime) -> datetime:
    """Before NIGHT it is the night before that counts."""
    tonight = dates.london_midnight(dates.today(now)) + NIGHT
    return tonight if now >= tonight else tonight - timedelta(days=1)
