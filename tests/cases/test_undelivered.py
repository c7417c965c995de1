"""What was given up or may have arrived: whose task it is, and what happens once when they
decide."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from cases import actions
from cases.casefile import undelivered
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import digest, outbox
from cases.models import Message

PAGE = "/staff/undelivered/"


@pytest.fixture
def lost(a_case):
    """`lost(state="unsure")`: a mail to the person of a case that did not arrive, with its
    private link."""

    def make(state="dead", **columns):
        case = a_case(at="assess", days_ago=5)
        Message.objects.filter(state="waiting").delete()
        moment = timezone.now() - timedelta(days=3)
        to = {} if columns.keys() & {"to_user", "to_team"} else {"to_person": case.person}
        return Message.objects.create(
            **{
                "council": case.council,
                "case": case,
                "template": "triage",
                "event": case.events.last(),
                "channel": "email",
                "state": state,
                "dead_at": timezone.now(),
                "made_at": moment,
                "not_before": moment,
                "attempts": 5,
                "token": "the-link",
                "last_error": "TimeoutError",
                "dedupe_key": f"lost:{case.pk}:{state}",
            }
            | to
            | columns
        )

    return make


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_it_stands_before_those_who_reach_the_person_and_nobody_else(lost, cast, as_):
    row = lost()
    row.case.person.contact_note = "Never say who rings"
    row.case.person.save()
    for who in (cast.worker, cast.manager, cast.service_manager):
        page = text(as_(who).get(PAGE))
        assert "Ada Wren" in page and row.case.ref in page and "Never say who rings" in page
        assert "1 message did not arrive" in text(as_(who).get("/staff/day/"))
        assert "1 message did not arrive" in text(as_(who).get("/staff/letters/"))
    for who in (cast.stranger, cast.duty):
        assert "Every message arrived" in text(as_(who).get(PAGE))
        assert as_(who).post(PAGE, {"message": row.pk, "act": "again"}).status_code == 404
    for who in (cast.finance, cast.panel, cast.auditor, cast.person, cast.outsider):
        assert as_(who).get(PAGE).status_code == 404
        assert as_(who).post(PAGE, {"message": row.pk, "act": "again"}).status_code == 404
    admin = text(as_(cast.admin).get(PAGE))
    assert "Every message arrived" in admin and row.case.ref not in admin
    row.refresh_from_db()
    assert row.state == "dead"


def test_an_administrator_sees_colleagues_and_teams_and_never_a_case(lost, cast, as_):
    row = lost(to_user=cast.worker, last_error="Refused: SMTPRecipientsRefused 550")
    page = text(as_(cast.admin).get(PAGE))
    assert str(cast.worker) in page and "The address was refused" in page
    assert row.case.ref not in page and "Ada Wren" not in page and "the-link" not in page
    as_(cast.admin).post(PAGE, {"message": row.pk, "act": "again"})
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.parametrize(
    ("state", "columns", "words"),
    [
        ("unsure", {}, "We do not know if this reached them"),
        (
            "dead",
            {"tried_since": timezone.now() - timedelta(days=4)},
            "could not be reached for three days",
        ),
        ("dead", {"last_error": "Refused: SMTPDataError 554"}, "The address was refused"),
        ("dead", {"last_error": "KeyError"}, "It could not be sent (KeyError)"),
    ],
)
def test_what_happened_is_said_in_words(lost, cast, as_, state, columns, words):
    lost(state, **columns)
    assert words in text(as_(cast.worker).get(PAGE))


@pytest.mark.parametrize("state", ["dead", "unsure"])
def test_sent_again_by_a_button_it_arrives_once_with_its_link(lost, cast, as_, state):
    row = lost(state)
    page = as_(cast.worker).post(PAGE, {"message": row.pk, "act": "again"}, follow=True)
    assert "Done: 1" in text(page) and "Every message arrived" in text(page)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.tried_since, row.dead_at, row.token) == (
        "waiting",
        0,
        None,
        None,
        "the-link",
    )
    assert "Someone has already done this one" in text(
        as_(cast.manager).post(PAGE, {"message": row.pk, "act": "again"}, follow=True)
    )
    assert outbox.send_messages().sent == 1 and outbox.send_messages().sent == 0
    row.refresh_from_db()
    assert (row.state, row.token) == ("sent", "") and len(mail.outbox) == 1
    assert "/survey/the-link/" in mail.outbox[0].body


def test_it_can_be_written_or_said_instead(lost, cast, as_):
    row = lost()
    as_(cast.worker).post(PAGE, {"message": row.pk, "act": "by_hand"})
    row.refresh_from_db()
    assert (row.state, row.channel) == ("waiting", "letter") and row in outbox.to_print(
        cast.council
    )
    listed = text(as_(cast.worker).get("/staff/letters/"))
    assert "Ask first: their safe way is “E-mail”." in listed
    with pytest.raises(NotYet):
        undelivered.by_hand(message=lost("unsure", to_user=cast.worker))


def test_nothing_more_to_do_ends_it_and_takes_the_link_away(lost, cast, as_):
    row = lost("unsure")
    as_(cast.worker).post(PAGE, {"message": row.pk, "act": "leave"})
    row.refresh_from_db()
    assert (row.state, row.token, row.dead_at) == ("cancelled", "", None)


def test_nonsense_is_refused_and_changes_nothing(lost, cast, as_):
    row = lost()
    worker = as_(cast.worker)
    assert "Tick what this is about first" in text(worker.post(PAGE, {"act": "again"}, follow=True))
    for data in (
        {"message": row.pk},
        {"message": row.pk, "act": "no_such"},
        {"message": "x", "act": "again"},
        {"message": "9" * 40, "act": "again"},
        {"message": [row.pk, row.pk + 99], "act": "again"},
    ):
        assert worker.post(PAGE, data).status_code == 404
    row.refresh_from_db()
    assert row.state == "dead"


def test_a_death_and_the_end_of_help_leave_no_task_and_no_link_behind(lost, cast):
    row = lost()
    actions.record_death(
        case=row.case, by=cast.worker, died_on=dates.today(), contact="The daughter"
    )
    row.refresh_from_db()
    assert (row.state, row.token) == ("cancelled", "")


def test_a_digest_that_did_not_arrive_is_told_by_the_next_one(lost, cast, monkeypatch):
    row = lost(to_user=cast.worker, case=None, event=None, template=digest.DIGEST)
    new = Message.objects.create(
        council=cast.council,
        to_user=cast.worker,
        template=digest.DIGEST,
        channel="email",
        dedupe_key="digest:today",
        made_at=timezone.now(),
        not_before=timezone.now(),
    )
    assert outbox.send_messages().cancelled == 1, "there is nothing to tell today"
    row.refresh_from_db()
    assert row.state == "cancelled" and new.pk != row.pk


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_send_it_again_once(lost):
    row, start, said = lost(), threading.Barrier(2), []

    def press():
        start.wait()
        try:
            undelivered.send_again(message=Message.objects.get(pk=row.pk))
            said.append("done")
        except NotYet as no:
            said.append(no.sentence)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["Someone has already done this one.", "done"]
