"""What was worked out of many cases, kept so that a page over all of them reads a few rows: how the
money of a case stands, and what the last comparison of the books found. Nothing here is a fact:
all of it can be worked out again.
"""

from django.db import models

from cases.models import Case, Council


class MoneyStanding(models.Model):
    """How the money of a case stood when it was last read from its facts (`worked_out_at`).

    `due_on`: the due day of the first payment that has not left, `due_total` what was due by the
    day of the reading, or was to leave on it; both for a case that may be paid. `too_much_since`:
    the day on which it was first seen. `seq`: the case's last event then; with a later one, or
    `stale`, it is read again.
    """

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="money_standing"
    )
    due_on = models.DateField(null=True)
    due_total = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    owed = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    paid_too_much = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    too_much_since = models.DateField(null=True)
    seq = models.PositiveIntegerField()
    stale = models.BooleanField(default=False)
    worked_out_at = models.DateTimeField()

    class Meta:
        ordering = ["case"]
        indexes = [
            models.Index(fields=["due_on"], name="standing_due"),
            models.Index(
                fields=["too_much_since"],
                condition=models.Q(too_much_since__isnull=False),
                name="standing_too_much",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_total__gte=0, owed__gte=0, paid_too_much__gte=0),
                name="standing_not_negative",
            )
        ]


class SpendStanding(models.Model):
    """When the spend of a case was last read from its facts (`YearSpend`): on which day, and after
    which of its events. A day or an event later it is read again.
    """

    case = models.OneToOneField(
        Case, models.PROTECT, primary_key=True, related_name="spend_standing"
    )
    seq = models.PositiveIntegerField()
    on = models.DateField()

    class Meta:
        ordering = ["case"]
        indexes = [models.Index(fields=["on"], name="spend_standing_on")]


class YearSpend(models.Model):
    """What the support of a case costs in a financial year (`year`: its 1 April) by one way to take
    the money, as read from its facts: of the whole year, of the days up to the reading, and what
    the person pays of it. Pounds.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="year_spends")
    year = models.DateField()
    route = models.CharField(max_length=20)
    gross = models.DecimalField(max_digits=12, decimal_places=2)
    to_date = models.DecimalField(max_digits=12, decimal_places=2)
    paid = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        ordering = ["case", "year", "route"]
        constraints = [
            models.UniqueConstraint(fields=["case", "year", "route"], name="one_spend_a_year"),
            models.CheckConstraint(
                condition=models.Q(to_date__gte=0, paid__gte=0, gross__gte=models.F("to_date")),
                name="year_spend_in_order",
            ),
        ]


class MoneyCheck(models.Model):
    """What one comparison of a council's books found: how many things differ, the first of them as
    they were printed.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="money_checks")
    at = models.DateTimeField()
    found = models.PositiveIntegerField()
    first = models.JSONField(default=list)

    class Meta:
        ordering = ["council", "-pk"]
