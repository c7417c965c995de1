"""Getting in without an account: a request that is being written, the codes that lead back to it,
and wrong tries.

A code is never stored: it is spelled from the server's key and the row's salt
(cases/signin/return_codes.py), and found by a keyed hash. The second fact is kept only as a slow
hash. Tries are counted under keyed hashes of code and address.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL
FACTS = {
    "word": _("A word or a name that only I know"),
    "born": _("My date of birth"),
    "postcode": _("A postcode"),
}
WAYS = {
    "screen": _("On screen"),
    "letter": _("By letter"),
    "phone": _("On the telephone"),
    "visit": _("Face to face"),
}


class Start(models.Model):
    """A request for support that is being written: saved page by page, not seen by the council
    until it is sent.

    `data`: what was typed, by field; emptied when it becomes a case. `user`: the sign-in without
    e-mail that the code opens, None as long as the person has not chosen how to come back.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    user = models.ForeignKey(USER, models.PROTECT, null=True, related_name="starts")
    who = models.CharField(max_length=10, choices={"me": "Me", "carer": "As a carer"})
    data = models.JSONField(default=dict)
    case = models.OneToOneField("cases.Case", models.PROTECT, null=True, related_name="start")
    made_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(who__in=["me", "carer"]), name="start_who_known"),
            models.CheckConstraint(
                condition=Q(case=None) | Q(data={}), name="start_keeps_nothing_once_sent"
            ),
        ]
        indexes = [
            models.Index(fields=["saved_at"], condition=Q(case=None), name="starts_not_sent")
        ]


class ReturnCode(models.Model):
    """A code that leads back, together with a second fact. `by`: who at the council made it, None
    for the person.

    `ends_at`: until when it must have been used for the first time; a code that was used goes on.
    """

    user = models.ForeignKey(USER, models.PROTECT, related_name="return_codes")
    salt = models.CharField(max_length=32)
    lookup = models.CharField(max_length=64, unique=True)
    fact = models.CharField(max_length=128)
    fact_kind = models.CharField(max_length=10, choices=FACTS)
    way = models.CharField(max_length=10, choices=WAYS, default="screen")
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(way__in=list(WAYS)), name="return_code_way_known"),
            models.CheckConstraint(
                condition=Q(fact_kind__in=list(FACTS)), name="return_code_fact_known"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(stopped_at=None), name="one_live_code"
            ),
        ]

    def lives(self, now) -> bool:
        """May it still be used?"""
        return self.stopped_at is None and (
            self.ends_at is None or self.used_at is not None or now < self.ends_at
        )


class Tries(models.Model):
    """Wrong tries under one keyed hash: of what was typed, known or not, of an address, or of
    both.
    """

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)


class KnownBrowser(models.Model):
    """A browser in which somebody has proved who they are, and the wrong tries in it since.

    `key`: a keyed hash of what its cookie holds; `account`: a keyed hash of whose it is and of
    their password, so that the row names nobody either.
    """

    key = models.CharField(max_length=64, unique=True)
    account = models.CharField(max_length=64)
    wrong = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now, db_index=True)
