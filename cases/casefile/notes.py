"""Notes of a case: for colleagues only, or shared with the person, chosen each time and said beside
each.

A note is an event with its words and their audience; neither can be changed. One that is wrong is
struck, and stays in the record: the person no longer reads it among theirs. Not here: messages that
want an answer (`messages`), what was promised on the telephone (the move that records a contact).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, journey
from cases.access import Reading
from cases.common.refusals import NotYet, Stale
from cases.letters.timeline import STRUCK
from cases.models import Case, Event, User
from cases.ui.date_words import day

# for whom -> (the verb, the audience of its words)
NOTES = {
    "staff": ("wrote_a_note", "staff"),
    "person": ("shared_a_note_alone", "person"),
    "helper": ("shared_a_note", "helper"),
}
VERBS = {verb: who for who, (verb, _audience) in NOTES.items()}
FOR_WHOM = {
    "staff": gettext_lazy("Only staff"),
    "person": gettext_lazy("Shared with the person, not with those who help"),
    "helper": gettext_lazy("Shared with the person and those who help"),
}
WRITERS = journey.ANYONE_STAFF
PAGE = 50


@dataclass(frozen=True)
class Note:
    """One note, as ready strings. `struck`: why it does not count any more, by whom and when; ""
    while it stands. `may_strike`: by this reader.
    """

    seq: int
    when: datetime
    who: str
    for_whom: str
    shared: bool
    words: str
    struck: str = ""
    may_strike: bool = False


def write_note(
    *, case: Case, by: User, words: str, for_whom: str, at: datetime | None = None
) -> Event:
    """Add a note. `for_whom`: a code of `NOTES`. Nothing is sent to anybody."""
    if not access.roles_of(case, by) & WRITERS:
        raise NotYet(_("A social worker or manager of this case writes its notes."))
    if not words.strip():
        raise NotYet(_("Write the note."), field="words")
    if for_whom not in NOTES:
        raise NotYet(_("Choose who may read it."), field="for_whom")
    verb, audience = NOTES[for_whom]
    return case.record(verb, by=by, note=words.strip(), at=at, audience=audience)


def strike_note(
    *, case: Case, by: User, note: int, reason: str, at: datetime | None = None
) -> Event:
    """Say that a note is wrong, or stands in the wrong case. `note`: its place in the record. By
    whoever wrote it, or a manager. Raises Stale where it is struck already.
    """
    with transaction.atomic():
        case.hold()
        event = case.events.filter(seq=note, verb__in=VERBS).first()
        if event is None:
            raise NotYet(_("There is no such note."))
        if not _may_strike(event, by, access.roles_of(case, by)):
            raise NotYet(_("Whoever wrote a note strikes it, or a manager."))
        if not reason.strip():
            raise NotYet(_("Write what is wrong with it."), field="reason")
        before = case.events.filter(verb=STRUCK, codes__struck=note).first()
        if before:
            raise Stale(_("%(who)s has struck this note already.") % {"who": before.by})
        return case.record(STRUCK, by=by, note=reason.strip(), at=at, audience="staff", struck=note)


def _may_strike(event: Event, user: User, roles: frozenset[str]) -> bool:
    own = event.by_id == user.pk and bool(roles & WRITERS)
    return own or bool(roles & {"manager", "service_manager"})


def notes_of(reading: Reading, before: int = 0) -> tuple[list[Note], int]:
    """The newest notes, at most a page of them from before a place in the record (0: the newest),
    and the place from which the next page goes on (0: no more). Two statements.
    """
    case = reading.case
    all_rows = case.events.filter(verb__in=VERBS).select_related("body", "by").order_by("-seq")
    rows = list((all_rows.filter(seq__lt=before) if before else all_rows)[: PAGE + 1])
    struck = {
        event.codes["struck"]: event
        for event in case.events.filter(verb=STRUCK).select_related("body", "by")
    }
    found = [_note(reading, event, struck.get(event.seq)) for event in rows[:PAGE]]
    return found, rows[PAGE - 1].seq if len(rows) > PAGE else 0


def _note(reading: Reading, event: Event, struck: Event | None) -> Note:
    body, why = getattr(event, "body", None), ""
    if struck is not None:
        said = getattr(struck, "body", None)
        facts = {"who": struck.by, "day": day(struck.at), "why": said.note if said else ""}
        why = _("Struck by %(who)s on %(day)s: %(why)s") % facts
    for_whom = VERBS[event.verb]
    return Note(
        event.seq,
        event.at,
        f"{event.by}, {journey.TURN_NAMES.get(event.role, event.role)}",
        str(FOR_WHOM[for_whom]),
        for_whom != "staff",
        body.note if body and body.audience in access.audiences(reading.roles) else "",
        why,
        struck is None and _may_strike(event, reading.user, reading.roles),
    )
