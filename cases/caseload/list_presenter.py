"""The words of a row in staff's lists: ready strings, links and badges. Not here: which rows
(`lists`).
"""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import journey
from cases.caseload.lists import too_long_unnamed
from cases.common import dates
from cases.letters import timeline
from cases.ui import date_words
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day, days, since

SOON = 2  # days before a deadline at which the row begins to say so in colour too


def deadline(case, now=None) -> Badge:
    """Due, or late by how much, in words first; the deadline is the first day that is too late."""
    now = now or timezone.now()
    if case.due_at is None:
        return Badge(_("No deadline"), "grey")
    left = dates.days_between(now, case.due_at) - 1
    if now >= case.due_at:
        return Badge(_("%(days)s late") % {"days": days(-left)}, "red")
    if left == 0:
        return Badge(_("Due today"), "yellow")
    return Badge(_("Due in %(days)s") % {"days": days(left)}, "yellow" if left <= SOON else "blue")


def last_good_day(case) -> str:
    """The last day in time."""
    return date_words.last_day(case.due_at) if case.due_at else ""


def ending(case) -> str:
    """The last day with support, where it is to end."""
    if case.planned_end is None:
        return ""
    words = _("Support ends on %(day)s")
    if case.planned_end < dates.today():
        words = _("Support ended on %(day)s")
    return words % {"day": day(case.planned_end)}


def step_cell(case) -> str | list[str]:
    """Where the case is, and when its support ends."""
    words = ending(case)
    short = journey.STEPS[case.step].short
    return [short, words] if words else short


def needs_of(person) -> str:
    """How somebody takes in information, and in which language, where that is not print in English;
    else "".
    """
    found = [] if person.communication == "standard" else [str(person.get_communication_display())]
    if person.language:
        found.append(_("language: %(language)s") % {"language": person.language})
    return "; ".join(found)


def first_cell(case, reaches: bool) -> list:
    """The first cell of a row: the name that leads to the case, its reference and, for those who
    may reach the person, what must be kept to in every contact.
    """
    needs = needs_of(case.person) if reaches else ""
    name = Link(case.person.name, reverse("cases:case", args=[case.ref]), hidden=case.ref)
    danger = Badge(_("Danger: ring today"), "red") if reaches and case.danger_since else ""
    return [name, case.ref, *filter(None, [danger]), Badge(needs, "purple") if needs else ""]


def turn(case, user=None) -> str:
    """Whose turn, and since when."""
    mine = user is not None and case.turn_user_id == user.pk
    who = _("You") if mine else str(journey.TURN_NAMES[case.turn])
    return who if case.turn == "nobody" else f"{who}\n{since(case.turn_since)}"


def contact(case, today=None) -> str | Badge:
    """When the next contact is due; "" once it has come (the same words as in
    `caseload.contact_due`).
    """
    if case.next_contact is None:
        return ""
    today = today or dates.today()
    if case.next_contact > today:
        return day(case.next_contact)
    unseen = journey.STEPS[case.step].contact_owed
    if not unseen and case.next_contact < dates.london_date(case.step_since):
        return ""
    if case.next_contact == today:
        return Badge(_("Due today"), "yellow")
    return Badge(_("Was due %(day)s") % {"day": day(case.next_contact)}, "red")


def in_time(case, reaches: bool = False) -> str | Badge:
    """`reaches`: may the reader know of danger? Then it is due today, whatever the step's
    deadline.
    """
    if reaches and case.danger_since:
        return Badge(_("Due today"), "red")
    return deadline(case) if case.due_at else _("No deadline")


def caseload_table(cases, user, caption: str, empty: str, reaches: bool) -> Table:
    """`reaches`: the reader's role may reach the person, and so has to know how."""
    head = [_("Person"), _("In time?"), _("Whose turn"), _("Step"), _("Next contact")]
    found = [
        [
            first_cell(c, reaches),
            in_time(c, reaches),
            turn(c, user),
            step_cell(c),
            contact(c),
        ]
        for c in cases
    ]
    return Table(caption, head, found, empty=empty, caption_size="m")


def waiting_table(cases, caption: str, empty: str, reaches: bool, rates: bool) -> Table:
    """`reaches`: as above. `rates`: the reader may rate the risk."""
    head = [
        _("Person"),
        _("Risk"),
        _("Waiting"),
        _("Named contact"),
        _("Last and next contact"),
        _("Why here"),
    ]
    found = [
        [
            first_cell(c, reaches),
            rating(c, rates),
            since(c.asked_at),
            named(c),
            [last_contact(c) or _("Not yet"), contact(c) or Badge(_("No date"), "red")],
            why_waiting(c),
        ]
        for c in cases
    ]
    return Table(caption, head, found, empty=empty, caption_size="m")


def rating(case, rates: bool) -> list:
    """How urgent a case is, who said so and when, and the way to what was said before."""
    by = ", ".join(filter(None, [day(case.rated_at), case.rated_by])) if case.urgency else ""
    found: list[str | Badge | Link] = [urgency(case, rates), by]
    if rates:
        words = _("Rate again") if case.urgency else _("Rate")
        found.append(
            Link(words, reverse("cases:act", args=[case.ref, "rate_risk"]), hidden=case.ref)
        )
    return [
        *found,
        Link(_("History"), reverse("cases:chronology", args=[case.ref]), hidden=case.ref),
    ]


def named(case, now=None) -> str | Badge:
    """Who the person may turn to. Nobody for more than a day is an alarm."""
    if case.worker:
        return str(case.worker)
    if not too_long_unnamed(case, now):
        return Badge(_("None yet"), "yellow")
    return Badge(_("None for %(days)s") % {"days": since(case.asked_at, now)}, "red")


def last_contact(case) -> str:
    """The last day on which the person was told something or somebody was in touch."""
    return day(max(filter(None, [case.told_at, case.touched_at]), default=None))


def urgency(case, rings: bool = True) -> str | Badge:
    """`rings`: may the reader know of danger?"""
    if case.danger_since and rings:
        return Badge(_("Danger: today"), "red")
    if not case.urgency:
        return Badge(_("Not rated"), "red")
    words = str(journey.URGENCY[case.urgency])
    return Badge(words, "red") if case.urgency == "urgent" else words


def why_waiting(case, now=None) -> str:
    """Why a case stands where it does on the waiting list."""
    now = now or timezone.now()
    reasons = []
    if not case.urgency:
        reasons.append(_("nobody has rated it"))
    elif case.urgency == "urgent":
        reasons.append(_("rated urgent"))
    if case.next_contact is None or case.next_contact < dates.london_date(now):
        reasons.append(_("a contact is owed"))
    if case.due_at and now >= case.due_at:
        reasons.append(_("%(late)s for a start") % {"late": str(deadline(case, now).text)})
    if case.worker_id is None:
        reasons.append(_("no named contact"))
    if case.asked_news_at:
        reasons.append(_("asked on %(day)s what is happening") % {"day": day(case.asked_news_at)})
    words = "; ".join(reasons) or _("by date of request")
    return words[:1].upper() + words[1:]


def queue_table(cases, user, caption: str, empty: str, reaches: bool = False) -> Table:
    """`reaches`: the reader's role may reach the person, and so has to know how."""
    head = [_("Person"), _("Step"), _("Waiting for"), _("Waiting"), _("In time?")]
    found = [
        [
            first_cell(c, reaches),
            [journey.STEPS[c.step].short, ending(c), asks(c)],
            str(journey.TURN_NAMES[c.turn]),
            since(c.turn_since),
            deadline(c),
        ]
        for c in cases
    ]
    return Table(caption, head, found, empty=empty, caption_size="m")


def asks(case) -> str | Badge:
    """Does the person wait for an answer?"""
    return Badge(_("Asks what is happening"), "yellow") if case.asked_news_at else ""


def print_line(message) -> dict:
    """One letter or call that waits: to whom, where, about what, since when."""
    person = message.to_person
    letter = message.event and timeline.has_letter(message.event.verb)
    place = [message.case.ref, message.event.seq] if letter else []
    href = reverse("cases:letter", args=place) if letter else ""
    asked = message.template == "survey_letter"  # by name only: the survey stands above this app
    if asked:
        href = reverse("poet:survey_letter", args=[message.case.ref])
    phone = message.channel == "phone"
    note = person.contact_note
    if message.channel != person.contact_by:
        unsafe = _("Ask first: their safe way is “%(way)s”.") % {
            "way": person.get_contact_by_display()
        }
        note = f"{unsafe} {note}".strip()
    return {
        "pk": message.pk,
        "name": person.name,
        "ref": message.case.ref,
        "since": day(message.made_at),
        "href": href,
        "kind": _("Telephone call") if phone else _("Letter"),
        "where": person.phone if phone else person.address,
        "what": timeline.title_of(message.event.verb)
        if letter
        else _("Survey")
        if asked
        else _("Reminder"),
        "note": note,
        "pdf": reverse("cases:letter_pdf", args=place) if letter else "",
        "needs": needs_of(person),
    }
