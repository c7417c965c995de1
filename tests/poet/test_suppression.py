"""What may leave the server: an attacker who knows the rules learns no hidden cell, at one reading
or two.
"""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poet.results import suppression
from poet.results.suppression import Split
from tests.poet.attacker import Attacker, over_time, read_lines

ROUTES, AGES = ("dp", "cm", "ph", ""), ("18", "65", "85", "")
STRATA = [(route, age) for route in ROUTES for age in AGES]
SPLITS = [
    Split("all", tuple(f"r/{r}" for r in ROUTES)),
    Split("all", tuple(f"a/{a}" for a in AGES)),
    *(Split(f"r/{r}", tuple(f"{r}|{a}" for a in AGES)) for r in ROUTES),
    *(Split(f"a/{a}", tuple(f"{r}|{a}" for r in ROUTES)) for a in AGES),
]
PAIRS = [(split.parent, split.children) for split in SPLITS]


def lines_of(strata):
    """All lines of a small council from the counts of its strata, parents first."""

    def added(wanted):
        return (
            tuple(sum(counts) for counts in zip((0, 0, 0), *wanted, strict=False))
            if not wanted
            else tuple(sum(column) for column in zip(*wanted, strict=True))
        )

    rows = {"all": added(list(strata.values()))}
    rows |= {f"r/{r}": added([strata[s] for s in STRATA if s[0] == r]) for r in ROUTES}
    rows |= {f"a/{a}": added([strata[s] for s in STRATA if s[1] == a]) for a in AGES}
    return rows | {f"{r}|{a}": strata[r, a] for r, a in STRATA}


def council(rng, scale):
    """Strata of very different sizes, many of them small."""
    return {
        s: tuple(int(rng.expovariate(1 / scale) * rng.choice((0.1, 1, 2))) for _side in range(3))
        for s in STRATA
    }


def more(rng, strata, n):
    """The same council after n more answers."""
    found = {s: list(counts) for s, counts in strata.items()}
    for _answer in range(n):
        found[rng.choice(STRATA)][rng.randrange(3)] += 1
    return {s: tuple(counts) for s, counts in found.items()}


def hidden_cells(lines):
    return [
        (key, side)
        for key, cells in lines.items()
        for side, v in zip(suppression.SIDES, cells, strict=True)
        if v is None
    ]


@pytest.mark.parametrize("seed", range(12))
def test_no_hidden_cell_is_found_at_one_reading_or_two(seed):
    rng = Random(seed)
    strata = council(rng, rng.choice((4, 9, 25)))
    first_rests = suppression.settle(lines_of(strata), {}, SPLITS)
    first, known = suppression.publish(first_rests, SPLITS)
    later = more(rng, strata, rng.choice((6, 20, 60)))
    second_rests = suppression.settle(lines_of(later), first_rests, SPLITS)
    second, _known = suppression.publish(second_rests, SPLITS, first, known)
    attacker = Attacker()
    read_lines(attacker, 1, first, PAIRS)
    read_lines(attacker, 2, second, PAIRS)
    over_time(attacker, first, second)
    wanted = [
        (day, *cell) for day, lines in ((1, first), (2, second)) for cell in hidden_cells(lines)
    ]
    attacker.solve(wanted)
    for day, key, side in wanted:
        low, high = attacker.known((day, key, side))
        truth = (first_rests, second_rests)[day - 1][key]
        value = sum(truth) if side == "n" else truth[suppression.SIDES.index(side) - 1]
        assert low <= value <= high, "the attacker reasons rightly"
        assert high > low, f"{key} {side} on day {day} is {value}, and known"


def test_the_attacker_is_no_toy():
    """Against tables that only hide small counts, with true totals beside them, it finds most of
    what is hidden.
    """
    rng, found, hidden = Random(3), 0, 0
    for _council in range(5):
        rows = lines_of(council(rng, 9))
        naive = {key: (sum(c), *(v if v >= 5 else None for v in c)) for key, c in rows.items()}
        attacker = Attacker()
        read_lines(attacker, 1, naive, PAIRS, rounded=False)
        wanted = [(1, *cell) for cell in hidden_cells(naive)]
        attacker.solve(wanted)
        hidden += len(wanted)
        found += sum(low == high for low, high in map(attacker.known, wanted))
    assert hidden > 40 and found > hidden / 2


def test_most_of_a_council_with_enough_answers_is_shown():
    rng = Random(1)
    strata = {
        s: (0, 0, 0)
        if "" in s
        else (rng.randrange(40, 90), rng.randrange(15, 40), rng.randrange(8, 20))
        for s in STRATA
    }
    shown, _known = suppression.publish(suppression.settle(lines_of(strata), {}, SPLITS), SPLITS)
    full = [
        key
        for key, cells in shown.items()
        if "" not in key.split("|") and key[-1] != "/" and None not in cells
    ]
    assert len(full) >= 13, sorted(set(shown) - set(full))


COUNTS = st.tuples(st.integers(0, 30), st.integers(0, 12), st.integers(0, 8))


@settings(max_examples=40)
@given(st.lists(COUNTS, min_size=16, max_size=16), st.lists(COUNTS, min_size=16, max_size=16))
def test_a_line_moves_by_five_or_not_at_all_and_no_child_is_ahead_of_its_parent(first, growth):
    now = dict(zip(STRATA, first, strict=True))
    then = {
        s: tuple(a + b for a, b in zip(now[s], g, strict=True))
        for s, g in zip(STRATA, growth, strict=True)
    }
    before = suppression.settle(lines_of(now), {}, SPLITS)
    after = suppression.settle(lines_of(then), before, SPLITS)
    for key in after:
        moved = sum(after[key]) - sum(before[key])
        assert moved == 0 and after[key] == before[key] or moved >= suppression.BATCH
    for split in SPLITS:
        for rests in (before, after):
            for side in range(3):
                assert (
                    sum(rests[child][side] for child in split.children) <= rests[split.parent][side]
                )


@given(COUNTS)
def test_a_line_by_itself_shows_no_small_count_and_no_base_under_ten(counts):
    shown, _known = suppression.publish({"all": counts}, [])
    cells = shown["all"]
    if not any(counts):
        assert cells == suppression.EMPTY_LINE
        return
    assert cells == suppression.HIDDEN_LINE if sum(counts) < 10 else cells[0] % 5 == 0
    assert all(v is None or v % 5 == 0 and v >= 5 for v in cells[1:])
    assert [v for v in cells[1:] if v is None] == [] or sum(v is None for v in cells[1:]) >= 2
