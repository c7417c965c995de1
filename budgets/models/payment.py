"""Money that moves: the direct payment agreement, payments as they left, the numbered batches for
the council's ledger, and when support began. What is owed is nowhere kept: `money_facts`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.models.plan import PlanLine, SupportPlan
from cases.models import Case, Council, Event

USER = settings.AUTH_USER_MODEL


class DirectPaymentAgreement(models.Model):
    """What was agreed about a direct payment, in numbered versions: a new one never touches the old
    (append-only).

    A card is one account type, never the only one. `start_up`: the part of the one-off money meant
    for beginning. `contingency`: what may stay in the account for the unforeseen; both lie within
    the budget and add nothing to it. No sum of a payment stands here: it is signed once for what it
    says, and what is paid follows the decided budget. It holds from `first_payment_on`, from which
    pay days are counted, unless `pay_day` says otherwise (money that ran before). `terms`: what was
    agreed, point by point.
    """

    ACCOUNTS = {
        "own_account": _("The person's own bank account for this money"),
        "managed_account": _("An account someone manages for them"),
        "accountant": _("Through an accountant or payroll service"),
        "prepaid_card": _("A prepaid card"),
    }
    BASES = {
        "net": _("Net: the person's contribution is left out of the payment"),
        "gross": _("Gross: the council pays all and sends an invoice"),
        "person_first": _(
            "Person first: the person pays their part into the account, then the council "
            "adds the rest"
        ),
    }
    SIGNED_AS = {
        "person": _("The person"),
        "nominated": _("Somebody the person nominated"),
        "authorised": _("Somebody authorised for a person who can't decide about it"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="agreements")
    version = models.PositiveIntegerField(default=1)
    plan = models.ForeignKey(SupportPlan, models.PROTECT, related_name="agreements")
    switch = models.ForeignKey(
        "budgets.RouteSwitch", models.PROTECT, null=True, related_name="agreements"
    )
    signed_by = models.CharField(_("signed by"), max_length=120)
    signed_as = models.CharField(_("signed as"), max_length=12, choices=SIGNED_AS, default="person")
    others_signed = models.TextField(_("who else signed"), blank=True)
    signed_on = models.DateField(_("signed on"))
    account_type = models.CharField(_("account"), max_length=20, choices=ACCOUNTS)
    basis = models.CharField(_("net or gross"), max_length=12, choices=BASES)
    cycle_weeks = models.PositiveIntegerField(default=4)
    first_payment_on = models.DateField(_("first payment on"))
    pay_day = models.DateField(_("a day on which it is paid"), null=True)
    start_up = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    contingency = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    surplus_weeks = models.PositiveIntegerField(default=8)
    terms = models.JSONField(default=list)
    why = models.TextField(_("what changes with this version"), blank=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="one_agreement_a_version"),
            models.CheckConstraint(
                condition=Q(cycle_weeks__in=[2, 4]), name="cycle_of_two_or_four_weeks"
            ),
            models.CheckConstraint(
                condition=Q(signed_on__lte=F("first_payment_on")), name="signed_before_paid"
            ),
            models.CheckConstraint(
                condition=Q(start_up__gte=0, contingency__gte=0),
                name="agreement_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(surplus_weeks__gte=1, surplus_weeks__lte=52),
                name="surplus_weeks_of_a_year",
            ),
        ]


class PaymentBatch(models.Model):
    """The payments of one run for the council's ledger, numbered per council, with the file as it
    was made.

    `making` until the file is written: its payments are claimed already, so a run that was killed
    is taken up again and gives the same file. One officer makes it, another releases it: only then
    the file is given out. Once written, file and hash never change. `confirmed` when the ledger has
    answered for every line; at once where every line was left out. `layout`: the council's columns
    as they stood when it was claimed; empty: those the service comes with. `extra`: for payments
    that came back or were held up, and whose payee was mended.
    """

    STATES = {
        "making": _("Being made"),
        "ready": _("Waits to be released by a second officer"),
        "released": _("With the ledger"),
        "confirmed": _("The ledger has answered for every payment"),
    }

    council = models.ForeignKey(Council, models.PROTECT, related_name="payment_batches")
    number = models.PositiveIntegerField()
    until = models.DateField(_("due up to"))
    state = models.CharField(max_length=10, choices=STATES, default="making")
    count = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    layout = models.ForeignKey(
        "budgets.LedgerFormat", models.PROTECT, null=True, related_name="batches"
    )
    extra = models.BooleanField(default=False)
    file = models.BinaryField(default=b"")
    sha256 = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    ledger_ref = models.CharField(_("the ledger's own number"), max_length=60, blank=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["council", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="one_batch_a_number"),
            models.UniqueConstraint(
                fields=["council"], condition=Q(state="making"), name="one_batch_in_the_making"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("making", "ready"), released_by=None, released_at=None)
                # nobody: before batches were released by a second officer
                | Q(state__in=("released", "confirmed"), released_at__isnull=False)
                & (Q(released_by=None) | ~Q(released_by=F("made_by"))),
                name="batch_released_by_a_second_officer",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="confirmed", confirmed_by__isnull=False, confirmed_at__isnull=False
                )
                | (~Q(state="confirmed") & Q(confirmed_by=None, confirmed_at=None)),
                name="batch_confirmed_whole",
            ),
        ]


class ArrearsLimit(models.Model):
    """The largest sum for days gone by that goes without a second officer's word, from a day on.
    Added, never edited.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="arrears_limits")
    most = models.DecimalField(
        _("the most that goes without a second officer's word"), max_digits=9, decimal_places=2
    )
    valid_from = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["council", "-valid_from"]
        verbose_name = _("limit for arrears")
        verbose_name_plural = _("limits for arrears")
        constraints = [
            models.UniqueConstraint(
                fields=["council", "valid_from"], name="one_arrears_limit_a_day"
            ),
            models.CheckConstraint(condition=Q(most__gte=0), name="arrears_limit_not_negative"),
        ]

    def __str__(self):
        return f"{self.most} from {self.valid_from}"


class Payment(models.Model):
    """One payment as it left, or was claimed to leave, with the days it covers (docs/adr/0035).

    Nothing about it is ever rewritten but its `state`: the next reading pays the difference.
    `amount` = `regular` (the new days) + `owed` (days before them) - `recovered` (an agreed
    instalment); both covers are empty where it covers no new days, as on a line of arrears, which
    goes beside the payment it goes with. `number`: its line in the batch.
    `left_out` before the release, with the reason, and `returned` by the ledger: owed again.
    `asks_second`: far back or large, so the officer who releases says yes to it by itself;
    `seconded_by`: who did.
    `batch` is empty where it was paid elsewhere before the case went live.
    """

    STATES = {
        "claimed": _("In a batch"),
        "left_out": _("Left out"),
        "paid": _("Paid"),
        "returned": _("Returned by the bank"),
    }
    STANDING = ("claimed", "paid")

    case = models.ForeignKey(Case, models.PROTECT, related_name="payments")
    agreement = models.ForeignKey(
        DirectPaymentAgreement, models.PROTECT, null=True, related_name="payments"
    )
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, related_name="payments")
    number = models.PositiveIntegerField()
    payee = models.ForeignKey("budgets.Payee", models.PROTECT, null=True, related_name="payments")
    on = models.DateField(_("due"))
    covers_from = models.DateField(null=True)
    covers_to = models.DateField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    regular = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    owed = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    recovered = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    asks_second = models.BooleanField(default=False)
    seconded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    seconded_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default="claimed")
    state_reason = models.CharField(max_length=200, blank=True)
    state_at = models.DateTimeField(null=True)
    state_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["case", "on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_payment_a_batch_line"),
            models.CheckConstraint(
                condition=Q(amount=F("regular") + F("owed") - F("recovered"))
                & Q(amount__gte=0, regular__gte=0, owed__gte=0, recovered__gte=0),
                name="payment_parts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(covers_from=None, covers_to=None)
                | Q(covers_from__isnull=False, covers_to__gte=F("covers_from")),
                name="payment_covers_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("claimed", "paid")) | ~Q(state_reason=""),
                name="payment_out_with_a_reason",
            ),
        ]


class LineStart(models.Model):
    """The first day on which a line's money or support was really there."""

    line = models.OneToOneField(PlanLine, models.PROTECT, related_name="start")
    started_on = models.DateField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
