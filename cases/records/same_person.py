"""Two records of one person: who may be the same, made one by somebody who decides it, and two
again.

The cases, helpers and people around move to the record that stays; nothing of the other record is
changed or lost, so that it can be taken back. Not here: by what people are found (`match_keys`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access, journey
from cases.common.match_keys import LIKELY, Known, birthdays_to_try, likeness, match_keys
from cases.common.refusals import NotYet, Stale
from cases.models import (
    Case,
    Connection,
    MatchKey,
    Person,
    PersonMerge,
    Representation,
    User,
)

JOINED, PARTED = "joined_two_records", "parted_two_records"
LOOKED_AT, SHOWN = 20, 5
STRONG = ("sound", "born", "phone", "postcode", "nhs")


@dataclass(frozen=True)
class Match:
    """Somebody who may be the same person. `seen`: may the reader open one of their cases? `open`:
    the references of those that are not closed.
    """

    person: Person
    likeness: Fraction
    seen: bool
    open: tuple[str, ...] = ()


def likely_matches(known: Known, council, user: User, *, without: int | None = None) -> list[Match]:
    """Those of a council who may be the same person, the likeliest first, five at most. One indexed
    statement finds them, two more read who they are and what the reader may see. `without`: the
    person who is known already.
    """
    rows = alike_by_keys(known, council, without)
    ids = [row["person"] for row in rows]
    records = Person.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    people, alike = {}, dict.fromkeys(ids, Fraction(0))
    for record in records:  # a record that was joined is likeness to the one that stays
        whose = record.merged_into_id or record.pk
        alike[whose] = max(alike[whose], likeness(known, record.known()))
        if record.merged_into_id is None:
            people[record.pk] = record
    best = sorted((pk for pk in people if alike[pk] >= LIKELY), key=lambda pk: (-alike[pk], pk))
    best = best[:SHOWN]
    seen: dict[int, list[str]] = {}
    theirs = access.visible_to(user, "contact").filter(person__in=best, council=council)
    for pk, ref, step in theirs.order_by("pk").values_list("person", "ref", "step"):
        seen.setdefault(pk, []).extend([] if step == "closed" else [ref])
    return [Match(people[pk], alike[pk], pk in seen, tuple(seen.get(pk, ()))) for pk in best]


def alike_by_keys(known: Known, council, without: int | None):
    """The people with whom somebody shares two keys or an NHS number, at most twenty: {"person",
    "n", "nhs"}. One indexed statement.
    """
    wanted = {pair for pair in match_keys(known) if pair[0] in STRONG}
    wanted |= {("born", f"{day:%Y%m%d}") for day in birthdays_to_try(known.born)}
    some = Q(pk__in=[])
    for kind, key in sorted(wanted):
        some |= Q(kind=kind, key=key)
    return (
        MatchKey.objects.filter(some, council=council, person__merged_into=None)
        .exclude(person=without)
        .values("person")
        .annotate(n=Count("pk"), nhs=Count("pk", filter=Q(kind="nhs")))
        .filter(Q(n__gte=2) | Q(nhs=1))
        .order_by("-nhs", "-n", "-person")[:LOOKED_AT]
    )


def likely_matches_of(reading: access.Reading) -> list[Match]:
    """Who may be the same as the person of a case, as its reader may know."""
    person = reading.case.person
    return likely_matches(person.known(), reading.case.council, reading.user, without=person.pk)


def _refuse(one: Person, other: Person) -> None:
    """Raise NotYet where two records can't be of one person, or not yet be made one."""
    if one.pk == other.pk:
        raise NotYet(_("This is the same record: there is nothing to join."))
    if one.council_id != other.council_id:
        raise NotYet(_("A record of another council is never joined with one of ours."))
    if one.merged_into_id or other.merged_into_id:
        raise Stale(_("A colleague has joined one of these records with another meanwhile."))
    if one.nhs_number and other.nhs_number and one.nhs_number != other.nhs_number:
        raise NotYet(_("They have two different NHS numbers, so they are two people."))
    if one.died_on != other.died_on:
        raise NotYet(_("A death is recorded for one of them only. Record it for both first."))
    both = Case.objects.filter(person__in=(one, other)).exclude(step="closed")
    steps: dict[tuple[str, str], set[int]] = {}
    for case in both:
        steps.setdefault((case.kind, case.step), set()).add(case.person_id)
    if any(len(people) > 1 for people in steps.values()):
        raise NotYet(
            _(
                "Both have an open case at the same step. Close one of them first, with the "
                "reason that it was recorded twice."
            )
        )


def join_records(
    *, case: Case, other: Person, by: User, reason: str, at: datetime | None = None
) -> PersonMerge:
    """The person of this case and `other` are one: what belongs to `other` moves here, with an
    event in the chronology of each case. Whoever decides works on a case of both. Raises NotYet,
    and then nothing has changed.
    """
    if not reason.strip():
        raise NotYet(_("Write how you know that they are one person."), field="reason")
    with transaction.atomic():
        ids = sorted({case.person_id, other.pk})
        people = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=ids)}
        stays, goes = people[case.person_id], people[other.pk]
        _refuse(stays, goes)
        theirs = list(Case.objects.filter(person=goes).order_by("pk"))
        _may(by, [case], theirs)
        moved = _move_all(stays, goes, theirs)
        goes.merged_into = stays
        goes.save(update_fields=["merged_into"])
        stays.keep_match_keys()
        merge = PersonMerge.objects.create(
            stays=stays, goes=goes, moved=moved, made_by=by, reason=reason.strip()
        )
        _tell([case, *theirs], JOINED, by, reason.strip(), at, merge)
        return merge


def _may(by: User, ours: list[Case], theirs: list[Case]) -> None:
    for cases in (ours, theirs):
        if not any(access.roles_of(one, by) & journey.ANYONE_STAFF for one in cases):
            raise NotYet(_("Whoever joins two records works on a case of both."))


def _move_all(stays: Person, goes: Person, cases: list[Case]) -> dict[str, list[int]]:
    """Hand over what belongs to a person; the ids of what was moved. A helper of both stays as
    they are there.
    """
    open_here = Representation.objects.filter(person=stays, valid_to=None).values("user")
    reps = Representation.objects.filter(person=goes).exclude(valid_to=None, user__in=open_here)
    moved = {
        "cases": [one.pk for one in cases],
        "representations": list(reps.values_list("pk", flat=True)),
        "connections": list(Connection.objects.filter(person=goes).values_list("pk", flat=True)),
    }
    _hand_over(moved, stays)
    return moved


def _hand_over(moved: dict[str, list[int]], to: Person) -> None:
    Case.objects.filter(pk__in=moved["cases"]).update(person=to)
    Representation.objects.filter(pk__in=moved["representations"]).update(person=to)
    Connection.objects.filter(pk__in=moved["connections"]).update(person=to)


def _tell(cases: list[Case], verb: str, by: User, words: str, at, merge: PersonMerge) -> None:
    for one in sorted(cases, key=lambda case: case.pk):
        one.refresh_from_db(fields=["person", "head_seq", "head_hash", "head_at"])
        one.record(verb, by=by, note=words, at=at, audience="staff", merge=merge.pk)


def part_records(
    *, merge: PersonMerge, by: User, reason: str, at: datetime | None = None
) -> PersonMerge:
    """They are two people after all: what was moved goes back. What came since stays where it is.
    Raises Stale where it was taken back already.
    """
    if not reason.strip():
        raise NotYet(_("Write how you know that they are two people."), field="reason")
    with transaction.atomic():
        row = PersonMerge.objects.select_for_update().get(pk=merge.pk)
        if row.parted_by is not None:
            raise Stale(_("%(who)s has parted these records already.") % {"who": row.parted_by})
        moved = list(Case.objects.filter(pk__in=row.moved["cases"]).order_by("pk"))
        ours = list(Case.objects.filter(person=row.stays).exclude(pk__in=row.moved["cases"]))
        _may(by, ours, moved)
        _hand_over(row.moved, row.goes)
        Person.objects.filter(pk=row.goes_id).update(merged_into=None)
        row.stays.keep_match_keys()
        row.parted_by, row.parted_at, row.parted_reason = by, timezone.now(), reason.strip()
        row.save(update_fields=["parted_by", "parted_at", "parted_reason"])
        _tell([*ours, *moved], PARTED, by, reason.strip(), at, row)
        return row


def merges_of(person: Person) -> list[PersonMerge]:
    """The records that were joined with this one, and stand."""
    return list(
        PersonMerge.objects.filter(stays=person, parted_by=None)
        .select_related("goes", "made_by")
        .order_by("-pk")
    )
