"""The survey as data: five questions for the person, five for the carer, in our own wording.

Here: the instruments, their scales, and putting them into `QuestionSet` rows. Not here: asking (views), who is
asked (actions), what came of it (outcomes). Ids never change meaning; new wording is a new version. A council
with a licence for another instrument adds rows; nothing in the code knows a question by name.

The domains are those of the open list in docs (shared with the national surveys, so that results can stand beside
them); the wording is ours, because theirs is In Control's copyright. Five points from a lot better to a lot
worse, reported as better, no difference, worse. Every scale has two ways out, which are never counted.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from .models import QuestionSet

ESCAPES = {"na": _("This does not apply to me"), "prefer_not": _("I would rather not say")}
SCALES = {
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
    "known": {
        "yes": _("Yes, I knew the amount"),
        "roughly": _("I knew roughly"),
        "no": _("No, I did not know"),
    },
}
# Which way an answer counts: good, middle or bad. The reading module adds these up.
COUNTS = {
    "good": {"much_better", "better", "very_easy", "easy", "yes"},
    "middle": {"same", "between", "roughly"},
    "bad": {"worse", "much_worse", "hard", "very_hard", "no"},
}
HELPERS = {
    "": _("Nobody helped me"),
    "wrote": _("Someone wrote down what I said"),
    "for_me": _("Someone answered for me"),
}


def _ask(ident, text, short, scale, domain, block="outcomes"):
    return {"id": ident, "text": text, "short": short, "scale": scale, "domain": domain, "block": block}


PERSON = [
    _ask("say", gettext_noop("Having a say over the things that matter in your life. How is this since your support began?"),
         gettext_noop("Say over what matters in my life"), "change", "control_life"),
    _ask("when_needed", gettext_noop("Getting support at the times when you need it. How is this since your support began?"),
         gettext_noop("Support when I need it"), "change", "support_when_needed"),
    _ask("respect", gettext_noop("Being treated with respect by the people who support you. How is this since your support began?"),
         gettext_noop("Being treated with respect"), "change", "dignity"),
    _ask("easy", gettext_noop("From asking for support to getting it: how easy or hard did we make it for you?"),
         gettext_noop("How easy the council made it"), "ease", "cond_process_easy", "process"),
    _ask("knew", gettext_noop("When you planned your support, did you know how much money there was?"),
         gettext_noop("I knew the amount"), "known", "cond_knew_amount", "process"),
]  # fmt: skip
CARER = [
    _ask("well", gettext_noop("Keeping well yourself, in body and mind. How is this since the support began?"),
         gettext_noop("My own wellbeing"), "change", "carer_wellbeing"),
    _ask("own_life", gettext_noop("Having a life of your own beside caring. How is this since the support began?"),
         gettext_noop("Say over my own life"), "change", "carer_choice_control"),
    _ask("go_on", gettext_noop("Being able to go on caring, if that is what you want. How is this since the support began?"),
         gettext_noop("Support to go on caring"), "change", "carer_support"),
    _ask("easy", gettext_noop("From asking for support to getting it: how easy or hard did we make it for you?"),
         gettext_noop("How easy the council made it"), "ease", "cond_process_easy", "process"),
    _ask("knew", gettext_noop("When the support was planned, did you know how much money there was?"),
         gettext_noop("I knew the amount"), "known", "cond_knew_amount", "process"),
]  # fmt: skip
SHIPPED = {"person-short": (1, "person", PERSON), "carer-short": (1, "carer", CARER)}


def load_question_sets() -> None:
    """Put the shipped instruments into the table; safe to run again, and never changes a row that is there."""
    QuestionSet.objects.bulk_create(
        [
            QuestionSet(code=code, version=version, instrument=instrument, definition=definition)
            for code, (version, instrument, definition) in SHIPPED.items()
        ],
        ignore_conflicts=True,
    )


def current_sets() -> dict[str, QuestionSet]:
    """The newest version of each instrument, loading the shipped ones when a table is empty."""
    found = {row.instrument: row for row in QuestionSet.objects.order_by("version", "pk")}
    if not {"person", "carer"} <= set(found):
        load_question_sets()
        found = {row.instrument: row for row in QuestionSet.objects.order_by("version", "pk")}
    return found


def choices(spec: dict) -> dict:
    """The answers to a question, its two ways out last."""
    return SCALES[spec["scale"]] | ESCAPES


def label(spec: dict, value: str) -> str:
    return str(choices(spec).get(value, ""))


def counted(value: str) -> str | None:
    """good, middle or bad; None for a way out, which counts nowhere."""
    return next((side for side, values in COUNTS.items() if value in values), None)
