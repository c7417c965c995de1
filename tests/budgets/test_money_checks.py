"""Do the books of money agree? Sound books are clean; each difference that is planted is found and
named; the check runs every night, a slice at a time, and what it finds degrades the service.
"""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from budgets import actions as money
from budgets import tasks
from budgets.actions import payment_batches
from budgets.entitlement.reading import PAID_OUT
from budgets.models import (
    Contribution,
    ExtraPayment,
    OrderEnd,
    Payment,
    PaymentBatch,
    PlanInForce,
)
from budgets.payments import daily_checks, money_checks, nightly_check
from budgets.position import case_money, endings, entitlement_facts
from cases import ledger
from cases.models import Event, Heartbeat
from cases.reminders import health

TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def books(a_case, cast, monkeypatch):
    """A batch the ledger answered, one that was released and one that waits; a contribution and a
    reimbursement besides; a case that was closed, with an order. All agree.
    """
    case = a_case(at="running", days_ago=60)
    money.keep_estimate(case=case, by=cast.worker, weekly=Decimal(5))
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(7), source="By letter"
    )
    money.pay_extra(case=case, by=cast.finance, on=TODAY(), amount=Decimal(50), why="Taxi")
    closed_with_an_order(a_case, cast, "Cy Lark")
    monkeypatch.setattr(payment_batches, "AHEAD", 56)
    for ahead in (0, 28, 56):
        batch = money.make_batch(council=cast.council, by=cast.finance, until=TODAY() + ahead * DAY)
        if ahead < 56:
            money.release_batch(batch=batch, by=cast.releaser)
        if not ahead:
            money.confirm_batch(batch=batch, by=cast.finance, ledger_ref="L1")
    assert not list(money_checks.differences())
    return case


def closed_with_an_order(a_case, cast, name):
    closed = a_case(
        at="running", days_ago=60, route="council_managed", person=cast.new_person(name)
    )
    line = case_money.agreed_plan(closed).lines.get(who="pa")
    money.place_order(
        case=closed,
        line=line,
        by=cast.worker,
        provider="Moor Care",
        what="Mornings",
        begins_on=TODAY() - 50 * DAY,
    )
    closed.move("withdraw", by=cast.person, reason="I manage")


@pytest.fixture
def by_hand(db):
    """Rows are changed past the triggers, as whoever owns the database could."""
    ledger.disarm(connection)
    yield
    ledger.arm(connection)


def last():
    return PaymentBatch.objects.latest("number")


def first():
    return PaymentBatch.objects.earliest("number")


def a_day_later(case):
    row = last().payments.get()
    Payment.objects.filter(pk=row.pk).update(covers_to=row.covers_to + DAY)


def the_plan_begins_earlier(case):
    row = PlanInForce.objects.filter(case=case).earliest("pk")
    PlanInForce.objects.filter(pk=row.pk).update(begins_on=row.begins_on + 7 * DAY)
    case.agreements.update(first_payment_on=case.agreements.get().first_payment_on + 7 * DAY)


def covered_twice(case):
    row = first().payments.earliest("number")
    Payment.objects.create(
        case=case,
        number=1,
        on=row.on,
        covers_from=row.covers_to,
        covers_to=row.covers_to,
        amount=Decimal(1),
        regular=Decimal(1),
    )


PLANTED = {
    "a penny more": lambda case: last().payments.update(amount=Decimal("1.01"), regular="1.01"),
    "other days": a_day_later,
    "a line gone": lambda case: first().payments.latest("number").delete(),
    "a fact changed afterwards": the_plan_begins_earlier,
    "another total": lambda case: PaymentBatch.objects.filter(pk=last().pk).update(total=1),
    "another count": lambda case: PaymentBatch.objects.filter(pk=last().pk).update(count=7),
    "another file": lambda case: PaymentBatch.objects.filter(pk=last().pk).update(file=b"x"),
    "a line left open": lambda case: first().payments.update(state="claimed"),
    "answered before it left": lambda case: last().payments.update(state="paid"),
    "a day twice": covered_twice,
    "an order that goes on": lambda case: OrderEnd.objects.all().delete(),
    "a sum nobody recorded": lambda case: ExtraPayment.objects.create(
        case=case, on=TODAY() + 90 * DAY, amount=Decimal(5), why="?"
    ),
    "a contribution nobody recorded": lambda case: Contribution.objects.create(
        case=case,
        state="estimated",
        weekly=Decimal(5),
        valid_from=TODAY(),
        recorded_at=timezone.now(),
    ),
    "an agreement nobody recorded": lambda case: Event.objects.filter(
        case=case, verb="record_agreement"
    ).update(codes={}),
}
SAID = {
    "a penny more": "which the facts do not owe",
    "other days": "which the facts do not owe",
    "a line gone": "has not",
    "a fact changed afterwards": "which the facts do not owe",
    "another total": "the batch says",
    "another count": "its ",
    "another file": "not the one that was written",
    "a line left open": "still open",
    "answered before it left": "not released",
    "a day twice": "covered by two payments",
    "an order that goes on": "goes on after the end",
    "a sum nobody recorded": "no event says who recorded the extra",
    "a contribution nobody recorded": "no event says who recorded the contribution",
    "an agreement nobody recorded": "no event says who recorded version 1",
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_difference_is_found_and_named(books, by_hand, name):
    PLANTED[name](books)
    found = list(money_checks.differences(books.council))
    assert any(SAID[name] in words for _about, words in found), found
    out = StringIO()
    with pytest.raises(CommandError, match=f"{len(found)} things differ") as no:
        call_command("check_money", stdout=out)
    assert no.value.returncode == 1 and SAID[name] in out.getvalue()


def days_of_the_week_are_seven_and_a_bit(reading):
    """A reading that gives each week a thousandth of a penny more."""

    class Mistaken(reading):
        def exact(self, column, day):
            found = super().exact(column, day)
            return found + Fraction(day, 10**9) if column == PAID_OUT and found else found

    return Mistaken


@pytest.mark.parametrize("every_day", [False, True])
def test_a_reading_that_is_not_the_daily_sum_is_found(books, monkeypatch, every_day):
    """Parts of a penny that no payment shows yet."""
    found = list(money_checks.differences(books.council, every_day=every_day))
    assert not found
    monkeypatch.setattr(
        daily_checks.answer.reading,
        "Reading",
        days_of_the_week_are_seven_and_a_bit(daily_checks.answer.reading.Reading),
    )
    found = [words for _ref, words in money_checks.differences(books.council, every_day=every_day)]
    assert any("the reading of paid out is +0.0" in words for words in found), found
    out = StringIO()
    with pytest.raises(CommandError, match="differ"):
        call_command("check_money", every_day=every_day, stdout=out)
    assert "off a daily sum from" in out.getvalue()


def test_every_day_of_a_case_has_its_turn_and_the_days_around_today_have_it_each_night(
    books, monkeypatch
):
    seen = []

    def days(facts, first, last):
        seen.append((first, last))
        return iter(())

    monkeypatch.setattr(daily_checks.daily_sum, "days", days)
    facts = entitlement_facts.facts_of_case(books)
    for turn in range(daily_checks.TURNS):
        list(daily_checks.of_case(books.pk + turn, facts))
    whole = [first for first, _last in seen if first < TODAY() - daily_checks.AROUND]
    assert len(seen) == daily_checks.TURNS and len(whole) == 1
    assert whole[0] <= min(line.begins for line in facts.lines)
    assert all(last == TODAY() + daily_checks.AROUND for _first, last in seen)


def test_orders_that_go_on_are_found_in_two_statements_however_many(
    a_case, cast, by_hand, django_assert_num_queries
):
    for name in ("Cy Lark", "Di Reed", "Eve Wren"):
        closed_with_an_order(a_case, cast, name)
    with django_assert_num_queries(2):
        assert not list(endings.live(cast.council))
    OrderEnd.objects.all().delete()
    with django_assert_num_queries(2):
        assert len(list(endings.live(cast.council))) == 3


def test_what_was_on_its_way_to_its_commit_is_no_difference(books, by_hand):
    """An act that had begun when a batch was claimed, and was written after it, could not be in
    it; one that began minutes before could.
    """
    batch = last()
    late = ExtraPayment.objects.filter(case=books)
    before = {"amount": Decimal(60), "recorded_at": batch.made_at - timedelta(milliseconds=1)}
    row = money.pay_extra(case=books, by=batch.made_by, on=TODAY(), amount=Decimal(60), why="Taxi")
    late.filter(pk=row.pk).update(**before)
    assert not [words for _about, words in money_checks.of_cases([books.pk]) if "3 has" in words]
    late.filter(pk=row.pk).update(recorded_at=batch.made_at - timedelta(minutes=5))
    assert [words for _about, words in money_checks.of_cases([books.pk]) if "3 has" in words]


def test_what_left_before_payments_followed_facts_is_not_read_again(books, by_hand):
    """Nobody released it here: an upgrade brought it."""
    the_plan_begins_earlier(books)
    alike = [f"batch {batch.number}" for batch in PaymentBatch.objects.order_by("number")]
    told = "; ".join(words for _about, words in money_checks.of_cases([books.pk]))
    assert alike[0] in told
    PaymentBatch.objects.filter(pk=first().pk).update(released_by=None)
    told = "; ".join(words for _about, words in money_checks.of_cases([books.pk]))
    assert alike[0] not in told


# ---- every night


def checked():
    return Heartbeat.objects.filter(job__startswith=nightly_check.DONE).count()


def test_every_night_the_books_are_compared_once(books, monkeypatch):
    tasks.check_money()
    assert checked() == 2, "both councils"

    def again(*_council):
        raise AssertionError("tonight it was looked at already")

    monkeypatch.setattr(money_checks, "of_council", again)
    tasks.check_money()
    assert health.ages(timezone.now())["failing_parts"] == 0
    Heartbeat.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    tasks.check_money()
    assert health.ages(timezone.now())["failing_parts"] == 2, "a new night, a new look"


def test_books_that_differ_degrade_the_service_until_they_agree(books, by_hand, client, as_, cast):
    tasks.check_money()
    assert client.get("/readyz").json()["money_differs"] == 0
    batch = last()
    PaymentBatch.objects.filter(pk=batch.pk).update(total=1)
    Heartbeat.objects.filter(job__startswith=nightly_check.DONE).delete()
    tasks.check_money()
    ready = client.get("/readyz").json()
    assert ready["money_differs"] == 1 and "money_differs" in ready["degraded_by"]
    page = as_(cast.admin).get("/staff/service/").content.decode()
    assert "manage.py check_money" in page
    PaymentBatch.objects.filter(pk=batch.pk).update(total=batch.total)
    Heartbeat.objects.filter(job__startswith=nightly_check.DONE).delete()
    tasks.check_money()
    assert client.get("/readyz").json()["money_differs"] == 0
    assert "manage.py check_money" not in as_(cast.admin).get("/staff/service/").content.decode()


def test_a_round_that_has_no_time_left_is_taken_up_by_the_next(
    books, by_hand, a_case, cast, monkeypatch
):
    """A slice at a time: what the first found is not forgotten, and nothing is looked at twice."""
    cache.clear()
    other = a_case(at="running", days_ago=60, person=cast.new_person("Di Reed"))
    PaymentBatch.objects.filter(pk=last().pk).update(total=1)
    monkeypatch.setattr(nightly_check.entitlement_facts, "CHUNK", 1)
    looked, clock, real = [], iter(range(1000)), money_checks.of_cases

    def of_cases(cases):
        looked.extend(cases)
        return real(cases)

    monkeypatch.setattr(money_checks, "of_cases", of_cases)
    monkeypatch.setattr(nightly_check, "monotonic_ns", lambda: next(clock) * nightly_check.SECOND)
    monkeypatch.setattr(nightly_check, "ROUND", 2)
    rounds = 0
    while checked() < 2:
        tasks.check_money()
        rounds += 1
        assert rounds < 20
    assert rounds > 1 and looked == sorted(set(looked)) and {books.pk, other.pk} <= set(looked)
    assert health.ages(timezone.now())["money_differs"] == 1
