"""My day in words: why each case stands there, and the one thing to do about it. Not here: which
cases (`my_day`).
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import journey
from cases.caseload import list_presenter, lists, my_day
from cases.common import dates
from cases.letters.timeline import label_of
from cases.ui import date_words
from cases.ui.components import Badge, Link, Table

TITLES = {
    "danger": gettext_lazy("Ring today: somebody may be in danger"),
    "late_mine": gettext_lazy("Late, and it is your turn"),
    "asked": gettext_lazy("Somebody waits for an answer"),
    "wrote": gettext_lazy("A message or a request to answer"),
    "unnamed": gettext_lazy("Nobody is named as the contact"),
    "contact": gettext_lazy("Be in touch"),
    "law": gettext_lazy("Dates set by law, near or past"),
    "clock": gettext_lazy("Other dates, near or past"),
    "late": gettext_lazy("Late, and it waits for somebody else"),
    "soon": gettext_lazy("Due within two days"),
    "draft": gettext_lazy("Begun, and not saved for a while"),
    "turn": gettext_lazy("Your turn, and in time"),
}
# said of a case in any other group too
BESIDES = ("danger", "asked", "wrote", "unnamed", "contact", "law", "clock", "late", "draft")
# by the draft that a step declares (`Step.writes`)
DRAFTS = {
    "self_assessment": gettext_lazy("Self-assessment"),
    "support_plan": gettext_lazy("Support plan"),
}
ENDING = {
    "acknowledge": "acknowledge_challenge",
    "challenge": "answer_challenge",
    "advocate": "find_advocate",
    **dict.fromkeys(journey.REVIEWS, "start_review"),
}
DOING = {"asked": "answer_news", "unnamed": "reassign", "contact": "record_contact"}
OFFERS = (
    (60, gettext_lazy("%(what)s not saved for %(days)s: ask whether they still want to go on")),
    (21, gettext_lazy("%(what)s not saved for %(days)s: phone, and offer to do it together")),
    (my_day.STALE, gettext_lazy("%(what)s not saved for %(days)s: offer help")),
)


def sections(day: my_day.Day) -> list[dict]:
    """Every group as its table, with how many there are and where the rest is."""
    return [section(day, group) for group in day.groups()]


def section(day, group) -> dict:
    head = [
        _("Person"),
        _("Whose turn"),
        _("Why it is here"),
        _("In time?"),
        _("Risk"),
        _("Step"),
        _("Do now"),
    ]
    found = [
        [
            list_presenter.first_cell(c, True),
            turn_words(c),
            "\n".join(why(c, group.code, day)),
            in_time(c, group.code, day),
            list_presenter.urgency(c),
            journey.STEPS[c.step].short,
            doing(c, group.code, day),
        ]
        for c in group.cases
    ]
    if not any(row[-1] for row in found):
        head, found = head[:-1], [row[:-1] for row in found]
    hidden = group.total - len(group.cases)
    return {
        "code": group.code,
        "title": str(TITLES[group.code]),
        "total": group.total,
        "hidden": hidden,
        "bad": group.code in ("danger", "late_mine", "late", "unnamed", "asked", "law"),
        "table": Table(f"{TITLES[group.code]}: {group.total}", head, found),
        "all": list_of(day, group.code) if hidden else "",
    }


def nearest(case, code: str, day):
    """Of a case in a group of other dates, the clock that ends first; None once somebody has just
    ended it.
    """
    clocks = [
        c for c in day.ticking[case.pk] if journey.CLOCKS[c.kind].statutory is (code == "law")
    ]
    return clocks[0] if clocks and code in ("law", "clock") else None


def in_time(case, code: str, day):
    """Of the step; in a group of other dates, of the nearest of those; of danger, today."""
    if code == "danger":
        return Badge(_("Due today"), "red")
    return list_presenter.deadline(nearest(case, code, day) or case, day.now)


def list_of(day, code: str) -> str:
    """The list on which the others of a group are found."""
    wanted = {"late_mine": "&late=on&turn=mine", "late": "&late=on", "turn": "&turn=mine"}.get(
        code, ""
    )
    scope = lists.default_scope(day.user, day.council)
    return f"{reverse('cases:caseload')}?scope={scope}{wanted}"


def turn_words(case) -> str:
    """Whose turn, and for how long."""
    who = _("You") if case.is_turn else str(case.turn_user or journey.TURN_NAMES[case.turn])
    return who if case.turn == "nobody" else f"{who}\n{date_words.since(case.turn_since)}"


def why(case, code: str, day) -> list[str]:
    """The reason of the group first, then whatever else is true."""
    others = [
        c
        for c in BESIDES
        if c != code and getattr(case, f"is_{c}") and not (c == "late" and case.is_late_mine)
    ]
    return [words for c in (code, *others) for words in SAYING[c](case, day)]


def _late_mine(case, day):
    return [
        _("Late, and you have had it for %(days)s")
        % {"days": date_words.since(case.turn_since, day.now)}
    ]


def _asked(case, day):
    when = {
        "day": date_words.day(case.asked_news_at),
        "days": date_words.since(case.asked_news_at, day.now),
    }
    return [_("Asked what is happening on %(day)s (%(days)s)") % when]


def _wrote(case, day):
    return [_("Wrote to us, or asked for something, and has no answer yet")]


def _unnamed(case, day):
    return [_("No named contact for %(days)s") % {"days": date_words.since(case.asked_at, day.now)}]


def _contact(case, day):
    over = (dates.today(day.now) - case.next_contact).days
    if over == 0:
        return [_("We said that we would be in touch today")]
    return [
        _("We said that we would be in touch by %(day)s")
        % {"day": date_words.day(case.next_contact)}
    ]


def _law(case, day):
    return _clocks(case, day, True)


def _clock(case, day):
    return _clocks(case, day, False)


def _clocks(case, day, statutory):
    found = [
        (journey.CLOCKS[c.kind], list_presenter.deadline(c, day.now)) for c in day.ticking[case.pk]
    ]
    return [
        f"{known.title}: {badge.text.lower()}"
        for known, badge in found
        if known.statutory is statutory
    ]


def _late(case, day):
    if case.turn in journey.PERSON:
        return [_("Late, and it waits for the person: offer help")]
    return [
        _("Late, and it waits for: %(who)s")
        % {"who": case.turn_user or journey.TURN_NAMES[case.turn]}
    ]


def _soon(case, day):
    return [str(list_presenter.deadline(case, day.now).text)]


def _draft(case, day):
    saved = getattr(case, f"saved_{case.step}", None)
    still = dates.days_between(saved, day.now) if saved else 0
    offer = next((words for least, words in OFFERS if still >= least), "")
    here = journey.STEPS[case.step]
    what = DRAFTS[here.writes] if here.writes else here.short
    return [offer % {"what": what, "days": date_words.days(still)}] if offer else []


def _turn(case, day):
    return [_("Your turn since %(day)s") % {"day": date_words.day(case.turn_since)}]


def _danger(case, day):
    when = {
        "day": date_words.day(case.danger_since),
        "time": dates.clock_time(case.danger_since),
    }
    return [_("Since %(time)s on %(day)s nobody has recorded speaking to them") % when]


SAYING = {
    "danger": _danger,
    "late_mine": _late_mine,
    "asked": _asked,
    "wrote": _wrote,
    "unnamed": _unnamed,
    "contact": _contact,
    "law": _law,
    "clock": _clock,
    "late": _late,
    "soon": _soon,
    "draft": _draft,
    "turn": _turn,
}


def doing(case, code: str, day) -> str | Link:
    """The one act that settles the reason, where this reader may do it."""
    if code == "danger":
        return Link(_("Ring now"), reverse("cases:danger", args=[case.ref]), hidden=case.ref)
    if code == "wrote" and set(day.roles) & journey.ANYONE_STAFF:
        return Link(_("Answer"), reverse("cases:messages", args=[case.ref]), hidden=case.ref)
    clock, follow_up = (
        nearest(case, code, day),
        code in ("late", "draft") and case.turn in journey.PERSON,
    )
    name = (
        ENDING.get(clock.kind) if clock else DOING.get(code, "record_contact" if follow_up else "")
    )
    move = journey.MOVES.get(name or "")
    if move is None or case.step not in move.routes:
        return ""
    if not (move.who & set(day.roles) or ("turn" in move.who and case.is_turn)):
        return ""
    kwargs = {"ref": case.ref} | ({"move": move.name} if move.page == "cases:act" else {})
    return Link(label_of(move, day.roles), reverse(move.page, kwargs=kwargs), hidden=case.ref)


def summary(day) -> str:
    """The five seconds: how many are late, and on whom they wait."""
    mine, theirs = day.late()
    ring = len(day.danger)
    first = (
        ngettext(
            "Ring %(n)s person first: they may be in danger.",
            "Ring %(n)s people first: they may be in danger.",
            ring,
        )
        % {"n": ring}
        if ring
        else ""
    )
    if ring and not mine and not theirs:
        return first
    if not mine and not theirs:
        return _("Nothing is late.")
    words = [first] if first else []
    if mine:
        words.append(
            ngettext(
                "%(n)s case is late and waits for you.",
                "%(n)s cases are late and wait for you.",
                mine,
            )
            % {"n": mine}
        )
    if theirs:
        words.append(
            ngettext(
                "%(n)s case is late and waits for somebody else.",
                "%(n)s cases are late and wait for somebody else.",
                theirs,
            )
            % {"n": theirs}
        )
    return " ".join(words)
