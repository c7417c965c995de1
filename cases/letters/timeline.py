"""What happened, in plain words: the sentence of an event, the timeline, and what a letter takes
from both.

Reading only. A note or a free-text fact is given out only where the reader's roles may read its
body's audience; a coded fact only where the reader is staff or it is one that people are told; what
is about money only to those who may read that. Not here: the letters themselves (templates.py,
compose.py), who may open a case (access.py), sending (outbox.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import access, journey
from cases.assessment import questions
from cases.assessment.answering import given_words
from cases.journey.codes import MONEY_FACTS
from cases.letters.phrases import (
    HEADINGS,
    KEPT_TO,
    LABELS,
    NOT_FOR_HELPERS,
    READERS,
    SENTENCES,
    STAFF_HEADINGS,
    STAFF_SENTENCES,
    TITLES,
    TOLD,
    WRITTEN,
    kind_owed,
)
from cases.models import Determination, Event
from cases.ui.date_words import day, last_day

# What the letter about something recorded shows, and so what its reader must be allowed to read; a
# move says it of itself (`Move.letter_reads`).
READS_OF_RECORDED = {
    "adjust_budget": "money",
    "uplift_plan": "money",
    "change_price": "money",
    "write_what_came": "money",
    "write_extra_start": "money",
    "end_extra_support": "money",
    "record_agreement": "money",
    "write_contribution": "money",
    "charge_from_earlier": "money",
    "pay_extra": "money",
    "make_suspension_good": "money",
    "send_charge": "money",
    "write_about_overpayment": "money",
    "decide_overpayment": "money",
    "decide_undercharge": "money",
    **dict.fromkeys(WRITTEN, "money"),
}

STRUCK = "struck_a_note"


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, ready to show. `letter`: there is a letter about it."""

    when: datetime
    who: str
    what: str
    note: str
    facts: list[tuple[str, str]]
    seq: int
    letter: bool
    verb: str = ""


def reader_of(roles) -> str:
    """In which voice these roles are spoken to."""
    return next((r for r in ("person", "delegate") if r in roles), "staff")


def sentence(event: Event, reader: str = "staff") -> str:
    """The event as a sentence: who, in words for their role, and what they did."""
    move = journey.MOVES.get(event.verb)
    done = (
        move.done
        if move
        else (SENTENCES | STAFF_SENTENCES).get(event.verb) or event.verb.replace("_", " ")
    )
    who = READERS[reader].get(event.role) or event.role
    if event.on_behalf_of_id and event.role not in ("person", "delegate"):
        ending = (
            _("%(who)s %(done)s on your behalf")
            if reader == "person"
            else _("%(who)s %(done)s for the person")
        )
        return ending % {"who": who, "done": done}
    return f"{who} {done}"


def timeline(case, roles) -> list[Entry]:
    """All events of a case as these roles may read them, the newest first. One query."""
    reader, heard = reader_of(roles), access.audiences(roles)
    money = bool(set(roles) & access.READS["money_words"])
    rows = list(case.events.select_related("body", "by").order_by("-seq"))
    struck = struck_notes(rows)
    if reader != "staff":
        rows = [e for e in rows if stands_in_timeline(e.verb, reader) and e.seq not in struck]
    found = [
        entry(e, reader, heard, may_read_letter(e.verb, roles), money)
        for e in rows
        if hears(e.verb, roles)
    ]
    return [as_struck(one) if one.seq in struck else one for one in found]


def struck_notes(events: Iterable[Event]) -> set[int]:
    """The places of the notes that these events strike: nobody but staff reads them any more."""
    return {event.codes["struck"] for event in events if event.verb == STRUCK}


def as_struck(one: Entry) -> Entry:
    """The line of a note that does not count any more."""
    return replace(one, what=_("%(what)s (struck: it does not count)") % {"what": one.what})


def hears(verb: str, roles) -> bool:
    """May these roles know that this happened at all?"""
    return verb not in KEPT_TO or bool(set(roles) & access.READS[KEPT_TO[verb]])


def stands_in_timeline(verb: str, reader: str) -> bool:
    """Does this verb stand in the timeline of the person or of a helper?"""
    return has_words(verb) and not (reader == "delegate" and verb in NOT_FOR_HELPERS)


def has_words(verb: str) -> bool:
    """Is this verb one with words for people?"""
    return verb in journey.MOVES or verb in SENTENCES


def entry(
    event: Event, reader: str, heard: set[str], letter: bool = False, money: bool = True
) -> Entry:
    """One event for one kind of reader, whose roles may read the audiences `heard`; `letter`: and
    the letter about it; `money`: and what is said of money.
    """
    if not money and event.verb in journey.money_verbs():
        heard = set()
    body = getattr(event, "body", None) if event.body_hash else None
    note = ""
    hidden = frozenset() if money else MONEY_FACTS
    facts = coded(event, reader, heard, hidden)
    if body is not None and body.audience in heard:
        note = body.note
        facts += [
            (heading(event.verb, n, reader), words)
            for n, words in body.facts.items()
            if n not in hidden
        ]
    role = READERS[reader].get(event.role) or event.role
    who = f"{event.by}, {role}" if reader == "staff" and event.by else str(role)
    return Entry(
        when=event.at,
        who=who,
        what=sentence(event, reader),
        note=note,
        facts=facts,
        seq=event.seq,
        letter=letter,
        verb=event.verb,
    )


def heading(verb: str, name: str, reader: str) -> str:
    """What stands before a fact: the question itself for staff, plain words for people."""
    if reader != "staff" and name in HEADINGS:
        return str(HEADINGS[name])
    if (verb, name) in STAFF_HEADINGS:
        return str(STAFF_HEADINGS[verb, name])
    asks = {a.name: a for a in journey.MOVES[verb].asks} if verb in journey.MOVES else {}
    return (
        str(asks[name].label)
        if name in asks
        else str(HEADINGS.get(name, name.replace("_", " ").capitalize()))
    )


def coded(
    event: Event, reader: str, heard: set[str], hidden: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """The coded facts that this reader may be told, as (heading, words)."""
    move = journey.MOVES.get(event.verb)
    found = [given_words(event)] if "given" in event.codes else []
    if move is None or (reader != "staff" and move.audience not in heard):
        return found
    for ask in move.asks:
        if ask.kind == "text" or ask.name in hidden or ask.name not in event.codes:
            continue
        if reader != "staff" and ask.name not in TOLD:
            continue
        found.append(
            (heading(event.verb, ask.name, reader), coded_answer(ask, event.codes[ask.name]))
        )
    for name in move.keeps:
        if name in event.codes and name in (TOLD if reader != "staff" else TOLD | {"mode"}):
            value = event.codes[name]
            words = (
                journey.MODES.get(value)
                if name == "mode"
                else day(date.fromisoformat(str(value)[:10]))
            )
            found.append((heading(event.verb, name, reader), str(words or value)))
    return found


def coded_answer(ask: journey.Ask, value: Any) -> str:
    """A coded answer as people read it."""
    if ask.kind == "choice":
        return str(ask.choices.get(value, value))
    if ask.kind == "yesno":
        return _("Yes") if value in (True, "yes", "True") else _("No")
    if ask.kind == "date":
        return day(date.fromisoformat(str(value)[:10]))
    return f"£{value}" if ask.kind == "money" else str(value)


def has_letter(verb: str) -> bool:
    """Is the person told of it in writing, or may keep in writing that they did it?"""
    if verb in journey.MOVES:
        return bool(journey.MOVES[verb].letter) or "person" in journey.MOVES[verb].tell
    return verb in WRITTEN or bool(kind_owed(verb))


def letter_reads(verb: str) -> str:
    """The group of `access.READS` that a letter about this verb shows."""
    if verb in journey.MOVES:
        return journey.MOVES[verb].letter_reads
    words = "money_words" if verb in journey.money_verbs() else "timeline"
    return READS_OF_RECORDED.get(verb, words)


def may_read_letter(verb: str, roles) -> bool:
    """Is there a letter about this, and do these roles read what stands in it?"""
    return has_letter(verb) and bool(set(roles) & access.READS[letter_reads(verb)])


def assessment_letter(reading: access.Reading) -> str:
    """The address of the letter about what was sent last, as PDF to keep; "" for who may not read
    it.
    """
    case = reading.case
    seq = (
        case.events.filter(verb="submit_assessment")
        .order_by("-seq")
        .values_list("seq", flat=True)
        .first()
    )
    may = seq and may_read_letter("submit_assessment", reading.roles)
    return reverse("cases:letter_pdf", args=[case.ref, seq]) if may else ""


def title_of(verb: str) -> str:
    """The title of the letter about a verb."""
    if verb in TITLES:
        return str(TITLES[verb])
    done = str(journey.MOVES[verb].done)
    return done[:1].upper() + done[1:]


def budget_runs_on(case) -> bool:
    """Does the decided budget go on until its successor starts? What ended with the case does
    not begin again.
    """
    if case.cycle == "first":
        return False
    verbs = ("start_budget", journey.ENTER, "reopen")
    last = case.events.filter(verb__in=verbs).order_by("-seq").first()
    return last is not None and last.verb != "reopen"


def step_words(case, code: str) -> tuple[str, str]:
    """(title, what is there at its end) of a step, as the person reads them in this case."""
    step = journey.STEPS[code]
    if step.title_of_change and budget_runs_on(case):
        return str(step.title_of_change), str(step.has_of_change)
    return str(step.title), str(step.has)


def changes_support(event: Event) -> bool:
    """Was a plan agreed by this event while the budget before it runs on?"""
    move = journey.MOVES.get(event.verb)
    return move is not None and move.support == "agreed" and budget_runs_on(event.case)


def what_next(event: Event) -> list[str]:
    """Where the case went, whose turn it became and by when, as this event fixed it."""
    codes = event.codes
    if codes.get("to") == codes.get("from") or codes.get("to") in (None, "closed"):
        return []
    found = [_("Now: %(step)s.") % {"step": step_words(event.case, codes["to"])[0]}]
    if codes.get("turn") == "person":
        found.append(
            _("It is your turn. Take the time you need, and ask us for help when you want it.")
        )
    elif codes.get("turn") not in (None, "nobody"):
        found.append(
            _("We are waiting for %(who)s, not for you.") % {"who": journey.TURNS[codes["turn"]]}
        )
    if codes.get("due_at") and codes.get("turn") != "person":
        found.append(_("We aim to have done this by %(day)s.") % {"day": last_day(codes["due_at"])})
    return found


def label_of(move: journey.Move, roles: Any) -> str:
    """What a move is called to somebody with these roles."""
    reader = "staff" if reader_of(roles) == "staff" else "person"
    return str(LABELS[reader].get(move.name, move.label))


def findings(case, decided: Determination | None) -> list[tuple[str, str]]:
    """Outcome and what was found on it, for the outcomes that a determination marked."""
    if decided is None:
        return []
    kind = "carer" if case.kind == "carer" else "adult"
    found = []
    for outcome, finding in decided.findings.items():
        words = [str(questions.TESTS[t]) for t in finding.get("tests", []) if t in questions.TESTS]
        if finding.get("reason"):
            words.append(finding["reason"])
        if words:
            found.append(
                (str((questions.OUTCOMES[kind] | questions.BESIDE)[outcome]), ". ".join(words))
            )
    return found
