"""Whose figures a member of staff sees on the pages that are about many cases: the council, or
their own teams.
"""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from cases import access
from cases.models import Council, Team

EVERYWHERE = {"finance", "panel"}  # roles whose seats reach every team


@dataclass(frozen=True)
class Scope:
    """`team`: ids to read, None = the whole council. `teams`: what may be chosen, read where it
    is asked for."""

    council: Council
    team: tuple[int, ...] | None
    teams: QuerySet[Team]
    roles: frozenset[str]


def scope_of(request, roles) -> Scope:
    """The reach of the reader's seats in these roles, in the council they work for now. Http404
    without one.
    """
    council = access.council_of(request.user, request)
    seats = [
        s
        for s in access.seats_of(request.user)
        if council and s.council_id == council.pk and s.role in roles
    ]
    if not seats:
        raise Http404
    request.council = council
    whole = any(seat.team_id is None or seat.role in EVERYWHERE for seat in seats)
    own = sorted({seat.team_id for seat in seats if seat.team_id})
    teams = Team.objects.filter(council=council)
    found = teams if whole else teams.filter(pk__in=own)
    return Scope(
        council, None if whole else tuple(own), found, frozenset(seat.role for seat in seats)
    )
