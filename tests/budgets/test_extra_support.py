"""Support for a time: urgent before an assessment, or more of it beside a plan, with an end."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.entitlement.answer import answer
from budgets.models import (
    Contribution,
    DelegationLevel,
    ExtraSupport,
    NoticeDays,
    OrderEnd,
    PlanInForce,
    PlanLine,
)
from budgets.payments import payment_audit, standing_payments
from budgets.position import endings
from budgets.position.entitlement_facts import facts_of_case
from budgets.spend import committed_spend
from cases.actions import end_support, record_death, take_back_end
from cases.common.refusals import NotYet
from cases.models import Case, Message
from cases.ui.date_words import day
from tests.budgets.test_running_money import rows_of
from tests.walks.doing import address, sign_agreement, today
from tests.walks.pages import Hands
from tests.walks.test_bad_input import attack

DAY = timedelta(days=1)
TODAY = timezone.localdate
CARE = {
    "what": "Two calls a day",
    "who": "agency",
    "provider": "Bright Care",
    "quantity": Decimal(10),
    "unit": "hour",
    "rate": Decimal(21),
    "route": "council_managed",
}


def propose(case, by, *lines, **changes):
    given = {"why": "His wife is in hospital", "begins_on": TODAY(), "ends_on": TODAY() + 27 * DAY}
    wanted = lines or (CARE,)
    return money.propose_extra_support(case=case, by=by, lines=wanted, **given | changes)


def cost(case, days=60):
    """(managed, direct) pounds of the days from today."""
    runs = answer(facts_of_case(case), TODAY() + days * DAY).entitlement
    return (
        sum((run.managed for run in runs), Decimal(0)),
        sum((run.direct_payment for run in runs), Decimal(0)),
    )


# ---- the decision ----


def test_urgent_support_before_an_assessment_is_agreed_in_the_same_act_and_counted(a_case, cast):
    case = a_case(at="assess")
    row = propose(case, cast.worker)
    case.refresh_from_db()
    assert (row.state, row.decided_by, row.weekly) == ("agreed", cast.worker, Decimal("210.00"))
    assert case.step == "assess", "nothing else waits for it"
    assert cost(case) == (Decimal("840.00"), 0), "four weeks of £210, and not a day more"
    event = case.events.get(verb="start_interim")
    letter = Hands(cast.person).open(address(case, "letters", event.seq))
    for words in ("Two calls a day, 10 hours a week", "£210.00", "His wife is in hospital"):
        assert words in letter
    assert "We pay whoever gives the support" in letter, "how it is paid"
    shown = Hands(cast.person).open(address(case)).html
    assert f"£210.00 a week, from {day(TODAY())} to {day(TODAY() + 27 * DAY)}" in shown
    year = committed_spend.year_of(TODAY())
    spent = committed_spend.committed(cast.council, year=year)
    assert spent.whole.people == 1 and spent.whole.gross > 0


def test_what_is_above_the_writers_limit_waits_for_the_nearest_who_may(a_case, cast):
    case = a_case(at="assess")
    dear = CARE | {"quantity": Decimal(30)}
    row = propose(case, cast.worker, dear)
    assert (row.state, row.waits_for) == ("proposed", "manager")
    assert cost(case) == (0, 0) and not PlanInForce.objects.exists()
    assert "Agree it or not" in Hands(cast.manager).open("/staff/day/")
    page = address(case, "start_interim")
    for hands in (Hands(cast.manager), Hands(cast.service_manager)):
        assert "Agree it or not" in hands.open(page), "and those above"
    seen = Hands(cast.worker).open(page)
    assert "Waits for: Team manager" in seen and "Agree it or not" not in seen
    with pytest.raises(NotYet, match="more than you may agree"):
        money.agree_extra_support(case=case, extra=row, by=cast.worker)
    with pytest.raises(NotYet, match="Whoever may agree it"):
        money.refuse_extra_support(case=case, extra=row, by=cast.worker, reason="Too dear")
    money.agree_extra_support(case=case, extra=row, by=cast.manager)
    assert cost(case)[0] == Decimal("2520.00")
    assert Message.objects.filter(case=case, template="start_interim").exists()
    with pytest.raises(NotYet, match="decided already"):
        money.agree_extra_support(case=case, extra=row, by=cast.service_manager)
    with pytest.raises(DatabaseError), transaction.atomic():
        ExtraSupport.objects.filter(pk=row.pk).update(ends_on=TODAY() + 90 * DAY)


def test_a_limit_counts_what_is_agreed_already(a_case, cast):
    case = a_case(at="assess")
    assert propose(case, cast.worker).state == "agreed"
    assert propose(case, cast.worker).state == "proposed", "£210 twice is above £350"
    later = {"begins_on": TODAY() + 28 * DAY, "ends_on": TODAY() + 40 * DAY}
    assert propose(case, cast.worker, **later).state == "agreed", "on other days it is not"


RAMP = CARE | {"what": "A ramp", "quantity": Decimal(1), "unit": "once", "rate": Decimal(500)}


def limit_of_once(case, most=500):
    """The worker's own level: £350 a week, and so much once."""
    DelegationLevel.objects.filter(council=case.council, role="worker").update(max_one_off=most)


def test_what_is_paid_once_does_not_go_round_the_limit_in_slices(a_case, cast):
    """£500 once is the worker's own level: the first is within it, and any other on a day of it
    makes it £1,000.
    """
    case = a_case(at="assess")
    limit_of_once(case)
    assert propose(case, cast.worker, RAMP).state == "agreed", "equal to the limit is inside"
    for _again in range(3):
        assert propose(case, cast.worker, RAMP).state == "proposed"
    last_day = {"begins_on": TODAY() + 27 * DAY, "ends_on": TODAY() + 40 * DAY}
    assert propose(case, cast.worker, RAMP, **last_day).state == "proposed", "one day is enough"
    agreed = case.extra_support.filter(state="agreed")
    assert [row.one_off for row in agreed] == [Decimal("500.00")]
    waits = case.extra_support.filter(state="proposed").first()
    with pytest.raises(NotYet, match="more than you may agree"):
        money.agree_extra_support(case=case, extra=waits, by=cast.worker)
    later = {"begins_on": TODAY() + 28 * DAY, "ends_on": TODAY() + 40 * DAY}
    assert propose(case, cast.worker, RAMP, **later).state == "agreed", "they share no day"


def test_below_the_limit_two_sums_paid_once_are_the_workers(a_case, cast):
    case = a_case(at="assess")
    limit_of_once(case, 1000)
    assert propose(case, cast.worker, RAMP).state == "agreed"
    assert propose(case, cast.worker, RAMP).state == "agreed", "£1,000 together"
    assert propose(case, cast.worker, RAMP | {"rate": Decimal("0.01")}).state == "proposed"


def test_an_early_end_takes_no_sum_paid_once_out_of_the_limit(a_case, cast):
    case = a_case(at="assess")
    limit_of_once(case)
    row = propose(case, cast.worker, RAMP)
    ends = {"last_day": TODAY(), "after": "own_wish", "words": "She has one now"}
    money.end_extra_support(case=case, extra=row, by=cast.worker, **ends)
    tomorrow = {"begins_on": TODAY() + DAY, "ends_on": TODAY() + 9 * DAY}
    assert propose(case, cast.worker, RAMP, **tomorrow).state == "proposed"
    assert propose(case, cast.worker, **tomorrow).state == "agreed", "a week of care adds none"


def test_a_sum_paid_once_counts_with_that_of_the_plan_in_force(a_case, cast):
    case = a_case(at="running", days_ago=60)
    limit_of_once(case)
    line = PlanLine.objects.filter(plan__case=case, plan__state="agreed").first()
    PlanLine.objects.create(
        plan=line.plan,
        position=9,
        what="A bed",
        who="agency",
        unit="once",
        weeks="52",
        quantity=1,
        rate=1,
        annual=1,
        route=line.route,
    )
    assert propose(case, cast.worker, RAMP).state == "proposed", "£501"
    assert propose(case, cast.worker, RAMP | {"rate": Decimal(499)}).state == "agreed", "£500"


def test_who_refuses_says_why_and_the_person_reads_it(a_case, cast):
    case = a_case(at="assess")
    row = propose(case, cast.worker, CARE | {"quantity": Decimal(30)})
    with pytest.raises(NotYet, match="Say why"):
        money.refuse_extra_support(case=case, extra=row, by=cast.manager, reason="tbc")
    money.refuse_extra_support(
        case=case, extra=row, by=cast.manager, reason="The day centre has a place at once"
    )
    assert cost(case) == (0, 0)
    page = Hands(cast.person).open(address(case, "start_interim"))
    assert "The day centre has a place at once" in page and "Agree it or not" not in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"why": "tbc"}, "why"),
        ({"begins_on": TODAY() - 200 * DAY}, "begins_on"),
        ({"begins_on": TODAY() + 29 * DAY, "ends_on": TODAY() + 40 * DAY}, "begins_on"),
        ({"ends_on": TODAY() - DAY}, "ends_on"),
        ({"begins_on": TODAY() - 3 * DAY, "ends_on": TODAY() - DAY}, "ends_on"),
        ({"ends_on": TODAY() + 182 * DAY}, "ends_on"),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused(a_case, cast, changes, field):
    case = a_case(at="assess")
    with pytest.raises(NotYet) as no:
        propose(case, cast.worker, **changes)
    assert no.value.field == field
    assert not ExtraSupport.objects.exists() and not case.plans.exists()


def test_a_line_that_cannot_be_meant_is_refused(a_case, cast):
    case = a_case(at="assess")
    wrong = (
        ({"what": "tba"}, "what_2"),
        ({"route": "cash"}, "route_2"),
        ({"who": "family"}, "who_2"),
        ({"rate": Decimal(0)}, "rate_2"),
        ({"quantity": Decimal("NaN")}, "quantity_2"),
    )
    for change, field in wrong:
        with pytest.raises(NotYet) as no:
            propose(case, cast.worker, CARE, CARE | change)
        assert no.value.field == field
    for user in (cast.finance, cast.person, cast.panel):
        with pytest.raises(NotYet, match="Somebody else"):
            propose(case, user)
    closed = a_case(at="closed", person=cast.new_person("Gone"))
    with pytest.raises(NotYet, match="closed"):
        propose(closed, cast.worker)
    assert not ExtraSupport.objects.exists()


# ---- beside a plan ----


def test_an_increase_needs_no_new_plan_and_outlives_a_change_of_plan(a_case, cast):
    case = a_case(at="running", days_ago=60)
    before = cost(case)
    plans = list(case.plans.values_list("pk", flat=True))
    row = propose(case, cast.worker, CARE | {"rate": Decimal(7), "route": "direct_payment"})
    assert row.state == "agreed"
    assert cost(case)[1] - before[1] == Decimal("280.00"), "four weeks of £70"
    case.refresh_from_db()
    assert case.step == "running" and case.plans.exclude(state="extra").count() == len(plans)
    plan = case.plans.get(pk=plans[0])
    PlanInForce.objects.create(
        case=case, plan=plan, begins_on=TODAY() + 7 * DAY, recorded_by=cast.worker
    )
    assert cost(case)[1] - before[1] == Decimal("280.00"), "a later decision leaves it as it was"


def test_a_first_plan_begins_beside_it_and_the_draft_is_no_copy_of_it(a_case, cast):
    case = a_case(at="assess")
    propose(case, cast.worker)
    Case.objects.filter(pk=case.pk).update(step="plan", turn="person")
    case.refresh_from_db()
    draft = money.open_plan(case=case, by=cast.person)
    assert draft.lines.count() == 0 and draft.number == 2
    assert "Two calls a day" not in Hands(cast.person).open(address(case, "plan"))


def test_support_paid_directly_has_its_agreement_before_there_is_a_plan(a_case, cast):
    case = a_case(at="assess")
    propose(case, cast.worker, CARE | {"who": "pa", "route": "direct_payment"})
    assert cost(case) == (0, 0), "not paid without an agreement"
    page = Hands(cast.finance).open(address(case, "agreement"))
    days = f"from {day(TODAY())} to {day(TODAY() + 27 * DAY)}"
    assert f"£210.00 a week {days}: £840.00 in all" in page and "a year" not in page
    sign_agreement(Hands(cast.finance), case)
    assert cost(case) == (0, Decimal("840.00"))
    due = standing_payments.next_payments(case).payments
    assert [(p.covers_to, p.amount) for p in due] == [(TODAY() + 27 * DAY, Decimal("840.00"))]


def test_nothing_of_it_holds_after_the_end_of_a_case(a_case, cast):
    case = a_case(at="assess")
    propose(case, cast.worker)
    case.move("withdraw", by=cast.person, reason="My sister helps")
    assert cost(case) == (Decimal("30.00"), 0), "today is the last day"
    case.move("reopen", by=cast.worker, to="request", reason="She fell ill")
    assert cost(case)[0] == Decimal("30.00"), "and nothing comes back by itself"
    case.refresh_from_db()
    assert case.cycle == "first", "there was no budget yet, so nothing is assessed again"
    propose(case, cast.worker, begins_on=TODAY() + DAY, ends_on=TODAY() + 7 * DAY)
    assert cost(case)[0] == Decimal("240.00")


def test_a_plan_agreed_after_a_case_was_opened_again_brings_none_of_it_back(a_case, cast):
    case = a_case(at="running", days_ago=60)
    plan = case.plans.get(state="agreed")
    propose(case, cast.worker)
    managed = cost(case)[0]
    assert managed == Decimal("840.00")
    end = {"end": "own_wish", "reason": "Her sister helps", "final_account": "Finance"}
    case.move("end_support", by=cast.manager, end_date=TODAY(), **end)
    case.move("reopen", by=cast.worker, to="confirm", reason="She fell ill")
    PlanInForce.objects.create(
        case=case, plan=plan, begins_on=TODAY() + 2 * DAY, recorded_by=cast.worker
    )
    assert cost(case)[0] == Decimal("30.00"), "its last day was that of the end"


# ---- on pages that show money ----


def test_what_it_changes_is_looked_at_before_it_is_confirmed(a_case, cast):
    case = a_case(at="running", days_ago=60)
    worker, page = Hands(cast.worker), address(case, "start_interim")
    facts = {
        "why": "His wife is in hospital",
        "begins_on": today(),
        "ends_on": today() + 27 * DAY,
        "what_1": "More of her helper",
        "who_1": "pa",
        "quantity_1": "10",
        "unit_1": "hour",
        "rate_1": "£7.00",
        "route_1": "direct_payment",
    }
    seen = worker.looked(page, **facts)
    assert "Not recorded yet" in seen and "was £80.00, will be £150.00: +£70.00" in seen
    assert not ExtraSupport.objects.exists() and not case.events.filter(verb="start_interim")
    worker.save(page, page=seen, press="confirm")
    row = ExtraSupport.objects.get()
    assert row.state == "agreed" and row.weekly == Decimal("70.00")
    seen = worker.looked(
        address(case, "start_interim", row.pk, "end"),
        last_day=today() + 6 * DAY,
        after="own_wish",
        words="His wife is home again",
    )
    assert "£80.00" in seen and not ExtraSupport.objects.get().after
    call_command("check_money", stdout=StringIO())
    call_command("check_journey", stdout=StringIO())


def test_urgent_support_of_a_provider_is_looked_at_before_it_is_agreed(a_case, cast):
    """Nothing is paid to the person: what the support costs the council is shown all the same."""
    case = a_case(at="assess")
    worker, page = Hands(cast.worker), address(case, "start_interim")
    facts = {
        "why": "His wife is in hospital",
        "begins_on": today(),
        "ends_on": today() + 6 * DAY,
        "what_1": "Two calls a day",
        "who_1": "agency",
        "provider_1": "Bright Care",
        "quantity_1": "10",
        "unit_1": "hour",
        "rate_1": "£21.00",
        "route_1": "council_managed",
    }
    seen = worker.looked(page, **facts)
    assert "Not recorded yet" in seen and "was £0.00, will be £210.00: +£210.00" in seen
    assert not ExtraSupport.objects.exists() and not case.events.filter(verb="start_interim")
    worker.save(page, page=seen, press="confirm")
    row = ExtraSupport.objects.get()
    line = row.plan.lines.get()
    assert row.state == "agreed" and line.provider == "Bright Care"


def test_a_last_day_far_ahead_is_asked_again_on_its_page(a_case, cast):
    case = a_case(at="assess")
    row = propose(case, cast.worker, ends_on=TODAY() + 150 * DAY)
    worker, page = Hands(cast.worker), address(case, "start_interim", row.pk, "end")
    far = TODAY() + 120 * DAY
    facts = {"last_day": far, "after": "ended", "words": "Spoke with Ada"}
    back = worker.refused(page, "Look at it again", **facts)
    worker.send(page, page=back, **facts, last_day_meant=far.isoformat())
    row.refresh_from_db()
    assert row.last_day == far


def test_a_payment_of_it_is_traced_to_its_lines(a_case, cast):
    case = a_case(at="running", days_ago=60)
    propose(case, cast.worker, CARE | {"what": "More help", "route": "direct_payment"})
    money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    chain = payment_audit.payment_chain(case.payments.latest("covers_to"))
    assert "More help" in [line.what for line in chain.lines]
    assert chain.plan == case.plans.get(state="agreed"), "the plan is the agreed one"


# ---- its end ----


def test_it_is_not_agreed_for_days_after_a_planned_end(a_case, cast):
    case, ends = a_case(at="running", days_ago=60), TODAY() + 10 * DAY
    waits = propose(case, cast.worker, CARE | {"quantity": Decimal(80)})
    assert waits.state == "proposed"
    words = {"reason": "She moves", "final_account": "Finance writes to the family"}
    end_support(case=case, by=cast.manager, end="own_wish", end_date=ends, **words)
    for after, field in ((0, "ends_on"), (11, "begins_on")):
        first, last = TODAY() + after * DAY, ends + 2 * DAY
        with pytest.raises(NotYet, match="as planned") as no:
            propose(case, cast.worker, begins_on=first, ends_on=last)
        assert no.value.field == field
    with pytest.raises(NotYet, match="as planned"):
        money.agree_extra_support(case=case, extra=waits, by=cast.service_manager)
    assert propose(case, cast.worker, ends_on=ends).state == "agreed"
    take_back_end(case=case, by=cast.manager, reason="She stays")
    money.agree_extra_support(case=case, extra=waits, by=cast.service_manager)


def test_it_is_not_agreed_after_a_death_that_is_written_in_another_case(a_case, cast):
    case = a_case(at="assess")
    waits = propose(case, cast.worker, CARE | {"quantity": Decimal(80)})
    other = a_case(at="running", days_ago=60, person=case.person, kind="carer")
    record_death(case=other, by=cast.worker, died_on=TODAY(), contact="Her son")
    case = Case.objects.get(pk=case.pk)
    with pytest.raises(NotYet, match="death is recorded"):
        propose(case, cast.worker)
    with pytest.raises(NotYet, match="death is recorded"):
        money.agree_extra_support(case=case, extra=waits, by=cast.service_manager)
    assert not case.plans_in_force.exists()
    words = "Not needed any more"
    money.refuse_extra_support(case=case, extra=waits, by=cast.service_manager, reason=words)


def test_no_officer_is_told_to_sign_the_agreement_of_somebody_they_stand_for(a_case, cast):
    case = a_case(at="assess")
    propose(case, cast.worker, CARE | {"route": "direct_payment"})
    cast.help(case, user=cast.releaser)
    link, queue = address(case, "agreement"), "/staff/queue/"
    for officer, sees in ((cast.finance, True), (cast.releaser, False)):
        assert (link in Hands(officer).client.get(queue).content.decode()) is sees


def test_its_end_is_a_task_until_somebody_says_what_follows(a_case, cast):
    case = a_case(at="assess")
    row = propose(case, cast.worker, ends_on=TODAY() + 6 * DAY)
    worker, page = Hands(cast.worker), address(case, "start_interim", row.pk, "end")
    assert "Say what follows" in worker.open("/staff/day/")
    last = {"last_day": TODAY() + 6 * DAY, "words": "Spoke with Ada on the telephone"}
    worker.refused(page, "No plan is agreed", after="plan", **last)
    worker.refused(page, "Nothing is agreed from the day after", after="more", **last)
    for change, words in (
        ({"last_day": TODAY() + 9 * DAY}, "Choose a day from"),
        ({"last_day": TODAY() - DAY}, "Choose a day from"),
        ({"words": "tbc"}, "in a few words"),
    ):
        worker.refused(page, words, after="ended", **last | change)
    propose(case, cast.worker, begins_on=TODAY() + 7 * DAY, ends_on=TODAY() + 30 * DAY)
    worker.send(page, after="more", **last)
    assert "Say what follows" not in worker.open("/staff/day/")
    assert cost(case)[0] == Decimal("930.00"), "31 days of £30"
    with pytest.raises(NotYet, match="already"):
        money.end_extra_support(case=case, extra=row, by=cast.worker, after="ended", **last)


def test_it_may_end_earlier_and_nothing_is_taken_back(a_case, cast):
    case = a_case(at="assess")
    row = propose(case, cast.worker, begins_on=TODAY() - 3 * DAY)
    with pytest.raises(NotYet, match="nothing is taken back"):
        money.end_extra_support(
            case=case,
            extra=row,
            by=cast.worker,
            last_day=TODAY() - DAY,
            after="ended",
            words="His wife is home again",
        )
    soon = {"last_day": TODAY() + 6 * DAY, "words": "His wife is home again"}
    with pytest.raises(NotYet, match="28 days before they get less") as no:
        money.end_extra_support(case=case, extra=row, by=cast.worker, after="ended", **soon)
    assert no.value.field == "last_day"
    NoticeDays.objects.create(council=cast.council, days=6, valid_from=TODAY(), reason="Cabinet")
    money.end_extra_support(case=case, extra=row, by=cast.worker, after="ended", **soon)
    assert cost(case)[0] == Decimal("300.00"), "ten days of £30"
    row.refresh_from_db()
    assert row.last_day == TODAY() + 6 * DAY


# ---- the pages ----


def test_it_is_decided_on_one_page_that_keeps_what_was_typed(a_case, cast):
    case = a_case(at="assess")
    worker, page = Hands(cast.worker), address(case, "start_interim")
    facts = {
        "why": "His wife is in hospital",
        "begins_on": today(),
        "ends_on": today() + 6 * DAY,
        "what_1": "Two calls a day",
        "who_1": "agency",
        "provider_1": "Bright Care",
        "quantity_1": "10",
        "unit_1": "hour",
        "rate_1": "£21.00",
        "route_1": "council_managed",
    }
    worker.refused(page, "needs an answer", **facts | {"what_1": ""})
    back = worker.refused(page, "Answer this too", **facts, what_2="Meals")
    assert back.form("why").values["what_2"] == ["Meals"]
    worker.refused(page, "The last day is before the first", **facts | {"ends_on": today() - DAY})
    second = {"what_2": "Meals", "who_2": "provider", "quantity_2": "7", "unit_2": "day"}
    after = worker.send(page, **facts, **second, rate_2="5", route_2="council_managed")
    assert f"Agreed, from {day(TODAY())}." in after
    assert ExtraSupport.objects.get().weekly == Decimal("245.00")
    shown = Hands(cast.person).open(page)
    assert "Bright Care" in shown and "Decide on support for a time" not in shown
    assert "Decide on support for a time" not in Hands(cast.finance).open(page)
    Hands(cast.stranger).gone(page)
    Hands(cast.finance).gone(address(case, "start_interim", ExtraSupport.objects.get().pk, "end"))


def test_a_manager_answers_what_waits_on_its_page(a_case, cast):
    case = a_case(at="assess")
    row = propose(case, cast.worker, CARE | {"quantity": Decimal(30)})
    page = address(case, "start_interim", row.pk, "answer")
    Hands(cast.worker).refused(page, "more than you may agree", answer="yes")
    manager = Hands(cast.manager)
    manager.refused(page, "Say why", answer="no")
    manager.send(page, answer="yes")
    assert ExtraSupport.objects.get().state == "agreed"
    assert manager.open(page).at == address(case, "start_interim"), "answered once"


# ---- ordered before there is a plan ----


def order(case, cast, line, **changes):
    given = {"provider": "Bright Care", "what": "Two calls a day", "begins_on": TODAY()}
    return money.place_order(case=case, line=line, by=cast.worker, **given | changes)


def test_urgent_support_is_ordered_before_there_is_a_plan(a_case, cast):
    case = a_case(at="assess")
    row = propose(case, cast.worker)
    worker, me = Hands(cast.worker), Hands(cast.person)
    routes, record = address(case, "routes"), address(case, "record", "place_order")
    mine = worker.open("/staff/day/")
    assert "Support for a time to order" in mine and record in mine.html
    assert "Due today" in mine
    shown = me.open(routes)
    assert "Two calls a day" in shown and "Support for a time" in shown, "no dead end"
    assert "No plan is agreed yet" not in shown and "Waits for: Social worker" in shown
    assert f"Agreed from {day(TODAY())}" in shown
    line = row.plan.lines.get()
    worker.send(
        record,
        line=line.pk,
        provider="Moor Care",
        what="Mornings and evenings",
        **{f"begins_on_{part}": getattr(TODAY(), part) for part in ("day", "month", "year")},
    )
    made = line.orders.get()
    assert (made.provider, made.begins_on, made.ends_on) == ("Moor Care", TODAY(), row.ends_on)
    shown = me.open(routes)
    for words in ("Moor Care", "Mornings and evenings", day(TODAY()), day(row.ends_on)):
        assert words in shown, words
    assert "Waits for" not in shown
    assert "Support for a time to order" not in worker.open("/staff/day/")


def test_an_order_of_support_for_a_time_keeps_to_its_days(a_case, cast):
    case = a_case(at="assess")
    row = propose(case, cast.worker)
    line = row.plan.lines.get()
    for changes, field in (
        ({"begins_on": TODAY() - DAY}, "begins_on"),
        ({"begins_on": row.ends_on + DAY}, "begins_on"),
        ({"ends_on": row.ends_on + DAY}, "ends_on"),
    ):
        with pytest.raises(NotYet, match="It was agreed from") as no:
            order(case, cast, line, **changes)
        assert no.value.field == field
    waiting = propose(case, cast.worker, CARE | {"quantity": Decimal(30)})
    with pytest.raises(NotYet, match="not a part of the plan"):
        order(case, cast, waiting.plan.lines.get())
    direct = propose(case, cast.manager, CARE | {"route": "direct_payment", "who": "pa"})
    with pytest.raises(NotYet, match="not a part of the plan"):
        order(case, cast, direct.plan.lines.get())
    with time_machine.travel(timezone.now() + 28 * DAY):
        with pytest.raises(NotYet, match="not a part of the plan"):
            order(case, cast, line)


def test_an_earlier_end_ends_its_orders_and_somebody_tells_the_provider(a_case, cast):
    case = a_case(at="assess")
    row, other = propose(case, cast.worker), propose(case, cast.manager)
    for one in (row, other):
        order(case, cast, one.plan.lines.get())
    last = TODAY() + 9 * DAY
    money.end_extra_support(
        case=case, extra=row, by=cast.worker, last_day=last, after="own_wish", words="She is home"
    )
    end = OrderEnd.objects.get()
    assert (end.order.line.plan, end.ends_on) == (row.plan, last)
    assert list(endings.to_tell([case.pk])) == [end]
    assert "Providers to tell" in Hands(cast.worker).open("/staff/day/")


def begin(case, cast, line, day, by=None):
    return money.begin_extra_support(case=case, line=line, by=by or cast.worker, started_on=day)


def test_it_counts_from_the_day_on_which_it_really_began(a_case, cast):
    """£210 a week for 28 days is £840; begun two days late, £60 less."""
    case = a_case(at="assess", days_ago=60)
    row = propose(case, cast.worker, begins_on=TODAY() - 5 * DAY, ends_on=TODAY() + 22 * DAY)
    line = row.plan.lines.get()
    assert cost(case) == (Decimal("840.00"), 0)
    before = timezone.now()
    worker, page = Hands(cast.worker), address(case, "record", "begin_extra_support")
    assert page in worker.open(address(case, "start_interim")).html
    assert page not in Hands(cast.person).open(address(case, "start_interim")).html
    day_ = TODAY() - 3 * DAY
    parts = {f"started_on_{part}": getattr(day_, part) for part in ("day", "month", "year")}
    worker.send(page, line=line.pk, **parts)
    assert cost(case) == (Decimal("780.00"), 0)
    assert facts_of_case(case, before).lines[0].begins == TODAY() - 5 * DAY, "as was known then"
    assert day(day_) in Hands(cast.person).open(address(case, "routes"))
    with pytest.raises(NotYet, match="written down already"):
        begin(case, cast, line, day_)


def test_a_later_start_that_was_charged_is_told_in_a_letter(a_case, cast):
    """£10 a week of £210: two days before it began are £2.86 less."""
    case = a_case(at="assess", days_ago=60)
    first = TODAY() - 12 * DAY
    row = propose(case, cast.worker, begins_on=first, ends_on=TODAY() + 15 * DAY)
    paid = money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal(10),
        valid_from=first,
        source="Finance",
    )
    Contribution.objects.create(
        case=case,
        state="recorded",
        weekly=Decimal(10),
        valid_from=first,
        told_on=first,
        source="Finance",
        recorded_by=cast.finance,
        recorded_at=paid.recorded_at,
    )
    begin(case, cast, row.plan.lines.get(), first + 2 * DAY)
    said = rows_of(case, "write_extra_start")
    assert said["It began on"] == day(first + 2 * DAY)
    days = f"What you pay for {day(first)} to {day(first + DAY)}"
    assert said[days] == "was £2.86, is £0.00: -£2.86"
    other = a_case(at="assess", days_ago=60, person=cast.new_person("Bo Finch"))
    row = propose(other, cast.worker, begins_on=first, ends_on=TODAY() + 15 * DAY)
    begin(other, cast, row.plan.lines.get(), first + 2 * DAY)
    assert not other.events.filter(verb="write_extra_start"), "nothing was charged"


def test_no_day_before_what_was_agreed_nor_after_today_is_a_beginning(a_case, cast):
    case = a_case(at="assess", days_ago=60)
    row = propose(case, cast.worker, begins_on=TODAY() - 5 * DAY, ends_on=TODAY() + 22 * DAY)
    line = row.plan.lines.get()
    for wrong in (TODAY() - 6 * DAY, TODAY() + DAY):
        with pytest.raises(NotYet, match="Enter the day it really began") as no:
            begin(case, cast, line, wrong)
        assert no.value.field == "started_on"
    with pytest.raises(NotYet, match="not yours"):
        begin(case, cast, line, TODAY(), by=cast.person)
    direct = propose(case, cast.manager, CARE | {"route": "direct_payment", "who": "pa"})
    with pytest.raises(NotYet, match="not arranged here"):
        begin(case, cast, direct.plan.lines.get(), TODAY())
    attack(Hands(cast.worker), address(case, "record", "begin_extra_support"))
    assert cost(case)[0] == Decimal("840.00")
