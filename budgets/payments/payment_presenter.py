"""A case's payments as people read them: what comes next and why, what is on its way, and what
stands. Reading only, no rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.entitlement.facts import Facts
from budgets.models import Payment, Suspension
from budgets.money.sterling import pounds
from budgets.payments import payment_rules, payment_sums, standing_payments
from budgets.payments.changes_ahead import PENNIES
from budgets.payments.hospital_stays import day_in_hospital
from budgets.position import money_presenter
from budgets.position.money_books import STAY, Books
from budgets.position.overpaid_presenter import NOT_BY_ITSELF
from cases.common import dates
from cases.models import Case
from cases.ui.components import Link, Table
from cases.ui.date_words import day

Rows = list[tuple[str, Any]]


IN_FULL = 3  # payments to come that are always shown: the others are folded, for small screens


def now_rows(case: Case, books: Books, coming: Any, nothing: str) -> Rows:
    """How the payments stand now: when they end, in hospital, suspended, on their way, the next
    one, owed, paid too much. `nothing`: why none comes (`why_none`).
    """
    return [
        *ending_rows(case),
        *hospital_rows(case, books),
        *suspension_rows(case, books),
        *sent_payment_rows(books.payments),
        *(next_rows(coming.payments) or ([(_("Next payment"), nothing)] if nothing else [])),
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


def hospital_rows(case: Case, books: Books) -> Rows:
    """That the person is in hospital, since when."""
    since = [row.day for row in books.dated[STAY] if row.until is None and row.struck_at is None]
    if not since or case.step == "closed" or case.person.died_on:
        return []
    words = _("Since %(day)s: day %(n)s")
    facts = {"day": day(since[0]), "n": day_in_hospital(since[0], dates.today())}
    return [(_("In hospital"), words % facts)]


def suspension_rows(case: Case, books: Books) -> Rows:
    """That payments are suspended, and until when nobody has to look."""
    rows = books.dated["suspension"]
    if not any(row.until is None and row.struck_at is None for row in rows):
        return []
    held = payment_rules.open_suspension(case)
    if held is None:
        return []
    words = _("From %(day)s. We look at it again on %(again)s.")
    if held.look_again_on and held.look_again_on < dates.today():
        words = _("From %(day)s. We meant to look at it again on %(again)s, and have not yet.")
    if held.look_again_on is None:
        words = _("From %(day)s. No day was set to look at it again.")
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
        rows.append((owed_words(coming.payments), pounds(coming.owed)))
    if coming.paid_too_much:
        sum_ = f"{pounds(coming.paid_too_much)}. {NOT_BY_ITSELF}"
        address = reverse("budgets:overpayment", args=[case.ref])
        rows.append((_("Paid too much"), [sum_, Link(_("What is done about it"), address)]))
    return rows


def owed_words(payments: list[Any]) -> str:
    """What is owed for days before is part of the payment it comes with, and not beside it."""
    inside = any(one.of and one.of.owed for one in payments)
    return _("Of this, owed for days before") if inside else _("Owed for days before")


def why_none(facts: Facts, payments: list[Any], resident: bool) -> str:
    """Why no payment is to come, where that is the contribution; else ""."""
    return "" if payments else kept_words(standing_payments.all_kept(facts), resident)


def kept_words(kept: standing_payments.Kept | None, resident: bool) -> str:
    """Why no payment comes, with the sums, where the contribution keeps all of it back; else ""."""
    if kept is None:
        return ""
    you = _("None. What you pay, %(asked)s a week, is as much as the direct payment, or more.")
    staff = _(
        "None. The contribution, %(asked)s a week, is as much as the direct payment, or more."
    )
    facts = {"asked": pounds(kept.asked), "direct": pounds(kept.direct)}
    facts |= {"bill": pounds(kept.charged), "free": pounds(kept.not_owed)}
    said = [(you if resident else staff) % facts]
    said.append(_("The direct payment comes to %(direct)s a week. All of it is kept back.") % facts)
    if kept.charged:
        said.append(_("%(bill)s a week comes as a bill.") % facts)
    if kept.not_owed:
        rest = _("The other %(free)s a week is asked of nobody.")
        said.append(
            (_("You are not asked for the other %(free)s a week.") if resident else rest) % facts
        )
    return " ".join(said)


def coming_tables(facts: Any, payments: list[Any], nothing: str) -> tuple[Table, Table | None]:
    """The payments to come, with why each is what it is: those that are shown, and those after
    them, which are folded. `nothing`: why none comes.
    """
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
    if nothing:
        empty = _("None. Why is said above.")
    cut = IN_FULL if len(rows) > IN_FULL + 1 else len(rows)
    later = Table(_("Later payments"), head, rows[cut:], numeric={3}, caption_size="s")
    first = Table(_("The next payments"), head, rows[:cut], numeric={3}, empty=empty)
    return first, later if later.rows else None


def later_words(payments: list[Any]) -> str:
    """What stands above those that are folded: that each is the same again, or how many there
    are.
    """
    later = payments[IN_FULL:]
    if not later:
        return ""
    alike = payments[IN_FULL - 1 :]
    steps = {b.on - a.on for a, b in pairwise(alike)}
    most, least = max(one.amount for one in alike), min(one.amount for one in alike)
    facts = {"n": len(later), "sum": pounds(alike[-1].amount), "last": day(later[-1].on)}
    if len(steps) > 1 or most - least > PENNIES or any(_beside(one) for one in later):
        return _("%(n)s later payments, until %(last)s") % facts
    facts["weeks"] = steps.pop().days // 7
    if len(payments) < standing_payments.AHEAD:
        return _("Then %(sum)s every %(weeks)s weeks. The last is on %(last)s") % facts
    return _("Then %(sum)s every %(weeks)s weeks") % facts


def _beside(one: Any) -> bool:
    """Is something in a payment that is not for its days?"""
    return one.of is not None and bool(one.of.owed or one.of.recovered)
