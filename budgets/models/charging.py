"""A council's own rates of charging, beside the published ones (`budgets/data/charging_rates.csv`).

Not here: which rate holds on a day, and which are refused (`budgets.money.charging_rates`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.council import Council, Dated

CHARGING_RATES = {
    "18-24": _("Minimum income guarantee: single, 18 to 24"),
    "25": _("Minimum income guarantee: single, 25 up to pension age"),
    "pension": _("Minimum income guarantee: single, pension age"),
    "premium": _("Disability premium, single"),
    "enhanced": _("Enhanced disability premium, single"),
    "lower": _("Lower capital limit"),
    "upper": _("Upper capital limit"),
    "tariff": _("Tariff income: what each step of savings counts as a week"),
    "step": _("Tariff income: the step of savings"),
    "disregard": _("Income a week that this council does not count"),
    "disability": _("Costs of a disability a week that this council always allows"),
    "percentage": _("Share of what is left over that this council takes, in percent"),
    "maximum": _("The most that this council takes a week from income"),
    "minimum": _("The least a week that this council collects"),
}


class ChargingRate(Dated):
    """A rate of one council from a day on; append-only. A later row with a later day takes over.

    A row with `corrects` strikes the one it names, which stays as it was, and says why in `note`;
    its `amount` is None where nothing takes the struck one's place. Pounds, a week where that has a
    meaning; percent for "percentage".
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="charging_rates")
    code = models.CharField(max_length=12)  # of CHARGING_RATES
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["council", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__in=list(CHARGING_RATES)), name="charging_rate_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=False, amount__gte=0)
                | Q(amount=None, corrects__isnull=False),
                name="charging_rate_has_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(note=""), name="charging_rate_corrected_with_why"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="charging_rate_in_order",
            ),
        ]

    def __str__(self):
        return f"{CHARGING_RATES[self.code]}, {self.valid_from}"
