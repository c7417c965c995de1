"""Lists of charges: what people owe for periods that are over, as one numbered list and one file.

One finance officer makes a list and another releases it. The lines are read from the facts of each
case, so nothing is charged for days before the person was told, and what was charged too much comes
back in the next list. After the release each person gets one letter; letters that are still to be
written go on with the next round of the job. Not here: payments (`payment_batches`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.ledger_lists import file_of, mark, next_number, write_lines
from budgets.actions.payment_batches import finance_of
from budgets.entitlement.answer import Answer, answer
from budgets.ledger import outgoing
from budgets.models import Charge, ChargeBatch, Contribution
from budgets.payments import ledger_formats
from budgets.payments.standing_payments import paid_elsewhere
from budgets.position import entitlement_facts, undercharged
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Council, User

LETTERS_AT_ONCE = 100  # letters written with the release; the job writes the others
LETTERS_A_ROUND = 500
REASON = 200  # characters
ZERO = Decimal("0.00")


def chargeable(council: Council) -> Any:
    """Ids of the cases that may have something to charge or to pay back. Not after a death: then
    nothing is charged by itself, and somebody settles the account. Nor of those that are still
    charged elsewhere.
    """
    decided = Contribution.objects.filter(case=OuterRef("pk"), state="recorded", weekly__gt=0)
    charged = Charge.objects.filter(case=OuterRef("pk"), state__in=Charge.STANDING)
    rows = Case.objects.filter(Exists(decided) | Exists(charged), council=council)
    rows = rows.exclude(paid_elsewhere())
    return rows.filter(person__died_on=None).order_by("pk").values_list("pk", flat=True)


def due_charges(council: Council, until: date, as_of: datetime) -> Iterator[Charge]:
    """What would be charged for periods that end by a day, as rows that nobody has saved. So many
    cases at a time, by the facts as recorded by a moment.
    """
    cases = chargeable(council).iterator(chunk_size=2000)
    for facts in entitlement_facts.in_chunks(cases, as_of):
        more = undercharged.to_charge(facts)
        for case, found in facts.items():
            yield from lines_of_case(case, answer(found, until), more.get(case, ZERO))


def comes_off_next(case: Case) -> Decimal:
    """What was charged too much in a case and is taken off its next charge; nothing where no charge
    is made by itself any more.
    """
    credit = answer(entitlement_facts.facts_of_case(case), dates.today()).charged_too_much
    return credit if credit and chargeable(case.council).filter(pk=case.pk).exists() else ZERO


def lines_of_case(case: int, found: Answer, more: Decimal = ZERO) -> Iterator[Charge]:
    """The lines of one case: what was charged too much is taken off the first ones, and paid back
    where no charge is left to take it off. `more`: what was charged too little before and was
    decided to be charged, as far as it still stands.
    """
    credit = found.charged_too_much
    for one in found.charges:
        taken = min(credit, one.amount)
        credit -= taken
        yield Charge(
            case_id=case,
            covers_from=one.covers_from,
            covers_to=one.covers_to,
            amount=one.amount,
            credit=taken,
        )
    if credit:
        yield Charge(case_id=case, amount=ZERO, credit=credit)
    elif more and found.charged_too_little:
        yield Charge(case_id=case, amount=min(more, found.charged_too_little))


def make_charges(
    *, council: Council, by: User, until: date, at: datetime | None = None
) -> ChargeBatch:
    """Claim what people owe for periods that end by a day as one numbered list, and write its file.
    All or nothing. One list at a time: what is left out of one goes into the next.
    """
    finance_of(by, council)
    if until > dates.london_date(at or timezone.now()):
        raise NotYet(
            _("Only what is over is charged: choose today or an earlier day."), field="until"
        )
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        when = at or timezone.now()
        lists = ChargeBatch.objects.filter(council=council)
        waiting = lists.filter(state="ready").first()
        if waiting:
            raise NotYet(
                _("List %(n)s is not released yet. The next one can be made after that.")
                % {"n": waiting.number}
            )
        batch = ChargeBatch.objects.create(
            council=council, number=next_number(lists), until=until, made_by=by, made_at=when
        )
        if not write_lines(batch, due_charges(council, until, when)):
            raise NotYet(
                _("There is nothing to charge by that day. No list was made."), field="until"
            )
        _write(batch)
    return batch


class _Lines:
    """The lines of a list as the ledger takes them, read afresh each time, so many at a time."""

    def __init__(self, batch: ChargeBatch) -> None:
        self._batch = batch
        rows = batch.charges.exclude(state="left_out").order_by("number")
        self.lines = rows.select_related("case")

    def __iter__(self) -> Iterator[outgoing.OutgoingRow]:
        for row in self.lines.iterator(chunk_size=2000):
            yield outgoing.OutgoingRow(
                line=row.number,
                reference=str(row.case.ref),
                creditor="",
                payee_kind="person",
                agreement="",
                what="charge",
                due=dates.london_date(self._batch.made_at),
                covers_from=row.covers_from,
                covers_to=row.covers_to,
                amount=row.to_pay,
                narrative=self._batch.number_of(row.number),
            )


def _write(batch: ChargeBatch) -> None:
    """Put the file of the lines that are not left out beside the list."""
    layout = ledger_formats.layout_of_charges(batch)
    try:
        content, done = file_of(layout, batch.number, _Lines(batch))
    except ValueError as wrong:
        raise NotYet(str(wrong)) from None
    batch.content, batch.sha256 = content.decode(layout.encoding), done.sha256
    batch.count, batch.total = done.count, done.total
    batch.save(update_fields=["content", "sha256", "count", "total"])


def leave_charge_out(
    *, charge: Charge, by: User, why: str, at: datetime | None = None
) -> ChargeBatch:
    """Take a line, and what follows it for the same person, out of a list that is not released: a
    later period is never charged before an earlier one. The next list has it again, as the facts
    are then.
    """
    if charge.batch is None:
        raise NotYet(_("This charge is on no list."))
    finance_of(by, charge.batch.council)
    if not why.strip():
        raise NotYet(_("Say why it is left out."), field="why")
    if len(why.strip()) > REASON:
        raise NotYet(_("Use no more than %(n)s characters.") % {"n": REASON}, field="why")
    with transaction.atomic():
        batch = ChargeBatch.objects.select_for_update().get(pk=charge.batch.pk)
        if batch.state != "ready":
            raise NotYet(_("This list was released already: nothing in it can be left out."))
        rows = batch.charges.filter(case=charge.case_id, number__gte=charge.number)
        if not mark(rows, "left_out", by, at, why):
            raise NotYet(_("This line was left out already."))
        _write(batch)
        return batch


def release_charges(*, batch: ChargeBatch, by: User, at: datetime | None = None) -> ChargeBatch:
    """A second officer lets the list go to the ledger; the people on it are told. What is charged
    to somebody who has died since is left out: it is of the final account.
    """
    finance_of(by, batch.council)
    if batch.made_by_id == by.pk:
        raise NotYet(_("You made this list: another officer releases it."))
    when = at or timezone.now()
    with transaction.atomic():
        held = ChargeBatch.objects.select_for_update().get(pk=batch.pk)
        if held.state != "ready":
            raise NotYet(_("This list was released already."))
        died = held.charges.filter(case__person__died_on__isnull=False)
        if mark(died, "left_out", by, when, _DIED):
            _write(held)
        mark(held.charges, "charged", by, when)
        held.state, held.released_by, held.released_at = "released", by, when
        held.save(update_fields=["state", "released_by", "released_at"])
        _write_letters(untold(batch), LETTERS_AT_ONCE, at)
    batch.refresh_from_db()
    return batch


_DIED = "The person has died."


def untold(batch: ChargeBatch | None = None) -> Any:
    """Released charges whose letter is still to be written: of one list or of all."""
    rows = Charge.objects.filter(state="charged", event=None, case__person__died_on=None)
    return rows.filter(batch=batch) if batch else rows


def send_letters(now: datetime | None = None) -> int:
    """Write letters that a release has left to the job. Returns how many. Safe to run twice at
    once: whoever comes second finds the letter written.
    """
    return _write_letters(untold(), LETTERS_A_ROUND)


def _write_letters(rows: Any, most: int, at: datetime | None = None) -> int:
    pairs = rows.order_by("batch_id", "case_id").values_list("batch", "case").distinct()[:most]
    return sum(_write_letter(batch, case, at) for batch, case in list(pairs))


def _write_letter(batch: int, case: int, at: datetime | None) -> int:
    """One letter about all charges of a person on a list. It is written with the event."""
    with transaction.atomic():
        held = Case.objects.get(pk=case)
        held.hold()
        rows = Charge.objects.filter(batch=batch, case=case, state="charged", event=None)
        if not rows.exists():
            return 0
        by = ChargeBatch.objects.select_related("released_by").get(pk=batch).released_by
        event = held.record("send_charge", by=by, role="finance", at=at, charges=batch)
        rows.update(event=event)
        return 1
