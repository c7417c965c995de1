"""A copied case is, row for row, what a walk gives; and a test that could tell them apart walks."""

import re
from datetime import datetime

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from cases import ledger
from cases.models import Case, Council
from tests import copied_cases
from tests.cast import Cast

# Made by chance, or of it: references, salts and what is hashed with them.
BY_CHANCE = {
    "ref", "salt", "hash", "previous", "body_hash", "head_hash", "digest", "password", "token",
    "code", "key",
}  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d")


@pytest.fixture
def nothing_kept(monkeypatch):
    monkeypatch.setattr(copied_cases, "KEPT", {})


def trail():
    assert copied_cases.is_empty(connection)
    return copied_cases.Trail(connection, (timezone.localdate(),))


def cast_and_case(at, **options):
    """As the fixtures do it: the cast, then one case, then what the database holds."""
    follow = trail()
    with connection.execute_wrapper(follow):
        cast = follow.take("cast", Cast.make)
        cast.trail = follow
        case = cast.a_case(at=at, **options)
    return cast, case, copied_cases.rows(connection)


def without_chance(made):
    """[(table, {column: text})] in the order of keys, without moments and what is made by chance.
    Keys are left out too: on PostgreSQL, a walk counts on where the last one stopped.
    """
    _cast, case, rows = made
    found = []
    for name, held in rows.items():
        columns = copied_cases.tables(connection)[name][1]
        for key in sorted(held):
            row = zip(columns, held[key], strict=True)
            told = {k: str(v).replace(case.ref, "REF") for k, v in row if not varies(k, v)}
            found.append((name, told))
    return found


def varies(column, value):
    moment = isinstance(value, datetime) or MOMENT.match(str(value))
    return moment or column in BY_CHANCE or column.endswith("id")


class Undo(Exception):
    pass


def undone(do):
    """What `do` returns, after its rows are gone."""
    found = []
    try:
        with transaction.atomic():
            found.append(do())
            raise Undo
    except Undo:
        return found[0]


@pytest.mark.parametrize("at", ["request", "budget", "panel", "closed"])
def test_a_copy_is_row_for_row_what_a_walk_gives(db, nothing_kept, at):
    first = undone(lambda: cast_and_case(at))
    again = undone(lambda: cast_and_case(at))
    assert again[2] == first[2]  # the copy: keys, hashes, moments and all
    assert columns_of(again[1]) == columns_of(first[1])
    copied_cases.KEPT.clear()
    walked = undone(lambda: cast_and_case(at))
    assert without_chance(walked) == without_chance(again)


def columns_of(case):
    return {one.attname: getattr(case, one.attname) for one in Case._meta.concrete_fields}


def test_a_copy_carries_on_as_a_walk_does(db, nothing_kept):
    undone(lambda: cast_and_case("set_up"))
    cast, case, _rows = cast_and_case("set_up")
    second = cast.a_case(at="request")
    assert second.pk != case.pk and Case.objects.count() == 2
    plan = case.plans.get()
    line = plan.lines.filter(who="pa").get()
    assert line.plan_id == plan.pk and cast.worker.pk == case.worker_id
    assert list(ledger.faults(Case.objects.all())) == []


@pytest.mark.parametrize("change", ["a row", "the clock", "an object of the test's own", "today"])
def test_what_could_be_told_from_a_walk_is_walked(db, nothing_kept, change):
    follow = trail()
    with connection.execute_wrapper(follow):
        cast = follow.take("cast", Cast.make)
        cast.trail = follow
        kept = set(copied_cases.KEPT)
        if change == "a row":
            Council.objects.update(help_phone="01632 960999")
            cast.a_case()
        elif change == "the clock":
            with time_machine.travel(timezone.now()):
                cast.a_case()
        elif change == "today":
            cast.a_case(days_ago=3)
        else:
            cast.a_case(person=cast.new_person("Bea Wren"))
        assert set(copied_cases.KEPT) == kept and follow.path is None


def test_a_database_that_holds_something_is_no_beginning(db):
    assert copied_cases.is_empty(connection)
    Council.objects.create(slug="elsewhere", name="Elsewhere")
    assert not copied_cases.is_empty(connection)
