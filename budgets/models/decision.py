"""Who may agree how much, what was decided, and the exception of a panel (guidance 10.85: never for
money alone).
"""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.models.plan import SupportPlan
from cases import journey
from cases.models import Case
from cases.models.case import KINDS
from cases.models.council import Council, Dated, Team
from cases.models.people import NEED_GROUPS

USER = settings.AUTH_USER_MODEL
CLIENTS = {"adult": _(KINDS["adult"])} | NEED_GROUPS
DECIDING = {r: journey.SEAT_ROLES[r] for r in ("worker", "manager", "service_manager")}


class DelegationLevel(Dated):
    """Up to what weekly and one-off cost to the council a seat role may agree. Equal to the limit
    is inside.

    A row may be for one team, for one kind of person or need group (`client`), or both: the nearest
    row of a role counts. `max_over_pct`: how far the plan may lie above the indicative budget, None
    = as far as it likes. `max_weekly` None = without an upper limit: the council's top officer, at
    most one such row a date, with `officer` naming the one user (none named: whoever holds the
    role). No row = no right.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="levels")
    role = models.CharField(_("role"), max_length=20, choices=DECIDING)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for one team"),
        help_text=_("Empty: every team."),
    )
    client = models.CharField(
        _("for one group of people"),
        max_length=15,
        blank=True,
        choices=CLIENTS,
        help_text=_("Empty: everybody."),
    )
    max_weekly = models.DecimalField(
        _("up to £ a week"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    max_one_off = models.DecimalField(
        _("up to £ once"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    max_over_pct = models.DecimalField(
        _("up to % above the indicative budget"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: no such limit."),
    )
    officer = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("named top officer"),
    )
    reason = models.CharField(_("decided by, reason"), max_length=200)

    class Meta:
        ordering = ["council", "role", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "role", "client", "valid_from"],
                condition=Q(max_weekly__isnull=False, team=None),
                name="one_level_a_role_and_date",
            ),
            models.UniqueConstraint(
                fields=["council", "role", "team", "client", "valid_from"],
                condition=Q(max_weekly__isnull=False, team__isnull=False),
                name="one_level_a_team_role_and_date",
            ),
            models.CheckConstraint(
                condition=Q(max_weekly__isnull=False) | Q(team=None, client="", max_over_pct=None),
                name="level_top_is_for_everybody",
                violation_error_message=_(
                    "The level without an upper limit is for the whole council."
                ),
            ),
            models.CheckConstraint(
                condition=Q(max_over_pct=None) | Q(max_over_pct__gte=0),
                name="level_over_not_negative",
            ),
            models.UniqueConstraint(
                fields=["council", "valid_from"],
                condition=Q(max_weekly=None),
                name="one_top_officer_a_date",
            ),
            models.CheckConstraint(
                condition=Q(officer=None) | Q(max_weekly=None), name="level_officer_only_at_the_top"
            ),
            models.CheckConstraint(
                # "not null" said aloud: a comparison with nothing is no refusal to a database
                condition=Q(max_weekly=None, max_one_off=None)
                | Q(
                    max_weekly__isnull=False,
                    max_weekly__gte=0,
                    max_one_off__isnull=False,
                    max_one_off__gte=0,
                ),
                name="level_whole",
                violation_error_message=_(
                    "Give both limits, or neither: neither means without an upper limit."
                ),
            ),
        ]

    def __str__(self):
        return (
            f"{self.get_role_display()}: £{self.max_weekly} a week"
            if self.max_weekly is not None
            else f"{self.get_role_display()}: no upper limit"
        )


class SignOff(models.Model):
    """One decision on a sent plan: agreed, returned, offered otherwise or referred
    (append-only).
    """

    DECISIONS = {
        "agreed": _("Agreed"),
        "returned": _("Sent back"),
        "offered": _("Another proposal"),
        "referred": _("Referred to the panel"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="sign_offs")
    plan = models.ForeignKey(SupportPlan, models.PROTECT, related_name="sign_offs")
    decision = models.CharField(max_length=10, choices=DECISIONS)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    weekly = models.DecimalField(max_digits=12, decimal_places=2)
    one_off = models.DecimalField(max_digits=12, decimal_places=2)
    limit_weekly = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    level = models.ForeignKey(DelegationLevel, models.PROTECT, null=True, related_name="+")
    reasons = models.TextField(blank=True)
    at = models.DateTimeField()


class Offer(models.Model):
    """What the council proposes instead, line by line; the person accepts, declines or challenges.

    `lines`, only those that differ: [{"line": id, "quantity": str, "rate": str, "weekly": str,
    "annual": str, "differs": str, "why": str, "still_met": str}]; a quantity of 0 leaves the line
    out.
    """

    STATES = {"open": _("Open"), "accepted": _("Accepted"), "declined": _("Declined")}

    case = models.ForeignKey(Case, models.PROTECT, related_name="offers")
    plan = models.ForeignKey(SupportPlan, models.PROTECT, related_name="offers")
    lines = models.JSONField()
    weekly = models.DecimalField(max_digits=12, decimal_places=2)
    annual = models.DecimalField(max_digits=12, decimal_places=2)
    one_off = models.DecimalField(max_digits=12, decimal_places=2)
    state = models.CharField(max_length=10, choices=STATES, default="open")
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="open"), name="one_open_offer"
            )
        ]


class PanelReferral(models.Model):
    """A coded exception with interim support answered: who gives what from when (`interim_who`,
    `interim`, `interim_from`), or why there is none (`interim`). `days`: the calendar days it
    added, kept when it is decided.
    """

    OUTCOMES = {"agreed": _("Agreed"), "returned": _("Sent back"), "offered": _("Another proposal")}

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    plan = models.ForeignKey(SupportPlan, models.PROTECT, related_name="referrals")
    exception = models.CharField(max_length=15, choices=journey.EXCEPTIONS)
    reason = models.TextField()
    interim_support = models.BooleanField()
    interim_who = models.TextField(blank=True)
    interim = models.TextField()
    interim_from = models.DateField(null=True)
    referred_at = models.DateTimeField(default=timezone.now)
    referred_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    days = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    written_reasons = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(decided_at=None), name="one_open_referral"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, outcome="", written_reasons="")
                | (Q(decided_at__isnull=False) & ~Q(outcome="") & ~Q(written_reasons="")),
                name="referral_decided_whole",
            ),
        ]
