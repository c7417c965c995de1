"""The table of the journey with one step and its moves more, for as long as a test lasts.

In memory alone: the dictionaries that every reader asks are filled anew and put back. The database
refuses a step that its migration does not know, as it should; that check is put aside meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import connection

from cases.journey import MOVES, STEPS, Ask, Move, Step, open_steps

SCREENING = {
    "phase": "before",
    "beside": None,
    "answers": "first",
    "contact_owed": True,
    "named": "wanted",
    "on_list": False,
    "money_runs": False,
    "waits": True,
    "figure_adjusts": False,
    "writes": "",
    "adass": "assessment",
    "department": "open",
    "practices": ("told",),
}
MOVE = {
    "tell": ("person",),
    "clock": "step",
    "sends": "",
    "about_money": False,
    "support": "",
    "ends_support": "",
    "undoes": "",
    "decides": (),
    "answers": "",
    "letter": "",
    "letter_reads": "timeline",
    "department": "",
}


def screening(**traits) -> Step:
    """A step that no council has."""
    return Step(
        "screening",
        "We look at what you asked for",
        "Screening",
        "worker",
        3,
        "Nobody is on the list who needs help today",
        "what we found",
        **SCREENING | traits,
    )


def begin_screening(**traits) -> Move:
    """The way in: from the request."""
    return Move(
        "begin_screening",
        "Begin the screening",
        "began the screening",
        {"request": ("screening",)},
        frozenset({"worker", "manager"}),
        asks=(Ask("reason", "What is looked at?"), Ask("next_contact", "When?", "date")),
        **MOVE | traits,
    )


def end_screening(**traits) -> Move:
    """The way on: to the waiting list."""
    return Move(
        "end_screening",
        "End the screening",
        "ended the screening",
        {"screening": ("waiting",)},
        frozenset({"worker", "manager"}),
        asks=(Ask("found", "What was found?"),),
        keeps=("team",),
        **MOVE | traits,
    )


@contextmanager
def with_screening() -> Iterator[Step]:
    """`screening` between `request` and `waiting`, with a move into it and one out of it."""
    steps, moves, new = dict(STEPS), dict(MOVES), screening()
    try:
        _fill(steps, moves, new)
        with _any_step():
            yield new
    finally:
        for table, before in ((STEPS, steps), (MOVES, moves)):
            table.clear()
            table.update(before)


def _fill(steps, moves, new) -> None:
    before = open_steps()
    STEPS.clear()
    for code, step in steps.items():
        STEPS[code] = step
        if code == "request":
            STEPS[new.code] = new
    for name, move in moves.items():
        MOVES[name] = replace(move, routes=_routes(move, before, new.code))
    for move in (begin_screening(), end_screening()):
        MOVES[move.name] = move


def _routes(move, before, new) -> dict:
    """As the table would make them: what is possible at every open step, or leads back to each."""
    routes = dict(move.routes)
    if set(before) - {"request"} <= set(routes):
        routes[new] = (new,) if routes["waiting"] == ("waiting",) else routes["waiting"]
    for source, targets in move.routes.items():
        if set(before) <= set(targets):
            routes[source] = (*targets, new)
    return routes


@contextmanager
def _any_step() -> Iterator[None]:
    """The constraints that know the steps by name are put aside; a test's end takes that back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE cases_case DROP CONSTRAINT case_step_known")
            cursor.execute("ALTER TABLE cases_visit DROP CONSTRAINT visit_step_known")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
