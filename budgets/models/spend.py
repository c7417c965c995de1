"""The money finance has for a year, as it was loaded: what committed spend is held against."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from budgets.models.plan import ROUTES
from cases.models import Council, Team


class SpendBudget(models.Model):
    """A sum for one financial year (`year`: its 1 April), for a team, a way to take the money, or
    both; append-only.

    A later row for the same takes the place of the one before.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="spend_budgets")
    year = models.DateField()
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=20, blank=True, choices=ROUTES)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=120)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["council", "-year", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="spend_budget_not_negative"),
        ]
