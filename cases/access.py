"""Who is who to a case, what a user may see, what a role may read.

`roles_of` says the rule for one case, `visible_to` the same rule for many: they stand side by side
and a test over the whole cast ties them. A stranger gets 404, never 403. Staff roles are never
given on one's own case or that of someone one represents. A helper is a `delegate`; one who was
also given the money is a `money_helper` beside it, and whatever shows a sum asks for that role
through `READS`.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models.case import Case
from cases.models.council import Seat, User
from cases.models.people import Representation
from cases.models.record import RecordView

STILL_RINGING = timedelta(hours=1)


class _Readers(Mapping):
    """Group of what a case holds -> the roles that read it, as people and the table of roles say
    (`journey.ROLES`); anything not named there is read by nobody of that role.
    """

    def __getitem__(self, group: str) -> frozenset[str]:
        return journey.readers_of(group)

    def __iter__(self):
        return iter(journey.PEOPLE_READ)

    def __len__(self) -> int:
        return len(journey.PEOPLE_READ)


READS = _Readers()
OF_PEOPLE = {"person": frozenset({"person", "helper"}), "delegate": frozenset({"helper"})}


@dataclass(frozen=True)
class Reading:
    """A case and who reads it now: what `get_case` returns and pages hand on.

    `people`: who acts for the person today, with their users. `roles`: those of the reader to this
    case, never empty where it comes from `get_case`. Functions that only ask about the case take
    the case; those whose words or buttons depend on the reader take this.
    """

    case: Case
    user: User
    people: list[Representation]
    roles: frozenset[str]

    @property
    def role(self) -> str:
        """The role in which they read: the person's own first, then the highest seat."""
        return first_of(self.roles)

    @property
    def resident(self) -> bool:
        """The person or one of their helpers, and nobody of the council?"""
        return self.role in journey.PERSON

    def sees(self, group: str) -> bool:
        """May they read this part of the case (`READS`)?"""
        return bool(self.roles & READS[group])


def seats_of(user, on=None) -> list[Seat]:
    """A user's seats today, read once a request."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return []
    return user.seats_on(on) if on else user.seats_today


def council_of(user, request=None):
    """The council a member of staff works for now: chosen in the session, else that of their first
    seat.
    """
    seats = seats_of(user)
    chosen = request.session.get("council") if request else None
    return next(
        (s.council for s in seats if s.council_id == chosen), seats[0].council if seats else None
    )


def representations(person_id, *, named: bool = False) -> list[Representation]:
    """Everyone who may act in a person's affairs today, checked or not. `named`: with their
    users.
    """
    rows = Representation.objects.filter(
        Representation.on(dates.today()), person_id=person_id
    ).order_by("pk")
    return list(rows.select_related("user") if named else rows)


def _seat_roles(case, seat) -> bool:
    """Does this seat reach this case? The same words as in `_seat_sees`."""
    reaches = journey.ROLES[seat.role].reaches
    if seat.council_id != case.council_id or reaches == "none":
        return False
    if reaches == "panel":
        return case.reached_panel
    if reaches == "set_up":
        return case.reached_set_up
    own = seat.team_id in (None, case.team_id) or (
        seat.role == "worker" and case.worker_id == seat.user_id
    )
    return own or (case.danger_since is not None and _on_duty(seat))


def _on_duty(seat) -> bool:
    """Does this seat answer when somebody may be in danger, whichever team has the case?"""
    return seat.role in journey.WORKER and seat.team is not None and seat.team.intake


def _seat_sees(seat) -> Q:
    """The cases this seat reaches. The same words as in `_seat_roles`."""
    reaches = journey.ROLES[seat.role].reaches
    if reaches == "none":
        return Q(pk__in=[])
    scope = Q(council_id=seat.council_id)
    if reaches == "panel":
        return scope & Q(reached_panel=True)
    if reaches == "set_up":
        return scope & Q(reached_set_up=True)
    if seat.team_id is None:
        return scope
    own = Q(worker_id=seat.user_id) if seat.role == "worker" else Q(pk__in=[])
    danger = Q(danger_since__isnull=False) if _on_duty(seat) else Q(pk__in=[])
    return scope & (Q(team_id=seat.team_id) | own | danger)


def roles_of(case, user, people=None) -> frozenset[str]:
    """The roles of a user to a case; empty for a stranger."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return frozenset()
    mine = [
        r
        for r in (representations(case.person_id) if people is None else people)
        if r.user_id == user.pk
    ]
    if mine:
        return frozenset(role for rep in mine for role in _acts_as(rep, case.kind))
    return frozenset(s.role for s in seats_of(user) if _seat_roles(case, s))


def roles_when_ringing(case, user, people=None) -> frozenset[str]:
    """Who reaches the page of its reports of danger: whoever reaches the case, and for an hour more
    those whom only the open report let in. What they have just heard must not be lost because a
    colleague has settled it meanwhile.
    """
    found = roles_of(case, user, people)
    if found or case.danger_since is not None:
        return found
    last = case.dangers.filter(closed_at__gt=timezone.now() - STILL_RINGING).last()
    if last is None:
        return found
    before = copy.copy(case)
    before.danger_since = last.reported_at
    return roles_of(before, user, people)


def _acts_as(rep, kind) -> tuple[str, ...]:
    if rep.kind == "self":
        return ("person",)
    if not rep.sees(kind):
        return ()
    return ("delegate", "money_helper") if "money" in rep.scope else ("delegate",)


def representing(user) -> list[Representation]:
    """Whom a user stands for today, themselves too: read once where several lists are asked for."""
    return list(Representation.objects.filter(Representation.on(dates.today()), user=user))


def visible_to(user, reads: str = "", mine: list[Representation] | None = None):
    """The cases a user may see: `roles_of` for many. `reads`: of seats, only those whose role reads
    that group. `mine`: whom they stand for, where that was read already.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Case.objects.none()
    mine = representing(user) if mine is None else mine
    acting = Q(
        person_id__in=[
            r.person_id for r in mine if r.kind == "self" or (r.sees("") and not r.about)
        ]
    )
    for rep in mine:
        if rep.about and rep.sees(rep.about):
            acting |= Q(person_id=rep.person_id, kind=rep.about)
    staff = Q(pk__in=[])
    for seat in seats_of(user):
        if not reads or seat.role in READS[reads]:
            staff |= _seat_sees(seat)
    if mine:
        staff &= ~Q(person_id__in=[r.person_id for r in mine])
    return Case.objects.filter(acting | staff)


def best_role(case, user, people=None) -> str:
    """The role in which a user reads or records: the person's own first, then the highest seat."""
    if user is None:
        return "system"
    return first_of(roles_of(case, user, people))


def first_of(roles) -> str:
    return next((r for r in ("person", "delegate", *journey.roles_by_rank()) if r in roles), "")


def may(case, move, by, on_behalf_of, people) -> str:
    """The role in which `by` makes a move now. Raises NotYet with whose turn it is."""
    if by is None:
        if "system" not in move.who:
            raise NotYet(_("The system does not make this decision; a person does."))
        return "system"
    roles = roles_of(case, by, people)
    if on_behalf_of is not None:
        if move.on_behalf and roles & journey.WORKER and on_behalf_of.pk == case.person_id:
            return "worker" if "worker" in roles else "manager"
        raise NotYet(_("This can't be recorded on somebody's behalf."))
    allowed = set(move.who)
    if "panel" in allowed:
        allowed = {"panel"} if case.step == "panel" else allowed - {"panel"}
    found = [
        r
        for r in ("person", "delegate", *reversed(journey.roles_by_rank()))
        if r in roles and r in allowed
    ]
    if "turn" in allowed and has_turn(case, by, roles):
        found.append(case.turn)
    found = [r for r in found if r != "delegate" or within_scope(case, by, people, *move.scope)]
    if not found:
        raise NotYet(_("You can't do this now: %(why)s.") % {"why": waiting_for(case)})
    return found[0]


def has_turn(case, user, roles) -> bool:
    return case.turn in roles and case.turn_user_id in (None, user.pk)


def my_turn(user) -> Q:
    """The cases in which a user has the turn by a seat: `has_turn` for many. Use it on
    `visible_to` alone.
    """
    mine = Q(pk__in=[])
    for seat in seats_of(user):
        mine |= _seat_sees(seat) & Q(turn=seat.role)
    return mine & (Q(turn_user=None) | Q(turn_user=user.pk))


def within_scope(case, user, people, *scope: str) -> bool:
    """Is this a helper of this case who was given all of `scope`? `people`: who acts for the person
    today.
    """
    mine = (r for r in people if r.user_id == user.pk and r.sees(case.kind))
    return any(set(scope) <= set(r.scope) for r in mine)


def waiting_for(case) -> str:
    """Whose turn it is, as a clause."""
    return _("it waits for: %(who)s") % {"who": journey.TURN_NAMES[case.turn]}


def moves_for(case, user, people=None) -> list[journey.Move]:
    """The moves a user can make now: the buttons of the case page."""
    people = representations(case.person_id) if people is None else people
    found = []
    for move in journey.moves_from(case.step):
        try:
            role = may(case, move, user, None, people)
        except NotYet:
            continue
        if move.answers != "ask_news" or role not in journey.PERSON:
            found.append(move)
    return _standing(case, found)


def _standing(case, moves: list[journey.Move]) -> list[journey.Move]:
    """Without what has nothing to end or to answer now: fewer buttons. The guards keep the rule
    itself.
    """
    stands = {
        "pause": case.paused_until is None,
        "resume": case.paused_until is not None,
        "answer_news": case.asked_news_at is not None,
    }
    ended = {move.name: move.ends for move in moves if move.ends}
    running = (
        case.clocks.filter(kind__in=set(ended.values()), ended_at=None, dropped_at=None)
        if ended
        else ()
    )
    open_kinds = {clock.kind for clock in running}
    planned = case.planned_end is not None
    stands |= {move.name: planned for move in moves if move.end_ahead}
    stands["refuse_route"] = "switch" in open_kinds or journey.may_pay_directly(case.route)
    return [m for m in moves if stands.get(m.name, True) and (not m.ends or m.ends in open_kinds)]


def behalf_moves(case, user, people=None) -> list[journey.Move]:
    """The person's moves that this worker may record on their behalf."""
    if not roles_of(case, user, people) & journey.WORKER:
        return []
    return [m for m in journey.moves_from(case.step) if m.on_behalf and "worker" not in m.who]


def reads(case, user, group: str) -> bool:
    """May this user read this part of the case?"""
    return bool(roles_of(case, user) & READS[group])


def audiences(roles) -> set[str]:
    """Whose words these roles may read in events."""
    return set().union(*(OF_PEOPLE.get(r) or journey.heard_by(r) for r in roles))


def reading_by(case: Case, user, roles=roles_of) -> Reading:
    """The case as this user reads it, whoever they are: a stranger's has no roles. No visit is
    written down. `roles` as in `get_case`.
    """
    people = representations(case.person_id, named=True)
    return Reading(case, user, people, roles(case, user, people))


def get_case(request, ref: str, roles=roles_of) -> Reading:
    """Fetch and authorise in one: the first line of every view of a record. Writes the
    `RecordView`.

    Raises Http404 for a stranger and for an unknown reference alike. `roles`: who reaches the page,
    where that is wider than who reaches the case.
    """
    found = Case.objects.select_related(
        "person", "council", "team", "worker", "turn_user", "turn_team"
    )
    case = found.filter(ref=str(ref).upper()).first()
    if case is None:
        raise Http404
    reading = reading_by(case, request.user, roles)
    if not reading.roles:
        raise Http404
    RecordView.objects.create(
        council_id=case.council_id,
        case=case,
        user=request.user,
        role=reading.role,
        page=(request.resolver_match.view_name if request.resolver_match else "")[:60],
    )
    return reading
