"""Tagged PDF: what anybody wrote stands in it as words and never as markup, whatever they wrote."""

import re
import zlib
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cases.letters import pdf

LETTER = {
    "council": "Brackenshire Council",
    "council_address": "1 Moor Lane\nBracken",
    "phone": "01632 960100",
    "title": "Your plan is agreed",
    "written": "2 March 2026",
    "on": "2026-03-02",
    "ref": "AB34CD",
    "colour": "#1d5b6f",
    "dear": "Dear Ada Wren,",
    "closing": ["Phone us."],
    "name": "Ada Wren",
    "address": "9 Mill Lane\nBracken",
}


def with_words(*texts, kind="said"):
    return LETTER | {"blocks": [{"kind": kind, "text": text} for text in texts]}


def streams(made: bytes) -> bytes:
    """The file with what is compressed in it opened."""
    opened = []
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL):
        try:
            opened.append(zlib.decompress(found[1]))
        except zlib.error:
            opened.append(found[1])
    return made + b"\n".join(opened)


def text_of(made: bytes) -> str:
    """The words of a PDF by its own maps from glyphs to characters: what a screen reader is
    given.
    """
    whole = streams(made)
    glyphs: dict[str, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", whole, re.DOTALL):
        for code, char in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            glyphs[code.decode().lower()] = bytes.fromhex(char.decode()).decode(
                "utf-16-be", "ignore"
            )
    return "".join(sorted(set("".join(glyphs.values()))))


@pytest.mark.parametrize("size", ["print", "large"])
def test_a_letter_is_tagged_named_and_in_a_language(size):
    made = pdf.letter(with_words("Help every morning"), size)
    whole = streams(made)
    assert made.startswith(b"%PDF-1.7") and b"pdfuaid" in whole
    for mark in (
        b"/StructTreeRoot",
        b"/MarkInfo",
        b"/Marked true",
        b"/Lang",
        b"/H1",
        b"/DisplayDocTitle true",
    ):
        assert mark in whole, mark
    assert b"Your plan is agreed" in whole  # the document's title
    assert set("Help every morning".replace(" ", "")) <= set(text_of(made))


def test_the_same_letter_gives_the_same_bytes_and_another_day_others():
    letter = with_words("Help every morning")
    assert pdf.letter(letter, "print") == pdf.letter(dict(letter), "print")
    assert pdf.letter(letter, "print") != pdf.letter(letter | {"on": "2026-03-03"}, "print")
    assert pdf.letter(letter, "print") != pdf.letter(letter, "large")


def test_large_print_is_18_points_and_standard_14():
    assert pdf.SIZES == {"print": 14, "large": 18}
    sizes = {
        s: {
            float(n)
            for n in re.findall(rb"/f\d+ ([\d.]+) Tf", streams(pdf.letter(with_words("a"), s)))
        }
        for s in pdf.SIZES
    }
    assert 14 in sizes["print"] and 18 in sizes["large"] and min(sizes["large"]) >= 14, sizes


MARKUP = (
    '#let x = 1 #read("/etc/hostname") *b* _i_ $y$ `r` \\ \\u{41} @ref <label> // gone '
    "/* gone */ = Head\n- one\n+ two\n/ t: d"
)


def test_markup_that_somebody_wrote_is_words():
    plain = text_of(pdf.letter(with_words(MARKUP), "print"))
    assert set('#()"/*_$`\\{}@<>=+-') <= set(plain)


@settings(max_examples=25)
@given(st.text(max_size=300), st.sampled_from(["p", "said"]))
@example("\u202eزين #set text(99pt) \U0001f9d1\U0001f3fd\u200d\U0001f9bd e\u0301\u0338", "said")
@example("\x00\x07\ufffe\U0001fffe\ue000", "said")
@example("", "said")
@example("\n\n", "p")
def test_whatever_is_written_makes_a_tagged_pdf(words, kind):
    block = {"kind": kind, "text": words}
    made = pdf.letter(
        LETTER
        | {"name": words[:50], "blocks": [block, {"kind": "rows", "rows": [["What", words]]}]},
        "print",
    )
    assert made.startswith(b"%PDF") and b"/StructTreeRoot" in streams(made)


@pytest.mark.parametrize(
    "words",
    ["x" * 10_000, "word " * 2_000, "#" * 10_000, "\U0001f600" * 2_000, "ا" * 5_000, "中文" * 500],
)
def test_ten_thousand_characters_of_anything(words):
    assert pdf.letter(with_words(words), "large").startswith(b"%PDF")


def test_a_picture_that_no_font_has_is_named_and_what_is_lost_is_said():
    shown, lost = pdf._displayable({"text": "a \U0001f9d1\U0001f3fd \U0001f9bd"}, only_latin=False)
    assert shown["text"] == "a (adult) (manual wheelchair)" and not lost
    shown, lost = pdf._displayable({"text": "中 £5 ’"}, only_latin=True)
    assert shown["text"] == "? £5 ’" and lost


def test_a_long_word_may_be_broken_and_a_short_one_is_left():
    assert pdf.breakable("short words stay") == "short words stay"
    assert max(map(len, pdf.breakable("x" * 100).split("\u200b"))) <= 30


def test_a_line_from_right_to_left_is_known():
    assert (
        pdf.rtl("مرحبا") and pdf.rtl("12 שלום") and not pdf.rtl("Hello مرحبا") and not pdf.rtl("12")
    )


def test_the_page_of_a_letter_as_pdf(a_case, cast, as_):
    case = a_case("plan", person=cast.new_person(communication="large_print"))
    address = reverse("cases:letter_pdf", args=[case.ref, 1])
    answer = as_(cast.person).get(address)
    assert (
        answer["Content-Type"] == "application/pdf"
        and f"letter-{case.ref}-1.pdf" in answer["Content-Disposition"]
    )
    assert answer.content == as_(cast.person).get(address + "?as=large").content
    assert answer.content != as_(cast.person).get(address + "?as=print").content
    assert as_(cast.person).get(address + "?as=nonsense").status_code == 200


def test_a_blank_form_is_made_once():
    pdf.blank.cache_clear()
    from cases.models import Council
    from cases.paper import assessment_form

    council = Council(pk=0, name="X", help_phone="1")
    form = [{"id": "a", "page": "about", "kind": "text", "text": "What?"}]
    data = assessment_form.printed(assessment_form.build(council, "adult", form))
    assert pdf.paper(data, "print", date(2026, 3, 2)) is pdf.paper(data, "print", date(2026, 3, 2))
    assert pdf.blank.cache_info().hits == 1
