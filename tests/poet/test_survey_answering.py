"""Answering: what is kept and apart from what, once only, and what lifts anonymity."""

import threading
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections

from cases.caseload import my_day, my_day_presenter
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Council, Message, Team, User
from poet import actions
from poet.actions import answer, invite
from poet.models import Comment, Draft, Invitation, LinkKey, QuestionSet, Response
from poet.results import outcomes, publishing
from poet.results.published import Book
from poet.survey import private_links, questions
from poet.survey.answering import next_week
from tests.poet.test_survey import ANSWERS, six_weeks
from tests.tables import column


@pytest.fixture
def asking(a_case):
    """An open invitation of a person whose budget has run for six weeks."""
    case = a_case(at="running", days_ago=120)
    invite(now=six_weeks(case))
    return Invitation.objects.get(worker=None)


def test_the_answers_are_kept_with_groups_and_a_month_and_nothing_finer(asking):
    case = asking.case
    kept = answer(asking, ANSWERS)
    assert kept.answers == ANSWERS and (kept.mode, kept.complete, kept.kind) == (
        "private",
        True,
        "six_weeks",
    )
    assert (kept.route, kept.need_group, kept.age_band, kept.team) == (
        case.route,
        case.need_group,
        case.age_band,
        case.team,
    )
    assert kept.month == dates.today().replace(day=1)


def test_no_column_leads_from_an_answer_to_a_case():
    related = {f.related_model for f in Response._meta.get_fields() if f.related_model}
    assert related == {Council, QuestionSet, Team, User}
    assert not any(f.get_internal_type() == "DateTimeField" for f in Response._meta.concrete_fields)
    for model in (Comment, Draft):
        assert not {Case, Response, Invitation, User} & {
            f.related_model for f in model._meta.get_fields()
        }


def test_half_a_form_leads_to_its_invitation_only_with_the_secret(asking, settings):
    actions.keep_answer(asking, "say", "better")
    draft = Draft.objects.get()
    assert draft.key_hash == private_links.draft_key(asking)
    settings.SECRET_KEY = "somebody who has only the database"
    assert draft.key_hash != private_links.draft_key(asking)


def test_each_answer_is_kept_as_given_and_can_be_given_again_or_taken_back(asking):
    actions.keep_answer(asking, "say", "better")
    actions.keep_answer(asking, "say", "worse")
    actions.keep_answer(asking, "words", "Too many forms")
    assert actions.unsent_answers(asking) == {"say": "worse", "words": "Too many forms"}
    actions.keep_answer(asking, "words", "")
    answer(asking, {"easy": "hard"})
    assert Response.objects.get().answers == {"say": "worse", "easy": "hard"}
    assert not Draft.objects.exists() and not Comment.objects.exists()


def test_nothing_is_kept_once_it_was_sent(asking):
    answer(asking, ANSWERS)
    with pytest.raises(NotYet):
        actions.keep_answer(asking, "say", "worse")
    with pytest.raises(NotYet):
        answer(asking, ANSWERS)
    assert Response.objects.count() == 1 and not Draft.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"say": "splendid"}, {"nonsense": "better"}, {"say": ""}, {}, {"words": "x" * 2001}]
)
def test_an_invented_answer_is_refused_and_changes_nothing(asking, wrong):
    with pytest.raises(NotYet):
        answer(asking, wrong)
    asking.refresh_from_db()
    assert not asking.answered and not Response.objects.exists() and not Comment.objects.exists()


@pytest.mark.parametrize(
    "how, field",
    [
        ({"helper": "robot"}, "helper"),
        ({"helper": "wrote"}, "helped_by"),
        ({"helper": "wrote", "helped_by": "cat"}, "helped_by"),
        ({"mode": "thought"}, "mode"),
    ],
)
def test_how_it_was_filled_in_must_be_said_rightly(asking, how, field):
    with pytest.raises(NotYet) as refusal:
        answer(asking, ANSWERS, **how)
    assert refusal.value.field == field and not Response.objects.exists()


def test_who_helped_is_kept_and_a_helper_of_the_council_makes_it_a_way_of_its_own(a_case):
    for who, mode in (("advocate", "private"), ("council", "with_worker")):
        case = a_case(at="running", days_ago=120)
        invite(now=six_weeks(case))
        kept = answer(
            Invitation.objects.get(case=case, worker=None), ANSWERS, helper="wrote", helped_by=who
        )
        assert (kept.helper, kept.helped_by, kept.mode) == ("wrote", who, mode)


def test_answers_with_a_worker_are_never_added_to_the_private_ones(cast):
    month, one = dates.today().replace(day=1), questions.current_sets()["person"]
    for mode, n in (("private", 10), ("paper", 10), ("with_worker", 40)):
        Response.objects.bulk_create(
            Response(
                council=cast.council,
                question_set=one,
                month=month,
                answers={"say": "better"},
                mode=mode,
            )
            for _ in range(n)
        )
    publishing.release(council=cast.council)
    (row,) = outcomes.results(cast.council, on=dates.today())
    assert row.n == 20
    year = publishing.year_of(dates.today())
    assert Book(cast.council).line(year, "person", "say", "apart", "with_worker").n == 40


# ---- own words


def test_own_words_go_apart_and_are_given_to_read_with_those_of_the_week(asking):
    answer(asking, ANSWERS | {"words": "Too many forms"})
    assert "words" not in Response.objects.get().answers
    kept = Comment.objects.get()
    assert (kept.words, kept.question, kept.council) == (
        "Too many forms",
        "words",
        asking.case.council,
    )
    assert kept.readable_on > dates.today() and kept.readable_on.weekday() == 0


def test_words_alone_are_taken_too(asking):
    assert answer(asking, {"words": "Thank you"}) is None
    asking.refresh_from_db()
    assert asking.answered and Comment.objects.count() == 1 and not Response.objects.exists()


@pytest.mark.parametrize("day, monday", [(16, 23), (20, 23), (22, 23), (23, 30)])
def test_the_next_monday(day, monday):
    at = datetime(2026, 11, day, 12, tzinfo=dates.LONDON)
    assert next_week(at) == date(2026, 11, monday)


# ---- what lifts anonymity


def test_the_key_to_the_case_exists_only_with_consent(a_case):
    for compare in (False, True):
        case = a_case(at="running", days_ago=120)
        invite(now=six_weeks(case))
        answer(Invitation.objects.get(case=case, worker=None), ANSWERS, compare=compare)
        assert LinkKey.objects.filter(case=case).exists() is compare


def test_a_wish_to_be_contacted_is_the_workers_task_and_says_nothing_of_the_answers(
    asking, cast, as_
):
    case = asking.case
    worker = as_(cast.worker)
    page = f"/cases/{case.ref}/"
    answer(asking, ANSWERS, contact=True)
    case.refresh_from_db()
    assert case.next_contact == dates.today()
    event = case.events.latest("seq")
    assert (event.verb, event.role, event.by, event.codes) == (actions.WISH, "person", None, {})
    message = Message.objects.get(template=actions.WISH)
    assert message.to_user == cast.worker
    shown = worker.get(page).content.decode()
    assert "to be contacted" in shown and "record_contact" in shown
    sections = my_day_presenter.sections(my_day.Day(cast.worker, cast.council))
    assert any(case.ref in person for s in sections for person in column(s["table"], "Person"))
    assert "to be contacted" not in as_(cast.person).get(page).content.decode(), (
        "nor may a helper read it there"
    )
    assert not LinkKey.objects.exists()
    assert worker.get(f"{page}chronology/").status_code == 200
    call_command("check_journey", stdout=StringIO())
    call_command("verify_events", stdout=StringIO())
    case.move(
        "record_contact",
        by=cast.worker,
        how="phone",
        said="We talked",
        next_contact=dates.today() + timedelta(days=30),
    )
    assert "They asked on" not in worker.get(page).content.decode(), "done"


def test_without_the_tick_nobody_is_told(asking):
    before = asking.case.head_seq
    answer(asking, ANSWERS)
    asking.case.refresh_from_db()
    assert (
        asking.case.head_seq == before
        and not Message.objects.filter(template=actions.WISH).exists()
    )


def test_a_workers_answers_carry_neither_case_nor_groups(asking):
    mine = Invitation.objects.get(worker__isnull=False)
    kept = answer(mine, {"say": "better"}, compare=True, contact=True)
    assert (kept.route, kept.need_group, kept.age_band) == ("", "", "")
    assert (
        not LinkKey.objects.exists() and not Message.objects.filter(template=actions.WISH).exists()
    )


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
