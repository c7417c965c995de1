"""With --copy-cases, a cast or a case walked to a step is made once a process; later tests of the
same day get a copy of its rows, with the same keys and the same moments.

A copy is taken only where nothing can tell it from a walk: the database holds nothing else, nothing
was written since the cast or the last case, no clock is set, and the test patches nothing. In every
other case the moves are made. test_copied_cases compares a copy with a walk.
"""

import pickle
from dataclasses import dataclass, field

import time_machine
from django.conf import settings
from django.utils import timezone

# Whoever asks for one of these may change what a walk does, or look at what it leaves beside rows.
CHANGING = {
    "monkeypatch",
    "settings",
    "time_machine",
    "transactional_db",
    "django_capture_on_commit_callbacks",
}
FIXED = {"django_content_type", "auth_permission", "django_migrations"}
READING = ("SELECT", "SAVEPOINT", "RELEASE", "PRAGMA", "EXPLAIN")
LONGEST_WALK = 20  # days: no moment of the walk is then the moment at which it was made
PARAMETERS = 10_000  # in one statement

Rows = dict[str, dict]  # table -> key -> values of all its columns


@dataclass
class Kept:
    """What the database holds after some steps, beside what it held before the last of them."""

    new: Rows
    gone: Rows
    all: Rows
    made: bytes  # the cast or the case


@dataclass
class Trail:
    """What one test has asked for so far; `path` is None once a copy would not be the same."""

    connection: object
    path: tuple | None
    own: bool = field(default=False)  # what is written now belongs to the walk

    def __call__(self, execute, sql, params, many, context):
        if not self.own and not str(sql).lstrip().upper().startswith(READING):
            self.path = None
        return execute(sql, params, many, context)

    def take(self, step, make):
        """`make()`, or a copy of what it made when a test before this one came the same way."""
        if step is None or self.path is None or time_machine.escape_hatch.is_travelling():
            self.path = None
            return make()
        path, self.own = (*self.path, step), True
        try:
            if path in KEPT:
                restore(self.connection, KEPT[path])
                made = pickle.loads(KEPT[path].made)
            else:
                before = KEPT[self.path].all if self.path in KEPT else {}
                made = make()
                KEPT[path] = kept(before, rows(self.connection), made)
        finally:
            self.own = False
        self.path = path
        return made


KEPT: dict[tuple, Kept] = {}
COLUMNS: dict[str, tuple[str, list[str]]] = {}  # table -> (its key, its columns)


def begin(request, connection) -> Trail | None:
    """None where this test must walk."""
    marker = request.node.get_closest_marker("django_db")
    changes = CHANGING & set(request.fixturenames) or (marker and marker.kwargs)
    if changes or not request.config.getoption("--copy-cases") or not is_empty(connection):
        return None
    return Trail(connection, (timezone.localdate(),))


def step_of(at, days_ago, options) -> tuple | None:
    """A name for a walk; None where it has objects of the test's own, or ends today."""
    plain = all(isinstance(value, str | int) for value in options.values())
    return (at, days_ago, *sorted(options.items())) if plain and days_ago >= LONGEST_WALK else None


def tables(connection) -> dict[str, tuple[str, list[str]]]:
    if not COLUMNS:
        look = connection.introspection
        names = {*look.django_table_names(only_existing=True, include_views=False)}
        names |= {cache["LOCATION"] for cache in settings.CACHES.values()}
        with connection.cursor() as cursor:
            for name in sorted(names - FIXED):
                columns = [one.name for one in look.get_table_description(cursor, name)]
                COLUMNS[name] = look.get_primary_key_column(cursor, name), columns
    return COLUMNS


def is_empty(connection) -> bool:
    quote = connection.ops.quote_name
    each = " OR ".join(f"EXISTS (SELECT 1 FROM {quote(name)})" for name in tables(connection))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {each}")
        return not cursor.fetchone()[0]


def rows(connection) -> Rows:
    """Everything but what each database holds from the beginning, as the database has it: on SQLite
    an expression (+column) is not made into a moment or a truth.
    """
    quote = connection.ops.quote_name
    plain = "+" if connection.vendor == "sqlite" else ""
    found: Rows = {}
    with connection.cursor() as cursor:
        for name, (key, columns) in tables(connection).items():
            wanted = ", ".join(plain + quote(column) for column in columns)
            cursor.execute(f"SELECT {wanted} FROM {quote(name)}")
            at = columns.index(key)
            found[name] = {row[at]: row for row in cursor.fetchall()}
    return found


def kept(before: Rows, after: Rows, made) -> Kept:
    new, gone = {}, {}
    for name, held in after.items():
        old = before.get(name, {})
        new[name] = {key: row for key, row in held.items() if old.get(key) != row}
        gone[name] = {key: row for key, row in old.items() if held.get(key) != row}
    return Kept(new, gone, after, pickle.dumps(made))


def restore(connection, state: Kept) -> None:
    """Rows that were there before and are another way now are taken out and put in again: no such
    row is in an append-only table, or the walk could not have changed it either.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for name, held in state.gone.items():
            key = quote(tables(connection)[name][0])
            for one in held:
                cursor.execute(f"DELETE FROM {quote(name)} WHERE {key} = %s", [one])
        for name, held in state.new.items():
            columns = tables(connection)[name][1]
            values, many = list(held.values()), max(1, PARAMETERS // len(columns))
            into = f"INSERT INTO {quote(name)} ({', '.join(map(quote, columns))}) VALUES "
            one = f"({', '.join(['%s'] * len(columns))})"
            for start in range(0, len(values), many):
                part = values[start : start + many]
                flat = [value for row in part for value in row]
                cursor.execute(into + ", ".join([one] * len(part)), flat)
