"""What was paid too much in one case, in words: what stands, the letter and the answer, and what
was decided. Reading only.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import Overpayment
from budgets.money.sterling import pounds
from budgets.position.overpaid import open_overpayment, standing_of_case
from cases.common import dates
from cases.models import Case
from cases.ui.components import Table
from cases.ui.date_words import day

NOT_BY_ITSELF = gettext_lazy(
    "Nothing is taken back without a letter, time to answer and a decision."
)


def overpaid_rows(case: Case) -> list[tuple[str, str]]:
    """What stands now, and where the open finding is."""
    stands = standing_of_case(case, dates.today())
    rows = [(_("Paid too much, as things stand"), pounds(stands.whole))]
    if stands.decided:
        rows.append((_("Of this, decided already"), pounds(stands.decided)))
    if stands.aside:
        words = _("Its %(sum)s is set aside until somebody has decided about it.")
        rows.append((_("More that is owed is paid in full"), words % {"sum": pounds(stands.aside)}))
    rows += [
        (_("Is taken off a payment from %(day)s") % {"day": day(one.on)}, pounds(one.amount))
        for one in case.instalments.filter(struck_at=None, on__gte=dates.today()).order_by("on")[:3]
    ]
    row = open_overpayment(case)
    return rows + (_open_rows(row) if row else [])


def waiting_parts_rows(waiting: list[tuple[date, Decimal]]) -> list[tuple[str, str]]:
    """Each instalment that waits while a sum is set aside, and the payment it is not taken off."""
    if not waiting:
        return []
    words = _("%(sum)s of the payment of %(day)s")
    said = [words % {"sum": pounds(amount), "day": day(on)} for on, amount in waiting]
    return [(_("Not taken off, until what was paid too much is decided"), "\n".join(said))]


def _open_rows(row: Overpayment) -> list[tuple[str, str]]:
    rows = []
    if row.written_at and row.written_amount is not None and row.reply_by:
        words = _("On %(day)s, about %(sum)s") % {
            "day": day(row.written_at),
            "sum": pounds(row.written_amount),
        }
        rows += [
            (_("The letter"), words),
            (_("Why"), row.words),
            (_("Time to answer, until"), day(row.reply_by)),
        ]
    if row.replied_at:
        words = _("%(words)s (%(day)s)") % {"words": row.reply, "day": day(row.replied_at)}
        rows.append((_("The answer"), words))
    return [*rows, (_("To be decided by"), day(row.decide_by))]


def overpaid_table(case: Case) -> Table:
    """What was decided, the newest first."""
    rows = [
        [
            day(row.decided_at) if row.decided_at else "",
            pounds(row.amount),
            str(row.get_decision_display()),
            row.reason,
        ]
        for row in case.overpayments.exclude(decided_at=None).order_by("-decided_at", "-pk")
    ]
    head = [_("Decided on"), _("Too much"), _("What was decided"), _("Why")]
    empty = _("Nothing was decided yet.")
    return Table(_("Decisions"), head, rows, numeric={1}, empty=empty)
