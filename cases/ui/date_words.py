"""Days and lengths of time as people read them, in London's calendar.

Not here: counting days and deadlines (`cases.common.dates`), whether something is late
(`cases.caseload.list_presenter`).
"""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.common import dates


def day(value: date | datetime | None) -> str:
    """A date as people write it, from a date or a moment; "" for none."""
    return "" if value is None else dates.date_words(value)


def last_day(due_at: str | datetime) -> str:
    """The last day that is in time: a deadline is the midnight after it."""
    due = datetime.fromisoformat(due_at) if isinstance(due_at, str) else due_at
    return day(dates.london_date(due) - timedelta(days=1))


def span(first, last) -> str:
    """From one day to another, no more of the first than differs: 10 to 12 November 2026."""
    first, last = (dates.london_date(moment) for moment in (first, last))
    if first == last:
        return day(last)
    shape = (
        "j"
        if (first.year, first.month) == (last.year, last.month)
        else "j F"
        if first.year == last.year
        else "j F Y"
    )
    return _("%(first)s to %(last)s") % {"first": date_format(first, shape), "last": day(last)}


def days(number: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}


def since(moment, now=None) -> str:
    """How long ago, as people count days."""
    number = dates.days_between(moment, now or timezone.now())
    return _("today") if number <= 0 else days(number)
