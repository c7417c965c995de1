"""Messages between a person and the council, both sides in order, each with its day; and what else
was asked.

Reading only. A helper's list holds nothing that was asked alone. Not here: asking and answering
(`requests`).
"""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases import access, journey
from cases.access import Reading
from cases.common import dates
from cases.letters.phrases import READERS
from cases.letters.timeline import reader_of
from cases.models import Asked, Event
from cases.ui.date_words import day

READING = frozenset({"person", "delegate"}) | journey.ANYONE_STAFF


@dataclass(frozen=True)
class MessageLine:
    """One thing said, as ready strings. `ours`: by the council. `answer`: where staff answer it, ""
    otherwise.
    """

    seq: int
    when: datetime
    who: str
    about: str
    words: str
    ours: bool
    alone: bool
    waits: str = ""
    late: bool = False
    answer: str = ""


def rows(case, roles):
    """What was asked, as far as these roles may know of it."""
    found = Asked.objects.filter(case=case)
    return found if set(roles) & (READING - {"delegate"}) else found.filter(alone=False)


def conversation(reading: Reading) -> list[MessageLine]:
    """Everything said, the newest first. One query. `case` comes from `access.get_case`."""
    wanted = ("event__body", "event__by", "answer__body", "answer__by")
    found = []
    for row in rows(reading.case, reading.roles).select_related(*wanted):
        found.append(_said(reading, row.event, row, False))
        if row.answer:
            found.append(_said(reading, row.answer, row, True))
    return sorted(found, key=lambda one: one.seq, reverse=True)


def _said(reading: Reading, event: Event, row: Asked, ours: bool) -> MessageLine:
    case = reading.case
    body, reader = getattr(event, "body", None), reader_of(reading.roles)
    who = capfirst(str(READERS[reader].get(event.role) or event.role))
    if event.by_id and (reader == "staff" or event.by_id == case.worker_id):
        who = f"{event.by}, {who}" if reader == "staff" else str(event.by)
    if event.on_behalf_of_id:
        who = _("%(who)s wrote down what the person said") % {"who": who}
    opens = not ours and row.answered_at is None
    staff = bool(reading.roles & journey.ANYONE_STAFF)
    return MessageLine(
        event.seq,
        event.at,
        who,
        "" if row.what == "message" else str(row.get_what_display()),
        body.note if body and body.audience in access.audiences(reading.roles) else "",
        ours,
        row.alone,
        waits=waits(row) if opens else "",
        late=opens and row.due_on < dates.today(),
        answer=reverse("cases:answer_asked", args=[case.ref, event.seq]) if opens and staff else "",
    )


def waits(row: Asked) -> str:
    """By when there is an answer; an apology once that day is over."""
    if row.due_on < dates.today():
        return _("We said that we would answer by %(day)s. We have not, and we are sorry.") % {
            "day": day(row.due_on)
        }
    return _("We answer by %(day)s.") % {"day": day(row.due_on)}


def open_ones(case, roles) -> list[Asked]:
    """What waits for an answer, the most pressing first."""
    return list(
        rows(case, roles).filter(answered_at=None).select_related("event").order_by("due_on")
    )
