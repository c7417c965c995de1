"""What a person asks outside the steps, and the council's answer with its day: messages, a copy of
everything, who looked at the record, another way to take the money.

Each is an event with its words in a body, and an `Asked` row that says by when. What is asked alone
has words that only the person and staff read, and no helper meets it anywhere: not its row, not its
event, not its answer. The days are the service's own aims. Not here: the list to read (`messages`),
moves of the journey.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access, journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.council import contact_details
from cases.models import Asked, Case, Event, Message, Person, Team, User, Withheld
from cases.models.asked import WHATS
from cases.ui.date_words import day

VERBS = {
    "message": "wrote_to_us",
    "copy": "asked_for_a_copy_of_everything",
    "names": "asked_for_the_names_of_who_looked",
}
ALONE = "wrote_to_us_alone"
ANSWERED, ANSWERED_ALONE = "answered_what_was_asked", "answered_what_was_asked_alone"
OWN = frozenset({"copy", "names"})  # what only the person asks, and no helper hears of
WORKING_DAYS = {"message": 3}
MOST = 20  # open messages of one case: more are read together by telephone
WORKERS = journey.ANYONE_STAFF


def due_on(what: str, on: date) -> date:
    """The last day on which an answer is in time: working days, or a month for what takes
    collecting.
    """
    if what in WORKING_DAYS:
        return dates.working_day_after(on, WORKING_DAYS[what])
    return dates.months_after(on, 1)


def record_request(
    *,
    case: Case,
    by: User,
    what: str,
    words: str = "",
    alone: bool = False,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
) -> Asked:
    """Ask the council something. `alone`: no helper may know. Raises NotYet for a helper who asks
    what is not theirs.
    """
    roles = access.roles_of(case, by)
    _may_ask(roles, what, alone, on_behalf_of)
    if what == "message" and not words.strip():
        raise NotYet(_("Write your message."), field="words")
    alone = alone or what in OWN
    with transaction.atomic():
        case.hold()
        _room(case, what)
        event = case.record(
            ALONE if alone and what == "message" else VERBS[what],
            by=by,
            note=words.strip(),
            at=at,
            audience="person" if alone else "helper",
            on_behalf_of=on_behalf_of,
            what=what,
        )
        last = due_on(what, dates.london_date(event.at))
        row = Asked.objects.create(
            council_id=case.council_id, case=case, what=what, alone=alone, event=event, due_on=last
        )
        _tell_worker(case, event, by)
        return row


def _may_ask(roles, what: str, alone: bool, on_behalf_of) -> None:
    if what not in WHATS:
        raise NotYet(_("There is no such question."))
    if "person" in roles or (on_behalf_of is not None and roles & WORKERS):
        return
    if "delegate" not in roles or alone or what in OWN:
        raise NotYet(_("Only the person can ask this."))


def _room(case: Case, what: str) -> None:
    waiting = list(
        Asked.objects.filter(case=case, what=what, answered_at=None).select_related("event")
    )
    if what != "message" and waiting:
        facts = {"day": day(waiting[0].event.at), "by": day(waiting[0].due_on)}
        raise NotYet(_("You asked for this on %(day)s. We answer by %(by)s.") % facts)
    if len(waiting) >= MOST:
        words = _(
            "Many of your messages wait for an answer. To talk about them together, %(phone_us)s."
        )
        raise NotYet(words % contact_details.contact_for(case.council).facts)


def _tell_worker(case: Case, event: Event, by: User) -> None:
    """A row for the named worker, else for the team's mailbox: it says only that there is something
    to read.
    """
    team = (
        case.team_id
        or Team.objects.filter(council_id=case.council_id, intake=True)
        .values_list("pk", flat=True)
        .first()
    )
    if case.worker_id and case.worker_id != by.pk:
        _row(case, event, "email", to_user_id=case.worker_id)
    elif not case.worker_id and team:
        _row(case, event, "email", to_team_id=team)


def _row(case: Case, event: Event, channel: str, **to: Any) -> None:
    who = "-".join(f"{name}{key}" for name, key in to.items())
    Message.objects.create(
        council_id=case.council_id,
        case=case,
        template="asked",
        event=event,
        channel=channel,
        made_at=event.at,
        not_before=event.at,
        dedupe_key=f"event:{event.pk}:asked:{who}",
        **to,
    )


def answer(*, asked: Asked, by: User, words: str, at: datetime | None = None) -> Event:
    """The council's answer, read by whoever could read the question. Raises NotYet when it is
    answered already.
    """
    if not access.roles_of(asked.case, by) & WORKERS:
        raise NotYet(_("A social worker or manager of this case answers this."))
    if not words.strip():
        raise NotYet(_("Write the answer."), field="words")
    with transaction.atomic():
        asked.case.hold()
        row = Asked.objects.select_for_update().get(pk=asked.pk)
        if row.answered_at:
            raise NotYet(_("A colleague has answered this already."))
        case = row.case
        event = case.record(
            ANSWERED_ALONE if row.alone else ANSWERED,
            by=by,
            note=words.strip(),
            at=at,
            audience="person" if row.alone else "helper",
            what=row.what,
            asked=row.pk,
        )
        row.answer, row.answered_at = event, event.at
        row.save(update_fields=["answer", "answered_at"])
        if not case.person.died_on:
            _row(case, event, case.person.contact_by, to_person_id=case.person_id)
            for rep in [] if row.alone else access.representations(case.person_id):
                if rep.sees(case.kind):
                    _row(case, event, "email", to_user_id=rep.user_id)
        return event


def withhold_view(
    *,
    case: Case,
    by: User,
    user: User,
    since: date,
    reason: str,
    until: date | None = None,
    at=None,
):
    """Keep a colleague's openings of a record off the person's list, for safeguarding. A manager,
    with the reason.
    """
    if not access.roles_of(case, by) & {"manager", "service_manager"}:
        raise NotYet(_("A manager decides this."))
    if not reason.strip():
        raise NotYet(_("Write the reason."), field="reason")
    if until and until < since:
        raise NotYet(_("The last day comes before the first."), field="until")
    if not case.views.filter(user=user).exists():
        raise NotYet(_("That colleague has not opened this record."), field="user")
    with transaction.atomic():
        event = case.record(
            "withheld_who_looked", by=by, note=reason.strip(), at=at, audience="staff", user=user.pk
        )
        return Withheld.objects.create(case=case, user=user, since=since, until=until, event=event)
