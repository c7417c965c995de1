"""Is everything running? What the jobs leave behind, as ages in seconds and counts: no personal data, no council's.

Read by /readyz, by the administrators' page and by the banner of staff's pages. Not here: the words (`views/service`).
"""

from django.db.models import Count

from . import danger, dates
from .models import Heartbeat, Message, Nudge, Visit

STOPPED = 120  # seconds without a sweep after which beat or worker have stopped
JOBS = {"sweep": "sweep_age", "send_messages": "sending_age", "drain": "drain_age"}


def ages(now) -> dict[str, int | None]:
    """How long ago each job last finished, how old the oldest due message is and the oldest deadline nobody chased,
    how many messages were given up, and of how many open reports of danger nobody was told. Five queries."""
    beats = dict(Heartbeat.objects.filter(job__in=list(JOBS)).values_list("job", "at"))
    due = Message.objects.filter(state="waiting", channel__in=["email", "demo"], not_before__lte=now)
    waits = due.order_by("not_before").values_list("not_before", flat=True).first()
    chased = Nudge.objects.filter(kind="overdue", visit__isnull=False).values("visit_id")
    missed = Visit.objects.filter(left_at=None, due_at__lte=now).exclude(pk__in=chased)
    missed = missed.exclude(case__paused_until__gt=dates.today(now))  # a pause holds the bell back
    unswept = missed.order_by("due_at").values_list("due_at", flat=True).first()
    return {name: age(beats.get(job), now) for job, name in JOBS.items()} | {
        "oldest_message_age": age(waits, now), "oldest_unswept_age": age(unswept, now),
        "dead_messages": Message.objects.filter(state="dead").count(), "danger_untold": len(danger.untold(now)),
    }  # fmt: skip


def age(moment, now) -> int | None:
    return None if moment is None else max(int((now - moment).total_seconds()), 0)


def stopped(now) -> bool:
    """Have the jobs stopped? One query, for a page's banner."""
    beat = Heartbeat.objects.filter(job="sweep").values_list("at", flat=True).first()
    return behind(age(beat, now))


def behind(sweep_age: int | None) -> bool:
    """Is the last sweep too long ago, or was there never one?"""
    return sweep_age is None or sweep_age > STOPPED


def given_up(limit: int = 5) -> list[tuple[str, int]]:
    """Why messages were given up and how many, the most frequent first."""
    dead = Message.objects.filter(state="dead").values("last_error").annotate(n=Count("pk"))
    return list(dead.order_by("-n", "last_error").values_list("last_error", "n")[:limit])
