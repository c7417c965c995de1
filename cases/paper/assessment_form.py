"""The paper twin of the self-assessment: every question and option with the number it has on the
screen.

For reading beforehand, filling in by hand and signing; a worker keys it in as "on paper on ...". It
carries the case's reference and a QR of nothing but that. Reading only.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from types import SimpleNamespace
from typing import Any, TypedDict

import segno
from django.utils.translation import gettext as _

from cases import journey
from cases.assessment import answering, questions
from cases.council import contact_details
from cases.letters.pdf import SIZES
from cases.models import Case

LINES = {"text": 6}  # ruled lines under a question in one's own words
FORMS = {"adult": "adult", "carer": "carer"}


@dataclass(frozen=True)
class PaperQuestion:
    """A question on paper. `only`: when it is to be answered. `options` are boxes; `lines`: room to
    write.
    """

    number: int
    id: str
    text: str
    hint: str
    only: str
    options: list[str]
    lines: int


@dataclass(frozen=True)
class Section:
    title: str
    example: str
    questions: list[PaperQuestion]


@dataclass(frozen=True)
class Paper:
    """The whole form as ready strings; `ref` and `qr_code` are empty on a blank one. `who`: a blank
    one asks who it is from.
    """

    title: str
    council: str
    colour: str
    phone: str
    relay: str
    hours: str
    address: str
    ref: str
    name: str
    qr: str
    intro: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    worker: list[PaperQuestion] = field(default_factory=list)
    who: bool = True


def of_case(case: Case) -> Paper:
    """The form of a case: the questions its assessment was begun with, else those it would be begun
    with today.
    """
    anew = journey.STEPS[case.step].answers == "again"
    draft = answering.draft_of(case) or (None if anew else answering.last_sent(case))
    form = draft.form if draft else questions.build(case)
    return build(case.council, case.kind, form, ref=case.ref, name=case.person.name)


def blank(council: Any, kind: str) -> Paper:
    """The form as the council asks it today, for anybody."""
    asks = SimpleNamespace(council=council, council_id=council.pk, kind=kind)
    return build(council, kind, questions.build(asks))


def build(council: Any, kind: str, form: list[dict], *, ref: str = "", name: str = "") -> Paper:
    """Every question of a form in its order; those the scheme asks of the worker stand together at
    the end.
    """
    number = questions.numbers(form)
    sections = [
        Section(
            title,
            answering.example(kind, page),
            [question_on_paper(q, form, number) for q in specs],
        )
        for page, title, specs in answering.runs(
            kind, [q for q in form if q.get("voice") != "worker"]
        )
    ]
    return Paper(
        title=_("How caring affects your life")
        if kind == "carer"
        else _("Tell us about your life"),
        council=council.name,
        colour=council.colour,
        **contact_lines(council),
        ref=ref,
        name=name,
        qr=qr(ref),
        intro=intro(council),
        sections=sections,
        worker=[question_on_paper(q, form, number) for q in form if q.get("voice") == "worker"],
    )


class ContactLines(TypedDict):
    """What a `Paper` takes by these names."""

    phone: str
    relay: str
    hours: str
    address: str


def contact_lines(council: Any) -> ContactLines:
    """How to reach the council, at the head of every form."""
    found = contact_details.contact_for(council)
    return {
        "phone": found.phone,
        "relay": found.relay,
        "hours": found.when,
        "address": found.address,
    }


def question_on_paper(q: dict, form: list[dict], number: dict[str, int]) -> PaperQuestion:
    """One question with all its options; follow-ups say when they are to be answered."""
    options = [str(o["label"]) for o in q.get("options", [])]
    if q.get("voice") != "worker":
        options += [str(words) for words in questions.ESCAPES.values()]
    return PaperQuestion(
        number[q["id"]],
        q["id"],
        str(q["text"]),
        str(q.get("hint", "")),
        only(q, form, number),
        options,
        LINES.get(q["kind"], 0),
    )


def only(q: dict, form: list[dict], number: dict[str, int]) -> str:
    """When a question is to be answered: not where no help is needed in the one it follows."""
    before = [q["follows"]] if "follows" in q else q.get("any_of", [])
    if not before:
        return ""
    none = next(
        (
            o["label"]
            for s in form
            if s["id"] == before[0]
            for o in s.get("options", [])
            if o["value"] == 0
        ),
        "",
    )
    numbers = ", ".join(str(number[b]) for b in before)
    if len(before) == 1:
        return _("Leave this out if you ticked “%(none)s” in question %(numbers)s.") % {
            "none": none,
            "numbers": numbers,
        }
    return _(
        "Leave this out if you ticked the first box in all of these questions: %(numbers)s."
    ) % {"numbers": numbers}


def intro(council: Any) -> list[str]:
    """How to use the form, in short sentences."""
    back = _("Send or bring the form to us.") if council.help_address else _("Give the form to us.")
    return [
        _("You do not have to answer every question. Leave out what you want."),
        _(
            "Use your own words. Someone you trust can help you or write for you. Use more "
            "paper if you need it, and "
            "write the number of the question beside it."
        ),
        back
        + " "
        + _(
            "We type in what you wrote without changing it, and go through it with you. Keep "
            "a copy if you can."
        ),
        _(
            "You can also do this on a computer or a phone, on the telephone with us, or "
            "face to face. The questions are "
            "the same."
        ),
    ]


def qr(ref: str) -> str:
    """A QR of the reference alone, as an SVG whose words say so; nothing on a blank form."""
    if not ref:
        return ""
    title = _("QR code with the reference %(ref)s") % {"ref": " ".join(ref)}
    return segno.make(ref, error="m", micro=False).svg_inline(
        scale=4, border=2, title=title, svgid="", omitsize=False
    )


def printed(paper: Paper) -> dict[str, Any]:
    """The form with the words around it, as the PDF takes it."""
    return asdict(paper) | {
        "words": {
            "reference": _("Reference:"),
            "page": _("Page"),
            "name": _("Your name"),
            "born": _("Your date of birth"),
            "reach": _("How may we reach you safely?"),
            "alt": _("QR code with the reference"),
            "how": _("How to use this form"),
            "worker": _("For the social worker, with you"),
            "helped": _("Who helped you, if anybody did"),
            "signed": _("Signature, if you can sign"),
            "on": _("Date"),
            "end": _("At the end"),
            "help": _("Help"),
            "phone": _("Phone"),
            "relay": _("Text relay"),
            "tick": _("Tick one box."),
            "or": _("In your own words:"),
            "write": _("Write it here:"),
            "instead": _("Or tick a box:"),
            "form": _("This form has %(n)s questions.") % {"n": count(paper)},
        },
    }


def count(paper: Paper) -> int:
    return sum(len(s.questions) for s in paper.sections) + len(paper.worker)


def size_for(person: Any, wanted: str) -> str:
    """14 or 18 points: as asked for, else as recorded."""
    if wanted in SIZES:
        return wanted
    return "large" if person and person.communication == "large_print" else "print"
