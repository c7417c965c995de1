"""Looking after a direct payment with the lightest touch: checks in tiers, money left over,
concerns, restrictions, and the final account. None of it takes money back by itself.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budgets.models.payment import DirectPaymentAgreement
from cases.models import Case

USER = settings.AUTH_USER_MODEL
TIERS = {"light": _("Light"), "standard": _("Standard"), "enhanced": _("Enhanced")}


class MonitoringCheck(models.Model):
    """One question about an account: why in this tier, what was asked, and what was said. Only
    periods paid for.

    `factors`: the stated codes that gave the tier; `items`: the codes of what is asked. `balance`
    None: not known, and then there is no surplus either. `minutes`: how long it took the person, as
    they say.
    """

    agreement = models.ForeignKey(DirectPaymentAgreement, models.PROTECT, related_name="checks")
    case = models.ForeignKey(Case, models.PROTECT, related_name="checks")
    tier = models.CharField(max_length=10, choices=TIERS)
    factors = models.JSONField(default=list)
    items = models.JSONField(default=list)
    period_from = models.DateField()
    period_to = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    balance = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    planned_use = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    planned_for = models.TextField(blank=True)
    told = models.TextField(blank=True)
    minutes = models.PositiveIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at=None), name="one_open_check"
            ),
            models.CheckConstraint(condition=Q(tier__in=list(TIERS)), name="check_tier_known"),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="check_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, balance=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False, balance__isnull=False),
                name="check_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(planned_use__gte=0), name="planned_use_not_negative"
            ),
        ]


class SurplusLetter(models.Model):
    """The letter about money left over: what was written, until when the person may answer, and the
    answer.

    One a check. Without it nothing is taken back; the decision is a person's, in `SurplusDecision`.
    """

    check_of = models.OneToOneField(MonitoringCheck, models.PROTECT, related_name="letter")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    words = models.TextField()
    reply_by = models.DateField()
    written_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reply="", replied_at=None)
                | (~Q(reply="") & Q(replied_at__isnull=False)),
                name="surplus_reply_whole",
            )
        ]


class SurplusDecision(models.Model):
    """What somebody decided about money left over, with the reason (append-only)."""

    ACTIONS = {
        "leave": _("Leave it: nothing happens"),
        "agreed_use": _("It is kept for something agreed"),
        "reclaim": _("It is paid back to the council"),
        "adjust": _("Later payments are looked at again with the person"),
    }

    check_of = models.OneToOneField(MonitoringCheck, models.PROTECT, related_name="decision")
    action = models.CharField(max_length=12, choices=ACTIONS)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    reason = models.TextField()
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(action="reclaim", amount__gt=0)
                | (~Q(action="reclaim") & Q(amount__gte=0)),
                name="reclaim_has_an_amount",
            ),
        ]


class Concern(models.Model):
    """A worry that money may be misused or somebody harmed: apart from monitoring, read by few,
    support first.
    """

    SUPPORT = {
        "talk": _("Talk it over with the person"),
        "help": _("Offer help with the paperwork or payroll"),
        "account": _("Offer another kind of account"),
        "switch": _("Offer another way to take the money"),
        "none": _("None of these would be safe"),
    }
    OUTCOMES = {
        "nothing": _("Nothing was wrong"),
        "helped": _("Help was given"),
        "changed": _("The way of taking the money changed"),
        "safeguarding": _("Taken on by safeguarding"),
        "recovery": _("Money is to be paid back, by its own decision"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="concerns")
    reason = models.TextField()
    safeguarding = models.BooleanField()
    support_first = models.CharField(max_length=10, choices=SUPPORT)
    raised_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=OUTCOMES, blank=True)
    finding = models.TextField(blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="", finding="")
                | (
                    Q(closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(finding="")
                ),
                name="concern_closed_whole",
            )
        ]


class Restriction(models.Model):
    """A limit on what a payment may be used for: only with its legal reason, its owner and its last
    day.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="restrictions")
    what = models.CharField(_("what may not be done with the money"), max_length=200)
    legal_reason = models.TextField(_("the legal reason"))
    owner = models.CharField(_("who answers for it"), max_length=120)
    begins_on = models.DateField()
    ends_on = models.DateField()
    lifted_on = models.DateField(null=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("begins_on")) & ~Q(legal_reason="") & ~Q(owner=""),
                name="restriction_whole",
            )
        ]


class FinalAccount(models.Model):
    """What was left when a payment ended: to be paid back, to be paid out, or nothing; and with
    whom it was settled.

    Append-only. `balance`: what stood in the account. `owed`: what the council still owed for
    support before the end. `assistants`: what was found when notice and redundancy pay of
    assistants was asked about; empty: nobody was employed from it.
    """

    OUTCOMES = {
        "recovery": _("Paid back to the council"),
        "refund": _("Paid out by the council"),
        "nothing": _("Nothing to pay on either side"),
    }
    ASSISTANTS = {
        "paid": _("Notice or redundancy pay is decided, and recorded as an extra payment"),
        "nothing": _("Asked: none is owed to anybody"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="final_accounts")
    contact = models.CharField(_("with whom it is settled"), max_length=200)
    balance = models.DecimalField(max_digits=12, decimal_places=2)
    owed = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    assistants = models.CharField(max_length=10, choices=ASSISTANTS, blank=True)
    letter_on = models.DateField(_("letter sent on"))
    reason = models.TextField()
    settled_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="nothing", amount=0)
                | (~Q(outcome="nothing") & Q(amount__gt=0)),
                name="final_amount_whole",
            )
        ]
