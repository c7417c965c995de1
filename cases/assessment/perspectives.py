"""Reading an assessment: the voices beside each other, what is still to be agreed. Nothing is
written here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.assessment import questions
from cases.models.asked import REPLIES
from cases.ui import date_words
from cases.ui.components import Link, Table


def missing_agreed(assessment) -> list[dict]:
    """The level questions that stand for these answers and have no agreed one: without them there
    is no figure.
    """
    voices = voices_of(assessment)
    values = voices.get("person", {}) | voices.get("agreed", {})
    return [
        q
        for q in questions.standing(assessment.form, values)
        if q["kind"] != "text" and q["id"] not in voices.get("agreed", {})
    ]


def to_agree(case, assessment) -> list[dict]:
    """What a worker agrees one by one: before the determination what is open in the person's own
    answers, which stand otherwise; after it whatever has no agreed answer. Each names its page,
    because follow-up questions repeat.
    """
    if case.step == "budget":
        found = missing_agreed(assessment)
    else:
        agreed = voices_of(assessment).get("agreed", {})
        found = [q for q, _value in open_answers(assessment) if q["id"] not in agreed]
    return [q | {"page_title": questions.page_title(case.kind, q["page"])} for q in found]


def open_answers(assessment) -> list[tuple[dict, object]]:
    """The level questions to agree at the determination, each with the person's answer to begin
    with: missing ones, the worker's own, and those the assessor sees differently. Where only a
    helper answered, theirs is put before the worker, who agrees it with the person by sending it:
    it never counts by itself.
    """
    voices = voices_of(assessment)
    own, ours, helper = (voices.get(v, {}) for v in ("person", "assessor", "helper"))
    found = []
    for q in questions.standing(assessment.form, helper | own):
        value = own.get(q["id"])
        start = helper.get(q["id"]) if value is None else value
        if q["kind"] != "text" and (
            value is None
            or value in questions.ESCAPES
            or ours.get(q["id"], value) != value
            or q.get("voice") == "worker"
        ):
            found.append((q, None if start in questions.ESCAPES else start))
    return found


def voices_of(assessment) -> dict[str, dict]:
    """voice -> question -> value."""
    found: dict[str, dict] = {}
    for answer in assessment.answers.all():
        found.setdefault(answer.voice, {})[answer.question] = answer.value
    return found


@dataclass(frozen=True)
class Words:
    """One question with what each voice said. `differs`: the assessor sees a level otherwise than
    the person. `reply`: what the person said to a difference.
    """

    question: str
    person: str
    helper: str
    assessor: str
    agreed: str
    differs: bool
    href: str
    reply: str = ""


def pages_side_by_side(case, assessment) -> list[tuple[str, list[Words]]]:
    """Page by page: the person's words and the assessor's comment beside each other, never over."""
    voices = voices_of(assessment)
    replies = dict(assessment.replies.values_list("question", "reply"))  # the last one counts
    pages: dict[str, list[Words]] = {}
    helpers = {
        a.question: a for a in assessment.answers.filter(voice="helper").select_related("by")
    }
    stands = {q["id"] for q in questions.standing(assessment.form, voices.get("person", {}))}
    for q in assessment.form:
        said = {
            v: voices.get(v, {}).get(q["id"]) for v in ("person", "helper", "assessor", "agreed")
        }
        if q["id"] not in stands and all(x is None for x in said.values()):
            continue
        words = {v: "" if x is None else questions.label(q, x) for v, x in said.items()}
        if words["helper"]:
            words["helper"] += f" ({signed(helpers[q['id']])})"
        differs = q["kind"] != "text" and None not in (said["person"], said["assessor"])
        href = reverse("cases:comment", args=[case.ref, q["id"]])
        line = Words(
            q["text"],
            words["person"],
            words["helper"],
            words["assessor"],
            words["agreed"],
            differs and said["person"] != said["assessor"],
            href,
            str(REPLIES.get(replies.get(q["id"], ""), "")),
        )
        pages.setdefault(q["page"], []).append(line)
    return [(questions.page_title(case.kind, page), lines) for page, lines in pages.items()]


def signed(answer) -> str:
    """Who gave an answer and when, for those who may know who helps."""
    return f"{answer.by or _('a helper')}, {date_words.day(answer.at)}"


def tables(case, assessment, may_comment: bool) -> list[Table]:
    """`tracker_places` as a table a page, with the way to the comment for those who may write
    one.
    """
    head = [_("Question"), _("The person"), _("We"), _("Agreed")] + (
        [_("Our comment")] if may_comment else []
    )
    found = []
    for title, lines in pages_side_by_side(case, assessment):
        cells = [
            [x.question, _theirs(x), _ours(x), x.agreed, *([_edit_link(x)] if may_comment else [])]
            for x in lines
        ]
        found.append(Table(title, head, cells))
    return found


def _theirs(line: Words) -> str:
    helper = _("Their helper: %(words)s") % {"words": line.helper} if line.helper else ""
    reply = _("To our answer: %(words)s") % {"words": line.reply} if line.reply else ""
    return "\n".join(filter(None, [line.person, helper, reply])) or _("No answer")


def _ours(line: Words) -> str:
    return (
        _("Seen differently: %(words)s") % {"words": line.assessor}
        if line.differs
        else line.assessor
    )


def _edit_link(line: Words) -> Link:
    return Link(_("Change") if line.assessor else _("Comment"), line.href, hidden=line.question)


def outcome_groups(case, assessment, form) -> list[dict]:
    """Each outcome of the law with what the person and the assessor said on its page, and its
    fields.
    """
    said: dict[str, Sequence[Words]] = dict.fromkeys(questions.OUTCOMES[form.kind], ())
    if assessment:
        titles = {questions.page_title(case.kind, page): page for page in said}
        said |= {
            titles[title]: lines
            for title, lines in pages_side_by_side(case, assessment)
            if title in titles
        }
    return [
        {"code": code, "title": title, "tests": tests, "reason": reason, "words": said[code]}
        for code, title, tests, reason in form.outcomes()
    ]


def answers_line(case) -> str:
    """What there is to read of the assessment."""
    sent = case.assessments.order_by("-number").first()
    if sent is None:
        return _("Nothing has been filled in yet.")
    if sent.state == "draft":
        return _("Being filled in since %(day)s.") % {"day": date_words.day(sent.started_at)}
    return _("Sent on %(day)s.") % {"day": date_words.day(sent.submitted_at)}
