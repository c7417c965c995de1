"""The clocks beside the steps, derived from the events of a case alone: pure, no database.

`clock_rows` writes what this says after each event, and `check_journey` holds the rows against it.
An event here is anything with `verb`, `at` and `codes`; deadlines that a council's own targets set
stand in the codes of the event that began the clock (`clocks_with_target`), so that a changed
target never rewrites the past.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases import journey
from cases.common import dates
from cases.journey.table import ENDED, ENTER

FIRST_PART = "start_line"  # a part of the support that really began
REVIEWS_BEGIN = ("direct", "other")  # what its codes say of it, since reviews count from it
BEGIN_PAYING = (
    FIRST_PART,
    "start_budget",
    "switch_route",
    ENTER,
)  # after which a direct payment may be there, or no longer
REACHES_BACK = ("correct", "restore")  # effects on clocks that began or ended earlier
YES = (True, "yes")


@dataclass
class Clocked:
    """One clock of one round. `began_by`, `ended_by`, `dropped_by`: the place of the event in the
    story.
    """

    kind: str
    round: int
    cycle: str
    cycle_no: int
    began_at: datetime
    began_by: int
    due_at: datetime | None
    later: bool = False  # not the first in law: the next one is due by another rule
    since: bool = False  # begun on a day that was recorded, not at the moment of the event
    ended_at: datetime | None = None
    ended_by: int | None = None
    dated: bool = False  # ended on a day that was recorded, not at the moment of the event
    dropped_at: datetime | None = None
    dropped_by: int | None = None

    @property
    def open(self) -> bool:
        return self.ended_at is None and self.dropped_at is None

    @property
    def days(self) -> int | None:
        return None if self.ended_at is None else dates.days_between(self.began_at, self.ended_at)

    @property
    def month(self) -> date | None:
        return None if self.ended_at is None else dates.month_of(self.ended_at)


def clocks_of(events: Iterable[Any]) -> list[Clocked]:
    """Every clock of a case, in the order in which they began."""
    story = Story()
    for event in events:
        story.take(event)
    return story.clocks


def begins(clock: journey.Clock, verb: str, codes: dict) -> bool:
    """Does this event begin such a clock, as far as the event itself can say?"""
    if verb not in clock.starts or _is_no_decision(verb, codes):
        return False
    if clock.code == "advocate":
        return codes.get("advocate") == "yes"
    if verb == ENTER and clock.code == "first_review":
        return "reviewed_on" not in codes and codes.get("first_review") == "yes"
    if verb == ENTER and clock.code == "charge_review":
        return "charged_from" in codes
    if verb == FIRST_PART:  # until reviews counted from the first part, none began with it
        return codes.get("reviews") in (("direct",) if clock.code == "dp_review" else REVIEWS_BEGIN)
    return verb != "change_plan" or codes.get("from") == "review"


def ends(clock: journey.Clock, verb: str, codes: dict) -> bool:
    """Does this event end such a clock, as far as the event itself can say?"""
    if verb not in clock.ends or _is_no_decision(verb, codes):
        return False
    if clock.code == "last_start":  # while a part is still to come, not all of it runs
        started = "last_started_on" in codes or verb != FIRST_PART
        return started and "waiting" not in codes
    return clock.code not in journey.REVIEWS or codes.get("from") == "review"


def began_at(clock: journey.Clock, verb: str, codes: dict, at: datetime) -> datetime:
    """When a clock begins that an event begins. Of money that ran before this record: on the day of
    the last review, else on the first day with money or support; of what the person pays, on the
    day from which that was decided. Of a part that began before it was recorded: on its first day.
    """
    day = _began_on(clock, verb, codes)
    return at if day is None else min(dates.london_midnight(date.fromisoformat(day)), at)


def _began_on(clock: journey.Clock, verb: str, codes: dict) -> str | None:
    """The day that the event says, as it stands in its codes."""
    if verb == FIRST_PART:
        return str(codes["started_on"])[:10]
    if verb != ENTER:
        return None
    reviewed = ("charged_from",) if clock.code == "charge_review" else ("reviewed_on", "began_on")
    return next((codes[name] for name in reviewed if name in codes), None)


def _is_no_decision(verb: str, codes: dict) -> bool:
    """An estimated contribution is no financial assessment, and nothing to review."""
    return verb == "record_contribution" and codes.get("state", "recorded") != "recorded"


def closes(codes: dict) -> bool:
    return _ends(codes.get("to")) and not _ends(codes.get("from"))


def _ends(step: str | None) -> bool:
    return step in journey.STEPS and journey.STEPS[step].phase == ENDED


def touches(verb: str, codes: dict) -> bool:
    """May this event begin, end, drop or shift a clock? Every other one costs nothing."""
    if journey.effect_on_clock(verb) in REACHES_BACK or closes(codes):
        return True
    return any(begins(c, verb, codes) or ends(c, verb, codes) for c in journey.CLOCKS.values())


def clocks_with_target(verb: str, codes: dict) -> list[str]:
    """The clocks this event may begin whose deadline is a council's target, to be fixed in its
    codes.
    """
    return [c.code for c in journey.CLOCKS.values() if begins(c, verb, codes) and not c.statutory]


def deadline(
    clock: journey.Clock, began: datetime, days: int | None = None, later: bool = False
) -> datetime | None:
    """The first moment that is too late: by months or working days where the clock says so, else
    calendar days.
    """
    day = dates.london_date(began)
    if clock.months:
        return dates.due_at(dates.london_midnight(dates.months_after(day, clock.months[later])), 0)
    if clock.working and clock.target is not None:
        return dates.due_at(dates.london_midnight(dates.working_day_after(day, clock.target)), 0)
    return dates.due_at(began, clock.target if days is None else days)


class Story:
    """A case read event by event: its clocks so far, and what the next event needs to know of the
    earlier ones.
    """

    def __init__(self) -> None:
        self.clocks: list[Clocked] = []
        self.place = -1
        self.cycle, self.cycle_no, self.route = "first", 1, ""
        self.about_money = False  # the review under way looks at the direct payment
        self.entered = (
            self.closed
        ) = -1  # the events that began the present step, and that closed the case last

    def take(self, event: Any) -> list[Clocked]:
        """Read the next event; returns the clocks it changed, ended ones before new ones."""
        self.place += 1
        verb, codes = event.verb, event.codes
        if journey.effect_on_clock(verb) == "correct":
            return self._correct(codes)
        self.route = codes.get("route", self.route)
        self.cycle, self.cycle_no = (
            codes.get("cycle", self.cycle),
            codes.get("cycle_no", self.cycle_no),
        )
        if verb == "start_review":
            self.about_money = codes.get("kind") == "dp" or codes.get("dp") in YES
        if "to" in codes and codes["to"] != codes.get("from"):
            self.entered = self.place
        restores = journey.effect_on_clock(verb) == "restore"
        changed = self._bring_back() if restores else self._end(event)
        if closes(codes):
            self.closed = self.place
            changed += [
                self._drop(c, event.at) for c in self._open() if not journey.CLOCKS[c.kind].stands
            ]
        return changed + self._begin(event)

    def _open(self) -> list[Clocked]:
        return [c for c in self.clocks if c.open]

    def _end(self, event) -> list[Clocked]:
        changed = []
        for clock in self._open():
            rule = journey.CLOCKS[clock.kind]
            if (
                clock.kind == "dp_review"
                and event.verb in BEGIN_PAYING
                and event.verb != FIRST_PART
                and not journey.may_pay_directly(self.route)
            ):
                changed.append(self._drop(clock, event.at))
            elif ends(rule, event.verb, event.codes) and (
                clock.kind != "dp_review" or self.about_money
            ):
                day = event.codes.get(rule.on) if rule.on else None
                moment = (
                    dates.london_midnight(date.fromisoformat(str(day)[:10])) if day else event.at
                )
                # what really happened on the day it was asked for, or before, took no days
                clock.ended_at, clock.ended_by = max(moment, clock.began_at), self.place
                clock.dated = bool(day)
                changed.append(clock)
        return changed

    def _drop(self, clock, at) -> Clocked:
        clock.dropped_at, clock.dropped_by = at, self.place
        return clock

    def _bring_back(self) -> list[Clocked]:
        found = [c for c in self.clocks if c.dropped_by == self.closed and c.dropped_at]
        for clock in found:
            clock.dropped_at = clock.dropped_by = None
        return found

    def _begin(self, event) -> list[Clocked]:
        new = []
        for rule in journey.CLOCKS.values():
            if not begins(rule, event.verb, event.codes) or not self._free(rule, event):
                continue
            later = event.verb not in BEGIN_PAYING or "reviewed_on" in event.codes
            began = began_at(rule, event.verb, event.codes, event.at)
            fixed = event.codes.get("clocks", {}).get(rule.code)
            due = datetime.fromisoformat(fixed) if fixed else deadline(rule, began, later=later)
            number = 1 + sum(c.kind == rule.code for c in self.clocks)
            new.append(
                Clocked(
                    *(rule.code, number, self.cycle, self.cycle_no, began, self.place, due, later),
                    since=event.verb in (ENTER, FIRST_PART),
                )
            )
            self.clocks.append(new[-1])
        return new

    def _free(self, rule, event) -> bool:
        """One that runs is never begun again; whole-journey waits are one a cycle."""
        mine = [c for c in self.clocks if c.kind == rule.code]
        if any(c.open for c in mine):
            return False
        if rule.code in journey.WHOLE:
            return all(c.cycle_no != self.cycle_no for c in mine)
        if rule.code == "dp_review":
            if event.verb == FIRST_PART:
                return True
            if event.verb in BEGIN_PAYING:
                return journey.may_pay_directly(self.route)
            return any(c.ended_by == self.place for c in mine)
        return True

    def _correct(self, codes) -> list[Clocked]:
        """The present step began on another day: so did what its first event began, and so ended
        what that ended.
        """
        new, changed = datetime.fromisoformat(codes["new"]), []
        for clock in self.clocks:
            if clock.began_by == self.entered and not clock.since:
                shift = dates.london_date(new) - dates.london_date(clock.began_at)
                clock.began_at = new
                if journey.CLOCKS[clock.kind].statutory:
                    clock.due_at = deadline(journey.CLOCKS[clock.kind], new, later=clock.later)
                elif clock.due_at:
                    clock.due_at = dates.london_midnight(dates.london_date(clock.due_at) + shift)
            elif clock.ended_by == self.entered and not clock.dated:
                clock.ended_at = new
            elif clock.dropped_by == self.entered:
                clock.dropped_at = new
            else:
                continue
            changed.append(clock)
        return changed
