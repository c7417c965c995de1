"""Support for a time beside the plan, or before there is one: urgent support, a temporary increase.

A decision with lines and an end. Its lines are those of a plan of its own (state "extra"), which
hold beside whatever plan is in force (`position.entitlement_facts`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budgets.models.decision import DECIDING, DelegationLevel
from budgets.models.plan import SupportPlan
from cases.models import Case

USER = settings.AUTH_USER_MODEL


class ExtraSupport(models.Model):
    """One decision: why, from when until when, at what cost, by whom and on which level.

    `proposed` waits for the nearest who may agree it (`waits_for`). `ended_on`: the last day, where
    it ended before `ends_on`. Its end is a task until somebody says what follows (`after`).
    """

    STATES = {
        "proposed": _("Waits to be agreed"),
        "agreed": _("Agreed"),
        "refused": _("Not agreed"),
    }
    AFTER = {
        "plan": _("The agreed plan takes over"),
        "more": _("More support for a time is agreed"),
        "ended": _("It is not needed any more"),
        "own_wish": _("The person does not want it any more"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="extra_support")
    plan = models.OneToOneField(SupportPlan, models.PROTECT, related_name="extra")
    why = models.TextField(_("why it is needed now"))
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    ended_on = models.DateField(_("ended on"), null=True)
    weekly = models.DecimalField(max_digits=12, decimal_places=2)
    one_off = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    state = models.CharField(max_length=10, choices=STATES, default="proposed")
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    waits_for = models.CharField(max_length=20, choices=DECIDING, blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    level = models.ForeignKey(DelegationLevel, models.PROTECT, null=True, related_name="+")
    reasons = models.TextField(blank=True)
    after = models.CharField(max_length=10, choices=AFTER, blank=True)
    after_words = models.TextField(blank=True)
    after_at = models.DateTimeField(null=True)
    after_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on"))
                & (Q(ended_on=None) | Q(ended_on__lte=F("ends_on"))),
                name="extra_support_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None, decided_by=None)
                | (~Q(state="proposed") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="extra_support_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(after="", after_at=None)
                | (~Q(after="") & Q(after_at__isnull=False, after_by__isnull=False)),
                name="extra_support_followed_whole",
            ),
        ]

    @property
    def last_day(self):
        """The last day on which it holds."""
        return self.ended_on or self.ends_on
