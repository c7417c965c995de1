"""Sums and days that can't be meant, over the acts of money: the rule is in the act, so whoever
calls it gets the sentence, and nothing is written.
"""

import inspect
from datetime import date, timedelta
from decimal import Decimal

import pytest

from budgets import actions as money
from budgets.models import PlanLine
from budgets.position import what_came
from cases.common.refusals import NotYet
from cases.models import Event
from tests.budgets.running_money import TODAY, ago, week
from tests.budgets.test_charge_batches import managed

NEVER = (date(9999, 12, 31), date(1066, 10, 14))
NO_SUM = [Decimal(x) for x in ("NaN", "sNaN", "Infinity", "-Infinity", "-1", "0.005", "1E+30")]


def line_of(case):
    return PlanLine.objects.filter(plan__case=case, plan__state="agreed").first()


def extra(case, cast):
    return {"on": TODAY(), "amount": Decimal(5), "why": "A taxi"}


def contribution(case, cast):
    return {"state": "recorded", "weekly": Decimal(5), "valid_from": TODAY()}


def estimate(case, cast):
    return {"weekly": Decimal(5), "weekly_to": Decimal(6), "valid_from": TODAY()}


def instalment(case, cast):
    return {"on": TODAY(), "amount": Decimal(5), "agreed_on": TODAY()}


def settled(case, cast):
    return {"on": TODAY(), "amount": Decimal(5), "how": "written_off", "why": "It is small"}


def price(case, cast):
    line = line_of(case)
    return {"line": line, "rate": line.rate + 1, "on": TODAY(), "reason": "Fees"}


def came(case, cast):
    (part,) = what_came.parts_arranged(case)
    days = {"begins_on": ago(6), "ends_on": ago(5)}
    return days | {"line": part.line, "came": "less", "cost": Decimal(7), "reason": "A bill"}


def agreement(case, cast):
    given = {"signed_by": "Ada Wren", "account_type": "own_account", "basis": "net", "why": "Again"}
    sums = {"start_up": Decimal(0), "contingency": Decimal(0)}
    return given | sums | {"signed_on": TODAY(), "first_payment_on": TODAY()}


def start(case, cast):
    return {"line": line_of(case), "started_on": TODAY()}


# act -> (who, what it takes where all is well, its days, its sums)
ACTS = {
    money.pay_extra: ("finance", extra, ("on",), ("amount",)),
    money.record_contribution: ("finance", contribution, ("valid_from",), ("weekly",)),
    money.keep_estimate: ("worker", estimate, ("valid_from",), ("weekly", "weekly_to")),
    money.agree_instalment: ("finance", instalment, ("on", "agreed_on"), ("amount",)),
    money.settle: ("finance", settled, ("on",), ("amount",)),
    money.change_price: ("manager", price, ("on",), ("rate",)),
    money.record_what_came: ("worker", came, ("begins_on", "ends_on"), ("cost",)),
    money.record_agreement: (
        "finance",
        agreement,
        ("signed_on", "first_payment_on"),
        ("start_up", "contingency"),
    ),
    money.start_line: ("finance", start, ("started_on",), ()),
}
# Acts that ask for a day or a sum and are tried elsewhere, or ask for no fact of money.
ELSEWHERE = {
    "approve_uplift": "the day of a price that is published: test_uplift",
    "charge_from_earlier": "test_earlier_charge",
    "record_paid_back": "what is settled is one sum and one day (settle), and no more than stands",
    "decide_overpayment": "test_overpayments",
    "switch_route": "as start_line",
}
RUNNING = (money.record_what_came, money.change_price)
NOT_OF_MONEY = {
    "record_held_account": "the account is the provider's: its sum is checked by the same rule",
    "record_held_entry": "the same",
    "settle_account": "the day of a letter that was sent, and no fact that is paid",
}
BAD = [
    (act, field, value)
    for act, (_who, _given, days, sums) in ACTS.items()
    for field, values in [*((d, NEVER) for d in days), *((s, NO_SUM) for s in sums)]
    for value in values
]


@pytest.fixture
def case_for(cast, budget):
    def make(act):
        return managed(cast) if act in RUNNING else budget(week(80))

    return make


@pytest.mark.parametrize(
    ("act", "field", "value"), BAD, ids=[f"{a.__name__}-{f}-{v}" for a, f, v in BAD]
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(case_for, cast, act, field, value):
    case = case_for(act)
    who, given, _days, _sums = ACTS[act]
    if act is money.change_price and str(value) == "0.005":
        value = Decimal("0.00005")  # a price of one unit has four figures after the point
    before = Event.objects.filter(case=case).count()
    with pytest.raises(NotYet) as no:
        act(case=case, by=getattr(cast, who), **given(case, cast) | {field: value})
    assert no.value.field == field and str(no.value.sentence)
    assert Event.objects.filter(case=case).count() == before


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_the_same_act_is_made_where_all_is_well(case_for, cast, act):
    case = case_for(act)
    who, given, _days, _sums = ACTS[act]
    before = Event.objects.filter(case=case).count()
    act(case=case, by=getattr(cast, who), **given(case, cast))
    assert Event.objects.filter(case=case).count() > before


def test_every_act_with_a_day_and_a_sum_of_money_is_among_them():
    """A new act of a case that takes a day and a sum is listed here, or says why not."""
    found = set()
    for name in money.__all__:
        act = getattr(money, name)
        if not callable(act):
            continue
        asks = {key: str(one.annotation) for key, one in inspect.signature(act).parameters.items()}
        takes = " ".join(asks.values())
        if "case" in asks and "date" in takes.replace("datetime", "") and "Decimal" in takes:
            found.add(name)
    assert {"pay_extra", "record_what_came"} <= found
    known = {act.__name__ for act in ACTS} | ELSEWHERE.keys()
    assert found - known - NOT_OF_MONEY.keys() == set()


def test_a_day_far_off_is_still_asked_for_again_and_not_refused(budget, cast):
    case = budget(week(80))
    on = TODAY() + timedelta(days=200)
    assert money.pay_extra(case=case, by=cast.finance, on=on, amount=Decimal(5), why="A trip")
