"""A council whose sample is not like its caseload: the raw figure is off, the weighted one is
not.
"""

from random import Random

import pytest

from poet.results.weighting import weighted
from poet.statistics import round_to_5, wilson_interval

# group -> (share of the caseload, share of the answers, how often life got better): direct payments
# answer too often
COUNCIL = {
    "direct_payment|18-64": (0.14, 0.40, 0.86),
    "direct_payment|65-84": (0.06, 0.20, 0.80),
    "direct_payment|85+": (0.05, 0.05, 0.74),
    "council_managed|18-64": (0.15, 0.10, 0.66),
    "council_managed|65-84": (0.30, 0.15, 0.58),
    "council_managed|85+": (0.25, 0.05, 0.52),
    "provider_held|65-84": (0.05, 0.05, 0.62),
}
TRUTH = sum(part * better for part, _sampled, better in COUNCIL.values())
CASELOAD = {group: round(4000 * part) for group, (part, _sampled, _better) in COUNCIL.items()}


def simulate(seed: int, n: int = 2000) -> dict[str, tuple[int, int]]:
    """{group: (good, answers)} of n responses drawn group by group, rounded as they are
    published.
    """
    rng, groups = Random(seed), list(COUNCIL)
    drawn = rng.choices(groups, [COUNCIL[group][1] for group in groups], k=n)
    strata = {}
    for group in groups:
        answers = drawn.count(group)
        good = sum(rng.random() < COUNCIL[group][2] for _answer in range(answers))
        strata[group] = round_to_5(good), round_to_5(answers)
    return strata


def test_the_raw_figure_is_off_and_the_weighted_one_is_within_its_interval():
    strata = simulate(7)
    good, n = (sum(column) for column in zip(*strata.values(), strict=True))
    low, high = wilson_interval(good, n)
    assert low > TRUTH + 0.05, "the raw figure flatters, and its interval does not help"
    found = weighted(strata, CASELOAD)
    assert found.interval[0] <= TRUTH <= found.interval[1] and abs(found.share - TRUTH) < 0.04
    assert found.covered == pytest.approx(1)


def test_over_many_councils_the_interval_holds_the_truth_about_as_often_as_it_says():
    raw = weighed = 0
    for seed in range(300):
        strata = simulate(seed)
        found = weighted(strata, CASELOAD)
        weighed += found.interval[0] <= TRUTH <= found.interval[1]
        low, high = wilson_interval(*(sum(column) for column in zip(*strata.values(), strict=True)))
        raw += low <= TRUTH <= high
    assert raw == 0 and 0.92 * 300 <= weighed <= 0.99 * 300


def test_a_sample_like_the_caseload_gives_the_raw_figure_back():
    strata = {"a": (40, 100), "b": (30, 50)}
    assert weighted(strata, {"a": 1000, "b": 500}).share == pytest.approx(70 / 150)


def test_nothing_is_weighted_where_too_little_of_the_caseload_has_answers():
    assert weighted({"a": (40, 100)}, {"a": 79, "b": 21}) is None
    assert weighted({"a": (40, 100)}, {"a": 80, "b": 20}).covered == pytest.approx(0.8)
    assert weighted({}, {"a": 10}) is None and weighted({"a": (1, 2)}, {}) is None


def test_a_group_in_which_all_agree_is_not_taken_for_certain():
    low, high = weighted({"a": (10, 10), "b": (10, 10)}, {"a": 5, "b": 5}).interval
    assert 0.7 < low < 1 and high == 1
    low, high = weighted({"a": (0, 10)}, {"a": 5}).interval
    assert low == 0 and 0.2 < high < 0.4
    with pytest.raises(ValueError, match="more good answers"):
        weighted({"a": (11, 10)}, {"a": 1})
