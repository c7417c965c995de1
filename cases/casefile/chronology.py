"""The whole story of a case in order, as an Ombudsman or an inspector asks for it: every event,
wait, turn, pause, reminder, message and clock, with the reasons that the reader's roles may read.

Reading only, in a fixed number of queries whatever the length. Words of an event are given out by
the same rule as in the timeline (`letters.entry`). Not here: who may open it (`access`), the pages
(`views/chronology.py`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, journey
from cases.common import dates
from cases.letters import timeline
from cases.models import Message, Nudge, Pause, Turn
from cases.models.clock import pause_days
from cases.ui import date_words
from cases.ui.components import Table

KINDS = {
    "event": gettext_lazy("Event"),
    "wait": gettext_lazy("Wait"),
    "turn": gettext_lazy("Turn"),
    "pause": gettext_lazy("Pause"),
    "clock": gettext_lazy("Clock"),
    "chase": gettext_lazy("Reminder"),
    "message": gettext_lazy("Message"),
}


@dataclass(frozen=True)
class Line:
    """One thing that happened or lasted. `until`: when it ended (None: it is over at once, or still
    goes on).
    """

    when: datetime
    kind: str
    what: str
    who: str = ""
    until: datetime | None = None
    days: int | None = None
    net: int | None = None
    due: datetime | None = None
    kept: str = ""
    words: tuple[str, ...] = ()
    place: int = 0


def chronology_entries(case, roles, now: datetime | None = None) -> list[Line]:
    """Everything of a case as these roles may read it, the oldest first. Seven queries."""
    now = now or timezone.now()
    events = [
        e
        for e in case.events.select_related("body", "by", "on_behalf_of").order_by("seq")
        if timeline.hears(e.verb, roles)
    ]
    visits = list(case.visits.order_by("seq"))
    pauses = list(Pause.objects.filter(visit__case=case).order_by("began_at", "pk"))
    found = [
        *_events(events, roles),
        *_waits(visits, pauses, now),
        *_turns(case, now),
        *_pauses(pauses, events, roles, now),
        *_clocks(case, now),
        *_chases(case),
        *_messages(case, roles),
    ]
    order = list(KINDS)
    return sorted(found, key=lambda line: (line.when, order.index(line.kind), line.place))


def _events(events, roles):
    heard, struck = access.audiences(roles), timeline.struck_notes(events)
    for event in events:
        told = timeline.entry(event, "staff", heard)
        told = timeline.as_struck(told) if event.seq in struck else told
        words = [
            f"{heading} {said}" if heading.endswith("?") else f"{heading}: {said}"
            for heading, said in told.facts
        ]
        words.append(told.note)
        if dates.london_date(event.recorded_at) != dates.london_date(event.at):
            words.append(_("Recorded on %(day)s") % {"day": date_words.day(event.recorded_at)})
        yield Line(
            event.at,
            "event",
            capfirst(told.what),
            told.who,
            words=tuple(filter(None, words)),
            place=event.seq,
        )


def _waits(visits, pauses, now):
    """Each stay in a step: how long, without pauses, and whether its deadline was kept."""
    for visit in visits:
        end = visit.left_at or now
        days = dates.days_between(visit.entered_at, end) if visit.days is None else visit.days
        paused = visit.paused_days
        if visit.left_at is None:
            paused = sum(pause_days(p, now) for p in pauses if p.visit_id == visit.pk)
        words = []
        if visit.loop:
            words.append(_("The case had been at this step before in the same round."))
        if visit.cycle_no > 1:
            words.append(f"{journey.CYCLES[visit.cycle]}, {visit.cycle_no}")
        yield Line(
            visit.entered_at,
            "wait",
            str(journey.STEPS[visit.step].short),
            until=visit.left_at,
            days=days,
            net=days - paused,
            due=visit.due_at,
            kept=deadline_words(visit.due_at, visit.left_at, now),
            words=tuple(words),
            place=visit.seq,
        )


def deadline_words(due: datetime | None, ended: datetime | None, now: datetime) -> str:
    """Was a deadline kept, in words; "" without one."""
    if due is None:
        return ""
    end = ended or now
    if end < due:
        return _("kept") if ended else _("not reached yet")
    late = date_words.days(dates.days_between(due, end) + 1)
    return (
        _("missed by %(days)s") % {"days": late}
        if ended
        else _("past by %(days)s so far") % {"days": late}
    )


def _turns(case, now):
    found = (
        Turn.objects.filter(visit__case=case)
        .select_related("user", "team")
        .order_by("began_at", "pk")
    )
    for turn in found:
        name = str(journey.TURN_NAMES[turn.role])
        days = dates.days_between(turn.began_at, turn.ended_at or now)
        who = ", ".join(str(one) for one in (turn.user, turn.team) if one)
        yield Line(turn.began_at, "turn", name, who, until=turn.ended_at, days=days, place=turn.pk)


def _pauses(pauses, events, roles, now):
    """Each pause with its reason, as far as it may be read, and the day on which it ends by
    itself.
    """
    heard, by_key = access.audiences(roles), {event.pk: event for event in events}
    for pause in pauses:
        event = by_key.get(pause.event_id)
        body = getattr(event, "body", None)
        words = [_("To be looked at again on %(day)s") % {"day": date_words.day(pause.next_chase)}]
        words += list(body.facts.values()) if body and body.audience in heard else []
        chase = dates.london_midnight(pause.next_chase)
        ends = min(filter(None, [pause.ended_at, chase if chase <= now else None]), default=None)
        yield Line(
            pause.began_at,
            "pause",
            str(journey.PAUSES[pause.code]),
            str(event.by or "") if event else "",
            until=ends,
            days=pause_days(pause, now),
            words=tuple(words),
            place=pause.pk,
        )


def _clocks(case, now):
    for clock in case.clocks.order_by("began_at", "pk"):
        known = journey.CLOCKS[clock.kind]
        over = clock.ended_at or clock.dropped_at
        words = [_("Set by law")] if known.statutory else []
        if clock.dropped_at:
            words.append(_("The case was closed first."))
        days = dates.days_between(clock.began_at, over or now) if clock.days is None else clock.days
        yield Line(
            clock.began_at,
            "clock",
            str(known.title),
            until=over,
            days=days,
            due=clock.due_at,
            kept="" if clock.dropped_at else deadline_words(clock.due_at, clock.ended_at, now),
            words=tuple(words),
            place=clock.pk,
        )


def _chases(case):
    found = Nudge.objects.filter(Q(visit__case=case) | Q(clock__case=case)).select_related(
        "visit", "clock"
    )
    for nudge in found.order_by("made_at", "pk"):
        about = (
            journey.CLOCKS[nudge.clock.kind].title
            if nudge.clock
            else journey.STEPS[nudge.visit.step].short
        )
        what = f"{journey.NUDGES[nudge.kind]}: {about}"
        yield Line(nudge.made_at, "chase", what, _("The system"), place=nudge.pk)


def _messages(case, roles):
    """What was told, to whom and how; and what could not be told."""
    rows_ = Message.objects.filter(case=case, state__in=("sent", "printed", "dead"))
    for message in rows_.select_related(
        "to_person", "to_user", "to_team", "event", "nudge"
    ).order_by("pk"):
        if message.event and not timeline.hears(message.event.verb, roles):
            continue
        to = message.to_person or message.to_user or message.to_team or ""
        words = [str(Message.CHANNELS[message.channel])]
        if message.state == "dead":
            words.append(
                _("Could not be delivered: %(why)s") % {"why": message.last_error or _("unknown")}
            )
        yield Line(
            message.sent_at or message.dead_at,
            "message",
            subject(message),
            _("To: %(who)s") % {"who": to},
            words=tuple(words),
            place=message.pk,
        )


def subject(message) -> str:
    """What a message was about."""
    if message.event and message.to_person_id and timeline.has_letter(message.event.verb):
        return timeline.title_of(message.event.verb)
    if message.event:
        return capfirst(timeline.sentence(message.event))
    if message.template == "offer_of_help":
        return _("Offer of help")
    return (
        str(journey.NUDGES[message.nudge.kind])
        if message.nudge
        else capfirst(message.template.replace("_", " "))
    )


def clock_time(moment: datetime | None) -> str:
    """A moment in London, as a spreadsheet sorts it."""
    return "" if moment is None else moment.astimezone(dates.LONDON).strftime("%Y-%m-%d %H:%M")


def last_in_time(due: datetime | None) -> date | None:
    """The last day that is in time: a deadline is the midnight after it."""
    return None if due is None else dates.london_date(due) - timedelta(days=1)


def page_table(lines: list[Line], caption: str) -> Table:
    """For reading and printing: what lasted says from when to when in its own cell."""
    head = [_("When"), _("What"), _("Who"), _("How long"), _("Reasons and words")]
    found = [
        [
            date_words.day(line.when),
            f"{KINDS[line.kind]}\n{line.what}" if line.kind != "event" else line.what,
            line.who,
            "\n".join(_lasted(line)),
            "\n".join(line.words),
        ]
        for line in lines
    ]
    return Table(caption, head, found, empty=_("Nothing has happened yet."))


def _lasted(line: Line) -> list[str]:
    if line.days is None:
        return []
    found = [
        date_words.span(line.when, line.until) if line.until else _("since then"),
        date_words.days(line.days),
    ]
    if line.net is not None and line.net != line.days:
        found.append(_("%(days)s without pauses") % {"days": date_words.days(line.net)})
    if line.due:
        day = _("deadline %(day)s") % {"day": date_words.day(last_in_time(line.due))}
        found.append(f"{day}: {line.kept}" if line.kept else day)
    return found


def file_table(lines: list[Line]) -> Table:
    """For a spreadsheet: every fact in a column of its own."""
    head = [
        _("When"),
        _("Kind"),
        _("What"),
        _("Who"),
        _("Until"),
        _("Days"),
        _("Days without pauses"),
        _("Last day in time"),
        _("Deadline"),
        _("Reasons and words"),
    ]
    found = [
        [
            clock_time(line.when),
            str(KINDS[line.kind]),
            line.what,
            line.who,
            clock_time(line.until),
            "" if line.days is None else str(line.days),
            "" if line.net is None else str(line.net),
            last_in_time(line.due) or "",
            line.kept,
            "\n".join(line.words),
        ]
        for line in lines
    ]
    return Table(_("Chronology"), head, found)
