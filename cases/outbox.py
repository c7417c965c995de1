"""Sending what is to be told: rows are claimed, read again, sent and stamped. Nothing lives in a queue.

A claim is one conditional UPDATE that must change exactly one row, and it is committed with its attempt counted
BEFORE anything leaves: a killed worker costs at most one duplicate message, never a lost one, and two workers
never send the same row. Letters and calls stay waiting in the print list, where people do them (`to_print`).
No mail carries a fact of a case, not even its reference: mailboxes are shared and read over shoulders.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPException
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import select_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from . import chasing, dates, texts
from .models import Message, Seat
from .saying_no import NotYet
from .sweep import beat

CLAIM = timedelta(minutes=5)
TRIES = 5
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
# template -> fn(message): another app says when its own messages are no longer due.
STILL_DUE: dict[str, Callable[[Message], bool]] = {}


class Own(NamedTuple):
    """What the mails of one template have of their own: the subject, the page they lead to, and an address that is
    neither a user's, a person's nor a team's."""

    subject: Any
    page: str
    address: Callable[[Message], str] | None = None


OWN: dict[str, Own] = {}


class Undeliverable(Exception):
    """There is nowhere to send this to; trying again will not help."""


class Channel(Protocol):
    """One way of telling somebody. Raises for a failure that may pass, Undeliverable for one that will not."""

    def __call__(self, message: Message) -> None: ...


class Sent(NamedTuple):
    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    dead: int = 0


def send_messages(now: datetime | None = None, limit: int = 200) -> Sent:
    """Send up to `limit` waiting messages that are due by `now`. Not inside a transaction: claims must commit."""
    now = now or timezone.now()
    counts = {"sent": 0, "cancelled": 0, "failed": 0, "dead": _bury(now)}
    ids = list(_waiting(now).order_by("not_before", "pk").values_list("pk", flat=True)[:limit])
    for pk in ids:
        if _claim(pk, now):
            counts[_deliver(pk, now)] += 1
    beat("send_messages")
    return Sent(**counts)


def _waiting(now):
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return Message.objects.filter(
        free, state="waiting", channel__in=list(CHANNELS), not_before__lte=now, attempts__lt=TRIES
    )


def _claim(pk: int, now: datetime) -> bool:
    # durable: refuses to run inside a transaction, where a crash would undo the count of the attempt
    with transaction.atomic(durable=True):
        changed = _waiting(now).filter(pk=pk).update(claimed_until=now + CLAIM, attempts=F("attempts") + 1)
    return changed == 1


def _bury(now: datetime) -> int:
    """Rows whose last try was cut off by a crash: nobody will claim them again, so they are given up in the open."""
    gone = Message.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now), state="waiting", attempts__gte=TRIES
    )
    return gone.update(state="dead", dead_at=now, claimed_until=None, token="", last_error="Cut off in the last try")


def _deliver(pk: int, now: datetime) -> str:
    """Send one claimed row. Returns what became of it: sent, cancelled, failed or dead."""
    wanted = ("council", "case__person", "nudge__visit", "nudge__clock", "to_user", "to_person", "to_team")
    message = Message.objects.select_related(*wanted).get(pk=pk)
    if message.template == chasing.DIGEST:
        return _deliver_digest(message, now)
    if not still_due(message, now):
        return _settle(pk, "cancelled")
    safe = message.to_person.contact_by if message.to_person_id else message.channel
    if message.channel not in (safe, "demo"):  # what is safe for them has changed since the row was made
        return _settle(pk, "failed", state="waiting", channel=safe, attempts=0)
    return _send(message, now)


def _deliver_digest(message: Message, now: datetime) -> str:
    """One mail about all that somebody is to be told today; what it was about is stamped with it."""
    due, gone = chasing.bundle(message, dates.london_date(now))
    message.cases = len({row.case_id for row in due})
    outcome = _send(message, now) if due else _settle(message.pk, "cancelled")
    if outcome in ("sent", "cancelled"):
        chasing.close(due, outcome, now)
    chasing.close(gone, "cancelled")
    return outcome


def _send(message: Message, now: datetime) -> str:
    pk = message.pk
    try:
        CHANNELS[message.channel](message)
    except Undeliverable as problem:
        if message.to_person_id:  # to the print list, which says so where post is not their safe way
            return _settle(pk, "failed", state="waiting", channel="letter", attempts=0, last_error=str(problem)[:200])
        return _settle(pk, "cancelled", last_error=str(problem)[:200])
    except Exception as problem:
        return _retry(message, now, problem)
    return _settle(pk, "sent", sent_at=now, last_error="")


def _settle(pk: int, outcome: str, **columns) -> str:
    columns = {"state": outcome, "claimed_until": None} | columns
    if columns["state"] != "waiting":
        columns["token"] = ""  # a private link is kept no longer than it takes to hand it over
    Message.objects.filter(pk=pk, state="waiting").update(**columns)
    return outcome


def _retry(message: Message, now: datetime, problem: Exception) -> str:
    """Wait longer after each failure; give up in the open after the last."""
    said = problem_words(problem)
    if message.attempts >= TRIES:
        return _settle(message.pk, "dead", dead_at=now, last_error=said)
    later = now + BACK_OFF[message.attempts - 1]
    return _settle(message.pk, "failed", state="waiting", not_before=later, last_error=said)


def problem_words(problem: Exception) -> str:
    """What went wrong, without the mail server's own words: they often repeat the address."""
    code = getattr(problem, "smtp_code", "") if isinstance(problem, SMTPException) else ""
    return f"{type(problem).__name__} {code}".strip()[:200]


def still_due(message: Message, now: datetime | None = None) -> bool:
    """Read again just before sending: is there still a reason to tell this to this person?"""
    if message.to_person_id and message.case.person.died_on:
        return False
    if message.nudge_id:
        return chasing.stands(message, dates.today(now))
    return STILL_DUE.get(message.template, lambda _message: True)(message)


def send_email(message: Message) -> None:
    """By django.core.mail: the console in the demo, SMTP in production. A retry carries the same Message-ID."""
    address = address_of(message)
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<message-{message.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    subject, body = words_of(message)
    EmailMessage(subject, body, to=[address], headers=headers).send()


def send_text(message: Message) -> None:
    """By the council's gateway: one line, without a fact of the case."""
    number = message.to_person.phone if message.to_person_id else ""
    if not number or not texts.ready():
        raise Undeliverable("No number for texts")
    texts.send(number, text_of(message))


def text_of(message: Message) -> str:
    """The words of a text: that there is something to read, where, and whom to phone instead."""
    words = _("You have a message from %(council)s. Read it here: %(link)s") % _facts(message)
    return words + (_(" Or phone %(phone)s.") % _facts(message) if message.council.help_phone else "")


def say_nothing(message: Message) -> None:
    """The demonstration's past messages: stamped as told, never sent to anybody."""


CHANNELS: dict[str, Channel] = {"email": send_email, "text": send_text, "demo": say_nothing}


def address_of(message: Message) -> str:
    """Where a mail goes. Raises Undeliverable without an address."""
    if message.to_person_id:
        address = message.to_person.email
    elif message.to_user_id:
        address = message.to_user.email if message.to_user.is_active else ""
    else:
        address = message.to_team.email if message.to_team_id else ""
        own = OWN.get(message.template)
        address = address or (own.address(message) if own and own.address else "")
    if not address:
        raise Undeliverable("No e-mail address")
    return address


def words_of(message: Message) -> tuple[str, str]:
    """Subject and text. The text of a template of the same name, else the one for residents or for staff."""
    resident = message.to_person_id or not (message.to_team_id or _works_here(message.to_user_id))
    names = [f"messages/{message.template}.txt", f"messages/{'resident' if resident else 'staff'}.txt"]
    context = _facts(message)
    subject = _("You have a message from %(council)s") % context
    subject = str(OWN[message.template].subject) if message.template in OWN else subject
    return " ".join(subject.split()), select_template(names).render(context).strip() + "\n"


def _facts(message: Message) -> dict:
    name = OWN[message.template].page if message.template in OWN else "cases:home"
    page = reverse("poet:survey", args=[message.token]) if message.token else reverse(name)
    return {
        "council": message.council.name,
        "phone": message.council.help_phone,
        "link": settings.SITE_URL.rstrip("/") + page,
        "code": message.token,
        "cases": getattr(message, "cases", 1),
    }


def _works_here(user_id: int | None) -> bool:
    return Seat.objects.filter(Seat.on(dates.today()), user_id=user_id).exists()


def to_print(council):
    """The print and call list of a council: letters and calls that wait for somebody to do them."""
    rows = Message.objects.filter(council=council, state="waiting", channel__in=["letter", "phone"])
    return rows.select_related("case__person", "to_person").order_by("not_before", "pk")


def record_told(*, message: Message, at: datetime | None = None) -> Message:
    """Stamp a letter as printed or a call as made, once; a survey's link leaves the row with it.

    Raises NotYet when it is no longer due (then it is cancelled) or a colleague did it.
    """
    due = still_due(message)
    columns = {"state": "printed", "sent_at": at or timezone.now()} if due else {"state": "cancelled"}
    columns["token"] = ""
    done = Message.objects.filter(pk=message.pk, state="waiting", channel__in=["letter", "phone"]).update(**columns)
    if not done:
        raise NotYet(_("Someone has already done this one."))
    if not due:
        raise NotYet(_("This is no longer needed: do not send it."))
    message.refresh_from_db()
    return message


def letter_words(message: Message) -> str:
    """The text of a letter or the script of a call, from the same templates as the mails."""
    return words_of(message)[1]
