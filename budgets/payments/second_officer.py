"""What one finance officer has made and another lets go: batches, lists of charges, a set of the
yearly change, tables of money that runs, and a pay day beside the ledger's. Reading only. Imported
once, in `BudgetsConfig.ready`.

Every kind with such a state is in KINDS; a test finds the states in the models and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DecimalField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import ChargeBatch, ParallelRun, PaymentBatch, RunningImport, Uprating
from budgets.position.money_presenter import signed
from cases.journey import hooks
from cases.models import Council, User
from cases.ui.components import Link, Table
from cases.ui.date_words import day

SUM = DecimalField(max_digits=14, decimal_places=2)


@dataclass(frozen=True)
class Kind:
    """One kind of what waits. `title` takes its number; `page`: the name of its page; `own`: what
    whoever made it reads, "" where they may go on with it themselves.
    """

    model: Any
    state: str
    by: str
    at: str
    title: Any
    page: str
    do: Any
    own: Any
    total: str = ""


KINDS = {
    "batch": Kind(
        PaymentBatch,
        "ready",
        "made_by",
        "made_at",
        gettext_lazy("Batch %(n)s"),
        "batch",
        gettext_lazy("Look at it and release it"),
        gettext_lazy("You made it: another officer releases it"),
        "total",
    ),
    "charges": Kind(
        ChargeBatch,
        "ready",
        "made_by",
        "made_at",
        gettext_lazy("List of charges %(n)s"),
        "charge_list",
        gettext_lazy("Look at it and release it"),
        gettext_lazy("You made it: another officer releases it"),
        "total",
    ),
    "uprating": Kind(
        Uprating,
        "ready",
        "made_by",
        "made_at",
        gettext_lazy("The yearly change, run %(n)s"),
        "uprating",
        gettext_lazy("Decide it or release it"),
        "",
    ),
    "import": Kind(
        RunningImport,
        "waiting",
        "made_by",
        "made_at",
        gettext_lazy("Tables of cases %(n)s"),
        "running_import",
        gettext_lazy("Look at them and let them in"),
        gettext_lazy("You recorded them: another officer lets them in"),
    ),
    "pay-day": Kind(
        ParallelRun,
        "open",
        "laid_by",
        "laid_at",
        gettext_lazy("Pay day beside the ledger’s, %(n)s"),
        "pay_day",
        gettext_lazy("Look at the differences and close it"),
        "",
    ),
}


@dataclass(frozen=True)
class Made:
    """One thing that waits. `total`: pounds, None where it has no sum."""

    kind: str
    number: int
    by: int
    name: str
    at: datetime
    total: Decimal | None

    @property
    def title(self) -> str:
        return str(KINDS[self.kind].title) % {"n": self.number}

    @property
    def address(self) -> str:
        return reverse(f"budgets:{KINDS[self.kind].page}", args=[self.number])

    @property
    def sum_words(self) -> str:
        return "" if self.total is None else signed(self.total)

    def do(self, user: User) -> Link | str:
        """What this officer does about it now."""
        kind = KINDS[self.kind]
        if kind.own and self.by == user.pk:
            return str(kind.own)
        return Link(str(kind.do), self.address, hidden=self.title)


def waiting(council: Council) -> list[Made]:
    """All of a council, the oldest first, in one statement."""
    first, *others = (_rows(code, kind, council) for code, kind in KINDS.items())
    found = [Made(*row) for row in first.union(*others, all=True)]
    return sorted(found, key=lambda one: (one.at, one.kind, one.number))


def _rows(code: str, kind: Kind, council: Council) -> Any:
    rows = kind.model.objects.filter(council=council, state=kind.state).order_by()
    return rows.values_list(
        Value(code, CharField()),
        "number",
        kind.by,
        f"{kind.by}__name",
        kind.at,
        Cast(kind.total, SUM) if kind.total else Value(None, SUM),
    )


@hooks.tasks
def made_by_another(user: Any, council: Council, roles: set[str], mine: Any = None) -> list[Table]:
    """For another finance officer than the one who made it; a set of the yearly change has a task
    of its own, with its day.
    """
    if "finance" not in roles:
        return []
    rows = [
        [one.title, day(one.at), one.sum_words, one.do(user)]
        for one in waiting(council)
        if one.by != user.pk and one.kind != "uprating"
    ]
    head = [_("What"), _("Made on"), _("Together"), _("Do now")]
    return [Table(_("To be released by another officer"), head, rows, numeric={2})] if rows else []
