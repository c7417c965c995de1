"""Support whose parts do not all have the same days: what it costs a week, and who pays what of it,
for each run of days on which that is the same. Out of the reading that payments are made from, so
that a letter's numbers and the payments it lists cannot differ; a week is seven of a day's sums.

Not here: what begins and ends as one, or simply goes on (`personal_budget`, `money_presenter`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from budgets.entitlement import reading
from budgets.entitlement.answer import read
from budgets.entitlement.facts import Contribution, in_pounds
from budgets.models import PlanLine
from budgets.money.sterling import pounds
from budgets.position.entitlement_facts import facts_of_lines
from cases.common import dates
from cases.ui.date_words import day

YEAR = timedelta(days=365)
WEEK = 7
SAID = 4  # runs that are said: more of them are looked up in the plan
COLUMNS = (reading.MANAGED, reading.CHARGED, reading.NOT_OWED)


@dataclass(frozen=True)
class Run:
    """Days with the same sums, in pounds a week. `last`: None where they go on. `not_asked`: what
    was decided that the person pays, above what the support costs them.
    """

    first: date
    last: date | None
    cost: Decimal
    person: Decimal
    not_asked: Decimal

    @property
    def council(self) -> Decimal:
        return self.cost - self.person

    @property
    def days(self) -> str:
        """From 1 May 2026 to 23 July 2026."""
        if self.last is None:
            return _("From %(a)s on") % {"a": day(self.first)}
        return _("From %(a)s to %(b)s") % {"a": day(self.first), "b": day(self.last)}


def differ(lines: Iterable[PlanLine], begins: date) -> bool:
    """Does what recurs in these lines have unlike days, from `begins` to a year from today, or end
    before that? Then the average of a year is no week of it.
    """
    until = _since(begins) + YEAR
    found = {
        (max(line.begins_on or begins, begins), min(line.ends_on or until, until))
        for line in lines
        if line.unit != "once"
    }
    return len(found) > 1 or any(last < until for _first, last in found)


def runs_of(
    lines: Iterable[PlanLine], begins: date, contributions: Iterable[Contribution] = ()
) -> list[Run]:
    """The runs that are not over, in the order of their days; all, where the support is over. Empty
    where all that recurs has the same days and goes on. `begins`: of the decision.
    """
    lines, paid = list(lines), tuple(contributions)
    if not differ(lines, begins):
        return []
    recurring = [line for line in lines if line.unit != "once"]
    edges = [_since(begins), *(line.ends_on or line.begins_on or begins for line in recurring)]
    until = max([*edges, *(one.begins for one in paid)]) + YEAR
    found = list(_runs(read(facts_of_lines(recurring, begins, paid), until), until))
    return [run for run in found if run.last is None or run.last >= dates.today()] or found


def highest_week(lines: Iterable[PlanLine], begins: date) -> Decimal | None:
    """What the dearest week costs, of lines of which some have days of their own; None where all
    simply go on. A limit is compared with it: the average of a year lies below a week that is paid.
    """
    recurring = [line for line in lines if line.unit != "once"]
    if not any(line.begins_on or line.ends_on for line in recurring):
        return None
    first = min([begins, *(line.begins_on for line in recurring if line.begins_on)])
    last = max(line.ends_on or line.begins_on or first for line in recurring)
    until = max(first, last) + YEAR
    found = _runs(read(facts_of_lines(recurring, first, ()), until), until)
    return max((run.cost for run in found), default=Decimal("0.00"))


def _since(begins: date) -> date:
    return max(begins, dates.today())


def _runs(found: reading.Reading, until: date) -> Iterator[Run]:
    """The runs with support; the one that reaches the last day read goes on."""
    for run in found.runs(until.toordinal()):
        cost, person, not_asked = (_a_week(found, column, run.first) for column in COLUMNS)
        first, last = date.fromordinal(run.first), date.fromordinal(run.last)
        if cost:
            yield Run(first, None if last == until else last, cost, person, not_asked)


def _a_week(found: reading.Reading, column: int, on: int) -> Decimal:
    """Seven of a day's exact sums, to the penny, half up."""
    exact: Fraction = WEEK * (found.exact(column, on) - found.exact(column, on - 1))
    return in_pounds((200 * exact.numerator + exact.denominator) // (2 * exact.denominator))


def _in_lines(said: list[str]) -> list[str]:
    """So many of them, and plainly that there are more."""
    if len(said) <= SAID:
        return said
    return [*said[:SAID], _("After that it changes again: see the plan.")]


def cost_words(runs: list[Run], once: Decimal) -> str:
    """From 1 May 2026 to 23 July 2026: £280.00 a week; a line for each run."""
    words = _("%(days)s: %(week)s a week")
    said = [words % {"days": run.days, "week": pounds(run.cost)} for run in runs]
    return "\n".join(
        _in_lines(said) + ([_("And %(once)s once") % {"once": pounds(once)}] if once else [])
    )


def shared_words(runs: list[Run], once: Decimal, *, resident: bool = True) -> str:
    """What it costs, what the council pays and what the person pays; a line for each run."""
    words = (
        _("%(days)s: your support costs %(cost)s a week. We pay %(council)s, you pay %(person)s.")
        if resident
        else _(
            "%(days)s: the support costs %(cost)s a week. The council pays %(council)s, the "
            "person pays %(person)s."
        )
    )
    said = [
        words
        % {
            "days": run.days,
            "cost": pounds(run.cost),
            "council": _sum(run.council),
            "person": _sum(run.person),
        }
        for run in runs
    ]
    by_us = _("And %(once)s once. We pay it.") if resident else _("And %(once)s once.")
    return "\n".join(_in_lines(said) + ([by_us % {"once": pounds(once)}] if once else []))


def big(runs: list[Run], once: Decimal) -> dict[str, str]:
    """The amount of a page's money box: what it costs now, and its days and the others in small."""
    note = cost_words(runs, once).replace("\n", ". ")
    return {"amount": pounds(runs[0].cost), "unit": _("a week"), "note": note}


def not_asked_words(runs: list[Run]) -> str:
    """What was decided above the cost, for each run that has some; "" where none has."""
    words = _("%(days)s: %(sum)s a week of what was decided")
    said = [
        words % {"days": run.days, "sum": pounds(run.not_asked)}
        for run in runs[:SAID]
        if run.not_asked
    ]
    if not said:
        return ""
    return "\n".join([*said, _("You never pay more than the support costs.")])


def _sum(amount: Decimal) -> str:
    return pounds(amount) if amount else _("nothing")
