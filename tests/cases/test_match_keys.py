"""By what people are found, and how alike two of them are: arithmetic, no database."""

from datetime import date
from fractions import Fraction

import pytest

from cases.common.match_keys import (
    LIKELY,
    LONGEST,
    Known,
    likeness,
    match_keys,
    name_words,
    phone_digits,
    postcode,
)

BORN = date(1950, 3, 5)
ANN = Known("Ann Wren", born=BORN, address="9 Old Lane\nBrackenford BR1 2AB")


@pytest.mark.parametrize("typed", ["O'Neill", "O’Neill", "O`Neill", "Oʼneill", "ONEILL", "O Neill"])
def test_a_name_is_found_whatever_the_apostrophe(typed):
    assert {"o", "neill", "oneill"} & name_words(typed) >= {"oneill"}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Łukasz Żółć", "lukasz"),
        ("Zoë Smith-Jones", "smithjones"),
        ("Zoë Smith-Jones", "zoe"),
        ("Иван Петров", "petrov"),
        ("A\u200bda", "ada"),
        ("B", "b"),
    ],
)
def test_names_are_folded_as_people_type_them(name, word):
    assert word in name_words(name)


def test_keys_are_of_plain_letters_and_figures_and_never_too_long():
    known = Known("É" * 200, "李, Ω", BORN, "9434765919", "+44 1632 960 555", "9 Ölweg\nBR1 2AB")
    for kind, key in match_keys(known):
        assert key.isascii() and key.isalnum() and key == key.casefold(), (kind, key)
        assert len(key) <= LONGEST
    assert match_keys(Known("")) == set()


@pytest.mark.parametrize(
    ("phone", "digits"),
    [("01632 960555", "1632960555"), ("+44 (0)1632 960555", "1632960555"), ("960555", "")],
)
def test_a_telephone_is_one_however_it_is_typed(phone, digits):
    assert phone_digits(phone) == digits


def test_a_postcode_is_the_last_in_the_address():
    assert postcode("Flat 2, 9 Old Lane, br1 2ab") == "br12ab"
    assert postcode("9 Old Lane") == ""


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (Known("Anne Wren", born=BORN), True),
        (Known("Wren Ann", born=BORN), True),
        (Known("Ann Wren", born=date(1950, 5, 3)), True),  # day and month the other way round
        (Known("Ann Wren", born=date(1951, 3, 5)), True),  # a slip
        (Known("Ann Wren"), True),  # nothing else known: somebody looks
        (Known("Ann Wren", born=date(1983, 11, 28)), False),
        (Known("Bob Hill", born=BORN, address=ANN.address), False),  # a neighbour, or a husband
        (Known("Bob Wren"), False),
        (Known("Amy Wren", born=BORN, address=ANN.address), True),  # twins: a person decides
    ],
)
def test_somebody_is_asked_about_who_is_alike_and_only_then(other, asked):
    assert (likeness(ANN, other) >= LIKELY) == asked
    assert likeness(ANN, other) == likeness(other, ANN)


def test_one_nhs_number_is_one_person_and_two_are_two():
    one, other = Known("Ann Wren", nhs="9434765919"), Known("Zed Hill", nhs="9434765919")
    assert likeness(one, other) == 1
    two = Known("Ann Wren", born=BORN, nhs="9434765870")
    assert likeness(Known("Ann Wren", born=BORN, nhs="9434765919"), two) == Fraction(0)
