"""Visits, turns and step rebuilt from events alone: pure, no database. `check_journey` holds them
against the rows.

An event here is anything with `seq`, `verb`, `at` and `codes` (as `cases.models.Event`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cases.common import dates
from cases.journey import clocks
from cases.journey.queries import effect_on_clock, end_planned
from cases.journey.table import ENDED, STEPS


@dataclass
class ReplayedTurn:
    role: str
    began_at: datetime
    ended_at: datetime | None = None


@dataclass
class ReplayedVisit:
    seq: int
    step: str
    cycle: str
    cycle_no: int
    entered_at: datetime
    due_at: datetime | None
    left_at: datetime | None = None
    turns: list[ReplayedTurn] = field(default_factory=list)

    @property
    def days(self) -> int | None:
        return None if self.left_at is None else dates.days_between(self.entered_at, self.left_at)


@dataclass
class Replayed:
    step: str
    turn: str
    visits: list[ReplayedVisit]
    ends_on: date | None = None


def replay(events: list[Any]) -> Replayed:
    """Rebuild the journey of one case from its events in order of `seq`."""
    state = Replayed("", "nobody", [])
    for event in events:
        codes = event.codes
        state.ends_on = end_planned(state.ends_on, event.verb, codes)
        if effect_on_clock(event.verb) == "correct":
            _correct(state, codes)
        elif "to" in codes and codes["to"] != codes.get("from"):
            _leave(state, event.at)
            _enter(state, event)
        elif "from" in codes and "turn" in codes:
            visit = state.visits[-1]
            visit.turns[-1].ended_at = event.at
            visit.turns.append(ReplayedTurn(codes["turn"], event.at))
            state.turn = codes["turn"]
    return state


def _leave(state: Replayed, at: datetime) -> None:
    if state.visits and state.visits[-1].left_at is None:
        state.visits[-1].left_at = at
        state.visits[-1].turns[-1].ended_at = at


def _enter(state: Replayed, event: Any) -> None:
    codes = event.codes
    state.step, state.turn = codes["to"], codes["turn"]
    if STEPS[state.step].phase == ENDED:
        return
    due = datetime.fromisoformat(codes["due_at"]) if codes["due_at"] else None
    visit = ReplayedVisit(
        len(state.visits) + 1,
        state.step,
        codes["cycle"],
        codes["cycle_no"],
        event.at,
        due,
        turns=[ReplayedTurn(codes["turn"], event.at)],
    )
    state.visits.append(visit)


def _correct(state: Replayed, codes: dict) -> None:
    visit, new = state.visits[-1], datetime.fromisoformat(codes["new"])
    shift = dates.london_date(new) - dates.london_date(visit.entered_at)
    if visit.due_at:
        visit.due_at = dates.london_midnight(dates.london_date(visit.due_at) + shift)
    visit.entered_at = visit.turns[0].began_at = new
    if len(state.visits) > 1:
        state.visits[-2].left_at = state.visits[-2].turns[-1].ended_at = new


def disagreements(case) -> list[str]:
    """What the rows say otherwise than the events, one sentence each; `case` with events, visits
    and clocks prefetched.
    """
    events = sorted(case.events.all(), key=lambda e: e.seq)
    state = replay(events)
    found = clocks_that_disagree(case, events)
    for name in ("step", "turn", "ends_on"):
        ours, theirs = getattr(case, name), getattr(state, name)
        if ours != theirs:
            found.append(f"{case.ref}: {name} is {ours}, the events say {theirs}")
    rows = sorted(case.visits.all(), key=lambda v: v.seq)
    if len(rows) != len(state.visits):
        return [*found, f"{case.ref}: {len(rows)} visits, the events say {len(state.visits)}"]
    for row, visit in zip(rows, state.visits, strict=True):
        for name in ("step", "cycle", "cycle_no", "entered_at", "due_at", "left_at", "days"):
            if getattr(row, name) != getattr(visit, name):
                found.append(
                    f"{case.ref}: visit {row.seq} ({row.step}) has {name} {getattr(row, name)}, "
                    f"the events say {getattr(visit, name)}"
                )
        turns = [
            (t.role, t.began_at, t.ended_at)
            for t in sorted(row.turns.all(), key=lambda t: (t.began_at, t.pk))
        ]
        if turns != [(t.role, t.began_at, t.ended_at) for t in visit.turns]:
            found.append(
                f"{case.ref}: the turns of visit {row.seq} ({row.step}) are not those of the events"
            )
    return found


def clocks_that_disagree(case, events) -> list[str]:
    """What the clock rows say otherwise than the events."""
    rows = {(c.kind, c.round): c for c in case.clocks.all()}
    told = {(c.kind, c.round): c for c in clocks.clocks_of(events)}
    found = [
        f"{case.ref}: clock {kind} {n} is only in the rows or only in the events"
        for kind, n in sorted(rows.keys() ^ told.keys())
    ]
    for kind, n in sorted(rows.keys() & told.keys()):
        row, clock = rows[kind, n], told[kind, n]
        for name in (
            "cycle",
            "cycle_no",
            "began_at",
            "due_at",
            "ended_at",
            "dropped_at",
            "days",
            "month",
        ):
            if getattr(row, name) != getattr(clock, name):
                found.append(
                    f"{case.ref}: clock {kind} {n} has {name} {getattr(row, name)}, the "
                    f"events say {getattr(clock, name)}"
                )
    return found
