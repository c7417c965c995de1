"""A council's allocation schemes: drafts are written, checked and published here. A published
version never changes.
"""

from __future__ import annotations

import copy
import hashlib
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.allocation.allocator import check_scheme
from budgets.allocation.worked_examples import run_vectors
from budgets.models import AllocationScheme, SchemeVersion
from budgets.models.scheme import POPULATIONS
from cases import access
from cases.assessment import questions
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.models import Council, User
from cases.models.case import canonical


def checksum(definition: dict[str, Any]) -> str:
    """SHA-256 of a definition, whatever the order of its fields."""
    return hashlib.sha256(canonical(definition).encode()).hexdigest()


def problems_of(version: SchemeVersion) -> list[str]:
    """Every reason why a version may not be published, a sentence each; empty when it may."""
    pages = questions.PAGES[version.scheme.population]
    return check_scheme(version.definition, pages=pages) or run_vectors(version.definition)


def _administers(by: User | None, council_id: int) -> None:
    """Schemes belong to a council's administrators. `by` None is the set-up, which no person asked
    for.
    """
    if by is not None and not any(
        s.role == "admin" and s.council_id == council_id for s in access.seats_of(by)
    ):
        raise NotYet(_("Only an administrator of the council changes its schemes."))


def create_scheme(
    *,
    council: Council,
    code: str,
    population: str,
    definition: dict[str, Any],
    by: User,
    at: datetime | None = None,
) -> SchemeVersion:
    """A scheme of its own code, with its first draft."""
    _administers(by, council.pk)
    if population not in POPULATIONS:
        raise NotYet(_("Choose for whom it is."), field="population")
    name = str(definition.get("name") or "")[:120]
    if not name:
        raise NotYet(_("The file gives the scheme no name."))
    try:
        with transaction.atomic():
            scheme = AllocationScheme.objects.create(
                council=council, code=code, population=population, name=name
            )
            return SchemeVersion.objects.create(
                scheme=scheme, number=1, valid_from=dates.today(), definition=definition
            )
    except IntegrityError:
        raise NotYet(
            _("There is a scheme with this code already. Make a new version of it."), field="code"
        ) from None


def draft_from(*, version: SchemeVersion, by: User, at: datetime | None = None) -> SchemeVersion:
    """A new draft that begins as a copy of this version; its number is the next free one."""
    _administers(by, version.scheme.council_id)
    with transaction.atomic():
        scheme = AllocationScheme.objects.select_for_update().get(pk=version.scheme_id)
        number = (scheme.versions.aggregate(n=Max("number"))["n"] or 0) + 1
        definition = copy.deepcopy(version.definition) | {"version": str(number)}
        return SchemeVersion.objects.create(
            scheme=scheme,
            number=number,
            valid_from=dates.today(),
            definition=definition,
            made_from=version,
        )


def _draft(version: SchemeVersion, by: User | None, seen: str | None) -> SchemeVersion:
    """The draft, locked. `seen`: its checksum when the page was opened; Stale when somebody saved
    meanwhile.
    """
    _administers(by, version.scheme.council_id)
    row = SchemeVersion.objects.select_for_update().get(pk=version.pk)
    if row.state != "draft":
        raise NotYet(_("This version is published: it does not change any more. Make a new one."))
    if seen is not None and seen != checksum(row.definition):
        raise Stale(
            _("Somebody changed this version while your page was open. Yours has not replaced it.")
        )
    return row


def save_draft(
    *,
    version: SchemeVersion,
    definition: dict[str, Any],
    by: User,
    valid_from: date | None = None,
    seen: str | None = None,
    at: datetime | None = None,
) -> SchemeVersion:
    """Keep a draft as it is written, right or not: what is wrong stops its publishing, not its
    saving.
    """
    if not isinstance(definition, dict):
        raise NotYet(_("A scheme is an object with named fields."))
    with transaction.atomic():
        row = _draft(version, by, seen)
        row.definition, row.valid_from = definition, valid_from or row.valid_from
        row.save(update_fields=["definition", "valid_from"])
        return row


def discard_draft(*, version: SchemeVersion, by: User, seen: str | None = None) -> None:
    """Throw a draft away. Nothing was ever worked out with it."""
    with transaction.atomic():
        row = _draft(version, by, seen)
        if SchemeVersion.objects.filter(made_from=row).exists():
            raise NotYet(_("Another version was made from this one, so it stays."))
        row.delete()


def publish_version(
    *,
    version: SchemeVersion,
    approved_by: str,
    by: User | None = None,
    approved_on: date | None = None,
    valid_from: date | None = None,
    seen: str | None = None,
    at: datetime | None = None,
) -> SchemeVersion:
    """Publish a draft: sound, on pages that exist, and right in all its test vectors. From then on
    it can't change.

    Open cases stay on the version they were asked with. NotYet with every reason against it.
    """
    if version.state != "draft":
        raise NotYet(_("This version is published already. Make a new one."))
    if not approved_by.strip():
        raise NotYet(_("Say who approved it."), field="approved_by")
    when = at or timezone.now()
    if approved_on is not None and approved_on > dates.london_date(when):
        raise NotYet(
            _("It can't have been approved on a day that is still to come."), field="approved_on"
        )
    with transaction.atomic():
        row = _draft(version, by, seen)
        problems = problems_of(row)
        if problems:
            raise NotYet(" ".join(problems), field="definition")
        row.checksum, row.state, row.approved_by = (
            checksum(row.definition),
            "published",
            approved_by.strip(),
        )
        row.approved_on, row.published_at, row.published_by = (
            approved_on or dates.london_date(when),
            when,
            by,
        )
        row.valid_from = valid_from or row.valid_from
        row.save()
    version.refresh_from_db()
    return version
