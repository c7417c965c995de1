"""N cases from a fixed random state, written straight into the tables: `python -m bench.data 100k`.

Everything belongs to ONE council with 40 teams: the harder test, because every panel then reads all
of it. The shape: 25 months of requests, ten steps and the running budget, log-normal days, a factor
a team, loops, four routes, ages and need groups (`shape.py`). Written: people, cases, visits, one
whole-journey clock a case, indicative and decided budgets, invitations and survey answers; of
events and turns only the open one of each open case, because a move needs those and no page reads
the others. Events therefore do not replay, and their hashes are none: the oracle runs over real
cases instead. Days are counted back from the day of the making, so that "the last 12 months" holds
something.
"""

import io
import sys
import time
from datetime import timedelta

from bench import setting

BATCH = 5_000


class Writer:
    """Rows into tables by COPY, or by executemany on SQLite, batch by batch. A column nobody fills
    has its default.
    """

    def __init__(self, connection, models: dict) -> None:
        self.connection, self.waiting = connection, {name: [] for name in models}
        self.columns, self.rest = {}, {}
        for name, (model, given) in models.items():
            fields = {f.column: f for f in model._meta.concrete_fields}
            others = [c for c in fields if c not in given and c != "id"]
            self.columns[name] = (model._meta.db_table, [*given, *others])
            self.rest[name] = tuple(_default(fields[c]) for c in others)

    def flush(self) -> None:
        for name, rows in self.waiting.items():
            if rows:
                table, columns = self.columns[name]
                (self._copy if self.connection.vendor == "postgresql" else self._many)(
                    table, columns, rows, self.rest[name]
                )
                rows.clear()

    def _copy(self, table, columns, rows, rest) -> None:
        tail = "".join(f"\t{_text(v)}" for v in rest) + "\n"
        text = "".join("\t".join(map(_text, row)) + tail for row in rows)
        with self.connection.cursor() as cursor:
            cursor.cursor.copy_expert(
                f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.StringIO(text)
            )

    def _many(self, table, columns, rows, rest) -> None:
        marks = ", ".join("?" * len(columns))
        self.connection.ensure_connection()
        self.connection.connection.cursor().executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            [row + rest for row in rows],
        )


def _text(value) -> str:
    return "\\N" if value is None else str(value)


def _default(field):
    """What Django would write into a column nobody fills, as both databases read it."""
    value = field.get_default()
    if isinstance(value, bool):
        return int(value)
    return "{}" if value == {} else "[]" if value == [] else None if value is None else str(value)


def make(size: str) -> None:
    """The database of a size: made, filled, its figures built."""
    setting.create(size)
    setting.start()
    from django.core.management import call_command  # needs Django
    from django.db import connection

    from cases.common import dates
    from cases.figures import rebuild
    from cases.models import Council

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    began = time.perf_counter()
    kept = unindexed(connection)
    fill(connection, setting.SIZES[size], dates.today())
    for statement in kept:
        run(connection, statement)
    run(connection, "ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    filled = time.perf_counter()
    cells = rebuild.rebuild(Council.objects.get(), dates.today())
    run(connection, "ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    print(
        f"{size}: filled in {filled - began:.0f} s; {cells:,} counts rebuilt in "
        f"{time.perf_counter() - filled:.0f} s"
    )
    for line in described(connection):
        print(f"  {line}")


def fill(connection, number: int, today) -> None:
    """All rows, in one transaction."""
    from django.db import transaction

    from bench import shape  # reads models

    with transaction.atomic():
        if connection.vendor == "postgresql":
            run(
                connection, "SET LOCAL session_replication_role = replica"
            )  # no foreign key is looked up row by row
        people = shape.staff(today)
        writer = Writer(connection, shape.TABLES)
        for count, _made in enumerate(
            shape.cases(number, today - timedelta(days=1), people, writer.waiting), 1
        ):
            if count % BATCH == 0:
                writer.flush()
        writer.flush()
        if connection.vendor == "postgresql":
            for table, _columns in writer.columns.values():
                run(
                    connection,
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}",
                )


def unindexed(connection) -> list[str]:
    """Take away the indexes that no constraint needs; returns the statements that bring them
    back.
    """
    if connection.vendor != "postgresql":
        return []
    from bench import shape  # reads models

    tables = [model._meta.db_table for model, _given in shape.TABLES.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND "
            "tablename = ANY(%s) "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [tables],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def described(connection) -> list[str]:
    """How much there is."""
    queries = {
        "cases": "SELECT count(*) FROM cases_case",
        "visits": "SELECT count(*) FROM cases_visit",
        "open visits": "SELECT count(*) FROM cases_visit WHERE left_at IS NULL",
        "of them running budgets": (
            "SELECT count(*) FROM cases_visit WHERE left_at IS NULL AND step = 'running'"
        ),
        "overdue": (
            "SELECT count(*) FROM cases_visit WHERE left_at IS NULL AND due_at <= CURRENT_TIMESTAMP"
        ),
        "finished day counts (cases_stepdays)": "SELECT count(*) FROM cases_stepdays",
        "of them whole council": "SELECT count(*) FROM cases_stepdays WHERE dim = ''",
        "open day counts (cases_opendays)": "SELECT count(*) FROM cases_opendays",
        "of them whole council ": "SELECT count(*) FROM cases_opendays WHERE dim = ''",
        "finished figures (cases_stepfigures)": "SELECT count(*) FROM cases_stepfigures",
        "budget figures": "SELECT count(*) FROM budgets_budgetfigure",
        "survey answers": "SELECT count(*) FROM poet_response",
    }
    lines = [f"{what.strip()}: {run(connection, query)[0][0]:,}" for what, query in queries.items()]
    if connection.vendor == "postgresql":
        for table in ("cases_visit", "cases_case", "cases_stepdays", "cases_stepfigures"):
            size = run(
                connection, f"SELECT pg_table_size('{table}'), pg_total_relation_size('{table}')"
            )[0]
            lines.append(f"{table}: {size[0] / 1e6:,.1f} MB, with indexes {size[1] / 1e6:,.1f} MB")
    return lines


def run(connection, statement: str, arguments=None) -> list:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []


if __name__ == "__main__":
    make(sys.argv[1])
