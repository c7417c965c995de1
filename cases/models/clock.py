"""Clocks: how a visit and its turns are opened and closed. Called by `Case.move` alone, under its
lock.

`plan` decides everything before the event is written, because the event's hash covers it; `apply`
writes rows.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.journey import clocks, hooks
from cases.models.council import Target
from cases.models.record import Pause, Turn, Visit
from cases.models.timing import SIDE_NAMES, SIDES, TimeDelta

OPEN_FACTS = ("step", "team_id", "turn", "day", "turn_day", "due_day")
COLUMNS = {
    "worker": "worker_id",
    "team": "team_id",
    "mode": "mode",
    "urgency": "urgency",
    "route": "route",
    "next_contact": "next_contact",
}


def first_turn(case, step, *, by, facts) -> tuple[str, int | None, int | None]:
    """Whose turn a step begins with: the registered rule, else the journey's default."""
    if step in hooks.TURNS:
        return hooks.TURNS[step](case=case, by=by, facts=facts)
    role = journey.STEPS[step].turn
    if step == "assess" and (facts.get("mode") or case.mode) == "worker_led":
        role = "worker"
    return holder(case, role, facts)


def holder(case, role, facts=()) -> tuple[str, int | None, int | None]:
    """The team and user who hold a role's turn on this case."""
    facts = facts or {}
    team = facts.get("team") or case.team_id
    if role == "worker":
        return role, team, facts.get("worker") or case.worker_id
    return role, team if role == "manager" else None, None


def plan(case, move, to, *, at, by, facts) -> dict:
    """The coded facts of the event: step, turn, cycle, deadline. Raises NotYet for a date that
    can't be.
    """
    codes = {"from": case.step, "to": to}
    if move.clock == "correct":
        return codes | _correction(case, facts["new_date"], at)
    if to != case.step:
        codes |= _entry(case, move, to, at=at, by=by, facts=facts)
    elif move.clock == "turn":
        codes |= _turn_codes(holder(case, facts["turn"], facts))
    elif move.clock == "worker":
        codes |= _turn_codes(holder(case, "worker", facts))
    elif move.clock == "named" and (case.turn == "worker" or journey.STEPS[case.step].on_list):
        codes |= _turn_codes(holder(case, "worker", facts))
    if move.clock == "pause" and facts["next_chase"] <= dates.london_date(at):
        raise NotYet(_("Choose a day after today for the next look."), field="next_chase")
    if move.clock == "pause" and case.paused_until and case.paused_until > dates.london_date(at):
        raise NotYet(_("The clock is already paused."))
    if move.clock == "resume" and case.paused_until is None:
        raise NotYet(_("The clock is not paused."))
    return codes


def opening(beginning, *, council, kind, channel, team, at: datetime, facts, **_columns) -> dict:
    """The coded facts of the event that begins a case: the turn is the step's own, a worker's that
    of the team.
    """
    step = journey.STEPS[beginning.step]
    codes = {"to": step.code, "kind": kind, "channel": channel}
    codes |= {"cycle": beginning.cycle, "cycle_no": 1} | facts
    due = None
    if step.target is not None:
        due = dates.due_at(at, Target.days_for(council.pk, step.code, dates.london_date(at)))
    codes |= _turn_codes((step.turn, team.pk if team and step.turn == "worker" else None, None))
    codes |= {"due_at": due and due.isoformat()}
    return codes | deadlines(council.pk, beginning.name, codes, at)


def deadlines(council_id, verb: str, codes: dict, at: datetime) -> dict:
    """The deadlines of the clocks an event may begin, by the targets in force: part of its codes,
    so of its hash.
    """
    kinds = clocks.clocks_with_target(verb, codes)
    if not kinds:
        return {}
    days = Target.all_for(council_id, kinds, dates.london_date(at))
    rules = [journey.CLOCKS[kind] for kind in kinds]
    due = {
        rule.code: clocks.deadline(rule, clocks.began_at(rule, verb, codes, at), days[rule.code])
        for rule in rules
    }
    return {"clocks": {kind: moment.isoformat() for kind, moment in due.items() if moment}}


def _turn_codes(turn) -> dict:
    role, team, user = turn
    return {"turn": role, "turn_team": team, "turn_user": user}


def _entry(case, move, to, *, at, by, facts) -> dict:
    codes = _turn_codes(first_turn(case, to, by=by, facts=facts))
    cycle, number = case.cycle, case.cycle_no
    if move.clock == "again":
        cycle, number = move.cycle or _cycle_again(case), number + 1
    due = None
    if move.clock == "restore":
        # The held clock goes on: the deadline of the step it left still stands.
        due = case.visits.values_list("due_at", flat=True).get(seq=case.visit_seq)
    elif journey.STEPS[to].target is not None:
        due = dates.due_at(at, _target(case, to, dates.london_date(at)))
    if to == "closed" and case.ends_on:
        codes["planned_end"] = case.ends_on.isoformat()  # whatever the move says, nothing after it
    return codes | {"cycle": cycle, "cycle_no": number, "due_at": due.isoformat() if due else None}


def _cycle_again(case) -> str:
    """Of a case that is opened again: a reassessment where it had a budget. Support for a time is
    none, though finance reaches the case by it.
    """
    set_up = case.entered_running or case.visits.filter(step="set_up").exists()
    return "reassessment" if case.reached_set_up and set_up else "first"


def _target(case, step, day) -> int | None:
    """The target in force, read with the case's own row where that guessed the step rightly."""
    if case.expected != (step, day):
        return Target.days_for(case.council_id, step, day)
    return Target.shipped(step) if case.own_target is None else case.own_target


def apply(case, move, event) -> None:
    """Write what the event says into visits, turns, pauses and the case's own columns (not saved
    here).
    """
    codes, at, before = event.codes, event.at, TimeDelta.of_case(case, -1)
    closed: Sequence[TimeDelta] = ()
    for fact, column in COLUMNS.items():
        if fact in codes:
            setattr(case, column, codes[fact])
    case.ends_on = journey.end_planned(case.ends_on, move.name, codes)
    if move.clock == "correct":
        closed = _correct(case, codes)
    elif codes["to"] != codes["from"]:
        closed = leave(case, at)
        enter(case, event)
    elif "turn" in codes:
        turn_over(case, event)
    if move.clock == "pause":
        visit = case.visits.get(seq=case.visit_seq)
        Pause.objects.filter(visit=visit, ended_at=None).update(ended_at=at)
        chase = date.fromisoformat(codes["next_chase"])
        Pause.objects.create(
            visit=visit, code=codes["code"], began_at=at, next_chase=chase, event=event
        )
        case.paused_until, case.has_pauses = chase, True
    elif move.clock == "resume":
        Pause.objects.filter(visit__case=case, ended_at=None).update(ended_at=at)
        case.paused_until = None
    elif move.name == "ask_news":
        case.asked_news_at = case.asked_news_at or at
    elif move.answers == "ask_news":
        case.asked_news_at = None
    case.deltas = changes(before, TimeDelta.of_case(case), closed)


def changes(before, after, closed=()) -> tuple[TimeDelta, ...]:
    """What the figures have to know: what was closed, and what waits otherwise than before."""
    same = before and after and all(getattr(before, f) == getattr(after, f) for f in OPEN_FACTS)
    return (*closed, *(row for row in (before, after) if row and not same))


def leave(case, at) -> list[TimeDelta]:
    """Close the open turn and the open visit; its days and month are fixed now. Returns the change
    to the figures.
    """
    if case.step == "closed":
        return []
    Turn.objects.filter(visit__case=case, ended_at=None).update(ended_at=at)
    paused = 0
    if case.has_pauses:
        Pause.objects.filter(visit__case=case, ended_at=None).update(ended_at=at)
        paused = sum(
            pause_days(p, at)
            for p in Pause.objects.filter(visit__case=case, visit__seq=case.visit_seq)
        )
    sides = _sides(case.turn_days, case.turn, dates.days_between(case.turn_since, at))
    fixed = dict(
        left_at=at,
        days=dates.days_between(case.step_since, at),
        month=dates.month_of(at),
        paused_days=paused,
        team_id=case.team_id,
        route=case.route,
        need_group=case.need_group,
        age_band=case.age_band,
        journey_version=journey.VERSION,  # like the team: that of the moment at which it ended
        **sides,
    )
    Visit.objects.filter(case=case, seq=case.visit_seq, left_at=None).update(**fixed)
    visit = Visit(
        council_id=case.council_id, step=case.step, due_at=case.due_at, loop=case.looped, **fixed
    )
    return [TimeDelta.of_visit(visit)]


def _sides(before: dict, turn: str, days: int) -> dict[str, int]:
    """Whose days a visit's were: those of its earlier turns and of the last one."""
    found = {f"{side}_days": before.get(side, 0) for side in SIDE_NAMES}
    found[f"{SIDES[turn]}_days"] += days
    return found


def pause_days(pause, until: datetime) -> int:
    """Whole days of a pause up to a moment: it ends by itself on its next chase date."""
    first = dates.london_date(pause.began_at)
    last = min(
        dates.london_date(pause.ended_at or until), dates.london_date(until), pause.next_chase
    )
    return max((last - first).days, 0)


def enter(case, event) -> None:
    """Open a visit of the step the event leads to (none for closed), with its first turn."""
    codes = event.codes
    seen = [] if codes["cycle_no"] != case.cycle_no else case.seen_steps.split()
    case.step, case.step_since = codes["to"], event.at
    case.cycle, case.cycle_no = codes["cycle"], codes["cycle_no"]
    case.looped, case.turn_days = case.step in seen, {}
    case.seen_steps = " ".join(dict.fromkeys([*seen, case.step]))
    case.due_at = datetime.fromisoformat(codes["due_at"]) if codes["due_at"] else None
    case.paused_until, case.has_pauses = None, False
    case.reached_panel |= codes["to"] == "panel"
    case.reached_set_up |= codes["to"] == "set_up"
    if case.step == "closed":
        _set_turn(case, {"turn": "nobody", "turn_team": None, "turn_user": None}, event.at)
        return
    case.visit_seq += 1
    visit = Visit.objects.create(
        council_id=case.council_id,
        case=case,
        seq=case.visit_seq,
        step=case.step,
        cycle=case.cycle,
        cycle_no=case.cycle_no,
        entered_at=event.at,
        due_at=case.due_at,
        journey_version=journey.VERSION,
        team_id=case.team_id,
        route=case.route,
        need_group=case.need_group,
        age_band=case.age_band,
        loop=case.looped,
    )
    _open_turn(case, visit.pk, event)


def turn_over(case, event) -> None:
    """Hand the turn inside the open visit."""
    visit_id = case.visits.values_list("pk", flat=True).get(seq=case.visit_seq)
    Turn.objects.filter(visit_id=visit_id, ended_at=None).update(ended_at=event.at)
    side, days = SIDES[case.turn], dates.days_between(case.turn_since, event.at)
    case.turn_days = case.turn_days | {side: case.turn_days.get(side, 0) + days}
    _open_turn(case, visit_id, event)


def _open_turn(case, visit_id, event) -> None:
    codes = event.codes
    Turn.objects.create(
        visit_id=visit_id,
        role=codes["turn"],
        team_id=codes["turn_team"],
        user_id=codes["turn_user"],
        began_at=event.at,
        event=event,
    )
    _set_turn(case, codes, event.at)


def _set_turn(case, codes, at) -> None:
    case.turn, case.turn_team_id, case.turn_user_id = (
        codes["turn"],
        codes["turn_team"],
        codes["turn_user"],
    )
    case.turn_since = at


def _correction(case, new_date: date, at: datetime) -> dict:
    if case.step == "closed":
        raise NotYet(
            _("A closed case has no step whose beginning could be corrected. Open it again first.")
        )
    new = dates.london_midnight(new_date)
    day = {"day": dates.date_words(new_date)}
    if new > at:
        raise NotYet(_("%(day)s is in the future.") % day, field="new_date")
    before = case.visits.filter(seq=case.visit_seq - 1).first()
    if before:
        _check_step_before(before, new, day)
    visit = case.visits.get(seq=case.visit_seq)
    first = visit.turns.order_by("began_at").first()
    later = [p.began_at for p in visit.pauses.all()] + ([first.ended_at] if first.ended_at else [])
    if later and new > min(later):
        raise NotYet(
            _("The turn had already passed on %(then)s, before %(day)s.")
            % {"then": dates.date_words(min(later)), **day},
            field="new_date",
        )
    return {"old": case.step_since.isoformat(), "new": new.isoformat()}


def _check_step_before(before: Visit, new: datetime, day: dict[str, str]) -> None:
    """NotYet where the step before would end before it began, or before what happened in it."""
    if new < before.entered_at:
        raise NotYet(
            _(
                "The step before began on %(then)s, so this one can't begin on %(day)s: it "
                "would end before it starts."
            )
            % {"then": dates.date_words(before.entered_at), **day},
            field="new_date",
        )
    inside = [row.began_at for rows in (before.turns, before.pauses) for row in rows.all()]
    if inside and new < max(inside):
        raise NotYet(
            _(
                "In the step before something still happened on %(then)s, so this one can't "
                "begin on %(day)s."
            )
            % {"then": dates.date_words(max(inside)), **day},
            field="new_date",
        )


def _correct(case, codes) -> list[TimeDelta]:
    """Shift one visit's leaving and the next one's entering together; the deadline moves by the
    same days.

    Returns the changes to the figures: the visit before is counted anew.
    """
    new, old = datetime.fromisoformat(codes["new"]), case.step_since
    shift = dates.london_date(new) - dates.london_date(old)
    if case.due_at:
        case.due_at = dates.london_midnight(dates.london_date(case.due_at) + shift)
    Visit.objects.filter(case=case, seq=case.visit_seq).update(entered_at=new, due_at=case.due_at)
    Turn.objects.filter(visit__case=case, visit__seq=case.visit_seq, began_at=old).update(
        began_at=new
    )
    previous = case.visits.filter(seq=case.visit_seq - 1).first()
    changes = _left_anew(previous, old, new) if previous and previous.left_at == old else []
    if previous is None:
        case.asked_at = new
    if case.turn_since == old:
        case.turn_since = new
    case.step_since = new
    earlier = Turn.objects.filter(
        visit__case=case, visit__seq=case.visit_seq, ended_at__isnull=False
    )
    case.turn_days = _turns_added(earlier)
    return changes


def _left_anew(visit, old, new) -> list[TimeDelta]:
    """A visit that is already counted was left at another moment: its figures go out and come in
    again.
    """
    out = TimeDelta.of_visit(visit, -1)
    Turn.objects.filter(visit=visit, ended_at=old).update(ended_at=new)
    Pause.objects.filter(visit=visit, ended_at__gt=new).update(ended_at=new)
    turns, sides = list(visit.turns.all()), dict.fromkeys(SIDE_NAMES, 0)
    visit.left_at, visit.days, visit.month = (
        new,
        dates.days_between(visit.entered_at, new),
        dates.month_of(new),
    )
    visit.paused_days = sum(pause_days(pause, new) for pause in visit.pauses.all())
    for side, days in (sides | _turns_added(turns)).items():
        setattr(visit, f"{side}_days", days)
    visit.save()
    return [out, TimeDelta.of_visit(visit)]


def _turns_added(turns) -> dict[str, int]:
    found: dict[str, int] = {}
    for turn in turns:
        side = SIDES[turn.role]
        found[side] = found.get(side, 0) + dates.days_between(turn.began_at, turn.ended_at)
    return found
