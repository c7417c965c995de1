"""Clocks: how a visit and its turns are opened and closed. Called by `Case.move` alone, under its lock.

`plan` decides everything before the event is written, because the event's hash covers it; `apply` writes rows.
"""

from datetime import date, datetime

from .. import dates, hooks, journey
from ..saying_no import NotYet
from .council import Target
from .record import Pause, Turn, Visit

COLUMNS = {"worker": "worker_id", "team": "team_id", "mode": "mode", "urgency": "urgency", "route": "route",
           "next_contact": "next_contact"}  # fmt: skip


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
    """The coded facts of the event: step, turn, cycle, deadline. Raises NotYet for a date that can't be."""
    codes = {"from": case.step, "to": to}
    if move.name == "correct_date":
        return codes | _correction(case, facts["new_date"], at)
    if to != case.step:
        codes |= _entry(case, move, to, at=at, by=by, facts=facts)
    elif move.name == "hand_turn":
        codes |= _turn_codes(holder(case, facts["turn"], facts))
    elif move.name == "panel_ask":
        codes |= _turn_codes(holder(case, "worker", facts))
    elif move.name == "reassign" and case.step != "closed" and (case.turn == "worker" or case.step == "waiting"):
        codes |= _turn_codes(holder(case, "worker", facts))
    if move.name == "pause" and facts["next_chase"] <= dates.london_date(at):
        raise NotYet("Choose a day after today for the next look.", field="next_chase")
    if move.name == "pause" and case.paused_until and case.paused_until > dates.london_date(at):
        raise NotYet("The clock is already paused.")
    if move.name == "resume" and case.paused_until is None:
        raise NotYet("The clock is not paused.")
    return codes


def _turn_codes(turn) -> dict:
    role, team, user = turn
    return {"turn": role, "turn_team": team, "turn_user": user}


def _entry(case, move, to, *, at, by, facts) -> dict:
    codes = _turn_codes(first_turn(case, to, by=by, facts=facts))
    cycle, number = case.cycle, case.cycle_no
    if move.cycle or move.name == "reopen":
        cycle, number = move.cycle or ("reassessment" if case.reached_set_up else "first"), number + 1
    due = None
    if move.name == "undo_death":
        # The held clock goes on: the deadline of the step it left still stands.
        due = case.visits.values_list("due_at", flat=True).get(seq=case.visit_seq)
    elif to != "closed" and journey.STEPS[to].target is not None:
        due = dates.due_at(at, Target.days_for(case.council_id, to, dates.london_date(at)))
    return codes | {"cycle": cycle, "cycle_no": number, "due_at": due.isoformat() if due else None}


def apply(case, move, event) -> None:
    """Write what the event says into visits, turns, pauses and the case's own columns (not saved here)."""
    codes, at = event.codes, event.at
    for fact, column in COLUMNS.items():
        if fact in codes:
            setattr(case, column, codes[fact])
    if move.name == "correct_date":
        _correct(case, codes)
    elif codes["to"] != codes["from"]:
        leave(case, at)
        enter(case, event)
    elif "turn" in codes:
        turn_over(case, event)
    if move.name == "pause":
        visit = case.visits.get(seq=case.visit_seq)
        Pause.objects.filter(visit=visit, ended_at=None).update(ended_at=at)
        chase = date.fromisoformat(codes["next_chase"])
        Pause.objects.create(visit=visit, code=codes["code"], began_at=at, next_chase=chase, event=event)
        case.paused_until, case.has_pauses = chase, True
    elif move.name == "resume":
        Pause.objects.filter(visit__case=case, ended_at=None).update(ended_at=at)
        case.paused_until = None


def leave(case, at) -> None:
    """Close the open turn and the open visit; its days and month are fixed now."""
    if case.step == "closed":
        return
    Turn.objects.filter(visit__case=case, ended_at=None).update(ended_at=at)
    paused = 0
    if case.has_pauses:
        Pause.objects.filter(visit__case=case, ended_at=None).update(ended_at=at)
        paused = sum(pause_days(p, at) for p in Pause.objects.filter(visit__case=case, visit__seq=case.visit_seq))
    Visit.objects.filter(case=case, seq=case.visit_seq, left_at=None).update(
        left_at=at, days=dates.days_between(case.step_since, at), month=dates.month_of(at), paused_days=paused,
        team_id=case.team_id, route=case.route, need_group=case.need_group, age_band=case.age_band,
    )  # fmt: skip


def pause_days(pause, until: datetime) -> int:
    """Whole days of a pause up to a moment: it ends by itself on its next chase date."""
    first = dates.london_date(pause.began_at)
    last = min(dates.london_date(pause.ended_at or until), dates.london_date(until), pause.next_chase)
    return max((last - first).days, 0)


def enter(case, event) -> None:
    """Open a visit of the step the event leads to (none for closed), with its first turn."""
    codes = event.codes
    case.step, case.step_since = codes["to"], event.at
    case.cycle, case.cycle_no = codes["cycle"], codes["cycle_no"]
    case.due_at = datetime.fromisoformat(codes["due_at"]) if codes["due_at"] else None
    case.paused_until, case.has_pauses = None, False
    case.reached_panel |= codes["to"] == "panel"
    case.reached_set_up |= codes["to"] == "set_up"
    if case.step == "closed":
        _set_turn(case, {"turn": "nobody", "turn_team": None, "turn_user": None}, event.at)
        return
    case.visit_seq += 1
    visit = Visit.objects.create(
        council_id=case.council_id, case=case, seq=case.visit_seq, step=case.step, cycle=case.cycle,
        cycle_no=case.cycle_no, entered_at=event.at, due_at=case.due_at, team_id=case.team_id, route=case.route,
        need_group=case.need_group, age_band=case.age_band,
    )  # fmt: skip
    _open_turn(case, visit.pk, event)


def turn_over(case, event) -> None:
    """Hand the turn inside the open visit."""
    visit_id = case.visits.values_list("pk", flat=True).get(seq=case.visit_seq)
    Turn.objects.filter(visit_id=visit_id, ended_at=None).update(ended_at=event.at)
    _open_turn(case, visit_id, event)


def _open_turn(case, visit_id, event) -> None:
    codes = event.codes
    Turn.objects.create(
        visit_id=visit_id, role=codes["turn"], team_id=codes["turn_team"], user_id=codes["turn_user"],
        began_at=event.at, event=event,
    )  # fmt: skip
    _set_turn(case, codes, event.at)


def _set_turn(case, codes, at) -> None:
    case.turn, case.turn_team_id, case.turn_user_id = codes["turn"], codes["turn_team"], codes["turn_user"]
    case.turn_since = at


def _correction(case, new_date: date, at: datetime) -> dict:
    if case.step == "closed":
        raise NotYet("A closed case has no step whose beginning could be corrected. Open it again first.")
    new = dates.london_midnight(new_date)
    before = case.visits.filter(seq=case.visit_seq - 1).values_list("entered_at", flat=True).first()
    if new > at:
        raise NotYet(f"{new_date:%-d %B %Y} is in the future.", field="new_date")
    if before and new < before:
        raise NotYet(
            f"The step before began on {dates.london_date(before):%-d %B %Y}, so this one can't begin on "
            f"{new_date:%-d %B %Y}: it would end before it starts.",
            field="new_date",
        )
    visit = case.visits.get(seq=case.visit_seq)
    first = visit.turns.order_by("began_at").first()
    later = [p.began_at for p in visit.pauses.all()] + ([first.ended_at] if first.ended_at else [])
    if later and new > min(later):
        raise NotYet(
            f"The turn had already passed on {dates.london_date(min(later)):%-d %B %Y}, before {new_date:%-d %B %Y}.",
            field="new_date",
        )
    return {"old": case.step_since.isoformat(), "new": new.isoformat()}


def _correct(case, codes) -> None:
    """Shift one visit's leaving and the next one's entering together; the deadline moves by the same days."""
    new, old = datetime.fromisoformat(codes["new"]), case.step_since
    shift = dates.london_date(new) - dates.london_date(old)
    if case.due_at:
        case.due_at = dates.london_midnight(dates.london_date(case.due_at) + shift)
    Visit.objects.filter(case=case, seq=case.visit_seq).update(entered_at=new, due_at=case.due_at)
    Turn.objects.filter(visit__case=case, visit__seq=case.visit_seq, began_at=old).update(began_at=new)
    previous = case.visits.filter(seq=case.visit_seq - 1).first()
    if previous:
        Turn.objects.filter(visit=previous, ended_at=previous.left_at).update(ended_at=new)
        Visit.objects.filter(pk=previous.pk).update(
            left_at=new, days=dates.days_between(previous.entered_at, new), month=dates.month_of(new)
        )
    else:
        case.asked_at = new
    if case.turn_since == old:
        case.turn_since = new
    case.step_since = new
