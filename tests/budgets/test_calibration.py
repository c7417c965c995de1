"""Three ways to price the invented sample, in exact figures; ties, groups, and samples that can't
be priced.
"""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.allocation.calibration import Person, calibrate
from budgets.allocation.readers import SchemeError
from budgets.allocation.schemes import parse_scheme
from tests.budgets.samples import DEMO, RECKONER

SAMPLE = DEMO["calibration"]
PEOPLE = [Person(D(points), D(cost)) for points, cost in SAMPLE["sample"]]
SCHEME = parse_scheme(DEMO)


def ways(people=PEOPLE, **options):
    found = calibrate(people, **({"contingency": D("0.10"), "scheme": SCHEME} | options))
    return {method.code: method for method in found.methods}, found


def check(method, expected):
    assert method.allocated == D(expected["allocated"])
    assert method.covered == expected["people_whose_old_cost_is_covered"]
    assert str(method.difference) == expected["mean_absolute_pct_difference"]


def test_the_sample_gives_exactly_the_published_figures():
    found, whole = ways()
    assert whole.pot == D(SAMPLE["pot"]) and whole.points == SAMPLE["sum_points"]
    assert whole.available == D(SAMPLE["available"])
    price = SAMPLE["method_price_per_point"]
    check(found["linear"], price)
    assert str(found["linear"].price) == price["price_per_point_rounded_down"]
    assert found["linear"].left == D(price["unallocated_after_rounding"])
    scaled = SAMPLE["method_scale_table"]
    check(found["table"], scaled)
    assert str(found["table"].factor) == scaled["factor"]
    assert found["table"].left == D(scaled["unallocated_after_rounding"])
    rows = [[int(r.start), int(r.end), str(int(r.amount))] for r in found["table"].table]
    assert rows == scaled["table"]
    rank = SAMPLE["method_rank_match"]
    check(found["rank"], rank)
    pairs = [[int(p.points), int(a)] for p, a in zip(PEOPLE, found["rank"].amounts, strict=True)]
    assert pairs == rank["pairs"] and found["rank"].left == 0


def test_winners_and_losers_by_group_add_up():
    people = [
        Person(p.points, p.cost, "older" if i % 3 else "younger") for i, p in enumerate(PEOPLE)
    ]
    for method in ways(people)[0].values():
        everybody, *groups = method.sides
        assert [g.group for g in groups] == ["older", "younger"]
        for field in ("people", "gain", "lose", "same", "old", "new"):
            assert getattr(everybody, field) == sum(getattr(g, field) for g in groups)
        assert everybody.gain + everybody.lose + everybody.same == everybody.people == 20


def test_the_same_points_get_the_same_by_rank():
    people = [Person(D(5), D(100)), Person(D(5), D("200.01")), Person(D(1), D(50))]
    rank = ways(people)[0]["rank"]
    assert rank.amounts == (D("150.00"), D("150.00"), D("50.00")) and rank.left == D("0.01")


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 99_999_99)), min_size=1, max_size=30))
def test_never_more_is_given_out_than_there_is(drawn):
    people = [Person(D(points), D(pennies) / 100) for points, pennies in drawn]
    if not any(points for points, _cost in drawn):
        with pytest.raises(SchemeError, match="any points"):
            ways(people)
        return
    found, whole = ways(people)
    for method in found.values():
        assert 0 <= method.left and method.allocated <= method.shared <= whole.pot
        assert all(amount >= 0 for amount in method.amounts)
    ranked = sorted(zip((p.points for p in people), found["rank"].amounts, strict=True))
    assert [a for _p, a in ranked] == sorted(a for _p, a in ranked), "never less for more points"


def test_what_can_not_be_priced_says_why():
    with pytest.raises(SchemeError, match="nobody"):
        ways([])
    for share in ("1", "-0.1"):
        with pytest.raises(SchemeError, match="kept back"):
            ways(contingency=D(share))
    found, whole = ways(scheme=parse_scheme(RECKONER))
    assert set(found) == {"linear", "rank"} and "no table of points" in whole.refused[0]
    found, whole = ways([Person(D(101), D(5))])
    assert "table" not in found and "101 points has no row" in whole.refused[0]
    found, whole = ways([Person(D(1), D(5))])
    assert "pays nobody" in whole.refused[0]
    assert ways(pot=D(1000))[1].available == 900
