"""Money that moves: the direct payment agreement, its schedule that adds up to the penny, the
numbered batches for the council's ledger, and when support began.
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
    the budget and add nothing to it. `already_paid`: what earlier versions have paid for days that
    this one covers, left out of its payments; `one_off_before`: one-off money of the same plan
    lines that they have paid. `terms`: what was agreed, point by point.
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
    annual = models.DecimalField(max_digits=12, decimal_places=2)
    contribution_annual = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    already_paid = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    one_off = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    one_off_before = models.DecimalField(max_digits=12, decimal_places=2, default=0)
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
                condition=Q(
                    start_up__gte=0, contingency__gte=0, already_paid__gte=0, one_off_before__gte=0
                ),
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
    is taken up again and gives the same file. Once there, file and hash never change; `confirmed`
    when the ledger has paid.
    """

    STATES = {
        "making": _("Being made"),
        "ready": _("Ready for the ledger"),
        "confirmed": _("Paid, as confirmed"),
    }

    council = models.ForeignKey(Council, models.PROTECT, related_name="payment_batches")
    number = models.PositiveIntegerField()
    until = models.DateField(_("due up to"))
    state = models.CharField(max_length=10, choices=STATES, default="making")
    count = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    content = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
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
                condition=Q(state="making", sha256="") | (~Q(state="making") & ~Q(sha256="")),
                name="batch_file_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="confirmed", confirmed_by__isnull=False, confirmed_at__isnull=False
                )
                | (~Q(state="confirmed") & Q(confirmed_by=None, confirmed_at=None)),
                name="batch_confirmed_whole",
            ),
        ]


class ScheduledPayment(models.Model):
    """One payment of an agreement: Σ regular = the year's net sum, the last carries the remainder.

    `held`: not to be paid out, with the reason in `held_for`. `batch`: claimed for the ledger, and
    from then on as it is (append-only): what a batch has taken is paid once and never by another.
    `part_of`: the held payment of which this one pays only some days, because the money ends, or
    ended by mistake, in between.
    """

    KINDS = {"regular": _("Regular payment"), "one_off": _("One-off payment")}
    HOLDS = {
        "suspended": _("Payments are suspended"),
        "ended": _("The support ended"),
        "withdrew": _("The person withdrew"),
        "arranged": _("The person arranges their own support"),
        "closed": _("The case was closed"),
        "death": _("A death was recorded"),
        "replaced": _("A later agreement or way of taking the money is in its place"),
    }

    agreement = models.ForeignKey(DirectPaymentAgreement, models.PROTECT, related_name="payments")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=KINDS, default="regular")
    due = models.DateField()
    covers_from = models.DateField()
    covers_to = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    held = models.BooleanField(default=False)
    held_for = models.CharField(max_length=10, choices=HOLDS, blank=True)
    batch = models.ForeignKey(PaymentBatch, models.PROTECT, null=True, related_name="payments")
    part_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        ordering = ["agreement", "number"]
        indexes = [
            models.Index(
                fields=["due"],
                condition=Q(batch=None, held=False),
                name="payments_not_yet_in_a_batch",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(held=False, held_for="") | (Q(held=True) & ~Q(held_for="")),
                name="held_for_a_reason",
            ),
            models.UniqueConstraint(fields=["agreement", "number"], name="one_payment_a_number"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
            models.CheckConstraint(
                condition=Q(covers_to__gte=F("covers_from")), name="payment_covers_in_order"
            ),
        ]


class LineStart(models.Model):
    """The first day on which a line's money or support was really there."""

    line = models.OneToOneField(PlanLine, models.PROTECT, related_name="start")
    started_on = models.DateField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
