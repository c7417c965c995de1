"""Four conditions of a good budget as the case itself shows them, to stand beside what people say
about the same.

Reading only, and set-based: each condition is two conditions in the database (is it known, is it
met) over the cases whose budget first started in the months asked for. Never a reason, a name or a
case leaves `measured`; the results page rounds and suppresses like any other count. What each one
means:

- `knew_amount`: an indicative figure was recorded before the first visit of planning began;
- `help_to_plan`: the plan that was first sent says yes to "Did you have the help you wanted to
  plan?"; who rather
  would not say is not counted;
- `guided`: somebody was named as the contact by the end of the request, and the case has had a name
  since;
- `fair`: every determination and every decision on a plan stands with written reasons; a plain yes
  needs its own,
  or the reason why the decided budget is another than the indicative one.

Source: Hatton's conditions for personal budgets to work, of which these four leave traces in the
record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Case as When_

from budgets.models import BudgetFigure, SignOff, SupportPlan
from cases import journey
from cases.common import dates
from cases.figures import timings
from cases.models import Case, Determination, Event, Visit

CODES = ("knew_amount", "help_to_plan", "guided", "fair")
NAMING = ("triage", "start_assessment", "reassign")


@dataclass(frozen=True)
class Measured:
    """One condition: `met` of the `known` cases, out of `cases` in all. Counts as they are:
    suppress before showing.
    """

    code: str
    met: int
    known: int
    cases: int

    @property
    def share(self) -> float | None:
        return self.met / self.known if self.known else None


def measured(
    council,
    *,
    since: date,
    until: date,
    teams: Iterable[int] | None = None,
    route: str | None = None,
    age_band: str | None = None,
) -> list[Measured]:
    """The four conditions over the cases whose budget first started from the month of `since` to
    that of `until`.

    One statement. `teams`: ids; None is the whole council.
    """
    cases = with_conditions(started(council, since=since, until=until))
    if teams is not None:
        cases = cases.filter(team__in=list(teams))
    if route is not None:
        cases = cases.filter(route=route)
    if age_band is not None:
        cases = cases.filter(age_band=age_band)
    counts: dict[str, Count] = {"all": Count("pk")}
    for code in CODES:
        counts[f"{code}_known"] = Count("pk", filter=Q(**{f"{code}__isnull": False}))
        counts[f"{code}_met"] = Count("pk", filter=Q(**{code: True}))
    found = cases.order_by().aggregate(**counts)
    return [
        Measured(code, found[f"{code}_met"], found[f"{code}_known"], found["all"]) for code in CODES
    ]


def started(council, *, since: date, until: date) -> QuerySet[Case]:
    """The council's cases whose budget first started in these months, both included. Not those that
    were entered with money already running: it began elsewhere, and before.
    """
    first = (
        Visit.objects.filter(case=OuterRef("pk"), step__in=journey.idle_steps())
        .order_by("seq")
        .values("entered_at")[:1]
    )
    begun = Case.objects.filter(council=council, visits__step__in=journey.idle_steps()).distinct()
    return (
        Case.objects.filter(pk__in=begun.values("pk"))
        .exclude(channel="entered")
        .annotate(first_start=Subquery(first))
        .filter(
            first_start__gte=dates.london_midnight(since.replace(day=1)),
            first_start__lt=dates.london_midnight(timings.next_month(until)),
        )
    )


def with_conditions(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The same cases, each with the four conditions as True, False or None (the record does not
    tell).
    """
    planning = (
        Visit.objects.filter(case=OuterRef("case"), step="plan")
        .order_by("seq")
        .values("entered_at")[:1]
    )
    after_request = Visit.objects.filter(case=OuterRef("case"), seq=2).values("entered_at")[:1]
    own = {"case": OuterRef("pk")}
    amount = BudgetFigure.objects.filter(
        **own, kind="indicative", recorded_at__lte=Subquery(planning)
    )
    named = Event.objects.filter(
        **own, verb__in=NAMING, codes__has_key="worker", at__lte=Subquery(after_request)
    )
    plan = (
        SupportPlan.objects.filter(**own, submitted_at__isnull=False)
        .order_by("number")
        .values("helped")[:1]
    )
    differs = BudgetFigure.objects.filter(
        plan=OuterRef("plan"), kind__in=["decided", "revised"]
    ).exclude(reason_text="")
    silent = SignOff.objects.filter(**own, reasons="").exclude(
        Q(decision="agreed") & Exists(differs)
    )
    bare = Determination.objects.filter(**own, reasons="")
    return cases.annotate(helped=Subquery(plan)).annotate(
        knew_amount=_yes(Exists(amount)),
        help_to_plan=When_(
            When(helped="yes", then=Value(True)),
            When(helped="no", then=Value(False)),
            default=None,
            output_field=BooleanField(null=True),
        ),
        guided=_yes(Exists(named)),
        fair=_yes(~Exists(silent) & ~Exists(bare)),
    )


def _yes(condition) -> When_:
    return When_(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
