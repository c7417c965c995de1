"""Answering: each answer kept as it is given, sent once, and no key in it that leads back.
Keyword-only, atomic.

`Response` has no key to the case: at the moment of sending the group facts are copied and the
invitation is marked, without saying which response is whose (one transaction writes both, so the
whole database still tells: ADR 13). What is written in free text goes apart from the answers. Three
things lift that, each by the respondent's own tick or choice: the key to the case (for totals
alone), being contacted (tells the named worker that they wish it, never what they said), and
answering together with a worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Message, User
from poet.models import MODES, Comment, Draft, Invitation, LinkKey, Response
from poet.survey import private_links, questions
from poet.survey.responses import keep_facts

LONGEST = 2_000  # characters in one's own words
WISH = "asked_to_be_contacted"
OVER = gettext_lazy(
    "These questions have been answered already, or they are not needed any more. Thank you."
)


def keep_answer(invitation: Invitation, question: str, value: str) -> None:
    """Keep one answer as it is given; the same question answered again takes its place. "" takes it
    back.

    Raises NotYet for a question or an answer that is not there, and once the form was sent.
    """
    given = _checked(invitation, {question: value})
    with transaction.atomic():
        _open(invitation)
        key = private_links.draft_key(invitation)
        draft = Draft.objects.filter(key_hash=key).first() or Draft(key_hash=key)
        draft.answers = {k: v for k, v in draft.answers.items() if k != question} | given
        draft.save()


def unsent_answers(invitation: Invitation) -> dict[str, str]:
    """What was answered so far and not sent yet."""
    return dict(
        Draft.objects.filter(key_hash=private_links.draft_key(invitation))
        .values_list("answers", flat=True)
        .first()
        or {}
    )


def answer(
    invitation: Invitation | str,
    answers: Mapping[str, str],
    *,
    helper: str = "",
    helped_by: str = "",
    mode: str = "private",
    by: User | None = None,
    compare: bool = False,
    contact: bool = False,
    at: datetime | None = None,
) -> Response | None:
    """Send the answers to an invitation (or to its token), once. Raises NotYet with a sentence for
    the reader.

    What was kept before is sent with them. `compare`: their consent that the answers are laid
    beside what happened in their case, in totals. `contact`: their wish to be contacted. `by`: who
    typed it in or sat beside. Returns None where nothing but words were given. Two people, or one
    who presses twice: the first has answered.
    """
    at = at or timezone.now()
    if isinstance(invitation, str):
        invitation = Invitation.objects.select_related("question_set").get(
            private_links.named(invitation)
        )
    how = _how(helper, helped_by, mode, by)
    given = _checked(invitation, answers)
    with transaction.atomic():
        first = Invitation.objects.filter(pk=invitation.pk, answered=False, stopped_at=None)
        if not first.update(answered=True, next_at=None):
            raise NotYet(str(OVER))
        given = unsent_answers(invitation) | given
        if not given:
            raise NotYet(_("Answer at least one question first."))
        case = Case.objects.select_related("person").get(pk=invitation.case_id)
        response = _keep(invitation, case, given, at, **how)
        if compare and response and not invitation.worker_id:
            LinkKey.objects.create(response=response, case=case)
            keep_facts(response=response, case=case)
        if contact and not invitation.worker_id:
            _wish(case, at)
    return response


def fold_in(invitation: Invitation, at: datetime) -> Response | None:
    """Half a form that was never sent: what was answered counts, marked as such. In the caller's
    transaction.
    """
    given = unsent_answers(invitation)
    if not given:
        return None
    Invitation.objects.filter(pk=invitation.pk).update(answered=True)
    return _keep(invitation, invitation.case, given, at, complete=False)


def _checked(invitation: Invitation, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that say something. Raises NotYet for what was never asked."""
    known = {
        spec["id"]: spec
        for spec in questions.numbered_questions(invitation.question_set, invitation.near_review)
    }
    found = {ident: str(value).strip() for ident, value in answers.items() if value}
    for ident, value in found.items():
        spec = known.get(ident)
        if spec is None or (not questions.is_text(spec) and value not in questions.choices(spec)):
            raise NotYet(_("Choose one of the answers."), field=ident)
        if questions.is_text(spec) and len(value) > LONGEST:
            raise NotYet(_("Write at most %(n)s characters.") % {"n": f"{LONGEST:,}"}, field=ident)
    return {ident: value for ident, value in found.items() if value}


def _how(helper: str, helped_by: str, mode: str, by: User | None) -> dict[str, Any]:
    """How the answers came. With a colleague of the council beside them they are not private any
    more.
    """
    if helper not in questions.HELPERS:
        raise NotYet(_("Choose one of the answers."), field="helper")
    if helped_by and helped_by not in questions.HELPED_BY:
        raise NotYet(_("Choose one of the answers."), field="helped_by")
    if helper and not helped_by:
        raise NotYet(_("Say who helped."), field="helped_by")
    if mode not in MODES:
        raise NotYet(_("Choose one of the answers."), field="mode")
    if helper and helped_by == "council":
        mode = "with_worker"
    return {
        "helper": helper,
        "helped_by": helped_by if helper else "",
        "mode": mode,
        "entered_by": by,
    }


def _open(invitation: Invitation) -> None:
    rows = Invitation.objects.select_for_update().filter(
        pk=invitation.pk, answered=False, stopped_at=None
    )
    if rows.values_list("pk", flat=True).first() is None:
        raise NotYet(str(OVER))


def _keep(invitation, case, given, at, **how) -> Response | None:
    """The answers as they are kept for good; the half form they came from is deleted."""
    specs = {spec["id"]: spec for spec in invitation.question_set.definition}
    words = {ident: value for ident, value in given.items() if questions.is_text(specs[ident])}
    answers = {ident: given[ident] for ident in sorted(given) if ident not in words}
    Draft.objects.filter(key_hash=private_links.draft_key(invitation)).delete()
    Comment.objects.bulk_create(
        Comment(
            council_id=case.council_id,
            question_set=invitation.question_set,
            question=ident,
            words=value,
            readable_on=next_week(at),
        )
        for ident, value in words.items()
    )
    if not answers:
        return None
    groups = (
        {}
        if invitation.worker_id
        else {"route": case.route, "need_group": case.need_group, "age_band": case.age_band}
    )
    return Response.objects.create(
        council_id=case.council_id,
        question_set=invitation.question_set,
        answers=answers,
        kind=invitation.kind,
        team_id=case.team_id,
        month=dates.month_of(at),
        **groups,
        **how,
    )


def next_week(at: datetime) -> date:
    """The Monday on which the words of this week are given to read."""
    today = dates.london_date(at)
    return today + timedelta(days=7 - today.weekday())


def _wish(case: Case, at: datetime) -> None:
    """They want to be contacted: the named worker has it to do today, and is told so; never what
    was answered.
    """
    today = dates.london_date(at)
    case.record(WISH, by=None, role="person", audience="staff", at=max(at, case.head_at or at))
    if case.next_contact is None or case.next_contact > today:
        Case.objects.filter(pk=case.pk).update(next_contact=today)
    to = {"to_user_id": case.worker_id} if case.worker_id else {"to_team_id": case.team_id}
    Message.objects.create(
        council_id=case.council_id,
        case=case,
        template=WISH,
        made_at=at,
        not_before=at,
        channel="email",
        dedupe_key=f"wish:{case.pk}:{case.head_seq}",
        **to,
    )
