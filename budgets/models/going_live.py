"""Going live with money already running: what was entered, by whom it was let in, and pay days on
which our payments lie beside those of the ledger. A case that is not live is in no batch.
"""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Council
from cases.models.council import Dated

USER = settings.AUTH_USER_MODEL


class RunningImport(models.Model):
    """Two uploaded tables of money that runs, numbered per council. One officer records them,
    another lets them in: then, and only then, the cases are there.

    The files are names and addresses of people without a case here: they are kept while they wait
    and emptied afterwards; their fingerprint (SHA-256 of both) stays.
    """

    STATES = {
        "waiting": _("Waits for a second officer"),
        "released": _("Entered"),
        "withdrawn": _("Withdrawn"),
    }

    council = models.ForeignKey(Council, models.PROTECT, related_name="running_imports")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=STATES, default="waiting")
    cases_name = models.CharField(max_length=200)
    lines_name = models.CharField(max_length=200)
    cases_file = models.BinaryField(default=bytes)
    lines_file = models.BinaryField(default=bytes)
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["council", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="one_import_a_number"),
            models.CheckConstraint(
                condition=Q(state="waiting", done_by=None, done_at=None)
                | Q(state="withdrawn", done_by__isnull=False, done_at__isnull=False)
                | Q(state="released", done_by__isnull=False, done_at__isnull=False)
                & ~Q(done_by=F("made_by")),
                name="import_released_by_a_second_officer",
            ),
        ]


class EnteredCase(models.Model):
    """A case that began here with money already running. Until it is live the ledger pays it by its
    own list, and no batch of ours takes it. `reference`: the council's own, by which its files name
    it. `checked_by` laid the last pay day beside the ledger's; `live_by` is somebody else. Both
    empty where nothing was paid directly: then it is live at once.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="entered_cases")
    case = models.OneToOneField(Case, models.PROTECT, related_name="entry")
    imported = models.ForeignKey(RunningImport, models.PROTECT, related_name="entries")
    reference = models.CharField(max_length=40)
    live_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    live_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["council", "reference"]
        constraints = [
            models.UniqueConstraint(fields=["council", "reference"], name="entered_once"),
            models.CheckConstraint(
                condition=Q(live_by=None, checked_by=None)
                | Q(live_at__isnull=False, live_by__isnull=False, checked_by__isnull=False)
                & ~Q(live_by=F("checked_by")),
                name="live_by_a_second_officer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["council", "reference"], condition=Q(live_at=None), name="not_live_yet"
            )
        ]


class ParallelRun(models.Model):
    """One pay day on which what our batch would pay lies beside what the ledger paid. Nothing is
    sent. `open`: it may be laid again; `closed` by a second officer: the ledger's payments stand
    in our books as paid.
    """

    STATES = {
        "open": _("Being looked at"),
        "closed": _("Closed: the payments are in the books"),
        "withdrawn": _("Withdrawn"),
    }

    council = models.ForeignKey(Council, models.PROTECT, related_name="parallel_runs")
    number = models.PositiveIntegerField()
    on = models.DateField(_("pay day"))
    state = models.CharField(max_length=10, choices=STATES, default="open")
    sha256 = models.CharField(max_length=64)
    laid_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    laid_at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["council", "-on", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="one_parallel_a_number"),
            models.UniqueConstraint(
                fields=["council", "on"],
                condition=~Q(state="withdrawn"),
                name="one_parallel_a_pay_day",
            ),
            models.UniqueConstraint(
                fields=["council"], condition=Q(state="open"), name="one_parallel_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", done_by=None, done_at=None)
                | Q(state="withdrawn", done_by__isnull=False, done_at__isnull=False)
                | Q(state="closed", done_by__isnull=False, done_at__isnull=False)
                & ~Q(done_by=F("laid_by")),
                name="parallel_closed_by_a_second_officer",
            ),
        ]


class ParallelLine(models.Model):
    """What both would pay for one case on a pay day. No case: the ledger pays somebody who was not
    entered. `theirs` = `theirs_regular` (with days) + what covers no days. `causes`: codes of what
    may explain the difference. Accepted by an officer with a reason, or not.
    """

    run = models.ForeignKey(ParallelRun, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="parallel_lines")
    reference = models.CharField(max_length=40)
    theirs = models.DecimalField(max_digits=12, decimal_places=2)
    theirs_regular = models.DecimalField(max_digits=12, decimal_places=2)
    theirs_from = models.DateField(null=True)
    theirs_to = models.DateField(null=True)
    paid_by_ledger = models.BooleanField()
    ours = models.DecimalField(max_digits=12, decimal_places=2)
    ours_from = models.DateField(null=True)
    ours_to = models.DateField(null=True)
    causes = models.JSONField(default=list)
    accepted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_parallel_line"),
            models.UniqueConstraint(
                fields=["run", "case"],
                condition=Q(case__isnull=False),
                name="one_parallel_line_a_case",
            ),
            models.CheckConstraint(
                condition=Q(theirs__gte=F("theirs_regular"), theirs_regular__gte=0, ours__gte=0),
                name="parallel_sums_whole",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_at=None, reason="")
                | Q(accepted_by__isnull=False, accepted_at__isnull=False) & ~Q(reason=""),
                name="difference_accepted_with_a_reason",
            ),
        ]

    @property
    def difference(self):
        """Ours less theirs, in pounds."""
        return self.ours - self.theirs


class SmallBalanceLimit(Dated):
    """The largest sum paid too much elsewhere that a council settles when a case goes live, from a
    day on: the person keeps it. Without a row none is settled so.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="small_balance_limits")
    most = models.DecimalField(
        _("the largest sum that is settled"),
        max_digits=7,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["council", "-valid_from"]
        verbose_name = _("limit for small balances")
        verbose_name_plural = _("limits for small balances")
        constraints = [
            models.UniqueConstraint(
                fields=["council", "valid_from"], name="one_small_balance_limit_a_day"
            ),
            models.CheckConstraint(condition=Q(most__gt=0), name="small_balance_above_nothing"),
        ]

    def __str__(self):
        return f"{self.most}, {self.valid_from}"
