"""How a council turns needs into money: schemes with immutable published versions, and dated unit
rates.
"""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.council import Council, Dated

POPULATIONS = {"adult": _("Adults"), "carer": _("Carers")}


class AllocationScheme(models.Model):
    """A council's way from answers to an indicative budget, for adults or for carers."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="schemes")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    population = models.CharField(max_length=10, choices=POPULATIONS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "code"], name="one_scheme_a_code")
        ]

    def __str__(self):
        return self.name


class SchemeVersion(models.Model):
    """One version: `definition` holds method, questions, points or prices, table, rounding, weeks
    and vectors.

    Published rows never change (trigger). A case stays on the version it was calculated with.
    """

    STATES = {"draft": "Draft", "published": "Published"}

    scheme = models.ForeignKey(AllocationScheme, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    valid_from = models.DateField()
    definition = models.JSONField()
    checksum = models.CharField(max_length=64)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_on = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="one_version_a_number"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, approved_by="")
                | (Q(state="published", published_at__isnull=False) & ~Q(approved_by="")),
                name="version_published_whole",
            ),
        ]

    def __str__(self):
        return f"{self.scheme.name}, version {self.number}"


class UnitRate(Dated):
    """What the council pays for a unit of a service, by service date; never an overlap of the same
    service.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="rates")
    service = models.CharField(_("service"), max_length=80)
    unit = models.CharField(_("unit"), max_length=20, default="hour")
    amount = models.DecimalField(
        _("£"), max_digits=10, decimal_places=4, validators=[MinValueValidator(0)]
    )
    oncost_pct = models.DecimalField(_("on-costs %"), max_digits=6, decimal_places=3, default=0)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering = ["service", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "service", "valid_from"], name="one_rate_a_date"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="rate_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.service}: £{self.amount.normalize():f} an {self.unit}"
