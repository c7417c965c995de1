"""What was owed, told in time and never charged: a list catches up what no list has charged yet;
for days that were charged by less, a finance officer decides, and nothing is charged before that.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.actions import money_round, undercharges
from budgets.entitlement.facts import Charge as Sent
from budgets.entitlement.facts import Contribution as Told
from budgets.entitlement.facts import Decision, Facts, Line, PayCalendar
from budgets.models import Contribution, Undercharge
from budgets.position.charged import too_little_rows
from budgets.position.undercharged import (
    days_charged_too_little,
    open_undercharge,
    standing_of_case,
)
from cases.actions import record_death, undo_death
from cases.common.refusals import NotYet
from cases.models import Representation
from cases.ui.date_words import day
from tests.budgets.running_money import pence
from tests.budgets.test_charge_batches import (
    differences,
    first_day,
    made_and_released,
    make,
    managed,
    read,
    release,
)
from tests.budgets.test_plan_pages import send, text
from tests.cast import Cast
from tests.race import together
from tests.walks.pages import Hands

TODAY = timezone.localdate


def told_of(case, weekly, day):
    """As if an estimate had been told on a day that is over."""
    Contribution.objects.create(
        case=case,
        state="estimated",
        weekly=Decimal(weekly),
        valid_from=first_day(case),
        told_on=day,
        recorded_at=timezone.now(),
    )


def decided(case, cast, weekly):
    return money.record_contribution(
        case=case,
        by=cast.finance,
        state="recorded",
        weekly=Decimal(weekly),
        valid_from=first_day(case),
        source="Finance",
    )


def too_little(cast, **more):
    """A case charged at £10 a week, whose person was told of £25 in time; and what is missing."""
    case = managed(cast, **more)
    made_and_released(cast)
    told_of(case, "25", first_day(case))
    decided(case, cast, "25")
    return case, read(case).charged_too_little


def decide(case, cast, decision, by=None):
    return money.decide_undercharge(
        case=case, by=by or cast.finance, decision=decision, reason="As we had told them"
    )


def test_what_no_list_has_charged_yet_is_caught_up_by_the_next(cast):
    """Recorded late: every day since the person was told, and none before it."""
    case = cast.a_case(at="running", route="council_managed", days_ago=100)
    told = first_day(case) + timedelta(days=30)
    told_of(case, "10", told)
    decided(case, cast, "10")
    made_and_released(cast)
    rows = list(case.charges.order_by("number"))
    assert rows[0].covers_from == told > first_day(case)
    days = (rows[-1].covers_to - told).days + 1
    assert sum(row.amount for row in rows) == pence(Decimal(10) * days / 7)
    assert (read(case).charged_too_little, undercharges.find_undercharged()) == (0, 0)


def test_days_that_were_charged_by_less_become_one_officers_task_with_a_day(cast, as_):
    case, missing = too_little(cast)
    days = (case.charges.last().covers_to - first_day(case)).days + 1
    short = pence(Decimal(25) * days / 7) - pence(Decimal(10) * days / 7)
    assert missing == short > 0
    assert money_round.look_after_money().undercharged == 1
    assert money_round.look_after_money().undercharged == 0, "once"
    row = open_undercharge(case)
    assert (row.amount, row.owner) == (missing, cast.finance)
    assert row.decide_by == TODAY() + timedelta(days=14)
    words = "Charged too little: yours to decide"
    assert words in text(as_(cast.finance).get("/staff/queue/"))
    assert words not in text(as_(cast.releaser).get("/staff/queue/"))
    listed = text(as_(cast.releaser).get("/staff/finance/too-little/"))
    assert case.ref in listed and "Finance" in listed
    # no list takes it by itself
    batch = make(cast, TODAY()) if read(case).charges else None
    assert batch is None or not batch.charges.filter(covers_from=None).exists()
    Representation.objects.create(
        user=cast.finance, person=case.person, kind="family", valid_from=TODAY()
    )
    assert words not in text(as_(cast.finance).get("/staff/queue/"))


def test_what_was_decided_is_charged_with_the_next_list_once(cast, as_):
    case, missing = too_little(cast)
    money_round.look_after_money()
    finance, address = as_(cast.finance), f"/cases/{case.ref}/record/decide_undercharge/"
    assert f"£{missing}" in text(finance.get(address))
    for typed in ({"decision": "charge"}, {"reason": "x"}, {"decision": "x", "reason": "x"}):
        assert send(finance, address, **typed).status_code == 422
    look = Hands(cast.finance).looked(address, decision="charge", reason="We had told them")
    assert "Not recorded yet" in look and open_undercharge(case), "nothing is decided yet"
    assert f"was £0.00, will be £{missing}: +£{missing}" in look
    assert "On the next list of charges that is made" in look
    sent = send(finance, address, decision="charge", reason="We had told them")
    assert sent.status_code == 302 and not open_undercharge(case)
    event = case.events.get(verb="decide_undercharge")
    letter = text(as_(cast.person).get(f"/cases/{case.ref}/letters/{event.seq}/"))
    assert f"£{missing}" in letter and "We had told them" in letter and "You pay it." in letter
    whole = next(c for c in case.charges.all() if (c.covers_to - c.covers_from).days == 27)
    days = f"{day(whole.covers_from)} to {day(whole.covers_to)}"
    for said in (look.text, letter):
        assert f"{days} charged £40.00, due £100.00: +£60.00" in said, "4 weeks of £10, and of £25"
    batch = make(cast)
    (more,) = batch.charges.filter(covers_from=None)
    assert (more.amount, more.credit) == (missing, 0)
    release(cast, batch)
    found = read(case)
    assert (found.charged_too_little, found.charged_too_much) == (0, 0)
    told = case.events.filter(verb="send_charge").last()
    said = text(as_(cast.person).get(f"/cases/{case.ref}/letters/{told.seq}/"))
    assert "Days before, charged too little then" in said and f"£{missing}" in said
    assert not differences() and money_round.look_after_money().undercharged == 0
    assert Undercharge.objects.get().left == 0
    with pytest.raises(NotYet, match="nothing to charge"):
        make(cast)


def test_a_decision_is_looked_at_again_where_the_days_have_changed(cast):
    case, missing = too_little(cast)
    hands, path = Hands(cast.finance), f"/cases/{case.ref}/record/decide_undercharge/"
    page = hands.looked(path, decision="leave", reason="Our mistake")
    assert "was £0.00, will be £0.00: £0.00" in page and "On no list: it is not charged" in page
    told_of(case, "30", first_day(case))
    decided(case, cast, "30")
    again = hands.looked(path, page=page, press="confirm")
    assert "not what you looked at before" in again and "due £120.00: +£80.00" in again
    assert not case.events.filter(verb="decide_undercharge").exists()
    other = hands.looked(path, page=again, press="confirm", decision="charge")
    assert "not what you looked at before" in other, "another answer is looked at too"
    hands.save(path, page=other, press="confirm")
    assert Undercharge.objects.get().amount > missing


BEGINS, WEEK = date(2026, 1, 5), timedelta(weeks=1)


def charged_facts(*charged, begins=BEGINS):
    """£25 a week of £80: £100 for every four weeks from 5 January 2026, for which these sums were
    charged.
    """
    return Facts(
        PayCalendar(BEGINS, 4),
        lines=(Line("a", 1, "council_managed", "council", "week", Decimal(80), begins),),
        decisions=(Decision(1, begins),),
        contributions=(Told(begins, Decimal(25), begins),),
        charged=tuple(
            Sent(first, first + 4 * WEEK - timedelta(days=1), Decimal(one))
            for first, one in ((BEGINS + 4 * n * WEEK, one) for n, one in enumerate(charged))
        ),
    )


def by_charge(amount, *charged, **more):
    found = days_charged_too_little(charged_facts(*charged, **more), Decimal(amount))
    return [(row.first, row.charged, row.due) for row in found]


def test_the_days_that_were_charged_too_little_are_said_charge_by_charge():
    first, second = BEGINS, BEGINS + 4 * WEEK
    assert by_charge(120, 40, 40) == [(first, 40, 100), (second, 40, 100)]
    assert by_charge(60, 100, 40) == [(second, 40, 100)]
    # the other £60 was decided about before, or charged later with the second
    assert by_charge(60, 40, 40) == [(second, 40, 100)]
    assert by_charge(60, 40, 100) == [(first, 40, 100)]
    assert by_charge(0, 40, 160) == [] == by_charge(0)
    assert by_charge(80, 40, 40) == [(first, 80, 100), (second, 40, 100)]
    # a week before any charge: £25
    early = date(2025, 12, 29)
    assert by_charge(85, 40, 100, begins=early) == [(early, 0, 25), (first, 40, 100)]


def test_more_charges_than_those_of_a_year_are_said_in_one_row():
    rows = too_little_rows(charged_facts(*(40,) * 15), Decimal(900))
    assert len(rows) == 13
    assert rows[0] == (
        "5 January 2026 to 29 March 2026",
        "charged £120.00, due £300.00: +£180.00",
    )
    assert rows[1] == ("30 March 2026 to 26 April 2026", "charged £40.00, due £100.00: +£60.00")


def test_what_is_left_is_neither_charged_nor_found_again_but_more_is(cast):
    case, missing = too_little(cast)
    decide(case, cast, "leave")
    assert undercharges.find_undercharged() == 0
    assert standing_of_case(case, TODAY()).undecided == 0
    with pytest.raises(NotYet, match="nothing to charge"):
        make(cast)
    told_of(case, "30", first_day(case))
    decided(case, cast, "30")
    assert undercharges.find_undercharged() == 1
    assert open_undercharge(case).amount == read(case).charged_too_little - missing > 0
    # lower than what was left: what was decided hides nothing that comes later
    decided(case, cast, "10")
    assert undercharges.find_undercharged() == 0 and open_undercharge(case) is None
    decided(case, cast, "25")
    assert undercharges.find_undercharged() == 1
    assert open_undercharge(case).amount == missing


def test_a_line_left_out_is_decided_anew_and_the_dead_are_asked_for_nothing(cast, as_):
    case, missing = too_little(cast)
    decide(case, cast, "charge")
    batch = make(cast)
    undercharges.find_undercharged()
    money.leave_charge_out(charge=batch.charges.last(), by=cast.releaser, why="They rang")
    assert undercharges.find_undercharged() == 1 and open_undercharge(case).amount == missing
    record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    case.refresh_from_db()
    with pytest.raises(NotYet, match="has died"):
        decide(case, cast, "charge")
    desk = as_(cast.finance)
    here, its_page = "/staff/queue/", f"/cases/{case.ref}/record/decide_undercharge/"
    assert its_page not in desk.get(here).content.decode(), "a task that nobody could do"
    undo_death(case=case, by=cast.manager, reason="A namesake")
    assert its_page in desk.get(here).content.decode() and open_undercharge(case).amount == missing


def test_it_is_finances_and_a_decision_stands(cast, as_):
    case, _missing = too_little(cast)
    for user in (cast.worker, cast.manager, cast.auditor, cast.stranger):
        with pytest.raises(NotYet, match="not yours"):
            decide(case, cast, "leave", by=user)
        page = as_(user).get(f"/cases/{case.ref}/record/decide_undercharge/")
        assert page.status_code == 404, user
    row = decide(case, cast, "leave")
    for change in ({"decision": "charge"}, {"amount": 1}, {"left": row.left + 1}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Undercharge.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(NotYet, match="Nothing stands"):
        decide(case, cast, "leave")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins():
    cast = Cast.make()
    case, _missing = too_little(cast)
    each = iter(["charge", "leave"])
    made, wrong = together(2, lambda: decide(case, cast, next(each)).decision)
    (no,) = wrong
    assert isinstance(no, NotYet) and "Nothing stands" in str(no)
    assert made == [Undercharge.objects.get().decision]
