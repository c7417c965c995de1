"""Letters: written once from what stands at the step that owes them, kept, and read again
unchanged.

A letter's content is data: letterhead, blocks of words, facts in easy words. Every format (page,
large print, easy read, text to listen to, tagged PDF) is made of the same content. What is about
somebody's own words carries who may hear them (`for`), so a helper reads the same letter without
what is the person's alone; what is about money carries which readers it is for (`reads`). See
docs/adr/0019. Not here: the words (templates.py), the PDF (pdf.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases import access, journey
from cases.access import Reading
from cases.assessment import questions
from cases.common import dates
from cases.council import contact_details
from cases.journey import hooks
from cases.letters import timeline
from cases.letters.phrases import OTHER_FORMATS, OWED, READERS, WRITTEN
from cases.letters.templates import CHALLENGE, EASY_CHALLENGE, Words, words_for
from cases.models import Answer, Case, Determination, Event, Letter, SelfAssessment
from cases.models.case import letter_digest
from cases.ui import date_words

VERSION = 1
TELLING = WRITTEN | {"ask_for_support"}  # verbs beside the journey that tell the person themselves
HEARD = {"person", "helper"}  # whose words a letter to the person may carry
# How people take in information -> the format in which a letter opens first.
FIRST = {"large_print": "large", "easy_read": "easy", "audio": "audio"}
FORMATS = ("print", "large", "easy", "audio")
EASY_LINES = 3  # of one row: as many payments as a letter lists
A_DAY = re.compile(r"\b\d{1,2} [^\W\d]+ \d{4}\b")  # as `date_words.day` writes it


@dataclass(frozen=True)
class Written:
    """A letter for one reader: `content` holds only what they may read. `figure_cache`: it is the
    letter as first written.
    """

    event: Event
    content: dict[str, Any]
    kept: bool

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return self.content["blocks"]


@hooks.after(*sorted(OWED))
def write_owed_letter(*, case: Case, event: Event, **_rest: Any) -> None:
    """Write the letter that this event owes, in its transaction: one statement, whatever happens to
    it later.
    """
    content = compose(case, event)
    Letter.objects.create(
        event=event, case_id=case.pk, content=content, digest=letter_digest(event, content)
    )
    if (
        event.verb not in journey.MOVES and event.verb not in TELLING
    ):  # what is only recorded tells nobody
        case._tell(("person",), event, access.representations(case.person_id))


def letter_for(case: Case, seq: int, roles: Any) -> Written | None:
    """The letter about one event as these roles may read it, or None where there is none for
    them.
    """
    event = case.events.select_related("body", "letter").filter(seq=seq).first()
    if event is None or not timeline.may_read_letter(event.verb, roles):
        return None
    kept = getattr(event, "letter", None)
    content = dict(kept.content) if kept else compose(case, event)
    heard, money = access.audiences(roles), bool(set(roles) & access.READS["money_words"])
    blocks = [
        b
        for b in content["blocks"]
        if b.get("for", "helper") in heard and (money or "reads" not in b)
    ]
    unread = tuple(
        f"{row[0]}:" for b in content["blocks"] if b not in blocks for row in b.get("rows", ())
    )
    content["easy"] = [
        line
        for line in content["easy"]
        if not line[1].startswith(unread) and (money or "£" not in line[1])
    ]
    content["blocks"] = [found for b in blocks for found in _expanded(b)]
    content["address"] = content["address"] if set(roles) & access.READS["contact"] else ""
    return Written(event, content, kept is not None)


def compose(case: Case, event: Event) -> dict[str, Any]:
    """The content of a letter about an event from what stands now, written to the person whoever
    reads it.
    """
    to = "changed" if timeline.changes_support(event) else event.codes.get("to", "")
    council, person, words = case.council, case.person, words_for(event.verb, to)
    facts = {
        "on": date_words.day(event.at),
        "who": str(READERS["person"].get(event.role, "")),
        "worker": str(case.worker or ""),
    } | contact_details.contact_for(council).facts
    money = extra_lines(event)
    coming = [*timeline.what_next(event), *comes_of(event)]
    head = sender(council) | {"worker": facts["worker"]}
    return head | {
        "version": VERSION,
        "verb": event.verb,
        "ref": case.ref,
        "title": timeline.title_of(event.verb),
        "written": facts["on"],
        "on": dates.london_date(event.at).isoformat(),
        "name": person.name,
        "address": person.address,
        "council": council.name,
        "colour": council.colour,
        "dear": _("Dear %(name)s,") % {"name": person.name},
        "closing": closing(head),
        "blocks": [
            *_opening(words, facts, event, money),
            *_said(case, event, words),
            *_after(words, coming, facts),
        ],
        "easy": _easy(words, facts, [*money, *_told_rows(event)], coming),
    }


def sender(council: Any) -> dict[str, str]:
    """How to reach the council as it stands when the letter is written."""
    found = contact_details.contact_for(council)
    return {
        "phone": found.phone,
        "relay": found.relay,
        "hours": found.hours,
        "when": found.when,
        "council_address": found.address,
    }


def extra_lines(event: Event) -> list[list[str]]:
    """What another app adds to the letter, such as the money."""
    source = hooks.TOLD.get(event.verb)
    return [[str(words), str(value)] for words, value in source(event)] if source else []


def comes_of(event: Event) -> list[str]:
    """What another app says of what happens next."""
    source = hooks.COMES.get(event.verb)
    return [str(sentence) for sentence in source(event)] if source else []


def _opening(words: Words, facts: dict, event: Event, money: list) -> Iterator[dict]:
    if words.sentence:
        yield {"kind": "p", "text": timeline.sentence(event, "person") + "."}
    yield from ({"kind": "p", "text": str(text) % facts} for text in words.first)
    if event.verb == "triage" and facts["worker"]:
        yield {"kind": "p", "text": _("Your social worker is %(worker)s.") % facts}
    if money:
        yield {"kind": "rows", "rows": money, "reads": "money_words"}


def _said(case: Case, event: Event, words: Words) -> Iterator[dict]:
    """What was written and coded: each piece with who may hear it; the determination in place of
    its note.
    """
    if "determination" in event.codes:
        yield from _decided(case, event, words)
        return
    if "assessment" in event.codes and event.verb == "submit_assessment":
        yield {
            "kind": "answers",
            "assessment": event.codes["assessment"],
            "carer": case.kind == "carer",
        }
    body = getattr(event, "body", None) if event.body_hash else None
    audience = body.audience if body else "helper"
    if event.body_hash and body is None:
        yield {
            "kind": "p",
            "text": _(
                "Some words of this letter were deleted, as the law on keeping records asks."
            ),
        }
    told_to_person = timeline.entry(event, "person", HEARD)
    if told_to_person.note:
        yield {"kind": "h", "text": str(words.said), "for": audience}
        yield {"kind": "said", "text": told_to_person.note, "for": audience}
    rows = _told_rows(event)
    if rows:
        yield {"kind": "rows", "rows": rows, "for": audience}


def _told_rows(event: Event) -> list[list[str]]:
    """What was coded, as the person reads it; of a determination its own words are told."""
    if "determination" in event.codes:
        return []
    return [[str(k), str(v)] for k, v in timeline.entry(event, "person", HEARD).facts]


def _decided(case: Case, event: Event, words: Words) -> Iterator[dict]:
    decided = Determination.objects.filter(case_id=case.pk, pk=event.codes["determination"]).first()
    if decided is None:
        return
    yield {"kind": "h", "text": str(words.said)}
    yield {"kind": "said", "text": decided.reasons}
    found = [list(pair) for pair in timeline.findings(case, decided)]
    if found:
        yield {"kind": "h", "text": _("What we found, one by one")}
        yield {"kind": "rows", "rows": found}
    if decided.advice:
        yield {"kind": "h", "text": _("Our advice")}
        yield {"kind": "said", "text": decided.advice}


def _after(words: Words, coming: list[str], facts: dict) -> Iterator[dict]:
    if coming or words.next:
        yield {"kind": "h", "text": _("What happens next")}
    yield from (
        {"kind": "p", "text": text} for text in (*coming, *(str(w) % facts for w in words.next))
    )
    yield from ({"kind": "p", "text": str(text) % facts} for text in words.after)
    if words.challenge:
        heading, ways, last = CHALLENGE
        yield {"kind": "h", "text": str(heading)}
        yield {"kind": "list", "items": [str(way) for way in ways]}
        yield {"kind": "p", "text": str(last)}


def _easy(words: Words, facts: dict, rows: list, coming: list[str]) -> list[list[str]]:
    """(picture, short sentence) of the key facts: what it is, its sums and days, what the whole
    letter says besides, whom to phone.
    """
    easy = [[picture, str(text) % facts] for picture, text in words.easy]
    last = [line for n, line in enumerate(easy) if n and line[0] in ("letter", "phone")]
    found = [line for line in easy if line not in last]
    found += [fact for row in rows for fact in _easy_facts(*row)]
    found += [["calendar", text] for text in coming]
    found += last
    if words.challenge:
        found.append(["question", str(EASY_CHALLENGE)])
    return found


def _easy_facts(words: str, value: str) -> list[list[str]]:
    """The sums and days of a row of the letter, one in a line. A longer list, such as how a sum was
    worked out, is in the whole letter only.
    """
    lines = value.split("\n")
    return [
        ["money" if "£" in line else "calendar", f"{words}: {line.rstrip('.')}."]
        for line in lines
        if len(lines) <= EASY_LINES and ("£" in line or A_DAY.search(line))
    ]


def _expanded(block: dict) -> Iterator[dict]:
    """The answers of an assessment stand frozen in their own rows; every other block is as it was
    written.
    """
    if block["kind"] != "answers":
        yield block
        return
    sent = SelfAssessment.objects.filter(pk=block["assessment"], state="submitted").first()
    if sent is None:
        return
    voices: dict[str, dict[str, Any]] = {"person": {}, "helper": {}}
    rows = Answer.objects.filter(assessment=sent, voice__in=list(voices)).values_list(
        "voice", "question", "value"
    )
    for voice, question, value in rows:
        voices[voice][question] = value
    page = ""
    for q in questions.questions_for_person(sent.form, voices["helper"] | voices["person"]):
        if q["page"] != page:
            page = q["page"]
            yield {
                "kind": "h",
                "text": questions.page_title("carer" if block["carer"] else "adult", page),
            }
        yield {"kind": "rows", "rows": [[q["text"], _answer(q, voices)]]}


def _answer(question: dict, voices: dict[str, dict[str, Any]]) -> str:
    own, helper = (voices[v].get(question["id"], "") for v in ("person", "helper"))
    said = [questions.label(question, own)] if own != "" else []
    if helper != "":
        said.append(_("Your helper: %(words)s") % {"words": questions.label(question, helper)})
    return "\n".join(said) or _("No answer. That is all right.")


def closing(content: dict[str, Any]) -> list[str]:
    """How to reach the council and to have the letter in another way: at the end of every
    format.
    """
    talk = (
        [_("Your social worker is %(name)s.") % {"name": content["worker"]}]
        if content["worker"]
        else []
    )
    if content["phone"]:
        talk += [_("Phone %(phone)s and give your reference.") % content, content["when"]]
    elif content["council_address"]:
        talk.append(_("Write to the address of this letter and give your reference."))
    else:
        talk.append(_("Get in touch with us and give your reference."))
    if content["relay"]:
        talk.append(_("Text relay: %(relay)s.") % content)
    return [" ".join(filter(None, talk)), other_formats(content)]


def other_formats(content: dict[str, Any]) -> str:
    """The slot for every other need: a language, Braille, a call."""
    words = _(
        "You can have this letter in large print, in easy read or as text to listen to. If "
        "you want it in "
        "another language, in Braille, in British Sign Language or read out to you, tell us."
    )
    return words + (" " + _("Phone %(phone)s.") % content if content["phone"] else "")


def format_for(person: Any, wanted: str = "") -> str:
    """The format in which a letter opens: the one asked for, else the one recorded as the person's
    need.
    """
    return wanted if wanted in FORMATS else FIRST.get(person.communication, "print")


def needs_line(reading: Reading) -> str:
    """What the letter says of needs that no format here meets, as recorded today; not for who may
    not read them.
    """
    case = reading.case
    if not reading.sees("contact"):
        return ""
    found = [str(OTHER_FORMATS.get(case.person.communication, ""))]
    if case.person.language:
        words = _(
            "You told us about your language: %(language)s. Tell us, and we will go through "
            "this letter with you."
        )
        found.append(words % {"language": case.person.language})
    return " ".join(filter(None, found))


def lines(content: dict[str, Any]) -> list[str]:
    """The letter as sentences in their order, for text that is read out: no columns, the reference
    letter by letter.
    """
    found = [
        content["council"],
        content["written"],
        _("Your reference:") + " " + " ".join(content["ref"]),
        content["title"] + ".",
        content["dear"],
    ]
    for block in content["blocks"]:
        found += _spoken(block)
    return [*found, _("If you want to talk to us") + ":", *content["closing"], content["council"]]


def _spoken(block: dict) -> list[str]:
    if block["kind"] == "rows":
        return [line for words, value in block["rows"] for line in _spoken_row(words, value)]
    if block["kind"] == "list":
        return [f"{n}. {text}" for n, text in enumerate(block["items"], 1)]
    if block["kind"] == "h":
        return [block["text"] + ":"]
    return block["text"].splitlines()


def _spoken_row(words: str, value: str) -> list[str]:
    """In one breath; where there is more than one line, each is a sentence of its own."""
    said = value.splitlines()
    return [f"{words}: {value}"] if len(said) < 2 else [f"{words}:", *said]
