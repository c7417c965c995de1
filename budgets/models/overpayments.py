"""What the reading found paid too much: somebody's task with a day, the letter about it with time
to answer, and a person's decision. What follows for the money stands in `money_facts`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case

USER = settings.AUTH_USER_MODEL


class Overpayment(models.Model):
    """One finding, open until it is decided or gone. `amount`: what stands and nobody has decided
    about. `left`: what stands on after the decision, and is not found again. Nothing is taken
    without the letter and its time to answer.
    """

    DECISIONS = {
        "leave": _("Leave it: nothing is taken back"),
        "instalments": _("It is taken off later payments, as agreed with the person"),
        "write_off": _("Write it off: it is not owed any more"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="overpayments")
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    found_at = models.DateTimeField()
    owner = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decide_by = models.DateField()
    words = models.TextField(blank=True)
    written_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    reply_by = models.DateField(null=True)
    written_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=12, choices=DECISIONS, blank=True)
    reason = models.TextField(blank=True)
    needs_met = models.TextField(blank=True)
    decided_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    left = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    left_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(decided_at=None, gone_at=None),
                name="one_open_overpayment",
            ),
            models.CheckConstraint(
                condition=Q(written_at=None, written_by=None, reply_by=None, words="")
                | Q(written_at__isnull=False, written_by__isnull=False, reply_by__isnull=False)
                & ~Q(words=""),
                name="overpayment_letter_whole",
            ),
            models.CheckConstraint(
                condition=Q(replied_at=None, reply="")
                | Q(replied_at__isnull=False, written_at__isnull=False) & ~Q(reply=""),
                name="overpayment_reply_whole",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, gone_at=None)
                & ~Q(decision="")
                & ~Q(reason=""),
                name="overpayment_decision_whole",
            ),
            # nothing is taken without the letter
            models.CheckConstraint(
                condition=~Q(decision="instalments")
                | Q(written_at__isnull=False, decided_at__gt=F("written_at")) & ~Q(needs_met=""),
                name="overpayment_taken_after_its_letter",
            ),
        ]
