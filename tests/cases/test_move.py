"""`Case.move`: what it writes, what it refuses, and that one of two clicks wins."""

import threading
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import actions, journey, ledger
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.journey.replay import disagreements
from cases.models import Case, Event, EventBody, Letter, Message, Turn, Visit

FACTS = {"urgency": "routine", "safeguarding": "no", "capacity": "yes", "advocate": "no"}


def wait(case, cast, **more):
    return actions.triage(
        case=case, by=cast.duty, to="waiting", next_contact=date(2030, 1, 1), **FACTS, **more
    )


def test_a_move_writes_event_visit_turn_and_messages(a_case, cast):
    case = a_case(at="request")
    entered = case.step_since
    event = wait(case, cast)
    assert (case.step, case.turn) == ("waiting", "manager")
    closed, opened = case.visits.order_by("seq")
    assert (closed.step, opened.step) == ("request", "waiting")
    assert closed.days == (timezone.localdate(event.at) - timezone.localdate(entered)).days
    assert closed.month == dates.month_of(event.at) and opened.left_at is None
    assert opened.due_at == dates.due_at(event.at, 5) == case.due_at
    assert Turn.objects.filter(visit__case=case, ended_at=None).get().role == "manager"
    assert (
        Message.objects.filter(
            case=case, template="triage", to_person=case.person, channel="email"
        ).count()
        == 1
    )


def test_free_text_goes_to_the_body_and_codes_stay_codes(a_case, cast):
    case = a_case(at="assess")
    event = case.move(
        "pause",
        by=cast.worker,
        code="hospital",
        next_chase=dates.today() + timedelta(days=9),
        reason="Hip",
    )
    assert "reason" not in event.codes and event.body.facts == {"reason": "Hip"}
    assert event.codes["code"] == "hospital" and case.paused_until == dates.today() + timedelta(
        days=9
    )


@pytest.mark.parametrize(
    "who", ["outsider", "stranger", "finance", "panel", "admin", "auditor", "person"]
)
def test_nobody_else_can_triage_and_nothing_changes(a_case, cast, who):
    case = a_case(at="request")
    before = Event.objects.count(), Visit.objects.count(), Message.objects.count()
    with pytest.raises(NotYet):
        actions.triage(
            case=case, by=getattr(cast, who), to="waiting", next_contact=date(2030, 1, 1), **FACTS
        )
    assert (Event.objects.count(), Visit.objects.count(), Message.objects.count()) == before


def test_a_move_that_is_no_longer_possible_says_who_did_what(a_case, cast):
    case = a_case(at="request")
    seen = case.head_seq
    late = Case.objects.get(pk=case.pk)
    wait(case, cast)
    with pytest.raises(Stale, match="Duty looked at the request.* on .*on our list"):
        wait(late, cast, seen=seen)


def test_a_moment_in_the_future_or_before_the_last_is_refused(a_case, cast):
    case = a_case(at="request")
    with pytest.raises(NotYet, match="future"):
        wait(case, cast, at=timezone.now() + timedelta(hours=1))
    with pytest.raises(NotYet, match="earlier"):
        wait(case, cast, at=case.head_at - timedelta(seconds=1))


def test_a_missing_or_unknown_choice_is_refused_with_its_field(a_case, cast):
    case = a_case(at="assess")
    with pytest.raises(NotYet) as missing:
        case.move("pause", by=cast.worker, next_chase=date(2030, 1, 1), reason="x")
    assert missing.value.field == "code"
    with pytest.raises(NotYet):
        case.move("pause", by=cast.worker, code="nap", next_chase=date(2030, 1, 1), reason="x")
    with pytest.raises(TypeError):
        case.move(
            "pause",
            by=cast.worker,
            code="hospital",
            next_chase=date(2030, 1, 1),
            reason="x",
            step="running",
        )


def test_at_most_twelve_statements_inside_a_move(a_case, cast):
    case = a_case(at="request")
    cast.help(case)
    cast.duty.__dict__.pop("seats_today", None)
    with CaptureQueriesContext(
        connection,
    ) as found:
        case.move(
            "triage",
            by=cast.duty,
            to="assess",
            worker=cast.worker.pk,
            team=cast.team.pk,
            mode="own",
            note="Hello",
            next_contact=date(2030, 1, 1),
            **FACTS,
        )
    real = [
        q["sql"]
        for q in found
        if q["sql"].split()[0] not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    ]
    real = [sql for sql in real if "RELEASE" not in sql and "SAVEPOINT" not in sql]
    assert len(real) <= 12, "\n".join(real)


def test_pauses_are_counted_apart_and_end_by_themselves(a_case, cast):
    case = a_case(at="request", days_ago=60)
    start = case.step_since
    actions.triage(
        case=case,
        by=cast.duty,
        to="assess",
        worker=cast.worker,
        team=cast.team,
        mode="own",
        at=start,
        next_contact=date(2030, 1, 1),
        **FACTS,
    )
    began = start + timedelta(days=2)
    case.move(
        "pause",
        by=cast.worker,
        code="hospital",
        reason="Hip",
        at=began,
        next_chase=dates.london_date(began) + timedelta(days=10),
    )
    draft = actions.open_assessment(case=case, by=cast.person)
    actions.save_answer(
        assessment=draft, question="about.important", value="Cats", voice="person", by=cast.person
    )
    actions.submit_assessment(case=case, by=cast.person, at=start + timedelta(days=30))
    visit = case.visits.get(step="assess")
    assert (visit.days, visit.paused_days) == (30, 10)


def test_a_correction_moves_one_leaving_and_the_next_entering_together(a_case, cast):
    case = a_case(at="waiting", days_ago=20)
    before = case.visits.get(step="request")
    due = case.due_at
    new = dates.london_date(case.step_since) + timedelta(days=3)
    case.move(
        "correct_date", by=cast.manager, new_date=new, reason="The phone call was on another day"
    ) if case.team_id == cast.team.pk else pytest.fail("the team was not set")
    first, second = case.visits.order_by("seq")
    assert first.left_at == second.entered_at == dates.london_midnight(new)
    assert first.days == before.days + 3
    assert dates.london_date(case.due_at) == dates.london_date(due) + timedelta(days=3)
    assert (
        disagreements(Case.objects.prefetch_related("events", "visits__turns").get(pk=case.pk))
        == []
    )


def test_a_correction_that_ends_a_visit_before_it_starts_shows_both_dates(a_case, cast):
    case = a_case(at="waiting", days_ago=20)
    asked = dates.london_date(case.visits.get(seq=1).entered_at)
    wrong = asked - timedelta(days=2)
    with pytest.raises(NotYet, match=f"{asked:%-d %B %Y}.*{wrong:%-d %B %Y}"):
        case.move("correct_date", by=cast.manager, new_date=wrong, reason="x")


def test_a_death_cancels_messages_and_undoing_it_holds_the_clock(a_case, cast):
    case = a_case(at="assess")
    due = case.due_at
    actions.record_death(case=case, by=cast.worker, died_on=dates.today(), contact="The daughter")
    assert (
        case.step == "closed"
        and not Message.objects.filter(case=case, state="waiting", to_person__isnull=False).exists()
    )
    with pytest.raises(NotYet):
        actions.undo_death(case=case, by=cast.worker, reason="Mistaken name")
    actions.undo_death(case=case, by=cast.manager, reason="Mistaken name")
    case.refresh_from_db()
    assert (case.step, case.due_at) == ("assess", due)
    assert case.person.__class__.objects.get(pk=case.person_id).died_on is None


def test_the_database_refuses_edits_of_the_record(a_case, cast):
    case = a_case(at="waiting")
    event = case.events.first()
    for sql in (
        "UPDATE cases_event SET verb = 'x' WHERE id = %s",
        "DELETE FROM cases_event WHERE id = %s",
        "UPDATE cases_eventbody SET note = 'x' WHERE event_id = %s",
        "DELETE FROM cases_eventbody WHERE event_id = %s",
    ):
        with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
            from django.db import transaction

            with transaction.atomic():
                cursor.execute(sql, [event.pk])
    assert EventBody.objects.filter(event=event).exists()


def test_triggers_stand_after_all_migrations(db):
    assert ledger.armed(connection) == ledger.names()


@pytest.mark.parametrize("fault", ["edit", "words", "delete", "insert", "reorder", "cut"])
def test_verify_events_finds_each_kind_of_tampering(a_case, fault):
    case = a_case(at="confirm")
    call_command("verify_events", stdout=StringIO())
    ledger.disarm(connection)
    events = list(case.events.order_by("seq"))
    if fault == "edit":
        Event.objects.filter(pk=events[1].pk).update(codes={"to": "closed"})
    elif fault == "words":
        EventBody.objects.filter(event=events[0]).update(note="Nothing is hard")
    elif fault == "delete":
        EventBody.objects.filter(event=events[1]).delete()
        Turn.objects.filter(event=events[1]).update(event=events[0])
        Message.objects.filter(event=events[1]).update(event=None)
        events[1].delete()
    elif fault == "insert":
        Event.objects.filter(pk=events[-1].pk).update(seq=99)
        events[-1].pk = None
        events[-1].save(force_insert=True)
    elif fault == "reorder":
        Event.objects.filter(pk=events[1].pk).update(seq=90)
        Event.objects.filter(pk=events[2].pk).update(seq=2)
        Event.objects.filter(pk=events[1].pk).update(seq=3)
    else:
        last = events[-1]
        Letter.objects.filter(event=last).delete()
        EventBody.objects.filter(event=last).delete()
        Turn.objects.filter(event=last).update(event=events[0])
        Message.objects.filter(event=last).update(event=None)
        last.delete()
    ledger.arm(connection)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_events", stdout=out)
    assert case.ref in out.getvalue()


def test_check_journey_finds_what_was_written_past_move(a_case):
    case = a_case(at="confirm")
    call_command("check_journey", stdout=StringIO())
    Case.objects.filter(pk=case.pk).update(step="running")
    Visit.objects.filter(case=case, step="request").update(days=77)
    out = StringIO()
    with pytest.raises(CommandError, match="2 journey problems"):
        call_command("check_journey", stdout=out)
    assert "step is running, the events say confirm" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_one_wins_and_the_others_are_told(a_case, cast):
    case = a_case(at="request")
    start, results = threading.Barrier(20), []

    def click():
        mine = Case.objects.get(pk=case.pk)
        start.wait()
        try:
            wait(mine, cast, seen=mine.head_seq)
            results.append("won")
        except NotYet as no:
            results.append(no.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(20)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert results.count("won") == 1 and len(results) == 20
    assert all("Duty looked at the request" in r for r in results if r != "won")
    assert (
        case.events.filter(verb="triage").count() == 1
        and case.visits.filter(left_at=None).count() == 1
    )


def test_every_step_is_reached_and_left_and_every_move_leads_somewhere():
    targets = {
        to
        for move in journey.MOVES.values()
        for here, found in move.routes.items()
        for to in found
        if to != here and move.clock != "restore"
    } | {"request"}
    assert targets == set(journey.STEPS)
    for step in journey.STEPS:
        onwards = {to for m in journey.MOVES.values() if m.main for to in m.routes.get(step, ())}
        assert step == "closed" or onwards - {step, "closed"}, step
    for move in journey.MOVES.values():
        assert move.routes and move.who and set(move.routes) <= set(journey.STEPS)
