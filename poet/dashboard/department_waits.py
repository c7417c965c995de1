"""The waiting times as the department works them out, from the dates that we keep: reading only.

Source: DHSC, waiting times in adult social care from client level data, method version 1.1 of 19
May 2026. Two waits in days: from the request to the first response (the first decision on an
assessment or, if earlier, the first service), and from the request to the first service; by the
quarter in which the wait ended, and by age at the request (25 to 64, 65 and over). Counted: adults,
new to support; a request made while an earlier one of the same person was still followed up is
passed over, and so is one closed with advice alone.

Where we differ: the department reads the council's quarterly return, we read the dates in our own
record; a stay in hospital is recorded here only of people whose money is looked after, and short-
term reablement of nobody, so that nobody is left out for either; a person without a date of birth
is left out; the median is by nearest rank, as everywhere here, so that it is always a number of
days that somebody waited. Time before the record came here, as after a transfer, is not in it, and
neither is a case entered with money already running.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.fields.json import KT

from cases import journey
from cases.common import dates
from cases.models import Case, Event, Visit
from poet.statistics import nearest_rank

AGES = ("25-64", "65+")
NEW_FOR = timedelta(days=365)  # without long-term support before the request
WAITS = ("response", "service")


@dataclass(frozen=True)
class Quarter:
    """Waits of one kind and age that ended in the quarter beginning on `start`."""

    start: date
    age: str
    wait: str
    n: int
    median: int | None


def waits(council, *, since: date, until: date, team=None) -> list[Quarter]:
    """Quarters with a wait that ended in them, the first that holds `since` to the one that holds
    `until`.
    """
    found: dict[tuple, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    first, last = quarter_of(since), quarter_of(until)
    for asked, age, ends in _journeys(council, since=first, team=team):
        for wait, ended in ends.items():
            quarter = quarter_of(ended)
            if first <= quarter <= last:
                found[quarter, age, wait][max((ended - asked).days, 0)] += 1
    return [
        Quarter(start, age, wait, sum(counts.values()), nearest_rank(counts.items(), 0.5))
        for (start, age, wait), counts in sorted(
            found.items(), key=lambda one: (one[0][0], one[0][1], one[0][2])
        )
    ]


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def age_at(born: date, on: date) -> str:
    """The department's age group, or "" for somebody under 25."""
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return "" if years < 25 else AGES[years >= 65]


def _journeys(council, *, since: date, team):
    """(day asked, age group, {wait: day it ended}) of each request of the cohort that had an ending
    since then. The cohort is asked for once, not beside each event: what is known of tables decides
    how a database nests the two, and a council's first day knows nothing of them.
    """
    kinds: dict[str, list[str]] = defaultdict(list)
    for name, move in journey.MOVES.items():
        if move.department:
            kinds[move.department].append(name)
    ended = Event.objects.filter(case=OuterRef("pk"), verb__in=sum(kinds.values(), []))
    lately = ended.filter(at__gte=dates.london_midnight(since))
    cases = _cohort(council, team).filter(Exists(lately), person__born__isnull=False)
    for kind, verbs in kinds.items():
        first = ended.filter(verb__in=verbs).order_by("seq")
        began = first.annotate(began=KT("codes__first_started_on"))
        cases = cases.annotate(
            **{
                f"{kind}_at": Subquery(first.values("at")[:1]),
                f"{kind}_began": Subquery(began.values("began")[:1]),
            }
        )
    columns = [f"{kind}_{what}" for kind in kinds for what in ("at", "began")]
    for asked, born, *found in cases.values_list("asked_at", "person__born", *columns):
        day = dates.london_date(asked)
        age = age_at(born, day)
        if age:
            pairs = zip(kinds, found[::2], found[1::2], strict=True)
            yield day, age, _first({kind: _ended(kind, *at) for kind, *at in pairs if at[0]})


def _ended(kind: str, at: datetime, began: str | None) -> date:
    """A service ends the wait on the day it began, everything else when it was recorded."""
    return date.fromisoformat(began) if kind == "service" and began else dates.london_date(at)


def _first(ends: dict[str, date]) -> dict[str, date]:
    """The first response is the decision or, if earlier, the service."""
    found = {"response": min(ends.values())}
    return found | {"service": ends["service"]} if "service" in ends else found


def _cohort(council, team):
    """Requests of adults new to support that were not part of an earlier request."""
    same = Case.objects.filter(
        person=OuterRef("person"), kind="adult", asked_at__lt=OuterRef("asked_at")
    )
    ended = Q(step__in=journey.steps_where(department="ended"))
    open_then = same.filter(~ended | Q(step_since__gt=OuterRef("asked_at")))
    ran = Visit.objects.filter(
        ~Q(case=OuterRef("pk")),
        case__person=OuterRef("person"),
        case__kind="adult",
        step__in=journey.steps_where(department="service"),
        left_at__gt=OuterRef("asked_at") - NEW_FOR,
    )
    cases = Case.objects.filter(~Exists(open_then), ~Exists(ran), council=council, kind="adult")
    cases = cases.exclude(channel="entered")  # money that ran already: nobody asked here
    return cases if team is None else cases.filter(team__in=team)
