"""What the council already knows about a person, each with its day and where it comes from: shown,
confirmed or put right on one page, and asked nowhere else.

A correction is an event with the field's name and a keyed hash of what was and what is: that
something changed can be proved, and the old address of somebody who moved away from danger stands
nowhere. Helpers read none of it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, journey
from cases.common import dates
from cases.common.columns import column
from cases.common.refusals import NotYet, Stale
from cases.models import Case, Event, Person, User
from cases.models.case import CHANNELS
from cases.models.people import age_band, nhs_words
from cases.ui.date_words import day

FIELDS: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "other_names": gettext_lazy("Other names you have had"),
    "born": gettext_lazy("Date of birth"),
    "contact_by": gettext_lazy("Safe way to reach you"),
    "contact_note": gettext_lazy("When, and what never to do"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone"),
    "address": gettext_lazy("Address"),
    "communication": gettext_lazy("How you take in information"),
    "language": gettext_lazy("Language or interpreter"),
    "access_needs": gettext_lazy("What helps you when we meet or visit"),
    "nhs_number": gettext_lazy("NHS number"),
}
OURS = frozenset({"nhs_number"})  # staff put it right: a wrong one opens another's record
CONFIRMED, CORRECTED = "confirmed_what_we_know", "corrected_what_we_know"
READING = frozenset({"person"}) | journey.ANYONE_STAFF


@dataclass(frozen=True)
class Fact:
    """One thing that is known. `source`: since when, and from whom."""

    field: str
    title: str
    words: str
    source: str


def current_details(case) -> list[Fact]:
    """Everything that is known, in the order of the page."""
    sources = _sources(case)
    found = []
    for field, title in FIELDS.items():
        words = field_words(case.person, field) or _("Nothing")
        found.append(Fact(field, str(title), words, sources.get(field, sources[""])))
    return found


def field_words(person: Person, field: str) -> str:
    """A field as people read it."""
    value = getattr(person, field)
    if field == "born":
        return day(value) if value else ""
    if field in ("contact_by", "communication"):
        return str(column(person, field).choices and getattr(person, f"get_{field}_display")())
    return nhs_words(value) if field == "nhs_number" else value


def _sources(case) -> dict[str, str]:
    """field -> where it comes from; "" for what was told with the first request."""
    cases = Case.objects.filter(person_id=case.person_id)
    first = cases.order_by("asked_at").first() or case
    channel = str(CHANNELS[first.channel]).lower()
    words = _("Told when support was asked for on %(day)s (%(how)s)")
    if first.entered_running:
        words = _("From the council’s earlier record, on %(day)s")
    found = {"": words % {"day": day(first.asked_at), "how": channel}}
    rows = Event.objects.filter(case__in=cases, verb__in=(CONFIRMED, CORRECTED)).order_by(
        "at", "seq"
    )
    for event in rows:
        who = _("the council") if event.role in journey.SEAT_ROLES else _("the person")
        words = (
            _("Put right on %(day)s by %(who)s")
            if event.verb == CORRECTED
            else _("Confirmed on %(day)s by %(who)s")
        )
        for field in event.codes["fields"]:
            found[field] = words % {"day": day(event.at), "who": who}
    return found


def fingerprint(value: Any) -> str:
    """A keyed hash: equal for equal values, and nothing to guess a telephone number from."""
    return hmac.new(settings.SECRET_KEY.encode(), str(value or "").encode(), "sha256").hexdigest()[
        :32
    ]


def _may(case: Case, by: User, on_behalf_of) -> None:
    roles = access.roles_of(case, by)
    if not ("person" in roles or (on_behalf_of is not None and roles & journey.ANYONE_STAFF)):
        raise NotYet(_("Only the person, or a worker for them, confirms what we know."))


def confirm_personal_details(
    *, case: Case, by: User, on_behalf_of: Person | None = None, at: datetime | None = None
) -> Event:
    """It is all right as it stands: said once, with its day."""
    _may(case, by, on_behalf_of)
    fields = [field for field in FIELDS if field_words(case.person, field)]
    return case.record(
        CONFIRMED, by=by, at=at, on_behalf_of=on_behalf_of, audience="person", fields=fields
    )


def correct_personal_details(
    *,
    case: Case,
    by: User,
    values: dict[str, Any],
    seen: int,
    on_behalf_of: Person | None = None,
    at=None,
) -> Event | None:
    """Put right what is wrong; nothing is recorded where nothing changed. `seen`: the version of
    the person's row.

    Raises Stale when somebody else changed it meanwhile. The age band of open cases follows the
    date of birth.
    """
    _may(case, by, on_behalf_of)
    if not set(values) <= set(FIELDS) - (set() if on_behalf_of else OURS):
        raise TypeError("unknown field")
    with transaction.atomic():
        case.hold()
        person = Person.objects.select_for_update().get(pk=case.person_id)
        changed = {f: v for f, v in values.items() if (getattr(person, f) or "") != (v or "")}
        if not changed:
            return None
        if person.version != seen:
            raise Stale(
                _("Somebody changed this while you were writing. Yours has not replaced it."),
                changes=_differs(person, changed),
            )
        _refuse_anothers_number(person, changed)
        hashes = _put_right(person, changed, at)
        names = ", ".join(str(FIELDS[field]) for field in changed)
        event = case.record(
            CORRECTED,
            by=by,
            note=f"{names}.",
            at=at,
            on_behalf_of=on_behalf_of,
            audience="person",
            fields=hashes,
        )
        case.person = person
        return event


def _refuse_anothers_number(person: Person, changed: dict[str, Any]) -> None:
    number = changed.get("nhs_number")
    others = Person.objects.filter(council_id=person.council_id, nhs_number=number)
    if number and others.exclude(pk=person.pk).exists():
        raise NotYet(
            _("Another person’s record has this NHS number. Look for it with the search."),
            field="nhs_number",
        )


def _put_right(person: Person, changed: dict[str, Any], at) -> dict[str, dict[str, str]]:
    """Save what changed, the age band of open cases with it; fingerprints of before and after."""
    hashes = {
        f: {"old": fingerprint(getattr(person, f)), "new": fingerprint(v)}
        for f, v in changed.items()
    }
    for field, value in changed.items():
        setattr(person, field, value)
    person.version += 1
    person.save()
    if "born" in changed:
        band = age_band(person.born, dates.today(at))
        Case.objects.filter(person_id=person.pk).exclude(step="closed").update(age_band=band)
    return hashes


def _differs(person, changed) -> list[tuple[str, str, str]]:
    return [
        (str(FIELDS[f]), day(v) if f == "born" and v else str(v or ""), field_words(person, f))
        for f, v in changed.items()
    ]
