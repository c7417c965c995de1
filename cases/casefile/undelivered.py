"""Messages that did not arrive, or may not have: whose task they are, in which words, and what a
person decides.

Whoever reaches the person of a case decides on its messages; an administrator on those to
colleagues and to teams, of which no case is shown. Each is decided once. Nothing here sends: what
is to go out waits for the next round (`outbox`).
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import access
from cases.casefile import chronology
from cases.caseload import lists as lists
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import outbox
from cases.letters.digest import DIGEST
from cases.models import Message, Seat
from cases.ui import date_words

SHOWN = 200


def theirs(user, council, mine=None):
    """What waits for a decision that this colleague may make, the oldest first."""
    return (
        messages_to_decide(user, council, mine)
        .filter(state__in=Message.UNDELIVERED)
        .order_by("dead_at", "pk")
    )


def messages_to_decide(user, council, mine=None):
    """The messages that this colleague may decide on, decided or not. `mine`: as `staff_cases`
    takes it.
    """
    roles = {seat.role for seat in access.seats_of(user) if seat.council_id == council.pk}
    found = Q(pk__in=[])
    if roles & access.READS["contact"]:
        found |= Q(case__in=lists.staff_cases(user, council, "contact", mine).values("pk"))
    if "admin" in roles:
        found |= Q(to_team__isnull=False) | Q(to_user__in=_colleagues(council))
    return Message.objects.filter(found, council=council)


def _colleagues(council):
    return Seat.objects.filter(Seat.on(dates.today()), council=council).values("user_id")


def count_sentence(user, council, mine=None) -> str:
    """How many there are, in a sentence that leads to them; "" without any."""
    number = theirs(user, council, mine).order_by()[: SHOWN + 1].count()
    if not number:
        return ""
    words = ngettext(
        "%(n)s message did not arrive, or may not have",
        "%(n)s messages did not arrive, or may not have",
        number,
    )
    return words % {"n": number if number <= SHOWN else f"{SHOWN}+"}


def lines(user, council) -> list[dict]:
    """What the page shows of each. Of a case that the reader does not reach, nothing."""
    wanted = ("case__person", "to_person", "to_user", "to_team", "event", "nudge")
    reached = set(
        lists.staff_cases(user, council, "contact")
        .filter(messages__in=theirs(user, council))
        .values_list("pk", flat=True)
    )
    found = theirs(user, council).select_related(*wanted)[:SHOWN]
    return [
        _line(message, message.case if message.case_id in reached else None) for message in found
    ]


def _line(message: Message, case) -> dict:
    to = message.to_person or message.to_user or message.to_team
    about = _("Daily digest") if message.template == DIGEST else _("A message about a case")
    return {
        "pk": message.pk,
        "to": str(to),
        "since": date_words.day(message.dead_at),
        "why": why(message),
        "about": chronology.subject(message) if case else about,
        "ref": case.ref if case else "",
        "name": case.person.name if case else "",
        "note": _note(message) if case else "",
        "written": message.to_person_id is not None,
    }


def _note(message: Message) -> str:
    """What must be kept to when the person is reached, from their record."""
    if message.to_person is None:
        return ""
    way = _("Safe way: %(way)s.") % {"way": message.to_person.get_contact_by_display()}
    return f"{way} {message.to_person.contact_note}".strip()


def why(message: Message) -> str:
    """What happened, without the words of machines."""
    if message.state == "unsure":
        return _("We do not know if this reached them. It was handed over, and no answer came.")
    if message.last_error.startswith(outbox.REFUSED):
        return _("The address was refused. See that it is right before you send it again.")
    if message.tried_since:
        return _("The mail server could not be reached for three days.")
    return _("It could not be sent (%(why)s).") % {"why": message.last_error or _("unknown")}


def send_again(*, message: Message) -> None:
    """Let it go out with the next round, by the same way and with the same link."""
    _decide(
        message, not_before=timezone.now(), last_error="", **outbox.moved(message, message.channel)
    )


def by_hand(*, message: Message) -> None:
    """Write or phone instead: it moves to the letters and calls to do. Raises NotYet for anybody
    but a person."""
    if not message.to_person_id:
        raise NotYet(_("Only people with a case are written to or phoned from here."))
    _decide(message, **outbox.moved(message, outbox.by_hand(message.to_person)))


def leave(*, message: Message) -> None:
    """Nothing more is to be done: they know, or need not."""
    _decide(message, state="cancelled", token="")


ACTS = {"again": send_again, "by_hand": by_hand, "leave": leave}


def _decide(message: Message, **columns) -> None:
    """Once: two colleagues who press at the same moment do not both send it."""
    rows_ = Message.objects.filter(pk=message.pk, state__in=Message.UNDELIVERED)
    if not rows_.update(dead_at=None, claimed_until=None, **columns):
        raise NotYet(_("Someone has already done this one."))
