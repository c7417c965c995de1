"""Asking without an account, e-mail or telephone: saved from the first page, back on any device,
nothing on the old one.
"""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.models import Case, Person, ReturnCode, Start, User
from cases.signin import requests, return_codes

SAFE = {"contact_by": "letter", "address": "4 Mill Lane, Bracken"}
WORDS = {"words": "I fall in the mornings", "danger": "no"}
YOU = {"name": "Ada Wren", "communication": "standard"}
FACT = {"kind": "word", "fact": "Marmalade"}


def page(part, council="brackenshire"):
    return reverse("cases:start_part", args=[council, part])


PLACE = reverse("cases:start_place", args=["brackenshire"])
CHECK = reverse("cases:start_check", args=["brackenshire"])
BACK = reverse("cases:come_back")


def begin(client, who="me", safe=SAFE, fact=FACT):
    """As far as the code; returns it as it was shown."""
    client.post(page("safe") + f"?for={who}", safe)
    client.post(PLACE, fact)
    shown = client.get(reverse("cases:my_code")).content.decode()
    return return_codes.spelled(ReturnCode.objects.latest("pk").salt) if "app-code" in shown else ""


def finish(client, **you):
    client.post(page("words"), WORDS)
    client.post(page("you"), YOU | you)
    return client.post(CHECK)


def come_back(client, code, fact=FACT["fact"], **more):
    return client.post(BACK, {"code": code, "fact": fact} | more)


def test_from_the_first_page_to_the_sent_assessment_on_another_device(client, cast):
    ask = client.get(reverse("cases:ask", args=["brackenshire"]) + "?for=me")
    assert ask.status_code == 302 and ask.url == page("safe") + "?for=me"
    code = begin(client)
    assert code and Case.objects.count() == 0, "nothing reaches the council before it is sent"
    client.post(page("words"), WORDS)

    other = Client()
    assert come_back(other, code.lower().replace("-", " ")).url == "/home/"
    assert other.get("/home/").url == page("you"), "on with the first page that is missing"
    other.post(page("you"), YOU)
    assert "I fall in the mornings" in other.get(CHECK).content.decode()
    assert other.post(CHECK).url == "/brackenshire/ask/sent/"
    case = Case.objects.get()
    kept = reverse("cases:letter_pdf", args=[case.ref, 1])
    assert f'href="{kept}"' in other.get("/brackenshire/ask/sent/").content.decode()
    assert other.get(kept).content.startswith(b"%PDF"), "a confirmation to keep"
    assert case.person.contact_by == "letter" and case.person.email == case.person.phone == ""
    event = case.events.get()
    assert (event.verb, event.role, event.body.note) == (
        "ask_for_support",
        "person",
        WORDS["words"],
    )
    assert case.ref in other.get("/brackenshire/ask/sent/").content.decode()
    other.post(reverse("cases:assessment", args=[case.ref]))
    other.post(
        reverse("cases:question", args=[case.ref, "about.important"]),
        {"value": "My garden", "seen": 0},
    )

    third = Client()
    come_back(third, code)
    assert third.get("/home/").url == reverse("cases:case", args=[case.ref])
    check = reverse("cases:check_answers", args=[case.ref])
    shown = third.get(check)
    assert "My garden" in shown.content.decode()
    form = shown.context["form"]
    third.post(check, {"key": str(form["key"].value()), "seen": form["seen"].value()})
    case.refresh_from_db()
    assert case.assessments.get().state == "submitted" and case.events.last().role == "person"


def test_words_written_after_the_request_was_sent_do_not_vanish_without_a_word(client, cast):
    begin(client)
    finish(client)
    late = client.post(
        page("words"), {"words": "And my sister can't come any more", "danger": "no"}
    )
    assert late.status_code == 409 and "has been sent" in late.content.decode()
    assert client.get(page("words")).url == "/home/"


def test_the_sign_in_of_a_code_is_the_persons_own_and_one_rule_says_so(client, cast):
    begin(client)
    finish(client)
    case, user = Case.objects.get(), ReturnCode.objects.get().user
    assert user.email is None and str(user) == "Ada Wren" and not user.has_usable_password()
    assert access.roles_of(case, user) == {"person"} and list(access.visible_to(user)) == [case]
    assert client.get(reverse("cases:case", args=[case.ref])).status_code == 200


def test_neither_the_code_nor_the_fact_is_stored(client, cast):
    from django.core import serializers

    code = begin(client)
    held = serializers.serialize(
        "json", [*ReturnCode.objects.all(), *Start.objects.all(), *User.objects.all()]
    )
    sessions = str([dict(client.session)])
    for secret in (code, code.replace("-", ""), "Marmalade", "marmalade"):
        assert secret not in held and secret not in sessions


def test_the_sheet_to_print_carries_the_code_and_not_the_fact(client, cast):
    code = begin(client)
    shown = client.get(reverse("cases:my_code"))
    assert code in shown.content.decode() and "<svg" in shown.content.decode()
    assert "armalade" not in shown.content.decode() and shown["Cache-Control"] == "no-store"


def test_the_square_carries_the_code_alone(client, cast, monkeypatch):
    drawn = []
    monkeypatch.setattr("cases.ui.qr_code.picture", lambda text, label: drawn.append(text) or "")
    code = begin(client)
    assert drawn == [f"http://testserver/come-back/#{code.replace('-', '')}"]


def test_every_page_is_kept_and_what_was_typed_wrong_too(client, cast):
    back = client.post(
        page("safe") + "?for=me", {"contact_by": "phone", "phone": "12", "contact_note": "not at 8"}
    )
    assert (
        back.status_code == 422
        and Start.objects.count() == 0
        and "not at 8" in back.content.decode()
    )
    begin(client)
    answer = client.post(page("words"), {"words": "", "danger": "no"})
    assert answer.status_code == 422 and "Tell us what is happening" in answer.content.decode()
    client.post(page("words"), WORDS)
    assert WORDS["words"] in client.get(page("words")).content.decode()
    assert "4 Mill Lane" in client.get(page("safe")).content.decode(), "Back shows what was written"


STRANGE = {
    "emoji": "🐈" * 30,
    "long": "x" * 10_001,
    "arabic": "أحتاج إلى المساعدة",
    "hebrew": "אני צריך עזרה",
    "tag": "<b>'\"&",
    "null": "a\x00b",
    "lines": "a\r\n\r\nb",
}


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE)
def test_strange_words_are_taken_or_refused_with_a_sentence(client, cast, words):
    begin(client)
    answer = client.post(page("words"), {"words": words, "danger": "no"})
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert (
            "govuk-error-summary" in answer.content.decode()
            and words[:20].replace("\x00", "") in answer.content.decode()
        )
    else:
        assert Start.objects.get().data["words"].replace("\r", "") == words.strip().replace(
            "\r", ""
        )
    answer = client.post(page("you"), YOU | {"name": words[:150]})
    assert answer.status_code in (302, 422)


@pytest.mark.parametrize("name", ["O", "D'Arcy O'Neill", "Ng", "مريم", "Zoë-Ανna 🌻"])
def test_names_are_as_people_have_them(client, cast, name):
    begin(client)
    finish(client, name=name)
    assert (
        Case.objects.get().person.name == name
        and name.replace("'", "&#x27;")
        in client.get(reverse("cases:home"), follow=True).content.decode()
    )


@pytest.mark.parametrize(
    "day",
    [("31", "2", "1950"), ("1", "1", "1850"), ("x", "y", "z"), ("1", "1", "9999"), ("", "2", "")],
)
def test_a_nonsense_birthday_is_refused_and_kept(client, cast, day):
    begin(client)
    born = dict(zip(("born_day", "born_month", "born_year"), day, strict=True))
    answer = client.post(page("you"), YOU | born)
    assert answer.status_code == 422 and f'value="{day[1]}"' in answer.content.decode()
    assert "name" not in Start.objects.get().data


@pytest.mark.parametrize(
    ("kind", "fact", "words"),
    [
        ("born", "31/2/1950", "real date"),
        ("born", "yesterday", "real date"),
        ("postcode", "Bracken", "whole postcode"),
        ("word", "🐈🐈🐈🐈🐈", "at least 4"),
        ("word", "cat", "at least 4"),
        ("word", "x" * 10_000, "at most 100"),
        ("", "Marmalade", "one of the three"),
    ],
)
def test_a_fact_that_cannot_be_one_is_refused_with_a_sentence(client, cast, kind, fact, words):
    client.post(page("safe") + "?for=me", SAFE)
    answer = client.post(PLACE, {"kind": kind, "fact": fact})
    assert (
        answer.status_code == 422
        and words in answer.content.decode()
        and not User.objects.filter(email=None).exists()
    )


@pytest.mark.parametrize(
    ("kind", "chosen", "typed"),
    [
        ("born", "27 3 1950", "27 March 1950"),
        ("born", "27/03/1950", "1950-03-27"),
        ("postcode", "sw1a 2aa", "SW1A2AA"),
        ("word", "Crème Brûlée", "creme brulee"),
        ("word", "Ｍarmalade", " marmalade! "),
        ("word", "مربى البرتقال", "مربى البرتقال"),
    ],
)
def test_a_fact_is_known_however_it_is_written(client, cast, kind, chosen, typed):
    code = begin(client, fact={"kind": kind, "fact": chosen})
    other = Client()
    assert come_back(other, code, typed).status_code == 302
    assert come_back(Client(), code, typed + "x7").status_code == 422


def test_the_birthday_chosen_as_fact_is_not_asked_again(client, cast):
    begin(client, fact={"kind": "born", "fact": "27 March 1950"})
    client.post(page("words"), WORDS)
    assert "born_day" not in client.get(page("you")).content.decode()
    client.post(page("you"), YOU)
    client.post(CHECK)
    assert str(Person.objects.get().born) == "1950-03-27"


def test_without_a_code_it_goes_on_in_this_browser(client, cast):
    client.post(page("safe") + "?for=carer", SAFE)
    assert client.post(PLACE, {"without": "1"}).url == page("words")
    finish(client)
    case = Case.objects.get()
    assert case.kind == "carer" and not ReturnCode.objects.exists()
    assert client.get(reverse("cases:assessment", args=[case.ref])).status_code == 200
    assert client.get(reverse("cases:my_code")).status_code == 404


def test_sending_twice_is_one_request_and_leaves_no_second_copy(client, cast):
    begin(client)
    first = finish(client)
    second = client.post(CHECK)
    assert first.url == second.url and Case.objects.count() == 1 and Start.objects.get().data == {}
    assert client.get(page("safe")).url == "/home/", "Back does not begin it again"


def test_another_browser_meets_nothing_of_what_is_being_written(client, cast):
    client.post(page("safe") + "?for=me", SAFE)
    stranger = Client()
    for address in (page("words"), page("you"), PLACE, CHECK, page("safe")):
        answer = stranger.get(address)
        assert answer.status_code == 302 and "4 Mill Lane" not in str(answer.content)
    assert stranger.post(CHECK).status_code == 302 and Case.objects.count() == 0
    assert client.get(page("safe", "port-merrow")).status_code == 302, "nor another council"


def test_danger_reaches_the_council_and_the_next_page(client, cast):
    begin(client)
    client.post(page("words"), WORDS | {"danger": "yes", "safe_number": "07700 900123"})
    assert "We do not have it yet" in client.get(page("you")).content.decode()
    client.post(page("you"), YOU)
    client.post(CHECK)
    case = Case.objects.get()
    assert case.dangers.get().own and case.events.get(seq=1).body.note == WORDS["words"], (
        "nothing is glued to the words"
    )
    assert 'href="tel:999"' in client.get("/brackenshire/ask/sent/").content.decode()


# ---- a borrowed device ----


def test_a_short_stay_ends_after_a_while_and_nothing_is_lost(client, cast):
    code = begin(client)
    finish(client)
    case = Case.objects.get()
    address = reverse("cases:assessment", args=[case.ref])
    assert client.session.get_expiry_age() <= 20 * 60
    kept = client.session
    kept["touched"] = int(time.time()) - 21 * 60
    kept.save()
    answer = client.get(address)
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/?next=")
    login = client.get(answer.url).content.decode()
    assert "I have a code and a second fact" in login and "/come-back/?next=" in login
    assert come_back(client, code, next=address).url == address


def test_a_touch_keeps_it_open_but_not_all_day(client, cast):
    begin(client)
    kept = client.session
    kept["touched"] = int(time.time()) - 10 * 60
    kept.save()
    assert client.get(reverse("cases:my_code")).status_code == 200
    assert time.time() - client.session["touched"] < 5
    kept = client.session
    kept["by_code"] = int(time.time()) - 13 * 3600
    kept.save()
    assert client.get(reverse("cases:my_code")).status_code == 302


def test_signing_out_leaves_nothing_behind(client, cast):
    begin(client)
    assert client.get(page("words"))["Cache-Control"] == "no-store"
    client.post("/accounts/logout/")
    for address in (page("words"), CHECK, reverse("cases:my_code"), "/home/"):
        assert client.get(address).status_code == 302


def test_exit_quickly_leads_away_and_signs_out(client, cast, settings):
    begin(client)
    assert 'href="/exit/"' in client.get(page("words")).content.decode()
    answer = client.get(
        "/exit/", headers={"referer": "http://testserver/brackenshire/start/words/"}
    )
    assert answer.url == settings.EXIT_URL and "_auth_user_id" not in client.session
    assert client.get(page("words")).status_code == 302


def test_an_address_on_another_site_signs_nobody_out(client, cast):
    begin(client)
    client.get("/exit/", headers={"referer": "https://elsewhere.example/"})
    client.get("/exit/")
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "at", ["/brackenshire/ask/", "/brackenshire/ask/?for=other", "/come-back/"]
)
def test_the_way_out_stands_on_the_pages_before_signing_in(client, cast, at):
    assert "data-app-exit" in client.get(at).content.decode()


def test_the_way_out_stands_where_abuse_may_be_told(a_case, cast, as_):
    case = a_case("assess")
    mine, staff = as_(cast.person), as_(cast.worker)
    begin_page = reverse("cases:assessment", args=[case.ref])
    assert "data-app-exit" in mine.get(begin_page).content.decode()
    mine.post(begin_page)
    for name, more in (
        ("question", ["about.important"]),
        ("check_answers", []),
        ("assessment", []),
    ):
        assert (
            "data-app-exit"
            in mine.get(reverse(f"cases:{name}", args=[case.ref, *more])).content.decode()
        )
    assert "data-app-exit" not in staff.get(begin_page).content.decode()


# ---- keeping no longer than needed ----


def test_what_was_never_sent_is_forgotten_after_ninety_days(client, cast):
    begin(client)
    assert requests.forget_old(timezone.now() + timedelta(days=89)) == 0
    assert requests.forget_old(timezone.now() + timedelta(days=91)) == 1
    assert client.get("/home/").status_code == 200


def test_what_was_sent_is_not(client, cast):
    begin(client)
    finish(client)
    assert (
        requests.forget_old(timezone.now() + timedelta(days=400)) == 0
        and Start.objects.count() == 1
    )
