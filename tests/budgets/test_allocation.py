"""The engine: every vector line by line, every boundary, and every answer that must give no
figure.
"""

import copy
import json
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgets.allocation.allocator import SchemeError, allocate, check_scheme
from budgets.allocation.worked_examples import run_vectors
from tests.budgets.samples import DEMO, FILES, RECKONER, ask, small

LEVELS = ["none", "some", "most", "all"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_file_may_be_published_and_its_vectors_pass(path):
    definition = json.loads(path.read_text(encoding="utf-8"))
    assert check_scheme(definition) == []
    assert run_vectors(definition) == []


@pytest.mark.parametrize("vector", DEMO["vectors"], ids=lambda v: v["name"])
def test_demo_vectors_to_the_penny_and_line_by_line(vector):
    result, expected = allocate(DEMO, vector["answers"]), vector["expected"]
    assert result.annual == D(expected["amount_year"])
    assert str(result.weekly) == expected["amount_week"]
    assert str(result.four_weekly) == expected["amount_4_weeks"]
    assert result.raw_points == expected["raw_total"]
    assert result.points == str(expected["total_points"])
    for got, want in zip(result.trace["questions"], expected["lines"], strict=True):
        assert {key: got[key] for key in want} == want


def test_demo_stands_on_the_pages_of_the_adult_self_assessment():
    pages = (
        "nutrition hygiene toilet clothed home_safely habitable_home relationships work community"
    )
    pages = [*pages.split(), "caring_child", "wellbeing"]
    assert check_scheme(DEMO, pages=pages) == [] == check_scheme(RECKONER, pages=pages)
    assert check_scheme(DEMO, pages=["work"])[0].endswith('unknown page, "hygiene".')


def test_the_trace_is_json_and_shows_the_rows_either_side():
    result = allocate(DEMO, DEMO["vectors"][3]["answers"])
    trace = json.loads(json.dumps(result.trace))
    assert trace == result.trace
    assert trace["table"]["below"]["to"] == "19" and trace["table"]["above"]["from"] == "30"
    assert trace["table"]["used"] == {
        "from": "20",
        "to": "29",
        "amount_year": "5200.00",
        "text": "£5,200.00 a year",
    }
    assert trace["scheme"]["warning"].startswith("INVENTED")
    assert trace["total"] == {
        "raw": "19.75",
        "points": "20",
        "rounding": {"unit": "1", "mode": "half_up"},
    }
    assert trace["periods"]["weeks_in_words"] == "a year is counted as 52 weeks"


@given(
    st.fixed_dictionaries(
        {d["code"]: st.tuples(st.integers(0, 3), st.sampled_from(LEVELS)) for d in DEMO["domains"]}
    )
)
def test_lines_add_up_in_table_and_reckoner(drawn):
    answers = {
        code: {"option": option, "unpaid_support": level} for code, (option, level) in drawn.items()
    }
    for scheme in (DEMO, RECKONER):
        result = allocate(scheme, answers, on=date(2025, 1, 1))
        assert sum(line.amount for line in result.lines) == result.annual
        assert all(line.amount == line.amount.quantize(D("0.01")) for line in result.lines)
    assert result.four_weekly == 4 * result.weekly and result.annual == 52 * result.weekly


@given(st.integers(0, 100))
def test_each_score_meets_exactly_the_row_that_names_it(points):
    result = allocate(small(), ask(points))
    used = result.trace["table"]["used"]
    assert int(used["from"]) <= points <= int(used["to"])
    assert result.annual == 520 * min(points // 10, 9) and result.points == str(points)


@pytest.mark.parametrize(
    ("option", "year"), [(0, 0), (9, 0), (10, 520), (19, 520), (20, 1040), (100, 4680)]
)
def test_both_sides_of_a_boundary(option, year):
    assert allocate(small(), ask(option)).annual == year


@st.composite
def tables(draw):
    """A scheme whose table has unequal steps and, at times, a first row met by universal
    services.
    """
    ends = sorted(draw(st.sets(st.integers(0, 99), min_size=1, max_size=12))) + [100]
    free = draw(st.booleans())
    steps = [draw(st.integers(0, 5000)) for _end in ends]
    rows, start, year = [], 0, 0
    for place, (end, step) in enumerate(zip(ends, steps, strict=True)):
        year += step
        rows.append(
            {"from": start, "to": end, "amount_year": None if free and not place else str(year)}
        )
        start = end + 1
    return small(table=rows)


@given(tables())
def test_both_sides_of_every_boundary_of_any_table(scheme):
    assert check_scheme(scheme) == []
    rows = scheme["table"]
    for place, row in enumerate(rows):
        for points in {row["from"], row["to"]}:
            result = allocate(scheme, ask(points))
            table = result.trace["table"]
            assert (int(table["used"]["from"]), int(table["used"]["to"])) == (
                row["from"],
                row["to"],
            )
            assert (
                result.annual
                == D(row["amount_year"] or 0)
                == sum(line.amount for line in result.lines)
            )
            assert (
                (row["amount_year"] is None)
                == (table["used"]["amount_year"] is None)
                == bool(result.trace["notes"])
            )
            assert (table["below"] is None) == (place == 0) and (table["above"] is None) == (
                place == len(rows) - 1
            )
    short = {**scheme, "table": rows[:-1]}
    if len(rows) > 1:
        with pytest.raises(SchemeError, match="has no row in the table"):
            allocate(short, ask(rows[-1]["from"]))


@given(
    st.integers(0, 100), st.integers(0, 10_000), st.sampled_from(["half_up", "half_even", "down"])
)
def test_a_multiplier_never_gives_more_than_the_whole_need(points, share, mode):
    scheme = small(unpaid_support_multipliers={"none": "1", "some": f"{D(share) / 10_000:f}"})
    scheme["rounding"]["points"]["mode"] = mode
    some, whole = (
        allocate(scheme, ask(points, unpaid_support=level)) for level in ("some", "none")
    )
    assert D(some.raw_points) == points * D(share) / 10_000 <= D(whole.raw_points)
    assert some.annual <= whole.annual


def test_ends_of_the_table_have_no_neighbour():
    assert allocate(small(), ask(0)).trace["table"]["below"] is None
    assert allocate(small(), ask(100)).trace["table"]["above"] is None


def test_a_score_above_below_or_between_rows_is_refused():
    short = small(
        table=[{"from": 5, "to": 9, "amount_year": "1"}, {"from": 20, "to": 30, "amount_year": "2"}]
    )
    for option in (4, 10, 19, 31):
        with pytest.raises(
            SchemeError, match=rf"score of {option} points has no row in the table \(5 to 30\)"
        ):
            allocate(short, ask(option))
    assert len(check_scheme(short)) == 3


def test_met_by_universal_services_is_not_nought_pounds():
    free = small(
        table=[
            {"from": 0, "to": 9, "amount_year": None},
            {"from": 10, "to": 100, "amount_year": "0"},
        ]
    )
    none, nought = allocate(free, ask(5)), allocate(free, ask(50))
    assert none.annual == nought.annual == 0
    assert "met by universal services" in none.lines[-1].detail
    assert none.trace["notes"] == ["No budget: met by universal services."]
    assert none.trace["table"]["used"]["amount_year"] is None
    assert nought.lines[-1].detail.endswith("£0.00 a year") and nought.trace["notes"] == []


@pytest.mark.parametrize(
    ("mode", "points", "year"), [("half_up", "10", 520), ("half_even", "10", 520), ("down", "9", 0)]
)
def test_a_total_on_one_half_follows_the_scheme(mode, points, year):
    halves = small(unpaid_support_multipliers={"half": "0.5"})
    halves["rounding"]["points"]["mode"] = mode
    result = allocate(halves, ask(19, unpaid_support="half"))
    assert (result.raw_points, result.points, result.annual) == ("9.5", points, year)


def test_half_even_and_half_up_part_at_an_even_number():
    halves = small(
        unpaid_support_multipliers={"half": "0.5"}, table=[{"from": 0, "to": 100, "amount_year": 1}]
    )
    assert allocate(halves, ask(5, unpaid_support="half")).points == "3"
    halves["rounding"]["points"]["mode"] = "half_even"
    assert allocate(halves, ask(5, unpaid_support="half")).points == "2"


def test_points_in_halves_stay_text_and_need_rows_in_halves():
    halves = small(unpaid_support_multipliers={"half": "0.5"})
    halves["rounding"]["points"]["unit"] = "0.5"
    assert allocate(halves, ask(15, unpaid_support="half")).points == "7.5"
    with pytest.raises(SchemeError, match=r"9\.5 points has no row"):
        allocate(halves, ask(19, unpaid_support="half"))
    assert any("gap between 9 and 10" in problem for problem in check_scheme(halves))


def test_caps_are_shown_when_they_bite_and_never_cut_in_silence():
    capped = small(caps=[{"name": "panel limit", "amount_year": "1000"}])
    result = allocate(capped, ask(50))
    assert result.annual == 2600 and result.trace["caps"][0]["bites"] is True
    assert "panel limit" in result.trace["notes"][0]
    assert allocate(capped, ask(10)).trace["notes"] == []


# Answers that give no figure


def demo_answers(**changes):
    answers = copy.deepcopy(DEMO["vectors"][0]["answers"])
    answers.update(changes)
    return {code: answer for code, answer in answers.items() if answer != "drop"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"nights": "drop"}, "not answered: Support at night."),
        (
            {"nights": None, "work": {}},
            "not answered: Work, learning and leisure; Support at night.",
        ),
        ({"nights": {"option": 1}}, "not answered: Support at night."),
        ({"nights": {"option": None, "unpaid_support": "none"}}, "not answered"),
        ({"garden": {"option": 0}}, 'does not ask the question "garden"'),
        ({"nights": {"option": 4, "unpaid_support": "none"}}, "options 0 to 3, not 4"),
        ({"nights": {"option": -1, "unpaid_support": "none"}}, "options 0 to 3, not -1"),
        ({"nights": {"option": 10**5000, "unpaid_support": "none"}}, "a very large number"),
        ({"nights": {"option": True, "unpaid_support": "none"}}, "whole number, not true"),
        ({"nights": {"option": 1.0, "unpaid_support": "none"}}, "whole number, not 1.0"),
        ({"nights": {"option": "1", "unpaid_support": "none"}}, 'whole number, not "1"'),
        ({"nights": {"option": D(1), "unpaid_support": "none"}}, "whole number"),
        ({"nights": {"option": [1], "unpaid_support": "none"}}, "whole number"),
        ({"nights": {"option": 1, "unpaid_support": "lots"}}, '"lots" .* does not exist'),
        ({"nights": {"option": 1, "unpaid_support": ["none"]}}, "does not exist"),
        ({"nights": {"option": 1, "unpaid_support": "none", "points": 3}}, 'not known, "points"'),
        ({"nights": 3}, "must be an object"),
        ({"nights": [1, "none"]}, "must be an object"),
    ],
)
def test_no_figure_from_answers_like_these(changes, why):
    with pytest.raises(SchemeError, match=why) as error:
        allocate(DEMO, demo_answers(**changes))
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


@pytest.mark.parametrize("answers", [None, [], "answers", 3, {1: {"option": 0}}])
def test_answers_must_be_an_object(answers):
    with pytest.raises(SchemeError, match="The answers must be an object"):
        allocate(DEMO, answers)


def test_a_level_is_refused_where_the_scheme_has_none():
    with pytest.raises(SchemeError, match="does not exist in this scheme"):
        allocate(small(), ask(1, unpaid_support="none"))


# Overrides


def test_an_override_keeps_both_answers_and_both_figures():
    answers = DEMO["vectors"][3]["answers"]
    change = {"nights": {"option": 2, "reason": "She is up three times a night."}}
    result = allocate(DEMO, answers, overrides=change)
    night = result.trace["questions"][-1]
    assert (result.points, result.annual) == ("30", 8320)
    assert result.trace["before_overrides"] == {"points": "20", "annual": "5200.00"}
    assert (night["option"], night["answered"]["option"]) == (2, 0)
    assert night["reason"] == "She is up three times a night."
    assert allocate(DEMO, answers, overrides={}).trace["before_overrides"] is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"nights": {"option": 2}}, "needs a reason"),
        ({"nights": {"option": 2, "reason": "  "}}, "needs a reason"),
        ({"nights": {"option": 9, "reason": "r"}}, "options 0 to 3"),
        ({"garden": {"option": 2, "reason": "r"}}, "does not ask"),
        ({"nights": 2}, "must be an object"),
    ],
)
def test_overrides_that_are_refused(change, why):
    with pytest.raises(SchemeError, match=why):
        allocate(DEMO, DEMO["vectors"][3]["answers"], overrides=change)


def test_the_callers_data_is_left_as_it_was():
    before = copy.deepcopy((DEMO, DEMO["vectors"][3]["answers"]))
    allocate(
        DEMO, DEMO["vectors"][3]["answers"], overrides={"nights": {"option": 1, "reason": "r"}}
    )
    assert (DEMO, DEMO["vectors"][3]["answers"]) == before
