"""What our part of a database is made of, as sorted lines that two databases of one kind can be
compared by: tables, columns and constraints in whatever order they came, indexes and triggers.
"""

import re

SERVER = """
    SELECT format('%s.%s %s %s %s %s', a.attrelid::regclass, a.attname,
                  format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                  pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
          AND NOT a.attisdropped
    UNION SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
"""
FILE = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master"
OURS = re.compile(r"\b(cases|budgets|poet)_")


def schema(connection) -> list[str]:
    """One line a thing; of a SQLite table its parts in alphabetical order."""
    with connection.cursor() as cursor:
        cursor.execute(SERVER if connection.vendor == "postgresql" else FILE)
        found = [row[0] for row in cursor.fetchall()]
    return sorted(_sorted_parts(line) for line in found if OURS.search(line))


def _sorted_parts(line: str) -> str:
    if not line.startswith("table "):
        return line
    head, body = line.split("(", 1)
    parts, depth, begin = [], 0, 0
    for place, sign in enumerate(body):
        depth += (sign == "(") - (sign == ")")
        if (sign == "," and depth == 0) or depth < 0:
            parts.append(body[begin:place].strip())
            begin = place + 1
    return f"{head}({', '.join(sorted(parts))}){body[begin:]}"
