"""Asking for support without an account, and the doors around it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Event, Person, Representation, Seat, User

ASK = {
    "words": "I fall in the mornings",
    "danger": "no",
    "name": "Ada Wren",
    "contact_by": "email",
    "email": "ada@example.org",
    "communication": "standard",
}


@pytest.fixture
def ask(as_, cast):
    """`ask(who, **changes)`: send the form of asking, as somebody who has a sign-in already;
    returns the response. (Without one it goes page by page: test_start.py.)
    """
    signed_in = as_(cast.outsider)

    def send(who="me", key=None, client=signed_in, **changes):
        url = reverse("cases:ask", args=["brackenshire"]) + f"?for={who}"
        return client.post(url, ASK | {"key": key or uuid.uuid4()} | changes)

    send.client = signed_in

    return send


@pytest.mark.parametrize(
    "page", ["/", "/accessibility/", "/privacy/", "/brackenshire/", "/brackenshire/ask/"]
)
def test_a_public_page_opens_without_signing_in(client, cast, page):
    assert client.get(page).status_code == 200


def test_the_start_names_every_council(client, cast):
    text = client.get("/").content.decode()
    assert "Brackenshire Council" in text and "Port Merrow Council" in text


def test_an_unknown_council_is_not_found(client, cast):
    for name in ("council", "ask", "asked"):
        assert client.get(reverse(f"cases:{name}", args=["nowhere"])).status_code == 404


def test_a_councils_own_target_stands_on_its_page(client, cast):
    from cases.models import Target

    Target.objects.create(
        council=cast.council, step="plan", days=33, valid_from=timezone.localdate(), reason="Ours"
    )
    assert "Up to 33 days" in client.get("/brackenshire/").content.decode()
    assert "Up to 33 days" not in client.get("/port-merrow/").content.decode()


def test_choosing_who_leads_to_the_questions_that_fit(client, cast):
    url = reverse("cases:ask", args=["brackenshire"])
    assert client.post(url, {}).status_code == 422
    answer = client.post(url, {"who": "carer"})
    assert answer.status_code == 302 and answer.url.endswith("?for=carer")
    assert "your own name" not in client.get(answer.url, follow=True).content.decode()
    assert "your own name" in client.get(url + "?for=other").content.decode()


def test_asking_begins_a_case_and_says_what_comes_next(ask, cast):
    client, answer = ask.client, ask()
    case = Case.objects.get()
    assert answer.url == "/brackenshire/ask/sent/", "nothing about the person stands in the address"
    event = Event.objects.get(case=case)
    assert (event.verb, event.role, event.by, event.body.note) == (
        "ask_for_support",
        "person",
        cast.outsider,
        ASK["words"],
    )
    assert case.kind == "adult" and case.step == "request"
    page = client.get(answer.url).content.decode()
    assert case.ref in page and "01632 960100" in page and "Sign in and start" in page
    assert User.objects.get(email="ada@example.org").representations.get().kind == "self"


def test_a_carer_gets_a_case_of_their_own_kind(ask):
    ask("carer")
    assert Case.objects.get().kind == "carer"


def test_sending_twice_is_one_request(ask):
    client, key = ask.client, uuid.uuid4()
    first, second = ask(key=key), ask(key=key)
    assert first.url == second.url and Case.objects.count() == 1 and Person.objects.count() == 1
    assert Case.objects.get().ref in client.get(second.url).content.decode()


def test_the_second_press_knows_the_reference_even_without_the_first_answer(ask, cast, as_):
    key, other = uuid.uuid4(), as_(cast.outsider)
    ask(key=key)
    answer = ask(key=key, client=other)
    assert Case.objects.get().ref in other.get(answer.url).content.decode()


def test_wrong_entries_are_listed_and_what_was_typed_is_kept(ask):
    answer = ask(
        name="",
        email="ada at home",
        born_day="31",
        born_month="2",
        born_year="1950",
        contact_note="not at 8",
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and Case.objects.count() == 0
    assert "<title>Error:" in page.replace("\n", "")
    for words in ("Enter your name", "Enter an e-mail address like", "Enter a real date of birth"):
        assert page.count(words) >= 2, "in the summary and at the field"
    for typed in (ASK["words"], "ada at home", "not at 8", 'value="31"'):
        assert typed in page
    assert 'href="#id_name"' in page


@pytest.mark.parametrize(
    ("way", "field"), [("email", "email"), ("phone", "phone"), ("letter", "address")]
)
def test_the_safe_way_needs_what_belongs_to_it(ask, way, field):
    answer = ask(contact_by=way, email="")
    assert answer.status_code == 422 and f'href="#id_{field}"' in answer.content.decode()


def test_danger_is_told_to_the_council_and_help_to_the_person(ask):
    client, answer = ask.client, ask(danger="yes", safe_number="01632 960 009")
    assert Event.objects.get(seq=1).body.note == ASK["words"], (
        "a coded fact, and nothing glued to the words"
    )
    assert Event.objects.get(seq=2).verb == "report_danger"
    assert 'href="tel:999"' in client.get(answer.url).content.decode()


def test_no_email_is_no_hindrance(ask):
    client, answer = ask.client, ask(contact_by="phone", email="", phone="01632 960001")
    assert Case.objects.get().person.phone == "01632 960001" and not Representation.objects.exists()
    assert "you do not need one" in client.get(answer.url).content.decode()


def test_someone_else_sees_only_their_own_words(ask, cast, as_):
    ask("other", asker_name="Ben Wren", relation="son", knows="yes", asker_email="ben@example.org")
    case = Case.objects.get()
    event = Event.objects.get()
    assert event.role == "delegate" and "Ben Wren, son" in event.body.note
    ben = User.objects.get(email="ben@example.org")
    assert not User.objects.filter(email="ada@example.org").exists(), (
        "the person's mailbox is not made a sign-in"
    )
    signed_in = as_(ben)
    assert signed_in.get(reverse("cases:case", args=[case.ref])).status_code == 404
    page = signed_in.get(reverse("cases:home")).content.decode()
    assert ASK["words"] in page and case.ref not in page


def test_a_professional_is_a_channel_and_no_helper(ask):
    ask(
        "professional",
        asker_name="Dr Hill",
        relation="GP",
        knows="no",
        asker_email="gp@example.org",
    )
    case = Case.objects.get()
    assert case.channel == "professional" and Event.objects.get().role == "other_agency"
    assert not Representation.objects.exists()


def test_who_is_known_is_not_asked_again(ask, cast, a_case, as_):
    case = a_case()
    mine = as_(cast.person)
    page = mine.get(reverse("cases:ask", args=["brackenshire"]) + "?for=carer").content.decode()
    assert "We know you already" in page and 'name="contact_by"' not in page
    sent = ask("carer", client=mine)
    assert "Start now" in mine.get(sent.url).content.decode()
    new = Case.objects.exclude(pk=case.pk).get()
    assert new.person_id == case.person_id and new.kind == "carer"
    assert new.events.get().by == cast.person


def test_the_confirmation_is_only_for_the_browser_that_asked(ask, cast):
    from django.test import Client

    ask()
    assert Client().get("/brackenshire/ask/sent/").status_code == 302


# ---- a request taken by staff ----


@pytest.fixture
def take(as_, cast):
    """`take(user, **changes)`: record a request as a member of staff."""

    def send(user=None, **changes):
        day = changes.pop("on", timezone.localdate())
        fields = ASK | {
            "key": uuid.uuid4(),
            "channel": "phone",
            "kind": "adult",
            "asked_on_day": day.day,
            "asked_on_month": day.month,
            "asked_on_year": day.year,
        }
        return as_(user or cast.duty).post(reverse("cases:ask_for_someone"), fields | changes)

    return send


def test_the_clock_of_a_call_starts_on_the_day_of_the_call(take, cast):
    day = timezone.localdate() - timedelta(days=9)
    answer = take(on=day)
    case = Case.objects.get()
    assert answer.url == reverse("cases:case", args=[case.ref])
    assert timezone.localdate(case.asked_at) == day and case.channel == "phone"
    event = case.events.get()
    assert (
        event.by == cast.duty and event.on_behalf_of_id == case.person_id and event.role == "worker"
    )


def test_a_day_to_come_is_refused(take):
    answer = take(on=timezone.localdate() + timedelta(days=1))
    assert answer.status_code == 422 and Case.objects.count() == 0
    assert "be in the future" in answer.content.decode()


def test_a_colleague_of_another_team_is_not_sent_to_a_page_they_may_not_see(take, cast):
    answer = take(cast.worker)
    assert Case.objects.get().team == cast.intake and answer.url == reverse("cases:caseload")


@pytest.mark.parametrize("who", ["person", "outsider", "panel", "finance", "auditor", "admin"])
def test_only_those_who_take_requests_may(take, cast, as_, who):
    assert take(getattr(cast, who)).status_code == 404 and Case.objects.count() == 0


def test_a_wrong_nhs_number_is_refused(take):
    assert "Check the NHS number" in take(nhs="943 476 5918").content.decode()


def test_a_known_nhs_number_is_the_same_person(take, cast):
    known = cast.new_person("Ada Wren-Old", nhs_number="9434765919")
    page = take(nhs="943 476 5919", name="A. Wren")
    assert (
        page.status_code == 422
        and "Ada Wren-Old" in page.content.decode()
        and "use_known" in page.content.decode()
    )
    assert take(nhs="9434765919", name="", use_known="on").status_code == 302
    assert Case.objects.get().person == known and Person.objects.count() == 1


def test_another_councils_nhs_number_stays_unknown(take, cast):
    Person.objects.create(council=cast.other, name="Secret Name", nhs_number="9434765919")
    answer = take(nhs="9434765919")
    assert answer.status_code == 302 and Case.objects.get().person.name == "Ada Wren"


# ---- home ----


def test_home_sends_each_to_their_own_place(cast, as_, a_case):
    case = a_case()
    places = {
        "worker": "/staff/day/",
        "manager": "/staff/day/",
        "auditor": "/staff/",
        "panel": "/staff/queue/",
        "finance": "/staff/finance/",
        "admin": "/admin/",
        "person": f"/cases/{case.ref}/",
    }
    assert {who: as_(getattr(cast, who)).get("/home/").url for who in places} == places
    page = as_(cast.outsider).get("/home/")
    assert page.status_code == 200 and "There is nothing here yet" in page.content.decode()


def test_two_people_in_one_mailbox_are_asked_who_it_is_about(cast, as_, a_case):
    a_case(person=cast.new_person("Ada Wren")), a_case(person=cast.new_person("Bert Wren"))
    page = as_(cast.person).get("/home/").content.decode()
    assert "Who is this about?" in page and "Ada Wren" in page and "Bert Wren" in page


def test_one_sign_in_of_two_asks_whom_it_is_about_before_anything_else(cast, as_, a_case):
    ada = a_case(person=cast.new_person("Ada Wren"))
    Representation.objects.create(
        user=cast.person,
        person=cast.new_person("Bert Wren"),
        kind="self",
        valid_from=timezone.localdate(),
    )
    signed_in, here = as_(cast.person), "/brackenshire/ask/?for=me"
    home = signed_in.get("/home/").content.decode()
    assert "Who is this about?" in home and "Bert Wren" in home, (
        "also where only one of them has a case"
    )
    asked = signed_in.get(here).content.decode()
    assert (
        "Who is this about?" in asked and "Ada Wren" in asked and "What is your name?" not in asked
    )
    assert signed_in.post(here, {"about": ""}).status_code == 422
    bert = Representation.objects.get(person__name="Bert Wren")
    onward = signed_in.post(here, {"about": bert.pk}).url
    assert (
        "Bert" not in onward
        and "We know you already, Bert Wren" in signed_in.get(onward).content.decode()
    )
    key = signed_in.get(onward).context["form"]["key"].value()
    assert (
        signed_in.post(onward, {"key": key, "words": "My knee", "danger": "no"}).status_code == 302
    )
    assert (
        Case.objects.exclude(pk=ada.pk).get().person == bert.person and Person.objects.count() == 2
    )
    other = signed_in.post(here, {"about": "new"}).url
    assert "What is your name?" in signed_in.get(other).content.decode()
    theirs = Representation.objects.create(
        user=cast.outsider,
        person=cast.new_person("Cyprian Vaughan"),
        kind="self",
        valid_from=timezone.localdate(),
    )
    assert "Cyprian" not in signed_in.get(f"{here}&about={theirs.pk}").content.decode()


def test_a_council_is_chosen_only_from_ones_own_seats(cast, as_):
    Seat.objects.create(
        user=cast.worker, council=cast.other, role="worker", valid_from=timezone.localdate()
    )
    signed_in = as_(cast.worker)
    assert signed_in.post("/home/council/", {"council": cast.other.pk}).url == "/home/"
    assert signed_in.session["council"] == cast.other.pk
    assert signed_in.post("/home/council/", {"council": 999999}).status_code == 404
    assert as_(cast.outsider).get("/home/council/").status_code == 404


def test_the_form_of_staff_speaks_of_them_and_not_of_you(take):
    page = take(name="", contact_by="").content.decode()
    assert "Enter the name" in page and "Choose a safe way to reach them" in page
    assert "Enter your name" not in page and "reach you" not in page


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("B", "B"),
        ("Madonna", "Madonna"),
        ("\u202eAda\u200b  Wren\ufeff", "Ada Wren"),
        ("O\u2019Neill", "O\u2019Neill"),
        ("Иван", "Иван"),
        ("x" * 200, "x" * 200),
    ],
)
def test_any_name_is_a_name_without_marks_that_nobody_sees(take, typed, name):
    assert take(name=typed).status_code == 302
    assert Case.objects.latest("pk").person.name == name


@pytest.mark.parametrize("typed", ["\u200b\u200b", "...", "x" * 201])
def test_what_can_not_be_read_is_no_name(take, typed):
    before = Case.objects.count()
    assert take(name=typed).status_code == 422 and Case.objects.count() == before


@pytest.mark.parametrize(("years", "taken"), [(0, False), (5, False), (15, False), (16, True)])
def test_a_child_is_a_sentence_and_not_an_adult(take, years, taken):
    born = timezone.localdate() - timedelta(days=round(years * 365.25) + 1)
    answer = take(born_day=born.day, born_month=born.month, born_year=born.year)
    assert (answer.status_code == 302) == taken
    if not taken:
        shown = answer.content.decode()
        assert f"{years} year" in shown and "service for children" in shown
