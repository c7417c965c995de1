"""What this app holds about somebody, model by model, for the copy of everything
(`subject_access`).
"""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.assessment import questions
from cases.danger import reports
from cases.letters import timeline
from cases.letters.phrases import NOT_FOR_HELPERS
from cases.letters.phrases import OWN as OWN_LINES
from cases.models import Answer, CaseLink, User
from cases.records import access_log
from cases.records.subject_access import OWN, Cell, Reader, Row, give, keep_back, needs, plain

HASHES = ("hash", "previous", "body_hash")
KEYS = (
    "token",
    "dedupe_key",
    "last_error",
    "claimed_until",
    "attempts",
    "not_before",
    "again_at",
    "tried_since",
)
GROUPS = ("need_group", "age_band")


def _told(rows, reader: Reader, verb: str = "verb"):
    """The events whose lines this reader meets in the timeline."""
    known = [
        v
        for v in rows.model.objects.filter(case=reader.case).values_list(verb, flat=True).distinct()
        if _meets(v, reader)
    ]
    # a note that was struck may be about somebody else
    struck = reader.case.events.filter(verb=timeline.STRUCK).values_list("codes__struck", flat=True)
    place = verb.replace("verb", "seq")
    return rows.filter(**{f"{verb}__in": known}).exclude(**{f"{place}__in": list(struck)})


def _meets(verb: str, reader: Reader) -> bool:
    if reader.helper:
        told = timeline.stands_in_timeline(verb, "delegate") and verb not in NOT_FOR_HELPERS
        return told and timeline.hears(verb, reader.roles)
    return timeline.stands_in_timeline(verb, "person") or verb in OWN_LINES


def _sentence(event, reader: Reader) -> str:
    voice = "delegate" if reader.helper else "person"
    if event.verb in OWN_LINES:
        return str(OWN_LINES[event.verb]) % {
            "who": timeline.READERS[voice].get(event.role) or event.role
        }
    return timeline.sentence(event, voice)


def _codes(event, reader: Reader) -> str:
    voice = "delegate" if reader.helper else "person"
    return "\n".join(
        f"{heading}: {words}" for heading, words in timeline.coded(event, voice, reader.heard)
    )


@needs("event__by")
def _of_event(row, reader: Reader) -> str:
    return f"{row.event.seq}. {_sentence(row.event, reader)}"


@needs("event__body")
def _of_danger(row, reader: Reader) -> str:
    """What the person said with it, or agreed on the telephone. What somebody else said is in no
    copy (`left_out`).
    """
    return "\n".join(words for words in reports.words_of(row.event).values() if words)


def _bodies(rows, reader: Reader):
    mine = Q(
        audience=reports.AUDIENCE, event__verb="ask_for_support", event__role="person"
    )  # own words, with a tick
    heard = Q(audience__in=reader.heard)
    return _told(rows, reader, "event__verb").filter(heard if reader.helper else heard | mine)


def _letters(rows, reader: Reader):
    found = _told(rows, reader, "event__verb")
    verbs = [
        v
        for v in rows.values_list("event__verb", flat=True).distinct()
        if timeline.may_read_letter(v, reader.roles)
    ]
    return found.filter(event__verb__in=verbs)


def _letter(row, reader: Reader) -> str:
    """A letter as text; the answers that some hold stand among the answers."""
    found = [row.content["title"], row.content["dear"]]
    for block in row.content["blocks"]:
        if block.get("for", "helper") in reader.heard and block["kind"] != "answers":
            rows = [f"{words}: {value}" for words, value in block.get("rows", ())]
            found += [
                *filter(None, [block.get("text", "")]),
                *map(str, block.get("items", ())),
                *rows,
            ]
    return "\n".join([*found, *row.content["closing"]])


@needs("assessment")
def _question(row, reader: Reader) -> str:
    return next((q["text"] for q in row.assessment.form if q["id"] == row.question), row.question)


@needs("assessment")
def _value(row, reader: Reader) -> str:
    spec = next((q for q in row.assessment.form if q["id"] == row.question), None)
    return questions.label(spec, row.value) if spec else str(row.value)


def _findings(row, reader: Reader) -> str:
    return "\n".join(
        f"{outcome}: {words}" for outcome, words in timeline.findings(reader.case, row)
    )


def _no_drafts(rows, reader: Reader):
    """A colleague who makes the copy reads no draft by it."""
    state = "assessment__state" if rows.model is Answer else "state"
    return rows.filter(**{state: "submitted"}) if reader.by_staff else rows


def _theirs(rows, reader: Reader):
    return rows.filter(to_person_id=reader.case.person_id)


def _helpers(rows, reader: Reader):
    return rows.filter(Q(kind="self") | Q(about__in=("", reader.case.kind)))


def _own_sign_in(rows, reader: Reader):
    own = [r.user_id for r in reader.reading.people if r.kind == "self"]
    return rows.filter(**{"pk__in" if rows.model is User else "user__in": own}).distinct()


def _looked(reader: Reader) -> list[Row]:
    """Day, role, team and how often, as on the page of who looked: withheld openings are not among
    them.
    """
    table = access_log.table(reader.case, list(access_log.openings(reader.case, False)), False)
    names = ("day", "role", "team", "times")
    return [
        Row(
            n,
            [
                Cell(*cell)
                for cell in zip(names, map(str, table.head), map(str, line), strict=True)
                if cell[2]
            ],
        )
        for n, line in enumerate(table.rows, 1)
    ]


def _links(reader: Reader) -> list[Row]:
    """That the case is tied to a carer's or to that of somebody cared for; never to whose."""
    found = []
    for link in CaseLink.objects.filter(Q(carer=reader.case) | Q(cared_for=reader.case)).order_by(
        "pk"
    ):
        mine = link.carer_id == reader.case.pk
        what = (
            _("You care for somebody who has a case here")
            if mine
            else _("Somebody who cares for you has a case here")
        )
        cells = [Cell("what", _("What"), what), Cell("made_at", _("Since"), plain(link.made_at))]
        found.append(
            Row(
                link.pk,
                cells
                + ([Cell("ended_at", _("Until"), plain(link.ended_at))] if link.ended_at else []),
            )
        )
    return found


give(
    "cases.Person",
    "cases",
    gettext_lazy("Who you are and how we reach you"),
    OWN,
    leave=("name_search", "visit_risks"),  # staff's words: read first, then given,
)
give(
    "cases.User",
    "representations__person__cases",
    gettext_lazy("How you sign in"),
    OWN,
    only=_own_sign_in,
    leave=("password", "is_staff", "is_superuser", "is_active"),
)
give(
    "cases.ReturnCode",
    "user__representations__person__cases",
    gettext_lazy("Codes to come back with"),
    OWN,
    only=_own_sign_in,
    leave=("salt", "lookup", "fact"),
)
give(
    "cases.Case",
    "",
    gettext_lazy("Your case"),
    OWN,
    leave=(
        "person",
        "danger_since",
        "head_hash",
        "head_seq",
        "visit_seq",
        "seen_steps",
        "turn_days",
    ),
)
give(
    "cases.Representation",
    "person__cases",
    gettext_lazy("Who may act for you"),
    OWN,
    only=_helpers,
    others=lambda row: bool(row.words),
)
give(
    "cases.Connection",
    "case",
    gettext_lazy("Who is around you"),
    OWN,
    only=lambda rows, reader: rows.filter(keep_away=False),
    leave=("keep_away", "why"),
)
give("cases.CaseLink", "carer", gettext_lazy("Ties to the case of somebody else"), OWN, rows=_links)
give(
    "cases.SelfAssessment",
    "case",
    gettext_lazy("Your assessments"),
    "assessment",
    leave=("form", "digest"),
    only=_no_drafts,
)
give(
    "cases.Answer",
    "assessment__case",
    gettext_lazy("What was said in the assessment, by you and by others"),
    "assessment",
    words={"question": _question, "value": _value},
    only=_no_drafts,
    others=lambda row: row.voice in ("helper", "assessor"),
)
give(
    "cases.VoiceReply",
    "assessment__case",
    gettext_lazy("What you said where answers differ"),
    "assessment",
    words={"question": _question},
)
give(
    "cases.Determination",
    "case",
    gettext_lazy("Decisions on eligibility"),
    "assessment",
    words={"findings": _findings},
)
give(
    "cases.Event",
    "case",
    gettext_lazy("What happened"),
    leave=HASHES,
    words={"verb": _sentence, "codes": _codes},
    only=_told,
)
give(
    "cases.EventBody",
    "case",
    gettext_lazy("What was written about it"),
    leave=("salt",),
    words={"event": _of_event},
    only=_bodies,
    others=lambda row: row.event.role != "person" and bool(row.note),
)
give(
    "cases.Letter",
    "case",
    gettext_lazy("Letters"),
    "timeline",
    leave=("digest",),
    words={"event": _of_event, "content": _letter},
    only=_letters,
)
give(
    "cases.Asked",
    "case",
    gettext_lazy("Messages and what you asked"),
    only=lambda rows, reader: rows.filter(alone=False) if reader.helper else rows,
)
give(
    "cases.DangerReport",
    "case",
    gettext_lazy("When you told us that someone may be in danger"),
    OWN,
    only=lambda rows, reader: rows.filter(role="person"),
    leave=("due_at", "closing"),
    words={"event": _of_danger},
)
give(
    "cases.DangerCall",
    "report__case",
    gettext_lazy("Our calls about it"),
    OWN,
    only=lambda rows, reader: rows.filter(report__role="person"),
    words={"event": _of_danger},
)
keep_back("cases.DangerStep")  # which colleagues were told
give(
    "cases.Message", "case", gettext_lazy("When and how we told you"), OWN, leave=KEYS, only=_theirs
)
give(
    "cases.Visit",
    "case",
    gettext_lazy("Each step, and how long it took"),
    leave=(*GROUPS, "journey_version"),
)
give("cases.Turn", "visit__case", gettext_lazy("Whose turn it was"))
give("cases.Pause", "visit__case", gettext_lazy("Pauses, and why"))
give("cases.Clock", "case", gettext_lazy("Days by which something was due"), leave=GROUPS)
give("cases.RecordView", "case", gettext_lazy("Who opened your record"), OWN, rows=_looked)
give("cases.Disposal", "case", gettext_lazy("What was deleted, and why"))
keep_back("cases.MatchKey")  # a copy of name, numbers and address, to find them by
keep_back("cases.Nudge")  # that a reminder is due; the reminder itself is among the messages
keep_back("cases.Start")  # emptied when it became the case
keep_back("cases.Withheld")  # said of who looked
