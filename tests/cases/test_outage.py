"""A database that is away: 503 and when to come again, whoever asks for whatever, and what was
typed goes on from there.

With a connection that raises as psycopg2 does, from the first statement or from any later one. A
database that really goes away stands in `test_outage_for_real.py`.
"""

import re
from contextlib import contextmanager
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.utils import IntegrityError
from django.test import Client
from django.urls import reverse

from cases.models import Answer, Case, Event, Heartbeat
from cases.views import outage
from tests.cases.test_start import CHECK, PLACE, begin, page

WHO = (
    None,
    "person",
    "delegate",
    "worker",
    "manager",
    "service_manager",
    "panel",
    "finance",
    "admin",
    "auditor",
)
MARKER = "My garden & “the cat’s” <b>dish</b>"


@contextmanager
def away(after=0, error=OperationalError):
    """Let so many statements through and none after them. Going back to a savepoint needs no answer
    here.
    """
    left = [after]

    def execute(run, sql, params, many, context):
        if "SAVEPOINT" in sql:
            return run(sql, params, many, context)
        left[0] -= 1
        if left[0] < 0:
            raise error("server closed the connection unexpectedly")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield left


def fields(response):
    """What the form of the page sends: (address, fields)."""
    html = response.content.decode()
    form = re.search(r'<form method="post" action="([^"]*)".*?</form>', html, re.DOTALL)
    assert form, html
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form.group(0))
    return unescape(form.group(1)), {unescape(n): unescape(v) for n, v in found}


def is_503(response, *, typed=None):
    assert response.status_code == 503, response.status_code
    assert response["Retry-After"] == "30" and response["Cache-Control"] == "no-store"
    html = response.content.decode()
    assert "can’t answer for a moment" in html and "could not read" not in html and "<h1" in html
    assert not response.cookies.get("sessionid") and not response.cookies.get("csrftoken")
    if typed:
        assert fields(response)[1].items() >= typed.items()


def visitor(who, cast, as_):
    client = as_(who and getattr(cast, who))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("who", WHO)
def test_whoever_asks_for_whatever_is_told_when_to_come_again(a_case, cast, as_, who, error):
    case = a_case(at="plan")
    client = visitor(who, cast, as_)
    paths = [
        "/home/",
        f"/cases/{case.ref}/",
        f"/cases/{case.ref}/plan/",
        "/staff/day/",
        "/staff/",
        "/dashboard/",
        "/brackenshire/",
        "/no-such/page/at/all/",
        "/accounts/login/",
        "/admin/",
        reverse("cases:resumed_forms"),
    ]
    seen = 0
    for path in paths:
        with away(error=error) as left:
            response = client.get(path)
        if left[0] < 0:
            is_503(response)
            assert f'href="{path}"' in response.content.decode()
            seen += 1
        else:
            assert response.status_code in (200, 302, 404), f"{path} asks nothing of the database"
    assert seen >= (1 if who is None else len(paths)), "or nothing was tried"


@pytest.mark.parametrize("who", WHO)
def test_what_was_typed_is_on_the_page_whoever_typed_it(a_case, cast, as_, who):
    case = a_case(at="assess")
    cast.help(case)
    client = visitor(who, cast, as_)
    typed = {"value": MARKER, "seen": "0", "key": "0a0e7d6c-6a9b-4c5f-8a63-111111111111"}
    for path in (
        f"/cases/{case.ref}/assessment/about.important/?to=check",
        f"/cases/{case.ref}/do/pause/",
        "/brackenshire/start/words/",
    ):
        with away() as left:
            response = client.post(path, typed)
        if left[0] < 0:
            is_503(response, typed=typed)
            assert fields(response)[0] == path and MARKER not in response.content.decode(), (
                "it is escaped"
            )


def until_it_goes_through(client, address, typed, *, secret=None):
    """Send a form while the database goes away at its first statement, at its second, and so on:
    each time what the page gives back. Returns the answer of the first time that all went well, and
    how often it did not.
    """
    for after in range(300):
        with away(after):
            response = client.post(address, typed | (secret or {}))
        if response.status_code != 503:
            return response, after
        is_503(response, typed=typed)
        where, typed = fields(response)
        assert where == address
    raise AssertionError("it never went through")


@pytest.mark.django_db(transaction=True)
def test_wherever_the_database_goes_away_an_answer_lands_once(a_case, cast):
    case = a_case(at="assess")
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    begun = reverse("cases:assessment", args=[case.ref])
    client.get(begun)
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    client.post(begun, token)
    address = reverse("cases:question", args=[case.ref, "about.important"])
    response, times = until_it_goes_through(client, address, {"value": MARKER, "seen": "0"} | token)
    assert response.status_code == 302 and times > 10
    answer = Answer.objects.get(assessment__case=case, question="about.important")
    assert answer.value == MARKER and answer.by == cast.person


@pytest.mark.django_db(transaction=True)
def test_wherever_the_database_goes_away_a_move_is_made_once(a_case, cast, as_):
    """The worst moment is among them: it is done, and only the way back to the reader is cut
    off.
    """
    case = a_case(at="assess")
    client = visitor("worker", cast, as_)
    address = reverse("cases:act", args=[case.ref, "hand_turn"])
    form = client.get(address).context["form"]
    typed = {
        "key": str(form["key"].value()),
        "seen": str(form["seen"].value()),
        "turn": "provider",
        "reason": MARKER,
    }
    response, times = until_it_goes_through(client, address, typed)
    assert response.status_code == 302 and times > 10
    assert Event.objects.filter(case=case, verb="hand_turn").count() == 1


@pytest.mark.django_db(transaction=True)
def test_wherever_the_database_goes_away_a_request_is_made_once(cast, client):
    begin(client)
    client.raise_request_exception = False
    for part, typed in (
        ("words", {"words": MARKER, "danger": "no"}),
        ("you", {"name": "Ada", "communication": "standard"}),
    ):
        assert until_it_goes_through(client, page(part), typed)[0].status_code == 302
    response, times = until_it_goes_through(client, CHECK, {"sure": "yes"})
    assert response.url == "/brackenshire/ask/sent/" and times > 20 and Case.objects.count() == 1
    assert Case.objects.get().events.get().body.note == MARKER


@pytest.mark.parametrize("path", ["/accounts/login/", "/come-back/", PLACE])
def test_passwords_and_codes_are_asked_for_again_and_never_shown(cast, client, path):
    begin(client) if path == PLACE else None
    client.raise_request_exception = False
    secrets = {"password": "correct-horse-9", "code": "AB34-CD56", "fact": "Marmalade"}
    typed = {"login": "worker@example.org", "kind": "word"} | secrets
    with away():
        response = client.post(path, typed)
    is_503(response, typed={"login": "worker@example.org"})
    html = response.content.decode()
    for name, value in secrets.items():
        assert value not in html and re.search(
            f'<input class="govuk-input" id="again-{name}" name="{name}"', html
        )
    assert (
        'type="password" autocomplete="current-password"' in html
        and html.count("Type this again") == 3
    )


@pytest.mark.django_db(transaction=True)
def test_signing_in_goes_on_with_the_password_typed_again(cast, settings):
    settings.ACCOUNT_RATE_LIMITS = False  # so many tries are not what is tried here
    # a cache beside it that misses one write, and no more, would go on with the session from before
    # the sign-in
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    cast.worker.set_password("correct-horse-9")
    cast.worker.save()
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/accounts/login/")
    typed = {
        "login": "worker@example.org",
        "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
    }
    secret = {"password": "correct-horse-9"}
    response, times = until_it_goes_through(client, "/accounts/login/", typed, secret=secret)
    assert response.status_code == 302 and times > 5, (
        "the token of the form is good until it is used"
    )
    assert client.get("/staff/day/").status_code == 200


def test_a_reason_that_is_called_code_is_no_secret(a_case, cast, as_):
    case = a_case(at="assess")
    client = visitor("worker", cast, as_)
    with away():
        response = client.post(reverse("cases:act", args=[case.ref, "pause"]), {"code": "hospital"})
    is_503(response, typed={"code": "hospital"})


def test_a_file_is_chosen_again_and_what_can_not_be_read_is_said(cast, as_):
    sent = {"file": SimpleUploadedFile("scheme.json", b"{}"), "why": "New prices"}
    client = visitor("admin", cast, as_)
    with away():
        response = client.post("/staff/schemes/", sent)
    is_503(response, typed={"why": "New prices"})
    html = response.content.decode()
    assert (
        'enctype="multipart/form-data"' in html
        and 'name="file" type="file"' in html
        and "Choose it again" in html
    )
    with away():
        broken = client.post("/staff/schemes/", b"no boundary", content_type="multipart/form-data")
    is_503(broken)
    assert "Back button" in broken.content.decode()


def test_a_form_of_another_site_gets_no_token_from_us(cast):
    """Else an outage would turn what somebody else wrote into a form that only has to be
    pressed.
    """
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.person, backend="allauth.account.auth_backends.AuthenticationBackend")
    with away():
        response = client.post("/home/council/", {"council": "1"})
    is_503(response)
    address, typed = fields(response)
    assert "csrfmiddlewaretoken" not in typed and client.post(address, typed).status_code == 403


def test_only_an_outage_is_one(settings):
    def raised(error, cause=None):
        try:
            raise error from cause
        except Exception as found:
            return found

    import sqlite3

    missing = sqlite3.OperationalError("no such table: x")
    missing.sqlite_errorname = "SQLITE_ERROR"
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorname = "SQLITE_BUSY"
    assert outage.meant_by(raised(OperationalError("x"), busy)) and outage.meant_by(
        OperationalError("gone")
    )
    assert outage.meant_by(raised(ValueError("x"), OperationalError("gone"))), "what came of it"
    assert outage.meant_by(raised(DatabaseError("x"), RuntimeError("no message from the libpq")))
    for ours in (
        raised(OperationalError("x"), missing),
        DatabaseError("did not affect any rows"),
        None,
        raised(IntegrityError("x"), RuntimeError("x")),
        ValueError("x"),
    ):
        assert not outage.meant_by(ours), ours


def test_an_error_of_ours_stays_500_and_a_bad_request_400(client, db, monkeypatch):
    client.raise_request_exception = False
    with away(error=DatabaseError):
        assert client.get("/brackenshire/").status_code == 500
    assert client.post("/accounts/login/", {f"f{n}": "" for n in range(1100)}).status_code == 400


def test_ready_says_no_when_the_connection_is_gone(client, db):
    Heartbeat.objects.all().delete()
    with away(error=InterfaceError):
        assert client.get("/readyz").json() == {"ready": False, "database": False}
