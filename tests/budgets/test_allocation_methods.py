"""Linear, domain prices, another tool; scores between two options, what does not apply, add-ons, a
worker's changes.
"""

import copy
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.allocation.allocator import SchemeError, allocate, check_scheme
from budgets.allocation.answers import unpack
from budgets.allocation.worked_examples import run_vectors
from tests.budgets.samples import DEMO, HALTON, RECKONER, ask, small

PENNY = {"unit": "0.01", "mode": "half_up"}
WEEKS = {"week": PENNY, "four_weeks": PENNY}
RATE = {
    "code": "second",
    "label": "a second worker",
    "amount": "21.36",
    "unit": "hour",
    "valid_from": "2024-04-01",
    "valid_to": "2025-03-31",
    "source": "invented",
}
ADD_ON = {"code": "handover", "label": "Second worker at handover", "rate": "second"}
ON = date(2024, 6, 1)


def linear(**changes):
    whole = {"unit": "1", "mode": "half_up"}
    base = small(
        method="linear",
        price_per_point="338.14",
        rounding={"points": whole, "year": PENNY, **WEEKS},
    )
    del base["table"]
    return {**base, **changes}


def priced(*amounts, **changes):
    """A domain-prices scheme of two questions."""
    domains = [
        {
            "code": code,
            "title": code.title(),
            "outcome": "hygiene",
            "options": [{"label": f"Level {i}", "amount_year": a} for i, a in enumerate(amounts)],
        }
        for code in ("one", "two")
    ]
    return {
        "name": "Prices",
        "method": "domain_prices",
        "domains": domains,
        "weeks": "52",
        "rounding": {"line": PENNY, **WEEKS},
        "unpaid_support_multipliers": {"none": "1", "some": "0.75"},
    } | changes


def with_add_ons(base, unit="1", **changes):
    scheme = (
        copy.deepcopy(base)
        | {"add_ons": [ADD_ON], "rates": [*base.get("rates", []), RATE]}
        | changes
    )
    scheme["rounding"]["add_on"] = {"unit": unit, "mode": "half_up"}
    return scheme


OTHER = {"name": "Other", "method": "external", "tool": "A tool", "rounding": WEEKS, "weeks": "52"}
FIGURE = {"annual": "10400.00", "tool_version": "3.1", "explanation": "It looks at all answers."}


# Linear


def test_points_times_one_price():
    result = allocate(linear(), ask(29))
    assert (result.annual, result.points, result.weekly) == (D("9806.06"), "29", D("188.58"))
    assert result.lines[-1].detail == "29 points × £338.14 = £9,806.06 a year"
    assert result.trace["table"] is None and result.trace["price"]["amount"] == "338.14"
    assert check_scheme(linear()) == []


@pytest.mark.parametrize(("points", "year"), [(9, "0.00"), (10, "3381.40")])
def test_both_sides_of_a_threshold(points, year):
    result = allocate(linear(threshold_points=10), ask(points))
    assert str(result.annual) == year
    assert ("met by universal services" in result.lines[-1].detail) == (points < 10)
    assert result.trace["notes"] == (
        ["No budget: met by universal services."] if points < 10 else []
    )


def test_a_price_of_nothing_is_not_universal_services():
    assert allocate(linear(price_per_point="0"), ask(9)).trace["notes"] == []


@pytest.mark.parametrize("price", [None, "-1", "1.23456", 338.14, "NaN"])
def test_a_price_that_is_none(price):
    with pytest.raises(SchemeError, match="price_per_point"):
        allocate(linear(price_per_point=price), ask(1))


# Domain prices


def test_a_price_for_each_answer_times_the_share_kept():
    scheme = priced(None, "0", "1000.01", "4000")
    answers = {
        "one": {"option": 2, "unpaid_support": "some"},
        "two": {"option": 3, "unpaid_support": "none"},
    }
    result = allocate(scheme, answers)
    assert [line.amount for line in result.lines] == [D("750.01"), D("4000.00")]
    assert result.annual == D("4750.01") and result.points is None
    assert (
        result.lines[0].detail
        == 'Level 2: £1,000.01 a year × 0.75 (unpaid support "some") = 750.0075'
    )
    assert result.trace["questions"][0]["year"] == "750.01"
    answers = {
        "one": {"option": 0, "unpaid_support": "none"},
        "two": {"option": 1, "unpaid_support": "none"},
    }
    free, nought = allocate(scheme, answers).lines
    assert (
        free.detail == "Level 0: met by universal services"
        and nought.detail == "Level 1: £0.00 a year"
    )
    assert check_scheme(scheme) == []


@given(
    st.tuples(*[st.tuples(st.integers(0, 3), st.sampled_from(["none", "some"]))] * 2),
    st.integers(0, 999_999),
)
def test_lines_add_up_in_domain_prices(drawn, pennies):
    scheme = priced(None, "0", "1000.01", str(D(pennies) / 100))
    answers = {
        code: {"option": o, "unpaid_support": u}
        for code, (o, u) in zip(("one", "two"), drawn, strict=True)
    }
    result = allocate(scheme, answers)
    assert sum(line.amount for line in result.lines) == result.annual
    assert all(line.amount == line.amount.quantize(D("0.01")) for line in result.lines)


# Another tool


def test_a_figure_from_another_tool_is_kept_with_how_it_came_about():
    result = allocate(OTHER, {}, external=FIGURE)
    assert (result.annual, result.weekly, result.points) == (D("10400.00"), D("200.00"), None)
    assert (
        result.trace["external"]["tool_version"] == "3.1"
        and "looks at all" in result.lines[0].detail
    )
    assert check_scheme(OTHER) == []


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (None, "no figure yet: it comes from A tool"),
        ({}, "must be a number"),
        (FIGURE | {"annual": "-1"}, "0 or more"),
        (FIGURE | {"annual": "1.001"}, "decimal places"),
        (FIGURE | {"annual": "99999999"}, "can't be more than"),
        (FIGURE | {"tool_version": " "}, "tool_version"),
        (FIGURE | {"explanation": ""}, "explanation"),
        (FIGURE | {"secret": "weights"}, 'not known, "secret"'),
        ("10400", "must be an object"),
    ],
)
def test_records_of_another_tool_that_are_refused(record, why):
    with pytest.raises(SchemeError, match=why):
        allocate(OTHER, {}, external=record)


def test_only_an_external_scheme_takes_a_figure_and_it_asks_nothing():
    with pytest.raises(SchemeError, match="works out its own figure"):
        allocate(small(), ask(1), external=FIGURE)
    with pytest.raises(SchemeError, match="does not ask"):
        allocate(OTHER, ask(1), external=FIGURE)
    assert "asks no questions" in check_scheme(OTHER | {"domains": small()["domains"]})[0]
    assert "tool" in check_scheme({k: v for k, v in OTHER.items() if k != "tool"})[0]


# Between two options


def between(**changes):
    scheme = small(allow_between=True, **changes)
    scheme["domains"][0]["options"] = [
        {"label": x, "points": p} for x, p in (("None", 0), ("Some", 4), ("Lots", 9))
    ]
    return scheme


@given(st.decimals(0, 12, places=2))
def test_a_score_between_two_printed_ones_is_bounded_by_them(points):
    answers = {"only": {"points": str(points)}}
    if points > 9:
        with pytest.raises(SchemeError, match="outside its printed scores"):
            allocate(between(), answers)
        return
    result = allocate(between(), answers)
    question = result.trace["questions"][0]
    assert D(result.raw_points) == points
    if points in (0, 4, 9):
        assert question["option"] == (0, 4, 9).index(points)
    else:
        assert question["option"] is None and question["label"].startswith("Between")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"points": "3", "option": 1}, "one of the two"),
        ({"points": "-1"}, "0 or more"),
        ({"points": 1.5}, "written in figures"),
        ({"points": "1.2345"}, "decimal places"),
        ({"points": None}, "not answered"),
    ],
)
def test_scores_that_are_none(answer, why):
    with pytest.raises(SchemeError, match=why):
        allocate(between(), {"only": answer})


def test_without_leave_a_score_is_no_answer():
    with pytest.raises(SchemeError, match="not answered"):
        allocate(small(), {"only": {"points": "5"}})
    assert "allow_between is for points" in check_scheme({**RECKONER, "allow_between": True})[0]


# What does not apply


def test_does_not_apply_is_an_answer_and_unanswered_is_none():
    scheme = copy.deepcopy(DEMO)
    caring = next(d for d in scheme["domains"] if d["code"] == "caring")
    caring["may_not_apply"] = True
    answers = copy.deepcopy(DEMO["vectors"][3]["answers"])
    answers["caring"] = {"option": "does_not_apply"}
    question = next(
        q for q in allocate(scheme, answers).trace["questions"] if q["domain"] == "caring"
    )
    assert (question["option"], question["label"], question["counted"]) == (
        "does_not_apply",
        "Does not apply",
        "0",
    )
    assert check_scheme(scheme) == []
    with pytest.raises(SchemeError, match='no answer "does not apply"'):
        allocate(DEMO, answers)
    del answers["caring"]
    with pytest.raises(SchemeError, match="not answered: Caring"):
        allocate(scheme, answers)


# Add-ons


def test_an_add_on_is_hours_times_rate_times_days_on_364_days():
    scheme = with_add_ons(small())
    given_ = [
        {"code": "handover", "hours": "0.5", "days": "364", "reason": "Two people lift at eight"}
    ]
    result = allocate(scheme, ask(50), on=ON, add_ons=given_)
    assert result.lines[-1].amount == D("3888.00")  # 0.5 x 21.36 x 364 = 3887.52, to whole pounds
    assert result.annual == 2600 + 3888 == sum(line.amount for line in result.lines)
    assert result.weekly == D("124.77")
    extra = result.trace["add_ons"][0]
    assert extra["text"] == "0.5 hours × £21.36 × 364 days = £3,888.00 a year"
    assert extra["reason"] == "Two people lift at eight"
    assert check_scheme(scheme) == []


@given(
    st.lists(
        st.tuples(st.decimals("0.01", 24, places=2), st.integers(1, 364)), min_size=1, max_size=4
    )
)
def test_add_ons_add_up_in_points_and_reckoner(drawn):
    given_ = [{"code": "handover", "hours": str(h), "days": d, "reason": "r"} for h, d in drawn]
    vector = RECKONER["vectors"][1]
    for scheme, answers in (
        (with_add_ons(small(), "0.01"), ask(50)),
        (with_add_ons(RECKONER), vector["answers"]),
    ):
        bare, result = (
            allocate(scheme, answers, on=ON),
            allocate(scheme, answers, on=ON, add_ons=given_),
        )
        assert sum(line.amount for line in result.lines) == result.annual
        extra = sum(D(a["amount"]) for a in result.trace["add_ons"])
        assert result.annual - bare.annual == extra
        assert abs(52 * (result.weekly - bare.weekly) - extra) <= D("0.26")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"code": "gold"}, 'no add-on "gold"'),
        ({"code": None}, "no add-on null"),
        ({"hours": "0"}, "more than 0 and up to 24"),
        ({"hours": "24.01"}, "more than 0 and up to 24"),
        ({"days": "365"}, "up to 364 days"),
        ({"days": "x"}, "written in figures"),
        ({"reason": " "}, "reason"),
        ({"price": "1"}, 'not known, "price"'),
    ],
)
def test_add_ons_that_are_refused(change, why):
    row = {"code": "handover", "hours": "1", "days": "100", "reason": "r"} | change
    with pytest.raises(SchemeError, match=why):
        allocate(with_add_ons(small()), ask(50), on=ON, add_ons=[row])


def test_add_ons_need_a_date_a_rate_and_no_award():
    row = {"code": "handover", "hours": "1", "days": "100", "reason": "r"}
    with pytest.raises(SchemeError, match="service date"):
        allocate(with_add_ons(small()), ask(50), add_ons=[row])
    with pytest.raises(SchemeError, match="published to 2025-03-31"):
        allocate(with_add_ons(small()), ask(50), on=date(2025, 4, 1), add_ons=[row])
    with pytest.raises(SchemeError, match="must be a list"):
        allocate(with_add_ons(small()), ask(50), on=ON, add_ons={"code": "handover"})
    assert (
        "names a rate that is not given"
        in check_scheme(with_add_ons(small(), rates=[RATE | {"code": "x"}]))[0]
    )
    assert "an award is paid once" in check_scheme({**HALTON, "add_ons": [ADD_ON]})[0]


# A worker's changes


def test_a_worker_sets_hours_and_both_are_kept():
    vector = RECKONER["vectors"][1]
    code = RECKONER["domains"][0]["code"]
    change = {code: {"hours": "20", "reason": "Two falls in a month"}}
    before = allocate(RECKONER, vector["answers"], on=ON)
    result = allocate(RECKONER, vector["answers"], on=ON, overrides=change)
    question = result.trace["questions"][0]
    kept = D(question["multiplier"])
    assert (
        D(question["counted"]) == 20 * kept and question["answered"]["label"] != question["label"]
    )
    assert result.trace["before_overrides"]["annual"] == str(before.annual)
    assert sum(line.amount for line in result.lines) == result.annual
    for hours in ("337", "-1", "x"):
        with pytest.raises(SchemeError):
            allocate(
                RECKONER,
                vector["answers"],
                on=ON,
                overrides={code: {"hours": hours, "reason": "r"}},
            )
    with pytest.raises(SchemeError, match="Only a ready reckoner"):
        allocate(small(), ask(1), overrides={"only": {"hours": "3", "reason": "r"}})


@given(st.integers(0, 9_999_999_99), st.integers(0, 100))
def test_a_figure_set_by_a_worker_is_a_line_of_its_own(pennies, points):
    new = D(pennies) / 100
    change = {"figure": {"annual": str(new), "reason": "The panel of last year"}}
    result = allocate(small(), ask(points), overrides=change)
    assert result.annual == new == sum(line.amount for line in result.lines)
    assert result.trace["before_overrides"]["annual"] == str(allocate(small(), ask(points)).annual)
    assert result.trace["figure_set"]["reason"] == "The panel of last year"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"figure": {"annual": "100"}}, "needs a reason"),
        ({"figure": {"reason": "r"}}, "must be a number"),
        ({"figure": {"annual": "10000000", "reason": "r"}}, "can't be more than"),
        ({"figure": {"annual": "1", "reason": "r", "weekly": "1"}}, "not known"),
        ({"only": {"points": "3", "reason": "r"}}, "not known|not answered"),
        ("x", "must be an object"),
    ],
)
def test_changes_that_are_refused(change, why):
    with pytest.raises(SchemeError, match=why):
        allocate(small(), ask(1), overrides=change)


def test_a_worker_may_place_between_two_options_where_the_version_allows_it():
    result = allocate(between(), ask(1), overrides={"only": {"points": "6.5", "reason": "r"}})
    assert (result.raw_points, result.trace["questions"][0]["answered"]["option"]) == ("6.5", 1)


def test_incomplete_answers_stay_without_a_figure_whatever_a_worker_changes():
    with pytest.raises(SchemeError, match="not answered"):
        allocate(small(), {}, overrides={"figure": {"annual": "1", "reason": "r"}})


# Files and vectors


def test_what_stands_beside_the_answers_is_taken_apart_and_travels_in_vectors():
    row = {"code": "handover", "hours": "1", "days": "100", "reason": "r"}
    assert unpack({**ask(1), "add_ons": [row], "overrides": {}}) == (ask(1), {"add_ons": [row]})
    scheme = with_add_ons(small())
    vector = {"name": "handover", "on": "2024-06-01", "answers": ask(50), "add_ons": [row]}
    scheme["vectors"] = [vector | {"expected": {"amount_year": "4736.00", "total_points": 50}}]
    assert run_vectors(scheme) == []
    external = OTHER | {
        "vectors": [{"name": "x", "external": FIGURE, "expected": {"amount_week": "200.00"}}]
    }
    assert run_vectors(external) == []
