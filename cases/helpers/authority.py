"""Helping somebody: asking a helper, saying yes, checking the authority, saying no, taking it back.

Each records its own event on the case it was done from, with the helper's name in words that only
the person and staff read: one helper learns nothing of another. Until a worker has checked the
authority a helper sees only their own words; taking it back holds from the next request on. Not
here: what a helper may do (`access`), the pages.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access, journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import outbox
from cases.models import Case, CaseLink, Message, Person, Representation, Seat, User
from cases.models.people import KINDS, PROOFS, SCOPES

MESSAGE = "invite_helper"
PERSONAL = "person"  # the audience of all words here: the person and staff


def current(person_id: int, **also: Any):
    """The representations of a person that hold today."""
    return Representation.objects.filter(
        Representation.on(dates.today()), person_id=person_id, **also
    )


def still_asked(message: Message) -> bool:
    """Is the invitation that this message is about still open?"""
    if message.case is None:
        return False
    found = current(message.case.person_id, user=message.to_user_id, accepted_at=None)
    return found.filter(invited_at__isnull=False).exists()


outbox.STILL_DUE[MESSAGE] = still_asked


def whole_scope(scope: list[str]) -> list[str]:
    """The scopes in their order; whoever may do anything may also see. Raises NotYet for none or
    unknown ones.
    """
    if not scope or not set(scope) <= set(SCOPES):
        raise NotYet(_("Choose what they may do."), field="scope")
    return [code for code in SCOPES if code in scope or code == "see"]


def may_decide(case: Case, by: Any) -> frozenset[str]:
    """The roles in which somebody may invite helpers and take it back: the person or staff. Raises
    NotYet.
    """
    roles = access.roles_of(case, by)
    if not roles & ({"person"} | journey.ANYONE_STAFF):
        raise NotYet(_("Only the person and the council's staff decide who helps."))
    return roles


def invite_helper(
    *,
    case: Case,
    by: User,
    email: str,
    name: str,
    kind: str,
    scope: list[str],
    proof: str = "consent",
    about: str = "",
    until: date | None = None,
    on_behalf_of: Person | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Representation:
    """Ask somebody to help a person. They say yes after signing in with a code sent to `email`;
    then a worker checks.

    `until`: the last day. `about`: the kind of case it opens, "" for all. Raises NotYet for a
    colleague's address, the person's own, and for somebody who helps already.
    """
    may_decide(case, by)
    scope = whole_scope(scope)
    if kind not in KINDS or kind == "self" or proof not in PROOFS:
        raise NotYet(_("Choose who they are to the person."), field="kind")
    _last_day(until)
    with transaction.atomic():
        case.hold()
        user = _mailbox(case, email, name)
        at = at or timezone.now()
        rep = _not_asked_yet(case, user, dates.london_date(at))
        rep.kind, rep.scope, rep.proof, rep.about = kind, scope, proof, about
        rep.invited_at, rep.invited_by, rep.valid_to = at, by, until and until + timedelta(days=1)
        rep.save()
        event = case.record(
            "asked_somebody_to_help",
            by=by,
            note=" ".join(filter(None, [_helper_words(rep), note])),
            at=at,
            audience=PERSONAL,
            on_behalf_of=on_behalf_of,
            representation=rep.pk,
            scope=scope,
        )
        tell_helper(case, rep, event, MESSAGE)
        return rep


def _not_asked_yet(case: Case, user: User, today: date) -> Representation:
    """What ties the user to the person, locked, or a new row, unsaved; NotYet where they help or
    are asked to already.
    """
    rep = current(case.person_id, user=user).select_for_update().first()
    if rep and (rep.kind == "self" or rep.checked_at or rep.invited_at):
        raise NotYet(
            _("That address belongs to somebody who helps already, or is asked to."),
            field="email",
        )
    return rep or Representation(user=user, person=case.person, valid_from=today)


def _mailbox(case: Case, email: str, name: str) -> User:
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        return User.objects.create_user(email.strip(), name=name)
    # A colleague's address would take their own access away, and a code signs no colleague in.
    if user.is_staff or Seat.objects.filter(Seat.on(dates.today()), user=user).exists():
        raise NotYet(
            _("We can't use that address. Ask them for their own, private one."), field="email"
        )
    if not user.is_active:
        raise NotYet(_("We can't use that address. Ask them for another one."), field="email")
    return user


def _last_day(until: date | None) -> None:
    if until and until < dates.today():
        raise NotYet(_("Choose today or a later day as the last one."), field="until")


def _told(rep: Representation) -> dict[str, str]:
    scope = ", ".join(str(SCOPES[code]).lower() for code in rep.scope)
    return {"who": str(rep.user), "kind": str(KINDS[rep.kind]).lower(), "scope": scope}


def _helper_words(rep: Representation) -> str:
    return _("%(who)s, %(kind)s. They may: %(scope)s.") % _told(rep)


def tell_helper(case: Case, rep: Representation, event: Any, template: str) -> None:
    """A row for the helper: it says only that there is something to read."""
    Message.objects.create(
        council_id=case.council_id,
        case=case,
        to_user=rep.user,
        template=template,
        event=event,
        channel="email",
        dedupe_key=f"event:{event.pk}:{template}:{rep.user_id}",
        made_at=event.at,
        not_before=event.at,
    )


def _open(rep: Representation) -> Representation:
    """The row, locked. Raises NotYet once it is over."""
    row = Representation.objects.select_for_update().get(pk=rep.pk)
    if row.kind == "self" or (row.valid_to and row.valid_to <= dates.today()):
        raise NotYet(_("That is over already."))
    return row


def accept_help(*, rep: Representation, by: User, at: datetime | None = None) -> Representation:
    """The helper says yes. They see nothing more yet: a worker checks first."""
    with transaction.atomic():
        case = case_of(rep)
        if case:
            case.hold()  # before the row, as whoever checks them does
        row = _open(rep)
        if row.user_id != by.pk or row.invited_at is None:
            raise NotYet(_("Nobody asked you to help here."))
        if row.accepted_at:
            return row
        row.accepted_at = at or timezone.now()
        row.save(update_fields=["accepted_at"])
        if case:
            case.record(
                "said_yes_to_helping",
                by=by,
                role="delegate",
                note=str(row.user),
                audience=PERSONAL,
                at=at,
                representation=row.pk,
            )
        return row


def case_of(rep: Representation) -> Case | None:
    """The newest case of the person that a helper is there for."""
    found = Case.objects.filter(person_id=rep.person_id).order_by("step", "-asked_at")
    fitting = [case for case in found if rep.opens(case.kind)]
    return next(
        (case for case in fitting if case.step != "closed"), fitting[0] if fitting else None
    )


def check_helper(
    *,
    case: Case,
    rep: Representation,
    by: User,
    proof: str,
    evidence: str,
    seen_on: date,
    scope: list[str],
    at: datetime | None = None,
) -> Representation:
    """Confirm a helper's authority: what it rests on, what was seen of it and when. Never by the
    helper.
    """
    _staff(case, by)
    _check_proof(proof, evidence, seen_on, at)
    with transaction.atomic():
        case.hold()
        row = _open(rep)
        if row.checked_at:
            raise NotYet(_("A colleague has checked this already."))
        row.proof, row.evidence, row.seen_on = proof, evidence.strip()[:200], seen_on
        row.scope = whole_scope(scope)
        row.checked_at, row.checked_by = at or timezone.now(), by
        row.save()
        words = _helper_words(row)
        event = case.record(
            "checked_who_helps",
            by=by,
            note=f"{words} {PROOFS[proof]}: {row.evidence}",
            at=at,
            audience=PERSONAL,
            representation=row.pk,
            proof=proof,
            seen_on=seen_on.isoformat(),
            scope=row.scope,
        )
        tell_helper(case, row, event, "checked_helper")
        return row


def _check_proof(proof: str, evidence: str, seen_on: date, at: datetime | None) -> None:
    if proof not in PROOFS:
        raise NotYet(_("Choose what the authority rests on."), field="proof")
    if not evidence.strip():
        raise NotYet(_("Write down what you saw or heard."), field="evidence")
    if seen_on > dates.today(at):
        raise NotYet(_("Enter the day you saw it: today or earlier."), field="seen_on")


def _staff(case: Case, by: User) -> None:
    if not access.roles_of(case, by) & journey.ANYONE_STAFF:
        raise NotYet(_("A social worker or manager of this case checks who helps."))


def refuse_helper(
    *, case: Case, rep: Representation, by: User, reason: str, at=None
) -> Representation:
    """Say no to a helper whose authority doesn't stand, with the reason. Their own words stay where
    they are.
    """
    _staff(case, by)
    if rep.checked_at:
        raise NotYet(_("A colleague has checked this already."))
    return _end(case, rep, by, reason, "said_no_to_a_helper", at)


def end_help(
    *,
    case: Case,
    rep: Representation,
    by: User,
    reason: str = "",
    on_behalf_of: Person | None = None,
    at=None,
) -> Representation:
    """Take it back: by the person or a worker at any time, or by the helper. It holds from the next
    request on.
    """
    if rep.user_id != by.pk:
        may_decide(case, by)
    return _end(case, rep, by, reason, "stopped_a_helper", at, on_behalf_of)


def _end(case, rep, by, reason, verb, at, on_behalf_of=None) -> Representation:
    if verb == "said_no_to_a_helper" and not reason.strip():
        raise NotYet(_("Write the reason: the person can read it."), field="reason")
    role = None if rep.user_id != by.pk else "delegate"
    with transaction.atomic():
        case.hold()
        row = _open(rep)
        row.valid_to = min(filter(None, [row.valid_to, dates.today(at)]))
        row.ended_at, row.ended_by, row.end_reason = at or timezone.now(), by, reason.strip()
        row.save()
        outbox.call_off(Message.objects.filter(to_user=row.user_id, case__person_id=row.person_id))
        words = " ".join(filter(None, [f"{row.user}.", row.end_reason]))
        case.record(
            verb,
            by=by,
            role=role,
            note=words,
            at=at,
            audience=PERSONAL,
            on_behalf_of=on_behalf_of,
            representation=row.pk,
        )
        return row


def link_cases(*, carer: Case, cared_for: Case, by: User, told: str, at=None) -> CaseLink:
    """Tie a carer's case to that of the person they care for, because both said yes (`told`: how).
    It opens neither.

    Raises NotYet for whoever doesn't reach both cases: nobody learns from it that somebody has a
    case.
    """
    for case in (carer, cared_for):
        _staff(case, by)
    if carer.kind != "carer" or cared_for.kind != "adult" or carer.person_id == cared_for.person_id:
        raise NotYet(
            _("A carer's case is linked with the case of the person they care for."), field="other"
        )
    if not told.strip():
        raise NotYet(_("Write how each of them said yes, and when."), field="told")
    with transaction.atomic():
        for case in sorted((carer, cared_for), key=lambda c: c.pk):
            case.hold()
        if CaseLink.objects.filter(carer=carer, cared_for=cared_for, ended_at=None).exists():
            raise NotYet(_("These two cases are linked already."), field="other")
        link = CaseLink.objects.create(
            carer=carer, cared_for=cared_for, made_by=by, made_at=at or timezone.now()
        )
        for case in (carer, cared_for):
            case.record(
                "linked_two_cases", by=by, note=told.strip(), audience="staff", at=at, link=link.pk
            )
        return link


def unlink_cases(*, case: Case, link: CaseLink, by: User, at=None) -> CaseLink:
    """One of the two said no, or it is over: at once, without the other's case being told why."""
    _staff(case, by)
    both = sorted((link.carer, link.cared_for), key=lambda c: c.pk)
    with transaction.atomic():
        for one in both:
            one.hold()
        row = CaseLink.objects.select_for_update().get(pk=link.pk)
        if row.ended_at:
            raise NotYet(_("That is over already."))
        row.ended_by, row.ended_at = by, at or timezone.now()
        row.save()
        for one in both:
            one.record(
                "ended_the_link_of_two_cases",
                by=by,
                role="worker",
                audience="staff",
                at=at,
                link=row.pk,
            )
        return row
