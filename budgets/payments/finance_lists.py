"""What waits for a council's finance officers, as lists: of each how many and the oldest day, in
one statement, and its rows. Reading only.

What is due or was paid too much is as `money_standings` keeps it. Not here: the words of a row
(`views.finance`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from budgets.ledger import creditor_numbers
from budgets.models import (
    Contribution,
    EnteredCase,
    LedgerAnswer,
    MoneyStanding,
    Payee,
    Payment,
    PaymentBatch,
)
from budgets.payments import (
    charge_reviews,
    extra_rules,
    money_standings,
    payees_waiting,
    returned_payments,
    second_officer,
    standing_payments,
    uprating_tasks,
)
from budgets.position import aftercare, endings
from budgets.position.overpaid_presenter import NOT_BY_ITSELF
from budgets.position.undercharged import open_findings
from cases import access
from cases.caseload import lists
from cases.models import Case, Clock, Council, Representation, User


@dataclass(frozen=True)
class Desk:
    """Whose lists they are, and on which day. `seen`: ids of `cases`."""

    council: Council
    user: User
    today: date

    @cached_property
    def mine(self) -> list[Representation]:
        """Whom they stand for themselves, read once."""
        return access.representing(self.user)

    @cached_property
    def cases(self) -> Any:
        """The cases this officer may open."""
        return lists.staff_cases(self.user, self.council, mine=self.mine)

    @property
    def seen(self) -> Any:
        return self.cases.order_by().values("pk")


@dataclass(frozen=True)
class FinanceList:
    """One list. `day`: the field by which the oldest is told; `find`: its rows."""

    title: Any
    about: Any
    day: str = ""
    find: Callable[[Desk], Any] = lambda desk: ()

    def count(self, desk: Desk) -> tuple[int, Any]:
        """(how many, the oldest day or None)."""
        found = self.find(desk).order_by().aggregate(n=Count("pk"), oldest=Min(self.day))
        return found["n"], found["oldest"]

    def rows(self, desk: Desk, start: int, many: int) -> list[Any]:
        """So many rows from one on, the oldest first."""
        return list(self.find(desk).order_by(self.day, "pk")[start : start + many])


@dataclass(frozen=True)
class MadeByOfficers(FinanceList):
    """What one officer made and another lets go: few of many kinds, read in one statement."""

    def count(self, desk: Desk) -> tuple[int, Any]:
        found = second_officer.waiting(desk.council)
        return len(found), found[0].at if found else None

    def rows(self, desk: Desk, start: int, many: int) -> list[Any]:
        return second_officer.waiting(desk.council)[start : start + many]


def _overdue(desk: Desk) -> Any:
    return _due(desk, desk.today - timedelta(days=1))


def _due_today(desk: Desk) -> Any:
    last = standing_payments.leaves_by(desk.today)
    return _due(desk, last).filter(due_on__gte=desk.today)


def _due(desk: Desk, until: date) -> Any:
    """Each with what it waits for: `named`, `verified`; `missed`: an extra batch takes it."""
    rows = money_standings.due(desk.council, until).filter(case__in=desk.seen)
    named = Payee.objects.filter(case=OuterRef("case"), struck_at=None).order_by("-pk")
    verified = Subquery(named.values("verified_at")[:1])
    held = returned_payments.held_up(desk.council, desk.today).filter(pk=OuterRef("pk"))
    rows = rows.annotate(named=Exists(named), verified=verified, missed=Exists(held))
    return rows.select_related("case__person")


def _returned(desk: Desk) -> Any:
    rows = returned_payments.open_returns(desk.council).filter(case__in=desk.seen)
    return rows.select_related("case__person", "batch")


def _to_name(desk: Desk) -> Any:
    return payees_waiting.to_name(desk.seen)


def _to_verify(desk: Desk) -> Any:
    return payees_waiting.to_verify(desk.seen)


def _too_much(desk: Desk) -> Any:
    rows = MoneyStanding.objects.filter(case__in=desk.seen, too_much_since__isnull=False)
    return rows.select_related("case__person")


def _too_little(desk: Desk) -> Any:
    rows = open_findings().filter(case__in=desk.seen)
    return rows.select_related("case__person", "owner")


def _unanswered(desk: Desk) -> Any:
    rows = PaymentBatch.objects.filter(council=desk.council, state="released")
    read = LedgerAnswer.objects.filter(batch=OuterRef("pk"), counted_at=None).order_by("-pk")
    return rows.defer("file").annotate(read=Subquery(read.values("pk")[:1]))


def _reviews(desk: Desk) -> Any:
    rows = charge_reviews.reviews_due(desk.council, desk.today)
    return lists.of_others(rows, desk.user, mine=desk.mine)


def _agreements(desk: Desk) -> Any:
    rows = extra_rules.without_agreement(desk.council)
    return lists.of_others(rows, desk.user, mine=desk.mine)


def _not_live(desk: Desk) -> Any:
    rows = EnteredCase.objects.filter(council=desk.council, live_at=None, case__in=desk.seen)
    return rows.select_related("case__person", "imported")


def _to_set_up(desk: Desk) -> Any:
    return lists.queued(desk.cases, desk.user, "finance")


def _accounts(desk: Desk) -> Any:
    return endings.to_settle(desk.council).filter(pk__in=desk.seen).select_related("person")


def _contributions(desk: Desk) -> Any:
    """The last word about what somebody pays is an estimate, or the person was not told."""
    later = Contribution.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    rows = Contribution.objects.filter(
        Q(state="estimated") | Q(state="recorded", told_on=None), case__in=desk.seen
    )
    rows = rows.exclude(Exists(later)).exclude(case__step="closed")
    return rows.select_related("case__person")


def _assessments(desk: Desk) -> Any:
    """Of the whole council, as the clock runs before a case reaches finance; but no relative's."""
    rows = Clock.objects.filter(
        council=desk.council, kind="financial", ended_at=None, dropped_at=None
    )
    rows = lists.of_others(rows, desk.user, mine=desk.mine)
    return rows.select_related("case__person", "case__worker")


def _aftercare(desk: Desk) -> Any:
    return aftercare.to_split(desk.seen)


def _uprating(desk: Desk) -> Any:
    return uprating_tasks.rows_to_do(desk.council).filter(case__in=desk.seen)


LISTS = {
    "overdue": FinanceList(
        _("Payments overdue"), _("Due before today, and in no batch."), "due_on", _overdue
    ),
    "due": FinanceList(
        _("Payments due today"),
        _("In no batch yet. Those of a weekend or bank holiday right after today are among them."),
        "due_on",
        _due_today,
    ),
    "returned": FinanceList(
        _("Payments that came back"),
        _(
            "Owed again. Once its payee is mended, a payment goes in an extra batch on the working "
            "day after."
        ),
        "state_at",
        _returned,
    ),
    "name": FinanceList(
        _("Nobody is named to be paid"),
        _("The agreement is signed, and the payments have nobody to go to."),
        "signed_at",
        _to_name,
    ),
    "verify": FinanceList(
        _("Payees to verify"),
        _("Nothing is paid before a second officer has compared the payee with the ledger."),
        "recorded_at",
        _to_verify,
    ),
    "too-much": FinanceList(
        _("Paid too much"),
        NOT_BY_ITSELF,
        "too_much_since",
        _too_much,
    ),
    "too-little": FinanceList(
        _("Charged too little"),
        _("Of days that were charged already. Nothing more is charged for them by itself."),
        "decide_by",
        _too_little,
    ),
    "release": MadeByOfficers(
        _("To be released by another officer"),
        _(
            "Batches, lists of charges, a set of the yearly change, tables of cases and pay days: "
            "made by one officer, let go by another."
        ),
    ),
    "answers": FinanceList(
        _("Batches with the ledger"),
        _("The ledger has not answered for all of their payments yet."),
        "released_at",
        _unanswered,
    ),
    "set-up": FinanceList(
        _("Money to set up"),
        _("The case waits for the finance team."),
        "turn_since",
        _to_set_up,
    ),
    "accounts": FinanceList(
        _("Final accounts to settle"),
        _("The case is closed, and what was paid and left over is to be settled."),
        "step_since",
        _accounts,
    ),
    "contributions": FinanceList(
        _("Contributions that wait"),
        _("What somebody pays is an estimate so far, or was not told to them yet."),
        "recorded_at",
        _contributions,
    ),
    "assessments": FinanceList(
        _("Financial assessments owed"),
        _("What somebody pays is not decided yet. The day is the last on which it is in time."),
        "due_at",
        _assessments,
    ),
    "reviews": FinanceList(
        _("What people pay, to be reviewed"),
        _("A year is nearly over since it was decided, or a new year of charging has begun."),
        "due_at",
        _reviews,
    ),
    "agreements": FinanceList(
        _("Support for a time without an agreement"),
        _("It is to be paid directly. Nothing is paid before the agreement is signed."),
        "begins_on",
        _agreements,
    ),
    "not-live": FinanceList(
        _("Cases that the ledger still pays by its own list"),
        _("They were entered while their money ran, and go live after their pay days agreed."),
        "imported__done_at",
        _not_live,
    ),
    "aftercare": FinanceList(
        _("Section 117 aftercare to split"),
        _(
            "The council pays nothing for these parts: each stands for the NHS’s share only. Where "
            "the council pays a share too, the plan must name that share as a part of its own. The "
            "social worker, or the team’s manager, adds it, or writes down that the NHS pays all."
        ),
        "plan__made_at",
        _aftercare,
    ),
    "yearly-change": FinanceList(
        _("New charges and prices to look at"),
        _("What a person has to look at. The old sum holds until it is decided."),
        "do_by",
        _uprating,
    ),
}


def found(desk: Desk, words: str, many: int) -> list[Case]:
    """Cases by the person's name, the reference, or whom they are paid to: name or creditor number.
    Only such as this officer may open, each with how its money stands.
    """
    bare = words.strip()
    cases = desk.cases
    payees = Payee.objects.filter(case=OuterRef("pk"))
    named = Q(creditor=creditor_numbers.normal(bare))
    if len(bare) > 1:
        named |= Q(name__icontains=bare)
    rows = cases.filter(
        Q(pk__in=lists.search(cases, bare, desk.council).order_by().values("pk"))
        | Exists(payees.filter(named))
    )
    return list(rows.select_related("money_standing").order_by("person__name", "pk")[:many])


def payees_of(cases: list[Case]) -> dict[int, Payee]:
    """Case id -> the payee named last."""
    rows = Payee.objects.filter(case__in=[case.pk for case in cases], struck_at=None)
    return {row.case_id: row for row in rows.order_by("pk")}


def last_payments_of(cases: list[Case]) -> dict[int, Payment]:
    """Case id -> its payment that was due last, with its batch but not the file of that."""
    last = Payment.objects.filter(case=OuterRef("pk")).order_by("-on", "-pk").values("pk")[:1]
    shown = Case.objects.filter(pk__in=[case.pk for case in cases]).annotate(last=Subquery(last))
    rows = Payment.objects.filter(pk__in=shown.order_by().values("last"))
    return {row.case_id: row for row in rows.select_related("batch").defer("batch__file")}
