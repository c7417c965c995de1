"""Is everything running? What the jobs leave behind, as ages in seconds and counts: no personal
data, no council's.

Read by /readyz, by the administrators' page and by the banner of staff's pages. Not here: the words
(`views/service`).
"""

from django.conf import settings
from django.db.models import Count, F, Q, Value

from cases.common import dates
from cases.danger import reports
from cases.models import DangerReport, Heartbeat, Message, Nudge, Visit
from cases.resilience import jobs

STOPPED = 120  # seconds without a sweep after which beat or worker have stopped
LONG = 900  # seconds after which something that waits is worth a look
# The seconds after which a job has stopped. A round of sending may end with one slow message.
JOBS = {
    "sweep": STOPPED,
    "send_messages": STOPPED + settings.SEND_ROUND + 2 * settings.EMAIL_TIMEOUT,
    "drain": LONG,
    "invite": LONG,
    "keep": 2 * LONG,
    "publish": 2 * LONG,
    "stand": LONG,
    "check_money": 2 * LONG,
}
MONEY_DIFFERS = "money differs "  # stands before a council's key while its books do not agree
AGES = {job: f"{job}_age" for job in JOBS} | {"send_messages": "sending_age"}
TELLING = ("sweep", "send_messages")  # without these people are not reminded, or not told


def ages(now) -> dict[str, int | None]:
    """How long ago each job last finished, how old the oldest due message is and the oldest
    deadline nobody chased, how many messages were given up or may not have arrived, in how many
    parts a job failed, of how many open reports of danger nobody was told, and in how many councils
    the books of money do not agree. Six queries.
    """
    rows = Heartbeat.objects.filter(Q(job__in=list(JOBS)) | Q(job__startswith=MONEY_DIFFERS))
    beats = dict(rows.values_list("job", "at"))
    # by the first moment due: that of the next try moves on with each one
    due = Message.objects.filter(
        state="waiting", channel__in=["email", "text", "demo"], not_before__lte=now
    )
    first = due.order_by("not_before").values_list("not_before", "made_at").first()
    chased = Nudge.objects.filter(kind="overdue", visit__isnull=False).values("visit_id")
    missed = Visit.objects.filter(left_at=None, due_at__lte=now).exclude(pk__in=chased)
    missed = missed.exclude(case__paused_until__gt=dates.today(now))  # a pause holds the bell back
    unswept = missed.order_by("due_at").values_list("due_at", flat=True).first()
    undelivered = Message.objects.filter(state__in=Message.UNDELIVERED).aggregate(
        dead=Count("pk", filter=Q(state="dead")), unsure=Count("pk", filter=Q(state="unsure"))
    )
    return {name: age(beats.get(job), now) for job, name in AGES.items()} | {
        "oldest_message_age": age(max(first) if first else None, now),
        "oldest_unswept_age": age(unswept, now),
        "dead_messages": undelivered["dead"],
        "unsure_messages": undelivered["unsure"],
        "failing_parts": len(jobs.failing()),
        "danger_untold": len(reports.untold(now)),
        "money_differs": sum(job.startswith(MONEY_DIFFERS) for job in beats),
    }


WAITING = ("oldest_message_age", "oldest_unswept_age")
COUNTED = ("danger_untold", "dead_messages", "unsure_messages", "failing_parts", "money_differs")


def wrong(found: dict[str, int | None]) -> list[str]:
    """What of `ages` is not as it should be: the jobs that are behind, and the messages that did
    not arrive in time.
    """
    late = [job for job, name in AGES.items() if behind(found[name], job)]
    late += [name for name in WAITING if (found[name] or 0) > LONG]
    return late + [name for name in COUNTED if found[name]]


def age(moment, now) -> int | None:
    return None if moment is None else max(int((now - moment).total_seconds()), 0)


def standing(council, now) -> tuple[bool, bool]:
    """For the banners of a page: have reminders or messages stopped, and is a report of danger open
    in the council? One statement.
    """
    still_open = DangerReport.objects.filter(council=council, closed_at=None).order_by()
    beats = Heartbeat.objects.filter(job__in=TELLING).order_by()
    rows = still_open.annotate(job=Value("danger"), at=F("reported_at")).values_list("job", "at")
    found = dict(beats.values_list("job", "at").union(rows, all=True))
    return any(behind(age(found.get(job), now), job) for job in TELLING), "danger" in found


def behind(seconds: int | None, job: str) -> bool:
    """Is the last round of a job too long ago, or was there never one?"""
    return seconds is None or seconds > JOBS[job]


def given_up(limit: int = 5) -> list[tuple[str, int]]:
    """Why messages were given up and how many, the most frequent first."""
    dead = (
        Message.objects.filter(state__in=Message.UNDELIVERED)
        .values("last_error")
        .annotate(n=Count("pk"))
    )
    return list(dead.order_by("-n", "last_error").values_list("last_error", "n")[:limit])
