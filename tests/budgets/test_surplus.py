"""Money left over, credits and tiers: properties, and the edges that matter to a person."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.money import sterling
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


# ---- nothing is paid twice for a day ----


@given(st.lists(PENCE, max_size=26), PENCE)
def test_what_is_paid_already_comes_out_of_the_first_payments(amounts, credit):
    left = sterling.less(amounts, credit)
    assert len(left) == len(amounts) and all(
        0 <= after <= before for before, after in zip(amounts, left, strict=True)
    )
    assert sum(amounts) - sum(left) == min(credit, sum(amounts))
    touched = [place for place, after in enumerate(left) if after != amounts[place]]
    assert not any(left[: touched[-1]] if touched else []), (
        "what comes before a smaller one is used up"
    )


@given(PENCE, st.integers(0, 400), st.integers(-10, 410))
def test_the_part_of_a_payment_from_a_day_on(amount, days, later):
    first = date(2026, 3, 1)
    last = first + timedelta(days=days)
    day = first + timedelta(days=later)
    part = sterling.part_from(amount, first, last, day)
    assert 0 <= part <= amount
    assert later > 0 or part == amount
    assert later <= days or part == 0
    assert part >= sterling.part_from(amount, first, last, day + timedelta(days=1))


@given(PENCE, st.sampled_from([2, 4]), st.integers(1, 60))
def test_a_schedule_adds_up_to_the_penny_without_gap_or_overlap(annual, cycle, count):
    rows = sterling.schedule(annual, start=date(2026, 1, 5), cycle_weeks=cycle, count=count)
    assert sum(r.amount for r in rows) == annual and min(r.amount for r in rows) >= 0
    assert len(rows) == count
    assert all(
        b.covers_from == a.covers_to + timedelta(days=1)
        for a, b in zip(rows, rows[1:], strict=False)
    )
    assert all(r.due == r.covers_from for r in rows)


@pytest.mark.parametrize("bad", [D(-1), D("0.001")])
def test_a_payment_that_cannot_be_has_no_part(bad):
    with pytest.raises(ValueError, match=r"0 or more|pence"):
        sterling.part_from(bad, date(2026, 1, 1), date(2026, 1, 28), date(2026, 1, 5))
    with pytest.raises(ValueError, match="0 or more"):
        sterling.part_from(D(1), date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 1))


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
