"""The late bell: one nudge a visit and one message a nudge and reader, however often and at once it
rings.
"""

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.common import dates
from cases.models import Council, Heartbeat, Message, Nudge
from cases.reminders import sweep as bell
from cases.reminders.sweep import sweep


def late(case, days=1):
    """A moment at which the case's step is late."""
    case.refresh_from_db()
    return case.due_at + timedelta(days=days)


def chased(case):
    """What was told because the step was late."""
    return Message.objects.filter(case=case, nudge__kind="overdue")


def overdue():
    return Nudge.objects.filter(kind="overdue", visit__isnull=False)


def test_before_the_deadline_nothing_and_at_the_deadline_one_nudge(a_case):
    case = a_case(at="assess", days_ago=5)
    sweep(now=case.due_at - timedelta(seconds=1))
    assert not overdue().exists()
    assert sweep(now=case.due_at).nudges == 1
    assert sweep(now=case.due_at + timedelta(days=9)) == (0, 0, 0)
    nudge = overdue().get()
    assert (nudge.kind, nudge.round, nudge.visit.step) == ("overdue", 0, "assess")


def test_the_persons_turn_is_an_offer_of_help_with_a_copy_to_the_named_worker(a_case, cast):
    case = a_case(at="assess")
    sweep(now=late(case))
    to_person = chased(case).get(to_person=case.person)
    assert (to_person.template, to_person.channel) == ("offer_of_help", "email")
    copy = chased(case).get(to_user=cast.worker)
    assert (copy.template, copy.channel) == ("overdue", "digest") and chased(case).count() == 2


def test_a_person_reached_by_letter_gets_the_offer_by_letter(a_case, cast):
    case = a_case(at="assess")
    case.person.contact_by = "letter"
    case.person.save()
    sweep(now=late(case))
    assert chased(case).get(to_person=case.person).channel == "letter"


def test_a_workers_turn_goes_to_the_worker_alone(a_case, cast):
    case = a_case(at="confirm")
    sweep(now=late(case))
    assert [m.to_user for m in chased(case)] == [cast.worker]


def test_a_team_is_told_at_its_mailbox_and_one_without_a_mailbox_through_its_queue(a_case, cast):
    case = a_case(at="request", days_ago=5)
    sweep(now=late(case))
    assert overdue().count() == 1 and not chased(case).exists()
    cast.intake.email = "contact@example.org"
    cast.intake.save()
    sweep(now=late(case, 2))
    assert [m.to_team for m in chased(case)] == [cast.intake] and overdue().count() == 1


def test_a_role_without_a_team_has_its_queue_and_a_provider_has_the_named_worker(a_case, cast):
    case = a_case(at="set_up")
    sweep(now=late(case))
    assert case.turn == "finance" and overdue().count() == 1 and not chased(case).exists()
    case.move("hand_turn", by=cast.worker, turn="provider", reason="They send the start date")
    sweep(now=late(case, 2))
    assert [m.to_user for m in chased(case)] == [cast.worker]


def test_a_paused_case_is_left_alone_until_the_pause_ends_by_itself(a_case, cast):
    case = a_case(at="assess", days_ago=5)
    chase = dates.london_date(case.due_at) + timedelta(days=7)
    case.move("pause", by=cast.worker, code="hospital", next_chase=chase, reason="Hip")
    assert sweep(now=dates.london_midnight(chase) - timedelta(seconds=1)).nudges == 0
    assert sweep(now=dates.london_midnight(chase)).nudges == 2 and overdue().count() == 1


@pytest.mark.parametrize("step", ["running", "closed"])
def test_a_running_budget_and_a_closed_case_are_never_late(a_case, step):
    a_case(at=step)
    sweep(now=timezone.now() + timedelta(days=2000))
    assert not Nudge.objects.filter(visit__isnull=False).exists()


def test_the_next_step_is_a_new_visit_and_gets_its_own_nudge(a_case, cast):
    case = a_case(at="waiting", days_ago=60)
    sweep(now=late(case))
    case.move(
        "start_assessment",
        by=cast.manager,
        to="assess",
        mode="own",
        wish="wants_own",
        capacity="yes",
        worker=cast.worker.pk,
    )
    sweep(now=late(case))
    assert list(overdue().order_by("pk").values_list("visit__step", flat=True)) == [
        "waiting",
        "assess",
    ]


def test_cut_off_between_its_statements_it_leaves_nothing_and_the_next_round_does_all(
    a_case, monkeypatch
):
    case = a_case(at="assess")
    real = bell._run

    def cut(statement, facts):
        if statement is bell.TELL:  # after the nudges
            raise SystemExit("killed")
        return real(statement, facts)

    monkeypatch.setattr(bell, "_run", cut)
    with pytest.raises(SystemExit):
        sweep(now=late(case))
    assert not Nudge.objects.exists()
    monkeypatch.undo()
    assert sweep(now=late(case)) == (2, 3, 1), "the person, and two lines in the worker's digest"


def test_one_round_has_as_many_statements_however_many_are_late(a_case, cast):
    def count(days=20):
        with CaptureQueriesContext(connection) as found:
            sweep(now=timezone.now() + timedelta(days=days))
        return len(
            [
                q
                for q in found
                if "SAVEPOINT" not in q["sql"] and q["sql"] not in ("BEGIN", "COMMIT")
            ]
        )

    a_case(at="assess")
    one = count()
    for _n in range(4):
        a_case(at="assess")
    each = 2 * len(bell.statements(timezone.now())) + 4  # each kind, and the telling of it
    assert count() == one <= Council.objects.count() * each + 3
    assert overdue().count() == 5


def test_the_heartbeat_shows_when_it_last_finished(a_case):
    sweep()
    first = Heartbeat.objects.get(job="sweep").at
    sweep(now=timezone.now() - timedelta(days=30))
    again = Heartbeat.objects.get(job="sweep").at
    assert again >= first and timezone.now() - again < timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_make_one_nudge_a_visit_and_one_message_a_reader(cast):
    for _n in range(12):
        cast.a_case(at="assess")
    now, start, made, wrong = timezone.now() + timedelta(days=100), threading.Barrier(4), [], []

    def ring():
        try:
            start.wait()
            made.append(sweep(now=now))
        except Exception as problem:  # whatever it was, the test must see it
            wrong.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ring) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert sum(one.nudges for one in made) == Nudge.objects.count() and overdue().count() == 12
    assert sum(one.messages for one in made) == Message.objects.filter(nudge__isnull=False).count()
    told = Message.objects.filter(nudge__kind="overdue")
    assert (
        told.filter(to_person__isnull=False).count()
        == told.filter(to_user=cast.worker).count()
        == 12
    )
    assert (
        sum(one.digests for one in made) == Message.objects.filter(template="digest").count() == 2
    )


def test_the_command_does_one_round_at_a_given_moment(a_case, capsys):
    case = a_case(at="assess", days_ago=5)
    call_command("sweep", now=f"{late(case):%Y-%m-%dT%H:%M}")
    assert "sweep: 2 nudges, 3 messages, 1 digests" in capsys.readouterr().out
    with pytest.raises(CommandError, match="not a moment"):
        call_command("sweep", now="next week")
