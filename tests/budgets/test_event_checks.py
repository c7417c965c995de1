"""Every fact of money has its event, and every fact that owes a letter has one. In cases that have
facts of every kind, each event and each letter is taken away in turn, and that it is missing is
said.
"""

from decimal import Decimal as D

import pytest
from django.db import connection, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.models import Charge, Contribution, Payment, PlanInForce
from budgets.payments import event_checks, fact_events, money_acts, money_checks
from budgets.position import money_books
from cases import journey, ledger
from cases.letters.phrases import kind_owed
from cases.models import Event, Letter
from cases.models.record import Disposal
from tests.budgets import test_running_import as running
from tests.budgets.running_money import TODAY, ago, pay, week
from tests.budgets.test_charge_batches import first_day, made_and_released
from tests.budgets.test_extra_support import propose
from tests.budgets.test_overpayments import decide, found
from tests.budgets.test_what_came import say
from tests.cast import instead

ENDS = {act.verb for act in fact_events.ACTS["end"]}


def told(case, cast, weekly, first):
    """A contribution that was told today and is charged from its first day."""
    row = money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=D(weekly), valid_from=first
    )
    money.charge_from_earlier(
        case=case, by=cast.finance, contribution=row, charged_from=first, meant=[first], why="Paper"
    )


def paid_direct(cast, budget):
    """Asked to pay, paid more, priced anew, suspended; a payment that came back, another payee."""
    case = budget(week(200), from_=ago(20), signed=ago(20))
    money.keep_estimate(case=case, by=cast.worker, weekly=D(5))
    told(case, cast, 14, ago(20))
    money.pay_extra(case=case, by=cast.finance, on=TODAY(), amount=D(50), why="Taxi")
    for line in case.plans.get(state="agreed").lines.all():
        money.start_line(case=case, line=line, started_on=ago(20), by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    line = case.plans.get(state="agreed").lines.get()
    money.change_price(
        case=case, line=line, rate=D(210), on=TODAY(), reason="Agreed", by=cast.service_manager
    )
    case.move("suspend_payment", by=cast.manager, reason="It changed", **instead("Home care"))
    batch = pay(cast)
    number = batch.payments.filter(case=case).first().number
    money.confirm_batch(
        batch=batch, by=cast.finance, ledger_ref="L1", returned={number: "Account closed"}
    )
    cast.payee(case, creditor="S1009")
    return case


def overpaid(cast, budget):
    """Paid too much, some of it paid back, the rest written off; an instalment."""
    case = budget(week(200), from_=ago(20), signed=ago(20))
    pay(cast)
    told(case, cast, 14, ago(20))
    money.agree_instalment(case=case, by=cast.finance, on=TODAY(), amount=D(1), agreed_on=TODAY())
    found(case)
    money.record_paid_back(case=case, by=cast.finance, on=TODAY(), amount=D(5), why="By bank")
    decide(case, cast, "write_off")
    return case


def arranged(cast, budget):
    """Support that the council arranges, charged, some of which did not come."""
    case = cast.a_case(
        at="running", route="council_managed", days_ago=100, person=cast.new_person("Di Reed")
    )
    told(case, cast, 10, first_day(case))
    made_and_released(cast)
    say(case, cast.finance)
    return case


def for_a_time(cast, budget):
    case = cast.a_case(at="running", days_ago=60, person=cast.new_person("Eve Wren"))
    row = propose(case, cast.service_manager)
    money.end_extra_support(
        case=case,
        extra=row,
        by=cast.service_manager,
        last_day=TODAY(),
        after="own_wish",
        words="She is well",
    )
    case.refresh_from_db()
    case.move("withdraw", by=cast.person, reason="I manage")
    case.refresh_from_db()
    case.move("reopen", by=cast.worker, to="confirm", reason="It did not work")
    return case


def entered(cast, budget):
    return running.entered(cast)[0]


BUILT = (overpaid, paid_direct, arranged, for_a_time, entered)


@pytest.fixture
def lived(cast, budget):
    """Cases that have every kind of fact, all of them sound; rows may be changed by hand."""
    cases = [build(cast, budget) for build in BUILT]
    assert not list(money_checks.differences())
    ledger.disarm(connection)
    yield cases
    ledger.arm(connection)


def without(case, change):
    """What is said of a case after a change, which is taken back."""
    with transaction.atomic():
        change()
        books = money_books.books_of_cases([case.pk])[case.pk]
        words = list(event_checks.of_case(books, event_checks.recorded_of([case.pk])))
        transaction.set_rollback(True)
    return words


def test_each_event_that_is_missing_is_found(lived):
    tried, verbs = set(), set()
    for case in lived:
        for event in case.events.filter(verb__in=set(event_checks.VERBS) - ENDS):
            row = Event.objects.filter(pk=event.pk)
            words = without(case, lambda row=row: row.update(verb="nothing"))
            kinds = {kind for kind, _act in event_checks.BY_VERB[event.verb]}
            if event.verb in event_checks.LETTERS:
                assert any("no letter tells of" in said for said in words), (event.verb, words)
            elif event.codes.get("from") == "closed" or event.verb not in journey.MOVES:
                assert any("no event says who" in said for said in words), (event.verb, words)
            elif not words:
                continue  # a move that recorded no fact this time
            tried |= kinds
            verbs.add(event.verb)
    assert tried == set(fact_events.ACTS) - {"end"}
    assert {"agree_plan", "start_interim", "suspend_payment", "change_price", "reopen"} <= verbs


def test_each_letter_that_is_missing_is_found_unless_a_disposal_says_so(lived, cast):
    tried = set()
    for case in lived:
        for letter in Letter.objects.filter(case=case, event__verb__in=event_checks.VERBS):
            rows = Letter.objects.filter(pk=letter.pk)
            words = without(case, rows.delete)
            said = f"the letter of {letter.event.verb} on "
            assert [one for one in words if said in one and one.endswith("is not there")], words
            tried.add(letter.event.verb)
        row = {"case": case, "authority": "Retention", "by": cast.admin, "at": timezone.now()}
        letters = Letter.objects.filter(case=case)

        def disposed(row=row, letters=letters):
            letters.delete()
            Disposal.objects.create(**row)

        assert without(case, letters.delete) or not letters
        assert not without(case, disposed), "it is on record why they are gone"
    owed = {"agree_plan", "record_agreement", "write_contribution", "write_what_came", "pay_extra"}
    owed |= {"charge_from_earlier", "decide_overpayment", "payment_returned", "change_payee"}
    assert owed | {"suspend_payment", "change_price", "start_interim", "withdraw"} <= tried


def test_a_charge_without_its_letter_is_found(lived):
    case = lived[BUILT.index(arranged)]
    row = Charge.objects.filter(case=case, event__isnull=False)
    assert row.exists()
    released = {"released_at": timezone.now() - event_checks.WRITTEN_WITHIN * 2}
    batch = type(row[0].batch).objects.filter(pk=row[0].batch_id)

    def never_written(when=released):
        row.update(event=None)
        batch.update(**when)

    assert any("no letter tells of what was charged" in one for one in without(case, never_written))
    assert not without(case, lambda: row.update(event=None)), "the job has a day for it"
    gone = Letter.objects.filter(event__in=row.values("event"))
    assert any("no letter tells of what was charged" in one for one in without(case, gone.delete))


def test_a_fact_that_nobody_recorded_is_found_and_one_carried_over_is_not(lived, cast):
    case, day = lived[0], TODAY()

    def planted(**more):
        return without(case, lambda: PlanInForce.objects.create(case=case, begins_on=day, **more))

    assert planted() == [f"no event says who recorded that no plan holds from {day}"]
    assert planted(carried=True) == [], "the row says why none does"
    paid = {"case": case, "number": 0, "on": day, "amount": 1, "regular": 1, "state": "paid"}
    assert without(case, lambda: Payment.objects.create(**paid)) == [
        f"no event says who recorded that 1.00 due {day} was paid elsewhere"
    ]


def test_every_fact_of_money_is_declared_with_its_acts_and_their_letters():
    assert set(fact_events.KINDS) | set(fact_events.HELD_TO) == money_acts.FACTS
    known = {*journey.MOVES, *journey.BEGINNINGS, journey.ENTER}
    known |= journey.money_verbs()
    for kind, acts in fact_events.ACTS.items():
        for act in acts:
            assert act.verb in known, (kind, act)
            says = [bool(kind_owed(act.verb)), bool(act.letter), bool(act.no_letter)]
            assert says.count(True) == 1, f"one letter, or why there is none: {kind}, {act}"
            assert not act.letter or kind_owed(act.letter), act


def test_the_events_of_many_cases_are_read_in_as_many_statements_as_those_of_one(
    lived, django_assert_num_queries
):
    for cases in ([lived[0].pk], [case.pk for case in lived]):
        with django_assert_num_queries(4):
            event_checks.recorded_of(cases)


def test_an_estimate_owes_no_letter_and_a_decided_sum_does(lived):
    case = lived[BUILT.index(paid_direct)]
    states = set(Contribution.objects.filter(case=case).values_list("state", flat=True))
    assert states == {"estimated", "recorded"}
    gone = Event.objects.filter(case=case, verb="write_contribution")
    words = without(case, lambda: gone.update(verb="nothing"))
    assert words == [f"no letter tells of the contribution from {ago(20)}"]
