"""Asking: whom the survey asks and when, by which way, how often, and what stops it."""

import smtplib
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from cases import actions as case_actions
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import outbox, sms
from cases.letters.message_words import words_of
from cases.letters.outbox import record_told, send_messages
from cases.models import Message
from poet import actions
from poet.actions import answer, invite
from poet.models import Draft, Invitation, QuestionSet, Response
from poet.survey import invitations, private_links, questions

ANSWERS = {"say": "better", "when_needed": "same", "respect": "na", "easy": "hard", "knew": "yes"}


def after(case, days, step="running"):
    """The first moment at which so many days lie behind the first visit of a step."""
    first = case.visits.filter(step=step).order_by("seq")[0]
    return dates.london_midnight(dates.london_date(first.entered_at) + timedelta(days=days))


def six_weeks(case):
    return after(case, 42)


def told(**which):
    return Message.objects.filter(template__in=actions.TEMPLATES, to_person__isnull=False, **which)


@pytest.fixture
def running(a_case):
    return a_case(at="running", days_ago=120)


@pytest.fixture
def asked(running):
    """(case, token) of an invitation whose message waits."""
    invite(now=six_weeks(running))
    return running, Message.objects.get(template="survey_invitation").token


def the_one():
    return Invitation.objects.get(worker=None)


# ---- set points


def test_six_weeks_after_the_start_and_not_a_day_before_once_for_ever(running):
    start = six_weeks(running)
    assert invite(now=start - timedelta(seconds=1)) == (0, 0)
    assert invite(now=start) == (1, 2), "the person and, apart from them, the named worker"
    assert invite(now=start) == (0, 0)
    assert Message.objects.get(template="survey_invitation").to_person == running.person
    assert (the_one().kind, the_one().near_review) == ("six_weeks", False)


def reviewed(case, cast, days, move="keep_plan"):
    """A review that was over so many days after the start."""
    start = case.visits.filter(step="running").order_by("seq")[0].entered_at
    case.move(
        "start_review",
        by=cast.worker,
        at=start + timedelta(days=days - 1),
        kind="planned",
        reason="It is time",
    )
    case.move(
        move, by=cast.worker, at=start + timedelta(days=days), achieved="A lot", reason="It works"
    )


def test_after_a_review_people_are_asked_again_without_what_the_review_asked(a_case, cast):
    case = a_case(at="running", days_ago=400)
    invite(now=six_weeks(case))
    reviewed(case, cast, 300)
    assert invite(now=after(case, 313)).invitations == 0
    assert invite(now=after(case, 314)).invitations == 1
    assert invite(now=after(case, 320)).invitations == 0
    latest = Invitation.objects.filter(worker=None).latest("pk")
    assert (latest.kind, latest.near_review) == ("after_review", True)
    ids = [spec["id"] for spec in questions.numbered_questions(latest.question_set, True)]
    assert "goals" not in ids and "goals" in [
        spec["id"] for spec in questions.numbered_questions(latest.question_set)
    ]
    with pytest.raises(NotYet):
        answer(latest, {"goals": "better"})


def test_nobody_is_asked_twice_within_three_months(a_case, cast):
    case = a_case(at="running", days_ago=200)
    invite(now=six_weeks(case))
    reviewed(case, cast, 60)
    assert invite(now=after(case, 80)).invitations == 0, "asked 38 days ago"
    assert invite(now=after(case, 133)).invitations == 1


def test_six_weeks_that_fall_on_a_review_leave_out_what_it_asks(a_case, cast):
    case = a_case(at="running", days_ago=120)
    reviewed(case, cast, 40)
    invite(now=six_weeks(case))
    assert the_one().near_review


@pytest.mark.parametrize("step", ["set_up", "closed"])
def test_nobody_is_asked_before_a_start_or_after_the_end(a_case, step):
    a_case(at=step, days_ago=200)
    assert invite() == (0, 0)


def test_a_carer_gets_the_carers_questions(a_case):
    case = a_case(at="running", kind="carer", days_ago=120)
    invite(now=six_weeks(case))
    assert the_one().question_set.instrument == "carer"


def test_a_worker_is_asked_once_in_half_a_year_however_many_cases(cast):
    first = cast.a_case(at="running", days_ago=120)
    cast.a_case(at="running", days_ago=119)
    invite(now=six_weeks(first) + timedelta(days=3))
    mine = Invitation.objects.get(worker=cast.worker)
    assert (
        mine.question_set.instrument == "worker"
        and Invitation.objects.filter(worker=None).count() == 2
    )
    message = Message.objects.get(template="survey_worker")
    assert message.to_user == cast.worker and first.ref not in words_of(message)[1]
    invite(now=six_weeks(first) + timedelta(days=100))
    assert Invitation.objects.filter(worker=cast.worker).count() == 1
    invite(now=six_weeks(first) + timedelta(days=190))
    assert Invitation.objects.filter(worker=cast.worker).count() == 2


# ---- by which way, how often


def test_two_reminders_with_the_same_link_then_no_more(running):
    start = six_weeks(running)
    made = [
        told().count()
        for day in range(0, 400, 2)
        if invite(now=start + timedelta(days=day)) is not None
    ]
    assert made[0] == 1 and made[-1] == 3
    days = [dates.days_between(start, m.made_at) for m in told().order_by("pk")]
    assert days == [0, 14, 28]
    assert {m.token for m in told()} == {private_links.token_of(the_one())}
    assert [m.template for m in told().order_by("pk")] == [
        "survey_invitation",
        "survey_reminder",
        "survey_reminder",
    ]
    over = the_one()
    assert (over.stopped_why, over.next_at, over.answered) == ("expired", None, False)


def test_whoever_answered_is_not_reminded(asked):
    case, token = asked
    answer(token, ANSWERS)
    invite(now=six_weeks(case) + timedelta(days=20))
    assert told().count() == 1


def test_a_job_that_was_off_for_months_does_not_bunch_reminders(running):
    start = six_weeks(running)
    invite(now=start)
    invite(now=start + timedelta(days=100))
    invite(now=start + timedelta(days=100))
    assert told().count() == 2


def test_a_text_carries_the_short_link_and_no_fact(running):
    running.person.contact_by, running.person.phone = "text", "07700 900123"
    running.person.save()
    sms.kept.clear()
    invite(now=six_weeks(running))
    send_messages(now=timezone.now() + timedelta(hours=1))
    said = [words for _number, words in sms.kept if "/survey/" in words]
    code = private_links.code_of(the_one())
    assert (
        len(said) == 1
        and code in said[0]
        and running.ref not in said[0]
        and running.person.name not in said[0]
    )
    assert private_links.find(code) == the_one()


def test_a_letter_carries_a_code_that_is_short_enough_to_type(running):
    running.person.contact_by = "letter"
    running.person.save()
    invite(now=six_weeks(running))
    send_messages()
    message = Message.objects.get(template="survey_letter")
    assert message.state == "waiting" and len(message.token) == 14
    assert (
        message.token in words_of(message)[1]
        and private_links.find(message.token.lower().replace("-", " ")) == the_one()
    )
    assert record_told(message=message).token == ""


def test_an_invitation_whose_address_is_refused_is_a_survey_letter_with_its_code(
    asked, monkeypatch, cast, as_
):
    def refuse(_message):
        raise smtplib.SMTPRecipientsRefused({"person@example.org": (550, b"no such person")})

    monkeypatch.setitem(outbox.CHANNELS, "email", refuse)
    send_messages()
    message = Message.objects.get(template="survey_letter")
    assert (message.state, message.channel, message.token) == (
        "waiting",
        "letter",
        private_links.code_of(the_one()),
    )
    assert private_links.find(message.token) == the_one() and message.token in words_of(message)[1]
    listed = as_(cast.worker).get(reverse("cases:letters_to_print")).content.decode()
    assert reverse("poet:survey_letter", args=[asked[0].ref]) in listed
    assert set(told().values_list("state", flat=True)) == {"waiting"}


def test_the_end_of_asking_leaves_no_link_on_what_was_given_up(asked):
    case, token = asked
    told().update(state="dead", dead_at=timezone.now())
    for day in (14, 28, 90):
        invite(now=six_weeks(case) + timedelta(days=day))
    first = told().order_by("pk").first()
    assert (first.state, first.token) == ("cancelled", "") and token


def test_the_database_holds_neither_link_nor_code_once_it_is_sent(asked, settings):
    _case, token = asked
    one = the_one()
    assert one.token_hash == actions.digest(token) != token
    send_messages()
    letter = next(m for m in mail.outbox if token in m.body)
    assert f"{settings.SITE_URL}/survey/{token}/" in letter.body and "999" in letter.body
    message = Message.objects.get(template="survey_invitation")
    assert (message.state, message.token) == ("sent", "")
    kept = [str(v) for row in Invitation.objects.values_list() for v in row]
    assert token not in kept and private_links.code_of(one) not in kept


def test_another_secret_leaves_sent_links_working_and_reminders_get_their_own(asked, settings):
    case, token = asked
    settings.SECRET_KEY = "another secret that nobody has seen before, long enough"
    assert private_links.find(token)
    invite(now=six_weeks(case) + timedelta(days=14))
    assert private_links.find(Message.objects.get(template="survey_reminder").token) == the_one()


def test_an_invitation_cut_off_before_its_message_gets_one_in_the_next_round(running, monkeypatch):
    def killed(row, now):
        raise SystemExit

    monkeypatch.setattr(invitations, "_tell", killed)
    with pytest.raises(SystemExit):
        invite(now=six_weeks(running))
    monkeypatch.undo()
    assert invite(now=six_weeks(running)) == (0, 2)
    assert the_one().token_hash


@pytest.mark.django_db(transaction=True)
def test_four_inviting_at_once_ask_each_person_once(cast):
    for _n in range(3):
        cast.a_case(at="running", days_ago=120)
    questions.load_question_sets()
    start, wrong = threading.Barrier(4), []

    def ask():
        try:
            start.wait()
            invite()
        except Exception as problem:  # whatever it was, the test must see it
            wrong.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert Invitation.objects.filter(worker=None).count() == told().count() == 3
    assert Invitation.objects.filter(worker=cast.worker).count() == 1


# ---- what stops it


def test_a_death_stops_the_link_and_the_message(asked, cast, as_):
    case, token = asked
    case_actions.record_death(
        case=case, by=cast.worker, died_on=dates.today(), contact="The daughter"
    )
    assert Message.objects.get(template="survey_invitation").state == "cancelled"
    assert as_(None).get(reverse("poet:survey", args=[token])).status_code == 404
    with pytest.raises(NotYet):
        answer(token, ANSWERS)
    invite(now=timezone.now() + timedelta(days=300))
    assert not Response.objects.exists() and told().count() == 1


def test_a_death_undone_lets_it_go_on(asked, cast):
    case, token = asked
    case_actions.record_death(
        case=case, by=cast.worker, died_on=dates.today(), contact="The daughter"
    )
    case_actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    assert the_one().stopped_at is None and private_links.find(token)
    invite()
    assert told().count() == 2, "the letter that was cancelled is sent now"
    assert told(state="waiting").get().token == token
    answer(token, ANSWERS)
    assert Response.objects.count() == 1


def test_a_death_undone_after_the_link_had_arrived_keeps_the_gap_to_the_reminder(asked, cast):
    case, _token = asked
    send_messages()
    case_actions.record_death(
        case=case, by=cast.worker, died_on=dates.today(), contact="The daughter"
    )
    case_actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    invite()
    assert told().count() == 1
    invite(now=timezone.now() + timedelta(days=15))
    assert told(template="survey_reminder").count() == 1


def test_the_end_of_a_case_stops_it_for_good(asked, cast):
    case, token = asked
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="Moved",
        end_date=dates.today(),
        final_account="Finance writes",
    )
    assert the_one().stopped_why == "closed" and private_links.find(token) is None
    assert not told(state="waiting").exists()
    assert private_links.find(Message.objects.get(template="survey_worker").token), (
        "their work goes on"
    )


def test_half_a_form_counts_once_its_time_is_over(asked):
    case, token = asked
    actions.keep_answer(the_one(), "say", "better")
    invite(now=six_weeks(case) + timedelta(days=200))  # first reminder late, and so on
    for day in (220, 240, 260, 300, 330):
        invite(now=six_weeks(case) + timedelta(days=day))
    kept = Response.objects.get()
    assert (kept.answers, kept.complete) == ({"say": "better"}, False)
    assert not Draft.objects.exists() and the_one().answered and private_links.find(token) is None


def test_a_councils_own_set_is_asked_there_and_nowhere_else(cast, running):
    content = {
        "code": "own",
        "version": 1,
        "instrument": "person",
        "questions": [
            {
                "id": "own_1",
                "text": "How are you?",
                "short": "How",
                "scale": "change",
                "block": "outcomes",
                "domain": "quality_of_life",
            }
        ],
    }
    row, _new = actions.publish_question_set(council=cast.other, content=content)
    assert (
        questions.current_sets(cast.other)["person"]
        == row
        != questions.current_sets(cast.council)["person"]
    )
    actions.publish_question_set(council=cast.council, content=content)
    invite(now=six_weeks(running))
    assert the_one().question_set == QuestionSet.objects.get(council=cast.council)
