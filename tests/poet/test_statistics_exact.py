"""The formulas held to 1e-9 against values that were worked out another way: exact fractions, fifty
decimals, by hand.

Normal quantiles are those of the published tables to fifteen figures; nothing here calls what it
tests twice.
"""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from poet.statistics import (
    benjamini_hochberg,
    funnel_limits,
    kaplan_meier,
    mantel_haenszel,
    newcombe_difference,
    score_interval,
    wilson_interval,
    xmr_limits,
)

Z95, Z998 = (
    Decimal("1.959963984540054235524594430520551"),
    Decimal("3.090232306167813541540399830107379"),
)
CLOSE = 1e-9


@pytest.fixture(autouse=True)
def fifty_decimals():
    with localcontext(prec=50):
        yield


def roots(x: int, n: int, z: Decimal) -> tuple[Decimal, Decimal]:
    """Where |x/n - p| is exactly z standard errors of p, found by halving, not by a formula."""
    share, size = Decimal(x) / n, Decimal(n)

    def beyond(p: Decimal) -> bool:
        return (share - p) ** 2 > z * z * p * (1 - p) / size

    found = []
    for outer in (Decimal(0), Decimal(1)):
        outside, inside = outer, share
        if not beyond(outside):  # at none and at all the limit is the end itself
            found.append(outside)
            continue
        for _round in range(160):
            middle = (outside + inside) / 2
            outside, inside = (middle, inside) if beyond(middle) else (outside, middle)
        found.append(inside)
    return found[0], found[1]


@pytest.mark.parametrize(
    ("x", "n"), [(0, 1), (1, 1), (0, 10), (10, 10), (1, 7), (65, 100), (3, 900), (1999, 2000)]
)
@pytest.mark.parametrize(("z", "confidence"), [(Z95, 0.95), (Z998, 0.998)])
def test_wilson_is_the_root_of_its_own_inequality(x, n, z, confidence):
    low, high = roots(x, n, z)
    assert wilson_interval(x, n, confidence) == pytest.approx((float(low), float(high)), abs=CLOSE)


@pytest.mark.parametrize(
    ("one", "two"),
    [((56, 70), (48, 80)), ((0, 10), (10, 10)), ((9, 10), (3, 10)), ((5, 56), (0, 29))],
)
def test_newcombe_joins_the_two_pairs_of_roots(one, two):
    (low1, high1), (low2, high2) = roots(*one, Z95), roots(*two, Z95)
    p1, p2 = Decimal(one[0]) / one[1], Decimal(two[0]) / two[1]
    lower = p1 - p2 - ((p1 - low1) ** 2 + (high2 - p2) ** 2).sqrt()
    upper = p1 - p2 + ((high1 - p1) ** 2 + (p2 - low2) ** 2).sqrt()
    assert newcombe_difference(*one, *two) == pytest.approx((float(lower), float(upper)), abs=CLOSE)


@pytest.mark.parametrize("p0", ["0.5", "0.02", "0.98", "0.731"])
@pytest.mark.parametrize("n", [1, 17, 400, 25_000])
@pytest.mark.parametrize(("z", "confidence"), [(Z95, 0.95), (Z998, 0.998)])
def test_funnel_limits_in_fifty_decimals(p0, n, z, confidence):
    reach = (z * z * Decimal(p0) * (1 - Decimal(p0)) / n).sqrt()
    limits = (
        float(max(Decimal(p0) - reach, Decimal(0))),
        float(min(Decimal(p0) + reach, Decimal(1))),
    )
    assert funnel_limits(float(p0), n, confidence) == pytest.approx(limits, abs=CLOSE)


def exact_xmr(values, screened):
    """The limits in fractions: sums of whole numbers, divided once."""
    ranges = [abs(b - a) for a, b in zip(values, values[1:], strict=False)]
    typical = Fraction(sum(ranges), len(ranges))
    if screened:
        kept = [size for size in ranges if size * 1000 < 3267 * typical] or [typical]
        typical = Fraction(sum(kept), 1) / len(kept)
    mean, reach = Fraction(sum(values), len(values)), Fraction(266, 100) * typical
    return float(mean - reach), float(mean + reach)


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1],
        [40, 42],
        [7, 7, 7, 7],
        [30, 31, 29, 90, 30, 28, 33, 31, 30],
    ],
)
@pytest.mark.parametrize("screened", [True, False])
def test_xmr_limits_in_fractions(values, screened):
    assert xmr_limits(values, screened) == pytest.approx(exact_xmr(values, screened), abs=CLOSE)


def test_xmr_of_the_worked_example():
    """Mean 35/18 and mean moving range 32/17, worked by hand."""
    spike = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
    reach = 2.66 * 32 / 17
    assert xmr_limits(spike, screened=False) == pytest.approx(
        (35 / 18 - reach, 35 / 18 + reach), abs=CLOSE
    )


def test_kaplan_meier_of_the_six_mp_trial():
    """Freireich 1963, the treated arm: 21 children, 9 relapses; the survival as printed in every
    textbook.
    """
    closed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = kaplan_meier(closed + censored, [True] * 9 + [False] * 12)
    by_hand = [Fraction(18, 21)]
    for at_risk in (17, 15, 12, 11, 7, 6):
        by_hand.append(by_hand[-1] * Fraction(at_risk - 1, at_risk))
    assert [step.days for step in curve] == [6, 7, 10, 13, 16, 22, 23]
    assert [step.share_open for step in curve] == pytest.approx(
        [float(s) for s in by_hand], abs=CLOSE
    )
    assert by_hand[-1] == pytest.approx(0.4482, abs=5e-5)


def test_the_odds_ratio_of_one_table_is_woolfs():
    """One stratum: the ratio is ad/bc, and the variance of its logarithm 1/a + 1/b + 1/c + 1/d."""
    a, b, c, d = 30, 10, 20, 25
    ratio, low, high, p = mantel_haenszel([(a, b, c, d)])
    middle = (Decimal(a * d) / (b * c)).ln()
    error = sum(Decimal(1) / n for n in (a, b, c, d)).sqrt()
    bounds = (middle - Z95 * error).exp(), (middle + Z95 * error).exp()
    assert (ratio, low, high) == pytest.approx(
        (3.75, float(bounds[0]), float(bounds[1])), abs=CLOSE
    )
    assert 0 < p < 0.01


def test_the_same_stratum_twice_says_the_same_with_half_the_variance():
    once, twice = mantel_haenszel([(30, 10, 20, 25)]), mantel_haenszel([(30, 10, 20, 25)] * 2)
    assert twice[0] == pytest.approx(once[0], abs=CLOSE)
    reach_once, reach_twice = (
        float(Decimal(m[2]).ln() - Decimal(m[0]).ln()) for m in (once, twice)
    )
    assert reach_twice == pytest.approx(reach_once / 2**0.5, abs=CLOSE)


def test_simpsons_paradox_is_seen_through():
    """In each stratum both do equally well; all together one seems to do better, because it has the
    easier cases.
    """
    tables = [(90, 10, 9, 1), (2, 8, 20, 80)]
    pooled = [sum(column) for column in zip(*tables, strict=True)]
    assert pooled[0] * pooled[3] > 5 * pooled[1] * pooled[2]
    ratio, low, high, _p = mantel_haenszel(tables)
    assert ratio == pytest.approx(1, abs=CLOSE) and low < 1 < high


def test_an_odds_ratio_of_nothing():
    assert mantel_haenszel([]) is None and mantel_haenszel([(0, 0, 5, 5)]) is None
    with pytest.raises(ValueError, match="negative"):
        mantel_haenszel([(-1, 1, 1, 1)])


def test_benjamini_hochberg_by_hand():
    """Four tests: 0.01 x 4, 0.02 x 2, 0.03 x 4/3 and 0.5, each no more than the one after it."""
    assert benjamini_hochberg([0.03, 0.01, 0.5, 0.02]) == pytest.approx(
        [0.04, 0.04, 0.5, 0.04], abs=CLOSE
    )
    assert benjamini_hochberg([]) == []
    with pytest.raises(ValueError, match="p value"):
        benjamini_hochberg([1.2])


def test_an_interval_of_a_share_is_wilsons_for_whole_numbers():
    for x, n in ((0, 9), (4, 9), (9, 9), (65, 100)):
        low, high = roots(x, n, Z95)
        assert score_interval(x / n, n) == pytest.approx((float(low), float(high)), abs=CLOSE)
    for share, size in ((-0.1, 5), (0.5, 0), (0.5, float("inf"))):
        with pytest.raises(ValueError, match="share"):
            score_interval(share, size)
