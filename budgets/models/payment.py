"""Money that moves: the direct payment agreement, its schedule that adds up to the penny, and when support began."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Event

from .plan import PlanLine, SupportPlan

USER = settings.AUTH_USER_MODEL


class DirectPaymentAgreement(models.Model):
    """What was agreed about a direct payment. A card is one account type, never the only one."""

    ACCOUNTS = {
        "own_account": _("The person's own bank account for this money"),
        "managed_account": _("An account someone manages for them"),
        "accountant": _("Through an accountant or payroll service"),
        "prepaid_card": _("A prepaid card"),
    }
    BASES = {
        "net": _("Net: the person's contribution is left out of the payment"),
        "gross": _("Gross: the council pays all and sends an invoice"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="agreements")
    plan = models.OneToOneField(SupportPlan, models.PROTECT, related_name="agreement")
    signed_by = models.CharField(_("signed by"), max_length=120)
    signed_on = models.DateField(_("signed on"))
    account_type = models.CharField(_("account"), max_length=20, choices=ACCOUNTS)
    basis = models.CharField(_("net or gross"), max_length=6, choices=BASES)
    cycle_weeks = models.PositiveIntegerField(default=4)
    first_payment_on = models.DateField(_("first payment on"))
    annual = models.DecimalField(max_digits=12, decimal_places=2)
    contribution_annual = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    one_off = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cycle_weeks__in=[2, 4]), name="cycle_of_two_or_four_weeks"),
            models.CheckConstraint(condition=Q(signed_on__lte=F("first_payment_on")), name="signed_before_paid"),
        ]


class ScheduledPayment(models.Model):
    """One payment of an agreement: Σ regular = the year's net sum, the last carries the remainder.

    `held`: not to be paid out, by a suspension, an end of support, or a later agreement in its place.
    """

    KINDS = {"regular": _("Regular payment"), "one_off": _("One-off payment")}

    agreement = models.ForeignKey(DirectPaymentAgreement, models.PROTECT, related_name="payments")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=KINDS, default="regular")
    due = models.DateField()
    covers_from = models.DateField()
    covers_to = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    held = models.BooleanField(default=False)

    class Meta:
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="one_payment_a_number"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_not_negative"),
            models.CheckConstraint(condition=Q(covers_to__gte=F("covers_from")), name="payment_covers_in_order"),
        ]


class LineStart(models.Model):
    """The first day on which a line's money or support was really there."""

    line = models.OneToOneField(PlanLine, models.PROTECT, related_name="start")
    started_on = models.DateField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
