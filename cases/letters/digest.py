"""Reading a nudge again just before it is told: is it still true? And what stands in somebody's
digest today.

The sweep writes one row a recipient and nudge; those of staff wait under the channel `digest` until
the digest's own row is sent, and are stamped with it. So it is on record who was told of which case
when, though no mail names one.
"""

from datetime import date, datetime

from django.db import connection

from cases.journey import hooks
from cases.models import Message

DIGEST = "digest"
HELPED = ("person", "delegate")  # whose turn gets an offer of help
OF_STEPS = ("due_soon", "overdue", "further_overdue")


def stands(message: Message, today: date) -> bool:
    """Is what a nudge, or a question without an answer, was about still so?"""
    nudge, case, event = message.nudge, message.case, message.event
    if nudge is None:
        return event is not None and event.asked.answered_at is None
    if nudge.clock is not None:
        return nudge.clock.ended_at is None and nudge.clock.dropped_at is None
    if case is None or nudge.visit is None or nudge.visit.left_at is not None:
        return False
    if message.template == "offer_of_help" and case.turn not in HELPED:
        return False
    if nudge.kind == "keep_in_touch":
        return case.next_contact is None or case.next_contact < today
    if case.paused_until and case.paused_until > today:
        return False
    return nudge.kind in OF_STEPS or not _saved_since(nudge)


def _saved_since(nudge) -> bool:
    """Was the draft saved after it was chased, or is there none any more?"""
    drafts = hooks.DRAFTS[nudge.visit.step]
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(nudge.made_at)
        found = f"SELECT 1 FROM ({drafts}) d WHERE d.case_id = %s AND d.saved_at <= %s"
        cursor.execute(found, [nudge.visit.case_id, moment])
        return cursor.fetchone() is None


def bundle(message: Message, today: date) -> tuple[list[Message], list[Message]]:
    """What a digest is about, as (still so, no longer so)."""
    rows = Message.objects.filter(
        channel=DIGEST,
        state="waiting",
        council_id=message.council_id,
        to_user_id=message.to_user_id,
        to_team_id=message.to_team_id,
    )
    due: list[Message] = []
    gone: list[Message] = []
    for row in rows.select_related("case", "nudge__visit", "nudge__clock", "event__asked").order_by(
        "pk"
    ):
        (due if stands(row, today) else gone).append(row)
    return due, gone


def close(rows: list[Message], state: str, now: datetime | None = None) -> None:
    """Stamp rows of a digest with what became of it."""
    found = Message.objects.filter(pk__in=[row.pk for row in rows], state="waiting")
    found.update(state=state, sent_at=now if state == "sent" else None)
