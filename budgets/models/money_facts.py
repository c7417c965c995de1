"""The dated facts of running money: append-only rows from which what is owed is read, day by day.

A corrected row is struck: it stays in the books and out of the reading (`struck_at`). Of rows of
one kind, the one recorded last holds from its own day on (`position.entitlement_facts`). Other
facts stand elsewhere: plan lines, contributions, agreements, payments, and the end of a case.
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.models.figure import Contribution
from budgets.models.plan import PlanLine, SupportPlan
from cases.models import Case, Council, Event

USER = settings.AUTH_USER_MODEL


class MoneyFact(models.Model):
    """What every dated fact of a case has: when it was recorded, by whom, and when it was struck
    out, why.
    """

    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    struck_for = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


class ComparedFact(MoneyFact):
    """A fact whose event is looked for by `check_money`. `carried`: it was there when that began
    (migration 0014), so none may name it. The default of rows made by then; never of a new one.
    """

    carried = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class PlanInForce(ComparedFact):
    """The plan whose lines hold from a day until the next such row; no plan: nothing holds."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="plans_in_force")
    plan = models.ForeignKey(SupportPlan, models.PROTECT, null=True, related_name="in_force")
    begins_on = models.DateField()

    class Meta:
        ordering = ["case", "pk"]


class LinePrice(ComparedFact):
    """Another amount of one native period of a line. Without `ends_on` until its next price:
    support for a time that ended early. With it what support that did not come, or cost less,
    really cost on these days; no `amount`: it came as planned after all. Such a row is about the
    support, so it holds for every copy of its line, whichever plan is in force on these days.
    """

    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="prices")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["line", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_on=None, amount__isnull=False)
                | Q(ends_on__isnull=False, ends_on__gte=F("begins_on")),
                name="price_in_order",
            ),
        ]


class Suspension(ComparedFact):
    """Days without a direct payment. `instead_who`, `support_instead`, `instead_from`: who gives
    what meanwhile, and from when. `make_good`: it was wrong, so its days are paid after all; only
    once it has an end.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="suspensions")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    make_good = models.BooleanField(default=False)
    look_again_on = models.DateField(null=True)
    instead_who = models.TextField(blank=True)
    support_instead = models.TextField(blank=True)
    instead_from = models.DateField(null=True)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ends_on=None, struck_at=None),
                name="one_open_suspension",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None, make_good=False) | Q(ends_on__gte=F("begins_on")),
                name="suspension_in_order",
            ),
        ]


class ExtraPayment(MoneyFact):
    """A person's decision to pay more on a day: a retainer, an assistant's notice or redundancy
    pay, a reimbursement. Owed whatever the lines say.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="extra_payments")
    on = models.DateField()
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["case", "on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="extra_above_nothing")
        ]


class Instalment(MoneyFact):
    """One agreed instalment of what was paid too much; `agreed_on`: the day of the agreement in
    writing.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="instalments")
    on = models.DateField()
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    agreed_on = models.DateField()

    class Meta:
        ordering = ["case", "on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_above_nothing")
        ]


class Settlement(MoneyFact):
    """A sum paid back, or written off by a named officer: what was paid too much is less by it.
    `set_aside`: it stands on, but what is owed more meanwhile is paid in full and not set against
    it; the decision about what was paid too much strikes it.
    """

    HOW = {
        "paid_back": _("Paid back"),
        "written_off": _("Written off"),
        "set_aside": _("Set aside until it is decided"),
    }
    DECIDED = ("paid_back", "written_off")

    case = models.ForeignKey(Case, models.PROTECT, related_name="settlements")
    on = models.DateField()
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    how = models.CharField(max_length=12, choices=HOW)
    why = models.CharField(max_length=200)

    class Meta:
        ordering = ["case", "on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="settlement_above_nothing")
        ]


class EarlierCharge(MoneyFact):
    """A decision to charge a contribution from a day before the person was told it, with whoever
    took it and why. `Contribution.told_on` stays the day on which they were really told.
    """

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="earlier_charges")
    charged_from = models.DateField()
    why = models.TextField()

    class Meta:
        ordering = ["contribution", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(why=""), name="earlier_charge_with_a_reason")
        ]


class Payee(MoneyFact):
    """Who a case's payments go to, by the creditor number of the council's ledger. Bank details
    stay in the ledger (docs/adr/0036). Nothing is paid before a second officer has verified it; a
    change is a further row and told to the person.
    """

    KINDS = {
        "person": _("The person"),
        "nominated": _("Somebody the person nominated"),
        "authorised": _("Somebody authorised for a person who can't decide about it"),
        "provider": _("A provider"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="payees")
    kind = models.CharField(_("who they are"), max_length=12, choices=KINDS)
    name = models.CharField(_("name"), max_length=120)
    creditor = models.CharField(_("creditor number in the ledger"), max_length=20)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    told_on = models.DateField(null=True)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_by=None)
                | Q(verified_at__isnull=False, verified_by__isnull=False)
                & ~Q(verified_by=F("recorded_by")),
                name="payee_verified_by_a_second_officer",
            )
        ]


class ChargeBatch(models.Model):
    """The four-weekly list of what people owe, numbered, made by one officer and released by
    another.
    """

    STATES = {
        "ready": _("Waits to be released by a second officer"),
        "released": _("With the ledger"),
    }

    council = models.ForeignKey(Council, models.PROTECT, related_name="charge_batches")
    number = models.PositiveIntegerField()
    until = models.DateField(_("periods that end by"))
    state = models.CharField(max_length=10, choices=STATES, default="ready")
    count = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    content = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["council", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="one_charge_batch_a_number"),
            models.CheckConstraint(
                condition=Q(state="ready", released_by=None, released_at=None)
                | Q(state="released", released_by__isnull=False, released_at__isnull=False)
                & ~Q(released_by=F("made_by")),
                name="charges_released_by_a_second_officer",
            ),
        ]

    def number_of(self, line: int) -> str:
        """How a line of this list is called outside of it."""
        return f"C{self.number}-{line}"


class Charge(models.Model):
    """One line of a list: what a person is charged for the days it covers, as printed. `credit`:
    what had been charged too much before, taken off by itself. A line that covers no days pays back
    what no charge was left for, or charges what was charged too little before, as decided. `event`:
    of the letter about it. `batch` is empty where it was charged elsewhere before the case was
    entered here.
    """

    STATES = {"claimed": _("On a list"), "left_out": _("Left out"), "charged": _("Invoiced")}
    STANDING = ("claimed", "charged")

    case = models.ForeignKey(Case, models.PROTECT, related_name="charges")
    batch = models.ForeignKey(ChargeBatch, models.PROTECT, null=True, related_name="charges")
    number = models.PositiveIntegerField()
    covers_from = models.DateField(null=True)
    covers_to = models.DateField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    credit = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    state = models.CharField(max_length=10, choices=STATES, default="claimed")
    state_reason = models.CharField(max_length=200, blank=True)
    state_at = models.DateTimeField(null=True)
    state_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["case", "batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_charge_a_list_line"),
            models.CheckConstraint(
                condition=Q(
                    covers_from__isnull=False,
                    covers_to__gte=F("covers_from"),
                    credit__gte=0,
                    amount__gte=F("credit"),
                )
                | Q(covers_from=None, covers_to=None, amount=0, credit__gt=0)
                | Q(covers_from=None, covers_to=None, amount__gt=0, credit=0),
                name="charge_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("claimed", "charged")) | ~Q(state_reason=""),
                name="charge_out_with_a_reason",
            ),
        ]

    @property
    def to_pay(self) -> Decimal:
        """What the invoice says; below 0 the council pays."""
        return self.amount - self.credit

    @property
    def written_number(self) -> str:
        """The number of a charge, as the file and the letter say it; none where it was charged
        elsewhere.
        """
        return self.batch.number_of(self.number) if self.batch else ""
