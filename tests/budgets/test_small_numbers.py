"""Small numbers of people stay hidden, and nothing beside them gives them away."""

from hypothesis import given
from hypothesis import strategies as st

from budgets.money.small_numbers import HIDDEN, SMALLEST, hide, pool


@given(st.fixed_dictionaries({name: st.integers(0, 30) for name in ("gain", "lose", "same")}))
def test_no_hidden_count_can_be_worked_out_from_the_total(counts):
    shown = hide(counts)
    out = [name for name, words in shown.items() if words != str(counts[name])]
    assert all(shown[name] == HIDDEN for name, n in counts.items() if n < SMALLEST)
    assert len(out) != 1, "one gap is the total less the rest"
    assert not out or len(out) == len(counts) or sum(counts[name] for name in out) >= SMALLEST


def test_rows_without_small_counts_are_shown_whole():
    assert hide({"gain": 5, "lose": 9}) == {"gain": "5", "lose": "9"}
    assert hide({"gain": 20, "lose": 2, "same": 8}) == {
        "gain": "20",
        "lose": HIDDEN,
        "same": "not shown",
    }


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 9), max_size=6))
def test_groups_are_put_together_until_they_are_five(sizes):
    groups = {name: [name] * n for name, n in sizes.items()}
    found = pool(groups, "the rest")
    assert sum(map(len, found.values())) == sum(sizes.values())
    if sum(sizes.values()) >= SMALLEST:
        assert all(len(members) >= SMALLEST for members in found.values())
