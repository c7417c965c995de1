"""Four conditions as the case itself shows them: each worked out by hand on a few cases, in one
statement.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budgets.models import SupportPlan
from cases.common import dates
from poet.results import measured_conditions

YEAR = {"since": dates.today() - timedelta(days=365), "until": dates.today()}


def found(council, **which):
    return {
        m.code: (m.met, m.known, m.cases)
        for m in measured_conditions.measured(council, **(YEAR | which))
    }


@pytest.fixture
def case(a_case):
    return a_case(at="running", days_ago=60)


def test_a_case_that_went_as_it_should(case, cast):
    shown = found(cast.council)
    assert (
        shown["knew_amount"] == (1, 1, 1)
        and shown["help_to_plan"] == (1, 1, 1)
        and shown["guided"] == (1, 1, 1)
    )
    assert found(cast.other) == dict.fromkeys(measured_conditions.CODES, (0, 0, 0))


def test_a_yes_without_its_own_reasons_is_counted_as_one(case, cast):
    with_text = case.figures.filter(kind="decided").exclude(reason_text="").exists()
    assert found(cast.council)["fair"] == ((1 if with_text else 0), 1, 1)


def test_a_waiting_list_without_a_name_is_no_named_contact(cast):
    from cases import actions
    from tests.cast import Walk

    walk = Walk(cast, "adult", 80, 60, "direct_payment", {})
    walk.request()
    walk.triage("waiting")
    actions.start_assessment(
        case=walk.case,
        by=cast.worker,
        worker=cast.worker,
        mode="own",
        wish="wants_own",
        capacity="yes",
        at=walk.tick(),
    )
    for stage in (walk.assess, walk.confirm, walk.plan):
        stage("running")
    walk.agree()
    walk.set_up()
    assert found(cast.council)["guided"] == (0, 1, 1)


@pytest.mark.parametrize("said, shown", [("no", (0, 1, 1)), ("skip", (0, 0, 1)), ("", (0, 0, 1))])
def test_help_to_plan_is_what_the_plan_says(case, cast, said, shown):
    SupportPlan.objects.filter(case=case).update(helped=said)
    assert found(cast.council)["help_to_plan"] == shown


def test_months_team_route_and_age(case, cast):
    start = dates.london_date(case.visits.get(step="running").entered_at)
    assert found(cast.council, since=start, until=start)["guided"][2] == 1
    before = start.replace(day=1) - timedelta(days=1)
    assert found(cast.council, since=before, until=before)["guided"][2] == 0
    assert found(cast.council, teams=[cast.team.pk])["guided"][2] == 1
    assert found(cast.council, teams=[cast.intake.pk])["guided"][2] == 0
    assert found(cast.council, route="direct_payment")["guided"][2] == 1
    assert found(cast.council, route="council_managed")["guided"][2] == 0
    assert found(cast.council, age_band="85+")["guided"][2] == 0


def test_one_statement_however_many_cases(cast):
    for days in (50, 60, 70):
        cast.a_case(at="running", days_ago=days)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        shown = measured_conditions.measured(cast.council, **YEAR)
    assert len(asked) == 1 and {m.cases for m in shown} == {3}
    assert shown[0].share == 1.0 and measured_conditions.Measured("fair", 0, 0, 3).share is None
