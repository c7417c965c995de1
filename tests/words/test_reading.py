"""What residents read can be read: reading age, length of sentences, and no word of the field
without its meaning.

One gathering of all pages and messages serves these tests. How the age is counted, and how little
that proves, stands in reading.py.
"""

import re
import statistics
from functools import cache

import pytest
from django.db import transaction

from cases.ui import glossary
from tests.cast import Cast
from tests.words.gathered import Gathered
from tests.words.jargon import IN_LETTERS, NEVER
from tests.words.reading import age, blocks, pools, sentences
from tests.words.unmarked import Words

MEDIAN, OLDEST, WORDS = 10, 12, 25


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    """All that residents can be shown and sent, and the letters that are kept; gathered once."""
    with django_db_blocker.unblock(), transaction.atomic():
        gathered = Gathered(Cast.make()).everything()
        transaction.set_rollback(True)
    return gathered


def shown(gathered):
    return [*gathered.pages.values(), *gathered.sent.values()]


@pytest.mark.parametrize("prose", [False, True], ids=["all", "sentences alone"])
def test_reading_age(pages, prose):
    texts = {text: name for name, text in pools(shown(pages), prose).items()}
    ages = {name: age(text) for text, name in texts.items()}
    middle, oldest = statistics.median(ages.values()), max(ages, key=ages.get)
    print(
        f"{len(shown(pages))} pages and messages, measured as {len(ages)} texts: "
        f"median {middle:.1f}, highest {ages[oldest]:.1f} ({oldest})"
    )
    assert middle <= MEDIAN
    assert not {name: years for name, years in ages.items() if years > OLDEST}
    assert len(ages) > 50


def test_no_sentence_goes_on_too_long(pages):
    wrong = {}
    for page in shown(pages):
        for one in sentences(blocks(page.html, whole=page.name == "message")):
            if len(one.split()) > WORDS and "xxxx" not in one:
                wrong.setdefault(one, str(page))
    assert not wrong, "\n".join(
        f"{len(one.split())} words: {one} ({page})" for one, page in wrong.items()
    )


@cache
def main_text(html):
    reader = Words()
    reader.feed(html.split("<main", 1)[-1].rsplit("</main>", 1)[0])
    return " ".join("".join(reader.texts).split())


def test_each_hard_word_is_explained_on_the_page_that_uses_it(pages):
    used = set()
    for page in pages.pages.values():
        text = main_text(page.html)
        for term in glossary.TERMS:
            if re.search(rf"\b(?:{term.pattern()})", text, re.I):
                used.add(term.code)
                assert f'id="word-{term.code}"' in page.html and str(term.meaning) in text, (
                    f"{term.word} on {page}"
                )
    assert used == {term.code for term in glossary.TERMS} - NOT_MET, (
        "a term that nobody meets needs no meaning here"
    )


# On pages that no walk of these tests reaches.
NOT_MET: set[str] = set()


def test_the_first_use_in_running_text_leads_to_the_meaning():
    html = (
        '<p class="govuk-body">A panel looks at it. The panel says why.</p><textarea>My '
        "advocate</textarea>"
    )
    said, terms = glossary.explained(html)
    assert [term.code for term in terms] == ["panel"]
    assert said.count('href="#word-panel"') == 1 and said.index("#word-panel") < said.index("looks")
    assert glossary.explained("<p>My garden</p>") == ("<p>My garden</p>", [])


def test_what_has_a_plain_word_is_said_in_it(pages):
    never = re.compile(rf"\b({'|'.join(map(re.escape, NEVER))})", re.I)
    said = {
        found[1]: str(page)
        for page in shown(pages)
        if (found := never.search(main_text(page.html)))
    }
    assert not said, said
    assert never.search("A care package was commissioned"), "or it could not fail"


def test_letters_explain_in_their_own_sentences(pages):
    letters = [p for p in pages.pages.values() if p.name == "cases:letter" and "as=audio" in p.path]
    assert len(letters) >= 8
    for page in letters:
        text = main_text(page.html).partition("What these words mean")[0].lower()
        for word, meanings in IN_LETTERS.items():
            title_only = text.count(word) == 1 and word in blocks(page.html)[0].lower()
            assert word not in text or title_only or any(m in text for m in meanings), (
                f"{word}: {page}"
            )
