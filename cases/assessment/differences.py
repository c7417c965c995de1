"""Where the voices differ: what the person, their helper and the assessor answered to the same
question, and what the person says to it. Each stays as it is; agreeing with another answer changes
none of them.

Not here: all answers beside each other (`perspectives`), keeping an answer (`actions.save_answer`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access, journey
from cases.access import Reading
from cases.assessment import answering, questions
from cases.common.refusals import NotYet, Stale
from cases.models import Answer, Case, Person, SelfAssessment, User, VoiceReply
from cases.models.asked import REPLIES
from cases.ui.date_words import day

VOICES = ("person", "helper", "assessor")


@dataclass(frozen=True)
class Difference:
    """One question on which not all said the same. `reply`: what the person said to it, and when;
    "" without one. `newer`: the council changed its answer after that. `version`: of the answer
    that a reply is against.
    """

    question: str
    text: str
    page: str
    said: list[tuple[str, str]]
    reply: str
    words: str
    newer: bool
    version: int

    @property
    def open(self) -> bool:
        return not self.reply or self.newer


def differences_in(reading: Reading, assessment: SelfAssessment | None) -> list[Difference]:
    """Every difference of an assessment, in the order of the form. Three queries."""
    if assessment is None:
        return []
    answers: dict[str, dict[str, Answer]] = {}
    for row in assessment.answers.filter(voice__in=VOICES).select_related("by"):
        if row.value not in (None, ""):
            answers.setdefault(row.question, {})[row.voice] = row
    replies = {r.question: r for r in assessment.replies.select_related("event__body")}
    specs = [q for q in assessment.form if differ(answers.get(q["id"], {}))]
    return [_difference(reading, q, answers[q["id"]], replies.get(q["id"])) for q in specs]


def differ(said: dict[str, Answer]) -> bool:
    """Did at least two speak, and not say the same?"""
    values = [row.value for row in said.values()]
    return len(values) > 1 and any(value != values[0] for value in values)


def against(said: dict[str, Answer]) -> int:
    other = said.get("assessor") or said.get("helper")
    return other.version if other else 0


def _difference(reading: Reading, spec, said, reply) -> Difference:
    words = []
    for voice in VOICES:
        if voice in said:
            row = said[voice]
            words.append((_who(reading, voice, row), questions.label(spec, row.value)))
    body = getattr(reply.event, "body", None) if reply else None
    answered = ""
    if reply:
        answered = _("%(reply)s (%(day)s)") % {
            "reply": REPLIES[reply.reply],
            "day": day(reply.event.at),
        }
    return Difference(
        spec["id"],
        spec["text"],
        questions.page_title(reading.case.kind, spec["page"]),
        words,
        answered,
        body.note if body and body.audience in access.audiences(reading.roles) else "",
        bool(reply and reply.against != against(said)),
        against(said),
    )


def _who(reading: Reading, voice: str, row: Answer) -> str:
    """Who gave this answer, and when: the helper by name, the council by its role."""
    when = {"day": day(row.at)}
    if voice == "helper" and row.by:
        return _("%(who)s, who helps, on %(day)s") % (when | {"who": row.by})
    if voice == "helper":
        return _("A helper, on %(day)s") % when
    if voice == "assessor":
        return _("The council, on %(day)s") % when
    taken = row.by_id is not None and row.by_id not in {r.user_id for r in reading.people}
    if taken:
        return _("The person, written down by the council on %(day)s") % when
    return _("The person, on %(day)s") % when


def reply_to(
    *,
    case: Case,
    by: User,
    question: str,
    reply: str,
    words: str = "",
    seen: int | None = None,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> VoiceReply:
    """The person's word on one difference: keep mine, agree with the other, or a comment. No answer
    is changed by it.

    `seen`: the version replied to. Raises Stale when the council wrote otherwise meanwhile.
    """
    _may_reply(case, by, on_behalf_of)
    if reply not in REPLIES:
        raise NotYet(_("Choose one of the answers."), field="reply")
    if reply == "comment" and not words.strip():
        raise NotYet(_("Write what you want to say."), field="words")
    with transaction.atomic():
        case.hold()
        sent = answering.last_sent(case)
        said = _said(sent, question) if sent else {}
        if sent is None or not differ(said):
            raise NotYet(_("There is no difference here any more."))
        if seen is not None and seen != against(said):
            raise Stale(_("The other answer has changed while this page was open. Read it first."))
        event = case.record(
            "answered_a_difference",
            by=by,
            note=words.strip(),
            at=at,
            audience="helper",
            on_behalf_of=on_behalf_of,
            question=question,
            reply=reply,
        )
        return VoiceReply.objects.create(
            assessment=sent, question=question, reply=reply, against=against(said), event=event
        )


def _may_reply(case: Case, by: User, on_behalf_of: Person | None) -> None:
    roles = access.roles_of(case, by)
    if not ("person" in roles or (on_behalf_of is not None and roles & journey.ANYONE_STAFF)):
        raise NotYet(
            _("Only the person, or a worker for them, says which answer is right for them.")
        )


def _said(assessment: SelfAssessment, question: str) -> dict[str, Any]:
    rows = assessment.answers.filter(question=question, voice__in=VOICES)
    return {row.voice: row for row in rows if row.value not in (None, "")}
