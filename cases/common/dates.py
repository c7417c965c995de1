"""Civil dates in London and the one rule for counting days.

`days` = London date of leaving - London date of entering; a deadline is London midnight after the
entry date plus the target, exclusive (decisions on time).
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

LONDON = ZoneInfo("Europe/London")


def date_words(value: date | datetime) -> str:
    """A date as people write it in the reader's language: 5 May 2026; of a moment its day in
    London.
    """
    return date_format(london_date(value) if isinstance(value, datetime) else value, "j F Y")


def weekday(value: date | datetime) -> str:
    """A date that is near, with its day of the week: Monday 5 May."""
    return date_format(london_date(value) if isinstance(value, datetime) else value, "l j F")


def clock_time(value: time | datetime) -> str:
    """A time of day as people say it: 9am, 4:30pm, midday, midnight; of a moment its time in
    London.
    """
    at = value.astimezone(LONDON).time() if isinstance(value, datetime) else value
    if at.minute == 0 and at.hour in (0, 12):
        return str(_("midday") if at.hour else _("midnight"))
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def london_date(moment: datetime) -> date:
    """The civil date in London of an aware moment."""
    return moment.astimezone(LONDON).date()


def london_midnight(day: date) -> datetime:
    """The moment at which `day` begins in London."""
    return datetime.combine(day, time(0), tzinfo=LONDON)


def days_between(start: datetime, end: datetime) -> int:
    """Whole calendar days between two moments, as people count them."""
    return (london_date(end) - london_date(start)).days


def due_at(entered: datetime, target: int | None) -> datetime | None:
    """The deadline fixed on entry: the start of the first day that is too late, or None without a
    target.
    """
    if target is None:
        return None
    return london_midnight(london_date(entered) + timedelta(days=target + 1))


def months_after(day: date, count: int) -> date:
    """The same day of a later month, or that month's last: six months after 31 August is 28 or 29
    February.
    """
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def today(now: datetime | None = None) -> date:
    """Today's date in London."""
    return london_date(now or timezone.now())


def plausible():
    """Validators for a day of people now alive: a year of two figures, or 9999, is a slip of the
    finger.
    """
    words = _("Enter the year with four figures, such as 2026.")
    return [MinValueValidator(date(1900, 1, 1), words), MaxValueValidator(date(2200, 1, 1), words)]


def month_of(moment: datetime) -> date:
    """The first day of the London month of a moment."""
    return london_date(moment).replace(day=1)


def months_before(day: date, count: int) -> date:
    """The first day of the month `count` months earlier."""
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def working_day_after(day: date, count: int) -> date:
    """The date `count` working days after `day` in England (Complaints Regulations 2009:
    acknowledge in three).
    """
    return holidays.country_holidays("GB", subdiv="ENG").get_nth_working_day(day, count)


def working_day_before(day: date, count: int) -> date:
    """The date `count` working days before `day` in England."""
    return holidays.country_holidays("GB", subdiv="ENG").get_nth_working_day(day, -count)


def day_before(day: date) -> date:
    """The last day that a row holds whose `valid_to` is the first on which it doesn't."""
    return day - timedelta(days=1)
