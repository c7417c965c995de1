"""The question of an act that makes more owed while what was paid too much waits for its decision:
is the one set off against the other, or is all of it paid?

Asked with what the act changes (`look_before`), only where it applies, and answered before the act
is made. Not here: what the answer writes (`paying_in_full`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from budgets.entitlement.answer import answer
from budgets.entitlement.facts import DatedSum, Facts
from budgets.models import Settlement
from budgets.money.sterling import pounds
from budgets.payments import paying_in_full
from budgets.payments.changes_ahead import Changes, changes
from budgets.position.overpaid import parts_that_wait
from cases import access
from cases.access import Reading
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case
from cases.ui.components import render
from cases.ui.date_words import day
from cases.ui.look import ANSWER

SET_OFF, IN_FULL = "set_off", "pay_in_full"
ANSWERS = (SET_OFF, IN_FULL)


class SetOffChoice:
    """What may be chosen in one case, read before the act; the answer `given` is carried out at
    once.
    """

    def __init__(self, reading: Reading, given: str) -> None:
        case, by = reading.case, reading.user
        roles = access.roles_of(case, by) & paying_in_full.MAY_CHOOSE
        self.acted = False
        self.open = bool(roles) and paying_in_full.may_choose(case, dates.today())
        self.answer = given if given in ANSWERS else ""
        self.stood = _aside(case)
        self.aside = self.stood if self.open else ()
        self.case, self.by = case, by
        if self.open and self.answer == IN_FULL:
            self.acted = paying_in_full.pay_in_full(case=case, by=by) is not None
        elif self.open and self.answer == SET_OFF and self.aside:
            self.acted = paying_in_full.set_off_again(case=case, by=by)

    def asked(self, before: Facts, after: Facts, today: date) -> Asked | None:
        """The question, where the act makes more owed that could be set off; facts of before the
        answer was carried out and of after the act. NotYet where it was answered unasked.
        """
        found = self._asked(before, after, today)
        if self.acted and found is None:
            raise NotYet(_("Nothing is owed more by this, so nothing is set off or paid in full."))
        if found and found.promised and self.answer == SET_OFF:
            paying_in_full.set_off_more(case=self.case, by=self.by, amount=found.more)
        return found

    def _asked(self, before: Facts, after: Facts, today: date) -> Asked | None:
        if not self.open:
            return None
        old, new = _without(before, self.aside), _without(after, _aside(self.case))
        if (old.settled, old.recoveries) != (new.settled, new.recoveries):
            return None
        promised = answer(before, today).owed if self.aside else Decimal(0)
        if promised:  # it is paid whatever is answered now, as if it had left
            old, new = (_with(facts, DatedSum(today, -promised)) for facts in (old, new))
        found = changes(old, new, today)
        stood = found.before.paid_too_much if found else Decimal(0)
        if found is None or found.after.paid_too_much >= stood:
            return None
        aside = DatedSum(today, stood)
        paid = changes(_with(old, aside), _with(new, aside), today)
        waiting = parts_that_wait(_with(new, aside), stood, today)
        return Asked(found, paid or found, (old, new), bool(promised), waiting)

    def unasked(self, before: Facts, after: Facts, today: date) -> tuple[Facts, Facts]:
        """Both as they are looked at where a sum is set aside and nobody may choose any more: what
        was made owed has been set off, which shows in what stands.
        """
        was, now = self.stood, _aside(self.case)
        if self.open or not was:
            return before, after
        promised = DatedSum(today, -answer(before, today).owed)  # paid as it was to be
        old, new = (_with(one, promised) for one in (_without(before, was), _without(after, now)))
        return replace(old, recoveries=()), replace(new, recoveries=())


@dataclass(frozen=True)
class Asked:
    """What the act changes by either answer, and the facts that both stand on. `promised`: what
    was owed before it is paid in full, whatever is answered now. `waiting`: the instalments that
    are not taken off meanwhile, if all of it is paid.
    """

    set_off: Changes
    in_full: Changes
    state: tuple[Facts, Facts]
    promised: bool = False
    waiting: list[tuple[date, Decimal]] = field(default_factory=list)
    ANSWERS: ClassVar = ANSWERS

    @property
    def more(self) -> Decimal:
        """What the act makes owed more for days that were paid."""
        before, after = self.set_off.before, self.set_off.after
        return after.owed - after.paid_too_much - before.owed + before.paid_too_much

    def html(self, chosen: str, name: str = ANSWER, missing: bool = False) -> str:
        """The question as radios."""
        stood, left = self.set_off.before.paid_too_much, self.set_off.after.paid_too_much
        words = {"less": pounds(stood - left), "stood": pounds(stood), "left": pounds(left)}
        items: list[dict[str, Any]] = [
            {
                "value": SET_OFF,
                "text": _("Set it off"),
                "hint": _(
                    "%(less)s lowers what was paid too much from %(stood)s to %(left)s. It is not "
                    "paid."
                ),
            },
            {"value": IN_FULL, "text": _("Pay all of it"), "hint": _in_full(self.in_full)},
        ]
        for item in items:
            item |= {"hint": {"text": item["hint"] % words}, "checked": item["value"] == chosen}
        error = {"text": _("Choose whether it is set off or paid.")} if missing else None
        legend = _("%(less)s more is owed for days that were paid. What happens with it?") % words
        given = {"name": name, "idPrefix": name, "items": items, "errorMessage": error}
        fieldset = {"legend": {"text": legend, "classes": "govuk-fieldset__legend--s"}}
        return render("radios", {k: v for k, v in given.items() if v} | {"fieldset": fieldset})


def _in_full(found: Changes) -> str:
    """When it is paid, and what becomes of the rest."""
    coming = next((p for p in found.after.payments if p.of and p.of.owed), None)
    if coming is None:
        return _("It is paid. The %(stood)s stays open until somebody has decided about it.")
    words = _(
        "%(sum)s comes with the payment of %(day)s. The {stood} stays open until somebody has "
        "decided about it."
    ) % {"sum": pounds(found.after.owed), "day": day(coming.on)}
    return words.replace("{stood}", "%(stood)s")


def _aside(case: Case) -> tuple[DatedSum, ...]:
    rows = Settlement.objects.filter(case=case, how="set_aside", struck_at=None)
    return tuple(DatedSum(on, amount) for on, amount in rows.values_list("on", "amount"))


def _without(facts: Facts, aside: tuple[DatedSum, ...]) -> Facts:
    """The facts as if nothing were set aside."""
    settled = list(facts.settled)
    for one in aside:
        settled.remove(one)
    return replace(facts, settled=tuple(settled))


def _with(facts: Facts, aside: DatedSum) -> Facts:
    return replace(facts, settled=(*facts.settled, aside))
