"""Easy read: every page for everybody has its twin, behind one link in one place, and the choice is
kept.
"""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import get_resolver, reverse

from cases.ui.easy_read import PAGES
from sds.urls import urlpatterns
from tests.test_crawl import OPEN
from tests.words.gathered import Gathered
from tests.words.reading import age, text_of

# Open to everybody, and no page to read: files, an answer for machines, a way out, the choice
# itself.
NO_PAGE = {
    "cases:healthz",
    "cases:readyz",
    "cases:exit",
    "cases:easy_read",
    "cases:blank_paper_pdf",
    "budgets:scheme_file",
}
# Of the sign-in library, behind a sign-in or for staff alone.
INSIDE = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}
LONGEST = 14  # words in a sentence


def public_names():
    sign_in = {
        entry.name
        for entry in urlpatterns
        if (getattr(entry, "name", "") or "").startswith("account_")
    }
    return sorted((OPEN - NO_PAGE) | (sign_in - INSIDE))


def test_every_public_page_has_its_easy_twin_and_nothing_else_has_one():
    assert sorted(PAGES) == public_names()
    known = {f"{ns}:{name}" if ns else name for ns, name in every_name()}
    assert set(PAGES) <= known


def every_name():
    resolver = get_resolver()
    yield from (("", name) for name in resolver.reverse_dict if isinstance(name, str))
    for space, (_prefix, inner) in resolver.namespace_dict.items():
        yield from ((space, name) for name in inner.reverse_dict if isinstance(name, str))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_its_sentences_are_short_and_each_has_its_drawing(name):
    rows = PAGES[name].rows
    assert len(rows) >= 2
    for picture, words in rows:
        drawing = finders.find(f"easy/{picture}.svg")
        assert drawing, picture
        assert "<script" not in open(drawing).read()
        for sentence in re.split(r"(?<=[.?!])\s", str(words)):
            assert len(sentence.split()) <= LONGEST, sentence


def test_easy_words_are_easier_than_the_rest():
    text = text_of([str(words) for page in PAGES.values() for _picture, words in page.rows])
    assert age(text) <= 7, age(text)


class Chosen(Gathered):
    """The same pages as they are gathered elsewhere, in easy read, and no others."""

    def look(self, hands, who, name, path, forms=True):
        if name in PAGES and "view=words" not in path:
            hands.client.get(reverse("cases:easy_read", args=["on"]))
            super().look(hands, who, name, path, forms=False)


def test_the_choice_is_kept_on_every_page_and_can_be_taken_back(cast):
    seen = Chosen(cast)
    seen.for_everybody()
    seen.account_pages()
    seen.asking()
    seen.survey()
    assert {
        "cases:council",
        "cases:start_part",
        "poet:survey",
        "account_login",
        "budgets:try_it",
    } <= seen.names
    shown = 0
    for page in seen.pages.values():
        link = re.search(
            r'<a class="[^"]*app-easy-link" href="/easy-read/(on|off)/(?:\?to=[^"]+)?">', page.html
        )
        if link is None:  # it led on to a page that has none, such as somebody's own
            continue
        shown += 1
        main = page.html.split("<main")[1]
        assert link[1] == "off" and link.start() < page.html.index("<main"), page
        assert main.count('<img src="/static/easy/') >= 2, page
        assert main.count("<h1") == 1, page
    assert shown >= len(PAGES) - 4, shown


def test_it_is_off_until_it_is_chosen_stands_in_place_of_long_words_and_leads_nowhere_else(cast):
    client = Client()
    assert "app-pictured" not in client.get("/privacy/").content.decode()
    assert client.get("/easy-read/on/?to=/privacy/").headers["Location"] == "/privacy/"
    html = client.get("/privacy/").content.decode()
    assert "Program" in html and "Who reads it" not in html and "Show the longer words" in html
    ask = client.get("/brackenshire/ask/?for=other").content.decode()
    assert 'name="words"' in ask and "app-pictured" in ask, "what is to be filled in stays"
    client.get("/easy-read/off/?to=/privacy/")
    assert "Who reads it" in client.get("/privacy/").content.decode()
    for elsewhere in ("//evil.example/", "https://evil.example/", "javascript:alert(1)", ""):
        assert client.get("/easy-read/on/", {"to": elsewhere}).headers["Location"] == "/"
    own, foreign = "http://testserver/survey/a-key/", "https://evil.example/survey/"
    assert client.get("/easy-read/on/", headers={"referer": own}).headers["Location"] == own, (
        "no address on the page"
    )
    assert client.get("/easy-read/on/", headers={"referer": foreign}).headers["Location"] == "/"
