"""The slow way to the process times: plain Python over the events of each case, sharing no code
with the app's.

Knows only what an event's codes say. Used against the histogram by tests and, on any database, by
bench/oracle.py.
"""

import math
from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def civil(moment):
    return moment.astimezone(LONDON).date()


class Stay:
    """One stay in one step, as the events tell it."""

    def __init__(self, step, at, due, cycle, team, loop):
        self.step, self.since, self.due, self.cycle, self.team, self.loop = (
            step,
            at,
            due,
            cycle,
            team,
            loop,
        )
        self.until, self.pauses, self.route = None, [], ""

    @property
    def days(self):
        return (civil(self.until) - civil(self.since)).days

    @property
    def paused(self):
        total = 0
        for began, chase, ended in self.pauses:
            last = min(civil(ended or self.until), civil(self.until), chase)
            total += max((last - civil(began)).days, 0)
        return total

    @property
    def in_time(self):
        return self.due is not None and self.until < self.due


def correct(found, moment):
    """The last stay begins at another moment, and the one before it ends there."""
    here = found[-1]
    moved = civil(moment) - civil(here.since)
    if here.due:
        day = civil(here.due) + moved
        here.due = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    if len(found) > 1 and found[-2].until == here.since:
        found[-2].until = moment
        found[-2].pauses = [(b, c, min(e, moment) if e else e) for b, c, e in found[-2].pauses]
    here.since = moment


def pause(here, event):
    """An open pause ends; a pause begins."""
    if here.pauses and here.pauses[-1][2] is None:
        here.pauses[-1] = (*here.pauses[-1][:2], event.at)
    if event.verb == "pause":
        here.pauses.append((event.at, date.fromisoformat(event.codes["next_chase"]), None))


def stays(events):
    """The stays of one case from its events in order."""
    found, team, route = [], None, ""
    for event in events:
        codes, at = event.codes, event.at
        if event.verb == "ask_for_support":
            team = codes["turn_team"]
        here = found[-1] if found else None
        if event.verb == "correct_date":
            correct(found, datetime.fromisoformat(codes["new"]))
            continue
        team, route = codes.get("team", team), codes.get("route", route)
        if event.verb in ("pause", "resume"):
            pause(here, event)
        if "to" not in codes or codes["to"] == codes.get("from"):
            continue
        if here and here.until is None:
            here.until, here.team, here.route = at, team, route
            here.pauses = [(b, c, e or at) for b, c, e in here.pauses]
        if codes["to"] != "closed":
            due = datetime.fromisoformat(codes["due_at"]) if codes["due_at"] else None
            loop = any(s.step == codes["to"] and s.cycle == codes["cycle_no"] for s in found)
            found.append(Stay(codes["to"], at, due, codes["cycle_no"], team, loop))
        if here and here.until is not None and codes["to"] != "closed":
            found[-1].route = route
    return found


def rank(values, share):
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1] if values else None


def rows(cases, since, until):
    """step -> (n, median, p90, net median, in time, with deadline, longest, loops) of months
    `since` to `until`.
    """
    by_step = defaultdict(list)
    for events in cases:
        for stay in stays(events):
            if stay.until and since <= civil(stay.until).replace(day=1) <= until:
                by_step[stay.step].append(stay)
    return {
        step: (
            len(all_),
            rank([s.days for s in all_], 0.5),
            rank([s.days for s in all_], 0.9),
            rank([s.days - s.paused for s in all_], 0.5),
            sum(s.in_time for s in all_),
            sum(s.due is not None for s in all_),
            max(s.days for s in all_),
            sum(s.loop for s in all_),
        )
        for step, all_ in by_step.items()
    }


def waiting(cases, now):
    """step -> (open, late, longest in days)."""
    found = defaultdict(list)
    for events in cases:
        last = stays(events)[-1]
        if last.until is None:
            found[last.step].append(last)
    return {
        step: (
            len(all_),
            sum(bool(s.due and now >= s.due) for s in all_),
            max((civil(now) - civil(s.since)).days for s in all_),
        )
        for step, all_ in found.items()
    }


def months_back(today, count):
    first = today.replace(day=1)
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
