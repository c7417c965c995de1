"""What the tracker shows: where a case is, since when, whose turn, what comes next and by when, in
plain words.

Reading only, in a fixed number of queries whatever the length of the case. Lateness is never said
of the person: when it is their turn they are offered help, when it is the council's they are told
so and told whom to call. Not here: the timeline and the letters (timeline.py), what may be done
(access.py).
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import access, journey
from cases.access import Reading
from cases.casefile import progress_enquiry, tracker_places
from cases.common import dates
from cases.danger import phrases
from cases.journey import hooks
from cases.letters.timeline import (
    Entry,
    budget_runs_on,
    label_of,
    reader_of,
    step_words,
    timeline,
    title_of,
)
from cases.models import Message, Target
from cases.ui.date_words import day, last_day, span

WHOSE = {
    "person": {
        "person": gettext_lazy("It is your turn."),
        "delegate": gettext_lazy("It is the turn of the person helping you."),
    },
    "delegate": {
        "person": gettext_lazy("It is the turn of the person you help."),
        "delegate": gettext_lazy("It is your turn."),
    },
}
# Pages on which one form answers for several moves: neither answer may be the only button.
SHARED_PAGES = {"budgets:answer_offer": gettext_lazy("Read the proposal and answer")}
TOLD = {
    "email": gettext_lazy("Told by e-mail on %(day)s"),
    "letter": gettext_lazy("Posted on %(day)s"),
    "phone": gettext_lazy("Told by telephone on %(day)s"),
    "text": gettext_lazy("Told by text message on %(day)s"),
}
WAITING = {
    "letter": gettext_lazy("We will post it"),
    "phone": gettext_lazy("We will phone you about it"),
}


@dataclass(frozen=True)
class Stage:
    """One step of the spine. `state`: done, current or todo."""

    title: str
    state: str
    when: str
    note: str = ""


@dataclass(frozen=True)
class Button:
    text: str
    href: str


@dataclass(frozen=True)
class Asked:
    """What the reader is asked besides what the step waits for. `by`: the last day, in words."""

    text: str
    href: str
    by: str


@dataclass(frozen=True)
class Tracker:
    """Everything on the page, as ready strings."""

    title: str
    since: str
    whole: str
    mine: bool
    turn: str
    aim: str
    sorry: str
    has: str
    after: str
    pauses: list[str]
    ending: str
    stages: list[Stage]
    main: list[Button]
    more: list[Button]
    worker: str
    contact: str
    ask: str
    asked: str
    danger: phrases.Help | None = None
    entries: list[Entry] = field(default_factory=list)
    letters: list[tuple[str, str, str, str]] = field(default_factory=list)
    places: list[tracker_places.Place] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asks: list[Asked] = field(default_factory=list)


def tracker_for(reading: Reading) -> Tracker:
    """The tracker of a case fetched by `access.get_case`, for one of its people."""
    case = reading.case
    now, entries = timezone.now(), timeline(case, reading.roles)
    lines = sorted(
        [*entries, *tracker_places.own_entries(reading)], key=lambda one: one.seq, reverse=True
    )
    moves = access.moves_for(case, reading.user, reading.people)
    main, more = buttons(reading, moves)
    asks = asked_of(reading)
    news = any(move.name == "ask_news" for move in moves) and not case.asked_news_at
    return Tracker(
        title=_title(case, case.step),
        since=since(case, now),
        whole=whole(case, now),
        mine=case.turn in journey.PERSON,
        turn=turn(reading, asks),
        aim=aim(case, now),
        sorry=sorry(case, now),
        has=has(case),
        after=after(case),
        pauses=pauses(case),
        ending=ending(case),
        stages=stages(case, now),
        main=main,
        more=more,
        worker=str(case.worker) if case.worker else "",
        contact=contact(case),
        ask=reverse("cases:ask_news", args=[case.ref]) if news else "",
        asked=progress_enquiry.waiting_sentence(case, reader_of(reading.roles)),
        danger=phrases.of_reader(reading, now),
        entries=lines,
        letters=letters(case, entries),
        places=tracker_places.places(reading),
        notes=tracker_places.notes(reading),
        asks=asks,
    )


def days(count: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}


def since(case, now: datetime) -> str:
    """Since when the case is where it is."""
    count = dates.days_between(case.step_since, now)
    if count == 0:
        return _("Since today")
    return _("Since %(day)s, %(days)s ago") % {"day": day(case.step_since), "days": days(count)}


def whole(case, now: datetime) -> str:
    """The whole wait since the request: gross, pauses included."""
    if case.entered_running:
        return _("Your money was running already when we wrote it down here, on %(day)s.") % {
            "day": day(case.asked_at)
        }
    count = dates.days_between(case.asked_at, now)
    if count == 0:
        return _("You asked for support today.")
    return _("You asked for support on %(day)s, %(days)s ago.") % {
        "day": day(case.asked_at),
        "days": days(count),
    }


def asked_of(reading: Reading) -> list[Asked]:
    """What else waits for the person, the first day first; what has no day comes last."""
    if reader_of(reading.roles) == "staff":
        return []
    found = [one for source in hooks.ASKS for one in source(reading)]
    found.sort(key=lambda one: (one[2] is None, one[2] or dates.today()))
    until = _("You can do this until %(day)s.")
    return [
        Asked(str(words), href, until % {"day": day(by)} if by else "") for words, href, by in found
    ]


def turn(reading: Reading, asks: list[Asked]) -> str:
    """Whose turn it is, spoken to the reader. `asks`: what they are asked besides."""
    case = reading.case
    if case.step == "closed":
        return _("This case is closed. You can ask us to open it again.")
    reader = reader_of(reading.roles)
    calm = (
        reader != "delegate" and case.danger_since is None
    )  # a helper reads the same with danger and without
    if case.turn == "nobody" and asks:
        return _("There is something that you can do.")
    if case.turn == "nobody":
        return _("There is nothing that you have to do.") if calm else _("Nothing waits for you.")
    if reader == "staff":
        return _("It waits for: %(who)s.") % {"who": journey.TURN_NAMES[case.turn]}
    spoken = WHOSE[reader].get(case.turn)
    if spoken:
        return str(spoken)
    if asks or not calm:
        return _("We are waiting for %(who)s.") % {"who": journey.TURNS[case.turn]}
    return _("We are waiting for %(who)s. There is nothing that you have to do.") % {
        "who": journey.TURNS[case.turn]
    }


def aim(case, now: datetime) -> str:
    """By when: an aim, as long as it can still be kept."""
    if case.due_at is None or now >= case.due_at:
        return ""
    when = {"day": last_day(case.due_at)}
    if case.turn in journey.PERSON:
        return (
            _(
                "If you can, do this by %(day)s. Take longer if you need to, and tell us if "
                "you want help."
            )
            % when
        )
    return _("We aim to have done this by %(day)s.") % when


def sorry(case, now: datetime) -> str:
    """After the day: an offer of help when the turn is the person's, an apology when it is the
    council's.
    """
    if case.due_at is None or now < case.due_at or case.step == "closed":
        return ""
    if case.turn in journey.PERSON:
        return _(
            "Would it help to do this together, on the phone or in person? There is no hurry "
            "from us."
        )
    return _(
        "We said that we aimed to do this by %(day)s. We have not done it yet, and we are sorry."
    ) % {"day": last_day(case.due_at)}


def next_words(reading: Reading, now: datetime) -> str:
    """After something was sent: where the case is, whose turn, by when, and what comes of it."""
    case = reading.case
    where = "" if case.step == "closed" else f"{_title(case, case.step)}."
    gain = has(case) if reading.resident else ""
    whose = turn(reading, asked_of(reading))
    return " ".join(filter(None, [where, whose, aim(case, now) or sorry(case, now), gain]))


def has(case) -> str:
    """What the person has in their hands at the end of this step."""
    if not journey.STEPS[case.step].waits:
        return ""
    what = step_words(case, case.step)[1]
    return _("At the end of this step you have: %(what)s.") % {"what": what}


def after(case) -> str:
    """The step that follows, where all goes as it does for most."""
    order = list(journey.STEPS)
    later = [code for code in journey.spine() if order.index(code) > order.index(case.step)]
    if case.step == "closed" or not later:
        return ""
    return _("After that: %(step)s.") % {"step": _title(case, later[0])}


def contact(case) -> str:
    """When the council is next in touch, if that day is still to come."""
    if case.next_contact and case.next_contact >= dates.today() and case.step != "closed":
        return _("We will be in touch by %(day)s.") % {"day": day(case.next_contact)}
    return ""


def pauses(case) -> list[str]:
    """The pauses of the step the case is in, with their reasons."""
    if not case.has_pauses:
        return []
    found = []
    visit = case.visits.filter(seq=case.visit_seq).prefetch_related("pauses").first()
    for pause in visit.pauses.all() if visit else ():
        words = {
            "day": day(pause.began_at),
            "why": journey.PAUSES[pause.code],
            "until": day(pause.next_chase),
        }
        if pause.ended_at or pause.next_chase <= dates.today():
            words["until"] = day(pause.ended_at or pause.next_chase)
            found.append(_("Paused from %(day)s to %(until)s: %(why)s.") % words)
        else:
            found.append(_("Paused since %(day)s: %(why)s. We look again on %(until)s.") % words)
    return found


def ending(case) -> str:
    """The last day of support that is to end."""
    if case.planned_end is None:
        return ""
    if case.planned_end < dates.today():
        return _("The support ended on %(day)s.") % {"day": day(case.planned_end)}
    return _("The support ends on %(day)s. Up to that day it goes on.") % {
        "day": day(case.planned_end)
    }


def stages(case, now: datetime) -> list[Stage]:
    """The spine of the journey, and any other step the case has been through, in their order."""
    been: dict[str, list] = {}
    for visit in case.visits.order_by("seq"):
        been.setdefault(visit.step, []).append(visit)
    order, aims = (
        list(journey.STEPS),
        Target.all_for(case.council_id, list(journey.STEPS), dates.today()),
    )
    here = order.index(case.step)
    found = []
    for place, code in enumerate(journey.open_steps()):
        if code not in been and (code not in journey.spine() or case.step == "closed"):
            continue
        past = [_stay(v) for v in been.get(code, []) if v.left_at]
        if code == case.step:
            found.append(Stage(_title(case, code), "current", since(case, now), "; ".join(past)))
        elif place < here or case.step == "closed":
            unseen = _("Before we wrote it down here") if case.entered_running else ""
            been_there = str(journey.STEPS[code].title)
            found.append(Stage(been_there, "done", "; ".join(past) or unseen))
        else:
            usual = _("Usually up to %(days)s") % {"days": days(aims[code])} if aims[code] else ""
            found.append(Stage(_title(case, code), "todo", usual, _running_on(case, code)))
    if case.step == "closed":
        found.append(Stage(_title(case, "closed"), "current", since(case, now)))
    return found


def _title(case, code: str) -> str:
    return step_words(case, code)[0]


def _stay(visit) -> str:
    when = span(visit.entered_at, visit.left_at)
    if not visit.days:
        return _("%(day)s, the same day") % {"day": when}
    return _("%(when)s: %(days)s") % {"when": when, "days": days(visit.days)}


def _running_on(case, code: str) -> str:
    """That the decided budget in force pays until its successor starts."""
    if code == "running" and budget_runs_on(case):
        return _("The budget that you have goes on until then.")
    return ""


def address(page: str, ref: str, move: str) -> str | None:
    """Where a move is made, or None while its page isn't there."""
    return page_of(page, ref=ref, **({"move": move} if page == "cases:act" else {}))


def page_of(name: str, *args, **kwargs) -> str | None:
    """The address of a page by its name, or None as long as nobody has written it."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return None


def buttons(reading: Reading, moves) -> tuple[list[Button], list[Button]]:
    """What the reader can do now: what the step waits for first, the rest to stand under "More".
    Asking what is happening stands beside who to talk to.
    """
    case = reading.case
    main: list[Button] = []
    more: list[Button] = []
    used = set()
    told, open_still = assessment_button(case)
    if told:
        (main if open_still else more).append(told)
    for move in moves:
        href = address(move.page, case.ref, move.name)
        if move.name in ("submit_assessment", "ask_news") or href is None or href in used:
            continue
        used.add(href)
        plan = page_of("budgets:plan", ref=case.ref) if move.name == "submit_plan" else None
        if plan:
            main.append(Button(_("Plan my support"), plan))
        text = SHARED_PAGES.get(move.page) or label_of(move, reading.roles)
        (main if move.main else more).append(Button(str(text), href))
    return main, more


def assessment_button(case) -> tuple[Button | None, bool]:
    """The way to the self-assessment, and whether it can still be filled in."""
    href = reverse("cases:assessment", kwargs={"ref": case.ref})
    states = set(case.assessments.values_list("state", flat=True))
    if "draft" in states:
        return Button(_("Go on telling us about your life"), href), True
    answers = journey.STEPS[case.step].answers
    if answers == "again" or (answers == "first" and not states):
        return Button(_("Tell us about your life"), href), True
    return (Button(_("Read what you told us"), href) if states else None), False


def letters(case, entries: list[Entry]) -> list[tuple[str, str, str, str]]:
    """(day and what, address, how it was told, address as PDF) of every letter to the person, the
    newest first. Two of one day and title have their times.
    """
    rows = Message.objects.filter(case=case, to_person_id=case.person_id, event__isnull=False)
    told = {m[0]: m[1:] for m in rows.values_list("event__seq", "channel", "state", "sent_at")}
    written = [entry for entry in entries if entry.letter]
    alike = Counter((day(entry.when), title_of(entry.verb)) for entry in written)
    found = []
    for entry in written:
        on, title = day(entry.when), title_of(entry.verb)
        if alike[on, title] > 1:
            on += f", {entry.when.astimezone(dates.LONDON):%H:%M}"
        href = reverse("cases:letter", kwargs={"ref": case.ref, "seq": entry.seq})
        how = how_told(*told.get(entry.seq, ("", "", None)))
        pdf = reverse("cases:letter_pdf", kwargs={"ref": case.ref, "seq": entry.seq})
        found.append((f"{on}: {title}", href, how, pdf))
    return found


def how_told(channel: str, state: str, sent_at: datetime | None) -> str:
    """How the person was told that a letter is there; nothing where that is not known."""
    if sent_at and channel in TOLD:
        return TOLD[channel] % {"day": day(sent_at)}
    return str(WAITING.get(channel, "")) if state == "waiting" else ""
