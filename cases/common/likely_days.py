"""Days that money depends on: which can't be meant, and which are asked again. Pure.

One rule for every form (`cases.ui.form_toolkit.MoneyDays`). Not here: what a move itself refuses,
such as a death that lies ahead.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.common.dates import date_words, london_date, months_after
from cases.common.refusals import NotYet


@dataclass(frozen=True)
class Span:
    """How far from today a day may be: asked again beyond `near` days (ahead: beyond `ahead`, where
    that is given), refused beyond `years`; with `has_come` after today too.
    """

    near: int = 92
    years: int = 3
    ahead: int | None = None
    has_come: bool = False


SOON = Span()
GONE_BY = Span(ahead=0)  # what is written down once it has happened
HAPPENED = Span(has_come=True)  # what nobody can know before
LATER = Span(near=3 * 366, years=10)  # the last day of support that is planned for years


@dataclass(frozen=True)
class Life:
    """What is known of whoever the day is about; None: not known, or it does not apply."""

    born: date | None = None
    known_since: date | None = None
    died_on: date | None = None


def life_of(case: Any) -> Life:
    """What is known of the person of a case. Whose money ran before it was entered here was known
    to the council earlier, nobody wrote down since when.
    """
    since = None if case.entered_running else london_date(case.asked_at)
    return Life(case.person.born, since, case.person.died_on)


def refusal(day: date, today: date, life: Life, span: Span = SOON) -> str:
    """Why a day can't be meant; "" where it can."""
    if life.born and day < life.born:
        return _("That is before the person was born.")
    if life.known_since and day < life.known_since:
        words = _("The council did not know this person then: they asked for support on %(day)s.")
        return words % {"day": date_words(life.known_since)}
    if life.died_on and day > life.died_on:
        return _("The person died on %(day)s.") % {"day": date_words(life.died_on)}
    ahead, back = months_after(today, 12 * span.years), months_after(today, -12 * span.years)
    if not back <= day <= ahead:
        words = _("That is more than %(n)s years from today. Look at the year again.")
        return words % {"n": span.years}
    if span.has_come and day > today:
        return _("That day has not come yet. Enter today or an earlier day.")
    return ""


def doubt(day: date, today: date, span: Span = SOON) -> str:
    """Why a day is asked again; "" where it is likely."""
    days = (day - today).days
    near = span.near if days < 0 or span.ahead is None else span.ahead
    if abs(days) <= near:
        return ""
    words = ngettext(
        "%(day)s is %(n)s day from now. Look at it again.",
        "%(day)s is %(n)s days from now. Look at it again.",
        days,
    )
    if days < 0:
        words = _("%(day)s was %(n)s days ago. Look at it again.")
    return words % {"day": date_words(day), "n": abs(days)}


def check(
    case: Any, day: date, today: date, meant: Collection[date], field: str, span: Span = SOON
) -> None:
    """NotYet for a day of a case that can't be meant, and for an unlikely one, unless it is among
    those that somebody was asked about again (`meant`): for acts, whoever calls them.
    """
    no = refusal(day, today, life_of(case), span)
    if not no and day not in meant:
        no = doubt(day, today, span)
    if no:
        raise NotYet(no, field=field)
