"""One page: how long it took (cases.timings), what it cost (budgets.totals), what it did for people (outcomes).

Nothing else is read here. `Figures` asks each reading function at most once a request. Here too: who sees whose
figures (`scope_of`), the figures at a glance (`cards`) and the bars of the chart. The tables are in tables.py.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets import totals
from cases import access, dates, journey, timings
from cases.models import Council, Team

from . import outcomes, words

SEES = frozenset({"manager", "service_manager"})


@dataclass(frozen=True)
class Scope:
    """What a manager may see: the whole council (`whole`), or the teams of their own seats."""

    council: Council
    teams: tuple[Team, ...]
    whole: bool

    def choose(self, asked: str) -> object:
        """Ids to read for a filter's value: None is the whole council. Raises Http404 for a team out of reach."""
        mine = {team.pk for team in self.teams}
        if asked.isdecimal():
            if int(asked) not in mine:
                raise Http404
            return [int(asked)]
        return None if self.whole else sorted(mine)


def scope_of(request) -> Scope:
    """The reach of the signed-in manager's seats in the council they work for now. Http404 without one."""
    council = access.council_of(request.user, request)
    seats = [s for s in access.seats_of(request.user) if council and s.council_id == council.pk and s.role in SEES]
    if not seats:
        raise Http404
    whole = any(seat.team_id is None for seat in seats)
    own = {seat.team_id for seat in seats}
    teams = Team.objects.filter(council=council)
    return Scope(council, tuple(teams if whole else teams.filter(pk__in=own)), whole)


class Figures:
    """The answers of the reading modules for one council, period and team, each asked for once."""

    def __init__(self, council, *, months: int, team, now: datetime, query: str = "") -> None:
        self.council, self.team, self.now, self.query = council, team, now, query
        self.until = dates.london_date(now)
        self.since = months_before(self.until, months - 1)

    @cached_property
    def steps(self):
        rows = timings.days_by_step(self.council, since=self.since, until=self.until, team=self.team)
        return [row for row in rows if row.step != "running"]  # a budget that runs is no wait

    @cached_property
    def waiting(self):
        return timings.waiting_now(self.council, self.now, team=self.team)

    @cached_property
    def turns(self):
        return timings.whose_turn(self.council, self.now, team=self.team)

    @cached_property
    def longest(self):
        return timings.longest_waits(self.council, self.now, team=self.team)

    @cached_property
    def whole(self):
        return timings.asking_to_start(self.council, since=self.since, until=self.until, team=self.team)

    @cached_property
    def routes(self):
        return totals.by_route(self.council, on=self.until, team=self.team)

    @cached_property
    def difference(self):
        return totals.indicative_against_decided(self.council, since=self.since, until=self.until, team=self.team)

    @cached_property
    def answers(self):
        return outcomes.results(self.council, since=self.since, until=self.until)

    @cached_property
    def replies(self):
        return outcomes.replies(self.council, since=self.since, until=self.until)

    def csv(self, name: str) -> str:
        return reverse("poet:dashboard_csv", args=[name]) + self.query


def months_before(day: date, count: int) -> date:
    """The first day of the month `count` months earlier."""
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def cards(f: Figures) -> list[dict]:
    """The page in four sentences, before any table."""
    return [_money_card(f), _waiting_card(f), _in_time_card(f), _survey_card(f)]


def _card(number, label, note, tone="") -> dict:
    return {"number": number, "label": label, "note": note, "tone": tone}


def _money_card(f):
    whole, target = f.whole, journey.WHOLE_JOURNEY["request_to_start"]
    label = _("is how long half of people wait, at most, from asking to money or support")
    if not whole.n:
        return _card(words.NONE, label, _("No budget started for the first time in these months."))
    facts = {"n": whole.n, "ok": whole.in_target, "target": target}
    note = ngettext("%(n)s budget started; %(ok)s within the target of %(target)s days.",
                    "%(n)s budgets started; %(ok)s within the target of %(target)s days.", whole.n) % facts  # fmt: skip
    return _card(words.days(whole.median), label, note, "good" if whole.median <= target else "bad")


def _waiting_card(f):
    total, late = sum(row.n for row in f.waiting), sum(row.late for row in f.waiting)
    label = ngettext("person waits for a next step now", "people wait for a next step now", total)
    note = ngettext("%(n)s is past the deadline of the step.", "%(n)s are past the deadline of their step.", late)
    return _card(words.number(total), label, note % {"n": words.number(late)}, "bad" if late else "good")


def _in_time_card(f):
    ok, of = sum(row.in_target for row in f.steps), sum(row.with_target for row in f.steps)
    label = _("of steps were finished in time")
    note = _("%(ok)s of %(of)s steps that have a deadline.") % {"ok": words.number(ok), "of": words.number(of)}
    return _card(words.share(ok / of if of else None), label, note)


def _survey_card(f):
    row = outcomes.better(f.answers)
    told = _("%(n)s replies in these months.") % {"n": words.number(f.replies.replies)}
    if row is None:
        return _card(words.NONE, _("say that life got better"), _("Too few answers to show.") + " " + told)
    label = _("say it got better: %(question)s") % {"question": _(row.question).lower()}
    note = _("Likely between %(interval)s.") % {"interval": words.between(row.interval)}
    return _card(words.share(row.share), label, f"{note} {told}")


def asked_and_answered(f: Figures) -> str:
    """The replies beside the asking: who stays silent is part of the result."""
    facts = {name: words.number(value) for name, value in vars(f.replies).items()}
    return _("%(replies)s replies in these months. %(asked)s people were asked in them, and %(answered)s of those "
             "have answered.") % facts  # fmt: skip


def bars(f: Figures) -> list[dict]:
    """A bar for each step: what half took at most, on top of what 9 in 10 took at most. Lengths out of 100."""
    longest = max((row.p90 for row in f.steps), default=0) or 1
    return [
        {
            "label": words.step(row.step),
            "top": str(index * 34),
            "middle": str(index * 34 + 18),
            "half": f"{row.median / longest * 400:.1f}",
            "most": f"{row.p90 / longest * 400:.1f}",
            "end": f"{row.p90 / longest * 400 + 156:.1f}",
            "words": _("%(half)s; 9 in 10: %(most)s")
            % {"half": words.number(row.median), "most": words.number(row.p90)},
        }
        for index, row in enumerate(f.steps)
    ]
