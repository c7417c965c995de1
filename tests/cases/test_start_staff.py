"""The council's side of getting in: drafts stay closed, answers taken down say how, and every
message obeys safe contact.
"""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cases import access, actions
from cases.casefile import case_presenter
from cases.caseload import list_presenter
from cases.letters import outbox, sms
from cases.models import Answer, Message
from cases.models.people import CONTACT_BY

SECRET = "He hits me when it rains"


@pytest.fixture
def case(a_case, cast):
    found = a_case("assess")
    cast.help(found)
    return found


@pytest.fixture
def begun(case, cast, as_):
    """The person's own draft."""
    mine = as_(cast.person)
    mine.post(reverse("cases:assessment", args=[case.ref]))
    mine.post(question(case), {"value": SECRET, "seen": 0})
    return mine


def question(case, name="about.important"):
    return reverse("cases:question", args=[case.ref, name])


def take_down(client, case, how="phone", **more):
    day = timezone.localdate()
    return client.post(
        reverse("cases:assessment", args=[case.ref]),
        {"how": how, "on_day": day.day, "on_month": day.month, "on_year": day.year} | more,
    )


def pages_of(client, case):
    found = [
        reverse(f"cases:{n}", args=[case.ref])
        for n in ("case", "assessment", "check_answers", "answers", "chronology")
    ]
    return "".join(
        client.get(path, follow=True).content.decode() for path in [*found, question(case)]
    )


def test_staff_see_that_a_draft_exists_and_not_what_is_in_it(case, begun, cast, as_):
    worker = as_(cast.worker)
    assert SECRET not in pages_of(worker, case)
    assert (
        "1 answer so far"
        in worker.get(reverse("cases:assessment", args=[case.ref])).content.decode()
    )
    refused = take_down(worker, case)
    assert (
        refused.status_code == 422
        and "Tick this only when they said so" in refused.content.decode()
    )
    assert SECRET not in pages_of(worker, case)
    for who in (cast.colleague, cast.manager, cast.service_manager):
        assert SECRET not in pages_of(as_(who), case)


def test_the_persons_tick_opens_it_and_closes_it_again(case, begun, cast, as_):
    worker, url = as_(cast.worker), reverse("cases:share_draft", args=[case.ref])
    begun.post(url, {"on": "1"})
    assert case.events.filter(verb="share_draft", by=cast.person).count() == 1
    take_down(worker, case)
    assert SECRET in worker.get(question(case)).content.decode()
    begun.post(url, {"on": "1"})
    assert case.events.filter(verb="share_draft").count() == 1, "twice is once"
    begun.post(url, {"on": "0"})
    assert SECRET not in pages_of(worker, case)


def test_asked_on_the_telephone_it_is_recorded_who_said_so(case, begun, cast, as_):
    worker = as_(cast.worker)
    assert take_down(worker, case, asked="on").status_code == 302
    event = case.events.get(verb="share_draft")
    assert event.by == cast.worker and event.on_behalf_of == case.person
    assert (
        "on your behalf"
        in as_(cast.person).get(reverse("cases:case", args=[case.ref])).content.decode()
    )
    assert SECRET in worker.get(question(case)).content.decode()


@pytest.mark.parametrize("who", ["delegate", "worker", "manager", "panel", "stranger", "outsider"])
def test_nobody_else_ticks_for_the_person(case, begun, cast, as_, who):
    answer = as_(getattr(cast, who)).post(
        reverse("cases:share_draft", args=[case.ref]), {"on": "1"}
    )
    assert answer.status_code == 404 and case.assessments.get().shared_at is None


def test_a_get_ticks_nothing(case, begun):
    begun.get(reverse("cases:share_draft", args=[case.ref]) + "?on=1")
    assert case.assessments.get().shared_at is None


def send(client, case, **more):
    url = reverse("cases:check_answers", args=[case.ref])
    form = client.get(url).context["form"]
    return client.post(url, {"key": str(form["key"].value()), "seen": form["seen"].value()} | more)


@pytest.mark.parametrize("how", ["phone", "visit"])
def test_answers_taken_down_say_how_and_when_and_are_read_back(case, cast, as_, how):
    worker = as_(cast.worker)
    take_down(worker, case, how)
    worker.post(question(case), {"value": "My garden", "seen": 0})
    refused = send(worker, case)
    assert refused.status_code == 422 and "Read the answers back first" in refused.content.decode()
    assert "My garden" in refused.content.decode() and case.assessments.get().state == "draft"
    assert send(worker, case, read_back="on").status_code == 302
    event = case.events.get(verb="submit_assessment")
    assert (event.codes["given"], event.codes["given_on"]) == (
        how,
        timezone.localdate().isoformat(),
    )
    assert event.on_behalf_of == case.person and Answer.objects.get().voice == "person"
    page = as_(cast.person).get(reverse("cases:assessment", args=[case.ref])).content.decode()
    assert {"phone": "On the telephone", "visit": "Face to face"}[
        how
    ] in page and "Read back" in page


def test_nobody_sends_what_they_were_not_asked_to_look_at(case, begun, cast, as_):
    worker, fields = (
        as_(cast.worker),
        {"key": "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b1", "seen": case.head_seq, "read_back": "on"},
    )
    answer = worker.post(reverse("cases:check_answers", args=[case.ref]), fields)
    assert (
        answer.url == reverse("cases:assessment", args=[case.ref])
        and case.assessments.get().state == "draft"
    )


def test_the_persons_own_sending_says_nothing_of_the_kind(case, begun):
    send(begun, case)
    assert "given" not in case.events.get(verb="submit_assessment").codes
    assert (
        "Read back" not in begun.get(reverse("cases:assessment", args=[case.ref])).content.decode()
    )


# ---- safe contact ----


@pytest.fixture
def told(case, settings):
    """`told(way)`: the person's safe way is `way`, and a message waits for them."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sms.kept.clear()

    def make(way, **fields):
        person = case.person
        person.contact_by, person.phone, person.address = way, "07700 900 982", "4 Mill Lane"
        for name, value in fields.items():
            setattr(person, name, value)
        person.save()
        Message.objects.all().delete()
        fresh = type(case).objects.select_related("person").get(pk=case.pk)
        fresh.move("reassign", by=case.worker, worker=case.worker_id)
        return Message.objects.get(to_person=person)

    return make


def later():
    return timezone.now() + timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", CONTACT_BY)
def test_every_message_goes_the_safe_way_and_no_other(told, way):
    message = told(way)
    assert message.channel == way
    outbox.send_messages(now=later())
    reached = [to for m in mail.outbox for to in m.to]
    assert (message.to_person.email in reached) == (way == "email") and bool(sms.kept) == (
        way == "text"
    )
    message.refresh_from_db()
    assert message.state == ("sent" if way in ("email", "text") else "waiting")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("now_safe", ["letter", "phone", "text"])
def test_a_way_that_is_safe_no_longer_is_not_used_for_what_waits(told, now_safe):
    message = told("email")
    person = message.to_person
    person.contact_by = now_safe
    person.save()
    outbox.send_messages(now=later())
    message.refresh_from_db()
    assert person.email not in [to for m in mail.outbox for to in m.to]
    assert message.channel == now_safe and message.state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_a_text_holds_no_fact_of_the_case(told, case):
    told("text")
    outbox.send_messages(now=later())
    [(number, words)] = sms.kept
    assert number == "07700 900 982" and "Brackenshire" in words
    for secret in (case.ref, case.person.name, "social worker"):
        assert secret not in words


@pytest.mark.django_db(transaction=True)
def test_where_the_safe_way_fails_staff_are_told_to_ask_before_they_post(told):
    message = told("email", email="", contact_note="Never write home")
    outbox.send_messages(now=later())
    message.refresh_from_db()
    line = list_presenter.print_line(message)
    assert (
        message.channel == "letter"
        and "Ask first" in line["note"]
        and "Never write home" in line["note"]
    )


def test_an_address_that_is_not_the_safe_way_gets_not_even_a_code(cast, client):
    from tests.cases.test_start import begin, finish

    begin(
        client,
        safe={"contact_by": "letter", "address": "4 Mill Lane", "email": "shared@example.org"},
    )
    finish(client)
    client.post("/accounts/logout/")
    client.post("/accounts/login/code/", {"email": "shared@example.org"})
    assert "Your code is" not in "".join(m.body for m in mail.outbox)


def test_the_note_stands_on_every_staff_page_about_the_person(case, cast, as_):
    person = case.person
    person.contact_by, person.contact_note, person.phone = (
        "text",
        "Never after six",
        "07700 900 982",
    )
    person.save()
    worker = as_(cast.worker)
    for name in ("case", "reassign", "issue_code"):
        page = worker.get(reverse(f"cases:{name}", args=[case.ref])).content.decode()
        assert "Never after six" in page and "07700 900 982" in page, name
    reading = access.reading_by(case, cast.worker)
    assert "Text message" in dict(case_presenter.header(reading)["who_facts"])["Safe contact:"]


def test_letting_a_case_lie_asks_for_nothing_new(a_case, cast):
    """The action takes how the answers were given, and nothing where they were the person's own."""
    own = a_case("assess", person=cast.new_person("Bea Lark"))
    draft = actions.open_assessment(case=own, by=cast.person)
    actions.save_answer(
        assessment=draft, question="about.important", value="My dog", voice="person", by=cast.person
    )
    actions.submit_assessment(
        case=own,
        by=cast.worker,
        on_behalf_of=own.person,
        given="paper",
        given_on=timezone.localdate(),
    )
    assert own.events.get(verb="submit_assessment").codes["given"] == "paper"
