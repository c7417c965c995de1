"""The five counts in which directors of adult social care report who is waiting (ADASS surveys),
counted now.

Reading only. (a) waiting for a first assessment, (b) of those more than six months, (c) assessed
and waiting for support or a direct payment to begin, (d) a review overdue for more than twelve
months since the last one or since the start, (e) a, c and d together. Somebody whose support runs
and who is assessed again is not in (a) or (c).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from cases import journey
from cases.common import dates
from cases.models import Case
from cases.models.timing import Clock

LONG = 182  # days: six months


@dataclass(frozen=True)
class Waiting:
    """The five counts, by their letters."""

    assessment: int
    over_six_months: int
    start: int
    review: int

    @property
    def total(self) -> int:
        return self.assessment + self.start + self.review


def kinds(now: datetime) -> dict[str, Q]:
    """The condition of each count on a case, but for the review's, which is a clock's."""
    long_ago = dates.london_midnight(dates.london_date(now) - timedelta(days=LONG))
    first = Q(cycle="first", step__in=journey.steps_where(adass="assessment"))
    return {
        "assessment": first,
        "over_six_months": first & Q(asked_at__lt=long_ago),
        "start": Q(cycle="first", step__in=journey.steps_where(adass="start")),
    }


def overdue_reviews(now: datetime):
    """The yearly reviews whose day has passed and which have not taken place."""
    return Clock.objects.filter(
        kind="annual_review", ended_at=None, dropped_at=None, due_at__lte=now
    )


def waiting(council, now: datetime, *, team=None) -> Waiting:
    """Two statements over the open cases of one council."""
    cases = Case.objects.filter(~Q(step="closed"), council=council)
    reviews = overdue_reviews(now).filter(council=council)
    if team is not None:
        cases, reviews = cases.filter(team__in=team), reviews.filter(case__team__in=team)
    found = cases.aggregate(
        **{name: Count("pk", filter=wanted) for name, wanted in kinds(now).items()}
    )
    return Waiting(review=reviews.count(), **found)
