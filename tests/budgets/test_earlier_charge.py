"""Charging a contribution from a day before the person was told: never by itself, only by a
decision of its own with reason and officer; the day they were really told stays and is shown.

By hand: £200 a week (£28.57 a day), £14 a week from 20 days ago (£2 a day), told today: nothing is
taken for the 20 days gone by; charged from 10 days ago, £20.00 is taken for them.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.decision import uprating
from budgets.models import Charge, EarlierCharge
from budgets.payments import money_checks, standing_payments
from budgets.position import charged, earlier_charge, money_presenter
from cases.common.refusals import NotYet
from cases.models import Letter
from cases.ui.date_words import day
from tests.budgets.running_money import TODAY, ago, due, pay, week
from tests.budgets.test_charge_batches import made_and_released, managed
from tests.budgets.test_running_money import rows_of
from tests.walks.doing import address
from tests.walks.pages import Hands

WHY = "He had the sum on paper at the visit, and agreed to it"


@pytest.fixture
def told_late(budget, cast):
    """Twenty days gone by and not paid yet, whose contribution the person was told today."""
    case = budget(week(200), from_=ago(20), signed=ago(20))
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(14), valid_from=ago(20)
    )
    return case


def charge(case, cast, days=10, by=None, **more):
    facts = {"contribution": case.contributions.first(), "charged_from": ago(days), "why": WHY}
    return money.charge_from_earlier(case=case, by=by or cast.finance, **facts | more)


def first_payment(case):
    """The first 28 days: 4 x £200 less what is taken."""
    return due(case, 30)[0].amount


def test_by_itself_nothing_is_taken_for_days_before_it_was_told(told_late):
    assert first_payment(told_late) == Decimal(800 - 2 * 8), "eight of the 28 days are to come"


def test_a_decision_of_its_own_charges_from_an_earlier_day(told_late, cast):
    row = charge(told_late, cast)
    assert first_payment(told_late) == Decimal(800 - 2 * 18), "ten days more, £2 each"
    assert (row.recorded_by, row.why) == (cast.finance, WHY)
    row.contribution.refresh_from_db()
    assert row.contribution.told_on == TODAY(), "the true day stays"
    said = rows_of(told_late, "charge_from_earlier")
    assert (said["We told you on"], said["You pay it from"]) == (day(TODAY()), day(ago(10)))
    letter = str(Letter.objects.get(event__verb="charge_from_earlier").content)
    assert WHY in letter and "If you do not agree" in letter
    assert not list(money_checks.differences(every_day=True))


def test_what_was_paid_without_it_becomes_a_task_and_nothing_is_taken(told_late, cast):
    pay(cast)
    assert first_payment(told_late) > 0
    charge(told_late, cast)
    stands = standing_payments.next_payments(told_late)
    assert stands.paid_too_much == Decimal("20.00"), "somebody decides about it, after a letter"
    assert not list(money_checks.differences(every_day=True))


def test_it_may_be_moved_further_back_and_never_forward(told_late, cast):
    charge(told_late, cast)
    with pytest.raises(NotYet, match="changes nothing"):
        charge(told_late, cast, days=5)
    charge(told_late, cast, days=20)
    assert first_payment(told_late) == Decimal(800 - 2 * 28)


@pytest.mark.parametrize(
    ("change", "words", "field"),
    [
        ({"charged_from": ago(21)}, "This sum begins on", "charged_from"),
        ({"charged_from": TODAY()}, "The person was told on", "charged_from"),
        ({"why": " "}, "Say why", "why"),
        ({"why": "tbc"}, "Say why", "why"),
    ],
)
def test_what_is_refused_changes_nothing(told_late, cast, change, words, field):
    with pytest.raises(NotYet, match=words) as no:
        charge(told_late, cast, **change)
    assert no.value.field == field and not EarlierCharge.objects.exists()
    assert first_payment(told_late) == Decimal(784)


def test_a_sum_that_another_took_the_place_of_is_not_charged_from_earlier(told_late, cast):
    """£14 was told today, and £7 instead of it: £14 counts on no day."""
    first = told_late.contributions.get()
    money.record_contribution(
        case=told_late, by=cast.finance, state="recorded", weekly=Decimal(7), valid_from=ago(20)
    )
    with pytest.raises(NotYet, match="This changes nothing"):
        charge(told_late, cast, contribution=first)
    assert not EarlierCharge.objects.exists()


def test_days_on_which_there_was_no_support_are_not_charged_from_earlier(budget, cast):
    """Told six days ago of a sum from fourteen days ago; support began on the day after that."""
    began = ago(5)
    with time_machine.travel(timezone.now() - timedelta(days=6)):
        case = budget(week(200), from_=began)
        money.record_contribution(
            case=case, by=cast.finance, state="recorded", weekly=Decimal(14), valid_from=ago(8)
        )
    with pytest.raises(NotYet, match="This changes nothing"):
        charge(case, cast, days=10)
    assert not EarlierCharge.objects.exists()


def test_only_a_sum_that_is_decided_and_told_can_be_charged(told_late, cast):
    money.record_contribution(case=told_late, by=cast.worker, state="not_known")
    with pytest.raises(NotYet, match="decided and told"):
        charge(told_late, cast, contribution=told_late.contributions.get(state="not_known"))
    other = cast.a_case(at="running", person=cast.new_person("Bo Finch"))
    with pytest.raises(NotYet, match="decided and told"):
        money.charge_from_earlier(
            case=other,
            by=cast.finance,
            contribution=told_late.contributions.get(state="recorded"),
            charged_from=ago(5),
            why=WHY,
        )


def test_nobody_decides_it_in_their_own_or_a_relatives_case(told_late, cast):
    cast.help(told_late, user=cast.releaser)
    for who in (cast.person, cast.releaser, cast.outsider, cast.stranger):
        with pytest.raises(NotYet, match="not yours to do"):
            charge(told_late, cast, by=who)
    path = address(told_late, "record", "charge_from_earlier")
    assert Hands(cast.releaser).client.get(path).status_code == 404
    assert not EarlierCharge.objects.exists()


def test_what_was_decided_stays_as_it_was(told_late, cast):
    row = charge(told_late, cast)
    for change in ({"charged_from": ago(19)}, {"why": "Another reason"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            EarlierCharge.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


# ---- what letters say of it ----


def test_a_lower_sum_after_it_does_not_deny_what_was_charged(told_late, cast):
    """£14 from 20 days ago, charged from 10 days ago; then £7 from 5 days ago, told today."""
    charge(told_late, cast)
    money.record_contribution(
        case=told_late, by=cast.finance, state="recorded", weekly=Decimal(7), valid_from=ago(5)
    )
    said = rows_of(told_late, "write_contribution")["What you pay of it"]
    assert said.startswith("£7.00 a week")
    assert said.endswith(f"; from {day(ago(5))} on. Before that it is £14.00 a week")
    listed = [Charge(case=told_late, covers_from=ago(20), covers_to=ago(1))]
    assert charged.weekly_told(listed) == [
        f"£14.00 from {day(ago(10))}",
        f"£7.00 from {day(ago(5))}",
    ]
    held = [uprating._held(told_late, ago(days)) for days in (11, 10, 6, 5)]
    assert held == [0, 14, 14, 7], "what a yearly change is compared with"


def test_what_is_told_late_is_said_from_the_day_it_counts(told_late, cast):
    """£14 from 20 days ago, told today; a lower sum counts from its own day all the same."""
    words, rows = money_presenter.contribution_words, told_late.contributions.order_by("pk")
    own = f"It was decided for days from {day(ago(20))} on."
    assert words(rows[0]) == f"£14.00 a week from {day(TODAY())}. {own}"
    path = address(told_late, "record", "charge_from_earlier")
    page = Hands(cast.finance).open(path)
    assert f"{own} Told on {day(TODAY())}." in page and "., told" not in page
    charge(told_late, cast)
    assert words(rows[0]) == f"£14.00 a week from {day(ago(10))}. {own}"
    assert rows_of(told_late, "charge_from_earlier")["What you pay"] == words(rows[0])
    money.record_contribution(
        case=told_late, by=cast.finance, state="recorded", weekly=Decimal(7), valid_from=ago(5)
    )
    said = [words(row) for row in rows]
    assert said == [
        f"£14.00 a week from {day(ago(10))}. {own}",
        f"£7.00 a week from {day(ago(5))}.",
    ]
    page = Hands(cast.person).open(address(told_late, "contribution"))
    assert all(one in page for one in said)


@pytest.mark.parametrize("earlier", [False, True])
def test_a_letter_about_charges_says_whether_days_before_the_telling_are_in_it(cast, earlier):
    case = managed(cast, told_ago=70)
    row, told = case.contributions.get(told_on=ago(70)), "Nothing is asked for them."
    if earlier:
        charge(case, cast, days=80, contribution=row, meant=[ago(80)])
        told = f"You pay for them from {day(ago(80))} on. We wrote to you about that decision."
    batch = made_and_released(cast)
    assert min(one.covers_from for one in batch.charges.all()) == ago(80 if earlier else 70)
    assert rows_of(case, "send_charge")["Days before we told you"] == told
    letter = str(Letter.objects.filter(event__verb="send_charge").last().content)
    assert "Nothing is asked for days" not in letter


def test_its_letter_names_what_is_to_pay_for_days_gone_by_and_how(told_late, cast):
    charge(told_late, cast)
    said = rows_of(told_late, "charge_from_earlier")
    assert said["What you pay for days gone by, in all"] == "£20.00"
    assert said["How you pay it"] == "£20.00: we pay you so much less"


def test_of_days_that_were_paid_already_it_says_that_we_write_first(told_late, cast):
    pay(cast)
    charge(told_late, cast)
    said = rows_of(told_late, "charge_from_earlier")
    assert said["What you pay for days gone by, in all"] == "£20.00"
    assert said["How you pay it"] == "£20.00: we write to you first, and you have time to answer"


def test_a_bill_for_days_gone_by_is_shown_in_all_before_and_in_the_letter(cast):
    """£7 a week, told 70 days ago: seventy days are charged, £70. From 84 days ago: £14 more."""
    case = managed(cast, weekly="7", told_ago=70)
    row = case.contributions.get(told_on=ago(70))
    path = address(case, "record", "charge_from_earlier")
    facts = {"contribution": row.pk, "charged_from": ago(84), "why": WHY}
    finance = Hands(cast.finance)
    seen = finance.looked(path, **facts)
    assert "Charged for days gone by, in all" in seen
    assert "was £70.00, will be £84.00: +£14.00" in seen
    finance.send(path, page=seen, press="confirm")
    said = rows_of(case, "charge_from_earlier")
    assert said["What you pay for days gone by, in all"] == "£14.00"
    assert said["How you pay it"] == "£14.00: in the next letter about what you pay"


# ---- the page ----


def test_the_page_shows_what_it_changes_before_it_is_confirmed(told_late, cast):
    finance, path = Hands(cast.finance), address(told_late, "record", "charge_from_earlier")
    assert "Charge from a day before" in finance.open(address(told_late, "contribution"))
    facts = {"contribution": told_late.contributions.get().pk, "charged_from": ago(10), "why": WHY}
    seen = finance.looked(path, **facts)
    assert "Not recorded yet" in seen and "£764.00" in seen and not EarlierCharge.objects.exists()
    after = finance.send(path, page=seen, press="confirm")
    words = f"Told on {day(TODAY())}, charged from {day(ago(10))} by a decision of its own: {WHY}"
    assert words in after and EarlierCharge.objects.count() == 1
    person = Hands(cast.person).open(address(told_late, "contribution"))
    assert words in person and "Charge from a day before" not in person


def test_a_day_far_back_is_asked_again_with_what_it_costs(budget, cast):
    """£2 a day, of days that are paid: 80 of them, and all 90 since the agreement."""
    case = budget(week(200), from_=ago(140), signed=ago(90), days_ago=150)
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(14), valid_from=ago(140)
    )
    row = case.contributions.get()
    assert earlier_charge.cost(case, row, ago(80)) == Decimal(160)
    with pytest.raises(NotYet, match="Look at it again"):
        charge(case, cast, days=93)
    path = address(case, "record", "charge_from_earlier")
    finance = Hands(cast.finance)
    page = finance.refused(path, "93 days ago", contribution=row.pk, charged_from=ago(93), why=WHY)
    assert "The person pays £180.00 for days gone by" in page
    finance.save(path, page=page, charged_from_meant=ago(93).isoformat())
    assert EarlierCharge.objects.get().charged_from == ago(93)
