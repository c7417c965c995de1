"""The estimate of what somebody may have to pay: to the penny, and none where a rate is missing."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from budgets.models.charging import CHARGING_RATES
from budgets.money import charging, charging_rates
from budgets.money.sterling import on_cost
from budgets.position import case_money, money_presenter
from budgets.position.case_money import Cost
from cases.common.refusals import NotYet
from tests.budgets.test_plan_pages import a_date, send, text, url

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
        "tariff": Decimal("1.00"),
        "step": Decimal(250),
    },
)
POUNDS = st.decimals(min_value=0, max_value=2000, places=2)
CAPITAL = st.decimals(min_value=0, max_value=23250, places=2)


def test_the_published_example_of_tariff_income():
    example = EXAMPLES["knowsley_tariff"]
    found = charging.tariff_income(Decimal(example["in"]["capital"]), RATES)
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
    assert charging.tariff_income(Decimal(capital), RATES) == income


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


# A day in each year; the groups whose minimum income guarantee is at hand in it, and its amount.
DAYS = {"2024/25": date(2024, 5, 1), "2025/26": date(2025, 5, 1), "2026/27": date(2026, 5, 1)}
AT_HAND = {
    "2024/25": {},
    "2025/26": {"18-24": "89.15", "25": "112.50", "pension": "232.60"},
    "2026/27": {"18-24": "95.40", "pension": "241.45"},
}
LIMITS = {"lower": "14250", "upper": "23250", "tariff": "1", "step": "250"}
TARIFF = {"1": 0, "14250": 0, "14250.01": 1, "23250": 36}


def of_the_day(year, group, capital, entered=(), **facts):
    amounts = {
        rate.code: rate.amount for rate in charging_rates.published() if rate.holds(DAYS[year])
    }
    amounts |= {code: Decimal(LIMITS[code]) for code in entered}
    rates = charging.RateSet(charging.year_of(DAYS[year]), amounts)
    given = {"group": group, "income": Decimal(300), "capital": Decimal(capital)}
    return charging.estimate(rates, **given | facts)


@pytest.mark.parametrize("capital", TARIFF)
@pytest.mark.parametrize("group", charging.GROUPS)
@pytest.mark.parametrize("year", DAYS)
def test_savings_give_an_estimate_wherever_the_rates_are_at_hand(year, group, capital):
    """300 and the tariff, less the minimum income guarantee; 2024/25 has no guarantee at hand, and
    2026/27 none from 25 to pension age. What a council has to enter itself is what 2026/27 lacks.
    """
    kept, entered = AT_HAND[year].get(group), LIMITS if year == "2026/27" else ()
    if kept is not None:
        found = of_the_day(year, group, capital, entered)
        assert found.weekly == 300 + TARIFF[capital] - Decimal(kept)
        return
    with pytest.raises(charging.NoEstimate) as no:
        of_the_day(year, group, capital, entered)
    assert no.value.missing == group
    assert str(CHARGING_RATES[group]) in str(no.value) and year in str(no.value)


@pytest.mark.parametrize("year", DAYS)
def test_above_the_upper_limit_it_is_the_whole_cost_in_every_year(year):
    entered = ["upper"] if year == "2026/27" else ()
    assert of_the_day(year, "25", "23250.01", entered, cost=Decimal(90)).weekly == 90
    with pytest.raises(charging.NoEstimate, match="above £23,250.00"):
        of_the_day(year, "25", "23250.01", entered)


def test_limits_without_a_source_at_hand_are_asked_for_and_one_is_enough_for_a_pound():
    with pytest.raises(charging.NoEstimate, match="Lower capital limit.*2026/27") as no:
        of_the_day("2026/27", "pension", "1")
    assert no.value.missing == "lower"
    assert of_the_day("2026/27", "pension", "1", ["lower"]).weekly == Decimal("58.55")
    for rate in charging_rates.published():
        assert "not read" not in rate.note, "a source nobody has read is no source"


def test_a_rate_that_is_missing_gives_no_estimate_and_is_named():
    with pytest.raises(charging.NoEstimate, match="Disability premium, single.*2026/27") as no:
        of_the_day("2026/27", "pension", "0", premium=True)
    assert no.value.missing == "premium"
    bare = charging.RateSet("2030/31", {"pension": Decimal(200), "lower": Decimal(100)})
    facts = {"group": "pension", "income": Decimal(300)}
    assert charging.estimate(bare, capital=Decimal(100), **facts).weekly == 100, (
        "within the lower limit the others do not matter"
    )
    with pytest.raises(charging.NoEstimate) as no:
        charging.estimate(bare, capital=Decimal(101), **facts)
    assert no.value.missing == "upper"


def test_what_is_unchecked_or_missing_in_the_file_is_no_rate():
    row = {"financial_year": "2026/27", "item": "single 18-24", "amount_gbp": "95.40"}
    row |= {"source_url": "https://example.org", "note": "", "status": "published"}
    (found,) = charging_rates.read_published([row])
    assert (found.valid_from, found.valid_to) == (date(2026, 4, 6), date(2027, 4, 12))
    for status in ("check before use", "MISSING", ""):
        assert not list(charging_rates.read_published([row | {"status": status, "amount_gbp": ""}]))
    for one in charging_rates.published():
        assert one.source.startswith("https://"), one
        others = [r for r in charging_rates.published() if r.code == one.code and r is not one]
        assert not any(r.holds(one.valid_from) for r in others), f"two hold: {one}"


def with_own(**own):
    amounts = RATES.amounts | {code: Decimal(amount) for code, amount in own.items()}
    rates = charging.RateSet("2025/26", amounts, dict.fromkeys(own, "Cabinet"))
    return lambda **facts: charging.estimate(
        rates, **{"group": "pension", "income": Decimal(300), "capital": Decimal(0)} | facts
    )


def test_a_councils_own_rates_by_hand():
    """300 - 232.60 = 67.40 without any."""
    assert with_own(percentage="80")().weekly == Decimal("53.92")
    assert with_own(percentage="75")().weekly == Decimal("50.55")
    assert with_own(percentage="75", maximum="40")().weekly == 40
    assert with_own(maximum="40")(cost=Decimal(30)).weekly == 30
    assert with_own(minimum="67.40")().weekly == Decimal("67.40")
    assert with_own(minimum="67.41")().weekly == 0
    assert with_own(disregard="7.40")().weekly == 60
    assert with_own(disregard="400")().weekly == 0
    assert with_own(disability="10.40")().weekly == 57
    assert with_own(disability="10.40")(disability=Decimal("17.40")).weekly == 50
    twice = with_own(step="500", lower="14000")
    assert twice(capital=Decimal("14500.01")).weekly == Decimal("69.40"), "two steps of 500"
    said = dict(with_own(percentage="80")().rows)
    assert said["What is left over"] == "£67.40", "so that the sum can be done again by hand"
    assert said["Of that, this council takes 80%"] == "£53.92"
    own = said["This council’s own rates in this sum"]
    assert own.startswith("Share of what is left over") and own.endswith("(Cabinet)")
    assert "This council’s own rates in this sum" not in dict(estimated().rows)


@given(POUNDS, CAPITAL, st.sampled_from(sorted(charging_rates.ITEMS)), POUNDS)
def test_a_kinder_rate_never_makes_anybody_pay_more(income, capital, code, more):
    """Each rate that the regulations set, alone moved the way a council may move it."""
    before = RATES.amounts | {"25": Decimal(100)}
    after = before | {code: before[code] + more}
    if code in charging_rates.LESS_IS_KINDER:
        after[code] = max(Decimal(0), before[code] - more)
    facts = {"group": "18-24", "income": income, "capital": capital, "cost": Decimal(500)}
    facts |= {"premium": True, "enhanced": True}
    paid = [
        charging.estimate(charging.RateSet("2025/26", rates), **facts).weekly
        for rates in (before, after)
    ]
    assert paid[1] <= paid[0]


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


def test_anybody_on_the_case_works_one_out_and_staff_keep_it(a_case, cast, as_):
    case = a_case(at="plan")
    me, worker, address = as_(cast.person), as_(cast.worker), url("estimate", case)
    on = date(2026, 5, 1)
    typed = {"group": "pension", "income": "£300", "capital": "1"} | a_date("on", on)
    assert "Lower capital limit" in text(send(me, address, **typed))
    lower = charging_rates.Rate("lower", Decimal(14250), on, None, "Circular, page 2", own=True)
    money.record_charging_rates(council=cast.council, rates=[lower], by=cast.finance)
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
        and "staff/charging-rates" not in refused.content.decode()
    )
    assert "If you would like to know sooner" in text(refused)
    told = send(worker, address, **typed | {"group": "25"})
    assert "The finance team or an administrator" in text(told)
    assert "/staff/charging-rates/?on_day=1" in told.content.decode(), "each rate has its source"
    money_in = url("estimate", a_case(at="running", days_ago=60))
    shown = send(as_(cast.finance), money_in, **typed | {"group": "25"}).content.decode()
    assert "/staff/charging-rates/?on_day=1&amp;on_month=5&amp;on_year=2026" in shown
    for wrong in (
        {"income": "NaN"},
        {"income": "-1"},
        {"income": ""},
        {"capital": "1.234"},
        {"income_to": "299"},
        {"group": "x"},
        {"on_day": "31", "on_month": "2"},
    ):
        assert send(me, address, **typed | wrong).status_code == 422, wrong
    assert send(worker, address, **typed | {"income_to": "310", "keep": "on"}).status_code == 302
    row = case.contributions.get()
    assert (row.state, row.weekly, row.weekly_to, row.rate_set, row.valid_from) == (
        "estimated",
        Decimal("58.55"),
        Decimal("68.55"),
        "2026/27",
        on,
    )
    assert as_(cast.outsider).get(address).status_code == 404
