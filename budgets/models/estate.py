"""After a death: who handles the estate, and how long a council leaves people in peace before a
letter about money.
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from budgets.models.money_facts import MoneyFact
from cases.models import Case, Council
from cases.models.council import Dated


class Estate(MoneyFact):
    """Who handles the estate: their name, what gives them standing, and the way that is safe to
    reach them. A later row takes the place of an earlier one. Letters about money go to nobody
    else.
    """

    STANDINGS = {
        "executor": _("Named in the will"),
        "administrator": _("Appointed by the court, without a will"),
        "solicitor": _("A solicitor or other adviser for the estate"),
        "family": _("Family or a friend, who sees to things without an appointment"),
        "official": _("A public body that sees to the estate"),
    }
    WAYS = {"letter": _("By letter"), "email": _("By e-mail"), "phone": _("By telephone")}

    case = models.ForeignKey(Case, models.PROTECT, related_name="estates")
    name = models.CharField(_("name"), max_length=120)
    standing = models.CharField(_("what gives them standing"), max_length=15, choices=STANDINGS)
    way = models.CharField(_("the safe way"), max_length=10, choices=WAYS)
    reached_at = models.CharField(_("where"), max_length=300)

    class Meta:
        ordering = ["case", "pk"]


class QuietDays(Dated):
    """How many days after a death a council writes no letter about money; without a row, the
    shipped number.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="quiet_days")
    days = models.PositiveIntegerField(
        _("days"), validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["council", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["council", "valid_from"], name="one_quiet_time_a_date"),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=365), name="quiet_days_known"
            ),
        ]

    def __str__(self):
        return f"{self.days}, {self.valid_from}"
