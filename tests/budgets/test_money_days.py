"""Days that money depends on, over every form that asks for one: refused where they can't be meant,
asked again where they are unlikely; a day ahead changes nothing until it comes.
"""

import ast
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

import budgets
from budgets import actions as money
from budgets.forms import (
    decision,
    extra_support,
    hospital_stays,
    overpayments,
    overview,
    payment,
    plan,
    record,
    uprating,
)
from budgets.position import case_money
from budgets.position.entitlement_facts import facts_of_case
from cases import access, actions, journey
from cases.common import dates, likely_days
from cases.common.likely_days import GONE_BY, LATER, SOON, Life
from cases.common.refusals import NotYet
from cases.forms.staff import MoveForm
from tests.budgets.running_money import due, sign, week
from tests.cases.pages import boxes
from tests.walks.doing import address
from tests.walks.pages import Hands

TODAY = timezone.localdate
DAY = timedelta(days=1)
# Days that no sum of the reading depends on: (form, field) and why.
NO_SUM = {
    ("AdjustForm", "made_on"): "An indicative figure is never paid.",
    ("BatchForm", "until"): "What leaves is what is due, and a second officer releases it.",
    ("CareHomeStayForm", "begins_on"): "Nights are counted, and nothing is paid by them.",
    ("CareHomeStayForm", "ends_on"): "Nights are counted, and nothing is paid by them.",
    ("ChargingRateForm", "valid_from"): "Rates of charging have a check of their own.",
    ("ChargingRateForm", "valid_to"): "Rates of charging have a check of their own.",
    ("ChargesForm", "until"): "What is charged is what is over, and a second officer releases it.",
    ("ChoiceForm", "chosen_on"): "A choice is no fact of money.",
    ("EditForm", "valid_from"): "A scheme gives indicative figures alone.",
    ("EstimateForm", "on"): "An estimate is never taken, nor told for days before its letter.",
    ("HeldAccountForm", "signed_on"): "The account is the provider's.",
    ("HeldEntryForm", "on"): "The account is the provider's.",
    ("GoOnInHospitalForm", "look_again_on"): "It is a task, and ends nothing.",
    ("HouseholdPayForm", "begins_on"): "Who may be paid, and no sum.",
    ("LookAtSuspensionForm", "look_again_on"): "It is a task, and ends nothing.",
    ("OrderForm", "begins_on"): "Support counts from the day it really began.",
    ("OrderForm", "ends_on"): "Support counts from the day it really began.",
    ("OverpaymentLetterForm", "reply_by"): "The day for an answer.",
    ("PaymentAllowedForm", "looked_on"): "The day of a look.",
    ("PayDayForm", "on"): "It is laid beside the ledger's pay day, and nobody is paid by it.",
    ("PublishForm", "approved_on"): "A scheme gives indicative figures alone.",
    ("PublishForm", "valid_from"): "A scheme gives indicative figures alone.",
    ("RatesDayForm", "on"): "It only shows the rates of a day.",
    ("ReferForm", "interim_from"): "Support that is there already.",
    ("RestrictForm", "begins_on"): "What money may be used for, and no sum.",
    ("RestrictForm", "ends_on"): "What money may be used for, and no sum.",
    ("SettleForm", "letter_on"): "The day of a letter that was sent.",
    ("SurplusLetterForm", "reply_by"): "The day for an answer.",
    ("TellProviderForm", "told_on"): "It ends nothing.",
    ("TermsForm", "met_agreed_on"): "What is met elsewhere costs nothing here.",
}
MOVES_WITHOUT = {"next_contact", "answer_by", "since", "new_date", "next_chase"}
# a suspension counts from the first day that is not paid, whatever else it says
MOVES_WITHOUT |= {"look_again_on", "instead_from", "interim_from"}


def days_asked():
    """(form, field) of every day that a form of money asks for, and what the forms declare."""
    asked, declared = set(), set()
    for path in sorted((Path(budgets.__file__).parent / "forms").glob("*.py")):
        for form in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(form, ast.ClassDef):
                continue
            for node in (n for n in ast.walk(form) if isinstance(n, ast.Assign)):
                target, value = node.targets[0], node.value
                name = getattr(target, "id", getattr(target, "attr", ""))
                if name == "money_days":
                    declared |= {(form.name, key.value) for key in value.keys}
                if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "day_field":
                    field = getattr(target, "id", "") or target.slice.value
                    asked.add((form.name, field))
    return asked, declared


def test_every_day_of_a_form_is_declared_or_says_why_not():
    asked, declared = days_asked()
    assert ("ContributionForm", "valid_from") in declared and len(asked) > 15
    others = {key for key in asked - declared if key not in NO_SUM}
    assert declared <= asked and not declared & NO_SUM.keys()
    assert not others, "a new day: does money depend on it?"


def test_every_day_of_a_move_is_declared_or_says_why_not():
    asked = {ask.name for move in journey.MOVES.values() for ask in move.asks if ask.kind == "date"}
    assert journey.MONEY_DAYS <= asked
    assert asked - journey.MONEY_DAYS == MOVES_WITHOUT


# ---- one rule ----


NOBODY = Life()
LIFE = Life(born=TODAY() - 400 * DAY, known_since=TODAY() - 200 * DAY, died_on=TODAY() - 5 * DAY)


def test_what_cannot_be_meant():
    def say(days, span=SOON, life=NOBODY):
        return likely_days.refusal(TODAY() + days * DAY, TODAY(), life, span)

    assert "before the person was born" in say(-401, life=LIFE)
    assert "did not know this person" in say(-201, life=LIFE) and say(-200, life=LIFE) == ""
    assert "The person died on" in say(-4, life=LIFE) and say(-5, life=LIFE) == ""
    assert say(3 * 365) == "" and "more than 3 years" in say(3 * 366 + 1)
    assert "more than 3 years" in say(-3 * 366 - 1) and say(9 * 365, LATER) == ""


def test_what_is_unlikely():
    def ask(days, span=SOON):
        return likely_days.doubt(TODAY() + days * DAY, TODAY(), span)

    assert ask(92) == ask(-92) == ask(400, LATER) == ""
    assert "93 days from now" in ask(93) and "93 days ago" in ask(-93)
    assert ask(0, GONE_BY) == ask(-92, GONE_BY) == "" and "93 days ago" in ask(-93, GONE_BY)
    assert "is 1 day from now" in ask(1, GONE_BY) and "2 days from now" in ask(2, GONE_BY)


# ---- over every form ----


def move_form(name):
    def make(data, case, cast):
        reading = access.Reading(case, cast.manager, [], frozenset({"manager"}))
        return MoveForm(data, reading=reading, move=journey.MOVES[name])

    return make


def terms(data, case, cast):
    line = SimpleNamespace(
        plan=SimpleNamespace(case=case),
        version=1,
        begins_on=None,
        ends_on=None,
        funder="council",
        met_agreed_on=None,
    )
    return plan.TermsForm(data, line=line, elsewhere=False)


def ends_extra(data, case, cast):
    return extra_support.EndExtraForm(data, case=case, row=SimpleNamespace(last_day=TODAY()))


FORMS = {
    ("ExtraSupportForm", "begins_on"): lambda d, c, _cast: extra_support.ExtraSupportForm(
        d, case=c
    ),
    ("ExtraSupportForm", "ends_on"): lambda d, c, _cast: extra_support.ExtraSupportForm(d, case=c),
    ("EndExtraForm", "last_day"): ends_extra,
    ("ContributionForm", "valid_from"): lambda d, c, _cast: payment.ContributionForm(d, case=c),
    ("EarlierChargeForm", "charged_from"): lambda d, c, _cast: payment.EarlierChargeForm(
        d, case=c, rows=[], cost=None
    ),
    ("AgreementForm", "signed_on"): lambda d, c, _cast: payment.AgreementForm(d, case=c),
    ("AgreementForm", "first_payment_on"): lambda d, c, _cast: payment.AgreementForm(d, case=c),
    ("StartLineForm", "started_on"): lambda d, c, _cast: payment.StartLineForm(d, case=c, lines=[]),
    ("SwitchRouteForm", "started_on"): lambda d, c, _cast: payment.SwitchRouteForm(d, case=c),
    ("AgreeForm", "effective_from"): lambda d, c, _cast: decision.AgreeForm(
        d, case=c, differs=False, changes=True
    ),
    ("OverpaymentDecisionForm", "agreed_on"): lambda d, c, _cast: (
        overpayments.OverpaymentDecisionForm(d, case=c)
    ),
    ("OverpaymentDecisionForm", "first_on"): lambda d, c, _cast: (
        overpayments.OverpaymentDecisionForm(d, case=c)
    ),
    ("PaidBackForm", "on"): lambda d, c, _cast: overpayments.PaidBackForm(d, case=c),
    ("PayExtraForm", "on"): lambda d, c, _cast: record.PayExtraForm(d, case=c),
    ("CameForm", "begins_on"): lambda d, c, _cast: record.CameForm(d, case=c, parts=[]),
    ("CameForm", "ends_on"): lambda d, c, _cast: record.CameForm(d, case=c, parts=[]),
    ("PricesForm", "on"): lambda d, _c, _cast: overview.PricesForm(d),
    ("BeginExtraForm", "started_on"): lambda d, c, _cast: record.BeginExtraForm(
        d, case=c, lines=[]
    ),
    ("PriceForm", "on"): lambda d, c, _cast: record.PriceForm(d, case=c, lines=[]),
    ("HospitalStayForm", "begins_on"): lambda d, c, _cast: hospital_stays.HospitalStayForm(
        d, case=c
    ),
    ("HospitalStayForm", "ends_on"): lambda d, c, _cast: hospital_stays.HospitalStayForm(d, case=c),
    ("EndHospitalStayForm", "ends_on"): lambda d, c, _cast: hospital_stays.EndHospitalStayForm(
        d, case=c
    ),
    ("UpratingForm", "counts_from"): lambda d, _c, _cast: uprating.UpratingForm(d),
    ("TermsForm", "begins_on"): terms,
    ("TermsForm", "ends_on"): terms,
}
# written down once it has happened: a day ahead is asked again, however near
ONCE_GONE_BY = {("CameForm", "begins_on"), ("CameForm", "ends_on")}
# nobody can know it before: a day ahead is refused, and it may be before they asked for support
HAPPENED = {
    ("HospitalStayForm", "begins_on"),
    ("HospitalStayForm", "ends_on"),
    ("EndHospitalStayForm", "ends_on"),
}
# an assistant's notice or redundancy pay falls due after it
AFTER_A_DEATH = {("PayExtraForm", "on")}
MOVES = {
    ("end_support", "end_date"),
    ("plan_end", "end_date"),
    ("record_death", "died_on"),
}


def test_the_forms_below_are_all_there_are():
    assert FORMS.keys() == days_asked()[1]
    asked = {
        (move.name, ask.name)
        for move in journey.MOVES.values()
        for ask in move.asks
        if ask.name in journey.MONEY_DAYS
    }
    assert asked == MOVES


def errors(make, case, cast, name, day, meant=None):
    data = boxes(name, day) | ({f"{name}_meant": [meant.isoformat()]} if meant else {})
    form = make(data, case, cast)
    form.is_valid()
    return " ".join(form.errors.get(name, [])), form


@pytest.mark.parametrize("key", [*FORMS, *sorted(MOVES)], ids="-".join)
def test_a_day_is_refused_and_asked_again_on_every_form(a_case, cast, key):
    name, make = key[1], FORMS.get(key) or move_form(key[0])
    case, happened = a_case(at="running", days_ago=200), key in HAPPENED
    far = name == "ends_on" and key not in ONCE_GONE_BY | HAPPENED
    assert "more than" in errors(make, case, cast, name, TODAY() + 4000 * DAY)[0]
    ahead = errors(make, case, cast, name, TODAY() + DAY)[0]
    assert ("has not come yet" in ahead) is happened
    likely = TODAY() + (-30 if key in ONCE_GONE_BY | HAPPENED else 30) * DAY
    assert not errors(make, case, cast, name, likely)[0]
    doubtful = TODAY() + (1200 if far else -140 if happened else 140) * DAY
    said, form = errors(make, case, cast, name, doubtful)
    assert "Look at it again" in said and f"{name}_meant" in form.fields
    assert not errors(make, case, cast, name, doubtful, meant=doubtful)[0]
    assert errors(make, case, cast, name, doubtful, meant=likely)[0], "the tick is for its day"
    assert f"{name}_meant" not in form.cleaned_data
    if key[0] in ("PricesForm", "UpratingForm"):
        return  # of no one person
    before = dates.london_date(case.asked_at) - DAY
    known = "did not know this person" in errors(make, case, cast, name, before)[0]
    assert known is not happened
    case.channel = "entered"  # money ran before this record
    assert "did not know this person" not in errors(make, case, cast, name, before)[0]
    case.person.died_on = TODAY()
    gone_by = "The person died on" in errors(make, case, cast, name, TODAY() + DAY)[0]
    assert gone_by is (key not in AFTER_A_DEATH)


# ---- on the page, and until the day comes ----


def test_an_unlikely_day_is_ticked_on_the_page(budget, cast):
    case, finance, day = budget(week(200)), Hands(cast.finance), TODAY() + 140 * DAY
    path = address(case, "contribution")
    facts = {"state": "recorded", "weekly": "20", "valid_from": day}
    page = finance.refused(path, "is 140 days from now", **facts)
    assert "Is this the day that you mean?" in page and not case.contributions.exists()
    finance.save(path, page=page, valid_from_meant=day.isoformat())
    assert case.contributions.get().valid_from == day


def test_a_day_ahead_leaves_things_as_they_are_until_it_comes(budget, cast):
    case, day = budget(week(200)), TODAY() + 140 * DAY
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal(10))
    before = due(case, 100)
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(25), valid_from=day
    )
    assert due(case, 100) == before and due(case)[-1].amount == 700
    found = case_money.held_and_to_come(case.contributions.order_by("-recorded_at", "-pk"))
    assert case_money.contribution(case).weekly == 10
    assert [one.weekly for one in found] == [10, 25]
    page = Hands(cast.finance).open(address(case, "contribution"))
    assert "After that: £25.00 a week from" in page


def test_an_agreement_that_begins_later_leaves_the_pay_days_until_then(budget, cast):
    case = budget(week(200))
    calendar, day = facts_of_case(case).pay_calendar, TODAY() + 31 * DAY
    sign(cast, case, day, signed_on=TODAY(), cycle_weeks=2, why="Every two weeks from then")
    assert facts_of_case(case).pay_calendar == calendar
    later = facts_of_case(case, timezone.now() + 32 * DAY).pay_calendar
    assert (later.anchor, later.cycle_weeks) == (day, 2)


# ---- where the rule is the act's own ----


def test_an_agreement_of_another_year_is_refused_by_the_act(a_case, cast):
    """An agreement dated years ago would pay for all of them with the next batch."""
    case = a_case(at="set_up", days_ago=150)
    for day, words in (
        (TODAY().replace(year=2020, day=1), "did not know this person"),
        (TODAY() - 151 * DAY, "did not know this person"),
        (TODAY() - 93 * DAY, "93 days ago"),
        (TODAY() + 93 * DAY, "93 days from now"),
    ):
        signed = min(day, TODAY())
        with pytest.raises(NotYet, match=words) as no:
            sign(cast, case, day, signed_on=signed, meant=())
        assert no.value.field == ("signed_on" if day < TODAY() else "first_payment_on")
    assert not case.agreements.exists()
    sign(cast, case, TODAY() - 93 * DAY, meant=[TODAY() - 93 * DAY])
    assert case.agreements.get().first_payment_on == TODAY() - 93 * DAY


def test_no_contribution_begins_after_the_end_that_is_planned(a_case, cast):
    case, last = a_case(at="running", days_ago=60), TODAY() + 20 * DAY
    ends = {"end": "own_wish", "reason": "She moves", "final_account": "Finance", "end_date": last}
    actions.make_move(case=case, name="end_support", by=cast.manager, **ends)
    facts = {"case": case, "by": cast.finance, "state": "recorded", "weekly": Decimal(10)}
    with pytest.raises(NotYet, match="as planned: nothing is paid after it") as no:
        money.record_contribution(**facts, valid_from=last + DAY)
    assert no.value.field == "valid_from" and not case.contributions.exists()
    finance, path = Hands(cast.finance), address(case, "contribution")
    typed = {"state": "recorded", "weekly": "10", "valid_from": last + DAY}
    finance.refused(path, "nothing is paid after it", **typed)
    money.record_contribution(**facts, valid_from=last)
    assert case.contributions.get().valid_from == last
