"""Setting how a council's finance ledger writes. Each setting is a row of its own with who and
when; the last one holds, and a batch keeps the one it was claimed under.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.models import LedgerFormat
from budgets.payments import ledger_formats
from budgets.payments.ledger_formats import LONGEST
from cases import access
from cases.common.refusals import NotYet
from cases.models import Council, User

MAY_SET = {"finance", "admin"}


class FormatRefused(NotYet):
    """A layout that can't be used. `problems`: one sentence for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0], field="text")
        self.problems = problems


def set_ledger_format(
    *,
    council: Council,
    by: User,
    kind: str,
    text: str,
    seen: int | None = None,
    at: datetime | None = None,
) -> LedgerFormat:
    """From now on files are written and read so. An empty text: as the service comes. `seen`: the
    row that held when the page was opened.
    """
    roles = {seat.role for seat in access.seats_of(by) if seat.council_id == council.pk}
    if not roles & MAY_SET:
        raise NotYet(_("The finance team or an administrator sets this."))
    if kind not in LedgerFormat.KINDS:
        raise NotYet(_("Choose one of the answers."), field="kind")
    bare = text.strip()
    check_format(kind, bare)
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        last = ledger_formats.last(council, kind)
        if (last.pk if last else 0) != (seen or 0):
            raise NotYet(_("Somebody else has changed this meanwhile. Open the page again."))
        if bare == (last.text if last else ""):
            raise NotYet(_("This is how it stands already. Nothing was changed."), field="text")
        return LedgerFormat.objects.create(
            council=council, kind=kind, text=bare, recorded_by=by, recorded_at=at or timezone.now()
        )


def check_format(kind: str, text: str) -> None:
    """FormatRefused with every mistake of it."""
    if len(text) > LONGEST:
        raise FormatRefused([_("Write at most %(n)s characters.") % {"n": LONGEST}])
    found = ledger_formats.problems(kind, text)
    if found:
        raise FormatRefused(found)
