"""Which database a measurement runs on, and Django set up for it. One process measures one
database.

PostgreSQL where DATABASE_URL names a server (each size gets a database of its own beside the one
named there, made by `CREATE DATABASE`), else SQLite files under the build folder. Not here: what
the databases hold (`data`).
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".build" / "bench"
SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
PREFIX = "sds_bench_"


def server() -> str:
    """The address of the PostgreSQL server, or "" for SQLite."""
    given = os.environ.get("BENCH_SERVER") or os.environ.get("DATABASE_URL", "")
    return given if given.startswith("postgres") else ""


def address(size: str, vendor: str = "") -> str:
    """The address of the database of a size; `vendor`: "sqlite" for a file whatever server there
    is.
    """
    if server() and vendor != "sqlite":
        return urlunsplit(urlsplit(server())._replace(path=f"/{PREFIX}{size}"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{FOLDER / f'{PREFIX}{size}.sqlite3'}"


def environment(size: str, vendor: str = "") -> dict[str, str]:
    """What a process needs to measure the database of a size."""
    fixed = {
        "DATABASE_URL": address(size, vendor),
        "BENCH_SERVER": server(),
        "BENCH_SIZE": size,
        "SDS_LONG_STATEMENTS": "1",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "LOG_LEVEL": "ERROR",
    }
    return {**os.environ, **fixed}


def start() -> None:
    """Django for the database that DATABASE_URL names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sds.settings")
    import django  # settings are read here, when the environment is as it should be

    django.setup()


def create(size: str) -> None:
    """An empty database of that size's name: what was there is thrown away."""
    if server() and address(size) == os.environ["DATABASE_URL"]:
        _statements(
            f"DROP DATABASE IF EXISTS {PREFIX}{_plain(size)} WITH (FORCE)",
            f"CREATE DATABASE {PREFIX}{_plain(size)}",
        )
    else:
        for suffix in ("", "-wal", "-shm"):
            (FOLDER / f"{PREFIX}{_plain(size)}.sqlite3{suffix}").unlink(missing_ok=True)


def copied(size: str, name: str) -> str:
    """The address of a copy of a size's database, for what would leave it changed. PostgreSQL
    only.
    """
    drop(name)
    _statements(f"CREATE DATABASE {PREFIX}{_plain(name)} TEMPLATE {PREFIX}{_plain(size)}")
    return address(name)


def drop(size: str) -> None:
    """Give the space back."""
    if server():
        _statements(f"DROP DATABASE IF EXISTS {PREFIX}{_plain(size)} WITH (FORCE)")
    for suffix in ("", "-wal", "-shm"):
        (FOLDER / f"{PREFIX}{_plain(size)}.sqlite3{suffix}").unlink(missing_ok=True)


def _plain(size: str) -> str:
    if not re.fullmatch(r"\w+", size):
        raise SystemExit(f"{size}: not a size")
    return size


def _statements(*statements: str) -> None:
    import psycopg2  # only where there is a server

    connection = psycopg2.connect(server())
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()
