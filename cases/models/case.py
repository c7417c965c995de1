"""A case: one person, one journey from a request. `Case.move` is the only way it changes step, turn
or clock.
"""

import hashlib
import json
import secrets
from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.journey import hooks
from cases.models import clock
from cases.models.people import AGE_BANDS, NEED_GROUPS
from cases.models.record import Event, EventBody, Message
from cases.models.timing import TimeDelta

# Written out, because building it anew for each move takes as long as asking for the case.
OWN_TARGET = """SELECT t.days FROM cases_target t
    WHERE t.council_id = cases_case.council_id AND t.step = %s
    AND t.valid_from <= %s ORDER BY t.valid_from DESC LIMIT 1"""
REF_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # none that are mistaken for another when read out
KINDS = {"adult": "Adult with care and support needs", "carer": "Carer"}
CHANNELS = {
    "online": "Online",
    "phone": "By telephone",
    "paper": "On paper",
    "visit": "Face to face",
    "professional": "From a professional",
    "entered": "Entered with money already running",
}


def new_ref(choose=secrets.choice) -> str:
    """A reference that can be read out over a telephone: six letters and digits."""
    return "".join(choose(REF_LETTERS) for _ in range(6))


def canonical(value) -> str:
    """JSON with sorted keys, UTC microseconds and decimals as strings: the same bytes on every
    database.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain
    )


def plain(value):
    """A coded fact as JSON keeps it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value.pk) if hasattr(value, "pk") else str(value)


class Case(models.Model):
    """The columns that lists filter by, all written by `move`; the whole story is in events and
    visits.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="cases")
    person = models.ForeignKey("cases.Person", models.PROTECT, related_name="cases")
    ref = models.CharField(max_length=6, unique=True)
    kind = models.CharField(max_length=10, choices=KINDS, default="adult")
    channel = models.CharField(max_length=15, choices=CHANNELS, default="online")
    step = models.CharField(max_length=20)
    step_since = models.DateTimeField()
    visit_seq = models.PositiveIntegerField(default=0)
    turn = models.CharField(max_length=20)
    turn_since = models.DateTimeField()
    turn_team = models.ForeignKey("cases.Team", models.PROTECT, null=True, related_name="+")
    turn_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    cycle = models.CharField(max_length=15, choices=journey.CYCLES, default="first")
    cycle_no = models.PositiveIntegerField(default=1)
    seen_steps = models.CharField(max_length=200, blank=True)
    looped = models.BooleanField(default=False)
    turn_days = models.JSONField(default=dict)
    asked_news_at = models.DateTimeField(null=True)
    danger_since = models.DateTimeField(null=True)  # of the oldest open report (`reports`)
    team = models.ForeignKey("cases.Team", models.PROTECT, null=True, related_name="cases")
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    mode = models.CharField(max_length=12, choices=journey.MODES, blank=True)
    urgency = models.CharField(max_length=10, choices=journey.URGENCY, blank=True)
    next_contact = models.DateField(null=True)
    paused_until = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # the last day with support, as planned (`planned_end`)
    has_pauses = models.BooleanField(default=False)
    route = models.CharField(max_length=20, blank=True)
    need_group = models.CharField(max_length=20, choices=NEED_GROUPS, blank=True)
    age_band = models.CharField(max_length=10, choices=AGE_BANDS, blank=True)
    reached_panel = models.BooleanField(default=False)
    reached_set_up = models.BooleanField(default=False)
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)
    head_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=list(journey.STEPS)), name="case_step_known"
            ),
            models.CheckConstraint(
                condition=Q(turn__in=list(journey.TURNS)), name="case_turn_known"
            ),
            models.CheckConstraint(
                condition=Q(cycle__in=list(journey.CYCLES)), name="case_cycle_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["council", "due_at", "id"],
                condition=~Q(step="closed"),
                name="open_cases_by_deadline",
            ),
            models.Index(fields=["council", "team", "step"], name="cases_by_team_and_step"),
            models.Index(fields=["worker", "step"], name="cases_by_worker"),
            models.Index(
                fields=["ends_on"],
                condition=Q(ends_on__isnull=False) & ~Q(step="closed"),
                name="cases_with_planned_end",
            ),
            models.Index(
                fields=["council", "danger_since"],
                condition=Q(danger_since__isnull=False),
                name="cases_in_danger",
            ),
        ]

    def __str__(self):
        return self.ref

    # While a move is under way, and in no column:
    deltas: tuple = ()  # what the figures have to know of it
    expected: tuple[str, date] | None = None  # for which step and day `own_target` was read
    own_target: int | None = None  # the council's days for that step, where it has set any

    @property
    def name(self) -> str:
        return journey.STEPS[self.step].title

    @property
    def entered_running(self) -> bool:
        """Did it begin here with money already running? Then nobody's wait was measured."""
        return self.channel == "entered"

    @property
    def planned_end(self) -> date | None:
        """The last day with support of an open case, where its end was planned."""
        return self.ends_on if self.step != "closed" else None

    @property
    def late(self) -> bool:
        return self.due_at is not None and timezone.now() >= self.due_at

    @classmethod
    def open(
        cls,
        *,
        council,
        person,
        kind,
        by,
        role,
        channel,
        team,
        at=None,
        note="",
        ref=None,
        **columns,
    ):
        """Begin a case: the request whose date starts every clock. Call inside a transaction;
        returns the case. `audience` among the columns: who may read the note, if not all who read
        the case.
        """
        audience = columns.pop("audience", "helper")
        return cls._begin(
            journey.BEGINNINGS[journey.ASK],
            by=by,
            role=role,
            at=at or timezone.now(),
            note=note,
            audience=audience,
            council=council,
            person=person,
            kind=kind,
            channel=channel,
            team=team,
            ref=ref or new_ref(),
            **columns,
        )

    @classmethod
    def enter(cls, *, council, person, kind, by, team, facts, at=None, **columns):
        """Begin a case whose money runs already: no request, so no clock of a journey. `facts`:
        coded facts of its event, among them the days from which reviews are counted
        (`journey.clocks`). Call inside a transaction; returns the case.
        """
        return cls._begin(
            journey.BEGINNINGS[journey.ENTER],
            by=by,
            role="finance",
            at=at or timezone.now(),
            note="",
            audience="helper",
            facts=facts,
            council=council,
            person=person,
            kind=kind,
            channel="entered",
            team=team,
            ref=new_ref(),
            reached_set_up=True,
            **columns,
        )

    @classmethod
    def _begin(cls, beginning, *, by, role, at, note, audience, facts=None, **columns):
        codes = clock.opening(beginning, at=at, facts=facts or {}, **columns)
        case = cls.objects.create(
            step=beginning.step,
            step_since=at,
            turn=codes["turn"],
            turn_since=at,
            asked_at=at,
            **columns,
        )
        event = case._first_event(beginning.name, by, role, at, codes, note, audience)
        clock.enter(case, event)
        case.deltas = clock.changes(None, TimeDelta.of_case(case))
        case._tell(beginning.tell, event)
        case.save()
        case._follow(event, by, {})
        return case

    def _first_event(self, verb, by, role, at, codes, note, audience):
        return self._append(
            verb,
            by=by,
            role=role,
            at=at,
            codes=codes,
            note=note,
            audience=audience,
            on_behalf_of=self.person if role not in ("person", "delegate") else None,
        )

    def move(
        self, name, *, by, note="", at=None, to=None, on_behalf_of=None, seen=None, **facts
    ) -> Event:
        """Make one move of `journey.MOVES`: the only way a case changes step, turn or clock.

        `by`: a User, or None for the system. `to`: needed where the move has several targets.
        `seen`: the case's `head_seq` when the reader opened the form. `facts`: what the move asks
        for; text goes to the body, the rest to codes. Raises NotYet or Stale with a sentence for
        the reader, and then nothing has changed.
        """
        from cases import access  # the one import upwards; named in the conventions test

        move = journey.MOVES[name]
        with transaction.atomic():
            case = self._locked(to or next(iter(move.routes.get(self.step, ())), self.step), at)
            at = case._moment(at)
            people = access.representations(case.person_id)
            target = case.target_of(move, to, seen, access.roles_of(case, by, people))
            role = access.may(case, move, by, on_behalf_of, people)
            codes, words = case._facts(move, facts, role)
            for check in hooks.GUARDS.get(name, ()):
                check(case=case, by=by, role=role, at=at, to=target, facts=facts)
            codes |= clock.plan(case, move, target, at=at, by=by, facts=facts)
            codes |= clock.deadlines(case.council_id, name, codes, at)
            event = case._append(
                name,
                by=by,
                role=role,
                at=at,
                codes=codes,
                note=note,
                words=words,
                audience=move.audience,
                on_behalf_of=on_behalf_of,
            )
            clock.apply(case, move, event)
            case._tell(move.tell, event, people)
            case.version += 1
            case.save()
            case._follow(event, by, facts)
        self._catch_up(case)
        return event

    def _follow(self, event, by, facts):
        for follow in hooks.AFTERS.get(event.verb, ()):
            follow(case=self, event=event, by=by, at=event.at, facts=facts)
        if self.deltas:
            TimeDelta.objects.bulk_create(self.deltas)

    def hold(self) -> None:
        """Lock the row until the end of the transaction: what is read next is what others have
        left.
        """
        Case.objects.select_for_update().values_list("pk").get(pk=self.pk)

    def _locked(self, step, at):
        """The row as it is now, locked; with it the council's target for the step that the move
        probably leads to.

        The one lock over a join. PostgreSQL gives whoever has waited the newest row, but beside it
        what was joined before the wait: a worker or a death that came meanwhile would be missing.
        Whoever held the case left an event in it, so then all is read once more; it can't vanish,
        as no case changes its person or council.
        """
        day = dates.today(at)
        rows = Case.objects.select_related("person", "council", "worker")
        # nosec B611: no input in it
        rows = rows.annotate(own_target=RawSQL(OWN_TARGET, (step, day)))
        case = rows.select_for_update(of=("self",)).get(pk=self.pk)
        if case.head_seq != self.head_seq:
            case = rows.get(pk=self.pk)
        case.expected = (step, day)
        return case

    def _catch_up(self, case):
        """The caller's object takes the columns of the row that was locked and saved: no second
        reading.
        """
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(case, field.attname))

    def record(
        self,
        verb,
        *,
        by,
        note="",
        at=None,
        role=None,
        audience="helper",
        on_behalf_of=None,
        tell=(),
        **codes,
    ) -> Event:
        """Write an event that is not a move: nothing but the ledger changes. `tell`: roles who get
        a message. `words` among the codes: facts in free text, for the body.
        """
        words = codes.pop("words", None)
        from cases import access

        with transaction.atomic():
            case = Case.objects.select_for_update().get(pk=self.pk)
            at = case._moment(at)
            role = role or access.best_role(case, by)
            event = case._append(
                verb,
                by=by,
                role=role,
                at=at,
                codes=codes,
                note=note,
                words=words,
                audience=audience,
                on_behalf_of=on_behalf_of,
            )
            if tell:
                case._tell(tell, event, access.representations(case.person_id))
            case.save(update_fields=["head_seq", "head_hash", "head_at"])
            case._follow(event, by, codes)
        self.head_seq, self.head_hash, self.head_at = case.head_seq, case.head_hash, case.head_at
        return event

    def last_change(self):
        """The event that brought the case to where it is, for telling the loser of a race who
        won.
        """
        return (
            self.events.select_related("by")
            .filter(codes__has_key="due_at")
            .order_by("-seq")
            .first()
        )

    def _moment(self, at):
        now = timezone.now()
        at = at or max(now, self.head_at or now)
        if at > max(now, self.head_at or now):
            raise NotYet(_("That moment is in the future."))
        if self.head_at and at < self.head_at:
            raise NotYet(
                _("The last entry of this case is of %(day)s: an earlier one is a correction.")
                % {"day": dates.date_words(self.head_at)}
            )
        return at

    def target_of(self, move, to=None, seen=None, roles=()):
        """Where a move leads from here. Raises Stale or NotYet, telling a reader in these roles who
        was faster.
        """
        targets = move.routes.get(self.step)
        if not targets:
            words = self.moved_on(roles) + " " + _("Nothing was changed.")
            raise (Stale if seen is not None and seen != self.head_seq else NotYet)(words)
        if to is None and len(targets) == 1:
            return targets[0]
        if to not in targets:
            raise NotYet(_("Choose where the case goes next."), field="to")
        return to

    def moved_on(self, roles=()) -> str:
        """Who brought the case where it is, and when. Only staff read the name of anybody but the
        named worker.
        """
        last = self.last_change()
        role = str(journey.SEAT_ROLES.get(last.role, _("Somebody")))
        named = frozenset(roles) & set(journey.SEAT_ROLES) or last.by_id == self.worker_id
        facts = {
            "who": str(last.by or _("The system")) if named else role,
            "done": (journey.MOVES.get(last.verb) or journey.BEGINNINGS[last.verb]).done,
            "step": journey.STEPS[self.step].title,
            "when": f"{dates.date_words(last.at)}, {last.at.astimezone(dates.LONDON):%H:%M}",
        }
        return (
            _(
                "This can't be done any more: %(who)s %(done)s on %(when)s. The case is now "
                "at “%(step)s”."
            )
            % facts
        )

    def _facts(self, move, facts, role) -> tuple[dict, dict]:
        asks = {a.name: a for a in move.asks}
        unknown = set(facts) - set(asks) - set(move.keeps)
        if unknown:
            raise TypeError(f"{move.name} takes no {', '.join(sorted(unknown))}")
        for ask in move.asks:
            value = facts.get(ask.name)
            if ask.required and (value.strip() if isinstance(value, str) else value) in (None, ""):
                raise NotYet(f"{ask.label} " + _("An answer is needed."), field=ask.name)
            if ask.kind == "choice" and value not in (None, "") and value not in ask.offered(role):
                raise NotYet(f"{ask.label} " + _("Choose one of the answers."), field=ask.name)
        words = {k: str(v) for k, v in facts.items() if k in asks and asks[k].kind == "text" and v}
        codes = {k: v for k, v in facts.items() if k not in words and v not in (None, "")}
        return {
            k: plain(v) if not isinstance(v, int | bool | str | list | dict) else v
            for k, v in codes.items()
        }, words

    def _append(
        self,
        verb,
        *,
        by,
        role,
        at,
        codes,
        note="",
        words=None,
        audience="helper",
        on_behalf_of=None,
    ):
        salt = body_hash = ""
        if note or words:
            salt = secrets.token_hex(16)
            body_hash = body_digest(salt, note, words or {}, audience)
        event = Event(
            council_id=self.council_id,
            case=self,
            seq=self.head_seq + 1,
            verb=verb,
            by=by,
            role=role,
            on_behalf_of=on_behalf_of,
            at=at,
            recorded_at=timezone.now(),
            codes=codes,
            body_hash=body_hash,
            previous=self.head_hash,
        )
        event.hash = event_digest(event)
        event.save(force_insert=True)
        if body_hash:
            EventBody.objects.create(
                event=event, case=self, audience=audience, note=note, facts=words or {}, salt=salt
            )
        self.head_seq, self.head_hash, self.head_at = event.seq, event.hash, at
        return event

    def _tell(self, roles, event, people=()):
        """A row for everyone who is to be told, through their safe contact. Rows, not sends."""
        rows = {}
        for role in roles:
            user = {"worker": self.worker_id, "turn": self.turn_user_id}.get(role)
            team = {"worker": self.team_id, "turn": self.turn_team_id}.get(role)
            if role == "person" and not self.person.died_on:
                rows["person"] = {"to_person_id": self.person_id, "channel": self.person.contact_by}
                for rep in people:
                    if rep.sees(self.kind) and (
                        event.verb not in journey.money_verbs() or "money" in rep.scope
                    ):
                        rows[rep.user_id] = {"to_user_id": rep.user_id, "channel": "email"}
            elif user and user != event.by_id:
                rows[user] = {"to_user_id": user, "channel": "email"}
            elif team and not user:
                rows[f"team{team}"] = {"to_team_id": team, "channel": "email"}
        Message.objects.bulk_create(
            Message(
                council_id=self.council_id,
                case=self,
                template=event.verb,
                event=event,
                made_at=event.at,
                not_before=event.at,
                dedupe_key=f"event:{event.pk}:{event.verb}:{who}",
                **fields,
            )
            for who, fields in rows.items()
        )


def body_digest(salt: str, note: str, words: dict, audience: str) -> str:
    """SHA-256 of salt and canonical body: what remains of the words after a lawful disposal."""
    return hashlib.sha256(
        (salt + canonical({"note": note, "facts": words, "audience": audience})).encode()
    ).hexdigest()


def event_digest(event: Event) -> str:
    """SHA-256 over all columns of an event and the hash before it."""
    columns = (
        "council_id case_id seq verb by_id role on_behalf_of_id at recorded_at codes "
        "body_hash previous"
    ).split()
    return hashlib.sha256(canonical({c: getattr(event, c) for c in columns}).encode()).hexdigest()


def letter_digest(event: Event, content: dict) -> str:
    """SHA-256 of a letter's content, tied to the event it is about."""
    return hashlib.sha256((event.hash + canonical(content)).encode()).hexdigest()
