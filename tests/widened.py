"""The tables of the journey with one step and its moves, one route or one role more, for as long as
a test lasts.

In memory alone: the dictionaries that every reader asks are filled anew and put back. The database
refuses a code that its migration does not know, as it should; that check is put aside meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import connection

from budgets.models.plan import ROUTE_NAMES, ROUTES
from cases.journey import (
    MONEY_ROUTES,
    MOVES,
    ROLES,
    SEAT_ROLES,
    STEPS,
    TURN_NAMES,
    Ask,
    MoneyRoute,
    Move,
    Role,
    Step,
    open_steps,
)

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
    plain = Step(
        "screening",
        "We look at what you asked for",
        "Screening",
        "worker",
        3,
        "Nobody is on the list who needs help today",
        "what we found",
        **SCREENING,
    )
    return replace(plain, **traits)


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
        with _unchecked({"case_step_known": "cases_case", "visit_step_known": "cases_visit"}):
            yield new
    finally:
        _put_back([(STEPS, steps), (MOVES, moves)])


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
def with_route(**traits) -> Iterator[MoneyRoute]:
    """A fourth route: an individual service fund that a broker holds."""
    kept = [(table, dict(table)) for table in (MONEY_ROUTES, ROUTES, ROUTE_NAMES)]
    words = {
        "code": "broker_held",
        "title": "Broker-held account: a broker holds the money and I direct it",
        "name": "Broker-held account",
        "needs": "account",
        "chosen": "Chose an account held by a broker",
    }
    new = MoneyRoute(**words | traits)
    try:
        MONEY_ROUTES[new.code], ROUTES[new.code] = new, new.title
        ROUTE_NAMES[new.code] = new.name
        with _unchecked({"line_route_known": "budgets_planline"}):
            yield new
    finally:
        _put_back(kept)


COMMISSIONER = {
    "code": "commissioner",
    "title": "Commissioner",
    "turn": "",
    "turn_name": "Commissioner",
    "rank": 7,
    "reaches": "set_up",
    "reads": frozenset({"plan", "timeline"}),
    "hears": frozenset({"helper"}),
    "days": "other",
}


@contextmanager
def with_role(**traits) -> Iterator[Role]:
    """A role that no council has: a commissioner, who reads plans and no sums."""
    kept = [(table, dict(table)) for table in (ROLES, SEAT_ROLES, TURN_NAMES)]
    new = Role(**COMMISSIONER | traits)
    try:
        ROLES[new.code], SEAT_ROLES[new.code] = new, new.title
        TURN_NAMES[new.code] = new.turn_name
        with _unchecked({"seat_role_known": "cases_seat"}):
            yield new
    finally:
        _put_back(kept)


def _put_back(kept) -> None:
    for table, before in kept:
        table.clear()
        table.update(before)


@contextmanager
def _unchecked(constraints: dict[str, str]) -> Iterator[None]:
    """The constraints (name -> table) that know such codes are put aside; a test's end takes that
    back.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name, table in constraints.items():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
