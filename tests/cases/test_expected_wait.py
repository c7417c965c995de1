"""What somebody who asks today may expect: whom it counts, when it says nothing, and where it
stands.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.common import dates, survival
from cases.figures import expected_wait
from cases.models import Case, Person
from cases.models.timing import Clock

NOW = timezone.now().replace(hour=12)


@pytest.fixture
def wait(cast):
    """`wait(days, open=True)`: somebody whose first wait took so long, or goes on for so long."""

    def make(days, *, still=False, ended=NOW, cycle="first", dropped=None, council=None):
        council = council or cast.council
        person = Person.objects.create(council=council, name="Ada Wren")
        began = (NOW if still else ended) - timedelta(days=days)
        case = Case.objects.create(
            council=council,
            person=person,
            ref=f"T{Case.objects.count():05}",
            step="assess",
            step_since=began,
            turn="person",
            turn_since=began,
            asked_at=began,
        )
        done = {} if still else {"ended_at": ended, "days": days, "month": dates.month_of(ended)}
        return Clock.objects.create(
            council=council,
            case=case,
            kind="first_start",
            cycle=cycle,
            began_at=began,
            dropped_at=dropped,
            **done,
        )

    return make


def test_half_and_nine_in_ten_of_finished_and_open_together(cast, wait):
    for days in (10, 20, 30, 40, 50, 60, 70, 72, 74, 76):
        wait(days)
    assert expected_wait.expected(cast.council, NOW) == expected_wait.Expected(10, 50, None), (
        "too few are left to say when nine are"
    )
    for _n in range(10):
        wait(70, still=True)
    assert expected_wait.expected(cast.council, NOW) == expected_wait.Expected(20, None, None), (
        "ten who still wait: half are not through"
    )


def test_somebody_who_waited_before_the_window_counts_from_the_age_at_which_they_came_into_it():
    """Three ask each day and wait 30, 60 and 90 days: whatever the window, half are through by
    60.
    """
    waits, naive_done, naive_still = [], [], []
    for asked in range(-400, 100):  # days; the window is 0 to 99
        for length in (30, 60, 90):
            first, last, done = max(-asked, 0), min(length, 99 - asked), asked + length <= 99
            if asked + length >= 0:
                waits.append((first, last, done, 1))
                (naive_done if done else naive_still).append((last, 1))
    curve = survival.curve_of_window(waits)
    assert (
        survival.kaplan_meier_quantile(curve, 0.5) == 60
        and survival.kaplan_meier_quantile(curve, 0.9) == 90
    )
    assert [round(step.share_open, 3) for step in curve] == [0.667, 0.333, 0.0]
    naive = survival.curve_of(naive_done, naive_still)
    assert naive[0].share_open > 0.7, "counted from their first day, the long waits weigh too much"


def test_what_is_not_counted(cast, wait):
    wait(300, ended=NOW - timedelta(days=150))
    wait(5, cycle="review")
    wait(7, still=True, dropped=NOW)
    wait(9, council=cast.other)
    assert expected_wait.expected(cast.council, NOW).n == 0


def test_under_ten_only_the_aim_is_said(cast, wait):
    for _n in range(9):
        wait(30)
    said = " ".join(expected_wait.words(cast.council, NOW))
    assert "30" not in said and "We aim at 84 days" in said
    wait(30)
    assert "Half of people wait 30 days or less" in " ".join(expected_wait.words(cast.council, NOW))


def test_what_is_not_reached_is_not_guessed(cast, wait):
    for days in (10, 20, 30, 40, 50, 60):
        wait(days)
    for _n in range(6):
        wait(65, still=True)
    said = " ".join(expected_wait.words(cast.council, NOW))
    assert (
        "Half of people wait 60 days or less" in said
        and "How long nine in ten wait, we cannot say yet" in said
    )
    for _n in range(9):
        wait(65, still=True)
    assert "cannot say yet" in " ".join(expected_wait.words(cast.council, NOW))


def test_four_statements_whatever_the_size(cast, wait):
    for days in (10, 20, 30):
        wait(days), wait(days, still=True)
    with CaptureQueriesContext(connection) as found:
        expected_wait.words(cast.council, NOW)
    assert len(found) == 4


def test_it_stands_on_the_councils_first_page_and_on_the_tracker(cast, as_):
    page = as_(None).get(reverse("cases:council", args=[cast.council.slug])).content.decode()
    assert "If you ask today" in page and "We aim at 84 days" in page
    case = cast.a_case(at="assess")
    assert (
        "How long it takes people here"
        in as_(cast.person).get(f"/cases/{case.ref}/").content.decode()
    )
    done = cast.a_case(at="running", days_ago=60)
    assert (
        "How long it takes people here"
        not in as_(cast.person).get(f"/cases/{done.ref}/").content.decode()
    )


def test_the_curve_of_counts_is_the_curve_of_cases():
    lengths, done = [3, 3, 5, 8, 8, 13], [True, False, True, True, False, False]
    ended = [(days, 1) for days, d in zip(lengths, done, strict=True) if d]
    still = [(days, 1) for days, d in zip(lengths, done, strict=True) if not d]
    assert survival.curve_of(ended, still) == survival.kaplan_meier(lengths, done)
