"""The estimate of what somebody may have to pay: to the penny, and none where a rate is missing."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from budgets.money import charging
from budgets.money.sterling import on_cost
from budgets.position import case_money, money_presenter
from budgets.position.case_money import Cost
from cases.common.refusals import NotYet
from tests.budgets.test_plan_pages import send, text, url

EXAMPLES = {
    one["id"]: one
    for one in json.loads(Path(__file__).with_name("charging_examples.json").read_text())
}
RATES = charging.RateSet(
    "2025/26",
    {
        "pension": Decimal("232.60"),
        "18-24": Decimal("89.15"),
        "premium": Decimal("49.65"),
        "enhanced": Decimal("24.25"),
        "lower": Decimal(14250),
        "upper": Decimal(23250),
    },
)
POUNDS = st.decimals(min_value=0, max_value=2000, places=2)
CAPITAL = st.decimals(min_value=0, max_value=23250, places=2)


def test_the_published_example_of_tariff_income():
    example = EXAMPLES["knowsley_tariff"]
    found = charging.tariff_income(Decimal(example["in"]["capital"]), RATES.amount_of("lower"))
    assert found == Decimal(example["out"]["tariff_income_week"])


@pytest.mark.parametrize("name", ["norfolk_oncost_day", "norfolk_oncost_night"])
def test_the_published_examples_of_employers_costs(name):
    example = EXAMPLES[name]
    wage = Decimal(example["in"]["wage"])
    cost = on_cost(wage, Decimal(example["in"]["oncost_pct"]))
    assert (cost, wage + cost) == (
        Decimal(example["out"]["oncost"]),
        Decimal(example["out"]["total"]),
    )


@pytest.mark.parametrize(
    ("capital", "income"),
    [
        ("14250", 0),
        ("14250.01", 1),
        ("14500", 1),
        ("14500.01", 2),
        ("15000", 3),
        ("23250", 36),
        ("0", 0),
    ],
)
def test_each_step_of_capital_or_part_of_one_is_a_pound(capital, income):
    assert charging.tariff_income(Decimal(capital), RATES.amount_of("lower")) == income


def estimated(**fields):
    given = {"group": "pension", "income": Decimal(300), "capital": Decimal(0)}
    return charging.estimate(RATES, **given | fields)


def test_the_sum_by_hand():
    """300 + 3 - 232.60 - 20 - 10.40 = 40.00; a premium raises what is kept."""
    costs = {"capital": Decimal(15000), "housing": Decimal(20), "disability": Decimal("10.40")}
    assert estimated(**costs).weekly == Decimal("40.00")
    assert estimated(**costs, premium=True).weekly == 0
    assert estimated(**costs, cost=Decimal(25)).weekly == 25
    assert estimated(capital=Decimal("23250.01"), cost=Decimal(90)).weekly == 90
    with pytest.raises(charging.NoEstimate, match="not known yet"):
        estimated(capital=Decimal("23250.01"))


@given(POUNDS, CAPITAL, POUNDS, POUNDS, POUNDS)
def test_nobody_pays_less_than_nothing_or_more_than_the_support_costs(
    income, capital, housing, disability, cost
):
    found = estimated(
        income=income, capital=capital, housing=housing, disability=disability, cost=cost
    ).weekly
    assert 0 <= found <= cost
    more = estimated(
        income=income + 1, capital=capital, housing=housing, disability=disability, cost=cost
    ).weekly
    assert found <= more


@given(POUNDS, POUNDS, POUNDS)
def test_the_three_numbers_of_a_statement_add_up(weekly, once, paid):
    cost = Cost(weekly * 52, weekly, once)
    for found in (case_money.statement(cost, paid), case_money.statement_of_year(cost, paid)):
        assert found.council + found.person == found.cost and min(found.council, found.person) >= 0


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 4, 5), "2025/26"),
        (date(2026, 4, 6), "2026/27"),
        (date(2025, 4, 6), "2024/25"),
        (date(2025, 4, 7), "2025/26"),
    ],
)
def test_the_year_of_charging_begins_on_a_monday(day, year):
    assert charging.year_of(day) == year


@pytest.mark.parametrize(
    ("year", "group", "missing"),
    [
        ("2026/27", "25", "single 25"),
        ("2024/25", "pension", "single pension age"),
        ("2027/28", "18-24", "single 18-24"),
    ],
)
def test_a_rate_that_is_missing_or_unchecked_gives_no_estimate(year, group, missing):
    rates = charging.read_rates(year)
    with pytest.raises(charging.NoEstimate, match=missing):
        charging.estimate(rates, group=group, income=Decimal(300), capital=Decimal(0))
    known = charging.read_rates("2025/26")
    assert charging.estimate(
        known, group="pension", income=Decimal(300), capital=Decimal(0)
    ).weekly == Decimal("67.40")
    with pytest.raises(charging.NoEstimate, match="lower capital limit|upper capital limit"):
        charging.estimate(
            charging.read_rates("2026/27"), group="pension", income=Decimal(300), capital=Decimal(1)
        )


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1"])
def test_impossible_numbers_give_no_estimate(value):
    with pytest.raises(charging.NoEstimate):
        estimated(income=Decimal(value))


# ---- on a case ----


def test_an_estimate_is_marked_as_one_and_a_range_says_so(a_case, cast, as_):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, contribution_seen=True)
    with pytest.raises(NotYet):
        money.keep_estimate(case=case, by=cast.person, weekly=Decimal(10))
    with pytest.raises(NotYet):
        money.keep_estimate(case=case, by=cast.worker, weekly=Decimal(10), weekly_to=Decimal(9))
    row = money.keep_estimate(
        case=case, by=cast.worker, weekly=Decimal(10), weekly_to=Decimal(20), rate_set="2025/26"
    )
    plan.refresh_from_db()
    assert not plan.contribution_seen, "the person looks at it anew"
    assert (
        money_presenter.contribution_words(row)
        == "Between £10.00 and £20.00 a week. This is an estimate and not a decision."
    )
    page = text(as_(cast.person).get(url("budget", case)))
    assert "between £80.00 and £90.00 a week" in page and "between £10.00 and £20.00 a week" in page
    assert case.clocks.get(kind="financial").ended_at is None, (
        "an estimate ends no financial assessment"
    )
    money.record_contribution(case=case, by=cast.worker, state="recorded", weekly=Decimal("12.50"))
    page = text(as_(cast.person).get(url("budget", case)))
    assert "£87.50 a week (£4,550.00 a year)" in page and "£12.50 a week (£650.00 a year)" in page
    with pytest.raises(NotYet, match="decided already"):
        money.keep_estimate(case=case, by=cast.worker, weekly=Decimal(10))


def test_anybody_on_the_case_works_one_out_and_staff_keep_it(a_case, cast, as_, monkeypatch):
    monkeypatch.setattr(charging, "year_of", lambda on: "2026/27")
    case = a_case(at="plan")
    me, worker, address = as_(cast.person), as_(cast.worker), url("estimate", case)
    typed = {"group": "pension", "income": "£300", "capital": "0"}
    shown = send(me, address, **typed)
    assert (
        shown.status_code == 200
        and "About £58.55 a week" in text(shown)
        and "not a decision" in text(shown)
    )
    assert not case.contributions.exists()
    assert 'name="keep"' not in shown.content.decode()
    refused = send(me, address, **typed | {"group": "25"})
    assert (
        refused.status_code == 422
        and "we do not guess it" in text(refused)
        and 'value="£300"' in refused.content.decode()
    )
    for wrong in (
        {"income": "NaN"},
        {"income": "-1"},
        {"income": ""},
        {"capital": "1.234"},
        {"income_to": "299"},
        {"group": "x"},
    ):
        assert send(me, address, **typed | wrong).status_code == 422, wrong
    assert send(worker, address, **typed | {"income_to": "310", "keep": "on"}).status_code == 302
    row = case.contributions.get()
    assert (row.state, row.weekly, row.weekly_to, row.rate_set) == (
        "estimated",
        Decimal("58.55"),
        Decimal("68.55"),
        "2026/27",
    )
    assert as_(cast.outsider).get(address).status_code == 404
