"""Money left over and tiers: properties, and the edges that matter to a person."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.payments.surplus import balance, surplus
from budgets.position import monitoring_tiers

PENCE = st.integers(0, 10**8).map(lambda n: D(n) / 100)
SIGNED = st.integers(-(10**7), 10**8).map(lambda n: D(n) / 100)
WEEKS = st.integers(1, 52)


@given(SIGNED, PENCE, PENCE, PENCE, WEEKS)
def test_a_surplus_is_what_is_free_above_the_weeks_and_never_negative(
    held, contingency, planned, annual, weeks
):
    found = surplus(held, contingency=contingency, planned_use=planned, annual=annual, weeks=weeks)
    assert found.free == held - contingency - planned
    assert found.over == max(D(0), found.free - found.allowed) and found.flagged == (
        found.free > found.allowed
    )
    assert abs(found.allowed * 52 - annual * weeks) <= D("0.26")


@given(PENCE, PENCE, st.integers(1, 10**6).map(lambda n: D(n) * 52 / 100), WEEKS)
def test_exactly_n_weeks_is_no_surplus_and_a_penny_more_is(contingency, planned, annual, weeks):
    exact = contingency + planned + annual * weeks / 52
    facts = {"contingency": contingency, "planned_use": planned, "annual": annual, "weeks": weeks}
    assert not surplus(exact, **facts).flagged
    assert surplus(exact + D("0.01"), **facts).over == D("0.01")


@given(PENCE, PENCE, PENCE, WEEKS)
def test_without_a_balance_there_is_none(contingency, planned, annual, weeks):
    assert (
        surplus(None, contingency=contingency, planned_use=planned, annual=annual, weeks=weeks)
        is None
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"contingency": D(-1)},
        {"planned_use": D("-0.01")},
        {"annual": D("NaN")},
        {"annual": D("Infinity")},
        {"weeks": 0},
        {"weeks": 53},
        {"contingency": D("1.001")},
        {"annual": D("0.1234567890123")},
    ],
)
def test_what_cannot_be_is_refused(bad):
    facts = {"contingency": D(0), "planned_use": D(0), "annual": D(5200), "weeks": 8} | bad
    with pytest.raises(ValueError, match=r"0 or more|finite|pence"):
        surplus(D(100), **facts)


@pytest.mark.parametrize("held", ["NaN", "Infinity", "1.005"])
def test_a_balance_that_cannot_be_is_refused(held):
    with pytest.raises(ValueError, match=r"finite|pence"):
        surplus(D(held), contingency=D(0), planned_use=D(0), annual=D(5200), weeks=8)


@given(st.lists(st.tuples(st.booleans(), PENCE)))
def test_a_ledger_adds_up(entries):
    assert balance(entries) == sum(a for coming_in, a in entries if coming_in) - sum(
        a for i, a in entries if not i
    )


# ---- tiers ----


@given(st.sets(st.sampled_from(sorted(monitoring_tiers.FACTORS))))
def test_the_same_factors_give_the_same_tier_and_more_never_a_lighter_one(found):
    order = list(monitoring_tiers.TIERS)
    tier = monitoring_tiers.tier_of(found)
    assert tier == monitoring_tiers.tier_of(sorted(found))
    for more in monitoring_tiers.FACTORS:
        assert order.index(monitoring_tiers.tier_of(found | {more}).code) >= order.index(tier.code)


def test_the_light_tier_asks_one_balance_a_year_and_no_papers():
    light = monitoring_tiers.tier_of([])
    assert (light.items, light.weeks, light.a_year) == (("balance",), 52, 1)
    assert monitoring_tiers.tier_of(["new"]).code == "light", (
        "a first year alone calls for nothing more"
    )
    assert not {"receipts"} & {
        i for t in ("light", "standard") for i in monitoring_tiers.TIERS[t].items
    }
    assert monitoring_tiers.tier_of(["finding"]).code == "enhanced"
    assert (
        monitoring_tiers.TIERS["light"].minutes_a_year
        < monitoring_tiers.TIERS["standard"].minutes_a_year
    )
    with pytest.raises(ValueError, match="Not a stated factor"):
        monitoring_tiers.tier_of(["looks odd"])


def test_exactly_the_large_sum_is_not_large():
    facts = {"first_year": False, "employs": False, "managed_by_other": False, "finding": False}
    assert monitoring_tiers.factors(annual=monitoring_tiers.LARGE, **facts) == []
    assert monitoring_tiers.factors(annual=monitoring_tiers.LARGE + D("0.01"), **facts) == ["large"]
