"""What people wrote or asked for, and nobody answered by its day: chased, and in the manager's
day.
"""

from datetime import timedelta

from cases.casefile import requests
from cases.caseload.my_day import Day
from cases.letters import digest
from cases.models import Message, Team
from cases.reminders.sweep import sweep
from tests.cases.test_digest import morning


def waiting_answers(case):
    """(to whom, round) of every word that an answer is late."""
    rows = Message.objects.filter(case=case, template="asked_late").order_by("pk")
    return [(m.to_user or m.to_team, int(m.dedupe_key.split(":")[2])) for m in rows]


def test_a_message_without_an_answer_is_chased_from_the_day_after_its_last(a_case, cast):
    case = a_case(at="running")
    row = requests.record_request(
        case=case, by=cast.person, what="message", words="When do you come?"
    )
    sweep(now=morning(row.due_on))
    assert waiting_answers(case) == []
    for _again in "123":
        sweep(now=morning(row.due_on + timedelta(days=1)))
    assert waiting_answers(case) == [(cast.worker, 0)]
    sweep(now=morning(row.due_on + timedelta(days=29)))
    assert set(waiting_answers(case)) == {(cast.worker, 0), (cast.manager, 2)}
    told_late = Message.objects.get(case=case, to_user=cast.worker, template="asked_late")
    due, gone = digest.bundle(told_late, row.due_on)
    assert told_late in due and told_late not in gone
    requests.answer(asked=row, by=cast.worker, words="On Tuesday")
    due, gone = digest.bundle(told_late, row.due_on)
    assert told_late in gone and told_late not in due, "nobody is told of what has its answer"
    sweep(now=morning(row.due_on + timedelta(days=60)))
    assert len(waiting_answers(case)) == 2


def test_where_nobody_is_named_the_teams_mailbox_or_its_managers_hear_of_it_at_once(a_case, cast):
    case = a_case(at="waiting")
    row = requests.record_request(case=case, by=cast.person, what="copy")
    sweep(now=morning(row.due_on + timedelta(days=1)))
    assert waiting_answers(case) == [(cast.manager, 0)]
    Team.objects.filter(pk=case.team_id).update(email="north@council.example")
    other = requests.record_request(case=case, by=cast.person, what="names")
    sweep(now=morning(other.due_on + timedelta(days=1)))
    assert (case.team, 0) in waiting_answers(case)


def test_a_late_answer_stands_in_the_managers_day_too(a_case, cast):
    case = a_case(at="running")
    row = requests.record_request(
        case=case, by=cast.person, what="message", words="When do you come?", alone=True
    )
    for moment, seen in (
        (morning(row.due_on), []),
        (morning(row.due_on + timedelta(days=1)), [case.pk]),
    ):
        groups = {
            g.code: [c.pk for c in g.cases]
            for g in Day(cast.manager, cast.council, now=moment).groups()
        }
        assert groups.get("wrote", []) == seen, moment
