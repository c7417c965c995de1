"""How long things take: against plain Python over the same visits, and at each edge of a band."""

import hashlib
from collections import defaultdict
from datetime import date, timedelta
from statistics import median_low

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases import actions, journey
from cases.common import dates, quantiles
from cases.figures import histogram, rebuild, timings
from cases.models import Team, Visit
from poet.statistics import nearest_rank

WIDE = {"since": date(2020, 1, 1), "until": date(2035, 12, 1)}


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 9)), max_size=30), st.floats(0.01, 1))
def test_the_quantile_is_the_one_of_the_statistics_module(pairs, share):
    assert quantiles.quantile(pairs, share) == nearest_rank(pairs, share)


def closed_by_step():
    found = defaultdict(list)
    for visit in Visit.objects.exclude(left_at=None):
        found[visit.step].append(visit)
    return found


def test_days_by_step_agrees_with_the_visits_themselves(cast):
    for at, ago in (("running", 90), ("plan", 60), ("confirm", 45), ("closed", 200), ("panel", 40)):
        cast.a_case(at=at, days_ago=ago)
    rows = timings.days_by_step(cast.council, **WIDE)
    expected = closed_by_step()
    assert [row.step for row in rows] == [s for s in journey.open_steps() if s in expected]
    for row in rows:
        days = sorted(v.days for v in expected[row.step])
        timed = [v for v in expected[row.step] if v.due_at]
        assert (row.n, row.longest) == (len(days), days[-1])
        assert row.median == median_low(days) and row.p90 == days[-(-9 * len(days) // 10) - 1]
        assert (row.with_target, row.in_target) == (
            len(timed),
            sum(v.left_at < v.due_at for v in timed),
        )


def test_a_running_budget_has_no_deadline_to_meet(a_case, cast):
    a_case(at="review", days_ago=60)
    running = next(r for r in timings.days_by_step(cast.council, **WIDE) if r.step == "running")
    assert running.n == 1 and running.share_in_target is None


def test_only_the_months_asked_for_both_included(a_case, cast):
    a_case(at="waiting", days_ago=70)
    month = Visit.objects.get(step="request").month
    before, after = month - timedelta(days=1), timings.next_month(month)
    assert timings.days_by_step(cast.council, since=month, until=month)[0].n == 1
    assert timings.days_by_step(cast.council, since=after, until=after) == []
    assert timings.days_by_step(cast.council, since=before, until=before) == []


def test_another_councils_and_another_teams_cases_are_not_counted(a_case, cast):
    a_case(at="confirm")
    now, south = timezone.now(), Team.objects.create(council=cast.council, name="South team")
    assert timings.days_by_step(cast.other, **WIDE) == [] == timings.waiting_now(cast.other, now)
    assert timings.whose_turn(cast.other, now) == [] == timings.longest_waits(cast.other, now)
    assert timings.waiting_now(cast.council, now, team=south) == []
    assert timings.waiting_now(cast.council, now, team=cast.team)[0].n == 1
    by_both = timings.waiting_now(cast.council, now, team=[south.pk, cast.team.pk])
    assert by_both == timings.waiting_now(cast.council, now)
    assert timings.days_by_step(cast.council, team=[], **WIDE) == []


def test_a_step_that_was_sent_back_counts_each_time_and_as_a_loop(a_case, cast):
    case = a_case(at="confirm", days_ago=40)
    case.move("return_assessment", by=cast.worker, missing="Which help at night?")
    draft = actions.open_assessment(case=case, by=cast.person)
    actions.save_answer(
        assessment=draft, question="about.important", value="Cats", voice="person", by=cast.person
    )
    actions.submit_assessment(case=case, by=cast.person)
    assess = next(r for r in timings.days_by_step(cast.council, **WIDE) if r.step == "assess")
    assert (assess.n, assess.loops) == (2, 1)


def test_pauses_are_left_out_of_the_net_figure_only(a_case, cast):
    case = a_case(at="assess", days_ago=60)
    began = case.step_since
    case.move(
        "pause",
        by=cast.worker,
        code="hospital",
        reason="Hip",
        at=began,
        next_chase=dates.london_date(began) + timedelta(days=10),
    )
    draft = actions.open_assessment(case=case, by=cast.person)
    actions.save_answer(
        assessment=draft, question="about.important", value="Cats", voice="person", by=cast.person
    )
    actions.submit_assessment(case=case, by=cast.person, at=began + timedelta(days=30))
    assess = next(r for r in timings.days_by_step(cast.council, **WIDE) if r.step == "assess")
    assert (assess.median, assess.net_median) == (30, 20)


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "under_28"),
        (27, "under_28"),
        (28, "28_42"),
        (42, "28_42"),
        (43, "43_90"),
        (90, "43_90"),
        (91, "91_182"),
        (182, "91_182"),
        (183, "183_365"),
        (365, "183_365"),
        (366, "over_365"),
        (2000, "over_365"),
    ],
)
def test_each_edge_of_the_age_bands_in_civil_days(a_case, cast, days, band):
    case = a_case(at="request", days_ago=1)
    # half an hour before midnight in London, across both changes of the clocks
    then = dates.london_midnight(
        dates.london_date(case.step_since) + timedelta(days=days + 1)
    ) - timedelta(minutes=30)
    (row,) = timings.waiting_now(cast.council, then)
    assert {name for name, n in row.bands.items() if n} == {band} and row.longest == days
    assert row.late == (1 if then >= case.due_at else 0)


def test_a_running_budget_waits_for_nobody(a_case, cast):
    a_case(at="running")
    now = timezone.now()
    assert timings.waiting_now(cast.council, now) == timings.whose_turn(cast.council, now) == []


def test_whose_turn_and_the_longest_waits(cast):
    old, new = cast.a_case(at="request", days_ago=50), cast.a_case(at="assess", days_ago=20)
    cast.a_case(at="assess", days_ago=10)
    now = timezone.now()
    turns = timings.whose_turn(cast.council, now)
    assert [(t.turn, t.n) for t in turns] == [("person", 2), ("worker", 1)]
    assert (turns[1].longest, turns[1].late) == (50, 1)
    waits = timings.longest_waits(cast.council, now, limit=2)
    assert [(w.ref, w.turn, w.days) for w in waits] == [
        (old.ref, "worker", 50),
        (new.ref, "person", 19),
    ]
    assert [w.days_late for w in waits] == [48, 5]


def test_from_asking_to_the_first_running_budget_in_calendar_days(cast):
    cases = [cast.a_case(at="running", days_ago=ago) for ago in (100, 60)]
    cast.a_case(at="review", days_ago=150)
    cast.a_case(at="set_up", days_ago=150)
    took = []
    for case in [*cases, *cast.council.cases.filter(step="review")]:
        first = case.events.get(verb="start_budget", seq__lt=case.head_seq + 1).codes[
            "first_started_on"
        ]
        took.append((date.fromisoformat(first) - dates.london_date(case.asked_at)).days)
    whole = {row.step: row for row in timings.clock_rows(cast.council, **WIDE)}["first_start"]
    assert (whole.n, whole.median, whole.in_target) == (3, median_low(took), 3)
    assert timings.clock_rows(cast.other, **WIDE) == []


def test_the_number_of_statements_does_not_grow(cast):
    def count():
        now = timezone.now()
        with CaptureQueriesContext(connection) as found:
            timings.days_by_step(cast.council, **WIDE)
            timings.waiting_now(cast.council, now)
            timings.whose_turn(cast.council, now)
            timings.longest_waits(cast.council, now)
            timings.clock_rows(cast.council, **WIDE)
        return len(found)

    cast.a_case(at="running")
    one = count()
    for _n in range(5):
        cast.a_case(at="running", days_ago=80)
    assert count() == one


def test_a_table_whose_steps_or_moves_changed_is_a_new_version():
    """Where this fails, raise `journey.VERSION` and write its digest here."""
    steps = [(s.code, s.turn, s.target, s.phase, s.beside) for s in journey.STEPS.values()]
    moves = [
        (m.name, sorted(m.routes.items()), sorted(m.who), m.clock) for m in journey.MOVES.values()
    ]
    begins = [(b.name, b.step, b.cycle) for b in journey.BEGINNINGS.values()]
    digest = hashlib.sha256(repr((steps, moves, begins)).encode()).hexdigest()[:12]
    assert {journey.VERSION: digest} == {3: "4964ae382320"}


def test_two_versions_of_the_journey_stand_side_by_side(cast, monkeypatch):
    """A stay belongs to the version of the table under which it ended, drained or not."""
    cast.a_case(at="confirm", days_ago=30)
    left_late = cast.a_case(at="waiting", days_ago=20)
    monkeypatch.setattr(journey, "VERSION", journey.VERSION + 1)
    facts = {"mode": "own", "wish": "wants_own", "capacity": "yes"}
    actions.start_assessment(case=left_late, by=cast.manager, worker=cast.worker, **facts)
    for _again in range(2):
        cast.a_case(at="confirm", days_ago=9)
    one, two = str(journey.VERSION - 1), str(journey.VERSION)
    assert left_late.visits.get(left_at=None).journey_version == journey.VERSION
    span = {"since": timezone.localdate().replace(day=1) - timedelta(days=60)}
    span["until"] = timezone.localdate()
    for drained in (False, True):
        if drained:
            histogram.drain_all(now=timezone.now())
        requests = timings.split(cast.council, "request", "version", **span)
        assert {key: row.n for key, row in requests.items()} == {one: 2, two: 2}
        waits = timings.split(cast.council, "waiting", "version", **span)
        assert {key: (row.n, row.median) for key, row in waits.items()} == {two: (1, 19)}
        for key, steps in (
            (one, {"request": 2, "assess": 1}),
            (two, {"request": 2, "waiting": 1, "assess": 2}),
        ):
            rows = timings.days_by_step(cast.council, dim="version", key=key, **span)
            assert {row.step: row.n for row in rows} == steps
    assert not list(rebuild.differences(cast.council))
