"""The oracle of the entitlement: the worked cases, further sums worked out by hand, and what must
hold in every random life. Then the lives themselves: valid, the same for the same seed, and rich
enough to find each of a list of mistakes planted in a reading."""

import copy
import io
import json
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from tests.budgets import entitlement_oracle, random_lives
from tests.budgets.entitlement_oracle import Refused, days_of_own_year, entitlement, parsed

CASES = json.loads(Path(__file__).with_name("entitlement_cases.json").read_text())["cases"]
LIVES = 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_worked_case(case):
    until = date.fromisoformat(case["until"])
    if case["expect"] == {"exit": 2}:
        with pytest.raises(Refused):
            entitlement(case["facts"], until)
        return
    found = entitlement(case["facts"], until)
    assert {part: found[part] for part in case["expect"]} == case["expect"]


# --- further sums by hand ------------------------------------------------------------------------


def a_line(**said):
    usual = {
        "id": "a",
        "plan": 1,
        "route": "direct_payment",
        "funder": "council",
        "unit": "week",
        "amount": "140.00",
        "from": "2026-04-06",
    }
    return usual | said


def a_case(*lines, **said):
    usual = {
        "pay_calendar": {"anchor": "2026-04-06", "cycle_weeks": 4},
        "lines": list(lines),
        "decisions": [{"plan": 1, "from": "2026-04-06"}],
        "agreements": [{"from": "2026-04-06", "basis": "net"}],
    }
    return usual | said


def a_paid(first, last, amount):
    return {"on": first, "covers_from": first, "covers_to": last, "amount": amount}


def in_brief(payments):
    return [
        (one["on"][5:], (one["covers_to"] or "none")[5:], *one["of"].values()) for one in payments
    ]


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2024, 2, 29), 365),  # 29 February 2024 to 27 February 2025
        (date(2025, 2, 27), 365),
        (date(2025, 2, 28), 365),  # to 27 February 2026
        (date(2027, 2, 28), 366),  # to 28 February 2028
        (date(2028, 2, 28), 366),
        (date(2028, 2, 29), 365),
    ],
)
def test_the_own_year_of_a_line_from_a_leap_day(day, days):
    assert days_of_own_year({"from": date(2024, 2, 29), "to": None}, day) == days


@pytest.mark.parametrize(
    ("last", "days"),
    [
        (date(2026, 6, 14), 70),
        (date(2027, 4, 4), 364),  # one day short of its first year
        (date(2027, 4, 5), 365),
        (date(2027, 9, 1), 365),
    ],
)
def test_the_own_year_of_a_short_line(last, days):
    assert days_of_own_year({"from": date(2026, 4, 6), "to": last}, date(2026, 5, 1)) == days


def test_weeks_a_year_of_a_short_line_are_spread_over_its_own_days():
    # 5 weeks at 140 over 70 days: 700 / 70 = 10 a day, and 10 x 28 = 280
    facts = a_case(a_line(weeks=5, to="2026-06-14"))
    found = entitlement(facts, date(2026, 4, 6))["payments"]
    assert in_brief(found) == [("04-06", "05-03", "280.00", "0.00", "0.00")]
    # 12 weeks at 140 over 70 days would be 24 a day: never more than 140 / 7 = 20
    facts = a_case(a_line(weeks=12, to="2026-06-14"))
    found = entitlement(facts, date(2026, 4, 6))["payments"]
    assert in_brief(found) == [("04-06", "05-03", "560.00", "0.00", "0.00")]


def test_six_days_are_joined_to_the_next_period():
    # 28 April to 3 May is six days: 34 days x 20
    found = entitlement(a_case(a_line(**{"from": "2026-04-28"})), date(2026, 5, 4))["payments"]
    assert in_brief(found) == [("04-28", "05-31", "680.00", "0.00", "0.00")]


def test_once_for_all_copies_after_the_suspension():
    facts = a_case(
        a_line(unit="once", amount="500.00"),
        a_line(id="b", plan=2, unit="once", amount="500.00", origin="a"),
        decisions=[{"plan": 1, "from": "2026-04-06"}, {"plan": 2, "from": "2026-06-01"}],
        suspensions=[{"from": "2026-04-01", "to": "2026-05-10", "make_good": False}],
    )
    found = entitlement(facts, date(2026, 12, 31))["payments"]
    assert in_brief(found) == [("05-11", "05-11", "500.00", "0.00", "0.00")]
    facts["suspensions"][0]["to"] = "2026-06-10"
    found = entitlement(facts, date(2026, 12, 31))["payments"]
    assert in_brief(found) == [("06-11", "06-11", "500.00", "0.00", "0.00")]


def test_instalments_one_a_payment_and_no_more_than_stands():
    # paid 700 where 560 was due: 140 stands; 90 was asked for in two, 100 in one after them
    facts = a_case(
        a_line(),
        paid=[a_paid("2026-04-06", "2026-05-03", "700.00")],
        recoveries=[
            {"on": "2026-06-10", "amount": "100.00"},
            {"on": "2026-05-01", "amount": "60.00"},
            {"on": "2026-05-02", "amount": "30.00"},
        ],
    )
    found = entitlement(facts, date(2026, 7, 27))
    assert found["paid_too_much"] == "140.00"
    assert in_brief(found["payments"]) == [
        ("05-04", "05-31", "560.00", "0.00", "60.00"),
        ("06-01", "06-28", "560.00", "0.00", "30.00"),
        ("06-29", "07-26", "560.00", "0.00", "50.00"),
        ("07-27", "08-23", "560.00", "0.00", "0.00"),
    ]


def test_what_was_recovered_fills_the_first_instalments():
    # 60 of 90 were taken: 30 of the second instalment are left, then nothing stands
    row = a_paid("2026-05-04", "2026-05-31", "500.00")
    row["of"] = {"regular": "560.00", "owed": "0.00", "recovered": "60.00"}
    facts = a_case(
        a_line(),
        paid=[a_paid("2026-04-06", "2026-05-03", "650.00"), row],
        recoveries=[
            {"on": "2026-05-01", "amount": "45.00"},
            {"on": "2026-05-02", "amount": "45.00"},
        ],
    )
    found = entitlement(facts, date(2026, 6, 1))
    assert found["paid_too_much"] == "30.00"
    assert in_brief(found["payments"]) == [("06-01", "06-28", "560.00", "0.00", "30.00")]


def test_a_payment_wholly_recovered_is_made_and_covers_its_days():
    facts = a_case(
        a_line(amount="7.00"),
        paid=[a_paid("2026-04-06", "2026-05-03", "100.00")],
        recoveries=[{"on": "2026-05-01", "amount": "40.00"}],
    )
    found = entitlement(facts, date(2026, 6, 1))["payments"]
    assert [one["amount"] for one in found] == ["0.00", "16.00"]
    assert in_brief(found) == [
        ("05-04", "05-31", "28.00", "0.00", "28.00"),
        ("06-01", "06-28", "28.00", "0.00", "12.00"),
    ]


def test_owed_after_the_end_goes_alone_on_the_first_pay_day():
    facts = a_case(a_line(), paid=[a_paid("2026-04-06", "2026-04-20", "100.00")], end="2026-04-20")
    found = entitlement(facts, date(2026, 12, 31))
    assert found["owed"] == "200.00"  # 15 x 20 - 100
    assert in_brief(found["payments"]) == [("05-04", "none"[5:], "0.00", "200.00", "0.00")]
    assert found["payments"][0]["covers_from"] is None
    assert entitlement(facts, date(2026, 5, 3))["payments"] == []


def test_an_extra_after_the_end_is_owed():
    facts = a_case(
        a_line(), end="2026-05-03", extras=[{"on": "2026-05-20", "amount": "300.00"}], paid=[]
    )
    found = entitlement(facts, date(2026, 12, 31))["payments"]
    assert in_brief(found) == [
        ("04-06", "05-03", "560.00", "0.00", "0.00"),
        ("05-20", "05-20", "300.00", "0.00", "0.00"),
    ]


def test_charges_too_much_and_too_little():
    # 10 a day charged; 28 days printed as 300 and as 250
    facts = a_case(
        a_line(route="council_managed"),
        contributions=[{"from": "2026-04-06", "weekly": "70.00", "told_on": "2026-04-06"}],
        charged=[{"covers_from": "2026-04-06", "covers_to": "2026-05-03", "amount": "300.00"}],
    )
    found = entitlement(facts, date(2026, 5, 31))
    assert (found["charged_too_much"], found["charged_too_little"]) == ("20.00", "0.00")
    following = {"covers_from": "2026-05-04", "covers_to": "2026-05-31", "amount": "280.00"}
    assert found["charges"] == [following]
    facts["charged"][0]["amount"] = "250.00"
    found = entitlement(facts, date(2026, 5, 30))
    assert (found["charged_too_much"], found["charged_too_little"]) == ("0.00", "30.00")
    assert found["charges"] == []


# --- random lives --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lives():
    return [
        (facts, until, entitlement(facts, until)) for facts, until in random_lives.lives(1, LIVES)
    ]


def test_the_same_seed_gives_the_same_lives():
    first, second, other = (
        [json.dumps(facts) for facts, _ in random_lives.lives(seed, 2)] for seed in (5, 5, 6)
    )
    assert first == second != other


def test_lives_can_be_asked_for_one_by_one(lives):
    assert next(random_lives.lives(1, 1, skip=3)) == lives[3][:2]


def test_the_lives_hold_every_kind_of_fact_and_of_answer(lives):
    for name in (*random_lives.LISTS, "end"):
        assert any(facts.get(name) for facts, _, _ in lives), name
    lines = [one for facts, _, _ in lives for one in facts.get("lines", [])]
    for field, values in (
        ("unit", entitlement_oracle.UNITS),
        ("route", entitlement_oracle.ROUTES),
        ("funder", entitlement_oracle.FUNDERS),
    ):
        assert {one[field] for one in lines} >= set(values)
    assert any(one.get("origin") for one in lines)
    for part in ("owed", "paid_too_much", "charged_too_much", "charged_too_little"):
        assert any(said[part] != "0.00" for _, _, said in lives), part
    payments = [one for _, _, said in lives for one in said["payments"]]
    assert any(one["of"]["recovered"] != "0.00" for one in payments)
    assert any(one["of"]["owed"] != "0.00" and one["covers_to"] for one in payments)
    assert any(said["charges"] for _, _, said in lives)


def paid_on(facts, said):
    """The facts after everything that was said has been paid and charged as printed."""
    found = copy.deepcopy(facts)
    for name, rows in (("paid", said["payments"]), ("charged", said["charges"])):
        found[name] = found.get(name, []) + copy.deepcopy(rows)
    return found


def test_what_is_paid_as_said_is_not_due_again(lives):
    for facts, until, said in lives:
        again = entitlement(paid_on(facts, said), until)
        assert again["payments"] == again["charges"] == []
        assert again["entitlement"] == said["entitlement"]
        taken = sum(random_lives.in_pence(one["of"]["recovered"]) for one in said["payments"])
        before = random_lives.in_pence(said["paid_too_much"])
        assert random_lives.in_pence(again["paid_too_much"]) == before - taken


def test_paying_in_two_batches_is_paying_in_one(lives):
    for facts, until, said in lives:
        early = entitlement(facts, until - timedelta(days=31))
        late = entitlement(paid_on(facts, early), until)
        assert early["payments"] + late["payments"] == said["payments"]
        assert early["charges"] + late["charges"] == said["charges"]


def test_the_order_of_rows_says_nothing(lives):
    for facts, until, said in lives:
        turned = {
            name: rows[::-1] if isinstance(rows, list) else rows for name, rows in facts.items()
        }
        assert entitlement(turned, until) == said


# --- planted mistakes ----------------------------------------------------------------------------

MISTAKES = {
    "half a penny goes down": ("+ Fraction(1, 2))", "+ Fraction(4999, 10000))"),
    "the end is the first day without": ('day > facts["end"]', 'day >= facts["end"]'),
    "a month has 30 days": ("return amount / days_of_month(day)", "return amount / 30"),
    "a year has 365 days": (
        'line["unit"] == "year":\n        return amount / days_of_own_year(line, day)',
        'line["unit"] == "year":\n        return amount / 365',
    ),
    "weeks a year are never capped": ("return min(amount / 7, ", "return max(0, "),
    "a higher sum counts before it is told": ('one["told_on"] <= day]', 'one["told_on"]]'),
    "a lower sum waits until it is told": (
        'return min(decided["weekly"], told["weekly"]) / 7',
        'return told["weekly"] / 7',
    ),
    "a free line bears a contribution": ('if not line["free"]:', "if True:"),
    "gross is taken out": ('agreement["basis"] == "gross"', 'agreement["basis"] == "none"'),
    "a suspension always counts": (' and not one["make_good"]', ""),
    "a copy is paid again": ("if first_copy not in once_paid:", 'if line["id"] not in once_paid:'),
    "a price counts a day late": ('price["from"] <= day', 'price["from"] < day'),
    "health money is the council's": ('if line["funder"] != "council":', 'if not line["route"]:'),
    "six days stand alone": (".days < 7", ".days < 6"),
    "covers run to the pay day": (
        '        while sums.on("direct_payment", last) == 0:\n            last -= ONE_DAY\n',
        "",
    ),
    "an empty payment is made": ("if whole == 0:", "if False:"),
    "two instalments a payment": ("                break\n        found", "        found"),
    "instalments begin again": ("left[number] -= filled", "pass"),
    "more is recovered than stands": ("whole, stands)", "whole)"),
    "settled is forgotten": ("due - paid + settled", "due - paid"),
    "extras end with the support": (
        'if one["on"] == day)',
        'if one["on"] == day and decision is not None)',
    ),
    "a charge begins with its period": (
        "(after is None or day > after) and ",
        "",
    ),
}


def with_mistake(old, new):
    source = Path(entitlement_oracle.__file__).read_text()
    assert source.count(old) == 1, old
    module = ModuleType("mistaken")
    exec(source.replace(old, new), module.__dict__)
    return module.entitlement


@pytest.mark.parametrize("name", MISTAKES)
def test_the_lives_find_a_planted_mistake(name, lives):
    mistaken = with_mistake(*MISTAKES[name])
    assert any(mistaken(facts, until) != said for facts, until, said in lives)


def test_what_differs_is_shrunk_to_the_facts_that_matter():
    mistaken, out = with_mistake(*MISTAKES["extras end with the support"]), io.StringIO()
    assert not random_lives.compare(mistaken, seed=1, count=LIVES, out=out)
    printed = out.getvalue()
    facts = json.loads(printed[printed.index("{") : printed.index("\n}") + 2])
    parsed(facts)
    assert sum(len(facts.get(name, [])) for name in random_lives.LISTS) <= 2
    assert facts["extras"]


def test_a_reading_that_agrees_is_said_to(capsys):
    assert (
        random_lives.main(
            ["--count", "2", "--module", "tests.budgets.entitlement_oracle.entitlement"]
        )
        == 0
    )
    assert capsys.readouterr().out == "2 lives of seed 1 agree.\n"


def test_a_reading_that_raises_differs():
    def raising(facts, until):
        raise KeyError("lines")

    facts, until = next(random_lives.lives(1, 1))
    assert "KeyError" in random_lives.difference(raising, facts, until)
