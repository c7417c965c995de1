"""Delegation: team, group of people, weekly, one-off and share above the indicative budget; equal
is inside.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from budgets.decision import delegation
from budgets.models import DelegationLevel, PlanLine, SignOff
from budgets.position import case_money, support_runs
from budgets.position.case_money import Cost
from cases.common.refusals import NotYet
from cases.models import User
from cases.ui.date_words import day
from tests.budgets.test_plan_pages import text

FROM = date(2025, 4, 1)
MONEY = st.decimals(min_value=0, max_value=3000, places=2)
REASON = {"reason_code": "rate_above", "reason_text": "It costs this much here"}


def a_level(cast, role="worker", weekly="350", once="500", since=FROM, **more):
    return DelegationLevel.objects.create(
        council=cast.council,
        role=role,
        max_weekly=weekly and Decimal(weekly),
        max_one_off=once and Decimal(once),
        valid_from=since,
        reason="Cabinet",
        **more,
    )


def cost(weekly, once="0"):
    return Cost(Decimal(weekly) * 52, Decimal(weekly), Decimal(once))


@pytest.mark.parametrize(
    ("weekly", "role"),
    [
        ("100", "worker"),
        ("110", "worker"),
        ("110.01", "manager"),
        ("125", "manager"),
        ("125.01", "service_manager"),
    ],
)
def test_the_share_above_the_indicative_budget_is_a_limit_of_its_own(weekly, role):
    rows = [
        DelegationLevel(
            role=r, max_weekly=Decimal(800), max_one_off=Decimal(500), max_over_pct=p and Decimal(p)
        )
        for r, p in (("worker", "10"), ("manager", "25"), ("service_manager", None))
    ]
    assert delegation.lowest(rows, cost(weekly), "person", cost("100")).role == role


def test_without_an_indicative_budget_every_cost_is_above_it():
    row = DelegationLevel(
        role="worker", max_weekly=Decimal(800), max_one_off=Decimal(500), max_over_pct=Decimal(50)
    )
    assert not delegation.covers(row, cost("1"), None) and not delegation.covers(
        row, cost("1"), Cost()
    )
    assert delegation.covers(row, cost("0"), None)


@given(MONEY, MONEY, st.decimals(min_value=0, max_value=300, places=2), MONEY)
def test_covered_means_inside_each_limit(weekly, most, percent, first):
    row = DelegationLevel(
        role="worker", max_weekly=most, max_one_off=Decimal(0), max_over_pct=percent
    )
    found = delegation.covers(row, cost(weekly), cost(first))
    assert found == (weekly <= most and weekly * 52 * 100 <= first * 52 * (100 + percent))


def test_the_nearest_row_of_a_role_counts(cast):
    a_level(cast, weekly="100")
    a_level(cast, weekly="200", client="adult")
    a_level(cast, weekly="300", client="physical")
    a_level(cast, weekly="50", team=cast.team)
    today = timezone.localdate()

    def mine(**which):
        rows = delegation.levels(cast.council.pk, today, **which)
        return next(
            row.max_weekly for row in rows if row.role == "worker" and row.max_weekly is not None
        )

    assert mine() == 100
    assert mine(clients={"carer"}) == 100
    assert mine(clients={"adult", "memory"}) == 200
    assert mine(clients={"adult", "physical"}) == 300
    assert mine(team=cast.team.pk, clients={"adult", "physical"}) == 50, (
        "the team's own row goes first"
    )
    assert mine(team=cast.intake.pk) == 100
    a_level(cast, weekly="60", team=cast.team, since=today)
    assert mine(team=cast.team.pk) == 60
    a_level(cast, weekly="70", team=cast.team, since=today + timedelta(days=1))
    assert mine(team=cast.team.pk) == 60


def test_the_nearest_row_counts_whichever_was_written_down_first(cast):
    DelegationLevel.objects.filter(
        council=cast.council, role="worker", max_weekly__isnull=False
    ).delete()
    a_level(cast, weekly="50", team=cast.team)
    a_level(cast, weekly="300", client="physical")
    a_level(cast, weekly="200", client="adult")
    a_level(cast, weekly="100", since=timezone.localdate())
    for clients, most in (((), 100), (("adult",), 200), (("adult", "physical"), 300)):
        rows = delegation.levels(cast.council.pk, timezone.localdate(), clients=clients)
        assert [row.max_weekly for row in rows if row.role == "worker"] == [most]
    rows = delegation.levels(
        cast.council.pk, timezone.localdate(), cast.team.pk, ("adult", "physical")
    )
    assert [row.max_weekly for row in rows if row.role == "worker"] == [50]


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


# ---- four eyes


OUTSIDE, INSIDE = ("person", "delegate"), ("worker", "manager", "")


@pytest.mark.parametrize("author", [*OUTSIDE, *INSIDE])
def test_a_practitioner_agrees_alone_only_what_was_written_outside(author):
    """Nearest in `lowest`, and right in `level_of`: two rules, each of which has to hold without
    the other.
    """
    rows = [
        DelegationLevel(role=role, max_weekly=Decimal(800), max_one_off=Decimal(0))
        for role in ("worker", "manager")
    ]
    alone = author in OUTSIDE
    assert delegation.lowest(rows, cost("100"), author).role == ("worker" if alone else "manager")
    assert (
        delegation.level_of(rows, "worker", User(pk=1), cost("100"), author) is not None
    ) == alone
    assert delegation.level_of(rows, "manager", User(pk=1), cost("100"), author).role == "manager"


def test_a_colleague_of_the_author_is_no_second_pair_of_eyes(a_case, cast):
    """Whoever handed the turn on: what a worker wrote is agreed above the workers, whichever worker
    it is.
    """
    case = a_case(at="sign_off", author="worker")
    assert case.turn == "manager"
    case.move("hand_turn", by=cast.manager, turn="worker", reason="Please do it")
    with pytest.raises(NotYet, match="somebody else decides"):
        money.agree_plan(case=case, by=cast.worker, **REASON)
    case.move("reassign", by=cast.manager, worker=str(cast.colleague.pk))
    case.move("hand_turn", by=cast.manager, turn="worker", reason="Then you")
    with pytest.raises(NotYet, match="more than you may agree"):
        money.agree_plan(case=case, by=cast.colleague, **REASON)
    case.refresh_from_db()
    assert case.step == "sign_off" and not SignOff.objects.filter(case=case).exists()
    case.move("hand_turn", by=cast.manager, turn="manager", reason="Mine after all")
    money.agree_plan(case=case, by=cast.manager, **REASON)
    assert SignOff.objects.get(case=case).level.role == "manager"


def test_a_manager_who_wrote_a_plan_does_not_agree_it_either(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.manager)
    money.save_plan_part(
        plan=plan,
        by=cast.manager,
        what_matters="x",
        goals="y",
        enough="yes",
        helped="yes",
        over_reason="z",
        contribution_seen=True,
    )
    money.save_line(
        plan=plan,
        by=cast.manager,
        outcome="hygiene",
        what="Help",
        who="pa",
        quantity=Decimal(5),
        unit="hour",
        rate=Decimal(16),
        weeks=Decimal(52),
        route="direct_payment",
    )
    money.submit_plan(case=case, by=cast.manager)
    case.refresh_from_db()
    assert (case.turn, case_money.sent_plan(case).author_role) == ("manager", "manager")
    with pytest.raises(NotYet, match="somebody else decides"):
        money.agree_plan(case=case, by=cast.manager, **REASON)


def test_a_level_is_for_its_role_its_officer_and_its_cost():
    officer, other = User(pk=1), User(pk=2)
    low = DelegationLevel(role="service_manager", max_weekly=Decimal(100), max_one_off=Decimal(0))
    high = DelegationLevel(role="service_manager", max_weekly=Decimal(500), max_one_off=Decimal(0))
    top = DelegationLevel(role="service_manager", officer=officer)
    rows = [top, high, low]
    assert delegation.level_of(rows, "service_manager", other, cost("100"), "person") is low, (
        "the lowest that covers it"
    )
    assert delegation.level_of(rows, "service_manager", other, cost("100.01"), "person") is high
    assert delegation.level_of(rows, "service_manager", other, cost("500.01"), "person") is None
    assert delegation.level_of(rows, "service_manager", officer, cost("500.01"), "person") is top
    assert delegation.level_of(rows, "service_manager", officer, cost("100"), "person") is low
    assert delegation.level_of(rows, "manager", officer, cost("1"), "person") is None
    assert delegation.lowest(rows[:1], cost("1"), "person") == delegation.Holder(
        "service_manager", 1, top
    )
    assert delegation.lowest([high, low], cost("500.01"), "person") is None
    nobody = DelegationLevel(role="service_manager")
    assert delegation.level_of([nobody], "service_manager", other, cost("1"), "person") is nobody


def test_levels_are_those_of_the_council_and_the_day(cast):
    today = timezone.localdate()
    DelegationLevel.objects.filter(council=cast.council).delete()
    a_level(cast, weekly="10", since=today - timedelta(days=9), valid_to=today)
    a_level(cast, weekly="20", since=today + timedelta(days=1))
    DelegationLevel.objects.create(
        council=cast.other,
        role="worker",
        max_weekly=Decimal(99),
        max_one_off=Decimal(0),
        valid_from=FROM + timedelta(days=1),
        reason="Cabinet",
    )
    assert delegation.levels(cast.council.pk, today) == []
    assert [
        row.max_weekly for row in delegation.levels(cast.council.pk, today - timedelta(days=1))
    ] == [10]
    assert [
        row.max_weekly for row in delegation.levels(cast.council.pk, today + timedelta(days=1))
    ] == [20]


def test_what_is_paid_once_has_a_limit_of_its_own_and_none_named_is_none():
    row = DelegationLevel(role="worker", max_weekly=Decimal(100), max_one_off=Decimal(50))
    assert delegation.covers(row, cost("100", "50")) and not delegation.covers(
        row, cost("100", "50.01")
    )
    assert not delegation.covers(row, cost("100.01")) and delegation.covers(
        DelegationLevel(role="x"), cost("99999", "99999")
    )
    row.max_one_off = None
    assert delegation.covers(row, cost("1")) and not delegation.covers(row, cost("1", "0.01"))


def week_of(amount, **more):
    return PlanLine(
        pk=len(more) + 1,
        what="Visits",
        funder="council",
        route="council_managed",
        unit="hour",
        quantity=Decimal(1),
        rate=Decimal(amount),
        oncost_pct=Decimal(0),
        weekly=Decimal(amount),
        annual=Decimal(amount) * 52,
        **more,
    )


def test_the_dearest_week_decides_whose_sign_off_it_is_and_not_the_average_of_a_year():
    """£100 all year and £400 more for four weeks: no week of the year is the average of £130.77,
    and the dearest one is £500.
    """
    first = timezone.localdate()
    spell = {"begins_on": first, "ends_on": first + timedelta(days=27)}
    more = week_of(400, **spell)
    more.weekly, more.annual = Decimal("30.77"), Decimal(1600)
    found = case_money.council_cost([week_of(100), more])
    assert (found.weekly, found.dearest) == (Decimal("130.77"), Decimal("500.00"))
    row = DelegationLevel(role="worker", max_weekly=Decimal(200), max_one_off=Decimal(0))
    assert not delegation.covers(row, found)
    row.max_weekly = Decimal(500)
    assert delegation.covers(row, found), "equal to a limit is inside"
    alone = case_money.council_cost([more])
    assert alone.dearest == Decimal("400.00"), "also where it is all there is"
    assert alone.uneven, "it ends, so the average of a year is no week of it"
    (run,) = support_runs.runs_of([more], first)
    assert run.cost == Decimal("400.00") and run.last == spell["ends_on"]
    assert support_runs.big([run], Decimal(0))["amount"] == "£400.00"
    assert case_money.council_cost([week_of(100)]).dearest == Decimal(100)


def test_a_plan_with_a_dear_month_goes_to_whoever_may_agree_that_month(a_case, cast, as_):
    """£80 a week all year, and £400 more for four weeks from today: the average of the year is
    inside the worker's limit of £350, a week of £480 is not.
    """
    case = a_case(at="plan")
    first, last = timezone.localdate(), timezone.localdate() + timedelta(days=27)
    plan = money.open_plan(case=case, by=cast.person)
    ready = {"enough": "yes", "helped": "no", "over_reason": "z", "contribution_seen": True}
    money.save_plan_part(plan=plan, by=cast.person, what_matters="x", goals="y", **ready)
    line = {"outcome": "hygiene", "who": "agency", "unit": "hour", "route": "council_managed"}
    line |= {"provider": "Bright Care", "rate": Decimal(16)}
    money.save_line(plan=plan, by=cast.person, what="Help", quantity=Decimal(5), **line)
    days = {"begins_on": first, "ends_on": last}
    money.save_line(plan=plan, by=cast.person, what="More", quantity=Decimal(25), **line | days)
    money.submit_plan(case=case, by=cast.person)
    case.refresh_from_db()
    assert case_money.council_cost(plan.lines.all()).weekly < 350
    assert case.turn in ("manager", "service_manager")
    case.move("hand_turn", by=cast.manager, turn="worker", reason="Please do it")
    with pytest.raises(NotYet, match="£480.00 a week"):
        money.agree_plan(case=case, by=cast.worker, **REASON)
    page = text(as_(cast.worker).get(f"/cases/{case.ref}/agree_plan/"))
    assert "The dearest week £480.00: limits count for this one" in page
    assert f"{day(first)} to {day(last)}: £480.00 a week" in page
    money.return_plan(case=case, by=cast.worker, reason="Say more")
    signed = text(as_(cast.manager).get(f"/cases/{case.ref}/sign_offs/"))
    assert "£480.00 a week" in signed and "£80.00 a week" in signed
