"""Schemes that give no figure, schemes that may not be published, and vectors that disagree."""

import pytest

from budgets.allocation.allocator import SchemeError, allocate, check_scheme
from budgets.allocation.worked_examples import run_vectors
from tests.budgets.samples import DEMO, broken


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (["method"], "drop", "method must be one of"),
        (["method"], "upside_down", "method must be one of"),
        (["method"], ["table"], "method must be one of"),
        (["name"], "", "needs the text field name"),
        (["domains"], [], "at least one entry"),
        (["domains"], {}, "at least one entry"),
        (["domains", 0], 3, "must be an object"),
        (["domains", 0, "code"], "Bad Code", "small letters"),
        (["domains", 0, "code"], "nights", "stands in the scheme twice"),
        (["domains", 0, "options"], [], "at least one entry"),
        (["domains", 0, "asked_of"], "family", "person or worker"),
        (["domains", 0, "options", 1, "points"], "drop", "needs the field points"),
        (["domains", 0, "options", 1, "points"], 4.5, "written in figures, not 4.5"),
        (["domains", 0, "options", 1, "points"], True, "written in figures, not true"),
        (["domains", 0, "options", 1, "points"], -4, "0 or more"),
        (["domains", 0, "options", 1, "points"], "NaN", "written in figures"),
        (["domains", 0, "options", 1, "points"], "1e5", "written in figures"),
        (["domains", 0, "options", 1, "points"], 10**30, "a very large number"),
        (["domains", 0, "options", 1, "points"], "1.2345", "more than 3 decimal places"),
        (["unpaid_support_multipliers", "some"], "1.01", "between 0 and 1"),
        (["unpaid_support_multipliers", "some"], 0.75, "written in figures"),
        (["rounding"], "half up", "must be an object"),
        (["rounding"], "drop", "must be an object"),
        (["rounding", "week"], "drop", "must be an object"),
        (["rounding", "points", "mode"], "up", "not known"),
        (["rounding", "points", "mode"], [], "not known"),
        (["rounding", "points", "unit"], "0.03", "not known"),
        (["weeks"], "drop", "weeks rule"),
        (["weeks"], "51", "weeks rule"),
        (["weeks"], 52.0, "weeks rule"),
        (["table"], "drop", "at least one entry"),
        (["table", 1, "from"], 4, "rise without overlaps"),
        (["table", 1, "to"], 1, "rise without overlaps"),
        (["table", 1, "amount_year"], "drop", "amount_year"),
        (["table", 1, "amount_year"], "10.001", "more than 2 decimal places"),
        (["table", 1, "amount_year"], 1040.0, "written in figures"),
        (["caps"], {"name": 1}, "must be a list"),
        (["add_ons"], {"name": 1}, "must be a list"),
        (["allow_between"], "yes", "must be true or false"),
        (["domains", 0, "may_not_apply"], 1, "must be true or false"),
        (["domains", 0, "code"], "add_ons", "used for something else"),
        (["notes"], "note", "list of texts"),
        (["valid_from"], "soon", "must be a date"),
    ],
)
def test_a_malformed_scheme_gives_no_figure(path, value, why):
    scheme = broken(path, value)
    with pytest.raises(SchemeError, match=why) as error:
        allocate(scheme, DEMO["vectors"][0]["answers"])
    assert check_scheme(scheme) == [str(error.value)] == run_vectors(scheme)


@pytest.mark.parametrize("scheme", [None, [], "x", 3, {}])
def test_a_scheme_must_be_an_object(scheme):
    with pytest.raises(SchemeError):
        allocate(scheme, {})
    assert len(check_scheme(scheme)) == 1


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (["domains", 0, "outcome"], "drop", "does not say which outcome page"),
        (["max_points"], 99, "max_points is 99"),
        (["unpaid_support_multipliers", "none"], "0.99", "keeps all of a need"),
        (["table", 0, "from"], 1, "begins at 1, not at 0"),
        (["table", 9, "to"], 99, "ends at 99, but 100 points"),
        (["table", 1, "to"], 8, "gap between 8 and 10"),
        (["table", 3, "amount_year"], "100", "pays less from 20 points"),
        (["allow_betwen"], True, 'scheme field "allow_betwen" is not known'),
        (["table", 2, "note"], "x", 'row field "note" is not known'),
        (["domains", 0, "options", 0, "price"], "1", 'option field "price" is not known'),
    ],
)
def test_what_may_be_computed_but_not_published(path, value, why):
    problems = check_scheme(broken(path, value))
    assert len(problems) == 1 and why in problems[0]


def test_vectors_that_disagree_are_named():
    scheme = broken(["vectors", 3, "expected", "lines", 0, "counted"], "6.76")
    scheme["vectors"][3]["expected"]["amount_year"] = "5201"
    scheme["vectors"][0]["expected"] = {"error": "not answered"}
    assert run_vectors(scheme) == [
        "no needs: a figure was given where it had to be refused.",
        "older woman, daughter helps: amount_year is 5200.00, not 5201",
        "older woman, daughter helps: personal_care counted is 6.75, not 6.76",
    ]
    assert run_vectors(broken(["vectors"], "drop")) == ["The scheme carries no test vectors."]
    assert "refused" in run_vectors(broken(["vectors", 0, "answers"], {}))[0]


def test_every_row_that_is_wrong_is_named_at_once():
    scheme = broken(["table", 1, "from"], 4)
    scheme["table"][4]["to"] = 3
    scheme["table"][7]["amount_year"] = "-1"
    scheme["domains"][0]["options"][1]["points"] = "x"
    scheme["domains"][3]["title"] = ""
    scheme["weeks"] = "51"
    found = check_scheme(scheme)
    assert len(found) == 6
    for row in (
        "row 2 of the table",
        "row 5 of the table",
        "row 8 of the table",
        "option 1 of",
        "weeks rule",
    ):
        assert any(row in problem for problem in found), (row, found)


def test_gaps_and_falls_name_their_rows():
    scheme = broken(["table", 1, "to"], 8)
    scheme["table"][3]["amount_year"] = "100"
    assert check_scheme(scheme) == [
        "The table has a gap between 8 and 10 (rows 2 and 3).",
        "The table pays less from 20 points than below (row 4).",
    ]
