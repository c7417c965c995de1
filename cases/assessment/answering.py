"""Filling in the self-assessment: who may answer in which voice, the parts of the form, what has
been said.

Reading only; answers are kept by `actions.save_answer`. A helper's words stand beside the person's,
never in their place. A worker who writes answers down writes in the person's voice, and only after
saying how they were given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from cases import access, journey
from cases.access import Reading
from cases.assessment import questions
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Answer, Case, Event, SelfAssessment
from cases.ui.date_words import day

HOW = journey.GIVEN
NOW = timedelta(minutes=10)  # whoever kept an answer so lately is still writing


@dataclass(frozen=True)
class Part:
    """A part of the task list: `state` is none, some or all."""

    code: str
    title: str
    example: str
    first: str
    done: int
    of: int

    @property
    def state(self) -> str:
        return "all" if self.done >= self.of else "some" if self.done else "none"


def voice_of(reading: Reading) -> str:
    """The voice in which a reader of this case answers. Raises NotYet for those who may read but
    not fill in.
    """
    if "person" in reading.roles:
        return "person"
    if "delegate" in reading.roles:
        if access.within_scope(reading.case, reading.user, reading.people, "fill"):
            return "helper"
        raise NotYet(
            _(
                "You may read this, but not fill it in. The person or their social worker "
                "can change that."
            )
        )
    if reading.roles & journey.WORKER:
        return "person"
    raise NotYet(_("Only the person, someone they chose, or their social worker fills this in."))


def may_fill(reading: Reading) -> bool:
    try:
        return bool(voice_of(reading))
    except NotYet:
        return False


def may_send(reading: Reading) -> bool:
    """May this reader send the answers, for themselves, as a helper or on the person's behalf?"""
    case = reading.case
    moves = access.moves_for(case, reading.user, reading.people) + access.behalf_moves(
        case, reading.user, reading.people
    )
    return any(m.name == "submit_assessment" for m in moves)


def draft_of(case) -> SelfAssessment | None:
    return case.assessments.filter(state="draft").first()


def closed_to_staff(reading: Reading, draft: SelfAssessment | None) -> bool:
    """Are there words of the person or a helper in this draft that the council was not asked to
    look at?
    """
    if draft is None or draft.shared_at:
        return False
    return draft.answers.filter(by__in=[r.user_id for r in reading.people]).exists()


def manner_given(case) -> str:
    """How the answers were given that somebody at the council wrote down and sent, or "" where the
    person did.
    """
    codes = (
        case.events.filter(verb="submit_assessment")
        .order_by("-seq")
        .values_list("codes", flat=True)
        .first()
        or {}
    )
    if codes.get("given") not in HOW:
        return ""
    words = {"how": HOW[codes["given"]], "day": day(date.fromisoformat(codes["given_on"]))}
    return (
        _("How the answers were given: %(how)s, %(day)s. Read back before they were sent.") % words
    )


def last_sent(case: Case) -> SelfAssessment | None:
    """The assessment the council works on: the last one sent."""
    return case.assessments.filter(state="submitted").order_by("-number").first()


def given_words(event: Event) -> tuple[str, str]:
    """How answers that somebody wrote down were given, and on what day."""
    words = {"how": journey.GIVEN.get(event.codes["given"], event.codes["given"])}
    words["day"] = day(date.fromisoformat(event.codes["given_on"]))
    return str(journey.GIVEN_HEADING), _("%(how)s, %(day)s") % words


def answers_by_voice(assessment: SelfAssessment) -> dict[str, dict[str, Answer]]:
    """Every answer of the person and their helper: voice -> question -> answer. One query."""
    found: dict[str, dict[str, Answer]] = {"person": {}, "helper": {}}
    for row in assessment.answers.filter(voice__in=list(found)).select_related("by"):
        found[row.voice][row.question] = row
    return found


def values(answers: dict[str, dict[str, Answer]], voice: str) -> dict[str, Any]:
    """What decides which questions stand: one's own answers, and where there is none the
    other's.
    """
    other = "person" if voice == "helper" else "helper"
    return {q: a.value for v in (other, voice) for q, a in answers[v].items()}


def answered(answers: dict[str, dict[str, Answer]], voice: str) -> set[str]:
    """The questions that have words in this voice; an answer taken back counts as none."""
    return {q for q, a in answers[voice].items() if a.value != ""}


def writing(reading: Reading, answers: dict[str, dict[str, Answer]], now: datetime) -> list[str]:
    """Who else is writing in this draft, told from when they last kept an answer; the latest first.
    No query.
    """
    latest: dict[int, Answer] = {}
    for row in sorted((a for said in answers.values() for a in said.values()), key=lambda a: a.at):
        if row.by_id is None or row.by_id == reading.user.pk:
            continue
        if now - row.at < NOW:
            latest[row.by_id] = row
    words = _("%(who)s is writing here now. Last saved at %(time)s.")
    return [
        words % saved_by(reading, row)
        for row in sorted(latest.values(), key=lambda a: a.at, reverse=True)
    ]


def saved_by(reading: Reading, row: Answer) -> dict[str, str]:
    """Who kept an answer and at what time. A colleague's name is for staff, and for others where it
    is the named worker's; a helper's is not for another helper.
    """
    case = reading.case
    rep = next((r for r in reading.people if r.user_id == row.by_id), None)
    who = case.person.name if rep and rep.kind == "self" else str(row.by)
    if rep is None and row.by_id != case.worker_id and not reading.roles & journey.ANYONE_STAFF:
        who = _("Somebody at the council")
    if rep and rep.kind != "self" and "delegate" in reading.roles and row.by_id != reading.user.pk:
        who = _("Another helper")
    return {"who": who, "time": f"{row.at.astimezone(dates.LONDON):%H:%M}"}


def standing(form: list[dict], known: dict[str, Any]) -> list[dict]:
    """The questions put to the person, as their answers so far make them stand."""
    return questions.questions_for_person(form, known)


def around(form: list[dict], known: dict[str, Any], current: str) -> tuple[str | None, str | None]:
    """The question before and the one after, None at the ends."""
    ids = [q["id"] for q in standing(form, known)]
    if current not in ids:
        return None, questions.after(form, known, current)
    place = ids.index(current)
    return ids[place - 1] if place else None, ids[place + 1] if place + 1 < len(ids) else None


def runs(kind: str, asked: list[dict]) -> list[tuple[str, str, list[dict]]]:
    """(page, title, questions) in the order of the form; "about" stands at both ends and is two
    parts.
    """
    found: list[tuple[str, str, list[dict]]] = []
    for spec in asked:
        if not found or found[-1][0] != spec["page"]:
            title = (
                _("Anything else")
                if found and spec["page"] == "about"
                else questions.page_title(kind, spec["page"])
            )
            found.append((spec["page"], title, []))
        found[-1][2].append(spec)
    return found


def parts(case, form: list[dict], answers: dict[str, dict[str, Answer]], voice: str) -> list[Part]:
    """The task list."""
    done = answered(answers, voice)
    found = []
    for page, title, specs in runs(case.kind, standing(form, values(answers, voice))):
        ids = [q["id"] for q in specs]
        first = next((i for i in ids if i not in done), ids[0])
        found.append(
            Part(page, title, example(case.kind, page), first, len(done & set(ids)), len(ids))
        )
    return found


def example(kind: str, page: str) -> str:
    """The example under a page's title, or nothing for the pages about the person."""
    pages = questions.PAGES["carer" if kind == "carer" else "adult"]
    return str(pages[page][1]) if page in pages else ""


def resume(form: list[dict], answers: dict[str, dict[str, Answer]], voice: str) -> str:
    """The first question without an answer, else the first."""
    ids = [q["id"] for q in standing(form, values(answers, voice))]
    done = answered(answers, voice)
    return next((i for i in ids if i not in done), ids[0])


def answer_words(spec: dict, answer: Answer | None) -> str:
    """An answer as people read it; a gap is all right."""
    if answer is None or answer.value == "":
        return _("No answer. That is all right.")
    return questions.label(spec, answer.value)


def taken_down(case) -> list[Event]:
    """Each time a worker began to write answers down, with how and when they were given; the newest
    first. One query.
    """
    return list(case.events.filter(verb="take_down").order_by("-seq"))


def written_by(reading: Reading, answer: Answer | None, taken: Sequence[Event] = ()) -> str:
    """Said where somebody at the council wrote the answer down; with how it was given, where that
    is known.
    """
    people = {r.user_id for r in reading.people}
    if answer is None or answer.by_id is None or answer.by_id in people:
        return ""
    words = _("Written down for the person by the council on %(day)s.") % {"day": day(answer.at)}
    how = next((e for e in taken if e.by_id == answer.by_id and e.at <= answer.at), None)
    return " ".join([words, ": ".join(given_words(how)) + "."]) if how else words
