"""The entitlement: worked examples to the penny, what the text says case by case, and the command.

What is refused: test_entitlement_refusals.py. What holds for any facts:
test_entitlement_properties.py.
"""

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal as D
from fractions import Fraction
from pathlib import Path

import pytest

from budgets.entitlement import daily_rate
from budgets.entitlement.answer import answer, as_printed, read
from budgets.entitlement.fact_checks import FactsError
from budgets.entitlement.facts import ROUTES, Line, Price, in_pounds, whole_pence
from budgets.entitlement.facts_file import read_facts
from budgets.entitlement.reading import CHARGED, PAID_OUT
from cases import journey

ROOT = Path(__file__).resolve().parents[2]
CASES = json.loads((Path(__file__).parent / "entitlement_cases.json").read_text())["cases"]
SOUND = [case for case in CASES if "exit" not in case["expect"]]


def test_every_route_of_the_journey_is_one_of_the_entitlement():
    assert set(ROUTES) == set(journey.MONEY_ROUTES)


def facts(**more):
    """A document: 140 a week as a direct payment from 6 April 2026, every four weeks; ``more``
    replaces parts.
    """
    return {
        "pay_calendar": {"anchor": "2026-04-06", "cycle_weeks": 4},
        "lines": [line()],
        "decisions": [{"plan": 1, "from": "2026-04-06"}],
        "agreements": [{"from": "2026-04-06", "basis": "net"}],
    } | more


def line(name="a", route="direct_payment", amount="140.00", **more):
    return {
        "id": name,
        "plan": 1,
        "route": route,
        "funder": "council",
        "unit": "week",
        "amount": amount,
        "from": "2026-04-06",
    } | more


def asked(until, **more):
    """The printed answer to ``facts(**more)``."""
    return as_printed(answer(read_facts(facts(**more)), date.fromisoformat(until)))


def paid(covers_from, covers_to, amount, on=None, **of):
    row = {"covers_from": covers_from, "covers_to": covers_to, "amount": amount}
    return row | {"on": on or covers_from} | ({"of": of} if of else {})


def short(payments):
    """(on, covers to, regular, owed, recovered) of each payment."""
    return [(one["on"], one["covers_to"], *one["of"].values()) for one in payments]


def first_days(found, column="direct_payment"):
    return [(run["from"], run[column]) for run in found["entitlement"]]


# ---- the worked examples ----


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case["name"])
def test_worked_example(case):
    found = as_printed(answer(read_facts(case["facts"]), date.fromisoformat(case["until"])))
    for part, expected in case["expect"].items():
        assert found[part] == expected, part


@pytest.mark.parametrize(
    "case", [case for case in CASES if case not in SOUND], ids=lambda case: case["name"]
)
def test_worked_refusal(case):
    with pytest.raises(FactsError):
        read_facts(case["facts"])


# ---- a day's money ----


def rate(day, unit="year", begins=date(2026, 4, 6), amount="365.00", prices=(), **more):
    row = Line("a", 1, "direct_payment", "council", unit, D(amount), begins, **more)
    return daily_rate.rate(row, list(prices), day)


def test_a_year_is_the_lines_own():
    assert rate(date(2027, 4, 5)) == 1
    assert rate(date(2027, 4, 6)) == Fraction(365, 366)  # it holds 29 February 2028
    assert rate(date(2026, 4, 5)) == 0


def test_a_year_from_29_february():
    leap = date(2024, 2, 29)
    assert rate(date(2025, 2, 27), begins=leap) == 1  # 29 February to 27 February: 365 days
    assert rate(date(2025, 2, 28), begins=leap) == 1
    assert rate(date(2028, 2, 28), begins=leap) == Fraction(365, 366)  # to 28 February 2028
    assert rate(date(2028, 2, 29), begins=leap) == 1


def test_nights_of_one_summer_are_those_nights():
    summer = {"begins": date(2026, 6, 1), "ends": date(2026, 9, 30), "amount": "700.00"}
    assert rate(date(2026, 7, 1), **summer) == Fraction(700, 122)
    assert rate(date(2026, 10, 1), **summer) == 0
    whole = {"begins": date(2026, 4, 6), "ends": date(2027, 4, 5)}
    assert rate(date(2026, 7, 1), **whole) == 1


def test_some_weeks_a_year_never_come_to_more_than_every_week():
    three_weeks = {"begins": date(2026, 6, 1), "ends": date(2026, 6, 21), "unit": "hour"}
    assert rate(date(2026, 6, 1), weeks=6, amount="70.00", **three_weeks) == 10
    assert rate(date(2026, 6, 1), weeks=2, amount="70.00", **three_weeks) == Fraction(140, 21)
    for weeks in (None, 52, 53):
        assert rate(date(2026, 6, 1), "day", weeks=weeks, amount="70.00") == 10
    assert rate(date(2026, 6, 1), "day", weeks=51, amount="70.00") == Fraction(51 * 70, 365)


def test_a_month_is_shared_by_its_own_days_at_the_price_of_the_day():
    new = Price("a", date(2026, 5, 11), D("62.00"))
    assert rate(date(2026, 4, 30), "month", amount="31.00", prices=[new]) == Fraction(31, 30)
    assert rate(date(2026, 5, 10), "month", amount="31.00", prices=[new]) == 1
    assert rate(date(2026, 5, 11), "month", amount="31.00", prices=[new]) == 2


def test_a_line_that_is_paid_once_has_no_rate():
    with pytest.raises(ValueError, match="no rate"):
        rate(date(2026, 4, 6), "once")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, [("2026-04-10", "90.00")]),
        # waits for the agreement, and is paid at the price of that day
        ({"agreements": [{"from": "2026-04-20", "basis": "net"}]}, [("2026-04-20", "90.00")]),
        (
            {"prices": [{"line": "o", "from": "2026-04-10", "amount": "95.00"}]},
            [("2026-04-10", "95.00")],
        ),
        # waits for the end of a suspension, but not of one that is made good
        (
            {"suspensions": [{"from": "2026-04-08", "to": "2026-04-12", "make_good": False}]},
            [("2026-04-13", "90.00")],
        ),
        (
            {"suspensions": [{"from": "2026-04-08", "to": "2026-04-12", "make_good": True}]},
            [("2026-04-10", "90.00")],
        ),
        # waits for its decision, and is never paid after its end
        ({"decisions": [{"plan": 1, "from": "2026-05-01"}]}, [("2026-05-01", "90.00")]),
        ({"end": "2026-04-09"}, []),
        ({"decisions": []}, []),
    ],
)
def test_a_line_once_is_paid_on_the_first_day_it_can_be(more, expected):
    once = line("o", amount="90.00", unit="once") | {"from": "2026-04-10"}
    assert first_days(asked("2026-12-31", lines=[once], **more)) == expected


def test_all_copies_of_a_line_once_are_paid_once():
    lines = [
        line("o", amount="90.00", unit="once") | {"from": "2026-04-10"},
        line("p", amount="91.00", unit="once", plan=2, origin="o") | {"from": "2026-04-10"},
    ]
    decisions = [{"plan": 1, "from": "2026-04-06"}, {"plan": 2, "from": "2026-06-01"}]
    assert first_days(asked("2026-12-31", lines=lines, decisions=decisions)) == [
        ("2026-04-10", "90.00")
    ]
    late = [{"from": "2026-06-08", "basis": "net"}]
    found = asked("2026-12-31", lines=lines, decisions=decisions, agreements=late)
    assert first_days(found) == [("2026-06-08", "91.00")]


def test_nothing_holds_after_the_end_but_an_extra():
    found = asked(
        "2026-12-31",
        end="2026-04-12",
        contributions=[{"from": "2026-04-06", "weekly": "70.00", "told_on": "2026-04-06"}],
        extras=[{"on": "2026-08-03", "amount": "500.00"}],
    )
    assert first_days(found) == [("2026-04-06", "70.00"), ("2026-08-03", "500.00")]
    assert short(found["payments"]) == [
        ("2026-04-06", "2026-04-12", "70.00", "0.00", "0.00"),
        ("2026-08-03", "2026-08-03", "500.00", "0.00", "0.00"),
    ]


def test_a_plan_without_lines_holds_nothing_and_the_contribution_is_not_owed():
    found = asked(
        "2026-04-19",
        decisions=[{"plan": 1, "from": "2026-04-06"}, {"plan": 9, "from": "2026-04-13"}],
        contributions=[{"from": "2026-04-06", "weekly": "70.00", "told_on": "2026-04-06"}],
    )
    assert first_days(found, "contribution_not_owed") == [
        ("2026-04-06", "0.00"),
        ("2026-04-13", "70.00"),
    ]


# ---- the contribution ----


def taken(until, *rows, **more):
    rows = [{"from": a, "weekly": b, "told_on": c} for a, b, c in rows]
    return first_days(asked(until, contributions=rows, **more), "contribution_taken")


def test_a_sum_nobody_was_told_of_is_not_taken():
    assert taken("2026-04-12", ("2026-04-06", "70.00", None)) == [("2026-04-06", "0.00")]


def test_a_higher_sum_waits_until_it_is_told_and_a_lower_one_does_not():
    rows = [("2026-04-06", "70.00", "2026-04-01"), ("2026-04-13", "105.00", "2026-04-20")]
    assert taken("2026-04-26", *rows) == [("2026-04-06", "140.00"), ("2026-04-20", "105.00")]
    rows = [("2026-04-06", "70.00", "2026-04-01"), ("2026-04-13", "35.00", None)]
    assert taken("2026-04-26", *rows) == [("2026-04-06", "70.00"), ("2026-04-13", "70.00")]


def test_of_what_was_told_the_row_with_the_latest_first_day_counts():
    """Told of 35 from the 13th after being told of 105 from the 20th."""
    rows = [
        ("2026-04-06", "70.00", "2026-04-01"),
        ("2026-04-13", "35.00", "2026-04-22"),
        ("2026-04-20", "105.00", "2026-04-15"),
    ]
    assert taken("2026-04-26", *rows) == [
        ("2026-04-06", "70.00"),
        ("2026-04-13", "35.00"),
        ("2026-04-20", "105.00"),
    ]


def test_without_an_agreement_the_contribution_is_charged_against_managed_support():
    found = asked(
        "2026-05-03",
        lines=[line(), line("m", "provider_held", "35.00")],
        agreements=[],
        contributions=[{"from": "2026-04-06", "weekly": "70.00", "told_on": "2026-04-06"}],
    )
    assert found["payments"] == [] and found["charges"][0]["amount"] == "140.00"
    assert first_days(found, "contribution_not_owed") == [("2026-04-06", "140.00")]


def test_person_first_is_taken_like_net():
    rows = [("2026-04-06", "70.00", "2026-04-06")]
    basis = {"agreements": [{"from": "2026-04-06", "basis": "person_first"}]}
    assert taken("2026-04-12", *rows, **basis) == [("2026-04-06", "70.00")]


# ---- pay days and covers ----


def test_fewer_than_seven_days_to_the_pay_day_run_to_the_one_after():
    begins = {"from": "2026-04-28"}  # six days before 4 May
    found = asked("2026-05-31", lines=[line() | begins])
    assert short(found["payments"]) == [("2026-04-28", "2026-05-31", "680.00", "0.00", "0.00")]


def test_days_without_money_may_lie_within_a_payment_and_not_at_its_end():
    suspended = [{"from": "2026-04-13", "to": "2026-04-19", "make_good": False}]
    found = asked("2026-05-01", suspensions=suspended, end="2026-04-22")
    assert short(found["payments"]) == [("2026-04-06", "2026-04-22", "200.00", "0.00", "0.00")]
    found = asked("2026-05-01", suspensions=suspended, end="2026-04-15")
    assert short(found["payments"]) == [("2026-04-06", "2026-04-12", "140.00", "0.00", "0.00")]


def test_pay_days_reach_back_before_the_anchor():
    calendar = {"anchor": "2030-01-14", "cycle_weeks": 2}
    found = asked("2026-05-04", pay_calendar=calendar)
    assert [one["on"] for one in found["payments"]][:2] == ["2026-04-06", "2026-04-13"]
    assert (date(2030, 1, 14) - date(2026, 4, 13)).days % 14 == 0


def test_a_price_known_ahead_is_in_its_payment():
    prices = [{"line": "a", "from": "2026-04-20", "amount": "154.00"}]
    found = asked("2026-04-06", prices=prices)
    assert short(found["payments"]) == [("2026-04-06", "2026-05-03", "588.00", "0.00", "0.00")]


# ---- differences ----

FOUR_WEEKS = paid("2026-04-06", "2026-05-03", "560.00")


def test_what_is_owed_goes_alone_when_the_next_payment_is_after_the_pay_day():
    support_stops = [
        {"plan": 1, "from": "2026-04-06"},
        {"plan": 2, "from": "2026-05-04"},
        {"plan": 1, "from": "2026-05-18"},
    ]
    row = FOUR_WEEKS | {"amount": "500.00"}
    found = asked("2026-05-18", decisions=support_stops, paid=[row])
    assert short(found["payments"]) == [
        ("2026-05-04", None, "0.00", "60.00", "0.00"),
        ("2026-05-18", "2026-05-31", "280.00", "0.00", "0.00"),
    ]
    assert found["payments"][0]["covers_from"] is None
    assert asked("2026-05-03", decisions=support_stops, paid=[row])["payments"] == []
    found = asked("2026-12-31", end="2026-05-03", paid=[row])
    assert short(found["payments"]) == [("2026-05-04", None, "0.00", "60.00", "0.00")]


def test_what_was_owed_and_paid_alone_is_not_owed_again():
    alone = paid(None, None, "60.00", "2026-05-04", regular="0.00", owed="60.00", recovered="0.00")
    found = asked("2026-12-31", end="2026-05-03", paid=[FOUR_WEEKS | {"amount": "500.00"}, alone])
    assert found["payments"] == [] and found["owed"] == "0.00"


def test_only_a_payment_of_nothing_at_all_is_not_made():
    """Two pence a year: from 4 May what is owed is paid with the days, from 1 June there is nothing
    to pay.
    """
    tiny = line(unit="year", amount="0.02")
    row = paid("2026-04-06", "2026-05-03", "0.00")
    settled = [{"on": "2026-04-10", "amount": "7.00"}]
    found = asked("2026-07-26", lines=[tiny], paid=[row], settled=settled)
    assert short(found["payments"]) == [
        ("2026-05-04", "2026-05-31", "0.00", "7.00", "0.00"),
        ("2026-06-29", "2026-07-26", "0.01", "0.00", "0.00"),
    ]


def test_too_much_is_never_taken_by_itself():
    found = asked("2026-05-04", paid=[FOUR_WEEKS | {"amount": "700.00"}])
    assert short(found["payments"]) == [("2026-05-04", "2026-05-31", "560.00", "0.00", "0.00")]
    assert (found["owed"], found["paid_too_much"]) == ("0.00", "140.00")


def instalments(*rows):
    return [{"on": on, "amount": amount} for on, amount in rows]


def recovered(too_much, rows, until="2026-07-27", **more):
    row = FOUR_WEEKS | {"amount": f"{560 + too_much}.00"}
    found = asked(until, paid=[row], recoveries=instalments(*rows), **more)
    return [(one["on"], one["of"]["recovered"]) for one in found["payments"]]


def test_instalments_are_taken_in_order_one_a_payment_from_their_day_on():
    rows = [("2026-06-30", "30.00"), ("2026-04-20", "10.00"), ("2026-05-01", "20.00")]
    assert recovered(500, rows) == [
        ("2026-05-04", "10.00"),
        ("2026-06-01", "20.00"),
        ("2026-06-29", "0.00"),
        ("2026-07-27", "30.00"),
    ]


def test_no_more_is_recovered_than_stands():
    rows = [("2026-05-01", "30.00"), ("2026-05-02", "30.00"), ("2026-05-03", "30.00")]
    found = recovered(45, rows)
    assert [amount for _, amount in found] == ["30.00", "15.00", "0.00", "0.00"]


def test_a_payment_wholly_recovered_is_nothing_and_covers_its_days():
    row = FOUR_WEEKS | {"amount": "2000.00"}
    rows = instalments(("2026-05-01", "600.00"))
    found = asked("2026-06-29", paid=[row], recoveries=rows)["payments"]
    assert found[0]["amount"] == "0.00" and found[0]["covers_to"] == "2026-05-31"
    assert [one["of"]["recovered"] for one in found] == ["560.00", "40.00", "0.00"]


def test_what_paid_rows_have_recovered_fills_the_first_instalments():
    parts = {"regular": "560.00", "owed": "0.00", "recovered": "40.00"}
    second = paid("2026-05-04", "2026-05-31", "520.00", **parts)
    rows = instalments(("2026-05-01", "30.00"), ("2026-05-02", "30.00"))
    found = asked("2026-06-29", paid=[FOUR_WEEKS | {"amount": "660.00"}, second], recoveries=rows)
    assert found["paid_too_much"] == "60.00"
    assert [one["of"]["recovered"] for one in found["payments"]] == ["20.00", "0.00"]


def test_facts_of_no_day_give_no_payment():
    settled = [{"on": "2026-04-10", "amount": "7.00"}]
    found = asked("2026-12-31", lines=[], decisions=[], settled=settled)
    assert (found["owed"], found["payments"]) == ("7.00", [])


# ---- charges ----

CHARGED_FACTS = {
    "lines": [line("m", "council_managed")],
    "contributions": [{"from": "2026-04-08", "weekly": "70.00", "told_on": "2026-04-08"}],
}


def test_charges_are_for_periods_that_end_and_cover_their_days_with_a_charge():
    assert asked("2026-05-02", **CHARGED_FACTS)["charges"] == []
    found = asked("2026-06-27", end="2026-05-20", **CHARGED_FACTS)
    assert [list(one.values()) for one in found["charges"]] == [
        ["2026-04-08", "2026-05-03", "260.00"],
        ["2026-05-04", "2026-05-20", "170.00"],
    ]


def test_charged_too_much_and_too_little():
    row = {"covers_from": "2026-04-08", "covers_to": "2026-05-10", "amount": "300.00"}
    found = asked("2026-05-31", charged=[row], **CHARGED_FACTS)
    assert [list(one.values()) for one in found["charges"]] == [
        ["2026-05-11", "2026-05-31", "210.00"]
    ]
    assert (found["charged_too_little"], found["charged_too_much"]) == ("30.00", "0.00")
    found = asked("2026-05-31", charged=[row | {"amount": "360.00"}], **CHARGED_FACTS)
    assert (found["charged_too_little"], found["charged_too_much"]) == ("0.00", "30.00")


# ---- E and C ----


def test_e_and_c_are_exact_up_to_the_days_that_were_read():
    found = read(read_facts(facts(lines=[line(amount="100.00")])), date(2026, 4, 6))
    assert found.exact(PAID_OUT, date(2026, 4, 5).toordinal()) == 0
    assert found.exact(PAID_OUT, date(2026, 4, 7).toordinal()) == Fraction(200, 7)
    assert found.exact(CHARGED, date(2026, 4, 7).toordinal()) == 0
    with pytest.raises(ValueError, match="after the days that were read"):
        found.exact(PAID_OUT, date(2027, 4, 7).toordinal())


def test_money_is_whole_pence():
    assert whole_pence(D("12.34")) == 1234 and str(in_pounds(1200)) == "12.00"
    with pytest.raises(ValueError, match="whole pence"):
        whole_pence(D("0.001"))


# ---- the command ----


def run_command(tmp_path, document, until):
    """The command in a process of its own, with a database that does not answer."""
    path = tmp_path / "facts.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    return subprocess.run(
        [sys.executable, "manage.py", "entitlement", str(path), "--until", until],
        cwd=ROOT,
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("number", [1, 16])
def test_the_command_prints_the_answer_and_needs_no_database(tmp_path, number):
    case = SOUND[number]
    done = run_command(tmp_path, case["facts"], case["until"])
    assert (done.returncode, done.stderr) == (0, "")
    printed = json.loads(done.stdout)
    assert {part: printed[part] for part in case["expect"]} == case["expect"]
    assert list(printed) == [
        "entitlement",
        "payments",
        "charges",
        "owed",
        "paid_too_much",
        "charged_too_much",
        "charged_too_little",
    ]


def test_the_command_refuses_with_one_sentence_and_2(tmp_path):
    done = run_command(tmp_path, facts(notes=[]), "2026-05-03")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'The document has an unknown field "notes".\n'
