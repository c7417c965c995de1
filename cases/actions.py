"""What people do here, one function per verb: keyword-only, atomic, each records its own event and
returns the thing.

Rules of money join through `hooks`; rules of who may do what stand in `access` and `journey`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import journey
from cases.assessment import questions
from cases.assessment.answering import last_sent
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.danger import reports
from cases.letters import outbox
from cases.models import (
    Answer,
    Case,
    Council,
    Determination,
    Event,
    Message,
    Person,
    Representation,
    Seat,
    SelfAssessment,
    Team,
    User,
)
from cases.models.case import canonical
from cases.models.people import age_band
from cases.resilience.reading_guard import refuse_unread


def ask_for_support(
    *,
    council: Council,
    name: str,
    kind: str,
    by: Any,
    role: str,
    channel: str,
    words: str = "",
    asker: str = "self",
    asker_email: str = "",
    born=None,
    person_fields: dict | None = None,
    need_group: str = "",
    person: Person | None = None,
    at: datetime | None = None,
    ref: str | None = None,
    danger_said: reports.SafeContact | None = None,
) -> Case:
    """Begin a case at the council's intake team. The asker's mailbox becomes a sign-in: the
    person's own for `asker` "self", where e-mail is their safe way; for "other" an unchecked helper
    who sees only their own words. `danger_said`: somebody may be in danger; then the words too are
    for those who ring, and stand nowhere else.
    """
    with transaction.atomic():
        at = at or timezone.now()
        columns = {"name": name, "born": born} | (person_fields or {})
        person = person or Person.objects.create(council=council, **columns)
        case = Case.open(
            council=council,
            person=person,
            kind=kind,
            by=by,
            role=role,
            channel=channel,
            at=at,
            note=words,
            ref=ref,
            **_intake(council, person, kind, need_group, danger_said, at),
        )
        _link_asker(case, asker, asker_email, "" if danger_said else words)
        if danger_said:
            door = reports.door_of(channel, role)
            reports.report(case=case, by=by, role=role, door=door, said=danger_said, at=at)
        return case


def _intake(council, person: Person, kind: str, need_group: str, danger_said, at) -> dict[str, Any]:
    """Where a new case begins, who reads its words, and what it is counted under."""
    return {
        "team": Team.objects.filter(council=council, intake=True).first(),
        "audience": reports.AUDIENCE if danger_said else "helper",
        "need_group": "carer" if kind == "carer" else need_group,
        "age_band": age_band(person.born, dates.london_date(at)),
    }


def _link_asker(case: Case, asker: str, asker_email: str, words: str) -> None:
    """Tie the asker's own mailbox, else the person's where they ask themselves and e-mail is safe:
    even a sign-in code gives away who writes. `words`: what others may read of it at home.
    """
    person, on = case.person, dates.london_date(case.asked_at)
    safe = person.email if person.contact_by == "email" else ""
    mailbox = asker_email or (safe if asker == "self" else "")
    if mailbox:
        link_sign_in(person=person, email=mailbox, asker=asker, words=words, on=on)


def link_sign_in(*, person: Person, email: str, asker: str, words: str, on) -> Representation:
    """Tie a mailbox to a person: whoever proves to own it by a code may sign in."""
    user = User.objects.filter(email__iexact=email).first()
    user = user or User.objects.create_user(email, name=person.name if asker == "self" else "")
    kind, scope = ("self", ["see", "fill", "send", "money"]) if asker == "self" else ("family", [])
    rep, _made = Representation.objects.get_or_create(
        user=user,
        person=person,
        valid_to=None,
        defaults={"kind": kind, "scope": scope, "words": words, "valid_from": on},
    )
    return rep


def open_assessment(*, case: Case, by: Any, at: datetime | None = None) -> SelfAssessment:
    """The case's draft assessment, begun if there is none; not once it was sent in this cycle."""
    with transaction.atomic():
        case.hold()
        draft = case.assessments.filter(state="draft").first()
        if draft:
            return draft
        last = case.assessments.order_by("-number").first()
        if case.step not in journey.answering_steps():
            raise NotYet(
                _("Your answers have been sent. Your social worker can open them again for you.")
            )
        if last and journey.STEPS[case.step].answers != "again":
            raise NotYet(_("Your answers have been sent already."))
        new = SelfAssessment.objects.create(
            case=case,
            number=(last.number if last else 0) + 1,
            form=questions.build(case),
            mode=case.mode or "own",
            questions_version=questions.VERSIONS["carer" if case.kind == "carer" else "adult"],
            started_at=at or timezone.now(),
        )
        if last:  # sent back or reassessed: what was said stays said, to be confirmed or changed
            same = questions.same_in(last.form, new.form)
            Answer.objects.bulk_create(
                Answer(
                    assessment=new,
                    question=a.question,
                    voice=a.voice,
                    value=a.value,
                    by_id=a.by_id,
                    at=a.at,
                )
                for a in last.answers.exclude(voice__in=["agreed", "assessor"])
                if a.question in same
            )
        return new


def save_answer(
    *,
    assessment: SelfAssessment,
    question: str,
    value: Any,
    voice: str,
    by: Any,
    seen: int | None = None,
    at: datetime | None = None,
) -> Answer:
    """Keep one answer in one voice. `seen`: the answer's version when the page was opened (0 = none
    yet).

    A draft's page bumps its version and writes no event. Raises NotYet for an answer that doesn't
    exist, Stale when somebody changed the same question meanwhile.
    """
    spec = next((q for q in assessment.form if q["id"] == question), None)
    if spec is None:
        raise NotYet(_("There is no such question."))
    if voice in ("person", "helper") and assessment.state != "draft":
        raise NotYet(
            _("Your answers have been sent. Your social worker can open them again for you.")
        )
    _check_value(spec, value, voice)
    with transaction.atomic():
        SelfAssessment.objects.select_for_update().values_list("pk").get(pk=assessment.pk)
        row = Answer.objects.filter(assessment=assessment, question=question, voice=voice).first()
        if row and seen is not None and seen != row.version and row.value != value:
            raise Stale(
                _("Someone changed this answer while you were writing. Yours has not replaced it."),
                changes=[
                    (spec["text"], questions.label(spec, value), questions.label(spec, row.value))
                ],
            )
        row = row or Answer(assessment=assessment, question=question, voice=voice, version=0)
        row.value, row.by, row.at, row.version = value, by, at or timezone.now(), row.version + 1
        row.save()
        SelfAssessment.objects.filter(pk=assessment.pk).update(version=F("version") + 1)
        return row


def save_answers(
    *, assessment: SelfAssessment, values: dict[str, Any], voice: str, by: Any, at=None
) -> None:
    """Keep several answers of one voice at once: what was said together is written together."""
    specs = {q["id"]: q for q in assessment.form}
    for question, value in values.items():
        if question not in specs:
            raise NotYet(_("There is no such question."))
        _check_value(specs[question], value, voice)
    moment = at or timezone.now()
    rows = [
        Answer(assessment=assessment, question=question, voice=voice, value=value, by=by, at=moment)
        for question, value in values.items()
    ]
    Answer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["assessment", "question", "voice"],
        update_fields=["value", "by", "at"],
    )
    SelfAssessment.objects.filter(pk=assessment.pk).update(version=F("version") + 1)


def _check_value(spec: dict, value: Any, voice: str) -> None:
    if spec["kind"] == "text" or (voice == "assessor" and isinstance(value, str)):
        if not isinstance(value, str) or len(value) > 10000:
            raise NotYet(_("Write at most 10,000 characters."), field="value")
        return
    allowed = [o["value"] for o in spec["options"]]
    if voice in ("person", "helper"):
        allowed += list(questions.ESCAPES)
    if isinstance(value, bool) or value not in allowed:
        raise NotYet(_("Choose one of the answers."), field="value")


def values_of(assessment: SelfAssessment, voice: str = "person") -> dict[str, Any]:
    """The answers of one voice, keyed by question."""
    return dict(assessment.answers.filter(voice=voice).values_list("question", "value"))


def submit_assessment(
    *,
    case: Case,
    by: Any,
    on_behalf_of: Person | None = None,
    at=None,
    seen=None,
    given: str = "",
    given_on=None,
) -> SelfAssessment:
    """Freeze the answers with their hash and send them. What was skipped is kept, not refused.

    `given`, `given_on`: how and on what day the person gave them to whoever wrote them down (phone,
    visit, paper).
    """
    with transaction.atomic():
        case.hold()
        draft = case.assessments.select_for_update().filter(state="draft").first()
        if draft is None:
            raise NotYet(_("The answers have been sent already."))
        skipped = _skipped(draft)
        draft.state, draft.submitted_at, draft.digest = (
            "submitted",
            at or timezone.now(),
            _digest(draft),
        )
        draft.save()
        case.move(
            "submit_assessment",
            by=by,
            on_behalf_of=on_behalf_of,
            at=at,
            seen=seen,
            assessment=draft.pk,
            skipped=skipped,
            given=given,
            given_on=given_on,
        )
        return draft


def _skipped(draft: SelfAssessment) -> list[str]:
    """The questions that were put and not answered. NotYet where not one was answered."""
    said = values_of(draft, "helper") | values_of(draft)  # a helper's words alone are words too
    values = {question: value for question, value in said.items() if value != ""}
    if not values:
        raise NotYet(_("Answer at least one question first."))
    asked = questions.questions_for_person(draft.form, values)
    return [q["id"] for q in asked if q["id"] not in values]


def take_down(*, case: Case, by: Any, given: str, given_on, at: datetime | None = None):
    """Record how somebody's answers reach the worker who writes them down: `given` of
    `journey.GIVEN`, and the day.
    """
    return case.record(
        "take_down",
        by=by,
        at=at,
        on_behalf_of=case.person,
        given=given,
        given_on=given_on.isoformat(),
    )


def _digest(assessment: SelfAssessment) -> str:
    import hashlib  # noqa: PLC0415  one use

    rows = assessment.answers.order_by("question", "voice").values_list(
        "question", "voice", "value"
    )
    return hashlib.sha256(canonical([list(r) for r in rows]).encode()).hexdigest()


def triage(
    *,
    case: Case,
    by: Any,
    to: str,
    team: Team | None = None,
    worker: User | None = None,
    note: str = "",
    at=None,
    seen=None,
    **facts: Any,
):
    """The duty worker's decision; with answers already sent the case goes straight on to
    confirming.
    """
    _of_the_council(case, worker, team)
    if to == "assess" and last_sent(case) and case.step == "request":
        to = "confirm"
    if worker:
        facts["worker"] = worker.pk
    if team:
        facts["team"] = team.pk
    if journey.STEPS[to].named == "required" and not facts.get("worker"):
        raise NotYet(
            _("Name the social worker: a person with an assessment has a name to turn to."),
            field="worker",
        )
    return case.move("triage", by=by, to=to, note=note, at=at, seen=seen, **facts)


def _of_the_council(case: Case, worker: User | None, team: Team | None = None) -> None:
    """A case is never given to a worker or a team of another council."""
    if team and team.council_id != case.council_id:
        raise NotYet(_("That team is not one of this council."), field="team")
    seats = Seat.objects.filter(
        Seat.on(dates.today()), user=worker, council_id=case.council_id, role__in=journey.WORKER
    )
    if worker and not seats.exists():
        raise NotYet(
            _("That person does not work for this council as a social worker or manager."),
            field="worker",
        )


def start_assessment(
    *, case: Case, by: Any, worker: User, note: str = "", at=None, seen=None, **facts: Any
):
    """From the waiting list to the assessment, or to confirming where the answers are already
    sent.
    """
    _of_the_council(case, worker)
    to = "confirm" if last_sent(case) else "assess"
    return case.move(
        "start_assessment", by=by, to=to, worker=worker.pk, note=note, at=at, seen=seen, **facts
    )


def determine(
    *,
    case: Case,
    by: Any,
    findings: dict[str, dict],
    arises: bool,
    impact: bool,
    areas: list[str],
    reasons: str,
    advice: str = "",
    eligible: bool,
    health: bool = False,
    agreed: dict[str, Any] | None = None,
    at=None,
    seen=None,
) -> Determination:
    """Record the officer's determination with reasons (Care Act 2014 s13), and the answers agreed
    with the person.

    Software only counts: eligible is refused where the regulations' count isn't reached; a person
    decides the rest. `agreed`: question -> value for what the worker agreed otherwise than
    answered. `health`: a carer's health is deteriorating or at risk of it, which stands for an
    outcome (SI 2015/313 reg 3); kept among the findings.
    """
    if health and case.kind == "carer":
        findings = findings | {"health": {"tests": ["at_risk"], "reason": ""}}
    decided = {
        "eligible": eligible,
        "findings": findings,
        "arises": arises,
        "impact": impact,
        "areas": areas,
        "reasons": reasons,
        "advice": advice,
    }
    _check_determination(case.kind, **decided)
    with transaction.atomic():
        case.hold()
        sent = _sent_as_read(case, seen)
        keep_agreed(assessment=sent, agreed=agreed or {}, by=by, at=at)
        row = Determination.objects.create(
            case=case, assessment=sent, by=by, at=at or timezone.now(), **decided
        )
        name = "determine_eligible" if eligible else "determine_not_eligible"
        case.move(name, by=by, at=at, seen=seen, note=reasons, determination=row.pk)
        return row


def _check_determination(
    kind: str, *, eligible, findings, arises, impact, reasons, advice, **_rest
):
    """NotYet, with the field, where the count or the words that belong to the decision are
    missing.
    """
    if not reasons.strip():
        raise NotYet(_("Write the reasons: the person gets them in writing."), field="reasons")
    met = sum(bool(finding.get("tests")) for finding in findings.values())
    if eligible and not (arises and impact and questions.enough_outcomes(kind, met)):
        raise NotYet(
            _(
                "Eligible needs ask for all three: needs that arise as the regulations say, "
                "one outcome that can't be "
                "achieved or health at risk, and a significant impact on wellbeing."
            )
            if kind == "carer"
            else _(
                "Eligible needs ask for all three: needs that arise as the regulations say, "
                "two outcomes that can't be "
                "achieved, and a significant impact on wellbeing."
            ),
            field="eligible",
        )
    if not eligible and not advice.strip():
        raise NotYet(
            _("Write the advice that goes with it: what can be done, and what prevents needs."),
            field="advice",
        )


def _sent_as_read(case: Case, seen: int | None) -> SelfAssessment:
    """The answers that are decided on. NotYet where there are none, Stale where others were sent
    since they were read.
    """
    sent = last_sent(case)
    if sent is None:
        raise NotYet(_("There are no answers yet to decide on."))
    refuse_unread(
        case,
        seen=seen,
        verb="submit_assessment",
        sentence=(
            "Other answers were sent while this page was open. Read them first: "
            "nothing was decided."
        ),
    )
    return sent


def keep_agreed(*, assessment: SelfAssessment, agreed: dict[str, Any], by: Any, at=None) -> None:
    """The agreed answers: the worker's where given, else the person's own. An escape or a gap stays
    a gap.
    """
    own = values_of(assessment)
    chosen = {
        spec["id"]: agreed.get(spec["id"], own.get(spec["id"]))
        for spec in assessment.form
        if spec["kind"] != "text"
    }
    known = {q: v for q, v in chosen.items() if v is not None and v not in questions.ESCAPES}
    save_answers(assessment=assessment, values=known, voice="agreed", by=by, at=at)


def agree_answer(
    *, case: Case, by: Any, question: str, value: Any, answered_on, at=None, seen=None
):
    """Add an agreed answer that was missing, with the date and source it came from."""
    with transaction.atomic():
        sent = last_sent(case)
        if sent is None:
            raise NotYet(_("There are no answers yet."))
        save_answer(assessment=sent, question=question, value=value, voice="agreed", by=by, at=at)
        return case.move(
            "agree_answer", by=by, at=at, seen=seen, question=question, answered_on=answered_on
        )


def record_death(*, case: Case, by: Any, died_on, contact: str, note: str = "", at=None, seen=None):
    """Close a case on the death of its person: unsent messages are cancelled, and nobody is invited
    any more.
    """
    with transaction.atomic():
        event = case.move(
            "record_death", by=by, at=at, seen=seen, note=note, died_on=died_on, contact=contact
        )
        Person.objects.filter(pk=case.person_id).update(died_on=died_on)
        outbox.call_off(
            Message.objects.filter(Q(event=None) | Q(event__seq__lt=event.seq), case=case)
        )
        return event


def undo_death(*, case: Case, by: Any, reason: str, at=None, seen=None):
    """Undo a death recorded by mistake: the case goes back to the step it left, and its clock goes
    on.
    """
    with transaction.atomic():
        death = case.events.filter(verb="record_death").order_by("-seq").first()
        last = case.last_change()
        if death is None or last is None or last.pk != death.pk:
            raise NotYet(_("No death is recorded on this case."))
        event = case.move(
            "undo_death", by=by, at=at, seen=seen, to=death.codes["from"], reason=reason
        )
        Person.objects.filter(pk=case.person_id).update(died_on=None)
        return event


def end_support(
    *, case: Case, by: Any, end_date: date, at: datetime | None = None, **facts: Any
) -> Event:
    """End the support on a day. One that lies ahead is planned: the case stays open until it has
    come, and then the service closes it (`reminders.planned_ends`).
    """
    facts |= {"by": by, "at": at, "end_date": end_date}
    return (end_on if end_date <= dates.today(at) else plan_end)(case=case, **facts)


def _about_the_end(name: str) -> Callable[..., Event]:
    """The action of a move that sets, changes or takes back when the support ends: nobody does it
    on top of what a colleague did about it while the page was open.
    """

    def act(*, case: Case, by: Any, seen: int | None = None, **facts: Any) -> Event:
        with transaction.atomic():
            case.hold()
            verbs = [move.name for move in journey.MOVES.values() if move.end_ahead]
            since = case.events.filter(verb__in=verbs, seq__gt=seen or 0).select_related("by")
            last = since.order_by("-seq").first() if seen is not None else None
            if last is not None:
                raise Stale(
                    _("%(who)s %(done)s while this page was open. Nothing was changed.")
                    % {"who": last.by, "done": journey.MOVES[last.verb].done}
                )
            return case.move(name, by=by, seen=seen, **facts)

    return act


end_on = _about_the_end("end_support")
plan_end = _about_the_end("plan_end")
take_back_end = _about_the_end("take_back_end")

ACTIONS: dict[str, Callable[..., Any]] = {
    "record_death": record_death,
    "undo_death": undo_death,
    "end_support": end_support,
    "plan_end": plan_end,
    "take_back_end": take_back_end,
}


def make_move(*, case: Case, name: str, by: Any, at=None, seen=None, **facts: Any):
    """A move of the general page: through its action where it has one, else straight."""
    action = ACTIONS.get(name)
    if action:
        return action(case=case, by=by, at=at, seen=seen, **facts)
    return case.move(name, by=by, at=at, seen=seen, **facts)
