"""More is owed for days gone by while what was paid too much waits for its decision: the act asks
whether it is set off or paid in full, the letter says which, and the final decision is about what
was really paid too much.

By hand, everywhere below: £80 a week; a week of it was suspended after it was paid, so £80 was paid
too much. £30 more is owed for a day that a payment covers.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from budgets import actions as money
from budgets.models import ArrearsLimit, ExtraPayment, Settlement
from budgets.payments import money_checks, standing_payments
from budgets.position import overpaid
from cases.common.refusals import NotYet
from cases.models import Case, Event
from cases.ui.date_words import day
from tests.budgets.running_money import ago, pay
from tests.budgets.test_overpayments import (
    agreed,
    decide,
    found,
    overpaid_case,
    reply,
    stands,
    write,
)
from tests.budgets.test_running_money import rows_of
from tests.walks.doing import address
from tests.walks.pages import Hands, Page, filled

TODAY = timezone.localdate
MORE = {"amount": Decimal(30), "why": "A taxi to the hospital"}


@pytest.fixture
def written(cast):
    """A case with £80 paid too much, written about, and time to answer."""
    case = a_week_too_much(cast)
    assert found(case).amount == Decimal("80.00")
    write(case, cast)
    return case


def a_week_too_much(cast):
    case = overpaid_case(cast)
    case.suspensions.update(ends_on=ago(34))  # from 40 days ago: seven days
    return case


def more(case, cast, on=None):
    return money.pay_extra(case=case, by=cast.finance, on=on or ago(3), **MORE)


def owed(case):
    coming = standing_payments.next_payments(case)
    return coming.owed, coming.paid_too_much


def agrees():
    assert not list(money_checks.differences(every_day=True))


@pytest.fixture
def finance(cast):
    return Hands(cast.finance)


def ask(case, finance, on=None):
    """The page of the act, looked at."""
    facts = {"on": on or ago(3), "amount": "30", "why": "A taxi to the hospital"}
    return finance.looked(address(case, "record", "pay_extra"), **facts)


def confirm(case, finance, page, **answer):
    path = address(case, "record", "pay_extra")
    return finance.looked(path, page=page, press="confirm", **answer)


# ---- the question ----


def test_the_act_asks_and_does_nothing_before_it_is_answered(written, finance):
    page = ask(written, finance)
    assert "£30.00 more is owed for days that were paid. What happens with it?" in page
    assert "£30.00 lowers what was paid too much from £80.00 to £50.00. It is not paid." in page
    assert "£30.00 comes with the payment of" in page and "The £80.00 stays open" in page
    assert "Paid too much, if it is set off" in page
    assert "Payments that change, if all of it is paid" in page
    again = confirm(written, finance, page)
    assert "Answer the question" in again and "Choose whether it is set off or paid" in again
    assert again.status == 422 and not ExtraPayment.objects.exists()


def test_set_off_lowers_what_was_paid_too_much_and_the_letter_says_so(written, finance):
    assert confirm(written, finance, ask(written, finance), look_answer="set_off").status == 302
    assert stands(written).whole == Decimal("50.00") and owed(written) == (0, Decimal("50.00"))
    assert rows_of(written, "pay_extra")["Set against what was paid too much"].startswith("£30.00,")
    assert not Settlement.objects.exists()
    agrees()


def test_paid_in_full_it_comes_with_the_next_payment_and_the_rest_is_open(written, cast, finance):
    assert confirm(written, finance, ask(written, finance), look_answer="pay_in_full").status == 302
    assert owed(written) == (Decimal("30.00"), 0)
    assert stands(written).whole == stands(written).undecided == Decimal("80.00")
    said = rows_of(written, "pay_extra")
    assert said["Paid in full"].startswith("£30.00 for days gone by")
    assert said["Paid too much"].startswith("£80.00") and "Set against" not in str(said)
    coming = standing_payments.next_payments(written).payments[0]
    assert coming.of.owed == Decimal("30.00")
    row = Settlement.objects.get()
    assert (row.how, row.amount, row.recorded_by) == ("set_aside", Decimal("80.00"), cast.finance)
    assert Event.objects.get(case=written, verb="pay_in_full").codes["fact"] == row.pk
    page = finance.open(address(written, "paid-too-much"))
    assert "£80.00" in page and "is set aside until somebody has decided" in page
    agrees()


def test_it_is_asked_only_where_it_applies(written, cast, finance):
    reply(written, cast)
    assert "What happens with it?" in ask(written, finance), "what they said is not decided about"
    decide(written, cast, "leave")
    page = ask(written, finance)
    assert "What happens with it?" not in page, "decided: it is set off, and the letter says so"
    assert confirm(written, finance, page).status == 302
    assert stands(written).whole == Decimal("50.00")


def test_it_is_asked_before_anybody_was_told_too(cast, finance):
    case = a_week_too_much(cast)
    assert "What happens with it?" not in ask(case, finance), "nobody has found it"
    found(case)
    assert "What happens with it?" in ask(case, finance)


def test_what_is_set_aside_stays_on_the_list_of_finance(written, cast, finance):
    money.pay_in_full(case=written, by=cast.finance)
    more(written, cast)
    page = finance.open("/staff/finance/too-much/")
    assert written.ref in page and "£80.00" in page


def test_after_the_last_day_to_answer_it_is_not_asked(written, cast):
    row = overpaid.open_overpayment(written)
    assert overpaid.may_be_set_off(row, row.reply_by)
    assert not overpaid.may_be_set_off(row, row.reply_by + timedelta(days=1))


def test_an_answer_that_nobody_asked_for_changes_nothing(written, finance):
    less = {"state": "recorded", "weekly": "5", "valid_from": TODAY(), "source": "x"}
    path = address(written, "contribution")
    page = finance.looked(path, **less)
    assert "What happens with it?" not in page, "that takes more, and owes nothing"
    forged = filled(page.form("looked"), {"press": "confirm"}) | {"look_answer": "pay_in_full"}
    answer = Page(finance.client.post(path, forged), path)
    assert answer.status == 422 and "Nothing is owed more by this" in answer
    assert not Settlement.objects.exists() and not written.contributions.exists()


def test_only_whoever_works_on_the_case_may_choose(written, cast):
    for who in (cast.person, cast.stranger, cast.outsider):
        with pytest.raises(NotYet, match="not yours to do"):
            money.pay_in_full(case=written, by=who)
    cast.help(written, user=cast.releaser)
    with pytest.raises(NotYet, match="not yours to do"):
        money.pay_in_full(case=written, by=cast.releaser)
    assert not Settlement.objects.exists()


# ---- the instalments that wait ----


PARTS = "Not taken off, until what was paid too much is decided"


@pytest.fixture
def in_parts(written, cast):
    """£50 of the £80 is taken off in parts of £20, £20 and £10, the rest written off; then another
    week is found to be paid too much.
    """
    reply(written, cast)
    decide(written, cast, "instalments", **agreed())
    assert recovered(written) == ["20.00", "20.00", "10.00"]
    written.suspensions.create(
        begins_on=ago(27), ends_on=ago(21), recorded_at=timezone.now(), carried=True
    )
    assert found(written).amount == Decimal("80.00")
    return written


def recovered(case):
    coming = standing_payments.next_payments(case).payments
    return [str(one.of.recovered) for one in coming if one.of.recovered]


def test_pay_all_shows_each_instalment_that_is_not_taken_meanwhile(in_parts, cast, finance):
    days = [day(one.on) for one in standing_payments.next_payments(in_parts).payments[:3]]
    each = [f"£{n}.00 of the payment of {on}" for n, on in zip((20, 20, 10), days, strict=True)]
    page = ask(in_parts, finance)
    assert f"{PARTS}, if all of it is paid" in page and all(words in page for words in each)
    assert confirm(in_parts, finance, page, look_answer="pay_in_full").status == 302
    assert recovered(in_parts) == [] and owed(in_parts)[0] == Decimal("30.00")
    assert rows_of(in_parts, "pay_extra")[PARTS].splitlines() == each
    agrees()
    write(in_parts, cast)
    reply(in_parts, cast)
    leave(in_parts, cast)
    decide(in_parts, cast, "leave")
    assert recovered(in_parts) == ["20.00", "20.00", "10.00"], "decided: they are taken again"


def test_set_off_shows_none(in_parts, finance):
    assert confirm(in_parts, finance, ask(in_parts, finance), look_answer="set_off").status == 302
    assert PARTS not in rows_of(in_parts, "pay_extra")
    assert recovered(in_parts) == ["20.00", "20.00", "10.00"]


# ---- after the time to answer ----


@pytest.fixture
def over(written, cast):
    """£80 is set aside, £30 more is to be paid in full, and the time to answer is over."""
    money.pay_in_full(case=written, by=cast.finance)
    more(written, cast)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        yield written


def test_after_the_time_to_answer_more_is_set_off_again_and_shown(over, cast, finance):
    assert owed(over) == (Decimal("30.00"), 0)
    page = ask(over, finance, on=ago(32))
    assert "What happens with it?" not in page
    assert "was £80.00, will be £50.00: -£30.00" in page
    assert confirm(over, finance, page).status == 302
    assert owed(over) == (Decimal("30.00"), 0), "what was promised before is paid"
    assert stands(over).whole == Decimal("50.00")
    said = rows_of(over, "pay_extra")
    assert said["Set against what was paid too much"].startswith("£30.00,")
    assert said["Paid too much"].startswith("£50.00")
    agrees()


def test_so_it_is_whoever_calls_the_act(over, cast):
    more(over, cast, on=ago(32))
    assert stands(over).whole == Decimal("50.00") and owed(over) == (Decimal("30.00"), 0)
    agrees()


def test_more_than_what_is_set_aside_is_paid_beyond_it(over, cast):
    facts = {"on": ago(32), "amount": Decimal(100), "why": "A lift"}
    money.pay_extra(case=over, by=cast.finance, **facts)
    assert stands(over).whole == 0 and owed(over) == (Decimal("50.00"), 0), "30, and 100 less 80"
    agrees()


def test_while_a_challenge_is_open_it_is_still_paid_in_full(over, cast):
    over.move("challenge", by=cast.person, decision="other", reason="It is wrong")
    more(over, cast, on=ago(32))
    assert stands(over).whole == Decimal("80.00") and owed(over) == (Decimal("60.00"), 0)


# ---- the decision corrects it ----


@pytest.fixture
def in_full(written, cast):
    """£30 more is to be paid in full; the person has answered."""
    money.pay_in_full(case=written, by=cast.finance)
    more(written, cast)
    reply(written, cast)
    return written


def test_it_is_decided_once_the_sum_in_full_has_left(in_full, cast):
    with pytest.raises(NotYet, match="Decide once it has been paid"):
        decide(in_full, cast, "leave")
    assert owed(in_full) == (Decimal("30.00"), 0)
    leave(in_full, cast)
    assert owed(in_full) == (0, 0) and stands(in_full).whole == Decimal("80.00")
    agrees()


def leave(case, cast):
    """The sum in full leaves with the payments that are due until it has."""
    until = standing_payments.next_payments(case).payments[0].on
    batch = money.make_batch(council=cast.council, by=cast.finance, until=until)
    lines = [line.number for line in batch.payments.all()]
    money.release_batch(batch=batch, by=cast.releaser, confirmed=lines)
    assert owed(case)[0] == 0


def lines_to_ask(case, cast):
    until = standing_payments.next_payments(case).payments[0].on
    batch = money.make_batch(council=cast.council, by=cast.finance, until=until)
    return [(str(one.owed), one.asks_second) for one in batch.payments.filter(owed__gt=0)]


def test_what_is_paid_in_full_asks_a_second_officer_only_for_its_sum_or_its_days(in_full, cast):
    assert lines_to_ask(in_full, cast) == [("30.00", False)]


def test_so_it_is_after_a_part_was_paid_back(in_full, cast):
    money.record_paid_back(
        case=in_full, by=cast.finance, on=TODAY(), amount=Decimal(20), why="By bank"
    )
    assert lines_to_ask(in_full, cast) == [("30.00", False)]


def test_so_it_is_of_more_that_is_owed_after_a_sum_was_written_off(written, cast):
    reply(written, cast)
    decide(written, cast, "write_off")
    more(written, cast)
    assert lines_to_ask(written, cast) == [("30.00", False)]


def test_above_the_councils_limit_it_asks(in_full, cast):
    ArrearsLimit.objects.create(
        council=cast.council, most=Decimal(29), valid_from=ago(9), reason="Ours"
    )
    assert lines_to_ask(in_full, cast) == [("30.00", True)]


def test_for_days_far_back_it_asks_though_the_sum_set_aside_is_of_late(written, cast):
    money.pay_in_full(case=written, by=cast.finance)
    on = ago(93)
    Case.objects.filter(pk=written.pk).update(asked_at=timezone.now() - timedelta(days=120))
    money.pay_extra(case=Case.objects.get(pk=written.pk), by=cast.finance, on=on, **MORE)
    assert lines_to_ask(written, cast) == [("30.00", True)]


@pytest.mark.parametrize(
    ("decision", "left", "stood"),
    [("leave", "80.00", "80.00"), ("write_off", "0.00", "0.00"), ("instalments", "50.00", "50.00")],
)
def test_the_decision_is_about_what_was_really_paid_too_much(in_full, cast, decision, left, stood):
    leave(in_full, cast)
    row = decide(in_full, cast, decision, **(agreed() if decision == "instalments" else {}))
    assert (row.amount, row.left) == (Decimal("80.00"), Decimal(left))
    assert not Settlement.objects.filter(how="set_aside", struck_at=None).exists()
    assert stands(in_full).whole == Decimal(stood)
    assert owed(in_full)[1] == Decimal(stood), "and so says the reading of the facts"
    agrees()


def test_what_is_paid_back_meanwhile_is_not_paid_out_again(in_full, cast):
    facts = {"on": TODAY(), "amount": Decimal(20), "why": "By bank"}
    money.record_paid_back(case=in_full, by=cast.finance, **facts)
    assert owed(in_full) == (Decimal("30.00"), 0) and stands(in_full).whole == Decimal("60.00")
    leave(in_full, cast)
    decide(in_full, cast, "leave")
    assert owed(in_full) == (0, Decimal("60.00"))
    agrees()


def test_a_second_increase_is_asked_about_too_and_the_first_is_still_paid(in_full, cast, finance):
    page = ask(in_full, finance)
    assert "£30.00 lowers what was paid too much from £80.00 to £50.00" in page
    assert confirm(in_full, finance, page, look_answer="set_off").status == 302
    assert owed(in_full) == (Decimal("30.00"), 0), "the one that was promised"
    assert stands(in_full).whole == Decimal("50.00")
    agrees()
    leave(in_full, cast)
    assert stands(in_full).whole == Decimal("50.00")
    page = ask(in_full, finance)
    assert "from £50.00 to £20.00" in page
    assert confirm(in_full, finance, page, look_answer="set_off").status == 302
    assert stands(in_full).whole == Decimal("20.00") and owed(in_full) == (0, Decimal("20.00"))
    agrees()


# ---- the time to answer ----


def test_nothing_is_decided_before_the_last_day_to_answer(written, cast, finance):
    page = finance.open(address(written, "paid-too-much"))
    assert "Decide about what was paid too much" not in page
    for decision in ("leave", "write_off"):
        with pytest.raises(NotYet, match="The person may answer until"):
            decide(written, cast, decision)
    reply(written, cast)
    page = finance.open(address(written, "paid-too-much"))
    assert "Decide about what was paid too much" in page


# ---- many at once ----


def test_new_prices_ask_case_by_case(priced, cast):
    """£100 a week, paid for eight days to come: £40 a week of it is not due any more, £45.71; £5 a
    week more by the new price are £5.71.
    """
    money.record_contribution(case=priced, by=cast.finance, state="recorded", weekly=Decimal(40))
    assert found(priced).amount == Decimal("45.71")
    write(priced, cast)
    manager, path = Hands(cast.manager), "/staff/prices/"
    page = manager.looked(path, page=manager.open(path), case=[priced.ref])
    assert "£5.71 more is owed for days that were paid" in page
    form, plans = page.form(f"looked_{priced.ref}"), priced.plans.count()
    again = manager.post(path, form.values | {"press": ["confirm"]})
    assert "Choose whether it is set off or paid" in again and priced.plans.count() == plans
    answer = {"press": ["confirm"], f"look_answer_{priced.ref}": ["pay_in_full"]}
    assert manager.post(path, form.values | answer).status == 302
    assert owed(priced) == (Decimal("5.71"), 0) and stands(priced).whole == Decimal("45.71")


def suspended_after_it_was_paid(cast):
    """A payment has left, and from six days ago payments are suspended, by no act here."""
    case = cast.a_case(at="running", days_ago=90)
    pay(cast)
    case.suspensions.create(
        begins_on=ago(6),
        recorded_at=timezone.now(),
        carried=True,
        look_again_on=ago(-20),
        instead_who="The home team",
        support_instead="Home care",
        instead_from=ago(6),
    )
    return case


def test_what_is_owed_more_while_a_promise_waits_is_asked_again_and_paid_once(cast, finance):
    """£30 is to be paid in full; then the suspension is found wrong, which was all that had been
    paid too much: £80 more is owed, and £80 was had. Set off, £30 is paid and nothing stands.
    """
    case = suspended_after_it_was_paid(cast)
    stood = found(case).amount
    write(case, cast)
    money.pay_in_full(case=case, by=cast.finance)
    more(case, cast)
    assert owed(case) == (30, 0)
    path = address(case, "do", "resume_payment")
    page = finance.looked(path, reason="It was wrong", make_good="yes")
    assert "What happens with it?" in page, "nobody is paid twice unasked"
    fields = filled(page.form("looked"), {"press": "confirm"})
    for forged in ("", "x"):
        again = finance.client.post(path, fields | {"look_answer": forged})
        assert again.status_code == 200 and owed(case) == (30, 0)
    done = finance.client.post(path, fields | {"look_answer": "set_off"})
    assert done.status_code == 302 and stood > 30
    assert owed(case) == (30, 0) and not case.settlements.filter(struck_at=None).exists()
    agrees()


def test_a_suspension_found_wrong_after_the_time_to_answer_is_set_off_unasked(cast):
    """Eight suspended days that were paid are set aside: 8 / 7 of £80 are £91.43. The time to
    answer goes by, payments go on and the days are made good: they were paid, so nothing more is
    due for them; the £30 that was promised in full is.
    """
    case = suspended_after_it_was_paid(cast)
    assert found(case).amount == Decimal("91.43")
    write(case, cast)
    money.pay_in_full(case=case, by=cast.finance)
    more(case, cast)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        case.refresh_from_db()
        case.move("resume_payment", by=cast.manager, reason="It was wrong", make_good=True)
        assert owed(case) == (30, 0) and stands(case).whole == 0
        assert not case.settlements.filter(struck_at=None).exists()
        said = rows_of(case, "resume_payment")
        assert said["Set against what was paid too much"].startswith("£91.43,")
        agrees()
