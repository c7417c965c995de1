"""The whole system as a user's machine runs it: gunicorn, a Celery worker and beat on a database of
their own.

Started once a session on free loopback ports by the same command lines as dev.py and
docker-compose.yml; all processes are ended by their own group at the end. The database is a copy of
the one that the migrations made for the tests.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from email import message_from_bytes, policy
from pathlib import Path

import psycopg2
from django.db import connection

import dev
from tests import template_database

ROOT = Path(__file__).resolve().parent.parent.parent
STACK_DB = f"sds_stack_{os.getpid()}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Stack:
    """A running installation with a small demonstration in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mail = folder, folder / "mail"
        self.url = f"http://127.0.0.1:{free_port()}"
        self.server = os.environ.get("DATABASE_URL", "")
        broker = os.environ.get("CELERY_BROKER_URL", "")
        self.env = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "SDS_MODE": "test",
            "SDS_DATA_DIR": str(folder),
            "SITE_URL": self.url,
            "SDS_SWEEP_SECONDS": "3",
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(self.mail),
            "DATABASE_URL": self._database(),
            "PYTHONUNBUFFERED": "1",
        }
        if broker.startswith("redis"):
            self.env["CELERY_BROKER_URL"] = re.sub(r"/\d+$", "", broker) + "/3"
        self.children: list[subprocess.Popen] = []

    def _database(self) -> str:
        if not self.server.startswith("postgres"):
            file = self.folder / "stack.sqlite3"
            template_database.for_programs(connection, file)
            return f"sqlite:///{file}"
        template_database.for_programs(connection, STACK_DB)
        return self.server.rsplit("/", 1)[0] + f"/{STACK_DB}"

    def _sql(self, statement: str) -> None:
        connection = psycopg2.connect(self.server)
        connection.autocommit = True
        try:
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            text=True,
            capture_output=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, cases: int) -> None:
        self.manage("demo", "--cases", str(cases))
        for name, command in dev.commands(self.url.removeprefix("http://")).items():
            log = (self.folder / f"{name}.log").open("wb")
            self.children.append(
                subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=self.env,
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        self.wait_for(f"{self.url}/healthz")

    def wait_for(self, address: str, seconds: float = 40) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                # our own loopback
                with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.2)
        logs = "\n".join(p.read_text()[-2000:] for p in self.folder.glob("*.log"))
        raise AssertionError(f"{address} did not answer\n{logs}")

    def stop(self) -> None:
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
        for child in self.children:
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if self.server.startswith("postgres"):
            self._sql(f"DROP DATABASE {STACK_DB} WITH (FORCE)")

    def accounts(self) -> dict[tuple[str, str], dict]:
        """The sign-ins of the demonstration: (council's first word, role) -> account."""
        listed = json.loads((self.folder / "demo-accounts.json").read_text())
        found: dict[tuple[str, str], dict] = {}
        for account in listed:
            found.setdefault((account["council"].split()[0], account["role"]), account)
        return found

    def letters(self, address: str) -> list[str]:
        """What was e-mailed to an address, oldest first, as text."""
        found = []
        for path in sorted(self.mail.glob("*"), key=lambda p: p.stat().st_mtime_ns):
            for raw in path.read_bytes().split(b"-" * 79):
                if raw.strip():
                    message = message_from_bytes(raw.lstrip(), policy=policy.default)
                    if address.lower() in str(message["To"]).lower():
                        found.append(f"{message['Subject']}\n{message.get_content()}")
        return found

    def wait_for_letter(self, address: str, pattern: str, seconds: float = 20) -> str:
        """The first match of `pattern` in the newest letter that has one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for letter in reversed(self.letters(address)):
                found = re.search(pattern, letter)
                if found:
                    return found.group(1)
            time.sleep(0.2)
        raise AssertionError(f"no letter to {address} matches {pattern}: {self.letters(address)}")
