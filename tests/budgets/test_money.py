"""Money to the penny: rounding modes, weeks rules, plan lines, and what people type."""

from decimal import Decimal as D
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.money import sterling

PENCE = st.integers(0, 10**9).map(lambda n: D(n) / 100)


@pytest.mark.parametrize(
    ("amount", "unit", "mode", "expected"),
    [
        ("2.5", "1", "half_up", "3"),
        ("2.5", "1", "half_even", "2"),
        ("3.5", "1", "half_even", "4"),
        ("2.9", "1", "down", "2"),
        ("0.125", "0.01", "half_up", "0.13"),
        ("0.125", "0.01", "half_even", "0.12"),
        ("0.129", "0.01", "down", "0.12"),
        ("95.3905", "0.05", "half_up", "95.40"),  # 89.15 x 1.07, nearest 5p
        ("241.4388", "0.05", "half_up", "241.45"),  # 232.60 x 1.038
        ("19.25", "0.5", "half_up", "19.50"),
        ("1234", "10", "half_up", "1230"),
    ],
)
def test_rounding_modes_and_units(amount, unit, mode, expected):
    result = sterling.rounding(D(amount), unit, mode)
    assert str(result) == expected


@given(PENCE, st.sampled_from(sterling.UNITS), st.sampled_from(sorted(sterling.MODES)))
def test_rounding_gives_a_near_multiple_and_is_idempotent(amount, unit, mode):
    once = sterling.rounding(amount, unit, mode)
    assert once % unit == 0
    assert abs(once - amount) < unit if mode == "down" else abs(once - amount) * 2 <= unit
    assert sterling.rounding(once, unit, mode) == once
    assert mode != "down" or once <= amount


@pytest.mark.parametrize(("unit", "mode"), [("0.03", "half_up"), ("1", "up"), ("0", "down")])
def test_unknown_rounding_is_refused(unit, mode):
    with pytest.raises(ValueError, match="not known"):
        sterling.rounding(D(1), unit, mode)


def test_rounding_refuses_what_is_not_finite():
    with pytest.raises(ValueError, match="finite"):
        sterling.rounding(D("NaN"), "1", "down")


@pytest.mark.parametrize(
    ("weeks", "year"),
    [
        ("52", "15600.00"),
        ("364-day", "15600.00"),
        ("365/7", "15642.86"),
        ("366/7", "15685.71"),
        (50, "15000.00"),
    ],
)
def test_three_hundred_a_week_over_a_year(weeks, year):
    assert str(sterling.week_to_year(D(300), weeks)) == year


@pytest.mark.parametrize(
    ("annual", "weeks", "week", "four"),
    [
        ("5200", "52", "100.00", "400.00"),
        ("49400", "52", "950.00", "3800.00"),
        ("5201", "52", "100.02", "400.08"),
        ("5200", "364-day", "100.00", "400.00"),
        ("5200", "365/7", "99.73", "398.90"),
    ],
)
def test_a_year_in_weeks(annual, weeks, week, four):
    assert str(sterling.year_to_week(D(annual), weeks)) == week
    assert str(sterling.year_to_four_weeks(D(annual), weeks)) == four


@given(PENCE)
def test_four_weeks_of_52_are_a_thirteenth(annual):
    assert sterling.year_to_four_weeks(annual, "52") == sterling.rounding(
        annual / 13, "0.01", "half_up"
    )


@pytest.mark.parametrize("weeks", ["53", "", 0, 54, True])
def test_unknown_weeks_are_refused(weeks):
    with pytest.raises(ValueError, match="weeks"):
        sterling.weeks_in_year(weeks)


@pytest.mark.parametrize(
    ("wage", "cost", "total"), [("11.00", "2.87", "13.87"), ("10.44", "2.72", "13.16")]
)
def test_norfolk_on_costs(wage, cost, total):
    """Norfolk, 2023/24, 26.08%: the council's page on paying for care with a direct payment."""
    assert sterling.on_cost(D(wage), D("26.08")) == D(cost)
    line = sterling.line_cost(D(1), D(wage), weeks=None, oncost_pct=D("26.08"))
    assert (line.rate, line.period, line.annual) == (D(total), D(total), D(total))


def test_half_a_penny_tells_the_modes_apart():
    up = sterling.line_cost(D("10.5"), D("16.29"), weeks="52")  # 171.045
    even = sterling.line_cost(D("10.5"), D("16.29"), weeks="52", mode="half_even")
    assert (up.period, even.period) == (D("171.05"), D("171.04"))
    assert (up.annual, even.annual) == (D("8894.60"), D("8894.08"))


def test_ongoing_line_on_50_weeks_beside_a_respite_line():
    ongoing = sterling.line_cost(D(10), D("16.29"), weeks=50)
    respite = sterling.line_cost(D(2), D("950"), weeks=None)
    assert ongoing.annual + respite.annual == D("10045.00")
    assert sterling.line_cost(D(10), D("16.29"), weeks="52").annual + respite.annual != D(
        "10045.00"
    )


@pytest.mark.parametrize("bad", [D(-1), D("NaN"), D("Infinity")])
def test_line_cost_refuses_what_is_no_quantity(bad):
    with pytest.raises(ValueError, match="0 or more"):
        sterling.line_cost(bad, D(1), weeks="52")
    with pytest.raises(ValueError, match="0 or more"):
        sterling.line_cost(D(1), bad, weeks="52")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234", "1234.00"),
        ("£1,234.50", "1234.50"),
        (" £ 12.5 ", "12.50"),
        ("1 234.5", "1234.50"),
        ("0", "0.00"),
        ("007", "7.00"),
        ("9,999,999.99", "9999999.99"),
    ],
)
def test_amounts_as_people_type_them(text, amount):
    assert str(sterling.parse_money(text)) == amount


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Enter an amount"),
        ("  ", "Enter an amount"),
        ("-5", "less than £0"),
        ("£-5", "less than £0"),
        ("\u22125", "less than £0"),
        ("1.234", "two figures"),
        ("10000000", "more than £9,999,999.99"),
        ("9" * 5000, "more than"),
        ("NaN", "in numbers"),
        ("Infinity", "in numbers"),
        ("1e3", "in numbers"),
        ("1,23", "in numbers"),
        ("1,234 567", "in numbers"),
        ("12.", "in numbers"),
        (".5", "in numbers"),
        ("$5", "in numbers"),
        ("٣٤", "in numbers"),
        ("1_000", "in numbers"),
        ("+5", "in numbers"),
        ("5\n6", "in numbers"),
    ],
)
def test_amounts_that_are_refused(text, why):
    with pytest.raises(ValueError, match=why):
        sterling.parse_money(text)


@given(PENCE.filter(lambda amount: amount <= sterling.LARGEST))
def test_a_printed_amount_is_read_back(amount):
    assert sterling.parse_money(sterling.pounds(amount)) == amount


def test_no_float_under_budgets():
    """A float would bring pence that are not there; the word may stand only in explanations and
    refusals.
    """
    folder = Path(sterling.__file__).parents[1]
    for path in folder.rglob("*.py"):
        code = [line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines()]
        assert not [line for line in code if "float(" in line or "FloatField" in line], path.name
