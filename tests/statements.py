"""Counts what is sent to the database and what comes back: statements, and the rows fetched with
each.

Rows are counted where a cursor hands them over, so that a statement that reads a whole table and
shows ten of it is seen. The numbers are the same on SQLite and PostgreSQL.
"""

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.db.backends.utils import CursorWrapper

TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)
PLACES = re.compile(r"\(%s(?:, %s)+\)")
BRACKET_OR_FROM = re.compile(r"[()]|\bFROM\b")


def without_columns(sql: str) -> str:
    """From the first FROM outside all brackets; the whole where there is none."""
    depth = 0
    for found in BRACKET_OR_FROM.finditer(sql):
        if found[0] == "FROM" and not depth:
            return sql[found.start() :]
        depth += {"(": 1, ")": -1}.get(found[0], 0)
    return sql


@dataclass
class Statement:
    sql: str
    rows: int = 0

    @property
    def kind(self) -> str:
        """The verb and the main table: `SELECT cases_case`."""
        verb, found = self.sql.split()[0].upper(), TABLE.search(without_columns(self.sql))
        return f"{verb} {found[1]}" if found else verb

    @property
    def shape(self) -> str:
        """The same for statements that differ in their values alone; columns are left out."""
        if self.kind in ("SAVEPOINT", "RELEASE"):
            return self.kind
        plain = PLACES.sub("(...)", self.sql)
        start = "SELECT ... " if plain.startswith("SELECT") else ""
        return " ".join(f"{start}{without_columns(plain) if start else plain}".split())


@dataclass
class Cost:
    """What one page has read."""

    statements: list[Statement] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.statements)

    def by_kind(self) -> dict[str, list[int]]:
        """kind -> [statements, rows]"""
        number = Counter(one.kind for one in self.statements)
        return {
            kind: [number[kind], sum(one.rows for one in self.statements if one.kind == kind)]
            for kind in sorted(number)
        }

    def shapes(self, kind: str) -> list[tuple[str, int, int]]:
        """(shape, statements, rows) of one kind, the most frequent first."""
        number, rows = Counter(), Counter()
        for one in self.statements:
            if one.kind == kind:
                number[one.shape] += 1
                rows[one.shape] += one.rows
        return [(shape, n, rows[shape]) for shape, n in number.most_common()]


class CountingCursor(CursorWrapper):
    """Adds the rows it hands over to the statement that it sent last."""

    statement = None  # set by `counted` with each statement

    def add(self, rows: int) -> None:
        if self.statement is not None:
            self.statement.rows += rows

    def fetchone(self):
        with self.db.wrap_database_errors:
            row = self.cursor.fetchone()
        self.add(row is not None)
        return row

    def fetchmany(self, *size):
        with self.db.wrap_database_errors:
            rows = self.cursor.fetchmany(*size)
        self.add(len(rows))
        return rows

    def fetchall(self):
        with self.db.wrap_database_errors:
            rows = self.cursor.fetchall()
        self.add(len(rows))
        return rows

    def __iter__(self):
        for row in super().__iter__():
            self.add(1)
            yield row


@contextmanager
def counted():
    """`with counted() as cost:` the Cost of what is read inside."""
    cost = Cost()

    def note(execute, sql, params, many, context):
        statement = Statement(str(sql))
        cost.statements.append(statement)
        context["cursor"].statement = statement
        return execute(sql, params, many, context)

    original = connection.make_cursor
    connection.make_cursor = lambda cursor: CountingCursor(cursor, connection)
    try:
        with connection.execute_wrapper(note):
            yield cost
    finally:
        connection.make_cursor = original
