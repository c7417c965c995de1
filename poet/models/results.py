"""What the results rest on: releases of suppressed figures, facts kept with consent, files of other
councils, actions.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import Council


class ProcessFacts(models.Model):
    """What happened before an answer was given, copied at that moment and only where the respondent
    agreed.

    There is no key to the case, and how long the wait was is kept in weeks.
    """

    response = models.OneToOneField(
        "poet.Response", models.PROTECT, primary_key=True, related_name="+"
    )
    wait_weeks = models.PositiveIntegerField(null=True)
    panel = models.BooleanField(null=True)


class Release(models.Model):
    """All figures of a council as they were published once. Added, never edited.

    `lines`: {"year/who/question/view/group": [n, good, middle, bad]}, rounded, null where hidden;
    null for a line that is hidden whole; one that rests on nobody is left out. `about`: asked,
    answered and caseload, rounded. `held` (how many responses there were) and `state` never leave
    the server. The state: the counts each line rests on, what an attacker knows after this release,
    where waits are cut in quarters.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    lines = models.JSONField()
    about = models.JSONField()
    state = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["council", "number"], name="one_release_a_number")
        ]


class CouncilFile(models.Model):
    """Another council's figures, checked before they came in. `content` is the file without its
    checksum.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="files_of_others")
    name = models.CharField(max_length=120)
    year = models.CharField(max_length=7)
    checksum = models.CharField(max_length=64)
    content = models.JSONField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["council", "checksum"], name="a_file_comes_in_once")
        ]


class Improvement(models.Model):
    """What a council does about what people said: who, by when, and in the end what changed."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="improvements")
    who = models.CharField(max_length=10)
    question = models.CharField(max_length=40, blank=True)
    said = models.CharField(max_length=300)
    action = models.CharField(max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_on = models.DateField()
    public = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed = models.CharField(max_length=500, blank=True)
    changed_on = models.DateField(null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(changed="", changed_on=None, changed_by=None)
                | ~Q(changed="") & Q(changed_on__isnull=False, changed_by__isnull=False),
                name="improvement_done_whole",
            ),
        ]

    @property
    def done(self) -> bool:
        return self.changed_on is not None


class Sharing(models.Model):
    """Whether a council shows its figures to the public and to the other councils here. Dated rows,
    the last one holds.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="sharing")
    account = models.BooleanField(default=False)
    compare = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]

    @classmethod
    def of_council(cls, council) -> "Sharing":
        """What holds now; nothing is shared before somebody says so."""
        return cls.objects.filter(council=council).first() or cls(council=council)
