"""The rules that no page can go round: limits, four eyes, panels, endings, and who begins a
step.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from budgets import actions as money
from budgets.decision import delegation
from budgets.models import DelegationLevel
from budgets.position import case_money
from budgets.position.case_money import Cost
from cases import actions as cases
from cases.common.refusals import NotYet
from cases.models import Seat, User
from cases.ui import date_words
from tests.budgets.test_running_money import rows_of
from tests.cast import SINCE

REASON = {"reason_code": "rate_above", "reason_text": "It costs this much here"}


@pytest.mark.parametrize(
    ("weekly", "author", "turn"),
    [
        ("350", "person", "worker"),
        ("350.05", "person", "manager"),
        ("800", "person", "manager"),
        ("1500", "person", "service_manager"),
        ("1500.05", "person", "service_manager"),
        ("100", "worker", "manager"),
    ],
)
def test_sign_off_goes_to_the_lowest_level_that_covers_it(a_case, weekly, author, turn):
    """Equal to the limit is inside; four eyes when the worker wrote the plan."""
    assert a_case(at="sign_off", weekly=Decimal(weekly), author=author).turn == turn


def test_the_one_off_cost_has_its_own_limit():
    rows = [
        DelegationLevel(role=r, max_weekly=Decimal(w), max_one_off=Decimal(o))
        for r, w, o in (("worker", 350, 500), ("manager", 800, 2000))
    ]
    assert (
        delegation.lowest(rows, Cost(weekly=Decimal(10), one_off=Decimal(500)), "person").role
        == "worker"
    )
    assert (
        delegation.lowest(rows, Cost(weekly=Decimal(10), one_off=Decimal("500.01")), "person").role
        == "manager"
    )
    assert delegation.lowest(rows, Cost(weekly=Decimal(801)), "person") is None


def test_above_every_limit_the_named_top_officer_has_the_turn(a_case, cast):
    top = User.objects.create_user("top@example.org", name="Top")
    Seat.objects.create(user=top, council=cast.council, role="service_manager", valid_from=SINCE)
    DelegationLevel.objects.filter(council=cast.council, max_weekly=None).update(officer=top)
    case = a_case(at="sign_off", weekly=Decimal(2000))
    assert (case.turn, case.turn_user) == ("service_manager", top)
    with pytest.raises(NotYet):
        money.agree_plan(case=case, by=cast.service_manager, **REASON)
    money.agree_plan(case=case, by=top, **REASON)


def test_without_a_top_officer_the_manager_reads_what_is_missing(a_case, cast):
    DelegationLevel.objects.filter(council=cast.council, max_weekly=None).delete()
    case = a_case(at="sign_off", weekly=Decimal(2000))
    assert case.turn == "manager"
    with pytest.raises(NotYet, match="no top officer"):
        money.agree_plan(case=case, by=cast.manager, **REASON)
    assert case_money.decided(case) is None


def test_passing_the_turn_gives_nobody_a_higher_limit(a_case, cast):
    case = a_case(at="sign_off", weekly=Decimal(500))
    case.move("hand_turn", by=cast.manager, turn="worker", reason="Please do it")
    with pytest.raises(NotYet, match="more than you may agree"):
        money.agree_plan(case=case, by=cast.worker, **REASON)


def test_no_level_is_no_right(a_case, cast):
    DelegationLevel.objects.filter(council=cast.council, role="worker").delete()
    case = a_case(at="sign_off")
    assert case.turn == "manager"


def test_a_changed_limit_never_sends_a_sent_plan_elsewhere(a_case, cast):
    case = a_case(at="sign_off")
    today = timezone.localdate()
    DelegationLevel.objects.create(
        council=cast.council,
        role="worker",
        max_weekly=Decimal(10),
        max_one_off=Decimal(10),
        valid_from=today,
        reason="Tighter",
    )
    case.refresh_from_db()
    assert case.turn == "worker"
    assert (
        delegation.lowest(
            delegation.levels(cast.council.pk, today - timedelta(days=1)),
            Cost(weekly=Decimal(80)),
            "person",
        ).role
        == "worker"
    )
    with pytest.raises(NotYet, match="more than you may agree"):
        money.agree_plan(case=case, by=cast.worker, **REASON)


def test_nobody_decides_on_the_plan_they_wrote(a_case, cast):
    case = a_case(at="sign_off", author="worker")
    case.move("hand_turn", by=cast.manager, turn="worker", reason="Please do it")
    for act in (
        lambda: money.agree_plan(case=case, by=cast.worker, **REASON),
        lambda: money.offer_changed(
            case=case,
            by=cast.worker,
            lines=[
                {
                    "line": case_money.sent_plan(case).lines.get(who="pa").pk,
                    "quantity": Decimal(4),
                    "differs": "a",
                    "why": "b",
                    "still_met": "Weekdays",
                }
            ],
        ),
    ):
        with pytest.raises(NotYet, match="somebody else decides"):
            act()


def test_a_proposal_above_the_limit_is_refused_as_a_yes_would_be(a_case, cast):
    case = a_case(at="sign_off")
    line = case_money.sent_plan(case).lines.get(who="pa")
    change = {
        "line": line.pk,
        "quantity": Decimal(500),
        "differs": "a",
        "why": "b",
        "still_met": "Weekdays",
    }
    with pytest.raises(NotYet, match="more than you may agree"):
        money.offer_changed(case=case, by=cast.worker, lines=[change])


def test_a_plan_without_a_breakdown_is_not_agreed(a_case, cast):
    case = a_case(at="sign_off")
    case_money.sent_plan(case).lines.all().delete()
    with pytest.raises(NotYet, match="no breakdown"):
        money.agree_plan(case=case, by=cast.worker, **REASON)


@pytest.mark.parametrize("move", ["agree_plan", "return_plan", "refer_to_panel", "offer_changed"])
def test_a_decision_cannot_be_made_without_being_written_down(a_case, cast, move):
    """Straight through `Case.move`, past the action and its sign-off."""
    case = a_case(at="sign_off")
    facts = {
        "return_plan": {"reason": "x"},
        "refer_to_panel": {
            "exception": "dispute",
            "reason": "x",
            "interim_support": True,
            "interim": "y",
        },
    }
    with pytest.raises(NotYet, match="own page"):
        case.move(move, by=cast.worker, **facts.get(move, {}))
    case.refresh_from_db()
    assert case.step == "sign_off"


@pytest.mark.parametrize("move", ["accept_offer", "decline_offer"])
def test_an_offer_is_answered_on_its_own_page(a_case, cast, move):
    case = a_case(at="offer")
    with pytest.raises(NotYet, match="own page"):
        case.move(move, by=cast.person, **({"reason": "x"} if move == "decline_offer" else {}))


def test_a_panel_is_never_for_money_alone(a_case, cast):
    case = a_case(at="sign_off")
    given = {"reason": "It is dear", "interim_support": False, "interim": "A friend is there"}
    with pytest.raises(NotYet, match="does not need a panel"):
        money.refer_to_panel(case=case, by=cast.worker, exception="over_limit", **given)
    dear = a_case(at="sign_off", weekly=Decimal(2000), person=cast.new_person("Bea Lark"))
    money.refer_to_panel(case=dear, by=cast.service_manager, exception="over_limit", **given)
    dear.refresh_from_db()
    assert (dear.step, dear.turn) == ("panel", "panel")


def test_the_panel_agrees_any_amount_but_not_its_own_plan(a_case, cast):
    case = a_case(at="panel", weekly=Decimal(2000))
    money.panel_agree(case=case, by=cast.panel, written_reasons="It fits", **REASON)
    case.refresh_from_db()
    assert case.step == "set_up"


@pytest.mark.parametrize(
    ("route", "turn"),
    [("direct_payment", "finance"), ("council_managed", "worker"), ("provider_held", "worker")],
)
def test_set_up_waits_for_whoever_the_first_line_waits_on(a_case, route, turn):
    assert a_case(at="set_up", route=route).turn == turn


def test_not_eligible_is_refused_while_a_budget_is_in_force(a_case, cast):
    case = a_case(at="review", days_ago=60)
    case.move("reassess", by=cast.worker, reason="Things changed")
    draft = cases.open_assessment(case=case, by=cast.person)
    cases.save_answer(
        assessment=draft,
        question="about.important",
        value="Still here",
        voice="person",
        by=cast.person,
    )
    cases.submit_assessment(case=case, by=cast.person)
    with pytest.raises(NotYet, match="A budget is in force"):
        cases.determine(
            case=case,
            by=cast.worker,
            eligible=False,
            findings={},
            arises=False,
            impact=False,
            areas=[],
            reasons="No needs",
            advice="The lunch club",
        )
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="No needs any more",
        end_date=timezone.localdate(),
        final_account="Finance writes",
    )
    assert case_money.in_force(case) is None


def test_support_that_never_began_cannot_be_ended(a_case, cast):
    case = a_case(at="plan")
    with pytest.raises(NotYet, match="no budget in force"):
        case.move(
            "end_support",
            by=cast.manager,
            end="own_wish",
            reason="x",
            end_date=timezone.localdate(),
            final_account="none",
        )


@pytest.mark.parametrize(
    ("option", "says"),
    [({"capacity": "no"}, "decide about this alone"), ({"safeguarding": "yes"}, "not safe")],
)
def test_nobody_withdraws_without_capacity_or_at_risk(a_case, cast, option, says):
    """Care Act 2014 s11."""
    case = a_case(at="assess", **option)
    with pytest.raises(NotYet, match=says):
        case.move("withdraw", by=cast.person, reason="I want to stop")


def test_a_person_who_can_decide_withdraws(a_case, cast):
    case = a_case(at="plan", safeguarding="unsure")
    case.move("withdraw", by=cast.person, reason="I manage")
    assert case.step == "closed"


def test_an_end_that_the_council_decides_comes_after_its_notice(a_case, cast, as_):
    case, today = a_case(at="running", days_ago=60), timezone.localdate()
    facts = {"reason": "No needs any more", "final_account": "Finance writes"}
    facts |= {"case": case, "name": "end_support", "by": cast.manager}
    page = as_(cast.manager).get(f"/cases/{case.ref}/do/end_support/").content.decode()
    assert "28 days before they get less" in page
    for days in (-1, 0, 27):
        day = today + timedelta(days=days)
        with pytest.raises(NotYet, match="28 days before they get less") as no:
            cases.make_move(**facts, end="needs_ended", end_date=day)
        assert no.value.field == "end_date" and case_money.in_force(case)
    cases.make_move(**facts, end="needs_ended", end_date=today + timedelta(days=28))
    last = date_words.day(today + timedelta(days=28))
    said = rows_of(case, "plan_end")[f"Up to {last}"]
    assert "at least 28 days" in said and "our own rule, not the law" in said
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        later = {"end": "needs_ended", "end_date": timezone.localdate() + timedelta(days=9)}
        case.refresh_from_db()
        cases.make_move(**facts | later)  # a day later than was told needs no more notice
        case.refresh_from_db()
        with pytest.raises(NotYet, match="28 days before"):
            cases.make_move(**facts | later | {"end_date": today + timedelta(days=22)})


def test_what_happened_on_its_day_is_recorded_for_it(a_case, cast):
    case, gone_by = a_case(at="running", days_ago=60), timezone.localdate() - timedelta(days=1)
    facts = {"reason": "She moved", "final_account": "Finance writes", "end_date": gone_by}
    case.move("end_support", by=cast.manager, end="moved", **facts)
    assert case_money.in_force(case) is None
