"""Stopping, a death and its undoing, the end of support and the way back; two people at once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from budgets.models import BudgetFigure, Payment, SignOff
from budgets.position import case_money
from cases.models import Case, Message, Person
from cases.reminders import planned_ends
from poet.actions import invite
from poet.models import Invitation
from tests.walks.doing import (
    act,
    address,
    agree,
    coming,
    plan,
    send_plan,
    soon,
    steps,
    today,
    verbs,
    whole,
)
from tests.walks.pages import Hands

TOLD = {"told_by": "phone", "read_back": "on"}


@pytest.mark.parametrize(
    ("concern", "words"),
    [
        ({"safeguarding": "yes"}, "somebody was worried that the person is not safe"),
        ({"capacity": "no"}, "can't decide about this alone"),
    ],
)
def test_stopping_is_refused_where_somebody_may_not_be_safe(a_case, cast, concern, words):
    case = a_case(at="plan", **concern)
    me, worker = Hands(cast.person), Hands(cast.worker)
    page = me.refused(act(case, "withdraw"), words, reason="He says I must stop")
    assert "He says I must stop" in page.html
    page = worker.refused(act(case, "withdraw", behalf=True), words, reason="She phoned", **TOLD)
    assert "She phoned" in page.html
    case.refresh_from_db()
    assert case.step == "plan" and "withdraw" not in verbs(case)
    whole()


def test_stopping_closes_and_the_case_can_be_opened_again(a_case, cast):
    case = a_case(at="plan")
    me, worker = Hands(cast.person), Hands(cast.worker)
    me.send(act(case, "withdraw"), reason="My niece moves in")
    case.refresh_from_db()
    assert (case.step, case.turn, case.due_at) == ("closed", "nobody", None)
    assert "This case is closed" in me.open(address(case))
    worker.refused(act(case, "reopen"), "Where does it go on?", reason="The niece moved out")
    worker.send(act(case, "reopen"), to="confirm", reason="The niece moved out")
    case.refresh_from_db()
    assert (case.step, case.cycle, case.cycle_no, case.turn) == ("confirm", "first", 2, "worker")
    assert (today() - timezone.localdate(case.asked_at)).days == 30, "the first clock is kept"
    assert steps(case)[-2:] == ["plan", "confirm"]
    whole()


def test_a_death_stops_everything_and_undoing_it_gives_the_step_back(a_case, cast):
    case = a_case(at="running", days_ago=80)
    assert invite().invitations == 1
    worker, manager, finance = Hands(cast.worker), Hands(cast.manager), Hands(cast.finance)
    due, to_come = case.due_at, coming(case)
    entered = case.visits.get(step="running").entered_at
    waiting = Message.objects.filter(case=case, to_person=case.person, state="waiting")
    assert waiting.count() > 3 and waiting.filter(template="survey_invitation").exists()
    worker.refused(
        act(case, "record_death"), "today or earlier", died_on=soon(1), contact="Her son"
    )
    worker.send(act(case, "record_death"), died_on=today(), contact="Her son Ben")
    case.refresh_from_db()
    assert case.step == "closed" and Person.objects.get(pk=case.person_id).died_on == today()
    assert not waiting.exists() and Invitation.objects.get(case=case, worker=None).stopped_at
    assert to_come[-1].on > today()
    last = coming(case)[-1]
    assert last.covers_to == today(), "of the period the death falls into, its days are paid"
    whole_period = next(p for p in to_come if p.on == last.on)
    assert last.amount < whole_period.amount and whole_period.covers_to > today()
    assert "Her son Ben" in finance.open(address(case)) or "Her son Ben" in worker.open(
        address(case)
    )
    assert worker.open(act(case, "undo_death"), 409)
    manager.send(act(case, "undo_death"), reason="A namesake")
    case.refresh_from_db()
    assert (case.step, case.turn, case.due_at) == ("running", "nobody", due)
    assert (
        Person.objects.get(pk=case.person_id).died_on is None
        and not waiting.filter(event__verb="start_budget").exists()
    )
    again = case.visits.order_by("-seq").first()
    assert again.step == "running" and again.entered_at > entered
    assert coming(case) == to_come, "all is to come again as it was"
    assert invite().messages == 1 and waiting.filter(template="survey_invitation").count() == 1, (
        "asking goes on"
    )
    finance.open(act(case, "resume_payment"))
    finance.refused(act(case, "resume_payment"), "No payment is suspended", reason="She is alive")
    whole()


def test_the_end_of_support_holds_what_would_be_paid_after_it_and_the_case_can_come_back(
    a_case, cast
):
    case = a_case(at="running", days_ago=60)
    manager, worker = Hands(cast.manager), Hands(cast.worker)
    ends = today() + timedelta(days=40)
    facts = {
        "end": "residential",
        "reason": "Moves to Elm Court",
        "end_date": ends,
        "final_account": "Finance writes to her son",
    }
    worker.open(act(case, "end_support"), 409)
    manager.refused(act(case, "end_support"), "needs an answer", **facts | {"final_account": ""})
    manager.send(act(case, "end_support"), **facts)
    case.refresh_from_db()
    assert (case.step, case.planned_end) == ("running", ends)
    paid = coming(case)
    assert max(p.covers_to for p in paid) == ends, "to the day"
    with time_machine.travel(timezone.now() + timedelta(days=41)):
        assert planned_ends.close_ended() == 1
        case.refresh_from_db()
        came_back(case, Hands(cast.manager), Hands(cast.worker), Hands(cast.finance), paid)


def came_back(case, manager, worker, finance, paid):
    """After the day the case is closed; opening it again begins no money."""
    assert (
        case.step == "closed"
        and case_money.in_force(case) is None
        and case_money.decided(case) is not None
    )
    manager.open(act(case, "end_support"), 409)
    finance.open(act(case, "resume_payment"), 409)
    worker.send(act(case, "reopen"), to="confirm", reason="Came home again")
    case.refresh_from_db()
    assert (case.step, case.cycle, case.cycle_no) == ("confirm", "reassessment", 2)
    assert coming(case) == paid, "nothing begins to be paid by that"
    whole()


def test_nothing_is_paid_by_an_agreement_recorded_after_the_end(a_case, cast):
    case = a_case(at="set_up")
    finance = Hands(cast.finance)
    page = finance.open(address(case, "agreement"))
    Hands(cast.person).send(act(case, "withdraw"), reason="I move to my daughter's")
    answer = finance.sent(
        address(case, "agreement"),
        page=page,
        signed_by="Ada Wren",
        signed_as="person",
        signed_on=today(),
        account_type="own_account",
        basis="net",
        cycle_weeks="4",
        first_payment_on=today(),
    )
    assert answer.status == 422 and "This case is closed" in answer
    assert not case.agreements.exists() and not coming(case) and not Payment.objects.exists()
    whole()


def test_support_is_not_ended_where_no_budget_is_in_force(a_case, cast):
    case = a_case(at="plan")
    Hands(cast.manager).refused(
        act(case, "end_support"),
        "no budget in force",
        end="moved",
        reason="x",
        end_date=today(),
        final_account="y",
    )
    whole()


# ---- two people at once ----


def test_a_plan_is_agreed_while_the_person_stops(a_case, cast):
    case = a_case(at="sign_off")
    me, worker = Hands(cast.person), Hands(cast.worker)
    page = worker.open(address(case, "agree_plan"))
    me.send(act(case, "withdraw"), reason="I manage without")
    late = worker.conflict(
        address(case, "agree_plan"),
        "withdrew",
        "Closed",
        "Nights cost more",
        page=page,
        note="Well planned",
        reason_code="rate_above",
        reason_text="Nights cost more",
    )
    assert late.status == 409
    case.refresh_from_db()
    assert case.step == "closed" and not SignOff.objects.exists()
    assert not BudgetFigure.objects.filter(kind="decided").exists()
    assert case.plans.get().state == "submitted" and "agree_plan" not in verbs(case)
    whole()


def test_the_person_stops_while_the_plan_is_agreed(a_case, cast):
    case = a_case(at="sign_off")
    me, worker = Hands(cast.person), Hands(cast.worker)
    page = me.open(act(case, "withdraw"))
    agree(worker, case)
    me.send(act(case, "withdraw"), page=page, reason="I manage without")
    case.refresh_from_db()
    assert case.step == "closed" and case_money.in_force(case) is None, (
        "their will counts, whoever was first"
    )
    whole()


def test_two_managers_decide_and_the_second_reads_what_the_first_did(a_case, cast):
    from cases.models import Seat, User

    case = a_case(at="sign_off", author="worker")
    other = User.objects.create_user("second.manager@example.org", name="Second Boss")
    Seat.objects.create(
        user=other, council=cast.council, team=cast.team, role="manager", valid_from=soon(-9)
    )
    first, second = Hands(cast.manager), Hands(other)
    page = second.open(address(case, "return_plan"))
    agree(first, case)
    second.conflict(
        address(case, "return_plan"),
        "Manager agreed the plan",
        "Who helps at night?",
        page=page,
        reason="Who helps at night?",
    )
    assert SignOff.objects.count() == 1 and case.plans.count() == 1
    case.refresh_from_db()
    assert case.step == "set_up"
    whole()


def test_a_plan_that_came_back_and_was_sent_anew_is_not_agreed_unread(a_case, cast):
    case = a_case(at="sign_off", author="worker")
    me, manager = Hands(cast.person), Hands(cast.manager)
    old = manager.open(address(case, "agree_plan"))
    offer = manager.open(address(case, "offer_changed"))
    back = manager.open(address(case, "return_plan"))
    manager.send(address(case, "return_plan"), reason="Say who comes at night")
    line = case_money.draft_plan(case).lines.get(who="pa")
    worker = Hands(cast.worker)
    worker.send(address(case, "plan", "line", line.pk, "cost"), quantity="40", rate="16")
    send_plan(worker, case, behalf=False)
    assert case.step == "sign_off" and case.turn == "manager"
    reasons = {"reason_code": "rate_above", "reason_text": "It costs this much here"}
    manager.conflict(address(case, "agree_plan"), page=old, **reasons)
    manager.conflict(address(case, "return_plan"), "Say who pays", page=back, reason="Say who pays")
    first = case.plans.get(number=1).lines.get(who="pa")
    change = {f"quantity_{first.pk}": "4", f"differs_{first.pk}": "Less"}
    assert manager.sent(address(case, "offer_changed"), page=offer, **change).status in (409, 422)
    assert not BudgetFigure.objects.filter(kind="decided").exists() and not case.offers.exists()
    assert case.plans.get(number=2).state == "submitted"
    manager.send(address(case, "agree_plan"), **reasons)
    assert case_money.decided(case).weekly == 640 and me.open(address(case)).status == 200
    whole()


def test_a_plan_that_a_helper_changed_is_read_again_before_it_is_sent(a_case, cast):
    case = a_case(at="plan")
    cast.help(case)
    me, helper = Hands(cast.person), Hands(cast.delegate)
    plan(me, case, [("Help to wash", "council_managed", {"quantity": "5", "rate": "16"})])
    page = me.open(address(case, "submit_plan"))
    helper.send(address(case, "plan", "part", "goals"), goals="Something else")
    me.conflict(address(case, "submit_plan"), "Somebody changed the plan", page=page)
    assert case_money.draft_plan(case) and not case.figures.filter(kind="plan").exists()
    send_plan(me, case)
    assert case.step == "sign_off"
    whole()


def test_answers_that_came_back_and_were_sent_anew_are_not_decided_unread(a_case, cast):
    case = a_case(at="confirm")
    me, worker, manager = Hands(cast.person), Hands(cast.worker), Hands(cast.manager)
    page = worker.open(address(case, "determine"))
    manager.send(act(case, "return_assessment"), missing="The nights")
    me.send(address(case, "assessment"))
    me.send(address(case, "submit_assessment"))
    decision = {
        "arises": "yes",
        "impact": "yes",
        "eligible": "yes",
        "reasons": "As seen",
        "tests_nutrition": ["assistance"],
        "tests_hygiene": ["assistance"],
    }
    worker.conflict(address(case, "determine"), "As seen", page=page, **decision)
    assert not case.determinations.exists() and Case.objects.get(pk=case.pk).step == "confirm"
    whole()


def test_two_write_the_same_part_of_a_plan_and_neither_is_lost(a_case, cast):
    case = a_case(at="plan")
    cast.help(case, scope=("see", "fill", "send", "money"))
    me, helper = Hands(cast.person), Hands(cast.delegate)
    goals, other = (
        address(case, "plan", "part", "goals"),
        address(case, "plan", "part", "what_matters"),
    )
    mine, free = me.open(goals), me.open(other)
    helper.send(goals, goals="A walk each day")
    page = me.conflict(
        goals, "Out twice a week", "A walk each day", page=mine, goals="Out twice a week"
    )
    assert (
        "Someone saved this page" in page and case_money.draft_plan(case).goals == "A walk each day"
    )
    me.send(other, page=free, what_matters="My garden")
    draft = case_money.draft_plan(case)
    assert (draft.what_matters, draft.goals) == ("My garden", "A walk each day"), (
        "another part is no conflict"
    )
    cost = helper.send(
        address(case, "plan", "line"), what="Help to wash", who="agency", outcome="hygiene"
    )
    both = me.open(cost.at)
    helper.send(cost.at, page=cost, quantity="5", unit="hour", rate="16")
    me.conflict(
        cost.at,
        "7",
        "Someone changed this part of the plan",
        page=both,
        quantity="7",
        unit="hour",
        rate="16",
    )
    assert case_money.draft_plan(case).lines.get().quantity == 5
    whole()


def test_the_person_and_the_worker_answer_the_same_question(a_case, cast):
    case = a_case(at="assess")
    me, worker = Hands(cast.person), Hands(cast.worker)
    me.send(address(case, "assessment"))
    worker.send(address(case, "assessment"), how="phone", on=today())
    path = address(case, "assessment", "about.important")
    mine = me.open(path)
    worker.send(path, value="Her garden")
    me.conflict(path, "Her garden", "My cat", page=mine, value="My cat")
    whole()
