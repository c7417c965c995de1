"""What somebody who asks today may expect: how long half of people wait, and nine in ten, said in
plain words.

From asking to the first money or support of a first journey, as it went in this month and the three
before: those who reached it then, together with everybody who still waits (Kaplan-Meier), each from
the age at which they came into these months. Without those who wait a backlog would look like
speed. Under FEW people nothing is said of them, because a figure of so few could tell on one of
them, nor where fewer than THIN were still waiting at some point on the way to it; then the aim
stands alone. Four statements at most. Not here: the figures of managers (timings).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.common import dates, survival
from cases.figures import figure_cache
from cases.models import Clock, Target

FEW = 10
THIN = 5
MONTHS = 3  # whole months before this one: about 90 days
CLOCK = "first_start"


@dataclass(frozen=True)
class Expected:
    """`n` people counted; the days by which half and nine in ten were through, None where that is
    not reached.
    """

    n: int
    half: int | None
    most: int | None


def expected(council, now: datetime) -> Expected:
    """The waits of this council's people, those that ended lately and those that go on."""
    today, first = dates.london_date(now), dates.months_before(dates.london_date(now), MONTHS)
    rows = Clock.objects.filter(council=council, kind=CLOCK, cycle="first").order_by()
    began = TruncDate("began_at", tzinfo=dates.LONDON)
    ended = rows.filter(month__gte=first, days__isnull=False).values_list(began, "days")
    still = rows.filter(ended_at=None, dropped_at=None).values_list(began)
    waits = [
        (max((first - day).days, 0), days, True, n)
        for day, days, n in ended.annotate(n=Count("pk"))
    ]
    waits += [
        (max((first - day).days, 0), (today - day).days, False, n)
        for day, n in still.annotate(n=Count("pk"))
    ]
    curve = survival.curve_of_window(waits)
    return Expected(sum(wait[3] for wait in waits), _reached(curve, 0.5), _reached(curve, 0.9))


def _reached(curve, share: float) -> int | None:
    """The days by which this share was through, as long as enough people stand behind each step to
    it.
    """
    days = survival.kaplan_meier_quantile(curve, share)
    firm = days is not None and all(step.at_risk >= THIN for step in curve if step.days <= days)
    return days if firm else None


def words(council, now: datetime) -> list[str]:
    """One or two sentences for the council's first page and for the tracker."""
    found, _at = figure_cache.figure(
        council,
        "today",
        (dates.london_date(now),),
        lambda: expected(council, now),
        figure_cache.large(council),
    )
    target = Target.days_for(council.pk, CLOCK, dates.london_date(now))
    aim = _("We aim at %(days)s from asking to your first money or support.") % {
        "days": _days(target)
    }
    if found.n < FEW or found.half is None:
        return [
            _(
                "We cannot say yet how long it takes people here: too few have come to the "
                "end of it."
            ),
            aim,
        ]
    half = _("Half of people wait %(days)s or less from asking to their first money or support.")
    said = [half % {"days": _days(found.half)}]
    if found.most is None:
        said.append(_("How long nine in ten wait, we cannot say yet."))
    else:
        said.append(_("Nine in ten wait %(days)s or less.") % {"days": _days(found.most)})
    return [*said, _("This counts the last three months, and everybody who is still waiting.")]


def _days(count: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}
