"""What is said of the survey's answers is no more than is true: they have no name, and they can be
joined to one.

Whoever reads the whole database can tell whose an answer is (ADR 13). Until answers are sealed,
nothing that anybody reads may promise otherwise, and the pages on which people decide to answer say
it.
"""

import ast
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cases.models import Message
from cases.ui.easy_read import PAGES
from poet import subject_access_fields
from poet.actions import invite

ROOT = settings.BASE_DIR
SAID = "could still work out which answers are yours"
EASY = "the people who run the computers could find out"
PROMISES = (
    r"anonym",
    (
        r"no ?(?:body|-one|t even we| one)[^.]{0,60}\b(?:find out|can "
        r"(?:see|tell|know|find|link)|sees? that it was you)"
    ),
    r"nobody who works with you sees",
    r"(?:can ?no|can['’])t be (?:traced|linked|joined|recognised|identified|matched)",
    r"(?:cannot|can not) be (?:traced|linked|joined|recognised|identified|matched)",
    r"(?:impossible|no way) to (?:tell|find|know|link|trace)",
    r"us included",
    r"no key to (?:a|the) person",
    r"nothing in it that leads back",
    r"points to nobody",
    r"alone can['’]t tell whose",
    r"(?:never|not) be (?:traced|linked)",
)
# The same words about other things than answers to the survey.
OTHERWISE = (
    "Choose something that nobody at home can guess",
    "so that nobody can be picked out",
    "nobody can agree it",
    "nobody can check by hand",
    "nobody can read one",
    "nobody can tell yet which council it is",
    "Nobody else can see it.",
    "Nobody who helps can see this page.",
    "nobody can tell whether it has moved",
    "says that answers can't be traced",
)


def texts():
    """(file, text) of all that people read: templates, words in the code, the README and the
    documents.
    """
    for path in sorted(
        [*(ROOT / "templates").rglob("*.*"), ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    ):
        yield path, path.read_text()
    for app in ("cases", "budgets", "poet"):
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                found = ast.walk(ast.parse(path.read_text()))
                words = (
                    n.value
                    for n in found
                    if isinstance(n, ast.Constant) and isinstance(n.value, str)
                )
                yield path, "\n".join(words)


def about_answers(sentence: str) -> bool:
    return not any(words in sentence for words in OTHERWISE)


def promised(text: str) -> list[str]:
    sentences = re.split(r"(?<=[.?!:;])\s", " ".join(text.split()))
    return [
        one
        for one in sentences
        if any(re.search(p, one, re.I) for p in PROMISES) and about_answers(one)
    ]


def test_nothing_promises_that_an_answer_cannot_be_traced():
    wrong = {f"{path.relative_to(ROOT)}: {one}" for path, text in texts() for one in promised(text)}
    assert not wrong, "\n".join(sorted(wrong))


@pytest.mark.parametrize(
    "sentence",
    [
        "Nobody sees that it was you.",
        "We count answers. Nobody can see that it was you.",
        "Nobody can see who said what.",
        "Without your tick above nobody can find out which are yours.",
        "Your answers are anonymous.",
        "It is kept without your name, so nobody can find it for you, us included.",
        "You cannot be recognised in these figures.",
        "Survey answers have no key to the person",
        "Nobody who works with you sees what you said.",
    ],
)
def test_the_promises_that_were_made_are_known(sentence):
    assert promised(sentence)


@pytest.fixture
def asked(a_case):
    a_case(at="running", days_ago=120)
    invite(now=timezone.now() + timedelta(days=1))
    return Message.objects.get(template="survey_invitation")


def plain(response) -> str:
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_where_people_decide_to_answer_it_says_who_could_know(asked, client, cast, as_):
    for name in ("survey", "survey_check"):
        assert SAID in plain(client.get(reverse(f"poet:{name}", args=[asked.token]))), name
    letter = plain(as_(cast.worker).get(reverse("poet:survey_letter", args=[asked.case.ref])))
    assert SAID in letter and SAID in plain(client.get(reverse("cases:privacy")))
    assert SAID in str(subject_access_fields.SURVEY)
    worker = (ROOT / "templates/messages/survey_worker.txt").read_text()
    assert SAID in worker


def test_easy_read_says_it_too(client, asked):
    for name in ("poet:survey", "poet:survey_check", "cases:privacy"):
        assert any(EASY in str(words) for _picture, words in PAGES[name].rows), name
    client.get(reverse("cases:easy_read", args=["on"]))
    for path in (reverse("poet:survey", args=[asked.token]), reverse("cases:privacy")):
        assert EASY in plain(client.get(path))


def test_the_documents_say_it():
    whole = " ".join((ROOT / "docs/adr/0013-survey-without-a-key.md").read_text().split())
    assert "Whoever reads the whole database can join answers to people" in whole
    assert "can still join answers to people" in " ".join((ROOT / "README.md").read_text().split())
