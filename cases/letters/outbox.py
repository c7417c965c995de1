"""Sending what is to be told: rows are claimed, read again, sent and stamped. Nothing lives in a
queue.

A claim is one conditional UPDATE that must change exactly one row, and it is committed with its
attempt counted BEFORE anything leaves: a killed worker costs at most one duplicate message, never a
lost one, and two workers never send the same row. What a failure means is sorted by `delivery`: a
channel that is away uses up no try and ends the round for itself; an address that is refused
becomes a letter or a call; what may have arrived goes out once more only when a person says so
(`undelivered`). Letters and calls stay waiting in the print list, where people do them
(`to_print`). No mail carries a fact of a case, not even its reference: mailboxes are shared and
read over shoulders.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from itertools import zip_longest
from time import monotonic
from typing import Any, NamedTuple, Protocol

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import delivery, digest, message_words, sms
from cases.letters.delivery import Away, Later, Refused, Undeliverable, Unsure
from cases.models import Message
from cases.resilience.heartbeat import beat

CLAIM = timedelta(seconds=settings.SEND_LIMIT + 60)  # whoever made it has been ended by then
TRIES = 5
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
REFUSED = "Refused: "  # with which `last_error` of a refused address begins
KEEP_TRYING = timedelta(hours=72)  # a channel that is away over a bank holiday
SOONEST, LATEST = timedelta(minutes=1), timedelta(minutes=30)
# template -> fn(message): another app says when its own messages are no longer due.
STILL_DUE: dict[str, Callable[[Message], bool]] = {}
# template -> fn(message): the columns in which its message differs once it can't go by e-mail.
ANOTHER_WAY: dict[str, Callable[[Message], dict[str, Any]]] = {}


class Channel(Protocol):
    """One way of telling somebody. What its failures mean: `delivery`."""

    def __call__(self, message: Message) -> None: ...


class Sent(NamedTuple):
    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    dead: int = 0
    unsure: int = 0


class Round:
    """One round of sending: what time it is in it, and which channels turned out to be away."""

    def __init__(self, now: datetime | None):
        self.start, self.began = now or timezone.now(), monotonic()
        self.shut: set[str] = set()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=monotonic() - self.began)

    def over(self) -> bool:
        """No further message is begun: the next round is due."""
        return monotonic() - self.began > settings.SEND_ROUND


def send_messages(now: datetime | None = None, limit: int = 200) -> Sent:
    """Send up to `limit` waiting messages that are due by `now`. Not inside a transaction: claims
    must commit.
    """
    turn = Round(now)
    counts = Counter(dead=_bury(turn.now()))
    for pk, channel in _in_turn(turn.now(), limit):
        if turn.over():
            break
        if channel in turn.shut or not _claim(pk, turn.now()):
            continue
        try:
            counts[_deliver(pk, turn)] += 1
        except SoftTimeLimitExceeded:  # nobody's failure
            counts[_put_off(Message.objects.get(pk=pk), turn.now(), "Time limit")] += 1
            break
    beat("send_messages")
    return Sent(**counts)


def _in_turn(now: datetime, limit: int) -> list[tuple[int, str]]:
    """(row, channel) of what is due: danger first, then the oldest, one channel after the other:
    none waits behind another's.
    """
    urgent = Case(When(template__in=list(message_words.OWN), then=0), default=1)
    waiting = _waiting(now).order_by(urgent, "not_before", "pk")
    due = (waiting.filter(channel=one)[:limit] for one in CHANNELS)
    rows = zip_longest(*(one.values_list("pk", "channel") for one in due))
    return [one for together in rows for one in together if one][:limit]


def _waiting(now):
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    due = Q(again_at=None) | Q(again_at__lte=now)
    return Message.objects.filter(
        free,
        due,
        state="waiting",
        channel__in=list(CHANNELS),
        not_before__lte=now,
        attempts__lt=TRIES,
    )


def _claim(pk: int, now: datetime) -> bool:
    # durable: refuses to run inside a transaction, where a crash would undo the count of the
    # attempt
    with transaction.atomic(durable=True):
        changed = (
            _waiting(now)
            .filter(pk=pk)
            .update(claimed_until=now + CLAIM, attempts=F("attempts") + 1)
        )
    return changed == 1


def _bury(now: datetime) -> int:
    """Rows whose last try was cut off by a crash: nobody will claim them again, so they are given
    up in the open.
    """
    gone = Message.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now), state="waiting", attempts__gte=TRIES
    )
    return gone.update(
        state="dead", dead_at=now, claimed_until=None, last_error="Cut off in the last try"
    )


def _deliver(pk: int, turn: Round) -> str:
    """Send one claimed row. Returns what became of it: sent, cancelled, failed, dead or unsure."""
    wanted = (
        "council",
        "case__person",
        "nudge__visit",
        "nudge__clock",
        "to_user",
        "to_person",
        "to_team",
    )
    message = Message.objects.select_related(*wanted).get(pk=pk)
    if message.template == digest.DIGEST:
        return _deliver_digest(message, turn)
    if not still_due(message, turn.now()):
        return _settle(pk, "cancelled")
    safe = message.to_person.contact_by if message.to_person else message.channel
    if message.channel not in (
        safe,
        "demo",
    ):  # what is safe for them has changed since the row was made
        return _settle(pk, "failed", **moved(message, safe))
    return _send(message, turn)


def _deliver_digest(message: Message, turn: Round) -> str:
    """One mail about all that somebody is to be told today; what it was about is stamped with
    it.
    """
    due, gone = digest.bundle(message, dates.london_date(turn.now()))
    message.cases = len({row.case_id for row in due})
    outcome = _send(message, turn) if due else _settle(message.pk, "cancelled")
    if outcome in ("sent", "cancelled"):
        digest.close(due, outcome, turn.now())
    digest.close(gone, "cancelled")
    if outcome != "failed":  # an earlier one says no more than this one did
        same = {
            name: getattr(message, name)
            for name in ("council_id", "to_user_id", "to_team_id", "template")
        }
        call_off(
            Message.objects.filter(**same, state__in=Message.UNDELIVERED).exclude(pk=message.pk)
        )
    return outcome


def _send(message: Message, turn: Round) -> str:
    try:
        CHANNELS[message.channel](message)
    except SoftTimeLimitExceeded:
        raise
    except Exception as problem:  # this message's or its channel's, whatever it is: others go on
        return _failed(message, turn, delivery.verdict(problem))
    return _settle(message.pk, "sent", sent_at=turn.now(), last_error="")


def _failed(message: Message, turn: Round, problem: Exception) -> str:
    if isinstance(problem, Undeliverable):
        return _nowhere(message, turn.now(), problem)
    if isinstance(problem, Unsure):
        return _settle(message.pk, "unsure", dead_at=turn.now(), last_error=str(problem)[:200])
    if isinstance(problem, Away):
        turn.shut.add(message.channel)
    if isinstance(problem, Later):
        return _put_off(message, turn.now(), str(problem))
    return _retry(message, turn.now(), problem)


def _nowhere(message: Message, now: datetime, problem: Undeliverable) -> str:
    """A person gets a letter or a call, and the list of those says where that is not their safe
    way; a helper or a colleague whose mailbox refuses is a task for those who can put the address
    right.
    """
    refused = isinstance(problem, Refused)
    said = (REFUSED * refused + str(problem))[:200]
    if message.to_person_id:
        return _settle(
            message.pk, "failed", **moved(message, by_hand(message.to_person)), last_error=said
        )
    if refused:
        return _settle(message.pk, "dead", dead_at=now, last_error=said)
    return _settle(message.pk, "cancelled", last_error=said)


def by_hand(person) -> str:
    """How somebody is told where no machine can: by letter where there is an address, else by
    telephone.
    """
    return "phone" if person.phone and not person.address.strip() else "letter"


def moved(message: Message, channel: str) -> dict[str, Any]:
    """The columns with which a message waits anew, on another channel or on the same."""
    change = (
        ANOTHER_WAY.get(message.template, lambda _message: {})(message)
        if channel != message.channel
        else {}
    )
    return {
        "state": "waiting",
        "channel": channel,
        "attempts": 0,
        "again_at": None,
        "tried_since": None,
    } | change


def _settle(pk: int, outcome: str, **columns) -> str:
    columns = {"state": outcome, "claimed_until": None} | columns
    if columns["state"] not in Message.OPEN:
        columns["token"] = ""  # a private link is kept no longer than it takes to hand it over
    Message.objects.filter(pk=pk, state="waiting").update(**columns)
    return outcome


def _put_off(message: Message, now: datetime, said: str) -> str:
    """Nothing has left and it is not this message's fault: it waits as long again as it has waited,
    and no try is used up.
    """
    since = message.tried_since or now
    if now - since >= KEEP_TRYING:
        return _settle(message.pk, "dead", dead_at=now, last_error=said)
    later = now + min(max(now - since, SOONEST), LATEST)
    after = {"tried_since": since, "again_at": later, "attempts": max(message.attempts - 1, 0)}
    return _settle(message.pk, "failed", state="waiting", last_error=said, **after)


def _retry(message: Message, now: datetime, problem: Exception) -> str:
    """A fault of ours: wait longer after each, and give up in the open after the last."""
    said = delivery.problem_words(problem)
    if message.attempts >= TRIES:
        return _settle(message.pk, "dead", dead_at=now, last_error=said)
    later = now + BACK_OFF[message.attempts - 1]
    return _settle(message.pk, "failed", state="waiting", again_at=later, last_error=said)


def call_off(rows) -> int:
    """Nobody is told these any more, whether they wait or were given up: private links leave the
    rows with it.
    """
    return rows.filter(state__in=Message.OPEN).update(state="cancelled", dead_at=None, token="")


def still_due(message: Message, now: datetime | None = None) -> bool:
    """Read again just before sending: is there still a reason to tell this to this person?"""
    if message.to_person_id and message.case and message.case.person.died_on:
        return False
    if message.nudge_id:
        return digest.stands(message, dates.today(now))
    return STILL_DUE.get(message.template, lambda _message: True)(message)


def send_email(message: Message) -> None:
    """By django.core.mail: the console in the demo, SMTP in production. A retry carries the same
    Message-ID.
    """
    address = address_of(message)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<message-{message.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    subject, body = message_words.words_of(message)
    EmailMessage(subject, body, to=[address], headers=headers).send()


def send_text(message: Message) -> None:
    """By the council's gateway: one line, without a fact of the case."""
    number = message.to_person.phone if message.to_person else ""
    if not number or not sms.ready():
        raise Undeliverable("No number for texts")
    try:
        sms.send(number, message_words.text_of(message))
    except TimeoutError as silence:
        raise Unsure(delivery.problem_words(silence)) from silence


def say_nothing(message: Message) -> None:
    """The demonstration's past messages: stamped as told, never sent to anybody."""


CHANNELS: dict[str, Channel] = {"email": send_email, "text": send_text, "demo": say_nothing}


def address_of(message: Message) -> str:
    """Where a mail goes. Raises Undeliverable without an address."""
    if message.to_person:
        address = message.to_person.email
    elif message.to_user:
        address = (message.to_user.email or "") if message.to_user.is_active else ""
    else:
        address = message.to_team.email if message.to_team else ""
        own = message_words.OWN.get(message.template)
        address = address or (own.address(message) if own and own.address else "")
    if not address:
        raise Undeliverable("No e-mail address")
    return address


def to_print(council):
    """The print and call list of a council: letters and calls that wait for somebody to do them."""
    rows = Message.objects.filter(council=council, state="waiting", channel__in=["letter", "phone"])
    return rows.select_related("case__person", "to_person").order_by("not_before", "pk")


def record_told(*, message: Message, at: datetime | None = None) -> Message:
    """Stamp a letter as printed or a call as made, once; a survey's link leaves the row with it.

    Raises NotYet when it is no longer due (then it is cancelled) or a colleague did it.
    """
    due = still_due(message)
    columns = (
        {"state": "printed", "sent_at": at or timezone.now()} if due else {"state": "cancelled"}
    )
    columns["token"] = ""
    done = Message.objects.filter(
        pk=message.pk, state="waiting", channel__in=["letter", "phone"]
    ).update(**columns)
    if not done:
        raise NotYet(_("Someone has already done this one."))
    if not due:
        raise NotYet(_("This is no longer needed: do not send it."))
    message.refresh_from_db()
    return message
