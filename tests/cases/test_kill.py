"""Worker, mailer and beat are killed (SIGKILL, whole process groups) in the middle of a sweep and
in the middle of sending.

A real Celery worker, mailer and beat, the same command lines as everywhere, on a database of their
own; the broker is the folder of the demo, or Redis where CELERY_BROKER_URL names one. Whatever is
cut off: each visit gets one nudge, each reader one message, nothing is lost, and at most one mail a
kill leaves twice.
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg2
import pytest

import dev

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = 40
MAILS = (
    20 + 2
    # one offer of help for each person whose turn it is; a digest for their worker and one for the
    # team
)


class Jobs:
    """Worker, mailer and beat of one scratch database, to be started and killed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "mail.log"
        self.server = os.environ.get("DATABASE_URL", "")
        self.postgres = self.server.startswith("postgres")
        self.name = f"sds_kill_{os.getpid()}"
        self.children: list[subprocess.Popen] = []
        if self.postgres:
            self.execute(f"CREATE DATABASE {self.name}", self.server)
        url = (
            self.server.rsplit("/", 1)[0] + f"/{self.name}"
            if self.postgres
            else f"sqlite:///{folder / 'k.sqlite3'}"
        )
        broker = os.environ.get("CELERY_BROKER_URL", "")
        self.url = url
        self.env = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "SDS_MODE": "test",
            "SDS_DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "SDS_SWEEP_SECONDS": "3",
            "EMAIL_BACKEND": "tests.cases.slow_mail.Backend",
            "SLOW_MAIL_LOG": str(self.log),
            "CELERY_SKIP_CHECKS": "true",  # they cost seconds a start and are not what is tested
        }
        self.env.pop("DJANGO_SETTINGS_MODULE", None)
        if broker.startswith("redis"):
            self.env["CELERY_BROKER_URL"] = re.sub(r"/\d+$", "", broker) + "/4"
        seed = [sys.executable, "tests/cases/kill_seed.py", str(CASES)]
        done = subprocess.run(
            seed, cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def execute(self, statement: str, url: str = "") -> list[tuple]:
        if self.postgres:
            with_autocommit = psycopg2.connect(url or self.url)
            with_autocommit.autocommit = True
            try:
                cursor = with_autocommit.cursor()
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
            finally:
                with_autocommit.close()
        database = sqlite3.connect(self.folder / "k.sqlite3", timeout=20)
        try:
            with database:
                return database.execute(statement).fetchall()
        finally:
            database.close()

    def count(self, rows: str) -> int:
        return self.execute(f"SELECT count(*) FROM {rows}")[0][0]

    def sweeping(self) -> bool:
        """Is a sweep inside its transaction right now?"""
        if self.postgres:
            return (
                self.count(
                    "pg_stat_activity WHERE datname = current_database() AND query LIKE "
                    "'%INTO cases_nudge%' "
                    "AND state = 'active' AND pid <> pg_backend_pid()"
                )
                > 0
            )
        # nothing else holds SQLite's write lock for a tenth of a second
        database = sqlite3.connect(self.folder / "k.sqlite3", timeout=0.1, isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
            return False
        except sqlite3.OperationalError:
            return True
        finally:
            database.close()

    def start(self) -> None:
        commands = dev.commands("127.0.0.1:0")
        for name in ("worker", "mailer", "beat"):
            log = (self.folder / f"{name}.log").open("ab")
            self.children.append(
                subprocess.Popen(
                    commands[name],
                    cwd=ROOT,
                    env=self.env,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def kill(self) -> None:
        for child in self.children:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        self.children.clear()

    def mails(self) -> list[str]:
        return self.log.read_text().split() if self.log.exists() else []

    def until(self, true, what: str, seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                logs = "\n".join(
                    p.read_text(errors="replace")[-2000:] for p in self.folder.glob("*er.log")
                )
                raise AssertionError(f"waited for: {what}\n{logs}")
            time.sleep(0.02)

    def close(self) -> None:
        self.kill()
        if self.postgres:
            self.execute(f"DROP DATABASE {self.name} WITH (FORCE)", self.server)


@pytest.fixture
def jobs(tmp_path):
    running = Jobs(tmp_path)
    yield running
    running.close()


def test_killed_in_the_middle_several_times_the_effects_are_exactly_once(jobs):
    for _round in range(2):  # in the middle of a sweep: nothing of it remains
        jobs.start()
        jobs.until(jobs.sweeping, "a sweep that is under way")
        jobs.kill()
        jobs.until(lambda: not jobs.sweeping(), "the database to notice")
        assert (jobs.count("cases_nudge"), jobs.count("cases_message")) == (0, 0)

    jobs.start()  # and in the middle of sending
    jobs.until(lambda: len(jobs.mails()) > 3, "mails that leave")
    jobs.kill()
    assert 0 < jobs.count("cases_message WHERE state = 'sent' AND channel = 'email'") < MAILS

    jobs.start()
    jobs.until(
        lambda: jobs.count("cases_message WHERE state = 'waiting' AND channel = 'email'") <= 1,
        "all but one",
    )
    # some minutes later the claims of the dead have run out
    jobs.execute(
        "UPDATE cases_message SET claimed_until = '2020-01-01 00:00:00' WHERE state = 'waiting'"
    )
    jobs.until(
        lambda: jobs.count("cases_message WHERE state = 'waiting'") == 0, "those that were cut off"
    )
    jobs.kill()

    assert jobs.count("cases_nudge WHERE kind = 'overdue'") == CASES
    once = "(SELECT DISTINCT visit_id, clock_id, kind, round FROM cases_nudge) n"
    assert jobs.count("cases_nudge") == jobs.count(once)
    told = "(SELECT DISTINCT nudge_id, to_person_id, to_user_id, to_team_id FROM cases_message) m"
    assert jobs.count("cases_message") == jobs.count(told), "nobody is told of a nudge twice"
    mailed = "cases_message WHERE channel = 'email'"
    assert (
        jobs.count(f"{mailed} AND state = 'sent' AND claimed_until IS NULL")
        == jobs.count(mailed)
        == MAILS
    )
    attempts = {
        f"<message-{pk}@localhost>": n
        for pk, n in jobs.execute(f"SELECT id, attempts FROM {mailed}")
    }
    left = Counter(jobs.mails())
    assert set(left) == set(attempts), "each left, and nothing else did"
    assert all(left[ident] <= attempts[ident] for ident in left), (
        "no mail without a counted attempt"
    )
    assert sum(left.values()) - len(left) <= 1, "at most one mail a kill leaves twice"
    assert jobs.count("cases_heartbeat WHERE job IN ('sweep', 'send_messages', 'invite')") == 3
