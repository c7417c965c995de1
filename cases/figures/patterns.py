"""How a journey goes apart from its days: what came back, how often the turn passed, how many
people and forms.

Reading only, over the journeys that came to their end in the period: the first budget began to run,
or the case was closed without one. A handful of grouped statements, never one a case. Averages are
a case's, never a person's: who made a move is counted, not named. Not here: how long anything took
(timings).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, Window
from django.db.models.functions import Lag

from cases import journey
from cases.common import dates
from cases.common.quantiles import quantile
from cases.figures.timings import next_month
from cases.models import Case, Event, Turn, Visit


def forms() -> tuple[str, ...]:
    """What people send in: the request, and every move that sends in a draft."""
    sending = [name for name, move in journey.MOVES.items() if move.sends]
    return ("ask_for_support", *sending)


def changed_at_panel() -> tuple[str, ...]:
    """Moves with which a panel changes what was put to it."""
    return journey.moves_where(panel="changed")


@dataclass(frozen=True)
class Patterns:
    """Sums over `cases` journeys. `loops`: stays in a step the case had been in before in the same
    cycle. `passes`: the turn went to another role. `people`: people of the council who made a move,
    each once a case.
    """

    cases: int
    loops: int
    came_back: int
    passes: int
    people: int
    forms: int

    def each(self, name: str) -> float | None:
        """The average of a case."""
        return getattr(self, name) / self.cases if self.cases else None


@dataclass(frozen=True)
class PanelUse:
    """Cases that went to the panel, the days they spent there, and how the panel ended what was put
    to it.
    """

    cases: int
    of: int
    median: int | None
    p90: int | None
    decided: int
    changed: int

    @property
    def share(self) -> float | None:
        return self.cases / self.of if self.of else None

    @property
    def share_changed(self) -> float | None:
        return self.changed / self.decided if self.decided else None


def ended(council, *, since: date, until: date, team=None):
    """The cases whose journey came to its end from the first month to the last, both included."""
    first, after = (
        dates.london_midnight(since.replace(day=1)),
        dates.london_midnight(next_month(until)),
    )
    runs = Visit.objects.filter(case=OuterRef("pk"), step__in=journey.idle_steps())
    began = runs.filter(cycle="first", entered_at__gte=first, entered_at__lt=after)
    shut = Q(step="closed", step_since__gte=first, step_since__lt=after)
    cases = Case.objects.filter(Exists(began) | (shut & ~Exists(runs)), council=council)
    if team is None:
        return cases
    return cases.filter(team__in=team if isinstance(team, Collection) else [team])


def patterns(council, *, since: date, until: date, team=None) -> Patterns:
    """Loops, hand-offs, people and forms of the journeys that ended in the period."""
    cases = ended(council, since=since, until=until, team=team).values("pk")
    again = Visit.objects.filter(case__in=cases, loop=True).aggregate(
        n=Count("pk"), c=Count("case", distinct=True)
    )
    events = Event.objects.filter(case__in=cases).order_by()
    staff = events.filter(by__isnull=False).exclude(role__in=("person", "delegate"))
    return Patterns(
        cases=cases.count(),
        loops=again["n"],
        came_back=again["c"],
        passes=_passes(cases),
        people=staff.values("case", "by").distinct().count(),
        forms=events.filter(verb__in=forms()).count(),
    )


def _passes(cases) -> int:
    """How often the turn went from one role to another, within a step or with the step."""
    before = Window(
        Lag("role"), partition_by="visit__case_id", order_by=[F("began_at").asc(), F("pk").asc()]
    )
    rows = Turn.objects.filter(visit__case__in=cases).exclude(role="nobody").annotate(before=before)
    return rows.exclude(before=None).exclude(before=F("role")).count()


def panel(council, *, since: date, until: date, team=None) -> PanelUse:
    """Of the same journeys: how many a panel saw, what that added, how often it changed what was
    put to it.
    """
    cases = ended(council, since=since, until=until, team=team).values("pk")
    changed = changed_at_panel()
    stays = Visit.objects.filter(case__in=cases, step="panel", days__isnull=False).order_by()
    days = list(stays.values_list("days").annotate(n=Count("pk")))
    ends = Event.objects.filter(
        case__in=cases,
        verb__in=(*changed, *journey.moves_where(panel="agreed")),
        codes__from="panel",
    ).order_by()
    found = dict(ends.values_list("verb").annotate(n=Count("pk")))
    return PanelUse(
        cases=stays.values("case").distinct().count(),
        of=cases.count(),
        median=quantile(days, 0.5),
        p90=quantile(days, 0.9),
        decided=sum(found.values()),
        changed=sum(found.get(v, 0) for v in changed),
    )
