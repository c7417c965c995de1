"""Process against outcome: what is compared, what is adjusted, and when a link may be called
robust.
"""

from random import Random
from types import SimpleNamespace

import pytest

from poet.results import process_and_outcome, result_tables
from poet.results.figures import Results
from poet.results.published import Book, Question
from tests import tables

CODES = ("say", "when_needed", "respect")
YEAR = "2026"


def book(lines):
    """Published lines without a database."""
    made = Book.__new__(Book)
    made.lines = {f"{YEAR}/person/{key}": cells for key, cells in lines.items()}
    made.about = {"asked": {}, "caseload": {}}
    made.questions = lambda who, block=None: [
        Question("person", c, c, c, "outcomes", c, ()) for c in CODES
    ]
    made.council = SimpleNamespace(pk=1)
    return made


def stratum(code, name, level, where, good, n):
    return {f"{code}/if_{name}_by/{level}|{where}": [n, good, None, None]}


def pooled(code, name, level, good, n):
    return {f"{code}/if_{name}/{level}": [n, good, None, None]}


def of(lines, name="easy"):
    return process_and_outcome.condition(book(lines), YEAR, "person", name, list(CODES))


def council(effect, codes=CODES):
    """Two strata in which those with an easy way say "better" more often by so many in 100."""
    lines = {}
    for code in CODES:
        more = effect if code in codes else 0
        for where, base in (("direct_payment|18-64", 60), ("council_managed|65-84", 40)):
            lines |= stratum(code, "easy", "yes", where, base + more, 100) | stratum(
                code, "easy", "no", where, base, 100
            )
        lines |= pooled(code, "easy", "yes", 100 + 2 * more, 200) | pooled(
            code, "easy", "no", 100, 200
        )
    return lines


def test_a_link_in_every_question_is_robust_and_says_its_numbers():
    found = of(council(30))
    assert found.robust and (found.tested, found.holding) == (3, 3)
    row = found.rows[0]
    assert row.adjusted.n == 400 and row.adjusted.interval[0] > 1 and row.adjusted.q < 0.05
    assert row.difference[0] > 0.2 and row.difference[1] < 0.4


def test_half_of_the_questions_are_needed():
    assert of(council(30, codes=("say", "respect"))).robust
    one = of(council(30, codes=("say",)))
    assert one.robust is False and one.holding == 1
    assert of(council(0)).robust is False


def test_where_nothing_is_shown_on_both_sides_nothing_is_called_robust():
    found = of(stratum("say", "easy", "yes", "direct_payment|18-64", 60, 100))
    assert found.robust is None and found.tested == 0
    assert all(row.adjusted is None and row.difference is None for row in found.rows)
    assert "cannot be said" in result_tables.verdict(found)


def test_what_only_the_mix_of_groups_makes_is_not_called_a_link():
    """Direct payments are easier and better: all together there seems to be a link, in each group
    there is none.
    """
    lines = {}
    for code in CODES:
        lines |= stratum(code, "easy", "yes", "direct_payment|18-64", 360, 400)
        lines |= stratum(code, "easy", "no", "direct_payment|18-64", 45, 50)
        lines |= stratum(code, "easy", "yes", "council_managed|65-84", 15, 50)
        lines |= stratum(code, "easy", "no", "council_managed|65-84", 120, 400)
        lines |= pooled(code, "easy", "yes", 375, 450) | pooled(code, "easy", "no", 165, 450)
    found = of(lines)
    assert all(row.difference[0] > 0.3 for row in found.rows)
    assert found.robust is False and all(
        row.adjusted.ratio == pytest.approx(1) for row in found.rows
    )


def test_chance_alone_is_seldom_called_robust():
    """Three questions without any link, 200 councils."""
    called = 0
    for seed in range(200):
        rng, lines = Random(seed), {}
        for code in CODES:
            for where in ("direct_payment|18-64", "council_managed|65-84"):
                for level in ("yes", "no"):
                    good = sum(rng.random() < 0.6 for _answer in range(100))
                    lines |= stratum(code, "easy", level, where, 5 * round(good / 5), 100)
        called += bool(of(lines).robust)
    assert called <= 8


def test_every_condition_has_its_table_with_what_it_is_set_against():
    lines = council(30)
    r = Results(book(lines), year=YEAR, who="person")
    r.question = lambda code: None
    table = result_tables.link_table(r, r.conditions[0])
    assert table.caption == "The way was easy, against: it was not easy"
    first = tables.lines(table)[0]
    assert first["Difference likely between"].endswith("points") and first["Holds?"] == "yes"
    assert [result_tables.link_table(r, c).rows for c in r.conditions[1:]] == [[], [], []]


def test_points_carry_their_sign():
    assert result_tables.points((-0.034, 0.21)) == "-3 to +21 points"
