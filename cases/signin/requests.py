"""What people do to get in: begin a request, save a page of it, choose how to come back, send it,
add a way to sign in.

Keyword-only and atomic as everywhere (cases/actions.py). A person without e-mail and telephone is a
user without either, bound to the person by a `Representation` of kind "self": who may see what
stays one rule (cases/access.py).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import access, actions
from cases.common import dates
from cases.common.refusals import NotYet
from cases.danger import reports
from cases.models import Case, Council, Person, Representation, ReturnCode, Start, Tries, User
from cases.models.people import REACHED_BY
from cases.signin import front_door, known_browser, return_codes

PARTS = {
    "safe": ("contact_by", "email", "phone", "address", "contact_note"),
    "words": ("words", "danger", "safe_number", "no_number", "otherwise"),
    "you": ("name", "born", "communication", "language"),
}
LETTER_DAYS = 28
KEPT_DAYS = 90  # an unused draft


def begin(*, council: Council, who: str, at: datetime | None = None) -> Start:
    """A request that is being written, nobody's yet: the browser holds it until `keep_place`."""
    now = at or timezone.now()
    return Start.objects.create(council=council, who=who, made_at=now, saved_at=now)


def save_part(
    *, start: Start, values: dict[str, Any], who: str = "", at: datetime | None = None
) -> Start:
    """Keep what was written on one page. Dates are kept as people's calendars write them:
    1950-03-27.
    """
    with transaction.atomic():
        row = _held(start)
        plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        row.data, row.saved_at, row.version = (
            row.data | plain,
            at or timezone.now(),
            row.version + 1,
        )
        row.who = who or row.who
        row.save(update_fields=["who", "data", "saved_at", "version"])
    return row


def _held(start: Start) -> Start:
    row = Start.objects.select_for_update().get(pk=start.pk)
    if row.case_id:
        raise NotYet(_("Your request has been sent already."))
    return row


def keep_place(
    *, start: Start, kind: str = "", fact: str = "", at: datetime | None = None
) -> Start:
    """Give the request its own sign-in; with a second fact also the code that leads back to it."""
    with transaction.atomic():
        row = _held(start)
        row.user = row.user or User.objects.create_user("")
        row.save(update_fields=["user"])
        if kind:
            make_code(user=row.user, kind=kind, fact=fact, at=at)
        if kind == "born":  # said once, not asked again
            born = return_codes.as_date(fact)
            row = save_part(start=row, values={"born": born}, at=at) if born else row
    return row


def make_code(
    *,
    user: User,
    kind: str = "",
    fact: str = "",
    way: str = "screen",
    by: User | None = None,
    ends_at: datetime | None = None,
    at: datetime | None = None,
) -> ReturnCode:
    """A new code in place of the one before, which stops. Without a fact the one chosen earlier
    goes on.
    """
    with transaction.atomic():
        User.objects.select_for_update().values_list("pk").get(pk=user.pk)
        now, salt = at or timezone.now(), return_codes.new_salt()
        last = ReturnCode.objects.filter(user=user).order_by("-pk").first()
        if fact:
            hashed = return_codes.hashed(fact)
        elif last:
            kind, hashed = last.fact_kind, last.fact
        else:
            raise NotYet(_("Choose a second fact: there is none from before."), field="fact")
        ReturnCode.objects.filter(user=user, stopped_at=None).update(stopped_at=now)
        return ReturnCode.objects.create(
            user=user,
            salt=salt,
            lookup=return_codes.lookup(return_codes.spelled(salt)),
            way=way,
            by=by,
            made_at=now,
            ends_at=ends_at,
            fact=hashed,
            fact_kind=kind,
        )


def renew_code(*, user: User, kind: str, fact: str, at: datetime | None = None) -> ReturnCode:
    """Somebody makes themselves a new code with a new fact: the old one was seen, lost, or made by
    the council.
    """
    with transaction.atomic():
        code = make_code(user=user, kind=kind, fact=fact, at=at)
        _tell_cases(user, "issue_code", at, way="screen", code=code.pk)
        return code


def _tell_cases(user: User, verb: str, at: datetime | None, **codes: Any) -> None:
    """Record on every open case of a person what they did to their own sign-in."""
    mine = user.representations.filter(Representation.on(dates.today()), kind="self")
    for case in Case.objects.filter(person__in=mine.values("person")).exclude(step="closed"):
        case.record(verb, by=user, at=at, audience="person", **codes)


def live_code(user: Any) -> ReturnCode | None:
    """The code that leads back to this user now; none for a visitor."""
    if not user.is_authenticated:
        return None
    row = ReturnCode.objects.filter(user=user, stopped_at=None).first()
    return row if row and row.lives(timezone.now()) else None


def may_have_code(user: Any) -> bool:
    """Is a code for this user to make: do they ask for themselves, and work for no council? A
    helper has none.
    """
    if access.seats_of(user):
        return False
    return (
        user.representations.filter(kind="self").exists()
        or Start.objects.filter(user=user).exists()
    )


def missing(start: Start) -> str:
    """The first page that still needs something, or "" when the request can be sent."""
    if not start.data.get("contact_by"):
        return "safe"
    if start.user_id is None:
        return "place"
    if start.data.get("danger") == "yes" and danger_said(start) is None:
        return "words"
    return next(
        (p for p, key in (("words", "words"), ("you", "name")) if not start.data.get(key)), ""
    )


def danger_said(start: Start) -> reports.SafeContact | None:
    """What goes to the duty team, or None where nothing was ticked or nobody could be reached."""
    data = start.data
    number, otherwise = data.get("safe_number", ""), data.get("otherwise", "")
    ticked = data.get("danger") == "yes" and (number.strip() or otherwise.strip())
    return reports.SafeContact(number, "" if number.strip() else otherwise) if ticked else None


def send_request(*, start: Start, at: datetime | None = None) -> Case:
    """The request becomes a case whose clock starts now; the sign-in of the code becomes the
    person's own.
    """
    with transaction.atomic():
        row = Start.objects.select_for_update().get(pk=start.pk)
        if row.case:
            return row.case
        if missing(row):
            raise NotYet(_("Something is still missing. Go through the pages once more."))
        data, now = row.data, at or timezone.now()
        born = date.fromisoformat(data["born"]) if data.get("born") else None
        case = actions.ask_for_support(
            council=row.council,
            name=data["name"],
            born=born,
            kind="carer" if row.who == "carer" else "adult",
            words=data["words"],
            by=row.user,
            role="person",
            channel="online",
            at=now,
            danger_said=danger_said(row),
            person_fields={n: data[n] for n in REACHED_BY if data.get(n)},
        )
        Representation.objects.get_or_create(
            user=row.user,
            person=case.person,
            valid_to=None,
            defaults={
                "kind": "self",
                "scope": ["see", "fill", "send", "money"],
                "valid_from": dates.london_date(now),
            },
        )
        if row.user_id is not None:
            User.objects.filter(pk=row.user_id, name="").update(name=data["name"][:120])
        row.case, row.data, row.saved_at = case, {}, now
        row.save(update_fields=["case", "data", "saved_at"])
        return case


def code_user_of(person: Person) -> User | None:
    """The sign-in by code of a person, as opposed to their mailbox."""
    rows = Representation.objects.filter(
        Representation.on(dates.today()), person=person, kind="self"
    )
    own = rows.filter(Q(user__email=None, user__phone=None) | Q(user__return_codes__isnull=False))
    rep = own.select_related("user").order_by("-pk").distinct().first()
    return rep.user if rep else None


def issue_code(
    *, case: Case, by: User, way: str, kind: str = "", fact: str = "", at: datetime | None = None
) -> ReturnCode:
    """A worker gives the person a code to come back with, in the way that is safe for them."""
    person = case.person
    if person.died_on or case.step == "closed":
        raise NotYet(_("Nobody comes back to a case that is closed. Open it again first."))
    if way in ("letter", "phone") and person.contact_by != way:
        words = _(
            "They asked to be reached another way: %(way)s. Give it to them face to face, or "
            "in that way."
        )
        raise NotYet(words % {"way": person.get_contact_by_display()}, field="way")
    with transaction.atomic():
        case.hold()
        now = at or timezone.now()
        user = code_user_of(person)
        if user is None:
            user = User.objects.create_user("", name=person.name[:120])
            Representation.objects.create(
                user=user,
                person=person,
                kind="self",
                valid_from=dates.london_date(now),
                scope=["see", "fill", "send", "money"],
            )
        code = make_code(
            user=user,
            kind=kind,
            fact=fact,
            way=way,
            by=by,
            ends_at=now + timedelta(days=LETTER_DAYS),
            at=now,
        )
        case.record("issue_code", by=by, at=at, audience="person", way=way, code=code.pk)
        return code


def share_draft(*, case: Case, by: User, on: bool, on_behalf_of: Person | None = None, at=None):
    """The person lets the council look at what they have so far, or stops it. A worker may write
    down that they said so.
    """
    with transaction.atomic():
        case.hold()
        draft = case.assessments.select_for_update().filter(state="draft").first()
        if draft is None:
            raise NotYet(_("There are no answers to look at yet."))
        if bool(draft.shared_at) == on:
            return draft
        draft.shared_at = (at or timezone.now()) if on else None
        draft.save(update_fields=["shared_at"])
        case.record(
            "share_draft" if on else "unshare_draft", by=by, at=at, on_behalf_of=on_behalf_of
        )
        return draft


def add_sign_in(
    *, user: User, email: str = "", phone: str = "", at: datetime | None = None
) -> User:
    """A mailbox or a mobile that has just been proved also opens what this user opens as the
    person. Returns whose it is.
    """
    column, value = ("email", email.lower()) if email else ("phone", phone)
    with transaction.atomic():
        owner = User.objects.filter(**{f"{column}__iexact": value}).first()
        if owner is None and getattr(user, column) is None:
            owner = user
            setattr(user, column, value)
            user.save(update_fields=[column])
        owner = owner or User.objects.create_user(
            email, name=user.name, **({"phone": phone} if phone else {})
        )
        mine = user.representations.filter(Representation.on(dates.today()), kind="self")
        for rep in mine.select_related("person"):
            _bind(owner, rep.person, dates.today(at))
        _tell_cases(user, "add_way_in", at, way=column)
        return owner


def _bind(owner: User, person: Person, on: date) -> None:
    rep, new = Representation.objects.get_or_create(
        user=owner,
        person=person,
        valid_to=None,
        defaults={"kind": "self", "scope": ["see", "fill", "send", "money"], "valid_from": on},
    )
    if not new and rep.kind != "self":
        raise NotYet(
            _("This belongs to somebody who helps you. Use an address or a number of your own.")
        )


def forget_old(now: datetime | None = None) -> int:
    """Delete requests that nobody sent for 90 days, and tries nobody needs to remember. Safe to run
    twice at once.
    """
    now = now or timezone.now()
    Tries.objects.filter(last_at__lt=now - front_door.FORGOTTEN).delete()
    known_browser.forget_old(now)
    old = Start.objects.filter(case=None, saved_at__lt=now - timedelta(days=KEPT_DAYS))
    return old.delete()[0]
