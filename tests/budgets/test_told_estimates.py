"""An estimate that a letter names, with the day it begins, is one the person was told: what is
decided later counts from its own day as far as the estimate goes, and beyond it once it is told.

By hand, everywhere below: £80 a week, signed for 28 days ago; the letter of the decided budget
named an estimate of £30 a week then, 28 days ago.
"""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from budgets import actions as money
from budgets.entitlement.answer import answer
from budgets.models import Contribution
from budgets.payments import money_checks
from budgets.position import entitlement_facts, money_presenter
from budgets.position.entitlement_facts import facts_of_case
from cases.models import Letter
from cases.ui.date_words import day
from tests.budgets.running_money import TODAY, ago, agree, due, sign, week, write

YOURS = "What you pay of it"
BEFORE = "What you pay for days before this letter"


@pytest.fixture
def told(a_case, cast):
    """`told(weekly=, days_ago=, begins=)`: a case whose letter of the decided budget named an
    estimate so many days ago.
    """

    def make(days_ago=28, begins=None, **estimate):
        begins = begins or ago(days_ago)
        with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
            first = TODAY()
            case = a_case(at="plan", days_ago=30)
            if estimate:
                facts = {"valid_from": begins} | estimate
                money.keep_estimate(case=case, by=cast.worker, **facts)
            write(cast, case, week(80))
            money.submit_plan(case=case, by=cast.person)
            agree(cast, case, effective_from=first)
            sign(cast, case, first)
        case.refresh_from_db()
        return case

    return make


def decide(case, cast, weekly, begins):
    return money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal(weekly),
        valid_from=begins,
        source="x",
    )


def taken(case):
    """What was taken for days up to yesterday."""
    found = answer(facts_of_case(case), ago(1)).entitlement
    return sum(one.contribution_taken for one in found)


def said(case, verb):
    letter = Letter.objects.filter(case=case, event__verb=verb).order_by("-event__seq").first()
    return dict(letter.content["blocks"][1]["rows"])


def agrees():
    assert not list(money_checks.differences(every_day=True))


def test_the_letter_says_the_day_it_begins_and_that_is_kept(told, cast):
    case = told(weekly=Decimal(30))
    words = said(case, "agree_plan")[YOURS]
    assert f"about £30.00 a week. It begins on {day(ago(28))}." in words
    assert "for days before we write to you about it never as more than £30.00 a week" in words
    assert "pay nothing" not in words
    first, row = case.contributions.order_by("pk")
    assert first.told_on is None, "no row is edited"
    assert (row.state, row.weekly, row.told_on, row.valid_from) == (
        "estimated",
        30,
        ago(28),
        ago(28),
    )
    assert "A letter of" in money_presenter.contribution_words(row)
    assert due(case, 0)[0].amount == 320, "an estimate is never taken"
    agrees()


def test_a_range_is_told_up_to_its_higher_end(told, cast):
    case = told(weekly=Decimal(12), weekly_to=Decimal(15))
    assert "never as more than £15.00 a week" in said(case, "agree_plan")[YOURS]
    decide(case, cast, 14, ago(28))
    assert taken(case) == 4 * 14
    agrees()


@pytest.mark.parametrize(
    ("weekly", "begins", "comes_to"),
    [
        (30, 28, 4 * 30),
        (20, 28, 4 * 20),  # no higher than the estimate: from its own day
        (20, 14, 2 * 20),
        (50, 28, 4 * 30),  # higher: as far as the estimate goes, until they are told
        (50, 7, 30),
        (0, 28, 0),
    ],
)
def test_a_decided_sum_counts_from_its_own_day_up_to_what_was_told(
    told, cast, weekly, begins, comes_to
):
    case = told(weekly=Decimal(30))
    decide(case, cast, weekly, ago(begins))
    assert taken(case) == comes_to
    agrees()


def test_without_a_letter_about_it_nothing_before_the_decided_sum_is_taken(told, cast):
    case = told()
    money.keep_estimate(case=case, by=cast.worker, weekly=Decimal(30), valid_from=ago(28))
    decide(case, cast, 20, ago(28))
    assert taken(case) == 0


def test_the_second_letter_says_what_counts_until_it(told, cast):
    case = told(weekly=Decimal(30))
    row = decide(case, cast, 50, ago(21))
    rows = said(case, "write_contribution")
    assert rows[BEFORE] == f"£30.00 a week from {day(ago(21))}"
    assert rows["Decided"].startswith(f"£50.00 a week from {day(TODAY())}.")
    assert row.told_on == TODAY()


def test_the_second_letter_says_nothing_of_it_where_the_sum_is_no_higher(told, cast):
    case = told(weekly=Decimal(30))
    decide(case, cast, 20, ago(21))
    rows = said(case, "write_contribution")
    assert BEFORE not in rows
    assert rows["Decided"] == f"£20.00 a week from {day(ago(21))}."


def test_an_estimate_that_begins_later_is_told_for_its_days_alone(told, cast):
    case = told(weekly=Decimal(30), begins=ago(14))
    assert f"It begins on {day(ago(14))}." in said(case, "agree_plan")[YOURS]
    decide(case, cast, 20, ago(28))
    assert taken(case) == 2 * 20
    rows = said(case, "write_contribution")
    assert rows["Decided"].startswith(f"£20.00 a week from {day(ago(14))}.")


def test_an_estimate_is_never_told_for_days_before_its_letter(told, cast):
    case = told(weekly=Decimal(30), begins=ago(50))
    assert case.contributions.latest("pk").valid_from == ago(28)
    assert f"It begins on {day(ago(28))}." in said(case, "agree_plan")[YOURS]


def test_the_same_estimate_is_told_once_and_a_new_one_anew(told, cast):
    case = told(weekly=Decimal(30))
    with time_machine.travel(timezone.now() - timedelta(days=14)):
        line = case.plans.get(state="agreed").lines.get()
        money.start_line(case=case, line=line, started_on=ago(14), by=cast.finance)
        money.keep_estimate(case=case, by=cast.worker, weekly=Decimal(40), valid_from=TODAY())
        money.start_budget(case=case, by=cast.finance)
    rows = case.contributions.exclude(told_on=None).order_by("pk")
    assert [(row.weekly, row.told_on) for row in rows] == [(30, ago(28)), (40, ago(14))]
    decide(case, cast, 50, ago(28))
    assert taken(case) == 2 * 30 + 2 * 40
    agrees()


@pytest.mark.parametrize("seed", range(40))
def test_what_may_be_taken_on_a_day_by_a_plain_count(seed):
    """Each day by itself: what was decided last for it, and no more than was told last by then."""
    chance = random.Random(seed)
    start, rows = ago(60), []
    for pk in range(chance.randint(1, 7)):
        state = chance.choice(("recorded", "estimated", "not_known"))
        weekly = Decimal(chance.randint(0, 9)) if state != "not_known" else None
        most = weekly + chance.randint(0, 4) if state == "estimated" else None
        begins, told = (start + timedelta(days=chance.randint(0, 40)) for _ in range(2))
        told_on = told if state == "recorded" or chance.random() < 0.6 else None
        rows.append(
            Contribution(
                pk=pk,
                state=state,
                weekly=weekly,
                weekly_to=most,
                valid_from=begins,
                told_on=told_on if weekly is not None else None,
            )
        )
    held = entitlement_facts.told_contributions(rows)
    for n in range(60):
        on = start + timedelta(days=n)
        decided, known = None, None
        for row in rows:
            if row.weekly is None:
                continue
            if row.told_on and row.told_on <= on and row.valid_from <= on:
                known = max(row.weekly, row.weekly_to or 0)
            if row.state == "recorded" and row.valid_from <= on:
                decided = row.weekly
        wanted = min(decided, known) if decided is not None and known is not None else 0
        found = [one.weekly for one in held if one.begins <= on]
        assert (found[-1] if found else 0) == wanted, (seed, on)
