"""Published worked examples, and the properties every interval and every hidden cell must keep."""

import math
import statistics as plain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poet.statistics import (
    funnel_limits,
    kaplan_meier,
    kaplan_meier_quantile,
    may_show_share,
    nearest_rank,
    newcombe_difference,
    round_to_5,
    suppress,
    wilson_interval,
    xmr_limits,
)

SHARES = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SPIKE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def test_wilson_published_example():
    assert wilson_interval(65, 100) == pytest.approx((0.552544, 0.736358), abs=5e-7)


def test_wilson_at_the_ends():
    assert wilson_interval(0, 10)[0] == 0 and wilson_interval(10, 10)[1] == 1
    assert wilson_interval(0, 10)[1] == pytest.approx(0.277533, abs=5e-7)


@given(SHARES, st.sampled_from([0.8, 0.95, 0.998]))
def test_wilson_holds_the_proportion_and_mirrors(share, confidence):
    x, n = share
    low, high = wilson_interval(x, n, confidence)
    assert 0 <= low <= x / n + 1e-12 and x / n - 1e-12 <= high <= 1
    mirrored = wilson_interval(n - x, n, confidence)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("x", "n"), [(-1, 10), (11, 10), (0, 0), (0, -3)])
def test_impossible_proportions_are_refused(x, n):
    for call in (wilson_interval, may_show_share, lambda a, b: newcombe_difference(a, b, 1, 2)):
        with pytest.raises(ValueError, match=r"proportion|count"):
            call(x, n)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95])
def test_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match="confidence"):
        wilson_interval(1, 2, confidence)


def test_newcombe_published_example():
    """Newcombe 1998, table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    assert newcombe_difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(SHARES, SHARES)
def test_newcombe_holds_the_difference_and_turns_round(one, two):
    low, high = newcombe_difference(*one, *two)
    difference = one[0] / one[1] - two[0] / two[1]
    assert -1 - 1e-9 <= low <= difference + 1e-12 and difference - 1e-12 <= high <= 1 + 1e-9
    assert newcombe_difference(*two, *one) == pytest.approx((-high, -low), abs=1e-9)


def test_funnel_limits():
    low, high = funnel_limits(0.5, 100)
    assert (low, high) == pytest.approx((0.402002, 0.597998), abs=5e-7)
    assert funnel_limits(0.02, 10, 0.998)[0] == 0 and funnel_limits(0.98, 10, 0.998)[1] == 1
    wide, narrow = funnel_limits(0.3, 50), funnel_limits(0.3, 5000)
    assert wide[0] < narrow[0] < 0.3 < narrow[1] < wide[1]
    for p0, n in ((-0.1, 10), (1.1, 10), (math.nan, 10), (0.5, 0)):
        with pytest.raises(ValueError, match="proportion"):
            funnel_limits(p0, n)


def test_xmr_published_example_without_screening():
    assert xmr_limits(SPIKE, screened=False) == pytest.approx((-3.0626, 6.9515), abs=5e-5)


def test_xmr_screening_leaves_the_spike_out():
    low, high = xmr_limits(SPIKE)  # 15 ranges of 1 are left
    assert (low, high) == pytest.approx((plain.fmean(SPIKE) - 2.66, plain.fmean(SPIKE) + 2.66))
    assert high < 10


def test_xmr_of_a_flat_line_and_of_too_little():
    assert xmr_limits([7, 7, 7]) == (7, 7)
    for values in ([], [1], [1, math.nan], [1, math.inf]):
        with pytest.raises(ValueError, match="two finite values"):
            xmr_limits(values)


def test_kaplan_meier_worked_by_hand():
    """Six cases: closed at 2, 4, 4; open at 4, 5; closed at 7."""
    curve = kaplan_meier([2, 4, 4, 4, 5, 7], [True, True, True, False, False, True])
    assert [(s.days, s.at_risk, s.closed) for s in curve] == [(2, 6, 1), (4, 5, 2), (7, 1, 1)]
    assert [s.share_open for s in curve] == pytest.approx([5 / 6, 1 / 2, 0])
    assert kaplan_meier_quantile(curve) == 4 and kaplan_meier_quantile(curve, 0.9) == 7


def test_a_backlog_lengthens_the_median():
    closed_only = kaplan_meier([5, 6, 7], [True] * 3)
    with_backlog = kaplan_meier([5, 6, 7, 40, 50, 60, 70], [True] * 3 + [False] * 4)
    assert kaplan_meier_quantile(closed_only) == 6
    assert kaplan_meier_quantile(with_backlog) is None
    assert kaplan_meier([], []) == [] and kaplan_meier([3], [False]) == []


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_without_open_cases_it_is_the_share_still_to_come(days):
    curve = kaplan_meier(days, [True] * len(days))
    for step in curve:
        assert step.share_open == pytest.approx(
            sum(d > step.days for d in days) / len(days), abs=1e-9
        )
    assert kaplan_meier_quantile(curve) == nearest_rank([(d, 1) for d in days], 0.5)


@pytest.mark.parametrize(("durations", "closed"), [([1], []), ([-1], [True])])
def test_kaplan_meier_refuses_what_is_no_wait(durations, closed):
    with pytest.raises(ValueError, match="Each case"):
        kaplan_meier(durations, closed)


@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=80),
    st.sampled_from([0, 0.1, 0.25, 0.5, 0.9, 1]),
)
def test_nearest_rank_is_an_observed_value_with_enough_below(days, q):
    found = nearest_rank([(d, 1) for d in days], q)
    assert found == sorted(days)[max(1, math.ceil(q * len(days))) - 1]


def test_nearest_rank_takes_counts_and_corrections():
    assert nearest_rank([(10, 3), (20, 1)], 0.5) == 10
    assert nearest_rank([(20, 1), (10, 3), (10, -3), (30, 1)], 0.5) == 20
    assert nearest_rank([], 0.5) is None and nearest_rank([(5, 0)], 0.5) is None
    with pytest.raises(ValueError, match="less than no times"):
        nearest_rank([(5, -1)], 0.5)
    with pytest.raises(ValueError, match="quantile"):
        nearest_rank([(5, 1)], 50)


def test_rounding_to_five():
    assert [round_to_5(n) for n in (0, 2, 3, 5, 7, 8, 12, 13)] == [0, 0, 5, 5, 5, 10, 10, 15]
    with pytest.raises(ValueError, match="negative"):
        round_to_5(-1)


def test_a_share_is_hidden_for_its_complement_too():
    assert may_show_share(5, 10) and not may_show_share(4, 100) and not may_show_share(96, 100)


def test_one_hidden_cell_takes_the_next_smallest_with_it():
    table = {"a": {"x": 3, "y": 22, "z": 41}, "b": {"x": 10, "y": 12, "z": 14}}
    assert suppress(table) == {
        "a": {"x": "*", "y": "*", "z": 40},
        "b": {"x": 10, "y": 10, "z": 15},
    }
    both = suppress(table, column_totals=True)
    assert both["b"]["x"] == "*" == both["b"]["y"] and both["b"]["z"] == 15


def test_noughts_do_not_give_each_other_away():
    """Two hidden noughts would follow from the row's total, so a third cell goes."""
    assert suppress({"a": {"x": 0, "y": 0, "z": 22}})["a"] == {"x": "*", "y": "*", "z": "*"}
    with pytest.raises(ValueError, match="negative"):
        suppress({"a": {"x": -1}})


@given(
    st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=1, max_size=5),
    st.booleans(),
)
def test_no_small_number_is_shown_or_follows_from_a_total(rows, column_totals):
    table = {f"r{i}": dict(zip("xyz", row, strict=True)) for i, row in enumerate(rows)}
    shown = suppress(table, column_totals=column_totals)
    groups = [[(row, column) for column in "xyz"] for row in table]
    if column_totals:
        groups += [[(row, column) for row in table] for column in "xyz"]
    for group in groups:
        hidden = [table[row][column] for row, column in group if shown[row][column] == "*"]
        assert all(table[row][column] >= 5 for row, column in group if shown[row][column] != "*")
        assert not hidden or len(hidden) == len(group) or (len(hidden) > 1 and sum(hidden) >= 5)
