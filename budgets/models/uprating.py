"""The yearly uprating: what contributions and prices would be from a day on, as one set that is
decided by one officer and released by another; and what a contribution is worked out from.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.models.figure import BudgetFigure, Contribution
from cases.models import Case, Council

USER = settings.AUTH_USER_MODEL


class Circumstances(models.Model):
    """What a person's contribution is worked out from, from a day on; append-only. Sums are pounds
    a week, `capital` in pounds. A later row with a later day takes over.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="circumstances")
    valid_from = models.DateField()
    group = models.CharField(max_length=10)  # of money.charging.GROUPS
    income = models.DecimalField(max_digits=9, decimal_places=2)
    capital = models.DecimalField(max_digits=12, decimal_places=2)
    housing = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    disability = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    premium = models.BooleanField(default=False)
    enhanced = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(income__gte=0, capital__gte=0, housing__gte=0, disability__gte=0),
                name="circumstances_not_negative",
            )
        ]


class Uprating(models.Model):
    """One run: every contribution and price of a council from `counts_from` on. `limit_weekly`: a
    change of more pounds a week goes to a person. `rates`: those of charging as they were, code ->
    amount. `reached`: the last case that was looked at, while it is proposed a slice at a time.
    """

    STATES = {
        "proposing": _("Being worked out"),
        "ready": _("Waits to be decided and released"),
        "released": _("Released: the letters are being written"),
        "finished": _("Released: all letters are written"),
        "withdrawn": _("Withdrawn"),
    }
    OPEN = ("proposing", "ready", "released")

    council = models.ForeignKey(Council, models.PROTECT, related_name="upratings")
    number = models.PositiveIntegerField()
    counts_from = models.DateField(_("from which day the new sums count"))
    limit_weekly = models.DecimalField(max_digits=9, decimal_places=2)
    rates = models.JSONField()
    state = models.CharField(max_length=10, choices=STATES, default="proposing")
    reached = models.BigIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["council", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="one_uprating_a_number"),
            models.UniqueConstraint(
                fields=["council"],
                condition=Q(state__in=["proposing", "ready", "released"]),
                name="one_uprating_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposing", "ready"], done_by=None, done_at=None)
                | Q(
                    state__in=["released", "finished", "withdrawn"],
                    done_by__isnull=False,
                    done_at__isnull=False,
                ),
                name="uprating_done_by_somebody",
            ),
        ]


class UpratingRow(models.Model):
    """What one run proposes for one case: a contribution, or a budget at the council's new prices.
    Pounds a week. `will_be` None: nothing could be worked out. `before`: the contribution that
    stood. `why`: the sum, as (words, value). `code`: why a person has to look at it, of CODES;
    `reason`: what a person said. `do_by`: the day of that person's task.
    """

    KINDS = {"price": _("Prices of the support"), "contribution": _("What the person pays")}
    STATES = {
        "proposed": _("In the set"),
        "exception": _("A person looks at it"),
        "decided": _("Decided"),
        "done": _("Recorded, and the letter is written"),
        "left_out": _("Left out: the old sum holds"),
    }
    CODES = {
        "above_limit": _("The change is above the limit"),
        "no_evidence": _("What the sum is worked out from is not on record"),
        "no_sum": _("The sum can’t be worked out"),
        "open_plan": _("The plan is open for changes"),
        "not_told": _("The person could not be told before the day"),
        "changed": _("Something has changed since it was proposed"),
        "ended": _("The support has ended"),
        "refused": _("It was refused when it was to be recorded"),
    }

    uprating = models.ForeignKey(Uprating, models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, related_name="uprating_rows")
    kind = models.CharField(max_length=12, choices=KINDS)
    was = models.DecimalField(max_digits=12, decimal_places=2)
    will_be = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    why = models.JSONField(default=list)
    before = models.ForeignKey(Contribution, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=STATES)
    code = models.CharField(max_length=12, choices=CODES, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    do_by = models.DateField(null=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    state_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    state_at = models.DateTimeField(null=True)
    contribution = models.OneToOneField(
        Contribution, models.PROTECT, null=True, related_name="uprating_row"
    )
    figure = models.OneToOneField(
        BudgetFigure, models.PROTECT, null=True, related_name="uprating_row"
    )

    class Meta:
        ordering = ["uprating", "number"]
        constraints = [
            models.UniqueConstraint(fields=["uprating", "number"], name="one_uprating_row"),
            models.UniqueConstraint(
                fields=["uprating", "case", "kind"], name="one_uprating_row_a_case"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "done"])
                | Q(will_be__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="uprating_row_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(state_by__isnull=False) & ~Q(state_by=F("decided_by")),
                name="uprating_released_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["left_out", "exception"]) | ~Q(code="") | ~Q(reason=""),
                name="uprating_row_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["do_by"],
                condition=Q(state__in=["exception", "left_out"], reason=""),
                name="uprating_row_waits",
            )
        ]

    @property
    def difference(self):
        """What it will be less what it was; None where nothing could be worked out."""
        return None if self.will_be is None else self.will_be - self.was
