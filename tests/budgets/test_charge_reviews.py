"""What people pay is reviewed once a year: a task of finance near the last day, and as soon as a
new year of charging has begun.
"""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budgets import actions as money
from budgets.money.charging import year_start
from budgets.payments import charge_reviews
from cases.common import dates
from cases.models import Representation

DECIDED = datetime(2025, 9, 3, 9, tzinfo=dates.LONDON)
TITLE = "What people pay: to be reviewed"
QUEUE = reverse("cases:queue")


@pytest.fixture
def case(cast):
    with time_machine.travel(DECIDED, tick=False):
        case = cast.a_case(at="running", days_ago=60)
        pays(case, cast)
    return case


def pays(case, cast, **more):
    return money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal("10"), **more
    )


def due(cast, day, council=None):
    """The cases that finance has to review on a day."""
    with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=dates.LONDON)):
        return [one.case for one in charge_reviews.reviews_due(council or cast.council, day)]


def test_a_new_year_of_charging_asks_for_a_review(case, cast):
    begins = year_start(2026)
    assert due(cast, begins - timedelta(days=1)) == []
    assert due(cast, begins) == [case]
    assert due(cast, begins, cast.other) == []
    with time_machine.travel(dates.london_midnight(begins) + timedelta(days=2)):
        pays(case, cast)
    assert due(cast, begins + timedelta(days=3)) == []


def test_a_sum_that_was_decided_ahead_for_the_new_year_is_not_asked_for_again(case, cast):
    begins = year_start(2026)
    with time_machine.travel(dates.london_midnight(begins) - timedelta(days=20)):
        pays(case, cast, valid_from=begins)
    assert due(cast, begins + timedelta(days=1)) == []
    assert due(cast, year_start(2027)) == [case]


def test_within_a_year_of_charging_the_last_day_counts(cast):
    with time_machine.travel(dates.london_midnight(year_start(2025)) + timedelta(days=1)):
        case = cast.a_case(at="running", days_ago=60)
        row = pays(case, cast, valid_from=year_start(2026))  # for a day that is still to come
    last = dates.london_date(row.recorded_at) + timedelta(days=365)
    assert due(cast, last - timedelta(days=30)) == []
    assert due(cast, last - timedelta(days=27)) == [case]


def test_it_is_a_task_of_finance_and_says_when_it_is_late(case, cast, as_):
    address = reverse("budgets:contribution", args=[case.ref])
    with time_machine.travel(DECIDED + timedelta(days=300)):
        page = as_(cast.finance).get(QUEUE).content.decode()
        assert TITLE in page and address in page and "3 September 2026" in page
        assert "Late" not in _table(page)
        assert TITLE not in as_(cast.manager).get(QUEUE).content.decode()
        Representation.objects.create(
            user=cast.finance, person=case.person, kind="family", valid_from=DECIDED.date()
        )
        assert TITLE not in as_(cast.finance).get(QUEUE).content.decode(), "nor of a relative"
    with time_machine.travel(DECIDED + timedelta(days=370)):
        assert "Late" in _table(as_(cast.releaser).get(QUEUE).content.decode())
        case.move(
            "end_support",
            by=cast.manager,
            end="own_wish",
            reason="x",
            end_date=dates.today(),
            final_account="x",
        )
        assert TITLE not in as_(cast.finance).get(QUEUE).content.decode()


def _table(page):
    return page[page.index(TITLE) :].partition("</table>")[0]


def test_the_queue_reads_no_more_for_more_reviews(case, cast):
    few = _statements(cast)
    for number in range(3):
        with time_machine.travel(DECIDED, tick=False):
            pays(cast.a_case(at="running", person=cast.new_person(f"Ada {number}")), cast)
    assert _statements(cast) == few == 1


def _statements(cast):
    with (
        time_machine.travel(DECIDED + timedelta(days=300)),
        CaptureQueriesContext(connection) as found,
    ):
        charge_reviews.charges_to_review(cast.finance, cast.council, {"finance"}, mine=[])
    return len(found)
