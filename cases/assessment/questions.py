"""The self-assessment as data: pages, questions with ids that never change meaning, wording, why we
ask, levels.

One question a page on screen. Each outcome page asks: how much help (a level question), what family
and friends do, what is hard in the person's own words, and what they want instead. Where the
council's allocation scheme asks a level question of its own on a page (`hooks.QUESTIONS`), it takes
the general one's place: nothing is asked twice.

Outcomes and tests: Care and Support (Eligibility Criteria) Regulations 2015 (SI 2015/313), regs 2
and 3. Wellbeing areas: Care Act 2014 s1(2).
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.journey import hooks

VERSIONS = {"adult": "adult-1", "carer": "carer-1"}
OUTCOMES: dict[str, dict[str, Any]] = {
    "adult": {
        "nutrition": _("Managing and maintaining nutrition"),
        "hygiene": _("Maintaining personal hygiene"),
        "toilet": _("Managing toilet needs"),
        "clothed": _("Being appropriately clothed"),
        "home_safely": _("Being able to make use of the home safely"),
        "habitable_home": _("Maintaining a habitable home environment"),
        "relationships": _("Developing and maintaining family or other personal relationships"),
        "work": _("Accessing and engaging in work, training, education or volunteering"),
        "community": _("Making use of necessary facilities or services in the local community"),
        "caring_child": _("Carrying out any caring responsibilities for a child"),
    },
    "carer": {
        "child": _("Carrying out any caring responsibilities for a child"),
        "others": _("Providing care to other persons"),
        "habitable_home": _("Maintaining a habitable home environment"),
        "nutrition": _("Managing and maintaining nutrition"),
        "relationships": _("Developing and maintaining family or other personal relationships"),
        "work": _("Engaging in work, training, education or volunteering"),
        "community": _("Making use of necessary facilities or services in the local community"),
        "recreation": _("Engaging in recreational activities"),
    },
}
# What may stand in a determination beside the outcomes: for a carer their own health (SI 2015/313
# reg 3).
BESIDE = {"health": _("Their own physical or mental health")}
# A carer's "unable" has three tests: that it takes longer is not among them (SI 2015/313 reg 3).
TESTS = {
    "assistance": _("Cannot do it without assistance"),
    "distress": _("Can do it, but with significant pain, distress or anxiety"),
    "danger": _("Can do it, but it endangers their or others' health or safety"),
    "longer": _("Can do it, but it takes significantly longer than normal"),
    "at_risk": _("Deteriorating, or at risk of it"),
}
WELLBEING = {
    "dignity": _("Personal dignity, being treated with respect"),
    "health": _("Physical and mental health and emotional wellbeing"),
    "protection": _("Protection from abuse and neglect"),
    "control": _("Control over day-to-day life"),
    "participation": _("Work, education, training or recreation"),
    "economic": _("Social and economic wellbeing"),
    "relationships": _("Domestic, family and personal relationships"),
    "accommodation": _("Suitability of living accommodation"),
    "contribution": _("Contribution to society"),
}
DONT_KNOW, IN_PERSON = "dont_know", "in_person"
ESCAPES = {DONT_KNOW: _("I don't know"), IN_PERSON: _("I'd rather say it in person")}
LEVELS = {
    "adult": [
        _("I need no help"),
        _("I need some help"),
        _("I need a lot of help"),
        _("I need help all the time"),
    ],
    "carer": [
        _("Caring does not get in the way"),
        _("It gets in the way a little"),
        _("It gets in the way a lot"),
        _("Because of caring I can't do this at all"),
    ],
}
UNPAID = {
    "none": _("Nobody helps without being paid"),
    "some": _("They do some of it"),
    "most": _("They do most of it"),
    "all": _("They do all of it, and want to go on"),
}
# Pages in order: code -> (title the person reads, example). `wellbeing` is no outcome of the law;
# it carries what a scheme may ask beyond the ten.
PAGES: dict[str, dict[str, tuple[Any, Any]]] = {
    "adult": {
        "nutrition": (
            _("Eating and drinking"),
            _("For example shopping, cooking, eating, and having enough to drink."),
        ),
        "hygiene": (
            _("Washing"),
            _("For example having a bath or shower, and looking after your hair and teeth."),
        ),
        "toilet": (_("Using the toilet"), _("For example getting there in time, day and night.")),
        "clothed": (
            _("Getting dressed"),
            _("For example choosing clothes for the weather and putting them on."),
        ),
        "home_safely": (
            _("Being safe at home"),
            _("For example stairs, hot water, falls, and locking the door."),
        ),
        "habitable_home": (
            _("Looking after your home"),
            _("For example cleaning, bills, and small repairs."),
        ),
        "relationships": (
            _("Family and friends"),
            _("For example visiting, being visited, and not being lonely."),
        ),
        "work": (
            _("Work, learning and volunteering"),
            _("For example keeping a job or going to a class."),
        ),
        "community": (
            _("Getting out and about"),
            _("For example buses, shops, the surgery, a club, a place of worship."),
        ),
        "caring_child": (_("Looking after a child"), _("Only if there is a child you care for.")),
        "wellbeing": (
            _("Your health, your choices and your nights"),
            _("For example medicines, making up your mind, and sleep."),
        ),
    },
    "carer": {
        "child": (_("Looking after a child"), _("Only if there is a child you care for.")),
        "others": (
            _("Caring for someone else as well"),
            _("For example another parent or a neighbour."),
        ),
        "habitable_home": (
            _("Looking after your home"),
            _("For example cleaning, bills, and small repairs."),
        ),
        "nutrition": (_("Eating well"), _("For example having time to shop, cook and sit down.")),
        "relationships": (
            _("Family and friends"),
            _("For example seeing people who matter to you."),
        ),
        "work": (
            _("Work, learning and volunteering"),
            _("For example keeping a job or going to a class."),
        ),
        "community": (
            _("Getting out and about"),
            _("For example buses, shops, the surgery, a place of worship."),
        ),
        "recreation": (
            _("Time for yourself"),
            _("For example rest, sport, a hobby, a whole night's sleep."),
        ),
    },
}
WHY = {
    "option": _("It shows what you may need, and an early idea of the money."),
    "unpaid": _(
        "It counts what others do for you. Nobody has to go on helping: it is their choice "
        "and yours."
    ),
    "text": _("Your own words stand beside the council's. Nobody may write over them."),
}


def _option(kind: str, page: str, title: Any) -> dict:
    text = (
        _("%(page)s: how much help do you need?")
        if kind == "adult"
        else _("%(page)s: how does caring affect it?")
    )
    return {
        "id": f"{page}.help",
        "page": page,
        "kind": "option",
        "text": str(text) % {"page": title},
        "options": [{"value": n, "label": str(label)} for n, label in enumerate(LEVELS[kind])],
    }


def unpaid_question(level: dict, title: Any, choices: dict[str, Any] = UNPAID) -> dict:
    """The question about family and friends that follows a level question; it says what it is
    about, because it comes once after each of them.
    """
    return {
        "id": f"{level['id']}.unpaid",
        "page": level["page"],
        "kind": "unpaid",
        "follows": level["id"],
        "text": _unpaid_text(title),
        "options": [{"value": code, "label": str(label)} for code, label in choices.items()],
    }


def _unpaid_text(title: Any) -> str:
    return str(_("%(title)s: what do family or friends do?")) % {"title": title}


def _words(kind: str, page: str, title: Any, follows: list[str]) -> list[dict]:
    hard = (
        _("%(page)s: what is hard?")
        if kind == "adult"
        else _("%(page)s: what has changed through caring?")
    )
    return [
        {
            "id": f"{page}.hard",
            "page": page,
            "kind": "text",
            "text": str(hard) % {"page": title},
            "any_of": follows,
        },
        {
            "id": f"{page}.want",
            "page": page,
            "kind": "text",
            "text": str(_("%(page)s: what do you want instead?")) % {"page": title},
            "any_of": follows,
        },
    ]


def same_in(before: list[dict], now: list[dict]) -> set[str]:
    """The ids under which two forms ask the same thing. A choice is carried from one to the other
    only then: a scheme that was published meanwhile may mean something else by the id, and count
    the choice otherwise.
    """
    old = {spec["id"]: _asked(spec) for spec in before}
    return {spec["id"] for spec in now if _asked(spec) == old.get(spec["id"])}


def _asked(spec: dict) -> tuple:
    choices = [(one["value"], str(one["label"])) for one in spec.get("options", ())]
    return (spec["kind"], str(spec["text"]), choices) if choices else (spec["kind"],)


def build(case) -> list[dict]:
    """All questions of a case in order, frozen into `SelfAssessment.form` when it is begun."""
    kind = "carer" if case.kind == "carer" else "adult"
    extra = [q for source in hooks.QUESTIONS for q in source(case)]
    form: list[dict[str, Any]] = [_about("important", _("What is important to you in your life?"))]
    if kind == "carer":
        form += _about_caring()
    for page, (title, _example) in PAGES[kind].items():
        form += _page_questions(kind, page, title, extra)
    form.append(_about("more", _("Is there anything else we should know?")))
    return form


def _about(name: str, text) -> dict:
    return {"id": f"about.{name}", "page": "about", "kind": "text", "text": str(text)}


def _about_caring() -> list[dict]:
    choices = [_("Yes"), _("Yes, with support"), _("No")]
    return [
        _about("gives", _("What do you do for the person you care for?")),
        {
            "id": "about.willing",
            "page": "about",
            "kind": "option",
            "text": str(_("Are you willing and able to go on caring?")),
            "options": [{"value": n, "label": str(x)} for n, x in enumerate(choices)],
        },
    ]


def _page_questions(kind: str, page: str, title: Any, extra: list[dict]) -> list[dict]:
    """The questions of one page: its levels, each with what follows it, then the free words."""
    form: list[dict] = []
    levels = [q for q in extra if q["page"] == page and q["kind"] == "option"]
    mine = [q for q in levels if q.get("voice") != "worker"]
    if not mine and page in OUTCOMES[kind]:
        mine = [_option(kind, page, title)]
        levels = [*mine, *levels]
    for level in levels:
        form.append(level)
        follow = [q for q in extra if q.get("follows") == level["id"]]
        if kind == "adult" and not follow:
            follow = [unpaid_question(level, title)]
        alone = {"text": _unpaid_text(title)} if len(levels) == 1 else {}
        form += [q | alone if q["kind"] == "unpaid" else q for q in follow]
    return form + (_words(kind, page, title, [level["id"] for level in mine]) if mine else [])


def standing(form: list[dict], values: dict[str, Any]) -> list[dict]:
    """The questions that stand for these answers, the worker's own among them: no follow-up where
    the answer was that no help is needed.
    """

    def needed(level: str) -> bool:
        return values.get(level) != 0

    return [
        q
        for q in form
        if ("follows" not in q or needed(q["follows"]))
        and (not q.get("any_of") or any(map(needed, q["any_of"])))
    ]


def questions_for_person(form: list[dict], values: dict[str, Any]) -> list[dict]:
    """The questions put to the person: those that stand, but none that the scheme asks of the
    worker.
    """
    return [q for q in standing(form, values) if q.get("voice") != "worker"]


def after(form: list[dict], values: dict[str, Any], current: str) -> str | None:
    """The id of the question after `current`, or None at the end."""
    ids = [q["id"] for q in questions_for_person(form, values)]
    place = ids.index(current) if current in ids else -1
    return ids[place + 1] if place + 1 < len(ids) else None


def label(question: dict, value: Any) -> str:
    """An answer as people read it."""
    if value in ESCAPES:
        return str(ESCAPES[value])
    return next(
        (o["label"] for o in question.get("options", []) if o["value"] == value), str(value)
    )


def page_title(kind: str, page: str) -> str:
    """The heading of a page of questions."""
    if page == "about":
        return str(_("About you"))
    return str(PAGES["carer" if kind == "carer" else "adult"][page][0])


def numbers(form: list[dict]) -> dict[str, int]:
    """The number of each question: the same on every screen and on paper, whatever was answered."""
    return {q["id"]: n for n, q in enumerate(form, 1)}


def tests_for(kind: str) -> dict[str, Any]:
    """The tests of "unable" for an adult or a carer."""
    return {k: v for k, v in TESTS.items() if k != "at_risk" and (kind != "carer" or k != "longer")}


def enough_outcomes(kind: str, count: int) -> bool:
    """Does the number of outcomes marked reach what the regulations ask: two for an adult, one for
    a carer?
    """
    return count >= (1 if kind == "carer" else 2)
