"""What the survey does, in one place to import from: publishing a question set, asking, answering.

Asking stands in `invitations`, answering in `answering`, links and codes in `private_links`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.common.refusals import NotYet
from cases.models import Council
from poet.models import QuestionSet
from poet.survey import question_files, questions
from poet.survey.answering import WISH, answer, fold_in, keep_answer, unsent_answers
from poet.survey.invitations import (
    TEMPLATES,
    Invited,
    ask_again,
    invite,
    letter_instead,
    still_wanted,
    stop_asking,
)
from poet.survey.private_links import digest

__all__ = [
    "TEMPLATES",
    "WISH",
    "Invited",
    "letter_instead",
    "answer",
    "ask_again",
    "digest",
    "fold_in",
    "invite",
    "keep_answer",
    "unsent_answers",
    "publish_question_set",
    "still_wanted",
    "stop_asking",
]


def publish_question_set(
    *, council: Council, content: Any, at: datetime | None = None, dry: bool = False
) -> tuple[QuestionSet, bool]:
    """Publish a council's own question set. Returns (the set, whether it is new): the same content
    again changes nothing.

    Raises BadFile for a fault of the file, an id that stands twice or one that meant something else
    before; NotYet for a version that was published with other content.
    """
    checked = question_files.check(content)
    before = QuestionSet.objects.filter(
        Q(council=council) | Q(council=None), instrument=checked.instrument
    )
    same = before.filter(council=council, code=checked.code, version=checked.version).first()
    row = QuestionSet(
        council=council, published_at=at or timezone.now(), **question_files.columns(checked)
    )
    if same:
        if (same.instrument, same.definition) == (row.instrument, row.definition):
            return same, False
        raise NotYet(
            _(
                "%(set)s, version %(version)s, is published and never changes. Give the new "
                "one another version."
            )
            % {"set": checked.code, "version": checked.version}
        )
    questions.current_sets()  # the shipped ones are there before anything stands beside them
    named = [
        (f"{one.code}, version {one.version}", one.definition) for one in before.order_by("pk")
    ]
    if faults := question_files.reused(checked, named):
        raise question_files.BadFile(*faults)
    if not dry:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise NotYet(
                _("Somebody published this version a moment ago. Nothing was changed.")
            ) from None
    return row, True
