"""How a council's finance ledger writes: the column layouts of its files and the shape of its
creditor numbers, as rows that are only added to; and the answer files that came back.

Not here: what a layout may say (`budgets.ledger`), which row holds (`payments.ledger_formats`).
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.models.payment import PaymentBatch
from cases.models import Council

USER = settings.AUTH_USER_MODEL


class LedgerFormat(models.Model):
    """What a council set of one kind, from the moment it was recorded until its next such row. An
    empty `text`: back to what the service comes with.
    """

    KINDS = {
        "outgoing": _("Columns of the file that goes to the ledger"),
        "charges": _("Columns of the lists of charges"),
        "answer": _("Columns of the file that the ledger sends back"),
        "creditor": _("Shape of the ledger's creditor numbers"),
    }

    council = models.ForeignKey(Council, models.PROTECT, related_name="ledger_formats")
    kind = models.CharField(max_length=10, choices=KINDS)
    text = models.TextField(blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["council", "kind", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=("outgoing", "charges", "answer", "creditor")),
                name="ledger_format_known",
            )
        ]


class LedgerAnswer(models.Model):
    """An answer file of the ledger as it was sent in, byte for byte. It was sound when it was read;
    it counts once `counted_at` is filled, all of it.
    """

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="answers")
    name = models.CharField(max_length=120)
    file = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    sent_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    counted_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["batch", "pk"]
