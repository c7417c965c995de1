"""Who is paid: named by the ledger's number in the council's shape, verified by a second officer; a
change and a payment that came back are told to the person by their safe way.
"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from budgets import actions as money
from budgets.actions import late_payees, money_round
from budgets.models import MoneyStanding, Payee
from budgets.payments import money_standings
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.models import Message, Representation
from tests.budgets.test_plan_pages import form_of, send, text, url
from tests.cast import Cast
from tests.race import together


def mask(cast, shape):
    money.set_ledger_format(council=cast.council, by=cast.admin, kind="creditor", text=shape)


def change(cast, case, by=None, **more):
    given = {"kind": "nominated", "name": "Bo Finch", "creditor": "S2002"} | more
    return money.name_payee(case=case, by=by or cast.finance, **given)


@pytest.fixture
def case(a_case):
    return a_case(at="running", days_ago=20)


def test_a_number_of_another_shape_is_refused_in_a_sentence_and_what_was_typed_stays(
    case, cast, as_
):
    mask(cast, "A9999")
    finance, address = as_(cast.finance), url("payee", case)
    assert "look like A9999" in text(finance.get(address))
    before = Payee.objects.count()
    for number, words in (
        ("SX2002", "a letter too many"),
        ("S20021", "a figure too many"),
        ("S200", "lacks a figure"),
        ("22002", "should be a letter"),
        ("", "needs an answer"),
        ("S\u00b2002", "should be a figure"),
        ("x" * 61, "60"),
    ):
        shown = send(finance, address, kind="person", name="Ada Wren", creditor=number)
        assert shown.status_code == 422 and words in text(shown), (number, text(shown)[:1500])
        assert shown.context["form"]["creditor"].value() == number
    assert Payee.objects.count() == before
    sent = send(finance, address, kind="person", name="Ada Wren", creditor=" s 2002 ")
    assert sent.status_code == 302 and Payee.objects.last().creditor == "S2002"


def test_without_a_shape_a_number_unlike_the_councils_others_is_asked_again(
    case, cast, as_, a_case
):
    for number in ("S1002", "S1003"):
        cast.payee(a_case(at="running", person=cast.new_person(number), days_ago=20), number)
    finance, address = as_(cast.finance), url("payee", case)
    typed = {"kind": "person", "name": "Ada Wren", "creditor": "SX2002"}
    before = Payee.objects.count()
    shown = send(finance, address, **typed)
    assert shown.status_code == 422 and "a letter too many" in text(shown)
    assert "Yes, I mean SX2002" in text(shown)
    assert shown.context["form"]["creditor"].value() == "SX2002"
    with pytest.raises(NotYet, match="a letter too many"):
        change(cast, case, creditor="SX2002")
    other = send(finance, address, **typed | {"creditor": "SX2003"}, creditor_meant="SX2002")
    assert other.status_code == 422 and Payee.objects.count() == before, "a tick for another"
    assert send(finance, address, **typed, creditor_meant="SX2002").status_code == 302
    assert Payee.objects.latest("pk").creditor == "SX2002"


def test_a_change_is_told_at_once_by_the_persons_way_and_the_first_naming_is_not(case, cast, as_):
    assert not Message.objects.filter(template="change_payee").exists(), "the first payee"
    row = change(cast, case)
    assert row.told_on == timezone.localdate()
    told = Message.objects.get(case=case, template="change_payee")
    assert told.to_person == case.person
    event = case.events.get(verb="change_payee")
    letter = text(as_(cast.person).get(f"/cases/{case.ref}/letters/{event.seq}/"))
    assert "Bo Finch (Somebody the person nominated)" in letter and "S2002" not in letter
    assert "If you did not ask for this" in letter
    # verifying it tells nobody again
    money.verify_payee(payee=row, by=cast.releaser)
    assert Message.objects.filter(case=case, template__contains="payee").count() == 1


def test_a_payment_that_came_back_is_told_with_what_the_bank_said(case, cast, as_):
    batch = money.make_batch(council=cast.council, by=cast.finance, until=timezone.localdate())
    money.release_batch(batch=batch, by=cast.releaser)
    money.confirm_batch(
        batch=batch, by=cast.finance, ledger_ref="L-1", returned={1: "Account closed"}
    )
    event = case.events.get(verb="payment_returned")
    assert Message.objects.get(case=case, template="payment_returned").to_person == case.person
    letter = text(as_(cast.person).get(f"/cases/{case.ref}/letters/{event.seq}/"))
    assert "You are still owed this money" in letter and "Account closed" in letter
    page = text(as_(cast.finance).get(url("payee", case)))
    assert "A payment came back" in page and "Account closed" in page and "Struck" in page
    assert "A payment came back: Account closed" in text(as_(cast.finance).get("/staff/queue/"))


def test_the_second_officer_sees_what_was_before_and_by_when(case, cast, as_):
    change(cast, case)
    late = text(as_(cast.releaser).get(url("payee", case)))
    assert "To be verified by At once, or the payment is missed" in late
    money.verify_payee(payee=case.payees.last(), by=cast.releaser)
    money.make_batch(council=cast.council, by=cast.finance, until=timezone.localdate())
    change(cast, case, creditor="S2003")
    own = text(as_(cast.finance).get(url("payee", case)))
    assert "Record who is paid" in own and "I have compared it" not in own
    second = as_(cast.releaser)
    shown = text(second.get(url("payee", case)))
    assert "S2003" in shown and "S2002" in shown and "I have compared it" in shown
    due = case.agreements.get().first_payment_on + timedelta(weeks=4)
    by = dates.working_day_before(due, 2)
    assert f"To be verified by {by.day} {by:%B %Y}" in shown
    typed = form_of(second, url("payee", case))
    for _press in range(2):
        assert second.post(url("payee", case), typed).status_code == 302
    assert Payee.objects.last().verified_by == cast.releaser
    for user in (cast.stranger, cast.outsider):
        assert as_(user).get(url("payee", case)).status_code == 404
    assert as_(cast.worker).get(url("payee", case)).status_code == 302, "finance's alone"


def test_a_payee_that_was_replaced_meanwhile_is_not_verified(case, cast):
    first = change(cast, case)
    second = change(cast, case, by=cast.releaser, creditor="S3003")
    with pytest.raises(Stale, match="verified or replaced already"):
        money.verify_payee(payee=first, by=cast.releaser)
    assert money.verify_payee(payee=second, by=cast.finance).verified_at


def test_a_payee_that_was_replaced_waits_for_nobody(case, cast, as_):
    change(cast, case)
    second = change(cast, case, by=cast.releaser, creditor="S3003")
    waits = "Who is paid waits to be verified"
    assert waits in text(as_(cast.finance).get("/staff/queue/"))
    own = text(as_(cast.releaser).get("/staff/queue/"))
    assert waits not in own, "the last one is their own, and the first can't be verified any more"
    money_standings.refresh()
    held_up = "Payments held up by a change of payee"
    assert text(as_(cast.manager).get("/staff/queue/")).count(case.person.name) == 1
    assert held_up in text(as_(cast.manager).get("/staff/queue/"))
    money.verify_payee(payee=second, by=cast.finance)
    for user in (cast.finance, cast.releaser):
        assert waits not in text(as_(user).get("/staff/queue/"))
    assert held_up not in text(as_(cast.manager).get("/staff/queue/"))


def test_nobody_is_asked_as_staff_about_who_a_relative_is_paid_by(case, cast, as_):
    change(cast, case)
    second = as_(cast.releaser)
    assert case.ref in text(second.get("/staff/queue/"))
    Representation.objects.create(
        person=case.person, user=cast.releaser, kind="family", valid_from=timezone.localdate()
    )
    assert case.ref not in text(second.get("/staff/queue/"))
    case.payees.update(struck_at=timezone.now(), struck_by=cast.finance, struck_for="x")
    assert case.ref not in text(second.get("/staff/queue/"))
    assert case.ref in text(as_(cast.finance).get("/staff/queue/"))


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_verify_at_once_one_wins():
    cast = Cast.make()
    case = cast.a_case(at="running", days_ago=20)
    change(cast, case)
    made, wrong = together(
        2, lambda: money.verify_payee(payee=Payee.objects.last(), by=cast.releaser).pk
    )
    (no,) = wrong
    assert isinstance(no, Stale) and "verified or replaced already" in str(no) and made
    assert case.events.filter(verb="verify_payee").count() == 2, "the first payee and this one"


def test_the_manager_has_it_two_working_days_before_the_pay_day(case, cast, as_, a_case):
    from budgets.payments import money_standings

    change(cast, case)
    money_standings.refresh()
    manager = as_(cast.manager)
    shown = text(manager.get("/staff/day/"))
    assert "Payments held up by a change of payee" in shown and case.person.name in shown
    assert "held up" not in text(as_(cast.worker).get("/staff/day/"))
    money.verify_payee(payee=case.payees.last(), by=cast.releaser)
    assert "held up" not in text(manager.get("/staff/day/"))
    # a pay day that is far off is finance's alone
    far = a_case(at="running", days_ago=20, person=cast.new_person("Bo Finch"))
    money.make_batch(council=cast.council, by=cast.finance, until=timezone.localdate())
    change(cast, far)
    money_standings.refresh()
    assert "held up" not in text(manager.get("/staff/day/"))


def held_up(case):
    return case.events.filter(verb="payee_late")


def test_two_working_days_before_the_pay_day_the_person_is_told_once(case, cast, as_, a_case):
    far = a_case(at="running", days_ago=20, person=cast.new_person("Bo Finch"))
    money.make_batch(council=cast.council, by=cast.finance, until=timezone.localdate())
    first = change(cast, case)
    change(cast, far)
    assert late_payees.tell_late() == 0, "nothing is said by a standing that is not worked out"
    money_standings.refresh()
    assert late_payees.tell_late() == 0, "the pay day is far off"
    due = case.money_standing.due_on
    day_before = dates.london_midnight(dates.working_day_before(due, 3)) + timedelta(hours=9)
    told = dates.london_midnight(dates.working_day_before(due, 2)) + timedelta(hours=9)
    MoneyStanding.objects.filter(case=far).update(due_on=due + timedelta(days=7))
    with time_machine.travel(day_before, tick=False):
        assert late_payees.tell_late() == 0
    with time_machine.travel(told, tick=False):
        assert money_round.look_after_money().late == 1
        assert money_round.look_after_money().late == 0, "once"
        event = held_up(case).get()
        assert (event.codes["payee"], event.by) == (first.pk, None) and not held_up(far).exists()
        message = Message.objects.get(case=case, template="payee_late")
        assert message.to_person == case.person
        letter = text(as_(cast.person).get(f"/cases/{case.ref}/letters/{event.seq}/"))
        assert f"{due.day} {due:%B %Y}" in letter and "may come late" in letter
        assert "Bo Finch" in letter and "S2002" not in letter
        assert "held up by a change of payee" in text(as_(cast.manager).get("/staff/queue/"))
        # another change is another letter; a verified one is none
        money_standings.refresh()
        change(cast, case, creditor="S4004")
        money_standings.refresh()
        assert late_payees.tell_late() == 1 and late_payees.tell_late() == 0
        money.verify_payee(payee=case.payees.last(), by=cast.releaser)
        money_standings.refresh()
        assert late_payees.tell_late() == 0 and held_up(case).count() == 2


def test_whoever_is_told_of_a_payee_that_was_verified_meanwhile_is_told_nothing(case, cast):
    change(cast, case)
    money_standings.refresh()
    row = case.payees.select_related("case__money_standing").last()
    money.verify_payee(payee=row, by=cast.releaser)
    assert late_payees._tell(row, timezone.now()) == 0 and not held_up(case).exists()
