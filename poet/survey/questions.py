"""The survey as data: the scales, which way an answer counts, and which set and which questions are
asked.

The questions themselves are files (`data/`, read by `question_files`): three instruments in our own
wording over the open list of domains that the national surveys share, so that results can stand
beside them; their wording is In Control's copyright. A council with a licence loads its own set;
nothing in the code knows a question by name.

Ids never change meaning; new wording is a new version. Five points from a lot better to a lot
worse, reported as better, no difference, worse. Every scale has two ways out, which are never
counted.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from poet.models import QuestionSet
from poet.survey import question_files

ESCAPES = {"na": _("This does not apply to me"), "prefer_not": _("I would rather not say")}
SCALES: dict[str, dict[str, Any]] = {
    "change": {
        "much_better": _("A lot better"),
        "better": _("A little better"),
        "same": _("No difference"),
        "worse": _("A little worse"),
        "much_worse": _("A lot worse"),
    },
    "ease": {
        "very_easy": _("Very easy"),
        "easy": _("Quite easy"),
        "between": _("Neither easy nor hard"),
        "hard": _("Quite hard"),
        "very_hard": _("Very hard"),
    },
    "quality": {
        "very_good": _("Very good"),
        "good": _("Good"),
        "fair": _("Neither good nor poor"),
        "poor": _("Poor"),
        "very_poor": _("Very poor"),
    },
    "agree": {"yes": _("Yes"), "partly": _("In part"), "no": _("No")},
    "known": {
        "yes": _("Yes, I knew the amount"),
        "roughly": _("I knew roughly"),
        "no": _("No, I did not know"),
    },
}
TEXT = "text"  # the scale of a question that is answered in words: kept apart from the answers
# Which way an answer counts: good, middle or bad. The reading module adds these up.
COUNTS = {
    "good": {"much_better", "better", "very_easy", "easy", "very_good", "good", "yes"},
    "middle": {"same", "between", "fair", "roughly", "partly"},
    "bad": {"worse", "much_worse", "hard", "very_hard", "poor", "very_poor", "no"},
}
# What the respondent alone may tick, with what it does; on paper in the same words.
CONSENTS = {
    "compare": _(
        "You may lay my answers beside what happened in my case, such as how long I waited. "
        "Only totals of many people are shown."
    ),
    "contact": _(
        "Please contact me. I know that my social worker is then told my name. They still do "
        "not see my answers."
    ),
}
BLOCKS = ("outcomes", "quality", "process", "words")
# What must be there for a personal budget to work well: five about the money and the help with it,
# two about the place (Hatton's list, in our own short words). Four of them are also measured from
# the case: see `measured_conditions`.
CONDITIONS = {
    "own_choice": _("The way of taking the money leaves the choice to the person"),
    "knew_amount": _("They knew the amount when they planned"),
    "enough": _("The money is enough"),
    "help_to_plan": _("They had help to plan, from people they chose"),
    "guided": _("Somebody to ask at every step"),
    "community": _("There is enough nearby to use"),
    "fair": _("The council is open and fair, and gives reasons"),
}
# Tags only, never a score: our own short labels of the themes of Making it Real, 2018, and two of
# 2012.
THEMES = {
    "wellbeing": _("Wellbeing and independence"),
    "information": _("Information and advice"),
    "communities": _("Active communities"),
    "support": _("Support that fits together"),
    "change": _("When things need to change"),
    "workforce": _("The people who give support"),
    "budgets": _("Personal budgets"),
    "risk": _("Taking risks well"),
}
HELPERS = {
    "": _("Nobody helped me"),
    "wrote": _("Someone wrote down what I said"),
    "for_me": _("Someone answered for me"),
}
HELPED_BY = {
    "family": _("Family or a friend"),
    "advocate": _("An advocate"),
    "paid": _("Somebody who is paid to support me"),
    "council": _("Somebody from the council"),
    "other": _("Somebody else"),
}


def load_question_sets() -> None:
    """Put the shipped sets into the table; safe to run again, and never changes a row that is
    there.
    """
    rows = [QuestionSet(council=None, **question_files.columns(one)) for one in shipped_sets()]
    QuestionSet.objects.bulk_create(rows, ignore_conflicts=True)


@cache
def shipped_sets() -> tuple[question_files.Checked, ...]:
    """Every version of the shipped instruments, from their files, the oldest first."""
    found = [
        question_files.check(question_files.parse_file(path))
        for path in question_files.DATA.glob("*.json")
    ]
    return tuple(sorted(found, key=lambda one: (one.version, one.code)))


def shipped(code: str) -> question_files.Checked:
    """The newest version of a shipped instrument."""
    return [one for one in shipped_sets() if one.code == code][-1]


def current_sets(council=None) -> dict[str, QuestionSet]:
    """The set each instrument is asked with: the council's own that was published last, else the
    shipped one.
    """
    rows = _for_all()
    if not {(one.code, one.version) for one in shipped_sets()} <= {
        (row.code, row.version) for row in rows
    }:
        load_question_sets()
        rows = _for_all()
    own = [] if council is None else QuestionSet.objects.filter(council=council).order_by("pk")
    return {row.instrument: row for row in [*rows, *own]}


def _for_all() -> list[QuestionSet]:
    return list(QuestionSet.objects.filter(council=None).order_by("pk"))


def numbered_questions(question_set: QuestionSet, near_review: bool = False) -> list[dict]:
    """The questions in the order in which they are numbered, on screen and on paper: the short form
    first.

    Near a review those are left out which the review itself has just asked.
    """
    wanted = [spec for spec in question_set.definition if not (near_review and spec.get("review"))]
    return sorted(wanted, key=lambda spec: not spec.get("core"))


def short_form(specs: Sequence[dict]) -> int:
    """How many of these questions are the short form: those of the core, or all where none is."""
    return sum(bool(spec.get("core")) for spec in specs) or len(specs)


def is_text(spec: dict) -> bool:
    return spec["scale"] == TEXT


def choices(spec: dict) -> dict:
    """The answers to a question, its two ways out last; a licensed set may have its own words for
    them.
    """
    if is_text(spec):
        return {}
    own = spec.get("labels") or {}
    return {
        value: own.get(value, words) for value, words in SCALES[spec["scale"]].items()
    } | ESCAPES


def label(spec: dict, value: str) -> str:
    return value if is_text(spec) else str(choices(spec).get(value, ""))


def counted(value: str) -> str | None:
    """good, middle or bad; None for a way out, which counts nowhere."""
    return next((side for side, values in COUNTS.items() if value in values), None)


def side(spec: dict | None, value: str) -> str | None:
    """Which way an answer to this question counts; None for what is no answer of its scale. `spec`:
    the question as it stood in the set that the answer was given to, never another's of the same
    id.
    """
    known = spec is not None and value in SCALES.get(spec["scale"], {})
    return counted(value) if known else None


@cache
def shared_scale(who: str, domain: str) -> str | None:
    """The scale on which the shipped sets ask an instrument about a domain; None for a domain that
    is not on their open list.
    """
    specs = [spec for one in shipped_sets() if one.instrument == who for spec in one.questions]
    return next((spec["scale"] for spec in reversed(specs) if spec["domain"] == domain), None)
