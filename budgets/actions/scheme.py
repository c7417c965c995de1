"""Publishing a scheme version, and sharing the indicative budget that it gives."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases import questions
from cases.actions import last_sent
from cases.models import Case, User
from cases.models.case import canonical
from cases.saying_no import NotYet

from .. import calculating, figures
from ..allocation import SchemeError, check_scheme, run_vectors
from ..models import BudgetFigure, SchemeVersion


def publish_version(
    *, version: SchemeVersion, approved_by: str, by: User | None = None, at: datetime | None = None
) -> SchemeVersion:
    """Publish a draft: sound, on pages that exist, and right in all its test vectors. From then on it can't change.

    NotYet with every reason against it.
    """
    if version.state != "draft":
        raise NotYet("This version is published already. Make a new one.")
    if not approved_by.strip():
        raise NotYet("Say who approved it.", field="approved_by")
    pages = questions.PAGES[version.scheme.population]
    problems = check_scheme(version.definition, pages=pages) or run_vectors(version.definition)
    if problems:
        raise NotYet(" ".join(problems), field="definition")
    version.checksum = hashlib.sha256(canonical(version.definition).encode()).hexdigest()
    version.state, version.approved_by, version.published_at = "published", approved_by, at or timezone.now()
    version.save()
    return version


def share_budget(*, case: Case, by: User, at: datetime | None = None, seen: int | None = None) -> BudgetFigure:
    """Work out the indicative budget and share it. NotYet with the engine's sentence where an answer is missing."""
    with transaction.atomic():
        sent = last_sent(case)
        if sent is None:
            raise NotYet("There are no answers yet.")
        try:
            figure = calculating.keep(case, sent, by=by, at=figures.moment(case, at))
        except SchemeError as refusal:
            raise NotYet(str(refusal)) from None
        case.move("share_budget", by=by, at=at, seen=seen, figure=figure.pk)
        return figure
