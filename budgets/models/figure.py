"""Figures: each a record, never edited and never copied over another (append-only by trigger)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budgets.models.scheme import SchemeVersion
from cases.models import Case, SelfAssessment

USER = settings.AUTH_USER_MODEL
FIGURES = {
    "indicative": _("Indicative budget"),
    "plan": _("Cost of the plan"),
    "decided": _("Decided budget"),
    "revised": _("Revised budget"),
}
DIFFERENCES = {
    "need_not_scored": _("A need the questions don't ask about"),
    "rate_above": _("The support costs more than the scheme's rate"),
    "rate_below": _("The support costs less than the scheme's rate"),
    "informal_changed": _("Help from family or friends changed"),
    "chose_less": _("The person chose less"),
    "shared_cost": _("A cost shared with someone else"),
    "one_off": _("A one-off cost"),
    "error": _("A mistake in the calculation"),
    "needs_changed": _("The needs have changed"),
    "new_prices": _("New prices from a date on"),
    "offer": _("The change both agreed to"),
}


class Calculation(models.Model):
    """One run of the engine. `payment_audit` IS the explanation page; nothing is worked out again
    on view.

    No `version`: another tool's figure, recorded where no scheme of the council gives one.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="calculations")
    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="+")
    version = models.ForeignKey(
        SchemeVersion, models.PROTECT, null=True, related_name="calculations"
    )
    inputs = models.JSONField()
    trace = models.JSONField()
    annual = models.DecimalField(max_digits=12, decimal_places=2)
    weekly = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    engine = models.CharField(max_length=20)


class BudgetFigure(models.Model):
    """An amount of one kind from a date on: a year's recurring money, its weekly form, and one-off
    money apart.

    `effective_from` is the day from which it applies, `recorded_at` when it was written down.
    Filled when a decided figure is recorded, so that the register is read and not worked out:
    `first_total` (the indicative sum before it), `share` (how far it lies from that, 0.1 = a tenth
    above; None without one), `costings` (plans and proposals costed between the two) and the scheme
    `version` of the first. `still_met`: [{"outcome", "how"}] of a reduction.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="figures")
    kind = models.CharField(max_length=12, choices=FIGURES)
    annual = models.DecimalField(max_digits=12, decimal_places=2)
    weekly = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    one_off = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    effective_from = models.DateField()
    recorded_at = models.DateTimeField()
    calculation = models.ForeignKey(Calculation, models.PROTECT, null=True, related_name="+")
    plan = models.ForeignKey(
        "budgets.SupportPlan", models.PROTECT, null=True, related_name="figures"
    )
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    reason_code = models.CharField(max_length=20, choices=DIFFERENCES, blank=True)
    reason_text = models.TextField(blank=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    first_total = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    share = models.DecimalField(max_digits=24, decimal_places=12, null=True)
    costings = models.PositiveIntegerField(null=True)
    version = models.ForeignKey(SchemeVersion, models.PROTECT, null=True, related_name="+")
    still_met = models.JSONField(null=True)

    class Meta:
        ordering = ["case", "pk"]
        indexes = [
            models.Index(
                fields=["effective_from", "share"],
                condition=Q(kind__in=["decided", "revised"]),
                name="decided_by_day",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(FIGURES)), name="figure_kind_known"),
            models.CheckConstraint(
                condition=Q(annual__gte=0, one_off__gte=0), name="figure_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(reason_code="", reason_text="")
                | (~Q(reason_code="") & ~Q(reason_text="")),
                name="figure_reason_whole",
            ),
        ]


class Contribution(models.Model):
    """What the person pays: recorded from the council's finance system, an estimate, or "not known
    yet".

    An estimate may be a range up to `weekly_to`; `rate_set` names the dated rates, `payment_audit`
    keeps its sum. `told_on`: the day the person was told this sum in writing, of an estimate the
    day of the first letter that named it as one with the day it begins; a higher one is never taken
    for days before it (budgets.entitlement).
    """

    STATES = {
        "recorded": _("Decided"),
        "estimated": _("Estimate, not a decision"),
        "not_known": _("Not known yet"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="contributions")
    state = models.CharField(max_length=10, choices=STATES)
    weekly = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    weekly_to = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    rate_set = models.CharField(max_length=20, blank=True)
    trace = models.JSONField(null=True)
    valid_from = models.DateField()
    source = models.CharField(max_length=120, blank=True)
    told_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["case", "-recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="not_known", weekly=None)
                | (~Q(state="not_known") & Q(weekly__isnull=False, weekly__gte=0)),
                name="contribution_whole",
            ),
            models.CheckConstraint(
                condition=Q(weekly_to=None)
                | Q(state="estimated", weekly__isnull=False, weekly_to__gte=F("weekly")),
                name="contribution_range_in_order",
            ),
        ]
