"""A database that really goes away, behind gunicorn: all connections cut off while a request waits,
and none let in.

Between gunicorn and the test's own PostgreSQL stands a forwarder on loopback, which the test closes
and opens.
"""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from html import unescape
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from cases.models import Answer, Case, Event
from dev import commands

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'",
        reason="SQLite has no server that could go away: PostgreSQL is run by .ci/run",
    ),
]
SECRET = "a" * 32  # of the browser's forms: Django takes it unmasked too


class Forwarder:
    """A port on loopback that passes everything on, until it is cut."""

    def __init__(self, host, port):
        self.to, self.open = (host, port), []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.mend()

    def mend(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while True:
            try:
                near, _address = listener.accept()
            except OSError:
                return
            far = socket.create_connection(self.to)
            self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for end in (one, other):
            end.close()

    def cut(self):
        for one in (self.listener, *self.open):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
        self.open.clear()


class Site:
    """gunicorn on the test's database, as the demo and production start it."""

    def __init__(self, forwarder, log):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        user = connection.settings_dict["USER"]
        password = connection.settings_dict["PASSWORD"]
        account = f"{user}:{password}" if password else user
        database = (
            f"postgres://{account}@127.0.0.1:{forwarder.port}/{connection.settings_dict['NAME']}"
        )
        self.log = log.open("wb")
        path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ.get('PATH', '')}"
        self.process = subprocess.Popen(
            commands(f"127.0.0.1:{self.port}")["web"],
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            env={**os.environ, "DATABASE_URL": database, "SDS_MODE": "test", "PATH": path},
        )
        for _n in range(100):
            try:
                if self.ask("GET", "/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("gunicorn did not answer")

    def ask(self, method, path, *, client=None, typed=None):
        at = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        cookies = {settings.CSRF_COOKIE_NAME: SECRET}
        if client:
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[
                settings.SESSION_COOKIE_NAME
            ].value
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
        body = None
        if typed is not None:
            body = urlencode({"csrfmiddlewaretoken": SECRET, **typed})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        at.request(method, path, body, headers)
        answer = at.getresponse()
        answer.html = answer.read().decode()
        at.close()
        return answer

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


@pytest.fixture
def forwarder():
    found = Forwarder(
        connection.settings_dict["HOST"], int(connection.settings_dict["PORT"] or 5432)
    )
    yield found
    found.cut()


@pytest.fixture
def site(forwarder, tmp_path):
    found = Site(forwarder, tmp_path / "web.log")
    yield found
    found.stop()


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def away(answer, *, typed=None):
    assert answer.status == 503, f"{answer.status}\n{answer.html}"
    assert (
        answer.getheader("Retry-After") == "30" and answer.getheader("Cache-Control") == "no-store"
    )
    assert "can’t answer for a moment" in answer.html
    given = answer.getheader("Set-Cookie") or ""
    assert settings.SESSION_COOKIE_NAME not in given and settings.CSRF_COOKIE_NAME not in given
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.html)
    given = {unescape(n): unescape(v) for n, v in found}
    assert given.items() >= (typed or {}).items()
    return given


def test_away_on_every_page_and_back_without_a_restart(a_case, cast, site, forwarder):
    case = a_case(at="plan")
    person, worker = signed_in(cast.person), signed_in(cast.worker)
    pages = [
        (None, "/brackenshire/"),
        (None, "/no/such/page/"),
        (person, f"/cases/{case.ref}/"),
        (person, "/home/"),
        (worker, f"/cases/{case.ref}/"),
        (worker, "/staff/day/"),
        (worker, "/accounts/login/"),
        (worker, "/admin/"),
    ]
    before = [site.ask("GET", path, client=who).status for who, path in pages]
    assert set(before) <= {200, 302, 404}
    forwarder.cut()
    for who, path in pages:
        if (who, path) != (None, "/no/such/page/"):
            away(site.ask("GET", path, client=who))
    assert site.ask("GET", "/healthz").status == 200 and site.ask("GET", "/readyz").status == 503
    signing = {"login": "worker@example.org", "password": "correct-horse-9"}
    given = away(
        site.ask("POST", "/accounts/login/", typed=signing), typed={"login": "worker@example.org"}
    )
    assert "password" not in given
    forwarder.mend()
    assert [site.ask("GET", path, client=who).status for who, path in pages] == before


def in_the_middle(site, address, client, typed, wait, then):
    """Send while `wait` holds what the request needs, do `then`, and hand back the answer."""
    found = []
    sending = threading.Thread(
        target=lambda: found.append(site.ask("POST", address, client=client, typed=typed))
    )
    with transaction.atomic():
        wait()
        sending.start()
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = "
            "ANY(pg_blocking_pids(pid))"
        )
        for _n in range(200):
            with connection.cursor() as cursor:
                cursor.execute(waiting)
                if cursor.fetchone()[0]:
                    break
            time.sleep(0.05)
        then()
        sending.join()
    return found[0]


@pytest.mark.parametrize("how", ["cut off", "locked for too long"])
def test_cut_off_in_the_middle_of_sending_the_same_page_lands_once(
    a_case, cast, site, forwarder, how
):
    case = a_case(at="assess")
    worker = signed_in(cast.worker)
    address = f"/cases/{case.ref}/do/hand_turn/"
    form = worker.get(address).context["form"]
    typed = {
        "key": str(form["key"].value()),
        "seen": str(form["seen"].value()),
        "turn": "provider",
        "reason": "They send “the” date & more",
    }
    then = (
        forwarder.cut if how == "cut off" else lambda: None
    )  # the request then waits for longer than it may
    given = away(in_the_middle(site, address, worker, typed, case.hold, then), typed=typed)
    assert not Event.objects.filter(case=case, verb="hand_turn").exists()
    if how == "cut off":
        away(site.ask("POST", address, client=worker, typed=given), typed=typed)
        forwarder.mend()
    for _press in "12":
        assert site.ask("POST", address, client=worker, typed=given).status == 302
    assert Event.objects.get(case=case, verb="hand_turn").body.facts["reason"] == typed["reason"]


def test_an_answer_that_was_being_written_is_not_lost(a_case, cast, site, forwarder):
    case = a_case(at="assess")
    person = signed_in(cast.person)
    site.ask("POST", f"/cases/{case.ref}/assessment/", client=person, typed={})
    address = f"/cases/{case.ref}/assessment/about.important/"
    forwarder.cut()
    given = away(
        site.ask("POST", address, client=person, typed={"value": "My garden", "seen": "0"})
    )
    forwarder.mend()
    assert site.ask("POST", address, client=person, typed=given).status == 302
    assert (
        Answer.objects.get(assessment__case=case, question="about.important").value == "My garden"
    )
    assert Case.objects.get().pk == case.pk
