"""A closed case is not paid: every move that closes a case, from every step it can be made from,
with money running.
"""

import uuid
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from budgets import actions as money
from budgets.actions import payment_batches
from budgets.entitlement.answer import answer
from budgets.models import MoneyStanding, OrderEnd, Payment, PaymentBatch, PlanInForce
from budgets.money.sterling import pounds
from budgets.payments import money_standings
from budgets.payments.standing_payments import next_payments
from budgets.position import case_money, end_of_money, endings, entitlement_facts
from cases import actions, journey
from cases.common.refusals import NotYet
from cases.letters import compose
from cases.models import Person, Representation
from cases.reminders import planned_ends
from cases.ui.date_words import day
from tests import sample
from tests.budgets.test_plan_pages import text
from tests.cast import Cast, instead
from tests.race import at_once

TODAY = timezone.localdate
DAY = timedelta(days=1)
NOTICE = 40  # days: an end that lies ahead, with some payments before it
STEPS = (
    "assess",
    "confirm",
    "budget",
    "plan",
    "sign_off",
    "panel",
    "offer",
    "set_up",
    "running",
    "review",
)
# What the forms of these moves give; whatever a new closing move asks for is filled in by its kind.
PAGES = {
    "determine_not_eligible": (
        "a budget in force is ended with notice, not by a decision about needs"
    )
}


class Road:
    """A case whose money runs, brought by real moves through a review to a step, all of it
    today.
    """

    def __init__(self, cast, case):
        self.cast, self.case = cast, case

    def to(self, step):
        if step != "running":
            self.case.move("start_review", by=self.cast.worker, kind="planned", reason="It is time")
        if step in ("assess", "confirm", "budget"):
            self.again(step)
        elif step not in ("running", "review"):
            self.change(step)
        self.case.refresh_from_db()
        assert self.case.step == step
        return self.case

    def again(self, step):
        case, cast = self.case, self.cast
        case.move("reassess", by=cast.worker, reason="Much has changed")
        if step == "assess":
            return
        draft = actions.open_assessment(case=case, by=cast.person)
        actions.submit_assessment(case=case, by=cast.person)
        if step == "confirm":
            return
        gap = next(q["id"] for q in draft.form if q["kind"] == "option" and q.get("scheme"))
        draft.answers.filter(question=gap).delete()
        actions.determine(
            case=case,
            by=cast.worker,
            eligible=True,
            arises=True,
            impact=True,
            areas=["dignity"],
            reasons="As before",
            findings={
                o: {"tests": ["assistance"], "reason": "Seen"} for o in ("nutrition", "hygiene")
            },
        )

    def change(self, step):
        case, cast = self.case, self.cast
        case.move("change_plan", by=cast.worker, reason="More help at night")
        if step != "plan":
            self.send(step, case_money.draft_plan(case))

    def send(self, step, plan):
        """Send the plan, and decide it as the step wants."""
        case, cast = self.case, self.cast
        money.save_plan_part(
            plan=plan,
            by=cast.person,
            contribution_seen=True,
            enough="yes",
            helped="yes",
            over_reason="It costs this much",
        )
        money.submit_plan(case=case, by=cast.person)
        case.refresh_from_db()
        holder = {
            "worker": cast.worker,
            "manager": cast.manager,
            "service_manager": cast.service_manager,
        }[case.turn]
        if step == "panel":
            money.refer_to_panel(
                case=case,
                by=holder,
                exception="unique_plan",
                reason="Unlike others",
                interim_support=False,
                interim="Her sister is there",
            )
        elif step == "offer":
            line = case.plans.order_by("-number")[0].lines.get(who="pa")
            money.offer_changed(
                case=case,
                by=holder,
                note="Fewer",
                lines=[
                    {
                        "line": line.pk,
                        "quantity": Decimal("4"),
                        "differs": "4 hours",
                        "why": "x",
                        "still_met": "Weekdays",
                    }
                ],
            )
        elif step == "set_up":
            money.agree_plan(
                case=case, by=holder, reason_code="rate_above", reason_text="It costs this much"
            )


def answers(move, **days):
    """An answer to everything that a move asks for, by its kind; an end that needs no notice."""
    kinds = {"text": "In plain words", "yesno": True, "money": Decimal(1), "number": 1}
    return {
        ask.name: days.get(ask.name, TODAY())
        if ask.kind == "date"
        else _chosen(ask)
        if ask.kind == "choice"
        else kinds[ask.kind]
        for ask in move.asks
    }


def _chosen(ask):
    """The first answer that is not the council's own decision to end the support."""
    return next(one for one in ask.choices if one not in journey.COUNCIL_ENDS)


def close(case, cast, name, **days):
    """Make a closing move as somebody who may. Raises NotYet where a rule refuses it."""
    move = journey.MOVES[name]
    worker = cast.duty if case.step == "request" and not case.worker_id else cast.worker
    by = {"person": cast.person, "worker": worker, "manager": cast.manager}
    who = next(by[role] for role in ("person", "worker", "manager") if role in move.who)
    facts = answers(move, **days)
    event = actions.make_move(case=case, name=name, by=who, **facts)
    case.refresh_from_db()
    ahead = event.verb in endings.PLANNING
    assert (case.step == "closed") != ahead and ahead == (days.get("end_date", TODAY()) > TODAY())
    return event


EVERY = [
    (name, step)
    for name in journey.closing_moves()
    for step in journey.MOVES[name].routes
    if step != "closed"
]


def running(a_case, **how):
    """A direct payment of £80 a week, begun some weeks ago, of which nothing has been paid yet."""
    return a_case(at="running", days_ago=how.pop("days_ago", 60), **how)


def batches(cast, monkeypatch, days=400):
    """Every payment of a batch of today and of some for the days to come, as (due, covers_to); each
    let go by a second officer, and the books agree afterwards.
    """
    found, real = [], TODAY()
    for ahead in (0, 30, 60, days):
        monkeypatch.setattr(payment_batches, "AHEAD", ahead)
        try:
            batch = money.make_batch(
                council=cast.council, by=cast.finance, until=real + timedelta(days=ahead)
            )
        except NotYet:
            continue
        money.release_batch(batch=batch, by=cast.releaser)
        found += list(batch.payments.values_list("on", "covers_to"))
    call_command("check_money", stdout=StringIO())
    return found


def to_come(case):
    """The payments to come of a case, as things stand."""
    return next_payments(case).payments


def covered(case):
    """(first, last) of the days of every payment that left or is to come."""
    left = case.payments.filter(state__in=Payment.STANDING, covers_from__isnull=False)
    days = list(left.values_list("covers_from", "covers_to"))
    return sorted(days + [(p.covers_from, p.covers_to) for p in to_come(case)])


def one_after_the_other(days):
    return all(b[0] == a[1] + DAY for a, b in zip(days, days[1:], strict=False))


def of_days(count, weekly=Decimal("80")):
    """What so many days of a week's sum come to."""
    return (weekly * count / 7).quantize(Decimal("0.01"))


def test_the_closing_moves_are_found_from_the_journey():
    """A new move into closed is in EVERY without being listed, here and in the rules."""
    assert {"arrange_own", "withdraw", "end_support", "record_death"} <= set(
        journey.closing_moves()
    )
    leads = {
        m.name
        for m in journey.MOVES.values()
        for s, to in m.routes.items()
        if "closed" in to and s != "closed"
    }
    assert leads == set(journey.closing_moves()) == {name for name, _step in EVERY}
    assert {step for _name, step in EVERY} == set(journey.open_steps())


@pytest.mark.parametrize(
    ("name", "step"), sample.in_turns([one for one in EVERY if one[1] in STEPS], 3)
)
def test_nothing_is_paid_for_days_after_a_case_was_closed(a_case, cast, monkeypatch, name, step):
    case = Road(cast, running(a_case)).to(step)
    if name in PAGES:
        with pytest.raises(NotYet, match="A budget is in force"):
            close(case, cast, name)
        return
    ends = TODAY() + NOTICE * DAY if name == "end_support" else TODAY()
    close(case, cast, name, end_date=ends)
    paid = batches(cast, monkeypatch)
    assert paid, "what was owed for days before the end is still paid"
    assert max(covers_to for _due, covers_to in paid) == ends, "to the day, and nothing after it"
    assert not to_come(case), "and nothing more looks as if it were to come"
    stands = next_payments(case)
    assert (stands.owed, stands.paid_too_much) == (0, 0), "all of it, and no penny more"
    if case.planned_end:
        with time_machine.travel(timezone.now() + (NOTICE + 1) * DAY):
            assert planned_ends.close_ended() == 1
        case.refresh_from_db()
    assert case_money.in_force(case) is None and not list(endings.live())


@pytest.mark.parametrize(("name", "step"), [one for one in EVERY if one[1] not in STEPS])
def test_before_any_money_ran_a_closing_leaves_nothing_to_pay(a_case, cast, name, step):
    case = a_case(at=step)
    try:
        close(case, cast, name)
    except NotYet as no:
        assert name == "end_support", no
    assert not to_come(case) and not case.plans_in_force.exists()
    with pytest.raises(NotYet, match="Nothing is due"):
        money.make_batch(council=cast.council, by=cast.finance, until=TODAY())


@pytest.mark.parametrize("name", ["arrange_own", "withdraw", "end_support", "record_death"])
def test_whatever_is_recorded_later_nobody_is_paid_after_the_end(a_case, cast, monkeypatch, name):
    case = Road(cast, running(a_case)).to("plan")
    close(case, cast, name)
    plan = case_money.agreed_plan(case)
    PlanInForce.objects.create(case=case, plan=plan, begins_on=TODAY() + DAY)
    assert all(covers_to <= TODAY() for _due, covers_to in batches(cast, monkeypatch))
    assert not to_come(case)


def test_the_last_period_is_paid_by_its_days_and_adds_up(a_case, cast):
    case = running(a_case)
    first, second = to_come(case)[:2]
    ends = first.covers_from + 30 * DAY  # three days into the second payment
    foretold = end_of_money.standing(case, ends)
    close(case, cast, "end_support", end_date=ends)
    whole, part = to_come(case)
    assert whole == first and first.amount == Decimal("320.00")
    assert (part.on, part.covers_from, part.covers_to) == (second.on, second.covers_from, ends)
    assert part.amount == of_days(3) == Decimal("34.29")
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    assert batch.total == Decimal("354.29") == of_days(31)
    assert [sum_ for _due, sum_, _to in foretold.to_come] == [first.amount, part.amount]


def test_an_end_in_the_middle_of_a_paid_period_takes_nothing_back_by_itself(a_case, cast):
    case = running(a_case)
    first, second = to_come(case)[:2]
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    assert batch.total == Decimal("640.00") == first.amount + second.amount
    ends = second.covers_from + 2 * DAY
    close(case, cast, "end_support", end_date=ends)
    stands = next_payments(case)
    assert (stands.payments, stands.owed) == ([], 0)
    assert stands.paid_too_much == batch.total - of_days(31) == Decimal("285.71")
    assert end_of_money.standing(case, ends).paid_until == second.covers_to
    money.settle(
        case=case,
        by=cast.finance,
        on=TODAY(),
        amount=stands.paid_too_much,
        how="paid_back",
        why="From the account",
    )
    stands = next_payments(case)
    assert (stands.payments, stands.owed, stands.paid_too_much) == ([], 0, 0)
    call_command("check_money", stdout=StringIO())


def test_what_a_batch_has_taken_is_not_touched_and_the_final_account_names_it(a_case, cast):
    case = running(a_case)
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY() + 28 * DAY)
    taken = list(batch.payments.values_list("pk", "amount"))
    found = end_of_money.standing(case, TODAY())
    assert found.paid_until == max(batch.payments.values_list("covers_to", flat=True)) > TODAY()
    close(case, cast, "withdraw")
    assert list(batch.payments.filter(state="claimed").values_list("pk", "amount")) == taken
    days = (TODAY() - batch.payments.order_by("on")[0].covers_from).days + 1
    assert next_payments(case).paid_too_much == batch.total - of_days(days) > 0
    assert list(endings.to_settle(cast.council)) == [case]
    money.settle_account(
        case=case,
        by=cast.finance,
        contact="Ada Wren",
        balance=Decimal(100),
        owed=Decimal(0),
        letter_on=TODAY(),
        reason="Paid ahead",
    )
    assert not endings.to_settle(cast.council).exists()


def test_a_change_of_plan_goes_on_being_paid_until_its_successor_starts(a_case, cast, monkeypatch):
    Road(cast, running(a_case)).to("plan")
    assert max(covers_to for _due, covers_to in batches(cast, monkeypatch, 90)) > TODAY() + 28 * DAY


def test_opening_a_case_again_starts_no_money(a_case, cast, monkeypatch):
    case = Road(cast, running(a_case)).to("plan")
    close(case, cast, "arrange_own")
    case.move("reopen", by=cast.worker, to="confirm", reason="It did not work out")
    assert case_money.in_force(case) is None
    assert max(covers_to for _due, covers_to in batches(cast, monkeypatch)) == TODAY()
    assert not to_come(case)
    with pytest.raises(NotYet, match="Nothing is due"):
        money.make_batch(council=cast.council, by=cast.finance, until=TODAY() + 27 * DAY)


def agree_anew(cast, case):
    """The case was opened again: decided, planned, agreed and begun once more, all of it today."""
    actions.determine(
        case=case,
        by=cast.worker,
        eligible=True,
        arises=True,
        impact=True,
        areas=["dignity"],
        reasons="As before",
        findings={o: {"tests": ["assistance"], "reason": "Seen"} for o in ("nutrition", "hygiene")},
    )
    case.refresh_from_db()
    Road(cast, case).send("set_up", money.open_plan(case=case, by=cast.person))
    for line in case_money.startable(case):
        money.start_line(case=case, line=line, started_on=TODAY(), by=cast.finance)
    money.start_budget(case=case, by=cast.finance)


@pytest.mark.parametrize("ago", [0, 20])
def test_money_agreed_anew_after_the_case_was_opened_again_is_paid(a_case, cast, monkeypatch, ago):
    case = running(a_case)
    first = to_come(case)[0].covers_from
    ended = TODAY() - ago * DAY
    closed_at = timezone.now() - ago * DAY
    case.move("withdraw", by=cast.person, reason="I manage", at=closed_at)
    case.move("reopen", by=cast.worker, to="confirm", reason="It did not work out", at=closed_at)
    assert to_come(case)[-1].covers_to == ended and case_money.in_force(case) is None
    agree_anew(cast, case)
    assert case_money.in_force(case) is not None and case.agreements.count() == 1
    paid = [last for _due, last in batches(cast, monkeypatch, 90)]
    assert max(paid) > TODAY() + 28 * DAY
    days = covered(case)
    assert all(a[1] < b[0] for a, b in zip(days, days[1:], strict=False)), "no day twice"
    sums = answer(entitlement_facts.facts_of_case(case), days[-1][1]).entitlement
    assert [(run.first, run.last) for run in sums] == (
        [(first, ended), (TODAY(), days[-1][1])] if ago else [(first, days[-1][1])]
    ), "nothing for the time between"
    stands = next_payments(case)
    assert (stands.owed, stands.paid_too_much) == (0, 0)


def test_what_was_suspended_stays_unpaid_when_the_case_is_closed(a_case, cast, monkeypatch):
    case = running(a_case)
    case.move(
        "suspend_payment",
        by=cast.finance,
        reason="No papers",
        **instead("Home care by the council"),
    )
    close(case, cast, "withdraw")
    assert max(last for _due, last in batches(cast, monkeypatch)) == TODAY() - DAY
    with pytest.raises(NotYet):
        case.move("resume_payment", by=cast.finance, reason="They came", make_good=True)
    assert not to_come(case) and next_payments(case).owed == 0


def test_undoing_a_death_gives_back_what_the_death_stopped_and_no_more(a_case, cast):
    case = running(a_case)
    whole = to_come(case)
    case.move(
        "suspend_payment",
        by=cast.finance,
        reason="No papers",
        **instead("Home care by the council"),
    )
    suspended = to_come(case)
    assert suspended[-1].covers_to == TODAY() - DAY
    close(case, cast, "record_death")
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    assert to_come(case) == suspended, "the suspension stands as it did"
    assert case_money.in_force(case) is not None and case.agreements.get()
    case.move("resume_payment", by=cast.finance, reason="They came")
    assert to_come(case) == whole, "and then it goes on as if nobody had died"


@pytest.mark.parametrize(
    "step",
    ["assess", "confirm", "budget", "plan", "sign_off", "panel", "offer", "set_up", "review"],
)
def test_a_death_is_undone_wherever_a_case_stood_and_whoever_had_the_turn_has_it(
    a_case, cast, step
):
    case = Road(cast, a_case(at="running", days_ago=60)).to(step)
    held = case.turn
    actions.record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    case.refresh_from_db()
    assert (case.step, case.turn) == (step, held)


def test_undoing_a_death_after_a_batch_pays_the_other_days_of_the_period(a_case, cast, monkeypatch):
    case = running(a_case)
    first = to_come(case)[0].covers_from
    close(case, cast, "record_death")
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    assert batch.total == of_days((TODAY() - first).days + 1), "up to the day of the death"
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    days = covered(case)
    assert days[0][0] == first and one_after_the_other(days), "no day twice, none left out"
    together = batch.total + sum(p.amount for p in to_come(case))
    assert together == of_days((days[-1][1] - first).days + 1)
    assert next_payments(case).paid_too_much == 0 == next_payments(case).owed
    batches(cast, monkeypatch, 90)
    assert one_after_the_other(covered(case))


def test_a_death_days_ago_that_is_undone_owes_nothing_twice(a_case, cast, monkeypatch):
    """The days between are paid: nobody was told of an end that was none."""
    case = running(a_case)
    paid = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    close(case, cast, "record_death", died_on=TODAY() - 10 * DAY)
    assert next_payments(case).paid_too_much > 0 and not to_come(case)
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    stands = next_payments(case)
    assert (stands.owed, stands.paid_too_much) == (0, 0)
    assert (
        stands.payments[0].covers_from
        == max(paid.payments.values_list("covers_to", flat=True)) + DAY
    )
    batches(cast, monkeypatch, 90)


def test_a_death_stops_the_persons_other_case_too_and_its_worker_is_told(a_case, cast, monkeypatch):
    first = running(a_case)
    second = running(a_case, person=first.person, kind="carer")
    close(first, cast, "record_death")
    second.refresh_from_db()
    assert second.step == "running" and all(
        covers_to <= TODAY() for _d, covers_to in batches(cast, monkeypatch)
    )
    assert not to_come(second) and not list(endings.live())
    told = second.messages.filter(template__contains="in_another_case")
    assert [m.to_user for m in told] == [cast.worker]
    assert Person.objects.get(pk=first.person_id).died_on


def test_a_death_before_the_end_of_the_persons_closed_case_is_read_in_it_too(a_case, cast):
    case = a_case(at="running", days_ago=60)
    other = a_case(at="running", days_ago=60, person=case.person, kind="carer")
    close(other, cast, "end_support")
    money_standings.refresh()
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    money.release_batch(batch=batch, by=cast.releaser)
    money_standings.refresh()
    stands = MoneyStanding.objects.get(case=other)
    assert not stands.stale and not stands.paid_too_much
    day = TODAY() - timedelta(days=9)
    actions.record_death(case=case, by=cast.worker, died_on=day, contact="Her son")
    money_standings.refresh()
    stands.refresh_from_db()
    assert stands.paid_too_much > 0, "days after the death were paid in both"
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    money_standings.refresh()
    stands.refresh_from_db()
    assert not stands.paid_too_much


def test_undoing_a_death_lets_the_persons_other_case_go_on(a_case, cast, monkeypatch):
    first = running(a_case)
    second = running(a_case, person=first.person, kind="carer")
    close(first, cast, "record_death")
    actions.undo_death(case=first, by=cast.manager, reason="A namesake")
    assert second.messages.filter(template__contains="in_another_case").count() == 2, (
        "and its worker is told of both"
    )
    for case in (first, second):
        days = covered(case)
        assert days[-1][1] > TODAY() + 28 * DAY and one_after_the_other(days)


def ends(cases, as_of=None):
    """Case id -> its last day with money as it was known at a moment, of those that have one."""
    found = entitlement_facts.facts_of_cases(cases, as_of)
    return {pk: facts.end for pk, facts in found.items() if facts.end}


def test_an_end_is_known_from_the_moment_it_was_recorded_until_it_was_undone(a_case, cast):
    """In every case of the person: what a batch claimed before is compared with what was known."""
    first = running(a_case)
    second = running(a_case, person=first.person, kind="carer")
    cases, moments = [first.pk, second.pk], [timezone.now()]
    close(first, cast, "record_death", died_on=TODAY() - 3 * DAY)
    moments.append(timezone.now())
    actions.undo_death(case=first, by=cast.manager, reason="A namesake")
    moments.append(timezone.now())
    close(second, cast, "withdraw")
    moments.append(timezone.now())
    second.refresh_from_db()
    second.move("reopen", by=cast.worker, to="confirm", reason="It did not work out")
    both = {pk: TODAY() - 3 * DAY for pk in cases}
    known = [{}, both, {}, {second.pk: TODAY()}]
    assert [ends(cases, moment) for moment in moments] == known
    assert ends(cases) == {}
    close(first, cast, "withdraw")
    assert ends(cases) == {first.pk: TODAY()} and ends([second.pk]) == {}


def test_a_second_case_of_the_same_person_goes_on(a_case, cast, monkeypatch):
    first = running(a_case)
    running(a_case, person=first.person, kind="carer")
    close(first, cast, "withdraw")
    assert max(covers_to for _due, covers_to in batches(cast, monkeypatch, 90)) > TODAY() + 28 * DAY


def test_a_batch_that_was_begun_before_the_end_is_finished_as_it_was(a_case, cast):
    case = running(a_case)
    begun = payment_batches.claim(
        council=cast.council, by=cast.finance, until=TODAY(), at=timezone.now()
    )
    close(case, cast, "withdraw")
    assert payment_batches.finish_batch(begun).count == begun.payments.count()
    assert PaymentBatch.objects.get().state == "ready"


# ---- support that the council arranges, and money that a provider holds ----


def ordered(a_case, cast):
    case = a_case(at="running", days_ago=60, route="council_managed")
    line = case_money.agreed_plan(case).lines.get(who="pa")
    money.place_order(
        case=case,
        line=line,
        by=cast.worker,
        provider="Moor Care",
        what="Mornings",
        begins_on=TODAY() - 50 * DAY,
    )
    return case, line


@pytest.mark.parametrize("name", ["withdraw", "end_support", "record_death"])
def test_orders_end_with_the_case_and_somebody_tells_the_provider(a_case, cast, name):
    case, line = ordered(a_case, cast)
    close(case, cast, name)
    end = OrderEnd.objects.get()
    assert (end.order.provider, end.ends_on, end.told_on) == ("Moor Care", TODAY(), None)
    assert not list(endings.live()) and list(endings.to_tell([case.pk])) == [end]
    with pytest.raises(NotYet, match="closed"):
        money.place_order(
            case=case, line=line, by=cast.worker, provider="Else", what="x", begins_on=TODAY()
        )
    money.tell_provider(case=case, end=end, told_on=TODAY(), by=cast.worker)
    assert not endings.to_tell([case.pk]).exists()
    with pytest.raises(NotYet, match="already"):
        money.tell_provider(case=case, end=end, told_on=TODAY(), by=cast.worker)


def test_an_order_is_live_again_when_a_death_is_undone_unless_the_provider_was_told(a_case, cast):
    case, _line = ordered(a_case, cast)
    close(case, cast, "record_death")
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    assert endings.open_orders(case, TODAY()).exists()
    close(case, cast, "record_death")
    money.tell_provider(
        case=case, end=OrderEnd.objects.get(undone_at=None), told_on=TODAY(), by=cast.worker
    )
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    assert not endings.open_orders(case, TODAY()).exists()


def test_nothing_more_is_paid_into_an_account_that_a_provider_holds(a_case, cast):
    case = a_case(at="running", days_ago=60, route="provider_held")
    money.record_held_account(
        case=case,
        by=cast.worker,
        provider="Elm Trust",
        directed_by="Ada",
        signed_on=TODAY() - 50 * DAY,
    )
    close(case, cast, "withdraw")
    entry = {"case": case, "by": cast.finance, "amount": Decimal(10), "what": "x"}
    money.record_held_entry(kind="paid_in", on=TODAY(), **entry)
    case.move("reopen", by=cast.worker, to="confirm", reason="x")
    close(case, cast, "end_support" if case_money.in_force(case) else "withdraw")
    assert list(endings.to_settle(cast.council)) == [case]


def test_a_payment_into_a_held_account_for_days_after_the_end_is_refused(a_case, cast):
    case = a_case(at="running", days_ago=60, route="provider_held")
    money.record_held_account(
        case=case,
        by=cast.worker,
        provider="Elm Trust",
        directed_by="Ada",
        signed_on=TODAY() - 50 * DAY,
    )
    close(case, cast, "end_support", end_date=TODAY() - 2 * DAY)
    entry = {"case": case, "by": cast.finance, "amount": Decimal(10), "what": "x", "on": TODAY()}
    with pytest.raises(NotYet, match="ended") as no:
        money.record_held_entry(kind="paid_in", **entry)
    assert no.value.field == "on"
    money.record_held_entry(kind="returned", **entry)


# ---- what people are told, before and after; what is left to do; the check ----


def told(case, verb):
    """The rows of money in the letter about a verb, as the person reads it."""
    event = case.events.filter(verb=verb).order_by("-seq")[0]
    blocks = compose.letter_for(case, event.seq, {"person"}).blocks
    return dict(row for block in blocks if block.get("reads") for row in block["rows"])


def test_the_letter_says_what_still_comes_what_stops_and_who_settles_it_by_when(a_case, cast):
    case = Road(cast, running(a_case)).to("plan")
    coming = end_of_money.standing(case, TODAY()).to_come
    close(case, cast, "arrange_own")
    rows = told(case, "arrange_own")
    assert rows["Direct payment"] == f"For the days up to {day(TODAY())}. Then it ends."
    assert pounds(coming[-1][1]) in rows["Still to be paid"] and len(
        rows["Still to be paid"].splitlines()
    ) == len(coming)
    due = case.agreements.get().first_payment_on
    while due <= TODAY():
        due += 28 * DAY
    assert rows["No longer paid"] == f"The payments that were planned from {day(due)} on."
    assert f"by {day(TODAY() + endings.SETTLE_DAYS * DAY)}." in rows["Final account"]
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    assert batch.total == sum(amount for _due, amount, _to in coming), (
        "the letter said what was then paid"
    )


def test_the_letter_of_somebody_without_money_speaks_of_none(a_case, cast):
    case = a_case(at="plan")
    close(case, cast, "arrange_own")
    assert told(case, "arrange_own") == {}


def test_a_helper_without_the_money_reads_the_letter_without_its_sums(a_case, cast):
    case = running(
        a_case, days_ago=30
    )  # one payment still to come: its sum stands in easy words too
    cast.help(case, scope=("see", "fill", "send"))
    close(case, cast, "withdraw")
    seq = case.events.get(verb="withdraw").seq
    mine, theirs = (
        str(compose.letter_for(case, seq, roles).content)
        for roles in ({"delegate", "money_helper"}, {"delegate"})
    )
    assert mine.count("£") == 2 and "£" not in theirs and "final account" not in theirs.lower()
    easy, rows = easy_and_rows(case, "withdraw")
    labels = tuple(f"{words}:" for words, _value in rows)
    assert any(words.startswith(labels) and "£" not in words for words in easy), "a day"
    theirs, _rows = easy_and_rows(case, "withdraw", {"delegate"})
    assert theirs and not any(words.startswith(labels) for words in theirs)


def easy_and_rows(case, verb, roles=("person",)):
    """(the lines in easy words as these roles read them, the rows of the letter about money)."""
    event = case.events.get(verb=verb)
    rows = [row for b in event.letter.content["blocks"] if b.get("reads") for row in b["rows"]]
    found = compose.letter_for(case, event.seq, set(roles)).content["easy"]
    return [words for _picture, words in found], rows


def test_easy_words_say_the_days_too_each_in_a_line_of_its_own(a_case, cast):
    case, last = running(a_case, days_ago=30), TODAY() + timedelta(days=40)
    easy, rows = easy_and_rows(case, "record_agreement")
    to_come = dict(rows)["Payments to come"].split("\n")
    assert len(to_come) > 1
    assert [f"Payments to come: {words}." for words in to_come] == [
        words for words in easy if words.startswith("Payments to come")
    ]
    assert f"First payment: {dict(rows)['First payment']}." in easy
    close(case, cast, "end_support", end_date=last)
    easy, rows = easy_and_rows(case, "plan_end")
    assert f"It ends on: {day(last)}." in easy
    assert any(value.endswith(".") for _words, value in rows)
    assert not [words for words in easy if words.endswith("..") or "\n" in words]


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("arrange_own", "person"),
        ("withdraw", "person"),
        ("end_support", "manager"),
        ("record_death", "worker"),
    ],
)
def test_the_page_says_that_money_ends_before_anybody_sends_it(a_case, cast, as_, name, who):
    case = Road(cast, running(a_case)).to("plan")
    page = text(as_(getattr(cast, who)).get(f"/cases/{case.ref}/do/{name}/"))
    assert "What happens with the money" in page and "Final account" in page
    told_of = (
        "paid by its days"
        if name in ("end_support", "record_death")
        else f"up to {day(TODAY())}. Then it ends."
    )
    assert told_of in page


def test_the_page_says_nothing_of_money_where_there_is_none(a_case, cast, as_):
    case = a_case(at="plan")
    assert "What happens with the money" not in text(
        as_(cast.person).get(f"/cases/{case.ref}/do/withdraw/")
    )


def test_whoever_opens_a_case_again_reads_that_no_money_comes_by_itself(a_case, cast, as_):
    case = running(a_case)
    close(case, cast, "withdraw")
    page = text(as_(cast.worker).get(f"/cases/{case.ref}/do/reopen/"))
    assert "It does not begin again by itself" in page and day(TODAY()) in page
    assert "Last day with money" in text(as_(cast.person).get(f"/cases/{case.ref}/"))
    case.move("reopen", by=cast.worker, to="confirm", reason="It did not work out")
    assert "It does not begin again by itself" in told(case, "reopen")["Money from before"]
    assert "The budget that you have goes on until then" not in text(
        as_(cast.person).get(f"/cases/{case.ref}/")
    )


def test_finance_finds_the_final_account_in_its_queue_with_a_day(a_case, cast, as_):
    case = running(a_case)
    finance = as_(cast.finance)
    assert "Final accounts to settle" not in text(finance.get("/staff/queue/"))
    close(case, cast, "withdraw")
    page = text(finance.get("/staff/queue/"))
    assert "Final accounts to settle" in page and case.ref in page and "Due in 28 days" in page
    assert "Final accounts to settle" not in text(as_(cast.worker).get("/staff/day/"))
    Representation.objects.create(
        user=cast.finance, person=case.person, kind="family", valid_from=TODAY()
    )
    assert "Final accounts to settle" not in text(finance.get("/staff/queue/")), "nor a relative"


def test_the_worker_finds_the_provider_to_tell_in_their_day_until_it_is_done(a_case, cast, as_):
    case, _line = ordered(a_case, cast)
    close(case, cast, "withdraw")
    worker, record = as_(cast.worker), f"/cases/{case.ref}/record/tell_provider/"
    assert "Moor Care: up to" in told(case, "withdraw")["Support that the council ordered"]
    page = text(worker.get("/staff/day/"))
    assert "Providers to tell" in page and "Moor Care" in page and "Due in 3 days" in page
    end = OrderEnd.objects.get()
    later = TODAY() + DAY
    data = {
        "end": end.pk,
        "told_on_day": later.day,
        "told_on_month": later.month,
        "told_on_year": later.year,
    }
    assert worker.post(record, data).status_code == 422
    data |= {
        "told_on_day": TODAY().day,
        "told_on_month": TODAY().month,
        "told_on_year": TODAY().year,
        "key": uuid.uuid4(),
    }
    assert worker.post(record, data).status_code == 302
    assert (
        "Providers to tell" not in text(worker.get("/staff/day/"))
        and OrderEnd.objects.get().told_by == cast.worker
    )


def test_the_check_lists_live_orders_of_closed_cases_and_ends_them_when_told_to(a_case, cast):
    case, _line = ordered(a_case, cast)
    direct = running(a_case, person=cast.new_person("Bo Finch"))
    money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    call_command("check_money", stdout=StringIO())
    close(case, cast, "withdraw")
    close(direct, cast, "end_support", end_date=TODAY() - 5 * DAY)
    call_command("check_money", stdout=StringIO())  # the batch left before anybody knew of an end
    OrderEnd.objects.all().delete()  # as a closing of before the rule left them
    out = StringIO()
    with pytest.raises(CommandError, match="1 things differ"):
        call_command("check_money", stdout=out)
    assert case.ref in out.getvalue() and direct.ref not in out.getvalue()
    call_command("check_money", hold=True, stdout=StringIO())
    assert OrderEnd.objects.get().ends_on == TODAY()


def test_the_payments_page_adds_up_to_what_is_paid(a_case, cast, as_):
    case = running(a_case)
    close(case, cast, "withdraw")
    coming, schedule = to_come(case), f"/cases/{case.ref}/schedule/"
    page = text(as_(cast.person).get(schedule))
    assert [page.count(f"{day(p.covers_from)} to {day(p.covers_to)}") for p in coming] == [1, 1]
    assert all(pounds(p.amount) in page for p in coming)
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    assert batch.total == sum(p.amount for p in coming)
    page = text(as_(cast.person).get(schedule))
    assert "No payment is to come as things stand" in page
    assert all(pounds(p.amount) in page for p in coming), "what left stays in sight"


@pytest.mark.django_db(transaction=True)
def test_a_batch_and_a_closing_at_once_pay_no_day_twice():
    """On its own connections: whoever is first, a period is paid whole by the batch or to the last
    day, never both.
    """
    cast = Cast.make()
    case = cast.a_case(at="running", days_ago=60)
    _done, wrong = at_once(
        lambda: money.make_batch(council=cast.council, by=cast.finance, until=TODAY() + 28 * DAY),
        lambda: case.move("withdraw", by=cast.person, reason="I manage"),
    )
    assert all(isinstance(one, NotYet) for one in wrong), wrong
    days = covered(case)
    assert one_after_the_other(days), days
    assert case.payments.exists() and not [p for p in to_come(case) if p.covers_to > TODAY()]
    call_command("check_money", stdout=StringIO())
