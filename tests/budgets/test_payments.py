"""The agreement, what is paid by it, starts, and what holds payments back."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.utils import timezone

from budgets import actions as money
from budgets.entitlement.answer import answer
from budgets.position import case_money
from budgets.position.entitlement_facts import facts_of_case
from cases.actions import record_death
from cases.common.refusals import NotYet
from tests.cast import instead

TODAY = timezone.localdate


def agreed(case, cast, **fields):
    given = {
        "signed_by": "Ada Wren",
        "signed_on": TODAY(),
        "account_type": "own_account",
        "basis": "net",
        "first_payment_on": TODAY(),
    }
    cast.allow_payment(case)
    return money.record_agreement(case=case, by=cast.finance, **given | fields)


def payments(case, weeks=52):
    """What is due within so many weeks."""
    return answer(facts_of_case(case), TODAY() + timedelta(weeks=weeks, days=-1)).payments


def amounts(case):
    return [payment.amount for payment in payments(case)]


@pytest.mark.parametrize(
    ("weekly", "paid", "basis", "cycle", "count", "each", "total"),
    [
        ("80", None, "net", 4, 13, "320.00", "4160.00"),
        ("80", "10.33", "net", 4, 13, "278.68", "3622.84"),
        ("80", "10.33", "gross", 4, 13, "320.00", "4160.00"),
        ("80", "10.33", "person_first", 4, 13, "278.68", "3622.84"),
        ("81.45", "10", "net", 2, 26, "142.90", "3715.40"),
    ],
)
def test_payments_add_up_to_the_penny(a_case, cast, weekly, paid, basis, cycle, count, each, total):
    case = a_case(at="set_up", weekly=Decimal(weekly))
    if paid:
        money.record_contribution(
            case=case,
            by=cast.finance,
            state="recorded",
            weekly=Decimal(paid),
            source="Finance system",
        )
    agreed(case, cast, basis=basis, cycle_weeks=cycle)
    made = amounts(case)
    assert made == [Decimal(each)] * count and sum(made) == Decimal(total)


def test_the_days_of_payments_follow_each_other_from_the_first_pay_day(a_case, cast):
    case = a_case(at="set_up")
    agreed(case, cast)
    made = payments(case, 520)
    assert len(made) == 130, "a budget is paid as long as it holds, not for a year"
    assert made[0].on == made[0].covers_from == TODAY()
    assert all(
        after.covers_from == after.on == before.covers_to + timedelta(days=1)
        for before, after in zip(made, made[1:], strict=False)
    ), "no gap, no overlap"


def test_an_estimate_is_no_decision_and_is_not_left_out(a_case, cast):
    case = a_case(at="set_up")
    money.record_contribution(case=case, by=cast.worker, state="estimated", weekly=Decimal(10))
    agreed(case, cast)
    assert sum(amounts(case)) == Decimal("4160.00")


def test_a_contribution_above_the_payment_leaves_nothing_to_pay(a_case, cast):
    case = a_case(at="set_up")
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal(500))
    agreed(case, cast)
    assert amounts(case) == []


def test_nothing_is_due_before_there_is_an_agreement(a_case, cast):
    case = a_case(at="set_up")
    assert amounts(case) == []
    agreed(case, cast)
    assert amounts(case)


def test_what_is_paid_once_comes_once_with_the_first_payment(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(
        plan=plan,
        by=cast.person,
        what_matters="x",
        goals="y",
        enough="yes",
        helped="yes",
        contribution_seen=True,
    )
    common = {"outcome": "hygiene", "quantity": Decimal(1), "route": "direct_payment"}
    money.save_line(
        plan=plan, by=cast.person, what="Help", who="pa", unit="week", rate=Decimal(50), **common
    )
    money.save_line(
        plan=plan,
        by=cast.person,
        what="A rail",
        who="item",
        unit="once",
        rate=Decimal("80.01"),
        **common,
    )
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, reason_code="one_off", reason_text="A rail")
    agreed(case, cast)
    assert amounts(case) == [Decimal("280.01"), *[Decimal("200.00")] * 12]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"signed_on": "later"}, "signed_on"),
        ({"first_payment_on": "earlier"}, "first_payment_on"),
        ({"signed_by": " "}, "signed_by"),
    ],
)
def test_an_agreement_that_cannot_be_is_refused_at_its_field(a_case, cast, fields, field):
    days = {"later": TODAY() + timedelta(days=1), "earlier": TODAY() - timedelta(days=1)}
    case = a_case(at="set_up")
    with pytest.raises(NotYet) as no:
        agreed(case, cast, **{k: days.get(v, v) for k, v in fields.items()})
    assert no.value.field == field


def test_only_finance_records_the_agreement_and_again_only_with_what_changes(a_case, cast):
    case = a_case(at="set_up")
    with pytest.raises(NotYet):
        money.record_agreement(
            case=case,
            by=cast.worker,
            signed_by="x",
            signed_on=TODAY(),
            account_type="own_account",
            basis="net",
            first_payment_on=TODAY(),
        )
    agreed(case, cast)
    with pytest.raises(NotYet, match="already") as no:
        agreed(case, cast)
    assert no.value.field == "why" and case.agreements.count() == 1
    second = agreed(case, cast, why="Now through a card", account_type="prepaid_card")
    assert (second.version, case.agreements.get(version=1).account_type) == (2, "own_account")
    assert sum(amounts(case)) == Decimal("4160.00"), "a new version pays nothing twice"


def test_a_managed_budget_needs_no_agreement(a_case, cast):
    case = a_case(at="set_up", route="council_managed")
    with pytest.raises(NotYet, match="no direct payment"):
        agreed(case, cast)


def test_a_budget_runs_once_everything_paid_has_started(a_case, cast):
    case = a_case(at="set_up")
    line = case_money.agreed_plan(case).lines.get(who="pa")
    free = case_money.agreed_plan(case).lines.get(who="family")
    with pytest.raises(NotYet, match="no signed agreement"):
        money.start_budget(case=case, by=cast.finance)
    with pytest.raises(NotYet, match="signed agreement"):
        money.start_line(case=case, line=line, started_on=TODAY(), by=cast.finance)
    agreed(case, cast)
    with pytest.raises(NotYet, match="not started yet: Help to wash"):
        money.start_budget(case=case, by=cast.finance)
    for wrong, day in ((line, TODAY() + timedelta(days=1)), (free, TODAY())):
        with pytest.raises(NotYet):
            money.start_line(case=case, line=wrong, started_on=day, by=cast.finance)
    money.start_line(case=case, line=line, started_on=TODAY(), by=cast.finance)
    with pytest.raises(NotYet, match="already"):
        money.start_line(case=case, line=line, started_on=TODAY(), by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    event = case.events.get(verb="start_budget")
    assert case.step == "running" and event.codes["first_started_on"] == TODAY().isoformat()


def test_the_turn_passes_to_the_worker_when_finance_has_done_its_part(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(
        plan=plan,
        by=cast.person,
        what_matters="x",
        goals="y",
        enough="yes",
        helped="yes",
        contribution_seen=True,
    )
    for route in ("direct_payment", "council_managed"):
        money.save_line(
            plan=plan,
            by=cast.person,
            outcome="hygiene",
            what=route,
            who="agency",
            quantity=Decimal(1),
            unit="week",
            rate=Decimal(40),
            route=route,
        )
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, reason_code="chose_less", reason_text="Less")
    agreed(case, cast)
    case.refresh_from_db()
    assert case.turn == "finance"
    money.start_line(
        case=case, line=plan.lines.get(what="direct_payment"), started_on=TODAY(), by=cast.finance
    )
    case.refresh_from_db()
    assert (case.turn, case.turn_user) == ("worker", cast.worker)


def test_suspending_holds_what_is_to_come_and_resuming_lets_it_go(a_case, cast):
    case = a_case(at="running", days_ago=60)
    with pytest.raises(NotYet, match="No payment is suspended"):
        case.move("resume_payment", by=cast.finance, reason="x")
    before = payments(case)
    case.move(
        "suspend_payment",
        by=cast.finance,
        reason="No papers",
        **instead("Home care by the council"),
    )
    left = payments(case)
    assert left[0] == before[0] and left[-1].covers_to == TODAY() - timedelta(days=1), (
        "what was owed before is not touched"
    )
    with pytest.raises(NotYet):
        case.move("suspend_payment", by=cast.finance, reason="Again", **instead("Home care"))
    case.move("resume_payment", by=cast.finance, reason="Papers came")
    assert payments(case) == before, "not a day went by"


def test_days_that_are_paid_already_are_not_suspended(a_case, cast):
    case = a_case(at="running", days_ago=60)
    money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    paid_to = case.payments.latest("covers_to").covers_to
    assert paid_to > TODAY()
    case.move("suspend_payment", by=cast.finance, reason="No papers", **instead("Home care"))
    assert case.suspensions.get().begins_on == paid_to + timedelta(days=1)
    assert payments(case) == ()
    with pytest.raises(NotYet, match="Nothing is due"):
        money.make_batch(council=cast.council, by=cast.finance, until=TODAY() + timedelta(days=28))


@pytest.mark.parametrize("end", ["end_support", "record_death", "withdraw"])
def test_nothing_is_paid_for_days_after_an_end(a_case, cast, end):
    case = a_case(at="running", days_ago=60)
    if end == "end_support":
        case.move(
            end,
            by=cast.manager,
            end="own_wish",
            reason="x",
            end_date=TODAY(),
            final_account="Finance",
        )
    elif end == "record_death":
        record_death(case=case, by=cast.worker, died_on=TODAY(), contact="The son")
    else:
        case.move(end, by=cast.person, reason="I manage")
    left = payments(case, 520)
    days = (TODAY() - case.agreements.get().first_payment_on).days + 1
    assert left[-1].covers_to == TODAY()
    assert sum(p.amount for p in left) == (Decimal(80) * days / 7).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )


def test_a_new_contribution_is_shown_before_the_plan_is_sent(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, contribution_seen=True)
    money.record_contribution(case=case, by=cast.worker, state="recorded", weekly=Decimal("12.50"))
    plan.refresh_from_db()
    assert plan.contribution_seen is False
    with pytest.raises(NotYet):
        money.record_contribution(case=case, by=cast.person, state="not_known")
    for wrong in (
        {"state": "recorded"},
        {"state": "not_known", "weekly": Decimal(1)},
        {"state": "guess", "weekly": Decimal(1)},
    ):
        with pytest.raises(NotYet):
            money.record_contribution(case=case, by=cast.worker, **wrong)
