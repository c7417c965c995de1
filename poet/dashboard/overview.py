"""One page: how long it took (cases.figures.timings), what it cost (budgets.spend.totals), what it
did for people (outcomes).

`Figures` asks each reading function at most once a request. Here too: who sees whose figures
(`scope_of`) and the figures at a glance (`cards`). Not here: one step's own figures (process.py),
the tables, the charts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets.spend import totals
from cases import access, journey
from cases.common import dates
from cases.figures import all_steps, figure_cache, patterns, timings
from cases.models import Council, Target, Team
from cases.resilience import jobs
from cases.resilience.heartbeat import beat
from cases.ui.components import Files
from poet.dashboard import adass_counts, department_waits
from poet.dashboard.periods import PERIODS
from poet.results import outcomes
from poet.results.published import Book
from poet.ui import figure_presenter
from poet.ui.addresses import address

SEES = frozenset({"manager", "service_manager"})


@dataclass(frozen=True)
class Scope:
    """What a manager may see: the whole council (`whole`), or the teams of their own seats."""

    council: Council
    teams: tuple[Team, ...]
    whole: bool

    def choose(self, asked: str) -> object:
        """Ids to read for a filter's value: None is the whole council. Raises Http404 for a team
        out of reach.
        """
        mine = {team.pk for team in self.teams}
        if asked.isdecimal():
            if int(asked) not in mine:
                raise Http404
            return [int(asked)]
        return None if self.whole else sorted(mine)


def scope_of(request) -> Scope:
    """The reach of the signed-in manager's seats in the council they work for now. Http404 without
    one.
    """
    council = access.council_of(request.user, request)
    seats = [
        s
        for s in access.seats_of(request.user)
        if council and s.council_id == council.pk and s.role in SEES
    ]
    if not seats:
        raise Http404
    whole = any(seat.team_id is None for seat in seats)
    own = {seat.team_id for seat in seats if seat.team_id is not None}
    teams = Team.objects.filter(council=council)
    return Scope(council, tuple(teams if whole else teams.filter(pk__in=own)), whole)


class Figures:
    """The answers of the reading modules for one council, period and team, each asked for once."""

    def __init__(
        self, council, *, months: int, team, now: datetime, asked: dict[str, str], whole=True
    ) -> None:
        """`asked`: period and team as the address says them, kept in every link. `whole`: no team
        was chosen, and the reader may see the council.
        """
        self.council, self.team, self.now, self.asked, self.whole_council = (
            council,
            team,
            now,
            asked,
            whole,
        )
        self.until = dates.london_date(now)
        self.since = dates.months_before(self.until, months - 1)
        self.months = months
        self.counted_at: datetime | None = None  # of the oldest figure that was kept from before

    @cached_property
    def book(self):
        return Book(self.council)

    @cached_property
    def steps(self):
        rows = timings.days_by_step(
            self.council, since=self.since, until=self.until, team=self.team
        )
        waits = journey.waiting_steps()  # a budget that runs is no wait
        return [row for row in rows if row.step in waits]

    @cached_property
    def clocks(self):
        rows = timings.clock_rows(self.council, since=self.since, until=self.until, team=self.team)
        return {row.step: row for row in rows}

    @cached_property
    def open_clocks(self):
        return all_steps.open_clocks(self.council, self.now, team=self.team)

    @cached_property
    def targets(self):
        """The days that this council aims at now, by step and clock."""
        return Target.all_for(self.council.pk, [*journey.STEPS, *journey.CLOCKS], self.until)

    @cached_property
    def finished_days(self):
        return all_steps.finished_days(
            self.council, since=self.since, until=self.until, team=self.team
        )

    @cached_property
    def open_days(self):
        return all_steps.open_days(self.council, self.now, team=self.team)

    @cached_property
    def waiting(self):
        return timings.waiting_now(self.council, self.now, team=self.team)

    @cached_property
    def turns(self):
        return timings.whose_turn(self.council, self.now, team=self.team)

    @cached_property
    def longest(self):
        return timings.longest_waits(self.council, self.now, team=self.team)

    @property
    def whole(self):
        """From asking to the first money or support, of first journeys."""
        return self.clocks.get("first_start")

    def slow(self) -> dict[str, Callable[[], Any]]:
        """What takes a scan over many cases, by name: a large council's answers are kept for some
        minutes.
        """
        span = {"since": self.since, "until": self.until}
        both = span | {"team": self.team}
        return {
            "adass": lambda: adass_counts.waiting(self.council, self.now, team=self.team),
            "patterns": lambda: patterns.patterns(self.council, **both),
            "panel": lambda: patterns.panel(self.council, **both),
            "quarters": lambda: department_waits.waits(self.council, **both),
            "routes": lambda: totals.by_route(self.council, on=self.until, team=self.team),
            "difference": lambda: totals.indicative_against_decided(self.council, **both),
            "answers": lambda: outcomes.results(self.council, on=self.until, book=self.book),
            "replies": lambda: outcomes.replies(self.council, on=self.until, book=self.book),
        }

    @cached_property
    def large(self) -> bool:
        return figure_cache.large(self.council)

    def _kept(self, name: str) -> Any:
        found, at = figure_cache.figure(
            self.council, name, self.parts, self.slow()[name], self.large
        )
        self.counted_at = min(filter(None, (self.counted_at, at)), default=None)
        return found

    @property
    def parts(self) -> tuple:
        """What a kept answer depends on besides the council."""
        return self.since, self.until, self.team

    @cached_property
    def adass(self):
        return self._kept("adass")

    @cached_property
    def patterns(self):
        return self._kept("patterns")

    @cached_property
    def panel(self):
        return self._kept("panel")

    @cached_property
    def quarters(self):
        return self._kept("quarters")

    @cached_property
    def routes(self):
        return self._kept("routes")

    @cached_property
    def difference(self):
        return self._kept("difference")

    @cached_property
    def answers(self):
        return self._kept("answers")

    @cached_property
    def replies(self):
        return self._kept("replies")

    def link(self, name: str, *args, **more) -> str:
        """The address of one of our pages, with what was asked for kept in it."""
        wanted = {key: value for key, value in {**self.asked, **more}.items() if value}
        return address(name, *args) + (f"?{urlencode(wanted)}" if wanted else "")

    def cases_address(self, **more) -> str:
        """The address of the cases behind a number."""
        return self.link("cases_behind", **more)

    def files(self, name: str) -> Files:
        """The addresses of a table's files."""
        return Files(csv=self.link("dashboard_csv", name), xlsx=self.link("dashboard_xlsx", name))


class Kept(NamedTuple):
    councils: int


def refresh_figures(now: datetime | None = None) -> Kept:
    """Count anew what a large council's pages keep, so that no reader waits for it. Returns for how
    many councils.
    """
    large = [one for one in Council.objects.order_by("pk") if figure_cache.large(one)]
    parts = [(f"council {one.pk}", partial(_keep, one, now or timezone.now())) for one in large]
    done = Kept(len(jobs.apart("keep", parts)))
    beat("keep")
    return done


def _keep(council: Council, now: datetime) -> None:
    for months in sorted(int(period) for period in PERIODS):
        f = Figures(council, months=months, team=None, now=now, asked={})
        for name, read in f.slow().items():
            figure_cache.put(council, name, f.parts, read)


def cards(f: Figures) -> list[dict]:
    """The page in four sentences, before any table."""
    return [_money_card(f), _waiting_card(f), _in_time_card(f), _survey_card(f)]


def _card(number, label, note, tone="") -> dict:
    return {"number": number, "label": label, "note": note, "tone": tone}


def _money_card(f):
    whole, target = f.whole, f.targets["first_start"]
    label = _("is how long half of people wait, at most, from asking to money or support")
    if whole is None:
        return _card(
            figure_presenter.NONE, label, _("No budget started for the first time in these months.")
        )
    facts = {
        "n": figure_presenter.number(whole.n),
        "ok": figure_presenter.number(whole.in_target),
        "target": target,
    }
    note = (
        ngettext(
            "%(n)s budget started; %(ok)s within the target of %(target)s days.",
            "%(n)s budgets started; %(ok)s within the target of %(target)s days.",
            whole.n,
        )
        % facts
    )
    return _card(
        figure_presenter.days(whole.median),
        label,
        note,
        "good" if whole.median <= target else "bad",
    )


def _waiting_card(f):
    total, late = sum(row.n for row in f.waiting), sum(row.late for row in f.waiting)
    label = ngettext("person waits for a next step now", "people wait for a next step now", total)
    note = ngettext(
        "%(n)s is past the deadline of the step.",
        "%(n)s are past the deadline of their step.",
        late,
    )
    return _card(
        figure_presenter.number(total),
        label,
        note % {"n": figure_presenter.number(late)},
        "bad" if late else "good",
    )


def _in_time_card(f):
    ok, of = sum(row.in_target for row in f.steps), sum(row.with_target for row in f.steps)
    label = _("of steps were finished in time")
    note = _("%(ok)s of %(of)s steps that have a deadline.") % {
        "ok": figure_presenter.number(ok),
        "of": figure_presenter.number(of),
    }
    return _card(figure_presenter.share(ok / of if of else None), label, note)


def _survey_card(f):
    row = outcomes.better(f.answers)
    told = asked_and_answered(f)
    if row is None:
        return _card(
            figure_presenter.NONE,
            _("say that life got better"),
            _("Too few answers to show.") + " " + told,
        )
    label = _("say it got better: %(question)s") % {"question": _(row.question).lower()}
    note = _("Likely between %(interval)s.") % {"interval": figure_presenter.between(row.interval)}
    return _card(figure_presenter.share(row.share), label, f"{note} {told}")


def asked_and_answered(f: Figures) -> str:
    """The replies beside the asking: who stays silent is part of the result."""
    found = f.replies
    if not found.answered:
        return _("Fewer than five people have answered, or nothing has been published yet.")
    facts = {
        "asked": figure_presenter.number(found.asked),
        "answered": figure_presenter.number(found.answered),
    }
    return (
        _(
            "About %(asked)s people were asked in this financial year, and about "
            "%(answered)s answered."
        )
        % facts
    )
