"""What is large runs whole with `python3 dev.py test --full`; every other run takes a sample of it.

A sample holds each kind at least once. It is the same for one turn and takes its turn with the
commits (`dev.py test` counts them), so that what one run leaves out a later one meets; SDS_TURN
repeats a run. What is left out is said at the end of the run: a test that is not run is skipped
and says WHY, and what a test leaves out inside itself is handed to `left_out`.
"""

import os

import pytest

FULL = os.environ.get("SDS_FULL") == "1"
TURN = int(os.environ.get("SDS_TURN", "0"))
WHY = f"not run: part of the whole, of which this is the sample of turn {TURN} (--full)"
full = pytest.mark.skipif(not FULL, reason=WHY)


def crossed(first, second, each: int, turn: int = TURN) -> set[tuple]:
    """Of all pairs so many that each of `second` meets `each` of `first`, spread evenly, and no one
    of `first` is left alone. After as many turns as `first` has, all have met.
    """
    apart = len(first) // each
    found = {
        (first[(place + turn + step * apart) % len(first)], one)
        for place, one in enumerate(second)
        for step in range(each)
    }
    assert {one for one, _other in found} == set(first), "a sample holds each kind once"
    return found


def params(whole, sample) -> list:
    """The whole as parameters of a test; those outside the sample run in a full run alone."""
    assert set(sample) <= set(whole)
    return [pytest.param(*one, marks=() if one in sample else full) for one in whole]


def its_turn(place: int, every: int, turn: int = TURN) -> bool:
    """Does the sample hold what stands at this place, when it takes one of so many?"""
    return FULL or (place + turn) % every == 0


def in_turns(whole, every: int) -> list:
    """One of so many of the whole, as parameters of a test; the others have their turn later."""
    rows = [one if isinstance(one, tuple) else (one,) for one in whole]
    return params(rows, [one for place, one in enumerate(rows) if its_turn(place, every)])


def turns(place: int, every: int):
    """A mark: the test runs when it is its turn, one of so many with its like."""
    return pytest.mark.skipif(not its_turn(place, every), reason=WHY)


def left_out(record_property, what: str) -> None:
    """A test has done a part: `what` was not done."""
    record_property("left out", what)


def lines(reports) -> list[str]:
    """What tests have handed to `left_out`."""
    found = [
        value
        for one in reports
        if one.when == "call"
        for name, value in one.user_properties
        if name == "left out"
    ]
    return list(dict.fromkeys(found))
