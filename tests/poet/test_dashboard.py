"""The dashboard: who sees whose figures, what a filter may say, what is hidden, and what its files
hold.
"""

import csv
from datetime import date
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.common import dates
from cases.models import Seat, Team
from poet.dashboard import tables
from poet.models import Response
from poet.results import outcomes, publishing
from poet.survey import questions
from tests.tables import cell, column

PAGE = "/dashboard/"


def page(client, **query):
    return client.get(PAGE, query)


def read(response):
    return list(csv.reader(StringIO(response.content.decode())))


def answers(council, spread, *, question="say", **group):
    """Responses whose answers to a question are spread as {value: how many}."""
    one = questions.current_sets()["person"]
    month = dates.today().replace(day=1)
    Response.objects.bulk_create(
        Response(council=council, question_set=one, month=month, answers={question: value}, **group)
        for value, n in spread.items()
        for _n in range(n)
    )


# ---- who


@pytest.mark.parametrize("role", ["manager", "service_manager"])
def test_managers_see_it(cast, as_, role):
    assert page(as_(getattr(cast, role))).status_code == 200


@pytest.mark.parametrize(
    "role", ["worker", "panel", "finance", "admin", "auditor", "stranger", "outsider", "person"]
)
def test_everybody_else_finds_nothing(cast, as_, role):
    client = as_(getattr(cast, role))
    assert page(client).status_code == 404
    assert client.get(reverse("poet:dashboard_csv", args=["steps"])).status_code == 404


def test_without_signing_in_one_is_asked_to(cast, as_):
    assert page(as_(None)).status_code == 302


def test_a_seat_that_has_ended_opens_nothing(cast, as_):
    Seat.objects.filter(user=cast.manager).update(valid_to=dates.today())
    assert page(as_(cast.manager)).status_code == 404


def test_a_manager_sees_their_own_team_and_a_service_manager_the_council(cast, as_):
    cast.a_case(at="confirm")  # of the North team
    cast.a_case(at="request")  # of First contact
    own = read(as_(cast.manager).get(reverse("poet:dashboard_csv", args=["waiting"])))
    whole = read(as_(cast.service_manager).get(reverse("poet:dashboard_csv", args=["waiting"])))
    assert column(own, "Step") == ["Confirming"]
    assert column(whole, "Step") == ["Request", "Confirming"]
    narrowed = as_(cast.service_manager).get(
        reverse("poet:dashboard_csv", args=["waiting"]), {"team": cast.team.pk}
    )
    assert read(narrowed) == own


def test_another_councils_cases_never_count(cast, as_):
    Seat.objects.create(
        user=cast.outsider, council=cast.other, role="manager", valid_from=dates.today()
    )
    cast.a_case(at="running", days_ago=100)
    assert "There is nothing to show yet" in page(as_(cast.outsider)).content.decode()


# ---- filters


def test_a_team_out_of_reach_is_not_found(cast, as_):
    foreign = Team.objects.get(council=cast.other)
    for user in (cast.manager, cast.service_manager):
        for team in (foreign.pk, 999999):
            assert page(as_(user), team=team).status_code == 404
            assert (
                as_(user)
                .get(reverse("poet:dashboard_csv", args=["steps"]), {"team": team})
                .status_code
                == 404
            )
    assert page(as_(cast.manager), team=cast.intake.pk).status_code == 404


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"period": "soon"}, "Choose one of the periods in the list."),
        ({"period": "-1"}, "Choose one of the periods in the list."),
        ({"team": "north'--"}, "Choose one of the teams in the list."),
    ],
)
def test_nonsense_is_answered_with_a_sentence(cast, as_, query, sentence):
    answer = page(as_(cast.manager), **query)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert b"<title>Error:" in answer.content
    file = as_(cast.manager).get(reverse("poet:dashboard_csv", args=["steps"]), query)
    assert file.status_code == 302 and file.url.startswith(PAGE)


def test_a_period_leaves_out_what_ended_before_it(cast, as_):
    cast.a_case(at="waiting", days_ago=150)
    client = as_(cast.service_manager)

    def steps(period):
        return read(client.get(reverse("poet:dashboard_csv", args=["steps"]), {"period": period}))[
            1:
        ]

    assert steps("3") == [] and len(steps("12")) == 1


def test_an_unknown_file_is_not_found(cast, as_):
    assert as_(cast.manager).get(reverse("poet:dashboard_csv", args=["people"])).status_code == 404


# ---- what it says


def test_an_empty_council_has_a_page_that_says_so(cast, as_):
    content = page(as_(cast.service_manager)).content.decode()
    assert "There is nothing to show yet" in content and "<table" not in content


def test_three_cases_are_marked_as_few_and_every_table_has_its_file(cast, as_):
    for at in ("plan", "assess", "running"):
        cast.a_case(at=at, days_ago=100)
    client = as_(cast.service_manager)
    content = page(client).content.decode()
    assert "3 (few)" in content and "How long each step took" in content
    assert "1 budget started; 1 within the target of 84 days." in content
    for name in tables.TABLES:
        answer = client.get(reverse("poet:dashboard_csv", args=[name]))
        assert answer["Content-Type"] == "text/csv; charset=utf-8" and len(read(answer)[0]) >= 2
        assert f"/dashboard/{name}.csv" in content or name in ("outcomes", "process")


def test_the_cards_and_the_steps_table_agree_with_the_cases(cast, as_):
    case = cast.a_case(at="running", days_ago=100)
    first = date.fromisoformat(case.events.get(verb="start_budget").codes["first_started_on"])
    content = page(as_(cast.service_manager)).content.decode()
    assert f"{(first - dates.london_date(case.asked_at)).days} days" in content
    rows = read(as_(cast.service_manager).get(reverse("poet:dashboard_csv", args=["steps"])))
    visits = {v.step: v for v in case.visits.exclude(left_at=None)}
    assert cell(rows, "Planning", "Half took at most (days)") == str(visits["plan"].days)
    assert "Running" not in column(rows, "Step")


def test_a_link_from_the_longest_waits_leads_to_the_case_and_nothing_names_the_person(cast, as_):
    case = cast.a_case(at="assess", days_ago=100)
    content = page(as_(cast.manager)).content.decode()
    assert reverse("cases:case", args=[case.ref]) in content and case.person.name not in content


def test_the_number_of_statements_does_not_grow_with_the_cases(cast, as_):
    client = as_(cast.service_manager)

    def count():
        with CaptureQueriesContext(connection) as found:
            assert page(client).status_code == 200
        return len(found)

    cast.a_case(at="running", days_ago=100)
    answers(cast.council, {"better": 3})
    page(client)
    cast.a_case(at="running", days_ago=100)
    one = count()
    for at in ("running", "assess", "plan", "set_up", "review"):
        cast.a_case(at=at, days_ago=90)
    answers(cast.council, {"better": 30, "worse": 9})
    assert count() == one <= 33
    assert count() <= 8, "nothing has changed: the figures are not worked out again"


def test_what_is_kept_is_made_anew_after_a_change_and_never_shown_to_somebody_else(cast, as_):
    case = cast.a_case(at="assess", days_ago=30)
    whole, own = as_(cast.service_manager), as_(cast.manager)
    cast.a_case(at="request")  # of First contact, which the team's manager does not see
    assert "people wait for a next step now" in page(whole).content.decode()
    assert "people wait for a next step now" not in page(own).content.decode(), "one person waits"
    assert ">Assessment<" in page(own).content.decode()
    case.move("withdraw", by=cast.person, reason="Moving away")
    assert "Nobody is waiting." in page(own).content.decode()


# ---- the survey's answers


def rows(council):
    publishing.release(council=council)
    return outcomes.results(council, on=timezone.localdate())


def test_under_five_answers_nothing_is_shown_of_them(cast, as_):
    cast.a_case(at="assess")
    answers(cast.council, {"better": 4})
    assert rows(cast.council) == []
    content = page(as_(cast.service_manager)).content.decode()
    assert "Fewer than five people have answered" in content


def test_under_ten_answers_a_question_is_named_and_hidden(cast, as_):
    cast.a_case(at="assess")
    answers(cast.council, {"better": 9})
    row = next(row for row in rows(cast.council) if row.instrument == "person")
    assert (row.n, row.good, row.share, row.interval) == ("*", "*", None, None)
    assert "under 10" in page(as_(cast.service_manager)).content.decode()


def test_enough_answers_are_shown_rounded_with_their_interval(cast):
    answers(
        cast.council,
        {"much_better": 40, "better": 25, "same": 20, "worse": 15, "na": 30, "prefer_not": 5},
    )
    row = rows(cast.council)[0]
    assert (row.n, row.good, row.middle, row.bad) == (100, 65, 20, 15)
    assert row.share == 0.65
    assert row.interval == pytest.approx((0.552544, 0.736358), abs=1e-6)


def test_a_small_count_is_hidden_and_so_is_what_would_give_it_away(cast):
    answers(cast.council, {"better": 40, "same": 20, "worse": 2})
    answers(cast.council, {"easy": 40, "hard": 2}, question="easy")
    found = rows(cast.council)
    assert found[0].bad == "*" and "*" in (found[0].good, found[0].middle)
    easy = next(r for r in found if r.block == "process" and r.n != "*")
    assert easy.share is None, "its complement is two people"


def test_answers_of_another_council_and_year_do_not_count(cast):
    answers(cast.other, {"better": 20})
    answers(cast.council, {"better": 20})
    Response.objects.filter(council=cast.council).update(
        month=dates.months_before(dates.today(), 13)
    )
    assert rows(cast.council) == []
