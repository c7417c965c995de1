"""Somebody may be in danger, or without food, medicine or care today: it reaches people until one
has spoken to them.

A report is open until a colleague records having spoken to them, or to somebody who is safe for
them, with what was agreed and that they are safe or help is coming. A call that nobody answers
closes nothing and goes one step up at once. Without a word by the hour it goes up by itself
(`LADDER`), counted from the report, then to everybody every four hours and whenever the office
opens, until it is settled. While the office is closed the emergency duty address is told. Every act
is an event; words and the safe number stand in its body for those who ring (audience "duty"), so
that no helper, letter, mail or text holds any of it. A settled report stands as it is: whoever
hears later that they are not safe opens a new one with the same number. Not here: the words for
people (`phrases`), the pages, when the office is open (`office_hours`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple, NoReturn

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.council import office_hours
from cases.letters import message_words, outbox
from cases.models import (
    Case,
    Council,
    DangerCall,
    DangerReport,
    DangerStep,
    Event,
    Message,
    Seat,
    Team,
    User,
)
from cases.models.danger import REACHED, SAFE, SPOKEN
from cases.resilience import jobs

SPEAK_WITHIN = timedelta(hours=1)
LADDER = {
    "manager": SPEAK_WITHIN,
    "service_manager": timedelta(hours=2),
    "everybody": timedelta(hours=4),
}
EVERY = LADDER["everybody"]  # and again after as long, while it stays open
UNTOLD_AFTER = timedelta(minutes=10)  # a mail that has not left by then reached nobody in time
RINGING = journey.ANYONE_STAFF
READING = RINGING | {"auditor"}
AUDIENCE = "duty"
MAIL, EMERGENCY = "danger", "danger_emergency"


class SafeContact(NamedTuple):
    """What was said with the tick: a number that is safe to ring, or how else to reach them. `at`:
    when it reached us, where that is not when the request was made (paper).
    """

    number: str = ""
    otherwise: str = ""
    at: datetime | None = None


def door_of(channel: str, role: str) -> str:
    """Where a request with the tick came in: online for oneself or for another, else the channel of
    the council.
    """
    if channel != "online":
        return channel
    return "own" if role == "person" else "other"


def report(
    *,
    case: Case,
    by: User | None,
    role: str,
    door: str,
    said: SafeContact,
    words: str = "",
    at: datetime | None = None,
) -> DangerReport:
    """Record that somebody may be in danger, and tell the duty team; while the office is closed,
    also the emergency duty address. Raises NotYet without any way to reach them.
    """
    if not (said.number.strip() or said.otherwise.strip()):
        raise NotYet(
            _("Enter a number that is safe to ring, or say how else we reach you."),
            field="safe_number",
        )
    return _open(case, by, role, door, said._replace(at=said.at or at), words)


def _open(
    case: Case, by: User | None, role: str, door: str, said: SafeContact, words: str, **codes
) -> DangerReport:
    with transaction.atomic():
        case.hold()
        facts = {"safe_number": said.number.strip(), "otherwise": said.otherwise.strip()}
        event = case.record(
            "report_danger",
            by=by,
            role=role,
            at=said.at,
            note=words.strip(),
            audience=AUDIENCE,
            words={name: value for name, value in facts.items() if value},
            door=door,
            **codes,
        )
        row = DangerReport.objects.create(
            council_id=case.council_id,
            case=case,
            event=event,
            door=door,
            by=by,
            role=role,
            reported_at=event.at,
            due_at=event.at + SPEAK_WITHIN,
        )
        _mark(case)
        if not _take(row, "duty", "reported", event.at):
            _go_up(row, "reported", event.at)
        if not office_hours.is_open(case.council, event.at):
            _take(row, "emergency", "closed", event.at)
        return row


def _mark(case: Case) -> None:
    """The column that lists and access read: since when the oldest open report waits."""
    first = (
        DangerReport.objects.filter(case=case, closed_at=None)
        .values_list("reported_at", flat=True)
        .first()
    )
    Case.objects.filter(pk=case.pk).update(danger_since=first)
    case.danger_since = first


def record_call(
    *,
    report: DangerReport,
    by: User,
    reached: str,
    agreed: str = "",
    following: str = "",
    safe: str = "",
    at=None,
) -> tuple[DangerCall, DangerStep | None]:
    """Record a try to reach them. Only having spoken, with what was agreed, closes the report, and
    only once they are safe or help is coming; everything else goes one step up at once.
    Returns the call, and the step that it went up to.

    Raises NotYet for somebody who doesn't ring, for what is missing, and when a colleague has
    settled it already.
    """
    spoken = reached in SPOKEN
    role = _may(report.case, by)
    _complete(reached, agreed, following, safe)
    with transaction.atomic():
        report.case.hold()
        # under the case's lock
        row = DangerReport.objects.select_related("case__council").get(pk=report.pk)
        if row.closed_at is not None:
            row = _not_safe_after_all(row, by, role, at) if safe == "no" else _settled(row)
        codes = {"safe": safe} if spoken else {}
        words = {"agreed": agreed.strip(), "following": following.strip()}
        event = row.case.record(
            "spoke_about_danger" if spoken else "rang_without_answer",
            by=by,
            at=at,
            audience=AUDIENCE,
            report=row.pk,
            reached=reached,
            **codes,
            words={name: value for name, value in words.items() if value},
        )
        call = DangerCall.objects.create(
            report=row, event=event, by=by, at=event.at, reached=reached, **codes
        )
        if not call.closes:
            return call, _go_up(row, "not_safe" if spoken else "no_answer", event.at)
        _close(row, event)
        return call, None


def _close(report: DangerReport, event: Event) -> None:
    report.closed_at, report.closing = event.at, event
    report.save(update_fields=["closed_at", "closing"])
    _mark(report.case)


def report_again(*, report: DangerReport, by: User, words: str) -> DangerReport:
    """They are not safe after all, or it has come back: a new open report, with the number of the
    settled one.

    Raises NotYet for somebody who doesn't ring, without words, and while the report is open.
    """
    role = _may(report.case, by)
    if not words.strip():
        raise NotYet(_("Write what has happened."), field="agreed")
    with transaction.atomic():
        report.case.hold()
        row = DangerReport.objects.select_related("case__council", "event__body").get(pk=report.pk)
        if row.closed_at is None or _follower(row):
            raise NotYet(
                _("It is open already. Record that you spoke to them, or that nobody answered.")
            )
        return _not_safe_after_all(row, by, role, None, words)


def _follower(row: DangerReport) -> DangerReport | None:
    found = DangerReport.objects.filter(case=row.case_id, closed_at=None).select_related(
        "case__council", "event"
    )
    return next((one for one in found if one.event.codes.get("after") == row.pk), None)


def _not_safe_after_all(
    row: DangerReport, by: User, role: str, at: datetime | None, words: str = ""
) -> DangerReport:
    """The open report that follows a settled one: one however many say so."""
    said, gone = words_of(row.event), _("The number is not kept any more. Look in the case.")
    number = said.get("safe_number", "")
    way = SafeContact(number, said.get("otherwise") or ("" if number else gone), at)
    return _follower(row) or _open(row.case, by, role, "again", way, words, after=row.pk)


def _may(case: Case, by: User) -> str:
    """The role in which they ring."""
    found = access.roles_when_ringing(case, by) & RINGING
    if not found:
        raise NotYet(_("A social worker or manager of this case rings them."))
    return access.first_of(found)


def _complete(reached: str, agreed: str, following: str, safe: str) -> None:
    if reached not in REACHED:
        raise NotYet(_("Choose whom you spoke to."), field="reached")
    if reached not in SPOKEN:
        return
    if safe not in SAFE:
        raise NotYet(_("Choose whether they are safe now."), field="safe")
    if not agreed.strip():
        raise NotYet(_("Write what you agreed with them."), field="agreed")
    if not following.strip():
        raise NotYet(_("Write what happens next."), field="following")


def _settled(row: DangerReport) -> NoReturn:
    last = row.calls.select_related("by").last()
    assert last is not None  # nothing but a call settles a report
    facts = {"who": last.by, "day": dates.date_words(last.at), "time": dates.clock_time(last.at)}
    words = _(
        "%(who)s spoke to them on %(day)s at %(time)s. Nothing was changed. If they are not "
        "safe, answer “No”."
    )
    raise NotYet(words % facts)


def _go_up(row: DangerReport, why: str, at: datetime) -> DangerStep | None:
    """The next step of the ladder, passing over those where there is nobody; None when all were
    taken.
    """
    taken, found = set(row.steps.values_list("step", flat=True)), None
    for step in LADDER:
        if step not in taken:
            found = _take(row, step, why, at)
            if found and found.told:
                break
    return found


def _take(row: DangerReport, step: str, why: str, at: datetime, turn: int = 0) -> DangerStep | None:
    """Tell those of one step, once a round. The event says who was told; None where there was
    nobody for the duty team's.
    """
    people = recipients(row.case, step, at)
    event = row.event
    if step != "duty":
        event = row.case.record(
            "danger_went_up",
            by=None,
            role="system",
            at=at,
            report=row.pk,
            step=step,
            why=why,
            told=len(people),
            **({"round": turn} if turn else {}),
        )
    made = DangerStep.objects.create(
        report=row, step=step, round=turn, why=why, at=event.at, event=event, told=len(people)
    )
    Message.objects.bulk_create(
        Message(
            council_id=row.council_id,
            case_id=row.case_id,
            template=EMERGENCY if who == "emergency" else MAIL,
            event=event,
            channel="email",
            made_at=event.at,
            not_before=event.at,
            dedupe_key=f"danger:{row.pk}:{step}:{turn}:{who}",
            **to,
        )
        for who, to in people.items()
    )
    return made if step != "duty" or people else None


def recipients(case: Case, step: str, at: datetime) -> dict[str, dict[str, int]]:
    """Who is told at a step: a key for each, and the columns of their message. Each by a mail of
    their own, at once.
    """
    if step == "emergency":
        return {"emergency": {}} if case.council.emergency_email else {}
    if step in ("everybody", "opening"):
        found: dict[str, dict[str, int]] = {}
        for one in (
            "duty",
            "manager",
            "service_manager",
            *(["emergency"] if step == "everybody" else []),
        ):
            found |= recipients(case, one, at)
        return found
    teams = Team.objects.filter(Q(intake=True) | Q(pk=case.team_id), council_id=case.council_id)
    role = "worker" if step == "duty" else step
    seats = Seat.objects.filter(
        Seat.on(dates.london_date(at)), council_id=case.council_id, role=role
    )
    seats = seats.filter(user__is_active=True).exclude(user__email=None)
    if step == "duty":
        own = Q(team__council_id=case.council_id, team__intake=True) | Q(user_id=case.worker_id)
        boxes = {f"team{team.pk}": {"to_team_id": team.pk} for team in teams if team.email}
    else:
        own, boxes = Q(team__in=teams) | Q(team=None), {}
    users = sorted(set(seats.filter(own).values_list("user_id", flat=True)))
    return boxes | {f"user{pk}": {"to_user_id": pk} for pk in users}


def chase(now: datetime | None = None) -> int:
    """Take every step whose moment has come, for all open reports; run each minute. Returns how
    many steps it took.

    Each report in a transaction of its own: what goes wrong with one holds back no other, and is
    raised at the end.
    """
    now = now or timezone.now()
    rows = DangerReport.objects.filter(closed_at=None).select_related("case__council", "event")
    rows = rows.prefetch_related("steps").order_by("reported_at", "pk")
    due = [
        row.pk for row in rows if _due(row, {(one.step, one.round) for one in row.steps.all()}, now)
    ]
    return jobs.each(due, lambda pk: _chase_one(pk, now))


def _due(row: DangerReport, taken: set[tuple[str, int]], now: datetime) -> list[tuple[str, int]]:
    """The steps, each with its round, that ought to have been taken by now and were not."""
    council, waited = row.case.council, now - row.reported_at
    found = [("emergency", 0)] if not office_hours.is_open(council, now) else []
    found += [
        (step, 0) for step, after in LADDER.items() if step != "everybody" and waited >= after
    ]
    if (
        waited >= EVERY
    ):  # a standstill of the jobs is made up for by one round, not by all that were missed
        found.append(("everybody", waited // EVERY))
    opening = office_hours.opened(council, now)
    if opening and row.reported_at < opening:
        found.append(("opening", int(f"{dates.london_date(opening):%Y%m%d}")))
    return [one for one in found if one not in taken]


def _chase_one(pk: int, now: datetime) -> int:
    with transaction.atomic():
        case_id = DangerReport.objects.values_list("case_id", flat=True).get(pk=pk)
        Case.objects.select_for_update().values_list("pk").get(pk=case_id)
        row = DangerReport.objects.select_related("case__council", "event").get(pk=pk)
        if row.closed_at is not None:
            return 0
        steps = _due(row, set(row.steps.values_list("step", "round")), now)
        at = min(now, timezone.now())  # a round of a later day is recorded today
        at = max(at, row.case.head_at or at)
        for step, turn in steps:
            _take(row, step, "closed" if step == "emergency" else "time", at, turn)
        return len(steps)


def untold(now: datetime, council: Council | None = None) -> set[int]:
    """The open reports of which nobody was told: no mail of any step has left within ten minutes,
    or none of those to the emergency duty address while the office was closed, or there was nobody
    to tell.
    """
    sent = Message.objects.filter(
        event=OuterRef("event"), template__in=(MAIL, EMERGENCY), state="sent"
    )
    steps = DangerStep.objects.filter(report__closed_at=None).annotate(sent=Exists(sent))
    if council is not None:
        steps = steps.filter(report__council=council)
    heard: dict[int, bool] = {}
    night: set[int] = set()
    for pk, step, told, left, at in steps.values_list("report", "step", "told", "sent", "at"):
        fine = bool(left or (told and now < at + UNTOLD_AFTER))
        heard[pk] = heard.get(pk, False) or fine
        if step == "emergency" and not fine:
            night.add(pk)
    return night | {pk for pk, fine in heard.items() if not fine}


def words_of(event: Event) -> dict[str, str]:
    """What was said with a report or a call; nothing where the law had it deleted."""
    body = getattr(event, "body", None) if event.body_hash else None
    return {"words": body.note} | body.facts if body else {}


def _open_still(message: Message) -> bool:
    return DangerReport.objects.filter(
        Q(event=message.event_id) | Q(steps__event=message.event_id), closed_at=None
    ).exists()


for _template, _to in ((MAIL, None), (EMERGENCY, lambda message: message.council.emergency_email)):
    outbox.STILL_DUE[_template] = _open_still
    message_words.OWN[_template] = message_words.Own(
        gettext_lazy("Urgent: somebody has to be rung now"), "cases:danger_list", _to
    )
