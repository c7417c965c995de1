"""Sending: claimed by one, counted before it leaves, read again, given up in the open."""

import smtplib
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from cases import actions
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import message_words, outbox
from cases.letters.outbox import send_messages
from cases.models import Message
from cases.reminders.sweep import sweep


@pytest.fixture
def letter_box(a_case, settings):
    """A case that waits for its person, with nothing else left to send."""
    case = a_case(at="assess", days_ago=5)
    Message.objects.all().delete()
    sweep(now=case.due_at)
    return case


def later(case, days=1):
    return case.due_at + timedelta(days=days)


def for_person(case) -> Message:
    return Message.objects.get(case=case, to_person=case.person)


def test_a_mail_leaves_once_and_carries_no_fact_of_the_case(letter_box):
    case = letter_box
    assert send_messages(now=later(case)).sent == 2
    assert send_messages(now=later(case)).sent == 0
    row = for_person(case)
    assert row.state == "sent" and row.attempts == 1 and row.claimed_until is None
    letter = next(m for m in mail.outbox if m.to == [case.person.email])
    assert letter.subject == "You have a message from Brackenshire Council"
    for secret in (case.ref, case.person.name, "Assessment", "overdue", "late"):
        assert secret not in letter.body, secret
    assert "/home/" in letter.body and "01632 960100" in letter.body
    assert letter.extra_headers["Message-ID"].startswith(f"<message-{row.pk}@")


def test_it_is_not_sent_before_its_time(letter_box):
    Message.objects.update(not_before=later(letter_box, 3))
    assert send_messages(now=later(letter_box, 2)).sent == 0
    assert send_messages(now=later(letter_box, 3)).sent == 2


def test_letters_and_calls_stay_in_the_print_list(letter_box):
    case = letter_box
    Message.objects.filter(to_person=case.person).update(channel="letter")
    send_messages(now=later(case))
    row = for_person(case)
    assert (row.state, row.attempts) == ("waiting", 0)
    assert list(outbox.to_print(case.council)) == [row]
    assert outbox.record_told(message=row).state == "printed"
    with pytest.raises(NotYet, match="already"):
        outbox.record_told(message=row)
    assert not outbox.to_print(case.council).exists()


def test_what_is_no_longer_due_is_cancelled_on_reading_again(letter_box, cast):
    case, now = letter_box, later(letter_box)
    draft = actions.open_assessment(case=case, by=cast.person)
    actions.save_answer(
        assessment=draft, question="about.important", value="Cats", voice="person", by=cast.person
    )
    actions.submit_assessment(case=case, by=cast.person)
    send_messages(now=now)
    assert set(Message.objects.filter(nudge__isnull=False).values_list("state", flat=True)) == {
        "cancelled"
    }
    # one mail: the letter with the record of what they have just sent
    assert len([m for m in mail.outbox if m.to == [case.person.email]]) == 1


def test_an_offer_of_help_is_cancelled_once_the_turn_is_somebody_elses(letter_box, cast):
    letter_box.move(
        "hand_turn", by=cast.worker, turn="worker", reason="I will fill it in with them"
    )
    send_messages(now=later(letter_box))
    assert for_person(letter_box).state == "cancelled"


def test_nothing_goes_to_somebody_who_died(letter_box):
    case = letter_box
    case.person.died_on = dates.today()
    case.person.save()
    send_messages(now=later(case))
    assert for_person(case).state == "cancelled"
    assert not [m for m in mail.outbox if m.to == [case.person.email]]


def test_without_an_address_a_person_gets_a_letter(letter_box):
    case = letter_box
    case.person.email = ""
    case.person.save()
    send_messages(now=later(case))
    row = for_person(case)
    assert (row.state, row.channel, row.attempts) == ("waiting", "letter", 0)


class Broken:
    """A mail server that puts everybody off until it has been asked `times` times."""

    def __init__(self, times):
        self.left, self.seen = times, []

    def __call__(self, message):
        self.seen.append(
            (message.pk, Message.objects.values_list("attempts", flat=True).get(pk=message.pk))
        )
        if self.left:
            self.left -= 1
            raise smtplib.SMTPRecipientsRefused(
                {"ada@example.org": (450, b"ada@example.org is busy")}
            )


def test_a_failure_waits_longer_each_time_and_then_succeeds(letter_box, monkeypatch):
    case, server = letter_box, Broken(2)
    Message.objects.exclude(to_person=case.person).delete()
    monkeypatch.setitem(outbox.CHANNELS, "email", server)
    now = later(case)
    assert send_messages(now=now).failed == 1
    row = for_person(case)
    assert (
        timedelta(minutes=1) <= row.again_at - now < timedelta(minutes=1, seconds=5)
        and "ada" not in row.last_error
    )
    assert row.last_error == "SMTPRecipientsRefused 450" and row.not_before == case.due_at, (
        "when it was due stays"
    )
    assert send_messages(now=now + timedelta(seconds=59)) == (0, 0, 0, 0, 0)
    assert send_messages(now=now + timedelta(minutes=2)).failed == 1
    assert send_messages(now=now + timedelta(minutes=6)).sent == 1
    # a try stood in the table before each: a crash in the middle of it would have been counted. One
    # that was put off by the mail server is taken back.
    assert [attempts for _pk, attempts in server.seen] == [1, 1, 1]


def test_after_five_faults_of_ours_it_is_given_up_in_the_open(letter_box, monkeypatch):
    case = letter_box
    Message.objects.exclude(to_person=case.person).delete()
    Message.objects.update(token="the-private-link")

    def broken(_message):
        raise KeyError("a template's own mistake")

    monkeypatch.setitem(outbox.CHANNELS, "email", broken)
    for days in range(1, 8):
        send_messages(now=later(case, days))
    row = for_person(case)
    assert (row.state, row.attempts, row.last_error, row.token) == (
        "dead",
        5,
        "KeyError",
        "the-private-link",
    )
    assert row.dead_at


def test_a_claim_keeps_others_away_until_it_runs_out(letter_box):
    case, now = letter_box, later(letter_box)
    pk = for_person(case).pk
    assert outbox._claim(pk, now)
    assert not outbox._claim(pk, now + outbox.CLAIM - timedelta(seconds=1))
    assert outbox._claim(pk, now + outbox.CLAIM)


def test_one_whose_last_try_was_cut_off_does_not_wait_for_ever(letter_box):
    case, now = letter_box, later(letter_box)
    Message.objects.filter(to_person=case.person).update(attempts=5, claimed_until=now)
    assert send_messages(now=now).dead == 1
    assert for_person(case).state == "dead"


def test_a_helper_gets_the_words_for_residents_and_a_colleague_those_for_staff(a_case, cast):
    case = a_case(at="assess")
    cast.help(case)
    Message.objects.all().delete()
    common = {
        "council": case.council,
        "case": case,
        "template": "return_assessment",
        "channel": "email",
        "made_at": timezone.now(),
        "not_before": timezone.now(),
    }
    helper = Message.objects.create(to_user=cast.delegate, dedupe_key="a", **common)
    staff = Message.objects.create(to_user=cast.worker, dedupe_key="b", **common)
    assert "We send you a code" in message_words.words_of(helper)[1]
    assert "in your list" in message_words.words_of(staff)[1]


@pytest.mark.django_db(transaction=True)
def test_four_senders_at_once_send_each_message_once(cast):
    for _n in range(6):
        cast.a_case(at="assess")
    Message.objects.all().delete()
    now = timezone.now() + timedelta(days=100)
    sweep(now=now)
    start, wrong = threading.Barrier(4), []

    def send():
        try:
            start.wait()
            send_messages(now=now)
        except Exception as problem:  # whatever it was, the test must see it
            wrong.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    mails = Message.objects.filter(channel="email")
    assert not wrong and len(mail.outbox) == mails.count() == 8, (
        "six offers, and a digest for worker and manager"
    )
    assert set(mails.values_list("state", "attempts")) == {("sent", 1)}
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_sending_inside_a_transaction_is_refused(cast):
    from django.db import transaction

    cast.a_case(at="assess")
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send_messages()
    assert not Message.objects.filter(attempts__gt=0).exists()
