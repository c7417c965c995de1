"""Signing in: a code for residents, a password for the council, and that neither page tells who is
known.
"""

import re
import time
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone

from cases.models import Council, Seat, User

PASSWORD = "three quiet herons"
CONFIRM = "/accounts/login/code/confirm/"


@pytest.fixture
def council(db):
    return Council.objects.create(
        slug="exampleton", name="Exampleton Council", help_phone="01632 960 200"
    )


@pytest.fixture
def resident(council):
    return User.objects.create_user("ana@example.org", name="Ana Silva")


@pytest.fixture
def colleague(council):
    user = User.objects.create_user("sam@example.org", PASSWORD, name="Sam Okafor")
    Seat.objects.create(user=user, council=council, role="worker", valid_from=date(2024, 1, 1))
    return user


def ask_for_code(client, email):
    return client.post("/accounts/login/code/", {"email": email}, follow=True)


def the_code():
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[-1].body, re.M)[0]


def signed_in(client):
    return "_auth_user_id" in client.session


def without_tokens(response):
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r'nonce="[^"]+"|[\w.]+@example\.org', "", page)


def test_a_resident_signs_in_with_a_pasted_code(client, resident):
    page = ask_for_code(client, "Ana@Example.org")
    assert page.redirect_chain[-1][0].startswith(CONFIRM)
    html = page.content.decode()
    assert 'autocomplete="one-time-code"' in html and "onpaste" not in html
    client.post(CONFIRM, {"code": f" {the_code().lower()} "})
    assert signed_in(client)


def test_the_code_has_at_least_six_characters_and_the_letter_no_facts(client, resident):
    ask_for_code(client, resident.email)
    letter = mail.outbox[-1]
    assert len(the_code().replace("-", "")) >= 6
    assert "Ana" not in letter.body + letter.subject and "http" not in letter.body


@pytest.mark.parametrize(
    "write", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {' '.join(c)} "]
)
def test_spaces_hyphens_and_small_letters_do_not_matter(client, resident, write):
    ask_for_code(client, resident.email)
    client.post(CONFIRM, {"code": write(the_code())})
    assert signed_in(client)


@pytest.mark.parametrize(("seconds", "still"), [(590, True), (601, False)])
def test_a_code_is_worth_ten_minutes(client, resident, monkeypatch, seconds, still):
    ask_for_code(client, resident.email)
    later = SimpleNamespace(time=lambda: time.time() + seconds)
    monkeypatch.setattr("allauth.account.internal.flows.code_verification.time", later)
    client.post(CONFIRM, {"code": the_code()})
    assert signed_in(client) is still


def test_a_code_works_once(client, resident):
    ask_for_code(client, resident.email)
    code = the_code()
    client.post(CONFIRM, {"code": code})
    client.post("/accounts/logout/")
    client.post(CONFIRM, {"code": code})
    assert not signed_in(client)


def test_a_code_belongs_to_the_browser_that_asked_for_it(client, resident):
    ask_for_code(client, resident.email)
    other = client.__class__()
    other.post(CONFIRM, {"code": the_code()})
    assert not signed_in(other)


def test_who_has_no_e_mail_is_shown_another_way_in(client, council):
    page = client.get("/accounts/login/?next=/cases/AB34CD/").content.decode()
    assert "/come-back/?next=" in page and "I have a code and a second fact" in page


def test_three_wrong_codes_end_it(client, resident):
    ask_for_code(client, resident.email)
    for _ in range(3):
        client.post(CONFIRM, {"code": "wrong"})
    client.post(CONFIRM, {"code": the_code()})
    assert not signed_in(client)


def test_a_colleague_gets_the_page_and_the_letter_of_a_stranger(client, colleague):
    theirs = ask_for_code(client, colleague.email)
    letter = mail.outbox[-1]
    client.session.flush()
    strangers = ask_for_code(client.__class__(), "nobody@example.org")
    assert without_tokens(theirs) == without_tokens(strangers)
    assert theirs.redirect_chain == strangers.redirect_chain
    assert (letter.subject, letter.body) == (mail.outbox[-1].subject, mail.outbox[-1].body)
    assert not re.search(r"[A-Z]{4}-[A-Z]{4}", letter.body)


def test_the_page_of_somebody_known_is_the_same_too(client, resident):
    theirs = ask_for_code(client, resident.email)
    strangers = ask_for_code(client.__class__(), "nobody@example.org")
    assert without_tokens(theirs) == without_tokens(strangers)


def set_up_only(council):
    return User.objects.create_user("kit@example.org", PASSWORD, is_staff=True)


def seat_from(days):
    def make(council):
        user = User.objects.create_user("kit@example.org", PASSWORD)
        start = timezone.localdate() + timedelta(days=days)
        Seat.objects.create(user=user, council=council, role="worker", valid_from=start)
        return user

    return make


@pytest.mark.parametrize("make", [set_up_only, seat_from(-3)], ids=["set-up", "seat"])
def test_even_a_code_that_leaked_signs_no_colleague_in(client, council, make, monkeypatch):
    monkeypatch.setattr(
        "cases.signin.account_adapter.Adapter.generate_login_code", lambda self: "BCDF-GHJK"
    )
    ask_for_code(client, make(council).email)
    client.post(CONFIRM, {"code": "BCDF-GHJK"})
    assert not signed_in(client)


def test_a_seat_of_the_future_is_no_seat_yet(client, council):
    ask_for_code(client, seat_from(+3)(council).email)
    client.post(CONFIRM, {"code": the_code()})
    assert signed_in(client)


def test_a_colleague_signs_in_with_a_password(client, colleague):
    page = client.get("/accounts/login/").content.decode()
    assert "I work for the council" in page and 'name="password"' in page
    client.post("/accounts/login/", {"login": colleague.email, "password": PASSWORD})
    assert signed_in(client)


def test_a_wrong_password_says_so_in_title_and_summary(client, colleague):
    page = client.post(
        "/accounts/login/", {"login": colleague.email, "password": "x"}
    ).content.decode()
    assert "<title>Error: Sign in" in page and "govuk-error-summary" in page
    assert not signed_in(client)


def test_nobody_makes_an_account_alone(client, council):
    page = client.get("/accounts/signup/").content.decode()
    assert "You do not need to make an account" in page
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": PASSWORD})
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_forgotten_password(client, colleague):
    client.post("/accounts/password/reset/", {"email": colleague.email})
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    page = client.get(link, follow=True)
    new = {"password1": "four slow river barges", "password2": "four slow river barges"}
    done = client.post(page.redirect_chain[-1][0], new, follow=True)
    assert "Your password is changed" in done.content.decode()
    colleague.refresh_from_db()
    assert colleague.check_password(new["password1"])


@pytest.mark.parametrize(
    "path", ["login/", "login/code/", "password/reset/", "signup/", "password/reset/done/"]
)
def test_every_screen_says_where_help_is_and_has_one_heading(client, council, path):
    page = client.get(f"/accounts/{path}").content.decode()
    assert page.count("<h1") == 1 and "01632 960 200" in page
    assert "Exampleton Council</title>" in page


@pytest.mark.parametrize("path", ["password/change/", "logout/", "reauthenticate/"])
def test_the_screens_of_those_signed_in_show_no_markup_as_words(client, colleague, path):
    client.force_login(colleague, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/accounts/{path}").content.decode()
    assert (
        page.count("<h1") == 1
        and "&lt;" not in page
        and "Sam Okafor" in page
        and "Social worker" in page
    )


def test_nobody_catches_the_codes_of_another_address(client, colleague, resident):
    client.force_login(resident, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post(
        "/accounts/email/", {"action_add": "", "email": "somebody.else@example.org"}
    )
    assert answer.status_code == 404  # the sign-in library's page for adding addresses is not there
    assert not resident.emailaddress_set.filter(email="somebody.else@example.org").exists()
