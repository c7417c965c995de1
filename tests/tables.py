"""Tables of results by the names of their columns: a column that is put between two others changes
no test.

A table is a `Table` of a page, or the rows of a file, the first of them its head.
"""

from cases.ui.components import Table


def lines(table) -> list[dict]:
    """Each row as {column: cell}. Fails where a row and the head differ in length."""
    head, rows = (table.head, table.rows) if isinstance(table, Table) else (table[0], table[1:])
    names = [str(name) for name in head]
    assert len(set(names)) == len(names), f"two columns of one name: {names}"
    return [dict(zip(names, row, strict=True)) for row in rows]


def column(table, name: str) -> list:
    """The cells of a column, from above."""
    return [line[name] for line in lines(table)]


def line(table, row: str) -> dict:
    """{column: cell} of the one row whose first cell reads so."""
    found = [one for one in lines(table) if first_words(one) == row]
    assert len(found) == 1, f"{len(found)} rows {row!r}: {[first_words(o) for o in lines(table)]}"
    return found[0]


def cell(table, row: str, column: str):
    """One cell, by the first cell of its row and the name of its column."""
    return line(table, row)[column]


def first_words(line: dict) -> str:
    first = next(iter(line.values()))
    return str(getattr(first, "text", first))


def refs(lines: list[dict]) -> list[str]:
    """In lists of cases the reference stands under the person's name."""
    return [line["Person"][1] for line in lines]
