"""Sending through a real conversation with a mail server: away, slow, choosy, silent. What went
out, and how often."""

import socket
import time
from datetime import timedelta

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage, get_connection

from cases.casefile import undelivered
from cases.common.refusals import NotYet
from cases.letters import delivery, outbox
from cases.letters.outbox import send_messages
from cases.models import Message
from tests.cases.relay import Relay


@pytest.fixture
def relay(settings):
    """`relay(...)`: a mail server that this installation uses from now on."""
    running = []

    def start(**wishes):
        running.append(Relay(**wishes))
        settings.EMAIL_PORT = running[-1].port
        return running[-1]

    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "cases.letters.smtp.Backend", "127.0.0.1"
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 0.4
    yield start
    for one in running:
        one.close()


@pytest.fixture
def nobody_there(relay, settings):
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = probe.getsockname()[1]


@pytest.fixture
def waiting(a_case):
    """`waiting(3)`: so many mails for so many people, and nothing else. Returns (their cases,
    now)."""

    def make(number=1):
        cases = [a_case(at="assess", days_ago=5) for _n in range(number)]
        Message.objects.all().delete()
        for n, case in enumerate(cases):
            case.person.email = f"person{n}@example.org"
            case.person.save()
            Message.objects.create(
                council=case.council,
                case=case,
                to_person=case.person,
                template="triage",
                event=case.events.last(),
                channel="email",
                dedupe_key=f"test:{n}",
                made_at=case.due_at,
                not_before=case.due_at,
            )
        return cases, cases[-1].due_at

    return make


def rows(*names):
    return list(Message.objects.order_by("pk").values_list(*names, flat=len(names) == 1))


def test_a_letter_arrives_whole_and_is_recorded_as_sent(relay, waiting):
    server, (cases, now) = relay(), waiting()
    assert send_messages(now=now).sent == 1
    ((to, letter),) = server.accepted
    assert to == cases[0].person.email and letter["Message-ID"].startswith("<message-")
    assert "01632 960100" in letter.get_content() and rows("state", "attempts") == [("sent", 1)]


def test_lines_that_begin_with_a_full_stop_arrive_as_they_were(relay):
    server = relay()
    EmailMessage("Stops", ".\n..\nend.", to=["a@example.org"]).send()
    assert server.accepted[0][1].get_content().split() == [".", "..", "end."]


def test_an_answer_that_comes_in_time_is_waited_for(relay, waiting, settings):
    server, (_cases, now) = relay(wait={"end": 1.2}), waiting()
    settings.EMAIL_TIMEOUT = 5
    for minutes in range(5):
        send_messages(now=now + timedelta(minutes=minutes))
    assert len(server.accepted) == 1 and rows("state") == ["sent"]


def test_an_answer_that_comes_too_late_is_never_sent_again_unasked(relay, waiting):
    server, (_cases, now) = relay(wait={"end": 1.2}), waiting()
    assert send_messages(now=now).unsure == 1
    for hours in (1, 24, 100):
        assert send_messages(now=now + timedelta(hours=hours)) == (0, 0, 0, 0, 0)
    assert len(server.accepted) == 1 and rows("state", "last_error") == [
        ("unsure", "SMTPServerDisconnected")
    ]


def test_a_line_that_is_cut_while_the_answer_is_waited_for_is_the_same(relay, waiting):
    server, (_cases, now) = relay(drops="end"), waiting()
    assert send_messages(now=now).unsure == 1 and len(server.accepted) == 1


@pytest.mark.parametrize(
    "wishes",
    [
        {"drops": "MAIL"},
        {"drops": "RCPT"},
        {"drops": "DATA"},
        {"wait": {"RCPT": 1}},
        {"wait": {"DATA": 1}},
        {"hello": b"421 too busy"},
        {"hello": b"554 not you"},
        {"data": b"451 not now"},
        {"answers": {"person0@example.org": [b"421 going down"]}},
        {"answers": {"person0@example.org": [b"530 sign in first"]}},
    ],
)
def test_what_stops_before_the_letter_is_out_uses_up_no_try(relay, waiting, wishes):
    server, (_cases, now) = relay(**wishes), waiting()
    assert send_messages(now=now).failed == 1 and not server.accepted
    assert rows("state", "attempts", "not_before") == [("waiting", 0, now)]
    assert rows("again_at")[0] > now and rows("tried_since")[0] >= now


def test_a_relay_that_is_away_for_three_days_loses_nothing(nobody_there, relay, waiting):
    cases, now = waiting(3)
    Message.objects.update(token="the-private-link")
    tried, moment = 0, now
    while moment < now + timedelta(hours=71):
        tried += send_messages(now=moment).failed
        moment += timedelta(minutes=10)
    assert set(rows("state", "attempts", "token")) == {("waiting", 0, "the-private-link")}
    assert tried > 200, "tried again and again"
    server = relay()
    # the last to fail waits half an hour at most
    assert send_messages(now=moment + timedelta(minutes=30)).sent == 3
    assert sorted(to for to, _letter in server.accepted) == [case.person.email for case in cases]


def test_each_waits_longer_than_before_and_half_an_hour_at_most(nobody_there, waiting):
    (_cases, now), waits = waiting(), []
    for _n in range(12):
        send_messages(now=now)
        again = rows("again_at")[0]
        waits.append(round((again - now).total_seconds() / 60))
        now = again + timedelta(seconds=1)
    assert waits == sorted(waits) and waits[0] == 1 and waits[-1] == 30 and waits.count(30) > 2


def test_after_three_days_it_is_a_task_and_keeps_its_link(nobody_there, waiting):
    _cases, now = waiting()
    Message.objects.update(token="the-private-link")
    send_messages(now=now)
    assert send_messages(now=now + timedelta(hours=71, minutes=59)).dead == 0
    assert send_messages(now=now + timedelta(hours=73)).dead == 1
    assert rows("state", "token") == [("dead", "the-private-link")]


def test_one_that_fails_to_connect_ends_the_round_for_its_channel(nobody_there, waiting, settings):
    cases, now = waiting(4)
    settings.TEXT_GATEWAY = "cases.letters.sms.keep_in_memory"
    cases[3].person.contact_by, cases[3].person.phone = "text", "07700 900123"
    cases[3].person.save()
    Message.objects.filter(case=cases[3]).update(channel="text")
    assert send_messages(now=now) == (1, 0, 1, 0, 0), "texts go on"
    assert rows("again_at")[1:3] == [None, None], "the others were not tried, and are not counted"


def test_the_texts_are_not_kept_waiting_by_a_heap_of_mails(nobody_there, waiting, settings):
    cases, now = waiting(4)
    cases[3].person.contact_by, cases[3].person.phone = "text", "07700 900123"
    cases[3].person.save()
    Message.objects.filter(case=cases[3]).update(channel="text")
    assert send_messages(now=now, limit=3).sent == 1


def test_one_refused_address_among_many_is_a_letter_the_same_minute(relay, waiting):
    server = relay(answers={"person1@example.org": [b"550 no such person: person1@example.org"]})
    cases, now = waiting(3)
    assert send_messages(now=now)[:3] == (2, 0, 1)
    assert rows("state", "channel") == [("sent", "email"), ("waiting", "letter"), ("sent", "email")]
    assert rows("last_error")[1] == "Refused: SMTPRecipientsRefused 550", (
        "the server's words repeat the address"
    )
    assert [m.case for m in outbox.to_print(cases[0].council)] == [cases[1]]
    assert len(server.accepted) == 2


def test_without_a_postal_address_the_refused_are_phoned(relay, waiting):
    relay(answers={"person0@example.org": [b"550 no"]})
    cases, now = waiting()
    cases[0].person.phone = "01632 960200"
    cases[0].person.save()
    send_messages(now=now)
    assert rows("channel") == ["phone"]


def test_a_refusal_after_the_letter_is_a_refusal_too(relay, waiting):
    relay(data=b"554 not wanted")
    _cases, now = waiting()
    send_messages(now=now)
    assert rows("state", "channel") == [("waiting", "letter")]


def test_a_greylisted_address_is_tried_again_and_the_others_go_on(relay, waiting):
    server = relay(
        answers={"person0@example.org": [b"450 come back later", b"451 still later", b"250 ok"]}
    )
    _cases, now = waiting(2)
    assert send_messages(now=now)[:3] == (1, 0, 1)
    for minutes in (1, 2, 5):
        send_messages(now=now + timedelta(minutes=minutes, seconds=2))
    assert rows("state", "attempts") == [("sent", 1), ("sent", 1)] and len(server.accepted) == 2


def test_a_refused_colleague_is_a_task_that_can_be_sent_again(relay, waiting, cast):
    server = relay(answers={"worker@example.org": [b"550 left us"]})
    _cases, now = waiting()
    Message.objects.update(to_person=None, to_user=cast.worker, token="kept")
    assert cast.worker.email == "worker@example.org" and send_messages(now=now).dead == 1
    row = Message.objects.get()
    assert (row.state, row.token) == ("dead", "kept")
    undelivered.send_again(message=row)
    with pytest.raises(NotYet, match="already"):
        undelivered.send_again(message=row)
    server.answers.clear()
    assert send_messages().sent == 1 and len(server.accepted) == 1


def test_a_time_limit_before_the_letter_is_out_is_nobodys_failure(relay, waiting, monkeypatch):
    _server, (_cases, now) = relay(), waiting(2)

    def cut(_message):
        raise SoftTimeLimitExceeded

    monkeypatch.setitem(outbox.CHANNELS, "email", cut)
    assert send_messages(now=now) == (0, 0, 1, 0, 0)
    assert rows("state", "attempts", "claimed_until") == [("waiting", 0, None)] * 2
    assert rows("again_at")[1] is None, "the round has ended"


def test_a_time_limit_while_the_answer_is_waited_for_sends_nothing_twice(
    relay, waiting, monkeypatch
):
    server, (_cases, now) = relay(), waiting()
    real = delivery.problem_words
    monkeypatch.setattr("cases.letters.smtp.Plain.getreply", _cut_off_after(server))
    assert send_messages(now=now).unsure == 1
    assert rows("last_error") == [real(SoftTimeLimitExceeded())] and len(server.accepted) == 1


def _cut_off_after(server):
    from smtplib import SMTP

    def getreply(talk):
        found = SMTP.getreply(talk)
        if server.accepted:
            raise SoftTimeLimitExceeded
        return found

    return getreply


def test_a_server_that_says_yes_and_then_breaks_off_has_said_yes(relay, waiting):
    server, (_cases, now) = relay(drops="QUIT", wait={"QUIT": 1}), waiting()
    assert send_messages(now=now).sent == 1 and len(server.accepted) == 1


def test_a_time_limit_after_the_yes_changes_nothing_about_it(relay, waiting, monkeypatch):
    server, (_cases, now) = relay(), waiting()

    def cut(_talk):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("cases.letters.smtp.Plain.quit", cut)
    assert send_messages(now=now).sent == 1 and len(server.accepted) == 1


def test_a_server_that_shuts_down_at_one_address_is_not_asked_for_the_next(relay, waiting):
    server = relay(answers={"person0@example.org": [b"421 going down", b"250 ok"]})
    _cases, now = waiting(2)
    assert send_messages(now=now).failed == 1 and server.asked == ["person0@example.org"]
    assert send_messages(now=now + timedelta(minutes=2)).sent == 2


def test_a_claim_runs_from_its_own_moment(relay, waiting, monkeypatch, settings):
    """Made late in a slow round, it lasts as long as one made at its beginning."""
    _cases, now = waiting(2)
    clock, claims = [0.0], []

    def slow(message):
        claims.append(
            Message.objects.get(pk=message.pk).claimed_until - now - timedelta(seconds=clock[0])
        )
        clock[0] += 50

    monkeypatch.setattr(outbox, "monotonic", lambda: clock[0])
    monkeypatch.setitem(outbox.CHANNELS, "email", slow)
    assert send_messages(now=now).sent == 2
    assert claims == [outbox.CLAIM, outbox.CLAIM]
    assert outbox.CLAIM.total_seconds() > settings.SEND_LIMIT + 30 > 4 * 60, (
        "whoever made it has been ended by then"
    )


def test_a_slow_round_begins_no_further_message_once_the_next_is_due(waiting, monkeypatch):
    _cases, now = waiting(3)
    clock = [0.0]

    def slow(_message):
        clock[0] += 40

    monkeypatch.setattr(outbox, "monotonic", lambda: clock[0])
    monkeypatch.setitem(outbox.CHANNELS, "email", slow)
    assert send_messages(now=now).sent == 2 and rows("state").count("waiting") == 1


@pytest.mark.parametrize("problem", [ConnectionRefusedError(), socket.gaierror()])
def test_a_gateway_for_texts_that_is_away_is_tried_again_too(
    waiting, monkeypatch, settings, problem
):
    cases, now = waiting()
    cases[0].person.contact_by, cases[0].person.phone = "text", "07700 900123"
    cases[0].person.save()
    Message.objects.update(channel="text")

    def away(_number, _words):
        raise problem

    monkeypatch.setattr("cases.letters.sms.keep_in_memory", away)
    assert send_messages(now=now).failed == 1 and rows("state", "attempts") == [("waiting", 0)]


def test_a_text_whose_gateway_is_silent_may_have_arrived(waiting, monkeypatch):
    cases, now = waiting()
    cases[0].person.contact_by, cases[0].person.phone = "text", "07700 900123"
    cases[0].person.save()
    Message.objects.update(channel="text")

    def silent(_number, _words):
        raise TimeoutError

    monkeypatch.setattr("cases.letters.sms.keep_in_memory", silent)
    assert send_messages(now=now).unsure == 1


def test_the_setting_for_the_request_is_its_own(relay, settings):
    settings.EMAIL_TIMEOUT, settings.EMAIL_TIMEOUT_SIGN_IN = 60, 5
    assert get_connection(timeout=settings.EMAIL_TIMEOUT_SIGN_IN).timeout == 5
    assert get_connection().timeout == 60


@pytest.mark.parametrize(
    "wishes", [{"hello": b"421 busy"}, {"wait": {"end": 1.2}}, {"wait": {"MAIL": 1.2}}]
)
def test_signing_in_says_what_to_do_when_the_code_cannot_be_sent(
    relay, client, cast, settings, wishes
):
    relay(**wishes)
    settings.EMAIL_TIMEOUT, settings.EMAIL_TIMEOUT_SIGN_IN = 60, 0.4
    for email in ("person@example.org", "nobody-at-all@example.org", cast.worker.email):
        began = time.monotonic()
        page = client.post("/accounts/login/code/", {"email": email})
        assert time.monotonic() - began < 5, "a page does not wait as long as a job"
        assert (
            page.status_code == 409
            and "We could not send you the e-mail just now" in page.content.decode()
        )
        assert "_auth_user_id" not in client.session
    page = client.post("/accounts/password/reset/", {"email": cast.worker.email})
    assert (
        page.status_code == 409
        and "We could not send you the e-mail just now" in page.content.decode()
    )
