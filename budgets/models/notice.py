"""How long a council tells people beforehand that they get less."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Council
from cases.models.council import Dated


class NoticeDays(Dated):
    """How many days after its letter a decision that lowers what a person gets, or an end that the
    council decides, takes effect at the earliest; without a row, the shipped number. 0: on the day
    of the letter.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="notice_days")
    days = models.PositiveIntegerField(_("days"), validators=[MaxValueValidator(365)])
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["council", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["council", "valid_from"], name="one_notice_a_date"),
            models.CheckConstraint(condition=Q(days__lte=365), name="notice_days_known"),
        ]

    def __str__(self):
        return f"{self.days}, {self.valid_from}"
