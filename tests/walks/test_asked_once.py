"""Nothing is asked twice: one person walks from asking to the survey, and every field that they
meet empty is held against everything that they have answered before (WCAG 2.2, 3.3.7 redundant
entry).

A question is asked twice where an empty field's accessible name is, but for case and punctuation,
at least nine tenths that of a field that was filled in earlier. What follows inside one list (a
second line of a plan) is not walked: another row is another thing. What finance types in from the
signed agreement is held against the person's answers too.
"""

import re
from datetime import timedelta
from difflib import SequenceMatcher
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.forms.record import ReviewForm
from cases.models import Case, Message, ReturnCode, User
from cases.signin import return_codes
from poet.actions import invite
from tests.walks.doing import (
    act,
    address,
    agree,
    determine,
    plan,
    run,
    send_plan,
    sign_agreement,
    start,
    triage,
)
from tests.walks.pages import Hands

ALIKE = 0.9
QUIET = {"csrfmiddlewaretoken", "key", "seen", "version", "to", "next"}


class Names(HTMLParser):
    """name of a field -> [accessible name, is it empty], for each field of a page that somebody can
    see.

    A choice is named by the legend of its group, a date by its group and its box, everything else
    by its label.
    """

    def __init__(self, html):
        super().__init__()
        self.labels, self.controls, self.legends, self.fields = {}, [], [], {}
        self._into = self._area = None
        self.feed(html)
        for name, ident, kind, legend, filled in self.controls:
            label = " ".join(self.labels.get(ident, "").split())
            group = " ".join(legend.split())
            words = (
                group
                if kind == "radio" or (kind == "checkbox" and group)
                else f"{group} {label}".strip()
            )
            known, empty = self.fields.get(name, (words, True))
            self.fields[name] = (known, empty and not filled)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "fieldset":
            self.legends.append("")
        elif tag == "legend":
            self._into = "legend"
        elif tag == "label":
            self._into = at.get("for", "")
            self.labels.setdefault(self._into, "")
        elif (
            tag in ("input", "select", "textarea")
            and at.get("name")
            and at.get("type") not in ("hidden", "submit")
        ):
            kind = at.get("type", tag)
            filled = (
                "checked" in at
                if kind in ("radio", "checkbox")
                else bool(at.get("value")) or tag == "select"
            )
            legend = self.legends[-1] if self.legends else ""
            self.controls.append([at["name"], at.get("id", ""), kind, legend, filled])
            self._area = self.controls[-1] if tag == "textarea" else None

    def handle_endtag(self, tag):
        if tag == "fieldset":
            self.legends.pop()
        elif tag in ("legend", "label"):
            self._into = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data):
        if self._area is not None:
            self._area[4] = self._area[4] or bool(data.strip())
        elif self._into == "legend":
            self.legends[-1] += data
        elif self._into is not None:
            self.labels[self._into] += data


def flat(words: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", words.casefold()).split())


def alike(one: str, other: str) -> bool:
    match = SequenceMatcher(None, one, other, autojunk=False)
    return (
        match.real_quick_ratio() >= ALIKE
        and match.quick_ratio() >= ALIKE
        and match.ratio() >= ALIKE
    )


class Register:
    """What was answered so far, and what was asked again."""

    def __init__(self):
        self.answered: dict[str, tuple[str, str]] = {}
        self.twice: list[str] = []
        self.names: dict[str, dict] = {}

    def look(self, path, html):
        self.names[path] = fields = Names(html).fields
        for words, empty in fields.values():
            earlier = next(
                (
                    a
                    for said, (a, at) in self.answered.items()
                    if alike(flat(words), said) and at != path
                ),
                None,
            )
            if empty and earlier:
                self.twice.append(f"{path} asks “{words}”; “{earlier}” was answered before")

    def keep(self, path, data):
        fields = self.names.get(path, {})
        for name, value in data.items():
            if name in fields and name not in QUIET and value not in ("", [], [""], None):
                words = fields[name][0]
                self.answered.setdefault(flat(words), (words, path))


class Watched(Hands):
    """A browser whose pages and answers are all written into one register."""

    def __init__(self, register, user=None):
        super().__init__(user)
        self.register, post = register, self.client.post

        def kept(path, data):
            register.keep(path.partition("?")[0], data)
            return post(path, data)

        self.client.post = kept

    def open(self, path, status=200):
        page = super().open(path, status)
        self.register.look(page.at, page.html)
        return page


@pytest.fixture
def register():
    return Register()


def ask(register) -> tuple[Watched, Case]:
    """Somebody without e-mail asks, gets a code, and sends the request."""
    me, number = Watched(register), "01632 960777"
    me.open("/brackenshire/")
    me.send(
        "/brackenshire/start/safe/?for=me",
        contact_by="phone",
        phone=number,
        contact_note="Canary one",
    )
    me.send(reverse("cases:start_place", args=["brackenshire"]), kind="word", fact="Marmalade")
    assert return_codes.spelled(ReturnCode.objects.get().salt)
    me.send(
        reverse("cases:start_part", args=["brackenshire", "words"]), words="Canary two", danger="no"
    )
    check = me.send(
        reverse("cases:start_part", args=["brackenshire", "you"]),
        name="Canary Wren",
        communication="standard",
    )
    me.send(check.at, page=check)
    me.user = User.objects.get(return_codes__isnull=False)
    return me, Case.objects.get()


def assess(me, case):
    """Every question answered, so that every later one is held against it."""
    page = me.send(address(case, "assessment"))
    for number in range(120):
        if page.at.endswith("/submit_assessment/"):
            break
        form = page.form("value")
        choices = form.choices.get("value", [])
        given = f"Canary answer {number}" if not choices else "none" if "none" in choices else "1"
        page = me.send(page.at, page=page, value=given)
    me.send(page.at, page=page)
    case.refresh_from_db()


def survey(register, case):
    with_them = timezone.now() + timedelta(days=60)
    invite(now=with_them)
    token = Message.objects.get(template__startswith="survey", to_person=case.person).token
    anyone, number = Watched(register), 1
    anyone.open(f"/survey/{token}/")
    page = anyone.open(f"/survey/{token}/1/")
    while not page.at.endswith("/check/"):
        form = page.form("answer")
        given = (
            form.choices["answer"][0]
            if "answer" in form.choices
            else f"Canary of the survey {number}"
        )
        page, number = anyone.send(page.at, page=page, answer=given), number + 1
    anyone.send(page.at, page=page, helper="nobody")


def walk(register, cast) -> tuple[Watched, Case]:
    me, case = ask(register)
    triage(Hands(cast.duty), case, cast)
    assess(me, case)
    for part in (
        ("messages",),
        ("known",),
        ("known", "correct"),
        ("helpers", "invite"),
        ("do", "challenge"),
    ):
        me.open(address(case, *part))
    determine(Hands(cast.worker), case)
    line = {"who": "pa", "outcome": "hygiene", "quantity": "4", "rate": "20"}
    plan(me, case, [("Canary helper", "direct_payment", line)])
    send_plan(me, case)
    agree(Hands({"worker": cast.worker, "manager": cast.manager}[case.turn]), case)
    finance = Watched(register, cast.finance)
    sign_agreement(finance, case)
    start(finance, case, case.plans.get(state="agreed").lines.get())
    run(finance, case)
    worker = Hands(cast.worker)
    worker.send(act(case, "start_review"), kind="initial", reason="It is time", dp="yes")
    me.open(address(case, "ask_switch"))
    me.send(
        address(case, "review"),
        works="Canary works",
        changed="Canary changed",
        wanted="Canary wanted",
    )
    worker.send(act(case, "keep_plan"), achieved="Out twice a week", reason="It works")
    survey(register, case)
    return me, case


def test_nobody_is_asked_the_same_thing_twice_from_asking_to_the_survey(
    cast, register, monkeypatch
):
    me, case = walk(register, cast)
    case.refresh_from_db()
    assert case.step == "running" and len(register.answered) > 60, (
        "the walk went all the way, and was heard"
    )
    for words in (
        "What is happening",
        "Your name",
        "What is important to you in your life",
        "Who signed it",
        "What works well",
    ):
        assert any(flat(words) in said for said in register.answered), words
    assert register.twice == []

    # the same eyes see a question that was planted
    monkeypatch.setattr(
        ReviewForm.base_fields["works"], "label", "What is important to you, in your life?!"
    )
    me.open(address(case, "review"))
    assert (
        len(register.twice) == 1 and "What is important to you in your life?" in register.twice[0]
    )


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ('<label for="a">Your name</label><input id="a" name="n">', {"n": ("Your name", True)}),
        (
            '<label for="a">Your name</label><textarea id="a" name="n">Ada</textarea>',
            {"n": ("Your name", False)},
        ),
        (
            '<fieldset><legend>Who?</legend><input type="radio" id="a" name="n" '
            'value="1"><label for="a">Me</label>'
            '<input type="radio" id="b" name="n" value="2" checked><label '
            'for="b">You</label></fieldset>',
            {"n": ("Who?", False)},
        ),
        (
            (
                '<fieldset><legend>When?</legend><label for="a">Day</label><input id="a" '
                'name="n_day" value=""></fieldset>'
            ),
            {"n_day": ("When? Day", True)},
        ),
        ('<input type="hidden" name="key" value="1">', {}),
    ],
)
def test_a_field_is_known_by_the_name_that_is_read_out(html, names):
    assert Names(html).fields == names


def test_what_differs_in_a_comma_is_the_same_question_and_what_differs_in_a_word_is_not():
    assert alike(flat("What is happening?"), flat("what is happening"))
    assert not alike(flat("Washing: what is hard?"), flat("Being safe at home: what is hard?"))
