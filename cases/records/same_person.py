"""One person, one record: who may be the same as somebody, as far as a reader may know of them.

Reading only: somebody decides. Not here: by what people are found (`match_keys`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q

from cases import access
from cases.common.match_keys import LIKELY, Known, birthdays_to_try, likeness, match_keys
from cases.models import (
    MatchKey,
    Person,
    User,
)

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
    people = Person.objects.in_bulk([row["person"] for row in rows])
    alike = {pk: likeness(known, person.known()) for pk, person in people.items()}
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
        MatchKey.objects.filter(some, council=council)
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
