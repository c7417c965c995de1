"""A cache that is down, full or frozen costs a quarter of a second now and then, and no page, no
sign-in and no limit.
"""

import os
import shutil
import signal
import socket
import subprocess
import time

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.common import caches as ours
from cases.common.caches import figures
from cases.models import User
from sds.cache_settings import in_redis, in_tables

PASSWORD = "three quiet herons"
TROUBLES = ("down", "full", "frozen")


class Server:
    """A Redis of the test's own, which it may end, fill and freeze."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.start()

    def start(self):
        command = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self.folder),
        ]
        silent = subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=silent, stdin=silent)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("Redis did not start")

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def get(self, trouble):
        if trouble == "down":
            self.process.kill()
            self.process.wait()
        elif trouble == "frozen":
            os.kill(self.process.pid, signal.SIGSTOP)
        else:
            self.memory("1")

    def memory(self, size):
        subprocess.run(
            ["redis-cli", "-p", str(self.port), "config", "set", "maxmemory", size],
            check=True,
            capture_output=True,
            timeout=20,
        )

    def mend(self, trouble):
        if trouble == "down":
            self.start()
        elif trouble == "frozen":
            os.kill(self.process.pid, signal.SIGCONT)
        else:
            self.memory("0")

    def stop(self):
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGCONT)
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(tmp_path, settings, db):
    """Limits and figures in a Redis of the test's own, as in production."""
    if not shutil.which("redis-server"):
        pytest.skip("not run: no redis-server")
    running = Server(tmp_path)
    settings.CACHES = in_redis(running.url, "")
    ours._resting.clear()
    yield running
    running.stop()
    ours._resting.clear()


def seconds(act):
    begun = time.monotonic()
    act()
    return time.monotonic() - begun


@pytest.fixture(params=TROUBLES)
def trouble(request, server):
    """It worked, and then it is down, full or frozen."""
    cache.set("before", 1)
    figures.set("before", 1)
    server.get(request.param)
    return request.param


def test_a_failed_cache_is_a_miss(trouble):
    figures.set("trouble", 1)
    assert figures.get("before") is None and figures.get("before", 7) == 7
    assert figures.get_or_set("k", lambda: "made now") == "made now"
    assert figures.add("k", 1) is False and not figures.delete("before")
    assert figures.set_many({"a": 1, "b": 2}) == [] and figures.get_many(["a", "b", "c"]) == {
        "a": 1,
        "b": 2,
    }
    assert "a" in figures and figures.touch("a") and figures.incr("a") == 2
    figures.delete_many(["a"])
    assert "a" not in figures
    figures.clear()
    assert "b" not in figures and caches["figure_rows"].get("k") is None


def test_whoever_meets_it_first_waits_a_moment(server):
    figures.set("before", 1)
    server.get("frozen")
    assert seconds(lambda: figures.get("before")) < 1.5, "one short time-out, not tried again"


def test_it_is_not_asked_each_time(trouble, monkeypatch):
    waited, real = [], ours.RedisCache.get
    monkeypatch.setattr(ours.RedisCache, "get", lambda *a: waited.append(1) or real(*a))
    figures.set("trouble", 1)
    assert seconds(lambda: [figures.get("k") for _time in range(50)]) < 5 and not waited


def test_limits_go_on_in_rows(trouble):
    cache.set("limit", 1, 60)
    assert cache.get("limit") == 1 and cache.incr("limit") == 2
    assert caches["limit_rows"].get("limit") == 2 and not cache.add("limit", 1)


def test_the_librarys_limit_holds_and_pages_and_sign_in_go_on(trouble, cast, as_, settings):
    settings.AXES_ENABLED = True
    User.objects.create_user("sam@example.org", PASSWORD)
    browser = Client()
    fields = {"login": "sam@example.org", "password": "x"}
    wrong = [browser.post("/accounts/login/", fields) for _try in range(6)]
    assert [page.status_code for page in wrong] == [200] * 5 + [429]
    fields = {"email": "sam@example.org"}
    asked = [browser.post("/accounts/password/reset/", fields) for _try in range(6)]
    assert [page.status_code for page in asked] == [302] * 5 + [429]
    other = Client().post(
        "/accounts/login/",
        {"login": "sam@example.org", "password": PASSWORD},
        REMOTE_ADDR="198.51.100.7",
    )
    assert other.status_code == 302
    assert as_(cast.service_manager).get("/dashboard/").status_code == 200


def test_it_is_used_again_when_it_works_again(trouble, server, monkeypatch):
    monkeypatch.setattr(ours, "RESTS", 0.3)
    figures.set("during", 1)
    time.sleep(0.4)
    assert not caches["figures"].works(), "it was tried again in vain"
    server.mend(trouble)
    time.sleep(0.4)
    figures.set("after", 1)
    assert figures.get("after") == 1 and caches["figure_rows"].get("after") is None
    assert not ours._resting and caches["figures"].works()


def test_while_one_thread_tries_again_the_others_do_not_wait(server, monkeypatch):
    server.get("frozen")
    figures.get("k")
    monkeypatch.setitem(ours._resting, server.url, time.monotonic() - 1)
    assert not caches["figures"].works()
    assert ours._resting[server.url] > time.monotonic() + 5
    assert seconds(lambda: figures.get("k")) < 0.1


def test_a_redis_that_works_does_what_djangos_does(server):
    figures.set("k", [1], 60)
    cache.set("k", "another", 60)
    assert figures.get("k") == [1] and figures.add("k", 2) is False and cache.get("k") == "another"
    assert figures.get_many(["k", "none"]) == {"k": [1]}
    assert figures.delete("k") and figures.get("k") is None
    cache.set("n", 1)
    assert cache.incr("n") == 2 and caches["limit_rows"].get("n") is None
    with pytest.raises(ValueError, match="not found"):
        cache.incr("none")


# ---- in tables ----


def test_limits_figures_and_sessions_do_not_push_each_other_out(db):
    for number in range(5):
        cache.set(f"limit{number}", number, 900)
    for number in range(340):
        figures.set(f"figure{number}", "x", 900)
        session = SessionStore()
        session["n"] = number
        session.save()
    assert [cache.get(f"limit{number}") for number in range(5)] == list(range(5))
    assert all(figures.get(f"figure{number}") for number in range(340))
    assert len({named["LOCATION"] for named in in_tables().values()}) == 2
    assert all(named["OPTIONS"]["MAX_ENTRIES"] >= 10_000 for named in in_tables().values())


def test_a_session_is_one_row_and_in_no_cache(db):
    session = SessionStore()
    session["n"] = 1
    with CaptureQueriesContext(connection) as written:
        session.save()
    with CaptureQueriesContext(connection) as read:
        assert SessionStore(session.session_key)["n"] == 1
    assert len(read) == 1 and "django_session" in read[0]["sql"]
    assert not any("entries" in statement["sql"] for statement in written)


def test_sessions_that_have_ended_are_deleted_by_the_round(db):
    from datetime import timedelta

    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from cases import tasks

    for days in (-1, 1):
        ends = timezone.now() + timedelta(days)
        Session.objects.create(session_key=str(days), session_data="", expire_date=ends)
    tasks.sweep()
    assert [one.session_key for one in Session.objects.all()] == ["1"]
