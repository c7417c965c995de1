"""When a council's help telephone is answered, in London time, and the words for it.

Here: is it open now, when does it open next, and how that is said. Not here: what is done with
danger outside these hours (`reports`), the settings page. A council that has entered no hours
counts as closed: nobody is promised an answer that nobody gives.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import holidays
from django.utils.translation import gettext as _

from cases.common import dates
from cases.models.council import OPEN_DAYS, Council


@cache
def _calendar() -> holidays.HolidayBase:
    """The bank holidays of England, worked out once a process and year: each page asks, and it
    takes 9 ms anew.
    """
    return holidays.country_holidays("GB", subdiv="ENG")


def opens_on(council: Council, day: date) -> bool:
    """Is the office open at all on this day?"""
    if council.opens_at is None or council.closes_at is None:
        return False
    if council.open_days == "every_day":
        return True
    return _calendar().is_working_day(day)


def is_open(council: Council, at: datetime) -> bool:
    """Is the telephone answered at this moment? The closing minute itself is closed."""
    local, opens, closes = at.astimezone(dates.LONDON), council.opens_at, council.closes_at
    if opens is None or closes is None or not opens_on(council, local.date()):
        return False
    return opens <= local.time() < closes


def opened(council: Council, at: datetime) -> datetime | None:
    """The moment at which the office opened today, while it is open; None for one that isn't closed
    by night.
    """
    if council.opens_at is None or not is_open(council, at):
        return None
    opening = datetime.combine(dates.london_date(at), council.opens_at, tzinfo=dates.LONDON)
    return None if is_open(council, opening - timedelta(minutes=2)) else opening


def opens_next(council: Council, at: datetime) -> datetime | None:
    """The next moment at which the office opens after `at`; None for a council without hours."""
    if council.opens_at is None:
        return None
    day = dates.london_date(at)
    for later in range(15):  # no run of closed days is as long as two weeks
        opening = datetime.combine(
            day + timedelta(days=later), council.opens_at, tzinfo=dates.LONDON
        )
        if opening > at and opens_on(council, opening.date()):
            return opening
    return None


def in_words(council: Council) -> str:
    """The hours as people read them: "Monday to Friday, not on bank holidays, 9am to 5pm"; ""
    without hours.
    """
    if council.opens_at is None or council.closes_at is None:
        return ""
    facts = {
        "days": OPEN_DAYS[council.open_days],
        "opens": dates.clock_time(council.opens_at),
        "closes": dates.clock_time(council.closes_at),
    }
    return _("%(days)s, %(opens)s to %(closes)s") % facts
