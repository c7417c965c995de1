"""The national figures: bounds stay bounds, and figures that cannot stand beside each other are
refused.
"""

import pytest

from poet.results import national_surveys
from poet.results.published import Line

HEAD = "domain,round,group,measure,kind,value,strict,source\n"


def read(*rows):
    return national_surveys.parse_rounds(HEAD + "\n".join(f"{row},A source" for row in rows))


def test_the_shipped_file_is_right_and_every_figure_has_its_source():
    found = national_surveys.shipped()
    assert len(found) > 40 and all(one.source for one in found)
    assert {one.round for one in found} == {"2013", "2014", "2015", "2017"}
    words = {(one.domain, one.round, one.measure): one.words for one in found}
    assert words["independence", "2013", "better"] == "over 70%"
    assert words["independence", "2014", "better"] == "66.7% or more"
    assert words["independence", "2017", "positive_impact"] == "57%"
    assert words["any_outcome", "2013", "worse"] == "at most 6%"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [
                "dignity,2013,holders,better,exact,70,",
                "dignity,2013,holders,no_difference,exact,20,",
                "dignity,2013,holders,worse,exact,5,",
            ],
            "do not add up",
        ),
        (
            ["any_outcome,2013,holders,worse,at_most,6,", "dignity,2013,holders,worse,exact,7,"],
            "more say worse",
        ),
        (
            [
                "paid_job,2013,holders,no_difference,at_least,80,yes",
                "paid_job,2013,holders,better,exact,30,",
            ],
            "more than 100",
        ),
        (["dignity,2013,holders,better,exact,70,yes"], "a bound, not exact"),
        (["dignity,2013,holders,better,about,70,"], "not known"),
        (["dignity,2013,holders,better,exact,170,"], "between 0 and 100"),
        (["dignity,2013,holders,better,exact,many,"], "not a figure"),
        (["dignity,2013"], "not a figure"),
    ],
)
def test_figures_that_cannot_be_are_refused_by_name(rows, words):
    with pytest.raises(ValueError, match=words):
        read(*rows)


def test_nothing_can_be_above_a_figure_of_which_only_a_lower_bound_is_known():
    (least,) = read("dignity,2013,holders,better,at_least,70,yes")
    (exact,) = read("dignity,2013,holders,better,exact,70,")
    (other,) = read("dignity,2017,adults,good_or_very_good,exact,84,")
    high, low, near = Line(200, 180, 10, 10), Line(200, 100, 50, 50), Line(200, 140, 30, 30)
    assert [national_surveys.comparable(line, least) for line in (high, low, near)] == [
        "open",
        "below",
        "open",
    ]
    assert [national_surveys.comparable(line, exact) for line in (high, low, near)] == [
        "above",
        "below",
        "open",
    ]
    assert (
        national_surveys.comparable(high, other) == ""
        and national_surveys.comparable(Line(), least) == ""
    )
