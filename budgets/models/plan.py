"""The support plan and its lines (Care Act 2014 s25). Native units are kept; week, four weeks and
year derived.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases import journey
from cases.models import Case

USER = settings.AUTH_USER_MODEL
ROUTES = {code: route.title for code, route in journey.MONEY_ROUTES.items()}
ROUTE_NAMES = {
    **{code: route.name for code, route in journey.MONEY_ROUTES.items()},
    journey.MIXED: _("Mixed"),
    "": _("Not yet chosen"),
}
UNITS = {
    "hour": _("hours a week"),
    "day": _("days a week"),
    "night": _("nights a year"),
    "session": _("sessions a week"),
    "week": _("a week"),
    "month": _("a month"),
    "year": _("a year"),
    "once": _("once"),
}
FUNDERS = {
    "council": _("The council, from this budget"),
    "health": _("The NHS"),
    "s117": _("Aftercare under section 117 of the Mental Health Act"),
    "person": _("The person, from their own money"),
}
WHO = {
    "family": _("Family or friends, unpaid"),
    "community": _("A group or service in my community"),
    "pa": _("A personal assistant"),
    "agency": _("A care agency"),
    "provider": _("Another provider"),
    "council": _("A council service"),
    "item": _("Something to buy"),
}


class SupportPlan(models.Model):
    """One plan of a case, in numbered versions; sent, it is frozen as `snapshot` with its hash."""

    STATES = {
        "draft": _("Draft"),
        "submitted": _("Sent"),
        "agreed": _("Agreed"),
        "returned": _("Sent back"),
        "replaced": _("Replaced by the change both agreed to"),
        "extra": _("Support for a time, beside the plan"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    what_matters = models.TextField(_("What matters to me"), blank=True)
    goals = models.TextField(_("What I want to be different"), blank=True)
    risks = models.TextField(_("What could go wrong, and what we do then"), blank=True)
    in_control = models.TextField(_("How I stay in control"), blank=True)
    enough = models.CharField(
        _("Is the money enough?"),
        max_length=6,
        blank=True,
        choices={"yes": _("Yes"), "no": _("No"), "unsure": _("I am not sure")},
    )
    enough_why = models.TextField(_("Why?"), blank=True)
    helped = models.CharField(
        _("Did you have the help you wanted to plan?"),
        max_length=6,
        blank=True,
        choices={"yes": _("Yes"), "no": _("No"), "skip": _("I'd rather not say")},
    )
    over_reason = models.TextField(_("Why it costs more than the indicative budget"), blank=True)
    contribution_seen = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    author_role = models.CharField(max_length=20, blank=True)
    snapshot = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["case", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_plan_a_number"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="draft"), name="one_draft_plan"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="plan_sent_whole",
            ),
        ]


class PlanLine(models.Model):
    """One piece of support: what for, who, how often, at what rate, by which way of taking the
    money.

    `quantity` x `rate` (+ on-costs) x `weeks` (a number, or a rule of `money.WEEKS`), rounded once.
    `annual` is the cost of a year, or of the whole for `once`; `weekly` the average week of it, 0
    for `once`. Family help carries hours at £0, so that sufficiency and strain stay visible; so
    does what is met through somebody else's case. Only lines the council pays (`funder`) count
    against a budget or a limit. `origin`: the first line of which this one is the copy, through all
    later plans.
    """

    plan = models.ForeignKey(SupportPlan, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(default=1)
    outcome = models.CharField(_("What is it for?"), max_length=30)
    what = models.CharField(_("What support?"), max_length=200)
    who = models.CharField(_("Who gives it?"), max_length=12, choices=WHO)
    provider = models.CharField(_("Their name, if you know it"), max_length=120, blank=True)
    when = models.CharField(_("When?"), max_length=120, blank=True)
    quantity = models.DecimalField(
        _("How much?"),
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(9999)],
    )
    unit = models.CharField(_("Of what?"), max_length=10, choices=UNITS)
    rate = models.DecimalField(
        _("Cost of one, in £"),
        max_digits=10,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0)],
    )
    rate_source = models.CharField(max_length=200, blank=True)
    oncost_pct = models.DecimalField(
        _("Employer's costs, %"),
        max_digits=6,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    weeks = models.CharField(_("Weeks a year"), max_length=7, default="52")
    route = models.CharField(
        _("How do you want to take the money?"), max_length=20, blank=True, choices=ROUTES
    )
    begins_on = models.DateField(_("From which day?"), null=True, blank=True)
    ends_on = models.DateField(_("Until which day?"), null=True, blank=True)
    funder = models.CharField(
        _("Who pays for it?"), max_length=10, choices=FUNDERS, default="council"
    )
    free = models.BooleanField(
        _("Nobody may be asked to pay towards it"),
        default=False,
        help_text=_("Reablement, aids and small adaptations, aftercare: no contribution is taken."),
    )
    unit_rate = models.ForeignKey("budgets.UnitRate", models.PROTECT, null=True, related_name="+")
    met_through = models.ForeignKey(Case, models.PROTECT, null=True, related_name="lines_met")
    met_agreed_on = models.DateField(_("On what day did they agree?"), null=True, blank=True)
    origin = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    annual = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    weekly = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0, rate__gte=0, annual__gte=0), name="line_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(who="family") | Q(annual=0), name="family_help_costs_nothing"
            ),
            models.CheckConstraint(
                condition=Q(route="") | Q(route__in=list(ROUTES)), name="line_route_known"
            ),
            models.CheckConstraint(
                condition=~Q(unit="once") | Q(weekly=0), name="once_is_never_weekly"
            ),
            models.CheckConstraint(condition=Q(weekly__lte=F("annual")), name="week_within_year"),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="line_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(funder__in=list(FUNDERS)), name="line_funder_known"),
            models.CheckConstraint(
                condition=Q(funder="council") | Q(route=""), name="only_council_money_has_a_route"
            ),
            models.CheckConstraint(
                condition=Q(met_through=None, met_agreed_on=None)
                | Q(met_through__isnull=False, met_agreed_on__isnull=False, annual=0),
                name="met_elsewhere_is_agreed_and_free",
            ),
        ]
