"""Looking after a payment: what may be asked when, money left over, worries apart, limits with an
end, final accounts.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.models import Concern, SurplusDecision
from budgets.payments import monitoring
from cases import access
from cases.actions import record_death
from cases.common.refusals import NotYet
from cases.models import Message
from tests.budgets.test_plan_pages import text
from tests.cast import instead

TODAY = timezone.localdate
WORDS = "What is it for? Tell us first."


def old(a_case, **options):
    """A payment that has run for more than a year."""
    return a_case(at="running", days_ago=400, **options)


def asked(case, cast):
    return money.ask_balance(case=case, by=cast.finance)


def answered(case, cast, balance, **facts):
    asked(case, cast)
    return money.give_balance(case=case, by=cast.person, balance=Decimal(balance), **facts)


def test_a_light_payment_is_asked_for_one_balance_and_nothing_else(a_case, cast):
    case = old(a_case)
    state = monitoring.state_of(case, TODAY())
    assert (state.tier.code, state.factors) == ("light", ["employs"])
    check = asked(case, cast)
    assert check.items == ["balance"] and check.period_to <= TODAY()
    assert (
        Message.objects.filter(case=case, template="ask_balance", to_person=case.person).count()
        == 1
    )
    with pytest.raises(NotYet, match="open already"):
        asked(case, cast)
    money.give_balance(case=case, by=cast.person, balance=Decimal("12.50"), minutes=4)
    with pytest.raises(NotYet, match="not due before"):
        asked(case, cast)


def test_nothing_is_asked_before_money_was_paid_nor_by_anybody_else(a_case, cast):
    case = a_case(at="set_up")
    with pytest.raises(NotYet, match="No money has been paid"):
        asked(case, cast)
    case = old(a_case, person=cast.new_person("Bo"))
    for who in (cast.worker, cast.person, cast.manager, cast.stranger):
        with pytest.raises(NotYet, match="not yours"):
            money.ask_balance(case=case, by=who)


def test_a_question_is_about_paid_days_only(a_case, cast):
    case = old(a_case)
    paid = monitoring.paid(case, timezone.localdate())
    case.move("suspend_payment", by=cast.finance, reason="x", **instead("Home care goes on"))
    check = asked(case, cast)
    assert check.period_from == paid.first
    assert check.period_to == timezone.localdate() - timedelta(days=1), "the last day paid for"


def test_no_next_question_is_announced_once_a_case_is_closed(a_case, cast, as_):
    case = old(a_case)
    page = f"/cases/{case.ref}/monitoring/"
    assert "Next time, at the earliest" in text(as_(cast.finance).get(page))
    case.move("withdraw", by=cast.person, reason="I manage")
    assert "Next time, at the earliest" not in text(as_(cast.finance).get(page))


def test_exactly_the_weeks_agreed_is_no_surplus(a_case, cast):
    case = old(a_case)  # £80 a week, 8 weeks may stay
    check = answered(case, cast, "640")
    assert not monitoring.surplus_of(check).flagged
    with pytest.raises(NotYet, match="no surplus"):
        money.write_about_surplus(
            case=case, by=cast.finance, words=WORDS, reply_by=TODAY() + timedelta(days=40)
        )
    assert monitoring.surplus_of(type(check)(agreement=check.agreement)) is None, (
        "none without a balance"
    )


def letter(case, cast, **facts):
    given = {"words": WORDS, "reply_by": TODAY() + timedelta(days=28)} | facts
    return money.write_about_surplus(case=case, by=cast.finance, **given)


def decide(case, cast, by=None, **facts):
    return money.decide_surplus(
        case=case,
        by=by or cast.finance,
        **{"action": "reclaim", "reason": "Not needed", "amount": Decimal(60)} | facts,
    )


def test_nothing_is_taken_back_without_a_letter_time_to_answer_and_a_decision(a_case, cast):
    case = old(a_case)
    answered(case, cast, "1000", planned_use=Decimal(300), planned_for="A holiday in May")
    with pytest.raises(NotYet, match="without a letter"):
        decide(case, cast)
    with pytest.raises(NotYet, match="at least 28 days"):
        letter(case, cast, reply_by=TODAY() + timedelta(days=27))
    assert letter(case, cast).amount == 60
    assert monitoring.left_over(cast.council) == (60, 1) and monitoring.left_over(cast.other) == (
        0,
        0,
    )
    assert monitoring.left_over(cast.council, [cast.intake.pk]) == (0, 0)
    with pytest.raises(NotYet, match="may answer until"):
        decide(case, cast)
    money.reply_to_surplus(case=case, by=cast.person, reply="It is for the winter")
    for wrong in ("60.01", "0", "-5", "NaN"):
        with pytest.raises(NotYet, match="no more than the letter|£0 or more, in pounds"):
            decide(case, cast, amount=Decimal(wrong))
    with pytest.raises(NotYet, match="Say why"):
        decide(case, cast, reason=" ")
    with pytest.raises(NotYet, match="not yours"):
        decide(case, cast, by=cast.worker)
    assert decide(case, cast, amount=Decimal("59.99")).amount == Decimal("59.99")
    with pytest.raises(NotYet, match="decided already"):
        decide(case, cast, action="leave")
    assert monitoring.state_of(case, TODAY()).tier.code == "enhanced", (
        "a finding is a stated factor"
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        SurplusDecision.objects.update(amount=1)


def test_to_leave_it_needs_no_letter(a_case, cast):
    case = old(a_case)
    answered(case, cast, "5000")
    assert decide(case, cast, action="leave", amount=Decimal(0)).amount == 0
    assert Message.objects.filter(case=case, template="decide_surplus").exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"balance": Decimal("NaN")}, "balance"),
        ({"balance": Decimal(10) ** 12}, "balance"),
        ({"planned_use": Decimal(-1), "planned_for": "x"}, "planned_use"),
        ({"planned_use": Decimal(5)}, "planned_for"),
        ({"minutes": -1}, "minutes"),
        ({"minutes": 10**9}, "minutes"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_field(a_case, cast, facts, field):
    case = old(a_case)
    asked(case, cast)
    with pytest.raises(NotYet) as no:
        money.give_balance(case=case, by=cast.person, **{"balance": Decimal(1)} | facts)
    assert no.value.field == field and case.checks.get().balance is None


def test_a_worry_is_read_by_managers_and_whoever_raised_it_and_closed_by_another(a_case, cast):
    case = a_case(at="running", days_ago=60)
    row = money.raise_concern(
        case=case,
        by=cast.finance,
        reason="MARKER of a worry",
        safeguarding=False,
        support_first="help",
    )
    assert (
        money.readable_concerns(access.reading_by(case, cast.finance))
        == money.readable_concerns(access.reading_by(case, cast.manager))
        == [row]
    )
    assert (
        money.readable_concerns(access.reading_by(case, cast.worker))
        == money.readable_concerns(access.reading_by(case, cast.person))
        == []
    )
    with pytest.raises(NotYet, match="not yours"):
        money.close_concern(case=case, concern=row, by=cast.finance, outcome="nothing", finding="x")
    money.close_concern(
        case=case, concern=row, by=cast.manager, outcome="helped", finding="Payroll was late"
    )
    with pytest.raises(NotYet, match="closed already"):
        money.close_concern(
            case=case, concern=row, by=cast.service_manager, outcome="nothing", finding="x"
        )
    own = money.raise_concern(
        case=case, by=cast.manager, reason="x", safeguarding=True, support_first="talk"
    )
    with pytest.raises(NotYet, match="somebody else closes"):
        money.close_concern(case=case, concern=own, by=cast.manager, outcome="nothing", finding="x")
    assert Concern.objects.filter(closed_at=None).count() == 1
    assert not any("MARKER" in str(e.codes) for e in case.events.all())


def test_a_limit_has_its_reason_its_owner_and_its_end(a_case, cast):
    case = a_case(at="running", days_ago=60)
    given = {
        "what": "Cash",
        "legal_reason": "An order of a court",
        "owner": "Head of service",
        "begins_on": TODAY(),
        "ends_on": TODAY() + timedelta(days=90),
    }
    for field in ("what", "legal_reason", "owner"):
        with pytest.raises(NotYet) as no:
            money.restrict_use(case=case, by=cast.finance, **given | {field: "  "})
        assert no.value.field == field
    with pytest.raises(NotYet, match="after the first"):
        money.restrict_use(case=case, by=cast.finance, **given | {"ends_on": TODAY()})
    row = money.restrict_use(case=case, by=cast.manager, **given)
    assert money.lift_restriction(case=case, restriction=row, by=cast.finance).lifted_on == TODAY()
    with pytest.raises(NotYet, match="over already"):
        money.lift_restriction(case=case, restriction=row, by=cast.finance)


@pytest.mark.parametrize(
    ("balance", "owed", "outcome", "amount"),
    [
        ("100", "40.50", "recovery", "59.50"),
        ("0", "12", "refund", "12"),
        ("7", "7", "nothing", "0"),
    ],
)
def test_the_final_account_says_who_owes_whom(a_case, cast, balance, owed, outcome, amount):
    case = a_case(at="running", days_ago=60)
    given = {
        "contact": "Her son",
        "balance": Decimal(balance),
        "owed": Decimal(owed),
        "letter_on": TODAY(),
        "reason": "Last statement",
    }
    with pytest.raises(NotYet, match="goes on"):
        money.settle_account(case=case, by=cast.finance, **given)
    died_on = TODAY() - timedelta(days=29)
    record_death(case=case, by=cast.worker, died_on=died_on, contact="Her son Ben")
    assert monitoring.final_contact(case) == "Her son Ben"
    estate = {
        "name": "Ben Wren",
        "standing": "executor",
        "way": "letter",
        "reached_at": "4 Mill Ln",
    }
    money.name_estate(case=case, by=cast.worker, **estate)
    given |= {"assistants": "nothing"}
    with pytest.raises(NotYet, match="letter first"):
        money.settle_account(
            case=case, by=cast.finance, **given | {"letter_on": TODAY() + timedelta(days=1)}
        )
    row = money.settle_account(case=case, by=cast.finance, **given)
    assert (row.outcome, row.amount) == (outcome, Decimal(amount))
    with pytest.raises(NotYet, match="settled already"):
        money.settle_account(case=case, by=cast.finance, **given)


def test_the_burden_counts_what_was_asked_and_the_minutes_people_say(a_case, cast):
    case = old(a_case)
    answered(case, cast, "10", minutes=7)
    a_case(at="running", days_ago=60, person=cast.new_person("Bo"))
    found = monitoring.burden(
        cast.council, since=TODAY() - timedelta(days=365), until=TODAY() + timedelta(days=1)
    )
    assert (found.payments, found.checks, found.items, found.minutes, found.said) == (2, 1, 1, 7, 1)
    assert found.by_tier == {"light": 1} and found.each(found.minutes) == Decimal("3.5")
    assert monitoring.burden(cast.other, since=TODAY(), until=TODAY()).each(0) is None
