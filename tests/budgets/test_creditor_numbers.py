"""Creditor numbers: the shape a council gives them, and what is wrong with one in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgets.ledger.creditor_numbers import check, check_mask, doubt, normal

EXAMPLES = settings(derandomize=True, max_examples=200, database=None)
SIGNS = {"9": "0123456789", "A": "ABYZ", "X": "AZ09", "-": "-", "/": "/", "V": "V", "a": "A"}
MASKS = st.text(st.sampled_from("9AX-/Va"), min_size=1, max_size=12)


def test_blanks_and_small_letters_are_no_mistake():
    assert normal(" c 001\u00a07a\t") == "C0017A"
    assert normal("ß1") == "ß1"  # never two letters out of one
    assert check(" c 001 7a", "A9999A") == ""


@pytest.mark.parametrize(
    ("number", "mask", "sentence"),
    [
        ("", "99", "Enter the creditor number."),
        (" \t", "", "Enter the creditor number."),
        ("AB1", "A9", "The number has a letter too many: “AB1” should be a letter, a figure."),
        ("A12", "A9", "The number has a figure too many: “A12” should be a letter, a figure."),
        ("A-1", "A9", "The number has “-” too many: “A-1” should be a letter, a figure."),
        ("12", "A99", "The number lacks a letter: “12” should be a letter, 2 figures."),
        ("A1", "A99", "The number lacks a figure: “A1” should be a letter, 2 figures."),
        ("1", "1X", "The number lacks a letter or figure: “1” should be “1”, a letter or figure."),
        ("12", "9-9", "The number lacks “-”: “12” should be a figure, “-”, a figure."),
        ("1", "AXX", "The length of “1” is 1, but should be 3: a letter, 2 letters or figures."),
        ("12345", "AA", "The length of “12345” is 5, but should be 2: 2 letters."),
        ("AB1", "A99", "Character 2 of “AB1” is “B”, but should be a figure."),
        ("A1?", "A9X", "Character 3 of “A1?” is “?”, but should be a letter or figure."),
        ("W1", "V9", "Character 1 of “W1” is “W”, but should be “V”."),
        ("B1", "a9", "Character 1 of “B1” is “B”, but should be “A”."),
        ("٣", "9", "Character 1 of “٣” is “٣”, but should be a figure."),
        ("é1", "A9", "Character 1 of “é1” is “é”, but should be a letter."),
        ("A/1", "", "The number has “/” in it, but may only have letters, figures and hyphens."),
        ("٣", "", "The number has “٣” in it, but may only have letters, figures and hyphens."),
        ("1" * 21, "", "The length of the number is 21, but may be at most 20."),
        ("A" * 20, "", ""),
        ("ab-12", "", ""),
        ("v-12", "V-99", ""),
        ("ab 12", "AA 99", ""),
    ],
)
def test_what_is_wrong_is_said_in_words(number, mask, sentence):
    assert check(number, mask) == sentence


@pytest.mark.parametrize("mask", ["", "9" * 20, "AA-99/9.X", "999 999", "vat99"])
def test_a_sound_mask(mask):
    assert check_mask(mask) == ""


@pytest.mark.parametrize(
    ("mask", "part"), [("9" * 21, "at most 20"), ("9?", "points"), ("é", "po")]
)
def test_a_mask_that_no_number_could_have_is_refused(mask, part):
    assert part in check_mask(mask)


@EXAMPLES
@given(MASKS, st.data())
def test_a_number_of_the_shape_fits_and_one_with_another_sign_does_not(mask, data):
    number = "".join(data.draw(st.sampled_from(SIGNS[kind])) for kind in mask)
    assert check(number, mask) == check(number.lower(), mask) == ""
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = number[:place] + "#" + number[place + 1 :]
    assert check(wrong, mask) == check(wrong.lower(), mask) != ""
    assert check(number[:place] + "#" + number[place:], mask).startswith("The number has “#” too m")
    assert check(number[1:], mask)


@EXAMPLES
@given(st.text(max_size=24), st.text(st.sampled_from("9AX-"), max_size=20))
def test_any_text_is_answered(number, mask):
    assert isinstance(check(number, mask), str)


KNOWN = ["S1001", "S1002", "S2044", "V77"]


@pytest.mark.parametrize(
    ("number", "known", "words"),
    [
        ("SX2002", KNOWN, "has a letter too many: “SX2002” should be a letter, 4 figures."),
        ("S20021", KNOWN, "has a figure too many"),
        ("22002", KNOWN, "should be a letter"),
        ("S200", KNOWN, "lacks a figure"),
        ("s 3003", KNOWN, ""),
        ("B88", KNOWN, ""),  # one other has that shape
        ("SX2002", KNOWN[:2], ""),  # too few to tell a shape
        ("SX2002", [], ""),
    ],
)
def test_without_a_mask_a_number_unlike_the_others_is_asked_again(number, known, words):
    found = doubt(number, known)
    assert words in found and bool(found) == bool(words)
    assert not words or found.endswith("Others of this council look like that. Look at it again.")
