"""Reading for lists: whose cases, in which order, how late. Lists are cut off, and nothing counts
without an end.

Not here: who may see a case (`access`), the words of a row (`cases/caseload/list_presenter.py`),
one case's own page (`case_presenter`).
"""

from datetime import datetime, timedelta

from django.db.models import Case as When_
from django.db.models import F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from nhs_number import is_valid

from cases import access, journey
from cases.common import dates
from cases.common.match_keys import LONGEST, folded_words, phone_digits, postcode
from cases.models import Event, MatchKey, Message, Representation, User

PAGE = 50
COUNTED = 500  # a count goes no further: "more than 500" says enough
QUEUED = 200
DECIDERS = ("panel", "finance")
SCOPE_OF = {"worker": "mine", "manager": "team", "service_manager": "team"}
URGENCY_ORDER = ("urgent", "soon", "routine")
UNNAMED = timedelta(days=1)  # so long a case may be without a named contact
FROM_THE_START = 12  # references and NHS numbers are looked for whole, never in part


def staff_cases(user, council, reads: str = "", mine: list[Representation] | None = None):
    """What a member of staff sees of one council as staff; their own case and a relative's are not
    among it. `reads`: only where their role reads that group (`access.READS`). `mine`: whom they
    stand for, where that was read already.
    """
    mine = access.representing(user) if mine is None else mine
    seen = access.visible_to(user, reads, mine).filter(council=council)
    seen = seen.exclude(person_id__in=[one.person_id for one in mine])
    return seen.select_related("person", "worker", "team")


def of_others(rows, user, case: str = "case", mine: list[Representation] | None = None):
    """`rows` about cases, by the name of that field ("": cases), without the reader's own case and
    a relative's: for a list that goes beyond what a role may open. `mine`: as above.
    """
    mine = access.representing(user) if mine is None else mine
    person = f"{case}__person__in" if case else "person__in"
    return rows.exclude(**{person: [one.person_id for one in mine]})


def seat_roles(user, council) -> list[str]:
    """The roles of a user in one council, the highest first."""
    roles = {s.role for s in access.seats_of(user) if s.council_id == council.pk}
    return [r for r in journey.roles_by_rank() if r in roles]


def default_scope(user, council) -> str:
    """A worker begins with their own cases, a manager with the team's, anybody else with all they
    may see.
    """
    roles = seat_roles(user, council)
    return next(
        (SCOPE_OF[r] for r in ("worker", "manager", "service_manager") if r in roles), "all"
    )


def in_scope(cases, user, council, scope):
    """`mine`: I am the named worker or have the turn. `team`: the teams I sit in (a council-wide
    seat: all).
    """
    if scope == "mine":
        return cases.filter(Q(worker=user.pk) | access.my_turn(user))
    if scope == "team":
        teams = {s.team_id for s in access.seats_of(user) if s.council_id == council.pk}
        return cases if None in teams else cases.filter(team_id__in=teams)
    return cases


def open_cases(cases):
    """Without the closed ones; spelt as the partial index on deadlines spells it."""
    return cases.filter(~Q(step="closed"))


def late(cases, now=None):
    """Cases whose deadline has passed."""
    return cases.filter(due_at__lte=now or timezone.now())


def count(cases) -> int:
    """How many, up to one more than COUNTED."""
    return cases.order_by().values("pk")[: COUNTED + 1].count()


def page_after(cases, token: str = ""):
    """A page of cases, late first, and the token of the next one ("" at the end). A token that is
    none begins anew. Where somebody may be in danger the case stands before all others, on the
    first page.
    """
    place = _place(token)
    danger = (
        []
        if place
        else list(cases.filter(danger_since__isnull=False).order_by("danger_since", "pk")[:PAGE])
    )
    ordered = cases.filter(danger_since=None).order_by(F("due_at").asc(nulls_last=True), "pk")
    if place:
        due, pk = place
        behind = Q(due_at=None)
        ordered = ordered.filter(
            Q(due_at=None, pk__gt=pk)
            if due is None
            else Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk) | behind
        )
    rows = list(ordered[: PAGE + 1])
    if len(rows) <= PAGE:
        return danger + rows, ""
    last = rows[PAGE - 1]
    return danger + rows[:PAGE], f"{last.due_at.isoformat() if last.due_at else ''}_{last.pk}"


def _place(token: str):
    due, _sep, pk = token.rpartition("_")
    try:
        moment = datetime.fromisoformat(due) if due else None
        number = int(pk)
    except ValueError:
        return None
    if number >= 2**63 or (moment and moment.tzinfo is None):
        return None
    return moment, number


def workers_of(council):
    """Who may be named as a worker today."""
    from cases.models import Seat  # noqa: PLC0415  used once

    seats = Seat.objects.filter(
        Seat.on(dates.today()), council=council, role__in=("worker", "manager")
    )
    return User.objects.filter(pk__in=seats.values("user_id"), is_active=True)


def risk():
    """The rating as a rank. What nobody has rated stands at the top: nobody has looked."""
    ranks = (
        When(urgency=code, then=Value(place)) for place, code in enumerate(URGENCY_ORDER, start=1)
    )
    return When_(*ranks, default=Value(0), output_field=IntegerField())


def contact_due(now=None) -> Q:
    """A contact was promised for today or before, and nothing has come since: a step begun after
    that day is one.
    """
    begun = TruncDate("step_since", tzinfo=dates.LONDON)
    unseen = Q(step__in=journey.steps_where(contact_owed=True))
    return Q(next_contact__lte=dates.today(now)) & (unseen | Q(next_contact__gte=begun))


def unnamed(now=None) -> Q:
    """Nobody is named as the person's contact, more than a day after the request."""
    return Q(worker=None, asked_at__lte=(now or timezone.now()) - UNNAMED)


def too_long_unnamed(case, now=None) -> bool:
    """`unnamed` for one case."""
    return case.worker_id is None and case.asked_at <= (now or timezone.now()) - UNNAMED


def waiting_list(user, council, limit: int = QUEUED):
    """The waiting list: the risk first, then who is owed a contact longest, then what is late
    longest.

    Each case carries when and by whom the risk was last rated (`rated_at`, `rated_by`), when the
    last message to the person left (`told_at`) and when somebody last was in touch (`touched_at`).
    """
    told = Message.objects.filter(
        case=OuterRef("pk"), to_person__isnull=False, state__in=("sent", "printed")
    )
    events = Event.objects.filter(case=OuterRef("pk")).order_by("-seq")
    rated = events.filter(verb__in=journey.moves_asking("urgency"))
    touched = events.filter(verb="record_contact")
    waiting = (
        staff_cases(user, council)
        .filter(step__in=journey.steps_where(on_list=True))
        .annotate(
            rank=risk(),
            told_at=Subquery(told.order_by("-sent_at").values("sent_at")[:1]),
            touched_at=Subquery(touched.values("at")[:1]),
            rated_at=Subquery(rated.values("at")[:1]),
            rated_by=Subquery(rated.values("by__name")[:1]),
        )
    )
    owed, late_first = F("next_contact").asc(nulls_first=True), F("due_at").asc(nulls_last=True)
    return list(waiting.order_by("rank", owed, late_first, "asked_at", "pk")[:limit])


def queue_for(user, council, role: str, mine: list[Representation] | None = None):
    """What waits for a role, oldest turn first. `mine`: as `staff_cases` takes it."""
    cases = queued(staff_cases(user, council, mine=mine), user, role)
    return list(cases.order_by("turn_since", "pk")[:QUEUED])


def queued(cases, user, role: str):
    """Of cases, those that wait for a role. A panel also keeps sight of what it has asked somebody
    else.
    """
    wanted = access.my_turn(user) & Q(turn=role)
    if role == "panel":
        wanted |= Q(step="panel")
    return open_cases(cases).filter(wanted)


def search(cases, words: str, council, reaches: bool = False):
    """By reference, NHS number or name, among cases already restricted to what the reader may see:
    each word the beginning of one of the person's names, as people type them. `reaches`: the reader
    reads where people live, so by telephone and a part of the address too.
    """
    words = words.strip()
    solid = "".join(c for c in words if c.isalnum())
    if len(solid) == 10 and solid.isdecimal() and solid.isascii() and is_valid(solid):
        return cases.filter(person__nhs_number=solid)
    if len(solid) < 2:
        return cases.none()
    keys = MatchKey.objects.filter(council=council)
    found = Q()
    for word in folded_words(words):
        named = keys.filter(
            kind__in=("name", "place") if reaches else ("name",),
            key__range=(word[:LONGEST], word.ljust(LONGEST, "z")[:LONGEST]),
        )
        found &= Q(person__in=named.values("person"))
    if not folded_words(words):
        found = Q(pk__in=[])
    whole = [("phone", phone_digits(words)), ("postcode", postcode(words))] if reaches else []
    for kind, key in whole:  # however it is typed
        if key:
            found |= Q(person__in=keys.filter(kind=kind, key=key).values("person"))
    return cases.filter(found | Q(ref=solid.upper()[:FROM_THE_START]))
