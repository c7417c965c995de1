"""The people around a person, and what a colleague must know before a visit: recorded, ended, and
drawn.

Staff record them. The person reads who is named around them, and never that somebody must be kept
away: whoever sits beside them would read it too. A helper reads none of it. Not here: who may act
for the person (`cases.helpers`), two linked cases (`helpers.authority`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access, journey
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.models import Case, Connection, Event, Person, User
from cases.models.connections import RELATIONS, STANDINGS, TIES
from cases.ui.date_words import day

RECORDED, RECORDED_KEPT_AWAY = "recorded_someone_around", "recorded_someone_to_keep_away"
ENDED, ENDED_KEPT_AWAY = "ended_someone_around", "ended_someone_to_keep_away"
VISIT = "recorded_what_to_know_before_a_visit"
COLUMNS = ("name", "relation", "standing", "paper", "seen_on", "why", "phone")
MOST = 40  # people around one person: more is a list that nobody reads


@dataclass(frozen=True)
class Around:
    """What can be said of one of them, as it is typed. `seen_on`: when the paper of their standing
    was seen. `ties`: codes of `TIES`.
    """

    name: str
    relation: str
    ties: frozenset[str] = frozenset()
    standing: str = ""
    paper: str = ""
    seen_on: date | None = None
    why: str = ""
    phone: str = ""


def connections_of(person: Person) -> list[Connection]:
    """Those who stand around the person today, who must be kept away first. One statement."""
    rows = Connection.objects.filter(person=person, ended=None)
    return sorted(rows, key=lambda row: (not row.keep_away, not row.lives_with, row.pk))


def record_connection(
    *, case: Case, by: User, around: Around, instead: Connection | None = None, at=None
) -> Connection:
    """Write down somebody around the person; `instead` of a row that is over or was wrong, which
    ends with it. Raises NotYet for what does not fit together, Stale where a colleague has ended
    that row meanwhile.
    """
    _staff_only(case, by)
    _fits(around)
    with transaction.atomic():
        case.hold()
        standing = Connection.objects.filter(person_id=case.person_id, ended=None)
        if instead is None and standing.count() >= MOST:
            raise NotYet(_("There are %(most)s people here already.") % {"most": MOST})
        away = "keep_away" in around.ties
        event = case.record(
            RECORDED_KEPT_AWAY if away else RECORDED,
            by=by,
            at=at,
            audience="staff" if away else "person",
            note=f"{around.name}, {RELATIONS[around.relation]}.",
            words={"why": around.why} if around.why else None,
        )
        if instead is not None:
            _end(case, instead, by, _("Put right."), event.at, kept=away)
        return Connection.objects.create(
            person_id=case.person_id,
            case=case,
            event=event,
            **{name: getattr(around, name) for name in COLUMNS},
            **dict.fromkeys(around.ties, True),
        )


def _staff_only(case: Case, by: User) -> None:
    if not access.roles_of(case, by) & journey.ANYONE_STAFF:
        raise NotYet(_("A social worker or manager of this case writes this down."))


def _fits(around: Around) -> None:
    """Raise NotYet with the field where something is missing or can't be meant."""
    if not around.name.strip():
        raise NotYet(_("Enter their name."), field="name")
    if around.relation not in RELATIONS:
        raise NotYet(_("Choose who they are to the person."), field="relation")
    if around.ties - set(TIES):
        raise TypeError("unknown tie")
    if around.standing not in STANDINGS:
        raise NotYet(_("Choose one of the answers."), field="standing")
    if around.standing and not around.paper.strip():
        raise NotYet(_("Write which paper shows it, and its number if it has one."), field="paper")
    if around.standing and around.seen_on is None:
        raise NotYet(_("Enter the day on which the paper was seen."), field="seen_on")
    if around.seen_on and around.seen_on > dates.today():
        raise NotYet(_("That day is still to come."), field="seen_on")
    if "keep_away" in around.ties and not around.why.strip():
        raise NotYet(_("Write why they must be kept away."), field="why")
    if "keep_away" in around.ties and "next_of_kin" in around.ties:
        raise NotYet(
            _("Somebody who must be kept away is not told as next of kin. Choose one of the two."),
            field="ties",
        )


def end_connection(
    *, case: Case, connection: Connection, by: User, reason: str, at: datetime | None = None
) -> Event:
    """It is over, or was wrong. The row stays in the record. Raises Stale where it has ended
    already.
    """
    _staff_only(case, by)
    if not reason.strip():
        raise NotYet(_("Write why."), field="reason")
    with transaction.atomic():
        case.hold()
        return _end(case, connection, by, reason.strip(), at)


def _end(case: Case, connection: Connection, by: User, reason: str, at, kept=False) -> Event:
    """`kept`: from now on they must be kept away, so the person is not told that they went."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    if row.ended is not None:
        facts = {"who": row.ended.by, "day": day(row.ended.at)}
        raise Stale(_("%(who)s changed this on %(day)s. Nothing was recorded.") % facts)
    kept = kept or row.keep_away
    event = case.record(
        ENDED_KEPT_AWAY if kept else ENDED,
        by=by,
        at=at,
        audience="staff" if kept else "person",
        note=f"{row.name}: {reason}",
    )
    row.ended = event
    row.save(update_fields=["ended"])
    return event


def record_visit_risks(
    *, case: Case, by: User, words: str, seen: int, at: datetime | None = None
) -> Event | None:
    """What a colleague must know before a visit; empty takes it back. `seen`: the version of the
    person's row. Nothing is recorded where nothing changed. Raises Stale where a colleague was
    faster.
    """
    _staff_only(case, by)
    words = words.strip()
    with transaction.atomic():
        case.hold()
        person = Person.objects.select_for_update().get(pk=case.person_id)
        if person.visit_risks == words:
            return None
        if person.version != seen:
            raise Stale(
                _("Somebody changed this while you were writing. Yours has not replaced it."),
                changes=[(_("Before a visit"), words, person.visit_risks or _("Nothing"))],
            )
        event = case.record(
            VISIT, by=by, at=at, audience="staff", note=words or _("Nothing any more.")
        )
        person.visit_risks, person.version = words, person.version + 1
        person.save(update_fields=["visit_risks", "version"])
        case.person = person
        return event


def ties_of(connection: Connection) -> list[str]:
    """What ties them to the person, in words."""
    return [str(words) for code, words in TIES.items() if getattr(connection, code)]


def standing_words(connection: Connection) -> str:
    """Their legal standing with its paper; "" without one."""
    if not connection.standing:
        return ""
    words = _("%(standing)s: %(paper)s, seen on %(day)s")
    return words % {
        "standing": connection.get_standing_display(),
        "paper": connection.paper,
        "day": day(connection.seen_on),
    }
