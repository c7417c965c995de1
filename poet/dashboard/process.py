"""One step's (or one clock's) own figures, and what would move the whole most. Reading and
reckoning only.

Splits other than by team are kept for the whole council only: a manager who sees one team gets
teams of their own. Nothing here is by person: there is no league table of workers, and teams stand
in the order of their names.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from budgets.models.plan import ROUTE_NAMES
from cases import journey
from cases.common import survival
from cases.common.dates import months_before
from cases.figures import all_steps, timings
from cases.models.people import AGE_BANDS, NEED_GROUPS
from cases.ui.components import Files
from poet.dashboard import practice_examples
from poet.dashboard.overview import Figures

CHART_MONTHS = 12  # whole months of the chart at least, whatever the period of the tables


@dataclass(frozen=True)
class Together:
    """Days by which half and nine in ten were through: of the finished alone, and with those still
    open.
    """

    finished: int
    open: int
    half: int | None
    most: int | None
    half_with_open: int | None
    most_with_open: int | None


@dataclass(frozen=True)
class Gain:
    """What a step costs beyond its target: cases over it, finished or open, and the days over it of
    all of them.
    """

    step: str
    target: int
    finished: int
    open: int
    days: int


class StepFigures(Figures):
    """The figures of one step or clock: `code`. `by`: the dimension it is split by."""

    def __init__(self, *args, code: str, by: str, teams=(), **options) -> None:
        super().__init__(*args, **options)
        self.code, self.by, self.teams, self.is_clock = code, by, teams, code in journey.CLOCKS

    def files(self, name: str) -> Files:
        more = {"by": self.by} if name == "split" else {}
        return Files(
            csv=self.link("step_csv", self.code, name, **more),
            xlsx=self.link("step_xlsx", self.code, name, **more),
        )

    @cached_property
    def row(self):
        """The step's line of the big table, or None where nothing was finished."""
        if self.is_clock:
            return self.clocks.get(self.code)
        return next((row for row in self.steps if row.step == self.code), None)

    @cached_property
    def target(self) -> int | None:
        """Calendar days aimed at now; None where there is no such number (working days and months
        are none).
        """
        return (
            None
            if self.is_clock and journey.CLOCKS[self.code].statutory
            else self.targets[self.code]
        )

    @cached_property
    def trend(self) -> list[tuple]:
        """(month, n, median) of at least CHART_MONTHS whole months, and of this one so far."""
        return timings.kept_trend(self.council, self.code, **self.charted) or timings.trend_of(
            self.by_month
        )

    @property
    def charted(self) -> dict:
        since = min(self.since, months_before(self.until, CHART_MONTHS))
        return {"since": since, "until": self.until, "team": self.team}

    @cached_property
    def by_month(self) -> list[tuple]:
        """(month, days, how many) of finished ones, as far back as the chart goes."""
        return timings.month_counts(self.council, self.code, **self.charted)

    @cached_property
    def whole_months(self) -> list[tuple]:
        return [one for one in self.trend if one[0] < self.until.replace(day=1)]

    @cached_property
    def together(self) -> Together:
        closed = timings.closed_counts(self.by_month, self.since)
        alone, curve = survival.curve_of(closed, ()), survival.curve_of(closed, self.ages)
        half, most = (survival.kaplan_meier_quantile(alone, q) for q in (0.5, 0.9))
        with_open = (survival.kaplan_meier_quantile(curve, q) for q in (0.5, 0.9))
        return Together(
            sum(n for _d, n in closed), sum(n for _d, n in self.ages), half, most, *with_open
        )

    @cached_property
    def ages(self) -> list[tuple[int, int]]:
        """(days so far, how many) of the open ones."""
        read = all_steps.clock_ages if self.is_clock else timings.open_counts
        return read(self.council, self.code, self.now, team=self.team)

    @cached_property
    def late(self) -> int:
        """Open ones past their deadline."""
        if self.is_clock:
            return self.open_clocks.get(self.code, (0, 0))[1]
        return next((row.late for row in self.waiting if row.step == self.code), 0)

    @cached_property
    def bands(self) -> dict[str, int]:
        found = dict.fromkeys(timings.AGE_BANDS, 0)
        for days, n in self.ages:
            for name, (youngest, oldest) in timings.AGE_BANDS.items():
                if days >= youngest and (oldest is None or days < oldest):
                    found[name] += n
        return found

    @cached_property
    def split(self) -> list[tuple[str, str, object]]:
        """(key, name, row) of each value of the dimension, in the order of their names or of their
        list.
        """
        found = timings.split(self.council, self.code, self.by, since=self.since, until=self.until)
        rows = [
            (key, self.names.get(key, key), row) for key, row in found.items() if key in self.names
        ]
        order = list(self.names)
        return sorted(rows, key=lambda one: order.index(one[0]))

    @cached_property
    def names(self) -> dict[str, str]:
        """The keys that the reader may see, with their names."""
        if self.by == "version":
            return {str(n): str(n) for n in range(1, journey.VERSION + 1)}
        fixed: dict[str, dict[str, Any]] = {
            "route": ROUTE_NAMES,
            "need": NEED_GROUPS,
            "age": AGE_BANDS,
        }
        listed = fixed.get(self.by)
        if listed is not None:
            return {**{str(k): str(v) for k, v in listed.items() if k}, "": ""}
        return {str(team.pk): team.name for team in sorted(self.teams, key=lambda team: team.name)}


def gains(f: Figures) -> list[Gain]:
    """The steps by their days over target, finished in the period or open now; the most first."""
    found = []
    for step in journey.waiting_steps():
        target = f.targets[step]
        if target is None:
            continue
        done = [(days - target, n) for days, n in f.finished_days.get(step, ()) if days > target]
        still = [(days - target, n) for days, n in f.open_days.get(step, ()) if days > target]
        days = sum(over * n for over, n in [*done, *still])
        if days:
            found.append(
                Gain(step, target, sum(n for _d, n in done), sum(n for _d, n in still), days)
            )
    return sorted(found, key=lambda gain: -gain.days)


def practices(gain: Gain) -> list[dict[str, str]]:
    return [
        practice_examples.practice_lines(one) for one in practice_examples.practices_of(gain.step)
    ]
