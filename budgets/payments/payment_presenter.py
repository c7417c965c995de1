"""A case's payments as people read them: what comes next and why, what is on its way, and what
stands. Reading only, no rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import Payment, Suspension
from budgets.money.sterling import pounds
from budgets.payments import payment_rules, payment_sums
from budgets.position import money_presenter
from budgets.position.money_books import Books
from cases.common import dates
from cases.models import Case
from cases.ui.components import Link, Table
from cases.ui.date_words import day

Rows = list[tuple[str, Any]]


def now_rows(case: Case, books: Books, coming: Any) -> Rows:
    """How the payments stand now: when they end, on their way, the next one, suspended, owed, paid
    too much.
    """
    return [
        *ending_rows(case),
        *suspension_rows(case, books),
        *sent_payment_rows(books.payments),
        *next_rows(coming.payments),
        *standing_rows(case, coming),
    ]


def ending_rows(case: Case) -> Rows:
    """The last day with support, where it is to end."""
    if case.planned_end is None:
        return []
    return [
        (_("Support ends on"), _("%(day)s. Later days are not paid.") % {"day": day(case.ends_on)})
    ]


def sent_payment_rows(payments: Iterable[Payment]) -> Rows:
    """What is in a batch and not confirmed: to whoever waits for it, this payment is the next. What
    nobody has released yet has not left the council, and is not on its way.
    """
    sent = _("%(sum)s, due on %(day)s. It is not confirmed as paid yet.")
    waits = _("%(sum)s, due on %(day)s. It has not left the council yet.")
    found: dict[str, list[str]] = {}
    for one in payments:
        if one.state != "claimed" or one.batch is None:
            continue
        left = one.batch.released_at is not None
        title, words = (_("On its way"), sent) if left else (_("Being got ready"), waits)
        found.setdefault(title, []).append(words % {"sum": pounds(one.amount), "day": day(one.on)})
    return list(found.items())


def next_rows(payments: list[Any]) -> Rows:
    """The next payment that is in no batch yet; empty where none is to come."""
    if not payments:
        return []
    first = payments[0]
    words = _("%(sum)s on %(day)s")
    if first.on <= dates.today():
        words = _("%(sum)s, due on %(day)s. It has not been sent yet.")
    return [(_("Next payment"), words % {"sum": pounds(first.amount), "day": day(first.on)})]


def suspension_rows(case: Case, books: Books) -> Rows:
    """That payments are suspended, and until when nobody has to look."""
    rows = books.dated["suspension"]
    if not any(row.until is None and row.struck_at is None for row in rows):
        return []
    held = payment_rules.open_suspension(case)
    if held is None:
        return []
    words = _("From %(day)s. We look at it again on %(again)s.")
    facts = {"day": day(held.begins_on), "again": day(held.look_again_on)}
    found = [(_("Payments suspended"), words % facts), (_("Support instead"), _instead(held))]
    return [(key, value) for key, value in found if value]


def _instead(held: Suspension) -> str:
    """Who gives what meanwhile, and from when; of older rows only what."""
    if not held.instead_who or held.instead_from is None:
        return held.support_instead
    facts = {"who": held.instead_who, "what": held.support_instead, "day": day(held.instead_from)}
    return _("%(who)s: %(what)s, from %(day)s") % facts


def standing_rows(case: Case, coming: Any) -> Rows:
    """What stands between what was owed and what was paid."""
    rows: Rows = []
    if coming.owed:
        rows.append((_("Owed for days before"), pounds(coming.owed)))
    if coming.paid_too_much:
        words = _("%(sum)s. Nothing is taken back without a letter and time to answer.")
        sum_ = words % {"sum": pounds(coming.paid_too_much)}
        address = reverse("budgets:overpayment", args=[case.ref])
        rows.append((_("Paid too much"), [sum_, Link(_("What is done about it"), address)]))
    return rows


def coming_table(facts: Any, payments: list[Any]) -> Table:
    """The payments to come, with why each is what it is."""
    sums = payment_sums.reading_of(facts, payments)
    rows: list[list[Any]] = [
        [
            day(one.on),
            money_presenter.covered(one),
            [
                *(payment_sums.why(sums, one) if sums else ()),
                *(f"{k}: {v}" for k, v in money_presenter.parts_of_payment(one.of)),
            ],
            pounds(one.amount),
        ]
        for one in payments
    ]
    head = [_("Due"), _("For"), _("Why this sum"), _("Amount")]
    empty = _("No payment is to come as things stand.")
    return Table(_("The next payments"), head, rows, numeric={3}, empty=empty)
