"""An end of the support on a day to come: the case stays open until the day is over, money stops
with it, it can be changed or taken back, and whatever happens meanwhile still can.
"""

import random
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from budgets import actions as money
from budgets.actions import overpayments
from budgets.models import OrderEnd
from budgets.payments import ending_phrases
from budgets.payments.standing_payments import next_payments
from budgets.position import case_money, endings, entitlement_facts
from cases import actions, journey
from cases.common.dates import date_words
from cases.common.refusals import NotYet, Stale
from cases.journey.replay import disagreements
from cases.models import Case, Message
from cases.reminders import planned_ends
from cases.ui.date_words import day
from tests import sample
from tests.budgets.test_closing import (
    NOTICE,
    Road,
    answers,
    batches,
    close,
    of_days,
    ordered,
    told,
)
from tests.budgets.test_overpayments import agreed, decide, overpaid_case, reply, write
from tests.cast import Cast, instead
from tests.race import at_once
from tests.walks.doing import act, address, whole
from tests.walks.pages import Hands

TODAY = timezone.localdate
DAY = timedelta(days=1)
WEEKLY = Decimal("80")


def plan(case, cast, days=NOTICE, **facts):
    """An end so many days from today."""
    facts = answers(journey.MOVES["end_support"], end_date=TODAY() + days * DAY) | facts
    return actions.make_move(case=case, name="end_support", by=cast.manager, **facts)


def take_back(case, cast):
    return actions.make_move(case=case, name="take_back_end", by=cast.manager, reason="She stays")


def later(days):
    return time_machine.travel(timezone.now() + days * DAY)


def running(a_case, **how):
    return a_case(at="running", days_ago=60, **how)


def last_paid(case):
    return max(payment.covers_to for payment in next_payments(case).payments)


def agrees(case):
    case.refresh_from_db()
    events = Case.objects.prefetch_related("events", "visits__turns", "clocks").get(pk=case.pk)
    assert not disagreements(events)
    whole()


def paid_in_all(cast, case, monkeypatch):
    """What every batch from today on pays."""
    batches(cast, monkeypatch)
    return sum(case.payments.values_list("amount", flat=True))


def days_to(case, last):
    return (last - case.agreements.get().first_payment_on).days + 1


# ---- the case stays open, money stops with the day ----


def test_a_case_keeps_open_until_its_end_and_is_then_closed_by_the_service(a_case, cast):
    case, ends = running(a_case), TODAY() + NOTICE * DAY
    event = plan(case, cast)
    case.refresh_from_db()
    assert (event.verb, case.step, case.planned_end) == ("plan_end", "running", ends)
    assert case_money.in_force(case) is not None and last_paid(case) == ends
    assert planned_ends.close_ended() == 0
    with later(NOTICE):
        assert planned_ends.close_ended() == 0, "support is still there on the last day"
    with later(NOTICE + 1):
        assert planned_ends.close_ended() == 1 and planned_ends.close_ended() == 0
        case.refresh_from_db()
        closing = case.events.get(verb="end_support")
        assert (case.step, case.planned_end, closing.by, closing.role) == (
            "closed",
            None,
            None,
            "system",
        )
        assert closing.codes["end_date"] == ends.isoformat()
        assert closing.codes["end"] == event.codes["end"]
        assert closing.body.facts == event.body.facts, "the words of whoever decided it"
        assert closing.letter and Message.objects.filter(event=closing, to_person=case.person)
        assert endings.last(case).day == ends and last_paid(case) == ends
        agrees(case)


def test_an_end_of_the_councils_was_told_when_it_was_planned(a_case, cast):
    case, ends = running(a_case), TODAY() + NOTICE * DAY
    assert plan(case, cast, end="needs_ended").codes["end"] in journey.COUNCIL_ENDS
    with later(NOTICE + 2):
        assert planned_ends.close_ended() == 1
    case.refresh_from_db()
    assert case.step == "closed" and endings.last(case).day == ends


def test_what_was_paid_in_all_is_right_to_the_penny(a_case, cast, monkeypatch):
    case = running(a_case)
    plan(case, cast)
    paid = paid_in_all(cast, case, monkeypatch)
    assert paid == of_days(days_to(case, TODAY() + NOTICE * DAY), WEEKLY)
    with later(NOTICE + 1):
        planned_ends.close_ended()
        stands = next_payments(case)
        assert (stands.payments, stands.owed, stands.paid_too_much) == ([], 0, 0)
        agrees(case)


def test_the_facts_as_they_were_known_before_have_no_end(a_case, cast):
    case, before = running(a_case), timezone.now()
    plan(case, cast)
    assert entitlement_facts.facts_of_case(case).end == TODAY() + NOTICE * DAY
    assert entitlement_facts.facts_of_case(case, as_of=before).end is None


@pytest.mark.parametrize("step", [s for s in journey.MOVES["plan_end"].routes if s != "waiting"])
def test_an_end_can_be_planned_wherever_money_runs_and_closes_from_there(a_case, cast, step):
    if step not in ("assess", "confirm", "budget", "plan", "sign_off", "panel", "offer", "set_up"):
        case = running(a_case)
        if step == "review":
            Road(cast, case).to("review")
    else:
        case = Road(cast, running(a_case)).to(step)
    plan(case, cast)
    case.refresh_from_db()
    assert case.step == step
    with later(NOTICE + 1):
        assert planned_ends.close_ended() == 1
        case.refresh_from_db()
        assert case.step == "closed" and endings.last(case).day == TODAY() - DAY
        agrees(case)


# ---- changed, taken back, refused ----


def test_the_day_can_be_changed_both_ways_and_the_letter_says_which_was_before(a_case, cast):
    case = running(a_case)
    plan(case, cast)
    first = TODAY() + NOTICE * DAY
    for days in (NOTICE + 30, 10):
        plan(case, cast, days)
        case.refresh_from_db()
        assert case.planned_end == TODAY() + days * DAY == last_paid(case)
        rows = told(case, "plan_end")
        words = list(rows.items())
        assert words[0] == ("Last day with support", day(case.planned_end)), "the one that counts"
        assert words[1][0] == "The day we wrote before"
        assert rows["The day we wrote before"] == f"{day(first)}. It does not count any more."
        assert day(case.planned_end) in rows["Direct payment"]
        first = case.planned_end
    agrees(case)


def test_taken_back_money_goes_on_as_it_was(a_case, cast):
    case = running(a_case)
    before = next_payments(case).payments
    plan(case, cast)
    assert next_payments(case).payments != before
    take_back(case, cast)
    case.refresh_from_db()
    assert (case.planned_end, case.step) == (None, "running")
    assert next_payments(case).payments == before
    rows = told(case, "take_back_end")
    assert rows["Direct payment"] == "It goes on." and day(TODAY() + NOTICE * DAY) in str(rows)
    with later(NOTICE + 1):
        assert planned_ends.close_ended() == 0
    agrees(case)


def test_what_is_overdue_is_not_said_to_be_to_come(a_case, cast):
    case = running(a_case)
    late = [one for one in next_payments(case).payments if one.on < TODAY()]
    assert late, "a case of sixty days whose payments nobody has made yet"
    plan(case, cast)
    take_back(case, cast)
    rows = told(case, "take_back_end")
    due = rows["Due already, and sent with the next payments we make"]
    assert [day(one.on) in due for one in late[:3]] == [True] * len(late[:3])
    assert not any(f" on {day(one.on)}" in rows["Payments to come"] for one in late)
    assert "£" in rows["Payments to come"]


def test_what_cannot_be_is_refused_with_a_sentence(a_case, cast):
    case = running(a_case)
    with pytest.raises(NotYet, match="No end of the support is planned"):
        take_back(case, cast)
    ahead = answers(journey.MOVES["plan_end"], end_date=TODAY())
    with pytest.raises(NotYet, match="after today") as no:
        case.move("plan_end", by=cast.manager, **ahead)
    assert no.value.field == "end_date"
    with pytest.raises(NotYet, match="plan the end"):
        case.move("end_support", by=cast.manager, **ahead | {"end_date": TODAY() + DAY})
    plan(case, cast)
    with pytest.raises(NotYet, match="on that day already"):
        plan(case, cast)
    with pytest.raises(NotYet, match="does not end on that day"):
        case.move("end_support", by=None, **ahead)
    with later(NOTICE + 1):
        for late in (lambda: plan(case, cast, 5), lambda: take_back(case, cast)):
            with pytest.raises(NotYet, match="as planned"):
                late()
        with pytest.raises(NotYet, match="as planned"):
            plan(case, cast, 0)
        plan(case, cast, -1)  # a manager may close it where the service has not
        case.refresh_from_db()
        assert case.step == "closed" and planned_ends.close_ended() == 0
    agrees(case)


def test_no_end_is_planned_where_no_budget_is_in_force(a_case, cast):
    case = a_case(at="plan")
    with pytest.raises(NotYet, match="no budget in force"):
        plan(case, cast)


# ---- what happens meanwhile ----


def test_a_death_before_the_day_ends_it_earlier_and_its_undoing_gives_the_plan_back(a_case, cast):
    case, ends = running(a_case), TODAY() + NOTICE * DAY
    plan(case, cast)
    actions.record_death(case=case, by=cast.worker, died_on=TODAY() - DAY, contact="Her son")
    case.refresh_from_db()
    assert case.step == "closed" and last_paid(case) == endings.last(case).day == TODAY() - DAY
    with later(NOTICE + 1):
        assert planned_ends.close_ended() == 0
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    case.refresh_from_db()
    assert (case.step, case.planned_end, last_paid(case)) == ("running", ends, ends)
    agrees(case)


def test_a_death_after_the_day_leaves_the_last_day_where_it_was(a_case, cast):
    case, ends = running(a_case), TODAY() + 5 * DAY
    plan(case, cast, 5)
    with later(8):
        actions.record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
        case.refresh_from_db()
        assert case.step == "closed" and last_paid(case) == endings.last(case).day == ends
        agrees(case)


def test_who_stops_before_the_day_stops_and_opened_again_nothing_is_planned(a_case, cast):
    case = running(a_case)
    plan(case, cast)
    case.move("withdraw", by=cast.person, reason="My son moves in")
    assert last_paid(case) == TODAY()
    case.move("reopen", by=cast.worker, to="confirm", reason="He left")
    case.refresh_from_db()
    assert case.planned_end is None and case.ends_on is None
    with later(NOTICE + 1):
        assert planned_ends.close_ended() == 0
    agrees(case)


def test_the_page_names_the_next_payment_as_the_case_does_though_it_is_late(a_case, cast):
    case = running(a_case)
    late = next_payments(case).payments[0].on
    assert late < TODAY()
    page = Hands(cast.manager).open(act(case, "end_support"))
    assert f"{date_words(late)}. It has not been sent yet." in page


def test_payments_are_suspended_and_resumed_before_the_day(a_case, cast, monkeypatch):
    case = running(a_case)
    plan(case, cast)
    case.move("suspend_payment", by=cast.finance, reason="No papers", **instead("Home care"))
    case.move("resume_payment", by=cast.finance, reason="They came", make_good=True)
    paid = paid_in_all(cast, case, monkeypatch)
    assert paid == of_days(days_to(case, TODAY() + NOTICE * DAY), WEEKLY)


def test_a_new_plan_is_agreed_meanwhile_and_ends_on_the_day(a_case, cast):
    case = running(a_case)
    plan(case, cast)
    Road(cast, case).to("set_up")
    case.refresh_from_db()
    assert case.planned_end == TODAY() + NOTICE * DAY == last_paid(case)
    agrees(case)


def test_a_second_case_of_the_person_knows_nothing_of_it(a_case, cast):
    case = running(a_case)
    other = a_case(at="running", days_ago=60, person=case.person, kind="carer")
    plan(case, cast)
    assert entitlement_facts.facts_of_case(other).end is None


# ---- providers ----


def tell(case, cast, **which):
    end = endings.to_tell([case.pk]).get(**which)
    return money.tell_provider(case=case, end=end, told_on=TODAY(), by=cast.worker)


def test_orders_end_with_the_day_and_providers_are_told_before_it(a_case, cast):
    case, line = ordered(a_case, cast)
    plan(case, cast)
    assert "Moor Care: up to" in told(case, "plan_end")["Support that the council ordered"]
    page = Hands(cast.worker).open("/staff/day/")
    assert "Moor Care" in page and day(TODAY() + NOTICE * DAY) in page
    tell(case, cast)
    money.place_order(
        case=case, line=line, by=cast.worker, provider="Else", what="Nights", begins_on=TODAY()
    )
    assert endings.to_tell([case.pk]).get().order.provider == "Else", "a new one ends with it"
    late = {"begins_on": TODAY() + (NOTICE + 1) * DAY}
    with pytest.raises(NotYet, match="as planned") as no:
        money.place_order(case=case, line=line, by=cast.worker, provider="X", what="Y", **late)
    assert no.value.field == "begins_on"
    tell(case, cast)
    with later(NOTICE + 1):
        planned_ends.close_ended()
        assert not endings.to_tell([case.pk]).exists() and not list(endings.live())
        agrees(case)


@pytest.mark.parametrize("known", [False, True])
def test_a_changed_day_is_told_anew_and_one_taken_back_is_told_back(a_case, cast, known):
    case, _line = ordered(a_case, cast)
    plan(case, cast)
    if known:
        tell(case, cast)
    plan(case, cast, 10)
    assert endings.to_tell([case.pk]).get().ends_on == TODAY() + 10 * DAY
    assert OrderEnd.objects.filter(undone_at=None).count() == 1
    assert "Moor Care" in told(case, "plan_end")["Support that the council ordered"]
    if known:
        tell(case, cast)
    take_back(case, cast)
    assert endings.open_orders(case, TODAY()).exists()
    assert not OrderEnd.objects.filter(undone_at=None).exists()
    left = endings.to_tell([case.pk])
    assert left.count() == (2 if known else 0)
    if known:
        assert "It goes on after all" in Hands(cast.worker).open("/staff/day/")
        for end in list(left):
            money.tell_provider(case=case, end=end, told_on=TODAY(), by=cast.worker)
        with pytest.raises(NotYet, match="already"):
            money.tell_provider(case=case, end=end, told_on=TODAY(), by=cast.worker)
        assert not endings.to_tell([case.pk]).exists()
    agrees(case)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("answer", ["upheld", "not_upheld"])
@pytest.mark.parametrize("planned", [False, True])
def test_an_upheld_challenge_gives_back_the_orders_of_the_end(a_case, cast, planned, answer, known):
    case, _line = ordered(a_case, cast)
    ahead = 2 if planned else 0
    if planned:
        plan(case, cast, 1, end="own_wish")
    else:
        close(case, cast, "end_support")
    if known:
        tell(case, cast)
    with later(ahead):
        planned_ends.close_ended()
        case.refresh_from_db()
        assert case.step == "closed"
        case.move("challenge", by=cast.person, decision="ended", reason="It is wrong")
        facts = {"answer": answer, "reason": "We looked again", "follows": "We write to you"}
        case.move("answer_challenge", by=cast.service_manager, **facts)
        assert not endings.going_on(case, TODAY()).exists() and not list(endings.live())
        case.move("reopen", by=cast.worker, to="confirm", reason="It was wrong")
        upheld = answer == "upheld"
        assert endings.going_on(case, TODAY()).exists() is upheld
        left = [end.undone_at is not None for end in endings.to_tell([case.pk])]
        assert left == ([True] if upheld and known else [False] if not (upheld or known) else [])
        said = told(case, "reopen")["Money from before"]
        assert ("It goes on from" in said) is upheld
        assert ("It does not begin again by itself" in said) is not upheld
        agrees(case)


def test_a_death_in_another_case_is_the_last_day_of_what_is_closed_after_it(a_case, cast):
    case, _line = ordered(a_case, cast)
    other = a_case(at="running", days_ago=60, person=case.person, kind="carer")
    died = TODAY() - 5 * DAY
    actions.record_death(case=other, by=cast.worker, died_on=died, contact="Her son")
    case.refresh_from_db()
    close(case, cast, "end_support", end_date=TODAY())
    assert endings.last(case).day == died and endings.last(other).day == died
    assert OrderEnd.objects.get(undone_at=None, order__line__plan__case=case).ends_on == died
    assert day(died) in told(case, "end_support")["Support that the council ordered"]
    actions.undo_death(case=other, by=cast.manager, reason="A namesake")
    assert endings.last(case).day == TODAY()


def test_a_death_ends_an_order_before_the_planned_day_and_its_undoing_gives_it_back(a_case, cast):
    case, _line = ordered(a_case, cast)
    plan(case, cast)
    tell(case, cast)
    actions.record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    assert endings.to_tell([case.pk]).get().ends_on == TODAY() and not list(endings.live())
    actions.undo_death(case=case, by=cast.manager, reason="A namesake")
    assert endings.to_tell([case.pk]).get().ends_on == TODAY() + NOTICE * DAY
    agrees(case)


# ---- pages ----


def test_every_reader_sees_on_which_day_support_ends(a_case, cast):
    case = running(a_case)
    cast.help(case)
    ends = day(TODAY() + NOTICE * DAY)
    plan(case, cast)
    for who in ("person", "delegate"):
        assert f"The support ends on {ends}." in Hands(getattr(cast, who)).open(address(case))
    for who in ("worker", "manager", "finance"):
        assert f"Support ends on {ends}" in Hands(getattr(cast, who)).open(address(case))
    for who in ("person", "finance"):
        schedule = Hands(getattr(cast, who)).open(address(case, "schedule"))
        assert f"{ends}. Later days are not paid." in schedule
    assert f"Support ends on {ends}" in Hands(cast.worker).open("/staff/")
    with later(NOTICE + 3):
        assert "Support ended on" in Hands(cast.worker).open(address(case))
        assert "Support ended on" in Hands(cast.manager).open("/staff/?scope=team")


def test_a_manager_changes_it_and_takes_it_back_on_its_pages(a_case, cast):
    case, manager = running(a_case), Hands(cast.manager)
    assert "Take back the end" not in manager.open(address(case))
    facts = {"end": "own_wish", "reason": "She moves", "final_account": "Finance"}
    done = manager.send(act(case, "end_support"), end_date=TODAY() + 30 * DAY, **facts)
    assert "Recorded: set the day on which the support ends" in done
    page = manager.open(address(case))
    assert "Take back the end" in page and "Change the day the support ends" in page
    change = act(case, "plan_end")
    assert "Planned so far" in manager.open(change)
    refused = manager.refused(change, "Enter a day after today", end_date=TODAY(), **facts)
    assert "She moves" in refused.html
    look = manager.looked(change, end_date=TODAY() + 3 * DAY, **facts)
    assert "What this changes" in look
    manager.save(change, page=look, press="confirm")
    case.refresh_from_db()
    assert case.planned_end == TODAY() + 3 * DAY
    look = manager.looked(act(case, "take_back_end"), reason="She stays")
    assert "What this changes" in look
    manager.save(act(case, "take_back_end"), page=look, press="confirm")
    case.refresh_from_db()
    assert case.planned_end is None
    whole()


@pytest.mark.parametrize("name", ["end_support", "plan_end", "take_back_end"])
def test_what_a_colleague_changed_meanwhile_is_told_and_nothing_is_changed(a_case, cast, name):
    case, manager = running(a_case), Hands(cast.manager)
    plan(case, cast)
    page = manager.open(act(case, name))
    plan(case, cast, 3)
    facts = {"end": "own_wish", "final_account": "Finance", "end_date": TODAY() + 9 * DAY}
    facts = {"reason": "She stays"} | (facts if name != "take_back_end" else {})
    manager.conflict(
        act(case, name),
        "Manager set the day on which the support ends while this page was open",
        "She stays",
        page=page,
        **facts,
    )
    case.refresh_from_db()
    assert case.planned_end == TODAY() + 3 * DAY


# ---- two at once, and what the job could not do ----


@pytest.mark.django_db(transaction=True)
def test_two_jobs_and_a_manager_at_once_close_it_once():
    cast = Cast.make()
    case = cast.a_case(at="running", days_ago=60)
    plan(case, cast, 1)
    with time_machine.travel(timezone.now() + 3 * DAY):
        _done, wrong = at_once(
            planned_ends.close_ended, planned_ends.close_ended, lambda: plan(case, cast, -2)
        )
    assert all(isinstance(one, (NotYet, Stale)) for one in wrong), wrong
    case.refresh_from_db()
    assert case.step == "closed" and case.events.filter(verb="end_support").count() == 1


def test_the_round_without_workers_closes_it_too(a_case, cast):
    case = running(a_case)
    plan(case, cast, 1)
    with later(3):
        out = StringIO()
        call_command("sweep", stdout=out)
        assert "cases.reminders.planned_ends.close_ended: 1" in out.getvalue()
        case.refresh_from_db()
        assert case.step == "closed"


def test_one_case_that_cannot_be_closed_keeps_no_other_open(a_case, cast, monkeypatch):
    first, second = running(a_case), running(a_case, person=cast.new_person("Bo Finch"))
    plan(first, cast, 1)
    plan(second, cast, 2)
    real = case_money.in_force
    monkeypatch.setattr(case_money, "in_force", lambda case: case.pk != first.pk and real(case))
    with later(5):
        with pytest.raises(ExceptionGroup):
            planned_ends.close_ended()
        second.refresh_from_db()
        first.refresh_from_db()
        assert (first.step, second.step) == ("running", "closed")
        mine = Hands(cast.manager).open("/staff/day/")
        assert "Ended, and not closed yet" in mine and day(TODAY() - 4 * DAY) in mine
        assert "3 days late End the support by hand" in mine.text
        assert f'href="{act(first, "end_support")}"' in mine.html
        assert second.ref not in mine.text.partition("Ended, and not closed yet")[2][:400]
        assert "not closed yet" not in Hands(cast.worker).open("/staff/day/")
        monkeypatch.undo()
        assert planned_ends.close_ended() == 1, "the next round makes it good"
        assert "not closed yet" not in Hands(cast.manager).open("/staff/day/")


# ---- whatever comes in whatever order ----


def one_thing(rng, case, cast):
    """Something that may be done now; refused where the rules say so."""
    acts = [
        lambda: plan(case, cast, rng.randrange(-3, 40)),
        lambda: plan(case, cast, rng.randrange(1, 9)),
        lambda: take_back(case, cast),
        lambda: case.move(
            "suspend_payment", by=cast.finance, reason="No papers", **instead("Home care")
        ),
        lambda: case.move(
            "resume_payment", by=cast.finance, reason="Here", make_good=rng.random() < 0.5
        ),
        lambda: case.move("withdraw", by=cast.person, reason="I manage"),
        lambda: case.move("reopen", by=cast.worker, to="confirm", reason="It did not work"),
        lambda: actions.record_death(
            case=case,
            by=cast.worker,
            died_on=TODAY() - rng.randrange(0, 4) * DAY,
            contact="Her son",
        ),
        lambda: actions.undo_death(case=case, by=cast.manager, reason="A namesake"),
        lambda: case.move("start_review", by=cast.worker, kind="planned", reason="Time"),
        planned_ends.close_ended,
    ]
    try:
        rng.choice(acts)()
    except NotYet:
        pass


@pytest.mark.parametrize("seed", sample.in_turns(range(4), 2))
def test_any_order_of_things_leaves_the_record_and_the_books_whole(a_case, cast, seed):
    rng, case, passed = random.Random(seed), running(a_case), 0
    for _step in range(14):
        passed += rng.choice((0, 0, 1, 3, 9))
        with later(passed):
            planned_ends.close_ended() if rng.random() < 0.7 else None
            case.refresh_from_db()
            one_thing(rng, case, cast)
            case.refresh_from_db()
            facts = entitlement_facts.facts_of_case(case)
            if case.planned_end:
                assert facts.end is not None and facts.end <= case.planned_end
            assert (facts.end is None) <= (case.step != "closed")
            for payment in next_payments(case).payments:
                assert facts.end is None or payment.covers_to <= facts.end
            if rng.random() < 0.2 and not case.payments.exists():
                try:
                    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
                    money.release_batch(batch=batch, by=cast.releaser)
                except NotYet:
                    pass
    with later(passed):
        agrees(case)


@pytest.mark.parametrize("answer", ["upheld", "not_upheld"])
def test_an_upheld_challenge_of_an_end_to_come_takes_it_back(a_case, cast, answer):
    case = running(a_case)
    plan(case, cast, NOTICE)
    case.move("challenge", by=cast.person, decision="ended", reason="I still need it")
    facts = {"answer": answer, "reason": "We looked again", "follows": "We write to you"}
    case.move("answer_challenge", by=cast.service_manager, **facts)
    case.refresh_from_db()
    upheld = answer == "upheld"
    assert (case.planned_end is None) is upheld
    assert case.events.filter(verb="take_back_end").count() == int(upheld)
    with later(NOTICE + 2):
        planned_ends.close_ended()
        case.refresh_from_db()
        assert (case.step == "closed") is not upheld
        agrees(case)


# ---- what is paid back in parts ----


@pytest.fixture
def in_parts(cast):
    """£80 paid too much; £50 of it is taken off in parts of £20, £20 and £10, the rest written
    off.
    """
    case = overpaid_case(cast)
    case.suspensions.update(ends_on=TODAY() - 34 * DAY)
    overpayments.look_at([case.pk], timezone.now())
    write(case, cast)
    reply(case, cast)
    decide(case, cast, "instalments", **agreed())
    return case


PARTS = "Paid back in parts, as agreed"


@pytest.mark.parametrize("payments", [0, 1, 2, 3])
def test_an_end_with_parts_still_to_be_taken_says_what_becomes_of_the_rest(
    in_parts, cast, payments
):
    """So many payments are left: each takes one part, and the letter says what no one takes."""
    coming = next_payments(in_parts).payments
    parts = [Decimal(20), Decimal(20), Decimal(10)]
    assert [one.of.recovered for one in coming[:3]] == parts
    last = coming[payments].covers_from - DAY if payments < len(coming) else None
    event = plan(in_parts, cast, days=(last - TODAY()).days, end="own_wish")
    taken, left = sum(parts[:payments]), sum(parts[payments:])
    said = ending_phrases.ending_facts(event)
    words = dict(said).get(PARTS, "")
    assert (f"£{taken:.2f} is still taken off the payments above" in words) == bool(taken)
    assert (f"£{left:.2f} is left after the last payment" in words) == bool(left)
    assert ("the final account says what becomes of it" in words) == bool(left)
    letter = Hands(cast.person).open(address(in_parts, "letters", event.seq))
    assert words in letter
    paid = next_payments(in_parts).payments
    assert sum(one.of.recovered for one in paid) == taken, "and so says the reading"


def test_the_page_of_an_end_says_what_is_to_be_taken_off_still(in_parts, a_case, cast):
    page = Hands(cast.manager).open(act(in_parts, "end_support"))
    assert "£50.00 is still to be taken off payments" in page
    other = running(a_case, person=cast.new_person("Bo Finch"))
    assert PARTS not in Hands(cast.manager).open(act(other, "end_support"))
