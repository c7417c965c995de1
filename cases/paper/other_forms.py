"""The paper twin of every other form: made of the form on the screen itself, so that a new field is
on paper as well.

A sheet is a title and parts, each a heading with a Django form; its questions are numbered through,
and a worker who keys a sheet in sees the same numbers. Other apps add theirs to `SHEETS`. Not here:
the self-assessment (assessment_form.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.person import AskForm, AskForOtherForm
from cases.forms.record import ReviewForm
from cases.models import Case
from cases.paper import assessment_form

Parts = list[tuple[Any, forms.Form]]
WORDS_LINES = 6  # ruled lines for somebody's own words; one for a name, a number or a date


@dataclass(frozen=True)
class Sheet:
    """`reads`: what one must be allowed to read of the case (`access.READS`). `parts(case,
    sums)`: what it asks, with sums of money or without.
    """

    title: Any
    reads: str
    parts: Callable[[Case, bool], Parts]


def _ask(council: Any) -> Parts:
    return [
        (gettext_lazy("You, and how to reach you safely"), AskForm(council=council, paper=True))
    ]


def _ask_other(council: Any) -> Parts:
    form = AskForOtherForm(council=council, paper=True)
    return [(gettext_lazy("The person, and how to reach them safely"), form)]


def _review(case: Case, sums: bool) -> Parts:
    return [(gettext_lazy("What has changed"), ReviewForm(case=case, sums=sums))]


SHEETS: dict[str, Sheet] = {
    "review": Sheet(gettext_lazy("Getting ready for the review"), "assessment", _review),
}
# Sheets for whoever has no case yet: title, parts of a council.
BLANKS: dict[str, tuple[Any, Callable[[Any], Parts]]] = {
    "ask": (gettext_lazy("Ask for support"), _ask),
    "ask-for-somebody": (gettext_lazy("Ask for support for somebody else"), _ask_other),
}


def of_case(case: Case, sheet: Sheet, sums: bool) -> assessment_form.Paper:
    """One sheet of a case. `sums`: does whoever prints it see money?"""
    parts = sheet.parts(case, sums)
    return build(case.council, sheet.title, parts, ref=case.ref, name=case.person.name)


def blank(council: Any, code: str) -> assessment_form.Paper:
    title, parts = BLANKS[code]
    return build(council, title, parts(council))


def build(
    council: Any, title: Any, parts: Parts, *, ref: str = "", name: str = ""
) -> assessment_form.Paper:
    """The parts with every question in its order, numbered through."""
    sections, number = [], 1
    for heading, form in parts:
        questions = [
            field_on_paper(field, number + n) for n, field in enumerate(form.visible_fields())
        ]
        number += len(questions)
        sections.append(assessment_form.Section(str(heading), "", questions))
    return assessment_form.Paper(
        title=str(title),
        council=council.name,
        colour=council.colour,
        **assessment_form.contact_lines(council),
        ref=ref,
        name=name,
        qr=assessment_form.qr(ref),
        intro=assessment_form.intro(council),
        sections=sections,
        who=False,
    )


def field_on_paper(bound: forms.BoundField, number: int) -> assessment_form.PaperQuestion:
    """One field of a form as a question on paper: its words, its hint and every choice there is."""
    field = bound.field
    choices = [str(words) for value, words in getattr(field, "choices", ()) if str(value)]
    if isinstance(field.widget, forms.CheckboxInput):
        choices = [str(bound.label)]
    room = 0 if choices else WORDS_LINES if isinstance(field.widget, forms.Textarea) else 1
    only = "" if field.required else _("You can leave this out.")
    return assessment_form.PaperQuestion(
        number, bound.html_name, str(bound.label), str(bound.help_text), only, choices, room
    )


def numbers(case: Case, code: str) -> dict[str, list[int]]:
    """Name of a field -> its numbers on paper; several where the same is asked of each piece of
    support.
    """
    found: dict[str, list[int]] = {}
    for section in of_case(case, SHEETS[code], sums=False).sections:
        for question in section.questions:
            found.setdefault(question.id, []).append(question.number)
    return found


def show_numbers(form: forms.Form, case: Case, code: str) -> None:
    """For whoever keys a sheet in: each question says which number it has on paper."""
    for name, found in numbers(case, code).items():
        if name in form.fields:
            on_paper = _("On paper: %(numbers)s.") % {"numbers": ", ".join(map(str, found))}
            form.fields[name].help_text = f"{form.fields[name].help_text} {on_paper}".strip()
