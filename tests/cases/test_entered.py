"""A case that began here with money already running: it stands where money runs, its reviews are
counted from the days that were given, and no figure says that we measured how it came there.
"""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases import journey
from cases.casefile import case_presenter
from cases.common import dates, likely_days
from cases.figures import histogram, patterns, rebuild
from cases.journey import clocks
from cases.journey.replay import disagreements
from cases.models import Case, Clock, Representation, StepDays
from cases.models.clock import opening
from cases.ui.form_toolkit import life_of
from poet.dashboard import adass_counts, department_waits
from poet.models import Invitation
from poet.results import measured_conditions
from poet.survey.invitations import invite
from tests.cast import SINCE

TODAY = timezone.localdate


def entered(cast, began=None, reviewed=None, **facts):
    began = began or TODAY() - timedelta(days=700)
    codes = {"route": "direct_payment", "began_on": began.isoformat(), "first_review": "no"}
    codes |= {"reviewed_on": reviewed.isoformat()} if reviewed else {}
    person = cast.new_person(name="Mo Lark", born=date(1950, 5, 1))
    Representation.objects.create(
        user=cast.person,
        person=person,
        kind="self",
        scope=["see", "fill", "send", "money"],
        valid_from=SINCE,
    )
    with transaction.atomic():
        return Case.enter(
            council=cast.council,
            person=person,
            kind="adult",
            by=cast.finance,
            team=cast.team,
            facts=codes | {"team": cast.team.pk} | facts,
            route="direct_payment",
            age_band="65-84",
        )


def test_it_stands_where_money_runs_and_nothing_waits(cast):
    case = entered(cast)
    assert (case.step, case.turn, case.cycle, case.due_at) == ("running", "nobody", "entered", None)
    (event,) = case.events.all()
    assert (event.verb, event.role, event.codes["began_on"][:2]) == (
        "enter_running",
        "finance",
        "20",
    )
    assert [v.step for v in case.visits.all()] == ["running"] and not case.messages.exists()
    assert not disagreements(case)


def test_reviews_are_counted_from_the_day_that_was_given(cast):
    began, reviewed = TODAY() - timedelta(days=700), TODAY() - timedelta(days=100)
    never = {c.kind: c for c in Clock.objects.filter(case=entered(cast, began))}
    assert set(never) == {"dp_review", "annual_review"}
    for kind, due in (
        ("annual_review", began + timedelta(days=366)),
        ("dp_review", dates.months_after(began, 6) + timedelta(days=1)),
    ):
        assert never[kind].began_at == dates.london_midnight(began), kind
        assert never[kind].due_at == dates.london_midnight(due), kind
    once = {c.kind: c for c in Clock.objects.filter(case=entered(cast, began, reviewed))}
    assert once["annual_review"].due_at == dates.london_midnight(reviewed + timedelta(days=366))
    yearly = dates.months_after(reviewed, 12) + timedelta(days=1)
    assert once["dp_review"].due_at == dates.london_midnight(yearly)


def test_the_first_review_runs_where_money_began_lately(cast):
    began = TODAY() - timedelta(days=20)
    late = {c.kind for c in Clock.objects.filter(case=entered(cast, began, first_review="yes"))}
    assert late == {"first_review", "dp_review", "annual_review"}


def test_whoever_comes_too_late_reads_how_it_began(cast):
    words = entered(cast).moved_on({"finance"})
    assert "entered money that was running already" in words and "asked for support" not in words


def test_what_the_person_pays_is_reviewed_a_year_after_it_was_decided(cast):
    decided = TODAY() - timedelta(days=300)
    case = entered(cast, reviewed=TODAY() - timedelta(days=20), charged_from=decided.isoformat())
    clock = case.clocks.get(kind="charge_review")
    assert clock.began_at == dates.london_midnight(decided)
    assert clock.due_at == dates.london_midnight(decided + timedelta(days=366))
    assert not disagreements(case)


def test_another_route_has_no_direct_payment_review(cast):
    case = entered(cast, route="council_managed")
    assert {c.kind for c in case.clocks.all()} == {"annual_review"}


def test_a_review_and_a_corrected_day_leave_the_books_whole(cast):
    case = entered(cast)
    before = dict(Clock.objects.filter(case=case).values_list("kind", "due_at"))
    day = TODAY() - timedelta(days=3)
    case.move("correct_date", by=cast.manager, new_date=day, reason="Entered late")
    assert dict(Clock.objects.filter(case=case).values_list("kind", "due_at")) == before
    case.move("reassign", by=cast.manager, worker=cast.worker.pk)
    case.move("start_review", by=cast.worker, kind="planned", reason="It is due")
    case.move("reassess", by=cast.worker, reason="Much has changed")
    assert case.cycle == "reassessment" and not disagreements(case)
    assert not Clock.objects.filter(case=case, cycle="first").exists()


def test_no_figure_counts_it_as_a_journey_that_was_measured(cast):
    case, day = entered(cast), TODAY()
    month = dict(since=day.replace(day=1), until=day)
    assert patterns.ended(cast.council, **month).count() == 0
    assert not Clock.objects.filter(case=case, kind__in=journey.WHOLE).exists()
    now = timezone.now()
    assert adass_counts.waiting(cast.council, now).assessment == 0
    assert adass_counts.waiting(cast.council, now).review == 1  # its yearly review is overdue
    case.move("reassign", by=cast.manager, worker=cast.worker.pk)
    case.move("start_review", by=cast.worker, kind="planned", reason="It is due")
    case.move("reassess", by=cast.worker, reason="Much has changed")
    assert adass_counts.waiting(cast.council, now).assessment == 0
    assert not list(department_waits.waits(cast.council, **month))
    assert Case.objects.filter(pk=case.pk) and not department_waits._cohort(
        cast.council, None
    ).filter(pk=case.pk)


def test_a_day_before_it_was_entered_may_be_meant(cast, a_case):
    began = TODAY() - timedelta(days=700)
    assert not likely_days.refusal(began, TODAY(), life_of(entered(cast, began)))
    asked = life_of(a_case(at="running", days_ago=60))
    assert "did not know this person" in likely_days.refusal(began, TODAY(), asked)


def test_nobody_is_asked_how_the_beginning_was_and_no_result_counts_it(cast, a_case):
    case, day = entered(cast), TODAY()
    case.move("reassign", by=cast.manager, worker=cast.worker.pk)
    started = measured_conditions.started(cast.council, since=day.replace(day=1), until=day)
    assert not started.exists()
    later = timezone.now() + timedelta(days=50)
    assert invite(now=later) == (0, 0)
    begun = a_case(at="running", days_ago=60)  # so that the bell would have rung
    assert invite(now=later) == (1, 2)
    assert {row.case for row in Invitation.objects.all()} == {begun}


def test_the_figures_are_those_of_the_events(cast):
    case = entered(cast)
    histogram.drain_all()
    before = list(StepDays.objects.order_by("pk").values_list("step", "n"))
    assert case.step not in dict(before)
    assert not list(rebuild.differences(cast.council))


@pytest.mark.parametrize("who", ["person", "finance", "manager"])
def test_its_pages_say_that_nothing_was_measured(cast, as_, who):
    case = entered(cast)
    page = as_(getattr(cast, who)).get(reverse("cases:case", args=[case.ref]))
    assert page.status_code == 200
    assert ("You asked for support" in page.content.decode()) is False
    if who == "manager":
        story = as_(cast.manager).get(reverse("cases:chronology", args=[case.ref]))
        assert "with money already running" in story.content.decode()
        assert "Not measured" in case_presenter.waits(case, list(case.visits.all()))


def test_a_case_that_is_asked_for_begins_as_before(cast):
    codes = opening(
        journey.BEGINNINGS[journey.ASK],
        council=cast.council,
        kind="adult",
        channel="online",
        team=cast.intake,
        at=timezone.now(),
        facts={},
    )
    assert (codes["to"], codes["turn"], codes["turn_team"]) == ("request", "worker", cast.intake.pk)
    event = SimpleNamespace(verb=journey.ASK, at=timezone.now(), codes=codes)
    assert {c.kind for c in clocks.clocks_of([event])} == set(journey.WHOLE)
