"""Support that did not come, or cost less: nobody pays for it, the days around it cost what they
would, and a mistake is put right by saying it again.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.actions import undercharges
from budgets.decision import uplift
from budgets.entitlement import reading
from budgets.entitlement.answer import answer, read
from budgets.models import LinePrice, PlanLine, Undercharge
from budgets.payments import money_checks
from budgets.position import case_money, what_came
from budgets.position.entitlement_facts import facts_of_case
from budgets.spend import committed_spend
from cases.actions import end_support
from cases.common.refusals import NotYet
from cases.letters.phrases import kind_owed
from cases.models import Person, Representation
from cases.ui.date_words import day
from tests.budgets.running_money import ago, week
from tests.budgets.test_charge_batches import first_day, make, managed, release
from tests.budgets.test_extra_support import propose
from tests.walks.doing import address
from tests.walks.pages import Hands
from tests.walks.test_bad_input import attack

TODAY = timezone.localdate
DAY = timedelta(days=1)


def part(case):
    (found,) = what_came.parts_arranged(case)
    return found.line


def say(case, by, came="none", first=20, last=14, **more):
    """Of the days from `first` to `last` days ago."""
    facts = {"line": part(case), "begins_on": ago(first), "ends_on": ago(last)}
    facts |= {"came": came, "reason": "The agency wrote"}
    return money.record_what_came(case=case, by=by, **facts | more)


def costs(case, first, last, column=reading.MANAGED):
    """Pounds of the days from `first` to `last`."""
    found = read(facts_of_case(case), last)
    return found.exact(column, last.toordinal()) - found.exact(column, first.toordinal() - 1)


def wrong(cast):
    """What the books do not agree on, but for the contribution that `managed` writes of itself."""
    found = money_checks.differences(cast.council, every_day=True)
    return [words for _ref, words in found if "recorded the contribution" not in words]


def charged(case, first, last):
    return costs(case, first, last, reading.CHARGED)


def test_nobody_pays_for_a_week_that_did_not_come(cast):
    """£80 a week, of which the person pays £10: 7 days less of each, and nothing else differs."""
    case = managed(cast)
    release(cast, make(cast))
    before = facts_of_case(case)
    year = committed_spend.year_of(ago(20))
    spent = committed_spend.committed(cast.council, year=year).whole.gross
    row = say(case, cast.worker)
    assert costs(case, ago(20), ago(14)) == 0 == charged(case, ago(20), ago(14))
    assert costs(case, ago(27), ago(21)) == 80 == costs(case, ago(13), ago(7))
    assert charged(case, ago(27), ago(7)) == 20
    assert committed_spend.committed(cast.council, year=year).whole.gross == spent - 80
    stands = answer(facts_of_case(case), TODAY())
    assert answer(before, TODAY()).charged_too_much == 0 and stands.charged_too_much == 10
    event = case.events.get(verb="record_what_came")
    assert (event.codes["fact"], event.by) == (row.pk, cast.worker)
    letter = case.events.get(verb="write_what_came")
    page = Hands(cast.person).open(address(case, "letters", letter.seq))
    assert "It did not come, and costs nothing" in page and "The agency wrote" in page
    assert "was £10.00, is £0.00: -£10.00" in page and "it comes off the next charge" in page
    comes_off = "Charged too much, comes off the next charge: £10.00"
    for who in (cast.person, cast.finance):
        assert comes_off in Hands(who).open(address(case, "contribution"))
    ways = Hands(cast.person).open(address(case, "routes"))
    assert "It did not come, and costs nothing" in ways and "The agency wrote" in ways
    assert day(ago(20)) in ways and "Nothing is written down yet" not in ways
    person = Person.objects.filter(pk=case.person_id)
    person.update(died_on=TODAY())
    assert "comes off" not in Hands(cast.finance).open(address(case, "contribution")), "settled"
    person.update(died_on=None)
    later = timezone.now() + timedelta(days=40)
    with time_machine.travel(later):
        release(cast, make(cast))
        assert answer(facts_of_case(case), TODAY()).charged_too_much == 0, "by itself"
        page = Hands(cast.person).open(address(case, "contribution"))
        assert "comes off" not in page and "Taken off" in page
    assert not wrong(cast)


def test_what_cost_less_is_charged_up_to_what_it_cost(cast):
    case = managed(cast)
    say(case, cast.finance, "less", cost=Decimal(7))
    assert costs(case, ago(20), ago(14)) == 7 == charged(case, ago(20), ago(14))
    letter = case.events.get(verb="write_what_came")
    page = Hands(cast.person).open(address(case, "letters", letter.seq))
    assert "It cost less: £7.00 a week" in page and "was £10.00, is £7.00: -£3.00" in page


def test_a_price_that_is_agreed_for_a_later_day_is_not_lost(cast):
    case = managed(cast)
    later = TODAY() + 21 * DAY
    money.change_price(
        case=case, line=part(case), rate=Decimal("18.80"), on=later, reason="Fees", by=cast.manager
    )
    say(case, cast.worker, first=6, last=-6)
    assert costs(case, ago(6), TODAY() + 6 * DAY) == 0
    assert costs(case, TODAY() + 7 * DAY, TODAY() + 13 * DAY) == 80, "back to what held"
    assert costs(case, later, later + 6 * DAY) == 94


def test_the_earlier_end_of_support_for_a_time_is_not_lost(a_case, cast):
    """Its end is a price of nothing from the day after, written down before what came is said."""
    case = a_case(at="assess")
    row = propose(case, cast.worker)
    money.end_extra_support(
        case=case,
        extra=row,
        by=cast.worker,
        last_day=TODAY() + 13 * DAY,
        after="own_wish",
        words="She is well",
    )
    say(case, cast.worker, first=0, last=-3, line=row.plan.lines.get())
    assert costs(case, TODAY(), TODAY() + 60 * DAY) == 300, "10 of 14 days at £210 a week"
    say(case, cast.worker, "less", 0, -27, line=row.plan.lines.get(), cost=Decimal(70))
    assert costs(case, TODAY(), TODAY() + 60 * DAY) == 140, "and it does not go on by it"


def test_what_came_holds_whichever_plan_is_in_force_by_then_or_later(cast):
    """Of the line that is in force now for days of the one before it; and a price that is agreed
    afterwards for days that have been makes nothing come.
    """
    case = managed(cast)
    old = part(case)
    money.change_price(
        case=case, line=old, rate=Decimal("18.80"), on=ago(10), reason="Fees", by=cast.manager
    )
    assert part(case).pk != old.pk
    say(case, cast.worker)
    assert costs(case, ago(20), ago(14)) == 0 and costs(case, ago(13), ago(11)) * 7 == 3 * 80
    money.change_price(
        case=case, line=part(case), rate=Decimal("20.20"), on=ago(9), reason="Fees", by=cast.manager
    )
    say(case, cast.worker, first=9, last=9)
    assert costs(case, ago(9), ago(9)) == 0 and costs(case, ago(8), ago(2)) == 101
    assert costs(case, ago(20), ago(14)) == 0
    money.change_price(
        case=case, line=part(case), rate=Decimal("21.60"), on=ago(9), reason="Fees", by=cast.manager
    )
    assert costs(case, ago(9), ago(9)) == 0 and costs(case, ago(8), ago(2)) == 108


def test_of_each_day_what_was_said_last_holds(cast):
    case = managed(cast)
    before = facts_of_case(case)
    say(case, cast.worker, "less", cost=Decimal(14))
    say(case, cast.worker, first=16, last=12)
    assert costs(case, ago(20), ago(17)) == 8, "4 days at £14 a week"
    assert costs(case, ago(16), ago(12)) == 0 and costs(case, ago(11), ago(5)) == 80
    say(case, cast.worker, "all", 16, 15)
    assert costs(case, ago(16), ago(15)) * 7 == 2 * 80
    say(case, cast.worker, "all", 20, 12)
    assert facts_of_case(case) == before, "as if nothing had been said"
    assert not wrong(cast)


def test_what_came_after_all_is_charged_again_only_if_somebody_decides(cast):
    case = managed(cast)
    say(case, cast.worker)
    release(cast, make(cast))
    say(case, cast.worker, "all")
    assert answer(facts_of_case(case), TODAY()).charged_too_little == 10
    undercharges.find_undercharged()
    assert Undercharge.objects.get(case=case).amount == 10
    last = case.events.filter(verb="write_what_came").order_by("seq").last()
    page = Hands(cast.person).open(address(case, "letters", last.seq))
    assert "was £0.00, is £10.00: +£10.00" in page and "unless we write again" in page


def test_where_the_person_pays_nothing_no_letter_is_written(a_case, cast):
    case = a_case(at="running", route="provider_held", days_ago=100)
    say(case, cast.manager)
    assert costs(case, ago(20), ago(14), reading.PROVIDER_HELD) == 0
    assert case.events.filter(verb="record_what_came").count() == 1
    assert not case.events.filter(verb="write_what_came").exists()
    assert kind_owed("write_what_came") and not kind_owed("record_what_came")


def test_of_a_direct_payment_nothing_can_be_said(a_case, budget, cast):
    assert not what_came.parts_arranged(a_case(at="running", days_ago=60))
    case = budget(
        week(100), week(40, route="council_managed", who="agency", what="A club"), from_=ago(20)
    )
    lines = {line.what: line for line in case_money.agreed_plan(case).lines.all()}
    assert not what_came.parts_arranged(case), "nothing has begun"
    money.start_line(case=case, line=lines["A club"], started_on=ago(20), by=cast.finance)
    assert part(case) == lines["A club"]
    with pytest.raises(NotYet, match="Choose the part again") as no:
        say(case, cast.worker, line=lines["Help to dress"])
    assert no.value.field == "line"


def test_what_is_had_once_costs_nothing_where_it_did_not_come(budget, cast):
    """Its day is the one on which it counts; said of other days it would change nothing."""
    bed = week(500, route="council_managed", who="agency", unit="once", what="A bed")
    case = budget(bed, week(100), from_=ago(20))
    line = case_money.agreed_plan(case).lines.get(what="A bed")
    money.start_line(case=case, line=line, started_on=ago(20), by=cast.worker)
    assert costs(case, ago(20), TODAY()) == 500
    assert what_came.amount_words(line, Decimal(500)) == "£500.00 in all"
    with pytest.raises(NotYet, match="changes nothing"):
        say(case, cast.worker, first=19)
    say(case, cast.worker, "less", last=20, cost=Decimal(420))
    assert costs(case, ago(20), TODAY()) == 420
    say(case, cast.worker, first=20, last=20)
    assert costs(case, ago(20), TODAY()) == 0


def test_nobody_says_it_of_their_own_case_or_a_relatives(cast):
    case = managed(cast)
    Representation.objects.create(
        user=cast.worker, person=case.person, kind="family", valid_from=TODAY()
    )
    with pytest.raises(NotYet, match="Somebody else"):
        say(case, cast.worker)
    Hands(cast.worker).gone(address(case, "record", "record_what_came"))
    assert not LinePrice.objects.exists()


def test_a_copy_that_is_paid_out_keeps_its_money(a_case, cast):
    """What was said of days on which the money was with the council holds for none on which it is
    with the person.
    """
    case = a_case(at="running", route="council_managed", days_ago=100)
    old = part(case)
    money.change_price(
        case=case, line=old, rate=Decimal("18.80"), on=ago(10), reason="Fees", by=cast.manager
    )
    new = part(case)
    say(case, cast.worker, first=12, last=6)
    PlanLine.objects.filter(pk=new.pk).update(route="direct_payment")
    assert {price.line for price in facts_of_case(case).prices} == {str(old.pk)}
    assert str(new.pk) in {line.id for line in facts_of_case(case).lines}
    assert costs(case, ago(12), ago(6)) == 0


def test_days_that_are_paid_direct_are_refused_with_the_first_of_them(a_case, cast):
    """From ten days ago the money is with the person: nothing "costs nothing" then."""
    case = a_case(at="running", route="council_managed", days_ago=100)
    old = part(case)
    money.change_price(
        case=case, line=old, rate=Decimal("18.80"), on=ago(10), reason="Fees", by=cast.manager
    )
    PlanLine.objects.filter(pk=part(case).pk).update(route="direct_payment")
    for first, last in ((12, 6), (10, 10), (9, 3)):
        with pytest.raises(NotYet, match=day(ago(min(first, 10)))) as no:
            say(case, cast.worker, first=first, last=last, line=old)
        assert no.value.field == "ends_on" and "stays with the person" in str(no.value.sentence)
    assert not LinePrice.objects.exists()
    assert say(case, cast.worker, first=12, last=11, line=old)


def test_the_form_shows_the_price_of_today_and_each_day_has_its_own(cast):
    """£80 a week, and £94 as it is agreed for later."""
    case = managed(cast)
    later = TODAY() + 21 * DAY
    money.change_price(
        case=case, line=part(case), rate=Decimal("18.80"), on=later, reason="Fees", by=cast.manager
    )
    page = Hands(cast.worker).open(address(case, "record", "record_what_came"))
    assert "£80.00 a week" in page and "£94.00" not in page
    with pytest.raises(NotYet, match="By the plan it costs £80.00 a week"):
        say(case, cast.worker, "less", cost=Decimal(85))
    after = (later - TODAY()).days
    more = {"first": -after, "last": -after - 6, "cost": Decimal(85)}
    assert say(case, cast.worker, "less", **more)
    assert costs(case, later, later + 6 * DAY) == 85


def test_what_cannot_be_is_refused_at_its_field_and_changes_nothing(cast):
    case = managed(cast)
    before = facts_of_case(case), case.events.count()
    began = (TODAY() - first_day(case)).days
    for more, words, field in (
        ({"came": "some"}, "Choose one", "came"),
        ({"reason": " "}, "Say why", "reason"),
        ({"came": "less"}, "above £0", "cost"),
        ({"came": "less", "cost": Decimal(0)}, "above £0", "cost"),
        ({"came": "less", "cost": Decimal(80)}, "By the plan it costs £80.00 a week", "cost"),
        ({"first": 3, "last": 4}, "before the first", "ends_on"),
        ({"first": began + 1}, "This support began on", "begins_on"),
        ({"came": "all"}, "changes nothing", "begins_on"),
    ):
        with pytest.raises(NotYet, match=words) as no:
            say(case, cast.worker, **more)
        assert no.value.field == field, more
    for who in (cast.person, cast.auditor, cast.stranger, cast.panel):
        with pytest.raises(NotYet, match="Somebody else"):
            say(case, who)
    assert (facts_of_case(case), case.events.count()) == before
    assert not LinePrice.objects.exists()
    say(case, cast.worker)
    with pytest.raises(NotYet, match="recorded so already"):
        say(case, cast.manager)
    end_support(
        case=case,
        by=cast.manager,
        end="own_wish",
        reason="She moves",
        end_date=TODAY(),
        final_account="Finance writes to the family",
    )
    with pytest.raises(NotYet, match="This support ends on"):
        say(case, cast.worker, first=2, last=-1)
    say(case, cast.worker, first=2, last=1)
    assert costs(case, ago(2), ago(1)) == 0, "found out after it has ended"


def test_the_row_is_whole_and_what_was_said_is_never_changed(cast):
    row = say(managed(cast), cast.worker)
    rows = LinePrice.objects.filter(pk=row.pk)
    for other in ({"amount": 5}, {"ends_on": ago(1)}, {"begins_on": ago(40)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**other)
    for other in ({"ends_on": ago(30)}, {"ends_on": None, "amount": None}):
        facts = {"line": row.line, "begins_on": ago(20), "ends_on": ago(14), "amount": 0}
        with pytest.raises(DatabaseError), transaction.atomic():
            LinePrice.objects.create(**facts | other)
    unsaid = {"begins_on": ago(3), "ends_on": ago(3), "amount": None, "why": ""}
    LinePrice.objects.create(line=row.line, **unsaid)
    (words,) = wrong(cast)
    assert "no event says who recorded what came" in words
    assert rows.update(struck_at=timezone.now(), struck_for="Twice") == 1


def test_its_page_shows_first_what_changes(cast):
    case = managed(cast)
    release(cast, make(cast))
    hands, path = Hands(cast.worker), address(case, "record", "record_what_came")
    facts = {"line": str(part(case).pk), "came": "none", "reason": "The agency wrote"}
    facts |= {"begins_on": ago(20), "ends_on": ago(14)}
    assert "£80.00 a week" in hands.open(path) and path in hands.open(address(case, "routes")).html
    page = hands.looked(path, **facts)
    assert page.status == 200 and "Not recorded yet" in page and not LinePrice.objects.exists()
    assert f"Counts from {day(ago(20))}, until {day(ago(14))}" in page
    assert "was £10.00, will be £0.00: -£10.00" in page, "a week of the charge"
    assert "Charged too much" in page and "It is given back by itself" in page
    assert "Committed spend in" in page and ": -£80.00" in page
    hands.save(path, page=page, press="confirm")
    assert LinePrice.objects.get().amount == 0
    assert "It did not come, and costs nothing. The agency wrote" in hands.open(path)
    for who in (cast.panel, cast.auditor, cast.stranger, cast.person):
        Hands(who).gone(path)
    attack(hands, path)


def test_its_page_asks_a_day_ahead_again_and_keeps_what_was_typed(a_case, cast):
    case = a_case(at="running", route="provider_held", days_ago=100)
    hands, path = Hands(cast.finance), address(case, "record", "record_what_came")
    facts = {"line": str(part(case).pk), "came": "less", "cost": "60", "reason": "The invoice"}
    ahead = TODAY() + 2 * DAY
    page = hands.refused(
        path, "is 2 days from now", **facts | {"begins_on": TODAY(), "ends_on": ahead}
    )
    page = hands.looked(path, page=page, ends_on_meant=[ahead.isoformat()])
    assert "Not recorded yet" in page and "Committed spend in" in page, "though nobody is charged"
    hands.save(path, page=page, press="confirm")
    assert LinePrice.objects.get().amount == 60
    hands.refused(
        path,
        "By the plan it costs £80.00 a week",
        **facts | {"cost": "80", "begins_on": ago(3), "ends_on": ago(1)},
    )


def test_a_price_of_one_line_is_not_touched_by_what_came(cast):
    """What is offered for a new price is the price that was agreed."""
    case = managed(cast)
    say(case, cast.worker)
    (line,) = uplift.lines_to_price(case)
    assert line.weekly == 80
