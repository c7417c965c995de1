"""Delegation: team, group of people, weekly, one-off and share above the indicative budget; equal is inside."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from budgets import limits
from budgets.figures import Cost
from budgets.models import DelegationLevel, SignOff
from cases.saying_no import NotYet

FROM = date(2025, 4, 1)
MONEY = st.decimals(min_value=0, max_value=3000, places=2)
REASON = {"reason_code": "rate_above", "reason_text": "It costs this much here"}


def a_level(cast, role="worker", weekly="350", once="500", since=FROM, **more):
    return DelegationLevel.objects.create(
        council=cast.council, role=role, max_weekly=weekly and Decimal(weekly), max_one_off=once and Decimal(once),
        valid_from=since, reason="Cabinet", **more,
    )  # fmt: skip


def cost(weekly, once="0"):
    return Cost(Decimal(weekly) * 52, Decimal(weekly), Decimal(once))


@pytest.mark.parametrize(
    ("weekly", "role"),
    [("100", "worker"), ("110", "worker"), ("110.01", "manager"), ("125", "manager"), ("125.01", "service_manager")],
)
def test_the_share_above_the_indicative_budget_is_a_limit_of_its_own(weekly, role):
    rows = [DelegationLevel(role=r, max_weekly=Decimal(800), max_one_off=Decimal(500), max_over_pct=p and Decimal(p))
            for r, p in (("worker", "10"), ("manager", "25"), ("service_manager", None))]  # fmt: skip
    assert limits.lowest(rows, cost(weekly), "person", cost("100")).role == role


def test_without_an_indicative_budget_every_cost_is_above_it():
    row = DelegationLevel(role="worker", max_weekly=Decimal(800), max_one_off=Decimal(500), max_over_pct=Decimal(50))
    assert not limits.covers(row, cost("1"), None) and not limits.covers(row, cost("1"), Cost())
    assert limits.covers(row, cost("0"), None)


@given(MONEY, MONEY, st.decimals(min_value=0, max_value=300, places=2), MONEY)
def test_covered_means_inside_each_limit(weekly, most, percent, first):
    row = DelegationLevel(role="worker", max_weekly=most, max_one_off=Decimal(0), max_over_pct=percent)
    found = limits.covers(row, cost(weekly), cost(first))
    assert found == (weekly <= most and weekly * 52 * 100 <= first * 52 * (100 + percent))


def test_the_nearest_row_of_a_role_counts(cast):
    a_level(cast, weekly="100")
    a_level(cast, weekly="200", client="adult")
    a_level(cast, weekly="300", client="physical")
    a_level(cast, weekly="50", team=cast.team)
    today = timezone.localdate()

    def mine(**which):
        rows = limits.levels(cast.council.pk, today, **which)
        return next(row.max_weekly for row in rows if row.role == "worker" and row.max_weekly is not None)

    assert mine() == 100
    assert mine(clients={"carer"}) == 100
    assert mine(clients={"adult", "memory"}) == 200
    assert mine(clients={"adult", "physical"}) == 300
    assert mine(team=cast.team.pk, clients={"adult", "physical"}) == 50, "the team's own row goes first"
    assert mine(team=cast.intake.pk) == 100
    a_level(cast, weekly="60", team=cast.team, since=today)
    assert mine(team=cast.team.pk) == 60
    a_level(cast, weekly="70", team=cast.team, since=today + timedelta(days=1))
    assert mine(team=cast.team.pk) == 60


def test_a_row_for_a_group_decides_whose_turn_it_is(a_case, cast):
    a_level(cast, weekly="50", client="physical")
    case = a_case(at="sign_off", weekly=Decimal(80))
    assert case.turn == "manager", "the person is of that group, and £80 is above £50"
    money.agree_plan(case=case, by=cast.manager, **REASON)
    assert SignOff.objects.get(case=case).level.role == "manager"


def test_the_share_above_decides_whose_turn_it_is(a_case, cast):
    a_level(cast, weekly="350", max_over_pct=Decimal(20), client="adult")
    assert a_case(at="sign_off", weekly=Decimal(120)).turn == "worker"
    dear = a_case(at="sign_off", weekly=Decimal("120.05"), person=cast.new_person("Bea Lark"))
    assert dear.turn == "manager"
    dear.move("hand_turn", by=cast.manager, turn="worker", reason="Please do it")
    with pytest.raises(NotYet, match="more than you may agree"):
        money.agree_plan(case=dear, by=cast.worker, **REASON)


def test_a_changed_limit_leaves_what_was_decided_as_it_was(a_case, cast):
    case = a_case(at="set_up")
    signed = SignOff.objects.get(case=case)
    a_level(cast, weekly="1", since=timezone.localdate())
    case.refresh_from_db()
    signed.refresh_from_db()
    assert (case.step, signed.limit_weekly, signed.level.max_weekly) == ("set_up", 350, 350)


def test_the_top_officer_is_for_the_whole_council(cast):
    DelegationLevel.objects.filter(council=cast.council, max_weekly=None).delete()
    for wrong in ({"team": cast.team}, {"client": "memory"}, {"max_over_pct": Decimal(5)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            a_level(cast, "service_manager", None, None, **wrong)
    a_level(cast, "service_manager", None, None)
    for again in ({}, {"role": "worker", "weekly": "10", "once": "10"}):
        made = {"role": "service_manager", "weekly": None, "once": None} | again
        if again:
            a_level(cast, **made)
        with pytest.raises(IntegrityError), transaction.atomic():
            a_level(cast, **made)
