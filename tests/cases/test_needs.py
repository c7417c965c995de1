"""How somebody takes in information is recorded once, and flagged wherever a colleague is about to
reach them.
"""

import pytest
from django.urls import reverse

from cases.models import Message
from tests.cases.pages import body, page


@pytest.fixture
def case(a_case, cast):
    person = cast.new_person("Bea Lark", communication="bsl", language="Polish")
    case = a_case(at="sign_off", person=person)
    person.contact_by = "letter"
    person.save()
    Message.objects.filter(case=case, to_person=person).update(
        channel="letter", state="waiting", sent_at=None
    )
    case.refresh_from_db()
    return case


def flagged(shown: str) -> bool:
    return "British Sign Language" in shown and "Polish" in shown


@pytest.mark.parametrize("who", ["worker", "manager"])
def test_it_stands_on_every_list_and_page_from_which_one_reaches_people(case, cast, as_, who):
    client = as_(getattr(cast, who))
    for url in (
        reverse("cases:case", args=[case.ref]),
        reverse("cases:messages", args=[case.ref]),
        "/staff/",
        "/staff/day/",
    ):
        shown = body(client.get(url))
        assert "Bea Lark" in shown and flagged(shown), url


def test_the_waiting_list_says_it_too(a_case, cast, as_):
    a_case(at="waiting", person=cast.new_person("Bea Lark", communication="bsl", language="Polish"))
    assert flagged(body(as_(cast.manager).get("/staff/waiting/")))


def test_whoever_prints_a_letter_or_phones_sees_it(case, cast, as_):
    assert Message.objects.filter(case=case, channel="letter", state="waiting").exists()
    shown = body(as_(cast.worker).get("/staff/letters/"))
    assert "Bea Lark" in shown and flagged(shown)


def test_a_queue_shows_it_only_to_roles_that_reach_people(a_case, cast, as_):
    person = cast.new_person("Bea Lark", communication="bsl", language="Polish")
    a_case(at="panel", person=person)
    shown = body(as_(cast.panel).get("/staff/queue/"))
    assert "Bea Lark" in shown and not flagged(shown), "the panel reaches nobody, and is not told"


def test_every_letter_says_what_no_print_meets_and_opens_in_the_format_recorded(case, cast, as_):
    client = as_(cast.person)
    seq = case.events.get(verb="determine_eligible").seq
    shown = body(page(client, case, "letter", seq))
    assert "You asked for British Sign Language" in shown and "Polish" in shown
    case.person.communication = "large_print"
    case.person.save()
    for event in case.events.filter(letter__isnull=False):
        assert "app-letter--large" in body(page(client, case, "letter", event.seq)), event.verb
