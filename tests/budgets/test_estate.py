"""After a death: letters about money go to whoever handles the estate, after the quiet days, and an
assistant's notice is asked about first.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from budgets import actions as money
from budgets.models import QuietDays
from budgets.payments import standing_payments
from cases.actions import record_death
from cases.common.refusals import NotYet
from tests.walks.doing import address, today
from tests.walks.pages import Hands

DAY = timedelta(days=1)
TODAY = timezone.localdate
ESTATE = {
    "name": "Nora Bell",
    "standing": "executor",
    "way": "letter",
    "reached_at": "4 Mill Lane, Brackenshire",
}
SETTLED = {"contact": "Nora Bell", "balance": "0", "owed": "0", "reason": "Nothing was left"}


def record(case, name):
    return address(case, "record", name)


@pytest.fixture
def death(a_case, cast):
    """The case of somebody who died some days ago."""

    def make(days_ago):
        case = a_case(at="running", days_ago=90)
        record_death(
            case=case, by=cast.worker, died_on=TODAY() - days_ago * DAY, contact="The daughter"
        )
        case.refresh_from_db()
        return case

    return make


def test_who_handles_the_estate_is_asked_and_nobody_else_is_written_to(death, cast):
    case = death(40)
    worker, finance = Hands(cast.worker), Hands(cast.finance)
    assert "Say who handles the estate" in worker.open("/staff/day/")
    settle = record(case, "settle_account")
    sent = SETTLED | {"letter_on": today(), "assistants": "nothing"}
    finance.refused(settle, "Say first who handles the estate", **sent)
    page = record(case, "name_estate")
    worker.refused(page, "needs an answer", **ESTATE | {"name": ""})
    worker.refused(page, "not one for later", **ESTATE | {"reached_at": "tbc"})
    worker.send(page, **ESTATE)
    assert "Say who handles the estate" not in worker.open("/staff/day/")
    assert "Nora Bell" in worker.open(address(case, "monitoring")), "where it was written down"
    form = finance.open(settle)
    assert "Nora Bell, Named in the will, By letter, 4 Mill Lane" in form
    assert form.form("contact").values["contact"] == ["Nora Bell"]
    finance.send(settle, **sent)
    assert case.final_accounts.get().assistants == "nothing"
    for user in (cast.stranger, cast.panel, cast.auditor):
        Hands(user).gone(page)


def test_nobody_is_written_to_before_the_quiet_days_are_over(death, cast):
    case = death(20)
    money.name_estate(case=case, by=cast.worker, **ESTATE)
    given = {
        "contact": "Nora Bell",
        "balance": Decimal(0),
        "owed": Decimal(0),
        "reason": "Nothing was left",
        "assistants": "nothing",
        "letter_on": TODAY(),
    }
    with pytest.raises(NotYet, match="Nobody is written to about money before") as no:
        money.settle_account(case=case, by=cast.finance, **given)
    assert no.value.field == "letter_on"
    QuietDays.objects.create(
        council=cast.council, days=14, valid_from=TODAY() - 60 * DAY, reason="The council's own"
    )
    money.settle_account(case=case, by=cast.finance, **given)


def test_a_surplus_letter_is_never_written_to_the_dead(death, cast):
    case = death(40)
    with pytest.raises(NotYet, match="has died"):
        money.write_about_surplus(
            case=case, by=cast.finance, words="Money is left", reply_by=TODAY() + 30 * DAY
        )


def test_an_assistants_notice_is_asked_about_first_and_paid_by_a_person(death, cast):
    case = death(40)
    money.name_estate(case=case, by=cast.worker, **ESTATE)
    finance, settle = Hands(cast.finance), record(case, "settle_account")
    sent = SETTLED | {"letter_on": today()}
    before = standing_payments.next_payments(case).owed
    finance.refused(settle, "notice or redundancy pay", **sent)
    finance.refused(settle, "Decide on it first", **sent, assistants="paid")
    assert standing_payments.next_payments(case).owed == before, "nothing is automatic"
    pay = {"amount": "250.00", "on": today(), "why": "Kim Lo: two weeks' notice"}
    finance.send(record(case, "pay_extra"), **pay)
    row = case.extra_payments.get()
    assert (row.amount, row.why) == (Decimal("250.00"), "Kim Lo: two weeks' notice")
    due = standing_payments.next_payments(case)
    assert due.owed + sum(p.amount for p in due.payments) >= before + 250
    finance.send(settle, **sent, assistants="paid")
    Hands(cast.worker).gone(record(case, "pay_extra"))


def test_there_is_no_estate_of_the_living(a_case, cast):
    case = a_case(at="running", days_ago=60)
    with pytest.raises(NotYet, match="No death"):
        money.name_estate(case=case, by=cast.worker, **ESTATE)
    assert Hands(cast.worker).open(record(case, "name_estate")).at == address(case, "monitoring")
