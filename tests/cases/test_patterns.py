"""How journeys go apart from their days: counted against the cases' own events and turns, one by
one.
"""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.common import dates
from cases.figures import patterns
from cases.models import Turn


@pytest.fixture
def period():
    return {"since": date(2020, 1, 1), "until": dates.today()}


def by_hand(cases):
    """The slow way: every event and turn of every case."""
    passes = people = forms = loops = 0
    for case in cases:
        turns = [
            t.role
            for t in Turn.objects.filter(visit__case=case).order_by("began_at", "pk")
            if t.role != "nobody"
        ]
        passes += sum(a != b for a, b in zip(turns, turns[1:], strict=False))
        events = list(case.events.all())
        people += len({e.by_id for e in events if e.by_id and e.role not in ("person", "delegate")})
        forms += sum(e.verb in patterns.forms() for e in events)
        visits = [(v.cycle_no, v.step) for v in case.visits.all()]
        loops += len(visits) - len(set(visits))
    return passes, people, forms, loops


def test_it_agrees_with_the_cases_one_by_one(cast, period):
    ended = [cast.a_case(at="running", days_ago=100), cast.a_case(at="closed", days_ago=100)]
    panel = cast.a_case(at="panel", days_ago=100)
    cast.a_case(at="plan")  # still on its way: not counted
    from budgets import actions as money

    money.return_plan(case=panel, by=cast.panel, reason="Say more about the nights")
    panel.refresh_from_db()
    panel.move("withdraw", by=cast.person, reason="Moving away")
    ended.append(panel)
    found = patterns.patterns(cast.council, **period)
    assert (found.passes, found.people, found.forms, found.loops) == by_hand(ended)
    assert found.cases == 3 and found.came_back == 1 and found.each("forms") == found.forms / 3


def test_the_panel_is_measured(cast, period):
    cast.a_case(at="running", days_ago=100)
    panel = cast.a_case(at="panel", days_ago=100)
    assert patterns.panel(cast.council, **period).of == 1, "a journey that goes on is not counted"
    from budgets import actions as money

    money.return_plan(case=panel, by=cast.panel, reason="Say more about the nights")
    panel.refresh_from_db()
    panel.move("withdraw", by=cast.person, reason="Moving away")
    found = patterns.panel(cast.council, **period)
    stay = panel.visits.get(step="panel")
    assert (found.cases, found.of, found.decided, found.changed) == (1, 2, 1, 1)
    assert found.median == stay.days and found.share == 0.5 and found.share_changed == 1


def test_team_council_and_period_are_kept_apart(cast, period):
    cast.a_case(at="running", days_ago=100)
    assert patterns.patterns(cast.council, **period).cases == 1
    assert patterns.patterns(cast.council, **period, team=[cast.team.pk]).cases == 1
    assert patterns.patterns(cast.council, **period, team=[cast.intake.pk]).cases == 0
    assert patterns.patterns(cast.other, **period).cases == 0
    assert (
        patterns.patterns(cast.council, since=date(2020, 1, 1), until=date(2020, 3, 1)).cases == 0
    )


def test_nothing_is_said_of_nothing(cast, period):
    found, panel = patterns.patterns(cast.council, **period), patterns.panel(cast.council, **period)
    assert found.each("people") is None and panel.share is None and panel.share_changed is None


def test_the_number_of_statements_is_the_same_for_one_case_and_for_many(cast, period):
    def count():
        with CaptureQueriesContext(connection) as found:
            patterns.patterns(cast.council, **period), patterns.panel(cast.council, **period)
        return len(found)

    cast.a_case(at="running", days_ago=100)
    one = count()
    for at in ("running", "closed", "running"):
        cast.a_case(at=at, days_ago=90)
    assert count() == one <= 10
