"""The kept figures against the slow way over events: undrained, half drained, drained, corrected,
rebuilt, and at once.
"""

from datetime import date, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.common import dates
from cases.common.refusals import NotYet
from cases.figures import histogram, timings
from cases.models import Case, Council, OpenDays, StepDays, StepFigures, TimeDelta, Visit
from poet.demo.stage import play
from tests import oracle
from tests.race import together
from tests.random_journeys import CLOCK_CHANGES, LEAP_DAY, begun, one_move

WIDE = {"since": date(2020, 1, 1), "until": date(2035, 12, 1)}


def events_of(council):
    cases = Case.objects.filter(council=council).prefetch_related("events").order_by("pk")
    return [sorted(case.events.all(), key=lambda event: event.seq) for case in cases]


def plain(rows):
    return {
        row.step: (
            row.n,
            row.median,
            row.p90,
            row.net_median,
            row.in_target,
            row.with_target,
            row.longest,
            row.loops,
        )
        for row in rows
    }


def agree(council, now=None):
    """The app's figures and the oracle's, over everything and over this and the last months."""
    now, events = now or timezone.now(), events_of(council)
    today = dates.today(now)
    for since, until in (
        (date(2020, 1, 1), date(2035, 12, 1)),
        (oracle.months_back(today, 11), today.replace(day=1)),
        (oracle.months_back(today, 2), today.replace(day=1)),
    ):
        assert plain(timings.days_by_step(council, since=since, until=until)) == oracle.rows(
            events, since, until
        )
    waits = {r.step: (r.n, r.late, r.longest) for r in timings.waiting_now(council, now)}
    assert waits == {s: row for s, row in oracle.waiting(events, now).items() if s != "running"}
    for row in timings.days_by_step(council, **WIDE):
        assert row.person_days + row.council_days + row.panel_days + row.other_days == sum(
            v.days
            for v in Visit.objects.filter(council=council, step=row.step, left_at__isnull=False)
        )


def check():
    call_command("rebuild_figures", "--check", stdout=StringIO())


def correct_some(rng, council, boss):
    """Dates of open steps set back by a few days, where the rules allow it."""
    done = 0
    for case in Case.objects.filter(council=council).exclude(step="closed").order_by("pk"):
        new = dates.london_date(case.step_since) - timedelta(days=rng.randrange(1, 9))
        try:
            case.move("correct_date", by=boss, new_date=new, reason="Written down late")
            done += 1
        except NotYet:
            continue
    return done


def test_the_demonstration_against_the_oracle_before_while_and_after_draining(
    db, settings, tmp_path, monkeypatch
):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(histogram, "drain_all", lambda now=None: None)
    play(cases=30, seed=7, until=dates.today() - timedelta(days=1))
    monkeypatch.undo()
    first, second = Council.objects.order_by("pk")
    assert TimeDelta.objects.exists() and not StepDays.objects.exists()
    agree(first)
    agree(second)
    while histogram.drain(limit=97):
        if TimeDelta.objects.filter(council=first).exists():
            agree(first)
    histogram.refresh()
    agree(first)
    agree(second)
    check()
    boss = first.seats.get(role="manager", team__name="North team").user
    assert correct_some(Random(1), first, boss) > 3
    agree(first)
    check()
    histogram.drain_all()
    agree(first)
    check()


@pytest.mark.parametrize("start", [*CLOCK_CHANGES, LEAP_DAY], ids=["spring", "autumn", "leap"])
def test_random_ways_across_clock_changes_and_the_leap_day(cast, start):
    rng = Random(start.toordinal())
    for _ in range(6):
        case = begun(cast, start)
        at = start
        for _ in range(12):
            at += timedelta(minutes=rng.choice((1, 20, 600, 1500, 4000, 9000)))
            one_move(rng, cast, case, at)
    assert Visit.objects.filter(council=cast.council, left_at__isnull=False).count() > 6, (
        "hardly anything moved"
    )
    agree(cast.council)
    while histogram.drain(limit=5):
        pass
    agree(cast.council)
    check()


def test_after_the_drain_a_period_is_read_from_its_finished_figures(a_case, cast):
    a_case(at="plan", days_ago=50)
    today = dates.today()
    year = {"since": dates.months_before(today, 11), "until": today}
    before = timings.days_by_step(cast.council, **year)
    histogram.drain_all()
    assert (
        not TimeDelta.objects.exists() and StepFigures.objects.filter(council=cast.council).exists()
    )
    StepDays.objects.all().delete()  # what follows can't come from there
    with CaptureQueriesContext(connection) as found:
        assert timings.days_by_step(cast.council, **year) == before
    assert len(found) == 1
    with CaptureQueriesContext(connection) as found:
        assert timings.trend(cast.council, "request", **year) != []
    assert len(found) == 1


def test_a_new_month_is_finished_before_it_is_believed(a_case, cast):
    a_case(at="plan", days_ago=50)
    histogram.drain_all()
    later = timezone.now() + timedelta(days=40)
    today = dates.today(later)
    wanted = {"since": dates.months_before(today, 2), "until": today}
    before = timings.days_by_step(cast.council, **wanted)
    assert not StepFigures.objects.filter(until=today.replace(day=1)).exists()
    assert histogram.refresh(later) == 1 and histogram.refresh(later) == 0
    assert StepFigures.objects.filter(until=today.replace(day=1)).exists()
    assert timings.days_by_step(cast.council, **wanted) == before


def test_split_by_route_and_team_is_read_finished_and_whole_also_in_a_new_month(a_case, cast):
    """The first drain of a month touches one team: the others' figures of that month must be there
    too.
    """
    a_case(at="running", days_ago=90)
    a_case(at="running", days_ago=80, route="council_managed")
    open_one = a_case(at="request", days_ago=2)
    Visit.objects.update(team=cast.team)
    call_command("rebuild_figures", stdout=StringIO())
    later = timezone.now() + timedelta(days=40)
    year = {"since": dates.months_before(dates.today(later), 11), "until": dates.today(later)}
    before = {dim: timings.split(cast.council, "request", dim, **year) for dim in ("team", "route")}
    StepFigures.objects.filter(until__gte=dates.today(later).replace(day=1)).delete()
    visit = open_one.visits.get()
    TimeDelta(
        council=cast.council,
        kind="closed",
        sign=1,
        step="request",
        team=cast.intake,
        route="",
        month=later.date().replace(day=1),
        days=1,
        net=1,
        due=True,
        ok=True,
        version=visit.journey_version,
    ).save()
    assert histogram.drain(now=later) == 1
    with CaptureQueriesContext(connection) as found:
        after = {
            dim: timings.split(cast.council, "request", dim, **year) for dim in ("team", "route")
        }
    assert len(found) == 2 and not any("stepdays" in query["sql"] for query in found)
    assert after["team"][str(cast.team.pk)] == before["team"][str(cast.team.pk)]
    assert after["team"][str(cast.intake.pk)].n == 1
    assert {k: row.n for k, row in after["route"].items() if k} == {
        k: row.n for k, row in before["route"].items() if k
    }


@pytest.mark.parametrize("kind", ["count", "figure", "open"])
def test_the_check_finds_what_was_changed_and_the_rebuild_mends_it(a_case, cast, kind):
    a_case(at="plan", days_ago=50)
    histogram.drain_all()
    check()
    if kind == "count":
        row = StepDays.objects.filter(dim="", measure="gross", step="request").get()
        StepDays.objects.filter(pk=row.pk).update(n=row.n + 1)
    elif kind == "figure":
        StepFigures.objects.filter(step="request", dim="").update(median=77)
    else:
        OpenDays.objects.filter(dim="", step="plan").delete()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rebuild_figures", "--check", stdout=out)
    assert "the visits say" in out.getvalue() or "the histogram says" in out.getvalue()
    call_command("rebuild_figures", stdout=StringIO())
    check()
    agree(cast.council)


def test_by_route_and_team_they_add_up(a_case, cast):
    a_case(at="running", days_ago=90)
    a_case(at="confirm", days_ago=30)
    for _ in range(2):
        whole = {row.step: row.n for row in timings.days_by_step(cast.council, **WIDE)}
        for dim in ("team", "route", "need", "age", "version"):
            for step, n in whole.items():
                assert (
                    sum(r.n for r in timings.split(cast.council, step, dim, **WIDE).values()) == n
                ), (dim, step)
        histogram.drain_all()


def test_what_a_page_keeps_is_known_by_its_version(a_case, cast):
    seen = {timings.data_version(cast.council)}
    case = a_case(at="request", days_ago=3)
    for change in (
        lambda: None,
        lambda: histogram.drain_all(),
        lambda: case.move("hand_turn", by=cast.duty, turn="provider", reason="Asked"),
        lambda: histogram.drain_all(),
    ):
        change()
        version = timings.data_version(cast.council)
        assert version not in seen
        seen.add(version)


@pytest.mark.django_db(transaction=True)
def test_four_drains_at_once_count_each_change_once(cast):
    for days in range(6):
        cast.a_case(at="confirm", days_ago=10 + days)
    expected = plain(timings.days_by_step(cast.council, **WIDE))

    def work():
        while histogram.drain(limit=7):
            pass

    _done, problems = together(4, work)
    assert not problems and not TimeDelta.objects.exists()
    assert plain(timings.days_by_step(cast.council, **WIDE)) == expected
    check()
