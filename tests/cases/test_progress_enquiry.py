"""What is happening? One press asks it, whoever has the turn gets it as a task, and asking twice
does not nag twice.
"""

import pytest

from cases import actions
from cases.casefile import progress_enquiry
from cases.common.refusals import NotYet
from cases.models import Message


def text(response):
    return response.content.decode()


def press(client, case, question=None):
    """The one press on the tracker, or the page with a question of one's own."""
    if question is None:
        key = client.get(f"/cases/{case.ref}/").context["key"]
        return client.post(f"/cases/{case.ref}/ask_news/", {"key": key}, follow=True)
    form = client.get(f"/cases/{case.ref}/ask_news/").context["form"]
    return client.post(
        f"/cases/{case.ref}/ask_news/",
        {"key": form["key"].value(), "question": question},
        follow=True,
    )


def told(case):
    return Message.objects.filter(case=case, event__verb="ask_news")


def test_one_press_asks_and_the_answer_is_on_the_persons_page(a_case, cast, as_):
    case, person = a_case(at="confirm"), as_(cast.person)
    before = text(person.get(f"/cases/{case.ref}/"))
    assert "Ask what is happening" in before and f'action="/cases/{case.ref}/ask_news/"' in before
    page = text(press(person, case))
    assert (
        "what is happening. Worker will answer." in page
        and f'action="/cases/{case.ref}/ask_news/"' not in page
    )
    case.refresh_from_db()
    assert case.asked_news_at and [m.to_user for m in told(case)] == [cast.worker]
    answer = as_(cast.worker).get(f"/cases/{case.ref}/do/answer_news/").context["form"]
    sent = {
        "seen": answer["seen"].value(),
        "key": answer["key"].value(),
        "answer": "I come on Tuesday",
    }
    assert as_(cast.worker).post(f"/cases/{case.ref}/do/answer_news/", sent).status_code == 302
    case.refresh_from_db()
    assert case.asked_news_at is None
    after = text(person.get(f"/cases/{case.ref}/"))
    assert "I come on Tuesday" in after and f'action="/cases/{case.ref}/ask_news/"' in after


def test_asking_twice_sends_nothing_twice(a_case, cast, as_):
    case, person = a_case(at="confirm"), as_(cast.person)
    press(person, case)
    head, sent = actions.Case.objects.get(pk=case.pk).head_seq, told(case).count()
    again = person.post(
        f"/cases/{case.ref}/ask_news/", {"key": "7b0ddc2e-7b52-4c53-8d3c-0d5a1c9b1a11"}, follow=True
    )
    assert "You asked on" in text(again) and "Worker will answer" in text(again)
    case.refresh_from_db()
    assert (case.head_seq, told(case).count()) == (head, sent) == (head, 1)
    with pytest.raises(NotYet, match="Worker will answer"):
        case.move("ask_news", by=cast.person)
    assert person.get(f"/cases/{case.ref}/ask_news/").status_code == 302


def test_words_typed_meanwhile_are_kept(a_case, cast, as_):
    case, person = a_case(at="confirm"), as_(cast.person)
    form = person.get(f"/cases/{case.ref}/ask_news/").context["form"]
    press(person, case)
    page = person.post(
        f"/cases/{case.ref}/ask_news/", {"key": form["key"].value(), "question": "And the ramp?"}
    )
    assert (
        "And the ramp?" in text(page)
        and "You asked on" in text(page)
        and "There is a problem" in text(page)
    )


def test_the_same_form_pressed_twice_is_one_question(a_case, cast, as_):
    case, person = a_case(at="confirm"), as_(cast.person)
    key = person.get(f"/cases/{case.ref}/ask_news/").context["form"]["key"].value()
    for _press in "12":
        page = person.post(
            f"/cases/{case.ref}/ask_news/", {"key": key, "question": "When?"}, follow=True
        )
        assert "Worker will answer" in text(page) and "There is a problem" not in text(page)
    assert case.events.filter(verb="ask_news").count() == 1


def test_who_answers_is_said_without_names_of_strangers(a_case, cast):
    confirm, panel, own, waiting = (a_case(at=s) for s in ("confirm", "panel", "assess", "waiting"))
    assert (
        progress_enquiry.answerer(confirm) == "Worker"
        and progress_enquiry.answerer(own) == "Worker"
    ), "their own turn: the worker answers"
    assert (
        progress_enquiry.answerer(panel) == "the panel"
        and progress_enquiry.answerer(waiting) == "a team manager"
    )
    panel.move("ask_news", by=cast.person)
    assert "The panel will answer." in progress_enquiry.waiting_sentence(panel)
    assert progress_enquiry.waiting_sentence(panel, "delegate").startswith("On ")


def test_the_named_worker_hears_of_it_when_the_turn_is_the_persons(a_case, cast):
    case = a_case(at="assess")
    case.move("ask_news", by=cast.person)
    assert [m.to_user for m in told(case)] == [cast.worker]


def test_a_queue_shows_who_waits_for_an_answer(a_case, cast, as_):
    case = a_case(at="panel")
    case.move("ask_news", by=cast.person)
    assert "Asks what is happening" in text(as_(cast.panel).get("/staff/queue/"))
    body = text(as_(cast.panel).get(f"/cases/{case.ref}/"))
    assert "Nobody has answered yet" in body and f"/cases/{case.ref}/do/answer_news/" in body


def test_helpers_may_ask_and_strangers_find_nothing(a_case, cast, as_):
    case = a_case(at="confirm")
    cast.help(case, scope=("see",))
    assert "you or the person you help asked" in text(press(as_(cast.delegate), case))
    other = a_case(at="confirm", person=cast.new_person("Bert Wren"))
    for user in (cast.outsider, cast.stranger):
        assert as_(user).post(f"/cases/{other.ref}/ask_news/", {"key": "x"}).status_code == 404
    assert as_(cast.worker).post(f"/cases/{other.ref}/ask_news/", {"key": "x"}).status_code == 409
    closed = a_case(at="closed", person=cast.new_person("Cy Wren"))
    assert as_(cast.person).post(f"/cases/{closed.ref}/ask_news/", {"key": "x"}).status_code == 409


def test_a_form_without_its_number_is_told_so(a_case, cast, as_):
    case = a_case(at="confirm")
    page = as_(cast.person).post(f"/cases/{case.ref}/ask_news/", {"key": "nonsense"})
    case.refresh_from_db()
    assert case.asked_news_at is None and "sent without its number" in text(page)
