"""How long things took, kept so that no page ever scans the visits: exact day counts, finished
figures, clocks.

Written by `Case.move` as append-only `TimeDelta` rows in its own transaction and drained by a job
(`cases/figures/histogram.py`). A reader adds the rows not yet drained, so a figure is exact before
the drain too. All of it can be rebuilt from visits and cases: `manage.py rebuild_figures --check`
holds one against the other.
"""

from datetime import date

from django.db import models
from django.db.models import F, Q

from cases import journey
from cases.common import dates

SIDES = {
    "person": "person",
    "delegate": "person",
    **{code: role.days for code, role in journey.ROLES.items() if role.turn},
    "provider": "other",
    "other_agency": "other",
    "nobody": "other",
}  # turn -> whose days they are
SIDE_NAMES = tuple(dict.fromkeys(SIDES.values()))
NO_DATE = date(
    9999, 12, 31
)  # stands for "no deadline", because a unique key never matches NULL with NULL
DIMS = {
    "": "Whole council",
    "team": "Team",
    "route": "Route",
    "need": "Need group",
    "age": "Age band",
    "version": "Version of the journey",
}
OPEN_DIMS = {
    "": "Whole council",
    "team": "Team",
    "turn": "Whose turn",
    "team_turn": "Whose turn in a team",
}


class Sides(models.Model):
    """Whose time a finished visit was, in whole days that add up to its days."""

    person_days = models.IntegerField(default=0)
    council_days = models.IntegerField(default=0)
    panel_days = models.IntegerField(default=0)
    other_days = models.IntegerField(default=0)

    class Meta:
        abstract = True


class TimeDelta(Sides):
    """One change to the figures: `sign` +1 or -1 of a finished visit or clock (`closed`), or of an
    open case (`open`).

    A closed one has month, days, net, and whether it had a deadline (`due`), kept it (`ok`), came
    back (`loop`); an open one has the days on which its step and its turn began and its deadline as
    a day.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices={"closed": "Finished", "open": "Open"})
    sign = models.SmallIntegerField()
    step = models.CharField(max_length=20)
    team = models.ForeignKey("cases.Team", models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=20, blank=True)
    need = models.CharField(max_length=20, blank=True)
    age = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=0)
    month = models.DateField(null=True)
    days = models.IntegerField(null=True)
    net = models.IntegerField(null=True)
    due = models.BooleanField(default=False)
    ok = models.BooleanField(default=False)
    loop = models.BooleanField(default=False)
    turn = models.CharField(max_length=20, blank=True)
    day = models.DateField(null=True)
    turn_day = models.DateField(null=True)
    due_day = models.DateField(default=NO_DATE)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(sign__in=[1, -1]), name="delta_is_one")]
        indexes = [models.Index(fields=["council", "kind", "step"], name="deltas_of_council")]

    @classmethod
    def of_visit(cls, visit, sign=1):
        """The change that a finished visit makes."""
        return cls(
            council_id=visit.council_id,
            kind="closed",
            sign=sign,
            step=visit.step,
            team_id=visit.team_id,
            route=visit.route,
            need=visit.need_group,
            age=visit.age_band,
            version=visit.journey_version,
            month=visit.month,
            days=visit.days,
            net=visit.days - visit.paused_days,
            due=visit.due_at is not None,
            ok=visit.due_at is not None and visit.left_at < visit.due_at,
            loop=visit.loop,
            person_days=visit.person_days,
            council_days=visit.council_days,
            panel_days=visit.panel_days,
            other_days=visit.other_days,
        )

    @classmethod
    def of_clock(cls, clock, sign=1):
        """The change that an ended clock makes. A later round of a whole-journey wait has a name of
        its own.
        """
        return cls(
            council_id=clock.council_id,
            kind="closed",
            sign=sign,
            step=clock_step(clock),
            team_id=clock.team_id,
            route=clock.route,
            need=clock.need_group,
            age=clock.age_band,
            month=clock.month,
            days=clock.days,
            net=clock.days,
            due=clock.due_at is not None,
            ok=clock.due_at is not None and clock.ended_at < clock.due_at,
        )

    @classmethod
    def of_case(cls, case, sign=1):
        """The change that an open case makes; None for a closed one."""
        if case.step == "closed":
            return None
        return cls(
            council_id=case.council_id,
            kind="open",
            sign=sign,
            step=case.step,
            team_id=case.team_id,
            turn=case.turn,
            day=dates.london_date(case.step_since),
            turn_day=dates.london_date(case.turn_since),
            due_day=dates.london_date(case.due_at) if case.due_at else NO_DATE,
        )

    @classmethod
    def of_open_clock(cls, clock, sign=1):
        """The change that a running clock makes; for the whole council only."""
        return cls(
            council_id=clock.council_id,
            kind="open",
            sign=sign,
            step=clock_step(clock),
            day=dates.london_date(clock.began_at),
            due_day=dates.london_date(clock.due_at) if clock.due_at else NO_DATE,
        )


def clock_step(clock) -> str:
    """The name under which a clock is counted: a reassessment's wait is not mixed with the first
    one's.
    """
    return (
        clock.kind
        if clock.kind not in journey.WHOLE or clock.cycle == "first"
        else f"{clock.kind}_again"
    )


class StepDays(Sides):
    """How many finished visits of a step in a London month took so many days, by one dimension at a
    time.

    `measure`: gross days, or net of recorded pauses. Of gross rows the sums of whose days they were
    stand beside.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    dim = models.CharField(max_length=10, choices=DIMS, blank=True)
    key = models.CharField(max_length=20, blank=True)
    measure = models.CharField(max_length=5, choices={"gross": "Gross", "net": "Net of pauses"})
    month = models.DateField()
    step = models.CharField(max_length=20)
    days = models.IntegerField()
    n = models.IntegerField()
    due = models.IntegerField(default=0)
    ok = models.IntegerField(default=0)
    loops = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "dim", "key", "measure", "month", "step", "days"],
                name="one_count_a_day",
            )
        ]
        indexes = [models.Index(fields=["council"], condition=Q(n=0), name="counts_to_forget")]


class OpenDays(models.Model):
    """How many open cases have been in a step (or with a turn) since a day, with which deadline."""

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    dim = models.CharField(max_length=10, choices=OPEN_DIMS, blank=True)
    key = models.CharField(max_length=40, blank=True)
    step = models.CharField(max_length=20)
    day = models.DateField()
    due_day = models.DateField(default=NO_DATE)
    n = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "dim", "key", "step", "day", "due_day"],
                name="one_open_count_a_day",
            )
        ]
        indexes = [models.Index(fields=["council"], condition=Q(n=0), name="open_counts_to_forget")]


class StepFigures(Sides):
    """Finished figures of a step over whole months, both ends included: a copy of what the
    histogram says.

    Deleted and written anew in the transaction that changes the histogram, so that a row which is
    there is right.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    dim = models.CharField(max_length=10, choices=DIMS, blank=True)
    key = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    until = models.DateField()
    step = models.CharField(max_length=20)
    n = models.IntegerField()
    median = models.IntegerField(null=True)
    p90 = models.IntegerField(null=True)
    net_median = models.IntegerField(null=True)
    longest = models.IntegerField(null=True)
    due = models.IntegerField(default=0)
    ok = models.IntegerField(default=0)
    loops = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["council", "dim", "key", "since", "until", "step"],
                name="one_figure_a_window",
            )
        ]


class Clock(Sides):
    """A clock beside the steps: a whole-journey wait of one cycle, or something that must happen by
    a day.

    `journey.CLOCKS` says what starts and ends it. Ended ones have days and month; `dropped_at`: the
    case closed first.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=20)
    round = models.PositiveIntegerField(default=1)
    cycle = models.CharField(max_length=15, default="first")
    cycle_no = models.PositiveIntegerField(default=1)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    days = models.IntegerField(null=True)
    month = models.DateField(null=True)
    team = models.ForeignKey("cases.Team", models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=20, blank=True)
    need_group = models.CharField(max_length=20, blank=True)
    age_band = models.CharField(max_length=10, blank=True)
    began_by = models.ForeignKey("cases.Event", models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey("cases.Event", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "round"], name="one_clock_a_round"),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(ended_at=None, dropped_at=None),
                name="one_open_clock_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(journey.CLOCKS)), name="clock_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="clock_in_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["council", "due_at"],
                condition=Q(ended_at=None, dropped_at=None),
                name="open_clocks_by_deadline",
            ),
            models.Index(
                fields=["council", "kind", "began_at"],
                condition=Q(ended_at=None, dropped_at=None),
                name="open_clocks_by_age",
            ),
            models.Index(
                fields=["council", "month", "kind", "days"], name="ended_clocks_for_figures"
            ),
        ]
