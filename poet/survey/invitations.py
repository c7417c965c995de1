"""Asking: who is invited and when, the link by their safe way, two reminders, and an end.
Keyword-only, atomic.

One round of the job takes up every invitation whose `next_at` has come: it sends, reminds, or folds
in what was answered without being sent. A conditional UPDATE claims it, so any number of rounds may
run at once and one that is killed leaves nothing half done. No deadline lives in a queue.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cases.common import dates
from cases.letters import outbox
from cases.models import Case, Message
from cases.resilience import jobs
from cases.resilience.heartbeat import beat
from poet.models import Invitation
from poet.survey import answering, private_links, questions
from poet.survey.invitation_sql import statements

AFTER_DAYS = 42  # six weeks of support behind them, and the first weeks still fresh
AFTER_REVIEW_DAYS = 14
APART_DAYS = 90  # nobody is asked twice within
WORKER_DAYS = 182
REMIND_DAYS = 14
REMINDERS = 2
LAST_DAYS = 56  # after the second reminder the link still opens this long
BATCH = 2_000
# by whom and by which way they are reached; each has its own words
INVITED, REMINDED, LETTER, COLLEAGUE = (
    "survey_invitation",
    "survey_reminder",
    "survey_letter",
    "survey_worker",
)
TEMPLATES = (INVITED, REMINDED, LETTER, COLLEAGUE)


class Invited(NamedTuple):
    """What one round made: invitations of people and carers, and messages to anybody."""

    invitations: int
    messages: int


def invite(now: datetime | None = None) -> Invited:
    """One round, council by council: ask those whose set point has come, remind twice, then
    stop.
    """
    now = now or timezone.now()
    questions.current_sets()
    done = jobs.apart("invite", jobs.of_councils(lambda council: _of_council(council, now)))
    beat("invite")
    return Invited(*(sum(column) for column in zip((0, 0), *done, strict=True)))


def _of_council(council: int, now: datetime) -> Invited:
    with transaction.atomic(), connection.cursor() as cursor:
        made = []
        for statement in statements():
            cursor.execute(statement, _facts(now) | {"council": council})
            made.append(max(cursor.rowcount, 0))
    due = Invitation.objects.filter(next_at__lte=now, case__council=council).order_by(
        "next_at", "pk"
    )
    told = jobs.each(list(due.values_list("pk", flat=True)[:BATCH]), lambda pk: _take_up(pk, now))
    return Invited(sum(made[:2]), told)


def _facts(now: datetime) -> dict:
    today = dates.london_date(now)

    def before(days: int) -> datetime:
        """The moment after the last of the days that lie so many days back."""
        return dates.london_midnight(today - timedelta(days=days - 1))

    moments = {
        "now": now,
        "started": before(AFTER_DAYS),
        "reviewed_by": before(AFTER_REVIEW_DAYS),
        "reviewed": before(28),
        "lately": before(APART_DAYS),
        "half_year": before(WORKER_DAYS),
        "since": before(365 + AFTER_DAYS),
    }
    adapt = connection.ops.adapt_datetimefield_value
    return {name: adapt(moment) for name, moment in moments.items()} | {"yes": True, "no": False}


def _take_up(pk: int, now: datetime) -> int:
    """What is due for one invitation: the link, a reminder, or the end. Returns how many messages
    were made.
    """
    with transaction.atomic():
        row = Invitation.objects.select_related("case__person", "worker").get(pk=pk)
        if row.next_at is None or row.next_at > now:  # another worker was faster
            return 0
        if row.stopped_at or row.asked_times > REMINDERS:
            return _end(row, now)
        last = row.asked_times == REMINDERS
        later = dates.london_midnight(
            dates.london_date(now) + timedelta(days=LAST_DAYS if last else REMIND_DAYS)
        )
        claimed = Invitation.objects.filter(
            pk=pk, next_at=row.next_at, answered=False, stopped_at=None
        ).update(next_at=later, asked_times=F("asked_times") + 1, **private_links.hashes(row))
        if claimed:
            _tell(row, now)
    return claimed


def _tell(row: Invitation, now: datetime) -> None:
    """The message that carries the link, by the safe way of whoever is asked."""
    case = row.case
    if row.worker_id:
        to = {
            "to_user_id": row.worker_id,
            "channel": "email",
            "template": COLLEAGUE,
            "token": private_links.token_of(row),
        }
    elif case.person.contact_by == "email":
        template = REMINDED if row.asked_times else INVITED
        to = {
            "to_person": case.person,
            "channel": "email",
            "template": template,
            "token": private_links.token_of(row),
        }
    else:
        to = {
            "to_person": case.person,
            "channel": case.person.contact_by,
            "template": LETTER,
            "token": private_links.code_of(row),
        }
    Message.objects.create(
        council_id=case.council_id,
        case=case,
        made_at=now,
        not_before=now,
        dedupe_key=f"invitation:{row.pk}:{_messages(row).count()}",
        **to,
    )


def _end(row: Invitation, now: datetime) -> int:
    """Nobody sent the form in time, or asking was stopped: what was answered until then counts, and
    all is over.
    """
    ended = Invitation.objects.filter(pk=row.pk, next_at=row.next_at, answered=False).update(
        next_at=None, stopped_at=row.stopped_at or now, stopped_why=row.stopped_why or "expired"
    )
    if ended:
        outbox.call_off(_messages(row).filter(state__in=Message.UNDELIVERED))
        answering.fold_in(row, now)
    return 0


def stop_asking(*, case: Case, why: str, at: datetime | None = None) -> int:
    """Ask no more in this case: links stop working and unsent invitations are cancelled. Returns
    how many.

    The colleague who was asked instead of the person was asked about their work, which goes on.
    """
    at = at or timezone.now()
    with transaction.atomic():
        outbox.call_off(
            Message.objects.filter(case=case, template__in=TEMPLATES, to_person__isnull=False)
        )
        rows = Invitation.objects.filter(case=case, worker=None, answered=False, stopped_at=None)
        return rows.update(stopped_at=at, stopped_why=why, next_at=at + timedelta(days=LAST_DAYS))


def ask_again(*, case: Case, at: datetime | None = None) -> int:
    """A death recorded by mistake was undone: what it stopped goes on. Returns how many.

    A link that was cancelled before it left is sent now; after one that had arrived the next
    reminder keeps its gap.
    """
    at = at or timezone.now()
    with transaction.atomic():
        rows = list(Invitation.objects.filter(case=case, answered=False, stopped_why="death"))
        for row in rows:
            told = _messages(row).filter(state__in=("sent", "printed")).count()
            gap = 0 if told < row.asked_times else LAST_DAYS if told > REMINDERS else REMIND_DAYS
            Invitation.objects.filter(pk=row.pk).update(
                stopped_at=None, stopped_why="", asked_times=told, next_at=at + timedelta(days=gap)
            )
    return len(rows)


def _messages(row: Invitation):
    return Message.objects.filter(case=row.case_id, dedupe_key__startswith=f"invitation:{row.pk}:")


def letter_instead(message: Message) -> dict[str, str]:
    """The columns of an invitation that can't go by e-mail: the letter's words, and the code that
    can be typed.
    """
    row = private_links.find(message.token) if message.to_person_id else None
    return {"template": LETTER, "token": private_links.code_of(row)} if row else {}


def still_wanted(message: Message) -> bool:
    """Read just before an invitation is sent: not once it was stopped or answered, nor in a closed
    case.
    """
    case = message.case
    if not message.token or case is None or (message.to_person_id and case.step == "closed"):
        return False
    return Invitation.objects.filter(private_links.opens(message.token), case=case).exists()
