"""What is kept of what happened: events for people, visits and turns for clocks, messages for
telling.

Events, bodies and record views are append-only by triggers (`ledger.py`), not by habit.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cases import journey
from cases.models.timing import Sides

AUDIENCES = {
    "person": "Person",
    "helper": "Person and helpers",
    "staff": "Staff",
    "restricted": "Restricted",
    "duty": "Those who ring somebody in danger",
}
USER = settings.AUTH_USER_MODEL


class Event(models.Model):
    """One thing that happened. `at`: when it happened; `recorded_at`: when it was written down;
    order is `seq`.

    `codes` holds no free text: the target step, turn, cycle, dates and ids that `replay` needs. The
    hash covers all columns and the previous hash; the body only through `body_hash`, so a lawful
    disposal breaks nothing.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20)
    on_behalf_of = models.ForeignKey("cases.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    codes = models.JSONField(default=dict)
    body_hash = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["case", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="one_event_a_place")]


class EventBody(models.Model):
    """The words of an event, apart from it, with who may read them. Deleted only under a
    `Disposal`.
    """

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="body")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    audience = models.CharField(max_length=10, choices=AUDIENCES)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)


class Letter(models.Model):
    """A letter that was owed, as it was written: to be printed again unchanged. Goes only under a
    `Disposal`.

    `content`: letterhead, words and key facts as `writing.compose` makes them; no formatting.
    """

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="letter")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    content = models.JSONField()
    digest = models.CharField(max_length=64)


class Disposal(models.Model):
    """The authority under which the words of a case may be deleted (retention, erasure)."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="disposals")
    authority = models.CharField(max_length=200)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)


class Visit(Sides):
    """One stay of a case in a step. `days`, `month`, `paused_days` and whose days they were are
    fixed on leaving; `loop`: the case had been in this step before in the same cycle.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="visits")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=20)
    cycle = models.CharField(max_length=15, default="first")
    cycle_no = models.PositiveIntegerField(default=1)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    days = models.IntegerField(null=True)
    month = models.DateField(null=True)
    paused_days = models.IntegerField(default=0)
    loop = models.BooleanField(default=False)
    team = models.ForeignKey("cases.Team", models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=20, blank=True)
    need_group = models.CharField(max_length=20, blank=True)
    age_band = models.CharField(max_length=10, blank=True)
    # stamped where a visit begins and ends (`clock`); no default of the table's own, or each new
    # version would change the schema
    journey_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_visit_a_place"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(left_at=None), name="one_open_visit"
            ),
            models.CheckConstraint(
                condition=Q(step__in=list(journey.open_steps())), name="visit_step_known"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")), name="visit_in_order"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, days=None, month=None)
                | Q(left_at__isnull=False, days__isnull=False, month__isnull=False),
                name="visit_closed_whole",
            ),
        ]
        indexes = [
            # with the case in it, so that the sweep finds what is due in a council from the index
            # alone
            models.Index(
                fields=["council", "due_at", "case"],
                condition=Q(left_at=None),
                name="open_visits_by_deadline",
            ),
            models.Index(
                fields=["council", "month", "step", "days"], name="closed_visits_for_figures"
            ),
            models.Index(
                fields=["council", "step", "entered_at"],
                condition=Q(left_at=None),
                name="open_by_age",
            ),
            models.Index(
                fields=["council", "entered_at"],
                condition=Q(left_at=None) & ~Q(step="running"),
                name="open_waits_by_age",
            ),
        ]


class Turn(models.Model):
    """Whose turn it was, inside a visit, from when to when and why: time by whose turn reads these
    rows.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="turns")
    role = models.CharField(max_length=20)
    team = models.ForeignKey("cases.Team", models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=Q(ended_at=None), name="one_open_turn"
            ),
            models.CheckConstraint(
                condition=Q(role__in=list(journey.TURNS)), name="turn_role_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="turn_in_order"
            ),
        ]


class Pause(models.Model):
    """A recorded pause. It ends by itself at `next_chase`; the gross wait is always shown beside
    the net one.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="pauses")
    code = models.CharField(max_length=20, choices=journey.PAUSES)
    began_at = models.DateTimeField()
    next_chase = models.DateField()
    ended_at = models.DateTimeField(null=True)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit"], condition=Q(ended_at=None), name="one_open_pause"
            ),
            models.CheckConstraint(
                condition=Q(code__in=list(journey.PAUSES)), name="pause_code_known"
            ),
        ]


class Nudge(models.Model):
    """A visit or a clock that was chased: exactly one a kind and round, by unique constraints and
    one INSERT..SELECT.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="nudges")
    clock = models.ForeignKey("cases.Clock", models.PROTECT, null=True, related_name="nudges")
    kind = models.CharField(max_length=20, choices=journey.NUDGES)
    round = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "kind", "round"], name="one_nudge_a_kind_and_round"
            ),
            models.UniqueConstraint(
                fields=["clock", "kind", "round"], name="one_clock_nudge_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(visit=None, clock__isnull=False) | Q(visit__isnull=False, clock=None),
                name="nudge_of_visit_or_clock",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(journey.NUDGES)), name="nudge_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["council", "made_at"], name="nudges_by_moment")]


class Message(models.Model):
    """A row that is to be told to somebody. Sending claims it by a conditional UPDATE; nothing
    lives in a queue.

    Channel `digest`: told together with others in the recipient's daily digest, a row of its own
    without a case. `not_before`: when it is first due, and never moved; `again_at`: the next try
    after one that failed; `tried_since`: since when the channel could not be used for it;
    `attempts`: tries that may have been cut off or broke, no others. `unsure`: handed over, and no
    answer came. That and `dead` are tasks of somebody (`undelivered`), since `dead_at`.
    """

    STATES = {
        "waiting": "Waiting",
        "sent": "Sent",
        "printed": "Printed",
        "cancelled": "Cancelled",
        "dead": "Given up",
        "unsure": "May have arrived",
    }
    OPEN = (
        "waiting",
        "dead",
        "unsure",
    )  # still to be told, or to be decided on: a private link stays
    UNDELIVERED = ("dead", "unsure")
    CHANNELS = {
        "email": "E-mail",
        "text": "Text message",
        "letter": "Letter",
        "phone": "Telephone",
        "digest": "In the daily digest",
        "demo": "Demonstration",
    }

    cases = 1  # how many a digest tells of: counted when it goes out, kept in no column

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="messages")
    to_user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    to_person = models.ForeignKey("cases.Person", models.PROTECT, null=True, related_name="+")
    to_team = models.ForeignKey("cases.Team", models.PROTECT, null=True, related_name="+")
    template = models.CharField(max_length=40)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    nudge = models.ForeignKey(Nudge, models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=64, blank=True)
    dedupe_key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    state = models.CharField(max_length=10, choices=STATES, default="waiting")
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    again_at = models.DateTimeField(null=True)
    tried_since = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state__in=["sent", "printed"]) & Q(sent_at__isnull=False))
                | (~Q(state__in=["sent", "printed"]) & Q(sent_at=None)),
                name="message_sent_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["dead", "unsure"]) & Q(dead_at__isnull=False))
                | (~Q(state__in=["dead", "unsure"]) & Q(dead_at=None)),
                name="message_dead_whole",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(template="digest"),
                name="message_about_a_case_or_digest",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"], condition=Q(state="waiting"), name="messages_to_send"
            ),
            models.Index(
                fields=["council", "dead_at"],
                condition=Q(state__in=["dead", "unsure"]),
                name="messages_undelivered",
            ),
        ]


class RecordView(models.Model):
    """Who opened whose record, in what role, when. No setting turns it off."""

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="views")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    page = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)


class FormToken(models.Model):
    """A creating form was sent: the same key sent again leads to the first result."""

    key = models.UUIDField(unique=True)
    user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    form = models.CharField(max_length=40)
    result_url = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)


class Heartbeat(models.Model):
    """When a job last finished a round: a stopped worker is visible, not guessed."""

    job = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()


class KeptPage(models.Model):
    """A page that was sent after its session had ended, for the person who was signed in there.
    `browser`: a hash of the key that only that browser holds; `sealed` opens with that key and the
    server's secret together.
    """

    browser = models.CharField(max_length=64, db_index=True)
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    sealed = models.TextField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)
