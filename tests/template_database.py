"""The test database is made once from the models and copied for each worker.

The copy that all others are made from is kept (a file in .build, a database on the server beside
the tests' own) under a name that holds a digest of all that it depends on. Not here: what a test
writes, and how that is taken away again.
"""

import contextlib
import fcntl
import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

import dev

APPS = ("cases", "budgets", "poet")
# What DATABASE_URL names. The connection forgets it as soon as it is pointed at a copy.
NAMED = str(settings.DATABASES["default"]["NAME"])


def key() -> str:
    """A digest of what the tables, triggers and first rows of a database are made from."""
    ours = [
        path
        for app in APPS
        for pattern in ("apps.py", "models/*.py", "migrations/*.py")
        for path in sorted((dev.ROOT / app).glob(pattern))
    ]
    others = ["requirements.lock", "sds/settings.py", "sds/cache_settings.py", "cases/ledger.py"]
    return dev.digest(*ours, *(dev.ROOT / name for name in others))[:12]


@contextlib.contextmanager
def copied(connection):
    """The connection uses a fresh copy until the end, and what DATABASE_URL names afterwards."""
    before = connection.settings_dict["NAME"]
    name = connection.creation._get_test_db_name()
    make = {"sqlite": _copy_file, "postgresql": _copy_on_server}[connection.vendor]
    make(connection, name)
    _point(connection, name)
    try:
        yield
    finally:
        _end_other_sessions(connection)
        connection.creation.destroy_test_db(before, verbosity=0)


def _end_other_sessions(connection):
    """A thread of a browser or of a race may have left its session open: PostgreSQL then refuses to
    drop the database, which is thrown away here whatever they were about.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def _point(connection, name):
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = str(name)


def _made(connection, name):
    """A database of this name with the tables of the models; its migrations are noted as done. To
    run them takes most of a minute and gives the same tables (test_upgrade.py holds it to that).
    The connection is closed afterwards.
    """
    test = connection.settings_dict["TEST"]
    wanted = dict(test)
    test |= {"NAME": str(name), "MIGRATE": False}
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        call_command("migrate", fake=True, verbosity=0)
    finally:
        test |= wanted
        connection.close()


def for_programs(connection, name):
    """One more copy, for processes outside the tests: a path on SQLite, the name of a database on
    the server. Whoever asks takes it away again.
    """
    before = connection.settings_dict["NAME"]
    {"sqlite": _copy_file, "postgresql": _copy_on_server}[connection.vendor](connection, name)
    _point(connection, before)


def _copy_file(connection, name):
    folder = dev.BUILD / "test-database"
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / f"{key()}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for old in folder.glob("*.sqlite3*"):
                old.unlink()
            made = template.with_suffix(".sqlite3-being-made")
            _made(connection, made)
            made.rename(template)
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        for end in ("", "-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)
        shutil.copyfile(template, name)


def _copy_on_server(connection, name):
    start = f"{NAMED}_template_"
    template = f"{start}{key()}"
    quote = connection.ops.quote_name
    with connection.creation._nodb_cursor() as cursor:
        # Another worker may be making it, or copying it, at this moment, for longer than a page
        # waits.
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [start])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [start])
        there = {row[0] for row in cursor.fetchall()}
        if template not in there:
            for old in there:
                cursor.execute(f"DROP DATABASE {quote(old)}")
            made = f"{start}being_made"
            before = connection.settings_dict["NAME"]
            _made(connection, made)
            _point(connection, before)
            cursor.execute(f"ALTER DATABASE {quote(made)} RENAME TO {quote(template)}")
        cursor.execute(f"DROP DATABASE IF EXISTS {quote(name)}")
        cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(template)}")
        cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [start])
