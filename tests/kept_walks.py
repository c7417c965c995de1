"""What a walk wrote into an empty test database, kept and written again by the next test that asks
for the same walk: a case is walked to a step once a process, and copied afterwards.

Only where that is the same: inside a test's own transaction, with nothing written in it but by
walks, on the same day, and no earlier by the clock than the first time. In all other cases the walk
is made. Not here: the walks themselves (`cast`), and copies of a whole database
(`template_database`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone

T = TypeVar("T")
Key = tuple[Hashable, ...]
Row = tuple[Any, ...]
PLAIN = (str, int, bool, Decimal, date, type(None))


@dataclass(frozen=True)
class Walked:
    """What one walk wrote, when, and what it gave back."""

    at: datetime
    inserted: dict[str, list[Row]]
    updated: dict[str, list[Row]]
    gone: dict[str, list[Any]]
    gave: Any


@dataclass
class Transaction:
    """One test's: whether it changed the code or the settings, the walks that wrote all there is,
    and how much was written then.
    """

    changed: Callable[[], bool]
    walks: Key
    written: int


KEPT: dict[Key, Walked] = {}
_now: list[Transaction] = []


def begin(changed: Callable[[], bool]) -> None:
    """A test's transaction begins: nothing is in its database but what migrations put there."""
    _now[:] = [Transaction(changed, (), written())]


def end() -> None:
    _now.clear()


def again(key: Key, walk: Callable[[], T]) -> T:
    """What `walk` gives back, with all that it writes: made, or written again."""
    now = _now[0] if _now else None
    if now is None or not is_plain(key) or now.changed() or now.written != written():
        return walk()
    walks = (*now.walks, (timezone.localdate(), *key))
    kept = KEPT.get(walks)
    if kept is None or kept.at > timezone.now():
        kept = KEPT[walks] = _walked(walk)
    else:
        store().write(kept)
    now.walks, now.written = walks, written()
    return copy.deepcopy(kept.gave)


def is_plain(value: object) -> bool:
    """Can two values that are equal stand for one another?"""
    if isinstance(value, tuple):
        return all(map(is_plain, value))
    return isinstance(value, PLAIN)


def _walked(walk: Callable[[], Any]) -> Walked:
    at, before = timezone.now(), store().rows()
    gave = walk()
    after = store().rows()
    inserted: dict[str, list[Row]] = {}
    updated: dict[str, list[Row]] = {}
    gone: dict[str, list[Any]] = {}
    for table, rows in after.items():
        old = before[table]
        new = [row for pk, row in rows.items() if pk not in old]
        other = [row for pk, row in rows.items() if pk in old and row != old[pk]]
        lost = [pk for pk in old if pk not in rows]
        for found, where in ((new, inserted), (other, updated), (lost, gone)):
            if found:
                where[table] = found
    return Walked(at, inserted, updated, gone, copy.deepcopy(gave))


# ---- the two databases ----


def store() -> type[Sqlite] | type[Postgres]:
    return Sqlite if connection.vendor == "sqlite" else Postgres


def written() -> int:
    """How many rows the transaction has written so far, those of what was undone among them."""
    return store().written()


@cache
def columns(vendor: str) -> dict[str, list[str]]:
    """Table -> its columns, the one of its key first."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            key = connection.introspection.get_primary_key_column(cursor, table)
            named = connection.introspection.get_table_description(cursor, table)
            names = [column.name for column in named]
            if key:
                found[table] = [key, *(name for name in names if name != key)]
    return found


def quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


class Sqlite:
    """Rows as SQLite holds them: beside Django's and the driver's conversions of types."""

    @staticmethod
    def written() -> int:
        connection.ensure_connection()
        return connection.connection.total_changes

    @staticmethod
    def rows() -> dict[str, dict[Any, Row]]:
        found = {}
        for table, names in columns("sqlite").items():
            # a sum has no declared type, by which the driver would convert it
            bare = ", ".join(f'+"{name}"' for name in names)
            rows = connection.connection.execute(f'SELECT {bare} FROM "{table}"')
            found[table] = {row[0]: row for row in rows}
        return found

    @staticmethod
    def write(kept: Walked) -> None:
        raw = connection.connection
        for table, rows in kept.inserted.items():
            names = columns("sqlite")[table]
            holes = ", ".join("?" * len(names))
            raw.executemany(f'INSERT INTO "{table}" ({quoted(names)}) VALUES ({holes})', rows)
        for table, rows in kept.updated.items():
            key, *names = columns("sqlite")[table]
            sets = ", ".join(f'"{name}" = ?' for name in names)
            changed = [(*row[1:], row[0]) for row in rows]
            raw.executemany(f'UPDATE "{table}" SET {sets} WHERE "{key}" = ?', changed)
        for table, keys in kept.gone.items():
            key = columns("sqlite")[table][0]
            raw.executemany(f'DELETE FROM "{table}" WHERE "{key}" = ?', [(one,) for one in keys])


class Postgres:
    """Rows as the texts that PostgreSQL itself writes and reads."""

    @staticmethod
    def written() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
                " FROM pg_stat_xact_user_tables"
            )
            return int(cursor.fetchone()[0])

    @staticmethod
    def rows() -> dict[str, dict[Any, Row]]:
        found = {}
        with connection.cursor() as cursor:
            for table, names in columns("postgresql").items():
                cursor.execute(f'SELECT "{names[0]}", t::text FROM "{table}" t')
                found[table] = {row[0]: row for row in cursor.fetchall()}
        return found

    @staticmethod
    def write(kept: Walked) -> None:
        with connection.cursor() as cursor:
            for table, rows in kept.inserted.items():
                cursor.execute(
                    f'INSERT INTO "{table}" SELECT (r.t::"{table}").* FROM unnest(%s) AS r(t)',
                    [[row[1] for row in rows]],
                )
            for table, rows in kept.updated.items():
                key, *names = columns("postgresql")[table]
                sets = ", ".join(f'"{name}" = (r.t)."{name}"' for name in names)
                cursor.execute(
                    f'UPDATE "{table}" o SET {sets} FROM'
                    f' (SELECT t::"{table}" AS t FROM unnest(%s) AS x(t)) r'
                    f' WHERE o."{key}" = (r.t)."{key}"',
                    [[row[1] for row in rows]],
                )
            for table, keys in kept.gone.items():
                key = columns("postgresql")[table][0]
                cursor.execute(f'DELETE FROM "{table}" WHERE "{key}" = ANY(%s)', [keys])
