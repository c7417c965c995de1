"""The append-only record: triggers on both databases, and the check of each case's chain of hashes.

`arm` is idempotent and called after every migrate, because SQLite's table rebuild silently drops
triggers.
"""

from collections.abc import Iterator

PROTECTED = {
    # table -> (updates refused, deletes refused unless the SQL condition on OLD holds)
    "cases_event": (True, None),
    "cases_eventbody": (
        True,
        "EXISTS (SELECT 1 FROM cases_disposal d WHERE d.case_id = OLD.case_id)",
    ),
    "cases_disposal": (True, None),
    "cases_recordview": (True, None),
    "cases_determination": (True, None),
    # a letter repeats the words of its event, so it goes where they go
    "cases_letter": (True, "EXISTS (SELECT 1 FROM cases_disposal d WHERE d.case_id = OLD.case_id)"),
    "cases_voicereply": (True, None),
    "cases_councilchange": (True, None),
    "cases_dangerreport": ("OLD.closed_at IS NULL", None),  # settled once, and then it stands
    "cases_dangercall": (True, None),
    "cases_dangerstep": (True, None),
}


def protect(table: str, *, delete_if: str | None = None, update_if: str | None = None) -> None:
    """Another app's table joins: updates are refused unless `update_if` (SQL over OLD and NEW)
    holds.
    """
    PROTECTED[table] = (update_if or True, delete_if)


def names() -> set[str]:
    """The triggers that must exist on SQLite and PostgreSQL alike."""
    return {f"{table}_no_{act}" for table in PROTECTED for act in ("update", "delete")}


def arm(connection) -> None:
    """Create the triggers of every protected table that exists; safe to run again."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table, (update, delete_if) in PROTECTED.items():
            if table in tables:
                for statement in _statements(connection.vendor, table, update, delete_if):
                    cursor.execute(statement)


def disarm(connection) -> None:
    """Drop the triggers: only for a test database that is about to be flushed."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table in PROTECTED:
            if table not in tables:
                continue
            for act in ("update", "delete", "truncate"):
                suffix = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}{suffix}")


def armed(connection) -> set[str]:
    """The triggers that do exist, of those that must."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()} & names()


def _statements(vendor, table, update, delete_if) -> Iterator[str]:
    conditions = {"update": None if update is True else update, "delete": delete_if}
    if vendor == "sqlite":
        for act, allowed in conditions.items():
            when = f"WHEN NOT ({allowed})" if allowed else ""
            yield f"DROP TRIGGER IF EXISTS {table}_no_{act}"
            yield (
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} {when} "
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
            )
        return
    for act, allowed in conditions.items():
        given = "NEW" if act == "update" else "OLD"
        body = f"IF {allowed} THEN RETURN {given}; END IF; " if allowed else ""
        yield (
            f"CREATE OR REPLACE FUNCTION {table}_no_{act}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body}RAISE EXCEPTION 'append-only: {table}'; END $$"
        )
        yield f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}"
        yield (
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_no_{act}()"
        )
    yield (
        f"CREATE OR REPLACE FUNCTION {table}_no_truncate() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'append-only: {table}'; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}"
    yield (
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_no_truncate()"
    )


def faults(cases) -> Iterator[str]:
    """What is wrong with the chains of these cases: an edited, deleted, inserted, reordered or
    cut-off event.
    """
    # models import nothing of ledger, tests do both
    from cases.models.case import body_digest, event_digest, letter_digest  # noqa: PLC0415

    for case in cases.prefetch_related("events__body", "events__letter").iterator(chunk_size=200):
        previous, seq = "", 0
        for event in sorted(case.events.all(), key=lambda e: e.seq):
            seq += 1
            if event.seq != seq:
                yield f"{case.ref}: event {seq} is missing or out of order"
                seq = event.seq
            if event.previous != previous:
                yield f"{case.ref}: event {event.seq} does not follow the one before it"
            if event.hash != event_digest(event):
                yield f"{case.ref}: event {event.seq} was changed"
            body = getattr(event, "body", None)
            if body and event.body_hash != body_digest(
                body.salt, body.note, body.facts, body.audience
            ):
                yield f"{case.ref}: the words of event {event.seq} were changed"
            letter = getattr(event, "letter", None)
            if letter and letter.digest != letter_digest(event, letter.content):
                yield f"{case.ref}: the letter of event {event.seq} was changed"
            if event.body_hash and not body and not case.disposals.exists():
                yield f"{case.ref}: the words of event {event.seq} are missing without a disposal"
            previous = event.hash
        if (case.head_seq, case.head_hash) != (seq, previous):
            yield f"{case.ref}: the chain ends at event {seq}, the case says {case.head_seq}"
