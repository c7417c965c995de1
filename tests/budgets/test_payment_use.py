"""How a direct payment may be used: that it may be made, pay at home, stays in a care home."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.models import CareHomeStay, HouseholdPay
from budgets.payments.care_home_stays import days_together, longest
from cases.common.refusals import NotYet
from tests.walks.doing import address, sign_agreement, today
from tests.walks.pages import Hands

DAY = timedelta(days=1)
TODAY = timezone.localdate
CONFIRM = "confirm_payment_allowed"
PAY = {
    "who": "Nora Bell",
    "relation": "partner",
    "exception": "care",
    "what": "Help at night",
    "why": "Nobody else can come at night",
}


def record(case, name):
    return address(case, "record", name)


# ---- a worker's word that it may be made ----


def test_an_agreement_waits_for_the_workers_word_and_the_worker_has_the_task(a_case, cast):
    case = a_case(at="set_up")
    worker, finance = Hands(cast.worker), Hands(cast.finance)
    assert "Confirm that it may be made" in worker.open("/staff/day/")
    signed = {
        "signed_by": "Ada Wren",
        "signed_as": "person",
        "signed_on": today(),
        "account_type": "own_account",
        "basis": "net",
        "cycle_weeks": "4",
        "first_payment_on": today(),
    }
    finance.refused(address(case, "agreement"), "A worker first confirms", **signed)
    assert not case.agreements.exists()
    worker.refused(record(case, CONFIRM), "once you have looked", looked_on=today())
    worker.refused(
        record(case, CONFIRM), "today or earlier", looked_on=today() + DAY, confirmed="on"
    )
    worker.send(record(case, CONFIRM), looked_on=today(), confirmed="on")
    assert "Confirm that it may be made" not in worker.open("/staff/day/")
    finance.send(address(case, "agreement"), **signed)
    assert case.agreements.get()


def test_nobody_but_a_worker_says_it_and_nobody_is_asked_on_a_form(a_case, cast):
    case = a_case(at="set_up")
    for user in (cast.person, cast.finance, cast.panel, cast.auditor):
        Hands(user).gone(record(case, CONFIRM))
    with pytest.raises(NotYet, match="Somebody else"):
        money.confirm_payment_allowed(case=case, by=cast.finance, confirmed=True, looked_on=TODAY())
    money.confirm_payment_allowed(case=case, by=cast.worker, confirmed=True, looked_on=TODAY())
    with pytest.raises(NotYet, match="already"):
        money.confirm_payment_allowed(case=case, by=cast.manager, confirmed=True, looked_on=TODAY())
    told = Hands(cast.person).open(address(case))
    assert "confirmed that a direct payment may be made" not in told, "only staff read of it"


def test_a_managed_budget_needs_no_such_word(a_case, cast):
    case = a_case(at="set_up", route="council_managed")
    assert "Confirm that it may be made" not in Hands(cast.worker).open("/staff/day/")
    Hands(cast.worker).open(record(case, CONFIRM))  # leads back: there is nothing to confirm
    assert not case.payments_allowed.exists()


# ---- somebody at home ----


def test_pay_at_home_is_offered_with_both_exceptions_and_needs_its_reason(a_case, cast):
    case = a_case(at="running", days_ago=60)
    worker, page = Hands(cast.worker), record(case, "allow_household_pay")
    form = worker.open(page).form("exception")
    assert form.choices["exception"] == ["care", "manage"] and not form.values["exception"]
    assert form.choices["relation"] == ["partner", "relative"]
    worker.refused(page, "in a few words", **PAY | {"why": "tbc"}, begins_on=today())
    worker.refused(page, "needs an answer", **{**PAY, "who": ""}, begins_on=today())
    worker.refused(page, "year ahead", **PAY, begins_on=today() + 800 * DAY)
    worker.send(page, **PAY, begins_on=today())
    worker.send(page, **PAY | {"exception": "manage", "what": "Payroll"}, begins_on=today())
    assert list(HouseholdPay.objects.values_list("exception", flat=True)) == ["care", "manage"]
    for user in (cast.person, cast.worker, cast.finance):
        shown = Hands(user).open(address(case, "monitoring"))
        assert "Nora Bell" in shown and "necessary for managing the payment" in shown
    for user in (cast.person, cast.finance, cast.stranger):
        Hands(user).gone(page)
    for wrong in ({"relation": "friend"}, {"exception": "cheap"}):
        with pytest.raises(NotYet, match="Choose one"):
            money.allow_household_pay(case=case, by=cast.worker, begins_on=TODAY(), **PAY | wrong)


def test_what_was_decided_about_pay_at_home_is_not_rewritten(a_case, cast):
    case = a_case(at="running", days_ago=60)
    row = money.allow_household_pay(case=case, by=cast.worker, begins_on=TODAY(), **PAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        HouseholdPay.objects.filter(pk=row.pk).update(why="Something else")


# ---- stays in a care home ----


def spans(*pairs, since=date(2026, 1, 1)):
    return [(since + a * DAY, since + b * DAY) for a, b in pairs]


@pytest.mark.parametrize(
    ("stays", "nights"),
    [
        ([], 0),
        ([(0, 27)], 28),
        ([(0, 6), (10, 16), (20, 26)], 21),
        ([(0, 20), (49, 69)], 21),  # 28 days between: apart
        ([(0, 20), (48, 68)], 42),  # 27 days between: together
        ([(0, 20), (40, 60), (88, 94)], 49),  # a chain, each near the next
        ([(0, 0)], 1),
    ],
)
def test_stays_less_than_four_weeks_apart_count_together(stays, nights):
    assert longest(spans(*stays)) == nights


def test_only_the_last_twelve_months_count():
    chain = spans(*[(n * 21, n * 21 + 1) for n in range(30)])  # two nights every three weeks
    end = chain[-1][1]
    since = date(end.year - 1, end.month, end.day)
    assert days_together(chain, end) == sum(
        (min(b, end) - max(a, since + DAY)).days + 1 for a, b in chain if b > since
    )


def test_a_stay_ahead_is_refused_above_four_weeks_and_one_that_was_is_shown(a_case, cast):
    case = a_case(at="running", days_ago=60)
    worker, page = Hands(cast.worker), record(case, "record_care_home_stay")
    stay = {"where": "The Laurels"}
    worker.refused(page, "before the first", **stay, begins_on=today(), ends_on=today() - DAY)
    worker.send(page, **stay, begins_on=today() - 30 * DAY, ends_on=today() - 11 * DAY)
    ahead = {"begins_on": today() + DAY, "ends_on": today() + 9 * DAY}
    worker.refused(page, "29 nights together", **stay, **ahead)
    worker.refused(
        page, "some of these nights", **stay, begins_on=today() - 12 * DAY, ends_on=today()
    )
    worker.send(page, **stay, **ahead | {"ends_on": today() + 8 * DAY})
    assert "28 of 28" in Hands(cast.person).open(address(case, "monitoring"))
    money.record_care_home_stay(
        case=case,
        by=cast.finance,
        where="The Laurels",
        begins_on=TODAY() - 40 * DAY,
        ends_on=TODAY() - 36 * DAY,
    )
    assert "33 of 28" in worker.open(address(case, "monitoring")), "what took place is not hidden"
    gone = CareHomeStay.objects.get(begins_on=TODAY() - 40 * DAY)
    worker.send(record(case, "strike_care_home_stay"), stay=gone.pk, reason="It was a holiday")
    assert "33 of 28" not in worker.open(address(case, "monitoring"))
    with pytest.raises(NotYet, match="already"):
        money.strike_care_home_stay(case=case, by=cast.worker, stay=gone, reason="Again")
    Hands(cast.person).gone(page)


def test_pages_of_its_use_are_for_cases_with_a_direct_payment(a_case, cast):
    case = a_case(at="running", days_ago=60, route="council_managed")
    for name in ("allow_household_pay", "record_care_home_stay"):
        assert Hands(cast.worker).open(record(case, name)).at != record(case, name)


def test_an_agreement_is_signed_by_hand_after_the_word(a_case, cast):
    case = a_case(at="set_up")
    sign_agreement(Hands(cast.finance), case)
    assert case.payments_allowed.count() == 1 and case.agreements.count() == 1
