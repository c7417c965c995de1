"""Odd input on every form that residents meet: taken as it was typed, or refused in a sentence with
all that was typed.

Emoji, 10,000 characters, words from right to left, an apostrophe, a name of one letter; dates that
are none. What is sent to staff's forms, forged or sent twice is in tests/walks/test_bad_input.py.
"""

import json
import re
from functools import reduce
from operator import or_

from django.apps import apps
from django.db import models
from django.db.models import Q

from tests import sample
from tests.walks.pages import DONE, Page, assert_told, confirming
from tests.walks.test_bad_input import sensible, target
from tests.words.gathered import Gathered, undone

WORDS = {
    "emoji": "I fall 😀 and my chair 👩🏽‍🦽 breaks",
    "10,000 characters": "tired " * 1_666 + "long",
    "right to left": "אני נופלת בבוקר",
    "both ways": "Ada \u202eנרו\u202c Wren",
    "apostrophe": "Siobhán O'Brien’s <b>&amp;</b>",
    "one letter": "Ó",
}
DAYS = (
    ("31", "2", "2026"),
    ("0", "0", "0"),
    ("x", "😀", "z"),
    ("٣١", "٢", "٢٠٢٦"),
    ("1", "1", "26"),
    ("1" * 400, "1", "2026"),
    ("-1", "1.5", "2026"),
)
STEPS = (
    ("adult", "running", "direct_payment"),
    ("adult", "assess", "direct_payment"),
    ("carer", "assess", "direct_payment"),
    ("adult", "plan", "direct_payment"),
    ("adult", "offer", "direct_payment"),
    ("adult", "review", "direct_payment"),
)
TYPED = ("text", "textarea")
TEXT = models.CharField | models.TextField
HASHED = ("/start/place/", "/code/new/")  # the second fact is kept so that nobody can read it


def kept_somewhere(value) -> bool:
    """Does any column of ours hold it, as it is or inside JSON? One statement a table: it is asked
    a hundred times.
    """
    inside = json.dumps(value)[1:-1]
    for model in apps.get_models():
        fields = model._meta.concrete_fields if model._meta.managed else ()
        words = [Q(**{f"{one.name}__contains": value}) for one in fields if isinstance(one, TEXT)]
        if words and model.objects.filter(reduce(or_, words)).exists():
            return True
        for one in fields:
            if isinstance(one, models.JSONField) and any(
                inside in json.dumps(found)
                for found in model.objects.values_list(one.name, flat=True)
            ):
                return True
    return False


class Odd(Gathered):
    """Instead of keeping pages, sends odd words to their forms."""

    def __init__(self, cast):
        super().__init__(cast)
        self.refused, self.taken, self.wrong, self.forms = set(), set(), [], set()

    def look(self, hands, who, name, path, forms=True):
        known = (name, re.sub(r"/cases/\w+/", "", path))
        if known in self.looked or self.missed[name] > 3 or "/easy-read/" in path:
            return
        page = Page(hands.client.get(path, follow=True), path)
        self.missed[name] += page.status == 404
        if page.status != 200 or page.at != path.partition("?")[0]:
            return
        self.looked.add(known)
        for form in page.forms:
            shape = (
                name,
                *form.kinds.items(),
            )  # the questions of an assessment are one form, asked many times
            if shape in self.looked:
                continue
            self.looked.add(shape)
            boxes = [
                box
                for box in form.visible()
                if form.kinds[box] in TYPED and not re.search(r"_(day|month|year)$", box)
            ]
            days = [box.removesuffix("_day") for box in form.visible() if box.endswith("_day")]
            for kind, words in WORDS.items() if boxes else ():
                self.send(hands, page, form, kind, dict.fromkeys(boxes, words))
            for day in DAYS if days else ():
                parts = {
                    f"{d}_{part}": value
                    for d in days
                    for part, value in zip(("day", "month", "year"), day, strict=True)
                }
                self.send(hands, page, form, "date", parts)

    def send(self, hands, page, form, kind, odd):
        data = sensible(form) | {name: [value] for name, value in odd.items()}
        self.forms.add(page.path)
        with undone(hands):
            answer = hands.post(target(page, form), data)
            if looked := confirming(answer):
                answer = hands.post(target(page, form), looked)
            where = f"{page.path}, {kind}"
            if answer.status in DONE:
                lost = (
                    []
                    if kind == "date" or page.at.endswith(HASHED)
                    else [v for v in set(odd.values()) if not kept_somewhere(v)]
                )
                self.taken.add((kind, page.path))
                self.wrong += [
                    f"{where}: taken, and kept nowhere as it was typed" for _value in lost
                ]
            elif answer.status in (200, 422):
                self.refused.add((kind, page.path))
                self.wrong += self.told(answer, odd, where)
            else:
                self.wrong.append(f"{where}: status {answer.status} {answer.text[:150]}")

    def told(self, answer, odd, where):
        try:
            assert_told(answer)
        except AssertionError as missing:
            yield f"{where}: {missing}"
        boxes = {name: value for form in answer.forms for name, value in form.values.items()}
        for name, value in odd.items():
            if boxes.get(name, [""])[0] != value:
                yield f"{where}: what was typed in {name} is lost"


@sample.turns(1, 2)  # with the plain words, over the same pages
def test_whatever_is_typed_is_taken_or_refused_kindly_and_kept(cast, record_property):
    odd = Odd(cast)
    odd.for_everybody()
    odd.asking()
    for place, (kind, step, route) in enumerate(STEPS):
        if not sample.its_turn(place, 3):  # never 2: half of them would be left out for ever
            sample.left_out(record_property, f"odd words in the forms of {kind}, {step}")
            continue
        with undone():
            odd.case(kind, step, route)
    with undone():
        odd.survey()
    print(f"{len(odd.forms)} forms, {len(odd.taken)} taken, {len(odd.refused)} refused")
    assert not odd.wrong, "\n".join(odd.wrong)
    assert len(odd.forms) > 20
    assert {kind for kind, _path in odd.taken} >= {
        "emoji",
        "right to left",
        "apostrophe",
        "one letter",
    }
    assert {kind for kind, _path in odd.refused} >= {"10,000 characters", "date"}
