"""Nothing promises a telephone number that isn't there: not in the words, and on no page of a
council without one.
"""

import ast
import re
from pathlib import Path

import pytest

from cases.council import contact_details
from cases.models import Council, Letter
from tests.words.gathered import Gathered
from tests.words.unmarked import Words

ROOT = Path(__file__).resolve().parent.parent.parent
# What only somebody with a number can do, and what is said of where the number stands.
PROMISE = re.compile(
    r"\b(?:phone|ring|call|telephone)\s+us\b"
    r"|\bnumbers?\s+(?:is|are|stands?|at|on)\b[^.]*\b(?:letter|page|website)"
    r"|\bour\s+(?:phone|telephone|number)\b|\bphone\s+(?:too\b|or\s+write\b)",
    re.I,
)
WITH_NUMBER = re.compile(r"%\(phone\)s|\{\{ ?phone ?\}\}")  # said only where there is one
ONE_PLACE = "cases/council/contact_details.py"


def said_in_code(path):
    """Every text of a file but its docstrings."""
    tree = ast.parse(path.read_text())
    docs = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(getattr(n, "body", None), list) and n.body and isinstance(n.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def said_in_template(path):
    source = path.read_text()
    yield from re.findall(r'\{% translate "([^"]*)"', source)
    yield from re.findall(r"_\(\"([^\"]*)\"\)", source)
    yield from re.findall(r"\{% blocktrans(?:late)?\b[^%]*%\}(.*?)\{% endblocktrans", source, re.S)


def promises(texts):
    return [text for text in texts if PROMISE.search(text) and not WITH_NUMBER.search(text)]


def test_no_words_promise_a_number_but_those_that_are_made_where_there_is_one():
    wrong = {}
    for app in ("cases", "budgets", "poet"):
        for path in (ROOT / app).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if name != ONE_PLACE and not {"migrations", "demo", "management"} & set(path.parts):
                wrong[name] = promises(said_in_code(path))
    for path in (ROOT / "templates").rglob("*.*"):
        wrong[str(path.relative_to(ROOT))] = promises(said_in_template(path))
    assert not {name: found for name, found in wrong.items() if found}


def test_no_page_reads_the_number_by_itself():
    """The number comes with its hours: a template takes both from `reach`."""
    wrong = [
        path.name
        for path in (ROOT / "templates").rglob("*.*")
        if re.search(r"council\.(help_|out_of_hours)", path.read_text())
    ]
    assert not wrong


@pytest.mark.parametrize(
    "words",
    [
        "If you do not know, phone us.",
        "The number is on every letter from the council.",
        "Phone us today.",
        "Use the number at the bottom of this page.",
        "Phone or write to us.",
    ],
)
def test_the_sentences_that_promised_a_number_would_be_found(words):
    assert promises([words]) and not promises([f"{words} {{{{ phone }}}}"])


class Silent(Gathered):
    """A council that has entered nothing, looked at without sending its forms."""

    def reached(self):
        empty = {"help_phone": "", "help_relay": "", "help_address": ""}
        Council.objects.update(**empty)
        for name, value in empty.items():
            setattr(self.cast.council, name, value)

    def look(self, hands, who, name, path, forms=True):
        super().look(hands, who, name, path, forms=False)


def text_of(html):
    reader = Words()
    reader.feed(html)
    return " ".join(" ".join(reader.texts).split())


def test_a_council_without_a_number_promises_none_on_any_page_letter_or_message(cast):
    seen = Silent(cast)
    seen.for_everybody()
    seen.account_pages()
    seen.asking()
    seen.survey()
    for step in ("request", "plan", "running", "closed"):
        seen.case("adult", step, "direct_payment")
    wrong = {}
    for page in (*seen.pages.values(), *seen.sent.values()):
        if found := PROMISE.search(text_of(page.html)):
            wrong.setdefault(found[0], str(page))
        dialled = set(re.findall(r'href="tel:(\d+)"', page.html))
        assert dialled <= {"999", "18000", "111", "18001111"}, page  # the same in all of England
    for letter in Letter.objects.all():
        assert not PROMISE.search(str(letter.content)), letter.content
    assert not wrong, wrong
    assert (
        len(seen.pages) > 60 and len(seen.names) > 40 and seen.sent and Letter.objects.count() > 4
    )


def test_where_the_clause_names_the_foot_of_the_page_the_number_stands_there(client, cast):
    html = client.get("/come-back/").content.decode()
    assert "number is at the bottom of this page" in html.split("<footer")[0]
    assert (
        f'href="tel:{contact_details.dialled(cast.council.help_phone)}"' in html.split("<footer")[1]
    )
