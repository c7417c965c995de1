"""What a worker decides or writes down about the use of a direct payment: that it may be made at
all, that somebody at home may be paid from it, stays in a care home that it buys.

Append-only: a mistake is struck. Not here: limits on its use and checks of the account
(`monitoring`). The rules stand in `budgets.payments.use_rules`.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from budgets.models.money_facts import MoneyFact
from cases.models import Case


class DirectPaymentAllowed(MoneyFact):
    """A worker has looked: nothing in the Regulations' schedule of those to whom no direct payment
    may be made applies. Nobody is asked about it on a form.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="payments_allowed")
    looked_on = models.DateField()

    class Meta:
        ordering = ["case", "pk"]


class HouseholdPay(MoneyFact):
    """Somebody close who lives in the same home may be paid from the payment, from a day on: by
    which of the two exceptions, for what, and why it is necessary.
    """

    RELATIONS = {
        "partner": _("Their husband, wife or partner"),
        "relative": _("A close relative, or the partner of one"),
    }
    EXCEPTIONS = {
        "care": _("It is necessary for the care itself"),
        "manage": _("It is necessary for managing the payment"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="household_pay")
    who = models.CharField(_("who is paid"), max_length=120)
    relation = models.CharField(_("who they are"), max_length=10, choices=RELATIONS)
    exception = models.CharField(_("why it is possible"), max_length=10, choices=EXCEPTIONS)
    what = models.CharField(_("what they are paid for"), max_length=200)
    why = models.TextField(_("why it is necessary"))
    begins_on = models.DateField(_("from"))

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(exception__in=["care", "manage"])
                & Q(relation__in=["partner", "relative"])
                & ~Q(why=""),
                name="household_pay_whole",
            )
        ]


class CareHomeStay(MoneyFact):
    """Days in a care home that were, or will be, bought with the direct payment."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="care_home_stays")
    where = models.CharField(_("which care home"), max_length=120)
    begins_on = models.DateField(_("first night"))
    ends_on = models.DateField(_("last night"))

    class Meta:
        ordering = ["case", "begins_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("begins_on")), name="stay_in_order")
        ]
