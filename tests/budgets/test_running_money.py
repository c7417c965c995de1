"""Money that runs, by the acts that people do: what is paid follows what was decided and told, day
by day, without anybody working a payment out or signing it again.
"""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from budgets.decision.summary import summary
from budgets.entitlement.answer import answer
from budgets.models import ArrearsLimit, Contribution
from budgets.payments import payment_presenter, standing_payments
from budgets.position import case_money
from budgets.position.entitlement_facts import facts_of_case
from cases import access
from cases.common import likely_days
from cases.common.refusals import NotYet
from cases.models import Letter
from cases.ui import date_words
from tests.budgets.running_money import (
    TODAY,
    ago,
    agree,
    amounts,
    due,
    paid,
    pay,
    pence,
    sign,
    week,
)
from tests.budgets.test_plan_pages import text, url
from tests.cast import instead
from tests.walks.doing import address
from tests.walks.pages import Hands


def schedule(case, who):
    return Hands(who).open(address(case, "schedule")).text


# ---- what ends, and what begins ----


def test_twelve_weeks_at_200_are_three_payments_of_800_and_nothing_after(budget, cast):
    case = budget(week(200, begins_on=TODAY(), ends_on=TODAY() + timedelta(days=83)))
    assert amounts(due(case)) == ["800.00"] * 3
    assert [payment.on for payment in due(case)] == [
        TODAY() + timedelta(weeks=weeks) for weeks in (0, 4, 8)
    ]


def test_what_has_ended_is_not_paid_by_any_later_batch(budget, cast):
    first = ago(90)
    case = budget(
        week(200, begins_on=first, ends_on=first + timedelta(days=83)),
        from_=first,
        signed=first,
        days_ago=120,
    )
    assert pay(cast).total == 2400 and paid(case) == 2400
    with pytest.raises(NotYet, match="Nothing is due"):
        pay(cast, TODAY() + timedelta(days=28))
    assert due(case) == ()


def test_a_payment_two_days_before_the_end_pays_two_days(budget, cast):
    case = budget(week(200, begins_on=TODAY(), ends_on=TODAY() + timedelta(days=29)))
    whole, last = due(case)
    assert amounts([whole, last]) == ["800.00", "57.14"]
    assert (last.covers_from, last.covers_to) == (
        TODAY() + timedelta(days=28),
        TODAY() + timedelta(days=29),
    )


def test_what_begins_in_140_days_is_not_paid_before(budget, cast):
    case = budget(week(80), week(50, begins_on=TODAY() + timedelta(days=140)))
    assert amounts(due(case, 195)) == ["320.00"] * 5 + ["520.00"] * 2


# ---- what changes ----


def test_a_new_price_changes_the_payment_without_a_new_signature(priced, cast):
    begins = TODAY() + timedelta(days=8)  # the next pay day
    assert due(priced)[0].on == begins and amounts(due(priced, 30)) == ["400.00"]
    money.approve_uplift(case=priced, on=begins, by=cast.manager)
    assert amounts(due(priced, 80)) == ["420.00"] * 3
    assert priced.agreements.count() == 1
    assert pay(cast, begins).total == 420


def test_a_new_price_for_days_that_are_paid_goes_with_the_next_payment(priced, cast):
    money.approve_uplift(case=priced, on=ago(6), by=cast.manager)
    first, second = due(priced, 40)
    assert (str(first.of.regular), str(first.of.owed)) == ("420.00", "10.00")  # 14 days of £5
    assert str(second.amount) == "420.00" and priced.agreements.count() == 1


def test_a_contribution_after_the_agreement_comes_out_from_the_day_it_was_told(budget, cast):
    case = budget(week(80), from_=ago(14), signed=ago(14))
    assert pay(cast).total == 320
    money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal("10.50"),
        valid_from=ago(14),
        source="Finance system",
    )
    stands = standing_payments.next_payments(case)
    # 14 days of it lie in what was paid already; the 14 before it was told are not asked for
    assert (stands.owed, str(stands.paid_too_much)) == (0, "21.00")
    assert amounts(due(case, 60)) == ["278.00"] * 2, "never taken off by itself"
    assert case.agreements.count() == 1


def test_the_page_of_the_case_says_what_is_paid_now_and_not_what_comes(budget, cast):
    case = budget(week(80))
    for weekly, day in (("10.50", TODAY()), ("31.25", TODAY() + timedelta(days=140))):
        money.record_contribution(
            case=case,
            by=cast.finance,
            state="recorded",
            weekly=Decimal(weekly),
            valid_from=day,
            source="A letter",
        )
    case.refresh_from_db()
    shown = dict(summary(access.reading_by(case, cast.person))["rows"])
    assert "£10.50" in str(shown["What you pay"])


@pytest.mark.parametrize(
    ("before", "now", "taken"),
    [
        # 20 days of £40 and 8 of £30: no more than the £30 they knew of by then
        ([(50, 28, 28), (30, 8, 13)], (40, 18), Decimal(10 * 50 + 10 * 40 + 8 * 30) / 7),
        # nothing before they were told of £10, and £7 since
        ([(10, 14, 14)], (7, 21), Decimal(14 * 7) / 7),
        # £10 until they were told of £30, and then the £20 that takes its place
        ([(10, 28, 28), (30, 18, 8)], (20, 23), Decimal(20 * 10 + 8 * 20) / 7),
    ],
)
def test_whatever_is_decided_for_days_gone_by_nobody_pays_more_than_they_knew_of(
    budget, cast, before, now, taken
):
    """£80 a week for 28 days. Each sum: a week, from so many days ago, told so many days ago; the
    last is told today.
    """
    case = budget(week(80), from_=ago(28), signed=ago(28), days_ago=60)
    for weekly, begins, told in before:
        Contribution.objects.create(
            case=case,
            state="recorded",
            weekly=weekly,
            valid_from=ago(begins),
            source="x",
            told_on=ago(told),
            recorded_at=timezone.now() - timedelta(days=told),
            recorded_by=cast.finance,
        )
    weekly, begins = now
    money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal(weekly),
        valid_from=ago(begins),
        source="x",
    )
    found = answer(facts_of_case(case), ago(1)).entitlement
    assert sum(one.contribution_taken for one in found) == pence(taken)


def test_a_contribution_that_begins_in_140_days_does_not_come_out_before(budget, cast):
    case = budget(week(80))
    money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal(10),
        valid_from=TODAY() + timedelta(days=140),
    )
    assert amounts(due(case, 195)) == ["320.00"] * 5 + ["280.00"] * 2


def test_a_back_dated_increase_is_owed_and_goes_with_the_next_payment(budget, cast):
    first = ago(42)
    case = budget(week(80), from_=first, signed=first, days_ago=60)
    for one in case_money.agreed_plan(case).lines.all():
        money.start_line(case=case, line=one, started_on=first, by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    pay(cast)  # two payments, up to 13 days from now
    case.move("start_review", by=cast.worker, kind="planned", reason="A fall")
    case.move("change_plan", by=cast.worker, reason="More help is needed")
    plan = case_money.draft_plan(case)
    money.save_plan_part(plan=plan, by=cast.person, contribution_seen=True, over_reason="Nights")
    line = plan.lines.get()
    money.save_line(plan=plan, by=cast.person, line=line, rate=Decimal("90.01"))
    money.submit_plan(case=case, by=cast.person)
    agree(cast, case, effective_from=first + timedelta(days=7))
    payment, after = due(case, 50)
    days = 56 - 7  # those that are paid at £80 and were decided at £90.01
    owed = pence(Decimal("10.01") * days / 7)
    assert (str(payment.of.regular), payment.of.owed) == ("360.04", owed)
    assert str(after.amount) == "360.04" and case.agreements.count() == 1
    batch = pay(cast, payment.on)
    assert batch.total == payment.amount and not batch.payments.filter(asks_second=True).exists()
    days, before = batch.payments.order_by("number")
    assert (days.amount, days.owed, days.covers_from) == (
        payment.of.regular,
        0,
        payment.covers_from,
    )
    assert (before.amount, before.covers_from, before.on) == (owed, None, payment.on), (
        "a line of its own"
    )
    assert standing_payments.next_payments(case).owed == 0


# ---- what goes far back ----


def test_an_agreement_of_2020_pays_nothing_from_before_its_plan(budget, cast, monkeypatch):
    # no act takes one any more (test_money_days); a row from before that is read all the same
    monkeypatch.setattr(likely_days, "check", lambda *_day, **_more: None)
    case = budget(week(80), from_=ago(20), signed=date(2020, 1, 6))
    batch = pay(cast)
    first = batch.payments.earliest("covers_from")
    assert first.covers_from == ago(20) and batch.count <= 2
    days = (batch.payments.latest("covers_to").covers_to - ago(20)).days + 1
    assert batch.total == paid(case) == pence(Decimal(80) * days / 7)


def test_one_officer_alone_pays_nothing_for_days_far_back(budget, cast):
    case = budget(week(80), from_=ago(300), signed=ago(300), days_ago=330)
    batch = pay(cast)
    assert batch.count == 3 and batch.total == 960, "those that begin in the last 92 days"
    assert batch.payments.filter(state="left_out").count() == 8
    assert standing_payments.next_payments(case).owed == 8 * 320


def test_what_was_left_out_far_back_waits_again_however_it_is_owed(budget, cast):
    case = budget(week(80), from_=ago(300), signed=ago(300), days_ago=330)
    pay(cast)
    carries = due(case)[0]
    assert carries.of.owed == 8 * 320
    later = money.make_batch(council=cast.council, by=cast.finance, until=carries.on)
    days, before = later.payments.order_by("number")
    assert (days.amount, days.asks_second) == (320, False), "its days do not wait with it"
    assert (before.amount, before.asks_second, before.covers_from) == (8 * 320, True, None)
    released = money.release_batch(batch=later, by=cast.releaser, confirmed=[before.number])
    assert released.total == 9 * 320
    assert standing_payments.next_payments(case).owed == 0


@pytest.mark.parametrize(
    ("limits", "asks"),
    [
        ([], False),  # £1,000 where a council has set none
        ([(30, "499.99")], True),
        ([(30, "500.00")], False),
        ([(30, "499.99"), (1, "500.00")], False),
        ([(30, "500.00"), (-1, "499.99")], False),  # one from tomorrow on does not hold yet
    ],
)
def test_much_of_days_gone_by_waits_for_a_second_officer(budget, cast, limits, asks):
    case = budget(week(80), from_=ago(14), signed=ago(14))
    for days, most in limits:
        ArrearsLimit.objects.create(
            council=cast.council, most=Decimal(most), valid_from=ago(days), reason="Ours"
        )
    pay(cast)
    money.pay_extra(case=case, by=cast.finance, on=TODAY(), amount=Decimal(500), why="A retainer")
    batch = money.make_batch(
        council=cast.council, by=cast.finance, until=TODAY() + timedelta(days=28)
    )
    days, before = batch.payments.order_by("number")
    assert (days.amount, days.asks_second) == (320, False)
    assert (before.owed, before.asks_second) == (500, asks)


def test_more_than_a_thousand_of_days_gone_by_waits_where_no_limit_is_set(budget, cast):
    case = budget(week(80), from_=ago(14), signed=ago(14))
    pay(cast)
    for amount in ("1000.00", "0.01"):
        money.pay_extra(
            case=case, by=cast.finance, on=TODAY(), amount=Decimal(amount), why="Notice pay"
        )
    until = TODAY() + timedelta(days=28)
    batch = money.make_batch(council=cast.council, by=cast.finance, until=until)
    assert batch.payments.get(owed__gt=0).asks_second
    assert pay_out(batch, cast) == 320, "the sum waits, the days are paid"
    assert standing_payments.next_payments(case).owed == Decimal("1000.01")


def pay_out(batch, cast):
    """What goes to the ledger where the second officer says yes to nothing."""
    return money.release_batch(batch=batch, by=cast.releaser).total


# ---- what is held, comes back, or is paid beside the plan ----


@pytest.mark.parametrize(("make_good", "days"), [("yes", 28), ("", 0)])
def test_a_suspension_found_wrong_is_made_good(a_case, cast, make_good, days):
    case = a_case(at="running", days_ago=90)
    first = case.agreements.get().first_payment_on
    pay(cast, first)  # four weeks are paid: the suspension begins after them
    then = timezone.now() - timedelta(days=(TODAY() - first).days - 20)
    home_care = instead("Home care", timezone.localdate(then))
    case.move("suspend_payment", by=cast.finance, at=then, reason="No papers", **home_care)
    begins = first + timedelta(days=28)
    assert case.suspensions.get().begins_on == begins and due(case) == ()
    back = then + timedelta(days=36)  # 28 days after it began
    more = {"make_good": make_good} if make_good else {}
    case.move("resume_payment", by=cast.finance, at=back, reason="They came", **more)
    held = case.suspensions.get(struck_at=None)
    assert (held.begins_on, held.ends_on, held.make_good) == (
        begins,
        begins + timedelta(days=27),
        bool(make_good),
    )
    until = begins + timedelta(days=55)
    assert sum(p.amount for p in due(case) if p.covers_to <= until) == 320 + 80 * days // 7


def test_an_extra_is_owed_whatever_the_plan_says(budget, cast):
    case = budget(week(80), from_=ago(14), signed=ago(14))
    pay(cast)
    with pytest.raises(NotYet, match="Say why"):
        money.pay_extra(case=case, by=cast.finance, on=TODAY(), amount=Decimal(50), why=" ")
    with pytest.raises(NotYet, match="not yours"):
        money.pay_extra(case=case, by=cast.worker, on=TODAY(), amount=Decimal(50), why="x")
    money.pay_extra(case=case, by=cast.finance, on=TODAY(), amount=Decimal(50), why="A retainer")
    assert str(due(case, 20)[0].amount) == "370.00"


def test_what_was_paid_too_much_goes_back_only_as_it_was_agreed(budget, cast):
    case = budget(week(80), from_=ago(14), signed=ago(14))
    pay(cast)
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=TODAY(),
        final_account="Finance",
    )
    assert standing_payments.next_payments(case).paid_too_much == pence(Decimal(80) * 13 / 7)
    money.settle(
        case=case,
        by=cast.finance,
        on=TODAY(),
        amount=Decimal("100.00"),
        how="paid_back",
        why="By bank transfer",
    )
    assert standing_payments.next_payments(case).paid_too_much == pence(
        Decimal(80) * 13 / 7
    ) - Decimal(100)


def test_an_instalment_is_taken_on_its_day_and_never_more_than_was_agreed(budget, cast):
    case = budget(week(80), from_=ago(14), signed=ago(14))
    pay(cast)
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(10), valid_from=TODAY()
    )
    assert standing_payments.next_payments(case).paid_too_much == 20
    on = TODAY() + timedelta(days=14)
    money.agree_instalment(case=case, by=cast.finance, on=on, amount=Decimal(15), agreed_on=TODAY())
    first, second = due(case, 50)
    assert amounts([first, second]) == ["265.00", "280.00"] and first.of.recovered == 15


def test_two_payments_of_which_the_first_came_back_are_paid_again_whole(budget, cast):
    case = budget(week(80), from_=ago(42), signed=ago(42), days_ago=60)
    batch = pay(cast)
    money.confirm_batch(
        batch=batch, by=cast.releaser, ledger_ref="L-1", returned={1: "Account closed"}
    )
    assert paid(case) == 320
    with pytest.raises(NotYet, match="Nothing is due"):
        pay(cast, TODAY() + timedelta(days=28))
    cast.payee(case, creditor="S3003")
    again = due(case)[0]
    assert (again.on, again.of.owed, again.of.regular) == (TODAY() + timedelta(days=14), 320, 320)
    pay(cast, again.on)
    assert paid(case) == 960 and standing_payments.next_payments(case).owed == 0


def test_another_cycle_is_another_agreement_and_pays_no_day_twice(budget, cast):
    case = budget(week(80), from_=ago(14), signed=ago(14))
    pay(cast)
    sign(cast, case, TODAY(), cycle_weeks=2, why="Paid every two weeks")
    first, second = due(case, 40)[:2]
    assert (first.covers_from, first.covers_to) == (
        TODAY() + timedelta(days=14),
        TODAY() + timedelta(days=27),
    )
    assert amounts([first, second]) == ["160.00"] * 2


# ---- why a payment is what it is ----


def test_a_payment_says_how_its_sum_adds_up(budget, cast, as_):
    day = timedelta(days=1)
    case = budget(week(80), {**week(100), "what": "A chair", "unit": "once"}, from_=TODAY())
    money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal("10.50"),
        valid_from=TODAY() + 7 * day,
        source="Finance system",
    )
    finance = as_(cast.finance)
    first, second = finance.get(url("schedule", case)).context["coming"].rows[:2]
    assert second[2] == ["£80.00 a week, less the contribution of £10.50 a week"]
    assert [words.rpartition(": ")[2] for words in first[2]] == [
        "£111.43",
        "£68.57",
        "£80.00 a week, less the contribution of £10.50 a week",
    ]
    pay(cast)
    left = case.payments.get()
    # what was recorded since is no part of what had left
    later = {"on": TODAY() + 2 * day, "amount": Decimal(30), "why": "A new lock"}
    money.pay_extra(case=case, by=cast.finance, **later)
    table = finance.get(url("trace", case, left.pk)).context["sums"]
    assert [row[1:] for row in table.rows] == [
        ["£111.43", "£0.00", "£111.43"],
        ["£68.57", "£0.00", "£68.57"],
        ["£240.00", "-£31.50", "£208.50"],
        ["", "", "£388.50"],
    ]
    assert left.amount == Decimal("388.50")


def test_a_payment_of_days_gone_by_alone_has_no_days_to_add_up(budget, cast, as_):
    case = budget(week(80), from_=ago(14), signed=ago(14))
    pay(cast)
    money.pay_extra(case=case, by=cast.finance, on=ago(3), amount=Decimal(30), why="A lock")
    pay(cast, TODAY() + timedelta(days=14))
    alone = case.payments.get(covers_from=None)
    shown = as_(cast.finance).get(url("trace", case, alone.pk))
    assert shown.status_code == 200 and shown.context["sums"] is None


def test_what_is_on_its_way_is_said_before_the_next_payment(budget, cast, as_):
    case = budget(week(80), from_=TODAY())
    person = as_(cast.person)
    for page in ("budgets:schedule", "cases:case"):
        shown = text(person.get(reverse(page, args=[case.ref])))
        assert "£320.00, due on" in shown and "It has not been sent yet" in shown
        assert "On its way" not in shown
    batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    for page in ("budgets:schedule", "cases:case"):
        shown = text(person.get(reverse(page, args=[case.ref])))
        assert re.search("Being got ready £320.00, due on .* has not left the council yet", shown)
        assert "On its way" not in shown
    shown = text(person.get(url("schedule", case)))
    assert "Being got ready, batch 1" in shown and "If a payment has not come" in shown
    money.release_batch(batch=batch, by=cast.releaser)
    shown = text(person.get(url("schedule", case)))
    assert "Sent to be paid, batch 1" in shown and "Being got ready" not in shown
    assert re.search("On its way £320.00, due on .* not confirmed as paid yet", shown)
    assert "If a payment has not come" not in text(as_(cast.worker).get(url("schedule", case)))


def test_why_a_line_was_left_out_is_a_word_between_officers(budget, cast, as_):
    case = budget(week(80), from_=TODAY())
    money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    money.leave_out(payment=case.payments.get(), by=cast.finance, why="Ask the worker first")
    assert "Ask the worker first" in text(as_(cast.finance).get(url("schedule", case)))
    shown = text(as_(cast.person).get(url("schedule", case)))
    assert "Left out" in shown and "Ask the worker first" not in shown


def test_what_is_paid_once_is_not_said_to_come_every_four_weeks(budget, cast, as_):
    case = budget({**week(100), "what": "A chair", "unit": "once"}, from_=TODAY())
    letter = Letter.objects.get(case=case, event__verb="record_agreement")
    rows = dict(letter.content["blocks"][1]["rows"])
    assert rows["How often we pay"] == "Once"
    assert rows["Account"] == "Your own bank account for this money"
    assert re.fullmatch(r"£100.00 on (.+): \1", rows["Payments to come"]), "one day, said once"


# ---- what the letters of a change say of the payments ----


def rows_of(case, verb):
    """The rows of the last letter about an act."""
    letter = Letter.objects.filter(case=case, event__verb=verb).order_by("-pk")[0]
    return dict(next(block for block in letter.content["blocks"] if "rows" in block)["rows"])


def test_the_letter_of_a_new_price_says_what_is_owed_and_in_which_payment(priced, cast):
    money.approve_uplift(case=priced, on=ago(6), by=cast.manager)
    said = rows_of(priced, "uplift_plan")
    (first, *_rest), owed = due(priced), due(priced)[0].of.owed
    assert owed and said["Of this, owed for days before"] == f"£{owed}"
    assert said["Payments to come"].startswith(f"£{first.amount} on ")
    assert "Paid too much" not in said and "What you are not asked for" not in said
    assert "Owed for days before" not in said, "it is part of that payment, and not more"
    page = Hands(cast.person).open(address(priced, "schedule"))
    assert "Of this, owed for days before" in page and "<dt>Owed" not in page


def test_before_the_first_agreement_a_letter_lists_no_payments(budget, cast):
    said = rows_of(budget(week(80)), "agree_plan")
    assert "Payments to come" not in said and not any(
        "wed for days before" in words for words in said
    )


def test_what_is_asked_above_the_payment_is_said_to_be_asked_of_nobody(budget, cast):
    case = budget(week(50))
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal(80))
    said = rows_of(case, "write_contribution")
    assert due(case) == ()
    why = (
        "None. What you pay, £80.00 a week, is as much as the direct payment, or more. "
        "The direct payment comes to £50.00 a week. All of it is kept back. "
        "You are not asked for the other £30.00 a week."
    )
    assert said["Payments to come"] == why
    mine = schedule(case, cast.person)
    assert mine.count(why) == 1 and "None. Why is said above." in mine
    assert why in Hands(cast.person).open(address(case)).text, "the page of the case says it too"
    for_staff = schedule(case, cast.finance)
    assert "None. The contribution, £80.00 a week, is as much as the direct" in for_staff
    assert "The other £30.00 a week is asked of nobody." in for_staff
    assert "No payment is to come as things stand" not in for_staff
    assert said["What you are not asked for"].startswith("£30.00 a week of what was decided")
    assert said["What you pay of it"].startswith("£50.00 a week")


def test_what_a_bill_asks_beside_a_payment_that_is_all_kept_is_said_too(budget, cast):
    """£50 a week of direct payment, £20 of managed support, £60 to pay: £10 by a bill."""
    managed = week(20, route="council_managed", what="A club", who="community")
    case = budget(week(50), managed)
    for one in case_money.agreed_plan(case).lines.filter(route="council_managed"):
        money.start_line(case=case, line=one, started_on=TODAY(), by=cast.worker)
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal(60))
    kept = standing_payments.all_kept(facts_of_case(case))
    assert (kept.direct, kept.asked, kept.charged, kept.not_owed) == (50, 60, 10, 0)
    assert "£10.00 a week comes as a bill." in schedule(case, cast.person)


def test_without_a_direct_payment_no_contribution_is_the_reason(budget, cast):
    case = budget(week(50))
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal(80))
    facts = facts_of_case(case)
    assert standing_payments.all_kept(facts).not_owed == 30
    assert standing_payments.all_kept(replace(facts, agreements=())) is None


def test_payments_that_are_alike_are_folded_and_said_in_one_line(budget, cast):
    """Once thirteen blocks of five lines stood on a phone above what had been paid."""
    case = budget(week(200))
    html = Hands(cast.person).open(address(case, "schedule")).html
    folded = html.partition("Then £800.00 every 4 weeks")[2].partition("</details>")[0]
    dues = [f"{date_words.day(one.on)}</th>" for one in due(case, 400)[:13]]
    assert [on in folded for on in dues] == [False] * 3 + [True] * 10
    assert all(html.count(on) == 1 for on in dues) and "The last is on" not in html


def test_the_line_above_folded_payments_says_where_they_end_or_differ(budget, cast):
    ends = budget(week(200, begins_on=TODAY(), ends_on=TODAY() + timedelta(days=28 * 6 - 1)))
    last = date_words.day(TODAY() + timedelta(days=28 * 5))
    assert f"Then £800.00 every 4 weeks. The last is on {last}" in schedule(ends, cast.person)
    rows = standing_payments.next_payments(ends).payments
    other = [*rows[:4], rows[4]._replace(amount=Decimal("700.00")), rows[5]]
    assert payment_presenter.later_words(other) == f"3 later payments, until {last}"
    assert payment_presenter.later_words(rows[:3]) == ""


def test_a_contribution_for_days_that_are_paid_says_what_that_leaves(budget, cast):
    case = budget(week(200))
    pay(cast)
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal(12))
    said = rows_of(case, "write_contribution")
    assert said["Paid too much"].startswith("£48.00. Nothing is taken back without a letter")
    assert "What you are not asked for" not in said


def test_a_lower_price_of_what_is_paid_out_counts_after_its_notice(priced, cast, as_):
    line = case_money.agreed_plan(priced).lines.get()
    facts = {"line": line, "rate": Decimal(19), "reason": "Fewer costs", "by": cast.manager}
    for too_early in (ago(6), TODAY(), ago(-27)):
        with pytest.raises(NotYet, match="28 days before they get less") as no:
            money.change_price(case=priced, on=too_early, **facts)
        assert no.value.field == "on"
    assert priced.plans.count() == 1
    page = as_(cast.manager).get(f"/cases/{priced.ref}/record/change_price/").content.decode()
    assert "A price that is lower: The earliest day is" in page
    money.change_price(case=priced, on=ago(-28), **facts)
    assert case_money.decided(priced).weekly == 95
    said = rows_of(priced, "change_price")[f"Up to {date_words.day(ago(-27))}"]
    assert "28 days before they get less" in said


def test_the_printed_plan_names_the_day_of_a_price_to_come(priced, cast, as_):
    line = case_money.agreed_plan(priced).lines.get()
    money.change_price(
        case=priced, on=ago(-28), line=line, rate=Decimal(19), reason="Fewer costs", by=cast.manager
    )
    first, last = priced.plans.order_by("number")
    sheet = html.unescape(as_(cast.person).get(f"/cases/{priced.ref}/plan/sheet/").content.decode())
    coming = date_words.day(ago(-28))
    assert f"{coming}. Until then what was agreed before counts." in sheet
    old = as_(cast.person).get(f"/cases/{priced.ref}/plan/{first.number}/sheet/").content.decode()
    old = html.unescape(old)
    assert f"From {coming}" in old and "£95.00 a week" in old
    assert "This counts from" not in old and last.number > first.number


def test_a_lower_price_of_managed_support_is_recorded_for_the_days_it_was_had(budget, cast):
    case = budget(week(200, route="council_managed", who="agency"), week(80), from_=ago(20))
    managed, paid_out = case_money.agreed_plan(case).lines.order_by("pk")
    for line in (managed, paid_out):
        money.start_line(case=case, line=line, started_on=ago(20), by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    facts = {"rate": Decimal(150), "reason": "The agency asks for less", "by": cast.manager}
    money.change_price(case=case, line=managed, on=ago(10), **facts)
    assert case_money.decided(case).effective_from == ago(10)


def test_what_is_set_against_money_paid_too_much_stands_in_the_letter(priced, cast):
    money.record_contribution(case=priced, by=cast.finance, state="recorded", weekly=Decimal(40))
    stood = standing_payments.next_payments(priced).paid_too_much
    money.approve_uplift(case=priced, on=ago(6), by=cast.manager)
    left = standing_payments.next_payments(priced).paid_too_much
    said = rows_of(priced, "uplift_plan")
    assert stood > left > 0 and not any("wed for days before" in words for words in said)
    assert said["Set against what was paid too much"].startswith(f"£{stood - left}, ")
    assert said["Paid too much"].startswith(f"£{left}. ")
