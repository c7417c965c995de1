"""What the survey does: inviting, answering, stopping. Keyword-only, atomic.

The link is the only key. Its token is kept as a SHA-256 on the invitation and in clear only on the message that
carries it, until that is sent or printed. `Response` has no key to the case: at the moment of answering the
group facts are copied and the invitation is marked, without saying which response is whose.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import dates
from cases.models import Message
from cases.saying_no import NotYet
from cases.sweep import beat

from . import questions
from .models import Invitation, Response

AFTER_DAYS = 42  # six weeks of support behind them, and the first weeks still fresh
KIND = "six_weeks"
TEMPLATE = "survey_invitation"
# One invitation for each case's first start of a budget, as the late bell does it: one statement, UNIQUE behind it.
INVITE = """
INSERT INTO poet_invitation (case_id, visit_id, question_set_id, kind, made_at, answered)
SELECT c.id, v.id, CASE WHEN c.kind = 'carer' THEN %(carer)s ELSE %(person)s END, %(kind)s, %(now)s, %(no)s
FROM cases_visit v
JOIN cases_case c ON c.id = v.case_id
JOIN cases_person p ON p.id = c.person_id
WHERE v.step = 'running' AND v.entered_at < %(before)s AND c.step <> 'closed' AND p.died_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM cases_visit e WHERE e.case_id = v.case_id AND e.step = 'running' AND e.seq < v.seq)
  AND NOT EXISTS (SELECT 1 FROM poet_invitation i WHERE i.visit_id = v.id AND i.kind = %(kind)s)
ORDER BY v.id
ON CONFLICT DO NOTHING
"""


class Invited(NamedTuple):
    invitations: int
    messages: int


def invite(now: datetime | None = None) -> Invited:
    """Ask everyone whose budget started six weeks ago and whose case is still open: once a case, for ever."""
    now = now or timezone.now()
    sets = questions.current_sets()
    last_day = dates.london_date(now) - timedelta(days=AFTER_DAYS)
    facts = {
        "now": connection.ops.adapt_datetimefield_value(now),
        "before": connection.ops.adapt_datetimefield_value(dates.london_midnight(last_day + timedelta(days=1))),
        "person": sets["person"].pk,
        "carer": sets["carer"].pk,
        "kind": KIND,
        "no": False,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INVITE, facts)
        made = max(cursor.rowcount, 0)
    told = sum(_hand_over(pk, now) for pk in _without_link())
    beat("invite")
    return Invited(made, told)


def _without_link() -> list[int]:
    rows = Invitation.objects.filter(token_hash=None, stopped_at=None, answered=False)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _hand_over(pk: int, now: datetime) -> int:
    """Make the link of one invitation and the message that carries it, together or not at all. Returns 1 if done."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        mine = Invitation.objects.filter(pk=pk, token_hash=None).update(token_hash=digest(token))
        if not mine:  # another worker was faster
            return 0
        person = Invitation.objects.select_related("case__person").get(pk=pk).case.person
        case_id, council_id = Invitation.objects.values_list("case_id", "case__council_id").get(pk=pk)
        Message.objects.create(
            council_id=council_id, case_id=case_id, to_person=person, template=TEMPLATE, token=token,
            dedupe_key=f"invitation:{pk}:person", channel=person.contact_by, made_at=now, not_before=now,
        )  # fmt: skip
    return 1


def digest(token: str) -> str:
    """What is kept of a token. It is 256 random bits, so a plain hash can't be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


def answer(
    invitation: Invitation | str,
    answers: Mapping[str, str],
    *,
    helper: str = "",
    at: datetime | None = None,
) -> Response:
    """Keep the answers to an invitation (or to its token), once. Raises NotYet with a sentence for the reader.

    Two people, or one who presses twice: the first to get here has answered, the other is told so.
    """
    at = at or timezone.now()
    if isinstance(invitation, str):
        invitation = Invitation.objects.get(token_hash=digest(invitation))
    known = {spec["id"]: spec for spec in invitation.question_set.definition}
    given = {ident: value for ident, value in answers.items() if value}
    if not given:
        raise NotYet(_("Answer at least one question first."))
    for ident, value in given.items():
        if ident not in known or value not in questions.choices(known[ident]):
            raise NotYet(_("Choose one of the answers."), field=ident)
    if helper not in questions.HELPERS:
        raise NotYet(_("Choose one of the answers."), field="helper")
    with transaction.atomic():
        first = Invitation.objects.filter(pk=invitation.pk, answered=False, stopped_at=None).update(answered=True)
        if not first:
            raise NotYet(_("These questions have been answered already. Thank you."))
        case = invitation.case
        return Response.objects.create(
            council_id=case.council_id, question_set=invitation.question_set, helper=helper, route=case.route,
            need_group=case.need_group, age_band=case.age_band, month=dates.month_of(at),
            answers={ident: given[ident] for ident in sorted(given)},
        )  # fmt: skip


def stop_asking(*, case: Any, at: datetime | None = None) -> int:
    """Ask no more in this case: links stop working and unsent invitations are cancelled. Returns how many."""
    with transaction.atomic():
        waiting = Message.objects.filter(case=case, template=TEMPLATE, state="waiting")
        waiting.update(state="cancelled", token="")
        rows = Invitation.objects.filter(case=case, answered=False, stopped_at=None)
        return rows.update(stopped_at=at or timezone.now())


def still_wanted(message: Message) -> bool:
    """Read just before an invitation is sent: not once it was stopped or answered, nor in a closed case."""
    open_ones = Invitation.objects.filter(case_id=message.case_id, answered=False, stopped_at=None)
    return (
        message.case.step != "closed"
        and bool(message.token)
        and open_ones.filter(token_hash=digest(message.token)).exists()
    )
