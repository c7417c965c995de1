"""What was due of days already charged, and was not charged: found by the reading, a person's
decision.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case

USER = settings.AUTH_USER_MODEL


class Undercharge(models.Model):
    """One finding, open until it is decided or gone. `amount`: what stands and nobody has decided
    about. `left`: what of it stands on after the decision: not found again, and of one that is
    charged still to be charged.
    """

    DECISIONS = {
        "charge": _("Charge it: it is on the next list"),
        "leave": _("Leave it: it is not charged"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="undercharges")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    found_at = models.DateTimeField()
    owner = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decide_by = models.DateField()
    decision = models.CharField(max_length=12, choices=DECISIONS, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    left = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(decided_at=None, gone_at=None),
                name="one_open_undercharge",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, gone_at=None)
                & ~Q(decision="")
                & ~Q(reason=""),
                name="undercharge_decision_whole",
            ),
            models.CheckConstraint(condition=Q(left__gte=0), name="undercharge_not_negative"),
        ]
