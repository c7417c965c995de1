"""The survey: whom it asks and when, what its link opens, and that answers can't be traced to a case."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from cases import actions as case_actions
from cases import dates
from cases.models import Council, Message
from cases.outbox import record_told, send_messages
from cases.saying_no import NotYet
from poet import actions, questions
from poet.actions import answer, invite
from poet.models import Invitation, QuestionSet, Response


def six_weeks(case):
    first = case.visits.filter(step="running").order_by("seq")[0]
    return dates.london_midnight(dates.london_date(first.entered_at) + timedelta(days=42))


@pytest.fixture
def running(a_case):
    return a_case(at="running", days_ago=120)


@pytest.fixture
def asked(running):
    """(case, token) of an invitation whose message waits."""
    invite(now=six_weeks(running))
    return running, Message.objects.get(template="survey_invitation").token


ANSWERS = {"say": "better", "when_needed": "same", "respect": "na", "easy": "hard", "knew": "yes"}


# ---- inviting


def test_six_weeks_after_the_start_and_not_a_day_before_once_for_ever(running):
    assert invite(now=six_weeks(running) - timedelta(seconds=1)) == (0, 0)
    assert invite(now=six_weeks(running)) == (1, 1)
    assert invite(now=six_weeks(running) + timedelta(days=400)) == (0, 0)
    message = Message.objects.get(template="survey_invitation")
    assert (message.to_person, message.channel) == (running.person, "email")


def test_a_later_start_of_the_same_case_asks_nobody_again(running, cast):
    running.move("start_review", by=cast.worker, kind="planned", reason="It is time")
    running.move("keep_plan", by=cast.worker, achieved="A lot", reason="It works")
    assert running.visits.filter(step="running").count() == 2
    assert invite(now=timezone.now() + timedelta(days=500)) == (1, 1)


@pytest.mark.parametrize("step", ["set_up", "closed"])
def test_nobody_is_asked_before_a_start_or_after_the_end(a_case, step):
    a_case(at=step, days_ago=200)
    assert invite() == (0, 0)


def test_a_carer_gets_the_carers_questions(a_case):
    case = a_case(at="running", kind="carer", days_ago=120)
    invite(now=six_weeks(case))
    assert Invitation.objects.get().question_set.instrument == "carer"


def test_a_death_stops_the_link_and_the_message(asked, cast, as_):
    case, token = asked
    case_actions.record_death(case=case, by=cast.worker, died_on=dates.today(), contact="The daughter")
    assert Message.objects.get(template="survey_invitation").state == "cancelled"
    assert b"not needed any more" in as_(None).get(reverse("poet:survey", args=[token])).content
    with pytest.raises(NotYet):
        answer(token, ANSWERS)
    assert not Response.objects.exists()


def test_the_link_is_kept_only_until_it_is_sent(asked, settings):
    _case, token = asked
    assert Invitation.objects.get().token_hash == actions.digest(token) != token
    send_messages()
    letter = next(m for m in mail.outbox if token in m.body)
    assert f"{settings.SITE_URL}/survey/{token}/" in letter.body
    message = Message.objects.get(template="survey_invitation")
    assert (message.state, message.token) == ("sent", "")


def test_by_letter_the_link_stays_until_it_is_printed(running):
    running.person.contact_by = "letter"
    running.person.save()
    invite(now=six_weeks(running))
    send_messages()
    message = Message.objects.get(template="survey_invitation")
    assert message.state == "waiting" and len(message.token) == 43
    assert record_told(message=message).token == ""


def test_an_invitation_cut_off_before_its_message_gets_one_in_the_next_round(running, monkeypatch):
    monkeypatch.setattr(actions, "_hand_over", lambda pk, now: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        invite(now=six_weeks(running))
    monkeypatch.undo()
    assert invite(now=six_weeks(running)) == (0, 1)
    assert Invitation.objects.get().token_hash


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
    assert Invitation.objects.count() == Message.objects.filter(template="survey_invitation").count() == 3


# ---- the questions


def test_the_questions_load_once_and_keep_to_their_shape(db):
    questions.load_question_sets()
    questions.load_question_sets()
    assert QuestionSet.objects.count() == 2
    for one in QuestionSet.objects.all():
        assert len(one.definition) == 5 and len({spec["id"] for spec in one.definition}) == 5
        for spec in one.definition:
            values = list(questions.choices(spec))
            assert values[-2:] == ["na", "prefer_not"]
            assert all(questions.counted(v) for v in values[:-2]) and questions.counted("na") is None


def test_a_newer_version_is_asked_and_an_older_answered_still_reads(asked):
    old = QuestionSet.objects.get(instrument="person")
    QuestionSet.objects.create(code=old.code, version=2, instrument="person", definition=old.definition[:1])
    assert questions.current_sets()["person"].version == 2
    assert Invitation.objects.get().question_set == old


# ---- answering


def fill_in(client, token, answers=ANSWERS):
    for number, value in enumerate(answers.values(), 1):
        page = reverse("poet:survey_question", args=[token, number])
        assert client.get(page).status_code == 200
        assert client.post(page, {"answer": value}).status_code == 302
    return client.post(reverse("poet:survey_check", args=[token]), {"helper": "wrote"}, follow=True)


def test_five_pages_then_check_then_thanks_with_whom_to_tell_about_harm(asked, as_):
    case, token = asked
    visitor = as_(None)
    first = visitor.get(reverse("poet:survey", args=[token]))
    assert b"5 short questions" in first.content and b"Brackenshire Council" in first.content
    done = fill_in(visitor, token)
    assert b"Thank you" in done.content and b"999" in done.content and b"What happens next" in done.content
    kept = Response.objects.get()
    assert kept.answers == ANSWERS and kept.helper == "wrote"
    assert (kept.route, kept.need_group, kept.age_band) == (case.route, case.need_group, case.age_band)
    assert kept.month == dates.today().replace(day=1)
    assert Invitation.objects.get().answered
    assert not [key for key in visitor.session.keys() if key.startswith("survey")]


def test_no_page_names_the_person_or_the_case(asked, as_):
    case, token = asked
    visitor = as_(None)
    pages = [reverse("poet:survey", args=[token]), reverse("poet:survey_question", args=[token, 1]),
             reverse("poet:survey_check", args=[token])]  # fmt: skip
    for page in pages:
        content = visitor.get(page).content.decode()
        assert case.ref not in content and case.person.name not in content


def test_no_column_leads_from_an_answer_to_a_case():
    related = {f.related_model for f in Response._meta.get_fields() if f.related_model}
    assert related == {Council, QuestionSet}
    assert not any(f.get_internal_type() == "DateTimeField" for f in Response._meta.concrete_fields)


def test_each_answer_is_kept_at_once_and_can_be_changed_from_the_check_page(asked, as_):
    _case, token = asked
    visitor = as_(None)
    page = reverse("poet:survey_question", args=[token, 2])
    visitor.post(page, {"answer": "worse"})
    again = visitor.get(page).content.decode()
    assert 'value="worse" checked' in again
    check = visitor.get(reverse("poet:survey_check", args=[token])).content.decode()
    assert "A little worse" in check and "Not answered" in check
    changed = visitor.post(page + "?change=1", {"answer": "same"})
    assert changed.url == reverse("poet:survey_check", args=[token])


@pytest.mark.parametrize("typed", [{}, {"answer": ""}, {"answer": "splendid"}])
def test_no_answer_or_an_invented_one_is_refused_with_a_sentence(asked, as_, typed):
    _case, token = asked
    page = as_(None).post(reverse("poet:survey_question", args=[token, 1]), typed)
    assert page.status_code == 422
    assert b"There is a problem" in page.content and b"<title>Error:" in page.content


def test_sending_nothing_is_refused(asked, as_):
    _case, token = asked
    page = as_(None).post(reverse("poet:survey_check", args=[token]), {})
    assert page.status_code == 422 and b"Answer at least one question first." in page.content
    assert not Invitation.objects.get().answered


def test_an_invented_answer_past_the_form_is_refused(asked):
    _case, token = asked
    for wrong in ({"say": "splendid"}, {"nonsense": "better"}, {"say": ""}, {}):
        with pytest.raises(NotYet):
            answer(token, wrong)
    with pytest.raises(NotYet):
        answer(token, ANSWERS, helper="robot")
    assert not Response.objects.exists() and not Invitation.objects.get().answered


def test_the_link_works_once_and_then_says_so_kindly(asked, as_):
    _case, token = asked
    fill_in(as_(None), token)
    other = as_(None)
    page = other.get(reverse("poet:survey", args=[token]))
    assert page.status_code == 200 and b"answered already" in page.content
    assert other.get(reverse("poet:survey_question", args=[token, 1])).url == reverse("poet:survey", args=[token])
    twice = other.post(reverse("poet:survey_check", args=[token]), {})
    assert twice.url == reverse("poet:survey", args=[token])
    assert Response.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "A" * 43, "0" * 64])
def test_an_unknown_link_is_not_found(asked, as_, token):
    for name, more in (("survey", []), ("survey_question", [1]), ("survey_check", []), ("survey_thanks", [])):
        assert as_(None).get(reverse(f"poet:{name}", args=[token, *more])).status_code == 404


@pytest.mark.parametrize("number", [0, 6, 99])
def test_a_question_that_does_not_exist_is_not_found(asked, as_, number):
    assert as_(None).get(reverse("poet:survey_question", args=[asked[1], number])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_who_answer_at_once_make_one_response(cast):
    case = cast.a_case(at="running", days_ago=120)
    invite(now=six_weeks(case))
    token = Message.objects.get(template="survey_invitation").token
    start, said = threading.Barrier(4), []

    def send():
        try:
            start.wait()
            answer(token, ANSWERS)
            said.append("kept")
        except NotYet as refusal:
            said.append(refusal.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("kept") == Response.objects.count() == 1
    assert len([s for s in said if "answered already" in s]) == 3
