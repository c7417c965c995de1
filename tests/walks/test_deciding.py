"""Who decides on a plan: list and limits, the panel, a proposal and its answer. Each by the real
pages.
"""

from decimal import Decimal

import pytest
from django.utils import timezone

from budgets.models import BudgetFigure, DelegationLevel, SignOff
from budgets.position import case_money
from cases.models import Case, Seat, User
from tests.walks.doing import act, address, agree, plan, send_plan, soon, steps, verbs, whole
from tests.walks.pages import Hands


def test_a_manager_names_a_worker_from_the_list_and_the_case_goes_on(a_case, cast):
    case = a_case(at="waiting")
    manager, worker = Hands(cast.manager), Hands(cast.worker)
    listed = manager.open("/staff/waiting/")
    assert "Ada Wren" in listed and case.ref in listed.html
    manager.send(address(case, "reassign"), worker=cast.worker.pk)
    case.refresh_from_db()
    assert (case.step, case.turn, case.turn_user) == ("waiting", "worker", cast.worker)
    worker.send(
        address(case, "start_assessment"),
        mode="own",
        wish="wants_own",
        capacity="yes",
        worker=cast.worker.pk,
    )
    case.refresh_from_db()
    assert (case.step, case.turn) == ("assess", "person")
    turns = list(
        case.visits.get(step="waiting").turns.order_by("began_at").values_list("role", flat=True)
    )
    assert turns == ["manager", "worker"], (
        "the time before a name was the manager's, after it the worker's"
    )
    whole()


TOP = {"worker": "350", "manager": "800", "service_manager": "1500"}


@pytest.mark.parametrize(
    ("weekly", "holder"),
    [
        ("350", "worker"),
        ("350.05", "manager"),
        ("800", "manager"),
        ("800.05", "service_manager"),
        ("1500", "service_manager"),
        ("1500.05", "top"),
    ],
)
def test_the_nearest_level_that_covers_it_decides_and_equal_is_inside(a_case, cast, weekly, holder):
    top = User.objects.create_user("director@example.org", name="Director")
    Seat.objects.create(
        user=top, council=cast.council, role="service_manager", valid_from=soon(-400)
    )
    DelegationLevel.objects.create(
        council=cast.council,
        role="service_manager",
        officer=top,
        valid_from=soon(-300),
        reason="Named",
    )
    case = a_case(at="sign_off", weekly=Decimal(weekly))
    people = {
        "worker": cast.worker,
        "manager": cast.manager,
        "service_manager": cast.service_manager,
        "top": top,
    }
    assert case.turn == ("service_manager" if holder == "top" else holder)
    assert case.turn_user == {"worker": cast.worker, "top": top}.get(holder)
    for role, user in people.items():
        # a service manager who is not the one named waits; the one named may, as a service manager,
        # do both
        if role != holder and (holder, role) != ("service_manager", "top"):
            refusal = Hands(user).open(address(case, "agree_plan"), 409)
            assert "You can't do this now" in refusal, role
    assert agree(Hands(people[holder]), case).status == 200
    signed, figure = SignOff.objects.get(), case_money.decided(case)
    assert (case.step, signed.by, figure.weekly) == ("set_up", people[holder], Decimal(weekly))
    assert signed.limit_weekly == (None if holder == "top" else Decimal(TOP[holder]))
    whole()


def test_a_turn_passed_too_low_says_who_may_and_nothing_is_agreed(a_case, cast):
    case = a_case(at="sign_off", weekly=Decimal(900))
    above, manager = Hands(cast.service_manager), Hands(cast.manager)
    above.send(act(case, "hand_turn"), turn="manager", reason="You know her")
    page = manager.refused(
        address(case, "agree_plan"),
        "The nearest who may is: Service manager",
        note="Well planned",
        reason_code="rate_above",
        reason_text="Nights cost more",
    )
    assert "Well planned" in page.html and "£900.00 a week" in page
    assert not SignOff.objects.exists() and not BudgetFigure.objects.filter(kind="decided").exists()
    manager.send(act(case, "hand_turn"), turn="service_manager", reason="Above my limit")
    agree(above, case)
    assert case.step == "set_up"
    whole()


def test_an_approver_with_no_level_gets_a_sentence(a_case, cast):
    DelegationLevel.objects.filter(council=cast.council).update(valid_to=soon(-60))
    case = a_case(at="sign_off")
    assert case.turn == "manager", (
        "nobody is set up: the manager has it, and reads why it can't be agreed"
    )
    manager = Hands(cast.manager)
    shown = manager.open(address(case, "agree_plan"))
    assert "Nobody may agree this cost" in shown
    manager.refused(
        address(case, "agree_plan"),
        "has named no top officer",
        reason_code="rate_above",
        reason_text="It costs this",
    )
    assert not SignOff.objects.exists() and case.events.filter(verb="agree_plan").count() == 0
    whole()


# ---- the panel ----


def test_a_panel_asks_and_agrees_in_writing_and_can_do_nothing_else(a_case, cast):
    case, other = a_case(at="sign_off"), a_case(at="sign_off", person=cast.new_person("Bea Lark"))
    worker, panel, me = Hands(cast.worker), Hands(cast.panel), Hands(cast.person)
    panel.gone(address(case))
    refer = address(case, "refer_to_panel")
    facts = {
        "exception": "dispute",
        "reason": "We differ about nights",
        "interim_support": "yes",
        "interim_who": "Bright Care",
        "interim": "The agency goes on",
        "interim_from": timezone.localdate(),
    }
    worker.refused(refer, "needs an answer", **facts | {"interim": ""})
    worker.refused(
        refer,
        "Is there support meanwhile?",
        **{k: v for k, v in facts.items() if k != "interim_support"},
    )
    worker.refused(refer, "It does not need a panel", **facts | {"exception": "over_limit"})
    assert verbs(case)[-1] == "submit_plan"
    worker.send(refer, **facts)
    case.refresh_from_db()
    assert (case.step, case.turn) == ("panel", "panel")
    referral = case.referrals.get()
    assert (referral.exception, referral.interim_support, referral.interim) == (
        "dispute",
        True,
        "The agency goes on",
    )
    assert "The agency goes on" in me.open(address(case)), "the person reads what happens meanwhile"

    queue = panel.open("/staff/queue/")
    assert case.ref in queue.html and other.ref not in queue.html
    shown = panel.open(address(case, "panel_agree"))
    assert "We differ about nights" in shown and "Help to wash and dress" in shown
    # the plan is there to read: it can't be written in
    page = panel.open(address(case, "plan"))
    assert not page.forms
    before = list(case.plans.get().lines.values())
    line = case.plans.get().lines.first()
    for path in (
        ("part", "goals"),
        ("line",),
        ("line", line.pk),
        ("line", line.pk, "cost"),
        ("line", line.pk, "remove"),
    ):
        answer = panel.post(
            address(case, "plan", *path), {"goals": "Less", "version": "1", "what": "Less"}
        )
        assert answer.status in (302, 404), path
    assert (
        list(case.plans.get().lines.values()) == before
        and case.plans.get().goals == "Out twice a week"
    )
    # nothing else: no other case, no list, no figures of the council, no contact, no other move
    for path in (address(other), address(other, "plan"), "/dashboard/", "/staff/ask/"):
        panel.open(path, 404)
    assert panel.open("/staff/").at == "/staff/queue/"
    assert "person@example.org" not in panel.open(address(case)).html
    for name in ("agree_plan", "submit_plan", "determine", "triage", "reassign", "start_budget"):
        assert panel.client.get(address(case, name)).status_code == 409, name

    panel.send(act(case, "panel_ask"), question="What happens at night?")
    case.refresh_from_db()
    assert (case.step, case.turn, case.turn_user) == ("panel", "worker", cast.worker)
    assert "What happens at night?" in worker.open(
        address(case)
    ) and "What happens at night?" not in me.open(address(case))
    worker.send(act(case, "hand_turn"), turn="panel", reason="Her niece sleeps there until May")
    case.refresh_from_db()
    assert case.turn == "panel" and "Her niece sleeps there until May" in panel.open(address(case))
    panel.refused(
        address(case, "panel_agree"),
        "The panel's reasons, in writing",
        reason_code="rate_above",
        reason_text="x",
    )
    agree(panel, case, "panel_agree", written_reasons="The nights are needed")
    signed, referral = SignOff.objects.get(decision="agreed"), case.referrals.get()
    assert (signed.role, signed.by, signed.limit_weekly) == ("panel", cast.panel, None)
    assert (referral.outcome, referral.written_reasons) == ("agreed", "The nights are needed")
    assert (case.step, case.turn) == ("set_up", "finance") and "The nights are needed" in me.open(
        address(case)
    )
    roles = list(
        case.visits.get(step="panel")
        .turns.order_by("began_at", "pk")
        .values_list("role", flat=True)
    )
    assert roles == ["panel", "worker", "panel"]
    whole()


def test_a_panel_sends_back_and_proposes_with_its_own_words(a_case, cast):
    case = a_case(at="panel")
    Hands(cast.panel).send(address(case, "return_plan"), reason="Say who comes at night")
    case.refresh_from_db()
    assert case.step == "plan" and case.referrals.get().outcome == "returned"
    assert "Say who comes at night" in Hands(cast.person).open(address(case, "plan"))
    second = a_case(at="panel", person=cast.new_person("Bea Lark"))
    propose(Hands(cast.panel), second)
    assert second.step == "offer" and second.referrals.get().outcome == "offered"
    whole()


# ---- a proposal ----


def propose(hands, case, quantity="4"):
    line = case_money.sent_plan(case).lines.get(who="pa")
    hands.send(
        address(case, "offer_changed"),
        **{
            f"quantity_{line.pk}": quantity,
            f"differs_{line.pk}": "4 hours in place of 5",
            f"why_{line.pk}": "Her sister helps on Sundays",
            f"still_met_{line.pk}": "Help every weekday",
        },
    )
    case.refresh_from_db()
    return line


def test_a_declined_proposal_leads_back_to_the_plan_and_on_to_agreement(a_case, cast):
    case = a_case(at="sign_off")
    worker, me = Hands(cast.worker), Hands(cast.person)
    propose(worker, case)
    answer = address(case, "answer_offer")
    assert "4 hours in place of 5" in me.open(answer) and "£64.00" in me.open(answer)
    me.refused(answer, "Say in a few words why", answer="decline")
    me.send(answer, answer="decline", reason="My sister has moved away")
    case.refresh_from_db()
    assert (case.step, case.turn) == ("plan", "person") and case.offers.get().state == "declined"
    assert "My sister has moved away" in worker.open(address(case))
    draft = case_money.draft_plan(case)
    assert [line.quantity for line in draft.lines.filter(who="pa")] == [5], (
        "the plan as it was sent, not as proposed"
    )
    line = draft.lines.get(who="pa")
    me.send(address(case, "plan", "line", line.pk, "cost"), quantity="4.5", rate="16")
    assert "£72.00" in me.open(address(case, "submit_plan")), "nothing is asked twice"
    send_plan(me, case)
    agree(worker, case)
    assert case.step == "set_up" and case_money.decided(case).annual == 3744
    assert steps(case)[-5:] == ["sign_off", "offer", "plan", "sign_off", "set_up"]
    assert list(case.sign_offs.order_by("pk").values_list("decision", flat=True)) == [
        "offered",
        "agreed",
    ]
    assert list(case.plans.order_by("number").values_list("state", flat=True)) == [
        "returned",
        "agreed",
    ]
    whole()


def test_an_accepted_proposal_is_the_decided_budget_with_its_reason(a_case, cast):
    case = a_case(at="sign_off")
    worker, me = Hands(cast.worker), Hands(cast.person)
    propose(worker, case)
    me.send(address(case, "answer_offer"), answer="accept")
    case.refresh_from_db()
    figure, offer = case_money.decided(case), case.offers.get()
    assert (
        (figure.annual, figure.weekly)
        == (offer.annual, offer.weekly)
        == (Decimal("3328.00"), Decimal("64.00"))
    )
    assert (figure.reason_code, figure.reason_text) == ("offer", "Her sister helps on Sundays")
    agreed = case_money.agreed_plan(case)
    assert agreed.lines.get(who="pa").quantity == 4 and agreed.digest
    assert (case.step, case.turn, case.route) == ("set_up", "finance", "direct_payment")
    for path in (address(case), address(case, "budget")):
        assert "Her sister helps on Sundays" in me.open(path), path
    assert case_money.indicative(case).annual == 5200, "the first figure stays what it was"
    whole()


def test_a_worker_records_the_answer_to_a_proposal_for_the_person(a_case, cast):
    case = a_case(at="offer")
    worker, answer = Hands(cast.worker), address(case, "answer_offer") + "?for=person"
    worker.refused(answer, "needs a tick", answer="accept", told_by="phone")
    worker.send(answer, answer="accept", told_by="phone", read_back="on")
    event = case.events.get(verb="accept_offer")
    assert (event.by, event.on_behalf_of) == (cast.worker, case.person)
    assert Case.objects.get(pk=case.pk).step == "set_up"
    whole()


def test_a_plan_above_the_budget_asks_the_person_why_and_the_decider_too(a_case, cast):
    case, me = a_case(at="plan"), Hands(cast.person)
    lines = [("Help to wash", "council_managed", {"quantity": "7.5", "rate": "16.29"})]
    plan(me, case, lines, over="Nights are not in the sum")
    send_plan(me, case)
    worker = Hands(cast.worker)
    assert "Nights are not in the sum" in worker.open(address(case, "agree_plan"))
    worker.refused(address(case, "agree_plan"), "needs an answer", reason_code="rate_above")
    agree(worker, case, reason_code="need_not_scored", reason_text="Nights were not asked about")
    assert case_money.decided(case).annual == Decimal("6353.36"), (
        "7.5 x 16.29 = 122.175, rounded once a week to 122.18"
    )
    assert "Nights were not asked about" in me.open(address(case))
    whole()
