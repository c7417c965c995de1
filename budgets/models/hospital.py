"""Stays in hospital of the person of a case, and what was decided about a direct payment because of
one. No sum follows from any of these rows: a person decides.

Append-only: a mistake is struck and another row recorded. Not here: stays in a care home that the
payment buys (`payment_conditions`); suspending the payment (`money_facts.Suspension`).
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budgets.models.money_facts import MoneyFact
from cases.models import Case, Council
from cases.models.council import Dated

USER = settings.AUTH_USER_MODEL


class HospitalStay(MoneyFact):
    """Days in hospital, the first and the last included; without a last day the person is still
    there. Once a last day is written down it stands.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="hospital_stays")
    begins_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["case", "begins_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ends_on=None, struck_at=None),
                name="one_open_hospital_stay",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None, ended_at=None, ended_by=None)
                | Q(ends_on__gte=F("begins_on"), ended_at__isnull=False),
                name="hospital_stay_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["begins_on"],
                condition=Q(ends_on=None, struck_at=None),
                name="hospital_stay_open",
            )
        ]


class HospitalDecision(models.Model):
    """What somebody decided about the direct payment while the person is in hospital, and why:
    that it goes on and is looked at again on a day, or that it is to be suspended.
    """

    ANSWERS = {
        "go_on": _("It goes on"),
        "suspend": _("It is to be suspended"),
    }

    stay = models.ForeignKey(HospitalStay, models.PROTECT, related_name="decisions")
    answer = models.CharField(max_length=10, choices=ANSWERS)
    reason = models.TextField()
    look_again_on = models.DateField(null=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["stay", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="")
                & (
                    Q(answer="go_on", look_again_on__isnull=False)
                    | Q(answer="suspend", look_again_on=None)
                ),
                name="hospital_decision_whole",
            )
        ]


class HospitalDays(Dated):
    """On which day in hospital a council asks whether a direct payment goes on; without a row, on
    the shipped one. The day of going in is the first.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="hospital_days")
    days = models.PositiveIntegerField(
        _("days"), validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["council", "-valid_from"]
        verbose_name = _("day in hospital to decide on")
        verbose_name_plural = _("days in hospital to decide on")
        constraints = [
            models.UniqueConstraint(fields=["council", "valid_from"], name="one_hospital_day_date"),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=365), name="hospital_days_known"
            ),
        ]

    def __str__(self):
        return f"{self.days}, {self.valid_from}"
