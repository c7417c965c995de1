"""An error in one council, or in one job, stops no other; it is counted, logged without anybody's
data, and passes.
"""

import logging
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from budgets.actions.shipped_schemes import load_defaults
from cases import tasks
from cases.figures import histogram
from cases.management.commands import sweep as sweep_command
from cases.models import (
    Case,
    Clock,
    Council,
    Heartbeat,
    Message,
    Nudge,
    Person,
    StepDays,
    TimeDelta,
    Visit,
)
from cases.reminders import sweep
from cases.resilience import jobs
from poet import tasks as outcomes
from poet.actions import invite
from poet.dashboard import overview
from poet.models import Invitation
from poet.results import publishing
from poet.survey import invitations, questions

SECRET = "Ada Wren, 4 Mill Lane"


def moved(case, council):
    """The same case, and all that hangs on it, as another council's."""
    Person.objects.filter(pk=case.person_id).update(council=council)
    Case.objects.filter(pk=case.pk).update(council=council, team=None)
    for model in (Visit, Clock):
        model.objects.filter(case=case).update(council=council)
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def three(cast):
    """A late case in each of three councils, the middle one of which is broken."""
    last = Council.objects.create(slug="upper-dale", name="Upper Dale Council")
    load_defaults(last, "table")
    found = []
    for council in (last, cast.other, cast.council):
        case = cast.a_case(at="running", days_ago=80)
        TimeDelta.objects.filter(council=cast.council).update(council=council)
        found.append(moved(case, council))
    return [case.council for case in reversed(found)], list(reversed(found))


def broken_statement(monkeypatch, module, name, council):
    """Let the database itself refuse what one council asks: its own transaction is then lost, as in
    real life.
    """
    real = getattr(module, name)

    def run(statement, facts):
        if facts.get("council") == council.pk:
            with connection.cursor() as cursor:
                cursor.execute("SELECT no_such_column FROM cases_case")
        return real(statement, facts)

    monkeypatch.setattr(module, name, run)


def failing(client):
    found = client.get("/readyz").json()
    return found["failing_parts"], "failing_parts" in found["degraded_by"]


def test_the_sweep_of_the_other_councils_stands_and_the_broken_one_is_counted(
    three, monkeypatch, client, caplog
):
    councils, cases = three
    now = timezone.now() + timedelta(days=400)
    Heartbeat.objects.all().delete()
    broken_statement(monkeypatch, sweep, "_run", councils[1])
    with caplog.at_level(logging.ERROR):
        done = sweep.sweep(now=now)
    swept = set(Nudge.objects.values_list("council", flat=True))
    assert swept == {councils[0].pk, councils[2].pk} and done.nudges == Nudge.objects.count() > 1
    assert set(Message.objects.filter(template="digest").values_list("council", flat=True)) <= swept
    assert jobs.failing() == [f"sweep council {councils[1].pk}"] and failing(client) == (1, True)
    assert f"sweep council {councils[1].pk} failed: " in caplog.text and "Wren" not in caplog.text
    since = Heartbeat.objects.get(job__startswith="failed").at
    sweep.sweep(now=now)
    assert Heartbeat.objects.get(job__startswith="failed").at == since, "since when, not how often"
    monkeypatch.undo()
    sweep.sweep(now=now)
    assert failing(client) == (0, False) and councils[1].pk in set(
        Nudge.objects.values_list("council", flat=True)
    )


def test_no_statement_of_the_jobs_reaches_into_another_council(three, monkeypatch):
    councils, _cases = three
    now = timezone.now() + timedelta(days=400)
    sweep._of_council(councils[1].pk, sweep.statements(now), now)
    assert set(Nudge.objects.values_list("council", flat=True)) == {councils[1].pk}
    told = Message.objects.filter(made_at=now).values_list("council", flat=True)
    assert set(told) <= {councils[1].pk}
    questions.current_sets()
    invitations._of_council(councils[2].pk, now)
    assert set(Invitation.objects.values_list("case__council", flat=True)) == {councils[2].pk}


def test_the_figures_of_the_other_councils_are_drained(three, monkeypatch, client):
    councils, _cases = three
    StepDays.objects.all().delete()
    real = histogram._finish_some

    def finish(council, *rest):
        if council == councils[1].pk:
            raise DatabaseError(SECRET)
        return real(council, *rest)

    assert set(TimeDelta.objects.values_list("council", flat=True)) == {one.pk for one in councils}
    monkeypatch.setattr(histogram, "_finish_some", finish)
    histogram.drain_all()
    assert set(TimeDelta.objects.values_list("council", flat=True)) == {councils[1].pk}, (
        "what failed waits"
    )
    assert f"drain council {councils[1].pk}" in jobs.failing()
    monkeypatch.undo()
    histogram.drain_all()
    assert not TimeDelta.objects.exists() and not jobs.failing()


def test_people_of_the_other_councils_are_invited_and_one_bad_row_holds_up_nobody(
    three, cast, monkeypatch, caplog
):
    councils, cases = three
    behind = moved(cast.a_case(at="running", days_ago=80), councils[1])
    real = invitations._tell

    def tell(row, now):
        if row.case_id == cases[1].pk and row.worker_id is None:
            raise ValueError(SECRET)
        return real(row, now)

    monkeypatch.setattr(invitations, "_tell", tell)
    invite(now=timezone.now() + timedelta(days=50))
    told = Message.objects.filter(template__startswith="survey_", to_person__isnull=False)
    assert set(told.values_list("case", flat=True)) == {cases[0].pk, behind.pk, cases[2].pk}
    assert jobs.failing() == [f"invite council {councils[1].pk}"] and SECRET not in caplog.text
    monkeypatch.undo()
    invite(now=timezone.now() + timedelta(days=50))
    assert told.filter(case=cases[1]).exists() and not jobs.failing()


@pytest.mark.parametrize(
    ("module", "name", "task", "job"),
    [
        (publishing, "release", outcomes.publish, "publish"),
        (overview, "_keep", outcomes.keep, "keep"),
    ],
)
def test_releases_and_kept_figures_of_the_other_councils_are_made(
    three, monkeypatch, module, name, task, job
):
    councils, _cases = three
    done = []

    def make(council, **_more):
        if council == councils[1]:
            raise DatabaseError(SECRET)
        done.append(council)

    monkeypatch.setattr(module, name, (lambda one, _now: make(one)) if name == "_keep" else make)
    monkeypatch.setattr(overview.figure_cache, "large", lambda _council: True)
    task()
    assert {one.pk for one in done} == {councils[0].pk, councils[2].pk}
    assert jobs.failing() == [f"{job} council {councils[1].pk}"]
    task()
    assert len(done) == 4


@pytest.mark.parametrize("broken", tasks.MINUTE)
def test_what_the_minute_does_stands_apart(db, monkeypatch, broken):
    done = []

    def fail():
        raise DatabaseError(SECRET)

    for path in tasks.MINUTE:
        monkeypatch.setattr(path, fail if path == broken else lambda path=path: done.append(path))
    tasks.sweep()
    assert done == [path for path in tasks.MINUTE if path != broken]
    assert jobs.failing("minute") == [f"minute {broken}"]


@pytest.mark.parametrize("path", sweep_command.ROUND)
def test_the_name_of_whatever_fails_fits_its_column(path):
    most = Heartbeat._meta.get_field("job").max_length
    assert len(f"{jobs.FAILED}minute {path}") <= most, (
        "PostgreSQL refuses a longer one, and with it all that failed"
    )


def test_the_command_does_all_that_the_minute_does_and_danger_first():
    assert sweep_command.ROUND[: len(tasks.MINUTE)] == tasks.MINUTE
    assert tasks.MINUTE[0] == "cases.danger.reports.chase"


def test_the_command_does_the_rest_and_ends_with_an_error(three, monkeypatch, capsys):
    councils, _cases = three
    broken_statement(monkeypatch, sweep, "_run", councils[1])
    with pytest.raises(CommandError, match=f"Failed.*sweep council {councils[1].pk}"):
        call_command("sweep")
    said = capsys.readouterr().out
    assert all(f"{path}: " in said for path in sweep_command.ROUND)


def test_what_failed_comes_last_and_a_time_limit_ends_the_round_and_is_nobodys_failure(db):
    order = []

    def part(name, error=None):
        def do():
            order.append(name)
            if error:
                raise error

        return name, do

    jobs.apart("job", [part("a", ValueError()), part("b"), part("c")])
    jobs.apart("job", [part("a", ValueError()), part("b"), part("c")])
    assert order == ["a", "b", "c", "b", "c", "a"]
    with pytest.raises(SoftTimeLimitExceeded):
        jobs.apart("job", [part("a"), part("b", SoftTimeLimitExceeded()), part("c")])
    with pytest.raises(SoftTimeLimitExceeded):
        jobs.each([1], lambda _n: part("b", SoftTimeLimitExceeded())[1]())
    assert jobs.failing() == ["job a"], "it was not known to be well again"
    assert jobs.failing("jo") == []
