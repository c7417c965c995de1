"""The front door: whose address counts, that strangers are slowed, and that no stranger shuts an
owner out.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from axes.helpers import get_client_ip_address
from django.core import mail
from django.db import connection
from django.db.models import Sum
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from cases.models import Council, KnownBrowser, Seat, Tries, User
from cases.signin import front_door, known_browser, requests
from tests.cases.test_return_codes import UNKNOWN
from tests.cases.test_start import come_back

PASSWORD, WRONG = "three quiet herons", "three loud herons"
OFFICE = "203.0.113.5"  # the one address of a council
ROOT = Path(front_door.__file__).parents[2]


@pytest.fixture(autouse=True)
def real_limits(settings):
    settings.AXES_ENABLED = True


@pytest.fixture
def council(db):
    return Council.objects.create(slug="exampleton", name="Exampleton Council", help_phone="01632")


@pytest.fixture
def people(council):
    """`people(3)`: that many colleagues."""

    def make(number):
        hashed = User(email="x@example.org")
        hashed.set_password(PASSWORD)
        return User.objects.bulk_create(
            User(email=f"colleague{n}@example.org", name=f"Colleague {n}", password=hashed.password)
            for n in range(number)
        )

    return make


def sign_in(browser, user, password=PASSWORD, address=OFFICE, **headers):
    fields = {"login": getattr(user, "email", user), "password": password}
    return browser.post("/accounts/login/", fields, REMOTE_ADDR=address, **headers)


def known_to(*users):
    """A browser in which they have signed in before, each signed out since."""
    browser = Client()
    for user in users:
        assert sign_in(browser, user).status_code == 302
        browser.post("/accounts/logout/")
    return browser


def looked_at(answers):
    """How many tries were not refused unseen."""
    return sum(answer.status_code != 429 for answer in answers)


# ---- one address, whoever asks ----


@pytest.mark.parametrize(
    ("proxies", "forwarded", "knocked", "seen"),
    [
        (0, None, "10.0.0.1", "10.0.0.1"),
        (0, "198.51.100.9", "10.0.0.1", "10.0.0.1"),
        (1, "203.0.113.1", "10.0.0.1", "203.0.113.1"),
        (1, "198.51.100.9, 203.0.113.1", "10.0.0.1", "203.0.113.1"),
        (2, "198.51.100.9, 203.0.113.1, 10.0.0.2", "10.0.0.1", "203.0.113.1"),
        (2, "203.0.113.1", "10.0.0.1", "10.0.0.1"),
        (1, None, "10.0.0.1", "10.0.0.1"),
        (1, "unknown", "10.0.0.1", "10.0.0.1"),
        (1, "198.51.100.9,", "10.0.0.1", "10.0.0.1"),
        (1, "203.0.113.1:51234", "10.0.0.1", "203.0.113.1"),
        (1, "::ffff:203.0.113.1", "10.0.0.1", "203.0.113.1"),
        (1, "2001:db8:1:2:3:4:5:6", "10.0.0.1", "2001:db8:1:2::"),
        (0, None, "", "0.0.0.0"),
    ],
)
def test_an_address_is_read_past_trusted_proxies_alone(settings, proxies, forwarded, knocked, seen):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=knocked, **headers)
    assert front_door.client_address(request) == seen
    assert get_adapter().get_client_ip(request) == get_client_ip_address(request) == seen


def test_nothing_else_reads_an_address():
    asks = re.compile(r"REMOTE_ADDR|FORWARDED_FOR|X-Forwarded-For|ipware|get_client_ip\w*\(")
    found = {
        p.name
        for app in ("cases", "budgets", "poet")
        for p in (ROOT / app).rglob("*.py")
        if asks.search(p.read_text())
    }
    assert found == {"front_door.py", "account_adapter.py"}


@pytest.mark.parametrize(("proxies", "fits"), [(0, True), (1, True), (2, True), (3, False)])
def test_a_made_up_address_does_not_count(people, settings, proxies, fits):
    """Two proxies stand there. Whoever states too many lets strangers choose; the account's own
    limit holds even so.
    """
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    (owner,) = people(1)
    answers = [
        sign_in(
            Client(),
            owner,
            WRONG,
            "10.0.0.1",
            HTTP_X_FORWARDED_FOR=f"198.51.100.{n}, {OFFICE}, 10.0.0.2",
        )
        for n in range(25)
    ]
    assert looked_at(answers) == (5 if fits else 20)


# ---- the faults that were seen ----


def test_five_wrong_by_a_stranger_do_not_refuse_the_owner(people):
    (owner,) = people(1)
    theirs, stranger = known_to(owner), Client()
    assert looked_at([sign_in(stranger, owner, WRONG) for _try in range(9)]) == 5
    assert sign_in(stranger, owner).status_code == 429, "a right one is not looked at either"
    assert sign_in(theirs, owner).status_code == 302, "the same address, a known browser"
    assert sign_in(Client(), owner, address="198.51.100.7").status_code == 302, "or elsewhere"


def test_twelve_wrong_by_a_stranger_refuse_no_other_account(people):
    *guessed, owner = people(13)
    stranger = Client()
    assert looked_at([sign_in(stranger, one, WRONG) for one in guessed]) == 12
    assert sign_in(Client(), owner).status_code == sign_in(Client(), guessed[0]).status_code == 302


def test_forty_right_sign_ins_in_a_minute_are_all_let_in(people):
    with time_machine.travel(datetime(2026, 11, 30, 9, 0, tzinfo=UTC), tick=False):
        assert {sign_in(Client(), one).status_code for one in people(40)} == {302}
    assert not counted(), "a right one counts nowhere"


def test_twelve_wrong_return_codes_shut_out_nobody_with_one(code):
    stranger = Client()
    codes = [UNKNOWN[:-1] + letter for letter in "ABCDEFGHJKLM"]
    guesses = [come_back(stranger, guess, "wrong word") for guess in codes]
    assert looked_at(guesses) == 12
    assert come_back(Client(), code).status_code == 302


def test_whoever_came_back_before_comes_back_while_a_stranger_tries_their_code(code):
    theirs = Client()
    come_back(theirs, code)
    theirs.post("/accounts/logout/")
    assert looked_at([come_back(Client(), code, "wrong word") for _try in range(8)]) == 5
    assert come_back(Client(), code).status_code == 429
    assert come_back(theirs, code).status_code == 302


def test_whoever_signed_in_before_gets_a_code_while_a_stranger_asks_for_theirs(council):
    owner = User.objects.create_user("ana@example.org", name="Ana Silva")
    theirs = Client()

    def ask(browser):
        sent = len(mail.outbox)
        page = browser.post("/accounts/login/code/", {"email": "Ana@example.org"})
        if len(mail.outbox) == sent:
            words = page.content.decode()
            assert "too many tries" in words and "Ana@example.org" in words
        return len(mail.outbox) - sent

    def enter(browser):
        found = re.search(r"^[A-Z]{4}-[A-Z]{4}$", mail.outbox[-1].body, re.M)[0]
        browser.post("/accounts/login/code/confirm/", {"code": found})
        return browser.session.get("_auth_user_id") == str(owner.pk)

    assert ask(theirs) and enter(theirs)
    theirs.post("/accounts/logout/")
    assert sum(ask(Client()) for _time in range(8)) == 5
    assert ask(theirs) and enter(theirs)
    assert ask(Client()), "and whoever got in is asked to wait no longer, wherever they are"


def test_a_whole_council_may_choose_passwords_in_one_minute(people):
    with time_machine.travel(datetime(2026, 11, 30, 9, 0, tzinfo=UTC), tick=False):
        for one in people(40):
            fields = {"email": one.email}
            asked = Client().post("/accounts/password/reset/", fields, REMOTE_ADDR=OFFICE)
            link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
            browser = Client()
            form = browser.get(link, follow=True, REMOTE_ADDR=OFFICE).redirect_chain[-1][0]
            new = {"password1": "four slow river barges", "password2": "four slow river barges"}
            chosen = browser.post(form, new, REMOTE_ADDR=OFFICE)
            assert asked.status_code == chosen.status_code == 302


def test_nine_o_clock(people):
    """400 colleagues behind one address, 40 of them on a new computer, each tenth mistypes; a
    stranger guesses between.
    """
    colleagues = people(400)
    browsers = []
    for number, one in enumerate(colleagues):
        browser, answer = Client(), HttpResponse()
        if number >= 40:
            known_browser.remember(RequestFactory().get("/"), answer, one)
        browser.cookies = answer.cookies
        browsers.append(browser)
    stranger, guesses, refused = Client(), [], []
    with time_machine.travel(datetime(2026, 11, 30, 9, 0, tzinfo=UTC), tick=False):
        for number, (browser, one) in enumerate(zip(browsers, colleagues, strict=True)):
            if number % 10 == 0:
                sign_in(browser, one, WRONG)
            if number % 4 == 0:
                guesses.append(sign_in(stranger, colleagues[40 + number % 32], WRONG))
            if sign_in(browser, one).status_code != 302:
                refused.append(one.email)
    assert not refused
    assert looked_at(guesses) == 8 * 5, "eight accounts, five tries at each"


# ---- how strangers are slowed ----


def tries(number, typed="a@example.org", address=OFFICE, now=None, door="password"):
    """Waits of so many tries; {n} in `typed` and `address` is the try's number."""
    now = now or datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    return [
        front_door.count(door, typed=typed.format(n=n), address=address.format(n=n), now=now).wait
        for n in range(number)
    ]


def test_one_address_has_a_high_ceiling_for_a_quarter_of_an_hour(db):
    now = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert tries(203, typed="{n}@example.org") == [0] * 200 + [1] * 3
    assert tries(1, address="198.51.100.7") == [0]
    assert tries(1, now=now + timedelta(minutes=15)) == [0]


def test_many_addresses_have_one_ceiling_for_an_account(db):
    assert tries(22, address="198.51.100.{n}") == [0] * 20 + [1] * 2
    assert tries(1, typed="b@example.org", address="198.51.100.1") == [0]


def test_messages_have_a_ceiling_of_their_own(db):
    assert tries(62, typed="{n}@example.org", door="send") == [0] * 60 + [1] * 2
    assert tries(7, address="198.51.100.{n}", door="send") == [0] * 5 + [1] * 2


def test_waits_grow_while_one_goes_on_and_a_quiet_hour_forgets(db):
    now, waits = datetime(2026, 11, 30, 9, 0, tzinfo=UTC), []
    tries(5, now=now)
    for _round in range(6):
        (wait,) = tries(1, now=now)
        waits.append(wait)
        now += timedelta(minutes=wait)
        assert tries(1, now=now) == [0]
    assert waits == [1, 2, 4, 8, 15, 15]
    assert tries(6, now=now + timedelta(minutes=61)) == [0] * 5 + [1]


def test_what_must_wait_counts_nowhere(db):
    tries(30)
    now = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    key = front_door.key(front_door.ADDRESS, address=OFFICE, typed="", now=now)
    assert Tries.objects.get(key=key).count == 5, "hammering shuts nobody else out"


@pytest.mark.django_db(transaction=True)
def test_of_thirty_guesses_at_once_five_are_looked_at():
    def one(_number):
        try:
            return front_door.count("password", typed="a@example.org", address=OFFICE).wait
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(wait == 0 for wait in pool.map(one, range(30))) == 5


def test_what_is_counted_names_nobody(people):
    (owner,) = people(1)
    sign_in(Client(), owner, WRONG)
    sign_in(Client(), owner)
    held = str([*Tries.objects.values(), *KnownBrowser.objects.values("key", "account")])
    assert owner.email not in held and OFFICE not in held and Tries.objects.count() == 3


def test_whoever_must_wait_is_told_how_long_and_what_helps_at_once(people):
    (owner,) = people(1)
    answers = [sign_in(Client(), owner, WRONG) for _try in range(6)]
    page = answers[-1].content.decode()
    assert answers[-1].status_code == 429 and "Wait a minute" in page
    assert reverse("account_reset_password") in page
    assert "not right" in answers[0].content.decode()


def test_a_new_password_by_e_mail_ends_the_wait_in_that_browser(people):
    (owner,) = people(1)
    for _try in range(6):
        sign_in(Client(), owner, WRONG)
    browser, new = (
        Client(),
        {"password1": "four slow river barges", "password2": "four slow river barges"},
    )
    browser.post("/accounts/password/reset/", {"email": owner.email}, REMOTE_ADDR=OFFICE)
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]
    form = browser.get(link, follow=True, REMOTE_ADDR=OFFICE).redirect_chain[-1][0]
    assert sign_in(browser, owner).status_code == 429
    browser.post(form, new, REMOTE_ADDR=OFFICE)
    assert sign_in(Client(), owner, new["password1"]).status_code == 429, "strangers go on waiting"
    assert sign_in(browser, owner, new["password1"]).status_code == 302


def test_the_password_is_asked_once_more_and_a_right_one_is_no_try(people):
    (owner,) = people(1)
    browser = Client()
    sign_in(browser, owner)
    for _time in range(9):
        assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert KnownBrowser.objects.get().wrong == 0


def test_the_set_up_pages_have_no_door_of_their_own(people):
    (owner,) = people(1)
    answer = Client().post("/admin/login/", {"username": owner.email, "password": PASSWORD})
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/")


# ---- a browser that is known ----


def test_ten_wrong_tries_end_a_known_browser_and_a_copy_of_its_cookie(people):
    (owner,) = people(1)
    theirs = known_to(owner)
    copy = theirs.cookies[known_browser.COOKIE].value
    assert looked_at([sign_in(theirs, owner, WRONG) for _try in range(10)]) == 10 and not counted()
    assert looked_at([sign_in(theirs, owner, WRONG) for _try in range(9)]) == 5, "then a stranger"
    Tries.objects.all().delete()
    assert sign_in(theirs, owner).status_code == 302
    thief = Client()
    thief.cookies[known_browser.COOKIE] = copy
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert counts_as_stranger(thief, owner), "the copy stays a stranger's"


def test_a_right_password_forgets_what_was_mistyped_in_a_known_browser(people):
    (owner,) = people(1)
    theirs = known_to(owner)
    for _round in range(3):
        for _try in range(6):
            sign_in(theirs, owner, WRONG)
        assert sign_in(theirs, owner).status_code == 302
        theirs.post("/accounts/logout/")


def counted():
    return Tries.objects.aggregate(n=Sum("count"))["n"] or 0


def counts_as_stranger(browser, user):
    before = counted()
    sign_in(browser, user, WRONG)
    return counted() > before


def test_the_cookie_names_nobody_and_opens_nothing_of_another_account(people):
    owner, other = people(2)
    theirs = known_to(owner)
    cookie = theirs.cookies[known_browser.COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert re.fullmatch(r"[\w-]{32}", cookie.value)
    assert not counts_as_stranger(theirs, owner)
    assert counts_as_stranger(theirs, other) and theirs.get("/home/").status_code == 302


def test_a_shared_desk_is_known_to_each_of_the_last_eight(people):
    team = people(9)
    desk = known_to(*team)
    assert [counts_as_stranger(desk, one) for one in team] == [True] + [False] * 8


def test_signing_in_again_replaces_the_word(people):
    (owner,) = people(1)
    theirs = known_to(owner)
    copy = Client()
    copy.cookies[known_browser.COOKIE] = theirs.cookies[known_browser.COOKIE].value
    sign_in(theirs, owner)
    assert KnownBrowser.objects.count() == 1 and counts_as_stranger(copy, owner)


def test_a_new_password_ends_it(people):
    (owner,) = people(1)
    theirs = known_to(owner)
    owner.set_password("four slow river barges")
    owner.save()
    assert counts_as_stranger(theirs, owner)


def test_exit_quickly_ends_it(people):
    (owner,) = people(1)
    theirs, copy = Client(), Client()
    sign_in(theirs, owner)
    copy.cookies[known_browser.COOKIE] = theirs.cookies[known_browser.COOKIE].value
    theirs.get(reverse("cases:exit"), headers={"sec-fetch-site": "same-origin"})
    assert not theirs.cookies[known_browser.COOKIE].value and not KnownBrowser.objects.exists()
    assert counts_as_stranger(copy, owner)


def test_an_exit_that_another_site_clicked_ends_nothing(people):
    (owner,) = people(1)
    theirs = known_to(owner)
    theirs.get(reverse("cases:exit"), headers={"sec-fetch-site": "cross-site"})
    assert not counts_as_stranger(theirs, owner)


def test_it_ends_after_thirty_days_without_signing_in(people):
    (owner,) = people(1)
    theirs = known_to(owner)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        requests.forget_old()
        assert not counts_as_stranger(theirs, owner)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert counts_as_stranger(theirs, owner)
        requests.forget_old()
    assert not KnownBrowser.objects.exists()


@pytest.mark.parametrize("cookie", ["", ".", "..", "x" * 4000, ".".join("abcdefghi"), "\x00", "é"])
def test_any_cookie_is_read(people, cookie):
    (owner,) = people(1)
    browser = Client()
    browser.cookies[known_browser.COOKIE] = cookie
    assert sign_in(browser, owner).status_code == 302


def test_a_wrong_try_in_a_known_browser_says_what_a_strangers_says(people):
    (owner,) = people(1)
    theirs = known_to(owner)
    theirs.get("/accounts/login/")  # reads that they are signed out
    pages = [sign_in(browser, owner, WRONG) for browser in (theirs, Client())]
    changes = r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"'
    bare = [re.sub(changes, "", page.content.decode()) for page in pages]
    assert bare[0] == bare[1]


def test_a_seat_is_no_door(council, people):
    """A code by e-mail opens nothing of a colleague, in a known browser or not."""
    (owner,) = people(1)
    Seat.objects.create(user=owner, council=council, role="worker", valid_from=date(2024, 1, 1))
    theirs = known_to(owner)
    sent = len(mail.outbox)
    theirs.post("/accounts/login/code/", {"email": owner.email})
    assert not re.search(r"[A-Z]{4}-[A-Z]{4}", mail.outbox[sent].body)
