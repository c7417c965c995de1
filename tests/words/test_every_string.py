"""Every string a resident can meet goes through gettext: rendered in a language that nobody speaks,
none comes out plain.

What may come out plain is data: names, references, addresses, what the cast typed, and a council's
own scheme, whose words belong to the council. No catalogue is kept in the repository: nobody has
translated anything yet, and a catalogue of English against English would be changed by every
commit. `manage.py makemessages` writes one when a translator begins; LOCALE_PATHS says where.
"""

import ast
import re
from pathlib import Path

import pytest
from django.template import loader
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from budgets.models import SchemeVersion
from cases.models import Council, User
from tests import sample
from tests.words.gathered import Gathered
from tests.words.pseudo import LONGER, RIGHT_TO_LEFT, pseudo, spoken
from tests.words.unmarked import unmarked

ROOT = Path(__file__).resolve().parent.parent.parent
# What the cast and the walks of the tests type and are called.
TYPED = (
    "Ada Wren",
    "Bridie Vale",
    "1 Moor Lane, Bracken",
    "4 Mill Lane",
    "North team",
    "First contact",
    "I find mornings hard",
    "I fall in the mornings",
    "Needs help most days",
    "Seen at the visit",
    "My garden",
    "Out twice a week",
    "A fall",
    "I choose who comes",
    "The support costs this much here",
    "The support costs this much",
    "Help to wash and dress",
    "My sister drives me",
    "It is time",
    "One hour fewer",
    "4 hours in place of 5",
    "The sister helps on Sundays",
    "Help every weekday morning",
    "Moved in with family",
    "Finance writes to the family",
    "Home care goes on",
    "The home care team",
    "A plan unlike others",
    "Manages alone",
    "The lunch club in Bracken",
)
SHAPES = (
    r"In my own words about \w+",
    r"\S+@\S+",
    r"https?://\S+",
    r"/survey/\S+",
    r"\b[A-Z0-9]{4}(-[A-Z0-9]{4})+\b",
    r"\b[A-Z0-9]{6}\b",
    r"\b[0-9a-f]{16,64}\b",
    r"x{200,}",
    r"(?<=Brackenshire Council)\d+",
    r"no_such",
)


def words_in(value):
    """Every text in a scheme's definition."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from words_in(part)


def data() -> re.Pattern:
    """Everything that is nobody's wording, the longest first. One word alone is too easily one of
    ours.
    """
    known = {
        *TYPED,
        *Council.objects.values_list("name", flat=True),
        *User.objects.values_list("name", flat=True),
    }
    for version in SchemeVersion.objects.select_related("scheme"):
        known |= {version.scheme.name, str(version), *filter(None, words_in(version.definition))}
        known |= {
            part for word in known for part in re.split(r"(?<=[.]) ", word)
        }  # a notice is cut after a sentence
    known = {word for word in known if " " in word}
    return re.compile(
        "|".join([*(re.escape(word) for word in sorted(known, key=len, reverse=True)), *SHAPES])
    )


@sample.turns(0, 2)  # with the odd words, over the same pages
def test_no_page_and_no_message_says_anything_that_could_not_be_translated(cast):
    for user in User.objects.all():
        user.name = f"Quill {user.name}"  # else nobody could tell a name from a word of ours
        user.save()
    with spoken():
        gathered = Gathered(cast).everything()
        known, wrong = data(), {}
        for page in (*gathered.pages.values(), *gathered.sent.values()):
            for words in unmarked(page.html, known):
                wrong.setdefault(words, str(page))
    print(
        f"{len(gathered.pages)} pages of {len(gathered.names)} addresses and "
        f"{len(gathered.sent)} messages"
    )
    assert not wrong, "\n".join(f"“{words}”: {page}" for words, page in wrong.items())
    assert len(gathered.names) > 80 and len(gathered.pages) > 300 and gathered.sent


STILL = {
    "path": "/",
    "files": [],
    "fields": [("a", "b")],
    "written": [],
    "again": [],
    "posted": True,
}


ALONE = [
    ("400.html", {}),
    ("500.html", {}),
    *(("503.html", STILL | more) for more in ({}, {"posted": False}, {"fields": []})),
]


@pytest.mark.parametrize(("name", "facts"), ALONE)
def test_the_pages_that_stand_alone_are_translated_too(name, facts):
    with spoken():
        assert not list(unmarked(loader.get_template(name).render(facts), re.compile(r"(?!)")))


def test_from_right_to_left_the_page_says_so(cast):
    paths = ("/", "/privacy/", reverse("cases:council", args=["brackenshire"]), "/no-such-page/")
    with spoken(RIGHT_TO_LEFT):
        for path in paths:
            html = Client().get(path).content.decode()
            assert re.search(r'<html lang="he"\s+dir="rtl"', html), path
        assert 'dir="rtl"' in loader.get_template("500.html").render()
    for path in paths:
        assert 'dir="rtl"' not in Client().get(path).content.decode(), path


def test_the_language_that_nobody_speaks_is_longer_and_keeps_what_a_translator_keeps():
    with spoken():
        assert gettext("Sign in") == pseudo("Sign in") != "Sign in"
        assert ngettext("%(n)s day", "%(n)s days", 2) % {"n": 2} == pseudo("%(n)s days").replace(
            "%(n)s", "2"
        )
        assert "\x04" not in pgettext("month", "May") + npgettext("x", "a", "b", 2)
    assert len(pseudo("a sentence")) >= len("a sentence") * (1 + LONGER)
    assert (
        "%(who)s" in pseudo("asked by %(who)s")
        and "{n}" in pseudo("page {n}")
        and "<b>" in pseudo("a <b>word</b>")
    )
    plain = '<p>⟦sáíd⟧ Plain words</p><img alt="Left out">'
    assert list(unmarked(plain, re.compile("(?!)"))) == ["Plain words", "Left out"], (
        "or the test could not fail"
    )


def plain_in(source: str) -> list[str]:
    """What a template says without gettext: its own letters and attributes, once all tags are taken
    away.
    """
    for gone in (
        r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|\{%\s*blocktrans.*?endblocktrans\w*\s*%\}",
        r"\{%.*?%\}|\{\{.*?\}\}",
        r"<(script|style)\b.*?</\1>|<!--.*?-->",
    ):
        source = re.sub(gone, "", source, flags=re.S)
    said = re.findall(r'\b(?:title|aria-label|placeholder|alt)="([^"]*[A-Za-z]{3}[^"]*)"', source)
    return said + re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]*>|&\w+;", " ", source))


def test_no_template_says_anything_that_could_not_be_translated():
    """Also those that no walk of the tests reaches, and staff's own."""
    places = (ROOT / "templates").rglob("*.*")
    wrong = {
        str(path.relative_to(ROOT)): said for path in places if (said := plain_in(path.read_text()))
    }
    assert wrong == {"templates/cases/service.html": ["readyz"]}, (
        "an address for machines is the same in every language"
    )
    assert plain_in('<p title="Left out">Plain {% translate "said" %}</p>') == ["Left out", "Plain"]


def test_every_refusal_is_a_sentence_that_can_be_translated():
    """What pages show of a refusal is found wherever it is raised: many of them no walk of the
    tests provokes.
    """
    wrong = []
    for path in (
        p for app in ("cases", "budgets", "poet") for p in sorted((ROOT / app).rglob("*.py"))
    ):
        if {"migrations", "management", "demo"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("NotYet", "Stale")
            ):
                wrong += [
                    f"{path.relative_to(ROOT)}:{node.lineno}"
                    for said in node.args[:1]
                    if plain_text(said)
                ]
    assert not wrong, wrong


def plain_text(node) -> bool:
    """Is it written out here, without gettext?"""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and any(sign.isalpha() for sign in node.value)
    if isinstance(node, ast.JoinedStr):
        return any(plain_text(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return plain_text(node.left) or isinstance(node.op, ast.Add) and plain_text(node.right)
    return isinstance(node, ast.IfExp) and (plain_text(node.body) or plain_text(node.orelse))
