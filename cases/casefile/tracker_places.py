"""What stands beside the tracker: the other pages of a person's record, what waits for an answer
with its day, and the lines of the timeline that no helper reads. Reading only.
"""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, journey
from cases.access import Reading
from cases.casefile import messages, reviews
from cases.common import dates
from cases.letters.phrases import OWN, READERS
from cases.letters.timeline import STRUCK, Entry, entry, struck_notes
from cases.ui.date_words import day, last_day

CHALLENGED = ("acknowledge", "challenge")


@dataclass(frozen=True)
class Place:
    text: str
    href: str


def places(reading: Reading) -> list[Place]:
    """The pages of the record that this reader may open, in the order of the list."""
    user = reading.user
    case = reading.case
    own = "person" in reading.roles
    found = [("messages", _("Messages with your social worker") if own else _("Messages"), True)]
    found += [
        ("differences", _("Where the answers differ"), answers_can_differ(case)),
        ("review", _("Get ready for your review"), reviews.may_tell(case, user, reading.people)),
        ("helpers", _("People who help you"), own),
        ("personal_details", _("What we know about you"), own),
        ("access_log", _("Who looked at your record"), own),
        ("copy", _("A copy of everything") if own else _("A copy of what you may see"), True),
    ]
    shown = [
        Place(words, reverse(f"cases:{name}", args=[case.ref]))
        for name, words, wanted in found
        if wanted
    ]
    return shown if own else shown + _leaving(reading)


def answers_can_differ(case) -> bool:
    """Is the step past those in which the answers are still given?"""
    return case.step not in journey.answering_steps()


def _leaving(reading: Reading) -> list[Place]:
    mine = [r for r in reading.people if r.user_id == reading.user.pk and r.kind != "self"]
    return [
        Place(_("Stop helping"), reverse("cases:end_help", args=[reading.case.ref, r.pk]))
        for r in mine[:1]
    ]


def notes(reading: Reading) -> list[str]:
    """What waits for the council's answer, each with its day."""
    case = reading.case
    found = []
    for row in messages.open_ones(case, reading.roles):
        what = str(row.get_what_display())
        found.append(f"{what}, {day(row.event.at)}. {messages.waits(row)}")
    for clock in case.clocks.filter(kind__in=CHALLENGED, ended_at=None, dropped_at=None).order_by(
        "due_at"
    ):
        if clock.due_at is None:
            continue
        words = {"on": day(clock.began_at), "by": last_day(clock.due_at)}
        if clock.due_at < dates.london_midnight(dates.today()):
            found.append(
                _(
                    "You challenged a decision on %(on)s. We meant to write by %(by)s, and "
                    "are sorry."
                )
                % words
            )
        elif clock.kind == "acknowledge":
            found.append(
                _("You challenged a decision on %(on)s. We tell you by %(by)s that it has arrived.")
                % words
            )
        else:
            found.append(
                _("You challenged a decision on %(on)s. We aim to answer by %(by)s.") % words
            )
    return found


def own_entries(reading: Reading) -> list[Entry]:
    """The lines of the timeline that only the person reads: helpers, messages, corrections."""
    heard = access.audiences(reading.roles)
    found: list[Entry] = []
    if "person" not in reading.roles:
        return found
    rows = reading.case.events.filter(verb__in=[*OWN, STRUCK]).select_related("body", "by")
    struck = struck_notes(rows)
    for event in rows:
        if event.verb == STRUCK or event.seq in struck:
            continue
        who = READERS["person"].get(event.role) or event.role
        words = OWN[event.verb] % {"who": who}
        found.append(replace(entry(event, "person", heard), what=words))
    return found
